"""Find the hardest triplet of each query in the distance matrix."""

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


def batch_hard_triplets(labels, d):
    triplets = []
    for query, row in enumerate(d):
        same = labels == labels[query]
        strangers = np.flatnonzero(~same)
        same[query] = False
        others = np.flatnonzero(same)
        if len(others):
            triplets.append([query, others[row[others].argmax()], strangers[row[strangers].argmin()]])
    return np.array(triplets)


def hardest_in_masks(labels, d):
    same = labels[:, None] == labels[None, :]
    is_positive = same & ~np.eye(len(labels), dtype=bool)
    positive = np.where(is_positive, d, -np.inf).argmax(axis=1)
    negative = np.where(same, np.inf, d).argmin(axis=1)
    triplets = np.stack([np.arange(len(labels)), positive, negative], axis=1)
    return triplets[is_positive.any(axis=1)]


def hardest_by_sorting(labels, d):
    triplets = []
    for query, row in enumerate(d.tolist()):
        others = [k for k in range(len(row)) if k != query]
        positives = sorted((k for k in others if labels[k] == labels[query]), key=lambda k: -row[k])
        negatives = sorted((k for k in others if labels[k] != labels[query]), key=lambda k: row[k])
        if positives:
            triplets.append([query, positives[0], negatives[0]])
    return triplets


def hardest_in_tensorflow(labels, d):
    from course_utils.backend import tf

    same = tf.equal(labels[:, None], labels[None, :])
    is_positive = tf.logical_and(same, ~tf.eye(len(labels), dtype=tf.bool))
    distance = tf.constant(d, tf.float32)
    positive = tf.argmax(tf.where(is_positive, distance, -1), axis=1)
    negative = tf.argmin(tf.where(same, distance.dtype.max, distance), axis=1)
    triplets = tf.stack([tf.range(len(labels), dtype=tf.int64), positive, negative], axis=1)
    return tf.boolean_mask(triplets, tf.reduce_any(is_positive, axis=1))


def hardest_with(
    fill_positive=-np.inf,
    fill_negative=np.inf,
    itself=False,
    everybody=False,
    own_as_negative=False,
):
    """Batch-hard as it is written with masks, with something forgotten."""

    def triplets(labels, d):
        itself_too = np.eye(len(labels), dtype=bool)
        same = labels[:, None] == labels[None, :]
        is_positive = same if itself else same & ~itself_too
        positive = np.where(is_positive, d, fill_positive).argmax(axis=1)
        negative = np.where(itself_too if own_as_negative else same, fill_negative, d).argmin(axis=1)
        kept = np.full(len(labels), True) if everybody else (same & ~itself_too).any(axis=1)
        found = np.stack([np.arange(len(labels)), positive, negative], axis=1)[kept]
        return found

    return triplets


def hardest_where(labels, d, allowed):
    """Batch-hard among the positives that are allowed."""
    positives = np.where(allowed & (labels[:, None] == labels), d, -np.inf)
    negatives = np.where(labels[:, None] == labels, np.inf, d)
    triplets = np.stack([np.arange(len(labels)), positives.argmax(axis=1), negatives.argmin(axis=1)], axis=1)
    return triplets[np.isfinite(positives).any(axis=1)]


def hardest_places(labels, d):
    """Places among the positives and among the negatives, not among the pictures."""
    triplets = []
    for query in range(len(labels)):
        positives, negatives = choices(labels, query)
        if len(positives):
            triplets.append((query, first_max(d[query, positives]), first_min(d[query, negatives])))
    return np.array(triplets)


def hardest_or_itself(labels, d):
    """A query that has no positive takes itself; the others are right."""
    found = {int(row[0]): row for row in hardest(labels, d)}
    negatives = hardest_with(everybody=True)(labels, d)[:, 2]
    return np.array([found.get(query, (query, query, negatives[query])) for query in range(len(labels))])


def hardest_of_all(labels, d):
    """The largest positive and the smallest negative distance of the whole table, for every query."""
    triplets = hardest(labels, d)
    positive = triplets[np.argmax(d[triplets[:, 0], triplets[:, 1]]), 1]
    negative = triplets[np.argmin(d[triplets[:, 0], triplets[:, 2]]), 2]
    return np.stack([triplets[:, 0], np.full(len(triplets), positive), np.full(len(triplets), negative)], axis=1)


def hardest_distances(labels, d):
    query, positive, negative = hardest(labels, d).T
    return np.stack([query, d[query, positive], d[query, negative]], axis=1)


right = {
    "masks": hardest_in_masks,
    "sorted": hardest_by_sorting,
    "TensorFlow": hardest_in_tensorflow,
    "floats": lambda labels, d: hardest(labels, d.astype(np.float32)).astype(np.float32),
}

wrong = {
    "nearest positive": lambda labels, d: hardest(labels, d, of_positives=first_min),
    "farthest negative": lambda labels, d: hardest(labels, d, of_negatives=first_max),
    "easiest of each": lambda labels, d: hardest(labels, d, first_min, first_max),
    "negative before positive": lambda labels, d: hardest(labels, d)[:, [0, 2, 1]],
    "no query": lambda labels, d: hardest(labels, d)[:, 1:],
    "places among the chosen": hardest_places,
    "its own positive": hardest_with(itself=True, everybody=True),
    "0 for all others": hardest_with(fill_positive=0.0, everybody=True),
    "positives not at 0": lambda labels, d: hardest_where(labels, d, d > 0),
    "queries without a positive": hardest_with(everybody=True),
    "itself if there is none": hardest_or_itself,
    "negatives filled with 0": hardest_with(fill_negative=0.0),
    "filled with 0": hardest_with(fill_positive=0.0),
    "own pictures as negatives": hardest_with(own_as_negative=True),
    "whole matrix": hardest_of_all,
    "distances": hardest_distances,
    "last of equals": lambda labels, d: hardest(labels, d, last_max, last_min),
}

always = {
    **TRIPLETS,
    "each query once": lambda arguments, triplets: np.array_equal(triplets[:, 0], hardest(*arguments)[:, 0]),
    "ties": only_ties(hardest),
}

EXERCISE = exercise(
    batch_hard_triplets,
    labelled_batches,
    right,
    wrong,
    always,
    points=1,
    text="""
nearest positive: You take the nearest positive, the easiest one. Which positive makes the loss large?
farthest negative: You take the farthest negative, the easiest one. Which stranger is the hard one?
easiest of each: These are the easiest triplets. What does the loss do when the positive comes nearer and the stranger goes
    away?
negative before positive: These are the right pictures, but in another order. Which of them belongs in the middle column?
no query: You return the positive and the negative only. If some queries are left out, how can one know which query a row is
    about?
places among the chosen: You search in a selection, and return the place *in that selection*. Which picture of the batch
    stands at that place?
its own positive: A picture can be its own positive in your answer. What should happen to a query that has no other picture?
0 for all others: You keep a query that has no positive, and put 0 where there is none. For a loss that does little harm. But
    which picture does `argmax` find if a whole row is 0?
positives not at 0: You leave out positives at distance 0. The same picture can be in the batch twice, as two pictures: how else
    can you find out that query and positive are one and the same?
queries without a positive: You keep a query that has no positive, and give it some other picture. What does the question say
    about such a query?
itself if there is none: A query that has no positive is its own positive in your answer. What does the question say about
    such a query?
negatives filled with 0: You put 0 where a picture is no negative. Which place does `argmin` find in such a row?
filled with 0: You put 0 where a picture is no positive. If the only positive is at distance 0, too, which place does `argmax`
    find?
own pictures as negatives: Your nearest negative may show the query's own person. You have left out only the query itself:
    which other pictures are not of a stranger?
whole matrix: All your queries have the same positive and the same negative. Do you look for the largest of the whole table,
    or of each row?
distances: You return two distances. The question asks which pictures they belong to: which function finds the *place* of the
    largest number?
last of equals: Where several pictures are equally far, you take the last one. Which one was asked for?
rows of three: A row for each triplet and three columns were asked for: query, positive, negative.
in the batch: Your numbers do not all belong to pictures of the batch. Which numbers can an index be?
query and positive: In one of your triplets query and positive are the same picture. What could it teach?
the positive: In one of your triplets the positive shows somebody else than the query. Which pictures may you choose it from?
the negative: In one of your triplets the negative shows the same person as the query. Which pictures may you choose it from?
each query once: Your first column should name each query once, from the smallest index up. Does it?
ties: All distances are right. But where several pictures are equally far, do you always take the one that was asked for?
hint 1: A query has positives at 3, 7 and 5 and negatives at 6, 2 and 9. Which triplet of this row costs most?
hint 2: Go row by row. Choose among the other pictures of the query's person by the largest distance, among the pictures of
    others by the smallest. `argmax` finds the place of the largest; keep the indexes of those you choose from.
hint 3: Labels 1, 2, 1, 2; the row of picture 0 is (0, 4, 6, 3). Its only positive is picture 2. Of the negatives, pictures 1
    and 3, the nearer one is 3. So the first triplet is (0, 2, 3).
""",
)
