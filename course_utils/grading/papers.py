"""The papers of a graded submission: for the report what was found in it, or why it failed; for the student the feedback."""

from pathlib import Path


def found(root: Path, assignment: str, student: str) -> Path:
    """Return the file with what grading has found, as `Graded.to_json` writes it."""
    return root / "reports" / assignment / f"{student}.json"


def failure(root: Path, assignment: str, student: str) -> Path:
    """Return the file that says why a submission could not be graded; it is there only where that is so."""
    return root / "reports" / assignment / f"{student}.failed.txt"


def page(root: Path, assignment: str, student: str) -> Path:
    """Return the page of feedback."""
    return root / "feedback" / student / assignment / f"{assignment}.html"


def forget(root: Path, assignment: str, student: str) -> None:
    """Remove all: those of an older grading tell its score."""
    for paper in (paper(root, assignment, student) for paper in (found, failure, page)):
        paper.unlink(missing_ok=True)
