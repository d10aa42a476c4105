"""How a lesson must read: size, cell length, described figures, nothing on screen that was not asked for."""

import itertools
import re
import statistics
from pathlib import Path

import nbformat
import pytest

from notebooks.build import SOURCES, convert
from tests.notebooks.lessons import ALL, LESSONS, cells, printed, read

by_name = pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
lesson_by_name = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def test_each_source_has_its_notebook_and_each_notebook_its_source():
    assert [path.stem for path in ALL] == sorted(path.stem for path in SOURCES.glob("[0-9]*.py"))


@by_name
def test_a_notebook_is_what_its_source_builds(path: Path):
    notebook = read(path)
    built = convert(SOURCES / f"{path.stem}.py", notebook.metadata.course.run_time)
    assert [(c.id, c.cell_type, c.source, c.metadata) for c in notebook.cells] == [
        (c.id, c.cell_type, c.source, c.metadata) for c in built.cells
    ]
    assert notebook.metadata == built.metadata


@by_name
def test_a_notebook_was_run_from_top_to_bottom(path: Path):
    counts = [cell.execution_count for cell in cells(read(path), "code")]
    assert counts == list(range(1, len(counts) + 1))


@by_name
def test_a_notebook_is_small(path: Path):
    assert path.stat().st_size < 3_000_000


@by_name
def test_nothing_unasked_is_shown(path: Path):
    for cell in cells(read(path), "code"):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output["text"]


@by_name
def test_every_picture_is_described(path: Path):
    notebook = read(path)
    pictures = 0
    for cell in cells(notebook, "code"):
        for output, after in itertools.pairwise([*cell.outputs, None]):
            for mime in {"image/png", "image/jpeg"} & set(output.get("data", {})):
                pictures += 1
                assert len(output.metadata[mime]["alt"]) >= 40
                assert "<summary>What the figure shows</summary>" in after.data["text/html"]
    assert pictures >= 3
    for cell in cells(notebook, "markdown"):
        assert "![](" not in cell.source
        assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", cell.source))


@by_name
def test_headings_come_in_order(path: Path):
    text = "\n".join(cell.source for cell in cells(read(path), "markdown"))
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@by_name
def test_a_notebook_says_what_it_needs_and_ends_with_key_points(path: Path):
    text = "\n".join(cell.source for cell in cells(read(path), "markdown"))
    for part in ("**Before you start**", "**Time**", "## Key points", "**Predict"):
        assert part in text


@lesson_by_name
def test_a_lesson_has_questions_objectives_and_answers(path: Path):
    text = "\n".join(cell.source for cell in cells(read(path), "markdown"))
    for part in ("**Questions**", "**Objectives.**", "## Check your understanding", "## To go further"):
        assert part in text
    questions = text.partition("## Check your understanding")[2].partition("## To go further")[0]
    assert 3 <= len(re.findall(r"^\*\*\d\.\*\*", questions, re.MULTILINE)) <= 5
    assert questions.count("<details><summary>Answer</summary>") == len(re.findall(r"^\*\*\d\.\*\*", questions, re.MULTILINE))


def prose(text: str) -> str:
    """Return what is read in passing: no folded answer, no table, no displayed formula."""
    return re.sub(r"<details>.*?</details>|^\|.*?$|\$\$.*?\$\$", "", text, flags=re.DOTALL | re.MULTILINE)


def test_a_term_is_defined_once_in_the_course():
    terms = [term for path in ALL for cell in cells(read(path), "markdown") for term in defined(cell.source)]
    assert len(terms) == len(set(terms)), [term for term in terms if terms.count(term) > 1]


def defined(text: str) -> list[str]:
    """Return the terms that a text defines: each stands between `<dfn>` and `</dfn>`, in the sentence that says what it is."""
    return [term.lower() for term in re.findall(r"<dfn>(.+?)</dfn>", text)]


@lesson_by_name
def test_what_guards_the_prose_is_out_of_the_learners_way(path: Path):
    code = "\n".join(cell.source for cell in cells(read(path), "code"))
    assert not re.search(r"^assert ", code, re.MULTILINE), 'move it into a cell tagged "guard"'


@lesson_by_name
def test_a_lesson_has_short_cells_and_enough_prose(path: Path):
    notebook = read(path)
    assert 25 <= len(notebook.cells) <= 60
    lines = [sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in cells(notebook, "code")]
    assert statistics.median(lines) <= 7
    assert statistics.quantiles(lines, n=10)[-1] <= 20
    words = [len(prose(cell.source).split()) for cell in cells(notebook, "markdown")]
    assert 30 <= statistics.median(words) <= 105  # 80 is the aim; lesson 04 has more to say between fewer cells


@by_name
def test_no_line_of_code_runs_out_of_view(path: Path):
    for cell in cells(read(path), "code"):
        for line in cell.source.splitlines():
            assert len(line) <= 104, line


@by_name
def test_exact_shares_in_the_prose_are_printed_by_a_cell(path: Path):
    notebook = read(path)
    shown = printed(notebook)
    for cell in cells(notebook, "markdown"):
        for share in re.findall(r"\d+\.\d+ ?%", cell.source):
            assert share.replace(" ", "") in shown, f"{share} is in the prose, but no cell prints it"


@lesson_by_name
def test_a_lesson_takes_its_own_solutions(path: Path):
    assert "not yet right" not in printed(read(path))


@by_name
def test_tensorflow_comes_in_quietly(path: Path):
    code = "\n".join(cell.source for cell in cells(read(path), "code"))
    assert not re.search(r"^\s*(import|from) (tensorflow|keras)", code, re.MULTILINE), "use course_utils.backend"


@by_name
def test_plain_words(path: Path):
    text = "\n".join(cell.source for cell in cells(read(path), "markdown")).lower()
    assert not re.findall(r"\b(simply|obviously|clearly|trivially)\b", text)


def test_a_figure_without_a_description_is_refused():
    from course_utils.plots import DescribedFigure

    with pytest.raises(ValueError, match="description: say in a sentence"):
        DescribedFigure("a plot", (3, 2))


def test_convert_gives_the_same_notebook_twice_and_puts_the_time_in():
    source = SOURCES / "00_start_here.py"
    first, second = convert(source, "about 1 second"), convert(source, "about 1 second")
    assert nbformat.writes(first) == nbformat.writes(second)
    assert "about 1 second" in nbformat.writes(first)
    assert "RUN_TIME" not in nbformat.writes(first)


def test_the_built_course_shows_nobodys_progress():
    (cell,) = [cell for cell in cells(read(ALL[0]), "code") if cell.source.endswith("score()")]
    (output,) = cell.outputs
    assert output.text.startswith("No points yet")
