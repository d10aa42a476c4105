"""What nbgrader is given in place of its own parts: reading, restoring, running, keeping of scores, forgetting of old ones.

nbgrader hands on nothing but notebooks, so what else is known of a submission goes around it: from restoring to running in the
metadata of the notebook in autograded/, and to the report in the file that `papers.found` names. `make grade` has run the
submission elsewhere, and has put what was found into that same file before.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool

from course_utils.data.files import written_whole
from course_utils.grading import papers, people
from course_utils.grading.by_hand import give_back, put_aside
from course_utils.grading.limits import LARGEST_PAGE
from course_utils.grading.running import Graded, grade_notebook, unreadable
from course_utils.grading.secret import read_secret
from course_utils.grading.submission import CHECK, PUT_BACK, Flag, SubmissionError, read_submission, restore

Resources = dict[str, Any]
KEPT = "faces_and_style"  # in the notebook's metadata between restoring and running


class SubmissionExporter(NotebookExporter):
    """Reads a submission without trust. One that cannot be read becomes an empty notebook with a flag: the batch goes on."""

    def from_filename(self, filename: str, resources: Resources | None = None, **settings: Any) -> tuple[str, Resources]:
        """Read a notebook and export it."""
        resources = dict(resources or {})
        if self.parent._sanitizing:
            try:
                resources["cells"] = read_submission(Path(filename))
            except SubmissionError as error:
                resources["cells"] = []
                resources["unreadable"] = str(error)
            notebook = new_notebook()
        else:
            notebook = nbformat.read(filename, as_version=4)
        exported: tuple[str, Resources] = self.from_notebook_node(notebook, resources, **settings)
        return exported


def released_notebook(preprocessor: NbGraderPreprocessor, resources: Resources) -> NotebookNode:
    """Return the notebook that was handed out, for the submission that a preprocessor works on."""
    where = resources["nbgrader"]
    course = CourseDirectory(parent=preprocessor)
    folder = course.format_path(course.release_directory, ".", where["assignment"])
    return nbformat.read(Path(folder) / f"{where['notebook']}.ipynb", as_version=4)


class RestoreCells(NbGraderPreprocessor):
    """Puts the student's cells on the frame of the released notebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the restored notebook; its flags are kept in its metadata."""
        restored, flags = restore(resources.pop("cells"), released_notebook(self, resources))
        unreadable = resources.pop("unreadable", None)
        if unreadable:
            flags = [Flag("notebook", f"cannot be read: {unreadable}")]
        restored.metadata[KEPT] = {"flags": [vars(flag) for flag in flags], "unreadable": unreadable}
        return restored, resources


class SealedExecute(NbGraderPreprocessor):
    """Runs the notebook sealed off, and writes what is said of the answers where nbgrader looks for it."""

    ran_before = Bool(
        False, help="Whether what was found is there already, as with `make grade`; else the notebook is run."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook with outputs; what a human should know is written into the folder of the reports."""
        where = resources["nbgrader"]
        root = Path(CourseDirectory(parent=self).root)
        found = papers.found(root, where["assignment"], where["student"])
        kept = nb.metadata.pop(KEPT)
        if kept["unreadable"]:
            graded = unreadable(nb, kept["unreadable"])
        elif self.ran_before and found.exists():
            graded = Graded.from_json(found.read_text("utf-8"))
        else:
            graded = grade_notebook(nb, where["assignment"], where["student"], read_secret(root))
        for index, outputs in graded.outputs.items():
            nb.cells[index].outputs = outputs
        _bound(nb)
        graded.flags = [Flag(**flag) for flag in kept["flags"]] + graded.flags
        _write(found, graded)
        # A cell that nobody has judged would count as right.
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell) and name not in graded.right:
                raise RuntimeError(f"the cell {name} of {where['assignment']} was not judged")
        return nb, resources


class SaveGrades(SaveAutoGrades):
    """Enters the automatic scores, and beside them what a human has given for the same answers."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the notebook; which answers wait for a human again is told in the report."""
        nb, resources = super().preprocess(nb, resources)
        where = resources["nbgrader"]
        found = papers.found(Path(CourseDirectory(parent=self).root), where["assignment"], where["student"])
        graded = Graded.from_json(found.read_text("utf-8"))
        with Gradebook(where["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
            again = give_back(gradebook, notebook, nb)
            ours = {f"{CHECK}{flag.cell}" for flag in graded.flags if flag.is_ours}
            # A text whose cell has lost its name may stand anywhere in the notebook.
            lost = {flag.cell for flag in graded.flags if flag.reason == PUT_BACK and not flag.cell.startswith(CHECK)}
            for grade in notebook.grades:
                grade.needs_manual_grade |= grade.name in ours | lost and grade.manual_score is None
            gradebook.db.commit()
        if again:
            reason = "has changed since a human gave {:g} points for it; it waits for a human again"
            graded.flags += [Flag(cell, f"the answer {reason.format(points)}") for cell, points in again.items()]
            _write(found, graded)
        return nb, resources


def _write(path: Path, graded: Graded) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(graded.to_json().encode())


def _bound(notebook: NotebookNode) -> None:
    """Leave pictures out where a notebook has more of them than a page should carry."""
    left = LARGEST_PAGE
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for kind in [kind for kind in output.get("data", {}) if kind.startswith("image/")]:
                left -= len(output.data[kind])
                if left < 0:
                    output.data = {"text/plain": "[A picture is left out: the notebook has too many.]"}
                    break


def forget_scores(db_url: str, assignment: str, student: str) -> None:
    """Set all scores to nothing, to be looked at: if grading fails now, no old score is left.

    A student who is not in the gradebook yet is entered. What a human has given comes back with the answer it was given for.
    """
    with Gradebook(db_url) as gradebook:
        people.enter(gradebook, student)
        submission = gradebook.update_or_create_submission(assignment, student)
        submission.timestamp = None  # nbgrader keeps the former one where the new submission tells none
        put_aside(gradebook, submission)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = 0.0 if grade.cell.cell_type == "code" else None
                grade.needs_manual_grade = True
        gradebook.db.commit()
