"""Tests of hub.accounts: who of the roster has which account; no account is made here (test_class.py makes some)."""

import dataclasses
import getpass
import os
import pwd
import subprocess

import pytest

from hub import accounts
from hub.__main__ import _make_accounts
from hub.settings import SettingsError, read_settings
from tests.hub.test_settings import SETTINGS

ME = getpass.getuser()


@pytest.fixture
def settings(tmp_path):
    return dataclasses.replace(read_settings(SETTINGS), roster=tmp_path / "roster.csv")


@pytest.mark.parametrize(
    "table",
    [
        "student_id\nanna\nbert\n",
        "First name,Username,Email address\nAnna,anna,anna@uni.example\nBert,bert,bert@uni.example\n",
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\nA,1,1001,anna,x\nB,2,1002,bert,x\n",
    ],
)
def test_the_roster_names_the_accounts(settings, table):
    settings.roster.write_text(table)
    assert accounts.students(settings) == ("anna", "bert")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("student_id\n1001\n", "'1001' cannot be an account"),
        ("email\nanna@uni.example\n", "Give the roster a column student_id"),
        ("student_id\nAnna\n", "'Anna' cannot be an account"),
        ("student_id\nlecturer\n", "'lecturer' is the account of a lecturer or the grader"),
        ("student_id\ngrader\n", "'grader' is the account of a lecturer or the grader"),
        ("nothing\nknown\n", "expected a header"),
    ],
)
def test_names_that_cannot_be_accounts(settings, table, said):
    settings.roster.write_text(table)
    with pytest.raises(SettingsError, match=said):
        accounts.students(settings)


def test_there_is_no_roster(settings):
    with pytest.raises(SettingsError, match="cannot be read"):
        accounts.students(settings)


def test_accounts_that_are_there_are_not_missing():
    assert accounts.missing([ME, "nobody-has-this-name"]) == ["nobody-has-this-name"]


def test_a_home_is_closed_from_the_beginning(monkeypatch):
    asked = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: asked.append(command) or subprocess.CompletedProcess(command, 0)
    )
    accounts.make("anna")
    ((program, *options, name),) = asked
    assert (program, name) == ("useradd", "anna")
    assert "HOME_MODE=0700" in options


def test_what_the_system_says_against_an_account_is_told(monkeypatch):
    refused = subprocess.CompletedProcess([], 3, stderr="useradd: invalid user name\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(SettingsError, match="anna could not be made: useradd: invalid user name"):
        accounts.make("anna")


def test_passwords_are_kept_for_root_alone_and_those_of_before_stay(tmp_path, monkeypatch):
    given = []
    kept = tmp_path / "passwords.csv"

    def chpasswd(command, **options):
        name, _, password = options["input"].strip().partition(":")
        assert accounts.passwords(kept)[name] == password  # it is known before it is in force
        given.append(name)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", chpasswd)
    accounts.give_password("anna", kept)
    first = accounts.passwords(kept)
    for name in ("bert", "carl"):
        accounts.give_password(name, kept)
    assert kept.stat().st_mode & 0o777 == 0o600
    table = accounts.passwords(kept)
    assert table.keys() == {"anna", "bert", "carl"}
    assert table["anna"] == first["anna"]
    assert len(set(table.values())) == 3
    assert all(len(password) >= 12 for password in table.values())
    assert given == ["anna", "bert", "carl"]


def test_a_password_that_the_system_refuses_is_told(tmp_path, monkeypatch):
    refused = subprocess.CompletedProcess([], 1, stderr="chpasswd: line 1: BAD PASSWORD\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(SettingsError, match="a password for anna: chpasswd: line 1: BAD PASSWORD"):
        accounts.give_password("anna", tmp_path / "passwords.csv")


def test_whoever_has_an_account_has_a_password_also_if_the_next_account_fails(settings, tmp_path, monkeypatch):
    settings = dataclasses.replace(settings, prefix=tmp_path)
    (tmp_path / "state").mkdir()
    made = []

    def make(name):
        if name == "bert":
            raise SettingsError("bert could not be made")
        made.append(name)

    monkeypatch.setattr(accounts, "missing", lambda names: [name for name in names if name not in made])
    monkeypatch.setattr(accounts, "make", make)
    monkeypatch.setattr(accounts, "open_homes", lambda names: [])
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0))
    with pytest.raises(SettingsError, match="bert"):
        _make_accounts(settings, ("anna", "bert"))
    assert accounts.passwords(tmp_path / "state" / "passwords.csv").keys() == {"lecturer", "anna"} == set(made)


def test_a_home_that_others_may_look_into_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(accounts, "home", lambda name: tmp_path)
    tmp_path.chmod(0o755)
    assert accounts.open_homes(["anna"]) == ["anna"]
    tmp_path.chmod(0o700)
    assert accounts.open_homes(["anna"]) == []


def test_no_folder_is_given_through_a_link(tmp_path):
    own = pwd.getpwuid(os.getuid()).pw_name
    accounts.give(tmp_path / "exchange", own, 0o755)
    accounts.give(tmp_path / "exchange", own, 0o711)  # again
    assert (tmp_path / "exchange").stat().st_mode & 0o7777 == 0o711
    (tmp_path / "etc").mkdir(mode=0o700)
    (tmp_path / "exchange" / "inbound").symlink_to(tmp_path / "etc")
    with pytest.raises(OSError, match="inbound"):
        accounts.give(tmp_path / "exchange" / "inbound", own, 0o3733)
    assert (tmp_path / "etc").stat().st_mode & 0o7777 == 0o700
