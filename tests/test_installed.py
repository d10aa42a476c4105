"""The package by itself, as `pip install .` brings it: whole, and content with what `dependencies` names."""

import ast
import importlib.metadata
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_utils.data.archives import CACHE

ROOT = Path(__file__).resolve().parents[1]
REFUSING = """
import sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name in {refused!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refusing())
"""
READING = """
import course_utils
assert course_utils.__file__.startswith({place!r}), course_utils.__file__
from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.faces.protocol import read_table
assert len(load_faces().pictures) == 40 and len(read_folds()) == 4 and read_table()["methods"] and vgg19_weights()
"""


def needed() -> set[str]:
    """Return the packages that `dependencies` names, and what these need in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found, asked = set(), [(Requirement(line), "") for line in project["dependencies"]]
    while asked:
        requirement, extra = asked.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        found.add(name)
        asked += [
            (Requirement(line), extra)
            for line in importlib.metadata.requires(name) or ()
            for extra in requirement.extras or {""}
        ]
    return found


def imports_of_the_lessons() -> str:
    """Return every import that stands in a lesson."""
    lines = []
    for source in sorted((ROOT / "notebooks/source").glob("*.py")):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        lines += [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(dict.fromkeys(lines))


@pytest.mark.slow
def test_the_package_alone_has_its_data_and_what_the_lessons_import(tmp_path: Path):
    build = f"from flit_core.buildapi import build_wheel; build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=ROOT, check=True, timeout=120)
    place = tmp_path / "site"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(place)
    cache = tmp_path / "home/.cache/faces-and-style"
    cache.mkdir(parents=True)
    for archive in CACHE.glob("*.whl"):
        (cache / archive.name).symlink_to(archive)
    keep = needed()
    refused = {
        module
        for module, names in importlib.metadata.packages_distributions().items()
        if not keep & {canonicalize_name(name) for name in names} and module != "course_utils"
    }
    assert {"nbgrader", "jupyterlab", "ipykernel", "mypy", "ruff", "playwright", "pytest", "jupytext"} <= refused
    code = REFUSING.format(refused=refused) + READING.format(place=str(place)) + imports_of_the_lessons()
    environment = os.environ | {"PYTHONPATH": str(place), "HOME": str(tmp_path / "home"), "MPLBACKEND": "agg"}
    python = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert python.returncode == 0, python.stderr
