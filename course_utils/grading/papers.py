"""The papers of a graded submission: what was found in it, for the report, and the page of feedback for the student."""

from pathlib import Path


def found(root: Path, assignment: str, student: str) -> Path:
    """Return the file with what grading has found, as `Graded.to_json` writes it."""
    return root / "reports" / assignment / f"{student}.json"


def page(root: Path, assignment: str, student: str) -> Path:
    """Return the page of feedback."""
    return root / "feedback" / student / assignment / f"{assignment}.html"


def forget(root: Path, assignment: str, student: str) -> None:
    """Remove both: those of an older grading tell its score."""
    for paper in (found(root, assignment, student), page(root, assignment, student)):
        paper.unlink(missing_ok=True)
