"""Images of Pillow's as arrays: what one sees of them, whatever their mode, their depth and the way that they are stored."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from course_utils.arrays import Float32Array, UInt8Array

# Bits that cameras, scanners and microscopes give a grey level, whatever is left empty in the 16 or 32 bits of the file.
DEPTHS = (8, 10, 12, 14, 16, 24, 31)
BITS_PER_SAMPLE, MAX_SAMPLE_VALUE = 258, 281  # tags of TIFF 6.0

_TURNS = {  # upright, from how EXIF says that a picture is stored
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def as_seen(image: Image.Image) -> UInt8Array | Float32Array:
    """Return an image of Pillow's as one sees it: upright as its EXIF data say, with eight bits, what is transparent on white.

    A grey level of more bits keeps its upper eight; how many it has, the file's tags say, or else the lightest pixel: the
    smallest of `DEPTHS` that holds it.

    Who turns an image by hand, with Pillow's `rotate`, turns its pixels alone: the EXIF data stay, and here it is turned once
    more. So first `image = ImageOps.exif_transpose(image)`, which turns it upright and takes the note away, then `rotate`.

    Returns:
        (height, width) uint8 of a grey image, (height, width, 3) uint8 RGB of any other; of one of floats (height, width)
        float32, with its own levels.

    Raises:
        Exception: of any type, Pillow's own: the pixels cannot be read.
    """
    image.load()  # before the EXIF data are asked, for this turns a TIFF
    upright = image.transpose(_TURNS[turn]) if (turn := _orientation(image)) in _TURNS else image
    if upright.mode == "F":
        return np.array(upright)
    if upright.mode.startswith("I"):
        return _upper_bits(np.asarray(upright), _depth_by_tags(image), image.info.get("transparency"))
    if upright.mode == "La":
        upright = upright.convert("LA")  # the only mode into which Pillow converts it
    kind = "L" if Image.getmodebase(upright.mode) == "L" else "RGB"
    if upright.has_transparency_data:
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
    return np.array(upright.convert(kind))


def _orientation(image: Image.Image) -> object:
    """Return how the image is stored, from 1 to 8; of one that does not tell, anything else."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # broken EXIF data raise nearly anything; the picture itself is sound
        return None


def _depth_by_tags(image: Image.Image) -> int | None:
    """Return how many bits a grey level has, if a file says more than how many it has room for."""
    if image.format == "PPM":
        return 16  # Pillow brings a PGM's own white to 65535
    tags = getattr(image, "tag_v2", {})
    if white := tags.get(MAX_SAMPLE_VALUE):
        return int(np.max(white)).bit_length()
    bits = int(np.max(tags.get(BITS_PER_SAMPLE, 0)))
    return bits if bits not in (0, 16, 32) else None


def _upper_bits(levels: NDArray[Any], depth: int | None, transparent: object) -> UInt8Array:
    """Return grey levels with the upper eight of their bits, and white in the place of the one that is transparent."""
    clear = levels == (transparent if isinstance(transparent, int) else None)  # an image that was in colour may keep a colour
    levels = np.where(clear, 0, levels.clip(0)).astype(np.int64)
    depth = depth or min(bits for bits in DEPTHS if levels.max(initial=0) < 2**bits)
    return np.where(clear, 255, (levels >> max(0, depth - 8)).clip(0, 255)).astype(np.uint8)
