"""Judge a door at which known people and strangers ring."""

import numpy as np

from course_utils.feedback.bank.inputs import just_above
from course_utils.feedback.bank.lesson_05.common import _enrolled, _row
from course_utils.feedback.exercise import exercise


def open_set_rates(d, who, enrolled, tau):
    accepted = d.min(axis=1) <= tau
    right = enrolled[d.argmin(axis=1)] == who
    known = np.isin(who, enrolled)
    return np.array([np.mean((accepted & right)[known]), np.mean(accepted[~known])])


def probes(rng):
    """Distances, who, enrolled, tau. Known people named rightly, wrongly, or refused; strangers accepted or not; ties."""
    for people, twice in ((3, False), (5, True), (4, False)):
        enrolled, tau = _enrolled(rng, people, twice), float(rng.integers(40, 90)) / 64
        known = [  # distances in units of tau: from one of their own pictures, and from somebody else's
            *[(0.5, None)] * int(rng.integers(7, 10)),  # recognised
            *[(0.5, 0.75)] * 2,  # recognised, another one near, too
            *[(1.0, None)] * int(rng.integers(1, 3)),  # recognised, at tau
            *[(1.5, None)] * int(rng.integers(4, 6)),  # refused
            *[(0.75, 0.5)] * int(rng.integers(1, 3)),  # taken for somebody else, though near enough to themselves
            (1.5, 0.5),  # taken for somebody else
            *[(1.5, 1.25)] * 2,  # refused; another one would have been nearer
        ]
        strangers = [0.5] * int(rng.integers(1, 3)) + [1.0] + [1.25] * int(rng.integers(5, 8))
        rings = known + [(None, distance) for distance in strangers]
        who = np.append(rng.choice(enrolled, size=len(known)), rng.integers(61, 70, size=len(strangers)))
        rows = [_row(rng, enrolled, one, *ring) for one, ring in zip(who, rings, strict=True)]
        order = rng.permutation(len(who))
        yield tau * np.array(rows)[order], who[order], enrolled, tau
    tau = 2.0**-20  # so small that whatever is added to it can be seen
    beside = tau * (1 - 2.0**-14)  # agrees with tau to four digits
    d = np.array([[tau, beside], [beside, tau], [just_above(tau), 2 * tau], [2 * tau, just_above(tau)], [tau, 2 * tau]])
    yield d, np.array([7, 7, 7, 30, 31]), np.array([7, 5]), tau
    yield np.array([[tau], [2 * tau]]), np.array([7, 30]), np.array([7]), tau


def open_in_loops(d, who, enrolled, tau):
    known, strangers, right, accepted = 0, 0, 0, 0
    for row, visitor in zip(d, who, strict=True):
        answer = enrolled[int(np.argmin(row))] if min(row) <= tau else None
        if visitor in set(enrolled.tolist()):
            known += 1
            right += int(answer == visitor)
        else:
            strangers += 1
            accepted += int(answer is not None)
    return [right / known, accepted / strangers]


def open_by_answers(d, who, enrolled, tau):
    answer = np.where((d <= tau).any(axis=1), enrolled[d.argmin(axis=1)], 0)  # nobody has the number 0
    known = (who[:, None] == enrolled).any(axis=1)
    return np.stack([(answer == who)[known].mean(), (answer > 0)[~known].mean()])


def open_in_keras(d, who, enrolled, tau):
    from course_utils.backend import keras

    ops = keras.ops
    accepted = ops.cast(ops.min(d, axis=1) <= tau, "float32")
    right = ops.cast(ops.equal(ops.take(enrolled, ops.argmin(d, axis=1)), who), "float32")
    known = ops.cast(ops.any(ops.equal(who[:, None], enrolled), axis=1), "float32")
    return ops.stack([ops.sum(accepted * right * known) / ops.sum(known), ops.dot(accepted, 1 - known) / ops.sum(1 - known)])


def open_but(parts):
    """The two rates, made in another way of: the table, tau, who was accepted, whose name is right, who is known."""

    def rates(d, who, enrolled, tau):
        accepted, right = d.min(axis=1) <= tau, enrolled[d.argmin(axis=1)] == who
        return np.array(parts(d, tau, accepted, right, np.isin(who, enrolled)))

    return rates


def own_within(d, who, enrolled, tau):
    own = np.where(who[:, None] == enrolled, d, np.inf).min(axis=1) <= tau
    return np.array([own[np.isin(who, enrolled)].mean(), open_set_rates(d, who, enrolled, tau)[1]])


right = {
    "loops": open_in_loops,
    "answers first": open_by_answers,
    "Keras, float32": open_in_keras,
    "float32": lambda d, who, enrolled, tau: open_set_rates(d.astype(np.float32), who, enrolled, tau).astype(np.float32),
}

wrong = {
    "any name": open_but(lambda d, tau, a, right, known: (a[known].mean(), a[~known].mean())),
    "no threshold": open_but(lambda d, tau, a, right, known: (right[known].mean(), a[~known].mean())),
    "own picture near enough": own_within,
    "turned away": open_but(lambda d, tau, a, right, known: ((a & right)[known].mean(), (~a)[~known].mean())),
    "comparisons": open_but(lambda d, tau, a, right, known: ((a & right)[known].mean(), (d[~known] <= tau).mean())),
    "of all visitors": open_but(lambda d, tau, a, right, known: ((a & right & known).mean(), (a & ~known).mean())),
    "of the accepted": open_but(lambda d, tau, a, right, known: (right[known & a].mean(), a[~known].mean())),
    "other order": open_but(lambda d, tau, a, right, known: (a[~known].mean(), (a & right)[known].mean())),
    "strict": lambda d, who, enrolled, tau: open_set_rates(d, who, enrolled, float(np.nextafter(tau, 0))),
    "known for strangers": open_but(lambda d, tau, a, right, known: ((a & right)[known].mean(), (a & ~right).mean())),
}

always = {
    "two numbers": lambda _, rates: rates.shape == (2,),
    "a rate": lambda _, rates: ((rates >= 0) & (rates <= 1)).all(),
    "the known people": lambda arguments, rates: abs(rates[0] - open_set_rates(*arguments)[0]) < 1e-3,
    "the strangers": lambda arguments, rates: abs(rates[1] - open_set_rates(*arguments)[1]) < 1e-3,
}

EXERCISE = exercise(
    open_set_rates,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
any name: You count every known visitor who is let in, under whatever name. Who of them counts in the first share?
no threshold: For known people you forget tau: some are nearest to themselves, but too far away. Do they get their name?
own picture near enough: You ask whether known people are near enough to *themselves*. That is verification: what if somebody
    else is nearer?
turned away: Your second rate is the share of strangers who are turned away. Which strangers does the task count?
comparisons: Your second rate counts comparisons, not strangers. How many matches does one stranger need to get in?
of all visitors: You divide both counts by the number of all visitors. Of whom is each of the two a share?
of the accepted: You leave out the known people who were refused. They rang, too: do they belong to all known visitors, or
    not?
other order: Both rates are there, but in the wrong order. Which one should come first?
strict: Nearly: which answer does a visitor get who is exactly tau away?
known for strangers: Your second rate counts everybody who gets a wrong name. Is a known person with a wrong name a stranger?
two numbers: Two numbers are asked for, side by side in one array.
a rate: A rate lies between 0 and 1.
the known people: Look at the first rate, at the known people alone: who of them is both near enough and given their own name?
the strangers: The first rate is right. Look at the strangers alone: who of them is let in, and out of how many?
hint 1: Which three things do you have to know of each visitor before you can count?
hint 2: For each visitor: accepted or not, named rightly or not, enrolled or not. Then take two means, one over each group.
hint 3: Three known people ring: one is named rightly, one wrongly, one is refused: 1/3. Four strangers, one gets in: 1/4.
""",
)
