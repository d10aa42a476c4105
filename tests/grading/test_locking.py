"""One writer at a time in a course: the second is told who is at work; who has died blocks nobody."""

import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderApp
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.grading.configuration import configure
from course_utils.grading.locking import WRITERS, CourseBusyError, one_writer
from tests.grading.corpus.courses import NOTEBOOKS
from tests.waiting import SECONDS

ROOT = Path(__file__).resolve().parents[2]
# Holds a course, has a child that outlives it, and says when it has both.
HOLDS = """
import subprocess, sys
from pathlib import Path
from course_utils.grading.locking import one_writer
with one_writer(Path(sys.argv[1]), "grade 05_exercises"):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    print(child.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course [1]"
    root.mkdir()
    (root / "nbgrader_config.py").write_bytes((NOTEBOOKS / "assignments" / "nbgrader_config.py").read_bytes())
    return root


@pytest.fixture
def other(course):
    """Another process that holds the course, and the child that it has started."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, str(course)], cwd=ROOT, **pipes)
    child = int(holder.stdout.readline())
    yield holder
    with suppress(ProcessLookupError):
        os.kill(child, 9)
    holder.communicate()


@pytest.mark.slow
def test_the_second_is_told_who_is_at_work_and_comes_in_when_that_is_done_or_dead(course, other):
    told = rf"is in use: grade 05_exercises \(process {other.pid} on .*, since \d{{4}}-.*\)\. Nothing was changed\. Wait"
    with pytest.raises(CourseBusyError, match=told), one_writer(course, "collect"):
        pass
    for command in (["grade", "x"], ["collect", str(course), "--assignment", "x"]):
        (course / "release" / "x").mkdir(parents=True, exist_ok=True)
        (course / "release" / "x" / "x.ipynb").write_text("{}")
        said = CliRunner().invoke(app, [*command, "--root", str(course)], env={"COLUMNS": "300"})
        assert (said.exit_code, re.search(told, said.output) is not None) == (1, True), said.output
    export = [sys.executable, "-m", "nbgrader", "export"]  # nbgrader's own commands know of it through its configuration
    said = subprocess.run(export, cwd=course, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (said.returncode, re.search(told, said.stderr) is not None) == (1, True), said.stderr
    assert "Traceback" not in said.stderr
    assert not list(course.glob("grade*"))
    other.kill()  # its child lives on, and holds nothing
    other.wait()
    with one_writer(course, "grade"):
        pass


def in_another_thread(course):
    refused = []

    def ask():
        try:
            with one_writer(course, "another"):
                refused.append(False)
        except CourseBusyError:
            refused.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return refused == [True]


def test_who_holds_a_course_may_call_what_holds_it_too(course):
    with one_writer(course, "grade"):
        with one_writer(course / ".", "generate"):
            assert in_another_thread(course)
        assert in_another_thread(course)
    assert not in_another_thread(course)


def test_who_fails_lets_go(course):
    with pytest.raises(ZeroDivisionError), one_writer(course, "grade"):
        raise ZeroDivisionError
    assert not in_another_thread(course)


def test_what_the_formgrader_starts_takes_its_turn(course, monkeypatch):
    config = Config()
    configure(config, course)
    converter = Autograde(coursedir=CourseDirectory(config=config, assignment_id="x"), config=config)
    seen = []
    monkeypatch.setattr(Autograde, "init_notebooks", lambda _: seen.append(in_another_thread(course)))
    monkeypatch.setattr(Autograde, "convert_notebooks", lambda _: None)
    converter.start()
    assert seen == [True]
    assert not in_another_thread(course)


def test_each_command_of_nbgraders_is_known():
    """Those that only look, or belong to the learners, need no turn; a new one has to be given its place."""
    harmless = {
        "extension", "fetch", "fetch_assignment", "fetch_feedback", "formgrade", "generate_config", "list", "quickstart",
        "submit", "update", "validate",
    }  # fmt: skip
    commands = {name: command for name, (command, _) in NbGraderApp.subcommands.items()}
    assert {name for name, command in commands.items() if not issubclass(command, WRITERS)} == harmless
    assert all(issubclass(command, NbGrader) for command in commands.values())
