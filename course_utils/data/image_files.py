"""Pictures of the learner's own as RGB: whatever a camera, a phone or a drawing program wrote, or arrays; and their sizes."""

import logging
import os
import warnings
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from course_utils import checks
from course_utils.arrays import UInt8Array
from course_utils.data.files import opened
from course_utils.errors import DataError

MOST_PIXELS = 100_000_000  # 300 MB of memory
# Bits that cameras, scanners and microscopes give a grey level, whatever is left empty in the 16 or 32 bits of the file.
DEPTHS = (8, 10, 12, 14, 16, 24, 31)
BITS_PER_SAMPLE, MAX_SAMPLE_VALUE = 258, 281  # tags of TIFF 6.0

# What is left to say on the screen about a damaged file says the DataError.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def read_photograph(path: str | os.PathLike[str]) -> UInt8Array:
    """Read a photo of any format that Pillow opens, turned upright as its EXIF data say.

    Grey, palette, CMYK and 16-bit pictures become 8-bit RGB. What is transparent becomes white. Of several frames the first is
    taken. A grey level keeps its upper eight bits; how many it has, the file's tags say, or else the lightest pixel: the
    smallest of `DEPTHS` that holds it.

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
        photo = _image_as_rgb(image)
    if cut and photo.max() < 64:
        raise ValueError("of its 16 bits a colour at most 14 are used, so that it would be black; save it with 8 bits")
    return photo


def _image_as_rgb(image: Image.Image) -> UInt8Array:
    """Return an image upright, with eight bits a colour, what is transparent on white."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        upright = Image.fromarray(_upper_bits(np.asarray(upright), _depth_by_tags(image)))
    if upright.has_transparency_data:
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
    return np.array(upright.convert("RGB"))


def _depth_by_tags(image: Image.Image) -> int | None:
    """Return how many bits a grey level has, if a file says more than how many it has room for."""
    if image.format == "PPM":
        return 16  # Pillow brings a PGM's own white to 65535
    tags = getattr(image, "tag_v2", {})
    if white := tags.get(MAX_SAMPLE_VALUE):
        return int(np.max(white)).bit_length()
    bits = int(np.max(tags.get(BITS_PER_SAMPLE, 0)))
    return bits if bits not in (0, 16, 32) else None


def _upper_bits(levels: NDArray[Any], depth: int | None) -> UInt8Array:
    """Return grey levels with the upper eight of their bits."""
    levels = levels.clip(0).astype(np.int64)
    depth = depth or min(bits for bits in DEPTHS if levels.max() < 2**bits)
    return np.asarray((levels >> max(0, depth - 8)).clip(0, 255), np.uint8)


def as_rgb(name: str, picture: ArrayLike | Image.Image) -> UInt8Array:
    """Return a picture that is in memory as RGB: an array, nested lists, a tensor, or an image of Pillow's.

    Args:
        name: of the argument, for the message.
        picture: (height, width), (height, width, 1), (height, width, 3) RGB or (height, width, 4) RGBA, from 0 to 255, whole
            numbers or floats, which are rounded; or an image. What is transparent becomes white.

    Returns:
        (height, width, 3) uint8.

    Raises:
        ValueError: another shape, no pixel, or numbers as for `checks.picture_range`.
    """
    if isinstance(picture, Image.Image) and picture.mode != "F":
        return _image_as_rgb(picture)
    array = checks.as_array(name, picture)
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if array.dtype.kind not in "iuf" or not fits or not array.size:
        got = checks.quoted(array if array.ndim else picture)
        raise ValueError(f"{name}: expected a picture, (height, width, 3), RGB from 0 to 255, got {got}")
    checks.picture_range(name, array)
    levels = array if array.dtype == np.uint8 else np.rint(array).astype(np.uint8)
    if levels.ndim == 2 or levels.shape[2] == 1:
        return levels.reshape(*levels.shape[:2], 1).repeat(3, axis=2)
    return levels if levels.shape[2] == 3 else _image_as_rgb(Image.fromarray(levels))


def resize(picture: ArrayLike, height: int, width: int) -> UInt8Array:
    """Return the picture in another size, (height, width, 3) uint8, smooth where it shrinks (Lanczos).

    Raises:
        ValueError: no picture, as for `as_rgb`; a height or a width that is no whole number above 0.
    """
    size = checks.whole_number("width", width), checks.whole_number("height", height)
    return np.array(Image.fromarray(as_rgb("picture", picture)).resize(size, Image.Resampling.LANCZOS))


def fitted_size(picture: ArrayLike, longer_side: int) -> tuple[int, int]:
    """Return height and width that the picture has in its own proportions when its longer side has so many pixels.

    Raises:
        ValueError: no picture; a side that is no whole number above 0.
    """
    longer_side = checks.whole_number("longer_side", longer_side)
    shape = checks.as_array("picture", picture).shape
    if len(shape) not in (2, 3) or 0 in shape:
        raise ValueError(f"picture: expected (height, width, 3), got {checks.quoted(picture)}")
    height, width = shape[:2]
    scale = longer_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))
