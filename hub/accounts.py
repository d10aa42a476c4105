"""Who takes part, as accounts of the system: found or made, each with a home that nobody else may enter."""

import csv
import io
import os
import pwd
import secrets
import subprocess
from collections.abc import Iterable
from pathlib import Path

from course_utils.data.files import written_whole
from course_utils.errors import DataError
from course_utils.grading.roster import read_roster
from hub.settings import ACCOUNT, Settings, SettingsError


def students(settings: Settings) -> tuple[str, ...]:
    """Return the accounts of those who take part.

    Raises:
        SettingsError: the roster cannot be read, or has names that no account can have, or that of a lecturer or the grader.
    """
    try:
        names = read_roster(settings.roster).students
    except DataError as error:
        raise SettingsError(str(error)) from None
    for name in names:
        if not ACCOUNT.fullmatch(name):
            raise SettingsError(
                f"{settings.roster}: {name!r} cannot be an account: expected small letters, digits, - and _, a letter first, "
                "at most 31 of them. Give the roster a column student_id with the accounts' names."
            )
        if name in (*settings.lecturers, settings.grader):
            raise SettingsError(f"{settings.roster}: {name!r} is the account of a lecturer or the grader. Take the line out.")
    return names


def home(name: str) -> Path:
    """Return the home of an account.

    Raises:
        KeyError: there is no such account.
    """
    return Path(pwd.getpwnam(name).pw_dir)


def missing(names: Iterable[str]) -> list[str]:
    """Return those that are no accounts of this system."""
    known = {account.pw_name for account in pwd.getpwall()}
    return [name for name in names if not _is_there(name, known)]


def make(name: str) -> None:
    """Make an account with a home that nobody else may enter, without a password: nobody can log in to it.

    Raises:
        SettingsError: the system refuses.
    """
    command = ["useradd", "--create-home", "--key", "HOME_MODE=0700", "--shell", "/bin/bash", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SettingsError(f"The account {name} could not be made: {done.stderr.strip()}.")


def give_password(name: str, kept: Path) -> None:
    """Give an account a password, and keep it in a table that only this user can read.

    Args:
        name: of an account that was just made.
        kept: the table, with those that were given before. It is written first: no password is in force that nobody knows.

    Raises:
        SettingsError: the system refuses.
    """
    password = secrets.token_urlsafe(9)
    table = io.StringIO()
    csv.writer(table).writerows([("account", "password"), *(passwords(kept) | {name: password}).items()])
    kept.touch(mode=0o600)
    with written_whole(kept) as file:  # as private as what it replaces
        file.write(table.getvalue().encode())
    done = subprocess.run(["chpasswd"], input=f"{name}:{password}\n", capture_output=True, text=True, check=False)
    if done.returncode:
        raise SettingsError(f"The system refuses a password for {name}: {done.stderr.strip()}. Give one with: passwd {name}")


def passwords(kept: Path) -> dict[str, str]:
    """Return the passwords that were given, by account."""
    if not kept.exists():
        return {}
    with kept.open(newline="", encoding="utf-8") as file:
        return {row["account"]: row["password"] for row in csv.DictReader(file)}


def open_homes(names: Iterable[str]) -> list[str]:
    """Return the accounts whose home somebody else may look into."""
    return [name for name in names if home(name).is_dir() and home(name).stat().st_mode & 0o077]


def give(path: Path, account: str, mode: int) -> None:
    """Make a folder, if it is not there, that belongs to an account and its group.

    Raises:
        OSError: a link lies there. Root would follow it, and whoever has laid it would get what it leads to.
    """
    path.mkdir(parents=True, exist_ok=True)
    entry = pwd.getpwnam(account)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchown(folder, entry.pw_uid, entry.pw_gid)
        os.fchmod(folder, mode)
    finally:
        os.close(folder)


def _is_there(name: str, known: set[str]) -> bool:
    if name in known:
        return True
    try:  # a directory service need not list all that it knows
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
