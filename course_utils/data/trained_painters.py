"""The painters that come with the course, each trained for one of its paintings; data/README.md says how."""

from pathlib import Path

from course_utils import checks

FOLDER = Path(__file__).with_name("painters")
TRAINED_PAINTERS = ("waves", "vortex")


def painter_file(name: str) -> Path:
    """Return the file of a painter, which `course_utils.style.painter.Painter.load` reads.

    Raises:
        ValueError: none has that name.
    """
    return FOLDER / f"{checks.choice('name', name, TRAINED_PAINTERS)}.npz"
