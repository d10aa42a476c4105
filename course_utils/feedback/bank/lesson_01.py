"""Exercises of lesson 01: distances, thresholds, rates of error, recognition."""

from collections.abc import Iterator

import numpy as np

from course_utils.feedback.exercise import Arguments, Exercise, Float64Array, Mistake, Property


def _two_batches(rng: np.random.Generator) -> Iterator[Arguments]:
    """Two batches (n, features); one with a pair of equal rows, one longer than wide, one wider than long."""
    for shape in ((3, 5), (6, 2), (2, 2)):
        a, b = rng.normal(size=(2, *shape))
        b[0] = a[0]
        yield a, b


def _distance(a: Float64Array, b: Float64Array) -> Float64Array:
    distance: Float64Array = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return distance


def _distance_in_loops(a: Float64Array, b: Float64Array) -> list[float]:
    return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)]


EUCLIDEAN = Exercise(
    name="euclidean",
    objective="compute the distance between the rows of two batches",
    points=2,
    oracle=_distance,
    probes=_two_batches,
    right_answers={
        "norm": lambda a, b: np.linalg.norm(a - b, axis=1),
        "loops": _distance_in_loops,
        "einsum": lambda a, b: np.sqrt(np.einsum("nk,nk->n", a - b, a - b)),
        "float32": lambda a, b: _distance(a.astype(np.float32), b.astype(np.float32)),
    },
    mistakes={
        "no root": Mistake(
            lambda a, b: ((a - b) ** 2).sum(axis=-1),
            "That is the squared distance. It puts pairs in the same order, but a threshold for one does not fit the other.",
        ),
        "no square": Mistake(
            lambda a, b: np.abs(a - b).sum(axis=-1),
            "You add up the differences without squaring them: the way along the streets. Euclid's is the straight way.",
        ),
        "sum before the square": Mistake(
            lambda a, b: np.abs((a - b).sum(axis=-1)),
            "Square each difference before you add: otherwise a positive one and a negative one cancel.",
        ),
        "over the batch": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=0)),
            "You add over the pairs, not over the features. Which axis should disappear?",
        ),
        "over everything": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum()),
            "One number for the whole batch. It should be one for each pair of rows: along which axis do you add?",
        ),
        "mean": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=-1)),
            "You take the mean where the distance has the sum: with more features your distance does not grow.",
        ),
        "all pairs": Mistake(
            lambda a, b: np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=-1)),
            "You compare each row with each row of the other batch. Asked was the first with the first, and so on.",
        ),
        "plus instead of minus": Mistake(
            lambda a, b: np.sqrt(((a + b) ** 2).sum(axis=-1)),
            "Two equal pictures are at no distance. What do you do with them before you square?",
        ),
    },
    properties=(
        Property(lambda _, d: bool((d >= 0).all()), "A distance is never below 0."),
        Property(
            lambda arguments, d: not np.array_equal(arguments[0][0], arguments[1][0]) or bool(np.abs(np.ravel(d)[0]) < 1e-3),
            "The first two rows are equal, but your distance between them is not 0.",
        ),
    ),
    hints=(
        "How many numbers should come out for 3 pairs of pictures with 5 features each?",
        "Subtract, square, add up the features, take the root: in this order, for each pair.",
        "From (1, 2) to (4, 6): the differences are 3 and 4, the squares 9 and 16, the sum 25, the root 5.",
        "return np.sqrt(((a - b) ** 2).sum(axis=-1))",
    ),
)


EXERCISES = (EUCLIDEAN,)
