"""The commands that mend something, typed in a terminal."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_utils import remedies
from tests.environments import typed

SAY = "import os; print(os.environ.get('A_VARIABLE'))"


def test_a_variable_is_put_and_taken_away(tmp_path: Path):
    assert typed(remedies.put("A_VARIABLE", "two words"), SAY, tmp_path).strip() == "two words"
    assert typed(remedies.unset("A_VARIABLE"), SAY, tmp_path, A_VARIABLE="here").strip() == "None"


@pytest.mark.parametrize("name", ["numpy.py", "two words.py", "keras"])
def test_what_is_moved_aside_is_kept_under_another_name(name: str, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).mkdir() if name == "keras" else (tmp_path / name).write_text("theirs")
    typed(remedies.move_aside(tmp_path / name), "", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"set_aside_{name}"]


def test_a_module_is_run_with_this_python_and_as_python_where_that_is_this_one(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / "python"))
    command = remedies.module("timeit", "-h")
    assert command.startswith(sys.executable)
    typed(command, "", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: str(Path(sys.executable).with_name(name)))
    assert remedies.module("timeit", "-h") == "python -m timeit -h"


def test_a_path_inside_the_folder_one_is_in_is_short(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(remedies.ROOT)
    assert remedies.install().endswith(" -m pip install --require-hashes -r requirements.lock")
    assert remedies.register().endswith(" --editable .")
    monkeypatch.chdir(tmp_path)
    assert remedies.install().endswith(str(remedies.ROOT / "requirements.lock"))
    assert remedies.register().endswith(f" --editable {remedies.ROOT}")


def test_words_with_signs_of_the_windows_terminal_are_quoted(monkeypatch):
    monkeypatch.setattr(remedies, "os", SimpleNamespace(name="nt"))
    words = ("move", "a b", "a&b", "a^b", "a(1)", "50%", "plain.py")
    assert remedies.command(*words) == 'move "a b" "a&b" "a^b" "a(1)" "50%" plain.py'
