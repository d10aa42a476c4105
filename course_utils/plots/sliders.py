"""A figure that follows a slider."""

import base64
import html
from collections.abc import Callable
from typing import Any

from ipywidgets import HTML, FloatSlider, VBox

from course_utils.checks import in_range, quoted
from course_utils.plots.figure import DescribedFigure


def slider_figure(draw: Callable[[float], DescribedFigure], name: str, low: float, high: float, step: float, at: float) -> VBox:
    """Return a slider with a figure beneath it that is drawn anew whenever the slider is let go.

    The figure is put into the page as an image with alternative text. (The widget that ipywidgets' own `interact` prints into
    has none, and sometimes makes a notebook that is run by a program wait for ever.)

    Args:
        draw: makes the figure from the slider's value.
        name: what stands beside the slider.
        low: its least value.
        high: its largest value.
        step: the distance between two values.
        at: where it stands at first.

    Raises:
        ValueError: `draw` is no function or makes no figure of the course; `low` is not below `high`, the step does not fit
            between them, or `at` does not lie there.
    """
    if not callable(draw):
        raise ValueError(f"draw: expected a function from the slider's value to a figure, got {quoted(draw)}")
    low = in_range("low", low)
    high = in_range("high", high, above=low)
    step = in_range("step", step, above=0, most=high - low)
    at = in_range("at", at, least=low, most=high)
    slider = FloatSlider(at, min=low, max=high, step=step, description=str(name), continuous_update=False)
    page = HTML(_image(draw(at)))

    def follow(change: dict[str, Any]) -> None:
        page.value = _image(draw(change["new"]))

    slider.observe(follow, "value")
    return VBox([slider, page])


def _image(figure: DescribedFigure) -> str:
    if not isinstance(figure, DescribedFigure):
        raise ValueError(f"draw: expected a function that returns a DescribedFigure, it returned {quoted(figure)}")
    mime, file = figure.file()
    width, height = figure.on_the_page()
    data = base64.b64encode(file).decode()
    return f'<img alt="{html.escape(figure.description)}" width="{width}" height="{height}" src="data:{mime};base64,{data}">'
