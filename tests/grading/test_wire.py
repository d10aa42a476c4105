"""Plain values survive the way into the sealed process and out of it; whatever is no plain value is refused."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_utils.grading.limits import LARGEST_ARRAY
from course_utils.grading.wire import WireError, decode, encode


def sent(value):
    return decode(json.loads(json.dumps(encode(value))))


@given(arrays(st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_]), array_shapes(min_dims=0, min_side=0)))
def test_arrays_of_numbers_survive(array):
    got = sent(array)
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)
    got[...] = 0  # it can be written to


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_words_survive(words):
    array = np.array(words)
    np.testing.assert_array_equal(sent(array), array)
    assert sent(words) == words


@pytest.mark.parametrize("value", [None, True, 3, 0.25, "word", [1, [2.5, "a"]], (np.float64(2), np.int8(3))])
def test_numbers_and_lists_survive(value):
    assert sent(value) == (list(value) if isinstance(value, tuple) else value)


def test_a_longer_float_becomes_an_ordinary_one():
    assert sent(np.array([1.5], np.longdouble)).dtype == np.float64


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"dtype": "<f8", "shape": [2], "base64": ""},
        {"dtype": "<f8", "shape": [-1], "base64": ""},
        {"dtype": "<f8", "shape": [1.0], "base64": base64.b64encode(bytes(8)).decode()},
        {"dtype": "<f8", "shape": "1", "base64": base64.b64encode(bytes(8)).decode()},
        {"dtype": "<f8", "shape": [1], "base64": "!" * 12},
        {"dtype": "<f8", "shape": [1], "base64": 3},
        {"dtype": "<f8", "shape": [1]},
        {"dtype": "O", "shape": [1], "base64": base64.b64encode(bytes(8)).decode()},
        {"dtype": "|V8", "shape": [1], "base64": base64.b64encode(bytes(8)).decode()},
        {"dtype": "M8[s]", "shape": [1], "base64": base64.b64encode(bytes(8)).decode()},
        {"dtype": "<f8", "shape": [LARGEST_ARRAY], "base64": ""},
        {"dtype": "<f8", "shape": [1] * 9, "base64": base64.b64encode(bytes(8)).decode()},
        {"words": ["a"], "shape": [2]},
        {"words": ["a" * 500_000, *[""] * 999], "shape": [1000]},
        {"words": [1], "shape": [1]},
        {"words": "a", "shape": [1]},
    ],
)
def test_what_is_no_plain_value_is_refused(message):
    with pytest.raises(WireError):
        decode(message)
