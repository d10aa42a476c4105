"""From the short marks in a text source of exercises to cells with nbgrader's metadata, solutions, checks and points.

    # %% exercise="euclidean" practises="count its two kinds"    the function, with its solution from the bank, and its check
    # %% check="pair_counts"                    the check of a function, where other cells come before it
    # %% [markdown] written="honest-tau" points=3 practises="choose the threshold"    an answer in words, with a model answer
    # %% [markdown] locked="q-euclidean"        a question, or code that runs when graded: learners cannot change it

`practises` has some words of the objective of the lesson that is practised. `kind="predict"` marks what is predicted, run and
then explained, `kind="flaw"` a flaw to find and to mend; their headings say so.

What earns the points of an answer in words is not told with the question: it stands at the end of the question's cell, between
the lines <!-- BEGIN MARK SCHEME --> and <!-- END MARK SCHEME -->, below **What earns the points**. Learners get it from
`score`, when they have written theirs.

Each heading that begins with ## gets its number, and the points and the objective of the exercise below it. In the first cell
TOTAL becomes all points, and OBJECTIVES the lesson's objectives, each with the numbers of the exercises that practise it.
"""

import inspect
import re
from collections import Counter
from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.feedback.bank import exercises, find
from course_utils.feedback.exercise import Exercise

MARKS = ("exercise", "check", "written", "locked")
HEADINGS = {"predict": "Predict", "flaw": "Find the "}  # how the heading of an exercise of a kind begins


class SourceError(ValueError):
    """A text source has a mark that cannot be; the message names the set and the cell."""


def objectives(text: str) -> list[str]:
    """Return what one can do after a lesson: the list below its **Objectives.**, without commas and full stops at the ends."""
    _, _, after = text.partition("# **Objectives.**")
    listed = re.match(r"[^\n]*\n#\n((?:# - [^\n]*\n)+)", after)
    return [line.removeprefix("# - ").rstrip(",.") for line in listed[1].splitlines()] if listed else []


def expand(cells: list[NotebookNode], lesson: int, name: str, practised: Sequence[str]) -> list[NotebookNode]:
    """Return the cells of the notebook with solutions.

    Args:
        cells: as jupytext reads them; their marks are in the metadata.
        lesson: whose exercises they are.
        name: of the set, for messages.
        practised: the objectives of the lesson.

    Raises:
        SourceError: a mark names no exercise of the lesson, or one twice; or an exercise of the lesson is not asked for, or one
            of its objectives not practised.
    """
    marked = [(kind, mark, cell) for cell in cells for kind, mark in [_mark(cell)]]
    asked = [str(mark) for kind, mark, _ in marked if kind == "exercise"]
    _refuse_unknown(marked, asked, lesson, name)
    checked_later = {mark for kind, mark, _ in marked if kind == "check"}
    expanded: list[NotebookNode] = []
    heading: NotebookNode | None = None
    practising: dict[str, list[int]] = {objective: [] for objective in practised}
    number = total = 0
    for kind, mark, cell in marked:
        if kind in ("exercise", "written"):
            if heading is None and kind == "written":
                raise SourceError(f"{name}: written={mark!r} has no question; put a cell above it that begins with ##")
            if heading is None:
                heading = new_markdown_cell(_question(find(mark)))
                expanded.append(_with_metadata(heading, f"q-{mark.replace('_', '-')}", locked=True))
                number += 1
                _number(heading, number)
            points = find(mark).points if kind == "exercise" else cell.metadata["points"]
            total += points
            practising[_practised(cell, mark, practised, name)].append(number)
            _refuse_other_heading(heading, cell.metadata.get("kind"), mark, name)
            _complete(heading, points, find(mark).objective if kind == "exercise" else None)
            heading = None
        if kind == "exercise":
            expanded.append(_with_metadata(new_code_cell(_solved(find(mark))), mark, solution=True))
            if mark not in checked_later:
                expanded.append(_check(mark))
        elif kind == "check":
            expanded.append(_check(mark))
        elif kind == "written":
            cell.metadata = {}
            expanded.append(_with_metadata(cell, f"w-{mark}", solution=True, points=points))
        else:
            if cell.cell_type == "markdown" and cell.source.startswith("## "):
                number += 1
                heading = cell
                _number(cell, number)
            if kind == "locked":
                del cell.metadata["locked"]
                _with_metadata(cell, mark, locked=True)
            expanded.append(cell)
    told = "\n".join(f"- {objective} ({_numbers(found)})" for objective, found in practising.items() if found)
    if left := [objective for objective, found in practising.items() if not found]:
        raise SourceError(f"{name}: no exercise practises {left[0]!r}, an objective of lesson {lesson:02d}")
    expanded[0].source = expanded[0].source.replace("TOTAL", str(total)).replace("OBJECTIVES", told)
    _go_on(expanded)
    return expanded


def where_you_stand(lesson: int) -> list[NotebookNode]:
    """Return the last cells of a set: with them a learner looks what is open, and judges the written answer."""
    told = "Your points by the last checks, what is open, and, folded, a model answer to compare yours with."
    heading = new_markdown_cell(f"## Where you stand\n\n{told}")
    return [heading, new_code_cell(f'from course_utils.feedback import score\n\nscore("{lesson:02d}")')]


def _go_on(cells: list[NotebookNode]) -> None:
    """Tag all code from the first answer on, so that "Run all" runs to the end while answers are not right yet."""
    answered = False
    for cell in cells:
        answered = answered or cell.metadata.get("nbgrader", {}).get("solution", False)
        if answered and cell.cell_type == "code":
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]


def _mark(cell: NotebookNode) -> tuple[str, str]:
    """Return the kind of a cell and what it is marked with."""
    return next(((kind, str(cell.metadata[kind])) for kind in MARKS if kind in cell.metadata), ("", ""))


def _refuse_unknown(marked: list[tuple[str, str, NotebookNode]], asked: list[str], lesson: int, name: str) -> None:
    known = exercises(lesson)
    for index, (kind, mark, cell) in enumerate(marked):
        strange = cell.metadata.keys() - {*MARKS, "tags", "points", "practises", "kind", "lines_to_next_cell"}
        if strange:
            raise SourceError(f"{name}, cell {index}: {', '.join(sorted(strange))} is no mark; use one of {', '.join(MARKS)}")
        if kind in ("exercise", "check") and mark not in known:
            raise SourceError(f"{name}, cell {index}: {kind}={mark!r}, but lesson {lesson:02d} has only {', '.join(known)}")
        if kind == "check" and mark not in asked:
            raise SourceError(f'{name}, cell {index}: check={mark!r}, but no cell says exercise="{mark}"')
        if kind == "exercise" and cell.source.strip():
            raise SourceError(f"{name}, cell {index}: the code of {mark} comes from the bank; leave the cell empty")
        if kind == "written" and not isinstance(cell.metadata.get("points"), int):
            raise SourceError(f"{name}, cell {index}: written={mark!r} needs its points, as in points=3")
    names = [f"{kind}={mark!r}" for kind, mark, _ in marked if kind]
    twice = [one for one, count in Counter(names).items() if count > 1]
    if twice:
        raise SourceError(f"{name}: {', '.join(twice)} is there twice")
    if missing := sorted(known.keys() - set(asked)):
        raise SourceError(f'{name}: nobody asks for {", ".join(missing)}; write # %% exercise="{missing[0]}" where it belongs')


def _practised(cell: NotebookNode, mark: str, practised: Sequence[str], name: str) -> str:
    """Return the one objective of the lesson that an exercise names with some of its words."""
    words = cell.metadata.get("practises", "")
    found = [objective for objective in practised if words and words in objective]
    if len(found) != 1:
        wanted = f"some words of one of: {'; '.join(practised)}"
        raise SourceError(f"{name}: practises={words!r} of {mark} names {len(found)} objectives of the lesson; write {wanted}")
    return found[0]


def _refuse_other_heading(heading: NotebookNode, kind: str | None, mark: str, name: str) -> None:
    """Hold an exercise's mark and its heading together: the mark is counted, the heading is read."""
    if kind is not None and kind not in HEADINGS:
        raise SourceError(f"{name}: {mark} has kind={kind!r}; use one of {', '.join(HEADINGS)}")
    title = heading.source.partition("\n")[0].partition(". ")[2]
    said = next((one for one, begins in HEADINGS.items() if title.startswith(begins)), None)
    if said != kind:
        raise SourceError(f"{name}: {mark} has kind={kind!r}, but its heading is {title!r}")


def _numbers(found: list[int]) -> str:
    """Say which exercises: "exercise 3", "exercises 1, 2 and 5"."""
    *first, last = map(str, found)
    return f"exercises {', '.join(first)} and {last}" if first else f"exercise {last}"


def _number(heading: NotebookNode, number: int) -> None:
    heading.source = f"## {number}. {heading.source.removeprefix('## ')}"


def _complete(heading: NotebookNode, points: int, objective: str | None) -> None:
    """Put points and objective into a heading: its first line, and a paragraph after it."""
    first, _, rest = heading.source.partition("\n")
    worth = f"{points}\N{NO-BREAK SPACE}{'points' if points > 1 else 'point'}"
    told = f"\n\n*Objective: {objective}.*" if objective else ""
    heading.source = f"{first} ({worth}){told}\n{rest}".rstrip("\n")


def _question(exercise: Exercise) -> str:
    """Return a question for an exercise that the source asks for without words of its own."""
    call = exercise.signature.removeprefix("def ").rstrip(":")
    return f"## {exercise.name.replace('_', ' ').capitalize()}\n\nWrite `{call}`."


def _solved(exercise: Exercise) -> str:
    """Return the code of a solution, with nbgrader's marks around what learners are to write."""
    body = "\n".join(f"    {line}" if line else line for line in exercise.body.splitlines())
    given = "".join(f"{inspect.getsource(function)}\n\n" for function in exercise.given)
    return f"{given}{exercise.signature}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


def _check(name: str) -> NotebookNode:
    cell = new_code_cell(f'check("{name}", {name})')
    return _with_metadata(cell, f"check-{name}", locked=True, points=find(name).points)


def _with_metadata(
    cell: NotebookNode, grade_id: str, *, locked: bool = False, solution: bool = False, points: int | None = None
) -> NotebookNode:
    """Give a cell nbgrader's metadata (its schema 3): it is graded if it has points."""
    marks = {"grade": points is not None, "grade_id": grade_id, "locked": locked, "solution": solution, "task": False}
    cell.metadata["nbgrader"] = {**marks, "schema_version": 3} | ({} if points is None else {"points": points})
    return cell
