"""Checks of arguments: what means the same is taken, and what is refused is named in one short sentence."""

import io
import math
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from course_utils import checks

HUGE = [list(range(10_000))] * 100
GIANT = 10**5000  # Python writes no number of more than 4300 digits


@given(st.integers(1, 100), st.sampled_from([int, np.int8, np.uint8, np.int64, np.array]))
def test_a_whole_number_of_any_kind_becomes_an_int(number, kind):
    found = checks.whole_number("n", kind(number))
    assert found == number
    assert type(found) is int


@pytest.mark.parametrize("value", [True, np.True_, 3.0, np.float64(3), "3", None, math.nan, [3], np.array([3]), 3j, HUGE])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(ValueError, match="n: expected a whole number above 0, got ") as caught:
        checks.whole_number("n", value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("bounds", "inside", "outside", "words"),
    [
        ({}, [1, 10**30], [0, -1], "above 0"),
        ({"least": 0}, [0], [-1], "from 0 up"),
        ({"least": 3}, [3], [2], "above 2"),
        ({"least": 2, "most": 4}, [2, 4], [1, 5], "from 2 to 4"),
        ({"what": "pixels"}, [1], [0], "of pixels above 0"),
        ({"least": None}, [-5, 0, 10**30], [0.5], ""),
        ({"least": None, "most": 4}, [-5, 4], [5], "up to 4"),
    ],
)
def test_the_bounds_of_a_whole_number_are_told(bounds, inside, outside, words):
    for number in inside:
        assert checks.whole_number("n", number, **bounds) == number
    for number in outside:
        with pytest.raises(ValueError, match=f"^n: expected a whole number {words}".rstrip() + f", got {number}$"):
            checks.whole_number("n", number, **bounds)


@pytest.mark.parametrize("kind", [list, tuple, set, iter, np.array, lambda numbers: map(np.uint8, numbers)])
def test_whole_numbers_in_whatever_holds_them_become_a_list_of_int(kind):
    found = checks.whole_numbers("n", kind([1, 2, 44]))
    assert found == [1, 2, 44]
    assert {type(number) for number in found} == {int}
    assert checks.whole_numbers("n", []) == []


@pytest.mark.parametrize("value", [None, 3, "12", [1, 2.0], [True], [None], [0], [[1]], np.array([1.0]), HUGE])
def test_what_does_not_hold_whole_numbers_is_refused(value):
    with pytest.raises(ValueError, match=r"n: expected .*whole number.*, got ") as caught:
        checks.whole_numbers("n", value)
    assert len(str(caught.value)) < 200


@given(st.floats(-100, 100, width=16), st.sampled_from([float, np.float16, np.float32, np.float64, np.array]))
def test_a_number_of_any_kind_becomes_a_float(number, kind):
    found = checks.in_range("x", kind(number))
    assert found == number
    assert type(found) is float


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.True_,
        "3",
        None,
        math.nan,
        math.inf,
        np.float32("nan"),
        [3.0],
        np.array([3.0]),
        3j,
        HUGE,
        pytest.param(GIANT, id="giant"),
    ],
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match=r"^x: expected a number, got ") as caught:
        checks.in_range("x", value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("bounds", "inside", "outside", "words"),
    [
        ({"least": 0}, [0, 5], [-0.1], "a number from 0"),
        ({"above": 0, "below": 1, "what": "a share"}, [0.5], [0, 1], "a share above 0, below 1"),
        ({"least": 0, "most": 1, "hint": "of the people"}, [0, 1], [-1, 2], "a number from 0, up to 1, of the people"),
    ],
)
def test_the_bounds_of_a_number_are_told(bounds, inside, outside, words):
    for number in inside:
        assert checks.in_range("x", number, **bounds) == number
    for number in outside:
        with pytest.raises(ValueError, match=f"^x: expected {words}, got {number}$"):
            checks.in_range("x", number, **bounds)


@pytest.mark.parametrize("value", ["c", "A", "", None, 3, ["a"], np.array(["a", "b"])])
def test_a_word_that_is_not_known_is_refused_with_those_that_are(value):
    assert checks.choice("mode", "a", ["a", "b"]) == "a"
    with pytest.raises(ValueError, match=r"mode: .* is not known; choose one of a, b"):
        checks.choice("mode", value, ["a", "b"])


def test_people_are_whole_numbers_one_for_each_picture():
    for value in ([3, 1], (3, 1), np.array([3, 1], np.uint8)):
        found = checks.people("people", value, 2)
        assert found.dtype == np.int64
        assert found.tolist() == [3, 1]
    for value in ([], [1.0, 2.0], ["a", "b"], [[1, 2]], 3, None, [True, False]):
        with pytest.raises(ValueError, match="people: expected one whole number for each picture"):
            checks.people("people", value)
    with pytest.raises(ValueError, match="people: expected one for each of the 3 pictures, got 2"):
        checks.people("people", [1, 2], 3)


def test_a_person_too_large_for_64_bits_is_nobody_else():
    largest = 2**63 - 1
    assert checks.people("people", np.array([1, largest], np.uint64)).tolist() == [1, largest]
    for value in (np.array([1, 2**63], np.uint64), [2**63], [1, 2**63], [2**64]):
        with pytest.raises(ValueError, match=r"people: expected one whole number for each picture, up to 2\*\*63 - 1"):
            checks.people("people", value)


def test_arrays_of_numbers_keep_their_precision():
    assert checks.numbers("x", [1, 2], "(n,)").dtype == np.float64
    assert checks.numbers("x", np.ones(2, np.float32), "(n,)").dtype == np.float32
    for value in ([[1, 2]], ["a"], None, [], [True], [1j]):
        with pytest.raises(ValueError, match=r"x: expected real numbers, \(n,\), got"):
            checks.numbers("x", value, "(n,)")
    with pytest.raises(ValueError, match="x: 1 of 2 are not finite"):
        checks.numbers("x", [1, math.nan], "(n,)")
    with pytest.raises(ValueError, match=r"x: expected real numbers, \(n, 3\)"):
        checks.numbers("x", np.ones((2, 4)), "(n, 3)")
    assert checks.numbers("x", np.ones((0, 3)), "(n, 3)", empty=True).shape == (0, 3)


def test_masked_entries_are_refused_also_in_lists():
    masked, whole = np.ma.masked_array([1.0, 2.0], [False, True]), np.ma.masked_array([1.0, 2.0])
    for value in (masked, [masked, masked], ([whole, masked],), [1.0, np.ma.masked]):
        with pytest.raises(ValueError, match=r"^x: 1 of \d entries are masked"):
            checks.as_array("x", value)
    np.testing.assert_array_equal(checks.as_array("x", [whole, whole]), [[1, 2], [1, 2]])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([math.nan, 3.0], "got 1 of 2 that are NaN, not a number; put numbers in their place"),
        ([7.0, 255.0001], "got 7 to 255.0001; clip them"),
        ([-1.0, 255.0], "got -1 to 255; clip them"),
    ],
)
def test_what_is_wrong_with_the_values_of_a_picture_is_seen(values, message):
    with pytest.raises(ValueError, match=f"x: expected values from 0 to 255, {message}"):
        checks.picture_range("x", np.array(values))


def test_a_path_is_text_or_a_path():
    assert checks.path("path", "a/b") == checks.path("path", Path("a/b")) == Path("a/b")
    for value in ("", None, 3, ["a"], b"a"):
        with pytest.raises(ValueError, match="path: expected the name of a file or folder"):
            checks.path("path", value)


@example(GIANT)
@example([-GIANT])
@example({"a": GIANT})
@given(st.one_of(st.integers(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.integers()), st.binary()))
def test_what_is_quoted_is_short(value):
    assert 0 < len(checks.quoted(value)) < 400


# ---- Images of Pillow's ----

UPRIGHT = 274  # the EXIF tag of the orientation
# Four colours that no mode has to change much, not square: nothing is symmetric.
COLOURS = np.array([[(200, 60, 60), (60, 180, 60), (60, 180, 60)], [(60, 60, 200), (90, 90, 90), (60, 60, 200)]], np.uint8)
GREY = COLOURS[..., 0]


def image_of(picture, mode):
    """An image in a mode to which Pillow comes in one step or in two."""
    image = Image.fromarray(picture)
    if mode == "LAB":
        profiles = (ImageCms.createProfile(name) for name in ("sRGB", "LAB"))
        return ImageCms.applyTransform(image, ImageCms.buildTransform(*profiles, "RGB", "LAB"))
    if mode in ("P", "PA"):
        return image.quantize(8).convert(mode)
    return image.convert({"La": "LA", "RGBa": "RGBA", "I;16": "I"}.get(mode, image.mode)).convert(mode)


def stored_sideways(picture):
    """An image as a phone stores it that was held upright."""
    image = Image.fromarray(np.rot90(picture))
    image.getexif()[UPRIGHT] = 6
    return image


@pytest.mark.parametrize("mode", ["P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "LAB"])
def test_an_image_in_colour_becomes_rgb(mode):
    found = checks.as_array("picture", image_of(COLOURS, mode))
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found.astype(int), COLOURS, atol=8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "I;16", "I", "F"])
def test_an_image_in_grey_stays_grey(mode):
    levels = np.where(GREY > 100, 255, 0).astype(np.uint8) if mode == "1" else GREY
    found = checks.as_array("picture", image_of(levels, mode))
    assert found.dtype == (np.float32 if mode == "F" else np.uint8)
    np.testing.assert_array_equal(found, levels)


def test_what_is_transparent_in_an_image_is_white():
    clear = np.dstack([COLOURS, np.where(GREY == 90, 0, 255)]).astype(np.uint8)
    white = np.where(GREY[..., None] == 90, 255, COLOURS)
    np.testing.assert_array_equal(checks.as_array("picture", Image.fromarray(clear)), white)
    assert checks.as_array("picture", Image.fromarray(np.dstack([GREY, clear[..., 3]]))).tolist()[1] == [60, 255, 60]


def test_a_transparent_colour_is_no_grey_level():
    grey = Image.fromarray(COLOURS)
    grey.info["transparency"] = (60, 90, 200)  # Pillow keeps it in the grey image
    grey = grey.convert("I")
    np.testing.assert_array_equal(checks.as_array("picture", grey), np.asarray(grey))


@pytest.mark.parametrize("picture", [COLOURS, GREY, GREY.astype(np.float32)])
def test_images_are_turned_upright_also_in_lists(picture):
    sideways = stored_sideways(picture)
    np.testing.assert_array_equal(checks.as_array("picture", sideways), picture)
    np.testing.assert_array_equal(checks.as_array("pictures", [sideways, picture]), [picture, picture])
    np.testing.assert_array_equal(checks.as_array("pictures", ((picture,), (sideways,))), [[picture], [picture]])


def test_an_image_whose_orientation_is_broken_is_taken_as_it_lies():
    image = Image.fromarray(COLOURS)
    image.info["exif"] = b"Exif\0\0broken"
    np.testing.assert_array_equal(checks.as_array("picture", image), COLOURS)


def test_an_image_is_turned_however_odd_its_other_metadata_are():
    image = Image.fromarray(np.rot90(COLOURS))
    entries = [(271, 5, 1, 1), (UPRIGHT, 3, 1, 6)]  # the maker's name as a fraction, which Pillow reads and cannot write
    fields = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    image.info["exif"] = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + fields + bytes(4)
    np.testing.assert_array_equal(checks.as_array("picture", image), COLOURS)


def opened(content):
    return Image.open(io.BytesIO(content))


def closed(image):
    image.close()
    return image


def unreadable():
    """Images whose file is cut short, and that were closed, by hand or at the end of a block."""
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)).save(stream, "PNG")
    whole = stream.getvalue()
    with opened(whole) as before:
        pass
    return opened(whole[:9000]), closed(opened(whole)), closed(Image.fromarray(COLOURS)), before


def test_an_image_that_cannot_be_read_is_named_with_a_way_out():
    for image in unreadable():
        for value in (image, [image], [[image]]):
            with pytest.raises(ValueError, match=r"^face: the pixels of this image cannot be read, .*; open it again"):
                checks.as_array("face", value)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "F"])
def test_an_image_without_pixels_is_an_array_without_entries(mode):
    assert checks.as_array("picture", Image.new(mode, (0, 5))).shape[:2] == (5, 0)
