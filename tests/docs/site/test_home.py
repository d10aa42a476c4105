"""The first page: each lesson's card has a picture that is seen."""

import io

import numpy as np
from PIL import Image

from docs.site.figures import Figure, figure_of
from docs.site.home import INK, ink, opening, shelves, typeset
from tests.notebooks.lessons import ALL, read


def painted(dark: float, width: int = 50, height: int = 30) -> Figure:
    """A figure of which a share is black and the rest white."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[:, : round(dark * width)] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return Figure(file.getvalue(), "png", "words", width, height)


def test_a_nearly_white_figure_makes_room_for_the_next():
    pale, dark = painted(0.1), painted(0.6)
    assert opening([pale, dark]).first is dark
    assert opening([dark, painted(1)]).first is dark
    assert opening([pale, pale]).first is pale
    assert ink(painted(0.5)) == 0.5
    assert round(ink(painted(0.5, height=50)), 3) == 0.3  # a square leaves two fifths of its place empty


def test_a_lesson_has_a_second_figure_for_where_its_first_stands_already():
    pale, dark, darker = painted(0.1), painted(0.6), painted(1)
    assert opening([dark, pale, darker]).second is darker
    assert opening([dark, pale]).second is dark


def test_no_lesson_has_a_white_card():
    for path in ALL:
        outputs = [output for cell in read(path).cells for output in cell.get("outputs", [])]
        found = opening([figure for output in outputs if (figure := figure_of(output))])
        assert ink(found.first) >= INK, path
        assert ink(found.second) >= INK, path


def test_quotation_marks_are_curly():
    assert typeset('say "no", or "none"; 5 x 5') == "say \u201cno\u201d, or \u201cnone\u201d; 5 x 5"


def test_all_exercises_stand_below_the_page_that_leads_to_them():
    pages = ["lessons/00_a", "exercises/01_exercises", "exercises/10_exercises", "exercises/assignments", "instructor/a"]
    assert shelves(pages, [])["Practise"] == ["exercises/assignments", "exercises/01_exercises", "exercises/10_exercises"]
