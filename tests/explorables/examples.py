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


@cache
def triplets() -> explorables.Explorable:
    return explorables.triplets((-0.6, 0), (-0.6, 0.6), (0.7, 0), 0.5, PICTURES[:3])


@cache
def logistic_unit() -> explorables.Explorable:
    return explorables.logistic_unit(DISTANCE, PAIRS.same, -2.1, 4.2)


@cache
def training_map() -> explorables.Explorable:
    middles = POINTS.reshape(PEOPLE, EACH, 3).mean(axis=1).repeat(EACH, axis=0)
    steps = {20 * k: POINTS * (1 - 0.08 * k) + middles * 0.08 * k for k in range(11)}
    return explorables.training_map(steps, PERSON, PICTURES)


EXAMPLES = {
    "door": door,
    "gram_matrix": gram_matrix,
    "logistic_unit": logistic_unit,
    "threshold": threshold,
    "training_map": training_map,
    "triplets": triplets,
}
