"""Exercises of lesson 01: distances, the two rates of error, thresholds chosen on data, and how many pairs there are."""

from collections.abc import Callable, Iterator
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Function, Mistake, Property

BoolArray = NDArray[np.bool_]


_EPSILON = (
    "Nearly: you leave a small number under the root, so two equal pictures are no longer at distance 0. Where you compute a "
    "distance, and no slope of it, is there anything to guard against?"
)


def _two_batches(rng: np.random.Generator) -> Iterator[Arguments]:
    """Two batches (pairs, features); one with a pair of equal rows, one longer than wide, one wider than long."""
    for shape in ((3, 5), (6, 2), (2, 2)):
        a, b = rng.normal(size=(2, *shape))
        b[0] = a[0]
        yield a, b


def _distance(a: Float64Array, b: Float64Array) -> Float64Array:
    distance: Float64Array = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return distance


def _distance_in_loops(a: Float64Array, b: Float64Array) -> list[float]:
    return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)]


EUCLIDEAN = Exercise(
    name="euclidean",
    objective="compute the distance between the rows of two batches",
    points=2,
    oracle=_distance,
    probes=_two_batches,
    right_answers={
        "norm": lambda a, b: np.linalg.norm(a - b, axis=1),
        "loops": _distance_in_loops,
        "einsum": lambda a, b: np.sqrt(np.einsum("nk,nk->n", a - b, a - b)),
        "float32": lambda a, b: _distance(a.astype(np.float32), b.astype(np.float32)),
    },
    mistakes={
        "no root": Mistake(
            lambda a, b: ((a - b) ** 2).sum(axis=-1),
            "That is the squared distance. It puts pairs in the same order, but a threshold for one does not fit the other.",
        ),
        "no square": Mistake(
            lambda a, b: np.abs(a - b).sum(axis=-1),
            "You add up the sizes of the differences, without squaring them. That is another distance: which one does the "
            "formula give?",
        ),
        "sum before the square": Mistake(
            lambda a, b: np.abs((a - b).sum(axis=-1)),
            "Square each difference before you add: otherwise a positive one and a negative one cancel.",
        ),
        "over the batch": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=0)),
            "You add over the pairs, not over the features. Which axis should disappear?",
        ),
        "over everything": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum()),
            "One number for the whole batch. It should be one for each pair of rows: along which axis do you add?",
        ),
        "mean": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=-1)),
            "You take the mean of the squares. What does the formula do with them?",
        ),
        "all pairs": Mistake(
            lambda a, b: np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=-1)),
            "You compare each row with each row of the other batch. Asked was the first with the first, and so on.",
        ),
        "plus instead of minus": Mistake(
            lambda a, b: np.sqrt(((a + b) ** 2).sum(axis=-1)),
            "Two equal pictures should have the distance 0. What do you do with the two rows before you square?",
        ),
        "a little under the root": Mistake(lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1) + 1e-12), _EPSILON),
    },
    properties=(
        Property(lambda _, d: bool((d >= 0).all()), "A distance is never below 0."),
        Property(lambda _, d: bool(d[0] < 1e-3), "The first two rows are equal, but your distance between them is not 0."),
        Property(lambda _, d: bool(d[0] < 1e-9), _EPSILON),
    ),
    hints=(
        "How many numbers should come out for 3 pairs of pictures with 5 features each?",
        "Subtract, square, add up the features, take the root: in this order, for each pair.",
        "From (1, 2) to (4, 6): the differences are 3 and 4, the squares 9 and 16, the sum 25, the root 5.",
        "return np.sqrt(((a - b) ** 2).sum(axis=-1))",
    ),
)


def _pairs_of(same: list[float], different: list[float], scale: float) -> tuple[Float64Array, BoolArray]:
    """Distances of same-person pairs and of different-person pairs, in one array from far to near, and which is which."""
    ranks = np.array([*same, *different])
    flags = np.arange(len(ranks)) < len(same)
    order = np.argsort(-ranks, kind="stable")
    return scale * ranks[order], flags[order]


def _pairs_and_tau(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances, same flags and tau. Unequal numbers of both kinds, and pairs of both kinds exactly at tau."""
    for same, different, tau in (
        ([1, 2, 4, 4, 7], [3, 4, 5, 6, 8, 9, 9], 4),
        ([1, 2, 3], [2, 5, 6, 7, 8], 3),
        ([2, 6, 6, 8], [1, 3, 4, 5, 6, 6, 9], 6),
        ([2, 3], [4, 5, 6], 1),
        ([5, 2, 3], [4, 6], 6),
    ):
        scale = rng.uniform(0.5, 2)
        distance, flags = _pairs_of(list(same), list(different), scale)
        yield distance, flags, scale * tau


def _rates(distance: Float64Array, same: BoolArray, tau: float) -> Float64Array:
    accepted = distance <= tau
    return np.array([np.mean(accepted[~same]), np.mean(~accepted[same])])


def _rates_in_loops(distance: Float64Array, same: BoolArray, tau: float) -> list[float]:
    false_accepts = false_rejects = strangers = 0
    for d, is_same in zip(distance, same, strict=True):
        strangers += not is_same
        false_accepts += not is_same and d <= tau
        false_rejects += bool(is_same and d > tau)
    return [false_accepts / strangers, false_rejects / (len(same) - strangers)]


def _rates_in_keras(distance: Float64Array, same: BoolArray, tau: float) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    accepted = ops.cast(distance <= tau, "float32")
    is_same = ops.cast(same, "float32")
    far = ops.sum(accepted * (1 - is_same)) / ops.sum(1 - is_same)
    return ops.stack([far, ops.sum((1 - accepted) * is_same) / ops.sum(is_same)])


def _rates_by_searching(distance: Float64Array, same: BoolArray, tau: float) -> list[float]:
    strangers, own = np.sort(distance[~same]), np.sort(distance[same])
    far = np.searchsorted(strangers, tau, side="right") / len(strangers)
    return [float(far), float(1 - np.searchsorted(own, tau, side="right") / len(own))]


def _strict_rates(distance: Float64Array, same: BoolArray, tau: float) -> Float64Array:
    accepted = distance < tau
    return np.array([np.mean(accepted[~same]), np.mean(~accepted[same])])


def _shares_of_all(distance: Float64Array, same: BoolArray, tau: float) -> Float64Array:
    """Both kinds of error as shares of all pairs."""
    accepted = distance <= tau
    return np.array([np.mean(accepted & ~same), np.mean(~accepted & same)])


def _shares_of_answers(distance: Float64Array, same: BoolArray, tau: float) -> Float64Array:
    """Of those accepted the share of strangers, of those rejected the share of the right person."""
    accepted = distance <= tau
    return np.array([np.sum(accepted & ~same) / max(1, accepted.sum()), np.sum(~accepted & same) / max(1, (~accepted).sum())])


def _shares_of_answers_unguarded(distance: Float64Array, same: BoolArray, tau: float) -> Float64Array:
    accepted = distance <= tau
    with np.errstate(invalid="ignore"):
        return np.array([np.sum(accepted & ~same) / accepted.sum(), np.sum(~accepted & same) / (~accepted).sum()])


_SHARE = Property(lambda _, rates: bool(((rates >= 0) & (rates <= 1)).all()), "A rate is a share: it lies between 0 and 1.")

ERROR_RATES = Exercise(
    name="error_rates",
    objective="count the two kinds of error of a threshold",
    points=3,
    oracle=_rates,
    probes=_pairs_and_tau,
    right_answers={
        "loops": _rates_in_loops,
        "Keras": _rates_in_keras,
        "searchsorted": _rates_by_searching,
        "counts": lambda distance, same, tau: [
            np.count_nonzero(~same & (distance <= tau)) / np.count_nonzero(~same),
            np.count_nonzero(same & (distance > tau)) / np.count_nonzero(same),
        ],
    },
    mistakes={
        "exchanged": Mistake(
            lambda distance, same, tau: _rates(distance, same, tau)[::-1],
            "Both numbers are right, but in the other order. Which one did the task ask for first?",
        ),
        "below tau only": Mistake(
            _strict_rates,
            "A pair at exactly tau is rejected in your answer. What does the lesson's rule say about d = tau?",
        ),
        "neither in nor out": Mistake(
            lambda distance, same, tau: np.array([np.mean(distance[~same] <= tau), np.mean(distance[same] >= tau)]),
            "A pair at exactly tau is accepted in your FAR, and rejected in your FRR. Can one rule do both?",
        ),
        "far is same": Mistake(
            lambda distance, same, tau: _rates(-distance, same, -tau),
            "You accept the pairs that are *far* apart. Is d a degree of likeness, or of difference?",
        ),
        "flag turned round": Mistake(
            lambda distance, same, tau: _rates(distance, ~same, tau),
            "You count right answers, not errors: same-person pairs that are let in, and strangers that are not. "
            "Which pairs can be accepted *falsely*?",
        ),
        "shares of all pairs": Mistake(
            _shares_of_all,
            "You divide by the number of all pairs. Then a rare kind of pair can never have a high rate: among which pairs "
            "is each rate a share?",
        ),
        "shares of the answers": Mistake(
            _shares_of_answers,
            "You ask how many of the accepted are strangers. The rate asks the other way round: how many of the strangers "
            "are what?",
        ),
        "of nobody": Mistake(
            _shares_of_answers_unguarded,
            "You ask how many of the accepted are strangers. If nobody is accepted, that is 0 / 0. Which group is never empty "
            "here?",
        ),
        "true accepts": Mistake(
            lambda distance, same, tau: np.abs(np.array([0, 1]) - _rates(distance, same, tau)),
            "Your second number is the share of same-person pairs that get *in*: the true accept rate. What happens to a "
            "false reject?",
        ),
        "numbers": Mistake(
            lambda distance, same, tau: _rates(distance, same, tau) * np.array([(~same).sum(), same.sum()]),
            "Those are numbers of pairs. What makes a rate of a number?",
        ),
        "one number": Mistake(
            lambda distance, same, tau: _rates(distance, same, tau).mean(),
            "You have merged the two errors into one number. A door and a phone weigh them differently: can you keep them "
            "apart?",
        ),
    },
    properties=(
        Property(lambda _, rates: rates.shape == (2,), "Two numbers were asked for: one for each kind of error."),
        _SHARE,
    ),
    hints=(
        "Which pairs can be accepted falsely? Which can be rejected falsely? Two different groups: how large is each?",
        "Make an array that is True where the rule says 'same person'. For the FAR look at it among the different-person pairs "
        "only; for the FRR look at its opposite among the same-person pairs only.",
        "Distances 2, 5, 6, 8, 9; the first and the third pair show one person; tau = 5. Accepted: 2 and 5. Of the three "
        "different-person pairs, 5, 8 and 9, one gets in: a FAR of 1/3. Of the two same-person pairs, 2 and 6, one is turned "
        "away: an FRR of 1/2.",
        "accepted = distance <= tau\nreturn np.array([np.mean(accepted[~same]), np.mean(~accepted[same])])",
    ),
)


def _two_stacks(rng: np.random.Generator) -> Iterator[Arguments]:
    """Two stacks of pictures (n, height, width), all sizes different; the first two pictures are equal."""
    for shape in ((2, 3, 4), (4, 2, 3), (3, 5, 2)):
        a, b = rng.uniform(0.1, 1, (2, *shape))
        b[0] = a[0]
        yield a, 1.5 * b - 0.5 * a


def _picture_distance(a: Float64Array, b: Float64Array) -> Float64Array:
    return np.asarray(np.sqrt(((a - b) ** 2).sum(axis=(1, 2))))


def _picture_distance_in_keras(a: Float64Array, b: Float64Array) -> Any:
    from course_utils.backend import keras

    flat = keras.ops.reshape(keras.ops.cast(a - b, "float32"), (len(a), -1))
    return keras.ops.norm(flat, axis=1)


MENDED_PICTURE_DISTANCE = Exercise(
    name="mended_picture_distance",
    objective="find out which axes a distance of pictures has to add over, and when to take the root",
    points=2,
    oracle=_picture_distance,
    probes=_two_stacks,
    right_answers={
        "reshape": lambda a, b: _distance(a.reshape(len(a), -1), b.reshape(len(b), -1)),
        "norm": lambda a, b: np.linalg.norm(a - b, axis=(1, 2)),
        "Keras": _picture_distance_in_keras,
        "loops": lambda a, b: [
            sum((x - y) ** 2 for x, y in zip(p.flat, q.flat, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)
        ],
        "einsum": lambda a, b: np.einsum("nhw,nhw->n", a - b, a - b) ** 0.5,
    },
    mistakes={
        "sum of the rows' distances": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1)).sum(axis=-1),
            "That is the fellow student's number: a distance for each row of the picture, and then their sum. Is the root of a "
            "sum the sum of the roots?",
        ),
        "sum of the columns' distances": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=1)).sum(axis=-1),
            "Now you have a distance for each *column*, and their sum. The same trouble, turned by 90 degrees: how often "
            "should there be a root for one pair of pictures?",
        ),
        "mean of the rows' distances": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1)).mean(axis=-1),
            "You take the mean of the rows' distances. A root is still taken of each row: where does it belong?",
        ),
        "one for each row": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=-1)),
            "A number for each row of each picture is left. Which second axis should disappear, and before or after the root?",
        ),
        "over everything": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).sum()),
            "One number for the whole stack. Which axis tells the pairs apart, and has to stay?",
        ),
        "a root of roots": Mistake(
            lambda a, b: np.sqrt(np.sqrt(((a - b) ** 2).sum(axis=-1)).sum(axis=-1)),
            "There are two roots in a row in your answer. After the first one, what do you add up?",
        ),
        "no root": Mistake(
            lambda a, b: ((a - b) ** 2).sum(axis=(1, 2)),
            "The axes are right. What is still missing after the sum of the squares?",
        ),
        "mean": Mistake(
            lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=(1, 2))),
            "You take the mean over the pixels. In the lesson's formula, what is done with the squares?",
        ),
        "spectral norm": Mistake(
            lambda a, b: np.linalg.norm(a - b, ord=2, axis=(1, 2)),
            "With `ord=2` NumPy gives the largest singular value of a matrix. Is a picture a matrix here, or a long row of "
            "pixels?",
        ),
        "a little under the root": Mistake(lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=(1, 2)) + 1e-12), _EPSILON),
    },
    properties=(
        Property(lambda arguments, d: d.shape == (len(arguments[0]),), "One number for each pair of pictures was asked for."),
        Property(lambda _, d: bool((d >= 0).all()), "A distance of pictures is never below 0."),
        Property(lambda _, d: bool(d[0] < 1e-3), "The first two pictures are equal. What is their distance?"),
        Property(lambda _, d: bool(d[0] < 1e-9), _EPSILON),
    ),
    hints=(
        "Turn both pictures on their side. No pixel has changed. Should the distance? Where does the function treat rows and "
        "columns differently?",
        "A distance has one root, taken once all squares of one pair are added up: over height and over width.",
        "One picture of two rows, with the differences (3, 0) and (0, 4). Row by row: 3 + 4 = 7. As one long row: the squares "
        "add up to 25, and the root is 5.",
        "return np.sqrt(((a - b) ** 2).sum(axis=(1, 2)))",
    ),
)


def _counts(people: int, pictures: int) -> NDArray[np.int64]:
    return np.array([people * comb(pictures, 2), comb(people, 2) * pictures**2])


def _counts_of_a_table(people: int, pictures: int) -> list[int]:
    person = np.repeat(np.arange(people), pictures)
    first, second = np.triu_indices(len(person), k=1)
    same = person[first] == person[second]
    return [int(same.sum()), int((~same).sum())]


def _counts_in_loops(people: int, pictures: int) -> list[int]:
    counts = [0, 0]
    for (person, _), (other, _) in combinations([(i, k) for i in range(people) for k in range(pictures)], 2):
        counts[person != other] += 1
    return counts


def _counts_by_subtraction(people: int, pictures: int) -> list[float]:
    everything = people * pictures
    same = people * pictures * (pictures - 1) / 2
    return [same, everything * (everything - 1) / 2 - same]


PAIR_COUNTS = Exercise(
    name="pair_counts",
    objective="predict how many pairs of one person and of two people there are",
    points=2,
    oracle=_counts,
    probes=lambda rng: iter(
        [(3, 4), (int(rng.integers(5, 8)), 2), (1, int(rng.integers(5, 9))), (int(rng.integers(5, 9)), 1), (4, 7)]
    ),
    right_answers={
        "table": _counts_of_a_table,
        "loops": _counts_in_loops,
        "all minus same": _counts_by_subtraction,
        "sums": lambda people, pictures: [
            people * sum(range(pictures)),
            sum(pictures * pictures * other for other in range(people)),
        ],
    },
    mistakes={
        "with itself": Mistake(
            lambda people, pictures: [people * comb(pictures + 1, 2), comb(people, 2) * pictures**2],
            "You pair each picture with itself, too. Its distance is 0 whatever the method: would such a pair test anything?",
        ),
        "both orders": Mistake(
            lambda people, pictures: 2 * _counts(people, pictures),
            "You count each pair twice. Is (a, b) another pair than (b, a)?",
        ),
        "everything with everything": Mistake(
            lambda people, pictures: [people * pictures**2, people * (people - 1) * pictures**2],
            "Those are all entries of the table of distances: each pair stands there twice, and what stands on the diagonal?",
        ),
        "same in both orders": Mistake(
            lambda people, pictures: [2 * people * comb(pictures, 2), comb(people, 2) * pictures**2],
            "The different-person pairs are right. Take one person with three pictures and write down the pairs: how many are "
            "there, each one once?",
        ),
        "different in both orders": Mistake(
            lambda people, pictures: [people * comb(pictures, 2), 2 * comb(people, 2) * pictures**2],
            "The same-person pairs are right. Of the two people of a pair, does it matter who comes first?",
        ),
        "one picture each": Mistake(
            lambda people, pictures: [people * comb(pictures, 2), comb(people, 2)],
            "Your second number counts pairs of *people*. How many pairs of pictures does one pair of people have?",
        ),
        "pictures not squared": Mistake(
            lambda people, pictures: [people * comb(pictures, 2), comb(people, 2) * pictures],
            "For two people you pair the first picture with the first, the second with the second. With whom else can it be "
            "paired?",
        ),
        "never the same number": Mistake(
            lambda people, pictures: [people * comb(pictures, 2), comb(people, 2) * pictures * (pictures - 1)],
            "Your strangers never meet with pictures of the same number. Is picture 1 of one person the same picture as "
            "picture 1 of another?",
        ),
        "one person": Mistake(
            lambda people, pictures: [comb(pictures, 2), comb(people, 2) * pictures**2],
            "Your first number is that of one person. How many people are there?",
        ),
        "all pairs": Mistake(
            lambda people, pictures: [people * comb(pictures, 2), comb(people * pictures, 2)],
            "Your second number counts all pairs. Which of them do not show two people?",
        ),
        "exchanged": Mistake(
            lambda people, pictures: _counts(people, pictures)[::-1],
            "Both numbers are right, but in the other order. Which one was asked for first?",
        ),
        "people and pictures exchanged": Mistake(
            lambda people, pictures: _counts(pictures, people),
            "You have taken the number of people for that of pictures of each. Which argument comes first?",
        ),
    },
    properties=(
        Property(
            lambda _, counts: counts.shape == (2,), "Two numbers were asked for: pairs of one person, pairs of two people."
        ),
        Property(
            lambda _, counts: bool((counts >= 0).all() and (counts == np.round(counts)).all()),
            "You can count pairs: 0, 1, 2, ...",
        ),
        Property(
            lambda arguments, counts: arguments[0] > 1 or counts[1] == 0,
            "With one person there is nobody else. How many pairs of two people can there be?",
        ),
        Property(
            lambda arguments, counts: arguments[1] > 1 or counts[0] == 0,
            "With one picture of each person, what is there to pair it with?",
        ),
        Property(
            lambda arguments, counts: counts.sum() == comb(arguments[0] * arguments[1], 2),
            "Together, your two numbers are not all pairs of the pictures. How many pairs have n pictures?",
        ),
    ),
    hints=(
        "Two people with two pictures each: write down all pairs. How many are of each kind?",
        "n things make n (n - 1) / 2 pairs. Use it for the pictures of one person, and for the people. Then ask how many pairs "
        "of pictures each pair of people has.",
        "Three people, two pictures each: each person has one pair, so 3. There are 3 ways to choose two people, with 2 * 2 "
        "pairs of pictures each: 12. Together 15, and six pictures do have 6 * 5 / 2 = 15 pairs.",
        "return np.array([people * comb(pictures, 2), comb(people, 2) * pictures**2])",
    ),
)


def _pairs_and_far(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances, same flags, and the share asked for.

    The numbers of strangers are 4 or 8, so that a share is hit exactly. Equal strangers where the share is used up, pairs of
    one person between two strangers and beyond all of them, a share that only nobody keeps, and one that everybody keeps.
    """
    for same, different, far in (
        ([1, 2, 4.5, 12], [3, 4, 5, 6, 7, 8, 9, 10], 0.25),
        ([1, 6, 12], [3, 5, 5, 5, 7, 8, 9, 10], 0.25),
        ([2, 3, 9], [1, 4, 5, 6], 0.2),
        ([4, 7, 6], [3, 5, 6, 6, 8, 8, 9, 9], 0.7),
        ([2, 11], [4, 5, 6, 9], 1.0),
        ([1, 3, 6], [2, 4, 5, 7], 0.0),
    ):
        scale = rng.uniform(0.5, 2)
        yield *_pairs_of(list(same), list(different), scale), far


def _tau(
    distance: Float64Array,
    same: BoolArray,
    far: float,
    kept: Callable[[Float64Array, BoolArray, float, float], Any] = lambda distance, same, far, tau: (
        np.mean(distance[~same] <= tau) <= far
    ),
    pick: Callable[[list[float]], float] = max,
    nobody: float = -np.inf,
) -> float:
    taus = [tau for tau in distance.tolist() if kept(distance, same, far, tau)]
    return pick(taus) if taus else nobody


def _tau_by_sorting(distance: Float64Array, same: BoolArray, far: float) -> float:
    """The first stranger too many; the farthest pair before that one."""
    strangers = np.sort(distance[~same])
    allowed = int(far * len(strangers))
    before = distance if allowed == len(strangers) else distance[distance < strangers[allowed]]
    return float(before.max(initial=-np.inf))


def _tau_in_keras(distance: Float64Array, same: BoolArray, far: float) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    d = ops.cast(distance, "float32")
    accepted = ops.cast(d[None, :] <= d[:, None], "float32") * ops.cast(~same, "float32")
    rates = ops.sum(accepted, axis=1) / float((~same).sum())
    return ops.max(ops.where(rates <= far, d, -np.inf))


def _tau_in_a_loop(distance: Float64Array, same: BoolArray, far: float) -> float:
    best = -np.inf
    for tau in np.unique(distance):
        if np.sum((distance <= tau) & ~same) > far * np.sum(~same):
            break
        best = tau
    return float(best)


def _tau_by_roc(distance: Float64Array, same: BoolArray, far: float) -> float:
    from sklearn.metrics import roc_curve

    rates, _, scores = roc_curve(same, -distance, drop_intermediate=False)
    return float((-scores)[rates <= far].max())


def _tau_by_counting(distance: Float64Array, same: BoolArray, far: float) -> float:
    """The last stranger who may come in, as if no two were equally far."""
    strangers = np.sort(distance[~same])
    allowed = int(far * len(strangers))
    return float(strangers[allowed - 1]) if allowed else -np.inf


def _tau_one_too_many(distance: Float64Array, same: BoolArray, far: float) -> float:
    strangers = np.sort(distance[~same])
    return float(strangers[min(int(far * len(strangers)), len(strangers) - 1)])


TAU_FROM_DATA = Exercise(
    name="tau_from_data",
    objective="choose the largest threshold that keeps the FAR, on people held out for it",
    points=3,
    oracle=_tau,
    probes=_pairs_and_far,
    right_answers={
        "sorting": _tau_by_sorting,
        "Keras": _tau_in_keras,
        "loop": _tau_in_a_loop,
        "ROC curve": _tau_by_roc,
        "float32": lambda distance, same, far: np.float32(_tau(distance.astype(np.float32), same, far)),
    },
    mistakes={
        "k-th stranger": Mistake(
            _tau_by_counting,
            "You count the nearest strangers and stop at the last one who may come in. What if the next one is exactly as far? "
            "And can tau be larger, without reaching the next stranger?",
        ),
        "strangers' distances only": Mistake(
            lambda distance, same, far: _tau(distance[~same], same[~same], far),
            "The FAR is kept, but tau could be larger: you try the distances of strangers only. What of a same-person pair "
            "between two of them?",
        ),
        "same people's distances only": Mistake(
            lambda distance, same, far: _tau(
                distance,
                same,
                far,
                lambda distance, same, far, tau: np.mean(distance[~same] <= tau) <= far and tau in distance[same],
            ),
            "The FAR is kept, but tau could be larger: you try the distances of same-person pairs only. Which others are "
            "there?",
        ),
        "the next stranger": Mistake(
            _tau_one_too_many,
            "Your tau is the distance of the first stranger who must stay out. Does the rule d <= tau keep that one out?",
        ),
        "quantile": Mistake(
            lambda distance, same, far: np.quantile(distance[~same], far),
            "`quantile` may return a number between two distances, and does not look at equal ones. How many strangers are at "
            "or below your tau?",
        ),
        "share not used up": Mistake(
            lambda distance, same, far: _tau(
                distance, same, far, lambda distance, same, far, tau: np.mean(distance[~same] <= tau) < far
            ),
            "Your tau keeps the FAR strictly *below* the share. May it not be equal to it?",
        ),
        "accepted below tau only": Mistake(
            lambda distance, same, far: _tau(
                distance, same, far, lambda distance, same, far, tau: np.mean(distance[~same] < tau) <= far
            ),
            "You count the strangers nearer than tau. Those exactly at tau: does the lesson's rule let them in?",
        ),
        "share of all pairs": Mistake(
            lambda distance, same, far: _tau(
                distance, same, far, lambda distance, same, far, tau: np.mean((distance <= tau) & ~same) <= far
            ),
            "You divide the false accepts by the number of *all* pairs. Among which pairs is the FAR a share?",
        ),
        "share of same-person pairs": Mistake(
            lambda distance, same, far: _tau(
                distance, same, far, lambda distance, same, far, tau: np.mean(distance[same] <= tau) <= far
            ),
            "You limit how many pairs of *one* person get in. Which pairs make a false accept?",
        ),
        "false rejects": Mistake(
            lambda distance, same, far: _tau(
                distance, same, far, lambda distance, same, far, tau: np.mean(distance[same] > tau) <= far
            ),
            "You keep the false *reject* rate at or below the share. Which of the two errors was to be limited?",
        ),
        "smallest": Mistake(
            lambda distance, same, far: _tau(distance, same, far, pick=min),
            "You take the smallest tau that keeps the FAR. It keeps the rightful visitors out, too: which one serves them "
            "best?",
        ),
        "somebody always": Mistake(
            lambda distance, same, far: _tau(distance, same, far, nobody=float(distance.min())),
            "If no distance keeps the FAR, you take the smallest one all the same. Is the FAR kept then? What does the task "
            "say for this case?",
        ),
        "zero for nobody": Mistake(
            lambda distance, same, far: _tau(distance, same, far, nobody=0.0),
            "If no distance keeps the FAR, you return 0. Two equal pictures would still get in: what was to be returned?",
        ),
    },
    properties=(
        Property(lambda _, tau: tau.size == 1, "One number was asked for: a threshold."),
        Property(
            lambda arguments, tau: bool(np.mean(arguments[0][~arguments[1]] <= tau.item()) <= arguments[2]),
            "With your tau, more strangers come in than the share allows. How many are at or below it?",
        ),
        Property(
            lambda arguments, tau: tau.item() == -np.inf or bool(np.isclose(arguments[0], tau.item()).any()),
            "Your tau keeps the FAR, but it is none of the distances in the data. Which values may it take?",
        ),
    ),
    hints=(
        "If you were given a tau, how would you find out whether it keeps the FAR? And which tau could you try, one after "
        "another?",
        "The FAR changes only at the distances in the data. So try each of them, keep those whose FAR is small enough, and "
        "take the largest. If none is left, nobody may come in.",
        "Strangers at 2, 6, 6 and 9, one person's pairs at 1 and 4, a share of one half. At 1 the FAR is 0, at 2 and at 4 it "
        "is 1/4. At 6 both strangers come in together: 3/4, too many. So tau is 4.",
        "candidates = [-np.inf, *distance]\nreturn max(tau for tau in candidates if np.mean(distance[~same] <= tau) <= far)",
    ),
)


def _overlapping_pairs(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances and same flags: two hills that overlap.

    No tau with equal rates, and none with two equally good; two equally good ones with other means (all numbers of pairs are
    powers of two, so rounding decides nothing); a smaller mean elsewhere; hills that do not overlap, by very
    little; both rates changing at one tau.
    The distances of the first set lie between 0 and 1.
    """
    for same, different, largest in (
        ([1, 2, 4, 6, 7], [3, 5, 8, 9, 10, 11, 12], 0.9),
        ([1, 1, 2, 9], [4, 4, 4, 4, 6, 7, 8, 10], 5),
        ([1, 2, 3, 4, 5, 20, 21, 22], [6, 7, 8, 9, 10, 11, 12, 13], 40),
        ([1, 2, 3], [3.001, 3.002, 3.003, 900], 900),
        ([1, 2, 4, 4, 9], [3, 4, 4, 7, 8, 9, 10], 30),
    ):
        yield _pairs_of(list(same), list(different), largest / max(same + different) * rng.uniform(0.8, 1))


Score = Callable[[Float64Array, Float64Array], Any]


def _all_rates(
    distance: Float64Array, same: BoolArray, taus: Float64Array | None = None, rates: Function = _rates
) -> tuple[Float64Array, Float64Array]:
    """FAR and FRR of each threshold, from near to far."""
    far, frr = np.array([rates(distance, same, tau) for tau in (np.unique(distance) if taus is None else taus)]).T
    return far, frr


def _eer(
    distance: Float64Array,
    same: BoolArray,
    taus: Float64Array | None = None,
    score: Score = lambda far, frr: np.abs(far - frr),
    value: Score = lambda far, frr: (far + frr) / 2,
    rates: Function = _rates,
) -> Any:
    far, frr = _all_rates(distance, same, taus, rates)
    best = np.argmin(score(far, frr))
    return value(far[best], frr[best])


def _eer_in_loops(distance: Float64Array, same: BoolArray) -> float:
    best, rate = 2.0, 0.0
    for tau in sorted(distance):
        far, frr = _rates_in_loops(distance, same, tau)
        if abs(far - frr) < best:
            best, rate = abs(far - frr), (far + frr) / 2
    return rate


def _eer_in_sums(distance: Float64Array, same: BoolArray) -> Float64Array:
    """Sorted once; the rates are running sums, looked at where the distance changes."""
    order = np.argsort(distance)
    d, own = distance[order], same[order]
    last = np.append(d[1:] != d[:-1], True)
    far = (np.cumsum(~own) / (~own).sum())[last]
    frr = ((own.sum() - np.cumsum(own)) / own.sum())[last]
    best = np.abs(far - frr).argmin()
    return np.asarray((far[best] + frr[best]) / 2)


def _eer_in_keras(distance: Float64Array, same: BoolArray) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    d = ops.cast(np.sort(distance), "float32")
    far = ops.mean(ops.cast(ops.cast(distance[~same], "float32") <= d[:, None], "float32"), axis=1)
    frr = ops.mean(ops.cast(ops.cast(distance[same], "float32") > d[:, None], "float32"), axis=1)
    best = int(ops.argmin(ops.abs(far - frr)))
    return (far[best] + frr[best]) / 2


def _eer_by_roc(distance: Float64Array, same: BoolArray) -> float:
    from sklearn.metrics import roc_curve

    far, tar, _ = roc_curve(same, -distance, drop_intermediate=False)
    best = np.argmin(np.abs(far - 1 + tar))
    return float(far[best] + 1 - tar[best]) / 2


def _eer_interpolated(distance: Float64Array, same: BoolArray) -> Float64Array:
    far, frr = _all_rates(distance, same, np.append(-np.inf, np.unique(distance)))
    return np.asarray(np.interp(0.0, far - frr, far))


EQUAL_ERROR_RATE = Exercise(
    name="equal_error_rate",
    objective="describe a distance by the error rate where both kinds of error are equally frequent",
    points=3,
    oracle=_eer,
    probes=_overlapping_pairs,
    right_answers={
        "loops": _eer_in_loops,
        "running sums": _eer_in_sums,
        "Keras": _eer_in_keras,
        "ROC curve": _eer_by_roc,
    },
    mistakes={
        "FAR only": Mistake(
            lambda distance, same: _eer(distance, same, value=lambda far, frr: far),
            "You return the FAR at that tau. The FRR there is seldom exactly the same: how does the task make one number of "
            "both?",
        ),
        "FRR only": Mistake(
            lambda distance, same: _eer(distance, same, value=lambda far, frr: frr),
            "You return the FRR at that tau. The FAR there is seldom exactly the same: how does the task make one number of "
            "both?",
        ),
        "sum": Mistake(
            lambda distance, same: _eer(distance, same, value=lambda far, frr: far + frr),
            "You add the two rates. If both were 20%, which number would you report?",
        ),
        "accuracy": Mistake(
            lambda distance, same: 1 - _eer(distance, same),
            "A good distance gets a large number from you. Is that a rate of errors, or of right answers?",
        ),
        "tau itself": Mistake(
            lambda distance, same: np.unique(distance)[np.argmin(np.abs(np.subtract(*_all_rates(distance, same))))],
            "You return the threshold. It has the unit of the distance; which number at this threshold was asked for?",
        ),
        "least mean error": Mistake(
            lambda distance, same: _eer(distance, same, score=lambda far, frr: far + frr),
            "You look for the smallest *sum* of the two rates. That is another rule; when are two errors equally frequent?",
        ),
        "sign of the gap": Mistake(
            lambda distance, same: _eer(distance, same, score=lambda far, frr: far - frr),
            "You look for the smallest FAR minus FRR, and that is a very negative one, at one end. How do you ask for the "
            "difference nearest to 0?",
        ),
        "largest gap": Mistake(
            lambda distance, same: _eer(distance, same, score=lambda far, frr: -np.abs(far - frr)),
            "You take the tau at which the two rates differ *most*. Which one was wanted?",
        ),
        "last of two": Mistake(
            lambda distance, same: _eer(distance, same, np.unique(distance)[::-1]),
            "Where two thresholds are equally good, you take the larger one. Which one was asked for?",
        ),
        "strangers' thresholds only": Mistake(
            lambda distance, same: _eer(distance, same, np.unique(distance[~same])),
            "You try the distances of strangers only. At which other distances does one of the two rates change?",
        ),
        "same people's thresholds only": Mistake(
            lambda distance, same: _eer(distance, same, np.unique(distance[same])),
            "You try the distances of same-person pairs only. At which other distances does one of the two rates change?",
        ),
        "thresholds from 0 to 1": Mistake(
            lambda distance, same: _eer(distance, same, np.linspace(0, 1, 101)),
            "You try thresholds between 0 and 1. Does every distance lie there? Which thresholds make a difference?",
        ),
        "smallest of the larger ones": Mistake(
            lambda distance, same: np.min(np.maximum(*_all_rates(distance, same))),
            "You make the larger of the two rates as small as it can be, and return it. The task makes one number of *both*: "
            "how?",
        ),
        "interpolated": Mistake(
            _eer_interpolated,
            "You draw a line between two thresholds and read it where the curves cross, as the course's package does. That is "
            "a good rule, too, but not the one of this task: at which tau of the data do the two rates differ least?",
        ),
        "shares of all pairs": Mistake(
            lambda distance, same: _eer(distance, same, rates=_shares_of_all),
            "Your rates are shares of all pairs. Among which pairs is each rate a share?",
        ),
    },
    properties=(
        Property(lambda _, rate: rate.size == 1, "One number was asked for: a rate."),
        _SHARE,
        Property(
            lambda arguments, rate: arguments[0][arguments[1]].max() > arguments[0][~arguments[1]].min() or rate.item() == 0,
            "For one input every same-person pair is nearer than every stranger. What is the EER if some tau makes no error?",
        ),
    ),
    hints=(
        "When tau rises, which rate rises and which one falls? How would you notice that they have met?",
        "At each of the distances in the data compute both rates. Take the tau at which they differ least, and return the mean "
        "of the two there.",
        "One person's pairs at 1, 3 and 8, strangers at 2, 5, 6 and 9. At 2: FAR 1/4, FRR 2/3. At 3: 1/4 and 1/3, a difference "
        "of 1/12. At 5: 1/2 and 1/3, a difference of 1/6. So tau = 3, and the EER is (1/4 + 1/3) / 2 = 7/24.",
        "rates = np.array([error_rates(distance, same, tau) for tau in np.unique(distance)])\n"
        "best = np.argmin(np.abs(rates[:, 0] - rates[:, 1]))\n"
        "return np.sum(rates[best]) / 2",
    ),
)


EXERCISES = (EUCLIDEAN, ERROR_RATES, MENDED_PICTURE_DISTANCE, PAIR_COUNTS, TAU_FROM_DATA, EQUAL_ERROR_RATE)
