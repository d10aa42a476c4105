"""The processes of a kernel: all that come from it are found, watched, and ended together."""

import ctypes
import os
import stat
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from course_utils.grading.limits import DISK, Limits

WATCH = 0.1  # seconds between two looks at what the processes use
BUFFER = 2**18  # bytes that a socket or a pipe can hold, about
INODE = 4096  # bytes that a file counts for beside its content
OWN = ("/tmp", "/dev/shm")  # file systems in memory that a process behind walls has for itself


class Processes:
    """All that this process has started since this object was made, and all that those have started.

    If a parent between ends, this process becomes the parent (on Linux), so that none gets out of sight.
    """

    def __init__(self, limits: Limits) -> None:
        adopt_orphans()
        self._limits = limits
        self._others = _descendants()
        self._spared: list[psutil.Process] = []
        self._over = threading.Event()
        self._watcher: threading.Thread | None = None
        self._folder: Path | None = None
        self._latest = float("inf")
        self.ended_for = ""

    def watch(self, folder: Path | None, spared: int | None = None) -> None:
        """End them from now on as soon as they are too many, or use too much memory, or too much of the disk.

        Why they were ended is then in `ended_for`.

        Args:
            folder: where they can leave files, if they can.
            spared: the number of a process that is ours: it neither counts nor is ended, but when nothing came within the time
                that `expect_within` gave, and in the end.
        """
        self.ended_for, self._latest, self._folder = "", float("inf"), folder
        self._spared = [] if spared is None else [psutil.Process(spared)]
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(self._over,), daemon=True)
        self._watcher.start()

    def expect_within(self, seconds: float) -> None:
        """End all of them, if this is not said again within so many seconds."""
        self._latest = time.monotonic() + seconds

    def end(self) -> None:
        """Stop watching and end all of them; again while new ones appear."""
        self._over.set()
        if self._watcher is not None:
            self._watcher.join()
        self._spared = []
        self._kill()

    def look(self) -> str:
        """Look at once, and end them if they use too much; return why, or nothing."""
        try:
            self.ended_for = self.ended_for or self._too_much(self._folder)
        except Exception as error:  # what cannot be watched must not go on
            self.ended_for = f"it could not be watched ({type(error).__name__})"
        if time.monotonic() > self._latest:
            self._spared = []
            self.ended_for = "it took too long"
        if self.ended_for:
            self._kill()
        return self.ended_for

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(WATCH):
            if self.look():
                return

    def _too_much(self, folder: Path | None) -> str:
        """Return what they use too much of, in words, or nothing."""
        processes = self._now(ended=True)  # who has ended and is not asked for still takes a place
        memory, disk = 0, 0 if folder is None else _size(folder)
        held: set[str] = set()
        for process in processes:
            with suppress(psutil.Error, OSError):
                memory += process.memory_info().rss
                kept, gone = _held(process.pid, held)
                memory, disk = memory + kept + _file_systems(process.pid, held), disk + gone
        if len(processes) > self._limits.processes:
            return "it started too many processes"
        if memory > self._limits.memory_bytes:
            return "it used too much memory"
        return "it wrote too much to the disk" if disk > DISK else ""

    def _now(self, ended: bool = False) -> list[psutil.Process]:
        spared = (*self._others, *self._spared)
        return [process for process in _descendants(ended) if process not in spared]

    def _kill(self) -> None:
        for _ in range(50):
            processes = self._now()
            if not processes:
                break
            for process in processes:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(processes, timeout=0.2)
        psutil.wait_procs(self._now(ended=True), timeout=1)


def _held(process: int, seen: set[str]) -> tuple[int, int]:
    """Return the bytes that a process has in memory and on the disk where nobody else counts them: in what it holds open.

    Files in memory; sockets and pipes, each counted as full; and files that were removed, whose room is not yet free.

    Args:
        process: its number.
        seen: what was counted; grows.
    """
    memory = disk = 0
    with suppress(OSError):
        for opened in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                name, status = str(opened.readlink()), opened.stat()
                known = f"{status.st_dev}:{status.st_ino}"
                if known in seen:
                    continue
                if name.startswith(("/memfd:", "/dev/shm/")):
                    memory += 512 * status.st_blocks
                elif name.startswith(("socket:", "pipe:")):
                    memory += BUFFER
                elif stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                    disk += 512 * status.st_blocks
                seen.add(known)
    return memory, disk


def _file_systems(process: int, seen: set[str]) -> int:
    """Return the bytes of memory that the files in a process's own file systems take, and that each of them takes for its name.

    Args:
        process: its number.
        seen: what was counted; grows.
    """
    total = 0
    for place in OWN:
        with suppress(OSError):
            inside = f"/proc/{process}/root{place}"
            device = Path(inside).stat().st_dev
            if device == Path(place).stat().st_dev or f"file system {device}" in seen:
                continue
            seen.add(f"file system {device}")
            status = os.statvfs(inside)
            total += (status.f_blocks - status.f_bfree) * status.f_frsize + (status.f_files - status.f_ffree) * INODE
    return total


def _size(folder: Path) -> int:
    """Return the bytes of the files in a folder and below it; each of them counts as one block at least."""
    total, waiting = 0, [str(folder)]  # no recursion: folders within folders may be thousands
    while waiting and total <= DISK:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                total += max(INODE, status.st_size)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return total


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _descendants(ended: bool = False) -> list[psutil.Process]:
    """Return the processes that come from this one; on request with those that have ended and only wait to be asked."""
    found = []
    with suppress(psutil.Error):
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if ended or process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
    return found
