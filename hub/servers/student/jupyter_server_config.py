"""The server of a student: JupyterLab with the list of assignments."""

c = get_config()  # noqa: F821 - Jupyter defines it
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
}
