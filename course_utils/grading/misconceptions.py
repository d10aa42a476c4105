"""What a class gets wrong, exercise by exercise: a page without names, to choose from what to discuss next week."""

import base64
import io
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import nbformat

from course_utils.data.files import written_whole
from course_utils.feedback.calls import CallError
from course_utils.grading import papers
from course_utils.grading.folders import handed_in
from course_utils.grading.pages import as_html, titles
from course_utils.grading.plain import plain_text
from course_utils.grading.running import Graded
from course_utils.grading.submission import CHECK
from course_utils.plots import share_bars

FEW = 3  # a slip of fewer people is not told by itself: it is no misconception of a class, and might point at somebody
SMALL = 20  # notebooks; with fewer, a share says little
FIRST = 5  # mistakes that are told at the top
PARTS = ("right", "the mistake made most often", "other mistakes", "not written yet")
NOT_WRITTEN = str(CallError("error", "NotImplementedError"))


@dataclass
class Tally:
    """An exercise and a class.

    Attributes:
        name: of the function that is asked for.
        title: the heading of its question.
        of: how many notebooks were judged.
        right: how many answers are.
        not_written: in how many the function is still to be written.
        mistakes: what was said of the other answers, and how often.
    """

    name: str
    title: str
    of: int = 0
    right: int = 0
    not_written: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)

    def add(self, right: bool, message: str) -> None:
        """Count one answer."""
        self.of += 1
        said = message.removeprefix(self.name).removeprefix(":").strip()
        if right:
            self.right += 1
        elif said == NOT_WRITTEN:
            self.not_written += 1
        else:
            self.mistakes[said] += 1

    @property
    def shares(self) -> dict[str, float]:
        """The parts of the class, by the names in `PARTS`."""
        most = max(self.mistakes.values(), default=0)
        counts = (self.right, most, self.mistakes.total() - most, self.not_written)
        return {part: count / self.of for part, count in zip(PARTS, counts, strict=True)}


def tallies(root: Path, assignment: str) -> tuple[list[Tally], int]:
    """Count what grading has left of an assignment.

    Args:
        root: the folder of the assignments.
        assignment: its name.

    Returns:
        A tally for each exercise that was judged, in their order, and how many notebooks could not be judged.
    """
    release = nbformat.read(root / "release" / assignment / f"{assignment}.ipynb", as_version=4)
    counted = {
        cell: Tally(cell.removeprefix(CHECK), title) for cell, title in titles(release).items() if cell.startswith(CHECK)
    }
    not_judged = 0
    for student in handed_in(root, assignment):
        path = papers.found(root, assignment, student)
        graded = Graded.from_json(path.read_text("utf-8")) if path.exists() else Graded()
        if (
            papers.failure(root, assignment, student).exists() or not graded.seconds
        ):  # it was never run: nothing was there, or nothing that can be read
            not_judged += 1
            continue
        for cell in graded.right.keys() & counted.keys():
            counted[cell].add(graded.right[cell], graded.messages[cell])
    return [tally for tally in counted.values() if tally.of], not_judged


def write_class_page(root: Path, assignment: str) -> Path:
    """Write the page of a class, and return where.

    Args:
        root: the folder of the assignments.
        assignment: its name; it has been graded.
    """
    path = root / "reports" / f"{assignment}_mistakes.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(class_page(assignment, *tallies(root, assignment)).encode("utf-8"))
    return path


def class_page(assignment: str, counted: list[Tally], not_judged: int = 0) -> str:
    """Return the page as HTML, with its figure in it.

    Args:
        assignment: its name.
        counted: a tally for each exercise.
        not_judged: how many notebooks are in none of them.
    """
    judged = max((tally.of for tally in counted), default=0)
    parts = [f"<h1>{escape(assignment)}: what the class gets wrong</h1>", f"<p>{_counted(judged, not_judged)}</p>"]
    if counted:
        parts += [_figure(counted), "<h2>What to discuss first</h2>", _first(counted)]
        parts += [_section(tally) for tally in counted]
    return PAGE.format(title=escape(assignment), body="\n".join(parts))


def _counted(judged: int, not_judged: int) -> str:
    said = f"Counted: {judged} notebook{'' if judged == 1 else 's'}, as handed in and judged. There are no names on this page."
    if not_judged:
        said += f" Not counted: {not_judged} that could not be judged."
    if 0 < judged < SMALL:
        said += " That is a small class: one student more or less changes a share by " + f"{1 / judged:.0%}."
    return said


def _figure(counted: list[Tally]) -> str:
    hardest = min(counted, key=lambda tally: tally.right / tally.of)
    title = "Everybody has everything right"
    if hardest.right < hardest.of:
        title = f"Hardest: {hardest.name}, right in {hardest.right} of {hardest.of} notebooks"
    words = (
        "A bar for each exercise, divided into the shares of the class whose answer is right, has a mistake, or is not written."
    )
    figure = share_bars({tally.name: tally.shares for tally in counted}, title, words)
    drawing = io.BytesIO()
    figure.savefig(drawing, format="svg")  # sharp at any size, on a projector too
    source = f"data:image/svg+xml;base64,{base64.b64encode(drawing.getvalue()).decode()}"
    described = escape(figure.description)
    return f'<img src="{source}" alt="{described}"><details><summary>What the figure shows</summary>{described}</details>'


def _first(counted: list[Tally]) -> str:
    """Return the mistakes that most of the class has made, over all exercises."""
    every = [(count, tally, said) for tally in counted for said, count in tally.mistakes.items() if count >= FEW]
    most = sorted(every, key=lambda one: -one[0] / one[1].of)[:FIRST]
    if not most:
        return f"<p>No mistake was made by {FEW} or more.</p>"
    told = [f"<li><b>{count} of {tally.of}</b> in {escape(tally.name)}: {_said(said)}</li>" for count, tally, said in most]
    return f"<ol>{''.join(told)}</ol>"


def _section(tally: Tally) -> str:
    often = [(said, count) for said, count in tally.mistakes.most_common() if count >= FEW]
    rest = tally.mistakes.total() - sum(count for _, count in often)
    lines = [f"<li><b>{count} of {tally.of}</b>: {_said(said)}</li>" for said, count in often]
    if rest:
        lines.append(f"<li><b>{rest} of {tally.of}</b>: mistakes that fewer than {FEW} have made.</li>")
    right = f"Right: {tally.right} of {tally.of}. Not written yet: {tally.not_written}."
    return f"<h2>{escape(plain_text(tally.title))}</h2>\n<p>{right}</p>\n<ul>{''.join(lines)}</ul>"


def _said(text: str) -> str:
    return as_html(plain_text(text, longest=500)).strip().removeprefix("<p>").removesuffix("</p>")


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: what the class gets wrong</title>
<style>
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.5 sans-serif; color: #222; background: #fff; }}
h1 {{ font-size: 1.7rem; }} h2 {{ font-size: 1.3rem; margin-top: 2rem; }}
img {{ width: 100%; }}
li {{ margin: 0.3rem 0; overflow-wrap: anywhere; }}
details {{ font-size: 0.9rem; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
