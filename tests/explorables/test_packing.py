"""Many numbers in a short text: they come back, as near as 16 bits can tell."""

import json

import numpy as np
import pytest

from course_utils.explorables.packing import packed, rounded, unpacked


@pytest.mark.parametrize("values", [[0.0], [0, 3, 65535], [1e-9, 2e-9], np.random.default_rng(0).random(999)])
def test_numbers_come_back(values):
    words = packed("values", values)
    assert len(json.dumps(words)) < 3 * len(values) + 80
    np.testing.assert_allclose(unpacked(words), values, atol=np.max(values) / 131_000)


def test_whole_numbers_of_16_bits_come_back_exactly():
    np.testing.assert_array_equal(unpacked(packed("values", np.arange(65536.0))), np.arange(65536))


@pytest.mark.parametrize("unit", [1e6, 1, 1e-3, 1e-9])
def test_rounded_numbers_of_any_size_are_told_apart(unit: float):
    values = unit * np.random.default_rng(0).normal(size=(99, 2))
    np.testing.assert_allclose(rounded(values), values, atol=np.abs(values).max() / 600)
    assert max(len(str(number)) for number in rounded(values).ravel()) < 13


def test_ordinary_numbers_have_three_decimals():
    assert rounded(np.array([0.81449, -0.12355, 0])).tolist() == [0.814, -0.124, 0]
    assert rounded(np.array([1234.56789, 1.23456])).tolist() == [1234.568, 1.235]


@pytest.mark.parametrize("values", [[], [-1], [np.nan], "many", np.ones((2, 2))])
def test_bad_input_is_named(values):
    with pytest.raises(ValueError, match=r"^values: "):
        packed("values", values)
