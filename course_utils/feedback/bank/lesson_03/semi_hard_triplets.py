"""Find for each query and positive the stranger a little farther away than the positive."""

import numpy as np

from course_utils.feedback.bank.lesson_03.common import (
    TRIPLETS,
    choices,
    first_max,
    first_min,
    hardest,
    labelled_batches,
    last_max,
    last_min,
    only_ties,
)
from course_utils.feedback.exercise import exercise


def semi_hard_triplets(labels, d):
    triplets = []
    for query, row in enumerate(d):
        strangers = np.flatnonzero(labels != labels[query])
        for positive in np.flatnonzero(labels == labels[query]):
            farther = strangers[row[strangers] > row[positive]]
            if positive == query:
                continue
            if len(farther):
                triplets.append([query, positive, farther[row[farther].argmin()]])
            else:
                triplets.append([query, positive, strangers[row[strangers].argmax()]])
    return np.array(triplets)


def semi(
    labels,
    d,
    pick=first_min,
    otherwise=first_max,
    farther=lambda to_negatives, to_positive: to_negatives > to_positive,
    itself=False,
):
    triplets = []
    for query in range(len(labels)):
        positives, negatives = choices(labels, query)
        for positive in sorted([*positives, query]) if itself else positives:
            behind = negatives[farther(d[query, negatives], d[query, positive])]
            choice = behind[pick(d[query, behind])] if len(behind) else negatives[otherwise(d[query, negatives])]
            triplets.append((query, positive, choice))
    return np.array(triplets)


def semi_in_masks(labels, d):
    same = labels[:, None] == labels[None, :]
    query, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool))
    is_farther = ~same[query] & (d[query] > d[query, positive][:, None])
    nearest = np.where(is_farther, d[query], np.inf).argmin(axis=1)
    farthest = np.where(same[query], -np.inf, d[query]).argmax(axis=1)
    return np.stack([query, positive, np.where(is_farther.any(axis=1), nearest, farthest)], axis=1)


def semi_by_sorting(labels, d):
    triplets = []
    for query, row in enumerate(d.tolist()):
        negatives = sorted((row[k], k) for k in range(len(row)) if labels[k] != labels[query])
        farthest = min(k for distance, k in negatives if distance == negatives[-1][0])
        for positive in range(len(row)):
            if labels[positive] == labels[query] and positive != query:
                choice = next((k for distance, k in negatives if distance > row[positive]), farthest)
                triplets.append([query, positive, choice])
    return triplets


def semi_in_tensorflow(labels, d):
    from course_utils.backend import tf

    same = labels[:, None] == labels[None, :]
    query, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool))
    rows = tf.gather(tf.constant(d, tf.float32), query)
    is_farther = tf.logical_and(~same[query], rows > tf.gather(rows, positive, batch_dims=1)[:, None])
    nearest = tf.argmin(tf.where(is_farther, rows, rows.dtype.max), axis=1)
    farthest = tf.argmax(tf.where(same[query], -1.0, rows), axis=1)
    return tf.stack([query, positive, tf.where(tf.reduce_any(is_farther, axis=1), nearest, farthest)], axis=1)


def semi_left_out(labels, d):
    """Only the triplets that are semi-hard."""
    triplets = semi(labels, d)
    query, positive, negative = triplets.T
    return triplets[d[query, negative] > d[query, positive]]


def semi_picture_0(labels, d):
    """The argmin over infinite distances where no negative is farther."""
    triplets = semi(labels, d)
    query, positive, negative = triplets.T
    triplets[:, 2] = np.where(d[query, negative] > d[query, positive], negative, 0)
    return triplets


def semi_of_farthest(labels, d):
    """One triplet for each query, with the positive of batch-hard."""
    wanted = {(query, positive) for query, positive, _ in hardest(labels, d).tolist()}
    return np.array([row for row in semi(labels, d).tolist() if (row[0], row[1]) in wanted])


def semi_in_one_order(labels, d):
    """Only the pairs whose query comes before their positive."""
    triplets = semi(labels, d)
    return triplets[triplets[:, 0] < triplets[:, 1]]


def semi_places(labels, d):
    """The negative as a place among the negatives that are farther, not among the pictures."""
    triplets = []
    for query, positive, negative in semi(labels, d).tolist():
        negatives = choices(labels, query)[1]
        behind = negatives[d[query, negatives] > d[query, positive]]
        triplets.append((query, positive, int(np.flatnonzero((behind if len(behind) else negatives) == negative)[0])))
    return np.array(triplets)


def semi_among_all(labels, d):
    """The nearest picture of anybody that is farther than the positive."""
    triplets = []
    for query, positive, negative in semi(labels, d).tolist():
        behind = np.flatnonzero(d[query] > d[query, positive])
        triplets.append((query, positive, behind[first_min(d[query, behind])] if len(behind) else negative))
    return np.array(triplets)


right = {
    "masks": semi_in_masks,
    "sorted": semi_by_sorting,
    "TensorFlow": semi_in_tensorflow,
    "floats": lambda labels, d: semi(labels, d.astype(np.float32)).astype(np.float32),
}

wrong = {
    "hardest negative": lambda labels, d: semi(labels, d, farther=lambda to_negatives, _: np.full(len(to_negatives), True)),
    "as far counts as farther": lambda labels, d: semi(
        labels, d, farther=lambda to_negatives, to_positive: to_negatives >= to_positive
    ),
    "nearest if there is none": lambda labels, d: semi(labels, d, otherwise=first_min),
    "first if there is none": lambda labels, d: semi(labels, d, otherwise=lambda _: 0),
    "picture 0 if there is none": semi_picture_0,
    "left out if there is none": semi_left_out,
    "farthest of the farther": lambda labels, d: semi(labels, d, pick=first_max),
    "nearer than the positive": lambda labels, d: semi(
        labels, d, farther=lambda to_negatives, to_positive: to_negatives < to_positive
    ),
    "its own positive": lambda labels, d: semi(labels, d, itself=True),
    "each pair in one order": semi_in_one_order,
    "one for each query": semi_of_farthest,
    "places among the farther": semi_places,
    "anybody behind the positive": semi_among_all,
    "last of equals": lambda labels, d: semi(labels, d, last_min, last_max),
}

always = {
    **TRIPLETS,
    "a row a pair": lambda arguments, triplets: len(triplets) == len(semi(*arguments)),
    "order of the pairs": lambda arguments, triplets: np.array_equal(triplets[:, :2], semi(*arguments)[:, :2]),
    "ties": only_ties(semi),
}

EXERCISE = exercise(
    semi_hard_triplets,
    labelled_batches,
    right,
    wrong,
    always,
    points=3,
    text="""
hardest negative: You take the nearest stranger, wherever the positive is: the hardest one. Than which picture must a
    semi-hard negative be farther?
as far counts as farther: A stranger exactly as far as the positive counts as farther in your answer. Is that how the rule
    puts it?
nearest if there is none: If no stranger is farther than the positive, you take the nearest one, the hardest of all. What does
    the rule say for this case?
first if there is none: If no stranger is farther than the positive, you take the first one in the list. Does the rule look at
    the place in the list, or at the distance?
picture 0 if there is none: If no stranger is farther than the positive, you answer with picture 0, whoever that is: the
    `argmin` of a row that is infinite everywhere. How do you notice this case, and what does the rule say for it?
left out if there is none: Some pairs of query and positive are missing: those with no stranger farther than the positive.
    Which stranger does the rule take then?
farthest of the farther: Of the strangers farther than the positive you take the farthest, the easiest one. Which of them
    teaches most?
nearer than the positive: You look among the strangers *nearer* than the positive. What are these triplets called?
its own positive: A query is its own positive in some of your rows. What does such a triplet ask for?
each pair in one order: You have each pair of pictures in one order only. If query and positive change places, is that the
    same triplet?
one for each query: You have one triplet for each query. How many positives can a query have, and what does the rule do with
    each of them?
places among the farther: Your negatives are places in the selection that you have searched. Which picture of the batch stands
    at that place?
anybody behind the positive: Your negative may show the query's own person: you look at all pictures that are farther. Whom
    may a negative show?
last of equals: Where several strangers are equally far, you take the last one. Which one was asked for?
rows of three: A row for each triplet and three columns were asked for: query, positive, negative.
in the batch: Your numbers do not all belong to pictures of the batch. Which numbers can an index be?
query and positive: In one of your triplets query and positive are the same picture. What could it teach?
the positive: In one of your triplets the positive shows somebody else than the query. Which pictures may you choose it from?
the negative: In one of your triplets the negative shows the same person as the query. Which pictures may you choose it from?
a row a pair: There should be one row for each pair of query and positive. How many pairs are there, in both orders?
order of the pairs: Your pairs of query and positive are not the ones asked for, or not in that order. Which index stays the
    same longer?
ties: All distances are right. But where several pictures are equally far, do you always take the one that was asked for?
hint 1: The positive is at 4; strangers are at 2, 4, 5 and 9. Which of them are farther than the positive, and which is the
    nearest of these? And if the positive were at 9?
hint 2: For each query and each other picture of the same person: keep the strangers whose distance is larger than that of the
    positive. If any are left, take the nearest of them, else the farthest of all strangers.
hint 3: Labels 1, 1, 2, 2; the row of picture 0 is (0, 5, 8, 6). The positive is picture 1 at 5, both strangers are farther,
    and the nearer is picture 3: the triplet (0, 1, 3). With the row (0, 7, 3, 6) no stranger is farther than 7, and the
    farthest is picture 3 again.
""",
)
