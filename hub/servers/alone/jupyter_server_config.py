"""A server in a container of its own: JupyterLab and the lessons; work is handed in through a learning platform."""

import shutil
from pathlib import Path

from course_utils.kernels import ROOT

c = get_config()  # noqa: F821 - Jupyter defines it
c.ServerApp.jpserver_extensions = {
    f"nbgrader.server_extensions.{name}": False
    for name in ("formgrader", "validate_assignment", "assignment_list", "course_list")
}

lessons = Path.home() / "lessons"
if not lessons.exists():
    shutil.copytree(ROOT / "notebooks", lessons)
