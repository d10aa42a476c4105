"""Describe a distance by the error rate where both kinds of error are equally frequent."""

import numpy as np

from course_utils.feedback.bank.lesson_01.common import pairs_of, rates_in_loops, shares_of_all
from course_utils.feedback.bank.lesson_01.error_rates import error_rates
from course_utils.feedback.exercise import exercise


def equal_error_rate(distance, same):
    rates = np.array([error_rates(distance, same, tau) for tau in np.unique(distance)])
    best = np.argmin(np.abs(rates[:, 0] - rates[:, 1]))
    return np.sum(rates[best]) / 2


def probes(rng):
    """Distances and same flags: two hills that overlap.

    No tau with equal rates, and none with two equally good; two equally good ones with other means (all numbers of pairs are
    powers of two, so rounding decides nothing); a smaller mean elsewhere; hills that do not overlap, by very
    little; both rates changing at one tau; one pair of each kind, apart and at one distance; distances that agree to four
    digits. The distances of the first set lie between 0 and 1.
    """
    for same, different, largest in (
        ([1, 2, 4, 6, 7], [3, 5, 8, 9, 10, 11, 12], 0.9),
        ([1, 1, 2, 9], [4, 4, 4, 4, 6, 7, 8, 10], 5),
        ([1, 2, 3, 4, 5, 20, 21, 22], [6, 7, 8, 9, 10, 11, 12, 13], 40),
        ([1, 2, 3], [3.001, 3.002, 3.003, 900], 900),
        ([1, 2, 4, 4, 9], [3, 4, 4, 7, 8, 9, 10], 30),
        ([1], [2], 1),
        ([5], [5], 1),
    ):
        yield pairs_of(list(same), list(different), largest / max(same + different) * rng.uniform(0.8, 1))
    distance, flags = pairs_of([1, 2, 4, 6, 7], [3, 5, 8, 9, 10, 11, 12], 2.0**-14)
    yield 1 + distance, flags


def all_rates(distance, same, taus=None, rates=error_rates):
    """FAR and FRR of each threshold, from near to far."""
    far, frr = np.array([rates(distance, same, tau) for tau in (np.unique(distance) if taus is None else taus)]).T
    return far, frr


def eer(
    distance,
    same,
    taus=None,
    score=lambda far, frr: np.abs(far - frr),
    value=lambda far, frr: (far + frr) / 2,
    rates=error_rates,
):
    far, frr = all_rates(distance, same, taus, rates)
    best = np.argmin(score(far, frr))
    return value(far[best], frr[best])


def eer_in_loops(distance, same):
    best, rate = 2.0, 0.0
    for tau in sorted(distance):
        far, frr = rates_in_loops(distance, same, tau)
        if abs(far - frr) < best:
            best, rate = abs(far - frr), (far + frr) / 2
    return rate


def eer_in_sums(distance, same):
    """Sorted once; the rates are running sums, looked at where the distance changes."""
    order = np.argsort(distance)
    d, own = distance[order], same[order]
    last = np.append(d[1:] != d[:-1], True)
    far = (np.cumsum(~own) / (~own).sum())[last]
    frr = ((own.sum() - np.cumsum(own)) / own.sum())[last]
    best = np.abs(far - frr).argmin()
    return (far[best] + frr[best]) / 2


def eer_in_keras(distance, same):
    from course_utils.backend import keras

    ops = keras.ops
    d = ops.cast(np.sort(distance), "float32")
    far = ops.mean(ops.cast(ops.cast(distance[~same], "float32") <= d[:, None], "float32"), axis=1)
    frr = ops.mean(ops.cast(ops.cast(distance[same], "float32") > d[:, None], "float32"), axis=1)
    best = int(ops.argmin(ops.abs(far - frr)))
    return (far[best] + frr[best]) / 2


def eer_by_roc(distance, same):
    from sklearn.metrics import roc_curve

    far, tar, _ = roc_curve(same, -distance, drop_intermediate=False)
    best = np.argmin(np.abs(far - 1 + tar))
    return float(far[best] + 1 - tar[best]) / 2


def eer_interpolated(distance, same):
    far, frr = all_rates(distance, same, np.append(-np.inf, np.unique(distance)))
    return np.interp(0.0, far - frr, far)


right = {
    "loops": eer_in_loops,
    "running sums": eer_in_sums,
    "Keras": eer_in_keras,
    "ROC curve": eer_by_roc,
}

wrong = {
    "FAR only": lambda distance, same: eer(distance, same, value=lambda far, frr: far),
    "FRR only": lambda distance, same: eer(distance, same, value=lambda far, frr: frr),
    "sum": lambda distance, same: eer(distance, same, value=lambda far, frr: far + frr),
    "accuracy": lambda distance, same: 1 - eer(distance, same),
    "tau itself": lambda distance, same: np.unique(distance)[np.argmin(np.abs(np.subtract(*all_rates(distance, same))))],
    "least mean error": lambda distance, same: eer(distance, same, score=lambda far, frr: far + frr),
    "sign of the gap": lambda distance, same: eer(distance, same, score=lambda far, frr: far - frr),
    "largest gap": lambda distance, same: eer(distance, same, score=lambda far, frr: -np.abs(far - frr)),
    "last of two": lambda distance, same: eer(distance, same, np.unique(distance)[::-1]),
    "strangers' thresholds only": lambda distance, same: eer(distance, same, np.unique(distance[~same])),
    "same people's thresholds only": lambda distance, same: eer(distance, same, np.unique(distance[same])),
    "thresholds from 0 to 1": lambda distance, same: eer(distance, same, np.linspace(0, 1, 101)),
    "smallest of the larger ones": lambda distance, same: np.min(np.maximum(*all_rates(distance, same))),
    "interpolated": eer_interpolated,
    "shares of all pairs": lambda distance, same: eer(distance, same, rates=shares_of_all),
}

always = {
    "one number": lambda _, rate: rate.size == 1,
    "a share": lambda _, rates: ((rates >= 0) & (rates <= 1)).all(),
    "perfect distances": lambda arguments, rate: (
        arguments[0][arguments[1]].max() >= arguments[0][~arguments[1]].min() or rate.item() == 0
    ),
}

EXERCISE = exercise(
    equal_error_rate,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
FAR only: You return the FAR at that tau. The FRR there is seldom exactly the same: how does the task make one number of both?
FRR only: You return the FRR at that tau. The FAR there is seldom exactly the same: how does the task make one number of both?
sum: You add the two rates. If both were 20%, which number would you report?
accuracy: A good distance gets a large number from you. Is that a rate of errors, or of right answers?
tau itself: You return the threshold. It has the unit of the distance; which number at this threshold was asked for?
least mean error: You look for the smallest *sum* of the two rates. That is another rule; when are two errors equally
    frequent?
sign of the gap: You look for the smallest FAR minus FRR, and that is a very negative one, at one end. How do you ask for the
    difference nearest to 0?
largest gap: You take the tau at which the two rates differ *most*. Which one was wanted?
last of two: Where two thresholds are equally good, you take the larger one. Which one was asked for?
strangers' thresholds only: You try the distances of strangers only. At which other distances does one of the two rates
    change?
same people's thresholds only: You try the distances of same-person pairs only. At which other distances does one of the two
    rates change?
thresholds from 0 to 1: You try thresholds between 0 and 1. Does every distance lie there? Which thresholds make a difference?
smallest of the larger ones: You make the larger of the two rates as small as it can be, and return it. The task makes one
    number of *both*: how?
interpolated: You draw a line between two thresholds and read it where the curves cross, as the course's package does. That is
    a good rule, too, but not the one of this task: at which tau of the data do the two rates differ least?
shares of all pairs: Your rates are shares of all pairs. Among which pairs is each rate a share?
one number: One number was asked for: a rate.
a share: A rate is a share: it lies between 0 and 1.
perfect distances: For one input every same-person pair is nearer than every stranger. What is the EER if some tau makes no
    error?
hint 1: When tau rises, which rate rises and which one falls? How would you notice that they have met?
hint 2: At each of the distances in the data compute both rates. Take the tau at which they differ least, and return the mean
    of the two there.
hint 3: One person's pairs at 1, 3 and 8, strangers at 2, 5, 6 and 9. At 2: FAR 1/4, FRR 2/3. At 3: 1/4 and 1/3, a difference
    of 1/12. At 5: 1/2 and 1/3, a difference of 1/6. So tau = 3, and the EER is (1/4 + 1/3) / 2 = 7/24.
""",
)
