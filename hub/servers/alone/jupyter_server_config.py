"""A server in a container of its own: JupyterLab; work is handed in by a command, or on a learning platform."""

c = get_config()  # noqa: F821 - Jupyter defines it
c.ServerApp.jpserver_extensions = {
    f"nbgrader.server_extensions.{name}": False
    for name in ("formgrader", "validate_assignment", "assignment_list", "course_list")
}
