"""Count the two kinds of error of a threshold."""

import numpy as np

from course_utils.feedback.bank.inputs import just_above
from course_utils.feedback.bank.lesson_01.common import pairs_of, rates_in_loops, shares_of_all
from course_utils.feedback.exercise import exercise


def error_rates(distance, same, tau):
    accepted = distance <= tau
    return np.array([np.mean(accepted[~same]), np.mean(~accepted[same])])


def probes(rng):
    """Distances, same flags and tau. Unequal numbers of both kinds; pairs of both kinds exactly at tau, and next to it."""
    for same, different, tau in (
        ([1, 2, 4, 4, 7], [3, 4, 5, 6, 8, 9, 9], 4),
        ([1, 2, 3], [2, 5, 6, 7, 8], 3),
        ([2, 6, 6, 8], [1, 3, 4, 5, 6, 6, 9], 6),
        ([2, 3], [4, 5, 6], 1),
        ([5, 2, 3], [4, 6], 6),
    ):
        scale = rng.uniform(0.5, 2)
        distance, flags = pairs_of(list(same), list(different), scale)
        yield distance, flags, scale * tau
    tau = 2.0**-20  # so small that whatever is added to it can be seen
    distance = np.array([tau, just_above(tau), tau / 2, 2 * tau, just_above(tau), tau, 3 * tau])
    yield distance, np.array([True, True, True, False, False, False, False]), tau
    yield np.array([2.0, 1.0]), np.array([False, True]), 1.0


def rates_in_keras(distance, same, tau):
    from course_utils.backend import keras

    ops = keras.ops
    accepted = ops.cast(distance <= tau, "float32")
    is_same = ops.cast(same, "float32")
    far = ops.sum(accepted * (1 - is_same)) / ops.sum(1 - is_same)
    return ops.stack([far, ops.sum((1 - accepted) * is_same) / ops.sum(is_same)])


def rates_by_searching(distance, same, tau):
    strangers, own = np.sort(distance[~same]), np.sort(distance[same])
    far = np.searchsorted(strangers, tau, side="right") / len(strangers)
    return [float(far), float(1 - np.searchsorted(own, tau, side="right") / len(own))]


def strict_rates(distance, same, tau):
    accepted = distance < tau
    return np.array([np.mean(accepted[~same]), np.mean(~accepted[same])])


def shares_of_answers(distance, same, tau):
    """Of those accepted the share of strangers, of those rejected the share of the right person."""
    accepted = distance <= tau
    return np.array([np.sum(accepted & ~same) / max(1, accepted.sum()), np.sum(~accepted & same) / max(1, (~accepted).sum())])


def shares_of_answers_unguarded(distance, same, tau):
    accepted = distance <= tau
    with np.errstate(invalid="ignore"):
        return np.array([np.sum(accepted & ~same) / accepted.sum(), np.sum(~accepted & same) / (~accepted).sum()])


right = {
    "loops": rates_in_loops,
    "Keras": rates_in_keras,
    "searchsorted": rates_by_searching,
    "counts": lambda distance, same, tau: [
        np.count_nonzero(~same & (distance <= tau)) / np.count_nonzero(~same),
        np.count_nonzero(same & (distance > tau)) / np.count_nonzero(same),
    ],
}

wrong = {
    "exchanged": lambda distance, same, tau: error_rates(distance, same, tau)[::-1],
    "below tau only": strict_rates,
    "neither in nor out": lambda distance, same, tau: np.array(
        [np.mean(distance[~same] <= tau), np.mean(distance[same] >= tau)]
    ),
    "far is same": lambda distance, same, tau: error_rates(-distance, same, -tau),
    "flag turned round": lambda distance, same, tau: error_rates(distance, ~same, tau),
    "shares of all pairs": shares_of_all,
    "shares of the answers": shares_of_answers,
    "of nobody": shares_of_answers_unguarded,
    "true accepts": lambda distance, same, tau: np.abs(np.array([0, 1]) - error_rates(distance, same, tau)),
    "numbers": lambda distance, same, tau: error_rates(distance, same, tau) * np.array([(~same).sum(), same.sum()]),
    "one number": lambda distance, same, tau: error_rates(distance, same, tau).mean(),
}

always = {
    "two numbers": lambda _, rates: rates.shape == (2,),
    "a share": lambda _, rates: ((rates >= 0) & (rates <= 1)).all(),
}

EXERCISE = exercise(
    error_rates,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
exchanged: Both numbers are right, but in the other order. Which one did the task ask for first?
below tau only: A pair at exactly tau is rejected in your answer. What does the lesson's rule say about d = tau?
neither in nor out: A pair at exactly tau is accepted in your FAR, and rejected in your FRR. Can one rule do both?
far is same: You accept the pairs that are *far* apart. Is d a degree of likeness, or of difference?
flag turned round: You count right answers, not errors: same-person pairs that are let in, and strangers that are not. Which
    pairs can be accepted *falsely*?
shares of all pairs: You divide by the number of all pairs. Then a rare kind of pair can never have a high rate: among which
    pairs is each rate a share?
shares of the answers: You ask how many of the accepted are strangers. The rate asks the other way round: how many of the
    strangers are what?
of nobody: You ask how many of the accepted are strangers. If nobody is accepted, that is 0 / 0. Which group is never empty
    here?
true accepts: Your second number is the share of same-person pairs that get *in*: the true accept rate. What happens to a
    false reject?
numbers: Those are numbers of pairs. What makes a rate of a number?
one number: You have merged the two errors into one number. A door and a phone weigh them differently: can you keep them
    apart?
two numbers: Two numbers were asked for: one for each kind of error.
a share: A rate is a share: it lies between 0 and 1.
hint 1: Which pairs can be accepted falsely? Which can be rejected falsely? Two different groups: how large is each?
hint 2: Make an array that is True where the rule says 'same person'. For the FAR look at it among the different-person pairs
    only; for the FRR look at its opposite among the same-person pairs only.
hint 3: Distances 2, 5, 6, 8, 9; the first and the third pair show one person; tau = 5. Accepted: 2 and 5. Of the three
    different-person pairs, 5, 8 and 9, one gets in: a FAR of 1/3. Of the two same-person pairs, 2 and 6, one is turned away:
    an FRR of 1/2.
""",
)
