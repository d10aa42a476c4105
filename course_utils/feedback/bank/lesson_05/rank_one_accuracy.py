"""Compute the share of visitors who are nearest to themselves."""

import numpy as np

from course_utils.feedback.bank.lesson_05.common import _enrolled, _row
from course_utils.feedback.exercise import exercise


def rank_one_accuracy(d, who, enrolled):
    return np.mean(enrolled[d.argmin(axis=1)] == who)


def probes(rng):
    """Distances (visitors, pictures), whose each visitor is, whose each enrolled picture is; all visitors are enrolled.

    Then two pictures nearly equally near, and a gallery of one.
    """
    for people, twice in ((4, False), (6, True), (3, False)):
        enrolled = _enrolled(rng, people, twice)
        rings = [
            *[(0.5, None)] * int(rng.integers(3, 6)),  # right
            *[(0.5, 0.75)] * 2,  # right, another one near, too
            *[(0.75, 0.5)] * int(rng.integers(1, 3)),  # wrong: they are their own second
            *[(3.5, 0.5)] * 2,  # wrong: they are their own last
        ]
        who = rng.choice(enrolled, size=len(rings))
        rows = [_row(rng, enrolled, one, *ring, every=True) for one, ring in zip(who, rings, strict=True)]
        if twice:  # right by one of two pictures; in the mean of both somebody else is nearer
            for one in [one for one in np.unique(enrolled) if np.sum(enrolled == one) == 2]:
                row = np.minimum(_row(rng, enrolled, one, None, 1.0, every=True), _row(rng, enrolled, one, 0.5, None))
                rows, who = [*rows, row], np.append(who, one)
        order = rng.permutation(len(who))
        yield (np.array(rows) * rng.uniform(0.97, 1.03, (len(who), len(enrolled))))[order], who[order], enrolled
    beside = 1 - 2.0**-14  # agrees with 1 to four digits
    yield (
        np.array([[1, beside, 2], [beside, 1, 2], [2, 1, beside], [1, 2, beside]]),
        np.array([25, 24, 26, 24]),
        np.array([24, 25, 26]),
    )
    yield np.array([[0.5]]), np.array([25]), np.array([25])


def rank_one_in_loops(d, who, enrolled):
    right = 0
    for row, person in zip(d, who, strict=True):
        best = 0
        for k in range(len(row)):
            if row[k] < row[best]:
                best = k
        right += int(enrolled[best] == person)
    return right / len(who)


def rank_one_in_keras(d, who, enrolled):
    from course_utils.backend import keras

    named = keras.ops.take(enrolled, keras.ops.argmin(d, axis=1))
    return keras.ops.mean(keras.ops.cast(keras.ops.equal(named, who), "float32"))


def own_nearest(d, who, enrolled):
    """Whether the nearest picture of one's own is nearer than all others."""
    own = who[:, None] == enrolled
    return np.mean(np.where(own, d, np.inf).min(axis=1) < np.where(own, np.inf, d).min(axis=1))


def by_person(d, who, enrolled):
    people = np.unique(enrolled)
    means = np.stack([d[:, enrolled == person].mean(axis=1) for person in people], axis=1)
    return rank_one_accuracy(means, who, people)


right = {
    "loops": rank_one_in_loops,
    "own against others": own_nearest,
    "sorted": lambda d, who, enrolled: np.sum(enrolled[np.argsort(d, axis=1)[:, 0]] == who) / len(d),
    "Keras, float32": rank_one_in_keras,
}

wrong = {
    "places for people": lambda d, who, enrolled: np.mean(d.argmin(axis=1) == who),
    "farthest": lambda d, who, enrolled: np.mean(enrolled[d.argmax(axis=1)] == who),
    "over the visitors": lambda d, who, enrolled: np.mean(who[d.argmin(axis=0)] == enrolled),
    "count": lambda d, who, enrolled: np.sum(enrolled[d.argmin(axis=1)] == who),
    "errors": lambda d, who, enrolled: np.mean(enrolled[d.argmin(axis=1)] != who),
    "percent": lambda d, who, enrolled: 100 * rank_one_accuracy(d, who, enrolled),
    "per picture": lambda d, who, enrolled: np.sum(enrolled[d.argmin(axis=1)] == who) / len(enrolled),
    "rank 2": lambda d, who, enrolled: np.mean((enrolled[np.argsort(d, axis=1)[:, :2]] == who[:, None]).any(axis=1)),
    "mean of a person": by_person,
    "each visitor": lambda d, who, enrolled: enrolled[d.argmin(axis=1)] == who,
    "mean over the people": lambda d, who, enrolled: np.mean(
        [np.mean(enrolled[d[who == person].argmin(axis=1)] == person) for person in np.unique(who)]
    ),
}

always = {
    "one number": lambda _, share: share.ndim == 0,
    "a share": lambda _, share: 0 <= share <= 1,
}

EXERCISE = exercise(
    rank_one_accuracy,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
places for people: `argmin` gives a place in the gallery, and you compare it with the number of a person. Who stands at this
    place?
farthest: You let the *largest* distance choose. Which one belongs to the person who looks most alike?
over the visitors: You look for the nearest visitor of each enrolled picture. Who should be named, and which axis is that?
count: You count the visitors who are named rightly. The task asks for a share: out of how many?
errors: That is the share of errors. Accuracy is the share of the others.
percent: Your number is in percent. A share lies between 0 and 1.
per picture: You divide by the number of enrolled pictures. It is a share of what?
rank 2: You accept it if the right person is among the two nearest. That is rank 2; how many guesses are allowed here?
mean of a person: You average the distances from the pictures of one person first. Which single picture gives the name here?
each visitor: You know now for each visitor whether the name is right. How do these answers become one number?
mean over the people: You take a share for each person, and the mean of these. If one comes often and another once, does
    each *visit* count the same?
one number: One number is asked for, for all visitors together.
a share: A share lies between 0 and 1.
hint 1: What does `d.argmin(axis=1)` contain: people, or places in the gallery?
hint 2: For each visitor find the nearest picture, look up whose it is, and compare with who the visitor is.
hint 3: Enrolled are the persons 7 and 5. Two visitors, persons 5 and 7, both at distances 0.4 and 0.6: both are named 7. One
    of the two is right, a share of 0.5.
""",
)
