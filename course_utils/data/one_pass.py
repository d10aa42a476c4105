"""A picture that a network trained beforehand painted in one pass, to compare with; data/README.md says how it was made."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from course_utils.arrays import UInt8Array

FILE = Path(__file__).with_name("one_pass.jpg")


class Painted(NamedTuple):
    """What was painted: (height, width, 3) uint8, RGB, and the seconds that the network took for it on two cores."""

    picture: UInt8Array
    seconds: float


def painted_in_one_pass() -> Painted:
    """Return `picture("china")` in the style of `painting("waves")`, 512 pixels wide, and the seconds of the pass."""
    with Image.open(FILE) as image:
        number, _, _ = image.info["comment"].decode().partition(" ")
        return Painted(np.array(image), float(number))
