"""Add up the style costs of several layers, each with its weight."""

import numpy as np

from course_utils.feedback.bank.lesson_07.common import gram_in_loops, wrong_gram
from course_utils.feedback.bank.lesson_07.content_cost import content_cost
from course_utils.feedback.bank.lesson_07.gram_matrix import gram_matrix
from course_utils.feedback.bank.lesson_07.layer_style_cost import layer_style_cost
from course_utils.feedback.exercise import exercise


def style_cost(a_S1, a_G1, a_S2, a_G2, a_S3, a_G3, weights):
    costs = [layer_style_cost(a_S1, a_G1), layer_style_cost(a_S2, a_G2), layer_style_cost(a_S3, a_G3)]
    return np.sum(weights * np.array(costs))


def probes(rng):
    """S and G, (1, n_H, n_W, n_C), in three layers, no two of them of one size, and three weights that do not add up to 1.

    In the second set a layer has the weight 0; in the third the two pictures are the same in the layer that counts most.
    """
    for weights in ((0.2, 0.5, 0.4), (3.0, 0.0, 1.5), (0.25, 1.5, 4.0)):
        layers = []
        for shape in ((1, 3, 2, 3), (1, 2, 4, 5), (1, 1, 2, 4)):
            a_S, a_G = rng.uniform(0.1, 1, (2, *shape))
            layers += [a_S, 1.5 * a_G]
        if weights[2] == 4:
            layers[5] = layers[4].copy()
        yield *layers, np.array(weights)


def pairs(layers):
    """S and G of each layer, from S, G, S, G, S, G."""
    return zip(layers[::2], layers[1::2], strict=True)


def _style(*arguments):
    *layers, weights = arguments
    return np.dot(weights, [layer_style_cost(a_S, a_G) for a_S, a_G in pairs(tuple(layers))])


def style_in_loops(*arguments):
    *layers, weights = arguments
    total = 0.0
    for weight, (a_S, a_G) in zip(weights, pairs(tuple(layers)), strict=True):
        gram_S, gram_G = gram_in_loops(a_S), gram_in_loops(a_G)
        for i in range(len(gram_S)):
            for j in range(len(gram_S)):
                total += float(weight * (gram_S[i, j] - gram_G[i, j]) ** 2 / (4 * a_S.size**2))
    return total


def style_in_keras(*arguments):
    from course_utils.backend import keras

    *layers, weights = arguments
    costs = []
    for a_S, a_G in pairs(tuple(layers)):
        F_S, F_G = (keras.ops.reshape(keras.ops.cast(a, "float32"), (-1, a.shape[3])) for a in (a_S, a_G))
        difference = keras.ops.matmul(keras.ops.transpose(F_S), F_S) - keras.ops.matmul(keras.ops.transpose(F_G), F_G)
        costs.append(keras.ops.mean(keras.ops.square(difference / F_S.shape[0])) / 4)
    return keras.ops.sum(keras.ops.stack(costs) * keras.ops.cast(weights, "float32"))


def style_as_distance(*arguments):
    """The squared distance of two points that hold all entries of all Gram matrices."""
    *layers, weights = arguments
    points = [
        np.concatenate([np.sqrt(w) * gram_matrix(a).ravel() / (2 * a.size) for w, a in zip(weights, picture, strict=True)])
        for picture in (layers[::2], layers[1::2])
    ]
    return np.linalg.norm(points[0] - points[1]) ** 2


def with_layer_cost(layer_cost):
    """The style cost over layers, with another cost of a layer."""

    def style(*arguments):
        *layers, weights = arguments
        return sum(w * layer_cost(a_S, a_G) for w, (a_S, a_G) in zip(weights, pairs(tuple(layers)), strict=True))

    return style


def with_weights(change):
    """The style cost over layers, with the weights changed first."""
    return lambda *arguments: _style(*arguments[:-1], change(arguments[-1]))


def style_by_first_size(*arguments):
    """All layers divided by what the first one is to be divided by."""
    size = arguments[0].size
    return with_layer_cost(lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * size**2))(*arguments)


right = {
    "loops": style_in_loops,
    "Keras": style_in_keras,
    "distance of two points": style_as_distance,
    "float32": lambda *arguments: _style(*(a.astype(np.float32) for a in arguments)),
}

wrong = {
    "weights ignored": with_weights(np.ones_like),
    "mean": lambda *arguments: _style(*arguments) / 3,
    "weights scaled to 1": with_weights(lambda weights: weights / weights.sum()),
    "weights inside the square": with_weights(lambda weights: weights**2),
    "weights backwards": with_weights(lambda weights: weights[::-1]),
    "last layer only": with_weights(lambda weights: np.array([0, 0, weights[2]])),
    "not added up": lambda *arguments: np.array(
        [w * layer_style_cost(*pair) for w, pair in zip(arguments[-1], pairs(arguments[:-1]), strict=True)]
    ),
    "one size for all layers": style_by_first_size,
    "positions not divided": with_layer_cost(lambda a_S, a_G: np.mean((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / 4),
    "positions divided once": with_layer_cost(lambda a_S, a_G: a_S[0, :, :, 0].size * layer_style_cost(a_S, a_G)),
    "not divided": with_layer_cost(lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2)),
    "no four": with_layer_cost(lambda a_S, a_G: 4 * layer_style_cost(a_S, a_G)),
    "reshape without transpose": with_layer_cost(
        lambda a_S, a_G: np.sum((wrong_gram(a_S) - wrong_gram(a_G)) ** 2) / (4 * a_S.size**2)
    ),
    "content cost": with_layer_cost(content_cost),
}

always = {
    "one number": lambda _, cost: cost.ndim == 0 or cost.size == 1,
    "below 0": lambda _, cost: (cost >= 0).all(),
}

EXERCISE = exercise(
    style_cost,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
weights ignored: All your layers count the same. Turn one weight to 0: what should happen to that layer?
mean: You divide by the number of layers as well. How much a layer counts is said by something else: by what?
weights scaled to 1: You scale the weights so that they add up to 1. Does the formula do so?
weights inside the square: A layer with the weight 2 counts four times in your cost. Is the weight inside the square, or in
    front of it?
weights backwards: Your weights belong to other layers. Which layer does the first weight stand for?
last layer only: Only the last layer is left in your cost. Does each turn of your loop add to the total, or replace it?
not added up: One number for each layer: the parts are there. What is the cost of the picture as a whole?
one size for all layers: You divide each layer by the size of the first one. Deep layers have fewer positions and more
    channels: whose n_H, n_W and n_C belong to a layer?
positions not divided: You divide by the channels, and not by the positions: the early layers have most of them, and decide
    alone. What else stands below the fraction line of a layer?
positions divided once: You divide once by the number of positions. Each Gram matrix is a sum over them, and the difference of
    two such sums is squared: how often must you divide?
not divided: You add up the plain differences of the Gram matrices. What does the formula of a layer divide them by?
no four: Weights and sum are right, but each layer costs too much. Has your `layer_style_cost` passed its own check?
reshape without transpose: Weights and sum are right, but your Gram matrices are not: their rows are not the channels. Has
    your `gram_matrix` passed its own check?
content cost: You compare the activations position by position, layer by layer: that is a content cost. What did the style
    cost of a layer compare?
one number: One number for the two pictures: what is left to add up?
below 0: A sum of squares is never below 0.
hint 1: A layer with the weight 0: what may its activations be, and what may they not change?
hint 2: For each layer: its style cost, from its own two arrays and its own sizes, times its weight. Add these up.
hint 3: Three layers that cost 5, 2 and 10, with the weights 1, 0.5 and 0.1: 5 + 1 + 1 = 7.
""",
)
