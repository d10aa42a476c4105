"""The configuration of nbgrader for this course, used by its own commands and by `make grade` alike."""

import glob
import os
import sys
import warnings
from pathlib import Path, PurePath
from typing import Any

from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeList
from nbgrader.utils import temp_attrs
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from course_utils.grading.folders import clear, handed_in, notebooks_in, tidy
from course_utils.grading.locking import lock_nbgrader
from course_utils.grading.platforms import LITTER, LITTER_OF_FILES, is_litter

# STUDENT_ASSIGNMENT.ipynb, as many platforms name what they pack; nothing that systems leave behind
COLLECTED = rf"(?!.*/(?:{LITTER})/)(?!.*/(?:{LITTER_OF_FILES})$).*/(?P<student_id>[^_/]+)_(?P<file_id>[^/]+)$"

SETTINGS, GRADEBOOK, ROSTER, COURSE = "nbgrader_config.py", "gradebook.db", "roster.csv", "faces-and-style"


def _find_notebooks(converter: BaseConverter) -> None:
    """Find what to convert, as nbgrader does: its own way takes the paths of the course and of a student for patterns.

    Raises:
        NbGraderException: there is none.
    """
    course = converter.coursedir
    with temp_attrs(course, root=glob.escape(course.root)):
        pattern = converter._format_source(course.assignment_id, course.student_id)
    converter.assignments, converter.notebooks = {}, []
    # Not with Path: it shortens source/./NAME, which nbgrader reads the names out of, and finds hidden files.
    for folder in glob.glob(pattern):  # noqa: PTH207
        found = glob.glob(f"{glob.escape(folder)}{os.sep}{course.notebook_id}.ipynb")  # noqa: PTH207
        if notebooks := [path for path in found if not is_litter(PurePath(os.path.relpath(path, course.root)))]:
            converter.assignments[folder] = notebooks
    if not converter.assignments:
        converter.log.error("No notebooks were matched by '%s'", pattern)
        raise NbGraderException(f"No notebooks were matched by '{pattern}'")


def address_of(root: Path) -> str:
    """Return the address of a course's gradebook."""
    return f"sqlite:///{root / GRADEBOOK}"


def config_of(root: Path) -> Config:
    """Return the settings of a course: what its nbgrader_config.py says, and those that grading rests on.

    Args:
        root: the folder of the assignments.
    """
    config = Config()
    if (root / SETTINGS).exists():
        config = PyFileConfigLoader(SETTINGS, path=str(root)).load_config()
    configure(config, root)
    return config


class _ListIfThere(ExchangeList):
    """Lists nbgrader's exchange, which the formgrader asks for at every step. A course without one is no fault."""

    def fail(self, msg: str) -> None:
        """Say what is wrong with an exchange that is there; do without one that is not.

        Raises:
            ExchangeError: in both cases.
        """
        if Path(self.root).exists():
            super().fail(msg)
        raise ExchangeError(msg)


def configure(config: Config, root: Path) -> None:
    """Fill in the settings.

    Args:
        config: nbgrader's.
        root: the folder with source/, release/, submitted/ ...
    """
    # nbgrader calls `alembic` by its bare name; it stands beside this Python.
    folders = [str(Path(sys.executable).parent), *os.environ.get("PATH", "").split(os.pathsep)]
    os.environ["PATH"] = os.pathsep.join(dict.fromkeys(folders))
    # Of nbgrader's own queries, with newer versions of SQLAlchemy than it was written for.
    warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")
    BaseConverter.init_notebooks = _find_notebooks
    lock_nbgrader()
    config.CourseDirectory.course_id = COURSE
    config.CourseDirectory.root = str(root)
    config.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
    config.ClearSolutions.text_stub = "*Write your answer here.*"
    config.FileNameCollectorPlugin.named_regexp = COLLECTED
    _release(config)
    _seal(config, root)


def _release(config: Config) -> None:
    from nbgrader.converters import GenerateAssignment

    from course_utils.grading.release import KeepSolutionsBack

    usual = GenerateAssignment.class_traits()["preprocessors"].default()
    config.GenerateAssignment.preprocessors = [*usual, KeepSolutionsBack]
    # What earns the points of a written answer stands in its question, which is locked: it comes back when graded.
    config.ClearMarkScheme.enforce_metadata = False


def _seal(config: Config, root: Path) -> None:
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader import preprocessors as theirs
    from nbgrader.server_extensions.formgrader.handlers import template_path

    from course_utils.grading import pages
    from course_utils.grading import preprocessors as ours

    config.GenerateFeedback.exporter_class = pages.FeedbackExporter
    config.GenerateFeedback.preprocessors = [pages.GetPoints, pages.PlainTexts, CSSHTMLHeaderPreprocessor]
    # The formgrader's pages, with a template of ours before nbgrader's own.
    config.HTMLExporter.filters = {"markdown2html": pages.markdown2html}
    config.HTMLExporter.extra_template_basedirs = [str(pages.TEMPLATES), template_path]
    config.FormgradeExtension.debug = False  # or it shows all settings, and warns that these are no plain text
    config.ExchangeFactory.list = _ListIfThere
    config.Autograde.exporter_class = ours.SubmissionExporter
    config.Autograde.sanitize_preprocessors = [ours.RestoreCells, theirs.OverwriteCells, theirs.CheckCellMetadata]
    config.Autograde.autograde_preprocessors = [
        ours.SealedExecute,
        ours.SaveGrades,
        theirs.AssignLatePenalties,
        theirs.CheckCellMetadata,
    ]

    seen: set[str] = set()  # assignments whose other folders were looked at: once is enough

    def prepare(notebooks: list[str], **_: Any) -> None:
        for folder in {Path(path).parent for path in notebooks}:
            tidy(folder)
            ours.forget_scores(config.CourseDirectory.db_url, folder.name, folder.parent.name)
            if folder.name not in seen:
                seen.add(folder.name)
                _forget_the_empty(root, folder.name, config.CourseDirectory.db_url)

    def leave_notebooks_only(notebooks: list[str], **_: Any) -> None:
        for folder in {Path(path).parent for path in notebooks}:
            clear(root / "autograded" / folder.parent.name / folder.name)

    config.CourseDirectory.db_url = address_of(root)
    config.Autograde.pre_convert_hook = prepare
    config.Autograde.post_convert_hook = leave_notebooks_only


def _forget_the_empty(root: Path, assignment: str, db_url: str) -> None:
    """Forget the scores of those whose folder has no notebook now; nbgrader passes over them."""
    from course_utils.grading.preprocessors import forget_scores

    for student, folder in handed_in(root, assignment).items():
        if not notebooks_in(folder):
            forget_scores(db_url, assignment, student)
