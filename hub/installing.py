"""What is put into the hub's folder: programs of Debian's, one environment for all, the proxy, the course, the exchange."""

import hashlib
import os
import pwd
import re
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
OLDEST_NODE = 18
PACK = ("tar", "-C", str(ROOT / "notebooks" / "assignments"), "-c", "-f", "-", "source", "nbgrader_config.py")
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


def check_node() -> None:
    """See whether Node is as new as the proxy needs it.

    Raises:
        SettingsError: it is older, or does not run.
    """
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.fullmatch(r"v(\d+)\..*", told.strip())
    if found is None or int(found[1]) < OLDEST_NODE:
        here = told.strip() or "one that does not run"
        raise SettingsError(f"The proxy needs Node {OLDEST_NODE} or newer; here is {here}. Install one from https://nodejs.org")


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
    new = _emptied(prefix / "course.new")
    shutil.copytree(ROOT / "course_utils", new / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", new / "data", ignore=shutil.ignore_patterns("cache"))
    (new / "data" / "cache").mkdir()
    for archive in read_manifest().values():
        shutil.copy2(CACHE / archive.file, new / "data" / "cache")
    (new / "notebooks").mkdir()
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy2(lesson, new / "notebooks")
    servers = _emptied(prefix / "servers.new")
    shutil.copytree(HUB / "servers", servers)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(new), str(servers)], check=True)
    for folder in (new, servers):
        _replace(folder.with_suffix(""), folder)


def _emptied(folder: Path) -> Path:
    """Remove a folder that was left from an earlier run, and return where it was."""
    if folder.exists():
        shutil.rmtree(folder)
    return folder


def _replace(folder: Path, new: Path) -> None:
    """Put a whole folder into another's place: servers that go on meanwhile find one of the two."""
    old = _emptied(folder.with_suffix(".old"))
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    _emptied(old)


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

    What is there from before, such as a gradebook, stays; so do exercises that were changed there. All is written as the
    grader: root would follow a link that lies there, and lecturers command that account.
    """
    folder, theirs = _to_grade(settings), {**_grader(settings), "check": True}
    subprocess.run(["mkdir", "-p", "-m", "0700", str(folder)], **theirs)
    with subprocess.Popen(PACK, stdout=subprocess.PIPE) as packing:
        subprocess.run(["tar", "-C", str(folder), "-x", "-f", "-", "--skip-old-files"], stdin=packing.stdout, **theirs)
    write = ["sh", "-c", 'cat > "$0.new" && mv -f "$0.new" "$0"', str(folder / ROSTER)]
    subprocess.run(write, input=settings.roster.read_bytes(), **theirs)
    return folder


def changed_for_grading(settings: Settings) -> list[str]:
    """Return what is otherwise with the grader than the course has it now: sets of exercises, the settings of nbgrader."""
    with subprocess.Popen(PACK, stdout=subprocess.PIPE) as packing:
        compare = ["tar", "-C", str(_to_grade(settings)), "--compare", "-f", "-"]
        told = subprocess.run(compare, stdin=packing.stdout, capture_output=True, check=False, **_grader(settings))
    names = re.findall(
        r"^(source/[^/\n]+|[^/\n]+)(?:/.*)?: (?:Size|Contents|File type) differs?$", told.stdout.decode(), re.MULTILINE
    )
    return sorted(set(names))


def _to_grade(settings: Settings) -> Path:
    return accounts.home(settings.grader) / "course"


def _grader(settings: Settings) -> dict[str, Any]:
    """Return what makes a command one of the grader's."""
    entry = pwd.getpwnam(settings.grader)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "env": {**os.environ, "LC_ALL": "C"}}


def _runs(command: list[str], **options: Any) -> bool:
    """Run a command, and return whether it succeeded; what it complains of is shown."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False, **options).returncode == 0
