"""Tests of course_utils.grading.exchanging: what is handed in is private, and comes back to its owner alone."""

import getpass
import logging
import shutil

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
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


def page_of(root, student):
    page = root / "feedback" / student / SET / f"{SET}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("<p>a page</p>")


def test_a_secret_that_its_owner_has_emptied_keeps_feedback_from_nobody_else(run, root, tmp_path, caplog):
    run(SubmitPrivately)
    run(CollectFromOwners)
    mine = root / "submitted" / ME / SET
    shutil.copytree(mine, root / "submitted" / "aaron" / SET)  # he comes before
    (root / "submitted" / "aaron" / SET / "submission_secret.txt").write_bytes(b"")
    page_of(root, ME)
    page_of(root, "aaron")
    with caplog.at_level(logging.WARNING):
        run(ReleaseFeedback)
    assert "aaron has not handed in through the exchange" in caplog.text
    assert len(list((tmp_path / "exchange" / "faces-and-style" / "feedback").iterdir())) == 1


def test_an_empty_secret_is_not_collected(run, root, tmp_path):
    run(SubmitPrivately)
    (folder,) = (tmp_path / "exchange" / "faces-and-style" / "inbound").iterdir()
    (folder / "submission_secret.txt").write_bytes(b"")
    run(CollectFromOwners)
    assert not (root / "submitted" / ME / SET / "submission_secret.txt").exists()


def test_a_page_of_work_that_was_replaced_since_is_not_released(run, root, tmp_path, caplog):
    run(SubmitPrivately)
    run(CollectFromOwners)
    page_of(root, ME)
    graded = root / "autograded" / ME / SET
    graded.mkdir(parents=True)
    (graded / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    with caplog.at_level(logging.WARNING):
        run(ReleaseFeedback)
    assert f"{ME} has handed in again since: grade first" in caplog.text
    assert not list((tmp_path / "exchange" / "faces-and-style" / "feedback").iterdir())
    shutil.copy(root / "submitted" / ME / SET / "timestamp.txt", graded)
    run(ReleaseFeedback)
    assert list((tmp_path / "exchange" / "faces-and-style" / "feedback").iterdir())


def test_what_keeps_it_from_collecting_is_a_sentence_and_names_are_told_plainly(run, root, tmp_path, caplog):
    run(SubmitPrivately)
    (folder,) = (tmp_path / "exchange" / "faces-and-style" / "inbound").iterdir()
    folder.rename(folder.with_name(folder.name.replace(ME, "ann\x1b[31ma\n")))
    with caplog.at_level(logging.WARNING):
        run(CollectFromOwners)
    assert "ann\ufffd[31ma" in caplog.text
    assert "\x1b" not in caplog.text
    (root / ROSTER).write_text("no column that names a student\nx\n")
    with pytest.raises(ExchangeError, match=ROSTER):
        run(CollectFromOwners)


def test_feedback_of_one_student_is_released_alone(run, root, tmp_path):
    run(SubmitPrivately)
    run(CollectFromOwners)
    page = root / "feedback" / ME / SET / f"{SET}.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>a page</p>")
    run(ReleaseFeedback, student_id="somebody")
    assert list((tmp_path / "exchange" / "faces-and-style" / "feedback").iterdir()) == []
