"""pyproject.toml, requirements.lock and environment.yml say the same, and what is installed is what they say."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils.doctor import read_lock

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
GROUPS = {
    name: [line for line in lines if isinstance(line, str)]  # without {include-group = ...}
    for name, lines in PYPROJECT["dependency-groups"].items()
}
DIRECT = [Requirement(line) for lines in (PROJECT["dependencies"], *EXTRAS.values(), *GROUPS.values()) for line in lines]
LOCK = ROOT / "requirements.lock"
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def lock_entries() -> list[str]:
    """Return the entries of the lock: each a requirement with its hashes and where it comes from."""
    text = "\n".join(line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return re.split(r"\n(?=\S)", text.strip())


@pytest.mark.parametrize("requirement", DIRECT, ids=str)
def test_the_lock_pins_what_pyproject_allows(requirement: Requirement):
    assert requirement.specifier.contains(read_lock(LOCK)[requirement.name])


def test_the_lock_was_made_from_this_pyproject():
    asked = {
        Requirement(entry.partition(" \\")[0]).name for entry in lock_entries() if "faces-and-style (pyproject.toml" in entry
    }
    assert asked == {requirement.name.replace("_", "-") for requirement in DIRECT}


def test_the_group_dev_holds_all_the_others():
    included = [line["include-group"] for line in PYPROJECT["dependency-groups"]["dev"]]
    assert sorted([*included, "dev"]) == sorted(GROUPS)


def test_every_package_is_pinned_to_one_version_with_hashes():
    names = []
    for entry in lock_entries():
        requirement = Requirement(entry.partition(" \\")[0])
        names.append(requirement.name)
        assert [s.operator for s in requirement.specifier] == ["=="]
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}", entry)
    assert len(names) == len(set(names))


def test_the_lock_names_no_package_index():
    assert "://" not in LOCK.read_text(encoding="utf-8")


def test_conda_brings_the_same_python_and_the_same_lock():
    python = next(line for line in CONDA["dependencies"] if str(line).startswith("python"))
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(PROJECT["requires-python"])
    assert {"pip": ["--require-hashes", "-r requirements.lock"]} in CONDA["dependencies"]
    assert CONDA["name"] == PROJECT["name"]


@pytest.mark.slow
def test_condas_own_pip_step_finds_everything_installed_here(tmp_path: Path):
    # conda writes the lines under `pip:` to a file beside environment.yml and gives it to pip.
    lines = next(part["pip"] for part in CONDA["dependencies"] if isinstance(part, dict))
    step = tmp_path / "condaenv.requirements.txt"
    step.write_text("\n".join(lines).replace("requirements.lock", LOCK.as_posix()))
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "-r", str(step)]
    pip = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert pip.returncode == 0, pip.stderr
    assert "Would install" not in pip.stdout


def test_the_workflow_tests_every_system():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    assert {name.partition("-")[0] for name in job["strategy"]["matrix"]["os"]} == {"ubuntu", "macos", "windows"}
    assert any(step.get("run") == "make test" for step in job["steps"])
