"""Tests of course_utils.style.colours: moments of colours match, and light and colour come apart and together."""

import numpy as np
import pytest

from course_utils.style.colours import luminance, luminance_like, match_colours, match_luminance, with_luminance


def picture(seed, mean, spread, size=(40, 50)):
    """Noise about a colour, far from black and white, with channels that go together."""
    rng = np.random.default_rng(seed)
    mixing = np.eye(3) + 0.3 * rng.normal(size=(3, 3))
    noise = rng.normal(size=(*size, 3)) @ mixing / np.linalg.norm(mixing)
    return np.rint(np.asarray(mean) + spread * noise).clip(0, 255).astype(np.uint8)


def moments(picture):
    colours = picture.reshape(-1, 3).astype(np.float64)
    return colours.mean(axis=0), np.cov(colours.T)


def test_mean_and_covariance_of_the_colours_become_those_of_the_other_picture():
    ours, like = picture(0, (100, 140, 120), 20), picture(1, (150, 90, 130), 30, size=(30, 20))
    mean, covariance = moments(match_colours(ours, like))
    expected_mean, expected_covariance = moments(like)
    np.testing.assert_allclose(mean, expected_mean, atol=0.5)
    np.testing.assert_allclose(covariance, expected_covariance, atol=0.05 * expected_covariance.max())


def test_a_picture_matched_to_itself_stays_and_matching_makes_a_new_one():
    ours = picture(0, (100, 140, 120), 20)
    before = ours.copy()
    assert abs(match_colours(ours, ours).astype(int) - ours).max() <= 1
    match_colours(ours, picture(1, (10, 240, 120), 60))
    np.testing.assert_array_equal(ours, before)


@pytest.mark.parametrize(
    "flat", [np.full((9, 9, 3), 70, np.uint8), np.repeat(picture(0, (90, 90, 90), 20)[..., :1], 3, axis=2)]
)
def test_grey_and_flat_pictures_give_numbers_not_nan(flat):
    colourful = picture(1, (150, 90, 130), 30)
    np.testing.assert_allclose(match_colours(flat, colourful).reshape(-1, 3).mean(axis=0), moments(colourful)[0], atol=2)
    np.testing.assert_allclose(match_colours(colourful, flat).reshape(-1, 3).mean(axis=0), moments(flat)[0], atol=2)


@pytest.mark.filterwarnings("error")
def test_a_picture_of_one_pixel_has_no_spread():
    pixel, colourful = np.full((1, 1, 3), (10, 200, 60), np.uint8), picture(1, (150, 90, 130), 30)
    assert abs(match_colours(pixel, colourful).ravel() - moments(colourful)[0]).max() <= 0.5
    assert match_colours(colourful, pixel).reshape(-1, 3).mean(axis=0) == pytest.approx([10, 200, 60], abs=1)


def test_luminance_is_how_bright_the_screen_is():
    assert luminance(np.full((2, 2, 3), 255, np.uint8)).ravel() == pytest.approx([255] * 4)
    pure = np.eye(3, dtype=np.uint8)[None] * 255
    assert luminance(pure).ravel() == pytest.approx([0.299 * 255, 0.587 * 255, 0.114 * 255], rel=1e-3)


def test_a_picture_with_its_own_luminance_is_itself():
    ours = picture(0, (100, 140, 120), 20)
    assert abs(with_luminance(ours, luminance(ours)).astype(int) - ours).max() <= 1


def test_another_luminance_keeps_the_colours():
    ours, light = picture(0, (120, 140, 130), 10), luminance(picture(1, (130, 120, 140), 10))
    changed = with_luminance(ours, light)
    np.testing.assert_allclose(luminance(changed), light, atol=1)
    # Colour is what differs from channel to channel.
    differences = np.diff(ours.astype(int), axis=2), np.diff(changed.astype(int), axis=2)
    assert abs(differences[0] - differences[1]).max() <= 2


def test_luminance_takes_mean_and_deviation_of_the_other():
    ours, like = luminance(picture(0, (100, 140, 120), 20)), luminance(picture(1, (150, 90, 130), 8))
    matched = match_luminance(ours, like)
    assert (matched.mean(), matched.std()) == pytest.approx((like.mean(), like.std()))
    assert match_luminance(np.full((4, 4, 1), 9.0), like) == pytest.approx(np.full((4, 4, 1), like.mean()))


def test_the_luminance_of_a_picture_is_matched_however_dark_it_is():
    ours, like = picture(0, (100, 140, 120), 20), picture(1, (150, 90, 130), 8)
    np.testing.assert_array_equal(luminance_like(ours, like), match_luminance(luminance(ours), luminance(like)))
    dark = np.tile(np.uint8([0, 1]), (4, 2))[..., None].repeat(3, axis=2)
    assert luminance_like(ours, dark).mean() == pytest.approx(luminance(dark).mean(), abs=0.1)


LIGHT = luminance(picture(0, (100, 140, 120), 20, (4, 5)))


@pytest.mark.parametrize(
    ("light", "message"),
    [
        (LIGHT * np.nan, "20 of 20 are not finite"),
        (LIGHT / 255, "the values go from .* expected 0 to 255; multiply them by 255"),
        (LIGHT + 200, "expected values from 0 to 255"),
        (LIGHT[..., 0], r"expected real numbers, \(.*\), got an array of shape \(4, 5\)"),
        (LIGHT.repeat(3, axis=2), r"expected real numbers, \(.*1\), got an array of shape \(4, 5, 3\)"),
        ("light", r"expected real numbers, \(.*1\), got"),
    ],
)
def test_what_is_no_luminance_is_named(light, message):
    for name, call in {
        "picture": lambda: match_luminance(light, LIGHT),
        "like": lambda: match_luminance(LIGHT, light),
        "light": lambda: with_luminance(np.zeros((4, 5, 3), np.uint8), light),
    }.items():
        with pytest.raises(ValueError, match=f"^{name}: {message}"):
            call()


def test_a_luminance_of_another_size_than_the_picture_is_refused():
    with pytest.raises(ValueError, match=r"^light: expected real numbers, \(4, 6, 1\), got an array of shape \(4, 5, 1\)"):
        with_luminance(np.zeros((4, 6, 3), np.uint8), LIGHT)
