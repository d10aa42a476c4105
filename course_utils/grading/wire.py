"""Plain values on their way into a sealed process and out of it, as JSON: no pickles, nothing that runs when it is read."""

import base64
import binascii
import math
import re
from typing import Any

import numpy as np

from course_utils.arrays import Array
from course_utils.grading.limits import LARGEST_ARRAY

_NUMBERS = re.compile(r"[<>|]?(b1|[iu][1248]|f[248])")


class WireError(ValueError):
    """What came out of the sealed process is no plain value."""


def encode(value: Any) -> Any:
    """Turn an array, a number, a word or a list of these into what JSON can say."""
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    array = np.asarray(value)
    if array.dtype.kind == "U":
        return {"words": array.ravel().tolist(), "shape": list(array.shape)}
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
    return {"dtype": array.dtype.str, "shape": list(array.shape), "base64": data}


def decode(message: Any) -> Any:
    """Turn it back.

    Raises:
        WireError: it is nothing that `encode` says, too large, or its parts do not fit together.
    """
    if isinstance(message, list):
        return [decode(item) for item in message]
    if isinstance(message, dict):
        return _array(message)
    if message is None or isinstance(message, bool | int | float | str):
        return message
    raise WireError(f"got {type(message).__name__}, expected a plain value")


def _array(message: dict[str, Any]) -> Array:
    shape = message.get("shape")
    if not (isinstance(shape, list) and len(shape) <= 8 and all(type(n) is int and 0 <= n <= LARGEST_ARRAY for n in shape)):
        raise WireError("got no shape")
    count = math.prod(shape)
    if "words" in message:
        words = message["words"]
        if not (isinstance(words, list) and len(words) == count and all(isinstance(word, str) for word in words)):
            raise WireError("got words that do not fit their shape")
        if 4 * count * max(map(len, words), default=0) > LARGEST_ARRAY:  # each takes as much room as the longest
            raise WireError(f"got words that take more than {LARGEST_ARRAY} bytes")
        return np.array(words, dtype=str).reshape(shape)
    if not _NUMBERS.fullmatch(str(message.get("dtype"))):
        raise WireError("got no type of numbers")
    dtype = np.dtype(message["dtype"])
    if count * dtype.itemsize > LARGEST_ARRAY:
        raise WireError(f"got an array of more than {LARGEST_ARRAY} bytes")
    try:
        data = base64.b64decode(message["base64"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise WireError("got no data") from None
    if len(data) != count * dtype.itemsize:
        raise WireError("got data that do not fit their shape")
    return np.frombuffer(data, dtype).reshape(shape).copy()
