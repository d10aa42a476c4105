"""One small example of each explorable figure, from made-up numbers: for the tests here and in a browser."""

from functools import cache

import numpy as np

from course_utils import explorables
from course_utils.faces.evaluation import Pairs, verification_pairs

PEOPLE, EACH = 6, 5
RNG = np.random.default_rng(0)
PERSON = np.repeat(np.arange(1, PEOPLE + 1), EACH)
PICTURES = RNG.integers(0, 256, (PEOPLE * EACH, 14, 12), dtype=np.uint8)
POINTS = RNG.normal(size=(PEOPLE, 3)).repeat(EACH, axis=0) + 0.7 * RNG.normal(size=(PEOPLE * EACH, 3))
PAIRS: Pairs = verification_pairs(PERSON, trained_on=())
DISTANCE = np.linalg.norm(POINTS[PAIRS.first] - POINTS[PAIRS.second], axis=1)


@cache
def threshold() -> explorables.Explorable:
    return explorables.threshold(DISTANCE, PAIRS, PICTURES, 2)


MAPS = RNG.gamma(0.5, 40, (1, 16, 24, 9))
CHANNELS = [7, 2, 4, 0, 5]


@cache
def gram_matrix() -> explorables.Explorable:
    return explorables.gram_matrix(MAPS, CHANNELS, RNG.integers(0, 256, (32, 48, 3), dtype=np.uint8), (2, 5))


SPHERE = POINTS / np.linalg.norm(POINTS, axis=1, keepdims=True)
TABLE = np.linalg.norm(SPHERE[:, None] - SPHERE, axis=2)


@cache
def door() -> explorables.Explorable:
    return explorables.door(TABLE, PERSON, PICTURES, 0.4, 4)


EXAMPLES = {"door": door, "gram_matrix": gram_matrix, "threshold": threshold}
