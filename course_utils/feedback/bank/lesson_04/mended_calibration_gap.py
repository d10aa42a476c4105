"""Tell honest probabilities from overconfident ones, bin by bin."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mended_calibration_gap(p, same, bins):
    number = np.minimum(np.floor(bins * p), bins - 1)
    gap = 0.0
    for b in range(bins):
        inside = number == b
        gap += abs(np.sum(p[inside] - same[inside])) / len(p)
    return gap


def probes(rng):
    """Probabilities in any order, whether a pair shows one person, and a number of bins.

    Bins without pairs, probabilities on the edges of bins, 0 and 1, one bin, one pair.
    """
    for bins, count in ((4, 30), (5, 25)):
        p = rng.uniform(0, 0.78, count)
        yield p, rng.random(count) < p**2, bins
    yield np.array([0.25, 0.5, 0.75, 0, 1, 0.125, 1, 0.875]), np.array([0, 1, 0, 0, 1, 1, 0, 1], bool), 4
    yield rng.permutation(np.linspace(0.05, 0.95, 12)), rng.random(12) < 0.5, 1
    yield np.array([0.3]), np.array([True]), 8
    yield np.array([0.5, 0.0, 1.0]), np.array([False, False, True]), 2


def gap_in_loops(p, same, bins):
    sums = [0.0] * bins
    for one, is_same in zip(p, same, strict=True):
        sums[min(int(one * bins), bins - 1)] += one - is_same
    return sum(abs(s) for s in sums) / len(p)


def gap_by_histograms(p, same, bins):
    edges = np.arange(bins + 1) / bins  # the last bin has its upper edge, too
    told, found = (np.histogram(p, edges, weights=one.astype(float))[0] for one in (p, same))
    return np.abs(told - found).sum() / p.size


def gap_of_means(p, same, bins):
    number = np.minimum((bins * p).astype(int), bins - 1)
    parts = [(np.mean(number == b), number == b) for b in np.unique(number)]
    return sum(share * abs(p[inside].mean() - same[inside].mean()) for share, inside in parts)


def of_bins(part, whole=np.sum, edges=lambda p, bins: np.minimum(np.floor(bins * p), bins - 1)):
    """A gap made of one number for each bin that has pairs: from its probabilities, who is the same, its share, its number."""

    def gap(p, same, bins):
        number = edges(p, bins)
        inside = [(b, number == b) for b in range(-1, bins + 1) if (number == b).any()]
        return whole([part(p[i], same[i], np.mean(i), (b + 0.5) / bins) for b, i in inside])

    return gap


def apart(p, same, share, middle):
    return share * abs(p.mean() - same.mean())


right = {
    "loops": gap_in_loops,
    "histograms": gap_by_histograms,
    "means": gap_of_means,
    "float32": lambda p, same, bins: np.float32(gap_of_means(p.astype(np.float32), same, bins)),
}

wrong = {
    "not mended": lambda p, same, bins: abs(p.mean() - same.mean()),
    "each pair": lambda p, same, bins: np.abs(p - same).mean(),
    "bins count the same": of_bins(lambda p, same, share, middle: abs(p.mean() - same.mean()), np.mean),
    "bins added up": of_bins(lambda p, same, share, middle: abs(p.mean() - same.mean())),
    "the largest": of_bins(lambda p, same, share, middle: abs(p.mean() - same.mean()), np.max),
    "signs kept": of_bins(lambda p, same, share, middle: share * (p.mean() - same.mean())),
    "squares": of_bins(lambda p, same, share, middle: share * (p.mean() - same.mean()) ** 2),
    "middle of the bin": of_bins(lambda p, same, share, middle: share * abs(middle - same.mean())),
    "edges below": of_bins(apart, edges=lambda p, bins: np.ceil(bins * p) - 1),
    "1 left out": of_bins(
        lambda p, same, share, middle: apart(p, same, share, middle) if middle < 1 else 0.0,
        edges=lambda p, bins: np.floor(bins * p),
    ),
    "by answers": of_bins(lambda p, same, share, middle: share * abs((p > 0.5).mean() - same.mean())),
    "divided by the bins": lambda p, same, bins: mended_calibration_gap(p, same, bins) / bins,
}

always = {
    "one number": lambda _, gap: gap.size == 1,
    "a gap": lambda _, gap: ((gap >= 0) & (gap <= 1)).all(),
    "one bin": lambda arguments, gap: (
        arguments[2] > 1 or bool(np.isclose(gap, abs(arguments[0].mean() - arguments[1].mean()), rtol=1e-3).all())
    ),
    "at least the whole": lambda arguments, gap: (gap >= abs(arguments[0].mean() - arguments[1].mean()) - 1e-3).all(),
}

EXERCISE = exercise(
    mended_calibration_gap,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
not mended: That is the fellow student's number. If half of the pairs get too much and the others too little, what is left of
    it?
each pair: You compare each probability with 0 or 1. A forecast of 70% is honest if it rains on 7 of 10 such days: on how many
    must one look together?
bins count the same: A bin with a single pair counts as much in yours as one with a hundred. By what is a bin weighted?
bins added up: You add up the gaps as if every pair were in each bin. By what is a bin weighted?
the largest: You return the gap of the worst bin. What became of the others?
signs kept: Too much in one bin and too little in another cancel in yours. What has to be done before bins are added?
squares: You square the gap of a bin. Is there a square in the task?
middle of the bin: You take the middle of a bin for what was promised in it. Are all its probabilities there?
edges below: A probability exactly on the edge of two bins: to which of them does it belong in the task?
1 left out: Your bins have no place for a probability of 1. To which one does it belong?
by answers: You compare shares of *decisions*, above or below one half. Is 51% the same promise as 99%?
divided by the bins: You divide by the number of bins as well. The bins are weighted already: to what do the weights add up?
one number: One number was asked for, over all bins.
a gap: A gap between two shares lies between 0 and 1.
one bin: With a single bin all pairs are in it. What is left to compare?
at least the whole: Bin by bin the gap cannot be smaller than that of all pairs together. Do signs cancel somewhere?
hint 1: Two pairs get 0.9 and show two people, two get 0.1 and show one person. How honest is that? And on average?
hint 2: Put the pairs into bins by their probability. In each bin compare the mean probability with the share of pairs that
    show one person. Then the mean of these gaps, each bin weighted by how many pairs it has.
hint 3: Two bins. In the lower one 0.2 and 0.4, one of two shows one person: the gap is 0.2. In the upper one 0.7, and it shows
    two people: 0.7. Two of three pairs are in the first bin: 2/3 * 0.2 + 1/3 * 0.7 = 0.37.
""",
)
