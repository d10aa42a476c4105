"""Waiting in tests until something is so, as long as it takes on a machine that has much else to do."""

import time
from collections.abc import Callable

SECONDS = 300


def wait_until(condition: Callable[[], object], explain: Callable[[], str] = str, seconds: float = SECONDS) -> None:
    """Ask again and again until it is so; then say what `explain` returns."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing came in {seconds} seconds:\n{explain()}")
        time.sleep(0.05)
