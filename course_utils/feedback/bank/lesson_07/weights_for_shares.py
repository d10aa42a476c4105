"""Choose the weights of the layers by what each of them is to contribute."""

import numpy as np

from course_utils.feedback.exercise import exercise


def weights_for_shares(costs, shares):
    return shares * costs.sum() / costs


def probes(rng):
    """Costs from tiny to huge; shares that add up to 1, some of them 0; at last a single layer."""
    for shares in ([0.25, 0.25, 0.25, 0.25], [0.5, 0.2, 0.3], [0.0, 0.7, 0.3], [0.6, 0.4, 0.0], [1.0]):
        yield 10 ** rng.uniform(-2, 4, len(shares)), np.array(shares)


def weights_in_a_loop(costs, shares):
    whole = sum(costs)
    return [share * whole / cost for cost, share in zip(costs, shares, strict=True)]


def weights_by_solving(costs, shares):
    """What each layer is to contribute, as a system of equations, one for each layer."""
    return np.linalg.solve(np.diag(costs), shares * costs.sum())


def weights_in_keras(costs, shares):
    from course_utils.backend import keras

    costs, shares = keras.ops.cast(costs, "float32"), keras.ops.cast(shares, "float32")
    return shares * keras.ops.sum(costs) / costs


right = {
    "loop": weights_in_a_loop,
    "system of equations": weights_by_solving,
    "wanted over present share": lambda costs, shares: shares / (costs / costs.sum()),
    "Keras": weights_in_keras,
    "float32": lambda costs, shares: weights_for_shares(costs.astype(np.float32), shares.astype(np.float32)),
}

wrong = {
    "the shares": lambda costs, shares: shares.copy(),
    "equal shares": lambda costs, shares: costs.sum() / (len(costs) * costs),
    "another whole": lambda costs, shares: shares / costs,
    "added up to 1": lambda costs, shares: shares / costs / (shares / costs).sum(),
    "as many as layers": lambda costs, shares: len(costs) * shares / costs / (shares / costs).sum(),
    "loud layers louder": lambda costs, shares: shares * costs / costs.sum(),
    "contributions": lambda costs, shares: shares * costs.sum(),
    "mean": lambda costs, shares: shares * costs.mean() / costs,
    "the largest": lambda costs, shares: shares * costs.max() / costs,
    "the root": lambda costs, shares: shares * np.sqrt(costs.sum() / costs),
    "twice": lambda costs, shares: shares * (costs.sum() / costs) ** 2,
}

always = {
    "a weight for each layer": lambda arguments, weights: weights.shape == arguments[0].shape,
    "below 0": lambda _, weights: (weights >= 0).all(),
    "a silent layer": lambda arguments, weights: (weights[arguments[1] == 0] == 0).all(),
    "the shares are others": lambda arguments, weights: np.allclose(
        weights * arguments[0], arguments[1] * np.sum(weights * arguments[0]), rtol=1e-3
    ),
    "the whole is another": lambda arguments, weights: np.isclose(
        np.sum(weights * arguments[0]), np.sum(arguments[0]), rtol=1e-3
    ),
}

EXERCISE = exercise(
    weights_for_shares,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
the shares: You take the shares for the weights. If one layer costs a thousand times another, and both have the same weight,
    what do they contribute?
equal shares: All your layers contribute the same. Which shares were asked for?
another whole: The shares are right. But how large is your style cost as a whole, and how large was it with all weights 1?
added up to 1: Your weights add up to 1. Does the task ask for that, or is it something else that stays?
as many as layers: You keep the sum of the *weights*. What was to stay as it was with all weights 1?
loud layers louder: A layer that costs more gets a larger weight from you. What has to happen to the loudest one?
contributions: Those are the parts that the layers are to contribute. Which weight makes a cost into such a part?
mean: The shares are right. But each of your weights is too small by the number of layers: of what do you take a share?
the largest: The shares are right. But you measure against the largest cost. What was the whole style cost with all weights 1?
the root: You take a root. Is the weight inside a square in the style cost?
twice: You divide by the cost twice. What does a layer contribute then, weight times cost?
a weight for each layer: One weight for each layer was asked for.
below 0: No share is below 0 and each cost is above 0. Can a weight be below 0?
a silent layer: A layer that is to contribute nothing has a weight all the same. What should its weight be?
the shares are others: Multiply your weights with the costs: the layers do not contribute the shares that were asked for. What
    does each contribute?
the whole is another: The shares are right, but the style cost as a whole has changed. How large was it with all weights 1?
hint 1: If layer 1 costs 8 and layer 2 costs 2, what share does each contribute when both weights are 1?
hint 2: Write down what a layer is to contribute: its share of the whole cost. Weight times cost has to be that.
hint 3: Costs 8 and 2, shares 0.3 and 0.7: the whole is 10, so the parts are to be 3 and 7. The weights are 3/8 and 7/2.
""",
)
