"""The configuration of nbgrader for this course, used by its own commands and by `make grade` alike."""

import os
import sys
from pathlib import Path

from traitlets.config import Config


def configure(config: Config, root: Path) -> None:
    """Fill in the settings.

    Args:
        config: nbgrader's.
        root: the folder with source/, release/, submitted/ ...
    """
    # nbgrader calls `alembic` by its bare name; it stands beside this Python.
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    config.CourseDirectory.course_id = "faces-and-style"
    config.CourseDirectory.root = str(root)
    config.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
    config.ClearSolutions.text_stub = "*Write your answer here.*"
