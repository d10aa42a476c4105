"""Build the notebooks from their text sources: convert, run from a fresh kernel, write.

`python notebooks/build.py` builds all of them; `python notebooks/build.py 01_distance_and_threshold` one.
"""

import itertools
import math
import os
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from course_utils.data.files import written_whole
from course_utils.feedback.progress import NAMED_BY

NOTEBOOKS = Path(__file__).resolve().parent
SOURCES = NOTEBOOKS / "source"
RUN_TIME = "RUN_TIME"  # stands in a source where the notebook gives the time that its own run took
# What a kernel says of itself, but for the version: a notebook then does not count as changed as soon as it is opened.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
GUARD = "guard"  # tags a cell that asserts what the prose says: it runs in builds and tests, and is in no notebook
GUARDED = "def _guard():\n{code}\n\n_guard()"  # no other cell may use a name of a guard: learners do not have it
WIDGET = "application/vnd.jupyter.widget-view+json"


def guards(cell: NotebookNode) -> bool:
    """Return whether a cell of a source asserts what the prose says, and is nothing for the learner."""
    return GUARD in cell.metadata.get("tags", [])


def convert(source: Path, run_time: str, guarded: bool = False) -> NotebookNode:
    """Return the notebook that a text source describes, not yet run.

    The same source gives the same notebook, cell ids too.

    Args:
        source: a jupytext py:percent file.
        run_time: the words to put where the source says RUN_TIME.
        guarded: with the cells that assert what the prose says.
    """
    notebook = jupytext.read(source, fmt="py:percent")
    numbers, guard_numbers = itertools.count(), itertools.count()
    for cell in notebook.cells:
        if guards(cell):
            cell.id, cell.source = f"guard-{next(guard_numbers):03d}", GUARDED.format(code=textwrap.indent(cell.source, "    "))
        else:
            cell.id = f"cell-{next(numbers):03d}"
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(RUN_TIME, run_time)
    notebook.cells = [cell for cell in notebook.cells if guarded or not guards(cell)]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": LANGUAGE,
        "course": {"run_time": run_time},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def run(notebook: NotebookNode) -> float:
    """Run a notebook in place from a fresh kernel and return the seconds it took.

    On a machine that is busy with other things these are the seconds of its processors, where the system tells them: the clock
    would tell of the others.

    Raises:
        CellExecutionError: a cell failed.
    """
    start, processors = time.perf_counter(), _of_processors()
    # What the kernel process itself says is not the notebook's; and what whoever builds it has done in the exercises neither.
    with Path(os.devnull).open("w") as nowhere, tempfile.TemporaryDirectory() as nobodys:
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": NOTEBOOKS}},
            record_timing=False,
            coalesce_streams=True,
        )
        environment = os.environ | {NAMED_BY: str(Path(nobodys) / "progress.json")}
        client.execute(stdout=nowhere, stderr=nowhere, env=environment)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if seen_without_a_kernel(output)]
    notebook.metadata.pop("widgets", None)
    of_clock = time.perf_counter() - start
    return min(of_clock, (_of_processors() - processors) or of_clock)


def _of_processors() -> float:
    """Return the processor seconds of all kernels that have ended; on Windows, which does not tell them, 0."""
    times = os.times()
    return times.children_user + times.children_system


def seen_without_a_kernel(output: NotebookNode) -> bool:
    """Take the widget out of an output, and return whether something is left to see.

    A saved widget is an error message until its cell runs again: the static figure in the same output is what readers see.
    """
    data = output.get("data", {})
    return data.pop(WIDGET, None) is None or bool(data.keys() - {"text/plain"})


def in_words(seconds: float) -> str:
    """Round a time up to 5 seconds, so that a slightly slower run says the same."""
    return f"about {5 * math.ceil(seconds / 5)} seconds"


def build(source: Path) -> Path:
    """Build one notebook; the old one stays until the new one is whole. Return its path."""
    notebook = convert(source, run_time="", guarded=True)
    run_time = in_words(run(notebook))
    outputs = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}
    notebook = convert(source, run_time)
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.outputs, cell.execution_count = outputs[cell.id].outputs, count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    nbformat.validate(notebook)
    target = NOTEBOOKS / f"{source.stem}.ipynb"
    with written_whole(target) as file:
        file.write(f"{nbformat.writes(notebook)}\n".encode())
    return target


def main(names: list[str]) -> None:
    """Build the named notebooks, or all of them."""
    sources = [SOURCES / f"{name}.py" for name in names] or sorted(SOURCES.glob("[0-9]*.py"))
    for source in sources:
        target = build(source)
        print(f"{target.name}: {nbformat.read(target, 4).metadata.course.run_time}, {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
