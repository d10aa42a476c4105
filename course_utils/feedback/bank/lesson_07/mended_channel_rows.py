"""Find out what `reshape` does with channels that come last, and put them first."""

import numpy as np

from course_utils.feedback.bank.lesson_07.gram_matrix import gram_matrix
from course_utils.feedback.exercise import exercise


def mended_channel_rows(a):
    return a.reshape(-1, a.shape[3]).T


def probes(rng):
    """Activations (1, n_H, n_W, n_C) with three different sizes, of both signs, no two numbers the same."""
    for n_H, n_W, n_C in ((2, 3, 4), (4, 2, 3), (3, 5, 2)):
        numbers = rng.permutation(n_H * n_W * n_C) - 2.5 + 2.0**-12
        yield (numbers.reshape(1, n_H, n_W, n_C),)


def rows_in_loops(a):
    _, n_H, n_W, n_C = a.shape
    return [[float(a[0, h, w, c]) for h in range(n_H) for w in range(n_W)] for c in range(n_C)]


def rows_in_keras(a):
    from course_utils.backend import keras

    return keras.ops.reshape(keras.ops.transpose(keras.ops.cast(a, "float32")[0], (2, 0, 1)), (a.shape[3], -1))


right = {
    "moveaxis": lambda a: np.moveaxis(a[0], -1, 0).reshape(a.shape[3], -1),
    "loops": rows_in_loops,
    "channel by channel": lambda a: np.stack([a[0, :, :, channel].ravel() for channel in range(a.shape[3])]),
    "einsum": lambda a: np.einsum("nhwc->nchw", a).reshape(a.shape[3], -1),
    "Keras": rows_in_keras,
}

wrong = {
    "reshape without transpose": lambda a: a.reshape(a.shape[3], -1),
    "a row for each position": lambda a: a.reshape(-1, a.shape[3]),
    "column by column": lambda a: a.T.reshape(a.shape[3], -1),
    "height and width exchanged": lambda a: np.transpose(a[0], (1, 0, 2)).reshape(a.shape[3], -1),
    "width first": lambda a: np.transpose(a[0], (1, 2, 0)).reshape(a.shape[3], -1),
    "order F": lambda a: a.reshape((a.shape[3], -1), order="F"),
    "Gram matrix": gram_matrix,
    "means": lambda a: a.mean(axis=(0, 1, 2)),
}

always = {
    "rows and columns": lambda arguments, rows: rows.shape == (arguments[0].shape[3], arguments[0][0, :, :, 0].size),
    "other numbers": lambda arguments, rows: np.allclose(np.sort(rows, axis=None), np.sort(arguments[0], axis=None)),
    "mixed rows": lambda arguments, rows: np.allclose(
        np.sort(rows, axis=1), np.sort(mended_channel_rows(arguments[0]), axis=1)
    ),
}

EXERCISE = exercise(
    mended_channel_rows,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
reshape without transpose: That is the fellow student's function. Its rows have the right length, and yet numbers of all
    channels are mixed in each. In which order do the numbers lie in memory?
a row for each position: You have a row for each position and a column for each channel. Which of the two was asked for?
column by column: Each row holds the right channel, but the positions come column by column. In which order do height and
    width stand in your array before it is cut into rows?
height and width exchanged: You exchange height and width, and leave the channels where they are. Which axis has to come first
    before you reshape?
width first: The axes have moved, and the channels are in the middle now. Each row should hold one channel: where must they
    stand?
order F: Another `order` makes `reshape` read and write the other way round; the channels are still mixed. Which other
    function changes the order of *axes*?
Gram matrix: That is the Gram matrix already. The task asks for the rows from which it is made.
means: One number for each channel: its mean. The task asks for all its numbers: how long is a row then?
rows and columns: A row for each channel, a column for each position. How many of both are there?
other numbers: Your numbers are not those of the layer any more. Here they are only put in another order.
mixed rows: Some row holds numbers of more than one channel, or those of another channel. Which numbers belong in row 0?
hint 1: A picture in pure red has the numbers 255, 0, 0, 255, 0, 0, ... in memory. What should the three rows be?
hint 2: `reshape` never moves a number, it cuts the same list into rows of another length. First bring the channels to the
    front, or make rows of positions and transpose the table.
hint 3: Two positions and two channels, [[1, 5], [2, 6]]: the list is 1, 5, 2, 6. Cut into two rows it is (1, 5) and (2, 6):
    positions. Transposed, it is (1, 2) and (5, 6): channels.
""",
)
