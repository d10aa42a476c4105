"""What figures are given: looked at before anything is drawn, so that all of it is drawn or a sentence names the argument."""

import math
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import BoolArray, Float64Array, Picture
from course_utils.checks import as_array, picture_range, quoted

MOST_LINES = 6  # the colours of course.mplstyle, each with its line style
MOST_PANELS = 10
MOST_ROWS = 50

ROUNDING = 0.01  # of a grey level; sums of floats leave their range by so little

T = TypeVar("T")


def named(name: str, values: Mapping[Any, T], most: int) -> list[tuple[str, T]]:
    """Return what a figure shows side by side, each with its name as text.

    Args:
        name: of the argument, for the message.
        values: name -> value.
        most: how many the figure can show so that they are told apart.

    Raises:
        ValueError: no dictionary, an empty one, one with more than `most`, a name that Matplotlib leaves out of a legend,
            or two that read alike.
    """
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"{name}: expected a dictionary of name -> value with one entry at least, got {quoted(values)}")
    if len(values) > most:
        raise ValueError(f"{name}: at most {most} can be told apart in one figure, got {len(values)}")
    for key in map(str, values):
        if not key or key.startswith("_"):
            raise ValueError(f"{name}: a legend shows no name that is empty or begins with _, got {key!r}; choose another")
    if len({str(key) for key in values}) < len(values):
        raise ValueError(f"{name}: two of the names read alike: {', '.join(map(str, values))}")
    return [(str(key), value) for key, value in values.items()]


def numbers(
    name: str,
    values: ArrayLike,
    shape: str,
    count: int | None = None,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    gaps: bool = False,
) -> Float64Array:
    """Return real numbers as an array of float64; one at least.

    Args:
        name: of the argument, for the message.
        values: an array, or a list.
        shape: as for `checks.numbers`: "(pairs,)", "(pictures, features)".
        count: how long the first axis is, if that is known.
        least: the smallest number that is accepted.
        most: the largest.
        gaps: accept NaN where nothing was measured, unless it is everywhere.

    Raises:
        ValueError: no numbers, another shape, numbers that are not finite or out of these bounds.
    """
    array = checks.numbers(name, values, shape, finite=not gaps).astype(np.float64)
    if count is not None and len(array) != count:
        rows = shape.strip("()").split(",")[0]
        raise ValueError(f"{name}: expected one for each of the {count} {rows}, got {len(array)}")
    if np.isnan(array).all() or np.isinf(array).any():
        raise ValueError(f"{name}: {np.sum(~np.isfinite(array))} of {array.size} are not finite (NaN or infinity)")
    low, high = np.nanmin(array), np.nanmax(array)
    if low < least or high > most:
        bounds = f"from {least:g} to {most:g}" if math.isfinite(most) else f"from {least:g} up"
        raise ValueError(f"{name}: expected numbers {bounds}, got {low:.6g} to {high:.6g}")
    return array


def kinds_of_pair(same: ArrayLike) -> BoolArray:
    """Return whether each pair shows one person, (pairs,) bool.

    Raises:
        ValueError: anything but True and False, or only one of the two.
    """
    array = as_array("same", same)
    if array.dtype != np.bool_ or array.ndim != 1 or array.all() or not array.any():
        expected = "True (one person) or False (two people) for each pair, and both kinds of pair"
        raise ValueError(f"same: expected {expected}, got {quoted(same)}")
    return array


def picture(name: str, value: ArrayLike) -> Picture:
    """Return a picture with values from 0 to 255, or an image of Pillow's, as Matplotlib draws it truly: in colour as uint8.

    Raises:
        ValueError: another shape than (height, width) or (height, width, 3), no pixel, or as for `checks.as_array` and
            `checks.picture_range`.
    """
    array = as_array(name, value)
    if array.dtype.kind not in "iuf" or not (array.ndim == 2 or array.shape[2:] == (3,)) or not array.size:
        got = quoted(array if array.ndim else value)
        raise ValueError(f"{name}: expected a picture, (height, width) grey or (height, width, 3) in colour, got {got}")
    whole = array.dtype.kind in "iu"
    if whole and 0 <= array.min() <= array.max() <= 255:
        return array.astype(np.uint8)
    if not whole and array.min() > -ROUNDING and array.max() < 255 + ROUNDING:
        array = array.clip(0, 255)
    picture_range(name, array)
    return array if array.ndim == 2 else np.rint(array).astype(np.uint8)
