"""The doctor: is everything here that the course needs, and if not, which command mends it?"""

import ast
import importlib.metadata
import os
import platform
import shutil
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import DEVNULL
from typing import NamedTuple

from course_utils.data.archives import CACHE, DATA, Archive, read_archive, read_manifest
from course_utils.errors import DataError

ROOT = DATA.parent
INSTALL = "python -m pip install --require-hashes -r requirements.lock"
FREE_BYTES = 1_000_000_000


class Finding(NamedTuple):
    """What the doctor found about one thing.

    Attributes:
        thing: what was looked at.
        ok: whether the course can run with it.
        detail: what was found.
        remedy: the command that mends it; empty where all is well.
    """

    thing: str
    ok: bool
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'ok   ' if self.ok else 'WRONG'}  {self.thing}: {self.detail}"
        return line if self.ok else f"{line}  ->  {self.remedy}"


def examine(root: Path = ROOT, cache: Path = CACHE) -> Iterator[Finding]:
    """Look at everything the course needs, cheap things first.

    Args:
        root: the folder of pyproject.toml and requirements.lock.
        cache: the folder of the data archives.

    Yields:
        One finding for each thing, as soon as it is known.
    """
    yield check_python()
    yield from check_packages(root)
    yield check_kernel()
    for archive in read_manifest().values():
        yield check_archive(archive, cache)
    yield check_disk(root)
    yield check_cores()
    yield check_bfloat16()


def check_python() -> Finding:
    """Python 3.11 to 3.13: TensorFlow has no wheels for others."""
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", True, version)
    return Finding("Python", False, f"{version}, expected 3.11 to 3.13", "make lab PYTHON=python3.12")


def check_packages(root: Path = ROOT) -> Iterator[Finding]:
    """Each package that pyproject.toml asks for, in exactly the version of requirements.lock."""
    from packaging.requirements import Requirement

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = read_lock(root / "requirements.lock")
    for name in (Requirement(line).name for line in project["dependencies"]):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, f"not installed, expected {locked[name]}", INSTALL)
            continue
        if version == locked[name]:
            yield Finding(name, True, version)
        else:
            yield Finding(name, False, f"{version}, expected {locked[name]}", INSTALL)


def read_lock(path: Path) -> dict[str, str]:
    """Return the version of each package in a lock file, by name as pyproject.toml spells it."""
    from packaging.requirements import Requirement

    pinned = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\"))
            for spelling in (requirement.name, requirement.name.replace("-", "_")):
                pinned[spelling] = next(iter(requirement.specifier)).version
    return pinned


def check_kernel() -> Finding:
    """Start the kernel that the notebooks name, python3, and ask it which Python it runs."""
    thing = "Jupyter kernel"
    try:
        from jupyter_client.manager import start_new_kernel

        manager, client = start_new_kernel(60, "python3", stdout=DEVNULL, stderr=DEVNULL)
    except ImportError as error:
        return Finding(thing, False, f"{error.name} is not installed", INSTALL)
    except Exception as error:  # whatever keeps a kernel from starting is the finding
        return Finding(thing, False, f"python3 does not start ({str(error).splitlines()[0]})", _kernel_remedy())
    try:
        reply = client.execute_interactive(
            "pass", user_expressions={"prefix": "__import__('sys').prefix"}, output_hook=lambda message: None, timeout=60
        )
        prefix = ast.literal_eval(reply["content"]["user_expressions"]["prefix"]["data"]["text/plain"])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if Path(prefix).resolve() == Path(sys.prefix).resolve():
        return Finding(thing, True, "python3 starts and runs this Python")
    return Finding(thing, False, f"python3 runs another Python, the one in {prefix}", _kernel_remedy())


def _kernel_remedy() -> str:
    """The command that mends python3: write our description of it anew, or remove the foreign one that hides ours."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        folder = Path(KernelSpecManager().get_kernel_spec("python3").resource_dir)
    except NoSuchKernel:
        return INSTALL
    if folder.resolve().is_relative_to(Path(sys.prefix).resolve()):
        return "python -m ipykernel install --sys-prefix"
    return "python -m jupyter kernelspec remove -f python3"


def check_archive(archive: Archive, cache: Path = CACHE) -> Finding:
    """A data archive is there, whole, and the right one."""
    try:
        read_archive(archive.name, cache)
    except DataError as error:
        return Finding(archive.title, False, str(error).partition(" Run `")[0], "python -m course_utils fetch")
    return Finding(archive.title, True, f"{archive.file}, SHA-256 {archive.sha256[:12]}...")


def check_disk(root: Path = ROOT) -> Finding:
    """Room for outputs and notebooks."""
    free = shutil.disk_usage(root).free
    detail = f"{free / 1e9:.1f} GB free"
    if free >= FREE_BYTES:
        return Finding("Disk", True, detail)
    return Finding("Disk", False, f"{detail}, expected 1 GB", f"delete what you do not need on the disk of {root}")


def check_cores() -> Finding:
    """The number of processor cores; the lessons' times are for two."""
    cores = os.cpu_count() or 1
    return Finding("Cores", True, f"{cores}" if cores > 1 else "1: the lessons take about twice the time they state")


def check_bfloat16() -> Finding:
    """Whether bfloat16, a number format of half the size, is fast on this processor; style transfer uses it where it is."""
    thing = "bfloat16"
    try:
        ratio = bfloat16_speed()
    except ImportError as error:
        return Finding(thing, False, f"cannot be tried: {str(error).splitlines()[0]}", INSTALL)
    verdict = "fast here" if ratio > 1 else "slow here, float32 is the better choice"
    return Finding(thing, True, f"{ratio:.2g} times the speed of float32: {verdict}")


def bfloat16_speed(repeats: int = 3) -> float:
    """Return how many times faster than float32 a convolution is in bfloat16, by median of `repeats` runs of each."""
    from course_utils.backend import tf

    def seconds(dtype: str) -> float:
        picture = tf.ones((1, 128, 128, 64), dtype)
        kernel = tf.ones((3, 3, 64, 64), dtype)
        return _median_seconds(lambda: tf.nn.conv2d(picture, kernel, 1, "SAME").numpy(), repeats)

    return seconds("float32") / seconds("bfloat16")


def _median_seconds(work: Callable[[], object], repeats: int) -> float:
    work()  # the first run also loads and prepares
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
