"""What a kernel says to a cell, until it is idle, its time is over, it says too much, or it is gone."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from nbformat import NotebookNode
from nbformat.v4 import output_from_msg

from course_utils.grading.limits import FLOOD, GRACE


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


def ask(client: BlockingKernelClient, alive: Callable[[], bool], source: str, seconds: float, silent: bool = False) -> Ran:
    """Have a kernel run a cell, and listen; never raises for anything that the kernel says.

    Args:
        client: of the kernel.
        alive: whether the kernel's process is there.
        source: of the cell.
        seconds: to listen at most.
        silent: whether the kernel keeps the cell out of its history.
    """
    ran = Ran()
    try:
        request = client.execute(source, silent=silent, allow_stdin=False, stop_on_error=False)
        _collect(client, alive, request, seconds, ran)
    except Exception as error:  # messages that are none: the kernel is not itself any more
        ran.ended, ran.reason = "died", f"the kernel answered with something that is no message ({type(error).__name__})"
    return ran


def _collect(client: BlockingKernelClient, alive: Callable[[], bool], request: str, seconds: float, ran: Ran) -> None:
    received = 0
    for message in _messages(client, alive, request, time.monotonic() + seconds, ran):
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


def _messages(
    client: BlockingKernelClient, alive: Callable[[], bool], request: str, deadline: float, ran: Ran
) -> Iterator[dict[str, Any]]:
    """Yield what the kernel says to a request, until its time is over or the kernel is gone."""
    replied = float("inf")
    while time.monotonic() < deadline:
        try:
            message = client.get_iopub_msg(timeout=0.2)
        except queue.Empty:
            if not alive():
                ran.ended, ran.reason = "died", "the kernel ended"
                return
            # Its last message can be lost, with a larger one before it; the reply on the other channel tells.
            with suppress(queue.Empty):
                if client.get_shell_msg(timeout=0)["parent_header"].get("msg_id") == request:
                    replied = time.monotonic()
            if time.monotonic() > replied + GRACE:
                ran.ended, ran.reason = "output", "too much output"
                return
            continue
        if message["parent_header"].get("msg_id") == request:
            yield message
    ran.ended, ran.reason = "time", "it took too long"
