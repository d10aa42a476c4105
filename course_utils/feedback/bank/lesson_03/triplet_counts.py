"""Predict how many triplets a batch holds, and how many of them each rule uses."""

import numpy as np

from course_utils.feedback.exercise import exercise


def triplet_counts(people, pictures):
    queries, positives = people * pictures, pictures - 1
    return np.array([queries * positives * (queries - pictures), queries, queries * positives])


def probes(rng):
    """Numbers of people and of pictures of each, both at least 2, not the same, in both orders."""
    people, pictures = int(rng.integers(7, 15)), int(rng.integers(3, 6))
    yield people, pictures
    yield int(rng.integers(2, 4)), int(rng.integers(5, 9))
    yield 2, 3
    yield int(rng.integers(5, 9)), 2


def counts_one_by_one(people, pictures):
    labels = np.repeat(np.arange(people), pictures)
    pairs = [(q, p) for q in range(len(labels)) for p in range(len(labels)) if q != p and labels[q] == labels[p]]
    return [sum(int((labels != labels[q]).sum()) for q, _ in pairs), len({q for q, _ in pairs}), len(pairs)]


def counts_in_masks(people, pictures):
    labels = np.repeat(np.arange(people), pictures)
    same = labels[:, None] == labels[None]
    is_positive = same & ~np.eye(len(labels), dtype=bool)
    return [(is_positive.sum(axis=1) * (~same).sum(axis=1)).sum(), is_positive.any(axis=1).sum(), is_positive.sum()]


def counts_in_keras(people, pictures):
    from course_utils.backend import keras

    factors = [
        [people, pictures, pictures - 1, pictures * (people - 1)],
        [people, pictures, 1, 1],
        [people, pictures, pictures - 1, 1],
    ]
    return keras.ops.prod(keras.ops.convert_to_tensor(factors, "int32"), axis=1)


def with_first(change):
    """The first count wrong, the other two right."""
    return lambda people, pictures: np.array([change(people, pictures), *triplet_counts(people, pictures)[1:]])


right = {
    "one by one": counts_one_by_one,
    "masks": counts_in_masks,
    "Keras": counts_in_keras,
    "powers": lambda P, K: [P * (P - 1) * K**2 * (K - 1), P * K, P * K**2 - P * K],
    "float32": lambda people, pictures: triplet_counts(people, pictures).astype(np.float32),
}

wrong = {
    "its own positive": lambda P, K: [P * K * K * (P - 1) * K, P * K, P * K * K],
    "a negative for each person": with_first(lambda P, K: P * K * (K - 1) * (P - 1)),
    "anybody as negative": with_first(lambda P, K: P * K * (K - 1) * (P * K - 2)),
    "the query's person counted among strangers": with_first(lambda P, K: P * K * (K - 1) * P * K),
    "each pair once": lambda P, K: [P * K * (K - 1) // 2 * (P - 1) * K, P * K, P * K * (K - 1) // 2],
    "any three": with_first(lambda P, K: P * K * (P * K - 1) * (P * K - 2)),
    "a query for each person": lambda P, K: [triplet_counts(P, K)[0], P, P * (K - 1)],
    "exchanged rules": lambda P, K: triplet_counts(P, K)[[0, 2, 1]],
    "semi-hard for each negative": lambda P, K: [*triplet_counts(P, K)[:2], P * K * (P - 1) * K],
    "people and pictures exchanged": lambda P, K: triplet_counts(K, P),
}

always = {
    "three numbers": lambda _, counts: counts.shape == (3,),
    "their order": lambda arguments, counts: counts[1] <= counts[2] <= counts[0],
    "one a query": lambda arguments, counts: counts[1] == arguments[0] * arguments[1],
    "the positives": lambda arguments, counts: counts[2] == triplet_counts(*arguments)[2],
    "the negatives": lambda arguments, counts: counts[0] == triplet_counts(*arguments)[0],
}

EXERCISE = exercise(
    triplet_counts,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
its own positive: You count a picture as its own positive. How many *other* pictures of the same person does a query have?
a negative for each person: You give each other person one negative. How many pictures of each of them are in the batch?
anybody as negative: Your negatives are all other pictures, also those of the query's own person. Whom may a negative show?
the query's person counted among strangers: You count the pictures of all people as negatives. Whose pictures cannot be
    negatives?
each pair once: You count each pair of one person once. If query and positive change places, is it the same triplet?
any three: You count any three pictures. What do query and positive have in common, and what do query and negative not?
a query for each person: You count one query for each person. Which pictures of the batch can be the query?
exchanged rules: You have taken one rule for the other. Which rule uses one triplet for each query, and which one for each
    positive?
semi-hard for each negative: Your last number counts the pairs of a query and a negative. Semi-hard goes through every pair of
    which two pictures?
people and pictures exchanged: You have taken the number of pictures for that of people. Which argument comes first?
three numbers: Three numbers were asked for: all, those of batch-hard, those of semi-hard.
their order: Batch-hard cannot use more triplets than semi-hard, and semi-hard not more than there are. Is it so in your
    answer?
one a query: Batch-hard takes one triplet for each query. How many pictures of the batch are queries?
the positives: Batch-hard is right, semi-hard is not: it takes one triplet for each positive of each query. How many positives
    has a query?
the negatives: Both rules are right, the number of all triplets is not. How many pictures can be the negative of one query?
hint 1: Choose a query. How many pictures can be its positive? How many its negative?
hint 2: Multiply choices: queries, times positives of each, times negatives of each. Batch-hard fixes the last two choices,
    semi-hard only the last.
hint 3: 4 people with 3 pictures: 12 queries, each with 2 positives and 9 negatives: 216 triplets. Batch-hard takes 12 of
    them, and semi-hard 12 times 2.
""",
)
