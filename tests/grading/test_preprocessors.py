"""What nbgrader is given in place of its own parts: nothing unjudged counts, no old score stays, nobody stops a batch."""

import json

import nbformat
import pytest
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from traitlets.config import Config, Configurable

from course_utils.grading import papers, preprocessors
from course_utils.grading.limits import LARGEST_PAGE
from course_utils.grading.preprocessors import KEPT, RestoreCells, SealedExecute, SubmissionExporter, forget_scores
from course_utils.grading.running import Graded
from course_utils.grading.submission import Flag
from tests.grading.corpus.courses import grade_by_hand, named, new_gradebook, write_release

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET, STUDENT = "01_exercises", "rosa"
RESOURCES = {"nbgrader": {"assignment": SET, "student": STUDENT, "notebook": SET}}
RIGHT = from_dict({"output_type": "stream", "name": "stdout", "text": "f: Right.\n"})
WRONG = from_dict({"output_type": "error", "ename": "NotYetRight", "evalue": "f: no", "traceback": ["f: no"]})


def restored(flags=(), unreadable=None):
    """Return a notebook as restoring leaves it: a function, its check, a written answer."""
    cells = [
        named(new_code_cell("def f():\n    return 1"), "f", solution=True),
        named(new_code_cell('check("f", f)'), "check-f", points=2),
        named(new_markdown_cell("Because."), "w-why", points=3, solution=True),
    ]
    return new_notebook(cells=cells, metadata={KEPT: {"flags": [vars(flag) for flag in flags], "unreadable": unreadable}})


def execute(root, notebook, graded=None, ran_before=True):
    """Run the part that executes, with what was found elsewhere before."""
    config = Config()
    config.CourseDirectory.root = str(root)
    config.SealedExecute.ran_before = ran_before
    if graded is not None:
        found = papers.found(root, SET, STUDENT)
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text(graded.to_json(), "utf-8")
    return SealedExecute(config=config).preprocess(notebook, RESOURCES)[0]


def report(root):
    return Graded.from_json(papers.found(root, SET, STUDENT).read_text("utf-8"))


def test_what_was_found_is_written_below_the_cells_and_for_the_report(tmp_path):
    graded = Graded({"check-f": True}, {"check-f": "f: Right."}, {1: [RIGHT]}, [Flag("f", "slow")], 1.5, True)
    notebook = execute(tmp_path, restored(flags=[Flag("w-why", "missing")]), graded)
    assert notebook.cells[1].outputs == [RIGHT]
    assert KEPT not in notebook.metadata
    assert report(tmp_path).flags == [Flag("w-why", "missing"), Flag("f", "slow")]
    assert (report(tmp_path).right, report(tmp_path).seconds, report(tmp_path).sealed) == ({"check-f": True}, 1.5, True)


@pytest.mark.parametrize(("outputs", "points"), [([RIGHT], 2.0), ([WRONG], 0.0)])
def test_nbgrader_reads_from_the_outputs_what_was_judged(tmp_path, outputs, points):
    graded = Graded({"check-f": outputs == [RIGHT]}, {"check-f": ""}, {1: outputs})
    assert determine_grade(execute(tmp_path, restored(), graded).cells[1])[0] == points


@pytest.mark.parametrize("right", [{}, {"check-g": True}, {"w-why": True}])
def test_a_cell_that_nobody_has_judged_is_never_right(tmp_path, right):
    graded = Graded(right, dict.fromkeys(right, ""), {})
    with pytest.raises(RuntimeError, match="check-f of 01_exercises was not judged"):
        execute(tmp_path, restored(), graded)


def test_a_machine_that_failed_gives_no_points(tmp_path):
    with pytest.raises(RuntimeError, match="was not judged"):
        execute(tmp_path, restored(), Graded(flags=[Flag("notebook", "not graded, the machines failed it")]))
    assert "the machines failed it" in report(tmp_path).flags[0].reason


@pytest.mark.parametrize("ran_before", [True, False])
def test_what_cannot_be_read_has_no_points_even_where_an_older_result_lies(tmp_path, ran_before):
    old = Graded({"check-f": True}, {"check-f": "f: Right."}, {1: [RIGHT]})
    notebook = execute(tmp_path, restored(unreadable="it is no notebook"), old, ran_before)
    assert determine_grade(notebook.cells[1])[0] == 0.0
    assert report(tmp_path).right == {"check-f": False}


def test_nbgraders_own_command_runs_a_notebook_anew(tmp_path, monkeypatch):
    ran = []

    def grade(notebook, assignment, student, secret):
        ran.append((assignment, student, len(secret) >= 32))
        return Graded({"check-f": False}, {"check-f": "f: no"}, {1: [WRONG]})

    monkeypatch.setattr(preprocessors, "grade_notebook", grade)
    old = Graded({"check-f": True}, {"check-f": "f: Right."}, {1: [RIGHT]})
    notebook = execute(tmp_path, restored(), old, ran_before=False)
    assert ran == [(SET, STUDENT, True)]
    assert determine_grade(notebook.cells[1])[0] == 0.0


def test_of_too_many_pictures_the_last_are_left_out(tmp_path):
    picture = from_dict({"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * (LARGEST_PAGE // 2)}})
    graded = Graded({"check-f": True}, {"check-f": ""}, {0: [picture] * 3, 1: [RIGHT]})
    outputs = execute(tmp_path, restored(), graded).cells[0].outputs
    assert ["image/png" in output.data for output in outputs] == [True, True, False]
    assert "left out" in outputs[2].data["text/plain"]


# ---- Reading and restoring ----


@pytest.fixture
def release(tmp_path):
    notebook = restored()
    del notebook.metadata[KEPT]
    notebook.cells[0].source = "def f():\n    raise NotImplementedError()"
    return write_release(tmp_path, SET, nbformat.writes(notebook).encode())


class Autograde(Configurable):
    """As much of nbgrader's as an exporter asks of it."""

    def __init__(self, config, sanitizing):
        super().__init__(config=config)
        self._sanitizing = sanitizing


def read(root, content, sanitizing=True):
    """Read a notebook as nbgrader has it read while it sanitizes, and restore it."""
    config = Config()
    config.CourseDirectory.root = str(root)
    path = root / "handed-in.ipynb"
    path.write_bytes(content)
    exporter = SubmissionExporter(parent=Autograde(config=config, sanitizing=sanitizing), config=config)
    if sanitizing:
        exporter.register_preprocessor(RestoreCells, enabled=True)
    text, _ = exporter.from_filename(str(path), dict(RESOURCES))
    return nbformat.reads(text, as_version=4)


def test_a_submission_is_put_on_the_frame_of_the_release(release):
    cells = json.loads(nbformat.writes(restored()))["cells"]
    cells[1]["source"], cells[1]["metadata"]["nbgrader"]["points"] = "pass", 100
    notebook = read(release, json.dumps({"cells": cells}).encode())
    assert [cell.source for cell in notebook.cells] == ["def f():\n    return 1", 'check("f", f)', "Because."]
    assert notebook.cells[1].metadata.nbgrader.points == 2
    assert notebook.metadata[KEPT].flags == [{"cell": "check-f", "reason": "a locked cell was changed; put back"}]
    assert notebook.metadata[KEPT].unreadable is None


@pytest.mark.parametrize("content", [b"", b"hello", b"[]", b"\xff\xfe\x00"])
def test_what_cannot_be_read_becomes_a_notebook_that_says_so(release, content):
    notebook = read(release, content)
    assert [cell.metadata.nbgrader.grade_id for cell in notebook.cells] == ["check-f", "w-why"]
    (flag,) = notebook.metadata[KEPT].flags
    assert flag.reason == f"cannot be read: {notebook.metadata[KEPT].unreadable}"


def test_what_was_restored_is_read_as_it_is(release):
    content = nbformat.writes(restored(unreadable="it is no notebook")).encode()
    assert read(release, content, sanitizing=False).metadata[KEPT].unreadable == "it is no notebook"


# ---- Old scores ----


@pytest.fixture
def gradebook(tmp_path):
    """Return the address of a gradebook in which a check and a written answer are graded."""
    address = new_gradebook(tmp_path, SET, [STUDENT])
    grade_by_hand(address, SET, STUDENT, "check-f", auto_score=2)
    grade_by_hand(address, SET, STUDENT, "w-why", manual_score=3)
    return address


def scores(address, student):
    with Gradebook(address, "faces-and-style") as book:
        grades = book.find_submission_notebook(SET, SET, student).grades
        return {grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in grades}


def test_an_old_automatic_score_is_forgotten_and_what_a_human_gave_stays(gradebook):
    forget_scores(gradebook, SET, STUDENT)
    assert scores(gradebook, STUDENT) == {"check-f": (0.0, None, True), "w-why": (None, 3.0, True)}


def test_a_student_who_is_not_in_the_gradebook_is_entered(gradebook):
    forget_scores(gradebook, SET, "li")
    assert scores(gradebook, "li")["check-f"] == (0.0, None, True)
