"""The logistic unit to be turned: what it is given is the pairs, and bad input is named."""

import numpy as np
import pytest

from course_utils import explorables
from tests.explorables.examples import DISTANCE, PAIRS, logistic_unit


def test_it_is_given_every_pair():
    data = logistic_unit().data
    np.testing.assert_allclose(data["same"], DISTANCE[PAIRS.same], atol=0.0005)
    np.testing.assert_allclose(data["different"], DISTANCE[~PAIRS.same], atol=0.0005)
    assert data["fitted"] == {"w": -2.1, "b": 4.2}


def test_the_fitted_unit_is_given_as_it_was_fitted_and_as_the_sliders_show_it():
    data = explorables.logistic_unit(DISTANCE, PAIRS.same, -2.14, 4.26, "fitted on the five").data
    assert data["exact"] == {"w": -2.14, "b": 4.26}
    assert data["fitted"] == {"w": -2.1, "b": 4.3}
    assert data["mark"] == "fitted on the five"
    assert logistic_unit().data["mark"] == "fitted"
    for mark in ("", " ", 5):
        with pytest.raises(ValueError, match="mark: expected text"):
            explorables.logistic_unit(DISTANCE, PAIRS.same, -2.14, 4.26, mark)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size", [0.2, 3, 40])
def test_the_sliders_reach_the_coin_the_fitted_unit_and_the_other_sign(sign: int, size: float):
    data = explorables.logistic_unit(DISTANCE, PAIRS.same, sign * size, -sign * size).data
    for letter, fitted in data["fitted"].items():
        assert data[letter]["min"] < 0 < data[letter]["max"]
        assert data[letter]["min"] < fitted < data[letter]["max"]


def test_distances_on_a_small_scale_are_told_apart():
    data = explorables.logistic_unit(DISTANCE * 1e-4, PAIRS.same, -60000, 3).data
    np.testing.assert_allclose(data["same"], DISTANCE[PAIRS.same] * 1e-4, atol=DISTANCE.max() * 1e-4 / 600)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"distance": DISTANCE[:3]}, "distance: expected one for each of the"),
        ({"distance": -DISTANCE}, "distance: expected numbers from 0"),
        ({"same": np.ones_like(PAIRS.same)}, "same: expected True"),
        ({"distance": 0 * DISTANCE}, "distance: expected one above 0 at least"),
        ({"w": 0}, "w: expected the weight of a unit that was fitted, .* got 0;"),
        ({"w": np.float32(-0.04)}, r"w: expected .* got -0\.03.*; divide the distances by 10"),
        ({"b": float("inf")}, "b: expected a number"),
    ],
)
def test_bad_input_is_named(changed: dict, sentence: str):
    arguments = {"distance": DISTANCE, "same": PAIRS.same, "w": -2.1, "b": 4.2} | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.logistic_unit(**arguments)
