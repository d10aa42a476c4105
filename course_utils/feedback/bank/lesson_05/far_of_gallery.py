"""Predict how false accepts grow with the number of people enrolled."""

import numpy as np

from course_utils.feedback.exercise import exercise


def far_of_gallery(far, K):
    return 1 - (1 - far) ** K


def probes(rng):
    """A false accept rate and a number of people: one, some, hundreds; and rates that are not small."""
    for low, high, K in ((0.005, 0.03, 1), (0.005, 0.03, int(rng.integers(5, 20))), (0.01, 0.02, int(rng.integers(80, 200)))):
        yield float(rng.uniform(low, high)), K
    yield float(rng.uniform(0.3, 0.4)), 2
    yield float(rng.uniform(0.6, 0.8)), 3


def far_step_by_step(far, K):
    rate = 0.0
    for _ in range(K):
        rate += (1 - rate) * far
    return rate


def far_by_who_is_first(far, K):
    """The first match is with the first person, or with the second, ..."""
    return np.sum(far * (1 - far) ** np.arange(K))


right = {
    "loop": far_step_by_step,
    "product": lambda far, K: 1 - np.prod(np.full(K, 1 - far)),
    "logarithms": lambda far, K: -np.expm1(K * np.log1p(-far)),
    "who is first": far_by_who_is_first,
    "float32": lambda far, K: np.float32(1) - (np.float32(1) - np.float32(far)) ** np.float32(K),
}

wrong = {
    "times K": lambda far, K: K * far,
    "times K, cut at 1": lambda far, K: min(1.0, K * far),
    "all K": lambda far, K: far**K,
    "exactly one": lambda far, K: K * far * (1 - far) ** (K - 1),
    "turned away": lambda far, K: (1 - far) ** K,
    "not all K": lambda far, K: 1 - far**K,
    "one fewer": lambda far, K: 1 - (1 - far) ** (K - 1),
    "one more": lambda far, K: 1 - (1 - far) ** (K + 1),
    "one comparison": lambda far, K: far,
    "pairs": lambda far, K: 1 - (1 - far) ** (K * (K + 1) // 2),
    "rare events": lambda far, K: 1 - np.exp(-K * far),
    "turned round": lambda far, K: 1 - (1 - far) ** (1 / K),
}

always = {
    "a probability": lambda _, rate: ((rate >= 0) & (rate <= 1)).all(),
    "fewer than one comparison": lambda arguments, rate: (rate >= arguments[0] - 1e-3).all(),
}

EXERCISE = exercise(
    far_of_gallery,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
times K: K times the rate is a good guess for few people. What would it give for a thousand, and is that a probability?
times K, cut at 1: You have seen that K times the rate can pass 1, and cut it. But a stranger who matches two people counts
    twice in it: what is the probability of matching nobody?
all K: That is the probability of matching *all* K people. How many matches are enough for a false accept?
exactly one: That is the probability of *exactly* one match. What about a stranger who matches two people?
turned away: That is the share of strangers who are turned away. Which share does the task ask for?
not all K: You compute how probable it is that *not all* comparisons match. What is the opposite of at least one match?
one fewer: With one person enrolled your gallery accepts nobody. How many comparisons does a stranger go through?
one more: You compare a stranger with one person more than there are. What should your function give for a single person?
one comparison: Your rate is the same for a family and for a whole town. Where does K come in?
pairs: You count pairs among the people. A stranger is compared with each enrolled person: how many comparisons is that?
rare events: Your formula is the one for rare events: close while the rate is small. Try it with a single comparison.
turned round: You have turned the formula round: it tells how strict one comparison has to be. Does your rate grow with K?
a probability: Your rate is no probability: it is not between 0 and 1.
fewer than one comparison: A gallery cannot accept fewer strangers than one comparison does. Why not?
hint 1: What has to happen in all K comparisons for a stranger to be turned away?
hint 2: Compute the opposite first: the probability that no comparison matches is a product of K equal factors.
hint 3: A rate of 0.1 and two people: no match has the probability 0.9 * 0.9 = 0.81, at least one match 0.19.
""",
)
