"""Compute the distance between the rows of two batches."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.exercise import exercise


def euclidean(a, b):
    return np.sqrt(np.sum((a - b) ** 2, axis=1))


def probes(rng):
    """Two batches (pairs, features) with equal rows, first, last, between; one pair; rows far from 0 and nearly equal.

    Then equal rows alone, so many that rounding puts a square that was multiplied out below 0.
    """
    for shape, equal in (((3, 5), 0), ((6, 2), -1), ((2, 2), 0), ((4, 3), 2)):
        a, b = rng.normal(size=(2, *shape))
        b[equal] = a[equal]
        yield a, b
    yield tuple(rng.normal(size=(2, 1, 3)))
    yield tuple(nearly_equal(rng, (2, 3, 4)))
    equal = rng.normal(size=(40, 9))
    yield equal, equal.copy()


def distance_in_loops(a, b):
    return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)]


right = {
    "norm": lambda a, b: np.linalg.norm(a - b, axis=1),
    "loops": distance_in_loops,
    "einsum": lambda a, b: np.sqrt(np.einsum("nk,nk->n", a - b, a - b)),
    "a guard too small to be seen": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=1) + 1e-12),
    "float32": lambda a, b: euclidean(a.astype(np.float32), b.astype(np.float32)),
}

wrong = {
    "no root": lambda a, b: ((a - b) ** 2).sum(axis=-1),
    "no square": lambda a, b: np.abs(a - b).sum(axis=-1),
    "sum before the square": lambda a, b: np.abs((a - b).sum(axis=-1)),
    "over the batch": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=0)),
    "over everything": lambda a, b: np.sqrt(((a - b) ** 2).sum()),
    "mean": lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=-1)),
    "all pairs": lambda a, b: np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=-1)),
    "plus instead of minus": lambda a, b: np.sqrt(((a + b) ** 2).sum(axis=-1)),
    "a little under the root": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1) + 1e-7),
}

always = {
    "a number a pair": lambda arguments, d: d.shape == (len(arguments[0]),),
    "below 0": lambda _, d: (d >= 0).all(),
    "equal rows": lambda arguments, d: (d[(arguments[0] == arguments[1]).all(axis=1)] < 1e-3).all(),
}

EXERCISE = exercise(
    euclidean,
    probes,
    right,
    wrong,
    always,
    guard="a little under the root",
    points=1,
    text="""
no root: That is the squared distance. It puts pairs in the same order, but a threshold for one does not fit the other.
no square: You add up the sizes of the differences, without squaring them. That is another distance: which one does the
    formula give?
sum before the square: Square each difference before you add: otherwise a positive one and a negative one cancel.
over the batch: You add over the pairs, not over the features. Which axis should disappear?
over everything: One number for the whole batch. It should be one for each pair of rows: along which axis do you add?
mean: You take the mean of the squares. What does the formula do with them?
all pairs: You compare each row with each row of the other batch. Asked was the first with the first, and so on.
plus instead of minus: Two equal pictures should have the distance 0. What do you do with the two rows before you square?
a little under the root: Nearly: you leave a number under the root, so two equal pictures are no longer at distance 0.
    Where you compute a distance, and no slope of it, is there anything to guard against?
a number a pair: One number for each pair of rows was asked for.
below 0: A distance is never below 0.
equal rows: Where two rows are equal, your distance between them is not 0. What is left of their difference?
hint 1: How many numbers should come out for 3 pairs of pictures with 5 features each?
hint 2: Subtract, square, add up the features, take the root: in this order, for each pair.
hint 3: From (1, 2) to (4, 6): the differences are 3 and 4, the squares 9 and 16, the sum 25, the root 5.
""",
)
