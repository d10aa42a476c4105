"""Choose the largest threshold whose FAR is at most the one allowed, on people held out for choosing."""

import numpy as np

from course_utils.feedback.bank.inputs import just_below
from course_utils.feedback.bank.lesson_01.common import pairs_of
from course_utils.feedback.exercise import exercise


def tau_from_data(distance, same, far):
    candidates = [-np.inf, *distance]
    return max(tau for tau in candidates if np.mean(distance[~same] <= tau) <= far)


def probes(rng):
    """Distances, same flags, and the share asked for.

    The numbers of strangers are 4 or 8, so that a share is hit exactly. Equal strangers where the share is used up, pairs of
    one person between two strangers and beyond all of them, a share that only nobody keeps, and one that everybody keeps.
    Distances from near to far that agree to four digits, and a share next to one stranger of four; one pair of each kind.
    """
    for same, different, far in (
        ([1, 2, 4.5, 12], [3, 4, 5, 6, 7, 8, 9, 10], 0.25),
        ([1, 6, 12], [3, 5, 5, 5, 7, 8, 9, 10], 0.25),
        ([2, 3, 9], [1, 4, 5, 6], 0.2),
        ([4, 7, 6], [3, 5, 6, 6, 8, 8, 9, 9], 0.7),
        ([2, 11], [4, 5, 6, 9], 1.0),
        ([1, 3, 6], [2, 4, 5, 7], 0.0),
    ):
        scale = rng.uniform(0.5, 2)
        yield *pairs_of(list(same), list(different), scale), far
    distance, flags = pairs_of([1, 2, 5], [3, 4, 6, 7], 2.0**-14)
    yield 1 + distance[::-1], flags[::-1], just_below(0.25)
    yield np.array([2.0, 1.0]), np.array([False, True]), 0.5


def _tau(
    distance,
    same,
    far,
    kept=lambda distance, same, far, tau: np.mean(distance[~same] <= tau) <= far,
    pick=max,
    nobody=-np.inf,
):
    taus = [tau for tau in distance.tolist() if kept(distance, same, far, tau)]
    return pick(taus) if taus else nobody


def tau_by_sorting(distance, same, far):
    """The first stranger too many; the farthest pair before that one."""
    strangers = np.sort(distance[~same])
    allowed = int(far * len(strangers))
    before = distance if allowed == len(strangers) else distance[distance < strangers[allowed]]
    return float(before.max(initial=-np.inf))


def tau_in_keras(distance, same, far):
    from course_utils.backend import keras

    ops = keras.ops
    d = ops.cast(distance, "float32")
    accepted = ops.cast(d[None, :] <= d[:, None], "float32") * ops.cast(~same, "float32")
    rates = ops.sum(accepted, axis=1) / float((~same).sum())
    return ops.max(ops.where(rates <= far, d, -np.inf))


def tau_in_a_loop(distance, same, far):
    best = -np.inf
    for tau in np.unique(distance):
        if np.sum((distance <= tau) & ~same) > far * np.sum(~same):
            break
        best = tau
    return float(best)


def tau_by_roc(distance, same, far):
    from sklearn.metrics import roc_curve

    rates, _, scores = roc_curve(same, -distance, drop_intermediate=False)
    return float((-scores)[rates <= far].max())


def tau_by_counting(distance, same, far):
    """The last stranger who may come in, as if no two were equally far."""
    strangers = np.sort(distance[~same])
    allowed = int(far * len(strangers))
    return float(strangers[allowed - 1]) if allowed else -np.inf


def tau_one_too_many(distance, same, far):
    strangers = np.sort(distance[~same])
    return float(strangers[min(int(far * len(strangers)), len(strangers) - 1)])


right = {
    "sorting": tau_by_sorting,
    "Keras": tau_in_keras,
    "loop": tau_in_a_loop,
    "ROC curve": tau_by_roc,
    "float32": lambda distance, same, far: np.float32(_tau(distance.astype(np.float32), same, far)),
}

wrong = {
    "k-th stranger": tau_by_counting,
    "strangers' distances only": lambda distance, same, far: _tau(distance[~same], same[~same], far),
    "same people's distances only": lambda distance, same, far: _tau(
        distance,
        same,
        far,
        lambda distance, same, far, tau: np.mean(distance[~same] <= tau) <= far and tau in distance[same],
    ),
    "the next stranger": tau_one_too_many,
    "quantile": lambda distance, same, far: np.quantile(distance[~same], far),
    "share not used up": lambda distance, same, far: _tau(
        distance, same, far, lambda distance, same, far, tau: np.mean(distance[~same] <= tau) < far
    ),
    "accepted below tau only": lambda distance, same, far: _tau(
        distance, same, far, lambda distance, same, far, tau: np.mean(distance[~same] < tau) <= far
    ),
    "share of all pairs": lambda distance, same, far: _tau(
        distance, same, far, lambda distance, same, far, tau: np.mean((distance <= tau) & ~same) <= far
    ),
    "share of same-person pairs": lambda distance, same, far: _tau(
        distance, same, far, lambda distance, same, far, tau: np.mean(distance[same] <= tau) <= far
    ),
    "false rejects": lambda distance, same, far: _tau(
        distance, same, far, lambda distance, same, far, tau: np.mean(distance[same] > tau) <= far
    ),
    "smallest": lambda distance, same, far: _tau(distance, same, far, pick=min),
    "somebody always": lambda distance, same, far: _tau(distance, same, far, nobody=float(distance.min())),
    "zero for nobody": lambda distance, same, far: _tau(distance, same, far, nobody=0.0),
}

always = {
    "one number": lambda _, tau: tau.size == 1,
    "too many strangers": lambda arguments, tau: np.mean(arguments[0][~arguments[1]] <= tau.item()) <= arguments[2],
    "one of the distances": lambda arguments, tau: tau.item() == -np.inf or bool(np.isclose(arguments[0], tau.item()).any()),
}

EXERCISE = exercise(
    tau_from_data,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
k-th stranger: You count the nearest strangers and stop at the last one who may come in. What if the next one is exactly as
    far? And can tau be larger, without reaching the next stranger?
strangers' distances only: The FAR is kept, but tau could be larger: you try the distances of strangers only. What of a
    same-person pair between two of them?
same people's distances only: The FAR is kept, but tau could be larger: you try the distances of same-person pairs only. Which
    others are there?
the next stranger: Your tau is the distance of the first stranger who must stay out. Does the rule d <= tau keep that one out?
quantile: `quantile` may return a number between two distances, and does not look at equal ones. How many strangers are at or
    below your tau?
share not used up: Your tau keeps the FAR strictly *below* the share. May it not be equal to it?
accepted below tau only: You count the strangers nearer than tau. Those exactly at tau: does the lesson's rule let them in?
share of all pairs: You divide the false accepts by the number of *all* pairs. Among which pairs is the FAR a share?
share of same-person pairs: You limit how many pairs of *one* person get in. Which pairs make a false accept?
false rejects: You keep the false *reject* rate at or below the share. Which of the two errors was to be limited?
smallest: You take the smallest tau that keeps the FAR. It keeps the rightful visitors out, too: which one serves them best?
somebody always: If no distance keeps the FAR, you take the smallest one all the same. Is the FAR kept then? What does the
    task say for this case?
zero for nobody: If no distance keeps the FAR, you return 0. Two equal pictures would still get in: what was to be returned?
one number: One number was asked for: a threshold.
too many strangers: With your tau, more strangers come in than the share allows. How many are at or below it?
one of the distances: Your tau keeps the FAR, but it is none of the distances in the data. Which values may it take?
hint 1: If you were given a tau, how would you find out whether it keeps the FAR? And which tau could you try, one after
    another?
hint 2: The FAR changes only at the distances in the data. So try each of them, keep those whose FAR is small enough, and take
    the largest. If none is left, nobody may come in.
hint 3: Strangers at 2, 6, 6 and 9, one person's pairs at 1 and 4, a share of one half. At 1 the FAR is 0, at 2 and at 4 it is
    1/4. At 6 both strangers come in together: 3/4, too many. So tau is 4.
""",
)
