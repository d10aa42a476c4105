"""Exercises of lesson 08: the total cost, its weights and its gradient, a step downhill, a painting of your own."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Function, Mistake, Property


def _costs(rng: np.random.Generator) -> Iterator[Arguments]:
    """J_content, J_style, alpha, beta, all different; without the weights; with a cost and with a weight of 0."""
    for _ in range(2):
        J_content, J_style = rng.uniform([2, 10], [5, 30])
        alpha, beta = rng.uniform([0.3, 3], [0.8, 9])
        yield float(J_content), float(J_style), float(alpha), float(beta)
    yield float(rng.uniform(2, 5)), float(rng.uniform(10, 30))
    yield 0.0, float(rng.uniform(2, 5)), 3.0, 0.5
    yield float(rng.uniform(2, 5)), 7.0, 2.5, 0.0


def _total(J_content: float, J_style: float, alpha: float = 10, beta: float = 40) -> Float64Array:
    return np.asarray(alpha * J_content + beta * J_style)


def _total_in_keras(J_content: float, J_style: float, alpha: float = 10, beta: float = 40) -> Any:
    from course_utils.backend import keras

    return keras.ops.sum(keras.ops.convert_to_tensor([alpha, beta], "float32") * keras.ops.stack([J_content, J_style]))


TOTAL_COST = Exercise(
    name="total_cost",
    objective="put content and style together, each with its own weight",
    points=2,
    oracle=_total,
    probes=_costs,
    right_answers={
        "dot": lambda J_content, J_style, alpha=10, beta=40: np.dot([alpha, beta], [J_content, J_style]),
        "loop": lambda *arguments: sum(
            weight * cost for weight, cost in zip(arguments[2:] or (10, 40), arguments[:2], strict=True)
        ),
        "Keras": _total_in_keras,
        "float32": lambda J_content, J_style, alpha=10, beta=40: np.float32(alpha * J_content + beta * J_style),
    },
    mistakes={
        "weights exchanged": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: alpha * J_style + beta * J_content,
            "With equal weights nobody would notice, but yours stand at the wrong costs. Which letter belongs to the content?",
        ),
        "defaults exchanged": Mistake(
            lambda J_content, J_style, alpha=40, beta=10: alpha * J_content + beta * J_style,
            "The formula is right; called without weights it takes other ones than were asked for. Look at your `def` line.",
        ),
        "weights fixed": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: 10 * J_content + 40 * J_style,
            "Your cost does not change with the weights that it is given. Where should `alpha` and `beta` stand in it?",
        ),
        "no weights": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: J_content + J_style,
            "You add up the costs as they are. Then the larger one decides alone: what are alpha and beta for?",
        ),
        "one weight": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: alpha * (J_content + J_style),
            "The same weight multiplies both costs. Which letter of the formula have you not used?",
        ),
        "content without a weight": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: J_content + beta * J_style,
            "The style has its weight. And the content?",
        ),
        "ratio": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: J_content + beta / alpha * J_style,
            "You have divided by alpha. The best picture stays the same, because it depends on the ratio only. Does J "
            "stay the same?",
        ),
        "mean": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: (alpha * J_content + beta * J_style) / (alpha + beta),
            "You divide by the sum of the weights: a weighted mean. What does the formula divide by?",
        ),
        "multiplied": Mistake(
            lambda J_content, J_style, alpha=10, beta=40: alpha * J_content * beta * J_style,
            "You multiply the two parts. Then a perfect content would make any style free: how are they put together?",
        ),
    },
    properties=(
        Property(
            lambda arguments, J: arguments[3:] != (0.0,) or bool(np.isclose(J / arguments[0], arguments[2]).all()),
            "With beta = 0 the style must not count. What is left then?",
        ),
        Property(lambda _, J: bool((J >= 0).all()), "Neither cost is below 0, and neither weight. Can your total be?"),
    ),
    hints=(
        "Two costs, two weights: what is the total if the content is perfect?",
        "Each cost times its own weight, then the sum. A default value stands in the `def` line, as in `def f(x, y=2)`.",
        "J_content = 3, J_style = 5, alpha = 2, beta = 0.1: 2 * 3 + 0.1 * 5 = 6.5.",
        "return alpha * J_content + beta * J_style",
    ),
)


def _recipes(rng: np.random.Generator) -> Iterator[Arguments]:
    """Alpha, beta, rate and another beta: larger, smaller, the same."""
    for factor in (rng.uniform(1.5, 2.5), rng.uniform(0.3, 0.7), 1.0):
        alpha, beta, rate = rng.uniform([5, 30, 0.1], [8, 50, 0.4])
        yield float(alpha), float(beta), float(rate), float(beta * factor)


def _same_path(alpha: float, beta: float, rate: float, new_beta: float) -> Float64Array:
    return np.array([alpha * new_beta / beta, rate * beta / new_beta])


def _same_path_in_keras(alpha: float, beta: float, rate: float, new_beta: float) -> Any:
    from course_utils.backend import keras

    factor = keras.ops.convert_to_tensor(new_beta / beta, "float32")
    return keras.ops.stack([alpha * factor, rate / factor])


SAME_PATH = Exercise(
    name="same_path",
    objective="predict which weights, and which learning rate, lead to the same picture by the same path",
    points=2,
    oracle=_same_path,
    probes=_recipes,
    right_answers={
        "list": lambda alpha, beta, rate, new_beta: [alpha / (beta / new_beta), rate / (new_beta / beta)],
        "ratio kept": lambda alpha, beta, rate, new_beta: [new_beta / (beta / alpha), rate * beta / new_beta],
        "logarithms": lambda alpha, beta, rate, new_beta: (
            np.array([alpha, rate]) * np.exp([np.log(new_beta) - np.log(beta), np.log(beta) - np.log(new_beta)])
        ),
        "solved": lambda alpha, beta, rate, new_beta: np.linalg.solve(
            np.diag([beta, new_beta]), [alpha * new_beta, rate * beta]
        ),
        "Keras": _same_path_in_keras,
    },
    mistakes={
        "rate as it was": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha * new_beta / beta, rate],
            "The best picture is the same with your weights, but the path to it is not. What has happened to the gradient, and "
            "so to the length of a step?",
        ),
        "rate with the weights": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha * new_beta / beta, rate * new_beta / beta],
            "Your rate changes in the same direction as the weights. A step is rate times gradient: should both grow?",
        ),
        "rate by the square": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha * new_beta / beta, rate * (beta / new_beta) ** 2],
            "Your rate makes up for the factor twice. How does the gradient of a cost change that is doubled?",
        ),
        "alpha as it was": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha, rate * beta / new_beta],
            "You leave alpha, so the style counts more or less than before, compared with the content. What must stay as it "
            "was?",
        ),
        "alpha the other way": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha * beta / new_beta, rate * beta / new_beta],
            "When beta grows, your alpha shrinks. Then the style counts more in two ways. What must stay as it was?",
        ),
        "both the other way": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha * beta / new_beta, rate * new_beta / beta],
            "Your factor is upside down in both numbers. If beta is doubled, is it beta / new_beta or new_beta / beta that is "
            "2?",
        ),
        "by the same amount": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha + new_beta - beta, rate * beta / new_beta],
            "You change alpha by as much as beta. Is it the difference of the two weights that the best picture depends on?",
        ),
        "the sum kept": Mistake(
            lambda alpha, beta, rate, new_beta: [alpha + beta - new_beta, rate * beta / new_beta],
            "You keep the sum of the two weights. Is it their sum that the best picture depends on?",
        ),
        "factors": Mistake(
            lambda alpha, beta, rate, new_beta: [new_beta / beta, beta / new_beta],
            "These are the factors by which the two numbers change. The task asks for the new numbers themselves.",
        ),
        "another order": Mistake(
            lambda alpha, beta, rate, new_beta: _same_path(alpha, beta, rate, new_beta)[::-1],
            "Both numbers are there, in another order. Which one was asked for first?",
        ),
    },
    properties=(
        Property(lambda _, answer: answer.shape == (2,), "Two numbers were asked for: the new alpha and the new rate."),
        Property(
            lambda arguments, answer: arguments[1] != arguments[3] or bool(np.allclose(answer, [arguments[0], arguments[2]])),
            "If beta stays as it was, nothing has to change. Your numbers do: why?",
        ),
        Property(
            lambda arguments, answer: bool(np.isclose(answer[0] * arguments[1], arguments[0] * arguments[3])),
            "With your alpha the two weights have another ratio than before. Then another picture is the best one.",
        ),
        Property(
            lambda arguments, answer: bool(np.isclose(answer[1] * arguments[3], arguments[2] * arguments[1])),
            "Your alpha is right, but your steps are longer or shorter than before. By what has the gradient been multiplied?",
        ),
    ),
    hints=(
        "Both weights are doubled. What happens to J, to its gradient, and to the place where J is lowest?",
        "Multiply both weights by one number, and J and its gradient are multiplied by it everywhere. The path stays the "
        "same if rate times gradient does.",
        "From alpha 3, beta 12 and rate 0.6 to beta 36, three times as much: alpha becomes 9, and the rate 0.2.",
        "factor = new_beta / beta\nreturn np.array([alpha * factor, rate / factor])",
    ),
)


def _activations(rng: np.random.Generator) -> Iterator[Arguments]:
    """Activations of two pictures, (1, n_H, n_W, n_C), three different sizes; the first entry is the same in both."""
    for shape in ((1, 2, 3, 4), (1, 5, 2, 3), (1, 1, 4, 2)):
        a_C, a_G = rng.uniform(0, 3, (2, *shape))
        a_G[0, 0, 0, 0] = a_C[0, 0, 0, 0]
        yield a_C, a_G


def _content_gradient(a_C: Float64Array, a_G: Float64Array) -> Float64Array:
    return (a_G - a_C) / (2 * a_G.size)


def _content_gradient_in_loops(a_C: Float64Array, a_G: Float64Array) -> Float64Array:
    gradient = np.zeros(a_G.shape)
    for entry in np.ndindex(*a_G.shape):
        gradient[entry] = 2 * (a_G[entry] - a_C[entry]) / (4 * a_G.shape[1] * a_G.shape[2] * a_G.shape[3])
    return gradient


def _content_gradient_by_tape(a_C: Float64Array, a_G: Float64Array) -> Any:
    from course_utils.backend import tf

    G = tf.constant(a_G)
    with tf.GradientTape() as tape:
        tape.watch(G)
        J = tf.reduce_mean((a_C - G) ** 2) / 4
    return tape.gradient(J, G)


CONTENT_GRADIENT = Exercise(
    name="content_gradient",
    objective="say for each activation how fast the content cost grows with it",
    points=2,
    oracle=_content_gradient,
    probes=_activations,
    right_answers={
        "loops": _content_gradient_in_loops,
        "tape": _content_gradient_by_tape,
        "central differences": lambda a_C, a_G: (
            np.array([((x + 1 - y) ** 2 - (x - 1 - y) ** 2) / 2 for x, y in zip(a_G.flat, a_C.flat, strict=True)])
            / (4 * a_G.size)
        ).reshape(a_G.shape),
        "float32": lambda a_C, a_G: _content_gradient(a_C.astype(np.float32), a_G.astype(np.float32)),
    },
    mistakes={
        "sign": Mistake(
            lambda a_C, a_G: -_content_gradient(a_C, a_G),
            "Your gradient points the other way: a step *against* it would lead away from C. With respect to which of the two "
            "do you differentiate?",
        ),
        "factor of the square lost": Mistake(
            lambda a_C, a_G: (a_G - a_C) / (4 * a_G.size),
            "The direction is right, the size is not. What is the derivative of x squared?",
        ),
        "factor of the cost lost": Mistake(
            lambda a_C, a_G: 2 * (a_G - a_C) / a_G.size,
            "You have differentiated the mean squared difference. Which factor does the content cost have besides?",
        ),
        "not divided": Mistake(
            lambda a_C, a_G: 2 * (a_G - a_C),
            "That is the gradient of the sum alone. What stands in front of the sum stays there when you differentiate.",
        ),
        "no factors": Mistake(
            lambda a_C, a_G: a_G - a_C,
            "You have the difference, and so the direction. Which numbers come from the square, and from in front of the sum?",
        ),
        "sizes left out": Mistake(
            lambda a_C, a_G: (a_G - a_C) / 2,
            "The square and the 4 are in your gradient. What else stands below the fraction line?",
        ),
        "no brackets": Mistake(
            lambda a_C, a_G: (a_G - a_C) / 2 * a_G.size,
            "In Python, `x / 2 * n` divides by 2 and *multiplies* by n. What belongs in brackets?",
        ),
        "channels left out": Mistake(
            lambda a_C, a_G: (a_G - a_C) / (2 * a_G.shape[1] * a_G.shape[2]),
            "You divide by height and width. Which size of the layer is missing?",
        ),
        "terms of the cost": Mistake(
            lambda a_C, a_G: (a_G - a_C) ** 2 / (4 * a_G.size),
            "These are the terms of the cost itself: none is below 0. A gradient has a sign: up or down?",
        ),
        "cost": Mistake(
            lambda a_C, a_G: ((a_G - a_C) ** 2).sum() / (4 * a_G.size),
            "That is the cost, one number. The gradient has one number for each activation of G.",
        ),
        "added up": Mistake(
            lambda a_C, a_G: _content_gradient(a_C, a_G).sum(),
            "You have added the gradient up to one number. Which activation should change, and which way?",
        ),
        "sign lost": Mistake(
            lambda a_C, a_G: np.abs(a_G - a_C) / (2 * a_G.size),
            "None of your numbers is below 0, as if the cost grew with each activation. What about those that are too small?",
        ),
        "size lost": Mistake(
            lambda a_C, a_G: np.sign(a_G - a_C) / (2 * a_G.size),
            "You have kept only the sign of each difference. Should one that is far off count no more than one that is near?",
        ),
    },
    properties=(
        Property(
            lambda arguments, gradient: gradient.shape == arguments[1].shape,
            "A gradient has the shape of what it is the gradient of: one number for each activation of G.",
        ),
        Property(
            lambda _, gradient: bool(np.abs(np.ravel(gradient)[0]) < 1e-6),
            "Where both pictures have the same activation, your gradient is not 0. Is the cost lowest there, or not?",
        ),
        Property(
            lambda arguments, gradient: bool((gradient * (arguments[1] - arguments[0]) >= 0).all()),
            "At some activation your gradient has the wrong sign. Take one that is larger in G than in C: does the cost "
            "grow with it, or fall?",
        ),
        Property(
            lambda arguments, gradient: bool(
                np.allclose(
                    gradient / np.linalg.norm(gradient),
                    (arguments[1] - arguments[0]) / np.linalg.norm(arguments[1] - arguments[0]),
                    atol=1e-3,
                )
            ),
            "If an activation is twice as far from that of C, how much larger is its number in the gradient? Try it.",
        ),
        Property(
            lambda arguments, gradient: bool(
                np.isclose(np.linalg.norm(gradient) * 2 * gradient.size, np.linalg.norm(arguments[1] - arguments[0]), rtol=1e-3)
            ),
            "The direction is right, but all numbers are too large or too small by one factor. Which factors come from the "
            "square, and which stand in front of the sum?",
        ),
    ),
    hints=(
        "One activation of G is larger than that of C. It grows a little more: does the cost grow or fall?",
        "Only one term of the sum has this activation in it. Differentiate this term, and leave the factor in front of the "
        "sum.",
        "Two entries, a_C = (1, 3), a_G = (5, 3): the cost is (16 + 0) / (4 * 2) = 2. The derivatives of the squares are 2 * 4 "
        "and 0, so the gradient is (8, 0) / (4 * 2) = (1, 0).",
        "return (a_G - a_C) / (2 * a_G.size)",
    ),
)


def _small_pictures(rng: np.random.Generator) -> Iterator[Arguments]:
    """G, C and S, (height, width, 3) from 0 to 255, and a step so large that it shows which difference is taken."""
    for (height, width), step in zip(((2, 3), (3, 1), (1, 2)), (40.0, 25.0, 60.0), strict=True):
        G, C, S = rng.uniform(60, 190, (3, height, width, 3))
        G.flat[1:3] = 10, 245  # nearly black and nearly white: a step leads beyond
        yield G, C, S + np.array([40.0, 0, -40]), step


def _pixel_cost(G: Float64Array, C: Float64Array, S: Float64Array) -> Float64Array:
    """The cost J of the notebook: the pixels themselves are the activations."""
    gram_G, gram_S = (np.einsum("hwi,hwj->ij", one, one) / (one.shape[0] * one.shape[1]) for one in (G, S))
    return np.asarray(10 * np.mean((C - G) ** 2) / 4 + 0.01 * np.mean((gram_S - gram_G) ** 2) / 4)


def _moved(G: Float64Array, entry: tuple[int, ...], step: float) -> Float64Array:
    moved = G.copy()
    moved[entry] += step
    return moved


def _differences(difference: Function) -> Function:
    """For each entry of G what a difference says: a function of J at a step from there, and of the step."""

    def numerical_gradient(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> Float64Array:
        gradient = np.zeros(G.shape)
        for entry in np.ndindex(*G.shape):
            gradient[entry] = difference(lambda h, entry=entry: _pixel_cost(_moved(G, entry, h), C, S), step)
        return gradient

    return numerical_gradient


_numerical_gradient = _differences(lambda J, h: (J(h) - J(-h)) / (2 * h))


def _by_pictures(J: Function) -> Function:
    """Central differences with another J, a function of the moved picture, C and S."""

    def numerical_gradient(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> Float64Array:
        gradient = np.zeros(G.shape)
        for entry in np.ndindex(*G.shape):
            gradient[entry] = (J(_moved(G, entry, step), C, S) - J(_moved(G, entry, -step), C, S)) / (2 * step)
        return gradient

    return numerical_gradient


def _numerical_gradient_in_loops(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> list[list[list[float]]]:
    higher = G.copy()
    rows = []
    for y in range(G.shape[0]):
        row = []
        for x in range(G.shape[1]):
            colour = []
            for channel in range(3):
                values = []
                for move in (step, -step):
                    higher[y, x, channel] = G[y, x, channel] + move
                    values.append(float(_pixel_cost(higher, C, S)))
                higher[y, x, channel] = G[y, x, channel]
                colour.append((values[0] - values[1]) / step / 2)
            row.append(colour)
        rows.append(row)
    return rows


def _numerical_gradient_at_once(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> Float64Array:
    """All moved pictures in one array."""
    moves = step * np.eye(G.size).reshape(G.size, *G.shape)
    up, down = ([_pixel_cost(moved, C, S) for moved in G + sign * moves] for sign in (1, -1))
    return np.reshape(np.subtract(up, down) / (2 * step), G.shape)


def _numerical_gradient_in_float32(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> Float64Array:
    gradient: Float64Array = _numerical_gradient(*(one.astype(np.float32) for one in (G, C, S)), step).astype(np.float32)
    return gradient


def _never_put_back(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> Float64Array:
    """Each entry is raised and lowered in pictures in which the earlier ones still are."""
    higher, lower, gradient = G.copy(), G.copy(), np.zeros(G.shape)
    for entry in np.ndindex(*G.shape):
        higher[entry] += step
        lower[entry] -= step
        gradient[entry] = (_pixel_cost(higher, C, S) - _pixel_cost(lower, C, S)) / (2 * step)
    return gradient


def _pixel_by_pixel(G: Float64Array, C: Float64Array, S: Float64Array, step: float) -> Float64Array:
    """Red, green and blue of a pixel are moved together."""
    gradient = np.zeros(G.shape)
    for y, x in product(*map(range, G.shape[:2])):
        up, down = (_pixel_cost(_moved(G, (y, x), move), C, S) for move in (step, -step))
        gradient[y, x] = (up - down) / (2 * step)
    return gradient


def _exact_gradient(G: Float64Array, C: Float64Array, S: Float64Array) -> Float64Array:
    positions = G.shape[0] * G.shape[1]
    difference = (np.einsum("hwi,hwj->ij", G, G) - np.einsum("hwi,hwj->ij", S, S)) / positions
    return np.asarray(10 * (G - C) / (2 * G.size) + 0.01 * G @ difference / (9 * positions))


NUMERICAL_GRADIENT = Exercise(
    name="numerical_gradient",
    objective="find a gradient without any calculus, by trying",
    points=3,
    oracle=_numerical_gradient,
    probes=_small_pictures,
    right_answers={
        "loops": _numerical_gradient_in_loops,
        "at once": _numerical_gradient_at_once,
        "mean of forward and backward": lambda G, C, S, step: (
            (
                _differences(lambda J, h: (J(h) - J(0)) / h)(G, C, S, step)
                + _differences(lambda J, h: (J(0) - J(-h)) / h)(G, C, S, step)
            )
            / 2
        ),
        "float32": _numerical_gradient_in_float32,
    },
    mistakes={
        "forward": Mistake(
            _differences(lambda J, h: (J(h) - J(0)) / h),
            "You compare the picture with one in which the number is larger. J is bent: on which two sides of the picture "
            "should you look?",
        ),
        "backward": Mistake(
            _differences(lambda J, h: (J(0) - J(-h)) / h),
            "You compare the picture with one in which the number is smaller. J is bent: on which two sides of the picture "
            "should you look?",
        ),
        "divided by one step": Mistake(
            _differences(lambda J, h: (J(h) - J(-h)) / h),
            "All your numbers are too large, by the same factor. How far apart are the two pictures that you compare?",
        ),
        "not divided by the step": Mistake(
            _differences(lambda J, h: (J(h) - J(-h)) / 2),
            "With a larger step your numbers grow. A gradient is a change of J *per* grey level.",
        ),
        "not divided": Mistake(
            _differences(lambda J, h: J(h) - J(-h)),
            "You have the difference of the two values of J. What stands below the fraction line?",
        ),
        "no brackets": Mistake(
            _differences(lambda J, h: (J(h) - J(-h)) / 2 * h),
            "In Python, `x / 2 * step` divides by 2 and *multiplies* by the step. What belongs in brackets?",
        ),
        "clipped": Mistake(
            _by_pictures(lambda moved, C, S: _pixel_cost(np.clip(moved, 0, 255), C, S)),
            "Near black and near white your numbers are not right. Is each number moved by the whole step there?",
        ),
        "G in the place of C": Mistake(
            _by_pictures(lambda moved, C, S: _pixel_cost(C, moved, S)),
            "You move the numbers of G, but `cost` takes them for those of C. In which order does it take its pictures?",
        ),
        "sign": Mistake(
            _differences(lambda J, h: (J(-h) - J(h)) / (2 * h)),
            "Your gradient points downhill. By convention it says how fast J *grows*: which of the two values comes first?",
        ),
        "all at once": Mistake(
            lambda G, C, S, step: (_pixel_cost(G + step, C, S) - _pixel_cost(G - step, C, S)) / (2 * step),
            "You make the whole picture lighter and darker, and have one number. What if a single number of the "
            "picture is moved?",
        ),
        "a pixel at once": Mistake(
            _pixel_by_pixel,
            "Red, green and blue of a pixel get the same gradient: you move them together. How many numbers has a pixel?",
        ),
        "not put back": Mistake(
            _never_put_back,
            "Only your first number is right. When you move the second number, has the first one its old value again?",
        ),
        "C moved": Mistake(
            lambda G, C, S, step: _numerical_gradient(C, G, S, step),
            "You have exchanged the roles of G and C. Which picture is the unknown, and which one is given?",
        ),
        "S and C exchanged": Mistake(
            lambda G, C, S, step: _numerical_gradient(G, S, C, step),
            "Your G looks for the style of C, and for the content of S. In which order does `cost` take its pictures?",
        ),
    },
    properties=(
        Property(
            lambda arguments, gradient: gradient.shape == arguments[0].shape,
            "The gradient has the shape of the picture G: one number for each of its numbers.",
        ),
        Property(
            lambda arguments, gradient: not np.allclose(gradient, _exact_gradient(*arguments[:3]), rtol=1e-4),
            "These would be good numbers with a very small step. Which step were you given?",
        ),
        Property(
            lambda _, gradient: bool(np.ptp(gradient) > 0),
            "All your numbers are the same. How many numbers of the picture do you move at once?",
        ),
    ),
    hints=(
        "One number of the picture goes up by a step, J is computed; it goes down by a step, J is computed. What follows from "
        "both?",
        "For each number of G by itself: J with this number larger, minus J with it smaller, divided by how far apart the two "
        "are. Work on a copy, and begin each time with the picture as it was.",
        "One number only, J(g) = g^3 at g = 2 with the step 1: (3^3 - 1^3) / 2 = 13. (The exact slope is 12; a smaller step "
        "comes closer.)",
        "gradient = np.zeros(G.shape)\n"
        "for entry in np.ndindex(*G.shape):\n"
        "    higher, lower = G.copy(), G.copy()\n"
        "    higher[entry] += step\n"
        "    lower[entry] -= step\n"
        "    gradient[entry] = (cost(higher, C, S) - cost(lower, C, S)) / (2 * step)\n"
        "return gradient",
    ),
)


def _steps(rng: np.random.Generator) -> Iterator[Arguments]:
    """A picture (height, width, 3), a gradient and a rate; steps up and down, some of them beyond black and white."""
    for (height, width), rate in zip(((2, 3), (4, 1), (1, 2)), (0.5, 2.0, 0.25), strict=True):
        G = rng.uniform(80, 170, (height, width, 3))
        step = rng.uniform(10, 60, G.shape) * rng.choice([-1, 1], G.shape)
        step.flat[:6] = 300, -290, 20.5, -30.25, 0, 340
        G.flat[:6] = 200, 30, 100.25, 120.5, 255, 0
        yield G, step / rate, rate


def _descended(G: Float64Array, gradient: Float64Array, rate: float) -> Float64Array:
    return np.clip(G - rate * gradient, 0, 255)


def _descended_in_loops(G: Float64Array, gradient: Float64Array, rate: float) -> Float64Array:
    after = G.copy()
    for entry in np.ndindex(*G.shape):
        after[entry] = min(255.0, max(0.0, float(G[entry] - rate * gradient[entry])))
    return after


def _descended_in_keras(G: Float64Array, gradient: Float64Array, rate: float) -> Any:
    from course_utils.backend import keras

    G, gradient = (keras.ops.cast(one, "float32") for one in (G, gradient))
    return keras.ops.clip(keras.ops.subtract(G, keras.ops.multiply(gradient, rate)), 0, 255)


MENDED_DESCENT_STEP = Exercise(
    name="mended_descent_step",
    objective="take a step downhill, and stay within the colours",
    points=3,
    oracle=_descended,
    probes=_steps,
    right_answers={
        "maximum and minimum": lambda G, gradient, rate: np.minimum(255, np.maximum(0, G - rate * gradient)),
        "loops": _descended_in_loops,
        "median": lambda G, gradient, rate: np.median([0 * G, G - rate * gradient, 0 * G + 255], axis=0),
        "where": lambda G, gradient, rate: np.where(
            rate * gradient > G, 0, np.where(G - rate * gradient > 255, 255, G - rate * gradient)
        ),
        "Keras": _descended_in_keras,
    },
    mistakes={
        "step clipped": Mistake(
            lambda G, gradient, rate: G - np.clip(rate * gradient, 0, 255),
            "That is the fellow student's function: it can only make numbers smaller. What has to lie between 0 and 255: "
            "the step, or something else?",
        ),
        "no clip": Mistake(
            lambda G, gradient, rate: G - rate * gradient,
            "The step is right, but some numbers leave the range of colours. What does a picture with 300 in it look like?",
        ),
        "uphill": Mistake(
            lambda G, gradient, rate: np.clip(G + rate * gradient, 0, 255),
            "You step along the gradient: that way J grows. Which way is down?",
        ),
        "clipped to 1": Mistake(
            lambda G, gradient, rate: np.clip(G - rate * gradient, 0, 1),
            "None of your numbers is above 1, so the picture is black. Which range do the pixels of this course have?",
        ),
        "not clipped below": Mistake(
            lambda G, gradient, rate: np.minimum(G - rate * gradient, 255),
            "You stop at white. At the other end there are numbers that no colour has.",
        ),
        "not clipped above": Mistake(
            lambda G, gradient, rate: np.maximum(G - rate * gradient, 0),
            "You stop at black. At the other end there are numbers that no colour has.",
        ),
        "counted like a clock": Mistake(
            lambda G, gradient, rate: (G - rate * gradient) % 256,
            "Your numbers begin again at 0 after 255, so what is too light turns dark. Where should they stop?",
        ),
        "rounded": Mistake(
            lambda G, gradient, rate: np.clip(G - rate * gradient, 0, 255).round(),
            "You round to whole grey levels. Steps of less than half a level are lost then, and the picture stands still. "
            "Does the task ask you to round?",
        ),
        "fractions cut off": Mistake(
            lambda G, gradient, rate: np.floor(np.clip(G - rate * gradient, 0, 255)),
            "Your numbers are whole: what stands after the point is cut off, and the picture gets darker in each step. Does "
            "the task ask for whole numbers?",
        ),
        "no rate": Mistake(
            lambda G, gradient, rate: np.clip(G - gradient, 0, 255),
            "Your step has the same length with any learning rate. Where does `rate` come in?",
        ),
        "clipped twice": Mistake(
            lambda G, gradient, rate: np.clip(G - np.clip(rate * gradient, 0, 255), 0, 255),
            "You clip the picture, and the step as well, so no number can grow. Which of the two clips is about colours?",
        ),
        "gradient clipped": Mistake(
            lambda G, gradient, rate: np.clip(G - rate * np.clip(gradient, 0, 255), 0, 255),
            "Your picture stays within the colours now, but it still only gets darker. What is cut off from the gradient?",
        ),
        "rate for pixels up to 1": Mistake(
            lambda G, gradient, rate: np.clip(G - rate / 255 * gradient, 0, 255),
            "You divide the rate by 255, as if the pixels went from 0 to 1. Which range do they have here?",
        ),
    },
    properties=(
        Property(
            lambda arguments, after: after.shape == arguments[0].shape,
            "A step leads from a picture to a picture of the same shape.",
        ),
        Property(
            lambda _, after: bool(((after >= 0) & (after <= 255)).all()),
            "There is a number below 0 or above 255 in your picture. At what moment do you clip, and what?",
        ),
        Property(
            lambda arguments, after: bool((np.ravel(after)[[0, 1]] == [0, 255]).all()),
            "A step that leads far beyond black should end at black, and one far beyond white at white.",
        ),
    ),
    hints=(
        "A number is to become lighter: what sign has its gradient, and what does `np.clip(..., 0, 255)` make of it?",
        "First the whole step: picture minus rate times gradient. Then the result is brought into the range of colours.",
        "The numbers 10, 100, 250 with the gradient 40, -60, -20 and the rate 0.5: first -10, 130, 260, then 0, 130, 255.",
        "return np.clip(G - rate * gradient, 0, 255)",
    ),
)


def _orders(rng: np.random.Generator) -> Iterator[Arguments]:
    """A size and a seed, the same again, another seed, another size, which is odd."""
    first, other, third = (int(seed) for seed in rng.choice(1000, size=3, replace=False))
    yield from ((48, first), (48, first), (48, other), (37, third))


def _same_again(calls: Sequence[Arguments], pictures: Sequence[Float64Array]) -> bool:
    """Whether the same size and seed give the same picture each time."""
    painted: dict[Arguments, Float64Array] = {}
    return all(np.array_equal(painted.setdefault(asked, one), one) for asked, one in zip(calls, pictures, strict=True))


def _differs_by_seed(calls: Sequence[Arguments], pictures: Sequence[Float64Array]) -> bool:
    """Whether two seeds give two pictures, of one size."""
    (_, one), *others = zip(calls, pictures, strict=True)
    (size, seed) = calls[0]
    return not any(asked[0] == size and asked[1] != seed and np.array_equal(one, other) for asked, other in others)


def _has_strokes(picture: Float64Array) -> bool:
    """Whether neighbours are alike in one direction at least; in noise they differ as much as any two pixels."""
    variance = picture.var(axis=(0, 1)).sum()
    steps = (np.diff(picture, axis=axis) for axis in (0, 1))
    return any(bool((step**2).mean(axis=(0, 1)).sum() < 0.85 * 2 * variance) for step in steps)


def _colours(picture: Float64Array) -> int:
    """How many colours, in coarse steps, cover a fiftieth of the picture or more."""
    coarse = (picture // 64) @ [16, 4, 1]
    return int((np.unique(coarse, return_counts=True)[1] >= coarse.size / 50).sum())


def _busy_quarters(picture: Float64Array) -> int:
    """In how many of its four quarters something is painted."""
    y, x = picture.shape[0] // 2, picture.shape[1] // 2
    quarters = (picture[:y, :x], picture[:y, x:], picture[y:, :x], picture[y:, x:])
    return sum(bool(quarter.std(axis=(0, 1)).max() > 4) for quarter in quarters)


_PALETTE = np.array([[24, 42, 92], [242, 190, 66], [196, 62, 44], [246, 238, 220]])


def _rings(size: int, rng: np.random.Generator) -> Float64Array:
    """Rings around a few points, in four colours."""
    y, x = np.mgrid[:size, :size] / size
    points = rng.random((6, 2))
    away = np.hypot(y[..., None] - points[:, 0], x[..., None] - points[:, 1]).min(axis=2)
    return np.asarray(_PALETTE[(16 * away).astype(int) % 4], np.float64)


def _seeded_rings(size: int, seed: int) -> Any:
    return _rings(size, np.random.default_rng(seed)).astype(np.uint8)


def _waves(size: int, seed: int) -> Any:
    """Bent stripes."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size
    turn = 7 * (x * np.cos(rng.uniform(0, 3)) + y) + np.sin(9 * x + rng.uniform(0, 6))
    return np.stack([127 + 120 * np.sin(turn + shift) for shift in (0, 2, 4)], axis=2).astype(np.uint8)


def _tiles(size: int, seed: int) -> Any:
    """A wall of coloured tiles, in loops."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((size, size, 3), np.uint8)
    for y in range(0, size, 6):
        for x in range(0, size, 6):
            picture[y : y + 5, x : x + 5] = _PALETTE[rng.integers(4)]
    return picture


def _clouds(size: int, seed: int) -> Any:
    """Smoothed noise, each channel stretched over the whole range."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(np.random.default_rng(seed).normal(size=(size, size, 3)), (2, 2, 0))
    low, high = noise.min(axis=(0, 1)), noise.max(axis=(0, 1))
    return np.rint(255 * (noise - low) / (high - low)).astype(int)


def _in_a_corner(size: int, seed: int) -> Any:
    picture = np.full((size, size, 3), _PALETTE[0])
    picture[: size // 2, : size // 2] = _seeded_rings(size, seed)[: size // 2, : size // 2]
    return picture


# What a painting has, by the name of what it is if it has not; looked at in this order.
_PAINTING_LACKS: dict[str, tuple[Callable[[Arguments, Any], bool], str]] = {
    "another size": (
        lambda arguments, picture: picture.shape == (arguments[0], arguments[0], 3),
        "The picture has another shape than was asked for. It has `size` rows, `size` columns and three channels.",
    ),
    "beyond white": (
        lambda _, picture: bool(((picture >= 0) & (picture <= 255)).all()),
        "There are numbers below 0 or above 255 in your picture. What happens to them in eight bits?",
    ),
    "up to 1": (
        lambda _, picture: bool(picture.max() > 1),
        "None of your numbers is above 1: on a scale from 0 to 255 that is black. Which range do the pixels of this "
        "course have?",
    ),
    "fractions": (
        lambda _, picture: bool((picture == picture.round()).all()),
        "Some of your numbers are not whole. How do you turn them into whole numbers?",
    ),
    "one colour": (
        lambda _, picture: bool((picture != picture[0, 0]).any()),
        "The whole picture has one colour. What would a network find in it?",
    ),
    "grey": (
        lambda _, picture: bool((picture != picture[..., :1]).any()),
        "Red, green and blue are the same everywhere: your picture is grey.",
    ),
    "noise": (
        lambda _, picture: _has_strokes(picture),
        "Each pixel has a colour of its own, whatever its neighbours have: noise. How wide is a stroke?",
    ),
    "two colours": (
        lambda _, picture: _colours(picture) >= 3,
        "There are fewer than three colours that differ well and cover a fiftieth of the picture or more. Are some of yours "
        "nearly the same, or in very few places?",
    ),
    "in a corner": (
        lambda _, picture: _busy_quarters(picture) >= 3,
        "Large parts of your picture are empty. A style is everywhere: paint in at least three of the four quarters.",
    ),
}
_PAINTING_CHANGES = (
    "Asked twice with the same size and seed, you paint two different pictures. Where do your random numbers come from?"
)

_PAINTING_REPEATS = "Two different seeds give the same picture. What is left to chance in it, and where does `seed` come in?"

MY_PAINTING = Exercise(
    name="my_painting",
    objective="draw a style of your own with random numbers and a formula",
    points=3,
    oracle=None,
    probes=_orders,
    right_answers={"rings": _seeded_rings, "waves": _waves, "tiles": _tiles, "clouds": _clouds},
    mistakes={
        "another size": Mistake(
            lambda size, seed: _seeded_rings(64, seed),
            _PAINTING_LACKS["another size"][1],
        ),
        "beyond white": Mistake(
            lambda size, seed: 2 * _rings(size, np.random.default_rng(seed)) - 60,
            _PAINTING_LACKS["beyond white"][1],
        ),
        "up to 1": Mistake(
            lambda size, seed: _seeded_rings(size, seed) / 255,
            _PAINTING_LACKS["up to 1"][1],
        ),
        "fractions": Mistake(
            lambda size, seed: 0.9 * _rings(size, np.random.default_rng(seed)),
            _PAINTING_LACKS["fractions"][1],
        ),
        "one colour": Mistake(
            lambda size, seed: np.full((size, size, 3), _PALETTE[seed % 4], np.uint8),
            _PAINTING_LACKS["one colour"][1],
        ),
        "grey": Mistake(
            lambda size, seed: _seeded_rings(size, seed)[..., :1].repeat(3, axis=2),
            _PAINTING_LACKS["grey"][1],
        ),
        "noise": Mistake(
            lambda size, seed: np.random.default_rng(seed).integers(0, 256, (size, size, 3)),
            _PAINTING_LACKS["noise"][1],
        ),
        "two colours": Mistake(
            lambda size, seed: np.where(_seeded_rings(size, seed)[..., :1] > 200, _PALETTE[1], _PALETTE[0]),
            _PAINTING_LACKS["two colours"][1],
        ),
        "in a corner": Mistake(
            _in_a_corner,
            _PAINTING_LACKS["in a corner"][1],
        ),
        "no seed": Mistake(
            lambda size, seed: _rings(size, np.random.default_rng()).astype(np.uint8),
            _PAINTING_CHANGES,
        ),
        "seed not used": Mistake(
            lambda size, seed: _seeded_rings(size, 0),
            _PAINTING_REPEATS,
        ),
    },
    properties=tuple(Property(holds, message) for holds, message in _PAINTING_LACKS.values()),
    overall=(Property(_same_again, _PAINTING_CHANGES), Property(_differs_by_seed, _PAINTING_REPEATS)),
    hints=(
        "What is repeated in the painting that you have in mind: dots, rings, tiles, waves? What is left to chance in it?",
        "Make two arrays of coordinates, `y, x = np.mgrid[:size, :size] / size`. Compute a number for each pixel from them, "
        "with waves, distances or blocks, and look up a colour for it in a small table. All chance comes from one generator.",
        "Slanted stripes in three colours, with nothing left to chance:\n"
        "y, x = np.mgrid[:size, :size] / size\n"
        "colours = np.array([[200, 30, 40], [250, 220, 90], [30, 60, 120]], np.uint8)\n"
        "return colours[np.int64(9 * (x + y)) % 3]",
        "rng = np.random.default_rng(seed)\n"
        "colours = np.array([[24, 42, 92], [242, 190, 66], [196, 62, 44], [246, 238, 220]], np.uint8)\n"
        "y, x = np.mgrid[:size, :size] / size\n"
        "points = rng.random((6, 2))\n"
        "away = np.hypot(y[..., None] - points[:, 0], x[..., None] - points[:, 1]).min(axis=2)\n"
        "return colours[np.int64(16 * away) % 4]",
    ),
)

EXERCISES = (TOTAL_COST, SAME_PATH, CONTENT_GRADIENT, MENDED_DESCENT_STEP, NUMERICAL_GRADIENT, MY_PAINTING)
