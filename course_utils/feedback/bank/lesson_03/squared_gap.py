"""Translate a gap between plain distances into one between squared distances."""

import numpy as np

from course_utils.feedback.exercise import exercise


def squared_gap(gap, positive):
    return (positive + gap) ** 2 - positive**2


def probes(rng):
    """A gap, and distances of positives, (triplets,): at 0, near, far, large; no gap; one triplet."""
    for gap in (float(rng.uniform(0.2, 0.6)), float(rng.uniform(1.2, 1.6))):
        yield gap, rng.permutation(np.array([0, 0.25, *rng.uniform(0.3, 1.9, 4)]))
    yield 0.0, rng.uniform(0.1, 1.9, 3)
    yield float(rng.uniform(2, 3)), rng.uniform(10, 50, 3)
    yield float(rng.uniform(0.2, 0.6)), np.array([1.5])
    yield float(rng.uniform(0.2, 0.6)), np.array([0.0])


def gap_in_a_loop(gap, positive):
    found = []
    for d in positive:
        needed = d + gap  # how far the negative has to be
        found.append(needed * needed - d * d)
    return found


def gap_in_keras(gap, positive):
    from course_utils.backend import keras

    positive = keras.ops.cast(positive, "float32")
    return gap * (2 * positive + gap)


right = {
    "loop": gap_in_a_loop,
    "multiplied out": lambda gap, positive: 2 * gap * positive + gap**2,
    "Keras": gap_in_keras,
    "float32": lambda gap, positive: squared_gap(np.float32(gap), positive.astype(np.float32)),
}

wrong = {
    "gap squared": lambda gap, positive: np.full_like(positive, gap**2),
    "the same gap": lambda gap, positive: np.full_like(positive, gap),
    "back again": lambda gap, positive: np.sqrt(positive**2 + gap) - positive,
    "slope only": lambda gap, positive: 2 * gap * positive,
    "half": lambda gap, positive: gap * positive + gap**2,
    "no positive taken off": lambda gap, positive: (positive + gap) ** 2,
    "difference squared": lambda gap, positive: (positive - gap) ** 2,
    "positive nearer": lambda gap, positive: positive**2 - (positive - gap) ** 2,
    "sum of squares": lambda gap, positive: positive**2 + gap**2,
    "at the mean": lambda gap, positive: np.full_like(positive, (positive.mean() + gap) ** 2 - positive.mean() ** 2),
    "how far": lambda gap, positive: positive + gap,
}

always = {
    "one for each": lambda arguments, found: found.shape == arguments[1].shape,
    "below 0": lambda _, found: (found >= -1e-6).all(),
    "no gap": lambda arguments, found: arguments[0] > 0 or bool(np.allclose(found, 0, atol=1e-6)),
    "at 0": lambda arguments, found: np.allclose(found[arguments[1] == 0], arguments[0] ** 2, rtol=1e-3),
    "farther, more": lambda arguments, found: (np.diff(found[np.argsort(arguments[1])]) >= -1e-6).all(),
}

EXERCISE = exercise(
    squared_gap,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
gap squared: You square the gap, and the positive plays no part. Is (x + y) squared the same as x squared plus y squared?
the same gap: You take the same gap. How far is the negative then, if the positive is near, and if it is far?
back again: You go the other way: from a gap between squares to one between distances. Which one was given?
slope only: Nearly, for a small gap. What is the gap between squares if the positive is at 0?
half: You multiply the positive with the gap once. How often is that product there in (x + y) squared?
no positive taken off: That is the squared distance of the *negative*. The loss subtracts something from it: what?
difference squared: You square a difference. Which two squares are subtracted from each other in the loss?
positive nearer: Your negative is one gap *nearer* than the positive. On which side of it has it to lie?
sum of squares: You add two squares. Where does the negative lie, and what is its distance squared?
at the mean: All your triplets get the same. Is the gap the same for a positive that is near, and for one that is far?
how far: That is how far the negative has to be. What is the difference of the two *squared* distances then?
one for each: One number for each triplet was asked for.
below 0: The negative has to be farther than the positive. Can the difference of their squares be below 0?
no gap: Without a gap the negative may be as near as the positive. What is the difference of their squares?
at 0: If the positive lies on the query itself, where is the negative? And how large is the square of that?
farther, more: Your squared gap gets smaller where the positive is farther away. What becomes of x squared if x grows by a fixed
    step?
hint 1: With plain distances, how far has the negative to be at least, if the positive is 1 away and the gap is 0.5?
hint 2: Take the negative exactly there, where the plain loss stops to cost. The squared gap has to make the squared loss stop
    at the same place: which difference of squares is that?
hint 3: The positive is 3 away, the gap is 2. So the negative has to be at 5, and 5 * 5 - 3 * 3 = 16.
""",
)
