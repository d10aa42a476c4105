"""What many users of a hub at once did to one machine, in words and as a table; `make bench-hub` has measured it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parents[1] / "docs" / "results" / "hub.json"
STEPS = {
    "login": "login",
    "server": "server",
    "lesson opened": "lesson 01 opened",
    "cells run": "its cells run",
    "submitted": "exercises submitted",
    "server stopped": "server stopped",
}  # as they are recorded, and as a reader reads them


def table(told: Mapping[str, Any]) -> str:
    """Return the waves of users as a table in Markdown, one a column."""
    waves = told["parts"]["lesson 01"]["waves"]
    rows = [
        *([words, *(_seconds(wave["steps"][step], wave["users"]) for wave in waves)] for step, words in STEPS.items()),
        ["servers and kernels, at most", *(f"{wave['gigabytes']['servers']:.1f} GB" for wave in waves)],
        ["hub, proxy and what they just start, at most", *(f"{1000 * wave['gigabytes']['hub']:.0f} MB" for wave in waves)],
        ["memory free, at least", *(f"{wave['gigabytes']['free']:.1f} GB" for wave in waves)],
        ["users who failed", *(sum(wave["failures"].values()) for wave in waves)],
    ]
    header = ["users at once", *(wave["users"] for wave in waves)]
    rule = ["---", *["---:"] * len(waves)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (header, rule, *rows))


def _seconds(step: Mapping[str, float], users: int) -> str:
    """Return the seconds of a step for the user in the middle and for the slowest, and for how many, where not for all."""
    if not step["users"]:
        return "nobody"
    some = "" if step["users"] == users else f", {step['users']} of {users}"
    return f"{step['median']:.1f} s ({step['worst']:.1f} s{some})"


def broke(told: Mapping[str, Any]) -> str:
    """Return what broke in the last wave."""
    part = told["parts"]["lesson 01"]
    last = part["waves"][-1]
    users, seconds, memory = last["users"], f"{last['seconds']:.0f} seconds", last["gigabytes"]
    lines = {
        "": f"All {users} at once came to an end.",
        "time": f"With {users} at once the {part['minutes']} minutes of all waves together were over after {seconds}.",
        "memory": f"With {users} at once memory gave out: after {seconds} less than {part['floor']:.0f} GB of "
        f"{part['gigabytes']:.0f} GB were free, and the benchmark ended. Servers and kernels had {memory['servers']:.1f} GB.",
    }
    failed = [f"{count} of {users} users failed: {kind}." for kind, count in last["failures"].items()]
    return " ".join([lines[last["cut"]], *(failed or ["No step failed."])]) + "\n"


def section() -> str:
    """Return the part of the page "A large class" on it."""
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    users, machine = told["parts"]["lesson 01"]["waves"][-1]["users"], told["machine"].partition(",")[0]
    heading = f"## What {users} at once did to a machine with {machine}\n"
    measured = f"Measured on {told['date']} ({told['machine']}) by `make bench-hub`, which measures it anew.\n"
    return "\n".join([heading, broke(told), table(told), measured])
