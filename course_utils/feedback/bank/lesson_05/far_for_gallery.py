"""Predict how strict one comparison has to be for a gallery of many people."""

import numpy as np

from course_utils.feedback.exercise import exercise


def far_for_gallery(wanted, K):
    return 1 - (1 - wanted) ** (1 / K)


def probes(rng):
    """The share of strangers that a gallery may accept, and how many people it has: one, some, many.

    The shares are large, so that the rates have all their digits in float32, too.
    """
    for low, high, K in ((0.3, 0.6, 1), (0.5, 0.8, int(rng.integers(4, 9))), (0.97, 0.99, int(rng.integers(30, 60)))):
        yield float(rng.uniform(low, high)), K
    yield float(rng.uniform(0.5, 0.6)), 2
    yield float(rng.uniform(0.8, 0.9)), 3


def far_by_halving(wanted, K):
    """Try rates: one that lets in too many is made smaller, one that lets in too few larger."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - (1 - middle) ** K < wanted else (low, middle)
    return (low + high) / 2


def far_by_logarithms(wanted, K):
    return 1.0 if wanted == 1 else float(-np.expm1(np.log1p(-wanted) / K))


def far_in_keras(wanted, K):
    from course_utils.backend import keras

    return 1 - keras.ops.power(keras.ops.convert_to_tensor(1 - wanted, "float32"), 1 / K)


right = {
    "halving": far_by_halving,
    "logarithms": far_by_logarithms,
    "Keras": far_in_keras,
    "root": lambda wanted, K: 1 - np.power(1 - wanted, K**-1.0),
}

wrong = {
    "divided by K": lambda wanted, K: wanted / K,
    "the other way": lambda wanted, K: 1 - (1 - wanted) ** K,
    "times K": lambda wanted, K: K * wanted,
    "times K, cut at 1": lambda wanted, K: min(1.0, K * wanted),
    "turned away": lambda wanted, K: (1 - wanted) ** (1 / K),
    "all K": lambda wanted, K: wanted ** (1 / K),
    "not all K": lambda wanted, K: 1 - wanted ** (1 / K),
    "the gallery's": lambda wanted, K: wanted,
    "one more": lambda wanted, K: 1 - (1 - wanted) ** (1 / (K + 1)),
    "pairs": lambda wanted, K: 1 - (1 - wanted) ** (2 / (K * (K + 1))),
    "square root": lambda wanted, K: 1 - (1 - wanted) ** (1 / np.sqrt(K)),
}

always = {
    "a probability": lambda _, rate: ((rate >= 0) & (rate <= 1)).all(),
    "stricter": lambda arguments, rate: (rate <= arguments[0] + 1e-3).all(),
    "one person": lambda arguments, rate: arguments[1] > 1 or bool(np.allclose(rate, arguments[0], atol=1e-6)),
}

EXERCISE = exercise(
    far_for_gallery,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
divided by K: Dividing by K is a good guess for small shares. If every stranger may come in, what would one of two comparisons
    have to accept?
the other way: That is how many strangers a gallery accepts if you know one comparison. Here you know the gallery: which of the
    two has to be smaller?
times K: Your comparison accepts more than the gallery may. One match is enough: has each comparison to be stricter, or less
    strict?
times K, cut at 1: Your comparison accepts more than the gallery may, and never more than 1. Has each comparison to be
    stricter, or less strict?
turned away: That is how often one comparison turns a stranger *away*. Which share was asked for?
all K: You ask that *all* K comparisons match. How many matches are enough for a false accept?
not all K: You start from the share of strangers who get in. What has to happen in all K comparisons of one who does not?
the gallery's: You allow each comparison what the whole gallery may accept. How many chances has a stranger?
one more: You count one comparison more than there are people. What should come out for a gallery of one person?
pairs: You count pairs among the people. A stranger is compared with each enrolled person: how many comparisons is that?
square root: You take the root of K. A stranger is turned away K times in a row: which root undoes a product of K equal factors?
a probability: Your rate is no probability: it is not between 0 and 1.
stricter: One comparison of yours accepts more strangers than the whole gallery may. Why can that not be?
one person: With one person enrolled, what is the difference between the gallery and a comparison?
hint 1: What has to happen in all K comparisons for a stranger to be turned away? How probable is that to be?
hint 2: The share that is turned away, 1 - wanted, is a product of K equal factors. What is one of them? And how often does one
    comparison accept?
hint 3: 19% may get in, and two people are enrolled: 81% are to be turned away, and 0.9 * 0.9 = 0.81. So one comparison turns
    away 90%, and accepts 10%.
""",
)
