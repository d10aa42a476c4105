"""Writes what docs/instructor tells from the course itself, goals, times, exercises and mistakes: `make instructor`.

A page is written by hand, but for the parts between <!-- BEGIN GENERATED name --> and <!-- END GENERATED -->. What goes there
is read from the lessons, the released exercises and the bank, so it is true as long as a test finds nothing to write.
The rubrics stand beside the sources of the exercises: who hands out the course without solutions leaves out that folder.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jupytext
import nbformat

from course_utils.data.files import written_whole
from course_utils.feedback.bank import LESSONS, exercises
from docs import hub_load, large_class
from docs.questions import Question, questions

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))
from markers import objectives

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "instructor"
EXERCISES = ROOT / "notebooks" / "source" / "exercises"
RUBRICS = EXERCISES / "rubrics.md"
UP = "../../notebooks"  # from a page to the notebooks
GENERATED = re.compile(r"(<!-- BEGIN GENERATED ([\w ]+) -->\n).*?(<!-- END GENERATED -->)", re.DOTALL)
HEADING = re.compile(r"## (?P<number>\d+)\. (?P<title>.*) \((?P<points>\d+)\spoints?\)")
PRACTISED = re.compile(r"^- (?P<objective>.*) \(exercises? (?P<numbers>[\d, and]+)\)$", re.MULTILINE)
SCHEME = re.compile(r"<!-- BEGIN MARK SCHEME -->\n\*\*What earns the points\*\*\n(.*?)<!-- END MARK SCHEME -->", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """An exercise as its set tells it.

    Attributes:
        number: in the set.
        title: the words of its heading.
        points: that it carries.
        name: of the function that is asked for; empty where the answer is in words.
    """

    number: int
    title: str
    points: int
    name: str


@dataclass(frozen=True)
class Lesson:
    """What a lesson and its released set of exercises say of themselves.

    Attributes:
        number: of the lesson, from 1 on.
        file: the name of its notebook, without the ending.
        title: its first line.
        time: its own paragraph on the time that it takes, with links that fit a page in docs/instructor.
        run_time: how long its cells ran when it was built, in words.
        objectives: what one can do after it.
        tasks: its exercises, in their order.
        practised: objective -> the numbers of the exercises that practise it.
    """

    number: int
    file: str
    title: str
    time: str
    run_time: str
    objectives: tuple[str, ...]
    tasks: tuple[Task, ...]
    practised: Mapping[str, tuple[int, ...]]

    @property
    def set_name(self) -> str:
        """The name of its set of exercises."""
        return f"{self.number:02d}_exercises"

    @property
    def points(self) -> int:
        """All points of its exercises."""
        return sum(task.points for task in self.tasks)


@cache
def lesson(number: int) -> Lesson:
    """Read a lesson and its exercises."""
    (path,) = (ROOT / "notebooks").glob(f"{number:02d}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    (time,) = re.findall(r"^\*\*Time\*\*: (.*)$", "\n".join(texts), re.MULTILINE)
    goals = objectives((ROOT / "notebooks" / "source" / f"{path.stem}.py").read_text("utf-8"))
    name = f"{number:02d}_exercises"
    release = nbformat.read(ROOT / "notebooks" / "assignments" / "release" / name / f"{name}.ipynb", as_version=4)
    practised = {found["objective"]: _numbers(found["numbers"]) for found in PRACTISED.finditer(release.cells[0].source)}
    return Lesson(
        number,
        path.stem,
        texts[0].partition("\n")[0].removeprefix("# "),
        time.replace("](assignments", f"]({UP}/assignments"),
        notebook.metadata.course.run_time,
        tuple(goals),
        tuple(_tasks(release)),
        practised,
    )


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", words)))


def _tasks(release: nbformat.NotebookNode) -> list[Task]:
    """Return the exercises of a released set: each heading with points, and the answer that follows it."""
    tasks: list[Task] = []
    heading: re.Match[str] | None = None
    for cell in release.cells:
        heading = HEADING.match(cell.source) or heading
        marks = cell.metadata.get("nbgrader", {})
        if heading and marks.get("solution"):
            asked = marks["grade_id"] if cell.cell_type == "code" else ""
            tasks.append(Task(int(heading["number"]), heading["title"], int(heading["points"]), asked))
            heading = None
    return tasks


# ---- What goes into a page ----


def facts(number: int) -> str:
    """Return the times of a lesson."""
    told = lesson(number)
    release = f"{UP}/assignments/release/{told.set_name}/{told.set_name}.ipynb"
    return (
        f"- Lesson: [{told.title}]({UP}/{told.file}.ipynb)\n"
        f"- Time: {told.time} (The run time was measured when the notebook was built.)\n"
        f"- Exercises: [{told.set_name}]({release}), {len(told.tasks)} exercises, {told.points} points.\n"
    )


def goals(number: int) -> str:
    """Return the objectives of a lesson."""
    return "After this lesson one can\n\n" + "".join(f"- {goal}\n" for goal in lesson(number).objectives)


def tasks(number: int) -> str:
    """Return the exercises of a lesson as a table, and below it which of them practise which objective."""
    told = lesson(number)
    lines = ["| exercise | asks for | points |\n", "| --- | --- | --- |\n"]
    for task in told.tasks:
        asked = f"`{task.name}`" if task.name else "words"
        lines.append(f"| {task.number}. {task.title} | {asked} | {task.points} |\n")
    lines.append("\nThe objectives that they practise:\n\n")
    for goal in told.objectives:
        *first, last = map(str, told.practised[goal])
        which = f"exercises {', '.join(first)} and {last}" if first else f"exercise {last}"
        lines.append(f"- {goal}: {which}\n")
    return "".join(lines)


def mistakes(number: int) -> str:
    """Return the mistakes that the bank knows, by exercise, with what is said of each."""
    parts = []
    for task in lesson(number).tasks:
        if not task.name:
            continue
        exercise = exercises(number)[task.name]
        said = "\n".join(f"- *{name}*: {' '.join(exercise.texts[name].split())}" for name in exercise.wrong)
        summary = f"<summary><code>{task.name}</code>: {len(exercise.wrong)} mistakes</summary>"
        parts.append(f"<details>\n{summary}\n\n{said}\n\n</details>\n")
    return "\n".join(parts)


def lessons_table() -> str:
    """Return all lessons with their pages, their exercises and how long their cells run."""
    lines = ["| page | lesson | its cells run in | exercises | points |\n", "| --- | --- | --- | --- | --- |\n"]
    for told in map(lesson, LESSONS):
        page = f"[lesson {told.number:02d}](lesson_{told.number:02d}.md)"
        link = f"[{told.title}]({UP}/{told.file}.ipynb)"
        lines.append(f"| {page} | {link} | {told.run_time} | {len(told.tasks)} | {told.points} |\n")
    return "".join(lines)


def questions_about(number: int, goal: str) -> list[Question]:
    """Return the questions of the concept inventory, form A, that ask about an objective of a lesson."""
    named = [(question, *told.split(": ", 1)) for question in questions("A") for told in question.objectives]
    return [question for question, lesson_number, words in named if int(lesson_number) == number and words in goal]


def objectives_table() -> str:
    """Return the objectives of all lessons, with the exercises that practise each and the questions that ask about it."""
    lines = ["| lesson | objective | exercises | question |\n", "| --- | --- | --- | --- |\n"]
    for told in map(lesson, LESSONS):
        for goal in told.objectives:
            numbers = ", ".join(map(str, told.practised[goal]))
            asked = ", ".join(f"A{question.number}, B{question.number}" for question in questions_about(told.number, goal))
            lines.append(f"| [{told.number:02d}](lesson_{told.number:02d}.md) | {goal} | {numbers} | {asked} |\n")
    return "".join(lines)


PARTS: dict[str, Callable[[int], str]] = {"facts": facts, "goals": goals, "exercises": tasks, "mistakes": mistakes}
TABLES: dict[str, Callable[[], str]] = {
    "lessons": lessons_table,
    "objectives": objectives_table,
    "hub_load": hub_load.section,
    **large_class.PARTS,
}


def filled(text: str) -> str:
    """Return a page with its generated parts as they should be.

    Raises:
        KeyError: a page asks for a part that is not known.
    """

    def part(match: re.Match[str]) -> str:
        name, _, number = match[2].partition(" ")
        said = PARTS[name](int(number)) if number else TABLES[name]()
        return f"{match[1]}\n{said}\n{match[3]}"

    return GENERATED.sub(part, text)


def rubrics() -> str:
    """Return what earns the points of the answers in words, of all sets, as the sources of the exercises say it."""
    parts = [
        "# Rubrics\n\n"
        "What earns the points of each answer in words; the same stands below its question in the formgrader. Made by\n"
        "`make instructor` from the mark schemes of the sources beside this file. Model answers stand in these sources, too.\n"
    ]
    for source in sorted(EXERCISES.glob("[0-9]*.py")):
        told = {task.title: task for task in lesson(int(source.stem[:2])).tasks}
        title = ""
        for cell in jupytext.read(source, fmt="py:percent").cells:
            if cell.source.startswith("## "):
                title = cell.source.partition("\n")[0].removeprefix("## ")
            if scheme := SCHEME.search(cell.source):
                task = told[title]
                parts.append(f"\n## {source.stem}, exercise {task.number}: {title} ({task.points} points)\n{scheme[1]}")
    return "".join(parts).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Return all files that are written, with the text that they should have."""
    texts = {page: filled(page.read_text("utf-8")) for page in sorted(PAGES.glob("*.md"))}
    return texts | {RUBRICS: rubrics()}


def main() -> None:
    """Write the pages that have changed."""
    for path, text in pages().items():
        if not path.exists() or path.read_text("utf-8") != text:
            with written_whole(path) as file:
                file.write(text.encode("utf-8"))
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
