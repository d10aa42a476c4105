"""The figures of verification: what they say in words is what the data say, and all that is given is drawn."""

import numpy as np
import pytest

from course_utils import plots
from course_utils.faces.evaluation import Interval, equal_error_rate, error_rates, roc

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
DISTANCE = RNG.random(300)
SAME = RNG.random(300) < 0.4


def test_the_threshold_figure_says_the_rates_of_its_threshold():
    rates = error_rates(DISTANCE, SAME, 0.3)
    figure = plots.threshold_figure(DISTANCE, SAME, 0.3)
    title = figure.axes[0].get_title(loc="left")
    for text in (figure.description, title):
        assert f"{rates.far:.1%}" in text
        assert f"{rates.frr:.1%}" in text


def test_the_error_curves_say_where_they_cross():
    rate = equal_error_rate(DISTANCE, SAME)
    assert f"both are {rate:.1%}" in plots.error_curves(roc(DISTANCE, SAME), rate).description


def test_the_roc_figure_says_the_true_accept_rate_at_one_percent():
    figure = plots.roc_figure({"a coin": roc(DISTANCE, SAME), "an oracle": roc(1.0 - SAME, SAME)}, "finding")
    assert "100% for an oracle" in figure.description


def test_the_intervals_figure_says_every_value_and_interval():
    figure = plots.intervals_figure({"one": (0.5, Interval(0.4, 0.6))}, "finding", "accuracy")
    assert "one 50.0%, from 40.0% to 60.0%" in figure.description


def test_differences_stand_in_points_over_an_axis_of_their_own_with_a_line_at_0():
    apart = {"two minus one": (0.036, Interval(0.011, 0.061))}
    figure = plots.intervals_figure({"one": (0.5, (0.4, 0.6)), "two": (0.5, (0.4, 0.6))}, "finding", "accuracy", apart)
    above, below = figure.axes
    assert "two minus one 3.6, from 1.1 to 6.1" in figure.description
    assert len(above.lines) == 4
    interval, value, zero = below.lines
    assert interval.get_xdata() == pytest.approx([1.1, 6.1])
    assert value.get_xdata() == pytest.approx([3.6])
    assert list(zero.get_xdata()) == [0, 0]
    assert "differences" not in plots.intervals_figure({"one": (0.5, (0.4, 0.6))}, "finding", "accuracy").description


def test_the_threshold_figure_says_the_medians_of_both_kinds():
    figure = plots.threshold_figure([1, 2, 9, 20, 30], [True, True, True, False, False], 10)
    assert "of one person is 2.0, of the pairs of different people 25.0" in figure.description


@pytest.mark.parametrize("tau", [-3, 1, 40])
def test_a_pair_at_the_threshold_counts_as_left_of_it_and_a_threshold_may_lie_anywhere(tau: float):
    distance, same = np.array([1, 1, 2, 3]), np.array([True, False, True, False])
    figure = plots.threshold_figure(distance, same, tau)
    left, right = (distance[~same] <= tau).mean(), (distance[same] > tau).mean()
    expected = f"{left:.1%} of the different pairs lie left of it or on it, {right:.1%} of the same pairs right of it"
    assert expected in figure.description
    low, high = figure.axes[0].get_xlim()
    assert low <= tau <= high


@pytest.mark.parametrize("distance", [[0, 0, 0], [5, 5, 5], [-1, 2, 3], [-1e-16, 0, 0.5]])
def test_every_pair_is_in_a_histogram(distance):
    figure = plots.threshold_figure(distance, [True, False, True], 1)
    shares = [bar.get_height() * bar.get_width() for bar in figure.axes[0].patches]
    assert sum(shares) == pytest.approx(2)  # 1 for each kind
    assert min(bar.get_x() for bar in figure.axes[0].patches) <= min(distance) + 1e-12


def crossing(x, first, second) -> tuple[float, float]:
    """Where two polylines over x meet, segment by segment."""
    for k in range(len(x) - 1):
        before, after = first[k] - second[k], first[k + 1] - second[k + 1]
        if before <= 0 <= after:
            part = 0 if after == before else -before / (after - before)
            return x[k] + part * (x[k + 1] - x[k]), first[k] + part * (first[k + 1] - first[k])
    raise AssertionError("the curves do not meet")


@pytest.mark.parametrize(
    ("distance", "same"),
    [
        (DISTANCE, SAME),
        ([1, 3, 2], [True, True, False]),
        ([1, 2], [True, False]),
        ([2, 1], [True, False]),
        ([4, 4, 4], [True, False, False]),
        ([0, 0, 0, 1], [True, False, False, True]),
    ],
)
def test_the_point_of_equal_error_lies_where_the_drawn_curves_meet(distance, same):
    rate = equal_error_rate(distance, np.array(same))
    figure = plots.error_curves(roc(distance, np.array(same)), rate)
    far, frr, point = figure.axes[0].lines
    assert (far.get_ydata()[0], far.get_ydata()[-1]) == (0, 1)
    assert (frr.get_ydata()[0], frr.get_ydata()[-1]) == (1, 0)
    tau, both = crossing(far.get_xdata(), far.get_ydata(), frr.get_ydata())
    assert (point.get_xdata()[0], point.get_ydata()[0]) == pytest.approx((tau, both))
    assert f"cross at tau = {tau:.2f}, where both are {both:.1%}" in figure.description


def test_curves_have_gaps_where_nothing_was_measured_and_a_single_point_is_seen():
    figure = plots.curves_figure([1, 2, 3], {"a": [1.0, np.nan, 3.0], "b": [1, 2, 3]}, ("x", "y"), "finding", WORDS)
    alone, whole = figure.axes[0].lines
    assert (alone.get_marker(), alone.get_linestyle()) == ("D", "None")  # no two points of it are joined
    assert (whole.get_marker(), whole.get_linestyle()) == ("None", "--")
    assert alone.get_zorder() > whole.get_zorder()
    (one,) = plots.curves_figure(["k = 1"], {"a": [1.0]}, ("x", "y"), "finding", WORDS).axes[0].lines
    assert one.get_marker() == "D"


def test_words_on_the_axis_stand_side_by_side_in_their_order():
    figure = plots.curves_figure(np.array(["9", "10"]), {"a": [1, 2]}, ("x", "y"), "finding", WORDS)
    figure.png()
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["9", "10"]
