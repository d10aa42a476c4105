"""Every notebook runs from a fresh kernel under nbval, with the network blocked; and this proof can fail."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.lessons import ALL

OFFLINE = Path(__file__).with_name("offline")


def run_nbval(notebook: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one notebook in its own folder: every cell must pass, and the marked cells must print what is saved."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n")  # nbval under its own settings, not those of this test suite
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=600"]
    command += ["-p", "no:cacheprovider", "-q", f"--rootdir={folder}", "-c", str(settings), str(notebook)]
    environment = {**os.environ, "PYTHONPATH": str(OFFLINE), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)


def write(cells: list[nbformat.NotebookNode], path: Path) -> Path:
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("path", ALL[::-1], ids=lambda path: path.stem)  # the long ones first: two processes end together
def test_a_notebook_runs_offline_and_prints_what_is_saved(path: Path, tmp_path: Path):
    run = run_nbval(path, tmp_path)
    assert run.returncode == 0, run.stdout[-5000:]


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=5)",
        "import subprocess, sys\n"
        "look_up = 'import socket; socket.gethostbyname(\"example.org\")'\n"
        "child = subprocess.run([sys.executable, '-c', look_up], capture_output=True, text=True)\n"
        "assert child.returncode == 0, child.stderr",
    ],
    ids=["connection", "look-up", "child process"],
)
def test_a_cell_that_reaches_for_the_network_fails(code: str, tmp_path: Path):
    run = run_nbval(write([new_code_cell(code)], tmp_path / "reaches.ipynb"), tmp_path)
    assert run.returncode == 1
    assert "the network is blocked" in run.stdout


@pytest.mark.slow
def test_a_cell_that_fails_and_a_marked_cell_that_prints_something_else_are_seen(tmp_path: Path):
    saved = new_output("stream", name="stdout", text="2\n")
    marked = {"tags": ["nbval-check-output"]}
    good = write([new_code_cell("print(1 + 1)", outputs=[saved], metadata=marked, execution_count=1)], tmp_path / "good.ipynb")
    other = write(
        [new_code_cell("print(1 + 2)", outputs=[saved], metadata=marked, execution_count=1)], tmp_path / "other.ipynb"
    )
    broken = write([new_code_cell("1 / 0")], tmp_path / "broken.ipynb")
    assert run_nbval(good, tmp_path).returncode == 0
    assert run_nbval(other, tmp_path).returncode == 1
    assert run_nbval(broken, tmp_path).returncode == 1
