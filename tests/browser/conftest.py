"""The browser of these tests: the machine's own Chromium, which asks nobody for anything by itself."""

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """Return where Chromium is."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise FileNotFoundError("No Chromium here. Install one, on Debian: apt-get install --yes chromium")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """The folder for pictures of what was seen."""
    folder = Path(__file__).resolve().parents[2] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


OUTCOMES: dict[str, dict[str, int]] = {}  # of the site's tests, by their names


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count how the tests of the site end: its page on accessibility tells it."""
    file, _, name = report.nodeid.partition("::")
    if file.endswith("test_site.py") and (report.when == "call" or report.failed):
        counts = OUTCOMES.setdefault(name.partition("[")[0], {"passed": 0, "failed": 0})
        counts["failed" if report.failed else "passed"] += not report.skipped


def pytest_sessionfinish() -> None:
    """Write down the counts for the next build of the site."""
    if OUTCOMES:
        build = Path(__file__).resolve().parents[2] / "build"
        build.mkdir(exist_ok=True)
        told = {"date": datetime.date.today().isoformat(), "tests": OUTCOMES}
        (build / "site-tests.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
