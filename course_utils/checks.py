"""Checks of arguments: what is accepted is returned in its plain form; what is not raises one sentence that names it."""

import contextlib
import math
import operator
import os
import reprlib
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from course_utils.arrays import FloatArray, IntArray
from course_utils.images import as_seen

T = TypeVar("T")


class _Short(reprlib.Repr):
    def repr_int(self, number: int, level: int) -> str:
        """Python writes no number of more than some thousand digits."""
        return super().repr_int(number, level) if number.bit_length() < 1000 else f"a number of {number.bit_length()} bits"


_SHORT = _Short()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxtuple, _SHORT.maxdict = 2, 4, 4, 4
_SHORT.maxstring = _SHORT.maxother = 60


def quoted(value: object) -> str:
    """Return what came in a few words, however large it is: a message quotes it."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape} and {value.dtype}"
    return _SHORT.repr(value.item() if isinstance(value, np.generic) else value)


def whole_number(name: str, value: object, least: int | None = 1, most: int | None = None, what: str = "") -> int:
    """Return a whole number of Python's or of NumPy's as an int; True and 3.0 are none.

    Args:
        name: of the argument, for the message.
        value: what came.
        least: the smallest that is accepted, if there is one.
        most: the largest, if there is one.
        what: what it counts, for the message: "pixels".

    Raises:
        ValueError: it is not a whole number, or out of these bounds.
    """
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]  # whatever has no index raises
    except TypeError:
        number = None
    if number is None or (least is not None and number < least) or (most is not None and number > most):
        of = f"of {what}" if what else ""
        expected = " ".join(words for words in ("a whole number", of, _bounds(least, most)) if words)
        raise ValueError(f"{name}: expected {expected}, got {quoted(value)}")
    return number


def _bounds(least: int | None, most: int | None) -> str:
    if least is None:
        return "" if most is None else f"up to {most}"
    if most is not None:
        return f"from {least} to {most}"
    return f"above {least - 1}" if least else "from 0 up"


def whole_numbers(name: str, values: Iterable[object], least: int | None = 1) -> list[int]:
    """Return whole numbers, any number of them in whatever holds them, as a list of int.

    Args:
        name: of the argument, for the message.
        values: what came: a list, a set, an array, a range.
        least: the smallest that is accepted, if there is one.

    Raises:
        ValueError: it holds nothing one after the other, or something that is no such number.
    """
    try:
        several = list(values)
    except TypeError:
        raise ValueError(f"{name}: expected several whole numbers, such as [1, 2], got {quoted(values)}") from None
    return [whole_number(name, value, least) for value in several]


def listed(name: str, values: Iterable[T]) -> list[T]:
    """Return several things as a list; a text is one thing, and so is an image.

    Raises:
        ValueError: it cannot be gone through, or is a text.
    """
    if not isinstance(values, Iterable) or isinstance(values, str | bytes):
        raise ValueError(f"{name}: expected a list, got {quoted(values)}")
    try:
        return list(values)
    except TypeError as error:  # an array of no dimension, for one
        raise ValueError(f"{name}: expected a list, got {quoted(values)}") from error


def in_range(
    name: str,
    value: object,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
    what: str = "a number",
    hint: str = "",
) -> float:
    """Return a finite real number of Python's or of NumPy's as a float; True is none.

    Args:
        name: of the argument, for the message.
        value: what came.
        least: the smallest that is accepted.
        most: the largest.
        above: what it must be larger than.
        below: what it must be smaller than.
        what: what it is, for the message: "a share", "a distance".
        hint: what else helps, for the message: "in the unit of the distance".

    Raises:
        ValueError: it is no such number, or out of these bounds.
    """
    number = math.nan
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):  # a whole number larger than any float
            number = float(value)
    if not (math.isfinite(number) and least <= number <= most and above < number < below):
        words = {"from": least, "above": above, "up to": most, "below": below}
        bounds = [f"{word} {bound:g}" for word, bound in words.items() if math.isfinite(bound)]
        expected = ", ".join(part for part in (f"{what} {', '.join(bounds)}".strip(), hint) if part)
        raise ValueError(f"{name}: expected {expected}, got {quoted(value)}")
    return number


def choice(name: str, value: object, choices: Iterable[str]) -> str:
    """Return the word if it is one of the choices.

    Raises:
        ValueError: it is not; the message tells the choices.
    """
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name}: {quoted(value)} is not known; choose one of {', '.join(known)}")
    return value


def text(name: str, value: object) -> str:
    """Return text that is not empty.

    Raises:
        ValueError: it is no text, or blank.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name}: expected text, got {quoted(value)}")
    return value


def people(name: str, value: ArrayLike, count: int | None = None) -> IntArray:
    """Return whom each picture shows as whole numbers, (pictures,).

    Args:
        name: of the argument, for the message.
        value: one whole number for each picture: an array, or a list.
        count: how many pictures there are, if that is known.

    Raises:
        ValueError: another shape, another type, one above 2**63 - 1, or another number of them.
    """
    array = as_array(name, value)
    whole = array.ndim == 1 and np.issubdtype(array.dtype, np.integer) and array.size
    if not whole or array.max() > np.iinfo(np.int64).max:  # one so large would come out below 0, as somebody else
        raise ValueError(f"{name}: expected one whole number for each picture, up to 2**63 - 1, got {quoted(array)}")
    if count is not None and len(array) != count:
        raise ValueError(f"{name}: expected one for each of the {count} pictures, got {len(array)}")
    return array.astype(np.int64)


def numbers(name: str, value: ArrayLike, shape: str, *, finite: bool = True, empty: bool = False) -> FloatArray:
    """Return real numbers as an array of floats: floats in their own precision, whole numbers as float64.

    Args:
        name: of the argument, for the message.
        value: what came: an array, a list.
        shape: the axes that are expected, for the message too: "(pairs,)", "(n, features)", "(n, 64)".
        finite: whether NaN and infinity are refused.
        empty: whether an axis may have no entries.

    Raises:
        ValueError: another shape, no real numbers, or one that is not finite.
    """
    array = as_array(name, value)
    sizes = [size.strip() for size in shape.strip("()").split(",") if size.strip()]
    fits = array.ndim == len(sizes) and all(not s.isdecimal() or int(s) == n for s, n in zip(sizes, array.shape, strict=True))
    if not fits or array.dtype.kind not in "iuf" or not (array.size or empty):
        raise ValueError(f"{name}: expected real numbers, {shape}, got {quoted(array)}")
    if array.dtype.kind != "f":
        return array.astype(np.float64)
    if finite and not np.isfinite(array).all():
        raise ValueError(f"{name}: {np.sum(~np.isfinite(array))} of {array.size} are not finite (NaN or infinity)")
    return array


def as_array(name: str, value: Any) -> np.ndarray[Any, Any]:
    """Return what NumPy makes of it; of images of Pillow's, also in lists, what `images.as_seen` does.

    Raises:
        ValueError: nothing, because its parts have several sizes; it has masked entries, and the mask would be lost; or an
            image whose pixels cannot be read.
    """
    try:
        plain = _without_images(name, value)
    except RecursionError:
        raise ValueError(f"{name}: expected one array, got lists in lists without end") from None
    try:
        return np.asarray(plain)
    except ValueError:
        raise ValueError(
            f"{name}: expected one array, got parts of several sizes; bring them to one size first, and all to grey or colour"
        ) from None


def _without_images(name: str, value: Any) -> Any:
    """Return what came with an array in the place of each image of Pillow's; refuse what is masked."""
    no_masked(name, value)
    looked_into = (list, tuple, Image.Image, np.ma.MaskedArray)
    if isinstance(value, list | tuple) and any(issubclass(kind, looked_into) for kind in set(map(type, value))):
        return [_without_images(name, part) for part in value]
    if not isinstance(value, Image.Image):
        return value
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, which do not matter here
            return as_seen(value)
    except Exception:  # decoders raise nearly anything on a damaged file
        raise ValueError(
            f"{name}: the pixels of this image cannot be read, for it was closed, or its file is damaged or cut short; open it "
            "again, or save it once more"
        ) from None


def no_masked(name: str, value: object) -> None:
    """Refuse an array with masked entries, whose mask NumPy and TensorFlow would forget.

    Raises:
        ValueError: there are some.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        masked = np.sum(np.ma.getmaskarray(value))
        raise ValueError(f"{name}: {masked} of {value.size} entries are masked; leave them out, or fill them")


def path(name: str, value: object) -> Path:
    """Return the name of a file or folder as a Path.

    Raises:
        ValueError: neither text nor a path; empty, or with characters that no name can have.
    """
    named = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(named, str) or not named or "\0" in named or not _can_be_encoded(named):
        raise ValueError(f"{name}: expected the name of a file or folder, got {quoted(value)}")
    return Path(named)


def _can_be_encoded(text: str) -> bool:
    try:
        return bool(os.fsencode(text))
    except UnicodeEncodeError:
        return False


def picture_range(name: str, picture: np.ndarray[Any, Any]) -> None:
    """Refuse what is not a picture with values from 0 to 255.

    Raises:
        ValueError: neither whole numbers nor floats; numbers that are not from 0 to 255; none above 1 in a picture of floats
            that is not black.
    """
    if picture.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected numbers from 0 to 255, got {picture.dtype}")
    low, high = (picture.min(), picture.max()) if picture.size else (0, 0)
    if np.isnan(low):  # no clipping mends that
        got = f"{np.sum(np.isnan(picture))} of {picture.size} that are NaN, not a number"
        raise ValueError(f"{name}: expected values from 0 to 255, got {got}; put numbers in their place")
    if low < 0 or high > 255:
        digits = 6 if float(f"{low:.6g}") < 0 or float(f"{high:.6g}") > 255 else 17  # else 255 would look right
        raise ValueError(f"{name}: expected values from 0 to 255, got {low:.{digits}g} to {high:.{digits}g}; clip them")
    if picture.dtype.kind == "f" and 0 < high <= 1:
        raise ValueError(f"{name}: the values go from {low:.6g} to {high:.6g}, expected 0 to 255; multiply them by 255")
