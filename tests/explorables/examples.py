"""One small example of each explorable figure, from made-up numbers: for the tests here and in a browser."""

from functools import cache
from types import SimpleNamespace

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


CAT = RNG.integers(0, 256, (48, 32, 3), dtype=np.uint8)
ACTIVATIONS = {
    "block1_conv2": RNG.gamma(0.5, 40, (1, 48, 32, 4)),
    "block2_pool": RNG.gamma(0.5, 40, (1, 12, 8, 4)),
    "block4_conv2": RNG.gamma(0.5, 40, (1, 6, 4, 4)),
}
OF_LAYERS = {"block1_conv2": [2], "block2_pool": [3, 0], "block4_conv2": [1, 2, 0]}
MADE = {"block4_conv2": RNG.integers(0, 256, (3, 20, 20, 3), dtype=np.uint8)}


@cache
def receptive_field() -> explorables.Explorable:
    return explorables.receptive_field(CAT, ACTIVATIONS, OF_LAYERS, MADE)


def run(steps: int, side: int) -> tuple[list[SimpleNamespace], list[np.ndarray]]:
    """A made-up history, and the pictures after each step."""
    costs = [SimpleNamespace(content=900 / step + 5, style=5e5 / step**2, total=3e6 / step) for step in range(1, steps + 1)]
    pictures = [np.full((side, side, 3), [40 * step, 3 * side, 255 - 40 * step], np.uint8) for step in range(1, steps + 1)]
    return [SimpleNamespace(costs=each) for each in costs], pictures


RUNS = {0.4: run(6, 24), 4: run(4, 24), 40: run(6, 32)}
WORDS = "Three made-up paintings of one colour each, which are squares of red and blue."


@cache
def painting() -> explorables.Explorable:
    return explorables.painting(RUNS, "β", [1, 2, 4, 6], (4, 2), "Paintings", WORDS)


def negative(picture: np.ndarray) -> np.ndarray:
    """What a painter that turns light to dark makes of a picture."""
    return 255 - picture


@cache
def camera() -> explorables.Explorable:
    return explorables.camera(negative, CAT, "Light and dark", "Made-up spots of all colours, and beside them their negative.")


EXAMPLES = {
    each.__name__: each
    for each in (camera, door, gram_matrix, logistic_unit, painting, receptive_field, threshold, training_map, triplets)
}
