"""Tests of hub/jupyterhub_config.py, run as JupyterHub runs it: what follows from the settings."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from docs.hub_load import MEASURED
from tests.hub.test_settings import HTTPS, LTI, TEXT

CONFIG = Path(__file__).resolve().parents[2] / "hub" / "jupyterhub_config.py"


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Return what JupyterHub is told for a text of settings, with two students."""
    (tmp_path / "roster.csv").write_text("student_id\nanna\nbert\n")
    monkeypatch.setenv("HUB_SETTINGS", str(tmp_path / "settings.toml"))

    def configured(text):
        (tmp_path / "settings.toml").write_text(text)
        config = Config()
        exec(compile(CONFIG.read_text("utf-8"), CONFIG, "exec"), {"get_config": lambda: config, "__name__": "config"})
        return config

    return configured


def test_passwords_are_the_systems_and_only_the_class_is_let_in(configured):
    config = configured(TEXT)
    assert config.JupyterHub.authenticator_class == "pam"
    assert config.Authenticator.allowed_users == {"lecturer", "anna", "bert"}
    assert config.Authenticator.allow_existing_users is False  # of an earlier roster
    assert "allow_all" not in config.Authenticator
    assert "admin_users" not in config.Authenticator


def test_a_learning_platform_takes_the_place_of_passwords(configured):
    config = configured(LTI)
    assert config.JupyterHub.authenticator_class == "ltiauthenticator.lti13.auth.LTI13Authenticator"
    told = config.LTI13Authenticator
    assert told.client_id == {"AbCdEf123456"}
    assert told.issuer == "https://moodle.example.org"
    assert told.username_key == "custom_username"


def test_only_lecturers_get_to_the_server_of_the_grader(configured):
    config = configured(TEXT)
    for name, page in {"lecturer": "/hub/spawn/grader", "anna": ""}.items():
        handler = SimpleNamespace(hub=SimpleNamespace(base_url="/hub/"), current_user=SimpleNamespace(name=name))
        assert config.JupyterHub.default_url(handler) == page
    handler.current_user = None
    assert config.JupyterHub.default_url(handler) == ""
    (role,) = [role for role in config.JupyterHub.load_roles if any("access:" in scope for scope in role["scopes"])]
    assert role == {
        "name": "lecturer",
        "users": ["lecturer"],
        "scopes": ["servers!user=grader", "access:servers!user=grader"],
    }


def test_each_kind_of_server_has_settings_of_its_own_before_those_of_all(configured):
    settings = configured(TEXT).Spawner.environment["JUPYTER_CONFIG_PATH"]
    for name, kinds in {"anna": ["student", "learner"], "lecturer": ["student", "learner"], "grader": ["grader"]}.items():
        folders = settings(SimpleNamespace(user=SimpleNamespace(name=name))).split(":")
        assert [Path(folder).name for folder in folders] == [*kinds, "everybody"]
        assert all((CONFIG.parent / "servers" / Path(folder).name).is_dir() for folder in folders)


def test_servers_get_nothing_that_the_hub_itself_runs_with(configured):
    """With the hub's PYTHONPATH, students would import from where the solutions are."""
    assert set(configured(TEXT).Spawner.env_keep) <= {"LANG", "LC_ALL", "TZ"}


def test_all_but_the_address_listens_to_this_machine_alone(configured):
    config = configured(HTTPS)
    assert config.JupyterHub.bind_url == "https://:443"  # whatever this machine takes its name for
    assert configured(TEXT).JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert (config.JupyterHub.ssl_cert, config.JupyterHub.ssl_key) == ("/etc/ssl/certs/hub.pem", "/etc/ssl/private/hub.pem")
    assert config.JupyterHub.hub_bind_url == "http://127.0.0.1:444"
    assert config.ConfigurableHTTPProxy.api_url == "http://127.0.0.1:445"


@pytest.mark.parametrize("systemd", [True, False])
def test_limits_hold_where_systemd_runs(configured, monkeypatch, systemd):
    real = Path.is_dir
    monkeypatch.setattr(Path, "is_dir", lambda path: systemd if str(path) == "/run/systemd/system" else real(path))
    config = configured(TEXT)
    assert ("systemd" in config.JupyterHub.spawner_class) == systemd
    if systemd:
        assert (config.SystemdSpawner.mem_limit, config.SystemdSpawner.cpu_limit) == ("4G", 2.0)


def test_a_server_has_longer_to_start_than_the_slowest_of_many_at_once_took(configured):
    waves = json.loads(MEASURED.read_text("utf-8"))["parts"]["lesson 01"]["waves"]
    assert configured(TEXT).Spawner.http_timeout > max(wave["steps"]["server"]["worst"] for wave in waves)


def test_idle_servers_of_students_are_stopped_and_a_grading_goes_on(configured):
    config = configured(TEXT)
    (service,) = config.JupyterHub.services
    assert "--timeout=3600" in service["command"]
    (role,) = [role for role in config.JupyterHub.load_roles if role.get("services") == ["idle-culler"]]
    assert all(scope.endswith("!group=students") for scope in role["scopes"])
    assert config.JupyterHub.load_groups["students"]["users"] == ["anna", "bert"]
