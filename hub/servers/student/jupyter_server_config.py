"""The server of a student: JupyterLab with the list of assignments, and the lessons in the home folder."""

import shutil
from pathlib import Path

from course_utils.kernels import ROOT

c = get_config()  # noqa: F821 - Jupyter defines it
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
}

lessons = Path.home() / "lessons"
if not lessons.exists():
    shutil.copytree(ROOT / "notebooks", lessons)
