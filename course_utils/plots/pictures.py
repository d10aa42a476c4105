"""Figures of pictures: rows of faces or paintings, and the picture of a distance."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from course_utils.arrays import Picture
from course_utils.plots.figure import DescribedFigure


def picture_grid(
    pictures: Sequence[Picture],
    captions: Sequence[object],
    title: str,
    description: str,
    columns: int = 10,
    width: float = 1.1,
) -> DescribedFigure:
    """Return a grid of pictures of one size, row by row, each at its own aspect.

    Args:
        pictures: (height, width) grey or (height, width, 3) colour arrays, values 0 to 255.
        captions: one beneath each picture.
        title: the finding, above the grid.
        description: what one should see in the pictures.
        columns: pictures in a row.
        width: of one picture, in inches.

    Raises:
        ValueError: pictures and captions differ in number.
    """
    if len(pictures) != len(captions):
        raise ValueError(f"captions: expected one for each of the {len(pictures)} pictures, got {len(captions)}")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    height = width * pictures[0].shape[0] / pictures[0].shape[1]
    size = (max(columns * width, 4.5), rows * (height + 0.25) + 0.35)
    figure = DescribedFigure(description, size, colourful=any(picture.ndim == 3 for picture in pictures))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, picture, caption in zip(axes, pictures, captions, strict=False):
        _draw_picture(ax, picture, str(caption))
    for ax in axes[len(pictures) :]:
        ax.axis("off")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def difference_picture(
    first: Picture, second: Picture, names: tuple[str, str], distance: float, title: str, description: str
) -> DescribedFigure:
    """Return two faces, their squared difference pixel by pixel, and the distance that comes of it.

    Args:
        first: (height, width), values 0 to 1.
        second: (height, width), values 0 to 1.
        names: what the two are called.
        distance: d(first, second).
        title: the finding.
        description: what one should see in the pictures.
    """
    figure = DescribedFigure(description, (7, 2.9))
    left, middle, right = figure.subplots(1, 3)
    _draw_picture(left, 255 * first, names[0])
    _draw_picture(middle, 255 * second, names[1])
    shown = right.imshow(np.square(np.subtract(first, second)), vmin=0)
    right.set_xticks([])
    right.set_yticks([])
    right.set_xlabel(f"$d$({names[0]}, {names[1]}) = {distance:.1f}")
    figure.colorbar(shown, ax=right, shrink=0.8, label="squared difference")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _draw_picture(ax: Axes, picture: Picture, caption: str) -> None:
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_xlabel(caption)
