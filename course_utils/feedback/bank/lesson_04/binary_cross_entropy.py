"""Compute the log loss from log odds, also where the unit is very sure and very wrong."""

import numpy as np

from course_utils.feedback.bank.lesson_04.common import as_float32, quiet, sigmoid
from course_utils.feedback.exercise import exercise


def binary_cross_entropy(z, same):
    wrong = np.where(same, -z, z)
    return np.maximum(wrong, 0) + np.log1p(np.exp(-np.abs(wrong)))


def probes(rng):
    """Log odds (pairs,) and whether each pair shows one person: doubtful ones, 0, sure ones, and so sure that exp overflows."""
    yield rng.uniform(0.3, 3, 6) * np.array([1, 1, -1, -1, 1, -1]), np.array([True, False, True, False, True, True])
    yield (
        np.array([0.0, 0.0, *rng.uniform(5, 8, 2), *rng.uniform(-8, -5, 2)]),
        np.array([True, False, True, False, True, False]),
    )
    large = rng.uniform(710, 900, 2)
    yield np.array([*large, *-large, 40, -40, 1.5]), np.array([True, False, True, False, False, True, True])


def bce_in_loops(z, same):
    from math import exp, log1p

    losses = []
    for odds, one in zip(z.tolist(), same.tolist(), strict=True):
        wrong = -odds if one else odds
        losses.append(wrong + log1p(exp(-wrong)) if wrong > 0 else log1p(exp(wrong)))
    return losses


def bce_in_scipy(z, same):
    from scipy.special import log_expit

    return -np.where(same, log_expit(z), log_expit(-z))


def bce_in_tensorflow(z, same):
    from course_utils.backend import tf

    return tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(same, tf.float64), logits=tf.constant(z))


def bce_in_keras(z, same):
    from course_utils.backend import keras

    return keras.ops.binary_crossentropy(keras.ops.cast(same, "float32"), keras.ops.cast(z, "float32"), from_logits=True)


def bce_of(p, same):
    return -(same * np.log(p) + (1 - same) * np.log(1 - p))


def clipped(p):
    return np.clip(p, 1e-7, 1 - 1e-7)


right = {
    "logaddexp": lambda z, same: np.logaddexp(0, np.where(same, -z, z)),
    "loops": bce_in_loops,
    "scipy": bce_in_scipy,
    "TensorFlow": bce_in_tensorflow,
    "Keras": bce_in_keras,
    "float32": as_float32(binary_cross_entropy),
}

wrong = {
    "as in the formula": quiet(lambda z, same: bce_of(sigmoid(z), same)),
    "as in the formula, one term": quiet(lambda z, same: -np.log(np.where(same, sigmoid(z), 1 - sigmoid(z)))),
    "exponential overflows": quiet(lambda z, same: np.log(1 + np.exp(np.where(same, -z, z)))),
    "clipped": quiet(lambda z, same: bce_of(clipped(sigmoid(z)), same)),
    "labels swapped": lambda z, same: binary_cross_entropy(-z, same),
    "negative": lambda z, same: -binary_cross_entropy(z, same),
    "mean": lambda z, same: binary_cross_entropy(z, same).mean(),
    "one person only": lambda z, same: same * binary_cross_entropy(z, same),
    "always log p": lambda z, same: np.logaddexp(0, -z),
    "base 2": lambda z, same: binary_cross_entropy(z, same) / np.log(2),
    "base 10": lambda z, same: binary_cross_entropy(z, same) / np.log(10),
    "Brier": quiet(lambda z, same: (sigmoid(z) - same) ** 2),
    "only where sure": lambda z, same: np.maximum(0, np.where(same, -z, z)),
    "sigmoid twice": quiet(lambda z, same: binary_cross_entropy(sigmoid(z), same)),
    "z taken for p": lambda z, same: bce_of(clipped(z), same),
}

always = {
    "a number a pair": lambda arguments, p: p.shape == (len(arguments[0]),),
    "not finite": lambda _, loss: np.isfinite(loss).all(),
    "very sure and wrong": lambda arguments, loss: (
        bool(loss.max() > 0.9 * np.abs(arguments[0]).max()) or bool(np.abs(arguments[0]).max() < 100)
    ),
    "below 0": lambda _, loss: (loss >= 0).all(),
}

EXERCISE = exercise(
    binary_cross_entropy,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
as in the formula: Right for moderate z. But where z is large, p becomes exactly 0 or 1, and 0 times log 0 is NaN. Can you
    compute the loss without p?
as in the formula, one term: Right for moderate z. But where the unit is very sure and wrong, you take the log of exactly 0:
    infinite. The true loss is finite there: about how large, in terms of z?
exponential overflows: Nearly: without p it is better. But exp of a large number is infinite. For which exponents does that
    never happen, and can you rewrite the others?
clipped: You keep p away from 0 and 1. So the loss stops growing, however wrong the unit is: its slope is 0 there, and nothing
    is learned. Can you compute the loss from z, without p?
labels swapped: Your loss is large where the unit is right. A large z speaks for *one* person: which kind of pair should cost
    more at z = 5?
negative: Your losses are below 0. The log of a probability is negative: what does the formula do about that?
mean: You return one number, the mean of all pairs. For how many pairs is a loss asked for?
one person only: Pairs of two people cost nothing in your answer. What is the probability of the truth for them?
always log p: You do not use `same`. Which probability stands in the loss of a pair that shows two people?
base 2: At z = 0 your loss is 1: you take the logarithm to base 2. Which logarithm does the question ask for?
base 10: All your losses are too small by the same factor: your logarithm has base 10. Which one is asked for?
Brier: That is the squared difference, the Brier score. Which function of the probability is the log loss?
only where sure: That is nearly right where z is far from 0. But at z = 0 your loss is 0: what are p and -log p there?
sigmoid twice: You make a probability of z and then treat it as log odds. How many sigmoids are in the formula?
z taken for p: You take the log of z itself. Is z a probability, or what is it?
a number a pair: The question asks for one number for each pair. Which axis should disappear?
not finite: Some of your losses are not finite. Which step of your code overflows?
very sure and wrong: Where the unit is very sure and wrong, your loss is too small. Do you limit p or z somewhere?
below 0: Some of your losses are below 0. A probability is at most 1: which sign has its log?
hint 1: A pair of one person at z = -800: p is e to the power -800, too small for a computer. About how large is -log p?
hint 2: For one person the loss is log(1 + exp(-z)), for two people log(1 + exp(z)). So give each pair the sign that it needs,
    and look for a function of NumPy that adds exponentials inside a logarithm without computing them.
hint 3: log(1 + exp(1000)) is log(exp(1000) * (exp(-1000) + 1)) = 1000 + log(1 + exp(-1000)). The second exponent is harmless.
""",
)
