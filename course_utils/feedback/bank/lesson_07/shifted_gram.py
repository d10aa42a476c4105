"""Compute which channels are active a step apart, and so keep some of the place that a Gram matrix forgets."""

import numpy as np

from course_utils.feedback.bank.lesson_07.gram_matrix import gram_matrix
from course_utils.feedback.exercise import exercise


def shifted_gram(a, down, right):
    _, n_H, n_W, n_C = a.shape
    here = a[0, : n_H - down, : n_W - right].reshape(-1, n_C)
    there = a[0, down:, right:].reshape(-1, n_C)
    return here.T @ there


def probes(rng):
    """Activations of both signs, (1, n_H, n_W, n_C), and a step: both ways, one way, none, to the far corner."""
    for shape, down, right in (
        ((5, 4, 3), 1, 2),
        ((3, 5, 2), 0, 1),
        ((4, 3, 2), 2, 0),
        ((3, 4, 2), 0, 0),
        ((3, 3, 4), 2, 2),
    ):
        yield rng.normal(size=(1, *shape)), down, right


def shifted_in_loops(a, down, right):
    _, n_H, n_W, n_C = a.shape
    found = np.zeros((n_C, n_C))
    for h in range(n_H - down):
        for w in range(n_W - right):
            found += np.outer(a[0, h, w], a[0, h + down, w + right])
    return found


def shifted_with_zeros(a, down, right):
    """Beyond the edge there are zeros; they add nothing."""
    there = np.zeros_like(a)
    there[:, : a.shape[1] - down, : a.shape[2] - right] = a[:, down:, right:]
    return np.einsum("nhwi,nhwj->ij", a, there)


def shifted_in_keras(a, down, right):
    from course_utils.backend import keras

    a = keras.ops.cast(a, "float32")
    return keras.ops.einsum("nhwi,nhwj->ij", a[:, : a.shape[1] - down, : a.shape[2] - right], a[:, down:, right:])


def shifted_in_a_row(a, down, right):
    """The positions as one long list: what leaves a row on the right comes in on the left of the next."""
    positions = a.reshape(-1, a.shape[3])
    step = down * a.shape[2] + right
    return positions[: len(positions) - step].T @ positions[step:]


def shifted_around(a, down, right):
    return np.einsum("nhwi,nhwj->ij", a, np.roll(a, (-down, -right), axis=(1, 2)))


def pairs(a, down, right):
    return (a.shape[1] - down) * (a.shape[2] - right)


right = {
    "loops": shifted_in_loops,
    "zeros beyond the edge": shifted_with_zeros,
    "Keras": shifted_in_keras,
    "einsum": lambda a, down, right: np.einsum(
        "hwi,hwj->ij", a[0, : a.shape[1] - down, : a.shape[2] - right], a[0, down:, right:]
    ),
    "float32": lambda a, down, right: shifted_gram(a.astype(np.float32), down, right),
}

wrong = {
    "no step": lambda a, down, right: gram_matrix(a),
    "around the edge": shifted_around,
    "on into the next row": shifted_in_a_row,
    "the other way": lambda a, down, right: shifted_gram(a, down, right).T,
    "down and right exchanged": lambda a, down, right: shifted_gram(a, right, down),
    "both ways": lambda a, down, right: (shifted_gram(a, down, right) + shifted_gram(a, down, right).T) / 2,
    "to the right only": lambda a, down, right: shifted_gram(a, 0, right),
    "down only": lambda a, down, right: shifted_gram(a, down, 0),
    "mean over the pairs": lambda a, down, right: shifted_gram(a, down, right) / pairs(a, down, right),
    "divided by all positions": lambda a, down, right: shifted_gram(a, down, right) / (a.shape[1] * a.shape[2]),
    "the Gram matrix of a part": lambda a, down, right: gram_matrix(a[:, down:, right:]),
    "to the left": lambda a, down, right: shifted_gram(a[:, :, ::-1], down, right),
}

always = {
    "rows and columns": lambda arguments, found: found.shape == 2 * (arguments[0].shape[3],),
    "a step of 0": lambda arguments, found: any(arguments[1:]) or bool(np.allclose(found, gram_matrix(arguments[0]))),
    "the strength of a channel": lambda arguments, found: bool(
        (np.abs(np.diag(found)) <= np.diag(gram_matrix(arguments[0])) * 1.001).all()
    ),
}

EXERCISE = exercise(
    shifted_gram,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
no step: That is the plain Gram matrix: each position is multiplied with itself. Where are `down` and `right`?
around the edge: What leaves the picture on one side comes back on the other in yours, as with `np.roll`. Which positions have
    no partner, and what do they add?
on into the next row: In your list of positions the end of a row is followed by the beginning of the next one. Is that a step to
    the right in the picture?
the other way: Your step goes up and to the left. In entry (i, j), which channel is looked at here, and which one a step away?
down and right exchanged: You have taken `down` for a step along the rows, and `right` for one across them. Which axis of `a` is
    the height?
both ways: Yours is the same matrix if it is turned over: it no longer knows which channel was above and which below. Was that
    asked for?
to the right only: Your step goes to the right, and never down. What does `down` change?
down only: Your step goes down, and never to the right. What does `right` change?
mean over the pairs: You divide by the number of pairs of positions. Does the sum in the task divide by anything?
divided by all positions: You divide by the number of positions. Does the sum in the task divide by anything?
the Gram matrix of a part: You cut the picture smaller, and multiply each position with itself there. Which *two* positions
    belong in one product?
to the left: Your partner is a step to the *left*. In which direction do the columns count?
rows and columns: A row and a column for each channel. Which axes have to be added over?
a step of 0: With `down` and `right` both 0 each position is its own partner. Which matrix do you know that should come out?
the strength of a channel: On your diagonal a channel agrees better with itself a step away than with itself on the spot. Can
    that be?
hint 1: Draw 2 rows and 3 columns. With a step of 1 to the right, which positions have a partner? How many pairs are there?
hint 2: Cut two parts of the same size out of the picture: one without the last rows and columns, one without the first. Write
    both as tables, a row for each position. What is the first one, transposed, times the second?
hint 3: One row, three columns, two channels: (1, 0), (0, 2), (3, 0), and one step to the right. The pairs are (1, 0) with
    (0, 2), and (0, 2) with (3, 0). Entry (1, 2) is 1 * 2 + 0 * 0 = 2, entry (2, 1) is 0 * 0 + 2 * 3 = 6.
""",
)
