"""The figures of encoders: every picture, every curve and every pair is drawn."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.offsetbox import AnnotationBbox

from course_utils import plots
from course_utils.faces.training import History
from course_utils.plots.style import BLUE, RED

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
DISTANCE = RNG.random(300)
SAME = RNG.random(300) < 0.4
FACES = RNG.integers(0, 256, (6, 7, 5), dtype=np.uint8)


def test_the_map_of_people_has_a_panel_a_method_and_every_picture_once():
    people = np.repeat(np.arange(1, 11), 4)
    figure = plots.embedding_map(
        {"before": RNG.normal(size=(40, 6)), "after": RNG.normal(size=(40, 3))}, people, "finding", WORDS
    )
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["before", "after"]
    for ax in figure.axes:
        assert sum(len(dots.get_offsets()) for dots in ax.collections) == 40
        assert {text.get_text() for text in ax.texts} == {str(person) for person in range(1, 11)}


def test_a_map_alone_has_one_title():
    (ax,) = plots.embedding_map({"one": RNG.normal(size=(6, 2))}, np.repeat([1, 2], 3), "finding", WORDS).axes
    assert not ax.get_title(loc="left")


@pytest.mark.parametrize("pictures", [None, RNG.integers(0, 256, (60, 7, 5))])
@pytest.mark.parametrize("spread", [0, 0.3, 3])  # from people at ten points to people all over each other
def test_a_persons_number_stands_beside_the_picture_nearest_to_their_median_and_no_number_hides_another(pictures, spread):
    people = np.repeat(np.arange(1, 11), 6)
    points = RNG.normal(size=(10, 2))[people - 1] + spread * RNG.normal(size=(60, 2))
    points[::6] += 30  # one picture of each is far away: no mean, and no outermost picture
    figure = plots.embedding_map({"one": points, "two": -points}, people, "finding", WORDS, pictures)
    figure.draw_without_rendering()
    for ax, places in zip(figure.axes, (points, -points), strict=True):
        for text in ax.texts:
            mine = places[people == int(text.get_text())]
            from_median = np.linalg.norm(mine - np.median(mine, axis=0), axis=1)
            np.testing.assert_array_equal(text.xy, mine[from_median.argmin()])
        boxes = [text.get_bbox_patch().get_window_extent() for text in ax.texts]
        assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])


def test_the_map_of_people_shows_the_directions_of_largest_variation():
    points = RNG.normal(size=(30, 5)) * [0.01, 3.0, 0.02, 1.0, 0.03]
    figure = plots.embedding_map({"one": points}, np.repeat([1, 2, 3], 10), "finding", WORDS)
    shown = np.concatenate([dots.get_offsets() for dots in figure.axes[0].collections])
    np.testing.assert_allclose(shown.std(axis=0), points.std(axis=0)[[1, 3]], rtol=0.1)


def test_two_features_are_a_map_already():
    points = RNG.normal(size=(12, 2)) * [1, 5]
    figure = plots.embedding_map({"one": points}, np.repeat([1, 2, 3], 4), "finding", WORDS)
    np.testing.assert_array_equal(np.concatenate([dots.get_offsets() for dots in figure.axes[0].collections]), points)


def test_a_map_that_could_not_be_read_is_refused():
    with pytest.raises(ValueError, match="people: at most 10 can be told apart on a map, got 11"):
        plots.embedding_map({"one": np.zeros((11, 3))}, np.arange(11), "finding", WORDS)
    with pytest.raises(ValueError, match="people: expected one for each of the 5 pictures of maps: one, got 4"):
        plots.embedding_map({"one": np.zeros((5, 3))}, np.arange(4), "finding", WORDS)


def test_the_map_shows_each_picture_at_its_place():
    points = RNG.normal(size=(12, 2))
    pictures = RNG.integers(0, 256, (12, 7, 5))
    figure = plots.embedding_map({"one": points}, np.repeat([1, 2, 3], 4), "finding", WORDS, pictures)
    boxes = [artist for artist in figure.axes[0].get_children() if isinstance(artist, AnnotationBbox)]
    marks = np.concatenate([dots.get_offsets() for dots in figure.axes[0].collections])
    np.testing.assert_allclose([box.xy for box in boxes], marks)
    for box, picture in zip(boxes, pictures, strict=True):
        np.testing.assert_array_equal(box.offsetbox.get_data(), picture)


def test_the_map_refuses_pictures_from_0_to_1():
    given = {"one": RNG.normal(size=(6, 2))}, [1, 1, 2, 2, 3, 3], "finding", WORDS
    with pytest.raises(ValueError, match=r"pictures: the values go from .* multiply them by 255"):
        plots.embedding_map(*given, FACES / 255)
    plots.embedding_map(*given, FACES % 2)  # whole numbers are grey levels, however dark


def test_ten_people_on_a_map_have_ten_colours_and_ten_marks():
    figure = plots.embedding_map({"one": RNG.normal(size=(20, 3))}, np.repeat(np.arange(10), 2), "finding", WORDS)
    assert len({tuple(dots.get_facecolor()[0]) for dots in figure.axes[0].collections}) == 10
    assert len({dots.get_paths()[0].vertices.tobytes() for dots in figure.axes[0].collections}) == 10


def test_training_curves_are_means_around_each_step_from_the_first_to_the_last_with_the_cost_of_one_point():
    histories = {"random": History(*RNG.random((4, 100))), "hard": History(*RNG.random((4, 100)))}
    figure = plots.training_curves(histories, "finding", WORDS, baseline=("all at one point", 0.5))
    left, *panels = figure.axes
    around = [slice(max(0, k - 7), k + 8) for k in range(100)]
    for line, panel, (name, history) in zip(left.lines, panels, histories.items(), strict=False):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(100))
        np.testing.assert_allclose(line.get_ydata(), [history.loss[steps].mean() for steps in around])
        different, same = panel.lines
        np.testing.assert_allclose(different.get_ydata(), [history.different[steps].mean() for steps in around])
        np.testing.assert_allclose(same.get_ydata(), [history.same[steps].mean() for steps in around])
        assert panel.get_title(loc="left") == name
    assert figure.get_supxlabel() == "All curves are means over 15 steps."
    assert not any(same_color(line.get_color(), taken) for line in left.lines[:2] for taken in (BLUE, RED))
    assert left.lines[-1].get_ydata() == [0.5, 0.5]
    assert [text.get_text() for text in left.texts] == ["all at one point"]
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["random", "hard"]
    assert [text.get_text() for text in panels[0].get_legend().get_texts()] == ["different people", "same person"]
    assert panels[0].get_ylim() == panels[1].get_ylim()


def test_training_curves_show_the_price_of_knowing_nothing_in_other_words_than_that_of_one_point():
    histories = {"pairs": History(*RNG.random((4, 100)))}
    left = plots.training_curves(histories, "finding", WORDS, baseline=("the price of knowing nothing", 0.125)).axes[0]
    assert left.lines[-1].get_ydata() == [0.125, 0.125]
    assert [text.get_text() for text in left.texts] == ["the price of knowing nothing"]
    assert not plots.training_curves(histories, "finding", WORDS).axes[0].texts


def test_no_words_of_training_curves_lie_on_each_other():
    figure = plots.training_curves({name: History(*RNG.random((4, 100))) for name in ("batch-hard", "random")}, "f", WORDS)
    figure.draw_without_rendering()
    for ax in figure.axes[:2]:
        legend = ax.get_legend().get_window_extent()
        assert not legend.overlaps(ax.xaxis.label.get_window_extent())


def test_the_name_of_a_panel_is_lighter_than_the_title():
    figure = plots.distance_histograms({"before": DISTANCE, "after": 2 * DISTANCE}, SAME, "finding", WORDS)
    assert figure._suptitle.get_fontweight() == "bold"
    assert {ax._left_title.get_fontweight() for ax in figure.axes} == {"normal"}


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


def test_the_triplets_of_a_batch_are_cut_at_0_and_at_the_gap_and_all_of_them_drawn():
    to_positive = np.array([0.5, 0.5, 0.5, 0.5, 0.5])
    to_negative = np.array([0.2, 0.5, 0.7, 0.9, 1.5])  # hard, semi-hard, semi-hard, easy, easy
    figure = plots.gap_figure(to_positive, to_negative, 0.4)
    (ax,) = figure.axes
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "hard: 1 of 5",
        "semi-hard: 2 of 5",
        "easy: 2 of 5",
    ]
    assert "60.0% of the triplets are active" in ax.get_title(loc="left")
    widths = np.array([bar.get_width() for bar in ax.patches])
    assert widths == pytest.approx(0.4 / 18)  # all alike, 18 of them from 0 to the gap
    assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(5)
    edges = np.array([bar.get_x() for bar in ax.patches])
    assert {0, 0.4} <= set(edges.tolist())


@pytest.mark.parametrize("gap", [0, 0.004, 0.02, 0.3, 2.5])
def test_no_bar_has_triplets_of_two_kinds_whatever_the_gap(gap: float):
    ahead = RNG.normal(0.3, 0.3, 500)
    (ax,) = plots.gap_figure(np.full(500, 2), 2 + ahead, gap).axes
    spans = [(bar.get_x(), bar.get_x() + bar.get_width(), bar.get_height()) for bar in ax.patches]
    widest = max(end - start for start, end, _ in spans)
    for border in {0.0, gap}:
        assert not any(start + 1e-9 < border < end - 1e-9 for start, end, _ in spans)
    assert sum((end - start) * height for start, end, height in spans) == pytest.approx(500 * widest)
    assert len(spans) <= 3 * 130


@pytest.mark.parametrize("gap", [0.3, 1e-12])
def test_two_borders_that_differ_by_rounding_are_one(gap: float):
    (ax,) = plots.gap_figure([0.0, 0.0, 0.0, 0.3], [0.1, 0.3, 0.9, 0.3 - 1e-17], gap).axes
    assert max(bar.get_height() for bar in ax.patches) <= 2.1
    widest = max(bar.get_width() for bar in ax.patches)
    assert sum(bar.get_height() * bar.get_width() for bar in ax.patches) == pytest.approx(4 * widest)
    assert widest == pytest.approx(0.9 / 60)


@pytest.mark.parametrize("query", range(6))
def test_the_row_of_a_query_has_its_farthest_positive_and_its_nearest_negative_marked(query: int):
    people = np.array([7, 7, 7, 8, 8, 9])
    points = np.array([0.0, 1.0, 5.0, 2.5, 9.0, 7.0])
    table = np.abs(points[:, None] - points)
    if query == 5:
        with pytest.raises(ValueError, match="query: picture 5 has no positive"):
            plots.mining_figure(FACES, people, table, query, "finding")
        return
    figure = plots.mining_figure(FACES, people, table, query, "finding")
    (ax,) = figure.axes
    row, positive, negative = (patch.get_center() for patch in ax.patches)
    others = [k for k in range(6) if people[k] == people[query] and k != query]
    strangers = [k for k in range(6) if people[k] != people[query]]
    assert positive == pytest.approx([max(others, key=lambda k: table[query, k]), query])
    assert negative == pytest.approx([min(strangers, key=lambda k: table[query, k]), query])
    assert row[1] == pytest.approx(query)
    assert len(ax.images) == 1 + 12
    assert ax.images[0].get_clim() == (0, table.max())
    words = {text.get_position(): text.get_text() for text in ax.texts}
    assert words[tuple(np.rint(positive))] == f"{table[query, round(positive[0])]:.2f}\nfarthest\npositive"
    assert words[tuple(np.rint(negative))] == f"{table[query, round(negative[0])]:.2f}\nnearest\nnegative"
    assert not ax.lines  # no line through the cells of other rows
    beside = [text.get_text() for text in ax.texts if text.get_text() in {"7", "8", "9"}]
    assert sorted(beside) == sorted(2 * [str(number) for number in people])


def test_the_plane_of_a_triplet_shows_the_whole_ring_of_the_lesson():
    figure = plots.triplet_plane((-0.6, 0), (-0.6, 0.6), (0.7, 0), 0.5)
    (ax,) = figure.axes
    for patch in ax.patches:
        (x, y), radius = patch.center, patch.radius
        assert ax.get_xlim()[0] < x - radius < x + radius < ax.get_xlim()[1]
        assert ax.get_ylim()[0] < y - radius < y + radius < ax.get_ylim()[1]


def test_a_small_matrix_can_have_the_colours_of_a_larger_one():
    figure = plots.mining_figure(FACES[:3], [1, 1, 2], [[0, 1, 2], [1, 0, 1], [2, 1, 0]], 0, "finding", brightest=8)
    (ax,) = figure.axes
    assert ax.images[0].get_clim() == (0, 8)
    assert {text.get_color() for text in ax.texts if "." in text.get_text()} == {"white"}  # on dark cells


def moves(figure: plots.DescribedFigure) -> list[list[float]]:
    """The ways of the arrows in a plane."""
    return [[round(float(along), 9) for along in np.subtract(text.xy, text.xyann)] for text in figure.axes[0].texts]


def test_arrows_say_where_the_loss_moves_the_points_of_an_active_triplet():
    arrows = moves(plots.triplet_plane((0, 0), (0, 0.6), (0.9, 0), 0.5))
    lengths = np.linalg.norm(arrows, axis=1)
    query, positive, negative = arrows
    assert query[0] == pytest.approx(-query[1])
    assert query[1] > 0  # to the positive, and away from the negative
    assert positive[0] == negative[1] == 0
    assert positive[1] < 0 < negative[0]
    assert lengths == pytest.approx([0.25 * 2**0.5, 0.25, 0.25])
    assert "Arrows" in plots.triplet_plane((0, 0), (0, 0.6), (0.9, 0), 0.5).description


@pytest.mark.parametrize("negative", [(1.3, 0), (1.1, 0)])
def test_an_easy_triplet_moves_nothing(negative: tuple[float, float]):
    figure = plots.triplet_plane((0, 0), (0, 0.6), negative, 0.5)
    assert not moves(figure)
    assert "Arrows" not in figure.description


def test_equal_points_have_no_arrow():
    assert len(moves(plots.triplet_plane((0, 0), (0, 0), (0.3, 0), 0.5))) == 2
    assert not moves(plots.triplet_plane((0, 0), (0, 0), (0, 0), 0.5))
