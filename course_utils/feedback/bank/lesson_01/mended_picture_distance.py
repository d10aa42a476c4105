"""Find out which axes a distance of pictures has to add over, and when to take the root."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.bank.lesson_01.euclidean import euclidean
from course_utils.feedback.exercise import exercise


def mended_picture_distance(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=(1, 2)))


def probes(rng):
    """Two stacks of pictures (n, height, width), all sizes different; two of them equal, first, last or between.

    Some are standardised: they have numbers below 0. One pair; pictures far from black that are nearly equal.
    """
    for shape, equal in (((2, 3, 4), 0), ((4, 2, 3), -1), ((3, 5, 2), 1)):
        a, b = rng.uniform(0.1, 1, (2, *shape))
        b = 1.5 * b - 0.5 * a
        b[equal] = a[equal]
        yield a, b
    yield tuple(rng.normal(size=(2, 1, 3, 2)))
    yield tuple(nearly_equal(rng, (2, 3, 4, 2)))
    equal = rng.uniform(0, 1, (40, 3, 4))  # so many that rounding puts a square that was multiplied out below 0
    yield equal, equal.copy()


def picture_distance_in_keras(a, b):
    from course_utils.backend import keras

    flat = keras.ops.reshape(keras.ops.cast(a - b, "float32"), (len(a), -1))
    return keras.ops.norm(flat, axis=1)


right = {
    "reshape": lambda a, b: euclidean(a.reshape(len(a), -1), b.reshape(len(b), -1)),
    "norm": lambda a, b: np.linalg.norm(a - b, axis=(1, 2)),
    "Keras": picture_distance_in_keras,
    "loops": lambda a, b: [
        sum((x - y) ** 2 for x, y in zip(p.flat, q.flat, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)
    ],
    "einsum": lambda a, b: np.einsum("nhw,nhw->n", a - b, a - b) ** 0.5,
}

wrong = {
    "sum of the rows' distances": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1)).sum(axis=-1),
    "sum of the columns' distances": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=1)).sum(axis=-1),
    "mean of the rows' distances": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1)).mean(axis=-1),
    "one for each row": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1)),
    "over everything": lambda a, b: np.sqrt(((a - b) ** 2).sum()),
    "a root of roots": lambda a, b: np.sqrt(np.sqrt(((a - b) ** 2).sum(axis=-1)).sum(axis=-1)),
    "no root": lambda a, b: ((a - b) ** 2).sum(axis=(1, 2)),
    "mean": lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=(1, 2))),
    "spectral norm": lambda a, b: np.linalg.norm(a - b, ord=2, axis=(1, 2)),
    "a little under the root": lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=(1, 2)) + 1e-7),
}

always = {
    "a number a pair": lambda arguments, d: d.shape == (len(arguments[0]),),
    "below 0": lambda _, d: (d >= 0).all(),
    "equal pictures": lambda arguments, d: (d[(arguments[0] == arguments[1]).all(axis=(1, 2))] < 1e-3).all(),
}

EXERCISE = exercise(
    mended_picture_distance,
    probes,
    right,
    wrong,
    always,
    guard="a little under the root",
    points=2,
    text="""
sum of the rows' distances: That is the fellow student's number: a distance for each row of the picture, and then their sum.
    Is the root of a sum the sum of the roots?
sum of the columns' distances: Now you have a distance for each *column*, and their sum. The same trouble, turned by 90
    degrees: how often should there be a root for one pair of pictures?
mean of the rows' distances: You take the mean of the rows' distances. A root is still taken of each row: where does it
    belong?
one for each row: A number for each row of each picture is left. Which second axis should disappear, and before or after the
    root?
over everything: One number for the whole stack. Which axis tells the pairs apart, and has to stay?
a root of roots: There are two roots in a row in your answer. After the first one, what do you add up?
no root: The axes are right. What is still missing after the sum of the squares?
mean: You take the mean over the pixels. In the lesson's formula, what is done with the squares?
spectral norm: With `ord=2` NumPy gives the largest singular value of a matrix. Is a picture a matrix here, or a long row of
    pixels?
a little under the root: Nearly: you leave a number under the root, so two equal pictures are no longer at distance 0.
    Where you compute a distance, and no slope of it, is there anything to guard against?
a number a pair: One number for each pair of pictures was asked for.
below 0: A distance of pictures is never below 0.
equal pictures: There are two equal pictures, and your distance between them is not 0. What is left of their difference?
hint 1: Turn both pictures on their side. No pixel has changed. Should the distance? Where does the function treat rows and
    columns differently?
hint 2: A distance has one root, taken once all squares of one pair are added up: over height and over width.
hint 3: One picture of two rows, with the differences (3, 0) and (0, 4). Row by row: 3 + 4 = 7. As one long row: the squares
    add up to 25, and the root is 5.
""",
)
