"""Figures of faces: rows of pictures, and the picture of a distance."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

Picture = NDArray[np.uint8] | NDArray[np.float32]


def draw_face(ax: Axes, picture: Picture, caption: str = "") -> None:
    """Draw one grey picture (height, width), values 0 to 255, at its own aspect, with a caption beneath."""
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_xlabel(caption)


def face_grid(pictures: Sequence[Picture], captions: Sequence[str] = (), title: str = "", columns: int = 10) -> Figure:
    """Return a grid of grey pictures, row by row.

    Args:
        pictures: (height, width) arrays, values 0 to 255.
        captions: one beneath each picture, or none at all.
        title: the finding, above the grid.
        columns: pictures in a row.
    """
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    height = 1.5 if captions else 1.3
    figure = Figure(figsize=(max(columns * 1.0, 4.5), rows * height + 0.4))
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for index, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        ax.axis("on")
        draw_face(ax, picture, captions[index] if captions else "")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def difference_picture(first: Picture, second: Picture, distance: float, title: str) -> Figure:
    """Return two faces, their squared difference pixel by pixel, and the distance that sums it up.

    Args:
        first: (height, width), values 0 to 1.
        second: (height, width), values 0 to 1.
        distance: d(first, second).
        title: the finding.
    """
    figure = Figure(figsize=(6.2, 2.7))
    left, middle, right = figure.subplots(1, 3)
    draw_face(left, 255 * first, "img1")
    draw_face(middle, 255 * second, "img2")
    shown = right.imshow(np.square(np.subtract(first, second)), vmin=0)
    right.set_xticks([])
    right.set_yticks([])
    right.set_xlabel(f"squared difference\n$d$(img1, img2) = {distance:.2f}")
    figure.colorbar(shown, ax=right, shrink=0.8)
    figure.suptitle(title, x=0.01, ha="left")
    return figure
