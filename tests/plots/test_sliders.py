"""Figures that follow sliders."""

import nbformat
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import plots
from notebooks.build import WIDGET, seen_without_a_kernel

RNG = np.random.default_rng(0)
DISTANCE = RNG.random(300)
SAME = RNG.random(300) < 0.4


def door(pi: float, price: float) -> plots.DescribedFigure:
    return plots.door_figure(DISTANCE, SAME, {"a rule": 0.5}, price, pi)


def test_each_of_several_sliders_draws_the_figure_anew():
    widget = plots.sliders_figure(door, {"pi": (0.1, 0.9, 0.1, 0.5), "price": (1, 20, 1, 2)})
    share, price, page = widget.children
    assert "50% of the attempts" in page.value
    assert "a false accept costs 2 " in page.value
    share.value = 0.3
    price.value = 7
    assert "30% of the attempts" in page.value
    assert "a false accept costs 7 " in page.value
    assert page.value.startswith('<img alt="')


def test_where_no_kernel_answers_the_first_figure_stands_with_its_description():
    InteractiveShell.instance()
    widget = plots.sliders_figure(door, {"pi": (0.1, 0.9, 0.1, 0.5), "price": (1, 20, 1, 2)})
    with capture_output() as captured:
        widget._ipython_display_()
    shown, words = captured.outputs
    assert WIDGET in shown.data
    saved = nbformat.v4.new_output("display_data", shown.data, metadata=shown.metadata)
    assert seen_without_a_kernel(saved)
    assert saved.data.keys() == {"image/png", "text/plain"}
    description = saved.metadata["image/png"]["alt"]
    assert description == saved.data["text/plain"] == door(0.5, 2).description
    assert "<summary>What the figure shows</summary>" in words.data["text/html"]
    assert "50% of the attempts" in words.data["text/html"]
