"""A painting that grows in the page while it is painted, with its costs as curves and a button that stops it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

from IPython.display import clear_output, display
from ipywidgets import HTML, Button, VBox
from numpy.typing import ArrayLike

from course_utils.checks import in_range, quoted, whole_number
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.painting import painting_figure

DRAWING = 10  # at most a tenth of the time goes into pictures of what is not yet done


@runtime_checkable
class Painter(Protocol):
    """What paints: `course_utils.style.transfer.StyleTransfer`, or whatever looks like it from here."""

    settings: Any
    history: list[Any]
    ended: str | None

    @property
    def picture(self) -> Any:
        """The best picture so far."""

    def paint(self, steps: int, *, tolerance: float) -> Iterator[Any]:
        """Yield a picture after each step."""


def watch(
    painter: Painter,
    steps: int,
    title: str,
    description: str,
    *,
    tolerance: float = 0.01,
    beside: Mapping[str, ArrayLike] | None = None,
) -> DescribedFigure:
    """Paint, show meanwhile what is there, and return the figure of what has become of it.

    The button stops the painting after the step that is being done; so does an interrupt (Ctrl-C, or the stop button of the
    notebook). The best picture so far stays, in `painter.picture`. Whoever sees no widgets sees the figure at the end.

    (The button is heard while the cell still runs where messages of widgets come by a way of their own, a subshell: JupyterLab
    from 4.4 on, with ipykernel from 7 on. Elsewhere there is the interrupt.)

    Args:
        painter: a `StyleTransfer`.
        steps: at most so many, as for its `paint`.
        title: the finding.
        description: what one should see in the finished picture.
        tolerance: as for its `paint`.
        beside: caption -> picture, at most three, to compare.

    Raises:
        ValueError: what does not paint step by step, steps or a tolerance that cannot be, or as `painting_figure`; all before
            the painting begins. Weights that are too large for float32, at its first step.
    """
    if not isinstance(painter, Painter):
        raise ValueError(f"painter: expected a StyleTransfer, got {quoted(painter)}")
    steps = whole_number("steps", steps)
    tolerance = in_range("tolerance", tolerance, least=0, below=1, what="a share")
    painting_figure(painter.picture, {"J": [1]}, [1], title, description, beside)  # what it would refuse in the end
    stopped = threading.Event()
    button = Button(description="Stop here", tooltip="The best picture so far stays.")
    button.on_click(lambda _: stopped.set())
    page = HTML("The first step takes a few seconds: the network is got ready.")
    box = VBox([button, page])
    display(box)
    # ipykernel 7.4 hands a widget's messages to where the widget was made: here, to the thread that is about to paint. Forget
    # it, and they go to where the page sends them.
    getattr(button.comm, "__dict__", {}).pop("_reply_subshell_id", None)
    began, drawing = perf_counter(), 0.0
    painting = iter(painter.paint(steps, tolerance=tolerance))
    try:
        for _ in painting:
            if stopped.is_set():
                painter.ended = "interrupted"
                break
            now = perf_counter()
            if now - began >= DRAWING * drawing:
                page.value = _figure(painter, "As it grows", description, beside).as_html()
                drawing += perf_counter() - now
    except KeyboardInterrupt:
        painter.ended = "interrupted"
    finally:
        if hasattr(painting, "close"):
            painting.close()
        clear_output(wait=True)  # the widget makes room for the figure
        box.close()
    return _figure(painter, title, description, beside)


def _figure(painter: Painter, title: str, description: str, beside: Mapping[str, ArrayLike] | None) -> DescribedFigure:
    """Draw the best picture so far, and the costs of the steps so far."""
    alpha, beta = painter.settings.alpha, painter.settings.beta
    costs: dict[str, Sequence[float]] = {"$J$": [step.costs.total for step in painter.history]}
    costs[r"$\alpha\,J_\mathrm{content}$"] = [alpha * step.costs.content for step in painter.history]
    costs[r"$\beta\,J_\mathrm{style}$"] = [beta * step.costs.style for step in painter.history]
    sides = [step.longer_side for step in painter.history]
    return painting_figure(painter.picture, costs, sides, title, description, beside)
