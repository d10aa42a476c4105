"""The walls around student code: what bubblewrap lets the sealed process see of this machine, and whether it is there."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from course_utils.data.archives import CACHE, DATA
from course_utils.grading.limits import TEMPORARY

HOME = "/tmp/work"  # of the student, inside; /tmp is a file system of its own there
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
UNSEALED = (
    "Not sealed: there is no bubblewrap here, or the system forbids it. Student code could read what you can read (solutions, "
    "hidden inputs and other submissions among it), write where you can write, and use the network. Its time and its output "
    "were limited; its memory, its processes and its files as far as this system can."
)  # what the report says then
OF_THE_KERNEL = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")  # where grading runs as root, it may write there


@cache
def sealed_here() -> bool:
    """Whether bubblewrap is there and works; some systems forbid it to ordinary users."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return False
    trial = [bubblewrap, *_machine(), "--", "/bin/true"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def behind_walls(package: Path, run: Path, command: list[str]) -> list[str]:
    """Return a command that runs another one behind the walls: it sees what is named here of this machine, and nothing else.

    Args:
        package: the folder with what it sees of this course's package.
        run: where the kernel's sockets are, the one folder that it may write to.
        command: to run inside.
    """
    size = ["--size", str(TEMPORARY)] if _knows_size() else []
    walls = [*_machine(), *size, "--tmpfs", "/tmp", "--dir", HOME, "--dir", "/tmp/matplotlib"]  # this Python can lie in /tmp
    for name in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not name.startswith("/usr"):
            walls += ["--ro-bind", name, name]
    walls += ["--ro-bind", str(package / "course_utils"), "/course/course_utils"]
    for path in sorted(DATA.iterdir()):
        if path != CACHE:
            walls += ["--ro-bind", str(path), f"/course/data/{path.name}"]
    for path in sorted(CACHE.glob("*.whl")):
        walls += ["--ro-bind", str(path), f"/course/data/cache/{path.name}"]
    walls += ["--chdir", HOME]
    for fonts in _font_lists():
        walls += ["--ro-bind", str(fonts), f"/tmp/matplotlib/{fonts.name}"]  # or each kernel would look for all fonts again
    walls += ["--bind", str(run), str(run)]
    walls += [*size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]
    return [str(shutil.which("bwrap")), *walls, "--", *command]


def _machine() -> list[str]:
    """Return the arguments of bubblewrap for the machine alone, without the course: namespaces, devices, programs."""
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sealed"]
    walls += ["--proc", "/proc"]
    for name in OF_THE_KERNEL:
        walls += ["--ro-bind-try", name, name]
    walls += ["--dev", "/dev"]
    for name in SYSTEM:
        walls += ["--ro-bind-try", name, name]
    return walls


@cache
def _knows_size() -> bool:
    """Whether this bubblewrap can limit a file system in memory (0.7 and later)."""
    return "--size" in subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout


@cache
def _font_lists() -> tuple[Path, ...]:
    import matplotlib as mpl
    from matplotlib import font_manager  # noqa: F401 - makes the list

    return tuple(Path(mpl.get_cachedir()).glob("fontlist-*.json"))
