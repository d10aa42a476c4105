"""Turn prices of errors and the mix of people into a threshold on the distance."""

import numpy as np

from course_utils.feedback.bank.lesson_04.common import as_float32, log_odds, sigmoid
from course_utils.feedback.bank.lesson_04.door_probability import door_probability
from course_utils.feedback.exercise import exercise


def unit_threshold(w, b, accept_cost, reject_cost, pi):
    limit = np.log(accept_cost / reject_cost) - np.log(pi / (1 - pi))
    return (limit - b) / w


def probes(rng):
    """Weight below 0, bias, the price of a false accept and of a false reject, pi; each of prices and mix alone, then all."""
    w, b = -float(rng.uniform(3, 9)), float(rng.uniform(4, 8))
    yield w, b, 1.0, 1.0, float(rng.uniform(0.6, 0.9))
    yield w, b, float(rng.uniform(5, 20)), 2.0, 0.5
    yield w, b, float(rng.uniform(2, 4)), float(rng.uniform(6, 9)), float(rng.uniform(0.02, 0.2))
    yield -float(rng.uniform(0.3, 0.8)), -float(rng.uniform(0.5, 1.5)), 20.0, 1.0, 0.1


def tau_by_bayes(w, b, accept_cost, reject_cost, pi):
    """Where the unit's own probability is high enough at the even mix."""
    accept, reject = accept_cost * (1 - pi), reject_cost * pi
    return (log_odds(accept / (accept + reject)) - b) / w


def tau_by_bisection(w, b, accept_cost, reject_cost, pi):
    """Where accepting and rejecting cost the same."""
    low, high = -100.0, 100.0
    for _ in range(80):
        middle = (low + high) / 2
        p = door_probability(sigmoid(w * middle + b), pi)
        low, high = (middle, high) if (1 - p) * accept_cost <= p * reject_cost else (low, middle)
    return low


def tau_in_keras(w, b, accept_cost, reject_cost, pi):
    from course_utils.backend import keras

    odds = keras.ops.convert_to_tensor([accept_cost / reject_cost, (1 - pi) / pi], "float32")
    return (keras.ops.sum(keras.ops.log(odds)) - b) / w


right = {
    "by Bayes": tau_by_bayes,
    "one logarithm": lambda w, b, accept, reject, pi: (np.log(accept * (1 - pi) / (reject * pi)) - b) / w,
    "bisection": tau_by_bisection,
    "Keras": tau_in_keras,
    "float32": as_float32(unit_threshold),
}

wrong = {
    "even and equal": lambda w, b, accept, reject, pi: -b / w + 0 * accept * reject * pi,
    "prices ignored": lambda w, b, accept, reject, pi: unit_threshold(w, b, 1, 1, pi) + 0 * accept * reject,
    "mix ignored": lambda w, b, accept, reject, pi: unit_threshold(w, b, accept, reject, 0.5) + 0 * pi,
    "prices exchanged": lambda w, b, accept, reject, pi: unit_threshold(w, b, reject, accept, pi),
    "mix turned round": lambda w, b, accept, reject, pi: unit_threshold(w, b, accept, reject, 1 - pi),
    "sign of w": lambda w, b, accept, reject, pi: -unit_threshold(w, b, accept, reject, pi),
    "not divided by w": lambda w, b, accept, reject, pi: unit_threshold(1, b, accept, reject, pi) + 0 * w,
    "limit on z": lambda w, b, accept, reject, pi: np.log(accept / reject) - log_odds(pi) + 0 * w * b,
    "limit on p": lambda w, b, accept, reject, pi: accept * (1 - pi) / (accept * (1 - pi) + reject * pi) + 0 * w * b,
    "sign of the bias": lambda w, b, accept, reject, pi: unit_threshold(w, -b, accept, reject, pi),
    "multiplied by w": lambda w, b, accept, reject, pi: unit_threshold(1, b, accept, reject, pi) * w,
    "bias forgotten": lambda w, b, accept, reject, pi: unit_threshold(w, 0, accept, reject, pi) + 0 * b,
    "probability for log odds": lambda w, b, accept, reject, pi: (accept / (accept + reject) - b - log_odds(pi)) / w,
    "share for odds": lambda w, b, accept, reject, pi: (b + np.log(pi) - np.log(accept / reject)) / -w,
    "odds for log odds": lambda w, b, accept, reject, pi: (accept * (1 - pi) / (reject * pi) - b) / w,
    "no logarithm of the mix": lambda w, b, accept, reject, pi: (b + pi / (1 - pi) - np.log(accept / reject)) / -w,
    "log of one price": lambda w, b, accept, reject, pi: (b + log_odds(pi) - np.log(accept)) / -w + 0 * reject,
    "no logarithm of the prices": lambda w, b, accept, reject, pi: (b + log_odds(pi) - accept / reject) / -w,
    "prices as shares": lambda w, b, accept, reject, pi: (b + log_odds(pi) - np.log(accept / (accept + reject))) / -w,
}

always = {
    "one number": lambda _, tau: tau.size == 1,
    "mostly rightful people": lambda arguments, tau: (
        arguments[3] != 1 or arguments[2] != 1 or bool(tau > arguments[1] / -arguments[0])
    ),
    "expensive false accepts": lambda arguments, tau: arguments[4] != 0.5 or bool(tau < arguments[1] / -arguments[0]),
}

EXERCISE = exercise(
    unit_threshold,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
even and equal: That is the rule p >= 1/2. What should happen if a false accept costs more, or if few rightful people come?
prices ignored: Your threshold does not change with the prices. What should happen to it when a false accept costs more?
mix ignored: Your threshold is the same at every door. What should happen to it when more rightful people come?
prices exchanged: The more a false accept costs, the more strangers you let in. Which of the two prices should make the door
    stricter?
mix turned round: The more rightful people come, the stricter your door. Whose share is pi?
sign of w: Your thresholds have the wrong sign. Put one into w d + b: on which side is each term when you solve for d?
not divided by w: That is the limit on w d, not on d. Which step is still missing?
limit on z: That is the limit on the log odds z. Which distance d has that z?
limit on p: That is the limit on the probability p. Which distance has that probability?
sign of the bias: The bias has the wrong sign in your answer. Write z = w d + b, and solve for d: what happens to b?
multiplied by w: You multiply by w. Put your threshold into w d + b: does the limit on z come out?
bias forgotten: The bias is missing. With an even mix and equal prices, at which distance is w d + b = 0?
probability for log odds: You use the limit on the *probability* as if it were one on the log odds. Which function leads from
    p to z?
share for odds: You take the logarithm of pi alone. With an even mix it should add nothing: what does it add in your answer?
odds for log odds: Your limit is one on the odds, but z is the *log* odds. Which step is missing?
no logarithm of the mix: You add the odds of the mix to log odds. What should the mix add when it is even?
log of one price: The price of a false reject plays no part in your threshold. If both prices double, what should change?
no logarithm of the prices: You subtract the ratio of the prices from log odds. With equal prices nothing should be
    subtracted: what do you subtract?
prices as shares: You take the logarithm of the limit on p. How are log odds computed from a probability?
one number: The question asks for one number, the threshold. What do you return?
mostly rightful people: With equal prices and mostly rightful people the door should be more generous than p >= 1/2. Is yours?
expensive false accepts: With an even mix and expensive false accepts the door should be stricter than p >= 1/2. Is yours?
hint 1: With an even mix and equal prices, at which distance does the unit say p = 1/2? If a false accept costs more, should
    the threshold be larger or smaller?
hint 2: Write the rule in log odds: those of the pair plus those of the mix must be at least the log of the ratio of the
    prices. Put w d + b in, and solve for d. w is below 0, so dividing by it turns <= into >=.
hint 3: w = -2, b = 6, a false accept costs 3, a false reject 1, pi = 0.75. The mix adds log(0.75 / 0.25) = log 3 to z, and z
    must then be at least log 3. So -2 d + 6 + log 3 >= log 3, that is d <= 3.
""",
)
