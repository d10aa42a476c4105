"""Measure how many different-person pairs no longer teach: among all of them, and among the nearest."""

import numpy as np

from course_utils.feedback.bank.inputs import just_below
from course_utils.feedback.exercise import exercise


def silent_shares(d, labels, margin):
    strangers = labels[:, None] != labels
    nearest = np.where(strangers, d, np.inf).min(axis=1)
    return np.array([np.mean(d[strangers] >= margin), np.mean(nearest >= margin)])


def probes(rng):
    """Distances of points on a line, in whole steps of one length, whom they show, and a margin that some meet exactly.

    Then steps so small that whatever is taken off the margin can be seen, and strangers who miss it by next to nothing.
    """
    for places, people, margin in (
        ((0, 1, 5, 6, 9, 14, 15), "aabbbcc", 5),
        ((0, 2, 3, 7, 20), "ababc", 4),
        ((1, 4, 6, 8, 15, 17), "abaaab", 3),
        ((0, 1, 10, 11), "aabb", 2),
    ):
        step = rng.uniform(0.05, 0.2)
        at = np.array(places)
        labels = np.array([ord(p) for p in people])
        yield step * np.abs(at[:, None] - at), labels, step * margin
    step = 2.0**-20
    at = np.array((0, 1, 4, 5, 7))
    d = step * np.abs(at[:, None] - at)
    d[d == 3 * step] = just_below(3 * step)
    yield d, np.array([1, 1, 2, 2, 3]), 3 * step
    yield d[1:3, 1:3], np.array([1, 2]), just_below(3 * step)


def silent(d, labels, margin, who="different", strictly=False):
    same = labels[:, None] == labels
    chosen = {"different": ~same, "same": same, "all": ~np.eye(len(d), dtype=bool), "everything": np.full(d.shape, True)}[who]
    nearest = np.where(chosen, d, np.inf).min(axis=1)
    flags = [values > margin if strictly else values >= margin for values in (d[chosen], nearest)]
    return np.array([np.mean(flag) for flag in flags])


def silent_in_loops(d, labels, margin):
    pairs, pictures = [], []
    for row, label in zip(d, labels, strict=True):
        strangers = [x for x, other in zip(row, labels, strict=True) if other != label]
        pairs += [x >= margin for x in strangers]
        pictures.append(all(x >= margin for x in strangers))
    return [sum(pairs) / len(pairs), sum(pictures) / len(pictures)]


def silent_in_keras(d, labels, margin):
    from course_utils.backend import keras

    ops = keras.ops
    strangers = ops.cast(labels[:, None] != labels, "float32")
    active = strangers * ops.cast(d < margin, "float32")
    share = 1 - ops.sum(active) / ops.sum(strangers)
    return ops.stack([share, ops.mean(1 - ops.max(active, axis=1))])


def silent_each_pair_once(d, labels, margin):
    i, j = np.triu_indices(len(d), k=1)
    different = labels[i] != labels[j]
    active = different & (d[i, j] < margin)
    met = np.union1d(i[active], j[active])
    return [1 - active.sum() / different.sum(), 1 - len(met) / len(d)]


right = {
    "loops": silent_in_loops,
    "Keras": silent_in_keras,
    "each pair once": silent_each_pair_once,
    "masked": lambda d, labels, margin: [
        np.ma.masked_array(d >= margin, labels[:, None] == labels).mean(),
        (np.ma.masked_array(d, labels[:, None] == labels).min(axis=1) >= margin).mean(),
    ],
}

wrong = {
    "beyond only": lambda d, labels, margin: silent(d, labels, margin, strictly=True),
    "active ones": lambda d, labels, margin: 1 - silent(d, labels, margin),
    "all pairs": lambda d, labels, margin: silent(d, labels, margin, "all"),
    "everything": lambda d, labels, margin: silent(d, labels, margin, "everything"),
    "same pairs": lambda d, labels, margin: silent(d, labels, margin, "same"),
    "exchanged": lambda d, labels, margin: silent(d, labels, margin)[::-1],
    "nearest of all": lambda d, labels, margin: np.array(
        [silent(d, labels, margin)[0], silent(d, labels, margin, "all")[1]],
    ),
    "nearest with itself": lambda d, labels, margin: np.array([silent(d, labels, margin)[0], np.mean(d.min(axis=1) >= margin)]),
    "farthest stranger": lambda d, labels, margin: np.array(
        [
            silent(d, labels, margin)[0],
            np.mean(np.where(labels[:, None] != labels, d, -np.inf).max(axis=1) >= margin),
        ]
    ),
    "share of the table": lambda d, labels, margin: np.array(
        [np.mean((d >= margin) & (labels[:, None] != labels)), silent(d, labels, margin)[1]]
    ),
    "first of everything": lambda d, labels, margin: np.array([np.mean(d >= margin), silent(d, labels, margin)[1]]),
    "squared margin": lambda d, labels, margin: silent(d, labels, margin**2),
}

always = {
    "two numbers": lambda _, shares: shares.shape == (2,),
    "a share": lambda _, shares: ((shares >= 0) & (shares <= 1)).all(),
    "none silent": lambda _, shares: shares[0] > 0 or shares[1] == 0,
}

EXERCISE = exercise(
    silent_shares,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
beyond only: A pair at exactly the margin still teaches in your answer. What are its loss and its slope?
active ones: You count the pairs that still teach. Which side of the margin is silent?
all pairs: Pairs of one person are among those that you count. Which pairs does the margin concern?
everything: You look at the whole table. Who is the nearest to a picture there? Which entries show no strangers?
same pairs: You look at the pairs of *one* person. Which pairs does the margin push apart?
exchanged: Both numbers are right, but in the other order. Which one was asked for first?
nearest of all: Your first number is right. For the second, the nearest of a picture may be another picture of the *same*
    person in your answer. Who was to be looked for?
nearest with itself: Your first number is right. For the second, who is the nearest of all in a row of the table?
farthest stranger: Your first number is right. For the second you look at the *farthest* stranger. Which one is the hardest to
    tell apart?
share of the table: Your second number is right. For the first you divide by all entries of the table: how many of them show
    two people?
first of everything: Your second number is right. For the first you look at the whole table: which of its entries do not show
    two people?
squared margin: You compare the distance with the *squared* margin. Is the margin a distance, or a squared
    distance?
two numbers: Two numbers were asked for: a share of pairs, a share of pictures.
a share: A share of pairs lies between 0 and 1.
none silent: If no pair at all is silent, how can the nearest stranger of a picture be?
hint 1: Which entries of the table show two people? How many are there for labels a, a, b?
hint 2: Compare the labels with each other to get a table of True where two people meet. The first share is among these
    entries. For the second, put infinity everywhere else and take the smallest number of each row.
hint 3: Pictures at 0, 1 and 5, labels a, b, b, margin 3. Pairs of two people: 0 with 1 at distance 1, 0 with 5 at distance 5;
    one of two is silent. Nearest strangers: at 1, 1 and 5, so of the three pictures one is silent.
""",
)
