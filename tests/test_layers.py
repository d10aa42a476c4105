"""The order of layers that pyproject.toml promises: imports run one way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Each goes against the order: into a lower room from a higher one, or between rooms that know nothing of each other.
PLANTED = {
    "errors": "course_utils.arrays",
    "arrays": "course_utils.images",
    "images": "course_utils.checks",
    "checks": "course_utils.data.files",
    "data.files": "course_utils.vgg19",
    "vgg19": "course_utils.style.costs",
    "style.costs": "course_utils.faces.distances",
    "faces.distances": "course_utils.plots",
    "plots.style": "course_utils.feedback",
    "plots.parts": "course_utils.explorables",
    "feedback.calls": "course_utils.grading",
    "explorables.sheets": "course_utils.grading.wire",
    "grading.wire": "course_utils.lab",
    "lab": "course_utils.doctor",
    "doctor": "course_utils.commands",
    "data.faces": "notebooks",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    environment = os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(folder), "COLUMNS": "300"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120)


def copied(folder: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", folder)
    return shutil.copytree(ROOT / "course_utils", folder / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))


def test_imports_run_one_way():
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "3 kept, 0 broken" in linted.stdout


def test_an_import_against_the_order_is_found(tmp_path: Path):
    package = copied(tmp_path)
    for module, imported in PLANTED.items():
        with (package / f"{module.replace('.', '/')}.py").open("a", encoding="utf-8") as file:
            file.write(f"\nimport {imported}\n")
    with (package / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\nimport numpy\nimport course_utils.data.faces\n")
    linted = lint(tmp_path)
    assert linted.returncode != 0
    assert "0 kept, 3 broken" in linted.stdout
    for module, imported in PLANTED.items():
        assert f"course_utils.{module} -> {imported}" in linted.stdout, f"{module} may import {imported}"


def test_a_new_room_has_to_be_given_its_place(tmp_path: Path):
    package = copied(tmp_path)
    (package / "attic.py").write_text('"""Nobody has said where this belongs."""\n')
    linted = lint(tmp_path)
    assert linted.returncode != 0
    assert "attic" in linted.stdout
