"""Tests of course_utils.style.dreams: waves make the pictures they should, and channels are excited and found."""

import numpy as np
import pytest

from course_utils.backend import tf
from course_utils.data.sample_pictures import picture
from course_utils.style.dreams import VIVID, Waves, excite, strongest
from course_utils.vgg19 import FeatureExtractor

PHOTOGRAPHS = [picture("coffee")[::8, ::8], picture("flower")[::8, ::8]]


def plain_waves(side, knobs):
    """Add up one wave after the other, for one picture: (2, 3, side, side // 2 + 1) -> (side, side, 3)."""
    colours = np.concatenate([photograph.reshape(-1, 3) for photograph in PHOTOGRAPHS]) / 255
    variance, directions = np.linalg.eigh(np.cov(colours.T))
    mix = directions @ np.diag(variance**VIVID) @ directions.T
    spectrum = np.zeros((3, side, side // 2 + 1), complex)
    for row, column in np.ndindex(side, side // 2 + 1):
        waves = np.hypot(min(row, side - row), column) / side  # a pixel
        spectrum[:, row, column] = (knobs[0] + 1j * knobs[1])[:, row, column] * side / 4 / max(waves, 1 / side)
    sums = np.stack([np.fft.irfft2(each, (side, side)) for each in spectrum], axis=-1)
    return 255 / (1 + np.exp(-sums @ mix / np.sqrt((mix**2).sum(axis=0)).max()))


def test_waves_are_the_sum_of_their_waves():
    waves = Waves(8, PHOTOGRAPHS)
    knobs = 30 * waves.knobs(2, seed=3)
    found = waves(tf.constant(knobs, tf.float32)).numpy()
    assert found.shape == (2, 8, 8, 3)
    assert np.ptp(found) > 20
    for number in range(2):
        np.testing.assert_allclose(found[number], plain_waves(8, knobs[:, number]), atol=0.05)


def test_a_knob_is_one_wave_over_the_whole_picture():
    knobs = np.zeros((2, 1, 3, 16, 9))
    knobs[0, 0, :, 2, 0] = 1  # two waves from top to bottom
    shades = Waves(16, PHOTOGRAPHS)(tf.constant(knobs, tf.float32)).numpy()[0, :, :, 0]
    np.testing.assert_allclose(shades, shades[:, :1] + 0 * shades, atol=1e-3)
    np.testing.assert_allclose(shades[:8], shades[8:], atol=1e-3)
    assert np.ptp(shades) > 1


def test_a_side_of_numpy_is_a_number():
    knobs = Waves(64, PHOTOGRAPHS).knobs(1)
    np.testing.assert_array_equal(Waves(np.uint8(64), PHOTOGRAPHS)(knobs), Waves(64, PHOTOGRAPHS)(knobs))


@pytest.mark.parametrize("side", [0, 7, 2.5])
def test_a_side_that_is_none_is_refused(side):
    with pytest.raises(ValueError, match="side: expected"):
        Waves(side, PHOTOGRAPHS)


@pytest.mark.parametrize(
    "photographs",
    [
        [],
        None,
        7,
        "coffee",
        ["coffee"],
        PHOTOGRAPHS[0],
        [np.zeros((4, 4))],
        [np.full((4, 4, 3), 7)],
        [np.full((1, 1, 3), 7)],
        [np.zeros((0, 4, 3))],
        [PHOTOGRAPHS[0] * 1j],
        [PHOTOGRAPHS[0] * np.nan],
    ],
)
def test_photographs_without_colours_are_refused(photographs):
    with pytest.raises(ValueError, match=r"^photographs: expected"):
        Waves(8, photographs)


@pytest.mark.parametrize(("pictures", "seed", "name"), [(0, 0, "pictures"), (2, -1, "seed"), (2, 0.5, "seed")])
def test_knobs_that_cannot_be_are_refused(pictures, seed, name):
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number"):
        Waves(8, PHOTOGRAPHS).knobs(pictures, seed)


def test_waves_take_their_knobs_as_they_come():
    waves = Waves(8, PHOTOGRAPHS)
    knobs = waves.knobs(2)
    expected = waves(tf.constant(knobs, tf.float32)).numpy()
    for same in (knobs, knobs.tolist(), tf.constant(knobs)):
        np.testing.assert_array_equal(waves(same), expected)


@pytest.mark.parametrize("shape", [(2, 2, 3, 16, 9), (2, 3, 8, 5), (1, 2, 3, 8, 5), ()])
def test_knobs_of_other_waves_are_refused(shape):
    with pytest.raises(ValueError, match=r"^knobs: expected \(2, pictures, 3, 8, 5\), .* got "):
        Waves(8, PHOTOGRAPHS)(np.zeros(shape))


@pytest.mark.slow
def test_each_picture_excites_its_own_channel():
    layer, channels, waves = "block2_conv2", [5, 12], Waves(32, PHOTOGRAPHS)
    pictures = excite(layer, channels, waves, waves.knobs(2), steps=20)
    assert pictures.shape == (2, 32, 32, 3)
    answers = FeatureExtractor([layer])(pictures)[layer].numpy().mean(axis=(1, 2))[:, channels]
    start = np.rint(waves(tf.constant(waves.knobs(2), tf.float32)).numpy())
    before = FeatureExtractor([layer])(start)[layer].numpy().mean(axis=(1, 2))[:, channels]
    assert (np.diag(answers) > 3 * np.diag(before) + 10).all()
    assert answers[0, 0] > answers[1, 0]
    assert answers[1, 1] > answers[0, 1]


@pytest.mark.parametrize(("layer", "channel", "name"), [("block9", 0, "layer"), ("block1_conv1", 64, "channels")])
def test_a_layer_or_a_channel_that_is_not_there_is_refused(layer, channel, name):
    waves = Waves(8, PHOTOGRAPHS)
    with pytest.raises(ValueError, match=f"^{name}: "):
        excite(layer, [channel], waves, waves.knobs(1), steps=1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"channels": []}, "channels: expected one for each of the 2 pictures that paint makes, got 0"),
        ({"channels": [1, 2, 3]}, "channels: expected one for each of the 2 pictures that paint makes, got 3"),
        ({"channels": 1}, "channels: expected several whole numbers"),
        ({"channels": [1, "2"]}, "channels: expected a whole number"),
        ({"steps": -1}, "steps: expected a whole number from 0 up, got -1"),
        ({"steps": 1.5}, "steps: expected a whole number"),
        ({"rate": "a"}, "rate: expected a number above 0"),
        ({"rate": float("nan")}, "rate: expected a number above 0"),
        ({"rate": 0}, "rate: expected a number above 0"),
        ({"knobs": "a"}, "knobs: expected finite real numbers"),
        ({"knobs": np.full((2, 2, 3, 8, 5), np.nan)}, "knobs: expected finite real numbers"),
        ({"knobs": np.zeros((2, 2, 3, 8, 9))}, r"knobs: expected \(2, pictures, 3, 8, 5\)"),
        ({"paint": None}, "paint: expected a function"),
        ({"paint": lambda knobs: knobs[0]}, r"paint: expected pictures, \(n, side, side, 3\), it made \(2, 3, 8, 5\)"),
    ],
)
def test_what_excites_nothing_is_refused(changed, said):
    waves = Waves(8, PHOTOGRAPHS)
    arguments = {"layer": "block1_conv1", "channels": [1, 2], "paint": waves, "knobs": waves.knobs(2), "steps": 1} | changed
    with pytest.raises(ValueError, match=f"^{said}"):
        excite(**arguments)


@pytest.mark.parametrize(
    ("layer", "place", "first", "side"), [("block1_conv1", (5, 7), (5, 7), 1), ("block2_conv1", (4, 9), (6, 16), 5)]
)
def test_the_patch_is_the_middle_of_what_the_strongest_place_sees(layer, place, first, side):
    photograph = np.arange(40 * 60 * 3).reshape(40, 60, 3)
    a = np.zeros((40, 60, 2)) if layer.startswith("block1") else np.zeros((20, 30, 2))
    a[0, 0, 1], a[*place, 1] = 9, 5  # the first sees beyond the border
    view = strongest(a, 1, layer, photograph)
    assert view.answer == 5
    np.testing.assert_array_equal(view.patch, photograph[first[0] :, first[1] :][:side, :side])


def test_a_patch_lies_where_the_network_looked():
    """What is changed outside of a field does not change the answer in its middle; the patch lies within the field."""
    layer, photograph = "block3_conv1", picture("coffee")[:96, :96]
    extractor = FeatureExtractor([layer])
    view = strongest(extractor(photograph)[layer][0], 3, layer, photograph)
    tops = [y for y in range(85) for x in range(85) if np.array_equal(photograph[y : y + 12, x : x + 12], view.patch)]
    lefts = [x for y in range(85) for x in range(85) if np.array_equal(photograph[y : y + 12, x : x + 12], view.patch)]
    masked = np.full_like(photograph, 128)
    field = slice(tops[0] - 6, tops[0] + 18), slice(lefts[0] - 6, lefts[0] + 18)
    masked[field] = photograph[field]
    assert strongest(extractor(masked)[layer][0], 3, layer, masked).answer >= view.answer * (1 - 1e-4)


@pytest.mark.parametrize(
    ("a", "channel", "layer", "said"),
    [
        (np.zeros((4, 4)), 0, "block1_conv1", "a: expected"),
        (np.zeros((4, 4, 2)), 2, "block1_conv1", "channel: expected"),
        (np.zeros((4, 4, 2)), 0, "block1", "layer: 'block1' is not known"),
        (np.zeros((2, 2, 2)), 0, "block5_conv1", "photograph: block5_conv1 sees 156 pixels"),
    ],
)
def test_what_has_no_strongest_place_is_refused(a, channel, layer, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        strongest(a, channel, layer, np.zeros((32, 32, 3)))


@pytest.mark.parametrize("shape", [(4, 4, 3), (40, 20, 3), (39, 60, 3), (40, 62, 3), (40, 60), (40, 60, 4)])
def test_a_photograph_that_the_activations_are_not_of_is_refused(shape):
    with pytest.raises(ValueError, match=r"^photograph: expected the one that a is of, from 40 x 60 to 41 x 61 pixels, .*got"):
        strongest(np.ones((20, 30, 2)), 1, "block2_conv1", np.zeros(shape))


@pytest.mark.parametrize("shape", [(40, 60), (41, 60), (41, 61)])
def test_a_row_that_the_network_leaves_over_does_no_harm(shape):
    photograph = np.zeros((*shape, 3), np.uint8)
    layer = "block2_conv1"
    a = FeatureExtractor([layer])(photograph)[layer][0]
    assert strongest(a, 1, layer, photograph).patch.shape == (5, 5, 3)
