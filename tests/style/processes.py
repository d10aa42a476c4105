"""The command line in a process of its own, which can be interrupted."""

import os
import subprocess
import sys
from pathlib import Path


def start_command(folder, *arguments):
    """Start `python -m course_utils` with these arguments in a folder."""
    # A shell that starts the tests in the background makes them deaf to Ctrl-C, and that is passed on; here it is heard again.
    listen = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", listen + "runpy.run_module('course_utils', run_name='__main__', alter_sys=True)"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    return subprocess.Popen(
        [*command, *map(str, arguments)], cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
