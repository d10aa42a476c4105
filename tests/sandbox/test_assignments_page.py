"""A lecturer's evening, as the page on assignments tells it: its commands run, one after the other."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "instructor" / "assignments.md").read_text("utf-8")
LECTURER = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course that shares its environment and its data."""
    copy = tmp_path_factory.mktemp("course")
    for folder in ("course_utils", "notebooks/assignments/source", "notebooks/assignments/release"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("Makefile", "pyproject.toml", "requirements.lock", "notebooks/assignments/nbgrader_config.py"):
        shutil.copy2(ROOT / file, copy / file)
    for folder in (".venv", "data"):
        (copy / folder).symlink_to(ROOT / folder, target_is_directory=True)
    commit = "git init -q && git add . && git -c user.name=lecturer -c user.email=lecturer@example.org commit -qm course"
    subprocess.run(commit, shell=True, cwd=copy, check=True, timeout=60)
    return copy


def test_the_lecturers_commands_run(course, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/local/bin:/usr/bin:/bin")  # make is there
    said = {}
    for command in LECTURER:
        # The environment is this one's, not the copy's, which must not set it up anew.
        run = re.sub(r"^make ", "make -o setup ", command)
        done = subprocess.run(run, shell=True, cwd=course, capture_output=True, text=True, timeout=3600, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        said[command] = done.stdout
    for collecting in (told for command, told in said.items() if command.startswith("make collect")):
        assert "Notebooks in submitted/STUDENT/05_exercises/: 30." in collecting
        assert "nothing from" not in collecting
    report = said["cat notebooks/assignments/reports/05_exercises.md"]
    assert len(re.findall(r"^\| practice-\d\d \|[^|]*\|[^|]*\|[^|]*\|[^|]*\|$", report, re.MULTILINE)) == 30
    for trouble in ("copied cell", "missing; put back", "cannot be read", "took too long"):
        assert trouble in report
    with (course / "notebooks" / "assignments" / "grades.csv").open() as file:
        grades = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert len(grades) == 30
    assert min(grades.values()) == 0.0
    assert len(set(grades.values())) > 5
    assert report.count("| 2026-11-27 22:59 | 2026-11-2") == 4  # in the list of the late ones
    for platform, column in {"moodle": "ID number", "canvas": "SIS User ID"}.items():
        with (course / "notebooks" / "assignments" / f"grades_05_exercises_{platform}.csv").open() as file:
            exported = [row[column] for row in csv.DictReader(file)]
        assert "1021" in exported  # it cannot be read, so no answer in words waits for a human
        assert len(exported) < 30
    with (course / "notebooks" / "assignments" / "grades_by_nbgrader.csv").open() as file:
        assert {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)} == grades
