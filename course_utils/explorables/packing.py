"""Many numbers as a short text, as the modules take them: whole numbers of 16 bits and their unit, or a few decimals."""

import base64
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array
from course_utils.plots.arguments import numbers

LARGEST = 65535  # of 16 bits: an error of rounding is at most 1/131,070 of the largest number
DECIMALS = 3


def packed(name: str, values: ArrayLike) -> dict[str, Any]:
    """Return numbers in a sixth of the letters that JSON needs for them.

    Args:
        name: of the argument, for the message.
        values: (n,) float, from 0 up.

    Returns:
        words: base64 of n whole numbers, two bytes each, the low one first. unit: what 1 of them counts.

    Raises:
        ValueError: no numbers, or one that is not finite or below 0.
    """
    array = numbers(name, values, "(values,)", least=0)
    unit = float(array.max()) / LARGEST or 1.0
    return {"words": base64.b64encode(np.rint(array / unit).astype("<u2").tobytes()).decode(), "unit": unit}


def unpacked(words: dict[str, Any]) -> Float64Array:
    """Return the numbers of `packed`, as the modules see them."""
    whole: Float64Array = np.frombuffer(base64.b64decode(words["words"]), "<u2").astype(np.float64)
    return whole * float(words["unit"])


def rounded(values: Float64Array) -> Float64Array:
    """Return numbers with three decimals, or with as many more as small ones need: the error is below 1/600 of the largest."""
    power = round(math.log10(np.abs(values).max() or 1))
    result: Float64Array = np.round(values, min(300, DECIMALS - min(0, power)))  # of more, NumPy makes NaN
    return result
