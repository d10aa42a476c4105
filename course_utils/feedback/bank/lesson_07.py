"""Exercises of lesson 07: the content cost, the Gram matrix, the style cost."""

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


def _wrong_gram(a: Float64Array) -> Float64Array:
    rows = a.reshape(a.shape[3], -1)
    return rows @ rows.T


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
            _wrong_gram,
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


_NOT_NEGATIVE = Property(lambda _, cost: bool((cost >= 0).all()), "A sum of squares is never below 0.")


def _two_activations(rng: np.random.Generator) -> Iterator[Arguments]:
    """Activations of two pictures in one layer, (1, n_H, n_W, n_C), with three different sizes, as after ReLU."""
    for n_H, n_W, n_C in ((2, 3, 4), (5, 2, 3), (1, 4, 2)):
        a_C, a_G = np.maximum(0, rng.normal(size=(2, 1, n_H, n_W, n_C)))
        yield a_C, a_G


def _content(a_C: Float64Array, a_G: Float64Array) -> Float64Array:
    return np.asarray(np.sum((a_C - a_G) ** 2) / (4 * a_C.size))


CONTENT_COST = Exercise(
    name="content_cost",
    objective="say in one number how far two pictures differ in what is where",
    points=2,
    oracle=_content,
    probes=_two_activations,
    right_answers={
        "mean": lambda a_C, a_G: ((a_C - a_G) ** 2).mean() / 4,
        "shapes": lambda a_C, a_G: np.sum((a_C - a_G) ** 2) / (4 * a_C.shape[1] * a_C.shape[2] * a_C.shape[3]),
        "flat": lambda a_C, a_G: np.dot((a_C - a_G).ravel(), (a_C - a_G).ravel()) / 4 / a_C.size,
        "float32": lambda a_C, a_G: _content(a_C.astype(np.float32), a_G.astype(np.float32)),
    },
    mistakes={
        "not divided": Mistake(
            lambda a_C, a_G: np.sum((a_C - a_G) ** 2),
            "You have the sum. What stands in front of it in the formula? Without that, a larger picture costs more.",
        ),
        "no four": Mistake(
            lambda a_C, a_G: ((a_C - a_G) ** 2).mean(),
            "Nearly: look once more at the factor in front of the sum. You have divided by the number of entries only.",
        ),
        "half": Mistake(
            lambda a_C, a_G: ((a_C - a_G) ** 2).sum() / 2,
            "That is the content cost of the first paper (Gatys and others). The lecture notes divide by something else.",
        ),
        "absolute": Mistake(
            lambda a_C, a_G: np.abs(a_C - a_G).sum() / (4 * a_C.size),
            "You add up the differences without squaring them.",
        ),
        "not squared": Mistake(
            lambda a_C, a_G: (a_C - a_G).sum() / (4 * a_C.size),
            "Differences of opposite sign cancel in your sum: two different pictures can cost nothing.",
        ),
        "channels left out": Mistake(
            lambda a_C, a_G: np.sum((a_C - a_G) ** 2) / (4 * a_C.shape[1] * a_C.shape[2]),
            "You divide by height and width. A layer has a third size.",
        ),
        "root": Mistake(
            lambda a_C, a_G: np.sqrt(np.sum((a_C - a_G) ** 2)) / (4 * a_C.size),
            "You take a root: a distance. The cost is its square, divided.",
        ),
        "one number a channel": Mistake(
            lambda a_C, a_G: ((a_C - a_G) ** 2).sum(axis=(0, 1, 2)) / (4 * a_C.size),
            "One number for each channel. The sum goes over all entries: which axes are missing?",
        ),
    },
    properties=(_NOT_NEGATIVE,),
    hints=(
        "How many numbers should come out, whatever the size of the layer?",
        "Subtract, square, add up everything, divide by four times the number of entries.",
        "Two entries, (1, 3) and (2, 5): differences 1 and 2, squares 1 and 4, their sum 5, and 5 / (4 * 2) = 0.625.",
        "return np.sum((a_C - a_G) ** 2) / (4 * a_C.size)",
    ),
)


def _layer_style(a_S: Float64Array, a_G: Float64Array) -> Float64Array:
    _, n_H, n_W, n_C = a_S.shape
    return np.asarray(np.sum((_gram(a_S) - _gram(a_G)) ** 2) / (4 * n_C**2 * (n_H * n_W) ** 2))


LAYER_STYLE_COST = Exercise(
    name="layer_style_cost",
    objective="say in one number how far two pictures differ in how they are painted",
    points=3,
    oracle=_layer_style,
    probes=_two_activations,
    right_answers={
        "mean Gram matrices": lambda a_S, a_G: np.mean(((_gram(a_S) - _gram(a_G)) / (a_S.shape[1] * a_S.shape[2])) ** 2) / 4,
        "loops": lambda a_S, a_G: (
            np.sum((_gram_in_loops(a_S) - _gram_in_loops(a_G)) ** 2) / (2 * a_S.shape[1] * a_S.shape[2] * a_S.shape[3]) ** 2
        ),
        "einsum": lambda a_S, a_G: (
            np.sum((np.einsum("bhwi,bhwj->ij", a_S, a_S) - np.einsum("bhwi,bhwj->ij", a_G, a_G)) ** 2) / (4 * a_S.size**2)
        ),
        "float32": lambda a_S, a_G: _layer_style(a_S.astype(np.float32), a_G.astype(np.float32)),
    },
    mistakes={
        "positions not squared": Mistake(
            lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2) / (4 * a_S.shape[3] ** 2 * a_S.shape[1] * a_S.shape[2]),
            "Each Gram matrix is a sum over the positions, and their difference is squared. How often is n_H n_W in it?",
        ),
        "channels not squared": Mistake(
            lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2) / (4 * a_S.shape[3] * (a_S.shape[1] * a_S.shape[2]) ** 2),
            "The matrix has n_C rows and n_C columns. By how many entries do you divide?",
        ),
        "not divided": Mistake(
            lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2),
            "You have the sum. What stands in front of it in the formula? Without that, large pictures and deep layers win.",
        ),
        "no four": Mistake(
            lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2) / a_S.size**2,
            "Nearly: look once more at the factor in front of the sum.",
        ),
        "content cost": Mistake(
            lambda a_S, a_G: _content(a_S, a_G),
            "You compare the activations position by position: that is the content cost. Which matrix forgets the place?",
        ),
        "absolute": Mistake(
            lambda a_S, a_G: np.abs(_gram(a_S) - _gram(a_G)).sum() / (4 * a_S.size**2),
            "You add up the differences without squaring them.",
        ),
        "Gram of the difference": Mistake(
            lambda a_S, a_G: np.sum(_gram(a_S - a_G) ** 2) / (4 * a_S.size**2),
            "You subtract the activations first, so the place counts again. Make each Gram matrix first, then subtract.",
        ),
        "reshape without transpose": Mistake(
            lambda a_S, a_G: np.sum((_wrong_gram(a_S) - _wrong_gram(a_G)) ** 2) / (4 * a_S.size**2),
            "The formula is right, but your Gram matrices are not: their rows are not the channels. Check `gram_matrix` first.",
        ),
    },
    properties=(_NOT_NEGATIVE,),
    hints=(
        "What does a picture cost, compared with itself after its positions were shuffled?",
        "Two Gram matrices, their difference, squared, added up; then divided by 4, by n_C squared and by (n_H n_W) squared.",
        "One channel, two positions: (1, 2) has the Gram matrix 5, (0, 1) has 1. The cost is (5 - 1)^2 / (4 * 1 * 2^2) = 1.",
        "_, n_H, n_W, n_C = a_S.shape; return np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (2 * n_C * n_H * n_W) ** 2",
    ),
)


EXERCISES = (CONTENT_COST, GRAM_MATRIX, LAYER_STYLE_COST)
