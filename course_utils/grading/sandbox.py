"""A kernel that runs code nobody trusts: sealed off by bubblewrap where there is one, limited in any case."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import course_utils
from course_utils.clock import PATIENCE
from course_utils.data.archives import DATA
from course_utils.grading.limits import GRACE, LARGEST_ANSWER, LOADING, STARTING, Limits
from course_utils.grading.listening import Ran
from course_utils.grading.package import write_sealed_package
from course_utils.grading.processes import Processes
from course_utils.grading.walls import HOME, UNSEALED_ON_A_HUB, behind_walls, sealed_here, token_in_reach

INSIDE = "__import__('course_utils.grading.inside.answers', fromlist=['check'])"  # in a cell: what asks the functions
SHORT = "/tmp" if os.name == "posix" else None  # the path of a socket may have only a hundred characters


class KernelError(RuntimeError):
    """The kernel does not start, or does not load what is ours; the text says which."""


class SealedKernel:
    """An IPython kernel in a process of its own, started anew when it dies.

    Use as a context manager: afterwards none of its processes is left. This process never talks to it: another one does, see
    `talking`, with a limit of its own on memory.

    Attributes:
        limits: what its code may use.
        sealed: whether it is behind bubblewrap's walls.
        seconds: that it has had in all, for starting too, as `Clock` counts.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sealed = sealed_here()
        self.seconds = 0.0

    def __enter__(self) -> "SealedKernel":
        if token_in_reach():
            raise KernelError(UNSEALED_ON_A_HUB)
        self._folder = tempfile.TemporaryDirectory(prefix=f"sealed-{os.getpid()}-", dir=SHORT, ignore_cleanup_errors=True)
        self._box = Path(self._folder.name)
        for name in ("package", "matplotlib"):
            (self._box / name).mkdir()
        write_sealed_package(self._box / "package")
        if not self.sealed:
            (self._box / "package" / "data").symlink_to(DATA, target_is_directory=True)
        self._processes = Processes(self.limits)
        self._running = ExitStack()
        self._starts = 0
        try:
            self.start(LOADING)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()
        try:
            self._folder.cleanup()
        except RecursionError:  # folders within folders, thousands of them
            subprocess.run([shutil.which("rm", path=os.defpath) or "rm", "-rf", str(self._box)], check=False)

    def start(self, seconds: float) -> None:
        """Start the kernel; one that is running is ended first.

        Args:
            seconds: that it may take.

        Raises:
            KernelError: it does not start within them.
        """
        self._running.close()
        self._running.callback(self._processes.end)
        self._starts += 1
        connection = self._box / f"run{self._starts}" / "k.json"
        connection.parent.mkdir()
        work = self._box / f"work{self._starts}"  # a new one: an old one could keep a new kernel from starting
        work.mkdir()
        talker = [sys.executable, "-P", "-m", "course_utils.grading.talking"]
        path = os.pathsep.join([str(Path(course_utils.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._talker = subprocess.Popen(
            talker,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
            bufsize=0,
        )
        self._running.push(self._talker)
        self._running.callback(self._talker.kill)
        self._processes.watch(None if self.sealed else work, spared=self._talker.pid)
        home = HOME if self.sealed else str(work)
        ready = self._tell(
            seconds,
            command=self._command(connection),
            environment=self._environment(home),
            work=str(work),
            connection=str(connection),
        )
        if ready.ended == "well":
            ready = self.run(INSIDE, seconds)
        if ready.ended != "well":
            raise KernelError(f"the sealed kernel cannot load what asks the functions ({ready.ended} {ready.reason})".rstrip())

    def run(self, source: str, seconds: float) -> Ran:
        """Run a cell; never raises for anything that the cell does.

        Args:
            source: of the cell.
            seconds: after which it is interrupted, and if that does not help ended with its kernel.
        """
        return self._tell(seconds, source=source)

    def look(self) -> str:
        """Look at once whether it uses too much, and end it if so; return why, or nothing."""
        return self._processes.look()

    def _tell(self, seconds: float, **told: Any) -> Ran:
        """Send the other process a line, and return what it says of it; if it says nothing, it is as dead as the kernel."""
        self._processes.expect_within(PATIENCE * (seconds + GRACE) + STARTING)
        line = b""
        with suppress(OSError):
            left = memoryview(json.dumps(told | {"seconds": seconds}).encode() + b"\n")
            while left:
                left = left[self._talker.stdin.write(left) :]  # type: ignore[union-attr]
            line = self._read_line()
        ran = (
            Ran(**json.loads(line.decode("utf-8", "surrogatepass")))
            if line.endswith(b"\n")
            else Ran(ended="died", reason="it said too much")
        )
        if ran.ended == "died" and self._processes.ended_for:
            ran.reason = self._processes.ended_for
        self.seconds += ran.seconds
        return ran

    def _read_line(self) -> bytes:
        """Return a line of bounded length, or what there is of it when nothing more comes."""
        line = bytearray()
        while not line.endswith(b"\n") and len(line) < LARGEST_ANSWER:
            piece = self._talker.stdout.read(2**20)  # type: ignore[union-attr]
            if not piece:
                break
            line += piece
        return bytes(line)

    def _command(self, connection: Path) -> list[str]:
        command = [
            *(sys.executable, "-P", "-m", "course_utils.grading.inside.launch", "-f", str(connection)),
            "--HistoryManager.hist_file=:memory:",
            "--log-level=CRITICAL",
            "--IPKernelApp.outstream_class=course_utils.grading.inside.output.PiecewiseStream",
        ]
        return behind_walls(self._box / "package", connection.parent, command) if self.sealed else command

    def _environment(self, home: str) -> dict[str, str]:
        inside = "/tmp" if self.sealed else str(self._box)
        kept = {name: os.environ[name] for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ}
        limits = {f"SEALED_{name}": str(most) for name, most in self.limits.of_the_system().items()}
        own = {
            "PATH": os.defpath,
            "HOME": home,
            "USER": "student",
            "LANG": "C.UTF-8",
            "PYTHONPATH": "/course" if self.sealed else f"{inside}/package",
            "PYTHONDONTWRITEBYTECODE": "1",
            "IPYTHONDIR": f"{home}/.ipython",
            "MPLCONFIGDIR": f"{inside}/matplotlib",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        }
        return kept | limits | own
