"""The reliability diagram: what it draws and says is what a plain count gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import same_color

from course_utils import plots

RNG = np.random.default_rng(0)
SAME = RNG.random(2000) < 0.2
STATED = np.where(SAME, RNG.beta(4, 2, 2000), RNG.beta(1, 6, 2000))


def points(figure: plots.DescribedFigure, panel: int = 0) -> np.ndarray:
    """The points of a panel from left to right, (points, 2)."""
    (joined,) = (line for line in figure.axes[panel].lines if line.get_linestyle() == "-")
    return np.column_stack(joined.get_data())


def marked(figure: plots.DescribedFigure, panel: int = 0) -> dict[str, list[tuple[float, float]]]:
    """The points of a panel by the label of their marker."""
    return {
        line.get_label(): list(zip(*line.get_data(), strict=True))
        for line in figure.axes[panel].lines
        if line.get_marker() == "o"
    }


def plain(stated, same, share_same: float) -> list[tuple[float, float, float]]:
    """(stated on average, share of one person, weight) of each bin that is not empty, one pair at a time."""
    each = {True: share_same / sum(same), False: (1 - share_same) / (len(same) - sum(same))}
    rows = []
    for k in range(10):
        inside = [(p, s) for p, s in zip(stated, same, strict=True) if k / 10 <= p < (k + 1) / 10 or (k == 9 and p == 1)]
        if inside:
            weight = sum(each[s] for _, s in inside)
            rows.append((sum(each[s] * p for p, s in inside) / weight, sum(each[s] * s for _, s in inside) / weight, weight))
    return rows


@settings(max_examples=30)  # each draws a figure
@given(
    st.lists(st.tuples(st.integers(0, 64), st.booleans()), min_size=2, max_size=40).filter(
        lambda pairs: len({same for _, same in pairs}) == 2
    ),
    st.sampled_from([0.05, 0.5, 0.9]),
)
def test_the_points_are_those_of_a_plain_count(pairs, share_same: float):
    stated, same = [p / 64 for p, _ in pairs], [s for _, s in pairs]  # 64ths lie on no edge but 0, 1/2 and 1
    figure = plots.reliability_figure({"method": stated}, same, "finding", share_same=share_same)
    expected = np.array(plain(stated, same, share_same))
    np.testing.assert_allclose(points(figure), expected[:, :2], rtol=1e-9, atol=1e-12)
    heights = [bar.get_height() for bar in figure.axes[1].patches]
    np.testing.assert_allclose(heights, expected[:, 2], rtol=1e-9)
    assert sum(heights) == pytest.approx(1)


def test_probabilities_that_are_true_lie_on_the_diagonal():
    stated = RNG.random(200_000)
    same = RNG.random(200_000) < stated
    drawn = points(plots.reliability_figure({"true": stated}, same, "finding", share_same=same.mean()))
    assert len(drawn) == 10
    np.testing.assert_allclose(drawn[:, 1], drawn[:, 0], atol=0.01)


def test_with_fewer_strangers_than_stated_the_points_rise_above_it():
    stated = RNG.random(50_000)
    same = RNG.random(50_000) < stated
    as_they_came = points(plots.reliability_figure({"true": stated}, same, "finding", share_same=same.mean()))
    few_strangers = points(plots.reliability_figure({"true": stated}, same, "finding", share_same=0.9))
    odds = 0.9 / 0.1 / (same.mean() / (1 - same.mean()))
    middle = as_they_came[5, 1] / (1 - as_they_came[5, 1]) * odds
    assert few_strangers[5, 1] == pytest.approx(middle / (1 + middle))


def test_a_bin_with_few_pairs_is_hollow():
    stated = [0.05] * 30 + [0.55] * 29 + [0.95] * 31
    same = [False] * 45 + [True] * 45
    figure = plots.reliability_figure({"method": stated}, same, "finding")
    drawn = marked(figure)
    assert [x for x, _ in drawn["30 pairs or more"]] == pytest.approx([0.05, 0.95])
    assert [x for x, _ in drawn["fewer"]] == pytest.approx([0.55])
    faces = {line.get_label(): line.get_markerfacecolor() for line in figure.axes[0].lines if line.get_marker() == "o"}
    assert faces["fewer"] == "white" != faces["30 pairs or more"]


@pytest.mark.parametrize(
    ("pairs", "entries"), [(20, ["fewer"]), (40, ["30 pairs or more"]), (31, ["30 pairs or more", "fewer"])]
)
def test_the_legend_of_all_panels_has_the_kinds_of_point_that_are_drawn(pairs: int, entries: list[str]):
    same = np.arange(2 * pairs) < pairs
    thirds = np.where(np.arange(2 * pairs) % 3, 0.15, 0.95) if len(entries) == 2 else same * 0.8 + 0.1
    figure = plots.reliability_figure({"one": thirds, "other": same * 0.8 + 0.1}, same, "finding")
    legend = figure.axes[1].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == entries
    assert [mark.get_markerfacecolor() == "white" for mark in legend.get_lines()] == [entry == "fewer" for entry in entries]


def test_each_method_has_a_panel_and_a_sentence():
    figure = plots.reliability_figure({"sure": SAME * 1.0, "unsure": np.full(2000, 0.52)}, SAME, "finding")
    top = figure.axes[:2]
    assert [ax.get_title(loc="left") for ax in top] == ["sure", "unsure"]
    np.testing.assert_allclose(points(figure, 0), [[0, 0], [1, 1]])
    np.testing.assert_allclose(points(figure, 1), [[0.52, 0.5]])
    assert "sure: where it states 0% on average, 0% are; where it states 100% on average, 100% are." in figure.description
    assert "unsure: where it states 52% on average, 50% are." in figure.description
    assert figure.get_suptitle() == "finding"


def test_the_worked_point_is_that_of_its_bin_and_says_its_two_numbers():
    figure = plots.reliability_figure({"method": STATED}, SAME, "finding", worked=0.25)
    stated, so, _ = plain(STATED, SAME, 0.5)[2]
    (ring,) = (line for line in figure.axes[0].lines if line.get_markersize() == 16)
    np.testing.assert_allclose([each[0] for each in ring.get_data()], [stated, so])
    (words,) = figure.axes[0].texts
    assert words.get_text() == f"says {stated:.0%},\nit is {so:.0%}"


def test_the_figure_says_how_the_pairs_are_weighted():
    figure = plots.reliability_figure({"method": STATED}, SAME, "finding", share_same=0.2)
    assert "pairs weighted to 20% same" in figure.axes[0].get_ylabel()
    assert "weighted so that 20% of the whole show the same person" in figure.description


@pytest.mark.parametrize(("cost", "pi"), [(1, 0.9), (20, 0.1), (3, 0.5)])
def test_the_price_at_a_door_is_that_of_plain_counting(cost: float, pi: float):
    distance = np.where(SAME, RNG.random(2000), 0.4 + RNG.random(2000))
    figure = plots.door_figure(distance, SAME, {"near": 0.3, "far": 0.8}, cost, pi)
    for name, tau in (("near", 0.3), ("far", 0.8)):
        strangers_in = sum(d <= tau for d, s in zip(distance, SAME, strict=True) if not s) / np.sum(~SAME)
        turned_away = sum(d > tau for d, s in zip(distance, SAME, strict=True) if s) / np.sum(SAME)
        price = 100 * (cost * (1 - pi) * strangers_in + pi * turned_away)
        (mark,) = (line for line in figure.axes[1].lines if line.get_label().startswith(name))
        np.testing.assert_allclose([each[0] for each in mark.get_data()], [tau, price])
        assert f"{name} {price:.1f} at tau = {tau:.2f}" in figure.description
    assert f"Always the same answer costs {100 * min(pi, cost * (1 - pi)):.1f}" in figure.description
    heights = [sum(bar.get_height() for bar in bars) for bars in figure.axes[0].containers]
    assert heights == pytest.approx([pi, 1 - pi])
    (curve,) = (line for line in figure.axes[1].lines if line.get_label() == "any threshold")
    cut = curve.get_ydata().max() > figure.axes[1].get_ylim()[1]
    assert figure.description.endswith("The curve goes on above the upper edge.") == cut


def test_the_rules_of_a_door_have_none_of_the_colours_of_the_pairs_and_are_told_apart():
    distance = np.where(SAME, 0.1, 0.9)
    figure = plots.door_figure(distance, SAME, {f"rule {k}": k / 6 for k in range(6)}, 20, 0.1)
    marks = [line for line in figure.axes[1].lines if line.get_label().startswith("rule")]
    of_pairs = [bars[0].get_facecolor() for bars in figure.axes[0].containers]
    assert len(of_pairs) == 2
    assert not any(same_color(mark.get_color(), color[:3]) for mark in marks for color in of_pairs)
    assert len({(mark.get_marker(), mark.get_color(), mark.get_markerfacecolor()) for mark in marks}) == 6


@pytest.mark.parametrize(
    ("tau", "title"), [(0.45, "The cheapest rule here: a rule, at 0.0"), (0.95, "always the same answer, at 10.0")]
)
def test_the_title_of_a_door_names_what_costs_least(tau: float, title: str):
    distance = np.where(SAME, 0.1, 0.9)
    figure = plots.door_figure(distance, SAME, {"a rule": tau}, 20, 0.1)
    assert figure.get_suptitle().endswith(title)


@pytest.mark.parametrize(
    ("stated", "same", "share_same", "message"),
    [
        ([0.1, 0.2], [True, True], 0.5, "both kinds of pair"),
        ([0.1, 0.2], [False, False], 0.5, "both kinds of pair"),
        ([0.1, 0.2], [1, 0], 0.5, "expected True"),
        ([0.1, 0.2, 0.3], [True, False], 0.5, "probabilities: head: expected one for each of the 2 pairs, got 3"),
        ([[0.1], [0.2]], [True, False], 0.5, r"probabilities: head: expected real numbers, \(pairs,\)"),
        ([0.1, 1.2], [True, False], 0.5, "expected numbers from 0 to 1, got 0.1 to 1.2"),
        ([-0.1, 0.2], [True, False], 0.5, "expected numbers from 0 to 1"),
        ([np.nan, 0.2], [True, False], 0.5, "1 of 2 are not finite"),
        ([0.1, 0.2], [True, False], 0.0, "share_same: expected a share above 0, below 1, got 0.0"),
        ([0.1, 0.2], [True, False], 1, "share_same"),
    ],
)
def test_what_cannot_be_drawn_is_refused(stated, same, share_same, message):
    with pytest.raises(ValueError, match=message):
        plots.reliability_figure({"head": stated}, same, "finding", share_same=share_same)
