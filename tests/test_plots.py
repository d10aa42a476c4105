"""The figures: what they say in words is what the data say, and what they show can be shown."""

import io

import numpy as np
import pytest
from matplotlib.colors import same_color
from PIL import Image

from course_utils import plots
from course_utils.faces.evaluation import Interval, equal_error_rate, error_rates, roc
from course_utils.faces.training import History
from course_utils.plots.style import BLACK, BLUE, GREEN, ORANGE, PINK, RED, SKY

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
DISTANCE = RNG.random(300)
SAME = RNG.random(300) < 0.4


def displayed(figure: plots.DescribedFigure, monkeypatch) -> list[tuple[object, dict[str, object]]]:
    shown: list[tuple[object, dict[str, object]]] = []
    monkeypatch.setattr("course_utils.plots.figure.display", lambda content, **how: shown.append((content, how)))
    figure._ipython_display_()
    return shown


def test_a_figure_shows_itself_with_its_words_as_alternative_text_and_in_the_page(monkeypatch):
    figure = plots.DescribedFigure(f"<b> & {WORDS}", (3, 2))
    (picture, how), (folded, _) = displayed(figure, monkeypatch)
    assert how["metadata"]["image/png"]["alt"] == picture["text/plain"] == f"<b> & {WORDS}"
    assert f"&lt;b&gt; &amp; {WORDS}" in folded.data
    assert "<summary>What the figure shows</summary>" in folded.data


def test_the_saved_picture_has_the_size_of_the_figure():
    picture = Image.open(io.BytesIO(plots.DescribedFigure(WORDS, (3, 2)).png()))
    assert picture.size == (240, 160)


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


@pytest.mark.parametrize("count", [1, 3, 10, 11])
def test_a_picture_grid_draws_every_picture_once_and_no_empty_axes(count: int):
    pictures = RNG.integers(0, 256, (count, 12, 10), dtype=np.uint8)
    figure = plots.picture_grid(pictures, range(count), "finding", WORDS, columns=5)
    drawn = [ax for ax in figure.axes if ax.images]
    assert [ax.get_xlabel() for ax in drawn] == [str(number) for number in range(count)]
    assert not any(ax.axison for ax in figure.axes if not ax.images)
    for ax, picture in zip(drawn, pictures, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), picture)


def test_pictures_without_a_caption_are_refused():
    with pytest.raises(ValueError, match="captions: expected one for each of the 2 pictures, got 1"):
        plots.picture_grid(np.zeros((2, 4, 4), np.uint8), ["one"], "finding", WORDS)


def test_the_slider_draws_the_figure_anew():
    widget = plots.slider_figure(lambda at: plots.threshold_figure(DISTANCE, SAME, at), "tau", 0, 1, 0.1, at=0.5)
    slider, page = widget.children
    assert f"{error_rates(DISTANCE, SAME, 0.5).far:.1%}" in page.value
    slider.value = 0.2
    assert f"{error_rates(DISTANCE, SAME, 0.2).far:.1%}" in page.value
    assert page.value.startswith('<img alt="')


def test_the_map_is_dashed_for_lessons_that_are_not_there():
    figure = plots.course_map([("01", "one"), ("02", "two"), ("03", "three")], half=2, ready={"01"})
    styles = [patch.get_linestyle() for patch in figure.axes[0].patches if hasattr(patch, "get_boxstyle")]
    assert [style == "-" for style in styles] == [True, False, False]


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
    with pytest.raises(ValueError, match="people: expected one for each of the 5 pictures, got 4"):
        plots.embedding_map({"one": np.zeros((5, 3))}, np.arange(4), "finding", WORDS)


def test_training_curves_are_running_means_with_the_cost_of_one_point():
    history = History(*RNG.random((4, 100)))
    figure = plots.training_curves({"random": history, "hard": history}, "finding", WORDS, gap=0.5)
    left, right = figure.axes
    expected = [history.loss[k : k + 15].mean() for k in range(86)]
    np.testing.assert_allclose(left.lines[0].get_ydata(), expected)
    np.testing.assert_allclose(right.lines[0].get_ydata()[0], history.different[:15].mean())
    assert 0.5 in [line.get_ydata()[0] for line in left.lines]
    assert [text.get_text() for text in right.get_legend().get_texts()] == [
        "random: different",
        "hard: different",
        "same (with dots)",
    ]


def test_training_curves_of_a_very_short_run_can_be_drawn():
    figure = plots.training_curves({"short": History(*np.ones((4, 3)))}, "finding", WORDS)
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), 1)


def test_distance_histograms_have_a_panel_a_method_on_an_axis_of_its_own():
    figure = plots.distance_histograms({"pixels": 10 * DISTANCE, "network": DISTANCE}, SAME, "finding", WORDS)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["pixels", "network"]
    assert figure.axes[0].get_xlim()[1] > 9 * figure.axes[1].get_xlim()[1]


def test_every_diagram_has_words_and_texts_inside_its_canvas():
    for figure in (plots.siamese_pair(), plots.triplet_objective(), plots.classification_head()):
        assert len(figure.description) > 100
        figure.png()  # draws it, so that the texts have a size
        frame = figure.bbox
        for text in figure.axes[0].texts:
            extent = text.get_window_extent()
            assert frame.x0 <= extent.x0 < extent.x1 <= frame.x1, text.get_text()
            assert frame.y0 <= extent.y0 < extent.y1 <= frame.y1, text.get_text()


def test_the_names_of_the_colours_are_those_of_the_cycle():
    import matplotlib

    cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()
    named = (BLUE, RED, GREEN, PINK, ORANGE, SKY)
    assert all(same_color(ours, theirs) for ours, theirs in zip(named, cycle["color"], strict=True))
    assert len(set(map(str, cycle["linestyle"]))) == len(named)
    assert BLACK not in named
