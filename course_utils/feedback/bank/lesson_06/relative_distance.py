"""Measure a change of features with a yardstick that fits the layer."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.exercise import exercise


def relative_distance(a, b, other):
    return np.linalg.norm(a - b) / np.linalg.norm(a - other)


def probes(rng):
    """Activations of a picture, a changed one, another one, (1, n_H, n_W, n_C); also nothing changed, or into the other.

    Some are below 0; some are far from 0, and nearly equal; one number only.
    """
    for n_H, n_W, n_C in ((2, 3, 4), (5, 2, 3), (1, 4, 2)):
        a = rng.normal(size=(1, n_H, n_W, n_C)) + 0.3
        yield a, a + rng.uniform(0.1, 0.4, a.shape) * rng.choice([-1, 1], a.shape), a + rng.uniform(0.3, 1.5, a.shape)
    a, other = np.maximum(0, rng.normal(size=(2, 1, 3, 2, 2))) + np.array([0.0, 1.0]).reshape(2, 1, 1, 1, 1)
    yield a, a, other
    yield a, other, other
    yield tuple(nearly_equal(rng, (3, 1, 2, 3, 2)) + np.array([0, 0, 1]).reshape(3, 1, 1, 1, 1))
    yield tuple(np.array([2.0, -1.0, 3.5]).reshape(3, 1, 1, 1, 1))


def norm(a):
    return np.sqrt(np.sum(a**2))


def divide(a, b):
    """Infinity where the divisor is 0, as NumPy has it, without its warning."""
    with np.errstate(divide="ignore"):
        return np.divide(a, b)


def relative_in_keras(a, b, other):
    from course_utils.backend import keras

    ops = keras.ops
    a, b, other = (ops.reshape(ops.cast(x, "float32"), (-1,)) for x in (a, b, other))
    return ops.norm(a - b) / ops.norm(a - other)


def relative_in_loops(a, b, other):
    moved = sum((float(p) - float(q)) ** 2 for p, q in zip(a.flat, b.flat, strict=True))
    yardstick = sum((float(p) - float(q)) ** 2 for p, q in zip(a.flat, other.flat, strict=True))
    return float((moved / yardstick) ** 0.5)


right = {
    "norm": lambda a, b, other: np.linalg.norm((a - b).ravel()) / np.linalg.norm((a - other).ravel()),
    "mean squares": lambda a, b, other: (np.mean((a - b) ** 2) / np.mean((a - other) ** 2)) ** 0.5,
    "loops": relative_in_loops,
    "Keras, float32": relative_in_keras,
    "float32": lambda a, b, other: relative_distance(a.astype(np.float32), b.astype(np.float32), other.astype(np.float32)),
}

wrong = {
    "squares": lambda a, b, other: np.sum((a - b) ** 2) / np.sum((a - other) ** 2),
    "absolute": lambda a, b, other: np.abs(a - b).sum() / np.abs(a - other).sum(),
    "not divided": lambda a, b, other: norm(a - b),
    "upside down": lambda a, b, other: divide(norm(a - other), norm(a - b)),
    "yardstick from the changed one": lambda a, b, other: divide(norm(a - b), norm(b - other)),
    "length of the features": lambda a, b, other: norm(a - b) / norm(a),
    "length of the other": lambda a, b, other: norm(a - b) / norm(other),
    "difference": lambda a, b, other: norm(a - b) - norm(a - other),
    "place by place": lambda a, b, other: np.mean(divide(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a - other, axis=-1))),
    "share of the way": lambda a, b, other: norm(a - b) / (norm(a - b) + norm(a - other)),
    "a little under the root": lambda a, b, other: np.sqrt(np.sum((a - b) ** 2) + 1e-7) / norm(a - other),
    "one for each place": lambda a, b, other: np.linalg.norm(a - b, axis=-1) / np.linalg.norm(a - other, axis=-1),
}

always = {
    "one number": lambda _, share: share.ndim == 0,
    "below 0": lambda _, share: share >= 0,
    "not changed at all": lambda arguments, share: not np.array_equal(arguments[0], arguments[1]) or bool(abs(share) < 1e-3),
}

EXERCISE = exercise(
    relative_distance,
    probes,
    right,
    wrong,
    always,
    guard="a little under the root",
    points=2,
    text="""
squares: You divide squared distances. Half as far away then counts as a quarter: what is missing?
absolute: You add up the differences without squaring them. How was the Euclidean distance defined in lesson 1?
not divided: That is the distance in the units of this layer. Could you compare it with one of another layer?
upside down: Your number grows when the changed picture comes *nearer*. Which of the distances is the yardstick?
yardstick from the changed one: Your yardstick starts at the changed picture, so it is another one for every change. Where
    should both distances start?
length of the features: You divide by the length of the features, their distance from 0. From which picture to which goes the
    yardstick?
length of the other: You divide by the length of the other picture's features. The yardstick is a distance: between what?
difference: You subtract the distances. Does what you get still have the unit of the layer?
place by place: You divide at each place and average then. A place where the yardstick is short counts most: when should you
    divide?
share of the way: You divide by the sum of both distances. Then a copy as far away as the other picture does not get 1: what
    is the yardstick alone?
a little under the root: Nearly: you leave a number under the root, so a picture that was not changed is no longer at distance
    0. Where you compute a distance, and no slope of it, is there anything to guard against?
one for each place: You have one number for each place. The task asks for one for the whole layer: over which axes does the
    sum go?
one number: One number is asked for, for all entries of the layer together.
below 0: A distance divided by a distance is never below 0.
not changed at all: A picture that was not changed at all should be at no distance. Try it.
hint 1: What should come out if the changed picture is the other picture? And if it was not changed?
hint 2: Two Euclidean distances over all entries, both from the first picture; then one divided by the other.
hint 3: Features (1, 2), changed to (4, 6), another picture (1, 12): the distances are 5 and 10, and the result is 0.5.
""",
)
