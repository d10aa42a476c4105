"""Find an error that shows only when the gallery is in another order."""

import numpy as np

from course_utils.feedback.bank.inputs import just_above
from course_utils.feedback.bank.lesson_05.common import NOBODY, _people
from course_utils.feedback.exercise import exercise


def name_everybody(d, names, tau):
    nearest = d.argmin(axis=1)
    return np.where(d.min(axis=1) <= tau, np.array(names)[nearest], "not recognized")


def probes(rng):
    """Distances (visitors, people), names, tau: nobody near, exactly tau, several near enough in any order; only strangers.

    Then somebody next to tau, a gallery of one, and names that are longer than "not recognized".
    """
    for people, twice in ((4, False), (3, False), (6, True)):
        tau = float(rng.integers(40, 90)) / 64
        near, nearer, far = 0.75 * tau, 0.5 * tau, tau * rng.uniform(1.2, 2.0, (8, people))
        d = far.copy()
        d[0, [0, 1]] = near, nearer  # the first one near enough is not the nearest
        d[1, [-2, -1]] = nearer, near  # nor is the last one
        d[2, 1] = tau
        # row 3: nobody
        d[4] = nearer * rng.permutation(np.linspace(0.5, 0.9, people))  # all of them near enough
        d[5, 0] = nearer
        d[6, -1] = tau
        d[7] = nearer * np.append(np.linspace(0.8, 0.9, people - 1), 2.5)  # all but one: their mean is near enough
        names = [f"person {number}" for number in _people(rng, people)]
        if twice:
            names[2] = names[0]
        yield d[rng.permutation(8)], names, tau
    yield tau * rng.uniform(1.1, 2.0, (2, 3)), names[:3], tau
    tau = 2.0**-20  # so small that whatever is added to it can be seen
    beside = tau * (1 - 2.0**-14)  # agrees with tau to four digits
    yield np.array([[just_above(tau), 2 * tau], [tau, beside], [beside, tau], [2 * tau, just_above(tau)]]), names[:2], tau
    yield np.array([[tau], [2 * tau]]), names[:1], tau
    yield np.array([[0.5, 0.25], [0.25, 0.5], [2.0, 3.0]]), [f"{name} of the second year" for name in names[:2]], 1.0


def first_in_table(d, names, tau):
    near = d <= tau
    return np.where(near.any(axis=1), np.array(names)[near.argmax(axis=1)], NOBODY)


def cut_short(d, names, tau):
    answers = np.array(names)[d.argmin(axis=1)]
    answers[d.min(axis=1) > tau] = NOBODY
    return answers


def names_cut_short(d, names, tau):
    answers = np.full(len(d), NOBODY)
    near = d.min(axis=1) <= tau
    answers[near] = np.array(names)[d.argmin(axis=1)][near]
    return answers


def names_in_keras(d, names, tau):
    from course_utils.backend import keras

    nearest, smallest = keras.ops.argmin(d, axis=1), keras.ops.min(d, axis=1)
    return [names[int(k)] if float(x) <= tau else NOBODY for k, x in zip(nearest, smallest, strict=True)]


right = {
    "where": lambda d, names, tau: np.where(d.min(axis=1) <= tau, np.array(names)[d.argmin(axis=1)], NOBODY),
    "sorted": lambda d, names, tau: [min(zip(row, names, strict=True))[1] if min(row) <= tau else NOBODY for row in d.tolist()],
    "all others put out of reach": lambda d, names, tau: [
        names[int(np.argmin(row))] if np.isfinite(row).any() else NOBODY for row in np.where(d > tau, np.inf, d)
    ],
    "Keras": names_in_keras,
    "float32": lambda d, names, tau: name_everybody(d.astype(np.float32), names, tau),
}

wrong = {
    "first within tau": first_in_table,
    "last within tau": lambda d, names, tau: [
        next((name for x, name in zip(row[::-1], names[::-1], strict=True) if x <= tau), NOBODY) for row in d
    ],
    "no threshold": lambda d, names, tau: np.array(names)[d.argmin(axis=1)],
    "strict": lambda d, names, tau: name_everybody(d, names, float(np.nextafter(tau, 0))),
    "cut short": cut_short,
    "names cut short": names_cut_short,
    "any for all": lambda d, names, tau: np.array(names)[d.argmin(axis=1)] if d.min() <= tau else np.array([NOBODY] * len(d)),
    "all enrolled": lambda d, names, tau: np.where(d.max(axis=1) <= tau, np.array(names)[d.argmin(axis=1)], NOBODY),
    "mean": lambda d, names, tau: np.where(d.mean(axis=1) <= tau, np.array(names)[d.argmin(axis=1)], NOBODY),
    "None for nobody": lambda d, names, tau: [names[row.argmin()] if row.min() <= tau else None for row in d],
    "farthest": lambda d, names, tau: np.where(d.min(axis=1) <= tau, np.array(names)[d.argmax(axis=1)], NOBODY),
}

always = {
    "an answer a visitor": lambda arguments, words: words.shape == arguments[0].shape[:1],
    "a name or two words": lambda arguments, words: np.isin(words, [*arguments[1], NOBODY]).all(),
    "named though too far": lambda arguments, words: (words[arguments[0].min(axis=1) > arguments[2]] == NOBODY).all(),
    "refused though near": lambda arguments, words: (words[arguments[0].min(axis=1) <= arguments[2]] != NOBODY).all(),
    "the nearest person": lambda arguments, words: (words == name_everybody(*arguments)).all(),
}

EXERCISE = exercise(
    name_everybody,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
first within tau: This is still the error of the shown function: `argmax` of True and False finds the first True. Which comes
    first, the comparison with tau or the search for the nearest?
last within tau: Now the last one who is near enough wins. Does your answer still depend on the order of the gallery?
no threshold: The nearest one is found, but now every visitor gets a name. Where has tau gone?
strict: Nearly: what about a visitor at a distance of exactly tau? Compare with the sign in the shown function.
cut short: Look at what is returned for strangers: the end of the words is missing. An array of words has room for its longest
    word only; what happens to a longer one?
names cut short: The end of a long name is missing. An array of words has room for its longest word only; what happens to a
    longer one?
any for all: One visitor who is near enough opens the door for all of them. Along which axis should the smallest be taken?
all enrolled: You ask that *all* people of the gallery are near enough. Of how many of them should a visitor be one?
mean: You compare the mean over the gallery with tau. Whose distance decides whether a name may be said?
None for nobody: The names are right. Whoever is too far gets None, as in the lesson: which words are asked for here?
farthest: The refusals are right, but the name is that of the *farthest* person. Which of the two searches fits distances?
an answer a visitor: One answer for each visitor, that is for each row of the table. How many do you return?
a name or two words: There is an answer that is neither a name nor the two words "not recognized". How are they spelled?
named though too far: Somebody gets a name who is farther than tau from everybody. When should your function refuse?
refused though near: Somebody is refused who is near enough to a person. Which distance in a row decides about that?
the nearest person: The refusals are right, but some visitor gets another name than that of the nearest person. Which column
    has the smallest distance of a row?
hint 1: What does `argmax` give for the row False, True, True, and what does that row not tell any more?
hint 2: A table of True and False has forgotten who is nearer. Search in the distances, and compare after that.
hint 3: A row 0.5, 0.2, 0.9 and tau = 0.6: the comparison gives True, True, False, and the first True is at place 0. But the
    smallest distance is at place 1.
""",
)
