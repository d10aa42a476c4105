"""What an explorable figure is: a module for the browser, the data that it draws, and a static figure of the same data.

A notebook with a kernel shows the module, alive. One that was only opened shows the static figure with its description, and so
does a page without JavaScript. The site takes module and data from the output of the cell (`MIME`), and runs the same text.
"""

from functools import cache
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Dict, Unicode

from course_utils.plots.figure import DescribedFigure, show_described

MIME = "application/vnd.faces-and-style.explorable+json"
_HERE = Path(__file__).parent


@cache
def module(name: str) -> str:
    """Return the ES module of an explorable figure as one text, what the modules share in front of it.

    Its default export is `{render}`, and `render({model, el})` asks nothing of the model but `model.get("data")`. (The camera
    also sends pictures, where there is a kernel.)

    Args:
        name: of the module: "threshold".
    """
    return "\n".join((_HERE / f"{each}.js").read_text(encoding="utf-8") for each in ("common", name))


@cache
def css() -> str:
    """Return the style of all explorable figures."""
    return (_HERE / "explorable.css").read_text(encoding="utf-8")


class Explorable(AnyWidget):
    """A figure that answers mouse, finger and keys in the page without a kernel; as the last line of a cell it shows itself.

    Args:
        name: of the module, as `module` takes it.
        data: what the module draws, as JSON has it: numbers, words, lists, dictionaries.
        figure: a static figure of the same data.
    """

    _esm = Unicode().tag(sync=True)  # anywidget's names for the module and its style
    _css = Unicode().tag(sync=True)
    data = Dict().tag(sync=True)

    def __init__(self, name: str, data: dict[str, Any], figure: DescribedFigure) -> None:
        super().__init__(_esm=module(name), _css=css(), data=data)
        self.name = name
        self.figure = figure

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the widget, the static figure, and module and data for the site; with them the figure's description."""
        widget, about_widget = super()._repr_mimebundle_()
        static, about_static = self.figure.mimebundle()
        return widget | static | {MIME: {"module": self.name, "data": self.data}}, about_widget | about_static

    def _ipython_display_(self) -> None:
        show_described(*self._repr_mimebundle_(), self.figure.description)
