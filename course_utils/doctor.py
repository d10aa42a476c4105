"""The doctor: is everything here that the course needs, and if not, which command mends it?

It looks where the notebooks run: in a kernel, started in their folder with the variables of this terminal. A variable that is
named as the cause was tried: without it, the fault is gone.
"""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache as remembered
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

from course_utils import remedies
from course_utils.errors import DataError
from course_utils.kernels import SETTINGS, ask, lab_environment, try_to_write
from course_utils.probe import words
from course_utils.remedies import ROOT

CACHE = ROOT / "data" / "cache"
PACKAGE = Path(__file__).resolve().parent
FREE_BYTES = 1_000_000_000
NAMES = {
    "scikit-learn": "sklearn",
    "scikit-image": "skimage",
    "pillow": "PIL",
    "ipython": "IPython",
}  # of the others: their own
# Variables by which other programs, and other projects, change what a kernel is or does.
SUSPECTS = (
    *("PYTHON", "JUPYTER", "IPYTHON", "TF_", "XLA_", "KERAS_", "OMP_", "KMP_", "MKL_", "OPENBLAS_", "DNNL_", "ONEDNN_"),
    *("MPL", "MATPLOTLIB", "LD_", "DYLD_", "CUDA_"),
)


class Finding(NamedTuple):
    """What the doctor found about one thing.

    Attributes:
        thing: what was looked at.
        ok: whether the course can run with it.
        detail: what was found.
        remedy: the command that mends it, or what to do; empty where all is well.
    """

    thing: str
    ok: bool
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'ok   ' if self.ok else 'WRONG'}  {self.thing}: {self.detail}"
        return line if self.ok else f"{line}  ->  {self.remedy}"


def examine(root: Path = ROOT, cache: Path = CACHE) -> Iterator[Finding]:
    """Look at everything the course needs, cheap things first; whatever a check raises is its finding.

    Args:
        root: the folder of the course, with pyproject.toml, requirements.lock and notebooks.
        cache: the folder of the data archives.

    Yields:
        One finding for each thing, as soon as it is known.
    """
    yield from _found("Python", check_python)
    whole = [*_found("Course", lambda: check_course(root))]
    yield from whole
    if not all(finding.ok for finding in whole):
        return  # there is nothing to look at
    yield from _found("Folders", lambda: check_folders(root, cache))
    yield from _found("Names", lambda: check_names(root))
    yield from _found("Packages", lambda: check_packages(root))
    yield from _found("Jupyter kernel", lambda: check_kernel(root))
    yield from _found("Notebooks", check_notebooks)
    yield from _found("Archives", lambda: check_archives(cache))
    yield from _found("Disk", lambda: check_disk(root))
    yield from _found("Cores", check_cores)


def _found(thing: str, check: Callable[[], Finding | Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a check finds; an error is a finding, too, for the checks after it have something to tell."""
    try:
        found = check()
        yield from [found] if isinstance(found, Finding) else found
    except ModuleNotFoundError as error:
        missing = error.name is not None and not _is_installed(error.name.partition(".")[0])
        remedy = remedies.install() if missing else "mend the other lines, and call the doctor again"
        yield Finding(thing, False, f"cannot be looked at: {words(error)}", remedy)
    except Exception as error:
        yield Finding(thing, False, f"cannot be looked at: {words(error)}", "mend what it says, or ask who gave you the course")


def check_python() -> Finding:
    """Python 3.11 to 3.13: TensorFlow has no wheels for others."""
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", True, version)
    return Finding("Python", False, f"{version}, expected 3.11 to 3.13", "make lab PYTHON=python3.12")


def check_course(root: Path = ROOT) -> Finding:
    """The folder around this package is the whole course, and not one of installed packages."""
    missing = [name for name in ("notebooks", "data", "pyproject.toml", "requirements.lock") if not (root / name).exists()]
    if not missing:
        return Finding("Course", True, str(root))
    detail = f"course_utils is in {root}, where there is no {' and no '.join(missing)}"
    for folder in (Path.cwd(), *Path.cwd().parents):
        if folder != root and (folder / "course_utils").is_dir() and (folder / "notebooks").is_dir():
            return Finding("Course", False, detail, remedies.register(folder))
    return Finding("Course", False, detail, "get the whole folder of the course, and run `make lab` in it")


def check_folders(root: Path = ROOT, cache: Path = CACHE) -> Finding:
    """Files can be written where the notebooks, the data and what is temporary belong."""
    for folder in (root / "notebooks", cache, SETTINGS):
        try:
            try_to_write(folder)
        except OSError as error:
            return Finding("Folders", False, f"{folder} cannot be written to: {error.strerror}", _way_to_write(folder, root))
    try:
        try_to_write(Path(tempfile.gettempdir()))
    except OSError as error:
        remedy = remedies.put("TMPDIR", str(cache))
        return Finding("Folders", False, f"no temporary file can be written: {error.strerror}", remedy)
    return Finding("Folders", True, "notebooks, data and temporary files can be written")


def _way_to_write(folder: Path, root: Path) -> str:
    if shutil.disk_usage(root).free < FREE_BYTES:
        return f"delete what you do not need on the disk of {root}"
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            return remedies.move_aside(place)
    if os.name == "posix" and root.stat().st_uid == os.geteuid() and not os.statvfs(root).f_flag & os.ST_RDONLY:
        return remedies.command("chmod", "-R", "u+w", remedies.here(root))
    return f"copy {root} to a folder of your own, and run `make lab` there"


def check_names(root: Path = ROOT) -> Iterator[Finding]:
    """No file beside the notebooks has the name of a module: Python would take it for that module."""
    modules = {*sys.stdlib_module_names, *NAMES.values(), *read_lock(root / "requirements.lock"), "course_utils"}
    folders = sorted({root, root / "notebooks", *(path.parent for path in (root / "notebooks").rglob("*.ipynb"))})
    found = False
    for folder in folders:
        for path in sorted(folder.iterdir()):
            name = path.name.partition(".")[0]
            if name not in modules or path == root / "course_utils":
                continue
            taken = PathFinder.find_spec(name, [str(folder)])  # a folder without modules is not taken for one
            if taken is not None and taken.origin is not None and Path(taken.origin).is_relative_to(path):
                found = True
                yield Finding("Names", False, f"{path} hides the module {name}", remedies.move_aside(path))
    if not found:
        yield Finding("Names", True, "no file beside the notebooks hides a module")


def _is_installed(name: str) -> bool:
    return PathFinder.find_spec(name, list(own_path())) is not None


@remembered
def own_path() -> tuple[str, ...]:
    """Return where this Python looks for modules by itself, whatever variables, folders and the user add to that."""
    command = [sys.executable, "-I", "-c", "import json, sys; print('\\n' + json.dumps(sys.path))"]
    python = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return tuple(json.loads(python.stdout.splitlines()[-1]))


def check_packages(root: Path = ROOT) -> Iterator[Finding]:
    """Each package that pyproject.toml asks for is installed in exactly the version of requirements.lock."""
    locked = read_lock(root / "requirements.lock")
    for name in _asked_for(root):
        found = next(iter(importlib.metadata.distributions(name=name, path=list(own_path()))), None)
        if found is None:
            yield Finding(name, False, f"not installed, expected {locked[name]}", remedies.install())
        elif found.version != locked[name]:
            yield Finding(name, False, f"{found.version}, expected {locked[name]}", remedies.install())
        else:
            yield Finding(name, True, found.version)


def _asked_for(root: Path) -> list[str]:
    from packaging.requirements import Requirement

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line).name for line in project["dependencies"]]


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


def check_kernel(root: Path = ROOT) -> Finding:
    """The kernels that the notebooks name start in this terminal, and run this Python with its own modules.

    Grading, and every Jupyter but the lab of the course, start them so.
    """
    for name, notebooks in kernel_names(root).items():
        finding, _ = _look("Jupyter kernel", name, dict(os.environ), thorough=False)
        if not finding.ok:
            return finding._replace(detail=finding.detail + (f"; {notebooks[0]} asks for it" if notebooks else ""))
    return Finding("Jupyter kernel", True, "python3 starts and runs this Python")


def kernel_names(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the kernels that the notebooks ask for, python3 first, each with the files that ask for another one than that."""
    names: dict[str, list[str]] = {"python3": []}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        try:
            name = str(json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"])
        except (OSError, ValueError, LookupError, TypeError):
            continue  # JupyterLab asks which one, or says that this is no notebook
        if name != "python3":
            names.setdefault(name, []).append(path.name)
    return names


def check_notebooks() -> Iterator[Finding]:
    """A notebook of the lab imports this course and its packages, in the versions of the lock, and computes with them."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as runtime:
        finding, answer = _look("Notebooks", "python3", lab_environment(runtime), thorough=True)
    if not finding.ok:
        yield finding
        return
    keras, imported = answer["keras"], answer["imported"]
    versions = ", ".join(f"{name} {imported[name]['version']}" for name in ("numpy", "tensorflow", "keras"))
    settings = f"{keras['backend']}, {keras['floatx']}, {keras['axes']}"
    yield finding._replace(detail=f"course_utils of this folder; {versions} ({settings})")
    ratio = answer["bfloat16"]
    verdict = "fast here" if ratio > 1 else "slow here, float32 is the better choice"
    yield Finding("bfloat16", True, f"{ratio:.2g} times the speed of float32: {verdict}")


class Fault(NamedTuple):
    """What is wrong with a kernel.

    Attributes:
        kind: what it concerns: "start", "Python" or the name of a module; the same before and after a change that is no help.
        detail: what was found.
        remedy: what mends it, where no variable is the cause.
        deep: whether it shows only when modules are imported.
    """

    kind: str
    detail: str
    remedy: str
    deep: bool = False


class Change(NamedTuple):
    """A variable to try without, or with another value.

    Attributes:
        cause: what is at fault if this helps.
        command: what makes the change in this terminal.
        name: of the variable.
        value: its new value; None takes it away.
    """

    cause: str
    command: str
    name: str
    value: str | None = None


def _look(thing: str, kernel: str, environment: dict[str, str], *, thorough: bool) -> tuple[Finding, dict[str, Any]]:
    """Ask a kernel; if something is wrong with it, find the variables that are the cause, by trying without them."""
    locked = read_lock(ROOT / "requirements.lock")
    versions = {NAMES.get(name, name): locked[name] for name in _asked_for(ROOT)}

    def fault_with(variables: Mapping[str, str], *, thorough: bool) -> tuple[Fault | None, dict[str, Any]]:
        answer = ask(variables, ["course_utils", *versions], kernel, thorough=thorough)
        return next(_faults(answer, kernel, versions), None), answer

    fault, answer = fault_with(environment, thorough=thorough)
    if fault is None:
        return Finding(thing, True, ""), answer

    def helps(changes: list[Change]) -> bool:
        left, _ = fault_with(_changed(environment, changes), thorough=thorough and (fault.deep or fault.kind == "start"))
        return left is None or left.kind not in (fault.kind, "start")

    changes = _smallest([change for change in _changes(environment) if change.value != environment.get(change.name)], helps)
    if not changes:
        return Finding(thing, False, fault.detail, fault.remedy), answer
    causes = " and ".join(change.cause for change in changes)
    return Finding(thing, False, f"{fault.detail}; because of {causes}", " && ".join(c.command for c in changes)), answer


def _changes(environment: Mapping[str, str]) -> list[Change]:
    """Return what may be the cause: variables that this terminal sets, and what is kept out by setting one."""
    user = Path(os.environ.get("PYTHONUSERBASE") or "~/.local")
    changes = [
        Change(f"{name}={environment[name]}", remedies.unset(name), name)
        for name in sorted(os.environ)
        if name.startswith(SUSPECTS) and environment.get(name) == os.environ[name] and name != "IPYTHONDIR"
    ]
    changes += [
        Change(f"packages in {user}", remedies.put("PYTHONNOUSERSITE", "1"), "PYTHONNOUSERSITE", "1"),
        Change("another project's kernel", remedies.put("JUPYTER_PREFER_ENV_PATH", "1"), "JUPYTER_PREFER_ENV_PATH", "1"),
    ]
    profile, own = Path(environment.get("IPYTHONDIR") or "~/.ipython"), SETTINGS / "ipython"
    if profile != own:
        changes += [Change(f"settings in {profile}", remedies.put("IPYTHONDIR", str(own)), "IPYTHONDIR", str(own))]
    elif own.exists():
        empty = str(Path(environment.get("JUPYTER_RUNTIME_DIR") or tempfile.gettempdir()) / "empty")
        changes += [Change(f"settings in {own}", remedies.move_aside(own), "IPYTHONDIR", empty)]
    return changes


def _changed(environment: Mapping[str, str], changes: list[Change]) -> dict[str, str]:
    variables = dict(environment)
    for change in changes:
        variables.pop(change.name, None)
        if change.value is not None:
            variables[change.name] = change.value
    return variables


def _smallest(changes: list[Change], helps: Callable[[list[Change]], bool]) -> list[Change]:
    """Return few of the changes that help, found by halving; none, if all together do not."""
    if not changes or not helps(changes):
        return []
    while len(changes) > 1:
        halves = changes[: len(changes) // 2], changes[len(changes) // 2 :]
        smaller = next((half for half in halves if helps(half)), None)
        if smaller is None:
            break  # it takes some of both
        changes = smaller
    return changes


def _faults(answer: Mapping[str, Any], kernel: str, versions: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with a kernel that has been asked, the cause of the rest first."""
    if "failed" in answer:
        yield Fault(
            "start",
            f"{kernel} does not start, or not to the end ({answer['failed'] or 'without a word'})",
            _kernel_remedy(answer, kernel),
        )
        return
    if Path(answer["prefix"]).resolve() != Path(sys.prefix).resolve():
        detail = f"{kernel} runs another Python, the one in {answer['prefix']} (see {answer['spec']})"
        yield Fault("Python", detail, _kernel_remedy(answer, kernel))
        return
    yield from _wrong_places(answer, versions)
    yield from _wrong_modules(answer["imported"], versions)
    if figures := answer.get("figures"):
        yield from _wrong_figures(figures)
    for subject in ("keras", "compiled", "bfloat16"):
        if isinstance(answer.get(subject), dict) and (error := answer[subject].get("error")):
            yield Fault("tensorflow", f"TensorFlow does not compute ({error})", _anew(), deep=True)


def _wrong_places(answer: Mapping[str, Any], versions: Mapping[str, str]) -> Iterator[Fault]:
    places: Mapping[str, str] = answer["places"]
    course = places.get("course_utils")
    if course is None:
        yield Fault("course_utils", "a notebook does not find course_utils: was the folder moved?", remedies.register())
    elif Path(course).resolve().parent != PACKAGE:
        yield Fault("course_utils", f"a notebook takes course_utils from {course}, expected {PACKAGE}", remedies.register())
    for name in versions:
        if name not in places:
            yield Fault(name, f"a notebook does not find {name}", _anew())
    own = {Path(entry).resolve() for entry in own_path()}
    for name, place in places.items():
        module = Path(place).parent if Path(place).stem == "__init__" else Path(place)
        if name != "course_utils" and module.parent.resolve() not in own:
            if module.is_relative_to(ROOT):
                remedy = remedies.move_aside(module)
            elif answer.get("env"):  # the kernel's description sets variables, and may be written anew
                remedy = remedies.module("ipykernel", "install", "--sys-prefix")
            else:
                remedy = f"find out what puts {module.parent} among the folders of Python's modules, and take it out"
            yield Fault(name, f"a notebook takes {name} from {place}", remedy)


def _wrong_modules(imported: Mapping[str, Mapping[str, str | None]], versions: Mapping[str, str]) -> Iterator[Fault]:
    for name, module in imported.items():
        if error := module.get("error"):
            yield Fault(name, f"a notebook cannot import {name} ({error})", _anew(), deep=True)
        elif name in versions and (module["version"] or versions[name]) != versions[name]:
            yield Fault(name, f"a notebook imports {name} {module['version']}, expected {versions[name]}", _anew(), deep=True)


def _wrong_figures(figures: Mapping[str, str]) -> Iterator[Fault]:
    settings = Path(figures.get("settings", ""))
    if "settings" in figures and not settings.is_relative_to(PACKAGE) and not settings.is_relative_to(figures["home"]):
        yield Fault("figures", f"{settings} changes the figures of all notebooks", remedies.move_aside(settings), deep=True)


def _anew() -> str:
    """The command that installs every package of the lock again, the damaged ones too."""
    return remedies.install("--force-reinstall")


def _kernel_remedy(answer: Mapping[str, Any], kernel: str) -> str:
    if "missing" in answer or not _is_installed("ipykernel"):
        return remedies.install()
    if kernel != "python3":
        return "in JupyterLab choose Kernel, Change Kernel, Python 3 (ipykernel) for this notebook, and save it"
    program, *arguments = answer.get("argv") or [""]
    if program in ("python", "python3", sys.executable) and "ipykernel_launcher" in arguments:
        return _anew()  # it is described as it should be
    return remedies.module("ipykernel", "install", "--sys-prefix")


def check_archives(cache: Path = CACHE) -> Iterator[Finding]:
    """Each data archive is there, whole, and the right one."""
    from course_utils.data.archives import read_archive, read_manifest  # they need NumPy, which may be what is wrong

    for archive in read_manifest().values():
        try:
            read_archive(archive.name, cache)
        except DataError as error:
            remedy = remedies.module("course_utils", "fetch")
            yield Finding(archive.title, False, str(error).partition(" Run `")[0], remedy)
        else:
            yield Finding(archive.title, True, f"{archive.file}, SHA-256 {archive.sha256[:12]}...")


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
