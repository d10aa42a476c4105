"""The triplet and the map of a training: what the modules are given is what Python counts, and bad input is named."""

import numpy as np
import pytest

from course_utils import explorables
from tests.explorables.examples import PERSON, PICTURES, POINTS, training_map, triplets


def test_a_triplet_stands_where_it_was_put():
    data = triplets().data
    assert (data["query"], data["positive"], data["negative"], data["gap"]) == ([-0.6, 0], [-0.6, 0.6], [0.7, 0], 0.5)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"pictures": PICTURES[:2]}, "pictures: expected 3 pictures"),
        ({"pictures": 3}, "pictures: expected a list"),
        ({"query": (0, 2)}, "query: expected x from -1.8 to 1.8 and y from -1.2 to 1.2"),
        ({"negative": (0, 0, 0)}, "negative: expected real numbers"),
        ({"gap": 0}, "gap: expected a number above 0"),
    ],
)
def test_a_triplet_that_cannot_be_drawn_is_refused(changed: dict, sentence: str):
    arguments = {"query": (0, 0), "positive": (0, 0.5), "negative": (1, 0), "gap": 0.5, "pictures": PICTURES[:3]}
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.triplets(**arguments | changed)


def test_the_nearest_are_found_in_all_features_and_never_the_picture_itself():
    data = training_map().data
    assert data["steps"] == list(range(0, 220, 20))
    distance = np.linalg.norm(POINTS[:, None] - POINTS, axis=2) + 99 * np.eye(len(POINTS))
    assert data["nearest"][0] == distance.argsort(axis=1)[:, :4].tolist()  # each person has four other pictures
    own = [np.mean(PERSON[near] == PERSON[:, None]) for near in data["nearest"]]
    assert own[0] < own[-1] <= 1
    figure = training_map().figure
    assert f"{own[0]:.0%} after 0 steps" in figure.description
    assert [ax.get_title(loc="left") for ax in figure.axes] == [f"after {20 * k} steps: {own[k]:.0%}" for k in (0, 5, 10)]


def test_the_map_is_a_projection_on_the_directions_of_the_last_step():
    data = training_map().data
    places = np.array(data["places"])
    assert np.abs(places.mean(axis=1)).max() < 1e-3
    assert np.abs(places).max(axis=(0, 1)) == pytest.approx(data["reach"], abs=1e-3)
    middles = POINTS.reshape(-1, 5, 3).mean(axis=1).repeat(5, axis=0)
    last = POINTS * 0.2 + middles * 0.8
    variances = np.linalg.eigvalsh(np.cov(last.T, bias=True))[::-1]
    np.testing.assert_allclose(places[-1].var(axis=0), variances[:2], rtol=1e-2)


def test_the_figure_for_paper_shows_the_first_the_middle_and_the_last_map_from_the_same_side():
    made = training_map()
    panels = [np.concatenate([dots.get_offsets() for dots in ax.collections]) for ax in made.figure.axes]
    places = np.array(made.data["places"])
    np.testing.assert_allclose(panels, places[[0, len(places) // 2, -1]], atol=1e-3)


@pytest.mark.parametrize(("given", "gap"), [(0.33, 0.35), (0.5, 0.5), (1, 1.0), (0.001, 0.05), (np.float32(0.3), 0.3)])
def test_a_gap_is_brought_to_a_step_of_its_slider(given: float, gap: float):
    made = explorables.triplets((-0.6, 0), (-0.6, 0.6), (0.7, 0), given, PICTURES[:3])
    assert made.data["gap"] == gap
    assert f"with a gap of {gap:.2f}" in made.figure.description


@pytest.mark.parametrize("unit", [1e-6, 1e5])
def test_a_map_is_the_same_on_any_scale(unit: float):
    steps = {0: POINTS, 5: POINTS**3}
    plain = explorables.training_map(steps, PERSON, PICTURES).data
    other = explorables.training_map({step: unit * each for step, each in steps.items()}, PERSON, PICTURES).data
    for name in ("reach", "places"):
        np.testing.assert_allclose(np.array(other[name]) / unit, plain[name], atol=max(plain["reach"]) / 300)
    assert other["nearest"] == plain["nearest"]


def test_everybody_at_one_point_is_drawn():
    steps = {0: POINTS, 10: np.ones_like(POINTS)}
    assert np.isfinite(explorables.training_map(steps, PERSON, PICTURES).data["places"]).all()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"features": [POINTS]}, "features: expected a dictionary of steps"),
        ({"features": {0: POINTS}}, "features: expected a dictionary of steps -> embeddings with 2 to 60 entries, got 1"),
        ({"features": {0: POINTS, 0.5: POINTS}}, "features: a step: expected a whole number"),
        ({"features": {0: POINTS, 1: POINTS[:, 0]}}, "features: step 1: expected real numbers"),
        ({"features": {0: POINTS, 1: POINTS[:4]}}, "features: step 1: expected one for each of the 30 pictures"),
        ({"features": {0: POINTS[:, :1], 1: POINTS[:, :1]}}, "features: expected two pictures and two features at least"),
        ({"features": {5: POINTS[:, :2], 0: POINTS}}, "features: step 5: expected 3 features as in step 0, got 2"),
        ({"features": {0: 0 * POINTS, 1: 0 * POINTS + 7}}, "features: expected pictures that differ in one step at least"),
        ({"people": PERSON[:4]}, "features: step 0: expected one for each of the 4 pictures, got 30"),
        ({"people": np.arange(30)}, "people: somebody has one picture"),
        ({"people": np.repeat(np.arange(15), 2)}, "people: at most 10"),
        ({"pictures": PICTURES[:4]}, "pictures: expected one for each of the 30"),
        ({"pictures": [PICTURES[0].T, *PICTURES[1:]]}, "pictures: expected pictures of one shape, got 2 shapes"),
        ({"pictures": np.zeros((30, 900, 2))}, "pictures: expected .* got 900 x 2 pixels"),
        ({"pictures": PICTURES / 255}, "pictures: 0: the values go from"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused(changed: dict, sentence: str):
    arguments = {"features": {0: POINTS, 1: POINTS}, "people": PERSON, "pictures": PICTURES}
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.training_map(**arguments | changed)
