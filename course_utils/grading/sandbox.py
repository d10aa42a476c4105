"""A kernel that runs code nobody trusts: sealed off by bubblewrap where there is one, limited in any case."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from zmq.constants import SocketOption
from zmq.sugar.context import Context

from course_utils.data.archives import DATA
from course_utils.grading.limits import GRACE, LARGEST_MESSAGE, LOADING, Limits
from course_utils.grading.listening import Ran, ask
from course_utils.grading.package import write_sealed_package
from course_utils.grading.processes import Processes
from course_utils.grading.walls import HOME, behind_walls, sealed_here

INSIDE = "__import__('course_utils.grading.inside.answers', fromlist=['check'])"  # in a cell: what asks the functions
SHORT = "/tmp" if os.name == "posix" else None  # the path of a socket may have only a hundred characters


class SealedKernel:
    """An IPython kernel in a process of its own, started anew when it dies.

    Use as a context manager: afterwards none of its processes is left.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sealed = sealed_here()

    def __enter__(self) -> "SealedKernel":
        self._folder = tempfile.TemporaryDirectory(prefix="sealed-", dir=SHORT, ignore_cleanup_errors=True)
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
            self.start()
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

    def start(self) -> None:
        """Start the kernel; one that is running is ended first."""
        self._running.close()
        self._running.callback(self._processes.end)
        self._starts += 1
        run = self._box / f"run{self._starts}"
        run.mkdir()
        work = self._box / f"work{self._starts}"  # a new one: an old one could keep a new kernel from starting
        work.mkdir()
        spec = self._box / "kernels" / f"sealed{self._starts}"
        spec.mkdir(parents=True)
        command = [sys.executable, "-P", "-m", "course_utils.grading.inside.launch", "-f", "{connection_file}"]
        if self.sealed:
            command = behind_walls(self._box / "package", run, command)
        told = {"argv": command, "display_name": spec.name, "language": "python", "interrupt_mode": "message"}
        (spec / "kernel.json").write_text(json.dumps(told), "utf-8")
        self._manager = KernelManager(
            kernel_name=spec.name,
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(spec.parent)], ensure_native_kernel=False),
            transport="ipc" if os.name == "posix" else "tcp",
            connection_file=str(run / "kernel.json"),
            **({"ip": str(run / "k")} if os.name == "posix" else {}),
        )
        self._running.callback(self._shut_down)
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
        self._processes.watch(run if self.sealed else work)
        context = Context()
        self._running.callback(context.destroy, linger=0)
        context.setsockopt(SocketOption.MAXMSGSIZE, LARGEST_MESSAGE)
        self._client: BlockingKernelClient = self._manager.client(context=context)
        self._client.start_channels()
        self._running.callback(self._client.stop_channels)
        self._client.wait_for_ready(timeout=60 if self._starts == 1 else 20)
        ready = self.run(INSIDE, LOADING)
        if ready.ended != "well":  # a fault of ours, and nobody's zero
            raise RuntimeError(f"the sealed kernel cannot load what asks the functions ({ready.ended} {ready.reason})".rstrip())

    def run(self, source: str, seconds: float) -> Ran:
        """Run a cell; never raises for anything that the cell does.

        Args:
            source: of the cell.
            seconds: after which it is interrupted, and if that does not help ended with its kernel.
        """
        ran = ask(self._client, self._manager.is_alive, source, seconds)
        if ran.ended in ("time", "output") and not self._came_back():
            ran.ended = "died"
        if ran.ended == "died" and self._processes.ended_for:
            ran.reason = self._processes.ended_for
        return ran

    def _came_back(self) -> bool:
        """Interrupt the kernel; whether it then answers again."""
        with suppress(Exception):
            self._manager.interrupt_kernel()
            return ask(self._client, self._manager.is_alive, "None", GRACE, silent=True).ended == "well"
        return False

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

    def _shut_down(self) -> None:
        with suppress(Exception):
            self._manager.shutdown_kernel(now=True)
