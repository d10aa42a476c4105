"""Small courses to grade in tests: a set of exercises, students, and what they hand in."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine

from course_utils.grading.batch import open_gradebook
from course_utils.grading.practice import practice_submissions

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
SET = "small_set"
SOLUTIONS = {
    "euclidean": "def euclidean(a, b):\n    return np.sqrt(((a - b) ** 2).sum(axis=-1))",
    "gram_matrix": "def gram_matrix(a):\n    positions = a.reshape(-1, a.shape[3])\n    return positions.T @ positions",
}
POINTS = {"euclidean": 2, "gram_matrix": 3}


def named(cell: NotebookNode, name: str, points: int | None = None, solution: bool = False) -> NotebookNode:
    """Return a cell with nbgrader's metadata: graded if it has points, locked if it is no solution."""
    marks = {"grade": points is not None, "grade_id": name, "locked": not solution, "solution": solution, "task": False}
    cell.metadata["nbgrader"] = marks | {"schema_version": 3} | ({} if points is None else {"points": points})
    return cell


def notebook_of_set(solutions: dict[str, str], points: dict[str, int], written: int) -> NotebookNode:
    """Return a set with solutions: functions, a written answer with so many points, an experiment."""
    imports = "import numpy as np\n\nfrom course_utils.feedback import check, hint"
    cells = [new_markdown_cell("# A set"), new_code_cell(imports)]
    for name, solution in solutions.items():
        head, _, body = solution.partition("\n")
        marked = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells.append(named(new_code_cell(marked), name, solution=True))
        cells.append(named(new_code_cell(f'check("{name}", {name})'), f"check-{name}", points[name]))
    cells.append(named(new_markdown_cell("Because."), "w-why", written, solution=True))
    cells.append(new_code_cell('print("try something here")', metadata={"tags": ["experiment"]}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_course(root: Path, name: str, notebook: NotebookNode) -> Path:
    """Write a course with one set into an empty folder, with the release that nbgrader makes of it, and return the folder."""
    source = root / "source" / name / f"{name}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    open_gradebook(root, name)
    (root / "gradebook.db").unlink()
    shutil.copyfile(NOTEBOOKS / "assignments" / "nbgrader_config.py", root / "nbgrader_config.py")
    return root


def new_gradebook(root: Path, name: str, students: Iterable[str]) -> str:
    """Write a gradebook with a check of 2 points and a written answer of 3, both to be graded, and return its address.

    Without nbgrader's own way to a first gradebook, which starts another program for it.
    """
    address = f"sqlite:///{root / 'gradebook.db'}"
    engine = create_engine(address)
    Base.metadata.create_all(engine)
    engine.dispose()
    with Gradebook(address, "faces-and-style") as gradebook:
        gradebook.add_assignment(name)
        gradebook.add_notebook(name, name)
        gradebook.add_grade_cell("check-f", name, name, max_score=2, cell_type="code")
        gradebook.add_grade_cell("w-why", name, name, max_score=3, cell_type="markdown")
        for cell in ("f", "w-why"):
            gradebook.add_solution_cell(cell, name, name)
        for student in students:
            gradebook.add_student(student)
            gradebook.add_submission(name, student)
    return address


def grade_by_hand(address: str, name: str, student: str, cell: str, waits: bool = False, **scores: float) -> None:
    """Enter scores, such as manual_score=3, and whether the cell still waits for a human."""
    with Gradebook(address, "faces-and-style") as gradebook:
        grade = gradebook.find_grade(cell, name, name, student)
        for kind, score in scores.items():
            setattr(grade, kind, score)
        grade.needs_manual_grade = waits
        gradebook.db.commit()


def make_course(root: Path) -> Path:
    """Write a small course into an empty folder, and return the folder."""
    return write_course(root, SET, notebook_of_set(SOLUTIONS, POINTS, written=3))


def write_release(root: Path, name: str, content: bytes) -> Path:
    """Write a released notebook into a course that has nothing else, and return the course."""
    path = root / "release" / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return root


def practice_course(root: Path, name: str, students: int) -> Path:
    """Write a course with one of the course's own sets, and practice submissions handed in, and return the folder."""
    for kind in ("source", "release"):
        shutil.copytree(NOTEBOOKS / "assignments" / kind, root / kind)
    for student, content in practice_submissions(root, name, students).items():
        hand_in(root, student, content.encode("utf-8"), name)
    return root


def answers(root: Path, **functions: str) -> bytes:
    """Return the content of a notebook in which some functions are written: the released one for all others."""
    notebook = nbformat.read(root / "release" / SET / f"{SET}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = functions.get(name, cell.source)
    return nbformat.writes(notebook).encode("utf-8")


def hand_in(root: Path, student: str, content: bytes, name: str = SET) -> None:
    folder = root / "submitted" / student / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ipynb").write_bytes(content)


def points(root: Path) -> dict[str, dict[str, float | None]]:
    """Return what the gradebook has: for each student and check the automatic score."""
    found: dict[str, dict[str, float | None]] = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "faces-and-style") as gradebook:
        for submission in gradebook.assignment_submissions(SET):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student.id] = {grade.name.removeprefix("check-"): grade.auto_score for grade in grades}
    return found


def page(root: Path, student: str) -> str:
    """Return the feedback of a student."""
    return (root / "feedback" / student / SET / f"{SET}.html").read_text("utf-8")


def reported(root: Path, student: str) -> dict:
    """Return what grading has left of a student for the report."""
    return json.loads((root / "reports" / SET / f"{student}.json").read_text("utf-8"))
