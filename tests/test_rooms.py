"""The docstring of each room of the package names each module that is in it, in one line, and none that is not."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"
ROOMS = [
    path.parent
    for path in sorted(PACKAGE.rglob("__init__.py"))
    if "bank" not in path.parts  # its exercises are found by their names
]


def named(docstring: str) -> list[str]:
    return re.findall(r"^- `([\w/]+)`: \S", docstring, re.MULTILINE)


def there(room: Path) -> list[str]:
    files = [path.stem for path in room.glob("*.py") if not path.name.startswith("__")]
    return sorted(files + [f"{path.parent.name}/" for path in room.glob("*/__init__.py")])


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(PACKAGE.parent).as_posix())
def test_a_room_says_what_is_in_it(room: Path):
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert docstring
    assert sorted(named(docstring)) == there(room)


def test_all_rooms_are_looked_at():
    found = {room.relative_to(PACKAGE).as_posix() for room in ROOMS}
    assert {".", "data", "explorables", "faces", "feedback", "grading", "grading/inside", "plots", "style"} <= found
