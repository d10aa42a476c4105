"""What the servers of students and of the grader have in common."""

from course_utils.kernels import OURS

c = get_config()  # noqa: F821 - Jupyter defines it
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}  # no login shell, which would forget the course's Python
c.KernelManager.transport_encryption = "auto"  # other users are on this machine
c.LabApp.extra_labextensions_path = [str(OURS / "labextensions")]
c.LabApp.extension_manager = "readonly"
# Nothing is asked of the network.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
c.LanguageServerManager.autodetect = False
