"""Exercises of lesson 02: points on a sphere, the contrastive loss, its slope and its baseline, and the pairs to train on."""

import secrets
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Mistake, Property

IntArray = NDArray[np.int64]


def _embeddings(rng: np.random.Generator) -> Iterator[Arguments]:
    """Embeddings (n, features), one of them all 0, and in each set one that is much shorter than 1.

    Its length is chosen so that 1e-12 more or less is nothing in float64, and 1e-9 is not.
    """
    for shape in ((3, 5), (6, 2), (2, 2)):
        embeddings = 2 * rng.normal(size=shape) + 0.5
        embeddings[0] *= 0.009 / np.linalg.norm(embeddings[0])
        embeddings[1] = 0
        yield (embeddings,)
    yield (3 * rng.normal(size=(3, 4)),)


def _unit(embeddings: Float64Array) -> Float64Array:
    return np.asarray(embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-12))


def _unit_in_loops(embeddings: Float64Array) -> list[list[float]]:
    rows = []
    for row in embeddings.tolist():
        length = sum(x * x for x in row) ** 0.5
        rows.append([x / length for x in row] if length > 0 else row)
    return rows


def _unit_in_keras(embeddings: Float64Array) -> Any:
    from course_utils.backend import keras

    return keras.ops.normalize(keras.ops.cast(embeddings, "float32"), axis=-1)


def _unit_by_sklearn(embeddings: Float64Array) -> Float64Array:
    from sklearn.preprocessing import normalize

    return np.asarray(normalize(embeddings))


def _unit_unguarded(embeddings: Float64Array) -> Float64Array:
    with np.errstate(invalid="ignore"):
        return np.asarray(embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True))


UNIT_LENGTH = Exercise(
    name="unit_length",
    objective="put embeddings on a sphere of radius 1, without dividing by 0",
    points=2,
    oracle=_unit,
    probes=_embeddings,
    right_answers={
        "loops": _unit_in_loops,
        "Keras": _unit_in_keras,
        "sklearn": _unit_by_sklearn,
        "where": lambda f: f / np.where((f == 0).all(axis=1), 1, np.sqrt(np.einsum("nk,nk->n", f, f)))[:, None],
        "float32": lambda f: _unit(f.astype(np.float32)).astype(np.float32),
    },
    mistakes={
        "zero divided by zero": Mistake(
            _unit_unguarded,
            "An embedding of length 0 becomes NaN, and soon everything after it. What do you divide it by, and what else could "
            "you divide it by?",
        ),
        "over the batch": Mistake(
            lambda f: f / np.maximum(np.linalg.norm(f, axis=0, keepdims=True), 1e-12),
            "Each *column* has length 1 now. Is a point a row or a column of the array?",
        ),
        "over everything": Mistake(
            lambda f: f / np.linalg.norm(f),
            "You divide all embeddings by one common length. Which ones end up on the sphere?",
        ),
        "squared length": Mistake(
            lambda f: f / np.maximum(np.sum(f**2, axis=1, keepdims=True), 1e-12),
            "You divide by the sum of the squares. Short embeddings come out long, and long ones short: what is missing?",
        ),
        "sum of the numbers": Mistake(
            lambda f: f / np.maximum(np.abs(f).sum(axis=1, keepdims=True), 1e-12),
            "The absolute values of a row add up to 1 now. Is that its Euclidean length?",
        ),
        "largest number": Mistake(
            lambda f: f / np.maximum(np.abs(f).max(axis=1, keepdims=True), 1e-12),
            "You divide by the largest number of a row. How long is a row such as (1, 1, 1) then?",
        ),
        "never longer than 1": Mistake(
            lambda f: f / np.maximum(np.linalg.norm(f, axis=1, keepdims=True), 1),
            "Your guard is too strong: rows shorter than 1 stay as short as they are. From which length on does a division go "
            "well?",
        ),
        "a little added": Mistake(
            lambda f: f / (np.linalg.norm(f, axis=1, keepdims=True) + 1e-8),
            "You add a small number to every length, so a short row misses the sphere by a little. Which rows need the guard, "
            "and how can the others do without?",
        ),
        "a little under the root": Mistake(
            lambda f: f / np.sqrt((f**2).sum(axis=1, keepdims=True) + 1e-12),
            "You add a small number under every root, like the 'shifted' root of lesson 1. Short rows miss the sphere by a "
            "little: which rows need a guard?",
        ),
        "one added": Mistake(
            lambda f: f / (np.linalg.norm(f, axis=1, keepdims=True) + 1),
            "You add 1 to every length, so no row gets quite to the sphere. How much may be added, without a row noticing?",
        ),
        "standardised": Mistake(
            lambda f: (f - f.mean(axis=1, keepdims=True)) / np.maximum(f.std(axis=1, keepdims=True), 1e-12),
            "You subtract the mean and divide by the standard deviation, as the first layer does with a picture. What was "
            "asked for here?",
        ),
    },
    properties=(
        Property(lambda arguments, f: f.shape == arguments[0].shape, "The embeddings keep their shape. Does yours?"),
        Property(
            lambda arguments, f: bool(np.allclose(np.linalg.norm(f[np.any(arguments[0] != 0, axis=1)], axis=1), 1, atol=1e-3)),
            "Some embeddings are not of length 1 afterwards. How long is each row?",
        ),
        Property(
            lambda arguments, f: bool(np.allclose(np.linalg.norm(f[np.any(arguments[0] != 0, axis=1)], axis=1), 1, atol=5e-7)),
            "A short row misses length 1 by a little. Do you change the length of every row, or only where it is needed?",
        ),
        Property(
            lambda arguments, f: bool((f[np.all(arguments[0] == 0, axis=1)] == 0).all()),
            "An embedding of zeros has no direction. What should be left of it?",
        ),
    ),
    hints=(
        "How many lengths do 3 embeddings of 5 numbers have? Which shape must they have, to divide (3, 5) by them?",
        "The length is the root of the sum of the squares of a row. Keep the axis, so that each row is divided by its own one. "
        "Take care that no length is 0 when you divide: a tiny number in its place changes nothing else.",
        "The row (6, 8) has the squares 36 and 64, so its length is 10, and it becomes (0.6, 0.8). The row (0, 0), divided by "
        "a tiny number in place of 0, stays (0, 0).",
        "length = np.linalg.norm(embeddings, axis=1, keepdims=True)\nreturn embeddings / np.maximum(length, 1e-12)",
    ),
)


def _pairs_at(rng: np.random.Generator) -> Iterator[Arguments]:
    """Labels (1: same, 0: different), distances at and around the margin, and the margin; unequal numbers of pairs."""
    for unit, steps in (
        (1.0, (0, 0.5, 1, 2)),
        (rng.uniform(1.2, 1.8), (0, 0.3, 1, 1.4, 3)),
        (rng.uniform(0.3, 0.6), (0.2, 1.1)),
    ):
        distance = unit * np.array([*steps, *steps])
        same = np.arange(len(distance)) < len(steps)
        same[0] = False
        yield same.astype(np.int64), distance, float(unit)
    yield np.array([0, 1, 0]), rng.uniform(0.1, 0.9, 3), 2.0


def _contrastive(same: IntArray, distance: Float64Array, margin: float) -> Float64Array:
    return np.asarray((same * distance**2 + (1 - same) * np.maximum(0, margin - distance) ** 2) / 2)


def _contrastive_in_loops(same: IntArray, distance: Float64Array, margin: float) -> list[float]:
    return [0.5 * d * d if y else 0.5 * max(0.0, margin - d) ** 2 for y, d in zip(same, distance, strict=True)]


def _contrastive_in_tensorflow(same: IntArray, distance: Float64Array, margin: float) -> Any:
    from course_utils.backend import tf

    y, d = tf.cast(same, tf.float32), tf.cast(distance, tf.float32)
    return 0.5 * (y * tf.square(d) + (1 - y) * tf.square(tf.nn.relu(margin - d)))


def _swapped(same: IntArray) -> IntArray:
    return 1 - same


CONTRASTIVE_LOSS = Exercise(
    name="contrastive_loss",
    objective="write the loss that pulls pairs of one person together and pushes strangers apart, up to the margin",
    points=3,
    oracle=_contrastive,
    probes=_pairs_at,
    right_answers={
        "loops": _contrastive_in_loops,
        "TensorFlow": _contrastive_in_tensorflow,
        "where": lambda y, d, m: np.where(y == 1, d, np.clip(m - d, 0, None)) ** 2 / 2,
        "cut at the margin": lambda y, d, m: y * d**2 / 2 + (1 - y) * (m - np.minimum(d, m)) ** 2 / 2,
        "float32": lambda y, d, m: _contrastive(y.astype(np.float32), d.astype(np.float32), m),
    },
    mistakes={
        "labels swapped": Mistake(
            lambda y, d, m: _contrastive(_swapped(y), d, m),
            "You pull strangers together and push the pictures of one person apart. What does Y = 1 mean in this course?",
        ),
        "margin outside the maximum": Mistake(
            lambda y, d, m: (y * d**2 + (1 - y) * (m - np.maximum(0, d)) ** 2) / 2,
            "Strangers far beyond the margin cost something in your loss, so it pulls them back. What exactly must not fall "
            "below 0?",
        ),
        "maximum after the square": Mistake(
            lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m**2 - d**2)) / 2,
            "You square margin and distance one by one, and subtract then. In which order does the formula do it?",
        ),
        "no half": Mistake(
            lambda y, d, m: 2 * _contrastive(y, d, m),
            "Nearly: look once more at the factor in front of the formula.",
        ),
        "half of the pull only": Mistake(
            lambda y, d, m: y * d**2 / 2 + (1 - y) * np.maximum(0, m - d) ** 2,
            "You halve the pull, but not the push. Where does the bracket of the formula end?",
        ),
        "half of the push only": Mistake(
            lambda y, d, m: y * d**2 + (1 - y) * np.maximum(0, m - d) ** 2 / 2,
            "You halve the push, but not the pull. To what does the factor in front of the bracket belong?",
        ),
        "pull not squared": Mistake(
            lambda y, d, m: (y * d + (1 - y) * np.maximum(0, m - d) ** 2) / 2,
            "The pull grows like D in your loss. What does the formula do with D first?",
        ),
        "push not squared": Mistake(
            lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d)) / 2,
            "The push is not squared: it is as strong close to the margin as at 0. What is missing behind the maximum?",
        ),
        "squared distance in the push": Mistake(
            lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d**2)) / 2,
            "You compare the margin with the *squared* distance. The margin has the unit of D: what belongs beside it?",
        ),
        "distance squared twice": Mistake(
            lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d**2) ** 2) / 2,
            "In the push you square D before you subtract it from the margin, and square the difference again. Which of the "
            "two squares stands in the formula?",
        ),
        "margin of 1": Mistake(
            lambda y, d, m: _contrastive(y, d, 1),
            "Your loss does not change with the margin: is it 1 in your code, whatever is given?",
        ),
        "exchanged in the maximum": Mistake(
            lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, d - m) ** 2) / 2,
            "Strangers cost nothing when they are *near*, and more the farther they are. Which of the two is subtracted from "
            "which?",
        ),
        "mean": Mistake(
            lambda y, d, m: _contrastive(y, d, m).mean(),
            "One number for the batch. Asked was the loss of each pair; the mean comes later, in training.",
        ),
    },
    properties=(
        Property(lambda arguments, loss: loss.shape == arguments[1].shape, "One number for each pair was asked for."),
        Property(
            lambda _, loss: bool((loss >= 0).all()), "A sum of squares is never below 0. Where can yours become negative?"
        ),
        Property(
            lambda arguments, loss: not loss[(arguments[0] == 0) & (arguments[1] >= arguments[2])].any(),
            "Strangers at the margin or beyond it are far enough. What should they cost?",
        ),
    ),
    hints=(
        "What should a pair of one person cost at D = 0? And a pair of strangers at D = 0, and far beyond the margin?",
        "Two terms. Y switches the pull on, 1 - Y the push. In the push, first take how much is missing to the margin, never "
        "less than 0, and square that. Halve the sum.",
        "Margin 3. One person at D = 2: 4 / 2 = 2. Strangers at D = 2: 1 is missing, 1 / 2. Strangers at D = 5: nothing is "
        "missing, 0.",
        "pull = same * distance**2\npush = (1 - same) * np.maximum(0, margin - distance) ** 2\nreturn (pull + push) / 2",
    ),
)


def _slope(same: IntArray, distance: Float64Array, margin: float) -> Float64Array:
    return np.asarray(same * distance - (1 - same) * np.maximum(0, margin - distance))


def _slope_on_a_tape(same: IntArray, distance: Float64Array, margin: float) -> Any:
    from course_utils.backend import tf

    y, d = tf.cast(same, tf.float32), tf.Variable(distance.astype(np.float32))
    with tf.GradientTape() as tape:
        loss = (y * d**2 + (1 - y) * tf.maximum(margin - d, 0) ** 2) / 2
    return tape.gradient(loss, d)


MENDED_LOSS_SLOPE = Exercise(
    name="mended_loss_slope",
    objective="find out why strangers are pulled back, and mend the slope of the loss",
    points=2,
    oracle=_slope,
    probes=_pairs_at,
    right_answers={
        "tape": _slope_on_a_tape,
        "where": lambda y, d, m: np.where(y == 1, d, np.where(d < m, d - m, 0)),
        "minimum": lambda y, d, m: y * d + (1 - y) * np.minimum(0, d - m),
        "loops": lambda y, d, m: [float(b) if a else min(0.0, float(b - m)) for a, b in zip(y, d, strict=True)],
    },
    mistakes={
        "no maximum": Mistake(
            lambda y, d, m: y * d - (1 - y) * (m - d),
            "That is the fellow student's slope. At D = 2m, does it push two strangers apart, or pull them back?",
        ),
        "cut at 0": Mistake(
            lambda y, d, m: np.maximum(0, y * d - (1 - y) * (m - d)),
            "You cut off all slopes below 0. Where strangers are too close, which sign must the slope have, to drive them "
            "apart?",
        ),
        "push turned round": Mistake(
            lambda y, d, m: y * d + (1 - y) * np.maximum(0, m - d),
            "The push has the wrong sign. If the distance of close strangers grows a little, does their loss grow, or fall?",
        ),
        "twice as steep": Mistake(
            lambda y, d, m: 2 * _slope(y, d, m),
            "Everything is steeper than it should be, by one factor. What does the half in the loss do to the slope of a "
            "square?",
        ),
        "half as steep": Mistake(
            lambda y, d, m: _slope(y, d, m) / 2,
            "Everything is half as steep as it should be. The loss has a half in front; what does the slope of a square bring?",
        ),
        "labels swapped": Mistake(
            lambda y, d, m: _slope(_swapped(y), d, m),
            "Strangers get the slope of the pull in your answer. What does Y = 1 mean in this course?",
        ),
        "silent for everybody": Mistake(
            lambda y, d, m: np.where(d < m, _slope(y, d, m), 0),
            "Beyond the margin you switch off the pull, too. Can two pictures of one person be too far apart to be pulled?",
        ),
        "the loss": Mistake(
            lambda y, d, m: _contrastive(y, d, m),
            "That is the loss itself. How much does it change, when D grows a little?",
        ),
        "slope of 1": Mistake(
            lambda y, d, m: y * d - (1 - y) * (d < m),
            "Your push is equally strong everywhere up to the margin. The loss is a parabola there: where is it steepest?",
        ),
        "square kept": Mistake(
            lambda y, d, m: y * d - (1 - y) * np.maximum(0, m - d) ** 2,
            "The pull is right. In the push you keep the square of the loss: what is the slope of a square, halved?",
        ),
        "margin of 1": Mistake(
            lambda y, d, m: _slope(y, d, 1),
            "Your slope does not change with the margin: is it 1 in your code, whatever is given?",
        ),
    },
    properties=(
        Property(lambda arguments, slope: slope.shape == arguments[1].shape, "One slope for each pair was asked for."),
        Property(
            lambda arguments, slope: not slope[(arguments[0] == 0) & (arguments[1] >= arguments[2])].any(),
            "Strangers at the margin or beyond it feel nothing: the curve is flat there. What is your slope?",
        ),
        Property(
            lambda arguments, slope: bool((slope[arguments[0] == 1] >= 0).all() and (slope[arguments[0] == 0] <= 0).all()),
            "A slope has the wrong sign. If D grows a little, whose loss rises, and whose falls?",
        ),
    ),
    hints=(
        "Draw the loss of two strangers over D. Where does it fall, and what does it do beyond the margin?",
        "The slope of x squared, halved, is x. For strangers x is what is missing to the margin, and it shrinks as D grows: "
        "hence the minus. Where nothing is missing, the slope is 0.",
        "Margin 3. One person at D = 2: the slope is 2. Strangers at D = 2: 1 is missing, the slope is -1. Strangers at D = "
        "5: 0.",
        "return same * distance - (1 - same) * np.maximum(0, margin - distance)",
    ),
)


def _shares_and_margins(rng: np.random.Generator) -> Iterator[Arguments]:
    """A share of same pairs, never one half but in one set, and a margin, never 1 but in one set."""
    yield 0.5, 1.0
    yield 0.25, float(rng.uniform(1.5, 3))
    yield float(rng.uniform(0.6, 0.9)), float(rng.uniform(0.3, 0.8))
    yield 1 / 28, 2.0


def _price(share_same: float, margin: float) -> Float64Array:
    different = 1 - share_same
    return np.array([different * margin**2 / 2, different * margin, share_same * different * margin**2 / 2])


def _price_as_mean(s: float, m: float) -> list[float]:
    """The best distance is the mean of 0, where the same pairs want to be, and m, where the others do."""
    best = float(np.average([0, m], weights=[s, 1 - s]))
    losses = [float(np.average([c**2 / 2, (m - c) ** 2 / 2], weights=[s, 1 - s])) for c in (0, best)]
    return [losses[0], best, losses[1]]


def _price_by_parabola(s: float, m: float) -> list[float]:
    """The lowest point of the parabola through the losses at 0, m and 2 m, were there no maximum."""
    x = np.array([0, m, 2 * m])
    a, b, c = np.polyfit(x, (s * x**2 + (1 - s) * (m - x) ** 2) / 2, 2)
    return [float(c), float(-b / (2 * a)), float(c - b**2 / (4 * a))]


PRICE_OF_NOTHING = Exercise(
    name="price_of_nothing",
    objective="predict which loss a network has that knows nothing about people",
    points=2,
    oracle=_price,
    probes=_shares_and_margins,
    right_answers={
        "weighted mean": _price_as_mean,
        "parabola": _price_by_parabola,
        "factors": lambda s, m: (1 - s) * m * np.array([m / 2, 1, s * m / 2]),
        "float32": lambda s, m: _price(s, m).astype(np.float32),
    },
    mistakes={
        "always half and half": Mistake(
            lambda s, m: _price(0.5, m),
            "Your answer does not change with the share of same pairs: it is that of half and half. Whose loss counts how "
            "often?",
        ),
        "shares exchanged": Mistake(
            lambda s, m: _price(1 - s, m),
            "You have taken the share of same pairs for that of different ones. Which pairs pay when all pictures are in one "
            "point?",
        ),
        "same pairs pay too": Mistake(
            lambda s, m: np.array([m**2 / 2, *_price(s, m)[1:]]),
            "In one point, you let *every* pair pay. What does a pair of one person cost at D = 0?",
        ),
        "no half": Mistake(
            lambda s, m: _price(s, m) * np.array([2, 1, 2]),
            "The distance is right, and both losses are off by the same factor. What stands in front of the formula?",
        ),
        "margin not squared": Mistake(
            lambda s, m: _price(s, m) / np.array([m, 1, m]),
            "With a margin twice as large, by which factor do two strangers in one point cost more? You do not square it.",
        ),
        "margin as the best distance": Mistake(
            lambda s, m: np.array([_price(s, m)[0], m, s * m**2 / 2]),
            "At D = m the strangers cost nothing. But what do the pairs of one person cost there? Could a smaller distance be "
            "better for the mean?",
        ),
        "middle": Mistake(
            lambda s, m: np.array([_price(s, m)[0], m / 2, m**2 / 8]),
            "You put all pairs at half of the margin. If nearly all pairs are of strangers, where would *you* put them?",
        ),
        "margin of 1": Mistake(
            lambda s, m: _price(s, 1),
            "Your answer does not change with the margin. Which of the three numbers should grow with it?",
        ),
        "share of the distance": Mistake(
            lambda s, m: np.array([_price(s, m)[0], s * m, (s * (s * m) ** 2 + (1 - s) * (m - s * m) ** 2) / 2]),
            "Your distance grows with the share of *same* pairs. Do these want a larger distance, or a smaller one?",
        ),
        "push only": Mistake(
            lambda s, m: np.array([*_price(s, m)[:2], (1 - s) * (s * m) ** 2 / 2]),
            "At the best distance, you have the loss of the strangers. Who else pays there?",
        ),
        "pull only": Mistake(
            lambda s, m: np.array([*_price(s, m)[:2], s * ((1 - s) * m) ** 2 / 2]),
            "At the best distance, you have the loss of the same-person pairs. Who else pays there?",
        ),
        "another order": Mistake(
            lambda s, m: _price(s, m)[[0, 2, 1]],
            "The three numbers are there, but in another order. Which one stands in the middle?",
        ),
        "best distance first": Mistake(
            lambda s, m: _price(s, m)[[1, 0, 2]],
            "The three numbers are there, but you begin with the best distance. Which one was asked for first?",
        ),
    },
    properties=(
        Property(lambda _, price: price.shape == (3,), "Three numbers were asked for."),
        Property(
            lambda _, price: bool((price > 0).all()), "None of the three is 0 or below, if there are pairs of both kinds."
        ),
        Property(
            lambda _, price: bool(price[2] <= price[0]),
            "Your best distance has a larger loss than one point for all, which is the distance 0. Can it be the best?",
        ),
        Property(
            lambda arguments, price: bool(price[1] < arguments[1]),
            "Beyond the margin nobody gains anything. Between which two values must the best distance lie?",
        ),
    ),
    hints=(
        "All pictures in one point: what does one pair of one person cost, and what one pair of strangers? Now take the mean, "
        "where each kind counts by its share.",
        "For one distance c below m, the mean loss is (s c^2 + (1 - s) (m - c)^2) / 2, with s the share of same pairs. It is "
        "least where its slope is 0: where the pull s c is as strong as the push (1 - s) (m - c).",
        "Two pairs in five are same, and m = 10. In one point: 0.6 * 100 / 2 = 30. Pull and push are equal where 0.4 c = "
        "0.6 (10 - c), so c = 6. The loss there: (0.4 * 36 + 0.6 * 16) / 2 = 12.",
        "different = 1 - share_same\n"
        "best = different * margin\n"
        "return np.array([different * margin**2 / 2, best, share_same * best * margin / 2])",
    ),
)


def _labels_to_draw_from(rng: np.random.Generator) -> Iterator[Arguments]:
    """Whom each picture shows, in mixed order, how many pairs to draw, and a seed: one seed comes twice."""
    labels = rng.permutation(np.repeat(100 + rng.permutation(50)[:3], (2, 3, 4)))
    seeds = [int(seed) for seed in rng.integers(10**4, 10**6, size=4)]
    for number, seed in ((600, seeds[0]), (600, seeds[1]), (600, seeds[0]), (2, seeds[2]), (8, seeds[3])):
        yield labels, number, seed


def _choose(rng: np.random.Generator, first: IntArray, second: IntArray, labels: IntArray, number: int) -> IntArray:
    at = rng.integers(len(first), size=number)
    i, j = first[at], second[at]
    return np.stack([i, j, labels[i] == labels[j]], axis=1).astype(np.int64)


def _drawn(labels: IntArray, number: int, seed: int, itself: bool = False, farthest: int = 100) -> IntArray:
    rng = np.random.default_rng(seed)
    i, j = np.indices((len(labels), len(labels))).reshape(2, -1)
    rank = np.array([np.sum(labels[:k] == labels[k]) for k in range(len(labels))])  # of a picture among those of its person
    allowed = ((i != j) | itself) & (np.maximum(rank[i], rank[j]) < farthest)
    rows = []
    for same in (True, False):
        kind = np.flatnonzero(((labels[i] == labels[j]) == same) & allowed)
        rows.append(_choose(rng, i[kind], j[kind], labels, number // 2))
    return rng.permutation(np.concatenate(rows))


def _drawn_by_person(labels: IntArray, number: int, seed: int) -> list[tuple[int, int, int]]:
    from random import Random

    random = Random(seed)
    pictures = {p: np.flatnonzero(labels == p).tolist() for p in sorted(set(labels.tolist()))}
    rows = []
    for k in range(number):
        if k % 2:
            i, j = random.sample(random.choice(list(pictures.values())), 2)
        else:
            i, j = (random.choice(pictures[p]) for p in random.sample(list(pictures), 2))
        rows.append((i, j, k % 2))
    return rows


def _drawn_by_trying(labels: IntArray, number: int, seed: int) -> Float64Array:
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, bool]] = []
    wanted = {True: number // 2, False: number // 2}
    while len(rows) < number:
        i, j = rng.choice(len(labels), 2, replace=False).tolist()
        same = bool(labels[i] == labels[j])
        if wanted[same]:
            wanted[same] -= 1
            rows.append((i, j, same))
    return np.array(rows, dtype=float)


def _drawn_in_triangles(labels: IntArray, number: int, seed: int) -> IntArray:
    rng = np.random.default_rng(seed)
    i, j = np.triu_indices(len(labels), k=1)
    same = labels[i] == labels[j]
    halves = [rng.choice(np.flatnonzero(kind), number // 2) for kind in (~same, same)]
    at = np.concatenate(halves)
    return np.stack([i[at], j[at], same[at]], axis=1)


def _blindly(labels: IntArray, number: int, seed: int) -> IntArray:
    i, j = np.nonzero(~np.eye(len(labels), dtype=bool))
    return _choose(np.random.default_rng(seed), i, j, labels, number)


def _people_for_pictures(labels: IntArray, number: int, seed: int) -> IntArray:
    rows = _drawn(labels, number, seed)
    return np.stack([labels[rows[:, 0]], labels[rows[:, 1]], rows[:, 2]], axis=1)


def _strangers_of_one_number(labels: IntArray, number: int, seed: int) -> IntArray:
    """The first picture of a person meets only the first ones of others, the second only the second ones, and so on."""
    rng = np.random.default_rng(seed)
    i, j = np.indices((len(labels), len(labels))).reshape(2, -1)
    rank = np.array([np.sum(labels[:k] == labels[k]) for k in range(len(labels))])
    same = labels[i] == labels[j]
    kinds = (same & (i != j), ~same & (rank[i] == rank[j]))
    return np.concatenate([_choose(rng, i[kind], j[kind], labels, number // 2) for kind in kinds])


def _most_come_up(arguments: Arguments, rows: Float64Array, same: bool) -> bool:
    """Whether nearly all pairs of a kind are among those drawn, if many were drawn."""
    labels, number, _ = arguments
    i, j = np.triu_indices(len(labels), k=1)
    possible = np.count_nonzero((labels[i] == labels[j]) == same)
    met = np.unique(np.sort(rows[rows[:, 2] == same][:, :2]), axis=0)
    return bool(number < 100 or len(met) > 0.85 * possible)


def _rows_of(calls: Sequence[Arguments], results: Sequence[Any], same_seed: bool) -> list[bool]:
    """Whether two results are equal, for each two calls that draw many pairs from the same labels, with one seed or two."""
    return [
        np.array_equal(rows, others)
        for (first, rows), (second, others) in combinations(zip(calls, results, strict=True), 2)
        if first[1] == second[1] >= 100 and np.array_equal(first[0], second[0]) and (first[2] == second[2]) == same_seed
    ]


_IN_TURN = (
    "An array (number, 3) was asked for, a row for each pair: first picture, second picture, same or not. How many rows and "
    "columns has yours?",
    "The first two columns should hold *places* of pictures, from 0 to n - 1. Have you returned whom the pictures show, or "
    "counted from 1?",
    "The last column does not agree with the labels of the two pictures. When is it 1?",
    "Some picture is paired with itself. Its distance is 0 and so is its loss: what does such a pair teach?",
    "The two kinds are not equally many. Drawn blindly, most pairs are of strangers: how do you make sure of half and half?",
    "Some pairs of one person never come up, however many you draw. From which pictures of a person do you choose?",
    "Some pairs of two people never come up, however many you draw. Can each picture meet each picture of another person?",
    "Two different seeds give the very same pairs. Where does the seed go in your code?",
    "The same seed gives other pairs each time. Who draws in your code, and does it know the seed?",
)

SAMPLE_PAIRS = Exercise(
    name="sample_pairs",
    objective="draw pairs to train on: half of each kind, no picture with itself, by chance, and the same again for one seed",
    points=3,
    oracle=None,
    probes=_labels_to_draw_from,
    right_answers={
        "all pairs of a kind": _drawn,
        "person first": _drawn_by_person,
        "trying": _drawn_by_trying,
        "each pair once": _drawn_in_triangles,
    },
    mistakes={
        "columns and rows": Mistake(lambda labels, number, seed: _drawn(labels, number, seed).T, _IN_TURN[0]),
        "people for pictures": Mistake(_people_for_pictures, _IN_TURN[1]),
        "flag swapped": Mistake(
            lambda labels, number, seed: np.abs(_drawn(labels, number, seed) - np.array([0, 0, 1])),
            _IN_TURN[2],
        ),
        "with itself": Mistake(lambda labels, number, seed: _drawn(labels, number, seed, itself=True), _IN_TURN[3]),
        "blindly": Mistake(_blindly, _IN_TURN[4]),
        "first two pictures only": Mistake(lambda labels, number, seed: _drawn(labels, number, seed, farthest=2), _IN_TURN[5]),
        "strangers of one number only": Mistake(_strangers_of_one_number, _IN_TURN[6]),
        "always one seed": Mistake(lambda labels, number, seed: _drawn(labels, number, 0), _IN_TURN[7]),
        "no seed": Mistake(lambda labels, number, seed: _drawn(labels, number, secrets.randbits(32)), _IN_TURN[8]),
    },
    properties=(
        Property(lambda arguments, rows: rows.shape == (arguments[1], 3), _IN_TURN[0]),
        Property(
            lambda arguments, rows: bool(np.isin(rows[:, :2], np.arange(len(arguments[0]))).all()),
            _IN_TURN[1],
        ),
        Property(
            lambda arguments, rows: bool(
                (rows[:, 2] == (arguments[0][rows[:, 0].astype(int)] == arguments[0][rows[:, 1].astype(int)])).all()
            ),
            _IN_TURN[2],
        ),
        Property(lambda _, rows: bool((rows[:, 0] != rows[:, 1]).all()), _IN_TURN[3]),
        Property(lambda arguments, rows: bool(2 * rows[:, 2].sum() == arguments[1]), _IN_TURN[4]),
        Property(lambda arguments, rows: _most_come_up(arguments, rows, same=True), _IN_TURN[5]),
        Property(lambda arguments, rows: _most_come_up(arguments, rows, same=False), _IN_TURN[6]),
    ),
    overall=(
        Property(lambda calls, results: not any(_rows_of(calls, results, same_seed=False)), _IN_TURN[7]),
        Property(lambda calls, results: all(_rows_of(calls, results, same_seed=True)), _IN_TURN[8]),
    ),
    hints=(
        "Write down all pairs of five pictures of two people. Which of them are same, which different, and which must be left "
        "out?",
        "Make two lists: all pairs of different pictures of one person, and all pairs of two people. Make one random generator "
        "from the seed, and draw half of the rows from each list.",
        "Labels a, b, a. Same: (0, 2). Different: (0, 1) and (1, 2). For two pairs, draw one from each list: the rows (0, 2, "
        "1) and, for example, (1, 2, 0).",
        "rng = np.random.default_rng(seed)\n"
        "is_same = labels[:, None] == labels\n"
        "rows = []\n"
        "for same in (1, 0):\n"
        "    first, second = np.nonzero((is_same == same) & ~np.eye(len(labels), dtype=bool))\n"
        "    drawn = rng.integers(len(first), size=number // 2)\n"
        "    rows.append(np.stack([first[drawn], second[drawn], np.full(number // 2, same)], axis=1))\n"
        "return np.concatenate(rows)",
    ),
)


def _tables(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances of points on a line, in whole steps of one length, whom they show, and a margin that some meet exactly."""
    for places, people, margin in (
        ((0, 1, 5, 6, 9, 14, 15), "aabbbcc", 5),
        ((0, 2, 3, 7, 20), "ababc", 4),
        ((1, 4, 6, 8, 15, 17), "abaaab", 3),
        ((0, 1, 10, 11), "aabb", 2),
    ):
        step = rng.uniform(0.05, 0.2)
        at = np.array(places)
        labels = np.array([ord(p) for p in people])
        yield step * np.abs(at[:, None] - at), labels, step * margin


def _silent(d: Float64Array, labels: IntArray, margin: float, who: str = "different", strictly: bool = False) -> Float64Array:
    same = labels[:, None] == labels
    chosen = {"different": ~same, "same": same, "all": ~np.eye(len(d), dtype=bool), "everything": np.full(d.shape, True)}[who]
    nearest = np.where(chosen, d, np.inf).min(axis=1)
    flags = [values > margin if strictly else values >= margin for values in (d[chosen], nearest)]
    return np.array([np.mean(flag) for flag in flags])


def _silent_in_loops(d: Float64Array, labels: IntArray, margin: float) -> list[float]:
    pairs, pictures = [], []
    for row, label in zip(d, labels, strict=True):
        strangers = [x for x, other in zip(row, labels, strict=True) if other != label]
        pairs += [x >= margin for x in strangers]
        pictures.append(all(x >= margin for x in strangers))
    return [sum(pairs) / len(pairs), sum(pictures) / len(pictures)]


def _silent_in_keras(d: Float64Array, labels: IntArray, margin: float) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    strangers = ops.cast(labels[:, None] != labels, "float32")
    active = strangers * ops.cast(d < margin, "float32")
    share = 1 - ops.sum(active) / ops.sum(strangers)
    return ops.stack([share, ops.mean(1 - ops.max(active, axis=1))])


def _silent_each_pair_once(d: Float64Array, labels: IntArray, margin: float) -> list[float]:
    i, j = np.triu_indices(len(d), k=1)
    different = labels[i] != labels[j]
    active = different & (d[i, j] < margin)
    met = np.union1d(i[active], j[active])
    return [1 - active.sum() / different.sum(), 1 - len(met) / len(d)]


SILENT_SHARES = Exercise(
    name="silent_shares",
    objective="measure how many different-person pairs no longer teach: among all of them, and among the nearest",
    points=3,
    oracle=_silent,
    probes=_tables,
    right_answers={
        "loops": _silent_in_loops,
        "Keras": _silent_in_keras,
        "each pair once": _silent_each_pair_once,
        "masked": lambda d, labels, margin: [
            np.ma.masked_array(d >= margin, labels[:, None] == labels).mean(),
            (np.ma.masked_array(d, labels[:, None] == labels).min(axis=1) >= margin).mean(),
        ],
    },
    mistakes={
        "beyond only": Mistake(
            lambda d, labels, margin: _silent(d, labels, margin, strictly=True),
            "A pair at exactly the margin still teaches in your answer. What are its loss and its slope?",
        ),
        "active ones": Mistake(
            lambda d, labels, margin: 1 - _silent(d, labels, margin),
            "You count the pairs that still teach. Which side of the margin is silent?",
        ),
        "all pairs": Mistake(
            lambda d, labels, margin: _silent(d, labels, margin, "all"),
            "Pairs of one person are among those that you count. Which pairs does the margin concern?",
        ),
        "everything": Mistake(
            lambda d, labels, margin: _silent(d, labels, margin, "everything"),
            "You look at the whole table. Who is the nearest to a picture there? Which entries show no strangers?",
        ),
        "same pairs": Mistake(
            lambda d, labels, margin: _silent(d, labels, margin, "same"),
            "You look at the pairs of *one* person. Which pairs does the margin push apart?",
        ),
        "exchanged": Mistake(
            lambda d, labels, margin: _silent(d, labels, margin)[::-1],
            "Both numbers are right, but in the other order. Which one was asked for first?",
        ),
        "nearest of all": Mistake(
            lambda d, labels, margin: np.array(
                [_silent(d, labels, margin)[0], _silent(d, labels, margin, "all")[1]],
            ),
            "Your first number is right. For the second, the nearest of a picture may be another picture of the *same* person "
            "in your answer. Who was to be looked for?",
        ),
        "nearest with itself": Mistake(
            lambda d, labels, margin: np.array([_silent(d, labels, margin)[0], np.mean(d.min(axis=1) >= margin)]),
            "Your first number is right. For the second, who is the nearest of all in a row of the table?",
        ),
        "farthest stranger": Mistake(
            lambda d, labels, margin: np.array(
                [
                    _silent(d, labels, margin)[0],
                    np.mean(np.where(labels[:, None] != labels, d, -np.inf).max(axis=1) >= margin),
                ]
            ),
            "Your first number is right. For the second you look at the *farthest* stranger. Which one is the hardest to tell "
            "apart?",
        ),
        "share of the table": Mistake(
            lambda d, labels, margin: np.array(
                [np.mean((d >= margin) & (labels[:, None] != labels)), _silent(d, labels, margin)[1]]
            ),
            "Your second number is right. For the first you divide by all entries of the table: how many of them show two "
            "people?",
        ),
        "first of everything": Mistake(
            lambda d, labels, margin: np.array([np.mean(d >= margin), _silent(d, labels, margin)[1]]),
            "Your second number is right. For the first you look at the whole table: which of its entries do not show two "
            "people?",
        ),
        "squared margin": Mistake(
            lambda d, labels, margin: _silent(d, labels, margin**2),
            "You compare the distance with the *squared* margin. Which unit does the margin have?",
        ),
    },
    properties=(
        Property(lambda _, shares: shares.shape == (2,), "Two numbers were asked for: a share of pairs, a share of pictures."),
        Property(lambda _, shares: bool(((shares >= 0) & (shares <= 1)).all()), "A share of pairs lies between 0 and 1."),
        Property(
            lambda _, shares: shares[0] > 0 or shares[1] == 0,
            "If no pair at all is silent, how can the nearest stranger of a picture be?",
        ),
    ),
    hints=(
        "Which entries of the table show two people? How many are there for labels a, a, b?",
        "Compare the labels with each other to get a table of True where two people meet. The first share is among these "
        "entries. For the second, put infinity everywhere else and take the smallest number of each row.",
        "Pictures at 0, 1 and 5, labels a, b, b, margin 3. Pairs of two people: 0 with 1 at distance 1, 0 with 5 at distance "
        "5; one of two is silent. Nearest strangers: at 1, 1 and 5, so of the three pictures one is silent.",
        "strangers = labels[:, None] != labels\n"
        "nearest = np.where(strangers, d, np.inf).min(axis=1)\n"
        "return np.array([np.mean(d[strangers] >= margin), np.mean(nearest >= margin)])",
    ),
)


EXERCISES = (UNIT_LENGTH, CONTRASTIVE_LOSS, MENDED_LOSS_SLOPE, PRICE_OF_NOTHING, SAMPLE_PAIRS, SILENT_SHARES)
