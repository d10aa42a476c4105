"""The settings of nbgrader: its own parts are replaced by ours, in their order, and its hooks tidy up before and after."""

import logging
import os
import re
import sys
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader import preprocessors as theirs
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins.zipcollect import FileNameCollectorPlugin
from traitlets.config import Config

from course_utils.grading import preprocessors as ours
from course_utils.grading.configuration import configure
from tests.grading.corpus.courses import grade_by_hand, new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET = "01_exercises"


@pytest.fixture
def config(tmp_path):
    config = Config()
    configure(config, tmp_path)
    return config


def hand_in(root, student, *names):
    folder = root / "submitted" / student / SET
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("x")
    return folder


def test_student_code_is_read_restored_and_run_by_our_own_parts(config):
    autograde = Autograde(config=config)
    assert autograde.exporter_class is ours.SubmissionExporter
    assert autograde.sanitize_preprocessors == [ours.RestoreCells, theirs.OverwriteCells, theirs.CheckCellMetadata]
    run, *after = autograde.autograde_preprocessors
    assert run is ours.SealedExecute
    assert after == [ours.SaveGrades, theirs.AssignLatePenalties, theirs.CheckCellMetadata]
    assert theirs.Execute not in autograde.autograde_preprocessors  # it would run the notebook without walls


def test_the_course_is_where_it_was_said(config, tmp_path):
    course = CourseDirectory(config=config)
    assert course.root == str(tmp_path)
    assert course.db_url == f"sqlite:///{tmp_path / 'gradebook.db'}"
    assert course.course_id == "faces-and-style"


def test_the_programs_of_this_python_are_found(config, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    configure(Config(), tmp_path)
    configure(Config(), tmp_path)
    assert os.environ["PATH"].split(os.pathsep) == [str(Path(sys.executable).parent), "/nowhere"]


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"rosa_{SET}.ipynb", "rosa"),
        (f"practice-01_{SET}.ipynb", "practice-01"),
        ("rosa.ipynb", None),
        (f"__MACOSX/._rosa_{SET}.ipynb", None),
        (f"._rosa_{SET}.ipynb", None),
        (f"~$rosa_{SET}.ipynb", None),
        (f".ipynb_checkpoints/rosa_{SET}-checkpoint.ipynb", None),
    ],
)
def test_a_packed_file_is_its_students(config, name, student):
    collected = FileNameCollectorPlugin(config=config)._match(f"/downloaded/{SET}/extracted/archive/{name}")
    assert (collected and collected["student_id"]) == student


def test_before_a_submission_is_graded_its_folder_is_tidied_and_its_score_forgotten(config, tmp_path):
    address = new_gradebook(tmp_path, SET, ["rosa", "li", "mia"])
    for student in ("rosa", "li", "mia"):
        grade_by_hand(address, SET, student, "check-f", auto_score=2)
    folder = hand_in(tmp_path, "rosa", f"{SET}.ipynb")
    (folder / "link").symlink_to(tmp_path)
    hand_in(tmp_path, "li")  # without a notebook now: nbgrader would pass over it
    hand_in(tmp_path, "mia", f"{SET}.ipynb")
    config.Autograde.pre_convert_hook(notebooks=[str(folder / f"{SET}.ipynb")])
    assert [path.name for path in folder.iterdir()] == [f"{SET}.ipynb"]
    with Gradebook(address, "faces-and-style") as gradebook:
        scores = {name: gradebook.find_grade("check-f", SET, SET, name).auto_score for name in ("rosa", "li", "mia")}
    assert scores == {"rosa": 0.0, "li": 0.0, "mia": 2.0}


def test_after_it_nothing_but_the_notebook_is_left_to_carry_back(config, tmp_path):
    folder = tmp_path / "autograded" / "rosa" / SET
    folder.mkdir(parents=True)
    for name in (f"{SET}.ipynb", "timestamp.txt", "solution.py"):
        (folder / name).write_text("x")
    config.Autograde.post_convert_hook(notebooks=[str(tmp_path / "submitted" / "rosa" / SET / f"{SET}.ipynb")])
    assert sorted(path.name for path in folder.iterdir()) == [f"{SET}.ipynb", "timestamp.txt"]


# ---- What nbgrader takes for a pattern ----


@pytest.mark.parametrize("course", ["course", "course [1]", "[abc]"])
@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*", {"rosa", "li [1]", "li 1"}),
        ("rosa", {"rosa"}),
        ("li [[]1]", {"li [1]"}),
        ("li [1]", {"li 1"}),
        ("l*", {"li [1]", "li 1"}),
    ],
)
def test_a_path_is_no_pattern_and_a_students_name_is_one(tmp_path, course, pattern, found):
    root = tmp_path / course
    for student in ("rosa", "li [1]", "li 1"):
        hand_in(root, student, f"{SET}.ipynb", f".{SET}.ipynb", "notes.txt")
    config = Config()
    configure(config, root)
    directory = CourseDirectory(config=config, student_id=pattern, assignment_id=SET)
    autograde = Autograde(coursedir=directory, config=config)
    autograde.init_notebooks()
    folders = {student: root / "submitted" / student / SET for student in found}
    assert autograde.assignments == {str(folder): [str(folder / f"{SET}.ipynb")] for folder in folders.values()}
    for student, folder in folders.items():
        resources = autograde.init_single_notebook_resources(str(folder / f"{SET}.ipynb"))["nbgrader"]
        assert (resources["student"], resources["assignment"], resources["notebook"]) == (student, SET, SET)


def test_what_systems_leave_behind_is_not_converted(config, tmp_path):
    hand_in(tmp_path, "rosa", f"{SET}.ipynb", f"~${SET}.ipynb", f"._{SET}.ipynb")
    for litter in ("__MACOSX", ".DS_Store", "@eaDir", "$RECYCLE.BIN"):
        hand_in(tmp_path, litter, f"{SET}.ipynb")
    directory = CourseDirectory(config=config, student_id="*", assignment_id=SET)
    autograde = Autograde(coursedir=directory, config=config)
    autograde.init_notebooks()
    folder = tmp_path / "submitted" / "rosa" / SET
    assert autograde.assignments == {str(folder): [str(folder / f"{SET}.ipynb")]}


def test_where_there_is_nothing_to_convert_that_is_said(config, tmp_path):
    directory = CourseDirectory(config=config, student_id="rosa", assignment_id=SET)
    with pytest.raises(NbGraderException, match=r"No notebooks were matched by '.*rosa"):
        GenerateFeedback(coursedir=directory, config=config).init_notebooks()


# ---- The formgrader ----


def test_an_exchange_that_is_not_there_is_no_fault_and_a_broken_one_is(config, tmp_path, caplog):
    for there in (False, True):
        config.Exchange.root = str(tmp_path / "exchange")
        if there:
            (tmp_path / "exchange").write_text("no folder")
        api = NbGraderAPI(config=config)
        assert api.exchange_missing
        assert any(record.levelno >= logging.CRITICAL for record in caplog.records) is there


def test_a_page_of_the_formgrader_asks_nobody(config):
    config.HTMLExporter.template_name = "formgrade"
    notebook = new_notebook(cells=[new_markdown_cell("With $\\tau$ and ![x](http://evil.example/x.png)")])
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, {"base_url": "", "index": 0, "total": 1})
    assert 'aria-label="\\tau"' in page
    assert re.findall(r"(?:src|href)=\"((?:https?:)?//[^\"]*)", page) == []
