"""Figures of a network: a picture, and what its layers make of it."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array, Picture
from course_utils.plots.arguments import named, numbers, picture
from course_utils.plots.diagrams import arrow, canvas
from course_utils.plots.figure import DescribedFigure

MOST_LAYERS = 6
LARGEST = 2.6  # the side of the picture, in units of the canvas
BEHIND = 0.14  # how far each map looks out behind the one before it
GAP = 0.62
INCHES = 8.8  # of the width: a page shows what is wider smaller, with its words
LINE = 0.185  # inches of a line of words
TITLE = 0.4  # inches above
GREY = "#888888"


def layers_figure(shown: ArrayLike, activations: Mapping[str, ArrayLike], title: str, description: str) -> DescribedFigure:
    """Return a picture on its way through a network: of each layer some maps, one behind the other, and their sizes.

    In front is the map that changes most from place to place, behind it those that follow. The more channels, the more maps:
    one more whenever they double. The sides are drawn as the square roots of the true ones, so that small maps are seen.

    Args:
        shown: the picture, (height, width) or (height, width, 3), values 0 to 255.
        activations: layer -> (n_H, n_W, n_C), from the first to the last, values from 0 up; at most six layers.
        title: the finding.
        description: what one should see. The sizes are said by the figure.

    Raises:
        ValueError: no picture; no layer or more than six; activations of another shape, below 0 or not finite.
    """
    first = picture("shown", shown)
    layers = [
        (name, numbers(f"activations: {name}", a, "(n_H, n_W, n_C)", least=0))
        for name, a in named("activations", activations, MOST_LAYERS)
    ]
    largest = max(first.shape[0], *(a.shape[0] for _, a in layers))
    sides = [LARGEST * (each.shape[0] / largest) ** 0.5 for each in (first, *(a for _, a in layers))]
    stacks = [0, *(_behind(a.shape[2]) for _, a in layers)]
    width = sum(sides) + BEHIND * sum(stacks) + GAP * len(layers) + 0.9
    captions = [f"the picture\n{first.shape[0]} x {first.shape[1]}", *(f"{name}\n{_size(a)}" for name, a in layers)]
    room = [0.12 + (words.count("\n") + 1) * LINE * width / INCHES for words in captions]  # beneath each picture
    middle = 0.1 + max(side / 2 + words for side, words in zip(sides, room, strict=True))
    height = middle + 0.1 + max(side / 2 + BEHIND * behind for side, behind in zip(sides, stacks, strict=True))
    figure, ax = canvas(description, width, height, (INCHES, INCHES * height / width + TITLE))
    figure.colourful = first.ndim == 3
    figure.description += " " + "; ".join(f"{name}: {_size(a)}".replace("\n", ", ") for name, a in layers) + "."
    x = 0.5
    for place, each in enumerate([first, *(a for _, a in layers)]):
        side, bottom = sides[place], middle - sides[place] / 2
        if place:
            arrow(ax, (x - GAP + 0.08, middle), (x - 0.08, middle))
            for behind in range(stacks[place], -1, -1):
                chosen = _map(each, behind)
                _put(ax, chosen, (x + BEHIND * behind, bottom + BEHIND * behind), side, chosen.max() or 1, 20 - behind)
        else:
            _put(ax, each, (x, bottom), side, 255, 20)
        ax.text(x + side / 2, bottom - 0.12, captions[place], ha="center", va="top", fontsize=10, linespacing=1.25)
        x += side + BEHIND * stacks[place] + GAP
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_title(title)
    return figure


def _behind(channels: int) -> int:
    """Return how many maps look out behind the first."""
    return max(0, min(channels - 1, int(np.log2(channels)) - 3))


def _map(a: Picture, rank: int) -> Float64Array:
    """Return the map of the channel that changes most from place to place, or of one of those that follow."""
    return np.asarray(a[:, :, np.argsort(-a.std(axis=(0, 1)), kind="stable")[rank]])


def _size(a: Picture) -> str:
    return f"{a.shape[0]} x {a.shape[1]}\n{a.shape[2]} channels"


def _put(ax: Axes, shades: ArrayLike, corner: tuple[float, float], side: float, white: float, above: int) -> None:
    left, bottom = corner
    ax.imshow(shades, cmap="gray", vmin=0, vmax=white, extent=(left, left + side, bottom, bottom + side), zorder=above)
    ax.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=GREY, linewidth=0.8, zorder=above))
