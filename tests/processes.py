"""What tests ask of other processes, which may end while they are asked."""

import re
import signal
from pathlib import Path

import psutil


def is_alive(process: psutil.Process) -> bool:
    """Whether a process is there and has not ended; one that only waits to be asked for its status has."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def answers_to(process: psutil.Process, wanted: signal.Signals) -> bool:
    """Whether a process has a handler of its own for a signal; on Linux, where one can see that."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return False
    return bool(int(re.search(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)[1], 16) >> (wanted - 1) & 1)
