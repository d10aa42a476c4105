"""Tests of hub.installing: what is pinned, and what is done about what is missing (test_class.py installs it all)."""

import dataclasses
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hub import installing
from hub.__main__ import set_up
from hub.settings import SettingsError, read_settings
from tests.hub.test_settings import SETTINGS


def pinned(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def test_both_locks_pin_the_same_version_of_what_both_have():
    course, hub = map(pinned, installing.LOCKS)
    assert {"jupyterhub", "jupyterhub-ltiauthenticator", "jupyterhub-systemdspawner", "jupyterhub-idle-culler"} <= hub.keys()
    assert len(course.keys() & hub.keys()) > 10
    assert {name: course[name] for name in course.keys() & hub.keys()} == {
        name: hub[name] for name in course.keys() & hub.keys()
    }


def test_each_package_is_pinned_by_hash_and_from_nowhere_in_particular():
    for lock in installing.LOCKS:
        text = lock.read_text("utf-8")
        assert len(re.findall(r"^\S+==\S+.* \\\n +--hash=sha256:", text, re.MULTILINE)) == len(pinned(lock))
        assert "://" not in text
    packages = json.loads((installing.HUB / "package-lock.json").read_text("utf-8"))["packages"]
    assert "node_modules/configurable-http-proxy" in packages
    for name, told in packages.items():
        assert not name or told["integrity"].startswith("sha512-")
        assert "resolved" not in told


def test_what_is_missing_is_installed_where_the_system_can(monkeypatch, capsys):
    commands = []
    there = {"node", "npm", "useradd", "apt-get"}
    monkeypatch.setattr(shutil, "which", lambda program: program if program in there else None)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: commands.append(command) or subprocess.CompletedProcess(command, 0)
    )
    installing.install_programs()
    assert [command[-1] for command in commands] == ["-qq", "bubblewrap"]
    assert "bubblewrap" in capsys.readouterr().out
    there.add("bwrap")
    commands.clear()
    installing.install_programs()
    assert commands == []
    there -= {"bwrap", "apt-get"}
    with pytest.raises(SettingsError, match="bubblewrap"):
        installing.install_programs()


def test_a_python_that_others_cannot_run_is_passed_over(monkeypatch):
    asked = []

    def run(command, **options):
        asked.append((command[0], options["user"]))
        return subprocess.CompletedProcess(command, command[0] != "/usr/bin/python3.12")

    monkeypatch.setattr(subprocess, "run", run)
    assert installing.python_for_all() == "/usr/bin/python3.12"
    assert asked[0] == (os.path.realpath(sys.executable), 65534)
    monkeypatch.setattr(installing, "PYTHONS", ())
    with pytest.raises(SettingsError, match="apt-get install python3"):
        installing.python_for_all()


def test_an_environment_that_is_as_it_should_be_is_left_alone(tmp_path, monkeypatch):
    commands = []

    def run(command, **_):
        commands.append(command[3:5])
        (tmp_path / "env" / "lib" / "python3.11" / "site-packages").mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(installing, "python_for_all", lambda: "/usr/bin/python3.11")
    monkeypatch.setattr(installing, "find_pip", lambda tools: ["pip"])
    monkeypatch.setattr(installing, "read_sources", lambda pip: {})
    monkeypatch.setattr(subprocess, "run", run)
    installing.make_environment(tmp_path)
    assert commands == [["venv", "--quiet"], ["pip", "sync"]]
    (line,) = (tmp_path / "env" / "lib" / "python3.11" / "site-packages" / "faces-and-style.pth").read_text().splitlines()
    assert line == str(tmp_path / "course")
    installing.make_environment(tmp_path)
    assert len(commands) == 2
    monkeypatch.setattr(installing, "python_for_all", lambda: "/usr/bin/python3.12")
    installing.make_environment(tmp_path)
    assert len(commands) == 4


def test_what_users_can_read_has_no_exercise_with_its_solution(tmp_path):
    installing.copy_course(tmp_path)
    course = tmp_path / "course"
    assert (course / "notebooks" / "01_distance_and_threshold.ipynb").exists()
    assert not list(course.rglob("assignments"))
    assert not list(course.rglob("exercises"))
    assert {path.name for path in (course / "data" / "cache").iterdir()} == {
        archive.file for archive in installing.read_manifest().values()
    }
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in course.rglob("*"))


def test_a_course_is_replaced_whole_whatever_was_left_before(tmp_path):
    for left in ("course.new", "course.old", "servers.new", "course", "servers"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "left").touch()
    installing.copy_course(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"course", "servers"}
    assert not list(tmp_path.rglob("left"))


@pytest.mark.parametrize(("told", "fits"), [("v18.19.0\n", True), ("v22.1.0\n", True), ("v12.22.9\n", False), ("", False)])
def test_a_node_that_is_too_old_for_the_proxy_is_told(monkeypatch, told, fits):
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0, stdout=told))
    if fits:
        installing.check_node()
        return
    with pytest.raises(SettingsError, match=f"needs Node 18 or newer; here is {told.strip() or 'one that does not run'}"):
        installing.check_node()


def test_what_the_grader_has_changed_stays_and_no_link_is_followed(tmp_path, monkeypatch):
    """All is written as the grader; here, where the test may not be root, it is seen that it is asked for."""
    account, real = pwd.getpwuid(os.getuid()), subprocess.run
    settings = dataclasses.replace(read_settings(SETTINGS), grader=account.pw_name, roster=tmp_path / "roster.csv")
    settings.roster.write_text("student_id\nanna\n")

    def run(command, *, user, group, extra_groups, **options):
        assert (user, group, extra_groups) == (account.pw_uid, account.pw_gid, [])
        return real(command, **options)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(installing.accounts, "home", lambda name: tmp_path)
    course = installing.make_course_to_grade(settings)
    assert installing.changed_for_grading(settings) == []
    changed, lost = course / "source" / "01_exercises" / "01_exercises.ipynb", course / "source" / "02_exercises"
    changed.write_text("changed")
    shutil.rmtree(lost)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody else's")
    (course / "roster.csv").unlink()
    (course / "roster.csv").symlink_to(elsewhere)
    assert installing.make_course_to_grade(settings) == course
    assert course.stat().st_mode & 0o777 == 0o700
    assert changed.read_text() == "changed"
    same_length = course / "source" / "03_exercises" / "03_exercises.ipynb"
    same_length.write_bytes(b"[" + same_length.read_bytes()[1:])
    (course / "nbgrader_config.py").write_text("# mine\n")
    assert installing.changed_for_grading(settings) == ["nbgrader_config.py", "source/01_exercises", "source/03_exercises"]
    assert (lost / "02_exercises.ipynb").exists()
    assert elsewhere.read_text() == "somebody else's"
    assert (course / "roster.csv").read_text() == "student_id\nanna\n"


def test_a_second_hub_is_not_started_over_the_first(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        settings = dataclasses.replace(read_settings(SETTINGS), address=f"http://127.0.0.1:{port - 1}")
        with pytest.raises(SettingsError, match=f"listens at port {port}. Does this hub run already"):
            set_up(settings)


def test_root_has_to_run_it(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SettingsError, match="sudo make hub"):
        set_up(read_settings(SETTINGS))
