"""Measure how far something is from its target, relative to the target's own size."""

import numpy as np

from course_utils.feedback.exercise import exercise


def relative_cost(target, given):
    return np.sum((target - given) ** 2) / np.sum(target**2)


def probes(rng):
    """A target and what was made of it, of one shape: activations, a Gram matrix, one number; of other sizes and signs.

    Large whole numbers are nearly met, one row of them to the letter; then all of them.
    """
    for shape in ((1, 2, 3, 4), (3, 3), (1, 1, 1, 1)):
        target = rng.uniform(0.5, 3, shape) * rng.choice([-1, 1], shape)
        yield target, target + rng.uniform(0.2, 1.5, shape) * rng.choice([-1, 1], shape)
    yield 40 * target + 100, 30 * target + 90
    yield rng.uniform(1, 2, (2, 2)), np.zeros((2, 2))
    large = rng.integers(5000, 9000, (3, 4)).astype(float)
    yield large, large + rng.integers(1, 5, (3, 4)) * np.array([[0], [1], [-1]])
    yield large, large.copy()


def relative_in_loops(target, given):
    difference = size = 0.0
    for wanted, had in zip(target.flat, given.flat, strict=True):
        difference += (wanted - had) ** 2
        size += wanted * wanted
    return difference / size


def relative_in_keras(target, given):
    from course_utils.backend import keras

    ops = keras.ops
    return ops.mean(ops.square(ops.subtract(given, target))) / ops.mean(ops.square(target))


right = {
    "loops": relative_in_loops,
    "norms": lambda target, given: (np.linalg.norm(np.ravel(target - given)) / np.linalg.norm(np.ravel(target))) ** 2,
    "Keras": relative_in_keras,
    "means": lambda target, given: np.mean((given - target) ** 2) / np.mean(target**2),
}

wrong = {
    "root": lambda target, given: np.sqrt(relative_cost(target, given)),
    "of what was made": lambda target, given: relative_cost(given, target) if given.any() else np.inf,
    "not divided": lambda target, given: np.sum((target - given) ** 2),
    "mean": lambda target, given: np.mean((target - given) ** 2),
    "each by its own": lambda target, given: np.mean((target - given) ** 2 / target**2),
    "added before": lambda target, given: (np.sum(target) - np.sum(given)) ** 2 / np.sum(target) ** 2,
    "absolute": lambda target, given: np.sum(np.abs(target - given)) / np.sum(np.abs(target)),
    "not squared below": lambda target, given: np.sum((target - given) ** 2) / np.sum(np.abs(target)),
    "difference of sizes": lambda target, given: np.abs(np.sum(target**2) - np.sum(given**2)) / np.sum(target**2),
    "what is left": lambda target, given: 1 - relative_cost(target, given),
    "a quarter": lambda target, given: relative_cost(target, given) / 4,
    "row by row": lambda target, given: np.mean(
        ((target - given) ** 2).sum(axis=-1) / np.maximum((target**2).sum(axis=-1), 1e-12)
    ),
}

always = {
    "one number": lambda _, cost: cost.size == 1,
    "below 0": lambda _, cost: (cost >= 0).all(),
    "nothing made": lambda arguments, cost: arguments[1].any() or bool(np.isclose(cost, 1).all()),
}

EXERCISE = exercise(
    relative_cost,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
root: You take the root in the end. Does the formula have one?
of what was made: You divide by the size of what was made. A painter could then lower its cost by making everything large: whose
    size does not change while it learns?
not divided: That is the sum above the fraction line. In block 4 it is thousands of times as large as in block 1: what makes it
    relative?
mean: The mean makes it the same for pictures of all sizes, and block 4 still counts more than block 1. By what do you divide
    instead?
each by its own: You divide entry by entry. An entry of the target that is nearly 0 then decides alone: which sum stands below?
added before: You add up before you subtract, so what is too large and what is too small cancel. Which comes first?
absolute: You take the differences without their sign. What does the formula do with them?
not squared below: Above are squares and below are none: if all numbers doubled, would your cost stay the same?
difference of sizes: You compare two sizes. Two activations may be of one size and in other places: subtract what from what?
what is left: That is 1 minus the relative cost. What should a perfect picture cost?
a quarter: The factor 4 belonged to the costs of lesson 7. Is it in this formula?
row by row: You take a relative cost for each row, and the mean of these. A row with small numbers then counts as much as one
    with large ones: when should you divide?
one number: One number was asked for.
below 0: A quotient of squares is never below 0.
nothing made: If everything that was made is 0, what is above the fraction line, and what below?
hint 1: All numbers of a layer are doubled, those of the target too. Should this cost change?
hint 2: Above, the squares of the differences, added up; below, the squares of the target, added up.
hint 3: The target (3, 4), made was (3, 1): (0 + 9) / (9 + 16) = 0.36.
""",
)
