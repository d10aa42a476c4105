"""Whether two results are the same, to the precision that their numbers really have."""

import numpy as np

from course_utils.arrays import Array, BoolArray

EXACT = float(np.spacing(1.0))  # of whole numbers, as of float64
HALF, SINGLE = (float(np.spacing(dtype(1))) for dtype in (np.float16, np.float32))
IN_SINGLE, IN_DOUBLE = 2e-5, 1e-10  # of the largest; sums round in another order. Half precision is no way to be right.


def agree(value: Array, expected: Array) -> bool:
    """Whether a result is the expected one; words have to be the same.

    Args:
        value: of any shape; its own precision says how much it may differ.
        expected: in float64, or words.
    """
    if value.shape != expected.shape:
        return False
    if (value.dtype.kind == "U") != (expected.dtype.kind == "U"):
        return False
    return bool(close(value, expected).all())


def close(value: Array, expected: Array) -> BoolArray:
    """Return for each number, or each word, whether it is the expected one; both have one shape."""
    if value.dtype.kind == "U":
        return np.asarray(value == expected)
    wanted = expected.astype(np.float64)
    tolerance = IN_SINGLE if precision(value) == SINGLE else IN_DOUBLE
    scale = np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted)) or 1.0  # 0 need not come out to the last digit
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


def is_half(value: Array) -> bool:
    """Whether a result has the digits of half precision only, and would have more."""
    return precision(value) == HALF


def as_computed(value: Array, of_single: Array) -> Array:
    """Return a result in the precision in which it was computed.

    What is cast to float32 on the way, and to a Python float in the end, is the same for arguments in float32, to the last
    digit. So is what is rounded; that stays as it is.

    Args:
        value: for arguments in float64.
        of_single: for the same arguments in float32.
    """
    if value.dtype != np.float64 or value.shape != of_single.shape or not np.array_equal(value, of_single, equal_nan=True):
        return value
    with np.errstate(over="ignore"):
        single = value.astype(np.float32)
    too_large = np.isinf(single) & np.isfinite(value)  # for float32: it was not computed in that
    return value if too_large.any() or np.array_equal(np.round(value, 6), value, equal_nan=True) else single
