"""What painters paint that learned on nine photographs, on one and on noise; data/README.md says how they were trained."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from course_utils.arrays import UInt8Array

FILE = Path(__file__).with_name("learned_on.jpg")


class LearnedOn(NamedTuple):
    """A painter that learned on some photographs, and how it does on one that it has never seen.

    Attributes:
        picture: (256, 384, 3) uint8, RGB, what it makes of `picture("china")`.
        own: content and style cost of parts of the photographs that it learned on, as shares.
        unseen: content and style cost of parts of "china", as shares.
    """

    picture: UInt8Array
    own: tuple[float, float]
    unseen: tuple[float, float]


def learned_on() -> dict[str, LearnedOn]:
    """Return what painters of the style "waves" have become after the same number of steps, by what they learned on."""
    with Image.open(FILE) as image:
        costs = json.loads(image.info["comment"])
        pictures = np.split(np.array(image), len(costs), axis=1)
    return {
        name: LearnedOn(picture, tuple(own), tuple(unseen))
        for picture, (name, (own, unseen)) in zip(pictures, costs.items(), strict=True)
    }
