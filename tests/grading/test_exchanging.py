"""Tests of course_utils.grading.exchanging: what is handed in is private, and comes back to its owner alone."""

import getpass
import logging

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchFeedback
from traitlets.config import Config

from course_utils.grading.configuration import ROSTER
from course_utils.grading.exchanging import CollectFromOwners, ReleaseFeedback, SubmitPrivately, use_exchange
from tests.grading.test_collecting import SET, notebook, submitted

ME = getpass.getuser()


@pytest.fixture
def root(tmp_path):
    """A course with one set, released to an exchange beside it."""
    root = tmp_path / "course"
    exchange = tmp_path / "exchange" / "faces-and-style"
    for folder in (root / "release" / SET, exchange / "outbound" / SET):
        folder.mkdir(parents=True)
        (folder / f"{SET}.ipynb").write_bytes(notebook("raise NotImplementedError()"))
    for folder in ("inbound", "feedback"):
        (exchange / folder).mkdir()
    return root


@pytest.fixture
def run(root, tmp_path, monkeypatch):
    """Return what runs a part of the exchange, as nbgrader's commands and the formgrader do."""
    home = tmp_path / "home"
    (home / SET).mkdir(parents=True)
    (home / SET / f"{SET}.ipynb").write_bytes(notebook("mine"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))

    def run(part, **options):
        config = Config()
        use_exchange(config, tmp_path / "exchange")
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.assignment_id = SET
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        config.Exchange.assignment_dir = str(home)
        config.CourseDirectory.update(options)
        coursedir = CourseDirectory(config=config)
        part(coursedir=coursedir, authenticator=Authenticator(config=config), config=config).start()

    return run


def test_only_the_student_and_the_lecturers_group_may_read_what_was_handed_in(run, tmp_path):
    run(SubmitPrivately)
    (folder,) = (tmp_path / "exchange" / "faces-and-style" / "inbound").iterdir()
    assert folder.name.startswith(f"{ME}+{SET}+")
    assert folder.stat().st_mode & 0o777 == 0o750
    files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert files == {f"{SET}.ipynb": 0o644, "timestamp.txt": 0o644, "submission_secret.txt": 0o644}  # nobody else gets to them


def test_collecting_by_nbgrader_refuses_what_collect_refuses(run, root, caplog):
    run(SubmitPrivately)
    run(SubmitPrivately, student_id="somebody")  # as a student can on the command line
    (root / ROSTER).write_text(f"student_id\nsomebody\n{ME}\n")
    with caplog.at_level(logging.WARNING):
        run(CollectFromOwners)
    assert submitted(root) == {ME: "mine"}
    assert f"it is in the name of somebody, but the account {ME} has put it there" in caplog.text


def test_feedback_comes_back_to_whoever_has_handed_in(run, root, tmp_path, caplog):
    run(SubmitPrivately)
    run(CollectFromOwners)
    for student in (ME, "by-mail"):
        page = root / "feedback" / student / SET / f"{SET}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>the page of {student}</p>")
        (root / "submitted" / student / SET).mkdir(parents=True, exist_ok=True)
    with caplog.at_level(logging.WARNING):
        run(ReleaseFeedback)
    assert "by-mail has not handed in through the exchange" in caplog.text
    (released,) = (tmp_path / "exchange" / "faces-and-style" / "feedback").iterdir()
    assert ME in released.read_text()
    run(ExchangeFetchFeedback)
    (fetched,) = (tmp_path / "home" / SET / "feedback").glob("*/*.html")
    assert fetched.read_text() == f"<p>the page of {ME}</p>"


def test_feedback_of_one_student_is_released_alone(run, root, tmp_path):
    run(SubmitPrivately)
    run(CollectFromOwners)
    page = root / "feedback" / ME / SET / f"{SET}.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>a page</p>")
    run(ReleaseFeedback, student_id="somebody")
    assert list((tmp_path / "exchange" / "faces-and-style" / "feedback").iterdir()) == []
