"""Tests of hub/values.yaml, hand_in.yaml and Dockerfile: as far as they can be held against the rest without a cluster."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from course_utils import handing_in
from course_utils.commands import app
from hub import service
from hub.settings import read_settings
from tests.hub.test_installing import pinned
from tests.hub.test_settings import LTI, SETTINGS, read

HUB = SETTINGS.parent
VALUES = yaml.safe_load((HUB / "values.yaml").read_text("utf-8"))
HAND_IN = {one["kind"]: one for one in yaml.safe_load_all((HUB / "hand_in.yaml").read_text("utf-8"))}
POD = HAND_IN["Deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]
DOCKERFILE = (HUB / "Dockerfile").read_text("utf-8")


def test_the_cluster_gives_what_the_server_gives():
    settings = read_settings(SETTINGS)
    user = VALUES["singleuser"]
    assert user["memory"]["limit"] == settings.memory
    assert user["cpu"]["limit"] == settings.processors
    assert VALUES["cull"] == {"enabled": True, "timeout": 60 * settings.idle_minutes}


def test_nobody_gets_in_without_the_learning_platform(tmp_path):
    config = VALUES["hub"]["config"]
    assert config["JupyterHub"]["authenticator_class"] == "ltiauthenticator.lti13.auth.LTI13Authenticator"
    told = config["LTI13Authenticator"]
    assert told | {"client_id": told["client_id"][0]} == read(tmp_path, LTI).lti
    assert VALUES["proxy"]["https"]["enabled"] is True


def test_the_version_of_the_hub_is_that_of_the_lock():
    version = pinned(HUB / "requirements.lock")["jupyterhub"]
    assert f"have {version}." in (HUB / "values.yaml").read_text("utf-8")


def test_the_image_is_made_of_both_locks_with_hashes():
    assert re.search(r"pip install .*--require-hashes .*-r course\.lock -r hub\.lock", DOCKERFILE)


@pytest.mark.parametrize("source", re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE))
def test_what_the_image_copies_is_there_and_holds_no_solution(source: str):
    found = list(HUB.parent.glob(source))
    assert found
    solutions = HUB.parent / "notebooks" / "assignments"
    assert not any(path.is_relative_to(solutions) or solutions.is_relative_to(path) for path in found)


def test_the_settings_of_its_servers_are_there():
    (folders,) = re.findall(r"JUPYTER_CONFIG_PATH=(\S+)", DOCKERFILE)
    for folder in folders.split(":"):
        assert (HUB / "servers" / Path(folder).name).is_dir()


# ---- The service that takes what is handed in ----


def test_a_students_server_gets_the_scope_that_the_service_asks_for():
    """The hub gives a token no scope that its user has not, and knows none of a service that it does not know."""
    (scope,) = service.SCOPES
    assert scope in VALUES["hub"]["config"]["Spawner"]["server_token_scopes"]
    assert VALUES["hub"]["loadRoles"]["user"]["scopes"] == ["self", scope]
    assert list(VALUES["hub"]["services"]) == [scope.partition("=")[2]]


def test_a_students_server_finds_the_service():
    address = urlsplit(VALUES["singleuser"]["extraEnv"][handing_in.SERVICE])
    found = HAND_IN["Service"]
    (port,) = found["spec"]["ports"]
    assert (address.hostname, address.port) == (found["metadata"]["name"], port["port"])
    assert CONTAINER["ports"] == [{"containerPort": address.port}]
    assert CONTAINER["readinessProbe"]["tcpSocket"]["port"] == address.port
    (there,), (here,) = VALUES["singleuser"]["networkPolicy"]["egress"], HAND_IN["NetworkPolicy"]["spec"]["ingress"]
    assert there["ports"] == here["ports"] == [{"port": address.port}]
    chosen = [
        HAND_IN["Deployment"]["spec"]["selector"],
        HAND_IN["NetworkPolicy"]["spec"]["podSelector"],
        there["to"][0]["podSelector"],
        {"matchLabels": found["spec"]["selector"]},
    ]
    assert all(one["matchLabels"].items() <= POD["metadata"]["labels"].items() for one in chosen)


def test_the_service_runs_in_the_image_of_the_servers():
    assert CONTAINER["image"] == "{name}:{tag}".format(**VALUES["singleuser"]["image"])
    assert f"--tag {CONTAINER['image']} " in DOCKERFILE
    python, *command, root = CONTAINER["command"]
    assert [python, *command] == ["python", "-m", service.__spec__.name]
    assert "COPY hub/*.py course/hub/" in DOCKERFILE
    assert "USER jovyan\n" in DOCKERFILE
    assert f"--uid {POD['spec']['securityContext']['runAsUser']} " in DOCKERFILE
    assert [mount["mountPath"] for mount in CONTAINER["volumeMounts"]] == [root]
    claim = POD["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"]
    assert claim == HAND_IN["PersistentVolumeClaim"]["metadata"]["name"]


def test_the_readme_names_what_is_there():
    readme = (HUB / "README.md").read_text("utf-8")
    lines = re.findall(r"^ {4}(.*kubectl exec.*)$", readme, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        assert f"deploy/{HAND_IN['Deployment']['metadata']['name']} " in line
        assert f"--directory {CONTAINER['command'][-1]}" in line
    commands = {command.callback.__name__.replace("_", "-") for command in app.registered_commands}
    assert {"get-exercises", "hand-in", "receipts", "get-feedback"} <= commands & set(
        re.findall(r"course_utils ([\w-]+)", readme)
    )
