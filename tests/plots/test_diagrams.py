"""The diagrams: texts inside their canvas, and a map of the lessons that are there."""

import pytest

from course_utils import plots


def test_every_diagram_has_words_and_texts_inside_its_canvas():
    titles = {f"{k:02d}": "Verification as classification" for k in range(1, 12)}
    drawn = (plots.siamese_pair, plots.triplet_objective, plots.classification_head)
    for figure in (*(draw() for draw in drawn), *(plots.course_map(titles, half) for half in (0, 2, 5, 11))):
        assert len(figure.description) > 100
        figure.png()  # draws it, so that the texts have a size
        frame = figure.bbox
        for text in figure.axes[0].texts:
            extent = text.get_window_extent()
            assert frame.x0 <= extent.x0 < extent.x1 <= frame.x1, text.get_text()
            assert frame.y0 <= extent.y0 < extent.y1 <= frame.y1, text.get_text()


LESSONS = {"01": "Distance and threshold", "02": "Siamese network", "06": "Inside VGG19", "10": "One more lesson on style"}


@pytest.mark.parametrize("half", range(5))
def test_the_map_draws_each_lesson_once_in_the_row_of_its_half(half: int):
    figure = plots.course_map(LESSONS, half)
    texts = {text.get_text().replace("\n", " "): text.get_position()[1] for text in figure.axes[0].texts}
    heights = [texts[f"{number} {title}"] for number, title in LESSONS.items()]
    assert len(set(heights[:half])) == (half > 0)
    assert len(set(heights[half:])) == (half < 4)
    assert all(faces > style for faces in heights[:half] for style in heights[half:])
    for words in (*(f"{number} {title}" for number, title in LESSONS.items()), "Faces: " * (half > 0), "Style: " * (half < 4)):
        assert words in figure.description
    assert ("One leads from the first row" in figure.description) == (0 < half < 4)
    assert ("Faces: " in figure.description) == (half > 0)
