"""Checks of arguments: what means the same is taken, and what is refused is named in one short sentence."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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
