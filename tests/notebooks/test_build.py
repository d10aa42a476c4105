"""What the build tells of a run."""

import nbformat
import pytest

from notebooks.build import run


@pytest.mark.slow  # a kernel
def test_the_time_of_a_run_is_that_of_the_processors_where_the_clock_would_tell_of_waiting():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import time\ntime.sleep(6)")])
    assert 0.1 < run(notebook) < 6
