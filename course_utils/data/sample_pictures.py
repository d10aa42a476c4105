"""Photographs that come with scikit-image and scikit-learn, so that none has to be fetched; data/README.md credits them."""

from collections.abc import Callable

import numpy as np
import skimage.color
import skimage.data
from sklearn.datasets import load_sample_image

from course_utils import checks
from course_utils.arrays import UInt8Array

_READERS: dict[str, Callable[[], UInt8Array]] = {
    "astronaut": skimage.data.astronaut,
    "brick": skimage.data.brick,
    "chelsea": skimage.data.chelsea,
    "china": lambda: load_sample_image("china.jpg"),
    "coffee": skimage.data.coffee,
    "flower": lambda: load_sample_image("flower.jpg"),
    "grass": skimage.data.grass,
    "gravel": skimage.data.gravel,
    "hubble": skimage.data.hubble_deep_field,
    "rocket": skimage.data.rocket,
}

PICTURES = tuple(_READERS)


def picture(name: str) -> UInt8Array:
    """Return a photograph as (height, width, 3) uint8, RGB; grey ones with three equal channels.

    Args:
        name: one of `PICTURES`; "chelsea" is a cat, "china" a temple, "hubble" a field of galaxies.

    Raises:
        ValueError: no picture has that name.
    """
    pixels = _READERS[checks.choice("name", name, PICTURES)]()
    return np.array(pixels if pixels.ndim == 3 else skimage.color.gray2rgb(pixels))
