"""Compute the chi-square differences of two embeddings, with features of both signs, and never NaN."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.bank.lesson_04.common import as_float32, quiet
from course_utils.feedback.exercise import exercise


def chi_square_parts(f1, f2):
    u = np.hstack([np.maximum(0, f1), np.maximum(0, -f1)])
    v = np.hstack([np.maximum(0, f2), np.maximum(0, -f2)])
    total = u + v
    return (u - v) ** 2 / np.where(total == 0, 1, total)


def probes(rng):
    """Embeddings (pairs, features) with one sign in both, with two, with a 0 in one or in both; a pair is equal.

    It is the first, the last, or between; then one pair, and features far from 0 that are nearly equal.
    """
    for pairs, features, equal in ((4, 5, 0), (3, 4, -1), (6, 7, 2)):
        f1, f2 = rng.uniform(0.2, 0.9, (2, pairs, features)) * rng.choice([-1, 1], (2, pairs, features))
        f1[:, 0], f2[:, 0] = np.abs(f1[:, 0]) + 0.1, -np.abs(f2[:, 0])
        f1[:, 1], f2[:, 1] = -np.abs(f1[:, 1]), -np.abs(f2[:, 1]) - 0.4
        f1[:, 2], f2[:, 2] = np.abs(f1[:, 2]) + 0.5, np.abs(f2[:, 2])
        f2[1, 3] = 0
        f1[1:, -1] = f2[1:, -1] = 0
        f1[equal] = f2[equal]
        yield f1, f2
    yield tuple(-rng.uniform(0.2, 0.9, (2, 1, 3)))
    yield tuple(nearly_equal(rng, (2, 3, 2)))


def parts(f):
    return np.concatenate([np.maximum(0, f), np.maximum(0, -f)], axis=1)


def ratio(u, v, above):
    """Return above / (u + v), and 0 where that is 0 / 0."""
    return above / np.where(u + v == 0, 1, u + v)


def chi_in_loops(f1, f2):
    def term(u, v):
        return (u - v) ** 2 / (u + v) if u + v > 0 else 0.0

    return [
        [term(max(0, s * x), max(0, s * y)) for s in (1, -1) for x, y in zip(p, q, strict=True)]
        for p, q in zip(f1.tolist(), f2.tolist(), strict=True)
    ]


def chi_with_nan_to_num(f1, f2):
    u, v = parts(f1), parts(f2)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num((u - v) ** 2 / (u + v))


def chi_by_cases(f1, f2):
    """Features of one sign count in one half; features of two signs count with their size in each half."""
    result = np.zeros((len(f1), 2 * f1.shape[1]))
    for half, sign in enumerate((1, -1)):
        u, v = np.clip(sign * f1, 0, None), np.clip(sign * f2, 0, None)
        part = result[:, half * f1.shape[1] : (half + 1) * f1.shape[1]]
        np.divide((u - v) ** 2, u + v, out=part, where=u + v > 0)
    return result


def chi_in_tensorflow(f1, f2):
    from course_utils.backend import tf

    u, v = (
        tf.concat([tf.nn.relu(f), tf.nn.relu(-f)], axis=1) for f in (tf.constant(f1, tf.float32), tf.constant(f2, tf.float32))
    )
    return tf.math.divide_no_nan((u - v) ** 2, u + v)


def chi_of(above):
    """Chi-square with another numerator."""

    def terms(f1, f2):
        u, v = parts(f1), parts(f2)
        return ratio(u, v, above(u, v))

    return terms


def chi_not_split(f1, f2):
    return ratio(f1, f2, (f1 - f2) ** 2)


def chi_of_sizes(f1, f2):
    u, v = np.abs(f1), np.abs(f2)
    return ratio(u, v, (u - v) ** 2)


def chi_negative_first(f1, f2):
    return chi_square_parts(-f1, -f2)


def chi_in_turn(f1, f2):
    """Positive and negative part of the first feature, then those of the second."""
    return chi_square_parts(f1, f2).reshape(len(f1), 2, -1).swapaxes(1, 2).reshape(len(f1), -1)


def chi_negative_parts_negative(f1, f2):
    u, v = (np.concatenate([np.maximum(0, f), np.minimum(0, f)], axis=1) for f in (f1, f2))
    return ratio(u, v, (u - v) ** 2)


def chi_with_nan(f1, f2):
    u, v = parts(f1), parts(f2)
    return (u - v) ** 2 / (u + v)


def chi_with_epsilon(f1, f2):
    u, v = parts(f1), parts(f2)
    return (u - v) ** 2 / (u + v + 1e-7)


def has_no_epsilon(arguments, terms):
    """Whether the terms are not all smaller as if one and the same number had been added to each denominator."""
    total, expected = parts(arguments[0]) + parts(arguments[1]), chi_square_parts(*arguments)
    there = expected > 1e-3
    added = total[there] * (expected[there] / terms[there] - 1)
    return not there.any() or not 0 < added.max() < 2 * added.min() < 0.2


right = {
    "loops": chi_in_loops,
    "nan_to_num": chi_with_nan_to_num,
    "divide where": chi_by_cases,
    "TensorFlow": chi_in_tensorflow,
    "float32": as_float32(chi_square_parts),
}

wrong = {
    "NaN": quiet(chi_with_nan),
    "small number below the line": chi_with_epsilon,
    "not split": chi_not_split,
    "absolute values": chi_of_sizes,
    "positive parts only": lambda f1, f2: chi_square_parts(f1, f2)[:, : f1.shape[1]],
    "negative parts stay negative": chi_negative_parts_negative,
    "negative parts first": chi_negative_first,
    "in turn": chi_in_turn,
    "both parts added": lambda f1, f2: chi_square_parts(f1, f2)[:, : f1.shape[1]] + chi_square_parts(f1, f2)[:, f1.shape[1] :],
    "added up": lambda f1, f2: chi_square_parts(f1, f2).sum(axis=1),
    "not squared": chi_of(lambda u, v: np.abs(u - v)),
    "halved": lambda f1, f2: chi_square_parts(f1, f2) / 2,
    "plus above": chi_of(lambda u, v: (u + v) ** 2),
    "divided by the square": lambda f1, f2: ratio(parts(f1), parts(f2), chi_square_parts(f1, f2)),
}

always = {
    "two terms a feature": lambda arguments, terms: terms.shape == (len(arguments[0]), 2 * arguments[0].shape[1]),
    "below 0": lambda _, terms: (terms >= 0).all(),
    "equal embeddings": lambda arguments, terms: np.allclose(terms[(arguments[0] == arguments[1]).all(axis=1)], 0, atol=1e-3),
    "small number below the line": has_no_epsilon,
}

EXERCISE = exercise(
    chi_square_parts,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
NaN: Where a part is 0 in both pictures, you divide 0 by 0 and get NaN. How much do two equal features differ?
small number below the line: Nearly: you add a small number to every denominator, and that changes every result a little. In
    which places is the denominator 0, and can you treat only these?
not split: You have not split the features. What is u + v if one feature is 0.3 and the other -0.3?
absolute values: You drop the signs: the features 0.3 and -0.3 are equal in your answer, and yet they differ by 0.6. Into
    which two parts does the question split a feature?
positive parts only: You have the positive parts only. The features -0.2 and -0.9 differ, too: where in your result can one
    see that?
negative parts stay negative: Your negative parts are below 0, and so are their terms. The formula of the negative part has a
    maximum: of which two numbers?
negative parts first: All numbers are right, but the two halves have changed places. Which parts were asked for first?
in turn: You have both parts of the first feature, then both of the second. The question asks for all positive parts first:
    how can two tables be put side by side?
both parts added: You add the two parts of a feature. The unit wants to weigh each of them: how many columns does that make?
added up: You have added up the parts: that is a distance. The unit has a weight for each part: how many numbers does it need
    for each pair?
not squared: Your difference is not squared. So wherever one part is 0 you get exactly 1, however large the other is. What is
    the numerator in the formula?
halved: Your terms are half as large as they should be. Some books put a factor before the formula: does the question?
plus above: Two equal pictures differ in your result. What is done with u and v in the numerator before the square?
divided by the square: You divide by the sum twice. If all features were twice as large, what would happen to your terms, and
    what to those of the formula?
two terms a feature: Each feature has two parts, and each part a term. How many rows and columns is that?
below 0: Some of your terms are below 0. Can a square divided by a sum of parts that are not negative be below 0?
equal embeddings: Where two embeddings are equal, your terms are not 0. How much do they differ?
hint 1: The feature 0.4 has the parts 0.4 and 0, the feature -0.4 the parts 0 and 0.4. What is u + v where both pictures have
    a part that is 0?
hint 2: Make two halves of each embedding, max(0, f) and max(0, -f), and put them side by side. Then divide the squared
    difference by the sum. Where the sum is 0, divide by another number: the squared difference is 0 there, too.
hint 3: One feature, 0.6 in the first picture and -0.2 in the second: the positive parts are 0.6 and 0, term 0.36 / 0.6 = 0.6.
    The negative ones are 0 and 0.2, term 0.04 / 0.2 = 0.2.
""",
)
