"""The doctor and the commands, run as a learner runs them, in a copy of the course where something was broken on purpose."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from course_utils import doctor, kernels, remedies
from course_utils.data.archives import read_manifest
from course_utils.data.faces import load_faces
from course_utils.doctor import Finding
from tests.environments import make_environment, typed
from tests.test_kernels import register_kernel

ROOT = Path(__file__).resolve().parents[1]
FACES, VGG19 = read_manifest().values()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of what the commands need; `python -m course_utils` run in it uses the copy, data and all."""
    copy = tmp_path / "course"
    shutil.copytree(ROOT / "course_utils", copy / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", copy / "data", ignore=shutil.ignore_patterns(".fetching-*"))
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, copy)
    (copy / "notebooks").mkdir()
    return copy


def run(course: Path, *arguments: str, python: str = sys.executable, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", *arguments],
        cwd=course,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def remedy(line: str) -> list[str]:
    """Return the arguments of the command behind the arrow, which runs this Python."""
    python, option, *words = shlex.split(line.partition("->")[2])
    assert option == "-m"
    assert Path(shutil.which(python)).samefile(sys.executable)
    return words


def wrong_lines(process: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in process.stdout.splitlines() if line.startswith("WRONG")]


def archive_lines(course: Path) -> list[str]:
    """Return what the doctor of the copy says of the archives, and only that, because looking at the rest takes a while."""
    code = "from course_utils.doctor import check_archives; print(*check_archives(), sep='\\n')"
    python = subprocess.run([sys.executable, "-c", code], cwd=course, capture_output=True, text=True, timeout=60, check=True)
    return python.stdout.splitlines()


@pytest.mark.slow
def test_all_is_well_here():
    process = run(ROOT, "course_utils", "doctor")
    assert process.returncode == 0, process.stdout
    assert process.stderr == ""
    lines = process.stdout.splitlines()
    assert lines[-1] == "All is well."
    assert all(line.startswith("ok ") for line in lines[:-1])
    for thing in (
        "Python",
        "Course",
        "Folders",
        "Names",
        "tensorflow",
        "Jupyter kernel",
        "Notebooks",
        FACES.title,
        VGG19.title,
        "Disk",
        "Cores",
        "bfloat16",
    ):
        assert sum(line.startswith(f"ok     {thing}: ") for line in lines) == 1


@pytest.mark.slow
def test_what_is_wrong_is_said_with_a_remedy_and_exit_status_1(course: Path):
    """The folder was copied, an archive is damaged, and the lock has become another."""
    (course / "data/cache" / FACES.file).write_bytes(b"not a wheel")
    lock = course / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("\nrich==", "\nrich==9."), encoding="utf-8")
    process = run(course, "course_utils", "doctor")
    assert process.returncode == 1
    assert process.stderr == ""
    rich, kernel, notebooks, faces = wrong_lines(process)
    assert rich.startswith("WRONG  rich: ")
    assert ", expected 9." in rich
    assert remedy(rich) == ["pip", "install", "--require-hashes", "-r", "requirements.lock"]
    for line in (kernel, notebooks):
        assert f"takes course_utils from {ROOT / 'course_utils/__init__.py'}, expected {course / 'course_utils'}" in line
        assert remedy(line) == ["pip", "install", "--no-deps", "--no-build-isolation", "--editable", "."]
    assert remedy(faces) == ["course_utils", "fetch"]
    assert process.stdout.splitlines()[-1].startswith("Something is wrong.")


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["flipped", "cut", "missing", "swapped"])
def test_the_remedy_for_an_archive_mends_it(damage: str, course: Path, tmp_path: Path):
    shelf = tmp_path / "shelf"
    shutil.copytree(course / "data/cache", shelf)
    path = course / "data/cache" / FACES.file
    content = bytearray(path.read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif damage == "cut":
        path.write_bytes(content[:-1])
    elif damage == "missing":
        path.unlink()
    else:
        shutil.copy(path.with_name(VGG19.file), path)
    line = archive_lines(course)[0]
    said = {"flipped": "is damaged", "cut": "is cut short", "missing": "is missing", "swapped": "swapped"}
    assert line.startswith("WRONG")
    assert said[damage] in line
    mended = run(course, *remedy(line), PIP_NO_INDEX="1", PIP_FIND_LINKS=str(shelf))
    assert mended.returncode == 0, mended.stderr
    assert [line[:2] for line in archive_lines(course)] == ["ok", "ok"]


@pytest.mark.slow
def test_the_remedy_for_a_moved_folder_mends_it(course: Path, tmp_path: Path):
    shutil.copy(ROOT / "README.md", course)
    shutil.copy(ROOT / "LICENSE", course)
    python = make_environment(tmp_path / "environment")
    finding = subprocess.run([python, "-c", CHECK_KERNEL], cwd=course, capture_output=True, text=True, timeout=120).stdout
    assert "a notebook does not find course_utils" in finding
    assert typed(finding.partition("->")[2], CHECK_KERNEL, course, python).startswith("ok ")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kernel on the path", "kernel of the user", "startup", "module"])
def test_the_remedy_for_what_another_project_has_set_mends_it_and_takes_nothing_away(kind: str, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    if kind == "kernel on the path":
        said, theirs = "JUPYTER_PATH=", register_kernel(tmp_path, "/gone/python", "{connection_file}")
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    elif kind == "kernel of the user":
        said, theirs = "JUPYTER_PREFER_ENV_PATH=0", register_kernel(tmp_path / ".local/share/jupyter", "/gone/python")
        monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    elif kind == "startup":
        said, theirs = "settings in", tmp_path / "ipython/profile_default/startup/00.py"
        theirs.parent.mkdir(parents=True)
        theirs.write_text("import os; os._exit(3)")
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    else:
        said, theirs = "PYTHONPATH=", tmp_path / "modules/numpy.py"
        theirs.parent.mkdir()
        theirs.write_text("__version__ = '1.0'")
        monkeypatch.setenv("PYTHONPATH", str(theirs.parent))
    finding = doctor.check_kernel()
    assert not finding.ok
    assert said in finding.detail
    assert typed(finding.remedy, CHECK_KERNEL, tmp_path).startswith("ok "), finding
    assert theirs.exists()


@pytest.mark.slow
def test_a_kernel_of_another_python_is_seen(tmp_path: Path, monkeypatch):
    other = make_environment(tmp_path / "other")
    register_kernel(tmp_path, other, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = doctor.check_kernel()
    assert not finding.ok
    assert f"runs another Python, the one in {tmp_path / 'other'}" in finding.detail
    assert typed(finding.remedy, CHECK_KERNEL, tmp_path).startswith("ok ")


@pytest.mark.slow
def test_the_remedy_for_a_broken_kernel_of_this_python_mends_it(tmp_path: Path):
    python = make_environment(tmp_path / "environment")
    register_kernel(tmp_path / "environment/share/jupyter", "/gone/python", "{connection_file}")
    finding = typed(f'"{python}" -V', CHECK_KERNEL, ROOT, python)
    assert "python3 does not start" in finding
    assert "does not find course_utils" in typed(finding.partition("->")[2], CHECK_KERNEL, ROOT, python)


CHECK_KERNEL = "from course_utils import doctor; print(doctor.check_kernel())"
WELL = {
    "prefix": sys.prefix,
    "spec": "kernels/python3",
    "places": {"course_utils": str(ROOT / "course_utils/__init__.py")},
    "imported": {name: {"file": name, "version": None} for name in ("course_utils", "numpy", "tensorflow", "keras")},
    "keras": {"backend": "tensorflow", "floatx": "float32", "axes": "channels_last"},
    "figures": {"settings": "/env/matplotlib/mpl-data/matplotlibrc", "home": "/env/matplotlib"},
    "compiled": True,
    "bfloat16": 0.5,
}


@pytest.fixture
def answers(monkeypatch) -> Callable[[Callable[[Mapping[str, str]], dict[str, Any]]], None]:
    """Let a function answer in the place of a kernel: it is given the variables, and returns what differs from all well."""

    def let(answer: Callable[[Mapping[str, str]], dict[str, Any]]) -> None:
        def ask(environment: Mapping[str, str], modules: list[str], kernel: str, *, thorough: bool) -> dict[str, Any]:
            return {**WELL, "places": {name: f"/env/{name}.py" for name in modules} | WELL["places"]} | answer(environment)

        monkeypatch.setattr(doctor, "own_path", lambda: ("/env",))
        monkeypatch.setattr(doctor, "ask", ask)

    return let


def the_notebooks() -> str:
    return "\n".join(str(finding) for finding in doctor.check_notebooks())


def test_all_is_well_where_the_kernel_says_so(answers):
    answers(lambda environment: {})
    assert doctor.check_kernel().ok
    assert the_notebooks().startswith("ok     Notebooks: course_utils of this folder")
    assert "slow here" in the_notebooks()


PLACES = {name: f"/env/{name}.py" for name in doctor.NAMES.values()} | {
    name: f"/env/{name}.py" for name in doctor._asked_for(ROOT) if name not in doctor.NAMES
}
PLACES |= WELL["places"]


@pytest.mark.parametrize(
    ("differs", "said", "mended_by"),
    [
        ({"failed": ""}, "python3 does not start", "ipykernel install --sys-prefix"),
        ({"failed": "it does not answer"}, "it does not answer", "ipykernel install --sys-prefix"),
        ({"failed": "zmq is not installed", "missing": "zmq"}, "zmq is not installed", "pip install"),
        ({"prefix": "/elsewhere"}, "the one in /elsewhere", "ipykernel install --sys-prefix"),
        ({"places": {}}, "does not find course_utils", "--editable"),
        ({"places": {"course_utils": "/old/course_utils/__init__.py"}}, "from /old/course_utils", "--editable"),
        ({"places": WELL["places"]}, "does not find numpy", "--force-reinstall"),
        ({"places": PLACES | {"numpy": "/x/numpy/__init__.py"}}, "takes numpy from /x/numpy", "find out what puts /x among"),
        ({"places": PLACES | {"numpy": "/x/numpy.py"}, "env": {"A": "B"}}, "takes numpy from /x", "install --sys-prefix"),
        ({"imported": {"numpy": {"error": "ImportError"}}}, "cannot import numpy (ImportError)", "--force-reinstall"),
        ({"imported": {"numpy": {"version": "1.0"}}}, "imports numpy 1.0, expected ", "--force-reinstall"),
        ({"keras": {"error": "RuntimeError"}}, "does not compute (RuntimeError)", "--force-reinstall"),
        ({"bfloat16": {"error": "RuntimeError"}}, "does not compute (RuntimeError)", "--force-reinstall"),
        ({"figures": {"settings": "/x/matplotlibrc", "home": "/env"}}, "/x/matplotlibrc changes the figures", "set_aside"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_a_kernel_says_is_wrong_has_a_remedy(differs: dict[str, Any], said: str, mended_by: str, answers, monkeypatch):
    answers(lambda environment: differs)
    monkeypatch.setattr(doctor, "_is_installed", lambda name: True)
    (line,) = the_notebooks().splitlines()
    assert line.startswith("WRONG  Notebooks: ")
    assert said in line
    assert mended_by in line.partition("->")[2]


def test_a_kernel_without_its_package_is_mended_by_installing_it(answers, monkeypatch):
    answers(lambda environment: {"failed": "No such kernel named python3"})
    monkeypatch.setattr(doctor, "_is_installed", lambda name: False)
    assert "requirements.lock" in the_notebooks().partition("->")[2]


def test_a_kernel_that_is_described_as_it_should_be_is_mended_by_installing_it_anew(answers, monkeypatch):
    monkeypatch.setattr(doctor, "_is_installed", lambda name: True)
    answers(lambda environment: {"failed": "torn", "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]})
    assert "--force-reinstall" in the_notebooks().partition("->")[2]


def test_settings_in_the_folder_of_the_lab_that_break_its_kernels_are_moved_aside(answers, tmp_path: Path, monkeypatch):
    for module in (doctor, kernels):
        monkeypatch.setattr(module, "SETTINGS", tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ipython").mkdir()
    answers(lambda environment: {"failed": "torn"} if Path(environment["IPYTHONDIR"]).exists() else {})
    (line,) = the_notebooks().splitlines()
    assert f"because of settings in {tmp_path / 'ipython'}" in line
    typed(line.partition("->")[2], "", tmp_path)
    assert the_notebooks().startswith("ok ")


@pytest.mark.parametrize("guilty", [{"XLA_FLAGS"}, {"PYTHONPATH"}, {"PYTHONPATH", "TF_THEIRS"}, {"OMP_THEIRS", "XLA_FLAGS"}])
def test_the_variables_that_are_the_cause_are_found_and_no_others_without_need(guilty: set[str], answers, monkeypatch):
    for name in {"XLA_FLAGS", "PYTHONPATH", "TF_THEIRS", "OMP_THEIRS", "MPLCONFIGDIR"}:
        monkeypatch.setenv(name, "theirs")
    # Its words differ each time, as those of a crash do: what is left of a fault is told by its kind.
    answers(lambda environment: {"failed": f"crash {id(environment)}"} if guilty & set(environment) else {})
    (line,) = the_notebooks().splitlines()
    for name in guilty:
        assert f"{name}=theirs" in line
        assert f"unset {name}" in line or f"set {name}=" in line
    if len(guilty) == 1:
        assert line.count("=theirs") == 1


def test_a_notebook_that_asks_for_another_kernel_is_named(answers, tmp_path: Path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/broken.ipynb").write_text("no notebook")
    for name in ("python3", "theirs"):
        content = {"metadata": {"kernelspec": {"name": name}}}
        (tmp_path / f"notebooks/{name}.ipynb").write_text(json.dumps(content))
    assert doctor.kernel_names(tmp_path) == {"python3": [], "theirs": ["theirs.ipynb"]}
    answers(lambda environment: {"prefix": "/elsewhere"})
    assert doctor.check_kernel(tmp_path).detail.count("python3 runs") == 1


@pytest.mark.parametrize(
    ("name", "way"), [("no_such_module.part", "requirements.lock"), ("numpy.part", "mend the other lines")]
)
def test_a_module_that_a_check_misses_is_installed_unless_it_is_there(name: str, way: str, monkeypatch):
    def torn() -> Finding:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(doctor, "check_kernel", lambda root: torn())
    monkeypatch.setattr(doctor, "check_notebooks", lambda: iter(()))
    (finding,) = [finding for finding in doctor.examine() if not finding.ok]
    assert finding.thing == "Jupyter kernel"
    assert way in finding.remedy


@pytest.mark.parametrize(
    "error", [IndexError(), TimeoutError(), OSError(28, "No space left on device"), ImportError("torn"), AssertionError("\n\n")]
)
def test_whatever_a_check_raises_is_its_line_and_the_others_go_on(error: Exception, monkeypatch):
    def torn(*arguments: object) -> Finding:
        raise error

    checks = [name for name in dir(doctor) if name.startswith("check_") and name != "check_course"]
    for name in checks:
        monkeypatch.setattr(doctor, name, torn)
    findings = list(doctor.examine())
    assert len(findings) == len(checks) + 1
    for finding in findings:
        assert finding.ok == (finding.thing == "Course")
        assert finding.ok or type(error).__name__ in finding.detail
        assert "\n" not in str(finding)


def test_the_way_to_the_course_is_told_where_the_package_is_installed_without_it(course: Path, tmp_path: Path):
    site = tmp_path / "site-packages"
    shutil.copytree(course / "course_utils", site / "course_utils")
    environment = os.environ | {"PYTHONPATH": str(site), "NO_COLOR": "1"}
    command = [sys.executable, "-P", "-m", "course_utils", "doctor"]
    for folder, way in ((course / "notebooks", f"--editable {course}"), (tmp_path, "run `make lab` in it")):
        process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
        assert process.returncode == 1
        (line,) = wrong_lines(process)
        assert f"course_utils is in {site}, where there is no notebooks and no data" in line
        assert way in line.partition("->")[2]
        assert process.stderr == ""


@pytest.mark.parametrize("name", ["numpy.py", "random.py", "course_utils.py", "keras/__init__.py", "PIL.py"])
@pytest.mark.parametrize("place", ["notebooks", "notebooks/assignments/release/01_exercises", ""])
def test_the_remedy_for_a_file_that_hides_a_module_mends_it(name: str, place: str, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / place
    (folder / name).parent.mkdir(parents=True) if not (folder / name).parent.exists() else None
    (tmp_path / "notebooks").mkdir(exist_ok=True)
    (folder / "some.ipynb").write_text("{}")
    (tmp_path / "requirements.lock").write_text("numpy==2\nkeras==3\n")
    assert [finding.ok for finding in doctor.check_names(tmp_path)] == [True]
    (folder / name).write_text("theirs")
    (finding,) = doctor.check_names(tmp_path)
    assert not finding.ok
    assert str(folder / name.partition("/")[0]) in finding.detail
    typed(finding.remedy, "", tmp_path)
    assert [finding.ok for finding in doctor.check_names(tmp_path)] == [True]
    assert len([path for path in folder.rglob("*") if path.is_file() and path.read_text() == "theirs"]) == 1


def test_a_file_with_a_name_of_its_own_and_a_folder_without_modules_hide_nothing(tmp_path: Path):
    for name in ("notebooks/keras", "tests", "course_utils"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("numpy==2\nkeras==3\n")
    for name in ("notebooks/my_numpy.py", "notebooks/numpy.txt", "notebooks/set_aside_numpy.py", "course_utils/__init__.py"):
        (tmp_path / name).write_text("")
    assert [finding.ok for finding in doctor.check_names(tmp_path)] == [True]


def test_the_remedy_for_a_file_in_the_place_of_a_folder_mends_it(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "SETTINGS", tmp_path / "data/cache/lab")
    (tmp_path / "data").write_text("theirs")
    finding = doctor.check_folders(tmp_path, tmp_path / "data/cache")
    assert not finding.ok
    assert str(tmp_path / "data/cache") in finding.detail
    typed(finding.remedy, "", tmp_path)
    assert doctor.check_folders(tmp_path, tmp_path / "data/cache").ok
    assert (tmp_path / "set_aside_data").read_text() == "theirs"


@pytest.mark.parametrize(
    ("error", "way"),
    [(PermissionError(13, "Permission denied"), "chmod -R u+w"), (OSError(28, "No space left on device"), "delete what")],
)
def test_a_folder_that_cannot_be_written_to_is_told(error: OSError, way: str, tmp_path: Path, monkeypatch):
    def refuse(*arguments: object, **settings: object) -> None:
        raise error

    monkeypatch.setattr(doctor, "SETTINGS", tmp_path / "lab")
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    if error.errno == 28:
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    finding = doctor.check_folders(tmp_path, tmp_path / "cache")
    assert f"{tmp_path / 'notebooks'} cannot be written to: {error.strerror}" in finding.detail
    if os.name == "posix" or error.errno == 28:
        assert finding.remedy.startswith(way)
    if finding.remedy.startswith("chmod"):
        (tmp_path / "notebooks").chmod(0o500)
        typed(finding.remedy, "", tmp_path)
        assert (tmp_path / "notebooks").stat().st_mode & 0o200


def test_no_place_for_temporary_files_is_told(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(doctor, "SETTINGS", tmp_path / "lab")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    finding = doctor.check_folders(tmp_path, tmp_path / "cache")
    assert "no temporary file" in finding.detail
    said = typed(finding.remedy, "import tempfile; print(tempfile.gettempdir())", tmp_path).strip()
    assert Path(said) == tmp_path / "cache"


def test_a_missing_package_and_a_wrong_version_are_told_apart(course: Path):
    project = course / "pyproject.toml"
    lock = course / "requirements.lock"
    project.write_text(
        project.read_text(encoding="utf-8").replace('"numpy>=', '"no-such-package>=1", "numpy>='), encoding="utf-8"
    )
    lock.write_text(lock.read_text(encoding="utf-8") + "\nno-such-package==1.2\n", encoding="utf-8")
    finding = next(finding for finding in doctor.check_packages(course) if finding.thing == "no-such-package")
    assert (finding.ok, finding.detail) == (False, "not installed, expected 1.2")


@pytest.mark.parametrize(("version", "well"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)])
def test_python_3_11_to_3_13(version: tuple[int, int], well: bool, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (*version, 1, "final", 0))
    assert doctor.check_python().ok == well


def test_a_full_disk_and_one_core_are_seen(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert not doctor.check_disk().ok
    assert "twice the time" in doctor.check_cores().detail


def test_without_a_package_of_the_commands_there_is_one_clear_line(course: Path, tmp_path: Path):
    python = make_environment(tmp_path / "environment")
    site = next((tmp_path / "environment").rglob("site-packages"))
    (site / "typer.py").write_text("raise ModuleNotFoundError(\"No module named 'typer'\", name='typer')\n")
    process = run(course, "course_utils", "doctor", python=python)
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert line.startswith("typer is not installed in this Python")
    assert line.endswith("-m pip install --require-hashes -r requirements.lock")


@pytest.mark.parametrize("content", ["raise ModuleNotFoundError(name='typer')", "import no_such_module", "", "1 / 0"])
def test_the_remedy_for_something_in_front_of_a_package_of_the_commands_lets_them_start(content: str, tmp_path: Path):
    (tmp_path / "typer.py").write_text(content)
    process = run(ROOT, "course_utils", "fetch", "--help", PYTHONPATH=str(tmp_path))
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert line.endswith(f"Mend it with: {remedies.unset('PYTHONPATH')}")
    typed(line.partition("Mend it with: ")[2], "import course_utils.commands", ROOT, PYTHONPATH=str(tmp_path))


def test_a_file_in_the_folder_that_hides_what_the_commands_need_is_named(course: Path):
    (course / "random.py").write_text("theirs = 1")
    process = run(course, "course_utils", "fetch", "--help")
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert line.endswith("Mend it with: mv random.py set_aside_random.py")
    typed(line.partition("Mend it with: ")[2], "import course_utils.commands", course)


def test_the_doctor_comes_even_if_numpy_does_not(tmp_path: Path):
    (tmp_path / "numpy.py").write_text("raise ImportError('a numpy of another project')")
    code = "import course_utils.commands, course_utils.doctor, course_utils.lab"
    typed("cd .", code, ROOT, PYTHONPATH=str(tmp_path))


def test_without_a_network_fetch_says_so_in_a_few_lines(course: Path):
    shutil.rmtree(course / "data/cache")
    process = run(course, "course_utils", "fetch", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert process.returncode == 1
    assert f"Could not download {FACES.file}" in process.stderr
    assert "Traceback" not in process.stderr
    assert not list((course / "data/cache").iterdir())


def test_fetch_when_all_is_there_downloads_nothing(course: Path):
    process = run(course, "course_utils", "fetch", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert process.returncode == 0
    assert process.stdout.splitlines() == [f"{archive.title}: there and verified." for archive in (FACES, VGG19)]


def test_the_message_for_a_missing_archive_says_what_to_do(tmp_path: Path):
    with pytest.raises(RuntimeError, match="python -m course_utils fetch"):
        load_faces(tmp_path)
