"""The sets of exercises: current, complete, solvable, and nothing of a solution in what learners get."""

import importlib.util
import json
import re
import subprocess
import zipfile
from collections import Counter

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.feedback import NotYetRight
from course_utils.feedback.allowed import RULE
from course_utils.feedback.bank import LESSONS, every_exercise, exercises
from tests.notebooks.lessons import NOTEBOOKS

ASSIGNMENTS = NOTEBOOKS / "assignments"
TEXTS = sorted((NOTEBOOKS / "source" / "exercises").glob("*.py"))
NAMES = [path.stem for path in TEXTS]
HIDDEN = re.compile(r"course_utils\.(plots|faces|grading|style(?!\.vgg19)|feedback\.)")  # not to be had when graded


def read(kind, name):
    return nbformat.read(ASSIGNMENTS / kind / name / f"{name}.ipynb", as_version=4)


def marks(cell):
    return cell.metadata.get("nbgrader", {})


def is_experiment(cell):
    return "experiment" in cell.metadata.get("tags", [])


def solved(name):
    """Return the code of the solutions of a set, by exercise."""
    return {
        marks(cell).grade_id: cell.source
        for cell in read("source", name).cells
        if cell.cell_type == "code" and marks(cell).get("solution")
    }


def test_there_is_a_set_for_each_lesson():
    assert [f"{lesson:02d}_exercises" for lesson in LESSONS] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_tells_how_long_a_set_takes(name):
    (minutes,) = re.findall(r"About (\d+) minutes", read("release", name).cells[0].source)
    (row,) = re.findall(rf"^\| \[{name[:2]} .*$", (NOTEBOOKS.parent / "README.md").read_text("utf-8"), re.MULTILINE)
    assert row.endswith(f", and {minutes} for its exercises |")


def test_there_are_at_least_forty_exercises():
    written = sum(
        1 for name in NAMES for cell in read("source", name).cells if marks(cell).get("grade_id", "").startswith("w-")
    )
    assert len(every_exercise()) + written >= 40


@pytest.mark.slow
def test_the_notebooks_are_current(tmp_path):
    spec = importlib.util.spec_from_file_location("exercises", NOTEBOOKS / "exercises.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.build(TEXTS, tmp_path)
    for kind in ("source", "release"):
        assert sorted(path.name for path in (ASSIGNMENTS / kind).iterdir()) == NAMES
        for name in NAMES:
            built = (tmp_path / kind / name / f"{name}.ipynb").read_text("utf-8")
            kept = (ASSIGNMENTS / kind / name / f"{name}.ipynb").read_text("utf-8")
            assert built == kept, f"{kind}/{name} has drifted from its text source: run `make exercises`"


@pytest.mark.parametrize("name", NAMES)
def test_a_set_has_all_that_it_should(name):
    notebook = read("source", name)
    bank = exercises(int(name[:2]))
    checked = {
        marks(cell).grade_id.removeprefix("check-"): marks(cell).points
        for cell in notebook.cells
        if cell.cell_type == "code" and marks(cell).get("grade")
    }
    assert checked == {exercise.name: exercise.points for exercise in bank.values()}
    assert solved(name).keys() == bank.keys()
    written = [cell for cell in notebook.cells if marks(cell).get("grade") and marks(cell).get("solution")]
    assert all(cell.cell_type == "markdown" for cell in written)
    assert 4 <= len(bank) <= 7
    assert 1 <= len(written) <= 2
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "redict" in prose
    assert re.search(r"ind the (bug|mistake)", prose)
    assert len(re.findall(r"\*Objective: ", prose)) == len(bank) + len(written)
    total = sum(checked.values()) + sum(marks(cell).points for cell in written)
    assert re.search(rf"\b{total} points", notebook.cells[0].source), f"the title should say {total} points"
    assert RULE in notebook.cells[0].source.replace("\n", " ")
    assert len({marks(cell).get("grade_id", cell.id) for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        assert "simply" not in cell.source
        assert "obviously" not in cell.source


@pytest.mark.parametrize("name", NAMES)
def test_what_runs_when_graded_needs_nothing_that_is_hidden_then(name):
    for cell in read("source", name).cells:
        if cell.cell_type == "code" and not is_experiment(cell):
            assert not HIDDEN.search(cell.source)


def run_source(name):
    """Run a notebook with solutions from a fresh kernel."""
    where = {"metadata": {"path": ASSIGNMENTS / "source" / name}}
    # Coalesced: the kernel may send a line in two parts.
    client = NotebookClient(read("source", name), timeout=600, kernel_name="python3", resources=where, coalesce_streams=True)
    return client.execute()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_solutions_run_from_a_fresh_kernel_and_pass(name):
    for cell in run_source(name).cells:
        if cell.cell_type == "code":
            assert not [o for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"], cell.source
        if marks(cell).get("grade") and cell.cell_type == "code":
            assert cell.outputs[0].text == f"{marks(cell).grade_id.removeprefix('check-')}: Right.\n"


def ran(code, scope):
    """Run a cell in this process, where TensorFlow is loaded already, and return what became of it."""
    try:
        exec(code, scope)
    except NotImplementedError:
        return "not written"
    except NotYetRight as told:
        return str(told)
    return "well"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_learners_copy_runs_and_says_what_is_to_be_written(name, capsys):
    scope = {}
    for cell in read("release", name).cells:
        if cell.cell_type == "code" and not is_experiment(cell):
            became = ran(cell.source, scope)
            if marks(cell).get("grade"):
                assert "is not written yet" in became
            else:  # a cell may show what a function does which is not written yet
                assert became == "well" or (became == "not written" and not marks(cell).get("solution"))


def half_filled(notebook, name):
    """Write the first of each three answers; leave another with a line that is no Python, and the rest as it is."""
    answers = [cell for cell in notebook.cells if cell.cell_type == "code" and marks(cell).get("solution")]
    for cell in answers[::3]:
        cell.source = solved(name)[marks(cell).grade_id]
    for cell in answers[1::3]:
        cell.source += "\nreturn (("
    return len(answers[::3])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "half"), [(NAMES[0], False), (NAMES[6], True)])
def test_run_all_runs_to_the_end_though_nothing_or_only_half_is_written(name, half):
    notebook = read("release", name)
    right = half_filled(notebook, name) if half else 0
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute()  # it stops at an error in a cell that has no tag
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    told = [str(cell.outputs) for cell in cells if marks(cell).get("grade")]
    assert sum(": Right." in outputs for outputs in told) == right
    assert all(": Right." in outputs or "is not written yet" in outputs or "NameError" in outputs for outputs in told)
    assert any("NameError" in outputs for outputs in told) == half


def solution_lines(name):
    """Return the lines that only a solution or a marking scheme has: long enough to tell something."""
    release = json.dumps(read("release", name))
    lines = set()
    for cell in read("source", name).cells:
        inside = bool(marks(cell).get("solution")) and cell.cell_type == "markdown"
        for line in cell.source.splitlines():
            if "END SOLUTION" in line or "END MARK SCHEME" in line:
                inside = False
            if inside and len(line.strip()) > 12:
                lines.add(line.strip())
            if "BEGIN SOLUTION" in line or "BEGIN MARK SCHEME" in line:
                inside = True
    assert lines
    return lines, release


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_solution_is_in_what_learners_get(name):
    lines, release = solution_lines(name)
    for line in lines:
        assert json.dumps(line)[1:-1] not in release, f"a solution leaks: {line}"
    notebook = read("release", name)
    assert "BEGIN SOLUTION" not in release
    assert "MARK SCHEME" not in release
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert not cell.get("attachments")
        assert cell.metadata.keys() <= {"nbgrader", "tags", "deletable", "editable"}
    assert notebook.metadata.keys() == {"kernelspec", "language_info"}


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_of_one_set_is_shown_in_another(name):
    lines, _ = solution_lines(name)
    for other in NAMES:
        if other != name:
            release = json.dumps(read("release", other))
            leaked = [line for line in lines if len(line) > 40 and json.dumps(line)[1:-1] in release]
            assert not leaked, f"{other} shows {leaked}"


def test_the_release_folder_has_nothing_else():
    kinds = Counter(path.suffix for path in (ASSIGNMENTS / "release").rglob("*") if path.is_file())
    assert kinds == {".ipynb": len(NAMES)}


def test_the_course_can_be_handed_out_without_solutions(tmp_path):
    files = [
        *(f"notebooks/assignments/{kind}/01_exercises/01_exercises.ipynb" for kind in ("source", "release")),
        "notebooks/source/exercises/01_exercises.py",
        "notebooks/source/01_lesson.py",
        "course_utils/feedback/notebook.py",
        "docs/instructor/README.md",
        "docs/instructor/inventory/questions.toml",
        "notebooks/source/exercises/rubrics.md",
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (command,) = re.findall(
        r"^git archive .*$", (NOTEBOOKS.parent / "docs/instructor/assignments.md").read_text("utf-8"), re.MULTILINE
    )
    commit = "git -c user.name=x -c user.email=x commit -qm x"
    subprocess.run(f"git init -q && git add . && {commit} && {command}", shell=True, cwd=tmp_path, check=True, timeout=60)
    with zipfile.ZipFile(tmp_path / "faces-and-style.zip") as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    assert names == {files[1], files[3], files[4], files[5]}
