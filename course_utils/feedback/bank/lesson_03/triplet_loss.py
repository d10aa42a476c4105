"""Write the triplet loss with its gap."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.bank.lesson_03.common import _distance, distance_in_loops
from course_utils.feedback.exercise import exercise


def triplet_loss(anchor, positive, negative, gap):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return np.maximum(0, gap + to_positive - to_negative)


def probes(rng):
    """Query, positive, negative (n, features) and a gap; easy, semi-hard and hard triplets in each batch.

    The easy one is last, then first. The same picture twice; one triplet; rows far from 0 and nearly equal.
    """
    for gap in (0.5, 1.5, 0.2):
        anchor = rng.normal(size=(6, 3))
        way = rng.normal(size=(6, 3))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        to_positive = rng.uniform(0.3, 0.9, (6, 1))
        beyond = gap * np.array([[-0.8], [-0.3], [0.3], [0.7], [1.2], [2.5]]) * rng.uniform(0.8, 1.0, (6, 1))
        batch = anchor, anchor + to_positive * way, anchor - np.abs(to_positive + beyond) * way[::-1]
        yield *(rows[::-1].copy() if gap == 1.5 else rows for rows in batch), gap
    anchor, negative = rng.normal(size=(2, 3, 4))
    yield anchor, anchor.copy(), negative, 3e4  # so that 1e-12 under a root is nothing
    yield *nearly_equal(rng, (3, 4, 3)), 4.0
    yield *rng.normal(size=(3, 1, 2)), 5.0


right = {
    "norm": lambda a, p, n, g: np.clip(g + np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1), 0, None),
    "loops": lambda a, p, n, g: [
        max(0.0, g + d - e) for d, e in zip(distance_in_loops(a, p), distance_in_loops(a, n), strict=True)
    ],
    "where": lambda a, p, n, g: np.where(_distance(a, n) < g + _distance(a, p), g + _distance(a, p) - _distance(a, n), 0.0),
    "float32": lambda a, p, n, g: triplet_loss(a.astype(np.float32), p.astype(np.float32), n.astype(np.float32), g),
}

wrong = {
    "no hinge": lambda a, p, n, g: g + _distance(a, p) - _distance(a, n),
    "no gap": lambda a, p, n, g: np.maximum(0, _distance(a, p) - _distance(a, n)),
    "gap outside": lambda a, p, n, g: g + np.maximum(0, _distance(a, p) - _distance(a, n)),
    "gap subtracted": lambda a, p, n, g: np.maximum(0, _distance(a, p) - _distance(a, n) - g),
    "exchanged": lambda a, p, n, g: np.maximum(0, g + _distance(a, n) - _distance(a, p)),
    "squared distances": lambda a, p, n, g: np.maximum(0, g + _distance(a, p) ** 2 - _distance(a, n) ** 2),
    "mean": lambda a, p, n, g: triplet_loss(a, p, n, g).mean(),
    "positive and negative": lambda a, p, n, g: np.maximum(0, g + _distance(a, p) - _distance(p, n)),
    "L1 distance": lambda a, p, n, g: np.maximum(0, g + np.abs(a - p).sum(axis=1) - np.abs(a - n).sum(axis=1)),
}

always = {
    "below 0": lambda _, loss: (loss >= 0).all(),
}

EXERCISE = exercise(
    triplet_loss,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
no hinge: Some of your losses are below 0: easy triplets are rewarded for ever. When is a triplet good enough?
no gap: Your loss does not depend on the gap. What does it cost to send all pictures to one point, and what should it cost?
gap outside: Your loss is never below the gap. What should an easy triplet cost, and what is compared with 0 in the formula?
gap subtracted: With your sign of the gap the stranger may be *nearer* than the positive at no cost. Who should be farther?
exchanged: Your loss pulls the stranger closer and pushes the positive away. Which distance should be the small one?
squared distances: You compare squared distances. Which distance is D here, and is the gap a distance, or
    a squared distance?
mean: You return one number, the mean of the whole batch. For how many triplets is a loss asked for?
positive and negative: You measure how far the stranger is from the positive. From which picture are both distances measured?
L1 distance: You add up absolute differences: that is the L1 distance. Which distance is D, and what does it do with the
    differences?
below 0: Some of your losses are below 0. Can anything cost less than nothing here?
hint 1: The positive is 0.6 away, the gap is 0.5. How far must the stranger be so that nothing is left to ask for?
hint 2: The loss is what is missing for the wish D(query, positive) + gap <= D(query, negative), and 0 if nothing is missing.
hint 3: Gap 1, positive at 2: a stranger at 5 costs 0, one at 2.5 costs 0.5, one at 1 costs 2.
""",
)
