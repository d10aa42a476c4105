"""Predict how a probability changes when rightful people come more often, or less often, than it was made for."""

import numpy as np

from course_utils.feedback.bank.lesson_04.common import as_float32, log_odds, sigmoid
from course_utils.feedback.exercise import exercise


def door_probability(p, pi):
    genuine, others = pi * p, (1 - pi) * (1 - p)
    return genuine / (genuine + others)


def probes(rng):
    """Probabilities at an even mix (pairs,), among them 1/2 and a large one, and the share of genuine attempts."""
    for pi in (float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.7, 0.95)), 0.5, 0.01):
        yield np.array([0.5, rng.uniform(0.8, 0.97), *rng.uniform(0.03, 0.97, 3)]), pi


def at_door_in_loops(p, pi):
    answers = []
    for one in p.tolist():
        odds = one / (1 - one) * pi / (1 - pi)
        answers.append(odds / (1 + odds))
    return answers


def at_door_in_keras(p, pi):
    from course_utils.backend import keras

    p = keras.ops.convert_to_tensor(p, "float32")
    return keras.ops.sigmoid(keras.ops.log(p) - keras.ops.log(1 - p) + float(np.log(pi) - np.log1p(-pi)))


right = {
    "log odds": lambda p, pi: sigmoid(log_odds(p) + log_odds(pi)),
    "loops": at_door_in_loops,
    "one ratio": lambda p, pi: 1 / (1 + (1 - p) / p * (1 - pi) / pi),
    "Keras": at_door_in_keras,
    "float32": as_float32(door_probability),
}

wrong = {
    "times pi": lambda p, pi: p * pi,
    "not divided": lambda p, pi: p * pi + (1 - p) * (1 - pi),
    "mix ignored": lambda p, pi: p + 0 * pi,
    "mix turned round": lambda p, pi: door_probability(p, 1 - pi),
    "odds": lambda p, pi: p / (1 - p) * pi / (1 - pi),
    "log odds": lambda p, pi: log_odds(p) + log_odds(pi),
    "log pi": lambda p, pi: sigmoid(log_odds(p) + np.log(pi)),
    "in proportion": lambda p, pi: p * pi / 0.5,
    "in proportion, cut off": lambda p, pi: np.minimum(1, p * pi / 0.5),
    "mean": lambda p, pi: (p + pi) / 2,
    "probability plus log odds": lambda p, pi: sigmoid(p + log_odds(pi)),
    "clipped difference": lambda p, pi: np.clip(p + pi - 0.5, 0, 1),
    "p for pi": lambda p, pi: pi * p / (p + pi),
    "mix twice": lambda p, pi: sigmoid(log_odds(p) + 2 * log_odds(pi)),
}

always = {
    "a probability": lambda _, p: ((p >= 0) & (p <= 1)).all(),
    "a number a pair": lambda arguments, p: p.shape == (len(arguments[0]),),
    "an even mix": lambda arguments, p: arguments[1] != 0.5 or bool(np.allclose(p, arguments[0], atol=1e-3)),
    "fifty percent": lambda arguments, p: np.isclose(p[0], arguments[1], atol=1e-3),
}

EXERCISE = exercise(
    door_probability,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
times pi: You multiply the probability by the share. Then even a pair with p = 1 would get only pi. Which other pairs should
    be counted, too?
not divided: You add both ways together: that is how frequent such pairs of either kind are. Which part shows one person?
mix ignored: Your probability is the same at every door. What should happen to it where nearly all who come are strangers?
mix turned round: At a door with few rightful people your probabilities rise. Is pi the share of the genuine attempts, or of
    the others?
odds: These are the odds. If they are 3 to 1, which share is that?
log odds: These are the log odds. Which function leads back to a probability?
log pi: At an even mix your answer is not p. You use pi alone: what about the others who come?
in proportion: You make p larger in proportion to pi. Then it can be more than 1. Which other way to express a chance has no
    upper limit?
in proportion, cut off: You make p larger in proportion to pi, and cut it off at 1. Is the unit really sure of all these
    pairs?
mean: You take the mean of p and pi. If the unit is nearly sure, should the mix still move the answer so far?
probability plus log odds: You add log odds to a *probability*. What must p be turned into before the mix can be
    added?
clipped difference: You move all probabilities by the same amount. Should one that is nearly 1 move as far as one in the
    middle?
p for pi: The denominator should hold all pairs that look like this, of one person and of two. How frequent are those of two?
mix twice: The mix counts twice in your answer. p belongs to an even mix: how many times should the new mix come in?
a probability: A probability lies between 0 and 1. Does yours?
a number a pair: The question asks for one number for each pair. Which axis should disappear?
an even mix: At a door with an even mix p should stay as it is. What does your function return there?
fifty percent: If the unit says 50%, the pair tells nothing. What is known then about who comes?
hint 1: Of 1000 attempts 100 are genuine. The pair tells nothing: p = 1/2. What is the probability of one person?
hint 2: Count people. Of the genuine attempts, a share in proportion to p looks like this pair; of the others, one in
    proportion to 1 - p. Which part of all that look like this is genuine?
hint 3: p = 0.9 and pi = 0.2: odds of 9 to 1 from the pair, of 1 to 4 from the mix, together 9 to 4: a probability of 9 / 13.
""",
)
