"""CONTRIBUTING.md and README.md are true: their paths exist, the map and the table are those of the code, the example works."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "course_utils"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MADE_HERE = (".venv", "data/cache")  # not in a fresh checkout


def section(title: str) -> str:
    """Return the text of a section of CONTRIBUTING."""
    _, _, rest = CONTRIBUTING.partition(f"## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


# ---- Paths ----


def paths(text: str) -> set[str]:
    """Return what a text names as a path: in its code, at the beginning of an indented line, and as the target of a link."""
    code = "\n".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^ {4}(\S+)", text, re.MULTILINE)])
    with_folder, alone = r"\.?[\w*-]+(?:/[\w*.-]+)+/?", r"[\w-]+\.(?:py|md|toml|yml|lock|json|cff)\b"
    found = re.findall(rf"(?<![\w/.-])(?:{with_folder}|{alone})", code)
    return {*found, *re.findall(r"\]\(([^)#:]+)\)", text)}


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "README.md"])
def test_every_path_that_is_named_exists(document: str):
    named = {path for path in paths((ROOT / document).read_text(encoding="utf-8")) if not path.startswith(MADE_HERE)}
    assert len(named) > 10
    for path in named - set(re.findall(r"In `(\S+)`, which is new", CONTRIBUTING)):
        pattern = re.sub("NAME|NN_name", "*", path).replace("NN", "[0-9][0-9]").rstrip("/")
        assert any(ROOT.glob(pattern)), f"{document} names {path}, which does not exist"


def test_a_path_that_does_not_exist_would_be_found():
    assert paths("see `make x`, `tests/nowhere.py` and [this](docs/none.md), `.ci/run`\n\n    old/room/   what it was\n") == {
        "tests/nowhere.py",
        "docs/none.md",
        ".ci/run",
        "old/room/",
    }


# ---- The map, and the table of lessons ----


def modules(folder: Path) -> set[str]:
    """Return the modules and the folders with modules that a folder has."""
    folders = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    return folders | {path.stem for path in folder.glob("*.py") if not path.name.startswith("__")}


def test_the_map_names_every_module_of_the_package_in_its_room():
    listed_in = re.findall(r"^- `(course_utils[\w/]*)/`\n((?:  - .*\n)+)", section("Where things are"), re.MULTILINE)
    rooms = {room: set(re.findall(r"`([\w/]+)`", listed)) for room, listed in listed_in}
    floors = [room for room in rooms if room.count("/") == 1]
    at_home = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {room.removeprefix("course_utils/") for room in floors} == at_home
    for room, listed in rooms.items():
        if room != "course_utils":
            assert listed == modules(ROOT / room), room
    assert rooms["course_utils"] == {name for name in modules(PACKAGE) if not name.endswith("/")}


def imported(source: Path) -> set[str]:
    """Return the modules of the package that a text source imports, without the package's name."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils"):
            place = ROOT / node.module.replace(".", "/")
            inside = {alias.name for alias in node.names if alias.name in {one.rstrip("/") for one in modules(place)}}
            found |= {f"{node.module}.{alias.name}" if alias.name in inside else node.module for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("course_utils")}
    return {name.removeprefix("course_utils.") for name in found}


def test_the_table_tells_what_each_lesson_imports():
    rows = re.findall(r"^\| (\d\d) \| (.*) \|$", section("Which lesson uses what"), re.MULTILINE)
    told = {number: {*re.findall(r"`([\w.]+)`", names), "plots"} for number, names in rows}
    sources = sorted((ROOT / "notebooks/source").glob("[0-9]*.py"))
    assert told == {source.name[:2]: imported(source) for source in sources}


def test_what_is_told_of_the_benchmark_of_grading_is_its_default_and_its_record():
    source = (ROOT / "tests/benchmarks/test_grading_speed.py").read_text("utf-8")
    number, default_set = (re.search(rf'"GRADING_BENCH_{name}", "(\w+)"', source)[1] for name in ("STUDENTS", "SET"))
    assert number == "100"
    assert f"`make bench-grading` measures a hundred submissions of set {default_set[:2]};" in CONTRIBUTING
    (taken,) = json.loads((ROOT / "docs/results/grading.json").read_text("utf-8"))["parts"].values()
    assert f"is of {taken['submissions']} submissions of set {taken['set'][:2]}." in CONTRIBUTING


# ---- The worked examples ----


def edits(title: str) -> list[tuple[str, str, str, str]]:
    """Return what an example says: (file, "above", "below", "at the end" or "new", how a line begins, the code to put)."""
    step = r"In `([^`]+)`, (?:which is )?(above|below|at the end|new)(?: `([^`]+)`)?:\n\n   ```python\n(.*?)\n   ```"
    found = re.findall(step, section(title), re.DOTALL)
    return [(file, where, line, re.sub(r"^ {3}", "", code, flags=re.MULTILINE)) for file, where, line, code in found]


def edited(text: str, where: str, line: str, code: str) -> str:
    """Return a text with code put above or below the one line that begins so, or at the end."""
    if where in ("at the end", "new"):
        return f"{text}\n\n{code}\n" if text else f"{code}\n"
    (found,) = re.finditer(f"^{re.escape(line)}", text, re.MULTILINE)
    if where == "above":
        return f"{text[: found.start()]}{code}\n\n\n{text[found.start() :]}"
    end = text.index("\n", found.end()) + 1
    return f"{text[:end]}{code}\n{text[end:]}"


def follow(title: str, root: Path, *folders: str) -> int:
    """Do what an example says in a copy of these folders; return how many steps it has."""
    for folder in folders:
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py", "tests/waiting.py", "tests/processes.py"):
        (root / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, root / file)
    steps = edits(title)
    for file, where, line, code in steps:
        path = root / file
        before = "" if where == "new" else path.read_text(encoding="utf-8")
        path.write_text(edited(before, where, line, code), encoding="utf-8")
    for command in (("check", "."), ("format", "--check", ".")):
        linted = run(root, "-m", "ruff", *command)
        assert linted.returncode == 0, linted.stdout
    return len(steps)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, encoding="utf-8", timeout=3600
    )


def passed(done: subprocess.CompletedProcess[str]) -> int:
    """Return how many tests passed, if all did."""
    assert done.returncode == 0, done.stdout
    return int(re.search(r"(\d+) passed", done.stdout)[1])


@pytest.mark.slow
def test_a_loss_that_is_added_as_the_example_says_is_tested_and_trains(tmp_path: Path):
    assert follow("How to add a loss", tmp_path, "course_utils", "tests/faces", "data") == 8
    tests = ("tests/faces/test_losses.py", "tests/faces/test_training.py")
    assert passed(run(tmp_path, "-m", "pytest", "-q", *tests, "-k", "easy_positive")) > 50


@pytest.mark.slow
def test_an_exercise_that_is_added_as_the_example_says_is_one_file_and_one_line_and_is_tested(tmp_path: Path):
    rooms = ("course_utils", "notebooks/source", "notebooks/assignments", "tests/feedback")
    assert follow("How to change an exercise, or add one", tmp_path, *rooms) == 2
    for file in ("build.py", "exercises.py", "markers.py"):
        shutil.copy(ROOT / "notebooks" / file, tmp_path / "notebooks" / file)
    built = run(tmp_path, "notebooks/exercises.py", "01_exercises")
    assert built.returncode == 0, built.stderr
    names = {"release": "raise NotImplementedError()", "source": "return np.abs(a - b).sum(axis=1)"}
    for kind, body in names.items():
        cells = nbformat.read(tmp_path / f"notebooks/assignments/{kind}/01_exercises/01_exercises.ipynb", 4).cells
        (at,) = [index for index, cell in enumerate(cells) if cell.source.startswith("def city_block(a, b):")]
        question, answer, check = cells[at - 1 : at + 2]
        assert "City block (1\N{NO-BREAK SPACE}point)" in question.source
        assert "*Objective: measure how far apart two pictures are, street by street.*" in question.source
        assert body in answer.source
        assert check.source == 'check("city_block", city_block)'
        assert check.metadata.nbgrader.points == 1
    assert passed(run(tmp_path, "-m", "pytest", "-q", "tests/feedback/test_checking.py", "-k", "city_block")) > 12
    tried = run(tmp_path, "-c", TRY_IT)
    assert tried.stdout.splitlines() == [
        "Right.",
        "You square the differences. How long is the way along two streets of 2 and 3?",
    ]


TRY_IT = """
from course_utils.feedback.bank import find
from course_utils.feedback.checking import judge
print(judge(find("city_block"), lambda a, b: abs(a - b).sum(axis=-1)).message)
print(judge(find("city_block"), lambda a, b: ((a - b) ** 2).sum(axis=-1)).message)
"""
