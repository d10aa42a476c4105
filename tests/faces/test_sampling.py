"""Tests of course_utils.faces.sampling: who and what is drawn, how often, and datasets."""

import math
from functools import partial
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from course_utils.backend import tf
from course_utils.faces.preprocessing import augment
from course_utils.faces.sampling import dataset, pairs, people_and_pictures, triplets

FACES = np.repeat(np.arange(30), 10)


@st.composite
def peoples(draw, fewest_pictures=2):
    """Whom each picture shows: 2 to 6 people with different numbers of pictures, in any order, with any numbers for names."""
    names = draw(st.lists(st.integers(-1000, 1000), min_size=2, max_size=6, unique=True))
    pictures = [name for name in names for _ in range(draw(st.integers(fewest_pictures, fewest_pictures + 4)))]
    return np.array(draw(st.permutations(pictures)))


seeds = st.integers(0, 2**32)
SAMPLERS = {
    "pairs": partial(pairs, batch_size=20),
    "triplets": partial(triplets, batch_size=20),
    "people_and_pictures": partial(people_and_pictures, people_per_batch=2, pictures_per_person=2),
}
each_sampler = pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)


def batches(sampler, people, how_many=3):
    """The first batches, each as a list of arrays."""
    return [list(batch) if isinstance(batch, tuple) else [batch] for batch in islice(sampler(people), how_many)]


def equal(one, other):
    return all(np.array_equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True))


# ---- Pairs, triplets, people: whom they show ----


@given(peoples(), st.integers(1, 40), st.floats(0, 1), seeds)
def test_pairs_show_one_person_or_two_as_they_say_and_never_one_picture_twice(people, size, share, seed):
    for first, second, same in islice(pairs(people, size, share, seed), 5):
        assert first.shape == second.shape == same.shape == (size,)
        assert same.dtype == bool
        for i, j, s in zip(first, second, same, strict=True):
            assert i != j
            assert (people[i] == people[j]) == s


@given(peoples(), st.integers(1, 40), seeds)
def test_triplets_have_another_picture_of_the_person_and_one_of_somebody_else(people, size, seed):
    for query, positive, negative in islice(triplets(people, size, seed), 5):
        assert query.shape == positive.shape == negative.shape == (size,)
        for q, p, n in zip(query, positive, negative, strict=True):
            assert q != p
            assert people[q] == people[p]
            assert people[q] != people[n]


@given(st.data(), seeds)
def test_people_and_pictures_are_p_people_and_k_pictures_of_each(data, seed):
    k = data.draw(st.integers(1, 4))
    people = data.draw(peoples(fewest_pictures=k))
    p = data.draw(st.integers(1, len(set(people.tolist()))))
    for batch in islice(people_and_pictures(people, p, k, seed), 5):
        assert batch.shape == (p * k,)
        rows = batch.reshape(p, k)
        assert [len(set(row.tolist())) for row in rows] == [k] * p
        assert [len(set(people[row].tolist())) for row in rows] == [1] * p
        assert len(set(people[batch].tolist())) == p


@each_sampler
@given(people=peoples(), seed=seeds)
def test_a_seed_repeats_the_batches(sampler, people, seed):
    assert equal(batches(partial(sampler, seed=seed), people), batches(partial(sampler, seed=seed), people))


@each_sampler
def test_other_seeds_and_later_batches_differ(sampler):
    first, second, third = batches(sampler, FACES)
    assert not equal([first], [second])
    assert not equal([second], [third])
    assert not equal(batches(sampler, FACES), batches(partial(sampler, seed=1), FACES))


@each_sampler
def test_lists_will_do_for_people(sampler):
    assert equal(batches(sampler, FACES.tolist()), batches(sampler, FACES))


# ---- How often ----


def assert_equally_often(drawn, of):
    """Chi-square test, with seeds that are fixed: it fails for ever or never, by chance in one test of a thousand."""
    counts = np.bincount(drawn, minlength=of)
    assert len(counts) == of
    assert chisquare(counts).pvalue > 0.001


UNEQUAL = np.array([4, 9, 4, 7, 9, 4, 7, 7, 9, 7, 9, 7, 7])  # 3, 6 and 4 pictures, mixed


@pytest.mark.parametrize("people", [FACES, UNEQUAL], ids=["equal", "unequal"])
def test_every_picture_is_a_query_and_the_first_of_a_pair_equally_often(people):
    assert_equally_often(next(triplets(people, 30_000))[0], of=len(people))
    assert_equally_often(next(pairs(people, 30_000))[0], of=len(people))


def test_with_as_many_pictures_of_everybody_each_serves_equally_often_everywhere():
    for drawn in (*next(triplets(FACES, 30_000)), *next(pairs(FACES, 30_000))[:2]):
        assert_equally_often(drawn, of=len(FACES))


def test_positives_and_negatives_of_one_query_are_equally_likely():
    people = UNEQUAL
    query, positive, negative = next(triplets(people, 60_000))
    first, second, same = next(pairs(people, 60_000))
    for picture, person in enumerate(people):
        of_person = np.flatnonzero(people == person)
        others = np.flatnonzero(people != person)
        mine = of_person[of_person != picture]
        for drawn, allowed in (
            (positive[query == picture], mine),
            (negative[query == picture], others),
            (second[same & (first == picture)], mine),
            (second[~same & (first == picture)], others),
        ):
            assert set(drawn.tolist()) == set(allowed.tolist())
            assert_equally_often(np.searchsorted(allowed, drawn), of=len(allowed))


def test_people_and_their_pictures_are_drawn_equally_often():
    drawn = np.array(list(islice(people_and_pictures(UNEQUAL, 2, 3), 6_000)))
    shown = UNEQUAL[drawn]  # (batches, 6): whom
    people, who = np.unique(shown[:, ::3], return_inverse=True)
    # Two different people in a batch: counts vary less than by chance, so this test can only be too kind.
    assert_equally_often(who.ravel(), of=3)
    for person in people:
        pictures = np.flatnonzero(np.equal(UNEQUAL, person))
        mine = drawn[shown == person]
        np.testing.assert_allclose(np.bincount(np.searchsorted(pictures, mine)) / (len(mine) / len(pictures)), 1, atol=0.05)


def test_every_set_of_pictures_is_equally_likely():
    people = np.repeat([0, 1], 5)
    drawn = np.sort([batch[:3] % 5 for batch in islice(people_and_pictures(people, 2, 3), 6_000)], axis=1)
    sets, which = np.unique(drawn, axis=0, return_inverse=True)
    assert len(sets) == math.comb(5, 3)
    assert_equally_often(which.ravel(), of=len(sets))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_the_share_of_same_pairs_is_as_asked(share):
    same = next(pairs(FACES, 40_000, share))[2]
    assert abs(same.mean() - share) <= 4 * math.sqrt(share * (1 - share) / 40_000)


def test_half_the_pairs_are_the_same_by_default():
    assert 0.48 < next(pairs(FACES, 40_000))[2].mean() < 0.52


# ---- Errors of the samplers ----


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ([1, 1, 2, 2, 3], r"people: 2 or more .* got 1 of person 3; 1 of 3 people"),
        ([5, 5, 5], r"people: 2 different people are needed, got 1"),
        ([], r"people: expected one whole number for each picture, .*got an array of shape \(0,\) and float64"),
        (np.array([], int), r"people: expected one whole number for each picture"),
        ([[1, 1], [2, 2]], r"people: .* got an array of shape \(2, 2\)"),
        ([1.0, 1.0, 2.0, 2.0], r"people: .* and float64"),
    ],
)
@each_sampler
def test_people_that_will_not_do_are_refused_at_once(sampler, people, message):
    with pytest.raises(ValueError, match=message):
        sampler(people)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(people_and_pictures, FACES, 31, 4), r"people: 31 different people are needed, got 30"),
        (partial(people_and_pictures, FACES, 15, 11), r"people: 11 or more pictures .* got 10 of person 0; 30 of 30 people"),
        (partial(people_and_pictures, FACES, 0, 4), r"people_per_batch: .* got 0"),
        (partial(people_and_pictures, FACES, 15, -1), r"pictures_per_person: .* got -1"),
        (partial(pairs, FACES, 0), r"batch_size: expected a whole number above 0, got 0"),
        (partial(triplets, FACES, 2.5), r"batch_size: .* got 2.5"),
        (partial(pairs, FACES, 10, 1.01), r"share_same: expected a share from 0, up to 1, got 1.01"),
        (partial(pairs, FACES, 10, -0.01), r"share_same: .* got -0.01"),
        (partial(pairs, FACES, 10, math.nan), r"share_same: .* got nan"),
    ],
)
def test_numbers_out_of_range_are_refused_at_once(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_everybody_and_all_their_pictures_can_be_asked_for():
    assert sorted(next(people_and_pictures(FACES, 30, 10)).tolist()) == list(range(300))


# ---- Datasets ----

PEOPLE = np.array([3, 3, 8, 8, 8, 5, 5])
NUMBERED = (np.arange(7, dtype=np.float32) / 7)[:, None, None, None] * np.ones((1, 4, 3, 1), np.float32)


def shown(pictures):
    """Which pictures of NUMBERED these are."""
    np.testing.assert_array_equal(np.ptp(pictures, axis=(1, 2, 3)), 0)
    return np.rint(np.asarray(pictures)[:, 0, 0, 0] * 7).astype(int)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_dataset_gives_the_pictures_and_labels_of_the_sampler(name):
    sampler = SAMPLERS[name]
    drawn = batches(sampler, PEOPLE)
    for indexes, (pictures, labels) in zip(drawn, dataset(NUMBERED, PEOPLE, sampler).take(3), strict=True):
        if name == "people_and_pictures":
            pictures, labels = [pictures], [labels]
        if name == "pairs":
            *indexes, same = indexes
            np.testing.assert_array_equal(labels, same)
        else:
            np.testing.assert_array_equal(labels, [PEOPLE[index] for index in indexes])
        assert len(pictures) == len(indexes)
        for picture, index in zip(pictures, indexes, strict=True):
            np.testing.assert_array_equal(shown(picture), index)


def test_the_shapes_of_a_dataset_are_known():
    picture, label, same = tf.TensorSpec([20, 4, 3, 1]), tf.TensorSpec([20], tf.int64), tf.TensorSpec([20], tf.bool)
    specs = {name: dataset(NUMBERED, PEOPLE, sampler).element_spec for name, sampler in SAMPLERS.items()}
    assert specs == {
        "pairs": ((picture, picture), same),
        "triplets": ((picture,) * 3, (label,) * 3),
        "people_and_pictures": (tf.TensorSpec([4, 4, 3, 1]), tf.TensorSpec([4], tf.int64)),
    }


def test_a_dataset_gives_the_same_batches_each_time_it_is_gone_through():
    data = dataset(NUMBERED, PEOPLE, SAMPLERS["people_and_pictures"]).take(4)
    once, again = ([shown(pictures).tolist() for pictures, _ in data] for _ in range(2))
    assert once == again
    assert len({tuple(batch) for batch in once}) > 1


def test_a_dataset_can_be_augmented_in_its_graph():
    data = dataset(NUMBERED, PEOPLE, SAMPLERS["people_and_pictures"])
    changed = data.enumerate().map(lambda step, batch: (augment(batch[0], tf.stack([0, step])), batch[1]))
    pictures, labels = next(iter(changed))
    assert changed.element_spec == data.element_spec
    expected = augment(NUMBERED[batches(SAMPLERS["people_and_pictures"], PEOPLE)[0][0]], (0, 0))
    np.testing.assert_allclose(pictures, expected, atol=1e-5)
    assert labels.shape == (4,)


def test_a_dataset_refuses_unequal_numbers_and_what_the_sampler_refuses():
    with pytest.raises(ValueError, match="people: expected one for each of the 7 pictures, got 6"):
        dataset(NUMBERED, PEOPLE[:6], SAMPLERS["pairs"])
    with pytest.raises(ValueError, match="people: 2 or more pictures"):
        dataset(NUMBERED, np.arange(7), SAMPLERS["pairs"])
