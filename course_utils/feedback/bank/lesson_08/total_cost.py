"""Put content and style together, each with its own weight."""

import numpy as np

from course_utils.feedback.exercise import exercise


def total_cost(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content + beta * J_style


def probes(rng):
    """J_content, J_style, alpha, beta, all different; without the weights; with a cost and with a weight of 0."""
    for _ in range(2):
        J_content, J_style = rng.uniform([2, 10], [5, 30])
        alpha, beta = rng.uniform([0.3, 3], [0.8, 9])
        yield float(J_content), float(J_style), float(alpha), float(beta)
    yield float(rng.uniform(2, 5)), float(rng.uniform(10, 30))
    yield 0.0, float(rng.uniform(2, 5)), 3.0, 0.5
    yield float(rng.uniform(2, 5)), 7.0, 2.5, 0.0


def total_in_keras(J_content, J_style, alpha=10, beta=40):
    from course_utils.backend import keras

    return keras.ops.sum(keras.ops.convert_to_tensor([alpha, beta], "float32") * keras.ops.stack([J_content, J_style]))


right = {
    "dot": lambda J_content, J_style, alpha=10, beta=40: np.dot([alpha, beta], [J_content, J_style]),
    "loop": lambda *arguments: sum(
        weight * cost for weight, cost in zip(arguments[2:] or (10, 40), arguments[:2], strict=True)
    ),
    "Keras": total_in_keras,
    "float32": lambda J_content, J_style, alpha=10, beta=40: np.float32(alpha * J_content + beta * J_style),
}

wrong = {
    "weights exchanged": lambda J_content, J_style, alpha=10, beta=40: alpha * J_style + beta * J_content,
    "defaults exchanged": lambda J_content, J_style, alpha=40, beta=10: alpha * J_content + beta * J_style,
    "weights fixed": lambda J_content, J_style, alpha=10, beta=40: 10 * J_content + 40 * J_style,
    "no weights": lambda J_content, J_style, alpha=10, beta=40: J_content + J_style,
    "one weight": lambda J_content, J_style, alpha=10, beta=40: alpha * (J_content + J_style),
    "content without a weight": lambda J_content, J_style, alpha=10, beta=40: J_content + beta * J_style,
    "ratio": lambda J_content, J_style, alpha=10, beta=40: J_content + beta / alpha * J_style,
    "mean": lambda J_content, J_style, alpha=10, beta=40: (alpha * J_content + beta * J_style) / (alpha + beta),
    "multiplied": lambda J_content, J_style, alpha=10, beta=40: alpha * J_content * beta * J_style,
    "alpha before both": lambda J_content, J_style, alpha=10, beta=40: alpha * (J_content + beta * J_style),
}

always = {
    "no style": lambda arguments, J: arguments[3:] != (0.0,) or bool(np.isclose(J / arguments[0], arguments[2]).all()),
    "below 0": lambda _, J: (J >= 0).all(),
}

EXERCISE = exercise(
    total_cost,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
weights exchanged: With equal weights nobody would notice, but yours stand at the wrong costs. Which letter belongs to the
    content?
defaults exchanged: The formula is right; called without weights it takes other ones than were asked for. Look at your `def`
    line.
weights fixed: Your cost does not change with the weights that it is given. Where should `alpha` and `beta` stand in it?
no weights: You add up the costs as they are. Then the larger one decides alone: what are alpha and beta for?
one weight: The same weight multiplies both costs. Which letter of the formula have you not used?
content without a weight: The style has its weight. And the content?
ratio: You have divided by alpha. The best picture stays the same, because it depends on the ratio only. Does J stay the same?
mean: You divide by the sum of the weights: a weighted mean. What does the formula divide by?
multiplied: You multiply the two parts. Then a perfect content would make any style free: how are they put together?
alpha before both: Your alpha multiplies the style cost as well. Where do the brackets stand?
no style: With beta = 0 your total is not what it should be. What is left of the formula then?
below 0: Neither cost is below 0, and neither weight. Can your total be?
hint 1: Two costs, two weights: what is the total if the content is perfect?
hint 2: Each cost times its own weight, then the sum. A default value stands in the `def` line, as in `def f(x, y=2)`.
hint 3: J_content = 3, J_style = 5, alpha = 2, beta = 0.1: 2 * 3 + 0.1 * 5 = 6.5.
""",
)
