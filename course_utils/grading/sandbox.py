"""A kernel that runs code nobody trusts: sealed off by bubblewrap where there is one, limited in any case."""

import ctypes
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode
from nbformat.v4 import output_from_msg
from zmq.constants import SocketOption
from zmq.sugar.context import Context

from course_utils.data.archives import CACHE, DATA
from course_utils.grading.package import write_sealed_package

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
SHORT = "/tmp" if os.name == "posix" else None  # the path of a socket may have only a hundred characters
HOME = "/tmp/work"  # of the student inside of the walls, where /tmp is a file system of its own
LARGEST_MESSAGE = 20 * 2**20  # bytes; the kernel's connection is cut at a larger one
FLOOD = 20 * 2**20  # bytes of output after which a cell is stopped
DISK = 256 * 2**20  # bytes of files that it may leave on this machine's disk
TEMPORARY = 256 * 2**20  # bytes of the sealed process's own /tmp
GRACE = 2.0  # seconds to come back after an interruption
WATCH = 0.1  # seconds between two looks at what the processes use


@dataclass(frozen=True)
class Limits:
    """What student code may use.

    Attributes:
        cell_seconds: for one cell.
        call_seconds: for one call of a function that is judged.
        notebook_seconds: for the whole notebook; what has not run by then is not run.
        memory_bytes: of all its processes together.
        processes: how many at once.
        file_bytes: for one file.
    """

    cell_seconds: float = 30.0
    call_seconds: float = 5.0
    notebook_seconds: float = 240.0
    memory_bytes: int = 3 * 2**30
    processes: int = 64
    file_bytes: int = 20 * 2**20


@dataclass
class Ran:
    """What became of a cell.

    Attributes:
        outputs: in the notebook's format.
        ended: "well", "error", "time", "output" or "died".
        reason: in words, if it did not end by itself.
    """

    outputs: list[NotebookNode] = field(default_factory=list)
    ended: str = "well"
    reason: str = ""


@cache
def sealed_here() -> bool:
    """Whether bubblewrap is there and works; some systems forbid it to ordinary users."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return False
    trial = [bubblewrap, *_walls(Path("/nowhere"), Path("/nowhere"), try_only=True), "--", "/bin/true"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


class SealedKernel:
    """An IPython kernel in a process of its own, started anew when it dies.

    Use as a context manager: afterwards none of its processes is left.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sealed = sealed_here()
        self._over = threading.Event()

    def __enter__(self) -> "SealedKernel":
        self._folder = tempfile.TemporaryDirectory(prefix="sealed-", dir=SHORT, ignore_cleanup_errors=True)
        self._box = Path(self._folder.name)
        for name in ("package", "matplotlib"):
            (self._box / name).mkdir()
        write_sealed_package(self._box / "package")
        if not self.sealed:
            (self._box / "package" / "data").symlink_to(DATA, target_is_directory=True)
        _adopt_orphans()
        self._others = _descendants()
        self._starts = 0
        try:
            self.start()
        except BaseException:
            self._over.set()
            self._kill()
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        try:
            self._folder.cleanup()
        except RecursionError:  # folders within folders, thousands of them
            subprocess.run([shutil.which("rm", path=os.defpath) or "rm", "-rf", str(self._box)], check=False)

    def start(self) -> None:
        """Start the kernel; one that is running is ended first."""
        if self._starts:
            self._stop()
        self._starts += 1
        run = self._box / f"run{self._starts}"
        run.mkdir()
        work = self._box / f"work{self._starts}"  # a new one: an old one could keep a new kernel from starting
        work.mkdir()
        spec = self._box / "kernels" / f"sealed{self._starts}"
        spec.mkdir(parents=True)
        python = [sys.executable, "-P", "-m", "course_utils.grading.inside.launch", "-f", "{connection_file}"]
        walls = [str(shutil.which("bwrap")), *_walls(self._box / "package", run), "--"] if self.sealed else []
        (spec / "kernel.json").write_text(
            json.dumps(
                {"argv": [*walls, *python], "display_name": spec.name, "language": "python", "interrupt_mode": "message"}
            ),
            "utf-8",
        )
        self._manager = KernelManager(
            kernel_name=spec.name,
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(spec.parent)], ensure_native_kernel=False),
            transport="ipc" if os.name == "posix" else "tcp",
            connection_file=str(run / "kernel.json"),
            **({"ip": str(run / "k")} if os.name == "posix" else {}),
        )
        self._manager.start_kernel(
            env=self._environment(HOME if self.sealed else str(work)),
            cwd=str(work),
            extra_arguments=[
                "--HistoryManager.hist_file=:memory:",
                "--log-level=CRITICAL",
                "--IPKernelApp.outstream_class=course_utils.grading.inside.output.PiecewiseStream",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._killed_for = ""
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(self._over, run if self.sealed else work), daemon=True)
        self._watcher.start()
        self._context = Context()
        self._context.setsockopt(SocketOption.MAXMSGSIZE, LARGEST_MESSAGE)
        self._client: BlockingKernelClient = self._manager.client(context=self._context)
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60 if self._starts == 1 else 20)

    def run(self, source: str, seconds: float) -> Ran:
        """Run a cell; never raises for anything that the cell does.

        Args:
            source: of the cell.
            seconds: after which it is interrupted, and if that does not help ended with its kernel.
        """
        ran = Ran()
        try:
            self._collect(self._client.execute(source, allow_stdin=False, stop_on_error=False), seconds, ran)
        except Exception as error:  # messages that are none: the kernel is not itself any more
            ran.ended, ran.reason = "died", f"the kernel answered with something that is no message ({type(error).__name__})"
        if ran.ended in ("time", "output") and not self._came_back():
            ran.ended = "died"
        if ran.ended == "died" and self._killed_for:
            ran.reason = self._killed_for
        return ran

    def _collect(self, request: str, seconds: float, ran: Ran) -> None:
        deadline, received = time.monotonic() + seconds, 0
        for message in self._messages(request, deadline, ran):
            kind, content = message["msg_type"], message["content"]
            received += len(str(content))
            if kind == "status" and content["execution_state"] == "idle":
                return
            if received > FLOOD:
                ran.ended, ran.reason = "output", "too much output"
                return
            if kind in ("stream", "display_data", "execute_result", "error"):
                ran.outputs.append(output_from_msg(message))
                if kind == "error":
                    ran.ended = "error"

    def _messages(self, request: str, deadline: float, ran: Ran) -> Iterator[dict[str, Any]]:
        """Yield what the kernel says to a request, until its time is over or the kernel is gone."""
        replied = float("inf")
        while time.monotonic() < deadline:
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                if not self._manager.is_alive():
                    ran.ended, ran.reason = "died", "the kernel ended"
                    return
                # Its last message can be lost, with a larger one before it; the reply on the other channel tells.
                with suppress(queue.Empty):
                    if self._client.get_shell_msg(timeout=0)["parent_header"].get("msg_id") == request:
                        replied = time.monotonic()
                if time.monotonic() > replied + GRACE:
                    ran.ended, ran.reason = "output", "too much output"
                    return
                continue
            if message["parent_header"].get("msg_id") == request:
                yield message
        ran.ended, ran.reason = "time", "it took too long"

    def _came_back(self) -> bool:
        """Interrupt the kernel; whether it then answers again."""
        with suppress(Exception):
            self._manager.interrupt_kernel()
            trial = Ran()
            self._collect(self._client.execute("None", allow_stdin=False, silent=True), GRACE, trial)
            return trial.ended == "well"
        return False

    def _environment(self, home: str) -> dict[str, str]:
        inside = "/tmp" if self.sealed else str(self._box)
        kept = {name: os.environ[name] for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ}
        return kept | {
            "PATH": os.defpath,
            "HOME": home,
            "USER": "student",
            "LANG": "C.UTF-8",
            "PYTHONPATH": "/course" if self.sealed else f"{inside}/package",
            "PYTHONDONTWRITEBYTECODE": "1",
            "IPYTHONDIR": f"{home}/.ipython",
            "MPLCONFIGDIR": f"{inside}/matplotlib",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "SEALED_MEMORY": str(2 * self.limits.memory_bytes),  # of addresses; TensorFlow asks for more than it uses
            "SEALED_FILE": str(self.limits.file_bytes),
            "SEALED_CPU": str(int(4 * self.limits.notebook_seconds)),
        }

    def _processes(self) -> list[psutil.Process]:
        return [process for process in _descendants() if process not in self._others]

    def _watch(self, over: threading.Event, run: Path) -> None:
        """End the kernel's processes when they are too many, or use too much memory or disk."""
        while not over.wait(WATCH):
            try:
                self._killed_for = self._too_much(run)
            except Exception as error:  # what cannot be watched must not go on
                self._killed_for = f"it could not be watched ({type(error).__name__})"
            if self._killed_for:
                self._kill()
                return

    def _too_much(self, run: Path) -> str:
        """Return what the kernel's processes use too much of, in words, or nothing."""
        processes, memory = self._processes(), 0
        for process in processes:
            with suppress(psutil.Error, OSError):
                memory += process.memory_info().rss + _files_in_memory(process.pid)
        if len(processes) > self.limits.processes:
            return "it started too many processes"
        if memory > self.limits.memory_bytes:
            return "it used too much memory"
        return "it wrote too much to the disk" if _size(run) > DISK else ""

    def _kill(self) -> None:
        """End all processes of the kernel; again while new ones appear."""
        for _ in range(50):
            processes = self._processes()
            if not processes:
                break
            for process in processes:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(processes, timeout=0.2)
        psutil.wait_procs([process for process in _descendants(ended=True) if process not in self._others], timeout=1)

    def _stop(self) -> None:
        self._over.set()
        self._watcher.join()
        self._client.stop_channels()
        self._context.destroy(linger=0)
        with suppress(Exception):
            self._manager.shutdown_kernel(now=True)
        self._kill()


def _walls(package: Path, run: Path, try_only: bool = False) -> list[str]:
    """Return the arguments of bubblewrap: what the sealed process sees of this machine, and nothing else.

    Args:
        package: what it sees of this course's package, and of its data.
        run: where the kernel's sockets are.
        try_only: without the course's own folders, to see whether bubblewrap works.
    """
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sealed"]
    walls += ["--proc", "/proc"]
    for name in (
        "/proc/sys",
        "/proc/sysrq-trigger",
        "/proc/irq",
        "/proc/bus",
    ):  # where grading runs as root, it may write there
        walls += ["--ro-bind-try", name, name]
    walls += ["--dev", "/dev"]
    for name in SYSTEM:
        walls += ["--ro-bind-try", name, name]
    if try_only:
        return walls
    size = ["--size", str(TEMPORARY)] if _knows_size() else []
    walls += [*size, "--tmpfs", "/tmp", "--dir", HOME, "--dir", "/tmp/matplotlib"]  # first: this Python can lie in /tmp
    for name in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not name.startswith("/usr"):
            walls += ["--ro-bind", name, name]
    walls += ["--ro-bind", str(package / "course_utils"), "/course/course_utils"]
    for path in sorted(DATA.iterdir()):
        if path != CACHE:
            walls += ["--ro-bind", str(path), f"/course/data/{path.name}"]
    for path in sorted(CACHE.glob("*.whl")):
        walls += ["--ro-bind", str(path), f"/course/data/cache/{path.name}"]
    walls += ["--chdir", HOME]
    for fonts in _font_lists():
        walls += ["--ro-bind", str(fonts), f"/tmp/matplotlib/{fonts.name}"]  # or each kernel would look for all fonts again
    walls += ["--bind", str(run), str(run)]
    return [*walls, *size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]


@cache
def _knows_size() -> bool:
    """Whether this bubblewrap can limit a file system in memory (0.7 and later)."""
    return "--size" in subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout


@cache
def _font_lists() -> tuple[Path, ...]:
    import matplotlib as mpl
    from matplotlib import font_manager  # noqa: F401 - makes the list

    return tuple(Path(mpl.get_cachedir()).glob("fontlist-*.json"))


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
    """Become the parent of processes whose own parent ends, so that none gets out of sight."""
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
