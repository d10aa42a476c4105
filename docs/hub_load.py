"""What many users of a hub at once did to one machine, in words and as a table; `make bench-hub` has measured it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docs import measured

MEASURED = Path(__file__).resolve().parents[1] / "docs" / "results" / "hub.json"
STEPS = {
    "login": "login",
    "server": "server",
    "lesson opened": "lesson 01 opened",
    "cells run": "its cells run",
    "submitted": "exercises submitted",
    "server stopped": "server stopped",
}  # as they are recorded, and as a reader reads them
ERRORS = {"ReadError": "the connection broke (`ReadError`)"}


def table(told: Mapping[str, Any]) -> str:
    """Return the waves of users as a table in Markdown, one a column."""
    waves = told["parts"]["lesson 01"]["waves"]
    rows = [
        *([words, *(_seconds(wave["steps"][step], wave["users"]) for wave in waves)] for step, words in STEPS.items()),
        ["servers and kernels, at most", *(f"{wave['gigabytes']['servers']:.1f} GB" for wave in waves)],
        ["hub, proxy and what they just start, at most", *(f"{1000 * wave['gigabytes']['hub']:.0f} MB" for wave in waves)],
        ["memory free, at least", *(f"{wave['gigabytes']['free']:.1f} GB" for wave in waves)],
        ["users who did not come to the end", *(_unfinished(wave) for wave in waves)],
        ["of them with an error", *(sum(wave["failures"].values()) for wave in waves)],
    ]
    header = ["users at once", *(wave["users"] for wave in waves)]
    rule = ["---", *["---:"] * len(waves)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (header, rule, *rows))


def _unfinished(wave: Mapping[str, Any]) -> int:
    """Return how many users of a wave have not done its last step."""
    done: int = wave["steps"][next(reversed(STEPS))]["users"]
    return int(wave["users"]) - done


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
        "": f"{users - _unfinished(last)} of {users} at once came to the end.",
        "time": f"With {users} at once the {part['minutes']} minutes of all waves together were over after {seconds}.",
        "memory": f"With {users} at once memory gave out: after {seconds} less than {part['floor']:.0f} GB of "
        f"{part['gigabytes']:.0f} GB were free, and the benchmark ended. Servers and kernels had {memory['servers']:.1f} GB.",
    }
    failed = [f"For {count} of {users} users {_error(kind)}." for kind, count in last["failures"].items()]
    return " ".join([lines[last["cut"]], *(failed or ["No step failed."])]) + "\n"


def _error(kind: str) -> str:
    """Return in words what went wrong, of which the record has the step and what the program said."""
    step, _, said = kind.partition(": ")
    return f'{ERRORS.get(said, f"an error came ({said})")} at the step "{STEPS[step]}"'


def section() -> str:
    """Return the part of the page "A large class" on it."""
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    where = f"{measured.sentence(told, 'make bench-hub')}\n"
    users, machine = told["parts"]["lesson 01"]["waves"][-1]["users"], told["machine"].partition(",")[0]
    heading = f"## What {users} at once did to a machine with {machine}\n"
    return "\n".join([heading, broke(told), table(told), where])
