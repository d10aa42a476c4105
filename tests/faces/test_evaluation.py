"""Tests of course_utils.faces.evaluation: rates against loops, guards, episodes, intervals, and the pixel baseline."""

import math
from collections import Counter
from itertools import combinations, product
from itertools import pairwise as neighbours

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image
from scipy.stats import norm

from course_utils.data.faces import load_faces
from course_utils.faces.distances import pairwise
from course_utils.faces.evaluation import (
    Episode,
    ErrorRates,
    Trials,
    auc,
    bootstrap_interval,
    choose_threshold,
    each_enrolled_in_turn,
    equal_error_rate,
    error_rates,
    identification_trials,
    one_shot_accuracy,
    open_set_episodes,
    open_set_rates,
    pool,
    roc,
    tar_at_far,
    verification_pairs,
)

# ---- Oracles: plain loops over pairs ----


def plain_rates(distance, same, tau, weight=None):
    """(FAR, FRR) of the rule distance <= tau."""
    strangers = accepted = genuine = rejected = 0.0
    for d, s, w in zip(distance, same, weight if weight is not None else [1] * len(same), strict=True):
        if s:
            genuine += w
            rejected += w * (d > tau)
        else:
            strangers += w
            accepted += w * (d <= tau)
    return accepted / strangers, rejected / genuine


def plain_thresholds(distance, weight=None):
    """Every tau that makes a difference, rising; -inf accepts nobody."""
    kept = [d for d, w in zip(distance, weight if weight is not None else [1] * len(distance), strict=True) if w > 0]
    return [-math.inf, *sorted(set(kept))]


def plain_auc(distance, same, weight=None):
    """The share of (same, different) couples in which the same pair is closer; a tie counts one half."""
    weight = weight if weight is not None else [1] * len(same)
    won = total = 0.0
    for d, s, w in zip(distance, same, weight, strict=True):
        for other, other_same, other_w in zip(distance, same, weight, strict=True):
            if s and not other_same:
                total += w * other_w
                won += w * other_w * (1.0 if d < other else 0.5 if d == other else 0.0)
    return won / total


def plain_equal_error_rate(distance, same):
    """Where the straight line between two neighbouring points of the curve crosses FAR = FRR."""
    points = [plain_rates(distance, same, tau) for tau in plain_thresholds(distance)]
    for (far, frr), (next_far, next_frr) in neighbours(points):
        if far - frr <= 0 <= next_far - next_frr:
            share = (frr - far) / ((next_far - next_frr) - (far - frr))
            return far + share * (next_far - far)
    raise AssertionError("the curve starts below the diagonal and ends above it")


def plain_nearest(features, person, episode, metric):
    """(person asked, known, named right, distance) of each query, by loops."""
    rows = []
    for query in episode.queries:
        best, name = math.inf, None
        for shots in episode.enrolled:
            mean = [sum(float(features[shot][k]) for shot in shots) / len(shots) for k in range(len(features[0]))]
            asked = [float(value) for value in features[query]]
            if metric == "cosine":
                dot = sum(p * q for p, q in zip(mean, asked, strict=True))
                distance = 1 - dot / (math.hypot(*mean) * math.hypot(*asked))
            else:
                distance = math.dist(mean, asked)
            if distance < best:
                best, name = distance, person[shots[0]]
        known = person[query] in [person[shots[0]] for shots in episode.enrolled]
        rows.append((person[query], known, name == person[query], best))
    return rows


@st.composite
def scores(draw, most=12):
    """Distances with many ties, whether the pairs are the same person, and whole weights, some of them 0."""
    size = draw(st.integers(2, most))
    distance = draw(st.lists(st.integers(0, 6).map(float), min_size=size, max_size=size))
    same = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    weight = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    for kind in (True, False):
        assume(any(w for s, w in zip(same, weight, strict=True) if s is kind))
    return np.array(distance), np.array(same), np.array(weight)


# ---- Rates of verification ----


@given(scores(), st.sampled_from([-math.inf, -1, 0, 1, 2.5, 6, math.inf]))
def test_error_rates(drawn, tau):
    distance, same, weight = drawn
    assert error_rates(distance, same, tau) == pytest.approx(plain_rates(distance, same, tau))
    assert error_rates(distance, same, tau, weight) == pytest.approx(plain_rates(distance, same, tau, weight))


@given(scores())
def test_roc(drawn):
    distance, same, weight = drawn
    for counted in (None, weight):
        curve = roc(distance, same, counted)
        assert curve.tau.tolist() == plain_thresholds(distance, counted)
        for tau, far, tar in zip(*curve, strict=True):
            assert (far, 1 - tar) == pytest.approx(plain_rates(distance, same, tau, counted))
        assert (curve.far[0], curve.tar[0], curve.far[-1], curve.tar[-1]) == (0, 0, 1, 1)


@given(scores())
def test_auc_counts_ordered_couples(drawn):
    distance, same, weight = drawn
    assert auc(distance, same) == pytest.approx(plain_auc(distance, same))
    assert auc(distance, same, weight) == pytest.approx(plain_auc(distance, same, weight))


@given(scores())
def test_equal_error_rate(drawn):
    distance, same, _ = drawn
    assert equal_error_rate(distance, same) == pytest.approx(plain_equal_error_rate(distance, same))


@given(scores(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]))
def test_tar_at_far(drawn, far):
    distance, same, weight = drawn
    for counted in (None, weight):
        rates = [plain_rates(distance, same, tau, counted) for tau in plain_thresholds(distance, counted)]
        best = max(1 - frr for reached, frr in rates if reached <= far)
        assert tar_at_far(distance, same, far, counted) == pytest.approx(best)


@pytest.mark.parametrize(
    ("same_distances", "different_distances", "expected"),
    [
        ([1, 2], [3, 4], 0.0),  # perfect
        ([2, 2], [2, 2], 0.5),  # all equal: a coin
        ([3, 4], [1, 2], 1.0),  # the wrong way round
        ([1, 3], [2, 4], 0.5),  # met at tau = 2: one of two strangers accepted, one of two genuine pairs rejected
        ([1, 2], [2, 3], 0.25),  # between tau = 1 (FAR 0, FRR 1/2) and tau = 2 (FAR 1/2, FRR 0)
    ],
)
def test_equal_error_rate_of_known_cases(same_distances, different_distances, expected):
    assert equal_error_rate(same_distances + different_distances, [True, True, False, False]) == pytest.approx(expected)


@given(scores())
def test_weights_are_repetitions(drawn):
    distance, same, weight = drawn
    repeated = np.repeat(distance, weight), np.repeat(same, weight)
    assert error_rates(distance, same, 2.5, weight) == pytest.approx(error_rates(*repeated, 2.5))
    for together, one_by_one in zip(roc(distance, same, weight), roc(*repeated), strict=True):
        np.testing.assert_allclose(together, one_by_one)
    assert auc(distance, same, weight) == pytest.approx(auc(*repeated))
    assert equal_error_rate(distance, same, weight) == pytest.approx(equal_error_rate(*repeated))
    assert tar_at_far(distance, same, 0.3, weight) == pytest.approx(tar_at_far(*repeated, 0.3))


@given(scores(), st.sampled_from([np.exp, np.sqrt, np.log1p, lambda d: 3 * d - 100, lambda d: d**3]))
def test_auc_and_equal_error_rate_see_only_the_order(drawn, rising):
    distance, same, weight = drawn
    assert auc(rising(distance), same, weight) == pytest.approx(auc(distance, same, weight))
    assert equal_error_rate(rising(distance), same) == pytest.approx(equal_error_rate(distance, same))


def test_always_different_is_right_for_91_percent_of_the_pairs_and_worth_a_coin():
    pairs = verification_pairs(np.repeat(np.arange(10), 10), trained_on=())
    distance = np.ones(len(pairs.same))
    assert np.mean((distance <= 0) == pairs.same) == pytest.approx(0.91, abs=0.005)
    assert error_rates(distance, pairs.same, tau=0) == ErrorRates(far=0, frr=1)
    assert error_rates(distance, pairs.same, tau=0).balanced_accuracy == 0.5


def test_a_pair_at_the_threshold_is_accepted():
    assert error_rates([1.0, 1.0], [True, False], tau=1.0) == ErrorRates(far=1, frr=0)


# ---- Choice of the threshold ----


@given(scores())
def test_threshold_by_equal_error(drawn):
    distance, same, _ = drawn
    gaps = {tau: abs(np.subtract(*plain_rates(distance, same, tau))) for tau in plain_thresholds(distance)}
    chosen = choose_threshold(distance, same)
    assert gaps[chosen] == pytest.approx(min(gaps.values()))


@given(scores(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]))
def test_threshold_by_false_accept_rate(drawn, far):
    distance, same, _ = drawn
    kept = [tau for tau in plain_thresholds(distance) if plain_rates(distance, same, tau)[0] <= far]
    assert choose_threshold(distance, same, "far", far=far) == max(kept)


@given(scores(), st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_threshold_by_cost(drawn, accept_cost, reject_cost, share):
    distance, same, _ = drawn

    def cost(tau):
        far, frr = plain_rates(distance, same, tau)
        return accept_cost * (1 - share) * far + reject_cost * share * frr

    chosen = choose_threshold(
        distance, same, "cost", false_accept_cost=accept_cost, false_reject_cost=reject_cost, share_same=share
    )
    assert chosen in plain_thresholds(distance)
    assert cost(chosen) == pytest.approx(min(map(cost, plain_thresholds(distance))))


def test_a_threshold_can_accept_nobody():
    assert choose_threshold([1.0, 2.0], [False, True], "far", far=0.0) == -math.inf
    assert choose_threshold([1.0, 2.0], [False, True], "cost", false_accept_cost=100) == -math.inf


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "luck"}, "by: 'luck' is not known"),
        ({"by": "far", "far": 1.5}, "far: expected a share from 0, up to 1, got 1.5"),
        ({"by": "far", "far": math.nan}, "far: expected a share from 0, up to 1, got nan"),
        ({"by": "cost", "share_same": -0.1}, "share_same: expected a share from 0, up to 1, got -0.1"),
        ({"by": "cost", "false_accept_cost": -1}, "false_accept_cost: expected a number from 0, got -1"),
        ({"by": "cost", "false_reject_cost": -2}, "false_reject_cost: expected a number from 0, got -2"),
    ],
)
def test_threshold_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        choose_threshold([1.0, 2.0], [True, False], **arguments)


# ---- What the rates refuse ----

RATES = [
    lambda *scores: error_rates(*scores[:2], 1.0, *scores[2:]),
    roc,
    auc,
    equal_error_rate,
    lambda *scores: tar_at_far(*scores[:2], 0.1, *scores[2:]),
    lambda *scores: choose_threshold(*scores[:2]),
]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("distance", "same", "message"),
    [
        ([1.0, 2.0], [True, True], "same: both same and different pairs are needed"),
        ([1.0, 2.0], [False, False], "same: both same and different pairs are needed"),
        ([], np.array([], bool), "same: both same and different pairs are needed"),
        ([1.0, 2.0], [1, 0], "same: expected True .* or False .* for each pair, got int64"),
        ([1.0, 2.0, 3.0], [True, False], r"shapes differ: \(3,\), \(2,\), \(2,\)"),
        ([[1.0], [2.0]], [[True], [False]], r"distance: expected real numbers, \(pairs,\), got an array of shape \(2, 1\)"),
        ([1.0, math.nan], [True, False], r"distance: 1 of 2 are not finite \(NaN or infinity\)"),
        ([1.0, math.inf], [True, False], r"distance: 1 of 2 are not finite \(NaN or infinity\)"),
    ],
)
def test_scores_that_cannot_be_judged(rate, distance, same, message):
    with pytest.raises(ValueError, match=message):
        rate(distance, same)


@pytest.mark.parametrize("rate", RATES[:-1])
def test_weights_that_cannot_be_used(rate):
    with pytest.raises(ValueError, match=r"shapes differ: \(2,\), \(2,\), \(3,\)"):
        rate([1.0, 2.0], [True, False], [1, 1, 1])
    with pytest.raises(ValueError, match="both same and different pairs are needed"):
        rate([1.0, 2.0], [True, False], [1, 0])


def test_tar_at_an_impossible_far():
    with pytest.raises(ValueError, match=r"far: expected a share from 0, up to 1, got -0\.5"):
        tar_at_far([1.0, 2.0], [True, False], -0.5)


# ---- Pairs ----

PEOPLE = np.array([7, 3, 3, 9, 7, 3, 12])


def test_every_two_pictures_are_paired_once():
    pairs = verification_pairs(PEOPLE, trained_on=())
    couples = list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    assert sorted(tuple(sorted(couple)) for couple in couples) == list(combinations(range(len(PEOPLE)), 2))
    for (first, second), same, first_person, second_person in zip(
        couples, pairs.same, pairs.first_person, pairs.second_person, strict=True
    ):
        assert (first_person, second_person) == (PEOPLE[first], PEOPLE[second])
        assert same == (PEOPLE[first] == PEOPLE[second])


@given(st.lists(st.sampled_from([3, 7, 9, 12, 50, 1]), max_size=8))
def test_weight_is_a_count_in_the_repeated_sample(drawn):
    """Each draw is a person of their own, with all their pictures; copies of one person are not compared with each other."""
    pairs = verification_pairs(PEOPLE, trained_on=())
    counted = Counter()
    for (copy, person), (other_copy, other_person) in product(enumerate(drawn), repeat=2):
        if copy < other_copy and person == other_person:
            continue
        for first, second in combinations(range(len(PEOPLE)), 2):
            if copy == other_copy:
                counted[first, second] += PEOPLE[first] == person and PEOPLE[second] == person
            elif person != other_person:
                counted[first, second] += PEOPLE[first] == person and PEOPLE[second] == other_person
    expected = [counted[couple] for couple in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)]
    np.testing.assert_array_equal(pairs.weight(drawn), expected)


def test_everybody_drawn_once_weighs_every_pair_once():
    pairs = verification_pairs(PEOPLE, trained_on=())
    np.testing.assert_array_equal(pairs.weight(np.unique(PEOPLE)), 1)


@pytest.mark.parametrize("people", [[1, 1, 1], [1, 2, 3], [5]])
def test_pairs_of_one_kind_only(people):
    with pytest.raises(ValueError, match="need at least two people, and two pictures of at least one of them"):
        verification_pairs(people, trained_on=())


@pytest.mark.parametrize("people", [[[1, 1], [2, 2]], [1.0, 1.0, 2.0], ["a", "a", "b"], []])
def test_people_that_are_not_numbers(people):
    message = "people: expected one whole number for each picture"
    with pytest.raises(ValueError, match=message):
        verification_pairs(people, trained_on=())
    with pytest.raises(ValueError, match=message):
        identification_trials(np.ones((len(people), 2)), people, [], trained_on=())


# ---- The guard against leaks ----


def test_nobody_is_judged_on_whom_they_learned_from():
    features, episodes = np.ones((7, 2)), [Episode(np.array([[0]]), np.array([4]))]
    for judge in (
        lambda trained_on: verification_pairs(PEOPLE, trained_on=trained_on),
        lambda trained_on: identification_trials(features, PEOPLE, episodes, trained_on=trained_on),
    ):
        with pytest.raises(ValueError, match=r"trained_on and evaluated_on .* both have person 9"):
            judge([1, 2, 9])
        with pytest.raises(ValueError, match=r"both have people 3, 9"):
            judge(iter([9, 3, 1]))
        judge([1, 2])


def test_the_guard_sees_the_largest_numbers_too():
    largest = 2**63 - 1
    with pytest.raises(ValueError, match=f"both have person {largest}"):
        verification_pairs([1, 1, largest], trained_on=np.array([largest], np.uint64))
    with pytest.raises(ValueError, match=r"people: .* up to 2\*\*63 - 1"):
        verification_pairs(np.array([1, 1, 2**63], np.uint64), trained_on=[2**63])
    with pytest.raises(ValueError, match=r"trained_on: .* up to 2\*\*63 - 1"):
        verification_pairs([1, 1, 2], trained_on=np.array([2**63], np.uint64))


def test_the_guard_cannot_be_left_out():
    with pytest.raises(TypeError, match="trained_on"):
        verification_pairs(PEOPLE)
    with pytest.raises(TypeError, match="trained_on"):
        identification_trials(np.ones((7, 2)), PEOPLE, [])


# ---- Episodes ----

BALANCED = np.tile([4, 8, 15, 16, 23], 6)  # 5 people, 6 pictures of each, in turn
UNEVEN = np.array([1] * 3 + [2] * 5 + [3] * 4 + [4] * 3)


def assert_fair(episode, people):
    """Each row enrols one person; nobody twice; no enrolled picture is asked for, and no picture is asked for twice."""
    rows = people[episode.enrolled]
    assert (rows == rows[:, :1]).all()
    assert len(set(rows[:, 0])) == len(rows)
    every = [*episode.enrolled.ravel().tolist(), *episode.queries.tolist()]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("k_shot", [1, 2, 5])
def test_each_enrolled_in_turn(k_shot):
    episodes = list(each_enrolled_in_turn(BALANCED, k_shot))
    assert len(episodes) == 6
    for episode in episodes:
        assert_fair(episode, BALANCED)
        assert episode.enrolled.shape == (5, k_shot)
        assert sorted([*episode.enrolled.ravel(), *episode.queries]) == list(range(30))
    assert set(Counter(np.concatenate([e.enrolled.ravel() for e in episodes]).tolist()).values()) == {k_shot}
    assert set(Counter(np.concatenate([e.queries for e in episodes]).tolist()).values()) == {6 - k_shot}
    first = [np.flatnonzero(person == BALANCED)[:k_shot].tolist() for person in np.unique(BALANCED)]
    assert episodes[0].enrolled.tolist() == first


def test_open_set_episodes():
    episodes = list(open_set_episodes(UNEVEN, enrolled=2, episodes=200, seed=3))
    assert len(episodes) == 200
    for episode in episodes:
        assert_fair(episode, UNEVEN)
        assert episode.enrolled.shape == (2, 1)
        assert sorted([*episode.enrolled.ravel(), *episode.queries]) == list(range(len(UNEVEN)))
        assert len(set(UNEVEN[episode.queries]) - set(UNEVEN[episode.enrolled.ravel()])) == 2
    assert {picture for episode in episodes for picture in episode.enrolled.ravel()} == set(range(len(UNEVEN)))


def test_the_same_seed_gives_the_same_episodes():
    def drawn(seed):
        return [(e.enrolled.tolist(), e.queries.tolist()) for e in open_set_episodes(UNEVEN, 2, episodes=20, seed=seed)]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)
    first, second = list(open_set_episodes(UNEVEN, 2, episodes=2))
    assert first.queries.tolist() != second.queries.tolist()


@pytest.mark.parametrize(
    ("episodes", "message"),
    [
        (lambda: each_enrolled_in_turn(UNEVEN), "people: every person must have the same number of pictures; leave out"),
        (
            lambda: each_enrolled_in_turn(BALANCED, 6),
            "k_shot: expected a whole number from 1 to 5, got 6: somebody has 6 pictures, and one must be left",
        ),
        (lambda: each_enrolled_in_turn(BALANCED, 0), "k_shot: expected a whole number from 1 to 5, got 0"),
        (lambda: open_set_episodes(UNEVEN, 4), "enrolled: expected a whole number from 1 to 3, got 4"),
        (lambda: open_set_episodes(UNEVEN, 0), "enrolled: expected a whole number from 1 to 3, got 0"),
        (lambda: open_set_episodes([1, 1, 2], 1), "people: somebody has one picture; two or more are needed"),
    ],
)
def test_impossible_episodes(episodes, message):
    with pytest.raises(ValueError, match=message):
        list(episodes())


# ---- Recognition ----


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(
    "episodes",
    [
        lambda: each_enrolled_in_turn(BALANCED, 1),
        lambda: each_enrolled_in_turn(BALANCED, 3),
        lambda: open_set_episodes(BALANCED, 2, episodes=10),
    ],
)
def test_trials_agree_with_a_loop_over_the_nearest(metric, episodes):
    rng = np.random.default_rng(8)
    features = rng.normal(size=(5, 4))[np.arange(30) % 5] + rng.normal(size=(30, 4))
    trials = identification_trials(features, BALANCED, episodes(), trained_on=(), metric=metric)
    expected = [row for episode in episodes() for row in plain_nearest(features, BALANCED, episode, metric)]
    person, known, named_right, distance = zip(*expected, strict=True)
    np.testing.assert_array_equal(trials.person, person)
    np.testing.assert_array_equal(trials.known, known)
    np.testing.assert_array_equal(trials.named_right, named_right)
    np.testing.assert_allclose(trials.distance, distance, rtol=1e-9)
    assert 0 < np.mean(trials.named_right) < 1  # neither all right nor all wrong: the comparison means something


def test_one_shot_accuracy_counts_enrolled_people_only():
    trials = Trials(
        person=np.array([1, 1, 2, 3, 3]),
        known=np.array([True, True, True, False, False]),
        named_right=np.array([True, False, True, False, False]),
        distance=np.ones(5),
    )
    assert one_shot_accuracy(trials) == pytest.approx(2 / 3)
    assert one_shot_accuracy(trials, drawn=[1, 2, 3]) == pytest.approx(2 / 3)
    assert one_shot_accuracy(trials, drawn=[2, 2]) == 1
    assert one_shot_accuracy(trials, drawn=[1, 2, 2, 2]) == pytest.approx(4 / 5)


def test_accuracy_of_perfect_and_of_constant_features():
    episodes = list(each_enrolled_in_turn(BALANCED))
    perfect = identification_trials(np.eye(24)[BALANCED], BALANCED, episodes, trained_on=())
    assert one_shot_accuracy(perfect) == 1
    constant = identification_trials(np.ones((30, 2)), BALANCED, episodes, trained_on=())
    assert one_shot_accuracy(constant) == pytest.approx(1 / 5)


def test_open_set_rates_by_loops_and_at_the_extremes():
    rng = np.random.default_rng(9)
    features = rng.normal(size=(5, 3))[np.arange(30) % 5] + 0.7 * rng.normal(size=(30, 3))
    trials = identification_trials(features, BALANCED, open_set_episodes(BALANCED, 3, episodes=20), trained_on=())
    drawn = [4, 4, 8, 16, 23, 23, 23]
    for tau, sample in product([-math.inf, 0.5, 1.0, 1.5, math.inf], [None, drawn]):
        strangers = rejected = enrolled = recognised = 0
        for person, known, right, distance in zip(
            trials.person, trials.known, trials.named_right, trials.distance, strict=True
        ):
            count = 1 if sample is None else sample.count(person)
            if known:
                enrolled += count
                recognised += count * (right and distance <= tau)
            else:
                strangers += count
                rejected += count * (distance > tau)
        assert open_set_rates(trials, tau, sample) == pytest.approx((rejected / strangers, recognised / enrolled))
    assert open_set_rates(trials, -math.inf) == (1, 0)
    assert open_set_rates(trials, np.float32(np.inf)) == open_set_rates(trials, math.inf)
    assert open_set_rates(trials, math.inf) == (0, one_shot_accuracy(trials))


def test_open_set_rates_without_strangers():
    trials = identification_trials(np.eye(24)[BALANCED], BALANCED, each_enrolled_in_turn(BALANCED), trained_on=())
    with pytest.raises(ValueError, match="trials: no query shows a stranger; make the trials with open_set_episodes"):
        open_set_rates(trials, 1.0)


def test_trials_that_cannot_be_made():
    features, episodes = np.eye(24)[BALANCED], each_enrolled_in_turn(BALANCED)
    with pytest.raises(ValueError, match="features, people: expected one row each per picture, got 29 and 30"):
        identification_trials(features[:29], BALANCED, episodes, trained_on=())
    identification_trials(features, BALANCED, episodes, trained_on=())
    with pytest.raises(ValueError, match=r"episodes: none came\. A generator gives them only once"):
        identification_trials(features, BALANCED, episodes, trained_on=())
    features[3, 1] = math.nan
    with pytest.raises(ValueError, match=r"features: 1 of 720 are not finite \(NaN or infinity\)"):
        identification_trials(features, BALANCED, each_enrolled_in_turn(BALANCED), trained_on=())


@pytest.mark.parametrize(
    ("enrolled", "queries", "message"),
    [
        ([[0], [6]], [0, 1], "picture 0 is enrolled and asked for"),
        ([[0, 6]], [1], "expected a row of enrolled for each person, got rows that show"),
        ([[0], [5]], [2], "expected a row of enrolled for each person, got rows that show"),
    ],
)
def test_an_episode_that_would_flatter_or_mix_people_is_refused(enrolled, queries, message):
    episode = Episode(np.array(enrolled), np.array(queries))
    with pytest.raises(ValueError, match=f"episodes: {message}"):
        identification_trials(np.eye(24)[BALANCED], BALANCED, [episode], trained_on=())


@pytest.mark.parametrize(
    ("scale", "metric"),
    [(1, lambda x, y: np.full((len(x), len(y)), math.nan)), (1e200, "euclidean"), (1e200, "squared_euclidean")],
)
def test_distances_that_are_no_numbers_name_nobody(scale, metric):
    features = scale * np.random.default_rng(0).normal(size=(30, 4))
    with pytest.raises(ValueError, match=r"metric: expected finite numbers, got \d+ of \d+ that are NaN or infinity"):
        identification_trials(features, BALANCED, each_enrolled_in_turn(BALANCED), trained_on=(), metric=metric)


def test_features_of_float16_keep_their_distances():
    features = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float16) * np.float16(1000)
    trials, expected = (
        identification_trials(x, BALANCED, each_enrolled_in_turn(BALANCED), trained_on=(), metric="squared_euclidean")
        for x in (features, features.astype(np.float64))
    )
    np.testing.assert_allclose(trials.distance, expected.distance, rtol=1e-6)
    assert trials.distance.max() > np.finfo(np.float16).max


def test_pairs_and_trials_can_be_compared_and_put_in_a_set():
    pairs = verification_pairs(PEOPLE, trained_on=())
    assert pairs == pairs
    assert len({pairs, verification_pairs(PEOPLE, trained_on=())}) == 2


# ---- Intervals ----


def test_the_interval_draws_people_and_repeats_with_its_seed():
    seen = []

    def mean(drawn):
        seen.append(drawn)
        return float(np.mean(drawn))

    people = np.repeat(np.arange(40), 10)  # given ten times each, they still count once
    interval = bootstrap_interval(mean, people, resamples=500, seed=1)
    assert interval == bootstrap_interval(mean, np.arange(40), resamples=500, seed=1)
    assert interval != bootstrap_interval(mean, people, resamples=500, seed=2)
    assert all(len(drawn) == 40 and np.isin(drawn, np.arange(40)).all() for drawn in seen)
    assert any(len(set(drawn)) < 40 for drawn in seen)  # with replacement
    half_width = 1.96 * np.arange(40).std() / 40**0.5
    assert interval.low == pytest.approx(19.5 - half_width, abs=0.6)
    assert interval.high == pytest.approx(19.5 + half_width, abs=0.6)
    narrow = bootstrap_interval(mean, people, confidence=0.5, resamples=500, seed=1)
    assert interval.low < narrow.low < 19.5 < narrow.high < interval.high


@pytest.mark.parametrize("returned", [math.nan, None, "0.5", np.ones(2), 1j])
def test_a_statistic_that_is_no_number_is_named(returned):
    with pytest.raises(ValueError, match="statistic: expected one that returns a finite number, it returned"):
        bootstrap_interval(lambda drawn: returned, range(8), resamples=20)


def test_too_few_people_for_an_interval():
    bootstrap_interval(lambda drawn: float(np.mean(drawn)), range(8), resamples=20)
    with pytest.raises(ValueError, match="people: 7 are too few for an interval; at least 8 are needed"):
        bootstrap_interval(lambda drawn: float(np.mean(drawn)), [*range(7), 0, 1], resamples=20)


def test_an_interval_of_each_rate_of_eight_people():
    """So few people are often drawn twice, and others not at all: the rates take it."""
    people = np.repeat(np.arange(8), 3)
    features = np.random.default_rng(10).normal(size=(8, 3))[people] + np.random.default_rng(11).normal(size=(24, 3))
    pairs = verification_pairs(people, trained_on=())
    distance = pairwise(features)[pairs.first, pairs.second]
    trials = identification_trials(features, people, open_set_episodes(people, 4, episodes=30), trained_on=())
    for statistic in (
        lambda drawn: auc(distance, pairs.same, pairs.weight(drawn)),
        lambda drawn: equal_error_rate(distance, pairs.same, pairs.weight(drawn)),
        lambda drawn: one_shot_accuracy(trials, drawn),
        lambda drawn: open_set_rates(trials, 1.0, drawn).rejected,
    ):
        interval = bootstrap_interval(statistic, people, resamples=100)
        assert 0 <= interval.low <= statistic(range(8)) <= interval.high <= 1
        assert interval.low < interval.high


@pytest.mark.slow
def test_the_interval_over_people_covers_the_truth_and_one_over_pairs_does_not():
    """Some faces are hard: their pairs go wrong together. Only drawing people takes that into account.

    A same pair of person p is at distance e_p + noise, a different pair of p and q at 2 + (e_p + e_q) / 2 + noise, with
    standard normal e_p. What a method scores on a whole world of people is then known exactly.
    """
    people, noise, tau, populations, resamples = np.repeat(np.arange(20), 4), 0.3, 1.0, 150, 150
    pairs = verification_pairs(people, trained_on=())
    frr = norm.sf(tau / math.hypot(1, noise))
    far = norm.cdf((tau - 2) / math.hypot(0.5**0.5, noise))
    truth = 1 - (far + frr) / 2
    over_people = over_pairs = 0
    rng = np.random.default_rng(12)
    for seed in range(populations):
        effect = rng.normal(size=20)
        mean = (effect[pairs.first_person] + effect[pairs.second_person]) / 2
        distance = mean + np.where(pairs.same, 0, 2) + noise * rng.normal(size=len(mean))

        def score(weight, distance=distance):
            return error_rates(distance, pairs.same, tau, weight).balanced_accuracy

        low, high = bootstrap_interval(lambda drawn: score(pairs.weight(drawn)), people, resamples=resamples, seed=seed)
        over_people += low <= truth <= high
        draws = [np.bincount(rng.integers(len(mean), size=len(mean)), minlength=len(mean)) for _ in range(resamples)]
        low, high = np.quantile([score(weight) for weight in draws], [0.025, 0.975])
        over_pairs += low <= truth <= high
    assert over_people / populations >= 0.85
    assert over_pairs / populations <= 0.70


# ---- The pixel baseline on the real faces ----


def pixel_baseline(repaired):
    """(one-shot accuracy, equal error rate, area under the curve), each the mean of the four folds of ten people."""
    faces = load_faces(repaired=repaired)
    rates = []
    for fold in range(4):
        mine = faces.of(range(10 * fold + 1, 10 * fold + 11))
        small = [
            np.asarray(Image.fromarray(picture).resize((46, 56), Image.Resampling.LANCZOS)) / 255
            for picture in mine.pictures.reshape(100, 112, 92)
        ]
        features, people = np.array(small).reshape(100, -1), mine.person.ravel()
        trials = identification_trials(features, people, each_enrolled_in_turn(people), trained_on=())
        pairs = verification_pairs(people, trained_on=())
        distance = pairwise(features)[pairs.first, pairs.second]
        rates.append((one_shot_accuracy(trials), equal_error_rate(distance, pairs.same), auc(distance, pairs.same)))
    return np.mean(rates, axis=0)


def test_the_pixel_baseline():
    np.testing.assert_allclose(pixel_baseline(repaired=True), [0.859, 0.125, 0.950], atol=0.001)


def test_damaged_pictures_cost_two_points():
    assert pixel_baseline(repaired=False)[0] == pytest.approx(0.839, abs=0.001)


def test_pooled_trials_are_the_trials_of_all_groups_one_after_the_other():
    rng = np.random.default_rng(0)
    parts = []
    for people in ([1, 2, 3], [4, 5, 6]):
        person = np.repeat(people, 4)
        parts.append(identification_trials(rng.normal(size=(12, 2)), person, each_enrolled_in_turn(person), trained_on=()))
    pooled = pool(parts)
    for field in ("person", "known", "named_right", "distance"):
        assert getattr(pooled, field).tolist() == [*getattr(parts[0], field), *getattr(parts[1], field)]
    mean = np.mean([one_shot_accuracy(part) for part in parts])
    assert one_shot_accuracy(pooled) == pytest.approx(mean)


def test_a_degree_of_difference_of_ones_own_answers_like_the_metric_it_computes():
    features = np.random.default_rng(3).normal(size=(30, 4))
    trials = [
        identification_trials(features, BALANCED, each_enrolled_in_turn(BALANCED, 2), trained_on=(), metric=metric)
        for metric in ("squared_euclidean", lambda x, y: ((x[:, None] - y[None]) ** 2).sum(axis=2))
    ]
    np.testing.assert_array_equal(trials[0].named_right, trials[1].named_right)
    np.testing.assert_allclose(trials[0].distance, trials[1].distance)
