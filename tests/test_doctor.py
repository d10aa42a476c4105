"""The doctor and the commands, run as a learner runs them, in a copy of the course where something was broken on purpose."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from course_utils import doctor
from course_utils.data.archives import read_manifest
from course_utils.data.faces import load_faces

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
    """Return the command behind the arrow, for this Python."""
    words = line.partition("->")[2].split()
    assert words[:2] == ["python", "-m"]
    return words[2:]


def wrong_lines(process: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in process.stdout.splitlines() if line.startswith("WRONG")]


def archive_lines(course: Path) -> list[str]:
    """Return what the doctor of the copy says of the archives, and only that, because looking at the rest takes a while."""
    code = (
        "from course_utils.data.archives import read_manifest; from course_utils.doctor import check_archive\n"
        "for archive in read_manifest().values(): print(check_archive(archive))"
    )
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
    for thing in ("Python", "tensorflow", "Jupyter kernel", FACES.title, VGG19.title, "Disk", "Cores", "bfloat16"):
        assert sum(line.startswith(f"ok     {thing}: ") for line in lines) == 1


@pytest.mark.slow
def test_what_is_wrong_is_said_with_a_remedy_and_exit_status_1(course: Path):
    (course / "data/cache" / FACES.file).write_bytes(b"not a wheel")
    lock = course / "requirements.lock"
    lock.write_text(
        lock.read_text(encoding="utf-8").replace("\nnumpy==", "\nnumpy==9.").replace("\nrich==", "\nrich==9."), encoding="utf-8"
    )
    process = run(course, "course_utils", "doctor")
    assert process.returncode == 1
    numpy, rich, faces = wrong_lines(process)
    assert numpy.startswith("WRONG  numpy: ")
    assert ", expected 9." in numpy
    assert rich.startswith("WRONG  rich: ")
    assert remedy(numpy) == ["pip", "install", "--require-hashes", "-r", "requirements.lock"]
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
def test_a_foreign_kernel_in_front_of_ours_is_seen_and_the_remedy_removes_it(tmp_path: Path, monkeypatch):
    foreign = tmp_path / "kernels/python3"
    foreign.mkdir(parents=True)
    spec = {"argv": [str(tmp_path / "gone/python"), "-f", "{connection_file}"], "display_name": "old", "language": "python"}
    (foreign / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = doctor.check_kernel()
    assert not finding.ok
    assert "does not start" in finding.detail
    assert run(tmp_path, *remedy(str(finding))).returncode == 0
    assert doctor.check_kernel().ok


@pytest.mark.slow
def test_a_kernel_of_another_python_is_seen(tmp_path: Path, monkeypatch):
    other = make_environment(tmp_path / "other")
    spec = {"argv": [other, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "x", "language": "python"}
    folder = tmp_path / "kernels/python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = doctor.check_kernel()
    assert not finding.ok
    assert "runs another Python" in finding.detail
    assert str(tmp_path / "other") in finding.detail


@pytest.mark.slow
def test_a_missing_kernel_is_seen(course: Path, tmp_path: Path):
    python = make_environment(tmp_path / "without")
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs/ipykernel.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'ipykernel'\", name='ipykernel')\n"
    )
    code = "from course_utils.doctor import check_kernel; print(check_kernel())"
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "stubs"),
        "HOME": str(tmp_path),
        "JUPYTER_DATA_DIR": str(tmp_path),
    }
    process = subprocess.run([python, "-c", code], cwd=course, env=environment, capture_output=True, text=True, timeout=120)
    assert process.stdout.startswith("WRONG  Jupyter kernel: "), process
    assert remedy(process.stdout) == ["pip", "install", "--require-hashes", "-r", "requirements.lock"]


def make_environment(folder: Path) -> str:
    """Make an environment that sees the packages of this one but is another; return its Python."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    site = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder)}))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return str(scripts / ("python.exe" if os.name == "nt" else "python"))


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


def test_without_the_packages_there_is_one_clear_line(course: Path, tmp_path: Path):
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError(\"No module named 'typer'\", name='typer')\n")
    process = run(course, "course_utils", "doctor", PYTHONPATH=str(tmp_path))
    assert process.returncode == 1
    assert process.stderr.startswith("typer is not installed in this Python")
    assert process.stderr.strip().endswith(doctor.INSTALL)


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
