"""In the sealed process: what is printed is sent in pieces, so that little of it waits in memory and no message is too long."""

import threading
import time

from ipykernel.iostream import OutStream

PIECE = 2**20  # characters
PATIENCE = 0.5  # seconds to wait for a piece to be sent
LOOK = 0.002  # seconds between two looks whether it was


class PiecewiseStream(OutStream):
    """Sends at the latest after a piece; ipykernel itself waits for a timer, whatever comes in until then."""

    _unsent = 0  # characters, at most: the timer may have sent some

    def write(self, string: str) -> int:
        """Write, and return the number of characters."""
        for start in range(0, len(string), PIECE):
            self._unsent += super().write(string[start : start + PIECE]) or 0
            if self._unsent >= PIECE:
                self._unsent = 0
                self._send()
        return len(string)

    def _send(self) -> None:
        """Have the sending thread send what there is, and wait a little until it has.

        No longer, and on no lock: whoever writes may hold what that thread waits for. A tracer that prints does, when it is
        called in the midst of ipykernel's own waiting.
        """
        if threading.current_thread() is self.pub_thread.thread:
            self._flush()  # type: ignore[no-untyped-call]
            return
        sent: list[bool] = []
        self.pub_thread.schedule(self._flush)
        self.pub_thread.schedule(lambda: sent.append(True))
        latest = time.monotonic() + PATIENCE
        while not sent and time.monotonic() < latest:
            time.sleep(LOOK)
