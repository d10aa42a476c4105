"""Figures of pictures: rows of faces or paintings, and the picture of a distance."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from course_utils.checks import in_range, quoted, whole_number
from course_utils.plots.arguments import listed, numbers, picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import draw_picture


def picture_grid(
    pictures: Iterable[ArrayLike],
    captions: Iterable[object],
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
        ValueError: no picture, something that is none, or another number of captions than of pictures; no column; a width of
            0 or of more than 20 inches.
    """
    given, texts = listed("pictures", pictures), [str(caption) for caption in listed("captions", captions)]
    if not given:
        raise ValueError("pictures: expected one at least, got none")
    if len(given) != len(texts):
        alone = "; one picture alone goes into a list: [picture]" if len(texts) == 1 else ""
        raise ValueError(f"captions: expected one for each of the {len(given)} pictures, got {len(texts)}{alone}")
    shown = [picture(f"pictures[{place}]", each) for place, each in enumerate(given)]
    columns = min(whole_number("columns", columns), len(shown))
    width = in_range("width", width, above=0, most=20)
    rows = -(-len(shown) // columns)
    height = width * shown[0].shape[0] / shown[0].shape[1]
    size = (max(columns * width, 4.5), rows * (height + 0.25) + 0.35)
    figure = DescribedFigure(description, size, colourful=any(each.ndim == 3 for each in shown))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, each, text in zip(axes[: len(shown)], shown, texts, strict=True):
        draw_picture(ax, each, text)
    for ax in axes[len(shown) :]:
        ax.axis("off")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def difference_picture(
    first: ArrayLike, second: ArrayLike, names: tuple[str, str], distance: float, title: str, description: str
) -> DescribedFigure:
    """Return two faces, their squared difference pixel by pixel, and the distance that comes of it.

    Args:
        first: (height, width), values 0 to 1.
        second: (height, width), values 0 to 1.
        names: what the two are called.
        distance: d(first, second).
        title: the finding.
        description: what one should see in the pictures.

    Raises:
        ValueError: pictures of another kind or of two sizes, other than two names, a distance that is not a number from 0 up.
    """
    one, other = (
        numbers(name, values, "(height, width)", least=0, most=1) for name, values in (("first", first), ("second", second))
    )
    if one.shape != other.shape:
        raise ValueError(f"second: expected the size of the first, {one.shape}, got {other.shape}")
    called = listed("names", names)
    if len(called) != 2:
        raise ValueError(f"names: expected one for each of the 2 pictures, got {quoted(names)}")
    distance = in_range("distance", distance, least=0)
    figure = DescribedFigure(description, (7, 2.9))
    left, middle, right = figure.subplots(1, 3)
    draw_picture(left, 255 * one, str(called[0]))
    draw_picture(middle, 255 * other, str(called[1]))
    squared = np.square(one - other)
    shown = right.imshow(squared, vmin=0, vmax=squared.max() or 1)
    right.set_xticks([])
    right.set_yticks([])
    right.set_xlabel(f"$d$({called[0]}, {called[1]}) = {distance:.1f}")
    figure.colorbar(shown, ax=right, shrink=0.8, label="squared difference")
    figure.suptitle(title, x=0.01, ha="left")
    return figure
