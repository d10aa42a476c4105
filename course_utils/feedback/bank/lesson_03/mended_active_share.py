"""Find out why a share of active triplets comes out too small, and mend it."""

import numpy as np

from course_utils.feedback.bank.inputs import just_below
from course_utils.feedback.bank.lesson_03.common import choices, hardest, labelled_batches
from course_utils.feedback.exercise import exercise


def mended_active_share(labels, d, gap):
    costs = []
    for query, row in enumerate(d):
        to_strangers = row[labels != labels[query]]
        for positive in np.flatnonzero(labels == labels[query]):
            if positive != query:
                costs.extend(gap + row[positive] - to_strangers)
    return np.mean(np.array(costs) > 0)


def probes(rng):
    """As above, with a gap at which some triplets cost exactly 0, or next to nothing."""
    for (labels, d), gap in zip(labelled_batches(rng), (1.0, 2.0, 20.0, 0.5, 2.0**-13), strict=True):
        yield labels, d, gap
    gap = 2.0**-20  # so small that whatever is taken off it can be seen
    d = np.full((4, 4), just_below(3 * gap))
    d[0, 1] = d[1, 0] = d[2, 3] = d[3, 2] = 2 * gap
    d[0, 2] = d[2, 0] = 3 * gap
    yield np.array([1, 1, 2, 2]), d * (1 - np.eye(4)), gap


def _costs(labels, d, gap, itself=False):
    """All losses before the comparison with 0."""
    costs = []
    for query in range(len(labels)):
        positives, negatives = choices(labels, query)
        for positive in [*positives, query] if itself else positives:
            costs += (gap + d[query, positive] - d[query, negatives]).tolist()
    return np.array(costs)


def known(labels, d):
    """Of all triplets, those whose query and positive are not at distance 0."""
    return ~np.isnan(_costs(labels, np.where(d == 0, np.nan, d), 0))


def active_in_masks(labels, d, gap):
    same = labels[:, None] == labels[None, :]
    is_triplet = (same & ~np.eye(len(labels), dtype=bool))[:, :, None] & ~same[:, None, :]
    is_active = is_triplet & (d[:, None, :] < gap + d[:, :, None])
    return is_active.sum() / is_triplet.sum()


def active_by_searching(labels, d, gap):
    active = total = 0
    for query in range(len(labels)):
        positives, negatives = choices(labels, query)
        active += int(np.searchsorted(np.sort(d[query, negatives]), d[query, positives] + gap, side="left").sum())
        total += len(positives) * len(negatives)
    return active / total


def active_in_keras(labels, d, gap):
    from course_utils.backend import keras

    triplets = [
        (d[query, positive], d[query, negative])
        for query in range(len(labels))
        for positive in choices(labels, query)[0]
        for negative in choices(labels, query)[1]
    ]
    to_positive, to_negative = keras.ops.transpose(keras.ops.convert_to_tensor(np.array(triplets, np.float32)))
    return keras.ops.mean(keras.ops.cast(gap + to_positive - to_negative > 0, "float32"))


def active_of_rows(labels, d, gap):
    """The mean over the queries of the share of each."""
    shares = []
    for query in range(len(labels)):
        positives, negatives = choices(labels, query)
        if len(positives):
            shares.append(np.mean(gap + d[query, positives][:, None] - d[query, negatives] > 0))
    return np.mean(shares)


def in_one_order(labels):
    """All triplets whose query comes before their positive."""
    n = range(len(labels))
    return [(q, p, k) for q in n for p in n for k in n if q < p and labels[q] == labels[p] and labels[q] != labels[k]]


right = {
    "masks": active_in_masks,
    "sorted": active_by_searching,
    "Keras": active_in_keras,
    "loss first": lambda labels, d, gap: np.count_nonzero(np.maximum(0, _costs(labels, d, gap))) / len(_costs(labels, d, gap)),
    "float32": lambda labels, d, gap: mended_active_share(labels, d.astype(np.float32), gap).astype(np.float32),
}

wrong = {
    "its own positive": lambda labels, d, gap: np.mean(_costs(labels, d, gap, itself=True) > 0),
    "divided by too many": lambda labels, d, gap: np.sum(_costs(labels, d, gap) > 0) / len(_costs(labels, d, gap, itself=True)),
    "share of all threes": lambda labels, d, gap: np.sum(_costs(labels, d, gap) > 0) / len(labels) ** 3,
    "each pair once": lambda labels, d, gap: np.mean([gap + d[q, p] - d[q, n] > 0 for q, p, n in in_one_order(labels)]),
    "at 0 too": lambda labels, d, gap: np.mean(_costs(labels, d, gap) >= 0),
    "no gap": lambda labels, d, gap: np.mean(_costs(labels, d, 0) > 0),
    "semi-hard only": lambda labels, d, gap: np.mean((_costs(labels, d, gap) > 0) & (_costs(labels, d, gap) < gap)),
    "easy ones": lambda labels, d, gap: np.mean(_costs(labels, d, gap) <= 0),
    "no positive at 0": lambda labels, d, gap: np.mean(_costs(labels, np.where(d == 0, np.nan, d), gap)[known(labels, d)] > 0),
    "number": lambda labels, d, gap: np.sum(_costs(labels, d, gap) > 0),
    "mean loss": lambda labels, d, gap: np.mean(np.maximum(0, _costs(labels, d, gap))),
    "mean over the queries": active_of_rows,
    "only the hardest": lambda labels, d, gap: np.mean([gap + d[q, p] - d[q, n] > 0 for q, p, n in hardest(labels, d)]),
    "exchanged": lambda labels, d, gap: np.mean(2 * gap - _costs(labels, d, gap) > 0),
}

always = {
    "one number": lambda _, share: share.size == 1,
    "a share": lambda _, share: 0 <= share.min() <= share.max() <= 1,
}

EXERCISE = exercise(
    mended_active_share,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
its own positive: That is the fellow student's number. Take four pictures, two of each of two people, and list the triplets of
    one query by hand: how many positives has it?
divided by too many: You count the active triplets correctly. But what do you divide by: is a picture with itself still
    counted there?
share of all threes: You divide by all n * n * n places of the array. How many of these are triplets?
each pair once: You take each pair of query and positive in one order only. If the two change places, is it the same triplet?
at 0 too: You also count triplets that fulfil the wish exactly. What do they cost, and when is a triplet called active?
no gap: You count the hard triplets only: your answer does not change with the gap. Which others still cost something?
semi-hard only: You count the semi-hard triplets only. Which others still cost something?
easy ones: You count the triplets that teach nothing. Is the loss of an active triplet 0, or above 0?
no positive at 0: You leave out every positive at distance 0. But the same picture can be in the batch twice, as two pictures:
    how else can you find out that query and positive are one and the same?
number: That is how many there are. A share lies between 0 and 1: what is missing?
mean loss: That is the mean loss: how much the triplets cost. Does the question ask how much, or how many?
mean over the queries: You compute a share for each query, and take the mean of these. Do all queries have the same number of
    triplets, and does each triplet count the same in your mean?
only the hardest: You look at one triplet of each query. Which triplets does the question ask about?
exchanged: Your triplets are active when the stranger is *far*. Which of the two distances is subtracted in the loss?
one number: The question asks for one number: a share of all triplets of the batch. What do you return?
a share: A share lies between 0 and 1. Does yours?
hint 1: List the triplets of one query in the small batch. The function counts more than these: what are the others?
hint 2: The diagonal of `same` is True as well: each picture shows the same person as itself. It is at distance 0 from itself,
    so such a "triplet" is nearly always easy. Leave the query out as its own positive, in the count of all triplets too.
hint 3: One query with one true positive at 5, and two strangers at 4 and 9; the gap is 1. True triplets: 2, one of them
    active: a half. With the query as its own positive there are 4, and one active: a quarter.
""",
)
