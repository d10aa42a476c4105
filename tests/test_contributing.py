"""CONTRIBUTING.md and README.md are true: their paths exist, the map and the table are those of the code, the example works."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

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
    for path in named:
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
    lines = [line for line in section("Where things are").splitlines() if line.startswith("    course_utils/")]
    rooms = {}
    for line in lines:
        room, listed = line.strip().split(maxsplit=1)
        rooms[room.rstrip("/")] = set(re.findall(r"[\w/]+", re.sub(r"\(.*?\)", "", listed)))
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
            inside = (ROOT / node.module.replace(".", "/")).is_dir()
            found |= {f"{node.module}.{alias.name}" if inside else node.module for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("course_utils")}
    return {name.removeprefix("course_utils.") for name in found}


def test_the_table_tells_what_each_lesson_imports():
    rows = re.findall(r"^\| (\d\d) \| (.*) \|$", section("Which lesson uses what"), re.MULTILINE)
    told = {number: {*re.findall(r"`([\w.]+)`", names), "plots"} for number, names in rows}
    sources = sorted((ROOT / "notebooks/source").glob("[0-9]*.py"))
    assert told == {source.name[:2]: imported(source) for source in sources}


# ---- The worked example of a loss ----


def edits() -> list[tuple[str, str, str, str]]:
    """Return what the example says: (file, "above", "below" or "at the end", how a line begins, the code to put there)."""
    step = r"In `([^`]+)`, (above|below|at the end)(?: `([^`]+)`)?:\n\n   ```python\n(.*?)\n   ```"
    found = re.findall(step, section("How to add a loss"), re.DOTALL)
    return [(file, where, line, re.sub(r"^ {3}", "", code, flags=re.MULTILINE)) for file, where, line, code in found]


def edited(text: str, where: str, line: str, code: str) -> str:
    """Return a text with code put above or below the one line that begins so, or at the end."""
    if where == "at the end":
        return f"{text}\n\n{code}\n"
    (found,) = re.finditer(f"^{re.escape(line)}", text, re.MULTILINE)
    if where == "above":
        return f"{text[: found.start()]}{code}\n\n\n{text[found.start() :]}"
    end = text.index("\n", found.end()) + 1
    return f"{text[:end]}{code}\n{text[end:]}"


@pytest.mark.slow
def test_a_loss_that_is_added_as_the_example_says_is_tested_and_trains(tmp_path: Path):
    for folder in ("course_utils", "tests/faces", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    steps = edits()
    assert len(steps) == 8
    for file, where, line, code in steps:
        path = tmp_path / file
        path.write_text(edited(path.read_text(encoding="utf-8"), where, line, code), encoding="utf-8")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        python = [sys.executable, "-m", *command]
        return subprocess.run(python, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=600)

    for command in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        linted = run(*command)
        assert linted.returncode == 0, linted.stdout
    tested = run("pytest", "-q", "tests/faces/test_losses.py", "tests/faces/test_training.py", "-k", "easy_positive")
    assert tested.returncode == 0, tested.stdout
    assert int(re.search(r"(\d+) passed", tested.stdout)[1]) > 50
