"""Whatever is handed in becomes a notebook on the frame of the released one, and what is odd about it is told."""

import json
from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.limits import MOST_CELLS
from course_utils.grading.submission import (
    SubmissionError,
    cells_of,
    checked_exercise,
    is_experiment,
    read_submission,
    restore,
    shown,
    to_run,
)


def named(cell, name, points=None, solution=False):
    grade = points is not None
    cell.metadata.nbgrader = {
        "grade": grade,
        "grade_id": name,
        "locked": not solution,
        "solution": solution,
        "task": False,
        "schema_version": 3,
        "checksum": "0",
    }
    if grade:
        cell.metadata.nbgrader["points"] = points
    return cell


RELEASE = new_notebook(
    cells=[
        new_code_cell("import numpy as np"),
        named(new_markdown_cell("Write f."), "q-f"),
        named(new_code_cell("def f():\n    raise NotImplementedError()"), "f", solution=True),
        named(new_code_cell('check("f", f)'), "check-f", points=2),
        named(new_markdown_cell("*Write your answer here.*"), "w-why", points=3, solution=True),
        new_code_cell("paint()", metadata={"tags": ["experiment"]}),
    ],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
)


def handed_in(change=lambda notebook: None):
    notebook = deepcopy(RELEASE)
    notebook.cells[2].source = "def f():\n    return 1"
    notebook.cells[4].source = "Because."
    change(notebook)
    return json.loads(nbformat.writes(notebook))["cells"]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def names(notebook):
    return [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]


def test_what_was_handed_in_properly_stays_as_it_is():
    restored, flags = restore(handed_in(), RELEASE)
    assert flags == []
    assert sources(restored)[2:5] == ["def f():\n    return 1", 'check("f", f)', "Because."]
    assert names(restored) == names(RELEASE)
    nbformat.validate(restored)


def test_the_release_is_not_changed():
    before = deepcopy(RELEASE)
    restore(handed_in(), RELEASE)
    assert before == RELEASE


def test_a_changed_locked_cell_is_put_back_and_told():
    def change(notebook):
        notebook.cells[3].source = "pass"

    restored, flags = restore(handed_in(change), RELEASE)
    assert sources(restored)[3] == 'check("f", f)'
    assert [flag.cell for flag in flags] == ["check-f"]


def test_changed_points_and_kinds_are_put_back():
    def change(notebook):
        notebook.cells[3].metadata.nbgrader.points = 100
        notebook.cells[2].metadata.nbgrader.schema_version = 99
        notebook.cells[4].cell_type = "raw"

    restored, flags = restore(handed_in(change), RELEASE)
    assert restored.cells[3].metadata.nbgrader.points == 2
    assert restored.cells[2].metadata.nbgrader.schema_version == 3
    assert restored.cells[4].cell_type == "markdown"
    assert [flag.cell for flag in flags] == ["w-why"]


def test_of_copies_the_last_one_counts():
    def change(notebook):
        copy = deepcopy(notebook.cells[2])
        copy.id, copy.source = "copy", "def f():\n    return 2"
        notebook.cells.insert(3, copy)

    restored, flags = restore(handed_in(change), RELEASE)
    assert names(restored).count("f") == 1
    assert restored.cells[names(restored).index("f")].source == "def f():\n    return 2"
    assert "def f():\n    return 1" in sources(restored)  # the first one still runs
    assert "copied" in flags[0].reason


def test_missing_cells_with_points_are_put_back():
    def change(notebook):
        del notebook.cells[3:5]

    restored, flags = restore(handed_in(change), RELEASE)
    assert names(restored)[-2:] == ["check-f", "w-why"]
    assert sources(restored)[-1] == "*Write your answer here.*"
    assert {flag.cell for flag in flags} == {"check-f", "w-why"}


def test_a_notebook_without_names_is_still_graded_and_told():
    def change(notebook):
        for cell in notebook.cells:
            cell.metadata = {}

    restored, flags = restore(handed_in(change), RELEASE)
    assert {"check-f", "w-why"} <= set(names(restored))
    assert "def f():\n    return 1" in sources(restored)
    assert any(flag.cell == "notebook" for flag in flags)


def test_an_unknown_name_is_told_and_dropped():
    def change(notebook):
        notebook.cells.append(named(new_code_cell("x"), "another", points=50))

    restored, flags = restore(handed_in(change), RELEASE)
    assert "another" not in names(restored)
    assert flags[0].cell == "another"


def test_an_answer_cannot_pass_for_an_experiment():
    def change(notebook):
        notebook.cells[3].metadata.tags = ["experiment"]

    restored, _ = restore(handed_in(change), RELEASE)
    assert not is_experiment(restored.cells[3])
    assert checked_exercise(restored.cells[3]) == "f"


def test_outputs_of_experiments_are_kept_without_what_a_browser_would_run():
    def change(notebook):
        html = nbformat.v4.new_output(
            "display_data", {"text/html": "<script>1</script>", "text/plain": "figure", "image/png": "AAAA"}
        )
        notebook.cells[5].outputs = [html]
        notebook.cells[2].outputs = [html]

    restored, _ = restore(handed_in(change), RELEASE)
    assert restored.cells[5].outputs[0].data == {"text/plain": "figure", "image/png": "AAAA"}
    assert restored.cells[2].outputs == []


def test_markdown_loses_what_a_browser_would_run():
    def change(notebook):
        bad = '<script>alert(1)</script> <img src="x" onerror="alert(1)"> <a href="javascript:alert(1)">x</a>'
        notebook.cells[4].source = f"Because. {bad}"

    restored, _ = restore(handed_in(change), RELEASE)
    for part in ("<script", "<img", "javascript:"):
        assert part not in restored.cells[4].source
    assert "Because." in restored.cells[4].source


def test_markdown_keeps_what_is_less_than_something():
    def change(notebook):
        notebook.cells[4].source = "Because $a < b$, and 1 <2."

    assert restore(handed_in(change), RELEASE)[0].cells[4].source == "Because $a < b$, and 1 <2."


@pytest.mark.parametrize(
    "cell",
    [{}, {"cell_type": 3}, {"source": 5}, {"source": [1, "a"]}, {"metadata": []}, {"metadata": {"nbgrader": 1, "tags": 2}}],
)
def test_cells_of_any_shape_are_survived(cell):
    restored, _ = restore([cell], RELEASE)
    nbformat.validate(restored)


def test_halves_of_characters_are_survived():
    half = json.loads('"\\ud83d"')
    output = {"output_type": "stream", "name": "stdout", "text": half}
    cells = [
        {"cell_type": "code", "source": f"x = '{half}'"},
        {"cell_type": "markdown", "source": half, "metadata": {"nbgrader": {"grade_id": half}}},
        {"cell_type": "code", "source": "", "metadata": {"tags": ["experiment"]}, "outputs": [output]},
    ]
    restored, flags = restore(cells, RELEASE)
    nbformat.writes(restored).encode("utf-8")
    str(flags).encode("utf-8")


def test_a_cell_of_any_length_is_cut_and_told():
    restored, flags = restore([{"cell_type": "code", "source": "x" * 1_000_000}], RELEASE)
    assert len(restored.cells[0].source) == 100_000
    assert "a cell of 1000000 characters" in flags[0].reason


CONTENT = nbformat.writes(RELEASE)


ENCODINGS = {"utf-8": CONTENT.encode(), "with a mark": b"\xef\xbb\xbf" + CONTENT.encode(), "utf-16": CONTENT.encode("utf-16")}


@pytest.mark.parametrize("content", ENCODINGS.values(), ids=ENCODINGS)  # the ids of the cells differ each time
def test_usual_encodings_are_read(content):
    assert len(cells_of(content)) == len(RELEASE.cells)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "version 4"),
        (b'{"worksheets": []}', "version 4"),
        (b'{"cells": {}}', "version 4"),
        ("\xe4".encode("latin-1") + b"{}", "UTF-8"),
        (json.dumps({"cells": [{}] * (MOST_CELLS + 1)}).encode(), "cells, more than"),
    ],
)
def test_what_is_no_notebook_is_told(content, reason):
    with pytest.raises(SubmissionError, match=reason):
        cells_of(content)


def test_what_is_run_is_what_was_handed_in_and_as_shallow_as_can_be():
    deep = {"nbgrader": {"grade_id": "f", "deep": json.loads("[" * 900 + "]" * 900)}, "tags": ["experiment"]}
    cells = [{"cell_type": "code", "source": ["a\n", "b"], "metadata": deep, "outputs": [1] * 1000}, {"cell_type": 1}]
    assert to_run(cells) == [
        {"cell_type": "code", "source": "a\nb", "metadata": {"nbgrader": {"grade_id": "f"}, "tags": ["experiment"]}},
        {"cell_type": "", "source": "", "metadata": {"nbgrader": {"grade_id": ""}, "tags": []}},
    ]
    restored, flags = restore(to_run(handed_in()), RELEASE)
    assert (sources(restored), flags) == (sources(restore(handed_in(), RELEASE)[0]), [])


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "solution.ipynb").write_text(CONTENT)
    (tmp_path / "mine.ipynb").symlink_to(tmp_path / "solution.ipynb")
    with pytest.raises(SubmissionError, match="link"):
        read_submission(tmp_path / "mine.ipynb")
    with pytest.raises(SubmissionError, match="folder"):
        read_submission(tmp_path)
    assert read_submission(tmp_path / "solution.ipynb")


def test_outputs_are_cut():
    long = {"output_type": "stream", "name": "stdout", "text": "x" * 10_000}
    assert [len(output.text) for output in shown([long] * 5)][:2] == [10_000, 10_000]
    assert len(shown([long] * 5)) == 3
    assert "cut" in shown([long] * 5)[-1].text


def test_a_picture_that_is_none_is_left_out():
    bad = {"output_type": "display_data", "data": {"image/png": 'x"><script>alert(1)</script>', "text/plain": "figure"}}
    assert shown([bad])[0].data == {"text/plain": "figure"}


@pytest.mark.parametrize("link", ["[x](javascript:alert(1))", "[x]( java&#115;cript:alert(1))", "[x]: <JAVASCRIPT\\:alert(1)>"])
def test_links_that_would_run_are_shown_as_they_were_typed(link):
    def change(notebook):
        notebook.cells[4].source = f"Because {link}"

    assert restore(handed_in(change), RELEASE)[0].cells[4].source == f"```\nBecause {link}\n```"


def test_words_with_a_colon_are_no_link():
    text = "What I saw in the data: two people. (In Javascript: the same.)"

    def change(notebook):
        notebook.cells[4].source = text

    assert restore(handed_in(change), RELEASE)[0].cells[4].source == text


@pytest.mark.parametrize("outputs", [None, 3, [3], [{}], [{"output_type": "display_data"}], [{"output_type": "error"}]])
def test_outputs_of_any_shape_are_survived(outputs):
    for output in shown(outputs):
        nbformat.validate(output, ref="output", version=4)
