"""Exercises of lesson 04: the logistic unit, its loss, the mix of people who come, and decisions."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Function, Mistake, Property

BoolArray = NDArray[np.bool_]


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _log_odds(p: Any) -> Any:
    return np.log(p / (1 - p))


def _as_float32(function: Function) -> Function:
    """The function computed in float32: arrays and numbers before they go in."""
    return lambda *arguments: function(
        *(np.asarray(a, np.float32) if np.asarray(a).dtype.kind == "f" else a for a in arguments)
    )


def _quiet(function: Function) -> Function:
    """The function without warnings of overflow and of division by 0."""

    def called(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*arguments)

    return called


_PROBABILITY = Property(lambda _, p: bool(((p >= 0) & (p <= 1)).all()), "A probability lies between 0 and 1. Does yours?")
_FOR_EACH_PAIR = Property(
    lambda arguments, p: p.shape == (len(arguments[0]),),
    "The question asks for one number for each pair. Which axis should disappear?",
)


# ---- The logistic unit ----


def _pairs_and_unit(rng: np.random.Generator) -> Iterator[Arguments]:
    """Embeddings of two pictures (pairs, features), weights of both signs (features,), a bias; the first pair is equal."""
    for pairs, features in ((4, 3), (2, 5), (5, 2)):
        f1, f2 = rng.normal(size=(2, pairs, features))
        f1[1] = np.abs(f1[1]) + 0.3
        f2[1] = -np.abs(f2[1])
        f2[0] = f1[0]
        w = rng.uniform(0.3, 0.9, features) * np.where(np.arange(features) % 2, 1, -1)
        yield f1, f2, w, float(rng.uniform(0.5, 1.2) * rng.choice([-1, 1]))


def _log_odds_of_pairs(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float) -> Any:
    return np.abs(f1 - f2) @ w + b


def _head(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float) -> Any:
    return _sigmoid(_log_odds_of_pairs(f1, f2, w, b))


def _head_in_loops(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float) -> list[float]:
    answers = []
    for u, v in zip(f1.tolist(), f2.tolist(), strict=True):
        z = b + sum(weight * abs(x - y) for weight, x, y in zip(w.tolist(), u, v, strict=True))
        answers.append(float(np.exp(z) / (np.exp(z) + 1)))
    return answers


def _head_in_scipy(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float) -> Any:
    from scipy.special import expit

    return expit(np.einsum("nk,k->n", np.maximum(f1, f2) - np.minimum(f1, f2), w) + b)


def _head_in_keras(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float) -> Any:
    from course_utils.backend import keras

    u, v, weights = (keras.ops.convert_to_tensor(a, "float32") for a in (f1, f2, w))
    return keras.ops.sigmoid(keras.ops.matmul(keras.ops.absolute(u - v), weights) + b)


VERIFICATION_HEAD = Exercise(
    name="verification_head",
    objective="turn two embeddings into the probability that they show one person",
    points=2,
    oracle=_head,
    probes=_pairs_and_unit,
    right_answers={
        "loops": _head_in_loops,
        "scipy": _head_in_scipy,
        "Keras": _head_in_keras,
        "float32": _as_float32(_head),
    },
    mistakes={
        "no absolute value": Mistake(
            lambda f1, f2, w, b: _sigmoid((f1 - f2) @ w + b),
            "Your answer changes when the two pictures change places. Which part of the formula should prevent that?",
        ),
        "absolute value outside": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.abs((f1 - f2) @ w) + b),
            "You weigh and add first, and take the absolute value of the sum. Differences cancel in it: what stands inside the "
            "bars in the formula?",
        ),
        "absolute value of each picture": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.abs(np.abs(f1) - np.abs(f2)) @ w + b),
            "For your unit the features 0.3 and -0.3 are the same. Is it the sign of the *features* that should not matter?",
        ),
        "squared": Mistake(
            lambda f1, f2, w, b: _sigmoid((f1 - f2) ** 2 @ w + b),
            "You square the differences. What does the unit of the question do with them?",
        ),
        "distance": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.linalg.norm(f1 - f2, axis=1) * w.sum() + b),
            "You weigh one Euclidean distance. What could a unit with a weight for *each* feature do that yours cannot?",
        ),
        "no bias": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.abs(f1 - f2) @ w),
            "Twice the same picture gets 50% from you, whatever the bias is. Where does b come in?",
        ),
        "bias subtracted": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.abs(f1 - f2) @ w - b),
            "A larger b makes your unit less ready to say one person. Which sign has it in the formula?",
        ),
        "bias for each feature": Mistake(
            lambda f1, f2, w, b: _sigmoid((np.abs(f1 - f2) * w + b).sum(axis=1)),
            "You add b once for each feature. How many biases has the unit?",
        ),
        "bias outside": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.abs(f1 - f2) @ w) + b,
            "You add the bias to the probability. Does it belong before the sigmoid, or after?",
        ),
        "weights turned round": Mistake(
            lambda f1, f2, w, b: _sigmoid(b - np.abs(f1 - f2) @ w),
            "You subtract the weighted differences. Which sign stands in front of the sum in the formula, and where can a "
            "minus come from instead?",
        ),
        "no sigmoid": Mistake(
            _log_odds_of_pairs,
            "These are the log odds z. Which function turns them into a probability?",
        ),
        "decision": Mistake(
            lambda f1, f2, w, b: _head(f1, f2, w, b) >= 0.5,
            "You return a decision, yes or no. How sure is the unit of it: which number did you compare with the limit?",
        ),
        "turned round": Mistake(
            lambda f1, f2, w, b: _sigmoid(-_log_odds_of_pairs(f1, f2, w, b)),
            "That is the probability of *two* people. Check the sign in the exponent of the sigmoid: where is it near 1?",
        ),
        "sigmoid twice": Mistake(
            lambda f1, f2, w, b: _sigmoid(_head(f1, f2, w, b)),
            "Your answers are all between 50% and 73%: a sigmoid of a sigmoid. How many are in the formula?",
        ),
        "sigmoid of each feature": Mistake(
            lambda f1, f2, w, b: _sigmoid(np.abs(f1 - f2) * w + b),
            "You have a number for each feature of each pair. What does the unit do with the weighted differences?",
        ),
        "mean": Mistake(
            lambda f1, f2, w, b: _sigmoid((np.abs(f1 - f2) * w).mean(axis=1) + b),
            "You take the mean of the weighted differences. Which symbol stands in front of them in the formula?",
        ),
    },
    properties=(
        _PROBABILITY,
        _FOR_EACH_PAIR,
        Property(
            lambda arguments, p: bool(np.isclose(p[0], _sigmoid(arguments[3]), atol=1e-3)),
            "The first pair is twice the same picture. All differences are 0: what is left of z?",
        ),
    ),
    hints=(
        "How many numbers should come out for 3 pairs with 64 features each? What is z for a pair of equal embeddings?",
        "Subtract, take absolute values, weigh each feature and add up, add the bias: that is z, one for each pair. The "
        "sigmoid makes a probability of it.",
        "Features (1, 5) and (2, 3), weights (-3, -1), bias 6: the differences are 1 and 2, z = -3 - 2 + 6 = 1, and p = 0.73.",
        "z = np.abs(f1 - f2) @ w + b\nreturn 1 / (1 + np.exp(-z))",
    ),
)


# ---- The chi-square variant ----


def _signed_features(rng: np.random.Generator) -> Iterator[Arguments]:
    """Embeddings (pairs, features) with one sign in both, with two, with a 0 in one or in both; the first pair is equal."""
    for pairs, features in ((4, 5), (3, 4), (6, 7)):
        f1, f2 = rng.uniform(0.2, 0.9, (2, pairs, features)) * rng.choice([-1, 1], (2, pairs, features))
        f1[:, 0], f2[:, 0] = np.abs(f1[:, 0]) + 0.1, -np.abs(f2[:, 0])
        f1[:, 1], f2[:, 1] = -np.abs(f1[:, 1]), -np.abs(f2[:, 1]) - 0.4
        f1[:, 2], f2[:, 2] = np.abs(f1[:, 2]) + 0.5, np.abs(f2[:, 2])
        f1[0], f2[1, 3] = f2[0], 0
        f1[1:, -1] = f2[1:, -1] = 0
        yield f1, f2


def _parts(f: Float64Array) -> Float64Array:
    return np.concatenate([np.maximum(0, f), np.maximum(0, -f)], axis=1)


def _ratio(u: Any, v: Any, above: Any) -> Any:
    """Return above / (u + v), and 0 where that is 0 / 0."""
    return above / np.where(u + v == 0, 1, u + v)


def _chi(f1: Float64Array, f2: Float64Array) -> Any:
    u, v = _parts(f1), _parts(f2)
    return _ratio(u, v, (u - v) ** 2)


def _chi_in_loops(f1: Float64Array, f2: Float64Array) -> list[list[float]]:
    def term(u: float, v: float) -> float:
        return (u - v) ** 2 / (u + v) if u + v > 0 else 0.0

    return [
        [term(max(0, s * x), max(0, s * y)) for s in (1, -1) for x, y in zip(p, q, strict=True)]
        for p, q in zip(f1.tolist(), f2.tolist(), strict=True)
    ]


def _chi_with_nan_to_num(f1: Float64Array, f2: Float64Array) -> Any:
    u, v = _parts(f1), _parts(f2)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num((u - v) ** 2 / (u + v))


def _chi_by_cases(f1: Float64Array, f2: Float64Array) -> Any:
    """Features of one sign count in one half; features of two signs count with their size in each half."""
    result = np.zeros((len(f1), 2 * f1.shape[1]))
    for half, sign in enumerate((1, -1)):
        u, v = np.clip(sign * f1, 0, None), np.clip(sign * f2, 0, None)
        part = result[:, half * f1.shape[1] : (half + 1) * f1.shape[1]]
        np.divide((u - v) ** 2, u + v, out=part, where=u + v > 0)
    return result


def _chi_in_tensorflow(f1: Float64Array, f2: Float64Array) -> Any:
    from course_utils.backend import tf

    u, v = (
        tf.concat([tf.nn.relu(f), tf.nn.relu(-f)], axis=1) for f in (tf.constant(f1, tf.float32), tf.constant(f2, tf.float32))
    )
    return tf.math.divide_no_nan((u - v) ** 2, u + v)


def _chi_of(above: Callable[[Any, Any], Any]) -> Function:
    """Chi-square with another numerator."""

    def terms(f1: Float64Array, f2: Float64Array) -> Any:
        u, v = _parts(f1), _parts(f2)
        return _ratio(u, v, above(u, v))

    return terms


def _chi_not_split(f1: Float64Array, f2: Float64Array) -> Any:
    return _ratio(f1, f2, (f1 - f2) ** 2)


def _chi_of_sizes(f1: Float64Array, f2: Float64Array) -> Any:
    u, v = np.abs(f1), np.abs(f2)
    return _ratio(u, v, (u - v) ** 2)


def _chi_negative_first(f1: Float64Array, f2: Float64Array) -> Any:
    return _chi(-f1, -f2)


def _chi_in_turn(f1: Float64Array, f2: Float64Array) -> Any:
    """Positive and negative part of the first feature, then those of the second."""
    return _chi(f1, f2).reshape(len(f1), 2, -1).swapaxes(1, 2).reshape(len(f1), -1)


def _chi_negative_parts_negative(f1: Float64Array, f2: Float64Array) -> Any:
    u, v = (np.concatenate([np.maximum(0, f), np.minimum(0, f)], axis=1) for f in (f1, f2))
    return _ratio(u, v, (u - v) ** 2)


def _chi_with_nan(f1: Float64Array, f2: Float64Array) -> Any:
    u, v = _parts(f1), _parts(f2)
    return (u - v) ** 2 / (u + v)


def _chi_with_epsilon(f1: Float64Array, f2: Float64Array) -> Any:
    u, v = _parts(f1), _parts(f2)
    return (u - v) ** 2 / (u + v + 1e-7)


_EPSILON = (
    "Nearly: you add a small number to every denominator, and that changes every result a little. In which places is the "
    "denominator 0, and can you treat only these?"
)


def _has_no_epsilon(arguments: Arguments, terms: Float64Array) -> bool:
    """Whether the terms are not all smaller as if one and the same number had been added to each denominator."""
    total, expected = _parts(arguments[0]) + _parts(arguments[1]), _chi(*arguments)
    there = expected > 1e-3
    added = total[there] * (expected[there] / terms[there] - 1)
    return not 0 < added.max() < 2 * added.min() < 0.2


CHI_SQUARE_PARTS = Exercise(
    name="chi_square_parts",
    objective="compute the chi-square differences of two embeddings, with features of both signs, and never NaN",
    points=3,
    oracle=_chi,
    probes=_signed_features,
    right_answers={
        "loops": _chi_in_loops,
        "nan_to_num": _chi_with_nan_to_num,
        "divide where": _chi_by_cases,
        "TensorFlow": _chi_in_tensorflow,
        "float32": _as_float32(_chi),
    },
    mistakes={
        "NaN": Mistake(
            _quiet(_chi_with_nan),
            "Where a part is 0 in both pictures, you divide 0 by 0 and get NaN. How much do two equal features differ?",
        ),
        "small number below the line": Mistake(_chi_with_epsilon, _EPSILON),
        "not split": Mistake(
            _chi_not_split,
            "You have not split the features. What is u + v if one feature is 0.3 and the other -0.3?",
        ),
        "absolute values": Mistake(
            _chi_of_sizes,
            "You drop the signs: the features 0.3 and -0.3 are equal in your answer, and yet they differ by 0.6. Into which "
            "two parts does the question split a feature?",
        ),
        "positive parts only": Mistake(
            lambda f1, f2: _chi(f1, f2)[:, : f1.shape[1]],
            "You have the positive parts only. The features -0.2 and -0.9 differ, too: where in your result can one see that?",
        ),
        "negative parts stay negative": Mistake(
            _chi_negative_parts_negative,
            "Your negative parts are below 0, and so are their terms. The formula of the negative part has a maximum: of which "
            "two numbers?",
        ),
        "negative parts first": Mistake(
            _chi_negative_first,
            "All numbers are right, but the two halves have changed places. Which parts were asked for first?",
        ),
        "in turn": Mistake(
            _chi_in_turn,
            "You have both parts of the first feature, then both of the second. The question asks for all positive parts "
            "first: how can two tables be put side by side?",
        ),
        "both parts added": Mistake(
            lambda f1, f2: _chi(f1, f2)[:, : f1.shape[1]] + _chi(f1, f2)[:, f1.shape[1] :],
            "You add the two parts of a feature. The unit wants to weigh each of them: how many columns does that make?",
        ),
        "added up": Mistake(
            lambda f1, f2: _chi(f1, f2).sum(axis=1),
            "You have added up the parts: that is a distance. The unit has a weight for each part: how many numbers does it "
            "need for each pair?",
        ),
        "not squared": Mistake(
            _chi_of(lambda u, v: np.abs(u - v)),
            "Your difference is not squared. So wherever one part is 0 you get exactly 1, however large the other is. What is "
            "the numerator in the formula?",
        ),
        "halved": Mistake(
            lambda f1, f2: _chi(f1, f2) / 2,
            "Your terms are half as large as they should be. Some books put a factor before the formula: does the question?",
        ),
        "plus above": Mistake(
            _chi_of(lambda u, v: (u + v) ** 2),
            "Two equal pictures differ in your result. What is done with u and v in the numerator before the square?",
        ),
        "divided by the square": Mistake(
            lambda f1, f2: _ratio(_parts(f1), _parts(f2), _chi(f1, f2)),
            "You divide by the sum twice. If all features were twice as large, what would happen to your terms, and what to "
            "those of the formula?",
        ),
    },
    properties=(
        Property(
            lambda arguments, terms: terms.shape == (len(arguments[0]), 2 * arguments[0].shape[1]),
            "Each feature has two parts, and each part a term. How many rows and columns is that?",
        ),
        Property(
            lambda _, terms: bool((terms >= 0).all()),
            "Some of your terms are below 0. Can a square divided by a sum of parts that are not negative be below 0?",
        ),
        Property(
            lambda _, terms: bool(np.allclose(terms[0], 0, atol=1e-3)),
            "The first two embeddings are equal: how much do they differ?",
        ),
        Property(_has_no_epsilon, _EPSILON),
    ),
    hints=(
        "The feature 0.4 has the parts 0.4 and 0, the feature -0.4 the parts 0 and 0.4. What is u + v where both pictures have "
        "a part that is 0?",
        "Make two halves of each embedding, max(0, f) and max(0, -f), and put them side by side. Then divide the squared "
        "difference by the sum. Where the sum is 0, divide by another number: the squared difference is 0 there, too.",
        "One feature, 0.6 in the first picture and -0.2 in the second: the positive parts are 0.6 and 0, term 0.36 / 0.6 = "
        "0.6. The negative ones are 0 and 0.2, term 0.04 / 0.2 = 0.2.",
        "u = np.hstack([np.maximum(0, f1), np.maximum(0, -f1)])\n"
        "v = np.hstack([np.maximum(0, f2), np.maximum(0, -f2)])\n"
        "total = u + v\n"
        "return (u - v) ** 2 / np.where(total == 0, 1, total)",
    ),
)


# ---- The log loss ----


def _log_odds_and_truth(rng: np.random.Generator) -> Iterator[Arguments]:
    """Log odds (pairs,) and whether each pair shows one person: doubtful ones, 0, sure ones, and so sure that exp overflows."""
    yield rng.uniform(0.3, 3, 6) * np.array([1, 1, -1, -1, 1, -1]), np.array([True, False, True, False, True, True])
    yield (
        np.array([0.0, 0.0, *rng.uniform(5, 8, 2), *rng.uniform(-8, -5, 2)]),
        np.array([True, False, True, False, True, False]),
    )
    large = rng.uniform(710, 900, 2)
    yield np.array([*large, *-large, 40, -40, 1.5]), np.array([True, False, True, False, False, True, True])


def _bce(z: Float64Array, same: BoolArray) -> Any:
    return np.maximum(z, 0) - z * same + np.log1p(np.exp(-np.abs(z)))


def _bce_in_loops(z: Float64Array, same: BoolArray) -> list[float]:
    from math import exp, log1p

    losses = []
    for odds, one in zip(z.tolist(), same.tolist(), strict=True):
        wrong = -odds if one else odds
        losses.append(wrong + log1p(exp(-wrong)) if wrong > 0 else log1p(exp(wrong)))
    return losses


def _bce_in_scipy(z: Float64Array, same: BoolArray) -> Any:
    from scipy.special import log_expit

    return -np.where(same, log_expit(z), log_expit(-z))


def _bce_in_tensorflow(z: Float64Array, same: BoolArray) -> Any:
    from course_utils.backend import tf

    return tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(same, tf.float64), logits=tf.constant(z))


def _bce_in_keras(z: Float64Array, same: BoolArray) -> Any:
    from course_utils.backend import keras

    return keras.ops.binary_crossentropy(keras.ops.cast(same, "float32"), keras.ops.cast(z, "float32"), from_logits=True)


def _bce_of(p: Float64Array, same: BoolArray) -> Any:
    return -(same * np.log(p) + (1 - same) * np.log(1 - p))


def _clipped(p: Float64Array) -> Any:
    return np.clip(p, 1e-7, 1 - 1e-7)


BINARY_CROSS_ENTROPY = Exercise(
    name="binary_cross_entropy",
    objective="compute the log loss from log odds, also where the unit is very sure and very wrong",
    points=3,
    oracle=_bce,
    probes=_log_odds_and_truth,
    right_answers={
        "logaddexp": lambda z, same: np.logaddexp(0, np.where(same, -z, z)),
        "loops": _bce_in_loops,
        "scipy": _bce_in_scipy,
        "TensorFlow": _bce_in_tensorflow,
        "Keras": _bce_in_keras,
        "float32": _as_float32(_bce),
    },
    mistakes={
        "as in the formula": Mistake(
            _quiet(lambda z, same: _bce_of(_sigmoid(z), same)),
            "Right for moderate z. But where z is large, p becomes exactly 0 or 1, and 0 times log 0 is NaN. Can you "
            "compute the loss without p?",
        ),
        "as in the formula, one term": Mistake(
            _quiet(lambda z, same: -np.log(np.where(same, _sigmoid(z), 1 - _sigmoid(z)))),
            "Right for moderate z. But where the unit is very sure and wrong, you take the log of exactly 0: infinite. The "
            "true loss is finite there: about how large, in terms of z?",
        ),
        "exponential overflows": Mistake(
            _quiet(lambda z, same: np.log(1 + np.exp(np.where(same, -z, z)))),
            "Nearly: without p it is better. But exp of a large number is infinite. For which exponents does that never "
            "happen, and can you rewrite the others?",
        ),
        "clipped": Mistake(
            _quiet(lambda z, same: _bce_of(_clipped(_sigmoid(z)), same)),
            "You keep p away from 0 and 1. So the loss stops growing, however wrong the unit is: its slope is 0 there, and "
            "nothing is learned. Can you compute the loss from z, without p?",
        ),
        "labels swapped": Mistake(
            lambda z, same: _bce(-z, same),
            "Your loss is large where the unit is right. A large z speaks for *one* person: which kind of pair should cost "
            "more at z = 5?",
        ),
        "negative": Mistake(
            lambda z, same: -_bce(z, same),
            "Your losses are below 0. The log of a probability is negative: what does the formula do about that?",
        ),
        "mean": Mistake(
            lambda z, same: _bce(z, same).mean(),
            "You return one number, the mean of all pairs. For how many pairs is a loss asked for?",
        ),
        "one person only": Mistake(
            lambda z, same: same * _bce(z, same),
            "Pairs of two people cost nothing in your answer. What is the probability of the truth for them?",
        ),
        "always log p": Mistake(
            lambda z, same: np.logaddexp(0, -z),
            "You do not use `same`. Which probability stands in the loss of a pair that shows two people?",
        ),
        "base 2": Mistake(
            lambda z, same: _bce(z, same) / np.log(2),
            "At z = 0 your loss is 1: you take the logarithm to base 2. Which logarithm does the question ask for?",
        ),
        "base 10": Mistake(
            lambda z, same: _bce(z, same) / np.log(10),
            "All your losses are too small by the same factor: your logarithm has base 10. Which one is asked for?",
        ),
        "Brier": Mistake(
            _quiet(lambda z, same: (_sigmoid(z) - same) ** 2),
            "That is the squared difference, the Brier score. Which function of the probability is the log loss?",
        ),
        "only where sure": Mistake(
            lambda z, same: np.maximum(0, np.where(same, -z, z)),
            "That is nearly right where z is far from 0. But at z = 0 your loss is 0: what are p and -log p there?",
        ),
        "sigmoid twice": Mistake(
            _quiet(lambda z, same: _bce(_sigmoid(z), same)),
            "You make a probability of z and then treat it as log odds. How many sigmoids are in the formula?",
        ),
        "z taken for p": Mistake(
            lambda z, same: _bce_of(_clipped(z), same),
            "You take the log of z itself. Is z a probability, or what is it?",
        ),
    },
    properties=(
        _FOR_EACH_PAIR,
        Property(
            lambda _, loss: bool(np.isfinite(loss).all()),
            "Some of your losses are not finite. Which step of your code overflows?",
        ),
        Property(
            lambda arguments, loss: (
                bool(loss.max() > 0.9 * np.abs(arguments[0]).max()) or bool(np.abs(arguments[0]).max() < 100)
            ),
            "Where the unit is very sure and wrong, your loss is too small. Do you limit p or z somewhere?",
        ),
        Property(
            lambda _, loss: bool((loss >= 0).all()),
            "Some of your losses are below 0. A probability is at most 1: which sign has its log?",
        ),
    ),
    hints=(
        "A pair of one person at z = -800: p is e to the power -800, too small for a computer. About how large is -log p?",
        "For one person the loss is log(1 + exp(-z)), for two people log(1 + exp(z)). So give each pair the sign that it "
        "needs, and look for a function of NumPy that adds exponentials inside a logarithm without computing them.",
        "log(1 + exp(1000)) is log(exp(1000) * (exp(-1000) + 1)) = 1000 + log(1 + exp(-1000)). The second exponent is "
        "harmless.",
        "wrong = np.where(same, -z, z)\nreturn np.maximum(wrong, 0) + np.log1p(np.exp(-np.abs(wrong)))",
    ),
)


# ---- The mix ----


def _even_probabilities(rng: np.random.Generator) -> Iterator[Arguments]:
    """Probabilities at an even mix (pairs,), among them 1/2 and a large one, and the share of genuine attempts."""
    for pi in (float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.7, 0.95)), 0.5, 0.01):
        yield np.array([0.5, rng.uniform(0.8, 0.97), *rng.uniform(0.03, 0.97, 3)]), pi


def _at_door(p: Any, pi: float) -> Any:
    return pi * p / (pi * p + (1 - pi) * (1 - p))


def _at_door_in_loops(p: Float64Array, pi: float) -> list[float]:
    answers = []
    for one in p.tolist():
        odds = one / (1 - one) * pi / (1 - pi)
        answers.append(odds / (1 + odds))
    return answers


def _at_door_in_keras(p: Float64Array, pi: float) -> Any:
    from course_utils.backend import keras

    p = keras.ops.convert_to_tensor(p, "float32")
    return keras.ops.sigmoid(keras.ops.log(p) - keras.ops.log(1 - p) + float(np.log(pi) - np.log1p(-pi)))


DOOR_PROBABILITY = Exercise(
    name="door_probability",
    objective="predict how a probability changes when rightful people come more often, or less often, than it was made for",
    points=2,
    oracle=_at_door,
    probes=_even_probabilities,
    right_answers={
        "log odds": lambda p, pi: _sigmoid(_log_odds(p) + _log_odds(pi)),
        "loops": _at_door_in_loops,
        "one ratio": lambda p, pi: 1 / (1 + (1 - p) / p * (1 - pi) / pi),
        "Keras": _at_door_in_keras,
        "float32": _as_float32(_at_door),
    },
    mistakes={
        "times pi": Mistake(
            lambda p, pi: p * pi,
            "You multiply the probability by the share. Then even a pair with p = 1 would get only pi. Which other pairs "
            "should be counted, too?",
        ),
        "not divided": Mistake(
            lambda p, pi: p * pi + (1 - p) * (1 - pi),
            "You add both ways together: that is how frequent such pairs of either kind are. Which part shows one person?",
        ),
        "mix ignored": Mistake(
            lambda p, pi: p + 0 * pi,
            "Your probability is the same at every door. What should happen to it where nearly all who come are strangers?",
        ),
        "mix turned round": Mistake(
            lambda p, pi: _at_door(p, 1 - pi),
            "At a door with few rightful people your probabilities rise. Is pi the share of the genuine attempts, or of the "
            "others?",
        ),
        "odds": Mistake(
            lambda p, pi: p / (1 - p) * pi / (1 - pi),
            "These are the odds. If they are 3 to 1, which share is that?",
        ),
        "log odds": Mistake(
            lambda p, pi: _log_odds(p) + _log_odds(pi),
            "These are the log odds. Which function leads back to a probability?",
        ),
        "log pi": Mistake(
            lambda p, pi: _sigmoid(_log_odds(p) + np.log(pi)),
            "At an even mix your answer is not p. You use pi alone: what about the others who come?",
        ),
        "in proportion": Mistake(
            lambda p, pi: p * pi / 0.5,
            "You make p larger in proportion to pi. Then it can be more than 1. Which other way to express a chance has no "
            "upper limit?",
        ),
        "in proportion, cut off": Mistake(
            lambda p, pi: np.minimum(1, p * pi / 0.5),
            "You make p larger in proportion to pi, and cut it off at 1. Is the unit really sure of all these pairs?",
        ),
        "mean": Mistake(
            lambda p, pi: (p + pi) / 2,
            "You take the mean of p and pi. If the unit is nearly sure, should the mix still move the answer so far?",
        ),
        "probability plus log odds": Mistake(
            lambda p, pi: _sigmoid(p + _log_odds(pi)),
            "You add log odds to a *probability*. In which unit must p be before the mix can be added?",
        ),
        "clipped difference": Mistake(
            lambda p, pi: np.clip(p + pi - 0.5, 0, 1),
            "You move all probabilities by the same amount. Should one that is nearly 1 move as far as one in the middle?",
        ),
        "p for pi": Mistake(
            lambda p, pi: pi * p / (p + pi),
            "The denominator should hold all pairs that look like this, of one person and of two. How frequent are those of "
            "two?",
        ),
        "mix twice": Mistake(
            lambda p, pi: _sigmoid(_log_odds(p) + 2 * _log_odds(pi)),
            "The mix counts twice in your answer. p belongs to an even mix: how many times should the new mix come in?",
        ),
    },
    properties=(
        _PROBABILITY,
        _FOR_EACH_PAIR,
        Property(
            lambda arguments, p: arguments[1] != 0.5 or bool(np.allclose(p, arguments[0], atol=1e-3)),
            "At a door with an even mix p should stay as it is. What does your function return there?",
        ),
        Property(
            lambda arguments, p: bool(np.isclose(p[0], arguments[1], atol=1e-3)),
            "If the unit says 50%, the pair tells nothing. What is known then about who comes?",
        ),
    ),
    hints=(
        "Of 1000 attempts 100 are genuine. The pair tells nothing: p = 1/2. What is the probability of one person?",
        "Count people. Of the genuine attempts, a share in proportion to p looks like this pair; of the others, one in "
        "proportion to 1 - p. Which part of all that look like this is genuine?",
        "p = 0.9 and pi = 0.2: odds of 9 to 1 from the pair, of 1 to 4 from the mix, together 9 to 4: a probability of 9 / 13.",
        "genuine, others = pi * p, (1 - pi) * (1 - p)\nreturn genuine / (genuine + others)",
    ),
)


# ---- The bug: a mix added to a probability ----


def _units_at_doors(rng: np.random.Generator) -> Iterator[Arguments]:
    """Pairs and unit as above, and the share of genuine attempts."""
    for arguments, pi in zip(_pairs_and_unit(rng), (0.1, 0.5, 0.8), strict=True):
        yield *arguments, pi


def _door_unit(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float, pi: float) -> Any:
    return _sigmoid(_log_odds_of_pairs(f1, f2, w, b) + _log_odds(pi))


def _door_unit_in_loops(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float, pi: float) -> list[float]:
    return [p * pi / (p * pi + (1 - p) * (1 - pi)) for p in _head_in_loops(f1, f2, w, b)]


def _door_unit_in_keras(f1: Float64Array, f2: Float64Array, w: Float64Array, b: float, pi: float) -> Any:
    return _head_in_keras(f1, f2, w, b + float(np.log(pi / (1 - pi))))


MENDED_DOOR_UNIT = Exercise(
    name="mended_door_unit",
    objective="find out why a unit at a door is never sure, and mend it",
    points=2,
    oracle=_door_unit,
    probes=_units_at_doors,
    right_answers={
        "another bias": lambda f1, f2, w, b, pi: _head(f1, f2, w, b + np.log(pi) - np.log(1 - pi)),
        "back to the odds": lambda f1, f2, w, b, pi: _sigmoid(_log_odds(_head(f1, f2, w, b)) + _log_odds(pi)),
        "loops": _door_unit_in_loops,
        "Keras": _door_unit_in_keras,
        "float32": _as_float32(_door_unit),
    },
    mistakes={
        "sigmoid twice": Mistake(
            lambda f1, f2, w, b, pi: _sigmoid(_head(f1, f2, w, b) + _log_odds(pi)),
            "That is the fellow student's function. Follow one pair of strangers through it: in which range is `z` after the "
            "first line, and in which range should log odds be?",
        ),
        "sigmoid three times": Mistake(
            lambda f1, f2, w, b, pi: _sigmoid(_sigmoid(_head(f1, f2, w, b)) + _log_odds(pi)),
            "Your answer has one more sigmoid than the student's. Does the formula need more of them, or fewer?",
        ),
        "mix ignored": Mistake(
            lambda f1, f2, w, b, pi: _head(f1, f2, w, b) + 0 * pi,
            "Your probabilities are those of the unit alone, the same at every door. Where should the mix come in?",
        ),
        "added to the probability": Mistake(
            lambda f1, f2, w, b, pi: _head(f1, f2, w, b) + _log_odds(pi),
            "You add log odds to a probability, and the result leaves the range from 0 to 1. At which step do you have log "
            "odds, so that the mix can be added?",
        ),
        "no sigmoid left": Mistake(
            lambda f1, f2, w, b, pi: _log_odds_of_pairs(f1, f2, w, b) + _log_odds(pi),
            "Now there is no sigmoid left: these are log odds. Which of the student's two sigmoids is needed?",
        ),
        "mix turned round": Mistake(
            lambda f1, f2, w, b, pi: _door_unit(f1, f2, w, b, 1 - pi),
            "At a door where most are strangers your probabilities rise. Is the log of the mix below or above 0 there?",
        ),
        "share itself": Mistake(
            lambda f1, f2, w, b, pi: _sigmoid(_log_odds_of_pairs(f1, f2, w, b) + pi),
            "You add the share pi itself to log odds. In which unit must it be, and what should be added at an even mix?",
        ),
        "odds of the mix": Mistake(
            lambda f1, f2, w, b, pi: _sigmoid(_log_odds_of_pairs(f1, f2, w, b) + pi / (1 - pi)),
            "You add the odds of the mix to *log* odds of the pair. What should be added at an even mix?",
        ),
        "times pi": Mistake(
            lambda f1, f2, w, b, pi: pi * _head(f1, f2, w, b),
            "You multiply the probability by the share. At an even mix nothing should change: what happens in your answer?",
        ),
        "no absolute value": Mistake(
            lambda f1, f2, w, b, pi: _sigmoid((f1 - f2) @ w + b + _log_odds(pi)),
            "The order of the two pictures matters in your answer; it did not in the student's. Which step is missing now?",
        ),
        "no bias": Mistake(
            lambda f1, f2, w, b, pi: _sigmoid(np.abs(f1 - f2) @ w + _log_odds(pi)),
            "You put the mix in the *place* of the bias. Is b replaced at a new door, or corrected?",
        ),
    },
    properties=(
        _PROBABILITY,
        _FOR_EACH_PAIR,
        Property(
            lambda arguments, p: arguments[4] != 0.5 or bool(np.allclose(p, _head(*arguments[:4]), atol=1e-3)),
            "At an even mix your function should return what the unit alone returns. What does it change there?",
        ),
    ),
    hints=(
        "What is the smallest value that `z` can have after the first line of the function, and the largest?",
        "The mix is added to log odds. The first line gives a probability already, and the last one makes a probability of it "
        "once more: one of the two sigmoids must go.",
        "A pair with z = -4, a door with pi = 0.2: -4 + log(0.2 / 0.8) = -5.4, and the sigmoid of that is 0.005. Added to the "
        "probability 0.018 instead, it would have come out as 0.20.",
        "z = np.abs(f1 - f2) @ w + b + np.log(pi / (1 - pi))\nreturn 1 / (1 + np.exp(-z))",
    ),
)


# ---- The threshold ----


def _units_prices_mixes(rng: np.random.Generator) -> Iterator[Arguments]:
    """Weight below 0, bias, the price of a false accept and of a false reject, pi; each of prices and mix alone, then all."""
    w, b = -float(rng.uniform(3, 9)), float(rng.uniform(4, 8))
    yield w, b, 1.0, 1.0, float(rng.uniform(0.6, 0.9))
    yield w, b, float(rng.uniform(5, 20)), 2.0, 0.5
    yield w, b, float(rng.uniform(2, 4)), float(rng.uniform(6, 9)), float(rng.uniform(0.02, 0.2))
    yield -float(rng.uniform(0.3, 0.8)), -float(rng.uniform(0.5, 1.5)), 20.0, 1.0, 0.1


def _tau(w: float, b: float, accept_cost: float, reject_cost: float, pi: float) -> Any:
    return (b + _log_odds(pi) - np.log(accept_cost / reject_cost)) / -w


def _tau_by_bayes(w: float, b: float, accept_cost: float, reject_cost: float, pi: float) -> Any:
    """Where the unit's own probability is high enough at the even mix."""
    accept, reject = accept_cost * (1 - pi), reject_cost * pi
    return (_log_odds(accept / (accept + reject)) - b) / w


def _tau_by_bisection(w: float, b: float, accept_cost: float, reject_cost: float, pi: float) -> float:
    """Where accepting and rejecting cost the same."""
    low, high = -100.0, 100.0
    for _ in range(80):
        middle = (low + high) / 2
        p = _at_door(_sigmoid(w * middle + b), pi)
        low, high = (middle, high) if (1 - p) * accept_cost <= p * reject_cost else (low, middle)
    return low


def _tau_in_keras(w: float, b: float, accept_cost: float, reject_cost: float, pi: float) -> Any:
    from course_utils.backend import keras

    odds = keras.ops.convert_to_tensor([accept_cost / reject_cost, (1 - pi) / pi], "float32")
    return (keras.ops.sum(keras.ops.log(odds)) - b) / w


UNIT_THRESHOLD = Exercise(
    name="unit_threshold",
    objective="turn prices of errors and the mix of people into a threshold on the distance",
    points=3,
    oracle=_tau,
    probes=_units_prices_mixes,
    right_answers={
        "by Bayes": _tau_by_bayes,
        "one logarithm": lambda w, b, accept, reject, pi: (np.log(accept * (1 - pi) / (reject * pi)) - b) / w,
        "bisection": _tau_by_bisection,
        "Keras": _tau_in_keras,
        "float32": _as_float32(_tau),
    },
    mistakes={
        "even and equal": Mistake(
            lambda w, b, accept, reject, pi: -b / w + 0 * accept * reject * pi,
            "That is the rule p >= 1/2. What should happen if a false accept costs more, or if few rightful people come?",
        ),
        "prices ignored": Mistake(
            lambda w, b, accept, reject, pi: _tau(w, b, 1, 1, pi) + 0 * accept * reject,
            "Your threshold does not change with the prices. What should happen to it when a false accept costs more?",
        ),
        "mix ignored": Mistake(
            lambda w, b, accept, reject, pi: _tau(w, b, accept, reject, 0.5) + 0 * pi,
            "Your threshold is the same at every door. What should happen to it when more rightful people come?",
        ),
        "prices exchanged": Mistake(
            lambda w, b, accept, reject, pi: _tau(w, b, reject, accept, pi),
            "The more a false accept costs, the more strangers you let in. Which of the two prices should make the door "
            "stricter?",
        ),
        "mix turned round": Mistake(
            lambda w, b, accept, reject, pi: _tau(w, b, accept, reject, 1 - pi),
            "The more rightful people come, the stricter your door. Whose share is pi?",
        ),
        "sign of w": Mistake(
            lambda w, b, accept, reject, pi: -_tau(w, b, accept, reject, pi),
            "Your thresholds have the wrong sign. Put one into w d + b: on which side is each term when you solve for d?",
        ),
        "not divided by w": Mistake(
            lambda w, b, accept, reject, pi: _tau(1, b, accept, reject, pi) + 0 * w,
            "That is the limit on w d, not on d. Which step is still missing?",
        ),
        "limit on z": Mistake(
            lambda w, b, accept, reject, pi: np.log(accept / reject) - _log_odds(pi) + 0 * w * b,
            "That is the limit on the log odds z. Which distance d has that z?",
        ),
        "limit on p": Mistake(
            lambda w, b, accept, reject, pi: accept * (1 - pi) / (accept * (1 - pi) + reject * pi) + 0 * w * b,
            "That is the limit on the probability p. Which distance has that probability?",
        ),
        "sign of the bias": Mistake(
            lambda w, b, accept, reject, pi: _tau(w, -b, accept, reject, pi),
            "The bias has the wrong sign in your answer. Write z = w d + b, and solve for d: what happens to b?",
        ),
        "multiplied by w": Mistake(
            lambda w, b, accept, reject, pi: _tau(1, b, accept, reject, pi) * w,
            "You multiply by w. Put your threshold into w d + b: does the limit on z come out?",
        ),
        "bias forgotten": Mistake(
            lambda w, b, accept, reject, pi: _tau(w, 0, accept, reject, pi) + 0 * b,
            "The bias is missing. With an even mix and equal prices, at which distance is w d + b = 0?",
        ),
        "probability for log odds": Mistake(
            lambda w, b, accept, reject, pi: (accept / (accept + reject) - b - _log_odds(pi)) / w,
            "You use the limit on the *probability* as if it were one on the log odds. Which function leads from p to z?",
        ),
        "share for odds": Mistake(
            lambda w, b, accept, reject, pi: (b + np.log(pi) - np.log(accept / reject)) / -w,
            "You take the logarithm of pi alone. With an even mix it should add nothing: what does it add in your answer?",
        ),
        "odds for log odds": Mistake(
            lambda w, b, accept, reject, pi: (accept * (1 - pi) / (reject * pi) - b) / w,
            "Your limit is one on the odds, but z is the *log* odds. Which step is missing?",
        ),
        "no logarithm of the mix": Mistake(
            lambda w, b, accept, reject, pi: (b + pi / (1 - pi) - np.log(accept / reject)) / -w,
            "You add the odds of the mix to log odds. What should the mix add when it is even?",
        ),
        "log of one price": Mistake(
            lambda w, b, accept, reject, pi: (b + _log_odds(pi) - np.log(accept)) / -w + 0 * reject,
            "The price of a false reject plays no part in your threshold. If both prices double, what should change?",
        ),
        "no logarithm of the prices": Mistake(
            lambda w, b, accept, reject, pi: (b + _log_odds(pi) - accept / reject) / -w,
            "You subtract the ratio of the prices from log odds. With equal prices nothing should be subtracted: what do you "
            "subtract?",
        ),
        "prices as shares": Mistake(
            lambda w, b, accept, reject, pi: (b + _log_odds(pi) - np.log(accept / (accept + reject))) / -w,
            "You take the logarithm of the limit on p. How are log odds computed from a probability?",
        ),
    },
    properties=(
        Property(lambda _, tau: tau.size == 1, "The question asks for one number, the threshold. What do you return?"),
        Property(
            lambda arguments, tau: arguments[3] != 1 or arguments[2] != 1 or bool(tau > arguments[1] / -arguments[0]),
            "With equal prices and mostly rightful people the door should be more generous than p >= 1/2. Is yours?",
        ),
        Property(
            lambda arguments, tau: arguments[4] != 0.5 or bool(tau < arguments[1] / -arguments[0]),
            "With an even mix and expensive false accepts the door should be stricter than p >= 1/2. Is yours?",
        ),
    ),
    hints=(
        "With an even mix and equal prices, at which distance does the unit say p = 1/2? If a false accept costs more, should "
        "the threshold be larger or smaller?",
        "Write the rule in log odds: those of the pair plus those of the mix must be at least the log of the ratio of the "
        "prices. Put w d + b in, and solve for d. w is below 0, so dividing by it turns <= into >=.",
        "w = -2, b = 6, a false accept costs 3, a false reject 1, pi = 0.75. The mix adds log(0.75 / 0.25) = log 3 to z, and z "
        "must then be at least log 3. So -2 d + 6 + log 3 >= log 3, that is d <= 3.",
        "limit = np.log(accept_cost / reject_cost) - np.log(pi / (1 - pi))\nreturn (limit - b) / w",
    ),
)


EXERCISES = (
    VERIFICATION_HEAD,
    CHI_SQUARE_PARTS,
    BINARY_CROSS_ENTROPY,
    DOOR_PROBABILITY,
    MENDED_DOOR_UNIT,
    UNIT_THRESHOLD,
)
