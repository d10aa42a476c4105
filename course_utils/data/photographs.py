"""Photographs from the learner's own files: whatever a camera, a phone or a drawing program wrote, as RGB; and their sizes."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from course_utils.errors import DataError

UInt8Array = NDArray[np.uint8]


def read_photograph(path: str | os.PathLike[str]) -> UInt8Array:
    """Read a picture from a file as people see it: turned upright, on white where it is transparent.

    Args:
        path: a file of any format that Pillow knows: JPEG, PNG, WebP, GIF, TIFF ... grey, palette, CMYK and 16 bits too.

    Returns:
        (height, width, 3) uint8, RGB. Of an animation, its first picture.

    Raises:
        DataError: there is no such file, or it is not a picture, is damaged or has too many pixels; the message says which.
    """
    path = Path(path)
    if not path.is_file():
        what = "is a folder, expected a picture" if path.is_dir() else "is not there"
        raise DataError(f"{path} {what}. Check the name.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                image.load()
                return _as_rgb(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(f"{path} is too large: at most {Image.MAX_IMAGE_PIXELS:,} pixels. Make it smaller.") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path} is not a picture that can be read. Save it as JPEG or PNG.") from error
    except Exception as error:  # decoders raise many kinds for damaged files
        raise DataError(f"{path} cannot be read ({error}). Save it anew as JPEG or PNG.") from error


def _as_rgb(image: Image.Image) -> UInt8Array:
    if image.mode.startswith(("I", "F")):  # Pillow would clip 16 bits to 8, not scale them
        levels = np.asarray(image, np.float64)
        most = 65535 if levels.max() > 255 else 255
        return np.repeat(np.rint(levels.clip(0, most) * (255 / most))[..., None], 3, axis=2).astype(np.uint8)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.array(image.convert("RGB"))


def resize(picture: UInt8Array, height: int, width: int) -> UInt8Array:
    """Return the picture in another size, (height, width, 3) uint8, smooth where it shrinks (Lanczos)."""
    return np.array(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))


def fitted_size(picture: NDArray[Any], longer_side: int) -> tuple[int, int]:
    """Return height and width that the picture has in its own proportions when its longer side has so many pixels."""
    height, width = picture.shape[:2]
    scale = longer_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))
