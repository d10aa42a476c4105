"""Exercises of lesson 03: the triplet loss, its gap, and which triplets to learn from."""

from collections.abc import Iterator

import numpy as np

from course_utils.feedback.exercise import Arguments, Exercise, Float64Array, Mistake, Property


def _distance(a: Float64Array, b: Float64Array) -> Float64Array:
    distance: Float64Array = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return distance


def _distance_in_loops(a: Float64Array, b: Float64Array) -> list[float]:
    return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)]


def _triplets(rng: np.random.Generator) -> Iterator[Arguments]:
    """Query, positive, negative (n, features) and a gap; easy, semi-hard and hard triplets in each batch."""
    for gap in (0.5, 1.5, 0.2):
        anchor = rng.normal(size=(6, 3))
        way = rng.normal(size=(6, 3))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        to_positive = rng.uniform(0.3, 0.9, (6, 1))
        beyond = gap * np.array([[-0.8], [-0.3], [0.3], [0.7], [1.2], [2.5]]) * rng.uniform(0.8, 1.0, (6, 1))
        yield anchor, anchor + to_positive * way, anchor - np.abs(to_positive + beyond) * way[::-1], gap


def _triplet(anchor: Float64Array, positive: Float64Array, negative: Float64Array, gap: float) -> Float64Array:
    loss: Float64Array = np.maximum(0, gap + _distance(anchor, positive) - _distance(anchor, negative))
    return loss


TRIPLET_LOSS = Exercise(
    name="triplet_loss",
    objective="write the triplet loss with its gap",
    points=3,
    oracle=_triplet,
    probes=_triplets,
    right_answers={
        "norm": lambda a, p, n, g: np.clip(g + np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1), 0, None),
        "loops": lambda a, p, n, g: [
            max(0.0, g + d - e) for d, e in zip(_distance_in_loops(a, p), _distance_in_loops(a, n), strict=True)
        ],
        "where": lambda a, p, n, g: np.where(_distance(a, n) < g + _distance(a, p), g + _distance(a, p) - _distance(a, n), 0.0),
        "float32": lambda a, p, n, g: _triplet(a.astype(np.float32), p.astype(np.float32), n.astype(np.float32), g),
    },
    mistakes={
        "no hinge": Mistake(
            lambda a, p, n, g: g + _distance(a, p) - _distance(a, n),
            "Some of your losses are below 0: easy triplets are rewarded for ever. When is a triplet good enough?",
        ),
        "no gap": Mistake(
            lambda a, p, n, g: np.maximum(0, _distance(a, p) - _distance(a, n)),
            "The gap changes nothing in your loss. What does it cost if all pictures are sent to one point?",
        ),
        "gap outside": Mistake(
            lambda a, p, n, g: g + np.maximum(0, _distance(a, p) - _distance(a, n)),
            "Your loss is never below the gap. The gap belongs into the comparison with 0.",
        ),
        "gap subtracted": Mistake(
            lambda a, p, n, g: np.maximum(0, _distance(a, p) - _distance(a, n) - g),
            "With your sign of the gap the stranger may be *nearer* than the positive at no cost. Who should be farther?",
        ),
        "exchanged": Mistake(
            lambda a, p, n, g: np.maximum(0, g + _distance(a, n) - _distance(a, p)),
            "Your loss pulls the stranger closer and pushes the positive away. Which distance should be the small one?",
        ),
        "squared distances": Mistake(
            lambda a, p, n, g: np.maximum(0, g + _distance(a, p) ** 2 - _distance(a, n) ** 2),
            "You compare squared distances. Here D is the plain one, and the gap has its unit.",
        ),
        "mean": Mistake(
            lambda a, p, n, g: _triplet(a, p, n, g).mean(),
            "One number for the whole batch: you have taken the mean already. Asked is the loss of each triplet.",
        ),
        "positive and negative": Mistake(
            lambda a, p, n, g: np.maximum(0, g + _distance(a, p) - _distance(p, n)),
            "You measure how far the stranger is from the positive. From whom are both distances taken?",
        ),
    },
    properties=(Property(lambda _, loss: bool((loss >= 0).all()), "A loss below 0: what is more than good enough costs 0."),),
    hints=(
        "The positive is 0.6 away, the gap is 0.5. How far must the stranger be so that nothing is left to ask for?",
        "The loss is what is missing for the wish D(query, positive) + gap <= D(query, negative), and 0 if nothing is missing.",
        "Gap 1, positive at 2: a stranger at 5 costs 0, one at 2.5 costs 0.5, one at 1 costs 2.",
        "return np.maximum(0, gap + D(anchor, positive) - D(anchor, negative))",
    ),
)


EXERCISES = (TRIPLET_LOSS,)
