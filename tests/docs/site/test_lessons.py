"""A notebook on its way to a page keeps its descriptions, its folds and its words, and loses its solutions nowhere."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.explorables import MIME
from docs.site.figures import figure_of
from docs.site.lessons import made_ready, unfolded
from docs.site.places import Links

WORDS = 'Two "faces", one <b> & the other.'


def picture(**data: Any) -> NotebookNode:
    png = base64.b64encode(b"a picture").decode()
    told = {"image/png": {"alt": WORDS, "width": 300, "height": 200}}
    return new_output("display_data", {"image/png": png, "text/plain": WORDS} | data, metadata=told)


def ready(*cells: NotebookNode, mark: Callable[[str], str] = str) -> NotebookNode:
    return made_ready(new_notebook(cells=list(cells)), "notebooks/01.ipynb", Links({}, Path()), mark)[0]


def test_a_figure_has_its_description_and_its_size_on_the_page():
    cell = ready(new_code_cell("draw()", outputs=[picture()])).cells[0]
    image = BeautifulSoup(cell.outputs[0].data["text/html"], "html.parser").img
    assert (image["alt"], image["width"], image["height"]) == (WORDS, "300", "200")
    assert re.fullmatch(r"\.\./_static/figures/\w{16}\.png", image["src"])
    assert image.parent["href"] == image["src"]  # in full size


def test_a_figure_without_a_description_is_refused():
    output = picture()
    del output.metadata["image/png"]["alt"]
    with pytest.raises(ValueError, match="has no description"):
        figure_of(output)


def test_what_moves_has_its_still_picture_beside_it_and_no_way_out_of_its_script():
    data = {"words": "</script><b>", "numbers": [1, 2.5]}
    cell = ready(new_code_cell(outputs=[picture(**{MIME: {"module": "threshold", "data": data}})])).cells[0]
    page = BeautifulSoup(cell.outputs[0].data["text/html"], "html.parser")
    assert page.img["alt"] == WORDS
    assert page.figure["data-module"].endswith("/threshold.js")
    assert json.loads(page.script.string) == data
    assert page.b is None


def test_words_under_what_moves_say_that_they_are_those_of_the_still_picture():
    words = new_output("display_data", {"text/html": "<details><summary>What the figure shows</summary>Two faces.</details>"})
    moving = picture(**{MIME: {"module": "threshold", "data": {}}})
    for figure, said in ((moving, "What the still figure shows"), (picture(), "What the figure shows")):
        cell = ready(new_code_cell(outputs=[figure, words])).cells[0]
        assert BeautifulSoup(cell.outputs[1].data["text/html"], "html.parser").summary.string == said


def test_a_folded_solution_says_that_it_is_one_and_what_only_draws_does_not():
    folded = {"jupyter": {"source_hidden": True}}
    to_write = new_code_cell("def f():\n    raise NotImplementedError()")
    notebook = ready(to_write, new_code_cell("def f(): ...", metadata=folded), new_code_cell("draw()", metadata=folded))
    assert [cell.metadata.get("mystnb", {}).get("code_prompt_show") for cell in notebook.cells] == [
        None,
        "Show one way to write it",
        None,
    ]


def test_other_outputs_stay():
    outputs = [new_output("stream", text="1"), new_output("display_data", {"text/html": "<details>"})]
    assert ready(new_code_cell(outputs=outputs)).cells[0].outputs == outputs


def test_what_is_folded_stays_folded():
    folded = new_code_cell("a", metadata={"jupyter": {"source_hidden": True}, "tags": ["long"]})
    notebook = ready(folded, new_code_cell("b"))
    assert [cell.metadata.get("tags", []) for cell in notebook.cells] == [["long", "hide-input"], []]


def test_a_folded_answer_is_read_as_markdown():
    one_line = "<details><summary>Answer</summary>As $d(x, x) = 0$.</details>"
    assert unfolded(one_line) == "<details><summary>Answer</summary>\n\nAs $d(x, x) = 0$.\n\n</details>"
    assert unfolded(unfolded(one_line)) == unfolded(one_line)


def test_words_are_marked_and_the_notebook_stays_as_it_is():
    notebook = new_notebook(cells=[new_markdown_cell("a"), new_code_cell("a")])
    marked = made_ready(notebook, "notebooks/01.ipynb", Links({}, Path()), str.upper)[0]
    assert [cell.source for cell in marked.cells] == ["A", "a"]
    assert [cell.source for cell in notebook.cells] == ["a", "a"]
