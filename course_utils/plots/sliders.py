"""A figure that the kernel draws anew when a slider is let go: for what only the kernel can make, such as a painting."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ipywidgets import HTML, FloatSlider, VBox

from course_utils.checks import in_range, listed, quoted
from course_utils.plots.arguments import MOST_LINES, named
from course_utils.plots.figure import DescribedFigure, show_described

VIEW = "application/vnd.jupyter.widget-view+json"


class _Sliders(VBox):
    """Sliders above an image that follows them. Where no kernel answers, the first figure stands in their place."""

    def __init__(self, draw: Callable[..., DescribedFigure], sliders: Sequence[FloatSlider]) -> None:
        self.figure = _drawn(draw, sliders)
        page = HTML(self.figure.as_html())
        super().__init__([*sliders, page])

        def follow(_: dict[str, Any]) -> None:
            page.value = _drawn(draw, sliders).as_html()

        for slider in sliders:
            slider.observe(follow, "value")

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the widget and, for who sees no widgets, the first figure with its description."""
        static, about_static = self.figure.mimebundle()
        # By hand, for ipywidgets 7 has no method that returns it.
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {VIEW: widget} | static, about_static

    def _ipython_display_(self) -> None:
        show_described(*self._repr_mimebundle_(), self.figure.description)


def sliders_figure(draw: Callable[..., DescribedFigure], sliders: Mapping[str, tuple[float, float, float, float]]) -> VBox:
    """Return sliders with a figure beneath them that is drawn anew whenever one of them is let go.

    The figure is put into the page as an image with alternative text. (The widget that ipywidgets' own `interact` prints into
    has none, and sometimes makes a notebook that is run by a program wait for ever.) Where there is no kernel, on the site
    too, the first figure stands there with its description.

    Args:
        draw: makes the figure from the values of the sliders, in their order.
        sliders: what stands beside each slider -> its least value, its largest, the step, and where it stands at first; at most
            six.

    Raises:
        ValueError: `draw` is no function or makes no figure of the course; no slider or more than six, or one whose four
            numbers do not fit together.
    """
    made = []
    for name, numbers in named("sliders", sliders, MOST_LINES):
        four = listed(f"sliders: {name}", numbers)
        if len(four) != 4:
            raise ValueError(f"sliders: {name}: expected four numbers, (low, high, step, at), got {quoted(numbers)}")
        low, high, step, at = four
        made.append(_slider(name, low, high, step, at, f"sliders: {name}: "))
    if not callable(draw):
        raise ValueError(f"draw: expected a function from the values of the sliders to a figure, got {quoted(draw)}")
    return _Sliders(draw, made)


def _slider(name: str, low: float, high: float, step: float, at: float, prefix: str) -> FloatSlider:
    low = in_range(f"{prefix}low", low)
    high = in_range(f"{prefix}high", high, above=low)
    step = in_range(f"{prefix}step", step, above=0, most=high - low)
    at = in_range(f"{prefix}at", at, least=low, most=high)
    wide = {"description_width": "initial"}  # a long name is not cut
    return FloatSlider(at, min=low, max=high, step=step, description=name, continuous_update=False, style=wide)


def _drawn(draw: Callable[..., DescribedFigure], sliders: Sequence[FloatSlider]) -> DescribedFigure:
    figure = draw(*(slider.value for slider in sliders))
    if not isinstance(figure, DescribedFigure):
        raise ValueError(f"draw: expected a function that returns a DescribedFigure, it returned {quoted(figure)}")
    return figure
