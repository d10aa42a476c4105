"""A release that is made for grading: its notebook takes `check`, `hint` and `score` from where solutions are kept back.

The switch is nbgrader's own: `KeepSolutionsBack.enabled`, in nbgrader_config.py or on the command line.
"""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

PRACTISED = "from course_utils.feedback import "
GRADED = "from course_utils.feedback.graded import "


class KeepSolutionsBack(NbGraderPreprocessor):
    """Lets the cells of a learners' copy import `course_utils.feedback.graded` in the place of `course_utils.feedback`."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], index: int) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell, changed where it imports what a learner calls."""
        if cell.cell_type == "code":
            cell.source = cell.source.replace(PRACTISED, GRADED)
        return cell, resources
