"""Put embeddings on a sphere of radius 1, without dividing by 0."""

import numpy as np

from course_utils.feedback.exercise import exercise


def unit_length(embeddings):
    length = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings / np.maximum(length, 1e-12)


def probes(rng):
    """Embeddings (n, features), one of them all 0, and in each set one that is much shorter than 1.

    Its length is chosen so that 1e-12 more or less is nothing in float64, and 1e-9 is not.
    """
    for shape in ((3, 5), (6, 2), (2, 2)):
        embeddings = 2 * rng.normal(size=shape) + 0.5
        embeddings[0] *= 0.009 / np.linalg.norm(embeddings[0])
        embeddings[1] = 0
        yield (embeddings,)
    yield (3 * rng.normal(size=(3, 4)),)


def unit_in_loops(embeddings):
    rows = []
    for row in embeddings.tolist():
        length = sum(x * x for x in row) ** 0.5
        rows.append([x / length for x in row] if length > 0 else row)
    return rows


def unit_in_keras(embeddings):
    from course_utils.backend import keras

    return keras.ops.normalize(keras.ops.cast(embeddings, "float32"), axis=-1)


def unit_by_sklearn(embeddings):
    from sklearn.preprocessing import normalize

    return normalize(embeddings)


def unit_unguarded(embeddings):
    with np.errstate(invalid="ignore"):
        return embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)


right = {
    "loops": unit_in_loops,
    "Keras": unit_in_keras,
    "sklearn": unit_by_sklearn,
    "where": lambda f: f / np.where((f == 0).all(axis=1), 1, np.sqrt(np.einsum("nk,nk->n", f, f)))[:, None],
    "float32": lambda f: unit_length(f.astype(np.float32)).astype(np.float32),
}

wrong = {
    "zero divided by zero": unit_unguarded,
    "over the batch": lambda f: f / np.maximum(np.linalg.norm(f, axis=0, keepdims=True), 1e-12),
    "over everything": lambda f: f / np.linalg.norm(f),
    "squared length": lambda f: f / np.maximum(np.sum(f**2, axis=1, keepdims=True), 1e-12),
    "sum of the numbers": lambda f: f / np.maximum(np.abs(f).sum(axis=1, keepdims=True), 1e-12),
    "largest number": lambda f: f / np.maximum(np.abs(f).max(axis=1, keepdims=True), 1e-12),
    "never longer than 1": lambda f: f / np.maximum(np.linalg.norm(f, axis=1, keepdims=True), 1),
    "a little added": lambda f: f / (np.linalg.norm(f, axis=1, keepdims=True) + 1e-8),
    "a little under the root": lambda f: f / np.sqrt((f**2).sum(axis=1, keepdims=True) + 1e-12),
    "one added": lambda f: f / (np.linalg.norm(f, axis=1, keepdims=True) + 1),
    "standardised": lambda f: (f - f.mean(axis=1, keepdims=True)) / np.maximum(f.std(axis=1, keepdims=True), 1e-12),
}

always = {
    "the shape": lambda arguments, f: f.shape == arguments[0].shape,
    "not on the sphere": lambda arguments, f: np.allclose(
        np.linalg.norm(f[np.any(arguments[0] != 0, axis=1)], axis=1), 1, atol=1e-3
    ),
    "short rows": lambda arguments, f: np.allclose(np.linalg.norm(f[np.any(arguments[0] != 0, axis=1)], axis=1), 1, atol=5e-7),
    "no direction": lambda arguments, f: (f[np.all(arguments[0] == 0, axis=1)] == 0).all(),
}

EXERCISE = exercise(
    unit_length,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
zero divided by zero: An embedding of length 0 becomes NaN, and soon everything after it. What do you divide it by, and what
    else could you divide it by?
over the batch: Each *column* has length 1 now. Is a point a row or a column of the array?
over everything: You divide all embeddings by one common length. Which ones end up on the sphere?
squared length: You divide by the sum of the squares. Short embeddings come out long, and long ones short: what is missing?
sum of the numbers: The absolute values of a row add up to 1 now. Is that its Euclidean length?
largest number: You divide by the largest number of a row. How long is a row such as (1, 1, 1) then?
never longer than 1: Your guard is too strong: rows shorter than 1 stay as short as they are. From which length on does a
    division go well?
a little added: You add a small number to every length, so a short row misses the sphere by a little. Which rows need the
    guard, and how can the others do without?
a little under the root: You add a small number under every root, like the 'shifted' root of lesson 1. Short rows miss the
    sphere by a little: which rows need a guard?
one added: You add 1 to every length, so no row gets quite to the sphere. How much may be added, without a row noticing?
standardised: You subtract the mean and divide by the standard deviation, as the first layer does with a picture. What was
    asked for here?
the shape: The embeddings keep their shape. Does yours?
not on the sphere: Some embeddings are not of length 1 afterwards. How long is each row?
short rows: A short row misses length 1 by a little. Do you change the length of every row, or only where it is needed?
no direction: An embedding of zeros has no direction. What should be left of it?
hint 1: How many lengths do 3 embeddings of 5 numbers have? Which shape must they have, to divide (3, 5) by them?
hint 2: The length is the root of the sum of the squares of a row. Keep the axis, so that each row is divided by its own one.
    Take care that no length is 0 when you divide: a tiny number in its place changes nothing else.
hint 3: The row (6, 8) has the squares 36 and 64, so its length is 10, and it becomes (0.6, 0.8). The row (0, 0), divided by a
    tiny number in place of 0, stays (0, 0).
""",
)
