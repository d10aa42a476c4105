"""What nbgrader's exchange is given in place of its own parts: nobody hands in for another, and nobody reads another's work."""

import os
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback, ExchangeSubmit
from nbgrader.utils import notebook_hash
from traitlets.config import Config

from course_utils.data.files import written_whole
from course_utils.errors import DataError
from course_utils.grading import papers
from course_utils.grading.configuration import COURSE, ROSTER
from course_utils.grading.exchange import exchange_of
from course_utils.grading.folders import SECRET, collected_since, handed_in
from course_utils.grading.locking import CourseBusyError
from course_utils.grading.plain import plain_text


def use_exchange(config: Config, root: Path) -> None:
    """Have nbgrader's commands, its list of assignments and the formgrader use an exchange.

    Args:
        config: nbgrader's.
        root: the folder of the exchange, with a folder for the course in it.
    """
    config.CourseDirectory.course_id = COURSE
    config.Exchange.root = str(root)
    config.ExchangeFactory.submit = SubmitPrivately
    config.ExchangeFactory.collect = CollectFromOwners
    config.ExchangeFactory.release_feedback = ReleaseFeedback


class SubmitPrivately(ExchangeSubmit):
    """Hands in so that the student and the group of the folder, which is the lecturer's, can read it, and nobody else.

    nbgrader's own leaves a folder that anybody who knows its name can read and write.
    """

    def copy_files(self) -> None:
        """Copy the notebooks, and close the copy to all others."""
        old = os.umask(0o027)  # nobody looks in while it is copied
        try:
            super().copy_files()
            # The folder keeps all others out. Files in it that nbgrader adds have the student's own group, not the lecturer's.
            self.set_perms(Path(self.inbound_path) / self.assignment_filename, fileperms=0o644, dirperms=0o750)
        finally:
            os.umask(old)


class CollectFromOwners(ExchangeCollect):
    """Collects as `make collect` does, which refuses what is in somebody else's name; also behind the formgrader's button."""

    def init_src(self) -> None:
        """Find the folder of the course; what is in it is looked at when it is collected."""
        self.course_path = Path(self.root) / self.coursedir.course_id
        if exchange_of(self.course_path) is None:
            self.fail(f"Nothing was ever released to {self.course_path}: there is no folder inbound.")

    def copy_files(self) -> None:
        """Collect, and log what was refused, and why."""
        from course_utils.grading.collecting import collect
        from course_utils.grading.roster import read_roster

        root = Path(self.coursedir.root)
        kept = root / ROSTER
        try:
            roster = read_roster(kept) if kept.exists() else None
            collection = collect(self.course_path, root, self.coursedir.assignment_id, roster)
        except (DataError, CourseBusyError) as error:
            self.fail(str(error))
        for name, reason in (*collection.refused, *collection.remarks):  # both quote what students write
            self.log.warning("%s: %s", plain_text(name), plain_text(reason, longest=1000))
        self.log.info("Notebooks in submitted/: %d.", len(collection.collected))


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases pages of feedback under the secrets of the submissions, which our grading leaves in submitted/."""

    def copy_files(self) -> None:
        """Write each student's page where that student alone knows to look for it."""
        root, assignment = Path(self.coursedir.root), self.coursedir.assignment_id
        for student, folder in handed_in(root, assignment).items():
            page = papers.page(root, assignment, student)
            if self.coursedir.student_id not in ("*", student) or not page.exists():
                continue
            secret = (folder / SECRET).read_text("utf-8", "replace") if (folder / SECRET).exists() else ""
            if not secret:
                self.log.warning("%s has not handed in through the exchange: no feedback goes there.", student)
                continue
            if collected_since(root, assignment, student):
                self.log.warning("%s has handed in again since: grade first.", student)
                continue
            name = notebook_hash(secret=secret, notebook_id=assignment)
            with written_whole(Path(self.dest_path) / f"{name}.html") as file:
                file.write(page.read_bytes())
            self.log.info("Feedback of %s released.", student)
