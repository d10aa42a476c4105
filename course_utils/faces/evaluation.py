"""How good is a distance? Error rates of verification and recognition, on people never seen, with intervals over people.

Everywhere in this module a pair is accepted as "same" when its distance is <= tau, as in the lecture notes.

Two things come first and carry the guard against leaks: `verification_pairs` (which pictures to compare) and
`identification_trials` (whom to enrol, whom to ask for). Both must be told on whom the method was trained, and refuse to judge
it on these people. The rates are then plain functions of what they return.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score, roc_curve

from course_utils import checks
from course_utils.arrays import Array, BoolArray, Float64Array, FloatArray, IntArray
from course_utils.data.splits import assert_disjoint
from course_utils.faces.distances import pairwise

Metric = Callable[[FloatArray, FloatArray], FloatArray]

# ---- Verification: is this the person they claim to be? ----


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class Pairs:
    """Pairs of pictures to compare.

    Attributes:
        first, second: (pairs,) int, the indexes of the two pictures.
        same: (pairs,) bool, whether both show one person.
        first_person, second_person: (pairs,) int, whom they show.
    """

    first: IntArray
    second: IntArray
    same: BoolArray
    first_person: IntArray
    second_person: IntArray

    def weight(self, drawn: ArrayLike) -> Float64Array:
        """Say how often each pair occurs in a sample of people drawn with replacement.

        A person drawn twice counts as two people whose pictures look alike; they are not compared with each other.

        Args:
            drawn: (draws,) int, the people drawn.

        Returns:
            (pairs,) the number of times each pair is in the sample.
        """
        first, second = _occurrences(self.first_person, drawn), _occurrences(self.second_person, drawn)
        return np.where(self.same, first, first * second)


def verification_pairs(people: ArrayLike, *, trained_on: Iterable[int]) -> Pairs:
    """Return every pair of two different pictures, each pair once.

    Args:
        people: (pictures,) int, whom each picture shows.
        trained_on: the people that the method under test has learned from; () if it learned from nobody.

    Raises:
        ValueError: somebody was trained on, or there is no pair of one person or none of two.
    """
    person = _never_seen(people, trained_on)
    first, second = np.triu_indices(len(person), k=1)
    same = person[first] == person[second]
    if not same.any() or same.all():
        raise ValueError("people: need at least two people, and two pictures of at least one of them")
    return Pairs(first, second, same, person[first], person[second])


class Roc(NamedTuple):
    """Error rates at every threshold that makes a difference, in order of rising tau; each (thresholds,) float."""

    tau: Float64Array
    far: Float64Array
    tar: Float64Array


class ErrorRates(NamedTuple):
    """False accept rate (strangers accepted) and false reject rate (genuine pairs rejected), both from 0 to 1."""

    far: float
    frr: float

    @property
    def balanced_accuracy(self) -> float:
        """The mean of the two shares of right decisions; 0.5 for a coin, and for always giving one answer."""
        return 1 - (self.far + self.frr) / 2


def error_rates(distance: ArrayLike, same: ArrayLike, tau: float, weight: ArrayLike | None = None) -> ErrorRates:
    """Return the false accept and false reject rates of the rule `distance <= tau`.

    Args:
        distance: (pairs,) float.
        same: (pairs,) bool.
        tau: the threshold, in the unit of the distance.
        weight: (pairs,) how much each pair counts; 1 each if not given.

    Raises:
        ValueError: the arrays differ in length, a distance is not a finite number, a weight is below 0, one kind of pair is
            missing, or tau is no number.
    """
    distance, same, weight = _check_scores(distance, same, weight)
    tau = _as_threshold(tau)
    accepted = distance <= tau
    far = float(np.average(accepted[~same], weights=weight[~same]))
    frr = float(np.average(~accepted[same], weights=weight[same]))
    return ErrorRates(far, frr)


def roc(distance: ArrayLike, same: ArrayLike, weight: ArrayLike | None = None) -> Roc:
    """Return the receiver operating characteristic: true against false accept rate as tau rises.

    Arguments and errors as for `error_rates`. The first threshold is -inf: nobody is accepted.
    """
    distance, same, weight = _check_scores(distance, same, weight)
    far, tar, score = roc_curve(same, -distance, sample_weight=weight, drop_intermediate=False)
    return Roc(-score, far, tar)


def auc(distance: ArrayLike, same: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the area under the ROC curve: the chance that a same pair is closer than a different one (0.5: a coin).

    Arguments and errors as for `error_rates`.
    """
    distance, same, weight = _check_scores(distance, same, weight)
    return float(roc_auc_score(same, -distance, sample_weight=weight))


def equal_error_rate(distance: ArrayLike, same: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the error rate at the threshold where false accepts and false rejects are equally frequent.

    The curve is interpolated linearly between its points. Arguments and errors as for `error_rates`.
    """
    curve = roc(distance, same, weight)
    return float(np.interp(0.0, curve.far - (1 - curve.tar), curve.far))


def tar_at_far(distance: ArrayLike, same: ArrayLike, far: float = 0.01, weight: ArrayLike | None = None) -> float:
    """Return the highest true accept rate that keeps the false accept rate at or below `far`.

    Other arguments and errors as for `error_rates`.
    """
    far = _share("far", far)
    curve = roc(distance, same, weight)
    return float(curve.tar[curve.far <= far].max())


def choose_threshold(
    distance: ArrayLike,
    same: ArrayLike,
    by: Literal["equal_error", "far", "cost"] = "equal_error",
    *,
    far: float = 0.01,
    false_accept_cost: float = 1.0,
    false_reject_cost: float = 1.0,
    share_same: float = 0.5,
) -> float:
    """Choose tau on pairs of people who were held out for it.

    Args:
        distance: (pairs,) float.
        same: (pairs,) bool.
        by: "equal_error": false accepts and false rejects equally frequent; "far": the largest tau that keeps the false
            accept rate at or below `far`; "cost": the least expected cost of an attempt,
            `false_accept_cost` (1 - share_same) FAR + `false_reject_cost` share_same FRR.
        far: the false accept rate not to exceed, for "far".
        false_accept_cost: the price of accepting a stranger, for "cost".
        false_reject_cost: the price of rejecting the right person, for "cost".
        share_same: the share of genuine attempts in use, for "cost".

    Returns:
        One of the distances; -inf if the rule is best served by accepting nobody.

    Raises:
        ValueError: an unknown rule, a share outside 0 to 1, a negative cost, or as for `error_rates`.
    """
    checks.choice("by", by, ("equal_error", "far", "cost"))
    far, share_same = _share("far", far), _share("share_same", share_same)
    false_accept_cost = checks.in_range("false_accept_cost", false_accept_cost, least=0)
    false_reject_cost = checks.in_range("false_reject_cost", false_reject_cost, least=0)
    curve = roc(distance, same)
    if by == "equal_error":
        return float(curve.tau[np.argmin(np.abs(curve.far - (1 - curve.tar)))])
    if by == "far":
        return float(curve.tau[curve.far <= far].max())
    cost = false_accept_cost * (1 - share_same) * curve.far + false_reject_cost * share_same * (1 - curve.tar)
    return float(curve.tau[np.argmin(cost)])


# ---- Recognition: which of K people is it, or nobody? ----


class Episode(NamedTuple):
    """One round of recognition.

    Attributes:
        enrolled: (n_way, k_shot) int, the indexes of the pictures enrolled of each person.
        queries: (queries,) int, the indexes of the pictures to recognise.
    """

    enrolled: IntArray
    queries: IntArray


@dataclass(frozen=True, eq=False)
class Trials:
    """What recognition answered to each query.

    Attributes:
        person: (trials,) int, whom the query shows.
        known: (trials,) bool, whether that person was enrolled.
        named_right: (trials,) bool, whether the nearest enrolled person is the right one.
        distance: (trials,) float, the distance to the nearest enrolled person.
    """

    person: IntArray
    known: BoolArray
    named_right: BoolArray
    distance: Float64Array


def each_enrolled_in_turn(people: ArrayLike, k_shot: int = 1) -> Iterator[Episode]:
    """Everybody is enrolled with their first `k_shot` pictures, then with those from the second on, and so on round.

    Nothing is drawn at random: every picture is enrolled equally often, and all others are queries.

    Args:
        people: (pictures,) int, whom each picture shows; equally many pictures of each person.
        k_shot: pictures enrolled of each person.

    Raises:
        ValueError: unequal numbers of pictures, or no picture left to ask for.
    """
    pictures = _pictures_by_person(people)
    if len({len(mine) for mine in pictures}) > 1:
        raise ValueError("people: every person must have the same number of pictures; leave out what some have more")
    k_shot, table = _shots(pictures, k_shot), np.array(pictures)
    turned = (np.roll(table, -start, axis=1) for start in range(table.shape[1]))
    return (Episode(turn[:, :k_shot], turn[:, k_shot:].ravel()) for turn in turned)


def open_set_episodes(people: ArrayLike, enrolled: int, episodes: int = 200, seed: int = 0) -> Iterator[Episode]:
    """Each episode enrols one picture of each of `enrolled` people; all other pictures, of strangers too, are queries.

    Args:
        people: (pictures,) int, whom each picture shows.
        enrolled: how many people are enrolled; the others are strangers.
        episodes: how many.
        seed: the same seed, the same episodes.

    Raises:
        ValueError: nobody would be a stranger, or somebody has no picture left to ask for.
    """
    pictures = _pictures_by_person(people)
    _shots(pictures, 1)
    if len(pictures) < 2:
        raise ValueError("people: two or more are needed, so that somebody is a stranger")
    enrolled = checks.whole_number("enrolled", enrolled, 1, len(pictures) - 1)
    episodes, seed = checks.whole_number("episodes", episodes), checks.whole_number("seed", seed, 0)
    everything = np.concatenate(pictures)

    def draw(rng: np.random.Generator) -> Episode:
        chosen = np.array([[rng.choice(pictures[p])] for p in rng.permutation(len(pictures))[:enrolled]])
        return Episode(chosen, np.setdiff1d(everything, chosen))

    return map(draw, repeat(np.random.default_rng(seed), episodes))


def identification_trials(
    features: ArrayLike,
    people: ArrayLike,
    episodes: Iterable[Episode],
    *,
    trained_on: Iterable[int],
    metric: str | Metric = "euclidean",
) -> Trials:
    """Answer each query with the enrolled person whose mean feature vector is nearest.

    Args:
        features: (pictures, features) float.
        people: (pictures,) int, whom each picture shows.
        episodes: whom to enrol and whom to ask for.
        trained_on: the people that the method under test has learned from; () if it learned from nobody.
        metric: as for `course_utils.faces.distances.pairwise`; or a function from (n, features) and (m, features) to (n, m)
            degrees of difference, such as one minus the probability of `networks.verification_head`.

    Raises:
        ValueError: somebody was trained on, features and people differ in length, a feature is not a finite number, no
            episode came, it names pictures that are not there, asks for one that is enrolled, or has not one row for each
            person enrolled; the metric does not give (n, m) finite numbers.
    """
    person = _never_seen(people, trained_on)
    features = checks.numbers("features", features, "(pictures, features)")
    if len(features) != len(person):
        raise ValueError(f"features, people: expected one row each per picture, got {len(features)} and {len(person)}")
    if isinstance(episodes, Episode) or not isinstance(episodes, Iterable):
        raise ValueError(f"episodes: expected several, [episode] for one, got {checks.quoted(episodes)}")
    answers = [_answer(features, person, _checked_episode(episode, person), metric) for episode in episodes]
    if not answers:
        raise ValueError("episodes: none came. A generator gives them only once; to use them again, keep them in a list")
    return Trials(*(np.concatenate(column) for column in zip(*answers, strict=True)))


def _answer(features: FloatArray, person: IntArray, episode: Episode, metric: str | Metric) -> tuple[Array, ...]:
    queries, enrolled_features = features[episode.queries], features[episode.enrolled].mean(axis=1)
    distances = differences(queries, enrolled_features, metric)
    enrolled = person[episode.enrolled[:, 0]]
    asked = person[episode.queries]
    return asked, np.isin(asked, enrolled), enrolled[distances.argmin(axis=1)] == asked, distances.min(axis=1)


def differences(x: FloatArray, y: FloatArray, metric: str | Metric) -> Float64Array:
    """Return how different each row of x is from each row of y, (n, m); the metric as for `identification_trials`.

    Raises:
        ValueError: an unknown metric, or one that does not give (n, m) finite numbers.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is refused below
        measured = metric(x, y) if callable(metric) else pairwise(_at_least_float32(x), _at_least_float32(y), metric)
    table = np.asarray(measured, np.float64)
    if callable(metric) and table.shape != (len(x), len(y)):
        raise ValueError(f"metric: expected one that gives (n, m), here {(len(x), len(y))}, got {table.shape}")
    if wrong := np.sum(~np.isfinite(table)):
        raise ValueError(
            f"metric: expected finite numbers, got {wrong} of {table.size} that are NaN or infinity; mend the metric, or scale "
            "the features down if they are very large"
        )
    return table


def _at_least_float32(rows: FloatArray) -> FloatArray:
    """Return float16 as float32, for distances soon leave the range of float16; everything else as it is."""
    return rows.astype(np.float32) if isinstance(rows, np.ndarray) and rows.dtype == np.float16 else rows


def pool(trials: Iterable[Trials]) -> Trials:
    """Put the trials of several groups of people together, such as those of the four folds.

    Raises:
        ValueError: none came, or something else than trials.
    """
    if isinstance(trials, Trials) or not isinstance(trials, Iterable):
        raise ValueError(f"trials: expected those of several groups, got {checks.quoted(trials)}")
    trials = [_as_trials(part) for part in trials]
    if not trials:
        raise ValueError("trials: none came. A generator gives them only once; to use them again, keep them in a list")
    parts = [(part.person, part.known, part.named_right, part.distance) for part in trials]
    return Trials(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def one_shot_accuracy(trials: Trials, drawn: ArrayLike | None = None) -> float:
    """Return the share of queries of enrolled people that get the right name, with no threshold.

    Args:
        trials: of `identification_trials`, over N-way K-shot episodes. (One-shot is K = 1.)
        drawn: (draws,) a sample of people, so that queries count as often as their person was drawn; everybody once if
            not given.

    Raises:
        ValueError: no query shows somebody enrolled, or none of these was drawn.
    """
    weight = _trial_weight(trials, drawn)
    if not weight[trials.known].any():
        raise ValueError(f"{'trials' if drawn is None else 'trials, drawn'}: no query shows somebody who is enrolled")
    return float(np.average(trials.named_right[trials.known], weights=weight[trials.known]))


class OpenSetRates(NamedTuple):
    """Shares from 0 to 1: strangers who are turned away, and enrolled people who are accepted under their own name."""

    rejected: float
    recognised: float


def open_set_rates(trials: Trials, tau: float, drawn: ArrayLike | None = None) -> OpenSetRates:
    """Return how recognition fares when strangers come too, and the answer is "not recognized" above tau.

    Args:
        trials: of `identification_trials`, over `open_set_episodes`.
        tau: the threshold on the distance to the nearest enrolled person.
        drawn: as for `one_shot_accuracy`.

    Raises:
        ValueError: no query shows a stranger, or none somebody enrolled; tau is no number.
    """
    if _as_trials(trials).known.all():
        raise ValueError("trials: no query shows a stranger; make the trials with open_set_episodes")
    weight, tau = _trial_weight(trials, drawn), _as_threshold(tau)
    if not weight[trials.known].any() or not weight[~trials.known].any():
        raise ValueError("trials, drawn: queries of strangers and of people enrolled are both needed")
    accepted = trials.distance <= tau
    rejected = np.average(~accepted[~trials.known], weights=weight[~trials.known])
    recognised = np.average((accepted & trials.named_right)[trials.known], weights=weight[trials.known])
    return OpenSetRates(float(rejected), float(recognised))


# ---- How sure are we? ----


class Interval(NamedTuple):
    """The ends of an interval."""

    low: float
    high: float


def bootstrap_interval(
    statistic: Callable[[IntArray], float],
    people: ArrayLike,
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return a percentile interval for a statistic by drawing *people* with replacement, not pictures or pairs.

    The pairs of one person share a face and rise and fall together. Drawing them one by one would take ten pictures of one
    person for ten independent facts, and give an interval that is too short. B. Efron, R. Tibshirani, "An introduction to
    the bootstrap", 1993, ch. 13.

    Args:
        statistic: takes a sample of people, (draws,) int, and returns a number; for instance
            `lambda drawn: auc(distance, pairs.same, pairs.weight(drawn))`.
        people: the people to draw from; each counts once, however often it is given.
        confidence: the share of resamples inside the interval.
        resamples: how many samples of people to draw.
        seed: the same seed, the same interval.

    Raises:
        ValueError: fewer than 8 people: too few to say anything about others, and too likely to draw one person only, who
            has nobody to be told from; a statistic that does not return one finite number.
    """
    if not callable(statistic):
        raise ValueError(f"statistic: expected a function of a sample of people, got {checks.quoted(statistic)}")
    confidence = checks.in_range("confidence", confidence, above=0, below=1, what="a share")
    resamples, seed = checks.whole_number("resamples", resamples), checks.whole_number("seed", seed, 0)
    unique = np.unique(checks.people("people", people))
    if len(unique) < 8:
        raise ValueError(f"people: {len(unique)} are too few for an interval; at least 8 are needed")

    def number(drawn: IntArray) -> float:
        value = np.asarray(statistic(drawn))
        if value.size != 1 or value.dtype.kind not in "biuf" or not np.isfinite(value).all():
            raise ValueError(f"statistic: expected one that returns a finite number, it returned {checks.quoted(value)}")
        return float(value.item())

    drawn = bootstrap(
        (unique,),
        number,
        vectorized=False,
        n_resamples=resamples,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return Interval(float(drawn.confidence_interval.low), float(drawn.confidence_interval.high))


# ---- Checks and helpers ----


def _occurrences(person: IntArray, drawn: ArrayLike) -> Float64Array:
    drawn = checks.as_array("drawn", drawn)
    if not drawn.size:
        return np.zeros(len(person))
    names, times = np.unique(checks.people("drawn", drawn), return_counts=True)
    place = np.searchsorted(names, person).clip(max=len(names) - 1)
    return np.where(names[place] == person, times[place], 0).astype(np.float64)


def _as_trials(trials: Trials) -> Trials:
    if not isinstance(trials, Trials):
        raise ValueError(f"trials: expected what identification_trials gives, got {checks.quoted(trials)}")
    return trials


def _trial_weight(trials: Trials, drawn: ArrayLike | None) -> Float64Array:
    person = _as_trials(trials).person
    return np.ones(len(person)) if drawn is None else _occurrences(person, drawn)


def _pictures_by_person(people: ArrayLike) -> list[IntArray]:
    person = checks.people("people", people)
    return [np.flatnonzero(person == p) for p in np.unique(person)]


def _never_seen(people: ArrayLike, trained_on: Iterable[int]) -> IntArray:
    """Return the people; raise if a method has learned from one of them."""
    person = checks.people("people", people)
    learned = checks.as_array("trained_on", list(trained_on) if isinstance(trained_on, Iterable) else trained_on)
    if learned.ndim != 1 or (learned.size and not np.issubdtype(learned.dtype, np.integer)):
        raise ValueError(
            "trained_on: expected the people that the method has learned from, whole numbers, () for nobody, got "
            f"{checks.quoted(trained_on)}"
        )
    if learned.size:
        learned = checks.people("trained_on", learned)
    assert_disjoint(trained_on=learned.tolist(), evaluated_on=person.tolist())
    return person


def _checked_episode(episode: Episode, person: IntArray) -> Episode:
    try:
        enrolled, queries = (checks.as_array("episodes", part) for part in episode)
    except (TypeError, ValueError):
        raise ValueError(f"episodes: expected an Episode, enrolled and queries, got {checks.quoted(episode)}") from None
    for name, part, axes in (("enrolled", enrolled, 2), ("queries", queries, 1)):
        if part.ndim != axes or not part.size or not np.issubdtype(part.dtype, np.integer):
            raise ValueError(f"episodes: expected indexes of pictures as {name}, got {checks.quoted(part)}")
        if not 0 <= part.min() <= part.max() < len(person):
            raise ValueError(f"episodes: {name} goes from {part.min()} to {part.max()}; there are {len(person)} pictures")
    if (both := np.intersect1d(enrolled, queries)).size:
        raise ValueError(f"episodes: picture {both[0]} is enrolled and asked for, and would find itself; leave one out")
    names = person[enrolled]
    if (names != names[:, :1]).any() or len(np.unique(names[:, 0])) < len(names):
        raise ValueError(
            f"episodes: expected a row of enrolled for each person, got rows that show {checks.quoted(names.tolist())}"
        )
    return Episode(enrolled, queries)


def _check_scores(
    distance: ArrayLike, same: ArrayLike, weight: ArrayLike | None
) -> tuple[Float64Array, BoolArray, Float64Array]:
    distance, same = (
        checks.numbers("distance", distance, "(pairs,)", empty=True).astype(np.float64),
        checks.as_array("same", same),
    )
    if same.dtype != np.bool_:
        raise ValueError(f"same: expected True (one person) or False (two people) for each pair, got {same.dtype}")
    weight = (
        np.ones(same.shape) if weight is None else checks.numbers("weight", weight, "(pairs,)", empty=True).astype(np.float64)
    )
    if not distance.shape == same.shape == weight.shape:
        raise ValueError(f"distance, same, weight: shapes differ: {distance.shape}, {same.shape}, {weight.shape}")
    if (weight < 0).any():
        raise ValueError(f"weight: expected numbers from 0, got {weight.min():g}")
    if not weight[same].any() or not weight[~same].any():
        raise ValueError("same: both same and different pairs are needed to speak of error rates, with a weight above 0")
    return distance, same, weight


def _share(name: str, value: float) -> float:
    return checks.in_range(name, value, least=0, most=1, what="a share")


def _as_threshold(tau: float) -> float:
    """Return tau as a float; infinite ones accept everybody, or nobody."""
    return float(tau) if isinstance(tau, float | np.floating) and np.isinf(tau) else checks.in_range("tau", tau)


def _shots(pictures: list[IntArray], k_shot: int) -> int:
    fewest = min(len(mine) for mine in pictures)
    if fewest < 2:
        raise ValueError("people: somebody has one picture; two or more are needed, one to enrol and one to ask for")
    try:
        return checks.whole_number("k_shot", k_shot, 1, fewest - 1)
    except ValueError as error:
        raise ValueError(f"{error}: somebody has {fewest} pictures, and one must be left to ask for") from None
