"""Submissions to practise grading with: some right, some with slips, some not begun, some in trouble."""

import ast
import os
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from course_utils.data.files import written_whole

SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
NOON, DUE = datetime(2026, 11, 27, 12, tzinfo=UTC), datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
PACKED = datetime(2026, 11, 28, 9, tzinfo=UTC)  # the time of all files in Canvas's zip
CHOICES, SHARES = ("right", "slip", "not begun"), (0.6, 0.25, 0.15)


def practice_submissions(root: Path, assignment: str, students: int, seed: int = 0) -> dict[str, str]:
    """Return notebooks as students might hand them in; every seventh is in some trouble besides.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        students: how many.
        seed: another one gives other slips.

    Returns:
        The content of each notebook file, by the student's name: practice-01, practice-02 ...

    Raises:
        FileNotFoundError: there is no such assignment.
    """
    rng = np.random.default_rng(seed)
    solutions, release = (_read(root, kind, assignment) for kind in ("source", "release"))
    submissions = {}
    for number in range(1, students + 1):
        notebook = deepcopy(release)
        for solved, cell in zip(solutions.cells, notebook.cells, strict=True):
            if cell.metadata.get("nbgrader", {}).get("solution"):
                _answer(cell, solved.source, str(rng.choice(CHOICES, p=SHARES)))
        content = nbformat.writes(notebook)
        if number % 7 == 0:
            content = TROUBLES[number // 7 % len(TROUBLES)](notebook)
        submissions[f"practice-{number:02d}"] = content
    return submissions


def write_practice(root: Path, assignment: str, students: int) -> Path:
    """Write such notebooks where a learning platform's download belongs, and beside them a roster, roster.csv.

    There is the same again as Moodle and as Canvas pack it, moodle.zip and canvas.zip, with what they tell of who takes part,
    moodle.csv and canvas.csv. One hands in after the other, every 25 minutes from `NOON` on, so the last ones after `DUE`.

    Returns:
        The folder of the notebooks, downloaded/ASSIGNMENT/archive.

    Raises:
        FileNotFoundError: there is no such assignment.
    """
    folder = root / "downloaded" / assignment / "archive"
    submissions = practice_submissions(root, assignment, students)
    folder.mkdir(parents=True, exist_ok=True)
    times = {student: NOON + number * timedelta(minutes=25) for number, student in enumerate(submissions, 1)}
    for student, content in submissions.items():
        path = folder / f"{student}_{assignment}.ipynb"
        _write(path, content.encode("utf-8"))
        os.utime(path, (times[student].timestamp(),) * 2)
    _write(folder.with_name("roster.csv"), "\n".join(["student_id", *submissions, ""]).encode("utf-8"))
    _write_moodle(folder, assignment, submissions, times)
    _write_canvas(folder, assignment, submissions, times)
    return folder


def _write_moodle(folder: Path, assignment: str, submissions: dict[str, str], times: dict[str, datetime]) -> None:
    """Write what Moodle packs, with the time at which each file was handed in, and its list of participants."""
    people, files = ["First name,Last name,Username,ID number,Email address"], {}
    for number, (student, content) in enumerate(submissions.items(), 1):
        people.append(f"Practice,{number:02d},{student},{1000 + number},{student}@uni.example")
        files[f"Practice {number:02d}_{number}_assignsubmission_file_{assignment}.ipynb"] = content, times[student]
    _write_download(folder, "moodle", people, files)


def _write_canvas(folder: Path, assignment: str, submissions: dict[str, str], times: dict[str, datetime]) -> None:
    """Write what Canvas packs, with the time of the packing and a mark for the late ones, and its gradebook."""
    people = [f"Student,ID,SIS User ID,SIS Login ID,Section,{assignment.replace('_', ' ').title()} (4711)"]
    files = {}
    for number, (student, content) in enumerate(submissions.items(), 1):
        people.append(f'"{number:02d}, Practice",{2000 + number},{1000 + number},{student},A,')
        late = "LATE_" if times[student] > DUE else ""
        files[f"{number:02d}practice_{late}{2000 + number}_{3000 + number}_{assignment}.ipynb"] = content, PACKED
    _write_download(folder, "canvas", people, files)


def _write_download(folder: Path, platform: str, people: list[str], files: dict[str, tuple[str, datetime]]) -> None:
    """Write a platform's zip and its table of people beside a folder."""
    _write(folder.with_name(f"{platform}.csv"), "\n".join([*people, ""]).encode("utf-8"))
    with written_whole(folder.with_name(f"{platform}.zip")) as file, zipfile.ZipFile(file, "w") as archive:
        for name, (content, time) in files.items():
            archive.writestr(zipfile.ZipInfo(name, time.astimezone().timetuple()[:6]), content)


def _write(path: Path, content: bytes) -> None:
    with written_whole(path) as file:
        file.write(content)


def with_a_slip(source: str) -> str:
    """Return a function with its first plus or times turned into minus or divided by; without one, with its result negated."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
            node.op = SWAPPED[type(node.op)]()
            return ast.unparse(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            node.value = ast.UnaryOp(ast.USub(), node.value)
            break
    return ast.unparse(tree)


def _read(root: Path, kind: str, assignment: str) -> NotebookNode:
    return nbformat.read(root / kind / assignment / f"{assignment}.ipynb", as_version=4)


def _answer(cell: NotebookNode, solution: str, choice: str) -> None:
    if choice == "right":
        cell.source = solution
    elif choice == "slip":
        cell.source = with_a_slip(solution) if cell.cell_type == "code" else "I am not sure."


def _first(notebook: NotebookNode, role: str) -> NotebookNode:
    """Return the first code cell with a role: "solution", to be written, or "grade", a check."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get(role))
    return next(cells)


def _endless(notebook: NotebookNode) -> str:
    _first(notebook, "solution").source += "\n\nwhile True:\n    pass"
    return str(nbformat.writes(notebook))


def _copied(notebook: NotebookNode) -> str:
    cell = deepcopy(_first(notebook, "solution"))
    cell.id = "copy"
    notebook.cells.append(cell)
    return str(nbformat.writes(notebook))


def _without_check(notebook: NotebookNode) -> str:
    notebook.cells.remove(_first(notebook, "grade"))
    return str(nbformat.writes(notebook))


def _cut_off(notebook: NotebookNode) -> str:
    return str(nbformat.writes(notebook))[:-100]


TROUBLES: tuple[Callable[[NotebookNode], str], ...] = (_endless, _copied, _without_check, _cut_off)
