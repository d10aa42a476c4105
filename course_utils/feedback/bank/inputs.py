"""What probes share: numbers that are nearly equal, and numbers next to a threshold. All are exact in float32."""

from typing import Any

import numpy as np


def nearly_equal(rng: np.random.Generator, shape: tuple[int, ...], about: float = 2.0**14, step: float = 2.0**-6) -> Any:
    """Return numbers far from 0, some steps apart: differences are exact, while a square multiplied out loses them."""
    return about + step * rng.integers(1, 9, shape)


def just_above(number: float) -> float:
    """Return the next number of float32."""
    return float(np.nextafter(np.float32(number), np.float32(np.inf)))


def just_below(number: float) -> float:
    """Return the number of float32 before it."""
    return float(np.nextafter(np.float32(number), np.float32(-np.inf)))
