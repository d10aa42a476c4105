"""A notebook made ready for its page: its links lead to pages, its figures are described, what is folded stays folded."""

import copy
import re
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_output

from docs.site.figures import Figure, figure_of
from docs.site.places import Links

# An answer on one line is HTML to Markdown, with formulas as dollars in it; with lines of its own it is text.
FOLDED = re.compile(r"(</summary>)[ \t]*(?=\S)|(?<=\S)[ \t]*(</details>)")
TO_BE_WRITTEN = "raise NotImplementedError"
SOLUTION = "Show one way to write it"
# Where a figure moves, its description is that of the still one, which stands there without JavaScript.
DESCRIBED, STILL = "<summary>What the figure shows", "<summary>What the still figure shows"


def made_ready(
    notebook: NotebookNode, file: str, links: Links, mark: Callable[[str], str]
) -> tuple[NotebookNode, list[Figure]]:
    """Return a notebook for myst-nb, and its figures in their order.

    Args:
        notebook: as it is committed; it stays as it is.
        file: its path in the course.
        links: what rewrites its links.
        mark: what is done with the text of its cells beside that.
    """
    notebook = copy.deepcopy(notebook)
    figures: list[Figure] = []
    before = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = mark(links.rewritten(unfolded(cell.source), file))
        elif cell.cell_type == "code":
            if cell.metadata.get("jupyter", {}).get("source_hidden"):
                cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-input"]
                if TO_BE_WRITTEN in before:
                    cell.metadata.mystnb = {"code_prompt_show": SOLUTION}
            cell.outputs = [_shown(output, figures) for output in cell.outputs]
            before = cell.source
    return notebook, figures


def unfolded(text: str) -> str:
    """Return Markdown whose folded answers stand on lines of their own, so that they are read as Markdown."""
    return FOLDED.sub(lambda match: f"{match[1]}\n\n" if match[1] else f"\n\n{match[2]}", text)


def _shown(output: NotebookNode, figures: list[Figure]) -> NotebookNode:
    """Return an output of text, or of the HTML of its figure, which is noted down."""
    figure = figure_of(output)
    if figure is None:
        html = output.get("data", {}).get("text/html", "")
        if DESCRIBED in html and figures and figures[-1].explorable is not None:
            output.data["text/html"] = html.replace(DESCRIBED, STILL)
        return output
    figures.append(figure)
    html = figure.html(f"../_static/figures/{figure.name}", "../_static/explorables")
    return new_output("display_data", {"text/html": html})
