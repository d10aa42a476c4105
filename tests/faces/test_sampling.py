"""Tests of course_utils.faces.sampling: who and what is drawn, how often, what augmentation may do, and datasets."""

import math
from functools import partial
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from course_utils.backend import tf
from course_utils.faces.sampling import augment, dataset, pairs, people_and_pictures, standardise, triplets

FACES = np.repeat(np.arange(30), 10)
NOTHING = dict.fromkeys(("flip", "rotation", "zoom", "aspect", "shift", "brightness", "contrast", "light"), 0.0)


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
        ([], r"people: expected one whole number for each picture, got shape \(0,\) of float64"),
        (np.array([], int), r"people: 2 different people are needed, got 0"),
        ([[1, 1], [2, 2]], r"people: .* got shape \(2, 2\)"),
        ([1.0, 1.0, 2.0, 2.0], r"people: .* of float64"),
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
        (partial(pairs, FACES, 10, 1.01), r"share_same: expected a share from 0 to 1, got 1.01"),
        (partial(pairs, FACES, 10, -0.01), r"share_same: .* got -0.01"),
        (partial(pairs, FACES, 10, math.nan), r"share_same: .* got nan"),
    ],
)
def test_numbers_out_of_range_are_refused_at_once(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_everybody_and_all_their_pictures_can_be_asked_for():
    assert sorted(next(people_and_pictures(FACES, 30, 10)).tolist()) == list(range(300))


# ---- Augmentation ----


def noise(n=6, height=56, width=46, seed=0):
    return np.random.default_rng(seed).random((n, height, width, 1), np.float32)


def dot(x, y, n=200, height=57, width=47):
    """Dark pictures with a soft bright dot at (x, y), measured from the middle."""
    rows, columns = np.mgrid[:height, :width]
    squared = (columns - (width - 1) / 2 - x) ** 2 + (rows - (height - 1) / 2 - y) ** 2
    return np.tile(np.exp(-squared / 8).astype(np.float32)[None, ..., None], (n, 1, 1, 1))


def centre(pictures):
    """(n, 2): x and y of each picture's centre of mass, measured from the middle."""
    pictures = np.asarray(pictures, np.float64)[..., 0]
    height, width = pictures.shape[1:]
    rows, columns = np.mgrid[:height, :width]
    total = pictures.sum((1, 2))
    x, y = (pictures * columns).sum((1, 2)) / total, (pictures * rows).sum((1, 2)) / total
    return np.stack([x - (width - 1) / 2, y - (height - 1) / 2], axis=1)


def only(**ranges):
    return partial(augment, **{**NOTHING, **ranges})


def test_with_all_ranges_0_nothing_changes():
    np.testing.assert_allclose(only()(noise(), (0, 0)), noise(), atol=1e-6)


def test_every_picture_is_flipped_or_left_alone():
    pictures = noise(400, 5, 4)
    flipped = only(flip=0.25)(pictures, (3, 4)).numpy()
    is_flipped = np.isclose(flipped, pictures[:, :, ::-1], atol=1e-6).all((1, 2, 3))
    is_same = np.isclose(flipped, pictures, atol=1e-6).all((1, 2, 3))
    assert (is_flipped ^ is_same).all()
    assert 0.15 < is_flipped.mean() < 0.35
    np.testing.assert_allclose(only(flip=1.0)(pictures, (3, 4)), pictures[:, :, ::-1], atol=1e-6)


def test_shift_moves_a_dot_by_at_most_its_share_of_each_side_and_uses_all_of_it():
    moved = centre(only(shift=0.1)(dot(3, -4), (0, 0))) - [3, -4]
    assert (np.abs(moved) <= np.array([4.7, 5.7]) + 0.01).all()
    assert (moved.min(0) < [-4.2, -5.1]).all()
    assert (moved.max(0) > [4.2, 5.1]).all()
    assert abs(np.corrcoef(moved.T)[0, 1]) < 0.3


def test_rotation_turns_a_dot_about_the_middle_by_at_most_its_degrees():
    turned = centre(only(rotation=20.0)(dot(12, 0), (0, 0)))
    degrees = np.degrees(np.arctan2(turned[:, 1], turned[:, 0]))
    np.testing.assert_allclose(np.hypot(*turned.T), 12, atol=0.05)
    assert np.abs(degrees).max() <= 20.1
    assert degrees.min() < -18
    assert degrees.max() > 18


def test_zoom_moves_a_dot_straight_away_from_the_middle_or_towards_it():
    x, y = centre(only(zoom=0.2)(dot(8, -10), (0, 0))).T
    np.testing.assert_allclose(x / 8, y / -10, atol=0.01)
    assert (np.abs(x / 8 - 1) <= 0.205).all()
    assert x.min() < 8 * 0.83
    assert x.max() > 8 * 1.17


def test_aspect_widens_as_much_as_it_lowers():
    x, y = centre(only(aspect=0.1)(dot(8, -10), (0, 0))).T
    np.testing.assert_allclose(x / 8 + y / -10, 2, atol=0.01)
    assert (np.abs(x / 8 - 1) <= 0.105).all()
    assert x.min() < 8 * 0.92
    assert x.max() > 8 * 1.08


@pytest.mark.parametrize(("x", "y"), [(0, 0), (10, 0), (0, -15), (-8, 12)])
def test_by_default_a_dot_stays_where_the_stated_ranges_allow(x, y):
    lit = {"brightness": 0.0, "contrast": 0.0, "light": 0.0}
    moved = np.abs(centre(augment(dot(x, y), (1, 2), flip=0.0, **lit)) - [x, y])
    turn, grow = math.radians(8), 1.1 * 1.04 - 1
    turned_x, turned_y = abs(y) * math.sin(turn), abs(x) * math.sin(turn)
    assert (moved[:, 0] <= 0.06 * 47 + turned_x + grow * (abs(x) + turned_x) + 0.1).all()
    assert (moved[:, 1] <= 0.06 * 57 + turned_y + grow * (abs(y) + turned_y) + 0.1).all()
    assert moved.max() > 2


def test_what_comes_into_view_is_the_nearest_edge_not_black():
    white = np.ones((50, 20, 16, 1), np.float32)
    np.testing.assert_allclose(only(rotation=45.0, zoom=0.5, shift=0.5)(white, (0, 0)), 1, atol=1e-6)


def test_brightness_adds_one_number_to_a_picture():
    pictures = 0.3 + 0.4 * noise(300)
    added = only(brightness=0.2)(pictures, (0, 0)).numpy() - pictures
    assert np.ptp(added, axis=(1, 2, 3)).max() < 1e-6
    assert -0.2 <= added.min() < -0.18
    assert 0.18 < added.max() <= 0.2 + 1e-6


def test_contrast_stretches_about_the_mean_of_each_picture():
    pictures = 0.4 + 0.2 * noise(300) * np.linspace(0.5, 1, 300, dtype=np.float32)[:, None, None, None]
    stretched = only(contrast=0.5)(pictures, (0, 0)).numpy()
    np.testing.assert_allclose(stretched.mean((1, 2, 3)), pictures.mean((1, 2, 3)), atol=1e-6)
    factor = np.log(stretched.std((1, 2, 3)) / pictures.std((1, 2, 3)))
    assert -0.501 <= factor.min() < -0.45
    assert 0.45 < factor.max() <= 0.501


def test_light_rises_evenly_from_one_side_to_the_other():
    grey = np.full((300, 7, 5, 1), 0.5, np.float32)
    added = only(light=0.3)(grey, (0, 0)).numpy()[..., 0] - 0.5
    slope = added[:, 0, -1]
    np.testing.assert_allclose(added, slope[:, None, None] * np.tile([-1, -0.5, 0, 0.5, 1], (7, 1)), atol=1e-6)
    assert -0.3 <= slope.min() < -0.27
    assert 0.27 < slope.max() <= 0.3 + 1e-6


def test_each_range_is_drawn_by_itself():
    grey = 0.5 + dot(0, 0) / 10
    changed = only(brightness=0.1, light=0.1, contrast=0.0)(grey, (0, 0)).numpy()[..., 0]
    slope, added = changed[:, 0, -1] - changed[:, 0, 0], changed[:, 0, 0] + changed[:, 0, -1]
    assert abs(np.corrcoef(slope, added)[0, 1]) < 0.3


@settings(max_examples=20)
@given(n=st.integers(0, 3), height=st.integers(2, 12), width=st.integers(2, 12), seed=st.integers(0, 2**31 - 1))
def test_augmented_pictures_are_finite_in_range_and_of_the_same_shape(n, height, width, seed):
    pictures = noise(n, height, width, seed)
    changed = augment(pictures, (seed, 1), contrast=2.0, brightness=0.9).numpy()
    assert changed.shape == pictures.shape
    assert changed.dtype == np.float32
    assert ((changed >= 0) & (changed <= 1)).all()


def test_the_same_seed_changes_alike_and_another_otherwise():
    first = augment(noise(), (1, 2)).numpy()
    np.testing.assert_array_equal(first, augment(noise(), (1, 2)))
    for other in ((1, 3), (2, 2), (2, 1)):
        assert np.abs(augment(noise(), other) - first).max() > 0.1


def test_pictures_of_one_batch_are_changed_each_in_its_own_way():
    changed = augment(np.repeat(noise(1), 8, axis=0), (0, 0)).numpy()
    for i in range(8):
        for j in range(i):
            assert np.abs(changed[i] - changed[j]).max() > 0.05


def test_in_a_graph_with_any_batch_size_the_numbers_are_the_same():
    traces = []

    @tf.function(input_signature=[tf.TensorSpec([None, 56, 46, 1]), tf.TensorSpec([], tf.int32)])
    def prepare(pictures, step):
        traces.append(step)
        changed = augment(pictures, tf.stack([7, step]))
        assert changed.shape == (None, 56, 46, 1)
        return changed, standardise(changed)

    for n in (0, 1, 5):
        changed, standard = prepare(noise(n), n)
        np.testing.assert_allclose(changed, augment(noise(n), (7, n)), atol=1e-5)
        np.testing.assert_allclose(standard, standardise(changed), atol=1e-4)
    assert len(traces) == 1


@pytest.mark.parametrize("change", [partial(augment, seed=(0, 0)), standardise], ids=["augment", "standardise"])
@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (noise()[..., 0], r"pictures: expected \(n, height, width, channels\) of float32, got \(6, 56, 46\).*\[..., None\]"),
        (noise().astype(np.float64), r"pictures: .* of float64"),
        (np.zeros((2, 5, 5, 1), np.uint8), r"pictures: .* of uint8"),
    ],
)
def test_pictures_of_another_kind_are_refused(change, pictures, message):
    with pytest.raises(ValueError, match=message):
        change(pictures)


@pytest.mark.parametrize("bad", [200.0, math.nan])
def test_grey_levels_that_were_not_divided_and_nan_are_refused(bad):
    pictures = noise()
    pictures[2, 3, 4] = bad
    with pytest.raises(tf.errors.InvalidArgumentError, match="divide grey levels by 255"):
        augment(pictures, (0, 0))


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("bad", [-0.1, 1000.0, math.nan])
def test_ranges_that_make_no_sense_are_refused(name, bad):
    with pytest.raises(ValueError, match=rf"{name}: expected a number from 0 to .*, got {bad}"):
        augment(noise(), (0, 0), **{name: bad})


@pytest.mark.parametrize("name", ["zoom", "aspect"])
def test_nothing_is_shrunk_to_nothing(name):
    with pytest.raises(ValueError, match=rf"{name}: .* got 1.0"):
        augment(noise(), (0, 0), **{name: 1.0})


# ---- Standardising ----


def plain_standardise(picture):
    """By loops over Python floats."""
    values = [float(v) for v in picture.ravel()]
    mean = math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))
    return np.array([(v - mean) / deviation for v in values]).reshape(picture.shape)


@pytest.mark.parametrize("scale", [1.0, 0.01, 255.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_standardise_agrees_with_loops(scale, channels):
    pictures = np.random.default_rng(0).random((4, 9, 7, channels), np.float32) * np.float32(scale) + np.float32(0.2)
    standard = standardise(pictures)
    assert standard.dtype == tf.float32
    np.testing.assert_allclose(standard, [plain_standardise(picture) for picture in pictures], atol=2e-5)


@settings(max_examples=30)
@given(level=st.floats(0, 1, width=32))
def test_a_flat_picture_becomes_zeros_and_leaves_the_others_alone(level):
    pictures = noise(3)
    pictures[1] = level
    standard = standardise(pictures).numpy()
    np.testing.assert_array_equal(standard[1], 0)
    np.testing.assert_allclose(standard[[0, 2]].mean((1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(standard[[0, 2]].std((1, 2, 3)), 1, atol=1e-5)


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
    with pytest.raises(ValueError, match="people: expected one number for each of the 7 pictures, got 6"):
        dataset(NUMBERED, PEOPLE[:6], SAMPLERS["pairs"])
    with pytest.raises(ValueError, match="people: 2 or more pictures"):
        dataset(NUMBERED, np.arange(7), SAMPLERS["pairs"])
