"""What a human has given, kept with the answer that it was given for: the same answer keeps it, a changed one waits again."""

import hashlib
import json
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import is_grade, is_solution
from sqlalchemy import Boolean, Column, Float, String, Text
from sqlalchemy.orm import declarative_base

Base = declarative_base()
GIVEN = ("manual_score", "extra_credit", "needs_manual_grade")


class Answer(Base):  # type: ignore[misc, valid-type]
    """An answer that was graded, and what a human gave for it: a table of ours in nbgrader's gradebook.

    Attributes:
        notebook: nbgrader's id of the notebook that was handed in.
        cell: the name of the cell.
        digest: of the answer.
        last: whether what stands in the gradebook now was given for this answer.
        manual_score: points, or None; with them what nbgrader keeps beside: extra_credit and needs_manual_grade.
        manual_comment: what was written to the student, or None.
    """

    __tablename__ = "answer"
    notebook = Column(String(32), primary_key=True)
    cell = Column(String(128), primary_key=True)
    digest = Column(String(64), primary_key=True)
    last = Column(Boolean)
    manual_score = Column(Float)
    extra_credit = Column(Float)
    needs_manual_grade = Column(Boolean)
    manual_comment = Column(Text)

    @property
    def was_graded(self) -> bool:
        """Whether a human has given points for it."""
        return self.manual_score is not None or self.extra_credit is not None


def put_aside(gradebook: Gradebook, submission: SubmittedAssignment) -> None:
    """Take what a human has given out of the gradebook, and keep it with the answers that it was given for.

    What was given for an answer that is not known, before there was this table, stays.
    """
    Base.metadata.create_all(gradebook.engine)
    for notebook in submission.notebooks:
        grades, comments = _by_cell(notebook)
        for answer in gradebook.db.query(Answer).filter_by(notebook=notebook.id, last=True):
            if grade := grades.get(answer.cell):
                for name in GIVEN:
                    setattr(answer, name, getattr(grade, name))
                grade.manual_score = grade.extra_credit = None
            if comment := comments.get(answer.cell):
                answer.manual_comment, comment.manual_comment = comment.manual_comment, None
            answer.last = False


def give_back(gradebook: Gradebook, notebook: SubmittedNotebook, answers: NotebookNode) -> dict[str, float]:
    """Enter what a human has given for these very answers; where it was given for another answer, the cell waits for a human.

    Args:
        gradebook: the gradebook.
        notebook: in it, with its automatic scores.
        answers: the notebook that was handed in.

    Returns:
        By the name of a cell that waits again, the points that a human gave for another answer.
    """
    Base.metadata.create_all(gradebook.engine)
    grades, comments = _by_cell(notebook)
    again = {}
    for cell, digest in digests(answers).items():
        graded = gradebook.db.query(Answer).filter_by(notebook=notebook.id, cell=cell).all()
        answer = next((one for one in graded if one.digest == digest), None)
        if answer is None:
            answer = Answer(notebook=notebook.id, cell=cell, digest=digest)
            gradebook.db.add(answer)
        answer.last = True
        if comment := comments.get(cell):
            comment.manual_comment = answer.manual_comment or comment.manual_comment
        if grade := grades.get(cell):
            others = [one.manual_score or 0.0 for one in graded if one.was_graded]
            if answer.was_graded:
                for name in GIVEN:
                    setattr(grade, name, getattr(answer, name))
            elif others:
                grade.needs_manual_grade = True
                again[cell] = max(others)
    return again


def digests(notebook: NotebookNode) -> dict[str, str]:
    """Return a digest of each answer, by the name of its cell: what a check judges are all cells of code together."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    found = {}
    for cell in notebook.cells:
        if is_solution(cell) or is_grade(cell):
            answer = [cell.source.strip(), cell.get("attachments", {})] if is_solution(cell) else code
            text = json.dumps(answer, sort_keys=True)
            found[cell.metadata.nbgrader.grade_id] = hashlib.sha256(text.encode()).hexdigest()
    return found


def _by_cell(notebook: SubmittedNotebook) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the grades and the comments of a notebook, by the name of their cell."""
    return {grade.name: grade for grade in notebook.grades}, {comment.name: comment for comment in notebook.comments}
