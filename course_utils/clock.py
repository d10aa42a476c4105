"""How much time code has had: on a busy machine, time in which it got no processor does not count."""

import time
from collections.abc import Callable

EACH = 0.5  # seconds between two looks at what was spent; shorter ones would be no more than the steps of the system's count
ASLEEP = 0.05  # of the time: who has used less of a processor was waiting of its own will
LONGEST_SLEEP = 1.0  # seconds between two looks; who looks later was kept from it as well, and so was the code, perhaps
PATIENCE = 4  # times as long by the wall's clock, at most


class Clock:
    """Counts seconds of the wall while code waits, and seconds of the processor while it works and shares a busy machine.

    Code that sleeps, and code that works alone, are counted as by an ordinary clock, if it is looked at twice a second.
    """

    def __init__(self, spent: Callable[[], float], wall: Callable[[], float] = time.monotonic) -> None:
        """Start.

        Args:
            spent: returns the seconds of processor time that the code has used, since whenever; of all cores together.
            wall: returns the time.
        """
        self._spent, self._wall = spent, wall
        self._begun = self._looked = wall()
        self._before = spent()
        self._counted = 0.0

    def used(self) -> float:
        """Return the seconds that count until now."""
        now = self._wall()
        if now - self._looked >= EACH:
            spent = self._spent()
            passed, worked = now - self._looked, spent - self._before
            self._counted += min(passed, LONGEST_SLEEP) if worked < ASLEEP * passed else min(passed, worked)
            self._looked, self._before = now, spent
        return max(self._counted + now - self._looked, (now - self._begun) / PATIENCE)
