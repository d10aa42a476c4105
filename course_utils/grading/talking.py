"""The process that talks to a student's kernel: what the kernel says can fill no other's memory, and this one's is limited.

It starts the kernel, and answers a line of JSON with a line of JSON until nobody asks any more. It ends with the process that
started it, and the kernel with it, also in the middle of a cell: a worker that is killed leaves no work behind.
"""

import json
import os
import queue
import secrets
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from zmq.constants import SocketOption
from zmq.sugar.context import Context

from course_utils.clock import Clock
from course_utils.grading.limits import GRACE, LARGEST_MESSAGE, LISTENING
from course_utils.grading.listening import Ran, ask
from course_utils.grading.processes import adopt_orphans

CHANNELS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
POSIX = os.name == "posix"


class Kernel:
    """A kernel, and the line to it."""

    def __init__(self, command: list[str], environment: dict[str, str], work: str, connection: str) -> None:
        """Start it.

        Args:
            command: that starts it.
            environment: all of its environment.
            work: the folder that it starts in.
            connection: the file to write that tells of the kernel's sockets. They are made here, beside it, and the kernel is
                handed them: it needs to write nowhere.
        """
        self._client = BlockingKernelClient(context=Context())
        self._client.context.setsockopt(SocketOption.MAXMSGSIZE, LARGEST_MESSAGE)
        place = str(Path(connection).with_suffix(""))
        ports = {channel: number for number, channel in enumerate(CHANNELS, 1)} if POSIX else {}
        if POSIX:
            write_connection_file(connection, transport="ipc", ip=place, key=secrets.token_hex().encode(), **ports)
        else:
            write_connection_file(connection, key=secrets.token_hex().encode())
        self._client.load_connection_file(connection)
        with ExitStack() as handed_over:
            sockets = [handed_over.enter_context(_listening(f"{place}-{port}")) for port in ports.values()]
            handles = {"SEALED_SOCKETS": " ".join(str(one.fileno()) for one in sockets)}
            self._process = subprocess.Popen(
                command,
                env=environment | handles,
                cwd=work,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=tuple(one.fileno() for one in sockets),
                start_new_session=True,
            )
        self._client.start_channels(stdin=False, hb=False)
        self._spent: dict[psutil.Process, float] = {}

    def ready(self, seconds: float) -> Ran:
        """Wait until it can be heard, or is gone, or has had its seconds."""
        clock = Clock(self._processor_time)
        while clock.used() < seconds:
            if not self._alive():
                return Ran(ended="died", reason="the kernel ended", seconds=clock.used())
            self._client.kernel_info()
            with suppress(queue.Empty):
                self._client.get_iopub_msg(timeout=0.5)
                return Ran(seconds=clock.used())
        return Ran(ended="time", reason="it took too long", seconds=clock.used())

    def run(self, source: str, seconds: float) -> Ran:
        """Run a cell; one that does not come back after an interruption counts as died."""
        clock = Clock(self._processor_time)
        ran = ask(self._client, self._alive, source, seconds, clock)
        if ran.ended in ("time", "output") and not self._came_back():
            ran.ended = "died"
        ran.seconds = clock.used()
        return ran

    def end(self) -> None:
        """End its first process; the others are ended by who has started this one."""
        with suppress(OSError):
            self._process.kill()
        self._process.wait()

    def _alive(self) -> bool:
        return self._process.poll() is None

    def _came_back(self) -> bool:
        """Interrupt the kernel; whether it then answers again."""
        with suppress(Exception):
            self._client.control_channel.send(self._client.session.msg("interrupt_request", content={}))
            clock = Clock(lambda: self._processor_time() + time.process_time())  # what the cell has said is read first
            return ask(self._client, self._alive, "None", GRACE, clock, silent=True).ended == "well"
        return False

    def _processor_time(self) -> float:
        """Return the seconds of processor time of the kernel and of all that comes from it."""
        with suppress(psutil.Error):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    times = process.cpu_times()
                    self._spent[process] = times.user + times.system
        return sum(self._spent.values())


def _listening(path: str) -> socket.socket:
    one = socket.socket(socket.AF_UNIX)
    one.bind(path)
    one.listen(16)
    return one


def _limit_memory() -> None:
    """Limit this process, which a kernel can make listen to what it likes; the kernel has its own limits by now."""
    if POSIX:
        import resource

        for limit, most in ((resource.RLIMIT_DATA, LISTENING), (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(limit, (most, most))


def _say(answer: Ran) -> None:
    sys.stdout.buffer.write(json.dumps(vars(answer), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    sys.stdout.flush()


def _end_with_who_asks(kernel: Kernel) -> None:
    """Wait until the process at the other end of the standard input is gone, and end."""
    gone = select.poll()
    gone.register(sys.stdin, select.POLLHUP)  # and nothing else: what is there to read is not ours
    gone.poll()
    kernel.end()
    os._exit(1)


def main() -> None:
    """Talk to a kernel, as whoever writes to the standard input asks."""
    adopt_orphans()
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    seconds = told.pop("seconds")
    kernel = Kernel(**told)
    if POSIX:
        threading.Thread(target=_end_with_who_asks, args=(kernel,), daemon=True).start()
    try:
        _limit_memory()
        _say(kernel.ready(seconds))
        for line in sys.stdin:
            _say(kernel.run(**json.loads(line)))
    finally:
        kernel.end()


if __name__ == "__main__":
    main()
