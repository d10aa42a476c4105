"""A figure that follows a slider."""

import base64
import html
from collections.abc import Callable
from typing import Any

from ipywidgets import HTML, FloatSlider, VBox

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
    """
    slider = FloatSlider(at, min=low, max=high, step=step, description=name, continuous_update=False)
    page = HTML(_image(draw(at)))

    def follow(change: dict[str, Any]) -> None:
        page.value = _image(draw(change["new"]))

    slider.observe(follow, "value")
    return VBox([slider, page])


def _image(figure: DescribedFigure) -> str:
    content = base64.b64encode(figure.png()).decode()
    return f'<img alt="{html.escape(figure.description)}" src="data:image/png;base64,{content}">'
