"""A figure shows itself with its words, at its size."""

import io

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from course_utils import plots

WORDS = "A description that is long enough to tell somebody what the figure shows."


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


def test_a_figure_is_twice_as_fine_as_the_page_and_says_how_much_of_it_to_take(monkeypatch):
    figure = plots.DescribedFigure(WORDS, (3, 2))
    (_, how), _ = displayed(figure, monkeypatch)
    assert Image.open(io.BytesIO(figure.png())).size == (480, 320)
    assert figure.on_the_page() == (240, 160)
    assert (how["metadata"]["image/png"]["width"], how["metadata"]["image/png"]["height"]) == (240, 160)


@pytest.mark.parametrize("loc", ["above all", "left"])
def test_a_long_title_is_made_smaller_until_it_is_whole(loc):
    figure = plots.DescribedFigure(WORDS, (4, 2))
    long = "A finding that takes more words than there is room for above a figure so small"
    title = figure.suptitle(long, x=0.01, ha="left") if loc == "above all" else figure.subplots().set_title(long, loc=loc)
    short = figure.text(0, 0, "short")
    size = short.get_fontsize()
    figure.png()
    figure.draw_without_rendering()
    seen = title.get_window_extent()
    assert figure.bbox.x0 - 1 <= seen.x0 < seen.x1 <= figure.bbox.x1 + 1
    assert short.get_fontsize() == size


@pytest.mark.parametrize("words", [r"costs $x_{ and $", "a_$b_$", "a$", "two\nlines, one $x^$"])
def test_dollars_that_make_no_formula_are_drawn_as_they_are(words: str):
    pictures = []
    for literal in (False, True):
        figure = plots.DescribedFigure(WORDS, (4, 3))
        ax = figure.subplots()
        ax.plot([words, "b"], [1, 2])  # names along the axis are set only when it is drawn
        ax.set_xlabel(words)
        for text in (*ax.get_xticklabels(), ax.xaxis.label) if literal else ():
            text.set_parse_math(False)
        pictures.append(figure.png())
    assert pictures[0] == pictures[1]


def test_formulas_stay_formulas():
    figure = plots.DescribedFigure(WORDS, (4, 2))
    texts = [figure.text(0.1, 0.1, "$x^2$"), figure.text(0.1, 0.5, "no formula"), figure.text(0.1, 0.9, "$x^$")]
    figure.png()
    assert [text.get_parse_math() for text in texts] == [True, True, False]


def test_a_title_that_fits_keeps_its_size():
    figure = plots.DescribedFigure(WORDS, (4, 2))
    title = figure.suptitle("A finding", x=0.01, ha="left")
    size = title.get_fontsize()
    figure.png()
    assert title.get_fontsize() == size


def test_a_width_just_below_a_whole_number_of_pixels_shears_nothing():
    figure = plots.DescribedFigure("A black bar that stands upright, from the bottom to the top.", (3 * 3.3, 1))
    figure.add_artist(Rectangle((0.4, 0), 0.2, 1, color="k", transform=figure.transFigure))
    rows = np.asarray(Image.open(io.BytesIO(figure.png())).convert("L"))
    assert (rows == rows[0]).all()


@pytest.mark.parametrize("letters", [35, 41, 47, 65])
def test_a_figure_whose_title_was_made_smaller_is_the_same_when_it_is_drawn_again(letters: int):
    figure = plots.DescribedFigure("An empty figure under a title that is much too long for its width.", (3, 1))
    title = figure.suptitle(
        "A finding that needs more room than there is in this figure, and yet more"[:letters], x=0.02, ha="left"
    )
    figure.png()
    size = title.get_fontsize()
    figure.png()
    assert title.get_fontsize() == size
