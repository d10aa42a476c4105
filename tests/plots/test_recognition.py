"""The figures of recognition: what they say in words is what the data say, and everything given is drawn."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.faces.evaluation import Trials, open_set_rates

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
TRIALS = Trials(RNG.integers(1, 11, 300), RNG.random(300) < 0.6, RNG.random(300) < 0.8, 2 * RNG.random(300))


def curves(figure: plots.DescribedFigure) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {line.get_label(): line.get_data() for line in figure.axes[0].lines}


@pytest.mark.parametrize("tau", [0.4, 1.3])
def test_the_open_set_figure_says_and_draws_the_rates_of_its_threshold(tau: float):
    figure = plots.open_set_figure(TRIALS, tau)
    rates = open_set_rates(TRIALS, tau)
    assert f"tau = {tau:.2f}: {rates.rejected:.1%} of the strangers are turned away there" in figure.description
    assert f"{rates.recognised:.1%} of the enrolled people are recognised" in figure.description
    assert figure.get_suptitle().startswith(f"At tau = {tau:.2f}: {rates.rejected:.0%} of strangers")
    for name, part in (("strangers turned away", 0), ("enrolled people recognised", 1)):
        x, y = curves(figure)[name]
        assert list(y) == [open_set_rates(TRIALS, t)[part] for t in x]
        assert x[-1] >= TRIALS.distance.max()
    assert any(list(line.get_xdata()) == [tau, tau] for line in figure.axes[0].lines)


def test_the_open_set_curve_ends_at_the_accuracy_without_a_threshold():
    figure = plots.open_set_figure(TRIALS, 1.0)
    right = TRIALS.named_right[TRIALS.known].mean()
    assert curves(figure)["enrolled people recognised"][1][-1] == pytest.approx(right)
    assert curves(figure)["enrolled, with no threshold"][1][0] == pytest.approx(right)
    assert f"rises from 0% to {right:.1%}" in figure.description


def test_the_open_set_curve_begins_below_all_distances_and_tau():
    below = Trials(TRIALS.person, TRIALS.known, TRIALS.named_right, TRIALS.distance - 1)
    for tau in (-2.0, 0.5):
        x, rejected = curves(plots.open_set_figure(below, tau))["strangers turned away"]
        assert x[0] == min(tau, below.distance.min())
        assert rejected[0] > 0.98


def test_an_open_set_without_strangers_is_refused():
    everybody_known = Trials(TRIALS.person, np.ones(300, bool), TRIALS.named_right, TRIALS.distance)
    with pytest.raises(ValueError, match="no query shows a stranger"):
        plots.open_set_figure(everybody_known, 1.0)


def test_errors_by_person_are_sorted_by_the_first_method_and_keep_their_people():
    rates = {"one": [0.1, 0.5, 0.0, 0.2], "two": [0.3, 0.4, 0.1, 0.0]}
    figure = plots.errors_by_person(rates, [7, 8, 9, 10], "finding", "errors")
    ax = figure.axes[0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["8", "10", "7", "9"]
    assert list(curves(figure)["one"][1]) == [0.5, 0.2, 0.1, 0.0]
    assert list(curves(figure)["two"][1]) == [0.4, 0.0, 0.3, 0.1]
    assert len({line.get_marker() for line in ax.lines}) == 2
    assert "62% with one, 50% with two" in figure.description  # 0.5 of 0.8, 0.4 of 0.8
    assert "from 50% on the left to 0% on the right" in figure.description


def test_dots_that_would_lie_on_each_other_stand_side_by_side():
    rates = {"one": [0.5, 0.0, 0.4], "two": [0.5, 0.0, 0.8], "three": [0.1, 0.0, 0.39]}
    drawn = curves(plots.errors_by_person(rates, [1, 2, 3], "finding", "errors"))
    beside = {name: x - np.arange(3) for name, (x, _) in drawn.items()}
    apart = beside["two"][0] - beside["one"][0]
    assert 0 < apart < 0.5
    np.testing.assert_allclose(beside["one"], [-apart / 2, -apart / 2, -apart])  # sorted: persons 1, 3 and 2
    np.testing.assert_allclose(beside["two"], [apart / 2, 0, 0], atol=1e-12)
    np.testing.assert_allclose(beside["three"], [0, apart / 2, apart], atol=1e-12)


def test_the_legend_of_errors_by_person_lies_above_the_axes():
    figure = plots.errors_by_person({f"method {k}": [0.9, 1.0] for k in range(10)}, [1, 2], "finding", "errors")
    figure.draw_without_rendering()
    ax = figure.axes[0]
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1 - 1


def test_errors_by_person_of_a_method_without_errors():
    figure = plots.errors_by_person({"perfect": [0.0, 0.0]}, [1, 2], "finding", "errors")
    assert "none with perfect" in figure.description


def test_one_person_alone_is_said_as_one():
    figure = plots.errors_by_person({"one": [0.5]}, [3], "finding", "errors")
    assert "each person, 1 in all" in figure.description
    assert "the person with the most errors bears this part of all: 100% with one" in figure.description


@pytest.mark.parametrize("count", [1, 6, 7, 10])
def test_every_method_has_its_dots(count: int):
    rates = {f"method {k}": RNG.random(4) for k in range(count)}
    ax = plots.errors_by_person(rates, [1, 2, 3, 4], "finding", "errors").axes[0]
    assert [line.get_label() for line in ax.lines] == list(rates)
    assert len({line.get_marker() for line in ax.lines}) == count


def test_strangers_at_no_distance_at_all_are_not_turned_away_at_first():
    trials = Trials(np.array([1, 2, 3]), np.array([True, False, False]), np.array([True] * 3), np.array([0.0, 0.0, 1.0]))
    description = plots.open_set_figure(trials, 0.5).description
    assert "falls from 50% to 0%" in description
    assert "rises from 100% to 100.0%, a dotted line. " in description


def test_a_photo_without_faces_is_the_photo():
    ax = plots.faces_on_photo(np.full((8, 9), 200), [], "finding", WORDS).axes[0]
    assert len(ax.images) == 1
    assert not [patch for patch in ax.patches if isinstance(patch, Rectangle)]


@pytest.mark.parametrize("shape", [(60, 80), (60, 80, 3)])
def test_each_face_on_a_photo_gets_its_square(shape: tuple[int, ...]):
    photo = RNG.integers(0, 256, shape, dtype=np.uint8)
    figure = plots.faces_on_photo(photo, [(10.0, 20.0, 30.0), (-2.0, 50.5, 12.0)], "finding", WORDS)
    ax = figure.axes[0]
    np.testing.assert_array_equal(ax.images[0].get_array(), photo)
    drawn = {(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in ax.patches if isinstance(patch, Rectangle)}
    assert drawn == {(20.0, 10.0, 30.0, 30.0), (50.5, -2.0, 12.0, 12.0)}
    assert figure.description == WORDS


def test_each_method_frames_the_one_it_finds_nearest():
    faces = RNG.integers(0, 256, (7, 12, 10), dtype=np.uint8)
    distances = {"pixels": [3.0, 1.0, 4.0, 12.5, 5.0, 9.0], "network": [0.5, 0.7, 0.9, 0.3, 0.8, 0.6]}
    figure = plots.gallery_figure(faces[0], faces[1:], list("abcdef"), distances, "finding", WORDS)
    asked, *people = [ax for ax in figure.axes if ax.images]
    np.testing.assert_array_equal(asked.images[0].get_array(), faces[0])
    for ax, face, name in zip(people, faces[1:], "abcdef", strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), face)
        assert ax.get_xlabel().startswith(f"{name}\npixels ")
    assert [ax.get_xlabel()[0] for ax in people if ax.patches] == ["b", "d"]
    assert people[1].get_xlabel() == "b\npixels 1.00: nearest\nnetwork 0.70"
    assert people[3].get_xlabel() == "d\npixels 12.5\nnetwork 0.30: nearest"


def test_whitening_shows_both_clouds_and_how_wide_they_are():
    rng = np.random.default_rng(0)
    before = rng.normal(size=(300, 2)) * (5, 0.5)
    figure = plots.whitening_figure(
        before, before / before.std(axis=0), "finding", "Two clouds of points, one long, one round."
    )
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    long, wide = before.std(axis=0)
    assert titles[0].startswith(f"as they come: spread {long:.2g} along, {wide:.2g}")
    assert titles[1].startswith("whitened: spread 1 along, 1 across")
    for ax, cloud in zip(figure.axes, (before, before / before.std(axis=0)), strict=True):
        np.testing.assert_allclose(ax.collections[0].get_offsets(), cloud)
        assert ax.get_aspect() == 1


def test_a_figure_with_one_photo_in_colour_keeps_its_colours():
    grey, colour = (RNG.integers(0, 256, shape, dtype=np.uint8) for shape in ((12, 10), (12, 10, 3)))
    for asked, enrolled, colourful in ((grey, grey, False), (grey, colour, True), (colour, grey, True)):
        assert plots.gallery_figure(asked, [grey, enrolled], ["a", "b"], {"m": [1, 2]}, "finding", WORDS).colourful is colourful
    for photo in (grey, colour):
        assert plots.faces_on_photo(photo, [], "finding", WORDS).colourful is (photo.ndim == 3)
