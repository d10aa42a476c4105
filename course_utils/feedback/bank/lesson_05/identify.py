"""Turn distances into a name, or into nobody."""

import numpy as np

from course_utils.feedback.bank.inputs import just_above, nearly_equal
from course_utils.feedback.bank.lesson_05.common import NOBODY, _people
from course_utils.feedback.exercise import exercise


def identify(query, names, gallery, tau):
    d = np.sqrt(((gallery - query) ** 2).sum(axis=1))
    nearest = np.argmin(d)
    return names[nearest] if d[nearest] <= tau else "not recognized"


DOORS = (
    # the nearest one exactly at tau
    ([[6, 0, 8], [3, 0, 4], [0, -6, 8], [5, 0, 12]], [0, 1, 2, 3], 5.0),
    # several near enough: not the first one of them, not the last
    ([[2, 0, 0], [0, 2, 1], [0, 1, 0], [1, 1, 1], [3, 0, 0], [-8, -8, -8]], [0, 1, 2, 3, 4, 5], 2.5),
    # nobody, though the square, the mean and the largest of the differences are below tau
    ([[1, 0, 0], [0, 1, 1], [0.25, -0.25, 0.25], [2, 0, 0]], [0, 1, 2, 3], 0.375),
    # several pictures: the right person's second one is far, another's two are both quite near
    ([[4, 0, 0], [1, 2, 2], [12, -16, 0], [0, 4, 0], [6, 8, 0]], [1, 0, 0, 1, 2], 3.5),
    # along the streets somebody else would be the nearest
    ([[6, 0, 0], [0, -9, 0], [3, 3, -3], [0, 0, 8]], [0, 1, 2, 3], 5.5),
    # the first one, and the last one
    ([[2, 0, 0], [0, 3, 0], [4, 0, 0]], [0, 1, 2], 3.5),
    ([[4, 0, 0], [0, 0, 3], [0, -2, 0]], [0, 1, 2], 3.5),
    # a single one, near and not near
    ([[0, 2, 0]], [0], 2.0),
    ([[0, 3, 0]], [0], 2.0),
)


LARGE = 64  # then 1e-12 under a root is nothing, even at a distance of exactly tau


def probes(rng):
    """A query (features,), names, gallery (rows, features), tau; the whole scene moved, its axes exchanged.

    Some rows have another sign than the query. Then distances so small that whatever is added to tau can be seen, one of them
    next to it; and rows far from 0 that are nearly equal.
    """
    for points, rows, tau in DOORS:
        scene = LARGE * np.array(points)[:, rng.permutation(3)]
        query = rng.integers(20, 40, size=3) * rng.choice([-1.0, 1.0], 3)
        query[rng.integers(3)] = 1.5
        query *= LARGE
        names = [f"person {number}" for number in _people(rng, 6)]
        yield query, [names[row] for row in rows], query + scene, LARGE * tau
    tau = 2.0**-8
    yield np.zeros(2), names[:3], np.array([[0, 2 * tau], [just_above(tau), 0], [0, -3 * tau]]), tau
    tau = 2.0**-6
    yield np.zeros(2), names[:3], np.array([[tau, 0], [0, tau * (1 - 2.0**-14)], [0, -tau * (1 - 2.0**-15)]]), tau
    query, *gallery = nearly_equal(rng, (5, 3))
    query[:], gallery[3][:] = gallery[3] - np.array([2.0**-7, 0, 0]), gallery[3]
    yield query, names[:4], np.array(gallery), 2.0**-6


def _far(query, gallery):
    """Distances of the query from each row."""
    return np.sqrt(((gallery - query) ** 2).sum(axis=1))


def _name(d, names, tau):
    """The nearest name, if it is near enough."""
    nearest = int(np.argmin(d))
    return names[nearest] if d[nearest] <= tau else NOBODY


def identify_in_loops(query, names, gallery, tau):
    answer, smallest = NOBODY, float("inf")
    for name, row in zip(names, gallery, strict=True):
        distance = sum((a - b) ** 2 for a, b in zip(query, row, strict=True)) ** 0.5
        if distance <= tau and distance < smallest:
            answer, smallest = name, distance
    return answer


def identify_in_keras(query, names, gallery, tau):
    from course_utils.backend import keras

    d = keras.ops.norm(keras.ops.cast(gallery, "float32") - keras.ops.cast(query, "float32"), axis=1)
    return NOBODY if float(keras.ops.min(d)) > tau else names[int(keras.ops.argmin(d))]


def identify_in_scipy(query, names, gallery, tau):
    from scipy.spatial.distance import cdist

    d = cdist(query[None], gallery)[0]
    return np.array([*names, NOBODY])[np.argmin([*d, np.nextafter(tau, np.inf)])]


def identify_by_person(query, names, gallery, tau):
    """The mean of the distances from the pictures of each person."""
    people = sorted(set(names))
    d = _far(query, gallery)
    return _name([np.mean(d[np.array(names) == name]) for name in people], people, tau)


def identify_by_mean(query, names, gallery, tau):
    """The distance from the mean picture of each person."""
    people = sorted(set(names))
    means = np.array([gallery[np.array(names) == name].mean(axis=0) for name in people])
    return _name(_far(query, means), people, tau)


def within(query, names, gallery, tau):
    """Everybody who is near enough; nobody, if there is none."""
    return [name for name, d in zip(names, _far(query, gallery), strict=True) if d <= tau] or [NOBODY]


def identify_as_if_unit(query, names, gallery, tau):
    return _name(2 - 2 * gallery @ query, names, tau**2)


right = {
    "norm": lambda query, names, gallery, tau: _name(np.linalg.norm(gallery - query, axis=1), names, tau),
    "loops": identify_in_loops,
    "sorted": lambda query, names, gallery, tau: next(
        name if d <= tau else NOBODY for d, name in sorted(zip(_far(query, gallery), names, strict=True))
    ),
    "squares on both sides": lambda query, names, gallery, tau: _name(
        np.einsum("nk,nk->n", gallery - query, gallery - query), names, tau**2
    ),
    "Keras, float32": identify_in_keras,
    "SciPy": identify_in_scipy,
}

wrong = {
    "no threshold": lambda query, names, gallery, tau: names[int(np.argmin(_far(query, gallery)))],
    "first within tau": lambda query, names, gallery, tau: within(query, names, gallery, tau)[0],
    "last within tau": lambda query, names, gallery, tau: within(query, names, gallery, tau)[-1],
    "strict": lambda query, names, gallery, tau: _name(_far(query, gallery), names, np.nextafter(tau, 0)),
    "squared": lambda query, names, gallery, tau: _name(_far(query, gallery) ** 2, names, tau),
    "along the streets": lambda query, names, gallery, tau: _name(np.abs(gallery - query).sum(axis=1), names, tau),
    "as if of length 1": identify_as_if_unit,
    "as if of length 1, kept above 0": lambda query, names, gallery, tau: _name(
        np.sqrt(np.maximum(0, 2 - 2 * gallery @ query)), names, tau
    ),
    "mean of the distances": identify_by_person,
    "mean of the pictures": identify_by_mean,
    "None for nobody": lambda query, names, gallery, tau: _name(_far(query, gallery), names, tau).replace(NOBODY, "") or None,
    "farthest": lambda query, names, gallery, tau: names[int(np.argmax(_far(query, gallery)))],
}

always = {
    "a name or two words": lambda arguments, word: str(word) in {*arguments[1], NOBODY},
    "too far": lambda arguments, word: str(word) == NOBODY or bool(_far(arguments[0], arguments[2]).min() <= arguments[3]),
    "near enough": lambda arguments, word: str(word) != NOBODY or bool(_far(arguments[0], arguments[2]).min() > arguments[3]),
    "the nearest row": lambda arguments, word: str(word) == identify(*arguments),
}

EXERCISE = exercise(
    identify,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
no threshold: Somebody is always the nearest: your function gives a name to every stranger. When should it refuse?
first within tau: You answer with the first person who is near enough. Might somebody further down the list be nearer?
last within tau: Each person who is near enough replaces the one before, so the last one wins. Who should?
strict: Nearly: read the formula once more. What is the answer at a distance of exactly tau?
squared: The person is the right one, but you compare a *squared* distance with tau. Is tau a distance, or a
    squared distance?
along the streets: You add up the differences without squaring them. What does the formula of D do before it adds?
as if of length 1: Your distance is true for vectors of length 1 only. What if the embeddings of this gallery are longer?
as if of length 1, kept above 0: All your distances are 0 here, so the first row always wins. For which vectors is 2 - 2 x.p
    the squared distance?
mean of the distances: For a person with several pictures you take the mean of the distances. One good picture should be
    enough: which of them counts?
mean of the pictures: You make one embedding of all pictures of a person. In this gallery each row stands for itself: which of
    them counts?
None for nobody: The names are right. For nobody you return None, as Gallery does: which words are asked for here?
farthest: You return the name of the *farthest* row. Does a large distance mean alike, or different?
a name or two words: Your answer is neither a name of the gallery nor the two words "not recognized". How are they spelled?
too far: There is a visitor who is too far from everybody, and your function says a name. What do you compare with tau?
near enough: There is a visitor who is near enough to somebody, and your function refuses. Which distance do you compare?
the nearest row: It refuses when it should, but a name that it says is not that of the nearest row. Where is D smallest?
hint 1: Who is the only person whose name may be the answer, whatever tau is?
hint 2: First the distances from all rows, then the smallest of them, and only then the comparison with tau.
hint 3: Distances 0.9, 0.4 and 0.6 from Ada, Ben and Cem: with tau = 0.5 the answer is Ben, with tau = 0.3 nobody.
""",
)
