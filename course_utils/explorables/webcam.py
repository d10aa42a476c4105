"""What a camera sees, painted while one looks: pictures go from the page to the kernel and back, and nowhere else."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.arrays import Picture
from course_utils.checks import quoted
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.sheets import sheet
from course_utils.plots.arguments import picture as checked
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.pictures import picture_grid

TALL = 320  # pixels of the height of the photograph and its painting, as the page has them, at most


class _Camera(Explorable):
    """A figure whose page asks the kernel for something: one painting for each picture of the camera."""

    def __init__(self, paint: Callable[[Picture], Picture], data: dict[str, Any], figure: DescribedFigure) -> None:
        super().__init__("camera", data, figure)
        self._paint = paint
        self.on_msg(self._answer)

    def _answer(self, _: Any, asked: dict[str, Any], pixels: Sequence[memoryview]) -> None:
        """Paint one picture, (height, width, 4) uint8, RGB and opacity, and send it back with the name that it came with."""
        seen = np.frombuffer(pixels[0], np.uint8).reshape(asked["height"], asked["width"], 4)
        name = {"picture": asked["picture"]}
        try:
            painted = _painted(self._paint, seen[..., :3])
        except (Exception, KeyboardInterrupt) as error:  # in a log, nobody would see what the painter complains of
            self.send(name | {"error": str(error) or type(error).__name__}, [b""])
            return
        self.send(name, [np.dstack([painted, seen[..., 3]]).tobytes()])


def camera(paint: Callable[[Picture], Picture], photograph: ArrayLike, title: str, description: str) -> Explorable:
    """Return a photograph and its painting to be mixed with a slider, and a button that starts the camera of the machine.

    The camera needs a running kernel, a page of this machine or one with https, and leave, for which the browser asks. Its
    pictures, 320 pixels wide, are painted one after the other, as fast as it goes, and are kept nowhere.

    Example:
        `camera(Painter.load(painter_file("waves")).paint, picture("china"), "A temple in ink", "A temple ...")`

    Args:
        paint: makes a painting of a picture, (height, width, 3) uint8 both, RGB: `style.painter.Painter.paint`.
        photograph: (height, width, 3), values from 0 to 255: what is painted before there is a camera.
        title: the finding, above the static figure.
        description: what one should see in the static figure, which has the photograph and its painting.

    Raises:
        ValueError: `paint` is no function, or what it makes of the photograph is no picture of the same size; no photograph
            in colour, or a strip of one.
    """
    if not callable(paint):
        raise ValueError(f"paint: expected a function that paints a picture, such as Painter.paint, got {quoted(paint)}")
    seen = checked("photograph", photograph)
    if seen.ndim != 3:
        raise ValueError(f"photograph: expected one in colour, (height, width, 3), got shape {seen.shape}")
    both = [seen, _painted(paint, seen)]
    data = {"pictures": sheet("photograph", both, min(TALL, len(seen)))}
    figure = picture_grid(both, ["the photograph", "painted"], title, description, width=4.6, smooth=True)
    return _Camera(paint, data, figure)


def _painted(paint: Callable[[Picture], Picture], seen: Picture) -> Picture:
    painted = checked("paint: its result", paint(seen.copy()))  # whoever paints over what was given changes a copy
    if painted.shape != seen.shape:
        raise ValueError(f"paint: expected a painting of the picture's shape {seen.shape}, it made one of {painted.shape}")
    return painted
