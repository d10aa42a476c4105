"""Exercises of lesson 07: the content cost, the Gram matrix, the style cost of one layer and of several."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Function, Mistake, Property


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
            "You compare each position with every other position. What do the rows and columns of a Gram matrix stand for?",
        ),
        "divided by the positions": Mistake(
            lambda a: _gram(a) / (a.shape[1] * a.shape[2]),
            "That is the mean over the positions. In this exercise the Gram matrix is the plain sum; the division comes later, "
            "in the style cost.",
        ),
        "divided by everything": Mistake(
            lambda a: _gram(a) / a.size,
            "You divide by the number of all entries. Does the sum in the task divide by anything?",
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
            "You have how strong each channel is. What about two different channels at the same position?",
        ),
        "square of the sums": Mistake(
            lambda a: np.outer(a.sum(axis=(0, 1, 2)), a.sum(axis=(0, 1, 2))),
            "You add up each channel first and multiply afterwards. Then channels that are active at different places count as "
            "active together: what has to come first?",
        ),
        "batch kept": Mistake(
            lambda a: np.einsum("bhwi,bhwj->bij", a, a),
            "The numbers are right, but an axis of length 1 is left in front of them: that of the pictures. Which two axes "
            "does the matrix have?",
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
_ABSOLUTE = "You add up the sizes of the differences. What does the formula do with each difference before it is added?"
_BRACKETS = "In Python, `x / 4 * n` divides by 4 and *multiplies* by n. What belongs in brackets?"


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
            "That is the content cost of the first paper (Gatys and others). What does the formula here divide by?",
        ),
        "absolute": Mistake(
            lambda a_C, a_G: np.abs(a_C - a_G).sum() / (4 * a_C.size),
            _ABSOLUTE,
        ),
        "not squared": Mistake(
            lambda a_C, a_G: (a_C - a_G).sum() / (4 * a_C.size),
            "Differences of opposite sign cancel in your sum: two different pictures can cost nothing.",
        ),
        "channels left out": Mistake(
            lambda a_C, a_G: np.sum((a_C - a_G) ** 2) / (4 * a_C.shape[1] * a_C.shape[2]),
            "You divide by height and width. Which size of the layer is missing?",
        ),
        "root": Mistake(
            lambda a_C, a_G: np.sqrt(np.sum((a_C - a_G) ** 2)) / (4 * a_C.size),
            "You take a root, so that you have a distance. Is there a root in the formula?",
        ),
        "squared after the sum": Mistake(
            lambda a_C, a_G: (a_C - a_G).sum() ** 2 / (4 * a_C.size),
            "You add up first and square afterwards, so that differences of opposite sign cancel. Which of the two comes first "
            "in the formula?",
        ),
        "four only": Mistake(
            lambda a_C, a_G: ((a_C - a_G) ** 2).sum() / 4,
            "You divide by 4 alone. What else stands below the fraction line?",
        ),
        "divided twice": Mistake(
            lambda a_C, a_G: ((a_C - a_G) ** 2).mean() / (4 * a_C.size),
            "A mean is divided by the number of entries already, and then you divide by it again. How often does the formula?",
        ),
        "no brackets": Mistake(
            lambda a_C, a_G: ((a_C - a_G) ** 2).sum() / 4 * a_C.size,
            _BRACKETS,
        ),
        "not added up": Mistake(
            lambda a_C, a_G: (a_C - a_G) ** 2 / (4 * a_C.size),
            "You have one number for each entry. What is still to be done to get one number for the two pictures?",
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
            "Each Gram matrix is a sum over the positions, and the difference of two such sums is squared. How often must you "
            "divide by n_H n_W?",
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
        "nothing squared below": Mistake(
            lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2) / (4 * a_S.size),
            "You divide by each of the three sizes once. Which of them are squared in the formula?",
        ),
        "only the width squared": Mistake(
            lambda a_S, a_G: (
                np.sum((_gram(a_S) - _gram(a_G)) ** 2) / (4 * a_S.shape[3] ** 2 * a_S.shape[1] * a_S.shape[2] ** 2)
            ),
            "In Python, `n_H * n_W**2` squares n_W alone. What does the exponent in the formula belong to?",
        ),
        "divided by the channels twice": Mistake(
            lambda a_S, a_G: np.mean((_gram(a_S) - _gram(a_G)) ** 2) / (4 * a_S.size**2),
            "A mean over the matrix is divided by its number of entries already. Which part of the "
            "formula have you done twice?",
        ),
        "no brackets": Mistake(
            lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2) / 4 * a_S.size**2,
            _BRACKETS,
        ),
        "no Gram matrix": Mistake(
            lambda a_S, a_G: np.sum((a_S - a_G) ** 2) / (4 * a_S.size**2),
            "You divide by the right number, but compare the activations themselves. What does the style cost compare?",
        ),
        "content cost": Mistake(
            lambda a_S, a_G: _content(a_S, a_G),
            "You compare the activations position by position: that is the content cost. Which matrix forgets the place?",
        ),
        "absolute": Mistake(
            lambda a_S, a_G: np.abs(_gram(a_S) - _gram(a_G)).sum() / (4 * a_S.size**2),
            _ABSOLUTE,
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


def _three_layers(rng: np.random.Generator) -> Iterator[Arguments]:
    """S and G, (1, n_H, n_W, n_C), in three layers, no two of them of one size, and three weights that do not add up to 1.

    In the second set a layer has the weight 0; in the third the two pictures are the same in the layer that counts most.
    """
    for weights in ((0.2, 0.5, 0.4), (3.0, 0.0, 1.5), (0.25, 1.5, 4.0)):
        layers: list[Float64Array] = []
        for shape in ((1, 3, 2, 3), (1, 2, 4, 5), (1, 1, 2, 4)):
            a_S, a_G = rng.uniform(0.1, 1, (2, *shape))
            layers += [a_S, 1.5 * a_G]
        if weights[2] == 4:
            layers[5] = layers[4].copy()
        yield *layers, np.array(weights)


def _pairs(layers: tuple[Float64Array, ...]) -> Iterator[tuple[Float64Array, Float64Array]]:
    """S and G of each layer, from S, G, S, G, S, G."""
    return zip(layers[::2], layers[1::2], strict=True)


def _style(*arguments: Float64Array) -> Float64Array:
    *layers, weights = arguments
    return np.asarray(np.dot(weights, [_layer_style(a_S, a_G) for a_S, a_G in _pairs(tuple(layers))]))


def _style_in_loops(*arguments: Float64Array) -> float:
    *layers, weights = arguments
    total = 0.0
    for weight, (a_S, a_G) in zip(weights, _pairs(tuple(layers)), strict=True):
        gram_S, gram_G = _gram_in_loops(a_S), _gram_in_loops(a_G)
        for i in range(len(gram_S)):
            for j in range(len(gram_S)):
                total += float(weight * (gram_S[i, j] - gram_G[i, j]) ** 2 / (4 * a_S.size**2))
    return total


def _style_in_keras(*arguments: Float64Array) -> Any:
    from course_utils.backend import keras

    *layers, weights = arguments
    costs = []
    for a_S, a_G in _pairs(tuple(layers)):
        F_S, F_G = (keras.ops.reshape(keras.ops.cast(a, "float32"), (-1, a.shape[3])) for a in (a_S, a_G))
        difference = keras.ops.matmul(keras.ops.transpose(F_S), F_S) - keras.ops.matmul(keras.ops.transpose(F_G), F_G)
        costs.append(keras.ops.mean(keras.ops.square(difference / F_S.shape[0])) / 4)
    return keras.ops.sum(keras.ops.stack(costs) * keras.ops.cast(weights, "float32"))


def _style_as_distance(*arguments: Float64Array) -> Float64Array:
    """The squared distance of two points that hold all entries of all Gram matrices."""
    *layers, weights = arguments
    points = [
        np.concatenate([np.sqrt(w) * _gram(a).ravel() / (2 * a.size) for w, a in zip(weights, picture, strict=True)])
        for picture in (layers[::2], layers[1::2])
    ]
    return np.asarray(np.linalg.norm(points[0] - points[1]) ** 2)


def _with_layer_cost(layer_cost: Function) -> Function:
    """The style cost over layers, with another cost of a layer."""

    def style(*arguments: Float64Array) -> Float64Array:
        *layers, weights = arguments
        return np.asarray(sum(w * layer_cost(a_S, a_G) for w, (a_S, a_G) in zip(weights, _pairs(tuple(layers)), strict=True)))

    return style


def _with_weights(change: Function) -> Function:
    """The style cost over layers, with the weights changed first."""
    return lambda *arguments: _style(*arguments[:-1], change(arguments[-1]))


def _style_by_first_size(*arguments: Float64Array) -> Float64Array:
    """All layers divided by what the first one is to be divided by."""
    size = arguments[0].size
    return np.asarray(_with_layer_cost(lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2) / (4 * size**2))(*arguments))


STYLE_COST = Exercise(
    name="style_cost",
    objective="add up the style costs of several layers, each with its weight",
    points=3,
    oracle=_style,
    probes=_three_layers,
    right_answers={
        "loops": _style_in_loops,
        "Keras": _style_in_keras,
        "distance of two points": _style_as_distance,
        "float32": lambda *arguments: _style(*(a.astype(np.float32) for a in arguments)),
    },
    mistakes={
        "weights ignored": Mistake(
            _with_weights(np.ones_like),
            "All your layers count the same. Turn one weight to 0: what should happen to that layer?",
        ),
        "mean": Mistake(
            lambda *arguments: _style(*arguments) / 3,
            "You divide by the number of layers as well. How much a layer counts is said by something else: by what?",
        ),
        "weights scaled to 1": Mistake(
            _with_weights(lambda weights: weights / weights.sum()),
            "You scale the weights so that they add up to 1. Does the formula do so?",
        ),
        "weights inside the square": Mistake(
            _with_weights(lambda weights: weights**2),
            "A layer with the weight 2 counts four times in your cost. Is the weight inside the square, or in front of it?",
        ),
        "weights backwards": Mistake(
            _with_weights(lambda weights: weights[::-1]),
            "Your weights belong to other layers. Which layer does the first weight stand for?",
        ),
        "last layer only": Mistake(
            _with_weights(lambda weights: np.array([0, 0, weights[2]])),
            "Only the last layer is left in your cost. Does each turn of your loop add to the total, or replace it?",
        ),
        "not added up": Mistake(
            lambda *arguments: np.array(
                [w * _layer_style(*pair) for w, pair in zip(arguments[-1], _pairs(arguments[:-1]), strict=True)]
            ),
            "One number for each layer: the parts are there. What is the cost of the picture as a whole?",
        ),
        "one size for all layers": Mistake(
            _style_by_first_size,
            "You divide each layer by the size of the first one. Deep layers have fewer positions and more channels: "
            "whose n_H, n_W and n_C belong to a layer?",
        ),
        "positions not divided": Mistake(
            _with_layer_cost(lambda a_S, a_G: np.mean((_gram(a_S) - _gram(a_G)) ** 2) / 4),
            "You divide by the channels, and not by the positions: the early layers have most of them, and decide alone. "
            "What else stands below the fraction line of a layer?",
        ),
        "positions divided once": Mistake(
            _with_layer_cost(lambda a_S, a_G: a_S[0, :, :, 0].size * _layer_style(a_S, a_G)),
            "You divide once by the number of positions. Each Gram matrix is a sum over them, and the difference of two such "
            "sums is squared: how often must you divide?",
        ),
        "not divided": Mistake(
            _with_layer_cost(lambda a_S, a_G: np.sum((_gram(a_S) - _gram(a_G)) ** 2)),
            "You add up the plain differences of the Gram matrices. What does the formula of a layer divide them by?",
        ),
        "no four": Mistake(
            _with_layer_cost(lambda a_S, a_G: 4 * _layer_style(a_S, a_G)),
            "Weights and sum are right, but each layer costs too much. Has your `layer_style_cost` passed its own check?",
        ),
        "reshape without transpose": Mistake(
            _with_layer_cost(lambda a_S, a_G: np.sum((_wrong_gram(a_S) - _wrong_gram(a_G)) ** 2) / (4 * a_S.size**2)),
            "Weights and sum are right, but your Gram matrices are not: their rows are not the channels. Has your "
            "`gram_matrix` passed its own check?",
        ),
        "content cost": Mistake(
            _with_layer_cost(_content),
            "You compare the activations position by position, layer by layer: that is a content cost. What did the style "
            "cost of a layer compare?",
        ),
    },
    properties=(
        Property(lambda _, cost: cost.ndim == 0 or cost.size == 1, "One number for the two pictures: what is left to add up?"),
        _NOT_NEGATIVE,
    ),
    hints=(
        "A layer with the weight 0: what may its activations be, and what may they not change?",
        "For each layer: its style cost, from its own two arrays and its own sizes, times its weight. Add these up.",
        "Three layers that cost 5, 2 and 10, with the weights 1, 0.5 and 0.1: 5 + 1 + 1 = 7.",
        "costs = [layer_style_cost(a_S1, a_G1), layer_style_cost(a_S2, a_G2), layer_style_cost(a_S3, a_G3)]\n"
        "return np.sum(weights * np.array(costs))",
    ),
)


def _changes(rng: np.random.Generator) -> Iterator[Arguments]:
    """By what the activations are multiplied, and by what the sides; each of them alone, both, the first one below 1."""
    yield float(rng.uniform(1.3, 1.9)), 1
    yield 1.0, int(rng.integers(3, 6))
    yield float(rng.uniform(2.2, 2.8)), 3
    yield float(rng.uniform(0.6, 0.8)), 2


def _growth(strength: float, side: float) -> Float64Array:
    return np.array([strength**2, strength**2 * side**2, strength**4])


def _growth_in_keras(strength: float, side: float) -> Any:
    from course_utils.backend import keras

    powers = keras.ops.convert_to_tensor([[2.0, 0.0], [2.0, 2.0], [4.0, 0.0]])
    return keras.ops.prod(keras.ops.power(keras.ops.convert_to_tensor([strength, side], "float32"), powers), axis=1)


COST_GROWTH = Exercise(
    name="cost_growth",
    objective="predict what stronger activations and a larger picture do to the costs",
    points=2,
    oracle=_growth,
    probes=_changes,
    right_answers={
        "list": lambda strength, side: [strength * strength, (strength * side) ** 2, (strength * strength) ** 2],
        "logarithms": lambda strength, side: np.exp(np.array([[2, 0], [2, 2], [4, 0]]) @ np.log([strength, side])),
        "Keras": _growth_in_keras,
        "float32": lambda strength, side: _growth(strength, side).astype(np.float32),
    },
    mistakes={
        "content grows with the picture": Mistake(
            lambda strength, side: [strength**2 * side**2, strength**2 * side**2, strength**4],
            "Your content cost grows with the picture. By what is its sum divided?",
        ),
        "Gram matrix as a mean": Mistake(
            lambda strength, side: [strength**2, strength**2, strength**4],
            "Your Gram matrix does not know how large the picture is. Is the plain one a sum or a mean?",
        ),
        "side counted once": Mistake(
            lambda strength, side: [strength**2, strength**2 * side, strength**4],
            "A picture has two sides. How many positions are there if both are doubled?",
        ),
        "style not divided": Mistake(
            lambda strength, side: [strength**2, strength**2 * side**2, strength**4 * side**4],
            "Your style cost grows with the picture, as if its Gram matrices were plain sums. What does the formula divide by?",
        ),
        "style divided once": Mistake(
            lambda strength, side: [strength**2, strength**2 * side**2, strength**4 * side**2],
            "Both Gram matrices grow with the number of positions, and their difference is squared. How often does the formula "
            "divide by that number?",
        ),
        "strength not squared": Mistake(
            lambda strength, side: [strength, strength * side**2, strength**2],
            "A term of the first two sums is a product of two activations, or a square. How often does the strength stand "
            "in such a product?",
        ),
        "style as the Gram matrix": Mistake(
            lambda strength, side: [strength**2, strength**2 * side**2, strength**2],
            "Nearly: the style cost has the *square* of a difference of Gram matrices. How do those grow?",
        ),
        "strength and side exchanged": Mistake(
            lambda strength, side: _growth(side, strength),
            "You have taken the side for the strength. Which argument comes first?",
        ),
        "another order": Mistake(
            lambda strength, side: _growth(strength, side)[[1, 0, 2]],
            "The three numbers are there, in another order. Which one was asked for first?",
        ),
    },
    properties=(
        Property(
            lambda _, growth: growth.shape == (3,), "Three numbers were asked for: content cost, Gram matrix, style cost."
        ),
        Property(
            lambda arguments, growth: arguments[0] != 1 or bool(np.isclose(growth[0], 1) and np.isclose(growth[2], 1)),
            "With a strength of 1 only the size changes. Both costs are divided by sizes: what is left of the change?",
        ),
        Property(
            lambda arguments, growth: arguments[1] != 1 or bool(np.isclose(growth[0], growth[1])),
            "At the same size, an entry of the Gram matrix and the content cost both have two activations in each product. "
            "Should they not grow alike?",
        ),
        Property(
            lambda arguments, growth: arguments[0] != 1 or bool(np.isclose(growth[1], arguments[1] ** 2)),
            "With a strength of 1, an entry of the Gram matrix has the same products, but more of them. How many positions "
            "come from each one?",
        ),
        Property(
            lambda arguments, growth: arguments[1] != 1 or bool(np.isclose(growth[2], growth[1] ** 2)),
            "At the same size, compare your style cost with your Gram matrix. What does the cost do with the difference of two "
            "such matrices?",
        ),
        Property(
            lambda arguments, growth: arguments[1] != 1 or bool(np.isclose(growth[0], arguments[0] ** 2)),
            "At the same size, what becomes of a product of two activations if both are made stronger?",
        ),
    ),
    hints=(
        "Take one term of each of the three sums: how many activations are multiplied in it? By what is the sum divided?",
        "Count powers. Each activation in a product brings the strength once. The positions bring the side twice, unless the "
        "sum is divided by their number as often.",
        "None of the three, but done alike: the plain sum of all activations, with the strength 5 and the side 2. Each term is "
        "one activation, and there are 2 * 2 as many terms: it grows by 5 * 4 = 20. The mean grows by 5.",
        "return np.array([strength**2, strength**2 * side**2, strength**4])",
    ),
)


def _numbered(rng: np.random.Generator) -> Iterator[Arguments]:
    """Activations (1, n_H, n_W, n_C) with three different sizes, as after ReLU, no two numbers the same."""
    for n_H, n_W, n_C in ((2, 3, 4), (4, 2, 3), (3, 5, 2)):
        yield (rng.permutation(n_H * n_W * n_C).reshape(1, n_H, n_W, n_C).astype(np.float64),)


def _rows(a: Float64Array) -> Float64Array:
    return a.reshape(-1, a.shape[3]).T


def _rows_in_loops(a: Float64Array) -> list[list[float]]:
    _, n_H, n_W, n_C = a.shape
    return [[float(a[0, h, w, c]) for h in range(n_H) for w in range(n_W)] for c in range(n_C)]


def _rows_in_keras(a: Float64Array) -> Any:
    from course_utils.backend import keras

    return keras.ops.reshape(keras.ops.transpose(keras.ops.cast(a, "float32")[0], (2, 0, 1)), (a.shape[3], -1))


MENDED_CHANNEL_ROWS = Exercise(
    name="mended_channel_rows",
    objective="find out what reshape does with channels that come last, and put them first",
    points=2,
    oracle=_rows,
    probes=_numbered,
    right_answers={
        "moveaxis": lambda a: np.moveaxis(a[0], -1, 0).reshape(a.shape[3], -1),
        "loops": _rows_in_loops,
        "channel by channel": lambda a: np.stack([a[0, :, :, channel].ravel() for channel in range(a.shape[3])]),
        "einsum": lambda a: np.einsum("nhwc->nchw", a).reshape(a.shape[3], -1),
        "Keras": _rows_in_keras,
    },
    mistakes={
        "reshape without transpose": Mistake(
            lambda a: a.reshape(a.shape[3], -1),
            "That is the fellow student's function. Its rows have the right length, and yet numbers of all channels are mixed "
            "in each. In which order do the numbers lie in memory?",
        ),
        "a row for each position": Mistake(
            lambda a: a.reshape(-1, a.shape[3]),
            "You have a row for each position and a column for each channel. Which of the two was asked for?",
        ),
        "column by column": Mistake(
            lambda a: a.T.reshape(a.shape[3], -1),
            "Each row holds the right channel, but the positions come column by column. In which order "
            "do height and width stand in your array before it is cut into rows?",
        ),
        "height and width exchanged": Mistake(
            lambda a: np.transpose(a[0], (1, 0, 2)).reshape(a.shape[3], -1),
            "You exchange height and width, and leave the channels where they are. Which axis has to come first before you "
            "reshape?",
        ),
        "width first": Mistake(
            lambda a: np.transpose(a[0], (1, 2, 0)).reshape(a.shape[3], -1),
            "The axes have moved, and the channels are in the middle now. Each row should hold one channel: where must they "
            "stand?",
        ),
        "order F": Mistake(
            lambda a: a.reshape((a.shape[3], -1), order="F"),
            "Another `order` makes `reshape` read and write the other way round; the channels are still mixed. Which other "
            "function changes the order of *axes*?",
        ),
        "Gram matrix": Mistake(
            _gram,
            "That is the Gram matrix already. The task asks for the rows from which it is made.",
        ),
        "means": Mistake(
            lambda a: a.mean(axis=(0, 1, 2)),
            "One number for each channel: its mean. The task asks for all its numbers: how long is a row then?",
        ),
    },
    properties=(
        Property(
            lambda arguments, rows: rows.shape == (arguments[0].shape[3], arguments[0][0, :, :, 0].size),
            "A row for each channel, a column for each position. How many of both are there?",
        ),
        Property(
            lambda arguments, rows: bool(np.allclose(np.sort(rows, axis=None), np.sort(arguments[0], axis=None))),
            "Your numbers are not those of the layer any more. Here they are only put in another order.",
        ),
        Property(
            lambda arguments, rows: bool(np.allclose(np.sort(rows, axis=1), np.sort(_rows(arguments[0]), axis=1))),
            "Some row holds numbers of more than one channel, or those of another channel. Which numbers belong in row 0?",
        ),
    ),
    hints=(
        "A picture in pure red has the numbers 255, 0, 0, 255, 0, 0, ... in memory. What should the three rows be?",
        "`reshape` never moves a number, it cuts the same list into rows of another length. First bring the channels to the "
        "front, or make rows of positions and transpose the table.",
        "Two positions and two channels, [[1, 5], [2, 6]]: the list is 1, 5, 2, 6. Cut into two rows it is (1, 5) and (2, 6): "
        "positions. Transposed, it is (1, 2) and (5, 6): channels.",
        "return a.reshape(-1, a.shape[3]).T",
    ),
)


EXERCISES = (CONTENT_COST, GRAM_MATRIX, MENDED_CHANNEL_ROWS, LAYER_STYLE_COST, COST_GROWTH, STYLE_COST)
