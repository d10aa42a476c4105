"""Draw pairs to train on: half of each kind, no picture with itself, by chance, and the same again for one seed."""

import secrets
from itertools import combinations

import numpy as np

from course_utils.feedback.exercise import exercise


def sample_pairs(labels, number, seed):
    rng = np.random.default_rng(seed)
    is_same = labels[:, None] == labels
    rows = []
    for same in (1, 0):
        first, second = np.nonzero((is_same == same) & ~np.eye(len(labels), dtype=bool))
        drawn = rng.integers(len(first), size=number // 2)
        rows.append(np.stack([first[drawn], second[drawn], np.full(number // 2, same)], axis=1))
    return np.concatenate(rows)


def probes(rng):
    """Whom each picture shows, in mixed order, how many pairs to draw, and a seed: one seed comes twice."""
    labels = rng.permutation(np.repeat(100 + rng.permutation(50)[:3], (2, 3, 4)))
    seeds = [int(seed) for seed in rng.integers(10**4, 10**6, size=4)]
    for number, seed in ((600, seeds[0]), (600, seeds[1]), (600, seeds[0]), (2, seeds[2]), (8, seeds[3])):
        yield labels, number, seed


def choose(rng, first, second, labels, number):
    at = rng.integers(len(first), size=number)
    i, j = first[at], second[at]
    return np.stack([i, j, labels[i] == labels[j]], axis=1).astype(np.int64)


def drawn(labels, number, seed, itself=False, farthest=100):
    rng = np.random.default_rng(seed)
    i, j = np.indices((len(labels), len(labels))).reshape(2, -1)
    rank = np.array([np.sum(labels[:k] == labels[k]) for k in range(len(labels))])  # of a picture among those of its person
    allowed = ((i != j) | itself) & (np.maximum(rank[i], rank[j]) < farthest)
    rows = []
    for same in (True, False):
        kind = np.flatnonzero(((labels[i] == labels[j]) == same) & allowed)
        rows.append(choose(rng, i[kind], j[kind], labels, number // 2))
    return rng.permutation(np.concatenate(rows))


def drawn_by_person(labels, number, seed):
    from random import Random

    random = Random(seed)
    pictures = {p: np.flatnonzero(labels == p).tolist() for p in sorted(set(labels.tolist()))}
    rows = []
    for k in range(number):
        if k % 2:
            i, j = random.sample(random.choice(list(pictures.values())), 2)
        else:
            i, j = (random.choice(pictures[p]) for p in random.sample(list(pictures), 2))
        rows.append((i, j, k % 2))
    return rows


def drawn_by_trying(labels, number, seed):
    rng = np.random.default_rng(seed)
    rows = []
    wanted = {True: number // 2, False: number // 2}
    while len(rows) < number:
        i, j = rng.choice(len(labels), 2, replace=False).tolist()
        same = bool(labels[i] == labels[j])
        if wanted[same]:
            wanted[same] -= 1
            rows.append((i, j, same))
    return np.array(rows, dtype=float)


def drawn_in_triangles(labels, number, seed):
    rng = np.random.default_rng(seed)
    i, j = np.triu_indices(len(labels), k=1)
    same = labels[i] == labels[j]
    halves = [rng.choice(np.flatnonzero(kind), number // 2) for kind in (~same, same)]
    at = np.concatenate(halves)
    return np.stack([i[at], j[at], same[at]], axis=1)


def blindly(labels, number, seed):
    i, j = np.nonzero(~np.eye(len(labels), dtype=bool))
    return choose(np.random.default_rng(seed), i, j, labels, number)


def people_for_pictures(labels, number, seed):
    rows = drawn(labels, number, seed)
    return np.stack([labels[rows[:, 0]], labels[rows[:, 1]], rows[:, 2]], axis=1)


def strangers_of_one_number(labels, number, seed):
    """The first picture of a person meets only the first ones of others, the second only the second ones, and so on."""
    rng = np.random.default_rng(seed)
    i, j = np.indices((len(labels), len(labels))).reshape(2, -1)
    rank = np.array([np.sum(labels[:k] == labels[k]) for k in range(len(labels))])
    same = labels[i] == labels[j]
    kinds = (same & (i != j), ~same & (rank[i] == rank[j]))
    return np.concatenate([choose(rng, i[kind], j[kind], labels, number // 2) for kind in kinds])


def most_come_up(arguments, rows, same):
    """Whether nearly all pairs of a kind are among those drawn, if many were drawn."""
    labels, number, _ = arguments
    i, j = np.triu_indices(len(labels), k=1)
    possible = np.count_nonzero((labels[i] == labels[j]) == same)
    met = np.unique(np.sort(rows[rows[:, 2] == same][:, :2]), axis=0)
    return bool(number < 100 or len(met) > 0.85 * possible)


def rows_of(calls, results, same_seed):
    """Whether two results are equal, for each two calls that draw many pairs from the same labels, with one seed or two."""
    return [
        np.array_equal(rows, others)
        for (first, rows), (second, others) in combinations(zip(calls, results, strict=True), 2)
        if first[1] == second[1] >= 100 and np.array_equal(first[0], second[0]) and (first[2] == second[2]) == same_seed
    ]


right = {
    "all pairs of a kind": drawn,
    "person first": drawn_by_person,
    "trying": drawn_by_trying,
    "each pair once": drawn_in_triangles,
}

wrong = {
    "columns and rows": lambda labels, number, seed: drawn(labels, number, seed).T,
    "people for pictures": people_for_pictures,
    "flag swapped": lambda labels, number, seed: np.abs(drawn(labels, number, seed) - np.array([0, 0, 1])),
    "with itself": lambda labels, number, seed: drawn(labels, number, seed, itself=True),
    "blindly": blindly,
    "first two pictures only": lambda labels, number, seed: drawn(labels, number, seed, farthest=2),
    "strangers of one number only": strangers_of_one_number,
    "always one seed": lambda labels, number, seed: drawn(labels, number, 0),
    "no seed": lambda labels, number, seed: drawn(labels, number, secrets.randbits(32)),
}

always = {
    "columns and rows": lambda arguments, rows: rows.shape == (arguments[1], 3),
    "people for pictures": lambda arguments, rows: np.isin(rows[:, :2], np.arange(len(arguments[0]))).all(),
    "flag swapped": lambda arguments, rows: (
        rows[:, 2] == (arguments[0][rows[:, 0].astype(int)] == arguments[0][rows[:, 1].astype(int)])
    ).all(),
    "with itself": lambda _, rows: (rows[:, 0] != rows[:, 1]).all(),
    "blindly": lambda arguments, rows: 2 * rows[:, 2].sum() == arguments[1],
    "first two pictures only": lambda arguments, rows: most_come_up(arguments, rows, same=True),
    "strangers of one number only": lambda arguments, rows: most_come_up(arguments, rows, same=False),
}

overall = {
    "always one seed": lambda calls, results: not any(rows_of(calls, results, same_seed=False)),
    "no seed": lambda calls, results: all(rows_of(calls, results, same_seed=True)),
}

EXERCISE = exercise(
    sample_pairs,
    probes,
    right,
    wrong,
    always,
    overall=overall,
    unique=False,
    points=3,
    text="""
columns and rows: An array (number, 3) was asked for, a row for each pair: first picture, second picture, same or not. How
    many rows and columns has yours?
people for pictures: The first two columns should hold *places* of pictures, from 0 to n - 1. Have you returned whom the
    pictures show, or counted from 1?
flag swapped: The last column does not agree with the labels of the two pictures. When is it 1?
with itself: Some picture is paired with itself. Its distance is 0 and so is its loss: what does such a pair teach?
blindly: The two kinds are not equally many. Drawn blindly, most pairs are of strangers: how do you make sure of half and
    half?
first two pictures only: Of hundreds of pairs that you draw, some pairs of one person are never among them. From which
    pictures of a person do you choose?
strangers of one number only: Of hundreds of pairs that you draw, some pairs of two people are never among them. Can each
    picture meet each picture of another person?
always one seed: Two different seeds give the very same pairs. Where does the seed go in your code?
no seed: The same seed gives other pairs each time. Who draws in your code, and does it know the seed?
hint 1: Write down all pairs of five pictures of two people. Which of them are same, which different, and which must be left
    out?
hint 2: Make two lists: all pairs of different pictures of one person, and all pairs of two people. Make one random generator
    from the seed, and draw half of the rows from each list.
hint 3: Labels a, b, a. Same: (0, 2). Different: (0, 1) and (1, 2). For two pairs, draw one from each list: the rows (0, 2, 1)
    and, for example, (1, 2, 0).
""",
)
