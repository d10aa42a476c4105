"""The walls around student code: what bubblewrap lets the sealed process see of this machine, and whether it is there."""

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from course_utils.data.archives import CACHE, read_manifest
from course_utils.grading.limits import TEMPORARY

HOME = "/tmp/work"  # of the student, inside; /tmp is a file system of its own there
LIBRARIES = ("lib/*-linux-*", "usr/lib/*-linux-*", "lib64", "usr/lib64")  # Debian's and Fedora's folders of shared libraries
SYSTEM = (
    "/bin/sh",  # or `!pip install` in a cell would stop it
    "/bin/bash",
    "/etc/ld.so.cache",
    "/etc/alternatives",  # links to libraries
    "/etc/localtime",
    "/usr/lib/locale",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
)
GRADING = ("course_utils", "nbgrader")  # installed packages that hold solutions, checks and gradebooks
UNSEALED = (
    "Not sealed: there is no bubblewrap here, or the system forbids it. Student code could read what you can read (solutions, "
    "hidden inputs and other submissions among it), write where you can write, and use the network. Its time and its output "
    "were limited; its memory, its processes and its files as far as this system can."
)  # what the report says then
UNSEALED_ON_A_HUB = (
    "Nothing was graded: there is no bubblewrap here, or the system forbids it. Student code that is not sealed off could take "
    "your token of the JupyterHub, and act as you. Install it (Debian, Ubuntu: apt-get install bubblewrap), then grade again."
)
OF_THE_KERNEL = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")  # where grading runs as root, it may write there


@cache
def sealed_here() -> bool:
    """Whether bubblewrap is there and lets this Python run; some systems forbid it to ordinary users."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return False
    trial = [bubblewrap, *_machine(), "--", sys.executable, "-I", "-c", ""]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def token_in_reach() -> bool:
    """Whether student code that runs here could read a JupyterHub's token, out of this process's own variables."""
    return "JUPYTERHUB_API_TOKEN" in os.environ and not sealed_here()


def behind_walls(package: Path, run: Path, command: list[str]) -> list[str]:
    """Return a command that runs another one behind the walls: it sees what is named here of this machine, and nothing else.

    Args:
        package: the folder with what it sees of this course's package.
        run: where the kernel's sockets are, which it is handed open: there is no folder of this machine that it may write to.
        command: to run inside.
    """
    walls = [*_machine(), "--dir", HOME, "--chdir", HOME, "--dir", "/tmp/matplotlib"]
    walls += ["--ro-bind", str(package / "course_utils"), "/course/course_utils"]
    for archive in read_manifest().values():
        walls += ["--ro-bind-try", str(CACHE / archive.file), f"/course/data/cache/{archive.file}"]
    for fonts in _font_lists():
        walls += ["--ro-bind", str(fonts), f"/tmp/matplotlib/{fonts.name}"]  # or each kernel would look for all fonts again
    walls += ["--ro-bind", str(run), str(run)]
    walls += [*_in_memory("/dev/shm"), "--remount-ro", "/dev", "--remount-ro", "/"]
    return [str(shutil.which("bwrap")), *walls, "--", *command]


def _machine() -> list[str]:
    """Return the arguments of bubblewrap for the machine alone, without the course: namespaces, devices, Python."""
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sealed"]
    walls += ["--proc", "/proc"]
    for name in OF_THE_KERNEL:
        walls += ["--ro-bind-try", name, name]
    walls += ["--dev", "/dev", *_in_memory("/tmp")]
    walls += _interpreter()  # after /tmp, where it can lie, and before the system, whose folders can hold links to it
    libraries = sorted(f"/{found.relative_to('/')}" for pattern in LIBRARIES for found in Path("/").glob(pattern))
    for name in (*libraries, *SYSTEM):
        walls += ["--ro-bind-try", name, name]
    return walls + _packages()


def _interpreter() -> list[str]:
    """Return the arguments for this Python itself, wherever it comes from: a system, pyenv, uv, conda."""
    walls, program = [], Path(sys.executable)
    while program.is_symlink():  # an environment's python is a link, and the program finds its library from where it really is
        target = program.readlink()
        walls += ["--symlink", str(target), str(program)]
        program = program.parent / target
    base = Path(sys.base_prefix)
    environment = Path(sys.prefix) / "pyvenv.cfg"
    library = [base / "lib"] if (base / "conda-meta").is_dir() else [*base.glob("lib/libpython*"), *_standard_library()]
    for path in (program, environment, *library):
        walls += ["--ro-bind-try", str(path), str(path)]
    return walls


def _standard_library() -> Iterator[Path]:
    """Yield its folders; some systems have another one for compiled modules."""
    places = {"installed_base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    yield from {Path(sysconfig.get_path(name, vars=places)) for name in ("stdlib", "platstdlib")}


def _packages() -> list[str]:
    """Return the arguments for installed packages, but for those that help to grade."""
    seen = [Path(folder) for folder in site.getsitepackages() if Path(folder).is_dir()]
    walls = [word for folder in seen for word in ("--ro-bind", str(folder), str(folder))]
    beside = [folder for above in _standard_library() for folder in above.glob("*-packages") if folder not in seen]
    for folder in (*beside, *(folder / name for folder in seen for name in GRADING)):
        if folder.is_dir():
            walls += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    return walls


def _in_memory(place: str) -> list[str]:
    """Return the arguments for a file system in memory, of bounded size where this bubblewrap can (0.7 and later)."""
    return [*(["--size", str(TEMPORARY)] if _knows_size() else []), "--tmpfs", place]


@cache
def _knows_size() -> bool:
    """Whether this bubblewrap can limit a file system in memory (0.7 and later)."""
    return "--size" in subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout


@cache
def _font_lists() -> tuple[Path, ...]:
    import matplotlib as mpl
    from matplotlib import font_manager  # noqa: F401 - makes the list

    return tuple(Path(mpl.get_cachedir()).glob("fontlist-*.json"))
