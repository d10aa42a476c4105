"""The server in which the lecturers grade: JupyterLab with the formgrader."""

c = get_config()  # noqa: F821 - Jupyter defines it
c.ServerApp.jpserver_extensions = {"nbgrader.server_extensions.course_list": False}
# JupyterLab shows the formgrader in a frame, which JupyterHub forbids by itself: the panel would be blank.
c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}
