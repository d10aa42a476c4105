"""Commands that mend something, as they are typed in the terminal in which the course was called."""

import os
import shlex
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def install(*options: str) -> str:
    """Return the command that installs the packages of the course, in the versions of the lock."""
    return module("pip", "install", *options, "--require-hashes", "-r", here(ROOT / "requirements.lock"))


def register(course: Path = ROOT) -> str:
    """Return the command after which this Python finds the course in this folder, wherever a notebook lies."""
    return module("pip", "install", "--no-deps", "--no-build-isolation", "--editable", here(course))


def module(*words: str) -> str:
    """Return the command that runs a module with this Python: as `python`, where that is this one."""
    found = shutil.which("python")
    same = found is not None and Path(found).parent.resolve() == Path(sys.executable).parent.resolve()
    return command("python" if same else here(Path(sys.executable)), "-m", *words)


def move_aside(path: Path) -> str:
    """Return the command that gives a file or folder another name beside it, under which no program looks for it."""
    return command("move" if os.name == "nt" else "mv", here(path), here(path.with_name(f"set_aside_{path.name}")))


def unset(name: str) -> str:
    """Return the command that takes a variable away."""
    return f"set {name}=" if os.name == "nt" else f"unset {name}"


def put(name: str, value: str) -> str:
    """Return the command that gives a variable a value."""
    return f"set {name}={value}" if os.name == "nt" else f"export {name}={shlex.quote(value)}"


def command(*words: str) -> str:
    """Return words as a command, quoted where the terminal asks for it."""
    if os.name == "nt":
        return " ".join(f'"{word}"' if any(sign in " &^()%" for sign in word) else word for word in words)
    return shlex.join(words)


def here(path: Path) -> str:
    """Return a path as it is written in the folder one is in: short, if it is inside."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
