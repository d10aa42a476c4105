"""Predict which weights, and which learning rate, lead to the same picture by the same path."""

import numpy as np

from course_utils.feedback.exercise import exercise


def same_path(alpha, beta, rate, new_beta):
    factor = new_beta / beta
    return np.array([alpha * factor, rate / factor])


def probes(rng):
    """Alpha, beta, rate and another beta: larger, smaller, the same."""
    for factor in (rng.uniform(1.5, 2.5), rng.uniform(0.3, 0.7), 1.0):
        alpha, beta, rate = rng.uniform([5, 30, 0.1], [8, 50, 0.4])
        yield float(alpha), float(beta), float(rate), float(beta * factor)


def same_path_in_keras(alpha, beta, rate, new_beta):
    from course_utils.backend import keras

    factor = keras.ops.convert_to_tensor(new_beta / beta, "float32")
    return keras.ops.stack([alpha * factor, rate / factor])


right = {
    "list": lambda alpha, beta, rate, new_beta: [alpha / (beta / new_beta), rate / (new_beta / beta)],
    "ratio kept": lambda alpha, beta, rate, new_beta: [new_beta / (beta / alpha), rate * beta / new_beta],
    "logarithms": lambda alpha, beta, rate, new_beta: (
        np.array([alpha, rate]) * np.exp([np.log(new_beta) - np.log(beta), np.log(beta) - np.log(new_beta)])
    ),
    "solved": lambda alpha, beta, rate, new_beta: np.linalg.solve(np.diag([beta, new_beta]), [alpha * new_beta, rate * beta]),
    "Keras": same_path_in_keras,
}

wrong = {
    "rate as it was": lambda alpha, beta, rate, new_beta: [alpha * new_beta / beta, rate],
    "rate with the weights": lambda alpha, beta, rate, new_beta: [alpha * new_beta / beta, rate * new_beta / beta],
    "rate by the square": lambda alpha, beta, rate, new_beta: [alpha * new_beta / beta, rate * (beta / new_beta) ** 2],
    "alpha as it was": lambda alpha, beta, rate, new_beta: [alpha, rate * beta / new_beta],
    "alpha the other way": lambda alpha, beta, rate, new_beta: [alpha * beta / new_beta, rate * beta / new_beta],
    "both the other way": lambda alpha, beta, rate, new_beta: [alpha * beta / new_beta, rate * new_beta / beta],
    "by the same amount": lambda alpha, beta, rate, new_beta: [alpha + new_beta - beta, rate * beta / new_beta],
    "the sum kept": lambda alpha, beta, rate, new_beta: [alpha + beta - new_beta, rate * beta / new_beta],
    "factors": lambda alpha, beta, rate, new_beta: [new_beta / beta, beta / new_beta],
    "another order": lambda alpha, beta, rate, new_beta: same_path(alpha, beta, rate, new_beta)[::-1],
}

always = {
    "two numbers": lambda _, answer: answer.shape == (2,),
    "nothing to change": lambda arguments, answer: (
        arguments[1] != arguments[3] or bool(np.allclose(answer, [arguments[0], arguments[2]]))
    ),
    "another ratio": lambda arguments, answer: np.isclose(answer[0] * arguments[1], arguments[0] * arguments[3]),
    "longer or shorter steps": lambda arguments, answer: np.isclose(answer[1] * arguments[3], arguments[2] * arguments[1]),
}

EXERCISE = exercise(
    same_path,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
rate as it was: The best picture is the same with your weights, but the path to it is not. What has happened to the gradient,
    and so to the length of a step?
rate with the weights: Your rate changes in the same direction as the weights. A step is rate times gradient: should both
    grow?
rate by the square: Your rate makes up for the factor twice. How does the gradient of a cost change that is doubled?
alpha as it was: You leave alpha, so the style counts more or less than before, compared with the content. What must stay as
    it was?
alpha the other way: When beta grows, your alpha shrinks. Then the style counts more in two ways. What must stay as it was?
both the other way: Your factor is upside down in both numbers. If beta is doubled, is it beta / new_beta or new_beta / beta
    that is 2?
by the same amount: You change alpha by as much as beta. Is it the difference of the two weights that the best picture depends
    on?
the sum kept: You keep the sum of the two weights. Is it their sum that the best picture depends on?
factors: These are the factors by which the two numbers change. The task asks for the new numbers themselves.
another order: Both numbers are there, in another order. Which one was asked for first?
two numbers: Two numbers were asked for: the new alpha and the new rate.
nothing to change: If beta stays as it was, nothing has to change. Your numbers do: why?
another ratio: With your alpha the two weights have another ratio than before. Then another picture is the best one.
longer or shorter steps: Your alpha is right, but your steps are longer or shorter than before. By what has the gradient been
    multiplied?
hint 1: Both weights are doubled. What happens to J, to its gradient, and to the place where J is lowest?
hint 2: Multiply both weights by one number, and J and its gradient are multiplied by it everywhere. The path stays the same
    if rate times gradient does.
hint 3: From alpha 3, beta 12 and rate 0.6 to beta 36, three times as much: alpha becomes 9, and the rate 0.2.
""",
)
