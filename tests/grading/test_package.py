"""What the sealed process has of the package: enough for a student's code, and nothing of solutions, checks and grading."""

import json
import subprocess
import sys

import pytest

from course_utils.grading.package import write_sealed_package

ALLOWED = {
    "__init__", "arrays", "backend", "checks", "clock", "errors", "images", "quiet", "vgg19",
    "feedback", "feedback.allowed", "feedback.calls", "feedback.graded",
    "grading", "grading.limits", "grading.wire", "grading.inside",
}  # fmt: skip


@pytest.fixture
def sealed(tmp_path):
    write_sealed_package(tmp_path)
    return tmp_path


def modules(folder):
    names = [".".join(path.relative_to(folder / "course_utils").with_suffix("").parts) for path in folder.rglob("*.py")]
    return {name.removesuffix(".__init__") for name in names}


def test_no_solution_no_check_and_no_grading_is_in_it(sealed):
    with_folders = {name for name in modules(sealed) if not name.startswith(("data", "grading.inside."))}
    assert with_folders == ALLOWED
    texts = "".join(path.read_text("utf-8") for path in sealed.rglob("*.py"))
    assert "mistakes" not in texts.lower()
    assert "seed_of" not in texts


def test_student_code_finds_what_the_notebooks_import(sealed):
    (sealed / "course_utils" / "grading" / "ask.py").write_text(
        "import json, sys\n"
        "from course_utils.feedback import check, hint, score\n"
        "from course_utils.feedback import graded\n"
        "from course_utils.grading.inside import handed_over, output\n"
        "import course_utils.data.splits, course_utils.grading.inside.launch\n"
        "graded.check('f', len); hint('f'); graded.hint('f', 4); score(); score('01'); graded.score(lesson=1)\n"
        "print(json.dumps([course_utils.__file__, handed_over.FUNCTIONS == {'f': len}]))\n"
    )
    command = [sys.executable, "-P", "-m", "course_utils.grading.ask"]
    done = subprocess.run(command, env={"PYTHONPATH": str(sealed)}, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    file, handed_over = json.loads(done.stdout)
    assert file.startswith(str(sealed))
    assert handed_over


@pytest.mark.parametrize(
    "first",
    [
        "grading.inside.answers",
        "grading.inside.handed_over",
        "grading.inside.launch",
        "feedback",
        "feedback.graded",
        "feedback.calls",
    ],
)
def test_it_loads_in_any_order(sealed, first):
    """A notebook may import what it likes first, or nothing."""
    code = f"import course_utils.{first}, course_utils.feedback, course_utils.grading.inside.answers as a; a.check; a.answer"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, env={"PYTHONPATH": str(sealed)}, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_what_is_not_there_can_be_imported_and_refuses_when_it_is_used(sealed):
    code = (
        "from course_utils.grading.inside.hidden import stand_in; stand_in()\n"
        "from course_utils.faces.distances import euclidean\n"
        "from course_utils import plots\n"
        "import course_utils.feedback.bank.lesson_01, course_utils.grading.secret\n"
        "from course_utils.data.splits import GROUPS\n"
        "for use in (euclidean, plots.show, course_utils.grading.secret.key):\n"
        "    try:\n        use(1)\n        print('used')\n    except ImportError as error:\n        print(error)\n"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, env={"PYTHONPATH": str(sealed)}, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.splitlines() == [
        f"course_utils.{name} is not there when an answer is graded"
        for name in ("faces.distances.euclidean", "plots.show", "grading.secret.key")
    ], done.stderr
