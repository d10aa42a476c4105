"""Compute the distance of every picture of a batch from every picture."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.bank.lesson_03.common import _distance, distance_in_loops
from course_utils.feedback.exercise import exercise


def batch_distances(embeddings):
    differences = embeddings[:, None] - embeddings
    return np.sqrt((differences**2).sum(axis=2))


def probes(rng):
    """Embeddings (n, features) of whole numbers; one equal to another; then fractions, where a rewritten square is below 0.

    Rows some way from 0 and nearly equal: a square multiplied out loses them in float32, not in float64. A single one.
    """
    for n, features in ((4, 3), (3, 5), (6, 2)):
        embeddings = rng.integers(-9, 10, (n, features)).astype(np.float64)
        embeddings[1] = embeddings[0] + rng.integers(2, 6, features)
        embeddings[-1] = embeddings[0]
        yield (embeddings,)
    yield (np.tile(rng.normal(size=(30, 61)), (2, 1)),)
    yield (nearly_equal(rng, (4, 3), about=16.0, step=2.0**-6),)
    yield (rng.normal(size=(1, 3)),)


def _expanded(embeddings):
    """|a|^2 + |b|^2 - 2 a b."""
    squares = (embeddings**2).sum(axis=1)
    return squares[:, None] + squares[None] - 2 * embeddings @ embeddings.T


def by_squares(embeddings):
    return np.maximum(0, _expanded(embeddings)) ** 0.5


def all_distances_by_scipy(embeddings):
    from scipy.spatial.distance import cdist

    return cdist(embeddings, embeddings)


def all_distances_in_keras(embeddings):
    from course_utils.backend import keras

    embeddings = keras.ops.convert_to_tensor(embeddings, "float32")
    return keras.ops.norm(keras.ops.expand_dims(embeddings, 1) - keras.ops.expand_dims(embeddings, 0), axis=-1)


right = {
    "loops": lambda embeddings: [distance_in_loops(np.array([row] * len(embeddings)), embeddings) for row in embeddings],
    "row by row": lambda embeddings: np.stack([np.linalg.norm(embeddings - row, axis=1) for row in embeddings]),
    "squares": by_squares,
    "scipy": all_distances_by_scipy,
    "Keras": all_distances_in_keras,
    "float32": lambda embeddings: batch_distances(embeddings.astype(np.float32)),
}

wrong = {
    "each with itself": lambda embeddings: _distance(embeddings, embeddings),
    "over the pictures": lambda embeddings: np.sqrt(((embeddings[:, None] - embeddings[None]) ** 2).sum(axis=1)),
    "no root": lambda embeddings: batch_distances(embeddings) ** 2,
    "no square": lambda embeddings: np.abs(embeddings[:, None] - embeddings[None]).sum(axis=-1),
    "sum before the square": lambda embeddings: np.abs((embeddings[:, None] - embeddings[None]).sum(axis=-1)),
    "mean": lambda embeddings: np.sqrt(((embeddings[:, None] - embeddings[None]) ** 2).mean(axis=-1)),
    "plus instead of minus": lambda embeddings: _distance(embeddings[:, None], -embeddings[None]),
    "products": lambda embeddings: embeddings @ embeddings.T,
    "of length 1": lambda embeddings: np.sqrt(np.maximum(0, 2 - 2 * embeddings @ embeddings.T)),
    "half of the table": lambda embeddings: np.triu(batch_distances(embeddings)),
    "a little under the root": lambda embeddings: np.sqrt(batch_distances(embeddings) ** 2 + 1e-7),
    "root of a little below 0": lambda embeddings: np.sqrt(_expanded(embeddings)),
    "blank diagonal": lambda embeddings: np.where(np.eye(len(embeddings), dtype=bool), np.inf, batch_distances(embeddings)),
}

always = {
    "below 0": lambda _, d: (d >= 0).all(),
    "the shape": lambda arguments, d: d.shape == (len(arguments[0]),) * 2,
    "the diagonal": lambda _, d: np.allclose(np.diag(d), 0, atol=1e-9),
    "there and back": lambda _, d: np.allclose(d, d.T),
}

EXERCISE = exercise(
    batch_distances,
    probes,
    right,
    wrong,
    always,
    guard="a little under the root",
    points=3,
    text="""
each with itself: You compare each picture with itself, and get n zeros. Every row has to meet every row: how can a new axis
    help?
over the pictures: Your sum runs over pictures. Which of the three axes holds what a single distance adds up?
no root: These are squared distances. Which step makes them plain ones, with the unit of the gap?
no square: You add up differences that are not squared: the L1 distance. Which distance is D in the triplet loss?
sum before the square: You add up first and square after that, so differences of opposite signs cancel. Which step comes first
    in a distance?
mean: You take the mean over the features. What does the formula of D do with the squares?
plus instead of minus: A picture is not at distance 0 from itself in your table. What do you do with two rows before you
    square?
products: That is the table of products: it is large where two rows agree. Should a distance be large there, or small?
of length 1: Your formula holds only for embeddings of length 1, like those of the first cell. What stands in the place of the
    2 if they may have any length?
half of the table: One half of your table is 0. If you know how far i is from j, how far is j from i?
a little under the root: Nearly: you leave a number under the root, so a picture is no longer at distance 0 from itself.
root of a little below 0: For equal pictures you take the root of a number that rounding has put a little below 0, and get NaN.
    What may be cut off there?
blank diagonal: Your diagonal is infinite. That helps to search for a nearest picture, but how far is a picture from itself?
below 0: A distance is never below 0.
the shape: Your table has another shape. How many rows and columns has it if each picture is compared with each?
the diagonal: On the diagonal each picture meets itself. How far is it?
there and back: Your table is not symmetric. Is the way back longer than the way there?
hint 1: A batch has 3 pictures with 5 features each. What shape has the table of distances, and what is on its diagonal?
hint 2: Give the array a new axis in two places: (n, 1, features) minus (1, n, features) is each row minus each row. Then as
    for one distance: square, add up the features, take the root.
hint 3: Three points on a line, 1, 4 and 9: the table has the rows (0, 3, 8), (3, 0, 5) and (8, 5, 0).
""",
)
