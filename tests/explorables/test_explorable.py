"""What every explorable figure keeps: one small module, plain data, the static figure in the same output, no widget saved."""

import json
import re

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import explorables
from notebooks.build import WIDGET, seen_without_a_kernel
from tests.explorables.examples import EXAMPLES
from tests.notebooks.lessons import ALL, cells, read

by_name = pytest.mark.parametrize("name", EXAMPLES)


def test_every_figure_has_an_example():
    assert set(explorables.__all__) - {"MIME", "Explorable", "css", "module"} == set(EXAMPLES)


@by_name
def test_a_module_is_small_and_fetches_nothing(name: str):
    text = explorables.module(name)
    assert len(text.encode()) <= 30_000
    assert text.count("export default { render };") == 1
    assert not re.search(r"^\s*import\b|\bimport\(|\bfetch\(|XMLHttpRequest|WebSocket|innerHTML", text, re.MULTILINE)
    addresses = set(re.findall(r"https?://[^\s\"']+", text + explorables.css()))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of a language, which nobody opens


@by_name
def test_an_output_has_the_widget_the_static_figure_and_what_the_site_needs(name: str):
    figure = EXAMPLES[name]()
    data, metadata = figure._repr_mimebundle_()
    (picture,) = {"image/png", "image/jpeg"} & data.keys()
    assert data.keys() == {WIDGET, picture, "text/plain", explorables.MIME}
    assert data["text/plain"] == metadata[picture]["alt"] == figure.figure.description
    assert data[explorables.MIME] == {"module": name, "data": figure.data}
    assert json.loads(json.dumps(figure.data, allow_nan=False)) == figure.data


@by_name
def test_a_cell_shows_it_with_its_description_and_what_is_saved_has_no_widget(name: str):
    InteractiveShell.instance()
    with capture_output() as captured:
        EXAMPLES[name]()._ipython_display_()
    figure, words = captured.outputs
    assert WIDGET in figure.data
    assert EXAMPLES[name]().figure.description[:30] in words.data["text/html"]
    saved = nbformat.v4.new_output("display_data", figure.data)
    assert seen_without_a_kernel(saved)
    assert WIDGET not in saved.data
    assert {"image/png", "image/jpeg"} & saved.data.keys()


def test_a_widget_with_nothing_beside_it_is_not_saved():
    assert not seen_without_a_kernel(nbformat.v4.new_output("display_data", {WIDGET: {}, "text/plain": "VBox()"}))
    assert seen_without_a_kernel(nbformat.v4.new_output("stream", text="printed"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_saved_notebook_has_a_widget(path):
    for cell in cells(read(path), "code"):
        assert not any(WIDGET in output.get("data", {}) for output in cell.outputs)
