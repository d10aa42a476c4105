"""Find out why a unit at a door is never sure, and mend it."""

import numpy as np

from course_utils.feedback.bank.lesson_04.common import (
    as_float32,
    head_in_keras,
    head_in_loops,
    log_odds,
    log_odds_of_pairs,
    pairs_and_unit,
    sigmoid,
)
from course_utils.feedback.bank.lesson_04.verification_head import verification_head
from course_utils.feedback.exercise import exercise


def mended_door_unit(f1, f2, w, b, pi):
    z = np.abs(f1 - f2) @ w + b + np.log(pi / (1 - pi))
    return 1 / (1 + np.exp(-z))


def probes(rng):
    """Pairs and unit as above, and the share of genuine attempts."""
    for arguments, pi in zip(pairs_and_unit(rng), (0.1, 0.5, 0.8), strict=True):
        yield *arguments, pi


def door_unit_in_loops(f1, f2, w, b, pi):
    return [p * pi / (p * pi + (1 - p) * (1 - pi)) for p in head_in_loops(f1, f2, w, b)]


def door_unit_in_keras(f1, f2, w, b, pi):
    return head_in_keras(f1, f2, w, b + float(np.log(pi / (1 - pi))))


right = {
    "another bias": lambda f1, f2, w, b, pi: verification_head(f1, f2, w, b + np.log(pi) - np.log(1 - pi)),
    "back to the odds": lambda f1, f2, w, b, pi: sigmoid(log_odds(verification_head(f1, f2, w, b)) + log_odds(pi)),
    "loops": door_unit_in_loops,
    "Keras": door_unit_in_keras,
    "float32": as_float32(mended_door_unit),
}

wrong = {
    "sigmoid twice": lambda f1, f2, w, b, pi: sigmoid(verification_head(f1, f2, w, b) + log_odds(pi)),
    "sigmoid three times": lambda f1, f2, w, b, pi: sigmoid(sigmoid(verification_head(f1, f2, w, b)) + log_odds(pi)),
    "mix ignored": lambda f1, f2, w, b, pi: verification_head(f1, f2, w, b) + 0 * pi,
    "added to the probability": lambda f1, f2, w, b, pi: verification_head(f1, f2, w, b) + log_odds(pi),
    "no sigmoid left": lambda f1, f2, w, b, pi: log_odds_of_pairs(f1, f2, w, b) + log_odds(pi),
    "mix turned round": lambda f1, f2, w, b, pi: mended_door_unit(f1, f2, w, b, 1 - pi),
    "share itself": lambda f1, f2, w, b, pi: sigmoid(log_odds_of_pairs(f1, f2, w, b) + pi),
    "odds of the mix": lambda f1, f2, w, b, pi: sigmoid(log_odds_of_pairs(f1, f2, w, b) + pi / (1 - pi)),
    "times pi": lambda f1, f2, w, b, pi: pi * verification_head(f1, f2, w, b),
    "no absolute value": lambda f1, f2, w, b, pi: sigmoid((f1 - f2) @ w + b + log_odds(pi)),
    "no bias": lambda f1, f2, w, b, pi: sigmoid(np.abs(f1 - f2) @ w + log_odds(pi)),
    "odds times the probability": lambda f1, f2, w, b, pi: np.clip(verification_head(f1, f2, w, b) * pi / (1 - pi), 0, 1),
}

always = {
    "a probability": lambda _, p: ((p >= 0) & (p <= 1)).all(),
    "a number a pair": lambda arguments, p: p.shape == (len(arguments[0]),),
    "an even mix": lambda arguments, p: (
        arguments[4] != 0.5 or bool(np.allclose(p, verification_head(*arguments[:4]), atol=1e-3))
    ),
}

EXERCISE = exercise(
    mended_door_unit,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
sigmoid twice: That is the fellow student's function. Follow one pair of strangers through it: in which range is `z` after the
    first line, and in which range should log odds be?
sigmoid three times: Your answer has one more sigmoid than the student's. Does the formula need more of them, or fewer?
mix ignored: Your probabilities are those of the unit alone, the same at every door. Where should the mix come in?
added to the probability: You add log odds to a probability, and the result leaves the range from 0 to 1. At which step do you
    have log odds, so that the mix can be added?
no sigmoid left: Now there is no sigmoid left: these are log odds. Which of the student's two sigmoids is needed?
mix turned round: At a door where most are strangers your probabilities rise. Is the log of the mix below or above 0 there?
share itself: You add the share pi itself to log odds. What must it be turned into, and what should be added at an even
    mix?
odds of the mix: You add the odds of the mix to *log* odds of the pair. What should be added at an even mix?
times pi: You multiply the probability by the share. At an even mix nothing should change: what happens in your answer?
no absolute value: The order of the two pictures matters in your answer; it did not in the student's. Which step is missing
    now?
no bias: You put the mix in the *place* of the bias. Is b replaced at a new door, or corrected?
odds times the probability: You multiply the *probability* with the odds of the mix. What is it that they multiply?
a probability: A probability lies between 0 and 1. Does yours?
a number a pair: The question asks for one number for each pair. Which axis should disappear?
an even mix: At an even mix your function should return what the unit alone returns. What does it change there?
hint 1: What is the smallest value that `z` can have after the first line of the function, and the largest?
hint 2: The mix is added to log odds. The first line gives a probability already, and the last one makes a probability of it
    once more: one of the two sigmoids must go.
hint 3: A pair with z = -4, a door with pi = 0.2: -4 + log(0.2 / 0.8) = -5.4, and the sigmoid of that is 0.005. Added to the
    probability 0.018 instead, it would have come out as 0.20.
""",
)
