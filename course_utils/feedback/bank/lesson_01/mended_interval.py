"""Find out what has to be drawn again for an interval over people, and draw it."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mended_interval(hit, person, draws):
    hits = np.bincount(person, hit)
    visits = np.bincount(person)
    shares = hits[draws].sum(axis=1) / visits[draws].sum(axis=1)
    return np.quantile(shares, [0.025, 0.975])


def probes(rng):
    """Visits in any order, some people with more than others; whom each round draws.

    Then one round, one person, and rounds that have drawn one person only: the first, the last.
    """
    for visits, rounds in (([4, 1, 6, 3, 2], 40), ([17, 23, 31, 40, 29], 60), ([2, 7, 1], 15), ([3, 5, 2, 4], 1), ([6], 3)):
        people = len(visits)
        person = rng.permutation(np.repeat(np.arange(people), visits))
        yield rng.random(len(person)) < 0.3 + 0.6 * (person % 2), person, rng.integers(0, people, (rounds, people))
    person = np.array([3, 0, 0, 1, 2, 3, 3, 1, 3])
    yield person % 3 > 0, person, np.repeat(np.arange(4)[:, None], 4, axis=1)


def of_rounds(share):
    """An interval, from the share of a round: of the visits, whose they are, and whom the round has drawn."""
    return lambda hit, person, draws: np.quantile([share(hit, person, drawn) for drawn in draws], [0.025, 0.975])


def all_visits(drawn, person):
    """The numbers of the visits of all who were drawn, once for each time."""
    return np.concatenate([np.flatnonzero(person == one) for one in drawn])


def interval_in_a_loop(hit, person, draws):
    shares = []
    for drawn in draws.tolist():
        seen = [bool(h) for one in drawn for h, p in zip(hit, person, strict=True) if p == one]
        shares.append(sum(seen) / len(seen))
    return [np.quantile(shares, 0.025), np.quantile(shares, 0.975)]


def interval_by_counting(hit, person, draws):
    """Each visit counts as often as its person was drawn."""
    times = (draws[:, :, None] == person).sum(axis=1)  # (rounds, visits)
    return np.percentile((times * hit).sum(axis=1) / times.sum(axis=1), [2.5, 97.5])


def interval_in_keras(hit, person, draws):
    from course_utils.backend import keras

    ops = keras.ops
    whose = ops.cast(person[None, :] == np.arange(draws.shape[1])[:, None], "float32")  # (people, visits)
    hits, visits = ops.sum(whose * ops.cast(hit, "float32"), axis=1), ops.sum(whose, axis=1)
    shares = ops.sum(ops.take(hits, draws), axis=1) / ops.sum(ops.take(visits, draws), axis=1)
    return ops.quantile(shares, ops.convert_to_tensor([0.025, 0.975], "float32"))


def shares_of(hit, person, draws):
    return np.array([hit[all_visits(drawn, person)].mean() for drawn in draws])


def about(middle, spread):
    return np.array([middle - 1.96 * spread, middle + 1.96 * spread])


right = {
    "loop": interval_in_a_loop,
    "counting": interval_by_counting,
    "Keras": interval_in_keras,
    "visits of the drawn": of_rounds(lambda hit, person, drawn: hit[all_visits(drawn, person)].mean()),
}

wrong = {
    "visits drawn": of_rounds(lambda hit, person, drawn: hit[drawn].mean()),
    "drawn twice, counted once": of_rounds(lambda hit, person, drawn: hit[np.isin(person, drawn)].mean()),
    "every person the same": of_rounds(lambda hit, person, drawn: np.mean([hit[person == one].mean() for one in drawn])),
    "divided by all visits": of_rounds(lambda hit, person, drawn: hit[all_visits(drawn, person)].sum() / len(hit)),
    "nobody drawn": of_rounds(lambda hit, person, drawn: hit.mean()),
    "errors": lambda hit, person, draws: mended_interval(~hit, person, draws),
    "nine in ten": lambda hit, person, draws: np.quantile(shares_of(hit, person, draws), [0.05, 0.95]),
    "from the smallest to the largest": lambda hit, person, draws: np.quantile(shares_of(hit, person, draws), [0, 1]),
    "exchanged": lambda hit, person, draws: mended_interval(hit, person, draws)[::-1],
    "mean and spread": lambda hit, person, draws: about(
        shares_of(hit, person, draws).mean(), shares_of(hit, person, draws).std()
    ),
    "spread of the mean": lambda hit, person, draws: about(
        shares_of(hit, person, draws).mean(), shares_of(hit, person, draws).std() / np.sqrt(len(draws))
    ),
    "how long it is": lambda hit, person, draws: np.ptp(mended_interval(hit, person, draws)),
}

always = {
    "two ends": lambda _, ends: ends.shape == (2,),
    "the lower end first": lambda _, ends: ends[0] <= ends[1] + 1e-9,
    "a share": lambda _, ends: (ends > -1e-6).all() and (ends < 1 + 1e-6).all(),
    "one round": lambda arguments, ends: len(arguments[2]) > 1 or bool(np.isclose(ends[0], ends[1], atol=1e-6)),
    "one person": lambda arguments, ends: arguments[2].shape[1] > 1 or bool(np.allclose(ends, arguments[0].mean(), atol=1e-6)),
}

EXERCISE = exercise(
    mended_interval,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
visits drawn: You take the numbers in `draws` for the numbers of visits. Whom do they stand for?
drawn twice, counted once: Somebody who was drawn twice counts once in yours. What would the round be if two people were that
    much alike?
every person the same: You take the share of each person first, and the mean of these. If one has 90 visits and another 2,
    does each *visit* count the same?
divided by all visits: You divide by all visits there are. How many visits do the people have who were drawn?
nobody drawn: Each of your rounds has the same share. What is different from round to round?
errors: Those are the shares of visits that were named *wrongly*. What does `hit` say?
nine in ten: Between your ends lie nine rounds of ten. How many are to lie between them?
from the smallest to the largest: You take the smallest and the largest share. With more rounds, what becomes of these ends?
exchanged: Both ends are right, but in the other order. Which one was asked for first?
mean and spread: You take the mean and go to both sides by the same length. Are the rounds spread alike to both sides? Which
    quantiles were asked for?
spread of the mean: Your interval becomes as short as you like with more rounds. Do more rounds bring in more people?
how long it is: That is how long the interval is. Where does it begin, and where does it end?
two ends: Two numbers were asked for: the lower and the upper end.
the lower end first: Your first end is above the second one. Which was asked for first?
a share: An end of the interval is below 0 or above 1. Between what does a share lie?
one round: With one round there is one share. How far apart can the two ends be?
one person: With one person each round draws the same. What is the share of right answers in it?
hint 1: Somebody copies each visit ten times. Do we know more about people then? Should the interval change?
hint 2: Count hits and visits of each person. For each round, add up both over the people who were drawn (as often as they
    were drawn), and divide. Then take the two quantiles of these shares.
hint 3: Person 0 has 3 hits of 4, person 1 has 0 of 2. A round that draws 0 and 1 has 3 of 6, one that draws 0 twice has 6 of 8,
    one that draws 1 twice has 0 of 4.
""",
)
