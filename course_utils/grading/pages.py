"""The page of feedback that a student gets: one file, which asks nobody for anything and runs nothing."""

import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades

from course_utils.grading.formulas import DrawnFormulas
from course_utils.grading.plain import plain_lines
from course_utils.grading.preprocessors import Resources, released_notebook
from course_utils.grading.submission import CHECK, SHOWN

TEMPLATES = Path(__file__).resolve().parent / "templates"
OF_THE_LAB = Path(__file__).resolve().parents[1] / "jupyter" / "nbconvert" / "templates"  # how a picture gets its description
HARMLESS = re.compile(r"</?(b|i|em|strong|u|sub|sup|code|br)\s*/?>")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
HEADING = re.compile(r"##+\s+(?:\d+\.\s+)?(?P<words>.*?)(?:\s+\([\d.]+\spoints?\))?")
LEFT_OUT = "A picture that is not in the notebook is left out here"


class OfflineRenderer(DrawnFormulas, IPythonRenderer):
    """Markdown as HTML with which a browser asks nobody for anything: formulas are drawn, a link is its address in words."""

    def __init__(self, attachments: dict[str, dict[str, str]]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, attachments=attachments)

    def inline_html(self, html: str) -> str:
        """Let through what makes a word bold or such; the rest is shown as it was typed, but for comments."""
        return html if HARMLESS.fullmatch(html) else escape(COMMENT.sub("", html))

    def block_html(self, html: str) -> str:
        """Show it as it was typed, but for comments."""
        shown = COMMENT.sub("", html).strip()
        return f"<p>{escape(shown)}</p>" if shown else ""

    def block_mermaidjs(self, code: str) -> str:
        """Show a diagram's text, for what would draw it would have to be fetched."""
        return str(self.block_code(code))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return the words of a link, and the address if it leads out of the course."""
        leads_out = "://" in url and unquote(url) != unescape(text)
        return f"{text} ({escape(url)})" if leads_out else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture that was put into the notebook; in the place of every other one, its words."""
        words = escape(unescape(TAG.sub("", text)))  # they come as HTML
        kinds = self.attachments.get(url.removeprefix("attachment:"), {}) if url.startswith("attachment:") else {}
        for kind in ("image/png", "image/jpeg"):
            if kind in kinds:
                return f'<img src="data:{kind};base64,{escape(kinds[kind])}" alt="{words}">'
        return f"<em>[{LEFT_OUT}{': ' if words else ''}{words}]</em>"


class OfflineMarkdown(MarkdownWithMath):
    """Markdown in which an address stays words."""

    DEFAULT_PLUGINS = tuple(plugin for plugin in MarkdownWithMath.DEFAULT_PLUGINS if plugin != "url")


def as_html(markdown: str, attachments: dict[str, dict[str, str]] | None = None) -> str:
    """Return Markdown as HTML, see `OfflineRenderer`.

    Args:
        markdown: of any origin.
        attachments: the pictures in its cell: name -> (kind -> base64).
    """
    return str(OfflineMarkdown(renderer=OfflineRenderer(attachments or {})).render(markdown))


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Return the Markdown of a cell as HTML; in the place of nbconvert's filter of this name."""
    return as_html(source, context.get("cell", {}).get("attachments"))


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first page: for each page there is a new exporter, with the same templates."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket if its template is known; Jinja sees whether that is still the same text."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class FeedbackExporter(HTMLExporter):
    """Makes a page of a graded notebook, with the template in templates/feedback."""

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment

    @property
    def default_config(self) -> Any:
        """Return nbconvert's, with our template and filters."""
        config = super().default_config
        config.FeedbackExporter.template_name = "feedback"
        config.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        config.FeedbackExporter.extra_template_paths = [str(OF_THE_LAB)]
        config.FeedbackExporter.filters = {"markdown2html": markdown2html}
        return config


@dataclass(frozen=True)
class Entry:
    """A question with points, as the page lists it.

    Attributes:
        cell: the name of the cell, to which the entry leads.
        name: of the exercise: the function, if one is asked for, and the heading of the question.
        score: points that were given.
        points: all that it carries.
        waits: whether a human has yet to read it.
    """

    cell: str
    name: str
    score: float
    points: float
    waits: bool

    @property
    def told(self) -> str:
        """The points in words."""
        if self.waits:
            return f"{_points(self.points)}; a human has yet to read it"
        return f"{self.score:g} of {_points(self.points)}"


def summary(entries: list[Entry], penalty: float = 0.0) -> str:
    """Return all points in words. Those that wait for a human are told apart: they are not 0.

    Args:
        entries: all questions.
        penalty: points that are taken off for a late submission.
    """
    read, waiting = ([entry for entry in entries if entry.waits is waits] for waits in (False, True))
    told = ""
    if read or not waiting:
        score = max(0.0, sum(entry.score for entry in read) - penalty)
        told = f"{score:g} of {_points(sum(entry.points for entry in read))}."
    if penalty:
        told += f" For coming late, {penalty:g} {'is' if penalty == 1 else 'are'} taken off."
    if waiting:
        points = sum(entry.points for entry in waiting)
        told += f" {_points(points)} {'waits' if points == 1 else 'wait'} for a human to read."
    return told.strip()


def titles(release: NotebookNode) -> dict[str, str]:
    """Return for each cell of a released notebook that carries points the name of its exercise.

    Args:
        release: the notebook that was handed out; a student may have moved or lost what stands above an answer.
    """
    found: dict[str, str] = {}
    heading = ""
    for cell in release.cells:
        first = cell.source.partition("\n")[0]
        if cell.cell_type == "markdown" and (match := HEADING.fullmatch(first)):
            heading = match["words"].replace("`", "").replace("$", "")
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade"):
            name = marks["grade_id"]
            asked = name.removeprefix(CHECK) if name.startswith(CHECK) else ""
            found[name] = ": ".join(words for words in (asked, heading) if words) or name
    return found


def _as_handed_out(notebook: NotebookNode, release: NotebookNode) -> None:
    """Put back the questions as learners know them: nbgrader has added what earns the points, for the one who grades."""
    released = {cell.metadata.nbgrader.grade_id: cell.source for cell in release.cells if "nbgrader" in cell.metadata}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("locked"):
            cell.source = released.get(marks["grade_id"], cell.source)


class GetPoints(GetGrades):
    """Takes points and comments from the gradebook, and what still waits for a human."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with its points, and in the resources what the top of the page says."""
        nb, resources = super().preprocess(nb, resources)
        release = released_notebook(self, resources)
        _as_handed_out(nb, release)
        names = titles(release)
        entries = [
            Entry(marks["grade_id"], names.get(marks["grade_id"], marks["grade_id"]), marks.score, marks.points, marks.waits)
            for marks in (cell.metadata.get("nbgrader", {}) for cell in nb.cells)
            if marks.get("grade")
        ]
        resources["entries"] = {entry.cell: entry for entry in entries}
        resources["summary"] = summary(entries, resources["nbgrader"]["late_penalty"])
        return nb, resources

    def _get_score(self, cell: NotebookNode, resources: Resources) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata.nbgrader.grade_id
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        cell.metadata.nbgrader["waits"] = bool(grade.needs_manual_grade)


class PlainTexts(Preprocessor):
    """Leaves of outputs texts and pictures, and makes all texts such that every character can be seen."""

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> tuple[NotebookNode, Resources]:
        """Return the cell with plain texts."""
        cell.source = plain_lines(cell.source)
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = plain_lines(output.text)
            elif output.output_type == "error":
                output.traceback = [plain_lines(line) for line in output.traceback]
            else:
                output.data = {kind: output.data[kind] for kind in SHOWN if kind in output.data} or {"text/plain": ""}
                if "text/plain" in output.data:
                    output.data["text/plain"] = plain_lines(output.data["text/plain"])
        return cell, resources


def _points(number: float) -> str:
    return f"{number:g} point{'' if number == 1 else 's'}"
