"""What is put into the hub's folder: programs of Debian's, one environment for all, the proxy, the course, the exchange."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from course_utils.data.archives import CACHE, read_manifest
from course_utils.grading.configuration import COURSE, ROSTER
from hub import accounts
from hub.settings import Settings, SettingsError
from setup_environment import find_pip, read_sources, ways_to_an_index

ROOT = Path(__file__).resolve().parents[1]
HUB = ROOT / "hub"
LOCKS = (ROOT / "requirements.lock", HUB / "requirements.lock")
PROGRAMS = {
    "node": "nodejs",
    "npm": "npm",
    "bwrap": "bubblewrap",
    "useradd": "passwd",
}  # and the packages of Debian that have them
PYTHONS = ("/usr/local/bin/python3", *(f"/usr/bin/python3{minor}" for minor in ("", ".13", ".12", ".11")))
FITS = "import sys, ssl, sqlite3; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
NOBODY = 65534
SECRET = 0o700  # the hub's own state: passwords, tokens, what it remembers


def install_programs() -> None:
    """Have Debian install the programs that are not there.

    Raises:
        SettingsError: one is missing, and there is no apt-get, or it fails.
    """
    packages = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if not packages:
        return
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise SettingsError(f"Programs are missing. Install what this system has for {names}, then `make hub` again.")
    print(f"Installing from the system's packages: {names} ...", flush=True)
    install = ["apt-get", "install", "--yes", "-qq", "--no-install-recommends", *packages]
    if not all(_runs(command) for command in (["apt-get", "update", "-qq"], install)):
        raise SettingsError(f"They could not be installed; the lines above say why. Try: apt-get install {names}")


def python_for_all() -> str:
    """Return a Python that every user of this machine can run: one in a home that is closed to others is none.

    Raises:
        SettingsError: there is none.
    """
    nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    for python in (os.path.realpath(sys.executable), *PYTHONS):
        with suppress(OSError):
            if subprocess.run([python, "-I", "-c", FITS], cwd="/", check=False, **nobody).returncode == 0:
                return python
    raise SettingsError(
        "No Python 3.11, 3.12 or 3.13 here can be run by other users (this one lies in a home that is closed to them). "
        "Install the system's: apt-get install python3"
    )


def make_environment(prefix: Path) -> None:
    """Make prefix/env hold what the two locks pin, and nothing else; where it does, nothing is done.

    Raises:
        SettingsError: the packages cannot be installed.
    """
    environment, stamp = prefix / "env", prefix / "env" / "installed"
    python = python_for_all()
    told = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS) + python.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == told:
        return
    print(f"Installing the packages into {environment}; the first time this takes some minutes ...", flush=True)
    uv = [sys.executable, "-m", "uv"]
    with tempfile.TemporaryDirectory() as tools:
        options, variables = ways_to_an_index(read_sources(find_pip(Path(tools))))
    make = [*uv, "venv", "--quiet", "--no-config", "--clear", "--python", python, str(environment)]
    sync = [*uv, "pip", "sync", "--quiet", "--no-config", "--python", str(environment / "bin" / "python"), *options]
    sync += ["--require-hashes", "--no-build", "--compile-bytecode", *map(str, LOCKS)]
    if not all(_runs(command, env=variables) for command in (make, sync)):
        raise SettingsError("The packages could not be installed; the lines above say why. Mend it, then `make hub` again.")
    (packages,) = environment.glob("lib/python3.*/site-packages")
    (packages / "faces-and-style.pth").write_text(f"{prefix / 'course'}\n")
    stamp.write_text(told)


def install_proxy(prefix: Path) -> None:
    """Have npm put the proxy that package-lock.json pins into prefix/proxy; where it is, nothing is done.

    Raises:
        SettingsError: npm fails.
    """
    folder = prefix / "proxy"
    files = [HUB / name for name in ("package.json", "package-lock.json")]
    if (folder / "node_modules").is_dir() and all((folder / file.name).read_bytes() == file.read_bytes() for file in files):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in files:
        shutil.copyfile(file, folder / file.name)
    command = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if not _runs(command, cwd=folder):
        shutil.rmtree(folder)
        raise SettingsError("npm could not install the proxy; the lines above say why. Mend it, then `make hub` again.")


def copy_course(prefix: Path) -> None:
    """Copy what users import and read: the package, the data, the lessons; no exercise with its solution."""
    new, course = prefix / "course.new", prefix / "course"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(ROOT / "course_utils", new / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", new / "data", ignore=shutil.ignore_patterns("cache"))
    (new / "data" / "cache").mkdir()
    for archive in read_manifest().values():
        shutil.copy2(CACHE / archive.file, new / "data" / "cache")
    (new / "notebooks").mkdir()
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy2(lesson, new / "notebooks")
    shutil.rmtree(course, ignore_errors=True)
    new.rename(course)
    shutil.rmtree(prefix / "servers", ignore_errors=True)
    shutil.copytree(HUB / "servers", prefix / "servers")
    everybody = "u=rwX,go=rX"
    subprocess.run(["chmod", "-R", everybody, str(course), str(prefix / "servers")], check=True)


def make_exchange(settings: Settings) -> None:
    """Make the folders through which the class hands out and in.

    Who hands in cannot list what others have handed in, nor move or remove it (the sticky bit), and what is handed in gets the
    group of the folder, the grader's.
    """
    exchange = settings.prefix / "exchange"
    exchange.mkdir(exist_ok=True)
    exchange.chmod(0o1777)  # nbgrader asks that everybody may write here
    accounts.give(exchange / COURSE, settings.grader, 0o755)
    for name, mode in {"outbound": 0o755, "inbound": 0o3733, "feedback": 0o711}.items():
        accounts.give(exchange / COURSE / name, settings.grader, mode)


def make_course_to_grade(settings: Settings) -> Path:
    """Put the exercises with their solutions, and the roster, where the grader alone can read them, and return that folder.

    What is there from before, such as a gradebook, stays; so do exercises that were changed there.
    """
    folder = accounts.home(settings.grader) / "course"
    accounts.give(folder, settings.grader, 0o700)
    for name in ("source", "nbgrader_config.py"):
        if not (folder / name).exists():
            copy = shutil.copytree if (ROOT / "notebooks" / "assignments" / name).is_dir() else shutil.copyfile
            copy(ROOT / "notebooks" / "assignments" / name, folder / name)
    shutil.copyfile(settings.roster, folder / ROSTER)
    subprocess.run(["chown", "-R", f"{settings.grader}:", str(folder)], check=True)
    return folder


def _runs(command: list[str], **options: Any) -> bool:
    """Run a command, and return whether it succeeded; what it complains of is shown."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False, **options).returncode == 0
