"""Grading a whole assignment: submissions are spread over processes or machines, one process writes the gradebook."""

import logging
import re
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
from distributed import Client, Future, KilledWorker, as_completed
from distributed.scheduler import NoWorkerError
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from course_utils.data.files import written_whole
from course_utils.grading import papers
from course_utils.grading.cluster import NO_WORKERS, cluster_of
from course_utils.grading.cluster_key import ClusterError
from course_utils.grading.configuration import config_of
from course_utils.grading.folders import handed_in, notebooks_in, tidy
from course_utils.grading.lateness import renew_penalties
from course_utils.grading.limits import Limits
from course_utils.grading.locking import one_writer
from course_utils.grading.plain import plain_text
from course_utils.grading.preprocessors import forget_scores
from course_utils.grading.running import Graded, grade_notebook
from course_utils.grading.secret import read_secret
from course_utils.grading.submission import Flag, SubmissionError, read_submission, restore, to_run

AHEAD = 4  # submissions under way for each worker: none of them waits while a grade is written
STANDS = "What was graded before this stands. Mend that, and grade again."
ENDED = f"the scheduler has ended, or has forgotten what it was asked. {STANDS}"


@dataclass(frozen=True)
class Job:
    """One submission on its way to a worker: plain text, so that a worker on another machine needs no files of this one."""

    assignment: str
    student: str
    cells: list[dict[str, Any]]
    release: str
    secret: bytes
    limits: Limits


class GradingError(RuntimeError):
    """The assignment cannot be graded; the text says what to do."""


def grade_one(job: Job) -> str:
    """Grade a submission; run by a worker, as often as need be: it leaves nothing behind.

    Returns:
        What `Graded.to_json` writes.
    """
    notebook, _ = restore(job.cells, nbformat.reads(job.release, as_version=4))
    return grade_notebook(notebook, job.assignment, job.student, job.secret, job.limits).to_json()


def grade_assignment(
    root: Path,
    assignment: str,
    scheduler: str | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int, str], None] = lambda done, of, student: None,
) -> dict[str, str]:
    """Grade all submissions of an assignment, write feedback, and return who could not be graded, and why.

    Each submission is written to the gradebook as soon as it is graded: what is done stays done if the batch is stopped.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        scheduler: the address of a scheduler, see `cluster`; without it, as many processes as this machine has cores.
        limits: what student code may use.
        progress: called with the number of those done, of all, and the student.

    Raises:
        GradingError: there is no such assignment, or no submission.
        CourseBusyError: somebody else writes into the course.
    """
    with one_writer(root, f"grade {assignment}"):
        return _grade(root, assignment, scheduler, limits or Limits(), progress)


def _grade(
    root: Path, assignment: str, scheduler: str | None, limits: Limits, progress: Callable[[int, int, str], None]
) -> dict[str, str]:
    submissions = handed_in(root, assignment)
    failed = _tidied(submissions)
    release = root / "release" / assignment / f"{assignment}.ipynb"
    if not release.exists():
        known = ", ".join(sorted(path.name for path in (root / "release").glob("*"))) or "none"
        raise GradingError(f"{assignment!r} is not an assignment; there are: {known}.")
    if not submissions:
        raise GradingError(f"nobody has handed in {assignment}: {root / 'submitted'} has no folder STUDENT/{assignment}.")
    api = open_gradebook(root, assignment, ran_before=True)
    jobs = _jobs(root, assignment, submissions, release.read_text("utf-8"), limits)
    for done, (student, text) in enumerate(_graded(jobs, scheduler, root, submissions), 1):
        papers.forget(root, assignment, student)
        if text is not None:
            _write(papers.found(root, assignment, student), text)
        outcome = None if student in failed else api.autograde(escape(assignment), escape(student), force=True)
        if outcome is None or not outcome["success"]:
            # Where nbgrader finds no notebook, it keeps the old score.
            forget_scores(api.coursedir.db_url, assignment, student)
            reason = failed[student] if outcome is None else _reason(submissions[student], assignment, outcome)
            failed[student] = f"{reason}; no older score is left"
        elif not _with_feedback(api, root, assignment, student):
            failed[student] = "graded, but there is no feedback"
        if student in failed:
            _write(papers.failure(root, assignment, student), failed[student])
        progress(done, len(submissions), student)
    return failed


def renew_feedback(
    root: Path, assignment: str, progress: Callable[[int, int, str], None] = lambda done, of, student: None
) -> list[str]:
    """Write the pages of feedback anew from the gradebook, as after grading by hand, and return of whom that failed.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        progress: called with the number of those done, of all, and the student.

    Raises:
        GradingError: nothing of it has been graded.
    """
    graded = [
        student
        for student in handed_in(root, assignment)
        if (root / "autograded" / student / assignment / f"{assignment}.ipynb").exists()
    ]
    if not graded:
        raise GradingError(f"nothing of {assignment} has been graded. Grade first: make grade ASSIGNMENT={assignment}")
    api = open_gradebook(root, assignment)
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        renew_penalties(api, gradebook)
    without = []
    for done, student in enumerate(graded, 1):
        if not _with_feedback(api, root, assignment, student):
            without.append(student)
        progress(done, len(graded), student)
    return without


def open_gradebook(root: Path, assignment: str, ran_before: bool = False) -> NbGraderAPI:
    """Return nbgrader for a course; the assignment is put into the gradebook if it is not there.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        ran_before: whether the submissions are run by somebody else, see `SealedExecute`.

    Raises:
        GradingError: nbgrader cannot read the assignment's source.
    """
    config = config_of(root)
    config.SealedExecute.ran_before = ran_before
    config.KeepSolutionsBack.enabled = False  # what was released stays as it is
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # what it has to say is in its answers
    api = NbGraderAPI(config=config)
    with Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.course_id) as gradebook:
        known = {known.name for known in gradebook.assignments if known.notebooks}
    if assignment not in known:
        outcome = api.generate_assignment(assignment, force=True)
        if not outcome["success"]:
            raise GradingError(f"nbgrader cannot read source/{assignment}: {outcome['error'] or outcome['log']}")
    return api


def _tidied(submissions: dict[str, Path]) -> dict[str, str]:
    """Tidy all folders, and return those in which this cannot be done, and why: that is no fault of the student's."""
    failed = {}
    for student, folder in submissions.items():
        try:
            tidy(folder)
        except OSError as error:
            failed[student] = f"its folder cannot be read and tidied here ({error.strerror})"
    return failed


def _jobs(root: Path, assignment: str, submissions: dict[str, Path], release: str, limits: Limits) -> Iterator[Job]:
    """Yield what has to be run; what cannot be read needs no worker."""
    try:
        secret = read_secret(root)
    except ValueError as error:
        raise GradingError(str(error)) from None
    for student, folder in submissions.items():
        path = folder / f"{assignment}.ipynb"
        try:
            cells = read_submission(path)
        except (SubmissionError, OSError):
            continue
        yield Job(assignment, student, to_run(cells), release, secret, limits)


def _graded(
    jobs: Iterator[Job], scheduler: str | None, root: Path, submissions: dict[str, Path]
) -> Iterator[tuple[str, str | None]]:
    """Yield each student once, with what a worker says, as it comes; None if there is nothing to run.

    A submission whose worker dies is graded again elsewhere, also where it had been graded and not been fetched yet.
    """
    waiting = dict.fromkeys(submissions)
    with _client(scheduler, root) as client, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")  # a submission may be large
        batch = uuid.uuid4().hex  # a result of another batch is never taken for one of this
        students: dict[Future, str] = {}
        ended = as_completed(loop=client.loop)

        def hand_out() -> None:
            """Keep all workers busy, and no more submissions under way than that takes."""
            for job in islice(jobs, max(0, AHEAD * _workers(client) - len(students))):
                del waiting[job.student]
                future = client.submit(grade_one, job, key=(batch, job.student), pure=False, retries=2)
                students[future] = job.student
                ended.add(future)

        hand_out()
        for future in ended:
            student = students.pop(future)
            text = _said(future)
            future.release()
            hand_out()
            yield student, text
        yield from ((student, None) for student in waiting)


def _workers(client: Client) -> int:
    """Return how many there are now, one at least.

    Raises:
        GradingError: the scheduler has ended.
    """
    try:
        return len(client.nthreads()) or 1  # each has one thread
    except OSError:
        raise GradingError(ENDED) from None


def _said(future: Future) -> str:
    """Return what a worker says of a submission; where the machines failed it, a flag and no judgement.

    Raises:
        GradingError: no worker is left, or the scheduler has ended: so it would be with all others.
    """
    try:
        return str(future.result())
    except NoWorkerError:
        raise GradingError(f"no worker was left for {NO_WORKERS}. {STANDS}") from None
    except KilledWorker:
        reason = "each of the workers that ran it died"
    except Exception as error:  # whatever went wrong there
        if future.status != "error":  # but on the way
            raise GradingError(ENDED) from None
        reason = str(error)[:300]
    return Graded(flags=[Flag("notebook", f"not graded, the machines failed it: {reason}")]).to_json()


@contextmanager
def _client(scheduler: str | None, root: Path) -> Iterator[Client]:
    try:
        with cluster_of(scheduler, root) as client:
            yield client
    except ClusterError as error:
        raise GradingError(str(error)) from None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(text.encode())


def _reason(folder: Path, assignment: str, outcome: dict[str, Any]) -> str:
    """Return why nbgrader has not graded a submission."""
    if not folder.exists():
        return "what was handed in is a link; it was removed"
    if (folder / f"{assignment}.ipynb").exists():
        errors = re.findall(r"^[\w.]*(?:Error|Exception|Entry): .+$", outcome.get("log") or "", re.MULTILINE)
        return f"nbgrader refused it ({plain_text(errors[-1])})" if errors else "nbgrader refused it"
    others = [path.name for path in notebooks_in(folder)]
    return f"there is no {assignment}.ipynb" + (f", but {', '.join(others)}" if others else "")


def _with_feedback(api: NbGraderAPI, root: Path, assignment: str, student: str) -> bool:
    """Write the feedback, and see that it is there and whole: nbgrader does not."""
    outcome = api.generate_feedback(escape(assignment), escape(student), force=True)
    page = papers.page(root, assignment, student)
    return bool(outcome["success"]) and page.exists() and page.read_text("utf-8").rstrip().endswith("</html>")
