"""Figures of pictures: rows of faces or paintings, the picture of a distance, a picture that changes step by step."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array, Picture
from course_utils.checks import in_range, listed, quoted, whole_number
from course_utils.plots.arguments import named, numbers, picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import draw_line, draw_picture
from course_utils.plots.style import BLUE

LEAST_WIDTH = 4.5  # inches of a figure: room for a title
PADDING = 0.04  # inches around each picture of a grid


def picture_grid(
    pictures: Iterable[ArrayLike],
    captions: Iterable[object],
    title: str,
    description: str,
    columns: int = 10,
    width: float = 1.1,
    smooth: bool = False,
) -> DescribedFigure:
    """Return a grid of pictures of one size, row by row, each at its own aspect.

    Args:
        pictures: (height, width) grey or (height, width, 3) colour arrays, values 0 to 255.
        captions: one beneath each picture.
        title: the finding, above the grid.
        description: what one should see in the pictures.
        columns: pictures in a row.
        width: of one picture, in inches. A page shows a grid of more than 8.8 inches smaller, and its captions with it.
        smooth: enlarge pictures without edges between their pixels: for paintings. What is counted keeps its pixels.

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
    size = (max(columns * width, LEAST_WIDTH), rows * (height + 0.25) + 0.35)
    figure = DescribedFigure(description, size, colourful=any(each.ndim == 3 for each in shown))
    # A small grid stands at the left, beneath its title.
    figure.set_layout_engine("constrained", w_pad=PADDING, rect=(0, 0, columns * width / size[0], 1))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, each, text in zip(axes[: len(shown)], shown, texts, strict=True):
        draw_picture(ax, each, text, "bicubic" if smooth else None)
        ax.set_anchor("W")
    for ax in axes[len(shown) :]:
        ax.axis("off")
    figure.suptitle(title, x=PADDING / size[0], ha="left")
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


def change_figure(
    changes: Mapping[str, tuple[ArrayLike, Iterable[ArrayLike], ArrayLike]], axis: str, title: str, description: str
) -> DescribedFigure:
    """Return a panel for each change: a picture that is changed more and more, above the curve of what the change does.

    Args:
        changes: what is changed, with its unit -> (sizes, pictures, shares): how large the change is, (steps,) float; a
            picture changed by each of them, (height, width), values 0 to 255; and a share from 0 to 1 at each, (steps,). At
            most three changes; all have the same axis for the shares, each its own for the sizes.
        axis: what the shares are.
        title: the finding.
        description: what one should see in the pictures and the curves.

    Raises:
        ValueError: no change or more than three, not one picture and one share from 0 to 1 for each size, something that is
            no picture.
    """
    panels = [(name, _changed(f"changes: {name}", each)) for name, each in named("changes", changes, 3)]
    figure = DescribedFigure(description, (max(6.0, 5.5 * len(panels)), 4.2))
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for ax, (name, (sizes, shown, shares)) in zip(axes, panels, strict=True):
        draw_line(ax, sizes, shares, color=BLUE, marker="o")
        for size, face in zip(sizes, shown, strict=True):
            zoom = min(4.4 / len(shown), 1.0) * 72 / face.shape[1]
            image = OffsetImage(face, zoom=0.9 * zoom, cmap="gray", norm=Normalize(0, 255), resample=True)
            above = AnnotationBbox(
                image, (size, 1.06), xycoords=("data", "axes fraction"), box_alignment=(0.5, 0), frameon=False
            )
            ax.add_artist(above)
        ax.set_xticks(sizes)
        ax.set_xlabel(name)
        ax.yaxis.set_major_formatter(PercentFormatter(1))
    axes[0].set_ylabel(axis)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _changed(name: str, change: Any) -> tuple[Float64Array, list[Picture], Float64Array]:
    """Return the sizes of a change, the pictures changed by them, and the shares."""
    three = listed(name, change)
    if len(three) != 3:
        raise ValueError(f"{name}: expected (sizes, pictures, shares), got {quoted(change)}")
    sizes = numbers(f"{name}: sizes", three[0], "(steps,)")
    shown = [picture(f"{name}: pictures[{place}]", each) for place, each in enumerate(listed(f"{name}: pictures", three[1]))]
    if len(shown) != len(sizes):
        raise ValueError(f"{name}: pictures: expected one for each of the {len(sizes)} steps, got {len(shown)}")
    return sizes, shown, numbers(f"{name}: shares", three[2], "(steps,)", len(sizes), least=0, most=1)
