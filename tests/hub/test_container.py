"""Tests of hub/values.yaml and hub/Dockerfile: as far as they can be held against the rest without a cluster."""

import re
from pathlib import Path

import pytest
import yaml

from hub.settings import read_settings
from tests.hub.test_installing import pinned
from tests.hub.test_settings import LTI, SETTINGS, read

HUB = SETTINGS.parent
VALUES = yaml.safe_load((HUB / "values.yaml").read_text("utf-8"))
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
