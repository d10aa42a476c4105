"""A figure shows itself with its words, at its size."""

import io

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
