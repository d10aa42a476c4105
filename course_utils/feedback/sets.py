"""What a set of exercises asks, read from its notebooks: the exercises, their points, and the model answers."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.data.archives import ANOTHER_COPY
from course_utils.data.files import opened
from course_utils.errors import DataError

ASSIGNMENTS = Path(__file__).resolve().parents[2] / "notebooks" / "assignments"
HEADING = re.compile(r"## (\d+)\. (.*?)(?: \(\d+\spoints?\))?\n")
SCHEME = re.compile(r"<!-- (?:BEGIN|END) MARK SCHEME -->\n?")  # what stands between is not in the learners' copy


@dataclass(frozen=True)
class Task:
    """What points are given for.

    Attributes:
        number: in its set.
        title: of its question.
        name: of the exercise; of an answer in words, that of its cell.
        points: in a graded assignment.
        in_words: whether a human judges it.
        question: in Markdown, without its heading; where the set with solutions is there, with what earns the points.
        model: a model answer, in Markdown; nothing where there is none, or where the set with solutions is not there.
    """

    number: int
    title: str
    name: str
    points: int
    in_words: bool
    question: str
    model: str = ""


def lessons() -> list[int]:
    """Return the numbers of the lessons that have a set here."""
    return sorted(int(path.name[:2]) for path in (ASSIGNMENTS / "release").glob("[0-9][0-9]_exercises"))


def number_of(lesson: Any) -> int:
    """Return the number of a lesson that has a set.

    Args:
        lesson: its number, as 1, "1" or "01", or the name of its set or of a notebook: "01_exercises", "01_exercises.ipynb".

    Raises:
        ValueError: there is no such set.
    """
    found = re.match(r"(\d{1,2})(?!\d)", Path(str(lesson)).name)
    known = lessons()
    if found is None or int(found[1]) not in known:
        sets = ", ".join(f"{one:02d}" for one in known) or "none, for notebooks/assignments is not there"
        raise ValueError(f"lesson: {lesson!r} has no exercises; choose one of {sets}")
    return int(found[1])


def title(lesson: int) -> str:
    """Return the title of a set: "distance and threshold".

    Raises:
        DataError: its notebook is not there or cannot be read.
    """
    first = str(_cells("release", lesson)[0]["source"]).splitlines()[0]
    return first.partition(": ")[2]


def tasks(lesson: int) -> list[Task]:
    """Return what points are given for, in the order of the set.

    Raises:
        DataError: the notebook is not there or cannot be read.
    """
    with_solutions = (ASSIGNMENTS / "source" / f"{lesson:02d}_exercises").is_dir()
    found: list[Task] = []
    number, heading = 0, ""
    question: list[str] = []
    for cell in _cells("source" if with_solutions else "release", lesson):
        marks = cell["metadata"].get("nbgrader", {})
        source = f"{cell['source']}\n"
        if begins := HEADING.match(source):
            number, heading, question = int(begins[1]), begins[2], []
            source = source[begins.end() :]
        if marks.get("grade"):
            in_words = cell["cell_type"] == "markdown"
            name = marks["grade_id"].removeprefix("check-")
            asked = SCHEME.sub("", "\n\n".join(question)).strip()
            model = cell["source"] if in_words and with_solutions else ""
            found.append(Task(number, heading, name, marks["points"], in_words, asked, model))
        elif cell["cell_type"] == "markdown" and marks.get("locked"):
            question.append(source.strip())
    return found


def _cells(kind: str, lesson: int) -> list[dict[str, Any]]:
    name = f"{lesson:02d}_exercises"
    path = ASSIGNMENTS / kind / name / f"{name}.ipynb"
    with opened(path, "a notebook", ANOTHER_COPY) as file:
        try:
            cells: list[dict[str, Any]] = json.load(file)["cells"]
        except (ValueError, KeyError) as error:
            raise DataError(f"{path} is damaged ({error}). {ANOTHER_COPY}") from error
    return [cell | {"source": "".join(cell["source"])} for cell in cells]
