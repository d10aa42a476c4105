"""Predict how many pairs of one person and of two people there are."""

from itertools import combinations
from math import comb

import numpy as np

from course_utils.feedback.exercise import exercise


def pair_counts(people, pictures):
    return np.array([people * comb(pictures, 2), comb(people, 2) * pictures**2])


def counts_of_a_table(people, pictures):
    person = np.repeat(np.arange(people), pictures)
    first, second = np.triu_indices(len(person), k=1)
    same = person[first] == person[second]
    return [int(same.sum()), int((~same).sum())]


def counts_in_loops(people, pictures):
    counts = [0, 0]
    for (person, _), (other, _) in combinations([(i, k) for i in range(people) for k in range(pictures)], 2):
        counts[person != other] += 1
    return counts


def counts_by_subtraction(people, pictures):
    everything = people * pictures
    same = people * pictures * (pictures - 1) / 2
    return [same, everything * (everything - 1) / 2 - same]


def probes(rng):
    yield from [(3, 4), (int(rng.integers(5, 8)), 2), (1, int(rng.integers(5, 9))), (int(rng.integers(5, 9)), 1), (4, 7)]


right = {
    "table": counts_of_a_table,
    "loops": counts_in_loops,
    "all minus same": counts_by_subtraction,
    "sums": lambda people, pictures: [
        people * sum(range(pictures)),
        sum(pictures * pictures * other for other in range(people)),
    ],
}

wrong = {
    "with itself": lambda people, pictures: [people * comb(pictures + 1, 2), comb(people, 2) * pictures**2],
    "both orders": lambda people, pictures: 2 * pair_counts(people, pictures),
    "everything with everything": lambda people, pictures: [people * pictures**2, people * (people - 1) * pictures**2],
    "same in both orders": lambda people, pictures: [2 * people * comb(pictures, 2), comb(people, 2) * pictures**2],
    "different in both orders": lambda people, pictures: [people * comb(pictures, 2), 2 * comb(people, 2) * pictures**2],
    "one picture each": lambda people, pictures: [people * comb(pictures, 2), comb(people, 2)],
    "pictures not squared": lambda people, pictures: [people * comb(pictures, 2), comb(people, 2) * pictures],
    "never the same number": lambda people, pictures: [people * comb(pictures, 2), comb(people, 2) * pictures * (pictures - 1)],
    "one person": lambda people, pictures: [comb(pictures, 2), comb(people, 2) * pictures**2],
    "all pairs": lambda people, pictures: [people * comb(pictures, 2), comb(people * pictures, 2)],
    "exchanged": lambda people, pictures: pair_counts(people, pictures)[::-1],
    "people and pictures exchanged": lambda people, pictures: pair_counts(pictures, people),
}

always = {
    "two numbers": lambda _, counts: counts.shape == (2,),
    "whole numbers": lambda _, counts: (counts >= 0).all() and (counts == np.round(counts)).all(),
    "nobody else": lambda arguments, counts: arguments[0] > 1 or counts[1] == 0,
    "nothing to pair with": lambda arguments, counts: arguments[1] > 1 or counts[0] == 0,
    "all together": lambda arguments, counts: counts.sum() == comb(arguments[0] * arguments[1], 2),
}

EXERCISE = exercise(
    pair_counts,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
with itself: You pair each picture with itself, too. Its distance is 0 whatever the method: would such a pair test anything?
both orders: You count each pair twice. Is (a, b) another pair than (b, a)?
everything with everything: Those are all entries of the table of distances: each pair stands there twice, and what stands on
    the diagonal?
same in both orders: The different-person pairs are right. Take one person with three pictures and write down the pairs: how
    many are there, each one once?
different in both orders: The same-person pairs are right. Of the two people of a pair, does it matter who comes first?
one picture each: Your second number counts pairs of *people*. How many pairs of pictures does one pair of people have?
pictures not squared: For two people you pair the first picture with the first, the second with the second. With whom else can
    it be paired?
never the same number: Your strangers never meet with pictures of the same number. Is picture 1 of one person the same picture
    as picture 1 of another?
one person: Your first number is that of one person. How many people are there?
all pairs: Your second number counts all pairs. Which of them do not show two people?
exchanged: Both numbers are right, but in the other order. Which one was asked for first?
people and pictures exchanged: You have taken the number of people for that of pictures of each. Which argument comes first?
two numbers: Two numbers were asked for: pairs of one person, pairs of two people.
whole numbers: You can count pairs: 0, 1, 2, ...
nobody else: With one person there is nobody else. How many pairs of two people can there be?
nothing to pair with: With one picture of each person, what is there to pair it with?
all together: Together, your two numbers are not all pairs of the pictures. How many pairs have n pictures?
hint 1: Two people with two pictures each: write down all pairs. How many are of each kind?
hint 2: n things make n (n - 1) / 2 pairs. Use it for the pictures of one person, and for the people. Then ask how many pairs
    of pictures each pair of people has.
hint 3: Three people, two pictures each: each person has one pair, so 3. There are 3 ways to choose two people, with 2 * 2
    pairs of pictures each: 12. Together 15, and six pictures do have 6 * 5 / 2 = 15 pairs.
""",
)
