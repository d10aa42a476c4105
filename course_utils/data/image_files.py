"""Pictures of the learner's own as RGB: whatever a camera, a phone or a drawing program wrote, or arrays; and their sizes."""

import logging
import os
import warnings
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, UnidentifiedImageError

from course_utils import checks
from course_utils.arrays import UInt8Array
from course_utils.data.files import opened
from course_utils.errors import DataError
from course_utils.images import as_seen

MOST_PIXELS = 100_000_000  # 300 MB of memory
LONGEST_SIDE = 65_535  # rows or columns: no JPEG has more

# What is left to say on the screen about a damaged file says the DataError.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def read_photograph(path: str | os.PathLike[str]) -> UInt8Array:
    """Read a photo of any format that Pillow opens, turned upright as its EXIF data say.

    Grey, palette, CMYK and 16-bit pictures become 8-bit RGB. What is transparent becomes white. Of several frames the first is
    taken. A grey level keeps its upper eight bits; how many it has, the file's tags say, or else the lightest pixel: the
    smallest of `images.DEPTHS` that holds it.

    Args:
        path: the file.

    Returns:
        (rows, columns, 3) uint8 RGB.

    Raises:
        DataError: there is no such file, or it is not a picture, is damaged, or has more than 100 million pixels.
    """
    path = checks.path("path", path)
    stream = opened(path, "a picture", "Give the name of a picture that you may read.")
    with stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata, which do not matter here
        try:
            return _decode(stream)
        except UnidentifiedImageError:
            cause = "is not a picture of a known format" if path.stat().st_size else "is empty"
            raise DataError(f"{path} {cause}. Save the picture as JPEG or PNG.") from None
        except Image.DecompressionBombError:
            raise DataError(f"{path} has more than {MOST_PIXELS:,} pixels. Make the picture smaller.") from None
        except Exception as error:  # decoders raise nearly anything on a damaged file
            raise DataError(
                f"{path} is damaged, cut short or of an unusual kind ({error}). Copy it again, or save it as JPEG or PNG."
            ) from error


def _decode(stream: BinaryIO) -> UInt8Array:
    with Image.open(stream) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        if image.mode == "F":
            raise ValueError("pixels of type float")
        cut = image.mode in ("RGB", "RGBA") and any(";16" in str(tile) for tile in image.tile)  # to its upper eight bits
        photo = _in_colour(as_seen(image))
    if cut and photo.max() < 64:
        raise ValueError("of its 16 bits a colour at most 14 are used, so that it would be black; save it with 8 bits")
    return photo


def _in_colour(levels: NDArray[Any]) -> UInt8Array:
    """Return (height, width, 3) of uint8 levels, (height, width), (height, width, 1) or (height, width, 3)."""
    return levels if levels.shape[2:] == (3,) else levels.reshape(*levels.shape[:2], 1).repeat(3, axis=2)


def as_rgb(name: str, picture: ArrayLike | Image.Image) -> UInt8Array:
    """Return a picture that is in memory as RGB: an array, nested lists, a tensor, or an image of Pillow's.

    Args:
        name: of the argument, for the message.
        picture: (height, width), (height, width, 1), (height, width, 3) RGB or (height, width, 4) RGBA, from 0 to 255, whole
            numbers or floats, which are rounded; or an image. What is transparent becomes white.

    Returns:
        (height, width, 3) uint8.

    Raises:
        ValueError: another shape, no pixel, numbers as for `checks.picture_range`, or an image that cannot be read.
    """
    array = _picture_array(name, picture)
    checks.picture_range(name, array)
    levels = array if array.dtype == np.uint8 else np.rint(array).astype(np.uint8)
    return _in_colour(as_seen(Image.fromarray(levels)) if levels.shape[2:] == (4,) else levels)


def _picture_array(name: str, picture: ArrayLike | Image.Image) -> NDArray[Any]:
    array = checks.as_array(name, picture)
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if array.dtype.kind not in "iuf" or not fits or not array.size:
        got = checks.quoted(array if array.ndim else picture)
        raise ValueError(f"{name}: expected a picture, (height, width, 3), RGB from 0 to 255, got {got}")
    return array


def resize(picture: ArrayLike | Image.Image, height: int, width: int) -> UInt8Array:
    """Return the picture in another size, (height, width, 3) uint8, smooth where it shrinks (Lanczos).

    Raises:
        ValueError: no picture, as for `as_rgb`; a height and width that no picture has, as for `size`.
    """
    height, width = size(height, width)
    return np.array(Image.fromarray(as_rgb("picture", picture)).resize((width, height), Image.Resampling.LANCZOS))


def size(height: int, width: int) -> tuple[int, int]:
    """Return the height and width of a picture to be made, if it can be.

    Raises:
        ValueError: a side that is no whole number from 1 to 65,535, the most that a JPEG has; more than 100 million pixels.
    """
    height, width = _side("height", height), _side("width", width)
    if height * width > MOST_PIXELS:
        raise ValueError(f"height, width: {height} x {width} are more than {MOST_PIXELS:,} pixels; choose a smaller size")
    return height, width


def fitted_size(picture: ArrayLike | Image.Image, longer_side: int) -> tuple[int, int]:
    """Return height and width that the picture has in its own proportions when its longer side has so many pixels.

    Raises:
        ValueError: no picture; a side that is no whole number from 1 to 65,535, as for `resize`.
    """
    longer_side = _side("longer_side", longer_side)
    height, width = _picture_array("picture", picture).shape[:2]
    scale = longer_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _side(name: str, pixels: int) -> int:
    return checks.whole_number(name, pixels, most=LONGEST_SIDE, what="pixels")
