"""Trains the painters that come with the course: `make painters`, or `python -m docs.painters waves` for one of them."""

import sys

from course_utils.data.paintings import painting
from course_utils.data.trained_painters import FOLDER, TRAINED_PAINTERS, painter_file
from course_utils.style.painter import Painter
from course_utils.style.painter_training import train_painter

STEPS = 3000  # not minutes: a slower machine makes the same painters
SETTINGS = {"vortex": {"style_weight": 8.0}}  # what is not as usual


def trained(name: str, seed: int = 0) -> Painter:
    """Train a painter for one of the course's paintings."""
    return train_painter(painting(name, 192, 256), name=name, steps=STEPS, seed=seed, **SETTINGS.get(name, {}))


def main(names: list[str]) -> None:
    """Train the painters of these names; all, if there are none."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or TRAINED_PAINTERS:
        file, painter = painter_file(name), trained(name)
        painter.save(file)
        best = min(painter.history, key=lambda judged: judged.total)  # the one that is kept
        print(f"{file}: {best.steps} steps, {best.seconds:.0f} s, content {best.content:.3f}, style {best.style:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
