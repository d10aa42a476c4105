"""Formulas become drawings: all of the course, and none that a student types stops a page."""

import re
from pathlib import Path

import nbformat
import pytest

from course_utils.grading.formulas import LONGEST, drawn

RELEASE = Path(__file__).resolve().parents[2] / "notebooks" / "assignments" / "release"
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(.+?)(?<![\\$])\$", re.DOTALL)


def formulas(path):
    cells = nbformat.read(path, as_version=4).cells
    texts = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return {block or inline: bool(block) for block, inline in FORMULA.findall(texts)}


@pytest.mark.parametrize("path", sorted(RELEASE.glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_every_formula_of_a_set_is_drawn(path):
    found = formulas(path)
    assert found
    assert [tex for tex, display in found.items() if not drawn(tex, display).startswith("<svg")] == []


def test_a_drawing_stands_on_the_line_and_says_what_it_shows():
    svg = drawn(r"D \leq \tau, a < b")
    assert 'role="img"' in svg
    assert r'aria-label="D \leq \tau, a &lt; b"' in svg
    assert re.search(r"vertical-align:-0\.\d+em", svg)  # the comma hangs below the line
    assert re.fullmatch(r"[MLQCZ\d. -]+", re.search(r' d="([^"]*)"', svg)[1])


def test_letters_are_upright_and_in_their_order():
    """A dot above another dot: `:` has its upper one at the smaller y, as SVG counts."""
    box = [float(number) for number in re.search(r'viewBox="([^"]*)"', drawn("d"))[1].split()]
    steps = re.findall(r"[MLQC]([-\d. ]+)", re.search(r' d="([^"]*)"', drawn("d"))[1])
    points = [(x, y) for step in steps for x, y in zip(*[iter(map(float, step.split()))] * 2, strict=True)]
    highest = min(points, key=lambda point: point[1])
    assert highest[0] > box[0] + box[2] / 2  # the stem of a d is on the right, and above
    assert min(y for _, y in points) == pytest.approx(box[1], abs=1)


def test_a_fraction_is_larger_where_it_has_a_line_of_its_own():
    def height(svg):
        return float(re.search(r"height:([\d.]+)em", svg)[1])

    assert height(drawn(r"\frac{a}{b}", display=True)) > 1.2 * height(drawn(r"\frac{a}{b}"))


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{pmatrix} a & b \end{pmatrix}",
        r"\frac{a}",
        r"\unknown",
        "{" * 200 + "x" + "}" * 200,
        r"\sqrt{" * 60 + "x" + "}" * 60,
        r"\hspace{1e300} x",
        r"a \hspace{1e5} x",
        "x" * (LONGEST + 1),
        " ",
        "<script>",
        '"><img src=x>',
    ],
)
def test_what_cannot_be_drawn_is_shown_as_it_was_typed(tex):
    shown = drawn(tex)
    assert "<script" not in shown
    assert "<img" not in shown
    assert shown.startswith("<code>") or "<" in tex
