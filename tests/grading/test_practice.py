"""Made-up submissions: of each kind some, the same each time, and every seventh in some trouble."""

import ast
import json
from collections import Counter

import nbformat
import pytest

from course_utils.grading.collecting import collect
from course_utils.grading.practice import practice_submissions, with_a_slip, write_practice
from course_utils.grading.roster import read_roster
from course_utils.grading.submission import SubmissionError, cells_of
from tests.grading.corpus.courses import NOTEBOOKS

ROOT, SET = NOTEBOOKS / "assignments", "01_exercises"


@pytest.fixture(scope="module")
def submissions():
    return practice_submissions(ROOT, SET, 28)


def test_each_student_has_one_and_the_same_each_time(submissions):
    assert list(submissions) == [f"practice-{number:02d}" for number in range(1, 29)]
    assert practice_submissions(ROOT, SET, 28) == submissions
    assert practice_submissions(ROOT, SET, 28, seed=1) != submissions


def answer_to(content, name):
    cells = nbformat.reads(content, as_version=4).cells
    return next(cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def test_answers_are_right_slips_or_not_begun(submissions):
    source = nbformat.read(ROOT / "source" / SET / f"{SET}.ipynb", as_version=4)
    solved = [cell for cell in source.cells if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"]
    kinds = Counter()
    for number, content in enumerate(submissions.values(), 1):
        if number % 7:
            cells = {
                c["metadata"].get("nbgrader", {}).get("grade_id"): "".join(c["source"]) for c in json.loads(content)["cells"]
            }
            for cell in solved:
                answer = cells[cell.metadata.nbgrader.grade_id]
                begun = "NotImplementedError" not in answer
                kinds["right" if answer == cell.source else "slip" if begun else "not begun"] += 1
    shares = {kind: count / kinds.total() for kind, count in kinds.items()}
    assert shares.keys() == {"right", "slip", "not begun"}
    assert shares["right"] > shares["slip"] > 0.1
    assert shares["not begun"] > 0.05


def test_every_seventh_is_in_some_trouble(submissions):
    without_end, copied, without_check, cut_off = (submissions[f"practice-{n:02d}"] for n in (28, 7, 14, 21))
    assert "while True" in without_end
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells_of(copied.encode())]
    assert max(Counter(name for name in names if name).values()) == 2
    checks = [sum("check-" in json.dumps(cell["metadata"]) for cell in cells_of(c.encode())) for c in (without_check, copied)]
    assert checks[0] == checks[1] - 1
    with pytest.raises(SubmissionError):
        cells_of(cut_off.encode())


@pytest.mark.parametrize(
    ("source", "slip"),
    [
        ("def f(a, b):\n    return a + b", "def f(a, b):\n    return a - b"),
        ("def f(a, b):\n    return a * b", "def f(a, b):\n    return a / b"),
        ("def f(a):\n    return a", "def f(a):\n    return -a"),
        ("def f(a):\n    pass", "def f(a):\n    pass"),
    ],
)
def test_a_slip_is_one_sign(source, slip):
    assert ast.unparse(ast.parse(with_a_slip(source))) == slip


def test_they_are_written_as_a_platform_packs_them_with_a_roster(tmp_path):
    for kind in ("source", "release"):
        (tmp_path / kind).symlink_to(ROOT / kind)
    folder = write_practice(tmp_path, SET, 2)
    assert folder == tmp_path / "downloaded" / SET / "archive"
    assert sorted(path.name for path in folder.iterdir()) == [f"practice-0{n}_{SET}.ipynb" for n in (1, 2)]
    assert (folder.parent / "roster.csv").read_text() == "student_id\npractice-01\npractice-02\n"


def test_the_same_is_there_as_moodle_and_as_canvas_pack_it(tmp_path):
    for kind in ("source", "release"):
        (tmp_path / kind).symlink_to(ROOT / kind)
    folder = write_practice(tmp_path, SET, 28)
    collected = {}
    for platform in ("moodle", "canvas"):
        known = read_roster(folder.with_name(f"{platform}.csv"))
        done = collect(folder.with_name(f"{platform}.zip"), tmp_path, SET, known)
        assert (done.refused, done.missing, len(done.collected)) == ([], [], 28)
        assert [student for student, _ in done.remarks] == (["practice-27", "practice-28"] if platform == "canvas" else [])
        collected[platform] = {path: path.read_bytes() for path in tmp_path.glob("submitted/*/*/*.ipynb")}
    assert collected["moodle"] == collected["canvas"]
