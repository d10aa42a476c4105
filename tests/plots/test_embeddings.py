"""The figures of encoders: every picture, every curve and every pair is drawn."""

import numpy as np
import pytest

from course_utils import plots
from course_utils.faces.training import History

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
DISTANCE = RNG.random(300)
SAME = RNG.random(300) < 0.4


def test_the_map_of_people_has_a_panel_a_method_and_every_picture_once():
    people = np.repeat(np.arange(1, 11), 4)
    figure = plots.embedding_map(
        {"before": RNG.normal(size=(40, 6)), "after": RNG.normal(size=(40, 3))}, people, "finding", WORDS
    )
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["before", "after"]
    for ax in figure.axes:
        assert sum(len(dots.get_offsets()) for dots in ax.collections) == 40
        assert {text.get_text() for text in ax.texts} == {str(person) for person in range(1, 11)}


def test_the_map_of_people_shows_the_directions_of_largest_variation():
    points = RNG.normal(size=(30, 5)) * [0.01, 3.0, 0.02, 1.0, 0.03]
    figure = plots.embedding_map({"one": points}, np.repeat([1, 2, 3], 10), "finding", WORDS)
    shown = np.concatenate([dots.get_offsets() for dots in figure.axes[0].collections])
    np.testing.assert_allclose(shown.std(axis=0), points.std(axis=0)[[1, 3]], rtol=0.1)


def test_a_map_that_could_not_be_read_is_refused():
    with pytest.raises(ValueError, match="people: at most 10 can be told apart on a map, got 11"):
        plots.embedding_map({"one": np.zeros((11, 3))}, np.arange(11), "finding", WORDS)
    with pytest.raises(ValueError, match="people: expected one for each of the 5 pictures of maps: one, got 4"):
        plots.embedding_map({"one": np.zeros((5, 3))}, np.arange(4), "finding", WORDS)


def test_training_curves_are_means_around_each_step_from_the_first_to_the_last_with_the_cost_of_one_point():
    history = History(*RNG.random((4, 100)))
    figure = plots.training_curves({"random": history, "hard": history}, "finding", WORDS, gap=0.5)
    left, right = figure.axes
    around = [slice(max(0, k - 7), k + 8) for k in range(100)]
    np.testing.assert_array_equal(left.lines[0].get_xdata(), np.arange(100))
    np.testing.assert_allclose(left.lines[0].get_ydata(), [history.loss[steps].mean() for steps in around])
    np.testing.assert_allclose(right.lines[0].get_ydata(), [history.different[steps].mean() for steps in around])
    assert "means over 15 steps" in left.get_xlabel()
    assert 0.5 in [line.get_ydata()[0] for line in left.lines]
    assert [text.get_text() for text in right.get_legend().get_texts()] == [
        "random: different",
        "hard: different",
        "same (with dots)",
    ]


def test_training_curves_of_a_very_short_run_can_be_drawn():
    figure = plots.training_curves({"short": History(*np.ones((4, 3)))}, "finding", WORDS)
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), 1)


def test_distance_histograms_have_a_panel_a_method_and_all_the_same_axes_and_bins():
    figure = plots.distance_histograms({"before": DISTANCE, "after": 2 * DISTANCE}, SAME, "finding", WORDS)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["before", "after"]
    before, after = figure.axes
    assert before.get_xlim() == after.get_xlim()
    assert before.get_ylim() == after.get_ylim()
    assert [bar.get_x() for bar in before.patches] == [bar.get_x() for bar in after.patches]
    assert before.get_xlim()[1] == pytest.approx(2 * DISTANCE.max())
    assert all(bar.get_height() == 0 for bar in before.patches if bar.get_x() > DISTANCE.max())


def test_a_collapsed_network_is_drawn_with_everybody_at_one_point():
    figure = plots.embedding_map({"collapsed": np.full((6, 3), 0.1)}, [1, 1, 1, 2, 2, 2], "finding", WORDS)
    points = np.concatenate([dots.get_offsets() for dots in figure.axes[0].collections])
    np.testing.assert_allclose(points, 0, atol=1e-12)
    figure.png()


def test_the_curves_of_a_short_run_are_seen_and_so_are_losses_below_0():
    figure = plots.training_curves({"short": History(*-np.ones((4, 3)))}, "finding", WORDS)
    for ax in figure.axes:
        assert all(line.get_marker() != "None" for line in ax.lines if len(line.get_xdata()) == 1)
        assert ax.get_ylim()[0] <= -1


def test_six_trainings_are_told_apart_without_colour():
    figure = plots.training_curves({str(k): History(*RNG.random((4, 40))) for k in range(6)}, "finding", WORDS)
    assert len({str(line._unscaled_dash_pattern) for line in figure.axes[0].lines}) == 6


def test_histograms_of_several_methods_hold_every_pair():
    figure = plots.distance_histograms({"a": DISTANCE - 0.5, "b": np.zeros(300)}, SAME, "finding", WORDS)
    for ax in figure.axes:
        assert sum(bar.get_height() * bar.get_width() for bar in ax.patches) == pytest.approx(2)
        assert ax.get_xlim()[0] <= min(bar.get_x() for bar in ax.patches) + 1e-12
