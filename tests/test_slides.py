"""The slides: what of a lesson is on them, with every description, and that nothing outside is asked for."""

import re
from html import unescape
from itertools import pairwise

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from docs import slides

LESSONS = slides.lessons()
TEXT = """## 3. A heading

The first sentence. The second one explains a <dfn>term</dfn>. The third says nothing. **A fourth is bold.**

A sentence that leads on:

$$a = b$$

**Predict.** What will it be?

<details><summary>Answer</summary>It will be 7.</details>

### Below

Words. More words. Others.

| a | b |
| --- | --- |
| 1 | 2 |
"""


def read(path):
    return nbformat.read(path, as_version=4)


def texts(markdown: str) -> list[str]:
    return [slide.text for slide in slides.text_slides(markdown)]


def printed(text: str) -> list[slides.Slide]:
    return list(slides.output_slides(new_code_cell(outputs=[new_output("stream", text=text)])))


def figures(cells) -> list[str]:
    """Return the descriptions of the figures that cells show."""
    found = [output for cell in cells for output in cell.get("outputs", []) if output.output_type == "display_data"]
    return [about["alt"] for output in found for kind, about in output.metadata.items() if kind in slides.IMAGES]


# ---- The rule ----


def test_a_section_begins_with_its_heading_and_two_sentences_and_then_come_marked_sentences_formulas_and_tables():
    assert texts(TEXT) == [
        "## 3. A heading\n\nThe first sentence. The second one explains a <dfn>term</dfn>.",
        "**A fourth is bold.**\n\nA sentence that leads on:\n\n$$a = b$$",
        "**Predict.** What will it be?",
        "### Below\n\nWords. More words.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
    ]


def test_an_answer_is_kept_apart_from_its_question():
    (asked,) = (slide for slide in slides.text_slides(TEXT) if slide.answer)
    assert (asked.text, asked.answer) == ("**Predict.** What will it be?", "It will be 7.")


def test_key_points_fill_slides_and_questions_at_the_end_have_one_each():
    points = "## Key points\n\n" + "".join(f"- {letter * 200}.\n" for letter in "abc")
    asked = "## Check your understanding\n\n**1.** Why?"
    ends = f"{asked}\n\n<details><summary>Answer</summary>So.</details>\n\n## To go further\n\n- A paper."
    assert [text.count("\n- ") for text in texts(points)] == [2, 1]
    assert all(text.startswith("## Key points") for text in texts(points))
    assert texts(ends) == [asked]


def test_a_long_list_is_divided_between_its_items():
    items = "".join(f"- **{letter}** {letter * 300}\n" for letter in "abc")
    assert [text[:5] for text in texts(f"Words that lead:\n\n{items}")] == ["Words", "- **b", "- **c"]


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("a   1\nb   2\n", True),
        ("FAR 1%\n", True),
        ("(40, 10)\n", False),
        ("euclidean: yours to write.\nhint\n", False),
        ("unit_threshold: Right.\nx\n", False),
        ("x" * 200 + "\n1%\n", False),
        ("1%\n" * 30, False),
    ],
)
def test_what_a_cell_prints_is_shown_if_it_is_short_and_says_something(text: str, is_shown: bool):
    assert bool(printed(text)) == is_shown


def test_what_is_said_to_one_reader_of_a_guess_is_left_out():
    (slide,) = printed("The answer: 44%.\n(To compare it with yours, write a number in place of the dots.)\n")
    assert slide.output.text == "The answer: 44%."


def test_a_short_sentence_stands_above_what_it_leads_to_and_a_question_does_not():
    cell = new_code_cell(outputs=[new_output("stream", text="a  1%\nb  2%\n")])
    for text, count in (("Words. **This counts.**", 1), ("**Predict.** How much?", 2), ("**This counts.** Words.\n\nMore.", 2)):
        assert len(slides.slides(new_notebook(cells=[new_markdown_cell(text), cell]))) == count


# ---- The lessons ----


def test_each_lesson_has_slides_but_the_one_to_start_with(tmp_path, monkeypatch):
    all_lessons = sorted(path.name for path in (slides.ROOT / "notebooks").glob("*.ipynb"))
    assert [path.name for path in LESSONS] == all_lessons[1:]
    (tmp_path / "notebooks").mkdir()
    for name in ("00_start_here", "01_one", "09_nine", "10_ten", "scratch"):
        (tmp_path / "notebooks" / f"{name}.ipynb").touch()
    monkeypatch.setattr(slides, "ROOT", tmp_path)
    assert [path.stem for path in slides.lessons()] == ["01_one", "09_nine", "10_ten"]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_figure_is_on_a_slide_of_its_own_with_its_description_and_no_code_is(path):
    lesson, deck = read(path), slides.deck(read(path))
    assert figures(deck.cells) == figures(lesson.cells)
    assert not any(cell.source for cell in deck.cells if cell.cell_type == "code")
    assert all(len(cell.outputs) == 1 for cell in deck.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_its_sections_its_predictions_and_no_slide_that_is_too_full(path):
    made = slides.slides(read(path))
    prose = "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    headings = re.findall(r"^## (?!To go further).*$", prose, re.MULTILINE)
    assert set(headings) <= {slide.text.partition("\n")[0] for slide in made}
    assert sum("**Predict.**" in slide.text for slide in made) == len(re.findall(r"^\*\*Predict\.\*\*", prose, re.MULTILINE))
    assert sum(bool(slide.answer) for slide in made) == prose.count("<details><summary>") - _of_other_answers(prose)
    assert 30 < len(made) < 90
    assert max(len(slide.text) for slide in made) < 1.6 * slides.FULL


def _of_other_answers(prose: str) -> int:
    """Count the folded answers that belong to no marked question."""
    found = slides.blocks(prose)
    return sum(after.startswith("<details>") and not slides.LABEL.match(before) for before, after in pairwise(found))


@pytest.mark.slow
def test_a_page_asks_for_nothing_outside_and_draws_its_formulas():
    page = slides.html(read(LESSONS[6]))
    without_pictures = re.sub(r'src="data:image/[^"]*"', "", page)
    assert re.findall(r'(?:src|href)="([^"]*)"', without_pictures) == [
        "reveal.js/dist/reset.css",
        "reveal.js/dist/reveal.css",
        "reveal.js/dist/theme/white.css",
        "reveal.js/dist/reveal.js",
        "reveal.js/plugin/notes/notes.js",
    ]
    assert "://" not in re.sub(r"<aside.*?</aside>", "", without_pictures, flags=re.DOTALL)
    assert page.count("<section") == page.count("</section>")
    assert not re.search(r"<code>[^<]*\\[a-z]+", page)  # a formula that cannot be drawn would be shown as it was typed
    assert [unescape(alt) for alt in re.findall(r'<img [^>]*alt="([^"]*)"', page)] == figures(read(LESSONS[6]).cells)


def test_all_that_a_page_names_of_reveal_is_copied_with_its_licence(tmp_path):
    slides.copy_reveal(tmp_path)
    template = (slides.ROOT / "docs/templates/slides/index.html.j2").read_text("utf-8")
    for name in re.findall(r'"reveal\.js/([^"]+)"', template):
        assert (tmp_path / name).is_file()
    assert (tmp_path / "LICENSE").is_file()
    for sheet in tmp_path.rglob("*.css"):
        for address in re.findall(r"url\(['\"]?([^)'\"]+)", sheet.read_text("utf-8")):
            assert address.startswith("data:") or (sheet.parent / address.partition("?")[0].partition("#")[0]).is_file()
