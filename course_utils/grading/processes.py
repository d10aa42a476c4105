"""The processes of a kernel: all that come from it are found, watched, and ended together."""

import ctypes
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from course_utils.grading.limits import DISK, Limits

WATCH = 0.1  # seconds between two looks at what the processes use


class Processes:
    """All that this process has started since this object was made, and all that those have started.

    If a parent between ends, this process becomes the parent (on Linux), so that none gets out of sight.
    """

    def __init__(self, limits: Limits) -> None:
        _adopt_orphans()
        self._limits = limits
        self._others = _descendants()
        self._over = threading.Event()
        self._watcher: threading.Thread | None = None
        self.ended_for = ""

    def watch(self, folder: Path) -> None:
        """End them from now on as soon as they are too many, or use too much memory, or too much of the disk.

        Why they were ended is then in `ended_for`.

        Args:
            folder: where they can leave files.
        """
        self.ended_for = ""
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(self._over, folder), daemon=True)
        self._watcher.start()

    def end(self) -> None:
        """Stop watching and end all of them; again while new ones appear."""
        self._over.set()
        if self._watcher is not None:
            self._watcher.join()
        self._kill()

    def _watch(self, over: threading.Event, folder: Path) -> None:
        while not over.wait(WATCH):
            try:
                self.ended_for = self._too_much(folder)
            except Exception as error:  # what cannot be watched must not go on
                self.ended_for = f"it could not be watched ({type(error).__name__})"
            if self.ended_for:
                self._kill()
                return

    def _too_much(self, folder: Path) -> str:
        """Return what they use too much of, in words, or nothing."""
        processes, memory = self._now(), 0
        for process in processes:
            with suppress(psutil.Error, OSError):
                memory += process.memory_info().rss + _files_in_memory(process.pid)
        if len(processes) > self._limits.processes:
            return "it started too many processes"
        if memory > self._limits.memory_bytes:
            return "it used too much memory"
        return "it wrote too much to the disk" if _size(folder) > DISK else ""

    def _now(self) -> list[psutil.Process]:
        return [process for process in _descendants() if process not in self._others]

    def _kill(self) -> None:
        for _ in range(50):
            processes = self._now()
            if not processes:
                break
            for process in processes:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(processes, timeout=0.2)
        psutil.wait_procs([process for process in _descendants(ended=True) if process not in self._others], timeout=1)


def _files_in_memory(process: int) -> int:
    """Return the bytes of a process's files that are in memory only; nobody else counts them."""
    total = 0
    with suppress(OSError):
        for opened in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                if str(opened.readlink()).startswith("/memfd:"):
                    total += 512 * opened.stat().st_blocks
    return total


def _size(folder: Path) -> int:
    """Return the bytes of the files in a folder and below it; each of them counts as one block at least."""
    total, waiting = 0, [str(folder)]  # no recursion: folders within folders may be thousands
    while waiting and total <= DISK:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                total += max(4096, status.st_size)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return total


def _adopt_orphans() -> None:
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
