"""Compute which channels are active together, over all positions."""

import numpy as np

from course_utils.feedback.bank.lesson_07.common import gram_in_loops, wrong_gram
from course_utils.feedback.exercise import exercise


def gram_matrix(a):
    positions = a.reshape(-1, a.shape[3])
    return positions.T @ positions


def probes(rng):
    """Activations of one picture, (1, n_H, n_W, n_C), with three different sizes, as after ReLU, and below 0; one number."""
    for n_H, n_W, n_C in ((2, 3, 4), (5, 2, 3), (1, 4, 2)):
        yield (np.maximum(0, rng.normal(size=(1, n_H, n_W, n_C))),)
    yield (rng.normal(size=(1, 3, 2, 4)),)
    yield (np.full((1, 1, 1, 1), -2.5),)


right = {
    "einsum": lambda a: np.einsum("bhwi,bhwj->ij", a, a),
    "loops": gram_in_loops,
    "channels first": lambda a: (
        np.moveaxis(a[0], 2, 0).reshape(a.shape[3], -1) @ np.moveaxis(a[0], 2, 0).reshape(a.shape[3], -1).T
    ),
    "float32": lambda a: gram_matrix(a.astype(np.float32)),
}

wrong = {
    "reshape without transpose": wrong_gram,
    "positions instead of channels": lambda a: a.reshape(-1, a.shape[3]) @ a.reshape(-1, a.shape[3]).T,
    "divided by the positions": lambda a: gram_matrix(a) / (a.shape[1] * a.shape[2]),
    "divided by everything": lambda a: gram_matrix(a) / a.size,
    "centred": lambda a: gram_matrix(a - a.mean(axis=(1, 2))),
    "normalised": lambda a: gram_matrix(a / (np.linalg.norm(a, axis=(1, 2), keepdims=True) + 1e-12)),
    "only the diagonal": lambda a: np.diag(np.diag(gram_matrix(a))),
    "square of the sums": lambda a: np.outer(a.sum(axis=(0, 1, 2)), a.sum(axis=(0, 1, 2))),
    "batch kept": lambda a: np.einsum("bhwi,bhwj->bij", a, a),
}

always = {
    "not symmetric": lambda _, gram: gram.ndim != 2 or bool(np.allclose(gram, gram.T)),
    "the diagonal": lambda _, gram: (np.diag(gram) >= 0).all(),
}

EXERCISE = exercise(
    gram_matrix,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
reshape without transpose: The shape is right, but the rows of your matrix are not the channels. `reshape` cuts the numbers in
    the order in which they lie in memory: which axis comes last there?
positions instead of channels: You compare each position with every other position. What do the rows and columns of a Gram
    matrix stand for?
divided by the positions: That is the mean over the positions. In this exercise the Gram matrix is the plain sum; the division
    comes later, in the style cost.
divided by everything: You divide by the number of all entries. Does the sum in the task divide by anything?
centred: You subtract the mean of each channel first: a covariance. The Gram matrix takes the activations as they are.
normalised: Your diagonal is all ones: you have made the channels equally strong. How strong they are is part of the style.
only the diagonal: You have how strong each channel is. What about two different channels at the same position?
square of the sums: You add up each channel first and multiply afterwards. Then channels that are active at different places
    count as active together: what has to come first?
batch kept: The numbers are right, but an axis of length 1 is left in front of them: that of the pictures. Which two axes does
    the matrix have?
not symmetric: Your matrix is not symmetric. Channel i with channel j is the same as channel j with channel i.
the diagonal: There is a negative number on the diagonal. It is a sum of what?
hint 1: How many rows and columns should the matrix have for 4 channels and 6 positions?
hint 2: Write one row for each position, one column for each channel. The matrix is this table, transposed, times itself.
hint 3: Two positions, two channels: rows (1, 2) and (0, 3). The sum of the products: 1 with 1 is 1*1 + 0*0, 1 with 2 is 1*2 +
    0*3, 2 with 2 is 2*2 + 3*3.
""",
)
