"""The command line as a whole: all its commands are named, and nothing ends it with a traceback."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import __main__ as main
from course_utils.commands import app

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str, code: str | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line, or what `code` makes of it."""
    return subprocess.run(
        [sys.executable, *(["-m", "course_utils"] if code is None else ["-c", code]), *arguments],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"} | environment,
        capture_output=True,
        timeout=120,
    )


def main_with(command: str) -> str:
    """Return code that runs the command line with a command of another making in the doctor's place."""
    return (
        "import sys; sys.argv[1:] = ['doctor']\n"
        "from course_utils import __main__ as main, commands\n"
        f"def doctor():\n    {command}\n"
        "commands.app.registered_commands[0].callback = doctor\n"
        "main.main()"
    )


def test_the_docstring_names_all_commands():
    named = re.findall(r"`([\w-]+)`", main.__doc__.replace("`python -m course_utils`", ""))
    assert named == [command.callback.__name__.replace("_", "-") for command in app.registered_commands]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_sign_that_the_encoding_lacks_is_written_all_the_same(encoding: str, stream: str):
    command = f"print('\\u0141ukasz \\u2713 \\udcff', file=sys.{stream})"
    process = run(code=main_with(command), PYTHONIOENCODING=encoding)
    assert process.returncode == 0, process.stderr
    written = getattr(process, stream)
    if encoding == "utf-8":
        assert written == "\u0141ukasz \u2713 ".encode() + b"\\udcff\n"
    else:
        assert written == b"\\u0141ukasz \\u2713 \\udcff\n"


def test_a_table_of_rich_is_written_in_ascii():
    command = (
        "from rich.console import Console; from rich.table import Table; "
        "t = Table('student'); t.add_row('\\u0141ukasz'); Console().print(t)"
    )
    process = run(code=main_with(command), PYTHONIOENCODING="ascii")
    assert process.returncode == 0, process.stderr
    assert b"\\u0141ukasz" in process.stdout


@pytest.mark.parametrize(
    "error",
    [
        "OSError(28, 'No space left on device', '/course/data')",
        "OSError(30, 'Read-only file system', '/course/data')",
        "PermissionError(13, 'Permission denied', '/course/data')",
    ],
)
def test_what_the_machine_refuses_is_told_in_a_sentence(error: str):
    process = run(code=main_with(f"raise {error}"))
    assert process.returncode == 1
    (line,) = process.stderr.decode().splitlines()
    assert line.startswith("/course/data: ")
    assert error.split("'")[1] in line


def test_an_error_of_ours_keeps_its_traceback():
    assert b"Traceback" in run(code=main_with("raise ValueError")).stderr


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A copy of the course in which nothing can be made in the folders that lab and practice write to."""
    copy = tmp_path / "course"
    shutil.copytree(ROOT / "course_utils", copy / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    for kind in ("source", "release"):
        folder = Path("notebooks/assignments") / kind / "01_exercises"
        shutil.copytree(ROOT / folder, copy / folder)
    (copy / "notebooks/00_start_here.ipynb").write_text("{}")
    (copy / "data").mkdir()
    (copy / "course_utils/data/manifest.toml").write_text("")
    (copy / "data/cache").write_text("a file in the place of the folder")
    (copy / "notebooks/assignments/downloaded").write_text("here too")
    return copy


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "course_utils", *command], cwd=folder, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", [["lab"], ["practice", "01_exercises"]], ids=" ".join)
def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(command: list[str], frozen: Path):
    process = run_in(frozen, *command)
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert line.startswith(str(frozen))
    assert "get the right to write there" in line


@pytest.mark.slow
def test_the_lab_does_not_open_where_the_notebooks_would_run_another_copy_of_the_course(frozen: Path):
    (frozen / "data/cache").unlink()
    process = run_in(frozen, "lab")
    assert process.returncode == 1
    assert process.stdout == ""
    (line,) = process.stderr.splitlines()
    assert line.startswith(f"The notebooks take course_utils from {ROOT / 'course_utils/__init__.py'}, not from {frozen}")
    assert line.endswith("-m pip install --no-deps --no-build-isolation --editable .")
    (frozen / "notebooks/00_start_here.ipynb").unlink()
    assert "get the whole folder of the course" in run_in(frozen, "lab").stderr


# No file of any size can be written, as on a full disk.
FULL = (
    "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
    "sys.argv = ['course_utils', *sys.argv[1:]]; runpy.run_module('course_utils', run_name='__main__')"
)

if os.name == "posix":

    @pytest.mark.slow
    @pytest.mark.parametrize("command", [["lab"], ["practice", "01_exercises"]], ids=" ".join)
    def test_a_full_disk_is_told_in_a_sentence(command: list[str], frozen: Path):
        (frozen / "data/cache").unlink()
        (frozen / "notebooks/assignments/downloaded").unlink()
        process = subprocess.run(
            [sys.executable, "-B", "-c", FULL, *command], cwd=frozen, capture_output=True, text=True, timeout=120
        )
        assert process.returncode == 1
        (line,) = process.stderr.splitlines()
        assert line.startswith((str(frozen), "File too large"))
        assert "Make room there" in line
        assert list(frozen.rglob("*practice-*")) == []


@pytest.mark.slow
def test_the_package_alone_makes_no_folder_beside_itself(frozen: Path, tmp_path: Path):
    shutil.rmtree(frozen / "data")
    shutil.rmtree(frozen / "notebooks")
    assert "get the whole folder of the course" in run_in(frozen, "lab").stderr
    process = subprocess.run(
        [sys.executable, "-c", "import course_utils.backend"],
        cwd=frozen,
        env=os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        capture_output=True,
        timeout=120,
    )
    assert process.returncode == 0, process.stderr
    assert [path.name for path in frozen.iterdir()] == ["course_utils"]
    assert (tmp_path / ".cache/faces-and-style/keras").is_dir()


@pytest.mark.parametrize(
    ("content", "blamed"),
    [("theirs = 1", False), ("def f():\n    raise ImportError\nf()", True), ("1 +", True)],
    ids=["harmless", "raises", "no Python"],
)
def test_only_a_file_that_was_run_is_to_be_moved_aside(content: str, blamed: bool, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "this.py").write_text(content)  # a name of Python's that nothing imports
    error: Exception = ImportError("something else")
    if blamed:
        with pytest.raises((ImportError, SyntaxError)) as raised:
            importlib.import_module("this")
        error = raised.value
    remedy = main._remedy(error)
    assert ("set_aside_this.py" in remedy) is blamed
