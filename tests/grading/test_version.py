"""Two machines that say the same version have the same course."""

import shutil

import pytest

import course_utils
from course_utils.grading import version
from course_utils.grading.version import course_version


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Return what tells the version of a small package, which can be changed between."""
    package = tmp_path / "a" / "course_utils"
    (package / "feedback").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "feedback" / "bank.py").write_text("right = 1")
    monkeypatch.setattr(course_utils, "__file__", str(package / "__init__.py"))
    tell = course_version.__wrapped__
    tell.package = package
    return tell


def test_it_is_the_same_wherever_the_course_lies(told, tmp_path, monkeypatch):
    before = told()
    shutil.copytree(told.package, tmp_path / "b" / "course_utils")
    monkeypatch.setattr(course_utils, "__file__", str(tmp_path / "b" / "course_utils" / "__init__.py"))
    assert told() == before


def test_it_is_another_where_any_file_is_another(told):
    seen = [told()]
    (told.package / "feedback" / "bank.py").write_text("right = 2")
    seen.append(told())
    (told.package / "feedback" / "bank.py").rename(told.package / "feedback" / "banks.py")
    seen.append(told())
    (told.package / "feedback" / "more.toml").touch()
    seen.append(told())
    assert len(set(seen)) == 4


def test_what_python_leaves_there_is_no_part_of_it(told):
    before = told()
    (told.package / "__pycache__").mkdir()
    (told.package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert told() == before


def test_it_is_another_with_other_packages_and_names_them(told, monkeypatch):
    before = told()
    assert "Python 3." in before
    monkeypatch.setattr(version, "version", lambda name: "99.9")
    assert told() != before
    assert all(f"{name} 99.9" in told() for name in version.JUDGES)
