"""The part of this package that the sealed process sees: data and networks, no solutions, no checks, no grading."""

import shutil
from pathlib import Path

import course_utils

HERE = Path(course_utils.__file__).parent
SEEN = (
    "__init__.py",
    "backend.py",
    "arrays.py",
    "checks.py",
    "clock.py",
    "errors.py",
    "images.py",
    "quiet.py",
    "vgg19.py",
    "data",
)
SEEN_OF_FEEDBACK = ("feedback/allowed.py", "feedback/calls.py")
SEEN_OF_GRADING = ("grading/limits.py", "grading/wire.py", "grading/inside")
STANDS_IN = """
from course_utils.grading.inside.handed_over import check, hint, score
"""


def write_sealed_package(folder: Path) -> None:
    """Write `course_utils` as the sealed process sees it.

    Args:
        folder: an empty folder; the package is put into it.
    """
    for name in (*SEEN, *SEEN_OF_FEEDBACK, *SEEN_OF_GRADING):
        target = folder / "course_utils" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (HERE / name).is_dir():
            shutil.copytree(HERE / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(HERE / name, target)
    for name in ("__init__.py", "graded.py"):
        (folder / "course_utils" / "feedback" / name).write_text(STANDS_IN, "utf-8")
    (folder / "course_utils" / "grading" / "__init__.py").touch()
