"""Late submissions: penalties as nbgrader counts them, also by the hour, and counted anew when a human has given points."""

import math

from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float


class PenaltyPerHour(LateSubmissionPlugin):
    """Takes points off for each hour that has begun.

    In nbgrader_config.py, below what is there:

    c = get_config()
    c.AssignLatePenalties.plugin_class = "course_utils.grading.lateness.PenaltyPerHour"
    c.PenaltyPerHour.points = 0.5
    """

    points = Float(1.0, min=0.0, help="Points for each hour that has begun.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Return the penalty; nbgrader takes off no more than there is."""
        return float(min(score, self.points * math.ceil(total_seconds_late / 3600)))


def renew_penalties(api: NbGraderAPI, gradebook: Gradebook) -> None:
    """Count the penalties of late submissions anew: nbgrader does so when it grades, before a human has given points.

    Args:
        api: nbgrader's, with the settings of the course.
        gradebook: its gradebook.
    """
    for assignment in gradebook.assignments:
        for submission in assignment.submissions:
            if submission.total_seconds_late or submission.late_submission_penalty:
                for notebook in submission.notebooks:
                    names = {"notebook": notebook.name, "assignment": assignment.name, "student": submission.student.id}
                    where = names | {"db_url": api.coursedir.db_url}
                    AssignLatePenalties(parent=api).preprocess(new_notebook(), {"nbgrader": where})
    gradebook.db.expire_all()
