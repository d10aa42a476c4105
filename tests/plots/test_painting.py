"""The figures of style transfer: what they draw and say is what they were given."""

import itertools

import numpy as np
import pytest

from course_utils import plots

WORDS = "A description that is long enough to tell somebody what the figure shows."


def test_the_diagram_names_all_that_the_total_cost_is_made_of():
    ax = plots.style_transfer_diagram().axes[0]
    words = " ".join(text.get_text() for text in ax.texts)
    for symbol in ("content $C$", "generated $G$", "style $S$", "a^{(C)}", "A^{(S)}", r"\alpha", r"\beta", "$J(G)$"):
        assert symbol in words


def test_the_diagram_shows_the_pictures_it_is_given_in_their_own_proportions():
    wide, square = np.zeros((20, 40, 3), np.uint8), np.zeros((30, 30, 3), np.uint8)
    figure = plots.style_transfer_diagram({"C": wide, "G": square})
    proportions = [
        (right - left) / (top - bottom) for left, right, bottom, top in (image.get_extent() for image in figure.axes[0].images)
    ]
    np.testing.assert_allclose(proportions, [2, 1])
    assert "The boxes of C, G show the pictures themselves." in figure.description
    assert figure.colourful
    assert figure.axes[0].get_xlim() == (0, 13)


def test_the_diagram_of_a_painter_names_what_changes_and_shows_the_pictures_it_is_given():
    wide = np.zeros((20, 40, 3), np.uint8)
    figure = plots.painter_diagram({"C": wide, "S": wide})
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    for symbol in ("photograph $C$", "painted $G$", "style $S$", "weights $w$", "a^{(C)}", "A^{(S)}", "loss"):
        assert symbol in words
    for cost in ("relative cost\nof the content", "relative cost\nof the style"):
        assert cost in words
    assert "The boxes of C, S show the pictures themselves." in figure.description
    assert len(figure.axes[0].images) == 2
    with pytest.raises(ValueError, match="pictures: expected the names C, G and S, got 'w'"):
        plots.painter_diagram({"w": wide})


def test_a_painting_stands_beside_its_costs_and_where_it_was_enlarged():
    painted = np.full((4, 8, 3), 7, np.uint8)
    figure = plots.painting_figure(painted, {"J": [9, 8, 7, 6.5], "zero": [0, 0, 0, 0]}, [64, 64, 64, 128], "finding", WORDS)
    large, ax = figure.axes
    np.testing.assert_array_equal(large.images[0].get_array(), painted)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [9, 8, 7, 6.5])
    assert np.isnan(ax.lines[1].get_ydata()).all()  # a logarithmic axis has no place for it
    assert ax.lines[2].get_xdata()[0] == 3.5
    assert "128 px" in ax.texts[0].get_text()
    assert "J goes from 9 after step 1 to 6.5 after step 4." in figure.description


@pytest.mark.parametrize("beside", [None, {"content": np.zeros((4, 8, 3), np.uint8)}])
@pytest.mark.parametrize(("name", "count"), [("J", 1), ("curve", 3), ("curve", 6), ("the cost of this curve", 6)])
def test_the_legend_of_a_painting_names_each_curve_and_covers_nothing(name: str, count: int, beside):
    costs = {f"{name} {k}": [9 + k, 8, 7, 6.5] for k in range(count)}
    figure = plots.painting_figure(np.zeros((4, 8, 3), np.uint8), costs, [64, 64, 128, 256], "finding", WORDS, beside)
    figure.png()
    ax = figure.axes[-1]
    (legend,) = [legend for part in (figure, *figure.subfigs, *figure.subfigs[1].subfigs) for legend in part.legends]
    assert [text.get_text() for text in legend.get_texts()] == list(costs)
    for drawn in (*legend.get_texts(), *legend.get_lines()):  # it has no frame; older Matplotlibs leave it less room around
        assert not drawn.get_window_extent().overlaps(ax.get_tightbbox())
    assert figure.subfigs[1].bbox.x0 <= legend.get_window_extent().x0  # the painting is on the left of it
    assert legend.get_window_extent().x1 <= figure.bbox.x1


def test_the_small_pictures_beside_a_painting_are_equally_high_and_so_are_their_captions():
    beside = {"content $C$": np.zeros((4, 8, 3), np.uint8), "style": np.zeros((6, 8, 3), np.uint8)}
    figure = plots.painting_figure(np.zeros((4, 8, 3), np.uint8), {"J": [2, 1]}, [64, 64], "finding", WORDS, beside)
    figure.png()
    _, *small, _ = figure.axes
    tops, bottoms, captions = zip(*((ax.bbox.y1, ax.bbox.y0, ax.title.get_position()[1]) for ax in small), strict=True)
    for each in (tops, bottoms, captions):
        assert each[0] == pytest.approx(each[1], abs=0.5)


@pytest.mark.parametrize("draw", [plots.style_transfer_diagram, plots.painter_diagram])
def test_the_words_in_the_boxes_of_a_diagram_are_of_one_size_and_nothing_lies_on_them(draw):
    figure = draw({name: np.zeros((20, 40, 3), np.uint8) for name in "CGS"})
    figure.draw_without_rendering()
    words = [text for text in figure.axes[0].texts if text.get_text()]
    assert {text.get_fontsize() for text in words} == {12, 13}
    places = [text.get_window_extent() for text in words]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(places, 2))


def test_costs_that_are_all_0_are_left_out():
    figure = plots.painting_figure(np.zeros((4, 8, 3), np.uint8), {"J": [0, 0]}, [64, 128], "finding", WORDS)
    assert figure.png().startswith(b"\x89PNG")
    assert "J goes from 0 after step 1 to 0 after step 2." in figure.description


def test_the_costs_are_drawn_over_their_own_seconds_and_the_ends_are_said():
    runs = {"fast": ([1, 2], [100.0, 10.0]), "slow": ([3, 6, 9], [100.0, 50.0, 40.0])}
    figure = plots.cost_curves(runs, "finding", WORDS)
    for line, (seconds, costs) in zip(figure.axes[0].lines, runs.values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), seconds)
        np.testing.assert_array_equal(line.get_ydata(), costs)
    assert "slow ends after 9.0 seconds and 3 steps at 40" in figure.description
    assert figure.axes[0].get_yscale() == "log"


def test_the_bars_of_a_row_follow_each_other_and_the_shares_are_said():
    figure = plots.share_bars({"ours": {"a": 0.25, "b": 0.75}, "theirs": {"a": 0.9, "b": 0.1}}, "finding", WORDS)
    bars = [(bar.get_x(), bar.get_width()) for bar in figure.axes[0].patches]
    np.testing.assert_allclose(bars, [(0, 0.25), (0, 0.9), (0.25, 0.75), (0.9, 0.1)])
    assert "theirs: a 90.0%, b 10.0%" in figure.description


@pytest.mark.parametrize("count", [1, 5, 7, 10])
def test_every_run_is_drawn_with_a_marker_of_its_own(count: int):
    runs = {f"run {k}": ([1, 2], [9, 8 - k / 2]) for k in range(count)}
    figure = plots.cost_curves(runs, "finding", WORDS)
    assert [line.get_label() for line in figure.axes[0].lines] == list(runs)
    assert len({line.get_marker() for line in figure.axes[0].lines}) == count
    assert all(f"{name} ends after 2.0 seconds" in figure.description for name in runs)


@pytest.mark.parametrize("count", [1, 7, 9, 10])
def test_every_part_of_a_whole_is_drawn_with_a_hatch_of_its_own(count: int):
    rows = {row: dict.fromkeys([f"part {k}" for k in range(count)], 1 / count) for row in ("ours", "theirs")}
    figure = plots.share_bars(rows, "finding", WORDS)
    bars = figure.axes[0].patches
    assert sum(bar.get_width() for bar in bars) == pytest.approx(2)
    assert len({bar.get_hatch() for bar in bars}) == count


@pytest.mark.parametrize("count", [1, 5, 10])
def test_the_legend_of_the_parts_lies_in_the_figure_row_by_row_beneath_the_axis(count: int):
    parts = [f"block{k}_conv1" for k in range(count)]
    figure = plots.share_bars({"ours": dict.fromkeys(parts, 1 / count)}, "finding", WORDS)
    figure.draw_without_rendering()
    (legend,) = figure.legends
    seen = legend.get_window_extent()
    assert figure.bbox.x0 <= seen.x0 < seen.x1 <= figure.bbox.x1
    assert figure.bbox.y0 <= seen.y0 < seen.y1 <= figure.axes[0].get_tightbbox().y0
    places = {text.get_text(): text.get_window_extent() for text in legend.get_texts()}
    assert sorted(places, key=lambda part: (-round(places[part].y0), places[part].x0)) == parts
    assert {text.get_fontsize() for text in legend.get_texts()} == {figure.axes[0].get_xticklabels()[0].get_fontsize()}


def test_parts_are_put_together_by_their_names_whatever_their_order():
    figure = plots.share_bars({"one": {"a": 0.25, "b": 0.75}, "two": {"b": 0.9, "a": 0.1}}, "finding", WORDS)
    bars = [(bar.get_x(), bar.get_width()) for bar in figure.axes[0].patches]
    np.testing.assert_allclose(bars, [(0, 0.25), (0, 0.1), (0.25, 0.75), (0.1, 0.9)])
    assert "two: a 10.0%, b 90.0%" in figure.description


def test_a_run_of_one_step_says_so():
    assert "1 step at 5" in plots.cost_curves({"short": ([1], [5])}, "finding", WORDS).description
