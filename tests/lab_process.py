"""A lab for the tests: started as `make lab` starts it, and ended with all its children whatever happens."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.waiting import wait_until

LAB = [sys.executable, "-m", "course_utils", "lab"]
PYTHON = f'"{Path(sys.executable).as_posix()}"'
NO_BROWSER = f"{PYTHON} -V %s"


class Lab:
    """A started lab: its process and what it has printed so far."""

    def __init__(self, process: subprocess.Popen, log: Path) -> None:
        self.process = process
        self.log = log

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, pattern: str) -> str:
        """Return what matches in the output, once something does."""
        wait_until(lambda: re.search(pattern, self.output()) or self.process.poll() is not None, self.output)
        found = re.search(pattern, self.output())
        assert found, f"the lab ended before {pattern!r}:\n{self.output()}"
        return found[0]

    def address(self) -> str:
        """Return the printed address, once the lab has said all it has to say."""
        self.wait_for("To stop")
        return self.wait_for(r"http://\S+")

    def type(self, keys: str) -> None:
        self.process.stdin.write(keys.encode())
        self.process.stdin.flush()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@contextlib.contextmanager
def started(folder: Path, command: list[str] = LAB, cwd: Path | None = None, **environment: str) -> Iterator[Lab]:
    """Start the lab with no display, no browser and the home folder `folder`/home; it and its children end with the block."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH") and not name.startswith("JUPYTER")
    }
    own = {"HOME": str(folder / "home"), "USERPROFILE": str(folder / "home"), "BROWSER": NO_BROWSER}
    log = folder / "log.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=inherited | own | environment,
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    lab = Lab(process, log)
    try:
        yield lab
    finally:
        family = lab.children() if process.poll() is None else []
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        for survivor in psutil.wait_procs(family, timeout=1)[1]:
            survivor.kill()
        process.wait()
        process.stdin.close()
