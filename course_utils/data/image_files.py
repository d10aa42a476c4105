"""Photographs from the learner's own files: whatever a camera, a phone or a drawing program wrote, as RGB; and their sizes."""

import logging
import os
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from course_utils.arrays import UInt8Array
from course_utils.errors import DataError

MOST_PIXELS = 100_000_000  # 300 MB of memory

# What is left to say on the screen about a damaged file says the DataError.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def read_photograph(path: str | os.PathLike[str]) -> UInt8Array:
    """Read a photo of any format that Pillow opens, turned upright as its EXIF data say.

    Grey, palette, CMYK and 16-bit pictures become 8-bit RGB. What is transparent becomes white. Of several frames the first is
    taken.

    Args:
        path: the file.

    Returns:
        (rows, columns, 3) uint8 RGB.

    Raises:
        DataError: there is no such file, or it is not a picture, is damaged, or has more than 100 million pixels.
    """
    path = Path(path)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise DataError(f"{path} is not there. Check the name and the folder.") from None
    except OSError as error:
        cause = "is a folder, expected a picture" if path.is_dir() else f"cannot be read ({error.strerror})"
        raise DataError(f"{path} {cause}. Give the name of a picture that you may read.") from None
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
        upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16 bits, of which the upper eight are kept
        upright = Image.fromarray((np.clip(np.asarray(upright), 0, 65535) >> 8).astype(np.uint8))
    if upright.has_transparency_data:
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright.convert("RGBA"))
    return np.array(upright.convert("RGB"))


def resize(picture: UInt8Array, height: int, width: int) -> UInt8Array:
    """Return the picture in another size, (height, width, 3) uint8, smooth where it shrinks (Lanczos)."""
    return np.array(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))


def fitted_size(picture: NDArray[Any], longer_side: int) -> tuple[int, int]:
    """Return height and width that the picture has in its own proportions when its longer side has so many pixels."""
    height, width = picture.shape[:2]
    scale = longer_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))
