"""Find an error that leaves the shape as it should be."""

import numpy as np

from course_utils.feedback.exercise import exercise


def max_pool(a):
    height, width, channels = a.shape
    return a.reshape(height // 2, 2, width // 2, 2, channels).max(axis=(1, 3))


def probes(rng):
    """Activations (n_H, n_W, n_C) of even height and width, below 0, too; one with a single bright place in each window."""
    for n_H, n_W, n_C in ((4, 6, 3), (8, 4, 2), (2, 4, 4)):
        yield (rng.normal(size=(n_H, n_W, n_C)) - 0.5,)
    yield (-rng.uniform(1, 2, (4, 4, 1)),)


def pool_in_loops(a):
    pooled = np.full((a.shape[0] // 2, a.shape[1] // 2, a.shape[2]), -np.inf)
    for i, j, k in np.ndindex(a.shape):
        pooled[i // 2, j // 2, k] = max(pooled[i // 2, j // 2, k], a[i, j, k])
    return pooled


def pool_in_keras(a):
    from course_utils.backend import keras

    return keras.ops.max_pool(keras.ops.cast(a[None], "float32"), 2, 2, data_format="channels_last")[0]


def pool_in_skimage(a):
    from skimage.measure import block_reduce

    return block_reduce(a, (2, 2, 1), np.max)


def corners(a):
    """The four places of each window."""
    return [a[u::2, v::2] for u in (0, 1) for v in (0, 1)]


right = {
    "corners": lambda a: np.maximum.reduce(corners(a)),
    "rows, then columns": lambda a: np.maximum(np.maximum(a[::2], a[1::2])[:, ::2], np.maximum(a[::2], a[1::2])[:, 1::2]),
    "loops": pool_in_loops,
    "scikit-image": pool_in_skimage,
    "Keras, float32": pool_in_keras,
}

wrong = {
    "four in a row": lambda a: a.reshape(a.shape[0] // 2, a.shape[1] // 2, 4, a.shape[2]).max(axis=2),
    "far apart": lambda a: a.reshape(2, a.shape[0] // 2, 2, a.shape[1] // 2, a.shape[2]).max(axis=(0, 2)),
    "mean": lambda a: np.mean(corners(a), axis=0),
    "sum": lambda a: np.sum(corners(a), axis=0),
    "every second": lambda a: a[::2, ::2],
    "below 0": lambda a: np.maximum(0, max_pool(a)),
    "strongest sign": lambda a: np.max(np.abs(corners(a)), axis=0),
    "smallest": lambda a: np.min(corners(a), axis=0),
    "stride 1": lambda a: np.maximum.reduce([a[:-1, :-1], a[1:, :-1], a[:-1, 1:], a[1:, 1:]]),
    "over the channels": lambda a: np.broadcast_to(max_pool(a).max(axis=-1, keepdims=True), max_pool(a).shape),
    "only rows": lambda a: np.maximum(a[::2], a[1::2]),
    "squeezed in one direction": lambda a: np.maximum(a[::2, ::2], a[1::2, ::2]),
    "axes of the width exchanged": lambda a: a.reshape(a.shape[0] // 2, 2, 2, a.shape[1] // 2, a.shape[2]).max(axis=(1, 2)),
}

always = {
    "half the sides": lambda arguments, a: (
        a.shape == (arguments[0].shape[0] // 2, arguments[0].shape[1] // 2, arguments[0].shape[2])
    ),
    "the strongest answer": lambda arguments, a: np.isclose(a.max(axis=(0, 1)), arguments[0].max(axis=(0, 1)), atol=1e-3).all(),
}

EXERCISE = exercise(
    max_pool,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
four in a row: This is still the error of the shown function: it takes four numbers that follow each other in memory. Which
    four places make a square of 2 x 2?
far apart: You compare places that are half a picture apart. When `reshape` cuts an axis in two, which part counts the
    neighbours, the first or the second?
mean: The windows are right, but you take their mean. What does *max* pooling keep?
sum: The windows are right, but you add up their numbers. What does *max* pooling keep?
every second: You keep one corner of each window, whatever the others say. What if the strongest answer is in another corner?
below 0: Where all four numbers are negative you have 0. Is 0 among the four?
strongest sign: You compare without the sign. Which is the larger one, -3 or 1?
smallest: You keep the smallest number of each window. Is the pattern of a channel where its answer is weak?
stride 1: Your windows overlap: they move by one place. By how many places must they move to halve the height?
over the channels: All your channels have become equal. Each channel is pooled by itself: over which axes does the maximum go?
only rows: The height is halved, the width is not. What happens in the other direction?
squeezed in one direction: You compare two of the four: every second column is thrown away unseen. Which places are in a
    window?
axes of the width exchanged: Down, neighbours are compared; across, places half a picture apart. When `reshape` cuts the
    width in two, which part counts the neighbours, the first or the second?
half the sides: Half the height, half the width, as many channels as before: is it so in your result?
the strongest answer: The strongest answer of a channel must still be there after the pooling. Is it in yours?
hint 1: Write the numbers 0 to 15 into a table of 4 x 4, row by row. Which four of them are its first window?
hint 2: Cut the height into pairs and the width into pairs: that makes two axes of length 2. The maximum goes over these two.
hint 3: Rows (1, 2, 3, 4) and (5, 0, 0, 9): the windows are 1, 2, 5, 0 and 3, 4, 0, 9, and the result is (5, 9).
""",
)
