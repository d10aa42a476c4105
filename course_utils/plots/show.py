"""Showing a figure together with what one should see in it, for those who do not see it and those who are not sure."""

import base64
import html
import io

from IPython.display import HTML, display
from matplotlib.figure import Figure

DOTS_PER_INCH = 80


def show(figure: Figure, description: str) -> None:
    """Display a figure in a notebook, with its description as alternative text and, folded, beneath it.

    JupyterLab does not pass alternative text on to screen readers, so the words are also in the page.

    Args:
        figure: what to show; it should not come from pyplot, which would show it twice.
        description: what one should see in the figure, in a sentence or more.

    Raises:
        ValueError: the description is too short to describe anything.
    """
    description = " ".join(description.split())
    if len(description) < 40:
        raise ValueError(f"description: say in a sentence or more what one should see in the figure, got {description!r}")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DOTS_PER_INCH)
    content = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": description}
    display(content, raw=True, metadata={"image/png": {"alt": description}})
    display(HTML(f"<details><summary>What the figure shows</summary>{html.escape(description)}</details>"))
