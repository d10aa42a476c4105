"""JupyterHub's settings, which follow from hub/settings.toml: JupyterHub runs this file."""

import os
from pathlib import Path
from typing import Any

from hub.accounts import students
from hub.settings import read_settings

c = get_config()  # noqa: F821 - JupyterHub defines it
settings = read_settings(Path(os.environ["HUB_SETTINGS"]))
prefix, grader, lecturers = settings.prefix, settings.grader, set(settings.lecturers)
programs, state = prefix / "env" / "bin", prefix / "state"

# ---- Where it listens ----

# With https on all networks of this machine, whatever it calls itself; without, on this machine alone.
c.JupyterHub.bind_url = f"https://:{settings.port}" if settings.certificate else f"http://127.0.0.1:{settings.port}"
if settings.certificate:
    c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = str(settings.certificate), str(settings.key)
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings.port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.port + 2}"
c.ConfigurableHTTPProxy.command = [
    "node",
    str(prefix / "proxy" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"),
]
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.template_vars = {"announcement_login": settings.name}

# ---- Who logs in ----

c.Authenticator.allowed_users = {*lecturers, *students(settings)}
c.Authenticator.allow_existing_users = False  # whoever is taken out of the settings or the roster is out
if settings.lti:
    c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
    c.LTI13Authenticator.update(dict(settings.lti) | {"client_id": {settings.lti["client_id"]}})
else:
    c.JupyterHub.authenticator_class = "pam"
    c.PAMAuthenticator.open_sessions = False

# ---- Lecturers grade in one server, that of an account to which nobody logs in ----

c.JupyterHub.load_groups = {"graders": {"users": [grader]}, "students": {"users": list(students(settings))}}
STOPPING = ("list:users", "read:users:activity", "read:servers", "delete:servers")
c.JupyterHub.load_roles = [
    # By their names: a group would keep whoever is taken out of the settings.
    {"name": "lecturer", "users": sorted(lecturers), "scopes": [f"servers!user={grader}", f"access:servers!user={grader}"]},
    # The grader's server is not stopped: a grading may go on in it while nobody looks.
    {"name": "idle-culler", "services": ["idle-culler"], "scopes": [f"{scope}!group=students" for scope in STOPPING]},
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [str(programs / "python"), "-m", "jupyterhub_idle_culler", f"--timeout={60 * settings.idle_minutes}"],
    }
]


def first_page(handler: Any) -> str:
    """Return where one gets after logging in: a student to a server of one's own, a lecturer to that of the grader."""
    user = handler.current_user
    return f"{handler.hub.base_url}spawn/{grader}" if user and user.name in lecturers else ""


c.JupyterHub.default_url = first_page

# ---- Their servers ----


def settings_of_server(spawner: Any) -> str:
    """Return the folders of settings for a server: those of its kind go before those of all."""
    kinds = ("grader",) if spawner.user.name == grader else ("student", "learner")
    return os.pathsep.join(str(prefix / "servers" / name) for name in (*kinds, "everybody"))


c.Spawner.cmd = [str(programs / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = 180  # seconds until a server has to answer; JupyterHub gives it 30, too few where many come at once
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ"]  # nothing of what the hub itself runs with
c.Spawner.environment = {
    "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
    "COURSE_EXCHANGE": str(prefix / "exchange"),
    "JUPYTER_CONFIG_PATH": settings_of_server,
    "JUPYTER_PREFER_ENV_PATH": "1",
    "MATPLOTLIBRC": str(prefix / "course" / "course_utils" / "jupyter" / "matplotlibrc"),
    "KERAS_BACKEND": "tensorflow",
}
if Path("/run/systemd/system").is_dir():
    c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
    c.SystemdSpawner.mem_limit = settings.memory
    c.SystemdSpawner.cpu_limit = float(settings.processors)
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.disable_user_sudo = True
else:
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
