"""What a kernel says to a cell, until it is idle, its time is over, it says too much, or it is gone."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from course_utils.clock import Clock
from course_utils.grading.inside.handed_over import MIME
from course_utils.grading.limits import FLOOD, GRACE, LEAST_MESSAGE, LONGEST_TRACEBACK

KEPT = ("text/plain", "image/png", "image/jpeg", MIME)  # of what a cell displays


@dataclass
class Ran:
    """What became of a cell.

    Attributes:
        outputs: in the notebook's format, but with nothing in them but texts.
        ended: "well", "error", "time", "output" or "died".
        reason: in words, if it did not end by itself.
        seconds: that it has had, as `Clock` counts.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    ended: str = "well"
    reason: str = ""
    seconds: float = 0.0


def ask(
    client: BlockingKernelClient, alive: Callable[[], bool], source: str, seconds: float, clock: Clock, silent: bool = False
) -> Ran:
    """Have a kernel run a cell, and listen; never raises for anything that the kernel says.

    Args:
        client: of the kernel.
        alive: whether the kernel's process is there.
        source: of the cell.
        seconds: to listen at most.
        clock: that counts them, just started.
        silent: whether the kernel keeps the cell out of its history.
    """
    ran = Ran()
    try:
        request = client.execute(source, silent=silent, allow_stdin=False, stop_on_error=False)
        _collect(client, alive, request, lambda: clock.used() < seconds, ran)
    except Exception as error:  # messages that are none: the kernel is not itself any more
        ran.ended, ran.reason = "died", f"the kernel answered with something that is no message ({type(error).__name__})"
    ran.seconds = clock.used()
    return ran


def _collect(
    client: BlockingKernelClient, alive: Callable[[], bool], request: str, has_time: Callable[[], bool], ran: Ran
) -> None:
    received = 0
    for message in _messages(client, alive, request, has_time, ran):
        kind, content = message["msg_type"], message["content"]
        received += max(LEAST_MESSAGE, len(str(content)))
        if kind == "status" and content["execution_state"] == "idle":
            return
        if received > FLOOD:
            ran.ended, ran.reason = "output", "too much output"
            return
        if kind in ("stream", "display_data", "execute_result", "error"):
            ran.outputs.append(_output(kind, content))
            if kind == "error":
                ran.ended = "error"


def _output(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return of a message what is of use, all of it texts: whoever reads it is safe from what is nested in it.

    Raises:
        TypeError, KeyError, ValueError, AttributeError: it is no such message.
    """
    if kind == "stream":
        name = "stderr" if content["name"] == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(content["text"])}
    if kind == "error":
        lines = [_text(line) for line in content["traceback"][:LONGEST_TRACEBACK]]
        return {
            "output_type": "error",
            "ename": _text(content["ename"]),
            "evalue": _text(content["evalue"]),
            "traceback": lines,
        }
    data = {name: content["data"][name] for name in KEPT if isinstance(content["data"].get(name), str)}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"got {type(value).__name__}, expected a text")
    return value


def _messages(
    client: BlockingKernelClient, alive: Callable[[], bool], request: str, has_time: Callable[[], bool], ran: Ran
) -> Iterator[dict[str, Any]]:
    """Yield what the kernel says to a request, until its time is over or the kernel is gone."""
    replied = float("inf")
    while has_time():
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
