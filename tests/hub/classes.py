"""A class on a hub for the tests: its accounts are real, made for it and gone with it; its hub runs as `make hub` starts it."""

import contextlib
import csv
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from hub.accounts import passwords
from tests.hub.ports import free_ports
from tests.waiting import SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[2]
INSTALLING = 900  # seconds, at most, on a busy machine, for 3 GB of packages


def home(account: str) -> Path:
    return Path(pwd.getpwnam(account).pw_dir)


@contextlib.contextmanager
def made_class(lecturer: str, grader: str, roster: Sequence[Sequence[object]]) -> Iterator[Path]:
    """Make a folder that all users may read, with the settings and the roster of a class; `make hub` makes the accounts of it.

    Accounts, their processes and the folder are gone afterwards.

    Args:
        lecturer: an account that is not there yet.
        grader: another one.
        roster: its first line, then one for each student, whose account comes first.
    """
    accounts = [lecturer, grader, *(str(row[0]) for row in roster[1:])]
    if os.geteuid() != 0:
        pytest.fail("This makes accounts of the system, and needs root: sudo make test-hub, or bench-hub", pytrace=False)
    if there := {account.pw_name for account in pwd.getpwall()}.intersection(accounts):
        pytest.fail(
            f"{min(there)} is an account here. If an earlier test left it: userdel --remove {min(there)}", pytrace=False
        )
    folder = Path(tempfile.mkdtemp(prefix="faces-and-style-hub-", dir="/var/tmp"))
    try:
        folder.chmod(0o755)
        with (folder / "roster.csv").open("w") as file:
            csv.writer(file).writerows(roster)
        _write_settings(folder, lecturer, grader)
        yield folder
    finally:
        _end([*processes_of(accounts), *_processes_from(folder)])
        for account in accounts:
            subprocess.run(["userdel", "--remove", "--force", account], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _write_settings(folder: Path, lecturer: str, grader: str) -> None:
    settings = (ROOT / "hub" / "settings.toml").read_text()
    told = {
        "lecturers": f'["{lecturer}"]',
        "grader": f'"{grader}"',
        "prefix": f'"{folder / "hub"}"',
        "address": f'"http://127.0.0.1:{free_ports(3)}"',
    }
    for name, value in told.items():
        settings, count = re.subn(rf"^{name} = \S+", f"{name} = {value}", settings, flags=re.MULTILINE)
        assert count == 1, name
    (folder / "settings.toml").write_text(settings)


def processes_of(accounts: Sequence[str]) -> list[psutil.Process]:
    """Return what runs in the name of these accounts."""
    return [process for process in psutil.process_iter(["username"]) if process.info["username"] in accounts]


def _processes_from(folder: Path) -> list[psutil.Process]:
    """Return what was started with a path of this folder, such as the proxy of a hub that has died."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in part for part in process.info["cmdline"] or ())
    ]


def _end(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=SECONDS)


class Hub:
    """The hub of the settings in a folder, as `make hub` starts it.

    Attributes:
        prefix: its folder.
        said: what `make hub` has said.
        address: for a browser.
    """

    def __init__(self, folder: Path) -> None:
        self.settings, self.log, self.prefix = folder / "settings.toml", folder / "log.txt", folder / "hub"

    def start(self) -> None:
        with self.log.open("wb") as stream:
            command = [sys.executable, "-m", "hub", str(self.settings)]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=stream, stderr=stream)
        wait_until(lambda: "To stop it" in self.said or self.process.poll() is not None, self.log.read_text, INSTALLING)
        assert self.process.poll() is None, self.said
        self.address = re.search(r"open at {2}(\S+)", self.said)[1]

    @property
    def said(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        """End JupyterHub itself as a lack of memory would: it can put nothing in order."""
        (jupyterhub,) = psutil.Process(self.process.pid).children()
        jupyterhub.kill()
        assert self.process.wait(timeout=SECONDS) == signal.SIGKILL

    def processes(self) -> list[psutil.Process]:
        """Return what `make hub` has started: JupyterHub, its proxy and its service, and the servers of users."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=SECONDS)

    @property
    def exchange(self) -> Path:
        return self.prefix / "exchange" / "faces-and-style"

    def password(self, account: str) -> str:
        return passwords(self.prefix / "state" / "passwords.csv")[account]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Hub]:
    """Run the hub of a class; what it said is left in build/hub.log."""
    hub = Hub(folder)
    try:
        hub.start()
        yield hub
    finally:
        hub.stop()
        (ROOT / "build").mkdir(exist_ok=True)
        with contextlib.suppress(OSError):
            shutil.copy(hub.prefix / "state" / "hub.log", ROOT / "build" / "hub.log")
