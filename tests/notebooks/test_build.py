"""What the build tells of a run, and what it keeps from the learner."""

import os
import time
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from notebooks import build
from notebooks.build import convert, run


@pytest.mark.slow  # a kernel
def test_the_time_of_a_run_is_that_of_the_processors_where_the_clock_would_tell_of_waiting():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import time\ntime.sleep(6)")])
    assert 0.1 < run(notebook) < 6


def test_the_time_of_a_run_is_that_of_the_clock_where_the_system_does_not_tell_that_of_the_processors(monkeypatch):
    class Client:
        def __init__(self, notebook, **options):
            pass

        def execute(self, **options):
            time.sleep(0.1)

    monkeypatch.setattr(build, "NotebookClient", Client)
    monkeypatch.setattr(build.os, "times", lambda: os.times_result((1.0, 1.0, 0.0, 0.0, 1.0)))  # as on Windows
    assert run(nbformat.v4.new_notebook()) >= 0.1


GUARDED_LESSON = """# %%
before = 1

# %% tags=["guard"]
def twice(x):
    return 2 * x
after = twice(before)
assert [twice(x) for x in (before, after)] == [2, 4]

# %%
{last}
"""


@pytest.mark.slow  # a kernel
def test_a_guard_reads_the_names_of_the_cells_before_it(tmp_path: Path):
    source = tmp_path / "lesson.py"
    source.write_text(GUARDED_LESSON.format(last="before + 1"))
    run(convert(source, "", guarded=True))


@pytest.mark.slow  # a kernel
@pytest.mark.parametrize("last", ["after + 1", "twice(before)"])
def test_a_cell_that_needs_a_name_of_a_guard_stops_the_build_for_learners_do_not_have_it(last: str, tmp_path: Path):
    source = tmp_path / "lesson.py"
    source.write_text(GUARDED_LESSON.format(last=last))
    with pytest.raises(CellExecutionError, match="NameError"):
        run(convert(source, "", guarded=True))
