"""In the sealed process: what is printed is sent in pieces, so that little of it waits in memory and no message is too long."""

from ipykernel.iostream import OutStream

PIECE = 2**20  # characters


class PiecewiseStream(OutStream):
    """Sends at the latest after a piece; ipykernel itself waits for a timer, whatever comes in until then."""

    _unsent = 0  # characters, at most: the timer may have sent some

    def write(self, string: str) -> int:
        """Write, and return the number of characters."""
        for start in range(0, len(string), PIECE):
            self._unsent += super().write(string[start : start + PIECE]) or 0
            if self._unsent >= PIECE:
                self.flush()  # type: ignore[no-untyped-call]
                self._unsent = 0
        return len(string)
