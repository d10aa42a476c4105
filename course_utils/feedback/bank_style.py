"""Exercises of the style half: contents, Gram matrices, costs."""

from collections.abc import Iterator

import numpy as np

from course_utils.feedback.exercise import Arguments, Exercise, Float64Array, Mistake, Property


def _activations(rng: np.random.Generator) -> Iterator[Arguments]:
    """Activations of one picture, (1, n_H, n_W, n_C), with three different sizes, as after ReLU."""
    for n_H, n_W, n_C in ((2, 3, 4), (5, 2, 3), (1, 4, 2)):
        yield (np.maximum(0, rng.normal(size=(1, n_H, n_W, n_C))),)


def _gram(a: Float64Array) -> Float64Array:
    positions = a.reshape(-1, a.shape[3])
    return positions.T @ positions


def _gram_in_loops(a: Float64Array) -> Float64Array:
    _, n_H, n_W, n_C = a.shape
    gram = np.zeros((n_C, n_C))
    for h in range(n_H):
        for w in range(n_W):
            gram += np.outer(a[0, h, w], a[0, h, w])
    return gram


GRAM_MATRIX = Exercise(
    name="gram_matrix",
    objective="compute which channels are active together, over all positions",
    points=3,
    oracle=_gram,
    probes=_activations,
    right_answers={
        "einsum": lambda a: np.einsum("bhwi,bhwj->ij", a, a),
        "loops": _gram_in_loops,
        "channels first": lambda a: (
            np.moveaxis(a[0], 2, 0).reshape(a.shape[3], -1) @ np.moveaxis(a[0], 2, 0).reshape(a.shape[3], -1).T
        ),
        "float32": lambda a: _gram(a.astype(np.float32)),
    },
    mistakes={
        "reshape without transpose": Mistake(
            lambda a: a.reshape(a.shape[3], -1) @ a.reshape(a.shape[3], -1).T,
            "The shape is right, but the rows of your matrix are not the channels. `reshape` cuts the numbers in the order in "
            "which they lie in memory: which axis comes last there?",
        ),
        "positions instead of channels": Mistake(
            lambda a: a.reshape(-1, a.shape[3]) @ a.reshape(-1, a.shape[3]).T,
            "You compare each position with each other one. The Gram matrix has a row and a column for each channel.",
        ),
        "divided by the positions": Mistake(
            lambda a: _gram(a) / (a.shape[1] * a.shape[2]),
            "That is the mean over the positions. In this exercise the Gram matrix is the plain sum; the division comes later, "
            "in the style cost.",
        ),
        "divided by everything": Mistake(
            lambda a: _gram(a) / a.size,
            "You divide by the number of all entries. The Gram matrix is the plain sum over the positions.",
        ),
        "centred": Mistake(
            lambda a: _gram(a - a.mean(axis=(1, 2))),
            "You subtract the mean of each channel first: a covariance. The Gram matrix takes the activations as they are.",
        ),
        "normalised": Mistake(
            lambda a: _gram(a / (np.linalg.norm(a, axis=(1, 2), keepdims=True) + 1e-12)),
            "Your diagonal is all ones: you have made the channels equally strong. How strong they are is part of the style.",
        ),
        "only the diagonal": Mistake(
            lambda a: np.diag(np.diag(_gram(a))),
            "How strong each channel is, you have. What of two different channels at the same position?",
        ),
        "square of the sums": Mistake(
            lambda a: np.outer(a.sum(axis=(0, 1, 2)), a.sum(axis=(0, 1, 2))),
            "You add up first and multiply then. Channels that are active at different places must not count as together.",
        ),
    },
    properties=(
        Property(
            lambda _, gram: gram.ndim == 2 and bool(np.allclose(gram, gram.T)),
            "Your matrix is not symmetric. Channel i with channel j is the same as channel j with channel i.",
        ),
        Property(
            lambda _, gram: bool((np.diag(gram) >= 0).all()),
            "There is a negative number on the diagonal. It is a sum of what?",
        ),
    ),
    hints=(
        "How many rows and columns should the matrix have for 4 channels and 6 positions?",
        "Write one row for each position, one column for each channel. The matrix is this table, transposed, times itself.",
        "Two positions, two channels: rows (1, 2) and (0, 3). The sum of the products: 1 with 1 is 1*1 + 0*0, 1 with 2 is "
        "1*2 + 0*3, 2 with 2 is 2*2 + 3*3.",
        "positions = a.reshape(-1, a.shape[3]); return positions.T @ positions",
    ),
)
