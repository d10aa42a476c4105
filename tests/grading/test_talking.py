"""The process that talks to a kernel ends with the one that asks it, and the kernel with it, in the middle of a cell too."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.processes import is_alive
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
RUNS = """
from course_utils.grading.limits import Limits
from course_utils.grading.sandbox import SealedKernel
with SealedKernel(Limits()) as kernel:
    kernel.run("open({begun!r}, 'w').close()\\nwhile True: pass", seconds=600)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a kernel without walls does not see that its parent has ended")
def test_a_process_that_is_killed_leaves_no_kernel_at_work(tmp_path):
    begun = tmp_path / "begun"
    asks = subprocess.Popen([sys.executable, "-c", RUNS.format(begun=str(begun))], cwd=ROOT)
    try:
        wait_until(begun.exists)
        left = psutil.Process(asks.pid).children(recursive=True)
        assert len(left) >= 2  # the one that talks, and the kernel
    finally:
        asks.kill()
        asks.wait()
    wait_until(lambda: not any(map(is_alive, left)))
