"""The page that says how the site keeps WCAG 2.1 AA, point by point: by which tests, and what they said when they last ran."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from docs.site.places import ROOT

TABLE = Path(__file__).with_name("conformance.toml")
RUN = ROOT / "build" / "site-tests.json"  # what tests/browser/conftest.py writes


@cache
def table() -> dict[str, Any]:
    """Return the levels and the points of conformance.toml."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def text(run: Path = RUN) -> str:
    """Return the page as MyST Markdown.

    Args:
        run: what the tests said when they last ran on this machine; it need not be there.
    """
    said = json.loads(run.read_text(encoding="utf-8")) if run.is_file() else None
    lines = [
        "# Accessibility",
        "",
        "The Web Content Accessibility Guidelines, version 2.1, levels A and AA, point by point. Most points are held by tests "
        "in a browser, `make test-browser`; they try a page of each kind, and each lesson where that counts. Others were only "
        "looked at, and the table says so. No test replaces a reader: whoever finds an obstacle has found a fault.",
        "",
        f"The tests ran last on {said['date']}." if said else "On the machine that made these pages the tests have not run.",
        "",
        "| point | level | how it is kept | tests |",
        "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for number, point in table()["points"].items():
        level = "AA" if number in table()["levels"]["AA"].split() else "A"
        words = point.get("words") or (f"Does not apply: {point['none']}." if "none" in point else "")
        tests = [f"`{name}`{_outcome(name, said)}" for name in point.get("tests", [])]
        by_hand = "looked at" if "words" in point else ""
        lines.append(f"| {number} {point['name']} | {level} | {words} | {', '.join(tests) or by_hand} |")
    return "\n".join([*lines, ""])


def _outcome(name: str, said: dict[str, Any] | None) -> str:
    """Return what a test said, if it ran."""
    counts = (said or {"tests": {}})["tests"].get(name)
    if counts is None:
        return ""
    passed, failed = counts["passed"], counts["failed"]
    return f": {failed} of {passed + failed} **failed**" if failed else f": passed ({passed})"
