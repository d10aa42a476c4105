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


EXAMPLES = {"threshold": threshold}
