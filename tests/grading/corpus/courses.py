"""Small courses to grade in tests: a set of exercises, students, and what they hand in."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import nbformat
from nbgrader.api import Gradebook

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
SET = "small_set"
FRAME = '"grade": {grade}, "grade_id": "{name}", "locked": {locked}, "schema_version": 3, "solution": {solution}, "task": false'
SOLUTIONS = {
    "euclidean": "def euclidean(a, b):\n    return np.sqrt(((a - b) ** 2).sum(axis=-1))",
    "gram_matrix": "def gram_matrix(a):\n    positions = a.reshape(-1, a.shape[3])\n    return positions.T @ positions",
}
POINTS = {"euclidean": 2, "gram_matrix": 3}


def script(name: str) -> ModuleType:
    """Return one of the scripts in notebooks/ as a module."""
    spec = importlib.util.spec_from_file_location(f"course_{name}", NOTEBOOKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def text_of_set(solutions: dict[str, str], points: dict[str, int], written: int) -> str:
    """Return the text source of a set: functions, a written answer with so many points, an experiment."""
    parts = ["# %% [markdown]\n# # A set", "# %%\nimport numpy as np\n\nfrom course_utils.feedback import check, hint"]
    for name, solution in solutions.items():
        head, _, body = solution.partition("\n")
        answer = FRAME.format(grade="false", name=name, locked="false", solution="true")
        check = FRAME.format(grade="true", name=f"check-{name}", locked="true", solution="false")
        parts.append(f"# %% nbgrader={{{answer}}}\n{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION")
        parts.append(f'# %% nbgrader={{{check}, "points": {points[name]}}}\ncheck("{name}", {name})')
    why = FRAME.format(grade="true", name="w-why", locked="false", solution="true")
    parts.append(f'# %% [markdown] nbgrader={{{why}, "points": {written}}}\n# Because.')
    parts.append('# %% tags=["experiment"]\nprint("try something here")')
    return "\n\n".join(parts) + "\n"


def write_course(root: Path, name: str, text: str) -> Path:
    """Write a course with one set into an empty folder, and return the folder."""
    source = root / "text" / f"{name}.py"
    source.parent.mkdir(parents=True)
    source.write_text(text, "utf-8")
    script("exercises").build([source], root)
    shutil.copyfile(NOTEBOOKS / "assignments" / "nbgrader_config.py", root / "nbgrader_config.py")
    return root


def make_course(root: Path) -> Path:
    """Write a small course into an empty folder, and return the folder."""
    return write_course(root, SET, text_of_set(SOLUTIONS, POINTS, written=3))


def answers(root: Path, **functions: str) -> bytes:
    """Return the content of a notebook in which some functions are written: the released one for all others."""
    notebook = nbformat.read(root / "release" / SET / f"{SET}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = functions.get(name, cell.source)
    return nbformat.writes(notebook).encode("utf-8")


def hand_in(root: Path, student: str, content: bytes) -> None:
    folder = root / "submitted" / student / SET
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{SET}.ipynb").write_bytes(content)


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
