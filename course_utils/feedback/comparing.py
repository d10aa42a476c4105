"""Whether two results are the same, to the precision that their numbers really have."""

import numpy as np

from course_utils.arrays import Array, BoolArray

EXACT = float(np.spacing(1.0))  # of whole numbers, as of float64
COARSEST = 2e-3  # half precision is no way to be right by chance


def agree(value: Array, expected: Array) -> bool:
    """Whether a result is the expected one; words have to be the same.

    Args:
        value: of any shape; its own precision says how much it may differ: sums round in another order.
        expected: in float64, or words.
    """
    if value.shape != expected.shape:
        return False
    if "U" in (value.dtype.kind, expected.dtype.kind):
        return value.dtype.kind == expected.dtype.kind and bool((value == expected).all())
    return bool(close(value, expected).all())


def close(value: Array, expected: Array) -> BoolArray:
    """Return for each number whether it is the expected one; both are numbers, of one shape."""
    wanted = expected.astype(np.float64)
    tolerance = min(64 * precision(value) ** 0.75, COARSEST)  # 4e-4 in float32, 1e-10 in float64
    scale = np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isclose(value.astype(np.float64), wanted, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def precision(value: Array) -> float:
    """Return the distance from 1 to the next number in the precision that a result really has.

    What was computed in float32 and handed over as a Python float, or as a list of these, has the digits of float32 only.
    """
    if value.dtype.kind != "f":
        return EXACT
    numbers = value[np.isfinite(value)]
    whole = not numbers.size or bool((numbers == np.rint(numbers)).all())
    for dtype in (np.float16, np.float32):
        with np.errstate(over="ignore"):
            if not whole and np.array_equal(numbers.astype(dtype).astype(value.dtype), numbers):
                return float(np.spacing(dtype(1)))
    return float(np.spacing(np.ones((), value.dtype)))
