"""Tests of course_utils.faces.preprocessing: shrinking, what augmentation may do, standardising."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_utils.backend import tf
from course_utils.faces.preprocessing import augment, grey_pictures, shrink, standardise

NOTHING = dict.fromkeys(("flip", "rotation", "zoom", "aspect", "shift", "brightness", "contrast", "light"), 0.0)

seeds = st.integers(0, 2**32)


# ---- Shrinking ----


def test_shrinking_keeps_the_leading_axes_and_scales_to_one():
    pictures = np.full((2, 3, 112, 92), 255, np.uint8)
    small = shrink(pictures)
    assert small.shape == (2, 3, 56, 46)
    assert small.dtype == np.float32
    assert (small == 1).all()


def test_shrinking_a_smooth_picture_by_half_keeps_its_values():
    ramp = np.tile(np.arange(92, dtype=np.uint8) * 2, (112, 1))
    expected = ramp.reshape(56, 2, 46, 2).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(shrink(ramp)[5:-5, 5:-5], expected[5:-5, 5:-5], atol=1.01 / 255)


def test_images_are_taken_as_one_sees_them():
    grey = np.random.default_rng(0).integers(0, 256, (3, 8, 6), np.uint8)
    sideways = [Image.fromarray(np.rot90(picture)) for picture in grey]
    for image in sideways:
        image.getexif()[274] = 6  # EXIF: turn it to the right
    np.testing.assert_array_equal(grey_pictures("pictures", sideways), grey)
    np.testing.assert_array_equal(shrink(sideways, 4, 3), shrink(grey, 4, 3))
    palette = [Image.fromarray(picture).quantize(8) for picture in grey]
    with pytest.raises(ValueError, match=r"pictures: expected \(n, rows, columns\), .* It looks like a colour picture"):
        grey_pictures("pictures", palette)


@pytest.mark.parametrize("pictures", [np.zeros((112, 92)), np.zeros(5, np.uint8)], ids=["floats", "one axis"])
def test_what_is_no_picture_is_refused(pictures):
    with pytest.raises(ValueError, match=r"pictures: expected \(\.\.\., rows, columns\) of uint8"):
        shrink(pictures)


@pytest.mark.parametrize("sides", [(10**6, 10**6), (65_535, 65_535), (4, 65_536), (0, 4), (4, 2.5)])
def test_no_picture_is_made_that_would_fill_the_memory(sides):
    with pytest.raises(ValueError, match=r"(height|width).* (from 1 to 65535|100,000,000 pixels)"):
        shrink(np.zeros((8, 6), np.uint8), *sides)


@pytest.mark.parametrize("pictures", [[], np.zeros((0, 9, 9), np.uint8), np.zeros((3, 0, 9))])
def test_no_picture_at_all_is_told_as_that(pictures):
    with pytest.raises(ValueError, match=r"pictures: expected \(n, rows, columns\), one or more grey pictures, .* no pixel"):
        grey_pictures("pictures", pictures)


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


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.uint16, np.uint32, np.int64, np.uint64])
def test_a_seed_of_any_whole_kind_makes_the_same_changes(kind):
    np.testing.assert_array_equal(augment(noise(), np.array([3, 7], kind)), augment(noise(), (3, 7)))


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


@pytest.mark.parametrize("bad", [200.0, -0.5, math.inf, math.nan])
def test_grey_levels_that_were_not_divided_and_nan_are_refused(bad):
    pictures = noise()
    pictures[2, 3, 4] = bad
    with pytest.raises(ValueError, match="pictures: expected values from 0 to 1, got others; divide grey levels by 255"):
        augment(pictures, (0, 0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="divide grey levels by 255"):
        tf.function(augment)(pictures, tf.constant([0, 0]))


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("bad", [-0.1, 1000.0, math.nan])
def test_ranges_that_make_no_sense_are_refused(name, bad):
    with pytest.raises(ValueError, match=rf"{name}: expected a number from 0, up to .*, got {bad}"):
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


@given(level=st.floats(0, 1, width=32))
def test_a_flat_picture_becomes_zeros_and_leaves_the_others_alone(level):
    pictures = noise(3)
    pictures[1] = level
    standard = standardise(pictures).numpy()
    np.testing.assert_array_equal(standard[1], 0)
    np.testing.assert_allclose(standard[[0, 2]].mean((1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(standard[[0, 2]].std((1, 2, 3)), 1, atol=1e-5)
