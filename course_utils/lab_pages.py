"""The page that the lab's menu, or nbconvert in its terminal, makes of a notebook: its text, with the formulas drawn in it.

So it asks nobody for a program that would draw them. The template is in course_utils/jupyter/nbconvert; what names this filter
is course_utils/jupyter/jupyter_nbconvert_config.json.
"""

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from course_utils.grading.formulas import DrawnFormulas


class Renderer(DrawnFormulas, IPythonRenderer):
    """Markdown as HTML as nbconvert makes it, but for the formulas."""


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Return the text of a cell as HTML; a filter for nbconvert's templates.

    Args:
        context: of the template: the cell, with what is attached to it.
        source: Markdown.
    """
    attachments = context.get("cell", {}).get("attachments", {})
    return str(MarkdownWithMath(renderer=Renderer(escape=False, attachments=attachments)).render(source))
