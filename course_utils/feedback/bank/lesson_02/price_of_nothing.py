"""Predict which loss a network has that knows nothing about people."""

import numpy as np

from course_utils.feedback.exercise import exercise


def price_of_nothing(share_same, margin):
    different = 1 - share_same
    best = different * margin
    return np.array([different * margin**2 / 2, best, share_same * best * margin / 2])


def probes(rng):
    """A share of same pairs, never one half but in one set, and a margin, never 1 but in one set."""
    yield 0.5, 1.0
    yield 0.25, float(rng.uniform(1.5, 3))
    yield float(rng.uniform(0.6, 0.9)), float(rng.uniform(0.3, 0.8))
    yield 1 / 28, 2.0


def price_as_mean(s, m):
    """The best distance is the mean of 0, where the same pairs want to be, and m, where the others do."""
    best = float(np.average([0, m], weights=[s, 1 - s]))
    losses = [float(np.average([c**2 / 2, (m - c) ** 2 / 2], weights=[s, 1 - s])) for c in (0, best)]
    return [losses[0], best, losses[1]]


def price_by_parabola(s, m):
    """The lowest point of the parabola through the losses at 0, m and 2 m, were there no maximum."""
    x = np.array([0, m, 2 * m])
    a, b, c = np.polyfit(x, (s * x**2 + (1 - s) * (m - x) ** 2) / 2, 2)
    return [float(c), float(-b / (2 * a)), float(c - b**2 / (4 * a))]


right = {
    "weighted mean": price_as_mean,
    "parabola": price_by_parabola,
    "factors": lambda s, m: (1 - s) * m * np.array([m / 2, 1, s * m / 2]),
    "float32": lambda s, m: price_of_nothing(s, m).astype(np.float32),
}

wrong = {
    "always half and half": lambda s, m: price_of_nothing(0.5, m),
    "shares exchanged": lambda s, m: price_of_nothing(1 - s, m),
    "same pairs pay too": lambda s, m: np.array([m**2 / 2, *price_of_nothing(s, m)[1:]]),
    "no half": lambda s, m: price_of_nothing(s, m) * np.array([2, 1, 2]),
    "margin not squared": lambda s, m: price_of_nothing(s, m) / np.array([m, 1, m]),
    "margin as the best distance": lambda s, m: np.array([price_of_nothing(s, m)[0], m, s * m**2 / 2]),
    "middle": lambda s, m: np.array([price_of_nothing(s, m)[0], m / 2, m**2 / 8]),
    "margin of 1": lambda s, m: price_of_nothing(s, 1),
    "share of the distance": lambda s, m: np.array(
        [price_of_nothing(s, m)[0], s * m, (s * (s * m) ** 2 + (1 - s) * (m - s * m) ** 2) / 2]
    ),
    "push only": lambda s, m: np.array([*price_of_nothing(s, m)[:2], (1 - s) * (s * m) ** 2 / 2]),
    "pull only": lambda s, m: np.array([*price_of_nothing(s, m)[:2], s * ((1 - s) * m) ** 2 / 2]),
    "another order": lambda s, m: price_of_nothing(s, m)[[0, 2, 1]],
    "best distance first": lambda s, m: price_of_nothing(s, m)[[1, 0, 2]],
}

always = {
    "three numbers": lambda _, price: price.shape == (3,),
    "all above 0": lambda _, price: (price > 0).all(),
    "worse than distance 0": lambda _, price: price[2] <= price[0],
    "out of reach": lambda arguments, price: price[1] < arguments[1],
}

EXERCISE = exercise(
    price_of_nothing,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
always half and half: Your answer does not change with the share of same pairs: it is that of half and half. Whose loss counts
    how often?
shares exchanged: You have taken the share of same pairs for that of different ones. Which pairs pay when all pictures are in
    one point?
same pairs pay too: In one point, you let *every* pair pay. What does a pair of one person cost at D = 0?
no half: The distance is right, and both losses are off by the same factor. What stands in front of the formula?
margin not squared: With a margin twice as large, by which factor do two strangers in one point cost more? You do not square
    it.
margin as the best distance: At D = m the strangers cost nothing. But what do the pairs of one person cost there? Could a
    smaller distance be better for the mean?
middle: You put all pairs at half of the margin. If nearly all pairs are of strangers, where would *you* put them?
margin of 1: Your answer does not change with the margin. Which of the three numbers should grow with it?
share of the distance: Your distance grows with the share of *same* pairs. Do these want a larger distance, or a smaller one?
push only: At the best distance, you have the loss of the strangers. Who else pays there?
pull only: At the best distance, you have the loss of the same-person pairs. Who else pays there?
another order: The three numbers are there, but in another order. Which one stands in the middle?
best distance first: The three numbers are there, but you begin with the best distance. Which one was asked for first?
three numbers: Three numbers were asked for.
all above 0: None of the three is 0 or below, if there are pairs of both kinds.
worse than distance 0: Your best distance has a larger loss than one point for all, which is the distance 0. Can it be the
    best?
out of reach: Beyond the margin nobody gains anything. Between which two values must the best distance lie?
hint 1: All pictures in one point: what does one pair of one person cost, and what one pair of strangers? Now take the mean,
    where each kind counts by its share.
hint 2: For one distance c below m, the mean loss is (s c^2 + (1 - s) (m - c)^2) / 2, with s the share of same pairs. It is
    least where its slope is 0: where the pull s c is as strong as the push (1 - s) (m - c).
hint 3: Two pairs in five are same, and m = 10. In one point: 0.6 * 100 / 2 = 30. Pull and push are equal where 0.4 c = 0.6
    (10 - c), so c = 6. The loss there: (0.4 * 36 + 0.6 * 16) / 2 = 12.
""",
)
