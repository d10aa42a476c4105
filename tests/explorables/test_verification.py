"""The threshold to be dragged: every count that the module is given is the package's own, and bad input is named."""

import dataclasses

import numpy as np
import pytest

from course_utils import explorables
from course_utils.faces.evaluation import Pairs, error_rates
from tests.explorables.examples import DISTANCE, PAIRS, PICTURES, threshold


def taus(data: dict) -> np.ndarray:
    return np.round(data["low"] + data["step"] * np.arange(len(data["same"])), data["decimals"])


@pytest.mark.parametrize("unit", [1, 1e-3, 1e4])
def test_the_counts_are_those_of_error_rates_at_each_step(unit: float):
    data = explorables.threshold(unit * DISTANCE, PAIRS, PICTURES, 2 * unit).data
    steps = taus(data)
    assert 60 <= len(steps) <= 205
    assert steps[data["start"]] == pytest.approx(2 * unit, abs=data["step"])
    assert (data["same"][0], data["different"][0]) == (0, 0)
    assert (data["same"][-1], data["different"][-1]) == (PAIRS.same.sum(), (~PAIRS.same).sum())
    for tau, same, different in zip(steps, data["same"], data["different"], strict=True):
        rates = error_rates(unit * DISTANCE, PAIRS.same, tau)
        assert 1 - same / PAIRS.same.sum() == pytest.approx(rates.frr)
        assert different / (~PAIRS.same).sum() == pytest.approx(rates.far)


def test_beside_each_rate_stand_the_mistakes_nearest_to_tau():
    data = threshold().data
    for tau, accepted, rejected in zip(taus(data), data["accepted"], data["rejected"], strict=True):
        by_hand = {
            "accepted": np.sort(DISTANCE[~PAIRS.same & (tau >= DISTANCE)])[::-1][:3],
            "rejected": np.sort(DISTANCE[PAIRS.same & (tau < DISTANCE)])[:3],
        }
        for told, expected in ((accepted, by_hand["accepted"]), (rejected, by_hand["rejected"])):
            np.testing.assert_allclose([d for *_, d in told], expected, atol=0.01)
            for first, second, d in told:
                at = np.flatnonzero((PAIRS.first == first) & (PAIRS.second == second))
                assert d == pytest.approx(DISTANCE[at[0]], abs=0.01)


def test_equal_distances_of_nothing_are_drawn():
    assert len(explorables.threshold(np.zeros(len(DISTANCE)), PAIRS, PICTURES, 0).data["same"]) > 1


def test_a_small_range_far_from_0_has_steps_of_its_own():
    data = explorables.threshold(1e3 + 1e-6 * DISTANCE, PAIRS, PICTURES, 1e3).data
    assert data["step"] > 0
    assert len(np.unique(taus(data))) == len(data["same"]) > 60


def changed(**how) -> Pairs:
    return dataclasses.replace(PAIRS, **how)


def test_pairs_may_be_lists():
    lists = changed(**{name: getattr(PAIRS, name).tolist() for name in ("first", "second", "same")})
    assert explorables.threshold(DISTANCE, lists, PICTURES, 2).data == threshold().data


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"pairs": PAIRS.same}, "pairs: expected what evaluation.verification_pairs returns"),
        ({"pairs": changed(same=np.ones_like(PAIRS.same))}, "same: expected True"),
        ({"pairs": changed(first=PAIRS.first - 1)}, "pairs: first: expected numbers from 0 up, got -1 to"),
        ({"pairs": changed(second=PAIRS.second / 2)}, "pairs: second: expected whole numbers, .* got 0.5"),
        ({"pairs": changed(second=PAIRS.second[:5])}, "pairs: second: expected one for each of the 435 pairs, got 5"),
        ({"pairs": changed(first=[], second=[], same=[])}, "same: expected True"),
        ({"distance": 1e9 + 1e-6 * DISTANCE}, "distance: .* too near each other"),
        ({"pictures": np.zeros((30, 900, 2))}, "pictures: expected .* got 900 x 2 pixels"),
        ({"pictures": PICTURES[:7]}, "pictures: the pairs name picture 29, counted from 0, and there are 7"),
        ({"pictures": 7}, "pictures: expected a list"),
        ({"pictures": PICTURES / 255}, "pictures: 0: the values go from"),
        ({"pictures": [PICTURES[0].T, *PICTURES[1:]]}, "pictures: expected pictures of one shape, got 2 shapes"),
        ({"distance": DISTANCE[:5]}, "distance: expected one for each of the"),
        ({"tau": float("nan")}, "tau: expected a number"),
    ],
)
def test_bad_input_is_named(changed: dict, sentence: str):
    arguments = {"distance": DISTANCE, "pairs": PAIRS, "pictures": PICTURES, "tau": 2} | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.threshold(**arguments)
