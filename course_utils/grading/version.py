"""Which course a machine has: two machines that say the same grade alike."""

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import course_utils

JUDGES = (
    "numpy",
    "scipy",
    "tensorflow",
    "keras",
    "distributed",
)  # what answers run in, and what machines talk with


@cache
def course_version() -> str:
    """Return a digest of all files of this package, as they are on the disk, and the versions of what grades hang on."""
    here = Path(course_utils.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(here.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(here).as_posix()} {path.stat().st_size}\n".encode() + path.read_bytes())
    packages = ", ".join(f"{name} {version(name)}" for name in JUDGES)
    return f"{digest.hexdigest()[:12]} (Python {sys.version_info[0]}.{sys.version_info[1]}, {packages})"
