"""Tell an easy, a semi-hard and a hard triplet apart."""

import numpy as np

from course_utils.feedback.exercise import exercise


def kinds_of_triplets(positive, negative, gap):
    kinds = []
    for p, n in zip(positive, negative, strict=True):
        kinds.append("hard" if n <= p else "semi-hard" if n < p + gap else "easy")
    return kinds


def probes(rng):
    """Distances of positives and negatives, in steps of 1/8: equal ones, some a gap apart; no gap; one triplet; far away."""
    for gap, apart in (
        (0.5, [-0.25, 0, 0.125, 0.25, 0.5, 0.625, 0.375, 1.0, -0.5]),
        (0.25, [0.25, 0.125, 0, -0.125, 0.5]),
        (0.0, [0, 0.25, -0.25]),
        (1.0, [0.875]),
        (0.5, [0.5, 0.25, -0.125, 0]),
        (0.5, [0, -0.125, 0.25, 0.5]),
    ):
        positive = rng.integers(6, 12, len(apart)) / 8
        yield positive, positive + np.array(apart), gap
    yield np.array([400.0, 400]), np.array([400.125, 400.625]), 0.5
    yield np.array([2, 2, 2, 0.25]), np.array([2.125, 2.25, 2.75, 0.5]), 0.5


def kinds_by_cost(positive, negative, gap):
    """By what a triplet costs: nothing; less than the gap; the gap or more."""
    cost = np.maximum(0, gap + positive - negative)
    return np.where(cost == 0, np.where(negative > positive, "easy", "hard"), np.where(cost < gap, "semi-hard", "hard"))


NAMES = np.array(["hard", "semi-hard", "easy"])


def in_order(first, second):
    """Kinds from two comparisons: whether it is more than hard, and whether it is easy."""
    return lambda p, n, gap: np.where(first(p, n, gap), np.where(second(p, n, gap), NAMES[2], NAMES[1]), NAMES[0])


def farther(p, n, gap):
    return n > p


def free(p, n, gap):
    return n >= p + gap


right = {
    "by cost": kinds_by_cost,
    "select": lambda p, n, gap: np.select([n <= p, n < p + gap], ["hard", "semi-hard"], "easy"),
    "counting": lambda p, n, gap: NAMES[(n > p).astype(int) + ((n > p) & (n >= p + gap))],
    "list": lambda p, n, gap: [str(kind) for kind in in_order(farther, free)(p, n, gap)],
}

wrong = {
    "no gap": lambda p, n, gap: np.where(n > p, "easy", "hard"),
    "two kinds": lambda p, n, gap: np.where(n >= p + gap, "easy", "hard"),
    "hard and semi-hard exchanged": lambda p, n, gap: np.where(n <= p, "semi-hard", np.where(n < p + gap, "hard", "easy")),
    "easy and hard exchanged": lambda p, n, gap: np.where(n <= p, "easy", np.where(n < p + gap, "semi-hard", "hard")),
    "as near is semi-hard": lambda p, n, gap: np.where(n < p, "hard", np.where(n < p + gap, "semi-hard", "easy")),
    "a gap apart is semi-hard": in_order(farther, lambda p, n, gap: n > p + gap),
    "beyond the gap is semi-hard": in_order(free, lambda p, n, gap: n >= p + 2 * gap),
    "half the gap": in_order(farther, lambda p, n, gap: n >= p + gap / 2),
    "by the negative": in_order(lambda p, n, gap: n > gap, lambda p, n, gap: n >= 2 * gap),
    "times": in_order(farther, lambda p, n, gap: n >= p * (1 + gap)),
    "squared": in_order(farther, lambda p, n, gap: n**2 >= p**2 + gap),
    "easy first": lambda p, n, gap: np.where(n >= p + gap, "easy", np.where(n <= p, "hard", "semi-hard")),
}

always = {
    "three words": lambda _, kinds: kinds.dtype.kind == "U" and bool(np.isin(kinds, NAMES).all()),
    "one for each": lambda arguments, kinds: kinds.shape == arguments[0].shape,
}

EXERCISE = exercise(
    kinds_of_triplets,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
no gap: You have two kinds only, by who is nearer. Does each triplet whose negative is farther than its positive cost nothing?
two kinds: You have two kinds only, by whether a triplet costs something. Which of the costly ones have their order right
    already?
hard and semi-hard exchanged: You have exchanged two words. Which is worse: a negative that is too near, or one that is nearer
    than the positive?
easy and hard exchanged: You have exchanged two words. From which triplet is there nothing to learn?
as near is semi-hard: A negative exactly as far away as the positive: what does the task call that triplet?
a gap apart is semi-hard: A negative exactly one gap farther than the positive: what does that triplet cost?
beyond the gap is semi-hard: You call a triplet semi-hard that costs nothing. Between which two distances does the negative of a
    semi-hard one lie?
half the gap: You ask for half of the gap. At which distance of the negative does a triplet stop to cost?
by the negative: You look at the negative alone. With what is its distance compared?
times: You multiply the distance with the gap. What does the loss do with the gap?
squared: You compare squared distances. Which ones does the loss of the lesson take?
easy first: You ask first whether a triplet costs nothing. With a gap of 0, what is a negative as far away as the positive?
three words: Each answer is one of three words: "easy", "semi-hard", "hard".
one for each: One word for each triplet was asked for.
hint 1: Draw a line with the query at 0 and the positive on it. Where must the negative lie for the triplet to cost nothing?
hint 2: Two borders: the distance of the positive, and one gap beyond it. A negative lies before both, between them, or behind
    both. Then look up what the task says of the borders themselves.
hint 3: The positive at 3, a gap of 2: the borders are 3 and 5. A negative at 2 is hard, at 4 semi-hard, at 6 easy.
""",
)
