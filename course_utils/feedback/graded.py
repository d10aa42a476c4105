"""`check`, `hint` and `score` of a set that is graded: the same, but solutions and model answers are kept back.

nbgrader puts this module into the first cell of what it releases, see `grading.release`.
"""

from course_utils.feedback.notebook import Companion

_companion = Companion(solutions=False)
check, hint, score = _companion.check, _companion.hint, _companion.score

__all__ = ["check", "hint", "score"]
