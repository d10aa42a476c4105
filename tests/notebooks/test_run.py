"""Every notebook runs from a fresh kernel under nbval, with the network blocked; and this proof can fail.

Beside what is in the notebook run the guards of its source, which assert what the prose says; and each cell runs once more
right after itself, as learners do it, but for those tagged "long".
"""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from notebooks.build import SOURCES, convert, guards
from tests.notebooks.lessons import ALL, read

OFFLINE = Path(__file__).with_name("offline")
# The first cell of a notebook that is tried: what is run after each cell, and where it is told what failed then.
AGAIN = """
from IPython import get_ipython as _shell
from IPython.utils.capture import capture_output as _captured
_failed_again, _running_again = [], []

def _run_again(ran):
    if ran.success and not _running_again and "# once" not in (code := ran.info.raw_cell):
        _running_again.append(code)
        with _captured():
            error = _shell().run_cell(code).error_in_exec
        if error is not None:
            _failed_again.append((code, repr(error)))
        _running_again.clear()

_shell().events.register("post_run_cell", _run_again)  # once
"""
# Which precision is faster depends on the machine and on how busy it is. What a lesson says holds in float32, which all have.
IN_FLOAT32 = """
from course_utils.style import precision as _precision
_precision.fastest_precision = lambda height, width: "float32"  # once
"""
NONE_FAILED = "# once\nassert not _failed_again, _failed_again"


def run_nbval(notebook: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one notebook in its own folder: every cell must pass, and the marked cells must print what is saved."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n")  # nbval under its own settings, not those of this test suite
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=1800"]
    command += [
        "--nbval-kernel-startup-timeout=300",
        "-p",
        "no:cacheprovider",
        "-q",
        f"--rootdir={folder}",
        "-c",
        str(settings),
        str(notebook),
    ]
    environment = {**os.environ, "PYTHONPATH": str(OFFLINE), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=3600)


def guarded(path: Path) -> list[nbformat.NotebookNode]:
    """Return the cells of a built notebook, with their outputs and the guards of its source, made to run each cell twice."""
    saved = {cell.id: cell for cell in read(path).cells}
    cells = [saved.get(cell.id, cell) for cell in convert(SOURCES / f"{path.stem}.py", "", guarded=True).cells]
    for cell in cells:
        if guards(cell) or "long" in cell.metadata.get("tags", []):
            cell.source += "\n# once"
    paints = any("course_utils.style" in cell.source for cell in cells)
    first = [AGAIN, IN_FLOAT32] if paints else [AGAIN]
    return [*map(new_code_cell, first), *cells, new_code_cell(NONE_FAILED)]


def write(cells: list[nbformat.NotebookNode], path: Path) -> Path:
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("path", ALL[::-1], ids=lambda path: path.stem)  # the long ones first: two processes end together
def test_a_notebook_runs_offline_and_prints_what_is_saved(path: Path, tmp_path: Path):
    run = run_nbval(write(guarded(path), tmp_path / path.name), tmp_path)
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
def test_a_cell_that_runs_only_once_is_seen(tmp_path: Path):
    cells = [new_code_cell(AGAIN), new_code_cell("import os\nos.mkdir('folder')"), new_code_cell(NONE_FAILED)]
    run = run_nbval(write(cells, tmp_path / "once.ipynb"), tmp_path)
    assert run.returncode == 1
    assert "FileExistsError" in run.stdout


@pytest.mark.slow
def test_what_paints_is_tried_in_float32_without_measuring(tmp_path: Path):
    both = "(one.fastest_precision(None, None) for one in (transfer, painter_training))"  # no size: nothing can be measured
    code = f"from course_utils.style import painter_training, transfer\nassert set({both}) == {{'float32'}}"
    assert (
        run_nbval(write([new_code_cell(IN_FLOAT32), new_code_cell(code)], tmp_path / "tried.ipynb"), tmp_path).returncode == 0
    )
    assert run_nbval(write([new_code_cell(code)], tmp_path / "measured.ipynb"), tmp_path).returncode == 1


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
