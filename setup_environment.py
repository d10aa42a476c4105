"""Sets up .venv, the environment of the course, with what requirements.lock pins: `make setup`, `make lab`, `make test`.

Where all is in place it looks, and does nothing. It needs Python and its pip, no more. pip brings uv, which installs the
packages faster; where uv cannot, pip does it. What is set on the machine for Python, pip or uv counts where it says how to
reach an index of packages, and nowhere else: no setting can lead the packages to another place.
"""

import argparse
import ast
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
STAMP = ENVIRONMENT / "installed"  # written last: a .venv without it is half an environment
ROOM = 4_600_000_000  # bytes: 3.5 GB of packages, compiled, and what is downloaded on the way

# The Python to build on. Where .venv is active, that is not the one that runs this: it is about to go.
PYTHON = sys._base_executable if Path(sys.prefix).resolve() == ENVIRONMENT else sys.executable  # type: ignore[attr-defined]

# The settings of pip that say how to reach an index; no others are heard.
SOURCES = (
    *("index-url", "extra-index-url", "find-links", "no-index"),
    *("trusted-host", "cert", "client-cert", "proxy", "timeout", "default-timeout", "retries", "keyring-provider"),
    *("cache-dir", "no-cache-dir"),
)
ANOTHER = "Or name another Python: make lab PYTHON=/path/to/python3.12"
KEPT = ("UV_CACHE_DIR", "UV_LINK_MODE", "UV_HTTP_TIMEOUT", "UV_COMPILE_BYTECODE_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS")

QUIETLY = ("--quiet", "--disable-pip-version-check", "--no-input", "--only-binary=:all:")

# The first lines of a script in .venv that finds the Python beside itself, wherever .venv is moved to.
MOVABLE = b"""#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")/python" "$0" "$@"\n' '''\n"""


def main() -> None:
    """Read the command line, set up, and say in one sentence what keeps it from being done."""
    parser = argparse.ArgumentParser(description="Set up .venv with what requirements.lock pins.")
    parser.add_argument("--with-this-python", action="store_true", help="even if .venv is there and has another Python")
    try:
        set_up(parser.parse_args().with_this_python)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. Give the same command again, and the set-up begins anew.\n")
        sys.exit(130)
    except OSError as error:
        fail(
            f"The course cannot be set up in {ROOT}: {error.strerror or error} ({error.filename}). "
            "Copy it to a folder that you may write to, on a disk with room, and set it up there."
        )


def set_up(with_this_python: bool = False) -> None:
    """Bring .venv to what it should be: made anew where it is missing or broken, changed where the lock or the place has."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    this_version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stamp = read_stamp()
    if not stamp or stamp["python"] != version_of_environment() or (with_this_python and stamp["python"] != this_version):
        create()
        stamp = {"python": version_of_environment(), "folder": str(ROOT), "lock": ""}
    if stamp["lock"] != lock:
        install()
        find_package_here()
        let_scripts_move()
        write_stamp({**stamp, "lock": lock})
    if stamp["folder"] != str(ROOT):
        with contextlib.suppress(OSError):  # a read-only copy works; only its `activate` names the old place
            run([BIN / "python", "-m", "venv", "--without-pip", ENVIRONMENT])
            write_stamp({**stamp, "lock": lock, "folder": str(ROOT)})


def read_stamp() -> dict[str, str]:
    """Return what .venv was set up with; nothing where the set-up did not come to its end."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return {name: stamp[name] for name in ("python", "folder", "lock")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Note what .venv holds, whole or not at all."""
    written = STAMP.with_suffix(".new")
    written.write_text(json.dumps(stamp), encoding="utf-8")
    written.replace(STAMP)


def version_of_environment() -> str:
    """Return the version of the Python in .venv, such as 3.12; empty where it does not run."""
    return ask_environment("'%d.%d' % sys.version_info[:2]")


def ask_environment(expression: str) -> str:
    """Return the value of an expression in the Python of .venv; empty where it does not run."""
    command: list[str | Path] = [BIN / "python", "-I", "-c", f"import sys, sysconfig; print({expression})"]
    try:
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8").stdout.strip()
    except OSError:
        return ""


def create() -> None:
    """Make .venv anew, without packages."""
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        fail(f"The disk of {ROOT} has {free / 1e9:.1f} GB free; the course needs {ROOM / 1e9:.0f} GB. Make room.")
    print("Setting up .venv; the first time this takes some minutes ...", flush=True)
    if ENVIRONMENT.is_dir() and not ENVIRONMENT.is_symlink():
        shutil.rmtree(ENVIRONMENT)
    else:
        ENVIRONMENT.unlink(missing_ok=True)
    ENVIRONMENT.mkdir()
    if not run([PYTHON, "-m", "venv", "--without-pip", ENVIRONMENT]) or not version_of_environment():
        fail(f"{PYTHON} cannot make an environment (on Debian: apt-get install python3-venv). {ANOTHER}")


def install() -> None:
    """Install what the lock pins, with uv or else with pip. Where neither can, .venv stays as it was."""
    before = read_stamp()
    STAMP.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=ENVIRONMENT, prefix="setup-") as folder:
        tools = Path(folder)
        pip = find_pip(tools)
        sources = read_sources(pip)
        if install_with_uv(pip, sources, tools):
            return
        print("uv could not install the packages. pip does it now, which takes longer ...", flush=True)
        if install_with_pip(pip, sources, tools):
            return
    if before:
        write_stamp(before)
    no_index = "pip is set to use no index (no-index), which may be the reason. " if "no-index" in sources else ""
    fail(
        f"The packages could not be installed; the lines above say why. {no_index}"
        "With a connection to the network, or to the index that pip is set up for, give the same command again."
    )


def find_pip(tools: Path) -> list[str | Path]:
    """Return the command that runs pip: the one of this Python, however old, or else the one that Python carries along."""
    if run([PYTHON, "-m", "pip", "--version"], quiet=True):
        return [PYTHON, "-m", "pip"]
    if run([PYTHON, "-m", "venv", tools / "with_pip"], quiet=True):
        return [tools / "with_pip" / BIN.name / "python", "-m", "pip"]
    fail(f"{PYTHON} has no pip; install it (on Debian: apt-get install python3-pip). {ANOTHER}")


def read_sources(pip: list[str | Path]) -> dict[str, str]:
    """Return what pip has been told, in its files and its variables, of how to reach an index of packages."""
    heard = ("PIP_CONFIG_FILE", *(variable(name) for name in SOURCES))
    environment = without_settings() | {name: os.environ[name] for name in heard if name in os.environ}
    command = [*pip, "config", "list", "-vvv"]  # so that it speaks, even where it is set to be quiet
    said = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace").stdout
    settings = re.findall(r"^(\S+)\.([\w-]+)=(['\"].*['\"])$", said, re.MULTILINE)
    sources: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # the later ones count more
        sources |= {name: ast.literal_eval(value) for place, name, value in settings if place == section and name in SOURCES}
    return sources


def install_with_uv(pip: list[str | Path], sources: dict[str, str], tools: Path) -> bool:
    """Have pip bring the uv of the lock, and uv make .venv hold what the lock pins; return whether it could."""
    options, environment = ways_to_an_index(sources)
    command: list[str | Path] = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--no-config", "--python", BIN / "python"]
    command += [*options, "--require-hashes", "--no-build", "--compile-bytecode", LOCK]  # compiled, as pip does it
    return bring("uv", pip, sources, tools) and run(command, environment | {"PYTHONPATH": str(tools)})


def ways_to_an_index(sources: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the options and the variables by which uv reaches an index as pip does."""
    options = [("--default-index", sources["index-url"])] if "index-url" in sources else []
    names = {"extra-index-url": "--index", "find-links": "--find-links", "trusted-host": "--allow-insecure-host"}
    options += [(option, value) for name, option in names.items() for value in sources.get(name, "").split()]
    variables = {"cert": "SSL_CERT_FILE", "client-cert": "SSL_CLIENT_CERT", "proxy": "ALL_PROXY", "timeout": "UV_HTTP_TIMEOUT"}
    environment = without_settings() | {variables[name]: value for name, value in sources.items() if name in variables}
    flags = [part for option in options for part in option] + (["--no-index"] if "no-index" in sources else [])
    # Like pip, look for a pinned wheel in all indexes; its hash says that it is the right one.
    return [*flags, "--index-strategy", "unsafe-best-match"], environment


def install_with_pip(pip: list[str | Path], sources: dict[str, str], tools: Path) -> bool:
    """Have pip bring the pip of the lock, and that one install the lock into .venv; return whether it could."""
    lock = LOCK
    if not (tools / "uv").exists():  # the index has none, and nothing but `make lock` would miss it
        lock = tools / "lock.txt"
        lock.write_text(LOCK.read_text(encoding="utf-8").replace(entry("uv"), ""), encoding="utf-8")
    command = [PYTHON, tools / "pip", "--python", ENVIRONMENT, "install", *QUIETLY, "--require-hashes", "-r", lock]
    return bring("pip", pip, sources, tools) and run(command, for_pip(sources))


def bring(name: str, pip: list[str | Path], sources: dict[str, str], tools: Path) -> bool:
    """Have pip put one package of the lock into the folder `tools`; return whether it could."""
    requirement = tools / f"{name}.txt"
    requirement.write_text(entry(name), encoding="utf-8")
    command = [*pip, "install", *QUIETLY, "--no-deps", "--require-hashes", "--target", tools, "-r", requirement]
    return run(command, for_pip(sources))


def entry(name: str) -> str:
    """Return the lines of the lock that pin a package, with its hashes."""
    found = re.search(rf"^{name}==.*(\n +--hash.*)+\n", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return found[0] if found else ""


def for_pip(sources: dict[str, str]) -> dict[str, str]:
    """Return the variables under which pip reads no file of settings and knows only how to reach an index."""
    named = {variable(name): value for name, value in sources.items()}
    return without_settings() | named | {"PIP_CONFIG_FILE": os.devnull, "PIP_ROOT_USER_ACTION": "ignore"}


def variable(name: str) -> str:
    """Return the variable that stands for a setting of pip, such as PIP_INDEX_URL for index-url."""
    return "PIP_" + name.upper().replace("-", "_")


def without_settings() -> dict[str, str]:
    """Return the variables of the machine, less those that steer Python, pip and uv."""
    return {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(("PYTHON", "PIP_", "UV_"))}


def find_package_here() -> None:
    """Let the Python of .venv import course_utils from this folder, by the way from one to the other: it may be moved."""
    site_packages = Path(ask_environment("sysconfig.get_path('purelib')"))
    (site_packages / "faces-and-style.pth").write_text(os.path.relpath(ROOT, site_packages) + "\n", encoding="ascii")


def let_scripts_move() -> None:
    """Let the scripts beside the Python of .venv call it by the way from one to the other."""
    here = re.escape(os.fsencode(BIN))
    names_python = re.compile(rb"#!(/bin/sh\n'''exec' [^\n]*" + here + rb"[^\n]*\n' '''|[^\n]*" + here + rb"[^\n]*)\n")
    for script in BIN.iterdir():
        if script.is_symlink() or not (start := names_python.match(content := script.read_bytes())):
            continue
        written = script.with_name(f"{script.name}.new")
        written.write_bytes(MOVABLE + content[start.end() :])
        shutil.copymode(script, written)
        written.replace(script)


def run(command: Sequence[str | Path], environment: dict[str, str] | None = None, quiet: bool = False) -> bool:
    """Run a command and return whether it succeeded; what it says is shown, if not `quiet`."""
    environment = without_settings() if environment is None else environment
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=environment, stdout=output, stderr=output).returncode == 0


def fail(sentence: str) -> NoReturn:
    """End with a sentence that says what is wrong and what mends it."""
    sys.exit(sentence)


if __name__ == "__main__":
    main()
