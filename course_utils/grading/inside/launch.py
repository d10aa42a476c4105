"""Starts the kernel of the sealed process: limits first, which what is started later cannot raise."""

import ctypes
import os
import signal
import sys

from course_utils.grading.inside.forbidden import forbid
from course_utils.grading.inside.hidden import stand_in


def limit() -> None:
    """Limit memory, files and processor time, as `Limits.of_the_system` says; forbid some system calls; end with the parent."""
    import resource

    for name in ("AS", "FSIZE", "CPU", "NOFILE", "CORE"):
        most = int(os.environ.pop(f"SEALED_{name}"))
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
        except (ValueError, OSError):  # macOS has no limit on memory
            continue
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    forbid()


def main() -> None:
    """Start an IPython kernel."""
    if os.name == "posix":
        limit()
    stand_in()
    # Seen from inside a namespace of its own, the parent has another number: ipykernel would take it for dead.
    os.environ.pop("JPY_PARENT_PID", None)
    from ipykernel.zmqshell import ZMQInteractiveShell

    from course_utils.grading.inside.sockets import SealedApp

    # `quit()` in a cell would end the kernel under the next cell, which has done nothing wrong.
    ZMQInteractiveShell.ask_exit = _stay  # type: ignore[method-assign]
    SealedApp.launch_instance()


def _stay(_: object) -> None:
    """Stay where one is asked to leave."""


if __name__ == "__main__":
    main()
