"""`make hub`: sets up a class on JupyterHub, starts it, and says where it is and who can log in."""

import argparse
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from hub import accounts, installing
from hub.settings import Settings, SettingsError, read_settings

PASSWORDS = "passwords.csv"


def main() -> int:
    """Read the command line, set up and start the hub, and stay until it is stopped; return its exit status."""
    parser = argparse.ArgumentParser(prog="make hub", description="A class on JupyterHub.")
    parser.add_argument("settings", type=Path, help="such as hub/settings.toml")
    path = parser.parse_args().settings.resolve()
    try:
        settings = read_settings(path)
        students = set_up(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    return run(path, settings, students)


def set_up(settings: Settings) -> tuple[str, ...]:
    """Set up all that is not there yet, and return the accounts of the students.

    Raises:
        SettingsError: something is missing that only the reader can give.
    """
    if os.geteuid() != 0:  # first of all: nothing is begun that cannot be ended
        raise SettingsError("`make hub` makes accounts and starts servers in their names, so root has to run it: sudo make hub")
    _refuse_a_second(settings)
    os.umask(0o022)  # all users read what is installed
    students = accounts.students(settings)
    installing.install_programs()
    installing.check_node()
    settings.prefix.mkdir(parents=True, exist_ok=True)
    settings.prefix.chmod(0o755)
    state = settings.prefix / "state"
    state.mkdir(exist_ok=True)
    state.chmod(installing.SECRET)
    _make_accounts(settings, students)
    installing.make_environment(settings.prefix)
    installing.install_proxy(settings.prefix)
    installing.copy_course(settings.prefix)
    installing.make_exchange(settings)
    to_grade = installing.make_course_to_grade(settings)
    for name in installing.changed_for_grading(settings):
        print(
            f"{to_grade / name} is not as this course has it, and stays. If it comes from an older course, and was not "
            "released yet: stop the hub, remove it, and start the hub again.",
            flush=True,
        )
    return students


def _refuse_a_second(settings: Settings) -> None:
    """Leave a hub alone that runs already: a second one would put another course under it, and end its proxy."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", settings.port + 1), timeout=2):
        raise SettingsError(
            f"Something listens at port {settings.port + 1}. Does this hub run already? Stop it, with Ctrl-C where it runs."
        )


def _make_accounts(settings: Settings, students: tuple[str, ...]) -> None:
    people = (*settings.lecturers, *students)
    new = accounts.missing((*people, settings.grader))
    if new and not settings.make_accounts:
        raise SettingsError(f"There is no account {', '.join(new)}. Make it, or say make_accounts = true in the settings.")
    for name in new:  # one after the other: who has an account has a password, whatever comes after
        accounts.make(name)
        if name in people and not settings.lti:
            accounts.give_password(name, settings.prefix / "state" / PASSWORDS)
    for name in accounts.open_homes((*people, settings.grader)):
        print(f"Others can look into {accounts.home(name)}. To close it: chmod go= {accounts.home(name)}", flush=True)


def run(path: Path, settings: Settings, students: tuple[str, ...]) -> int:
    """Start the hub, tell about it once it answers, and wait for its end."""
    state, programs = settings.prefix / "state", settings.prefix / "env" / "bin"
    environment = {name: os.environ[name] for name in ("LANG", "TZ", "HOME") if name in os.environ} | {
        "HUB_SETTINGS": str(path),
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin:/usr/sbin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(programs / "python"), "-m", "jupyterhub", "-f", str(installing.HUB / "jupyterhub_config.py")]
    with (state / "hub.log").open("ab") as log:
        hub = subprocess.Popen(command, cwd=installing.ROOT, env=environment, stdout=log, stderr=log)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: hub.terminate())
    if _answers(settings, hub):
        print(_welcome(settings, students), flush=True)
    elif hub.poll() is not None:
        print(f"The hub did not start. {state / 'hub.log'} says why.", file=sys.stderr)
    status = hub.wait()
    return 0 if status == -signal.SIGTERM else abs(status)


def _answers(settings: Settings, hub: subprocess.Popen[bytes]) -> bool:
    """Wait until the hub answers; return whether it does before it ends."""
    host = f"{'https' if settings.certificate else 'http'}://127.0.0.1:{settings.port}/hub/health"
    unchecked = ssl._create_unverified_context()  # it is asked by another name than its certificate has
    while hub.poll() is None:
        try:
            urllib.request.urlopen(host, timeout=5, context=unchecked).close()
            return True
        except OSError:
            time.sleep(0.2)
    return False


def _welcome(settings: Settings, students: tuple[str, ...]) -> str:
    kept = settings.prefix / "state" / PASSWORDS
    lines = [
        f"The class is open at  {settings.address}",
        f"Lecturers: {', '.join(settings.lecturers)}. When they log in, the server of {settings.grader} opens, to grade in.",
        f"Students: {len(students)}, those of {settings.roster}.",
    ]
    if settings.lti:
        lines.append(f"They log in through {settings.lti['issuer']}.")
    elif kept.exists():
        lines.append(f"They log in with the system's passwords. Those of accounts that were made here are in {kept}.")
    else:
        lines.append("They log in with the system's passwords.")
    if not Path("/run/systemd/system").is_dir():
        lines.append("Without systemd nothing limits a user's memory and processors.")
    return "\n".join([*lines, f"What the hub says: {kept.with_name('hub.log')}. To stop it: Ctrl-C."])


if __name__ == "__main__":
    sys.exit(main())
