"""Parts that several figures share: histograms of two kinds of pair, the threshold, a line that is always seen, a picture."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from course_utils.arrays import BoolArray, Float64Array, Picture
from course_utils.plots.style import BLACK, BLUE, RED


def bins(distance: Float64Array) -> list[float]:
    """Return the edges of 59 equal bins, from 0 (or from the least, if that is below 0) to the largest distance."""
    edges: list[float] = np.linspace(min(0, distance.min()), distance.max() or 1, 60).tolist()
    return edges


def draw_histograms(ax: Axes, distance: Float64Array, same: BoolArray, edges: list[float] | None = None) -> None:
    """Draw the distances of same and of different pairs over one axis, each kind as shares of its own.

    Args:
        ax: where to draw.
        distance: (pairs,) float.
        same: (pairs,) bool.
        edges: of the bins; those of these distances if there are none.
    """
    edges = bins(distance) if edges is None else edges
    for chosen, label, color, hatch in ((same, "same person", BLUE, ""), (~same, "different people", RED, "///")):
        ax.hist(distance[chosen], edges, density=True, alpha=0.55, color=color, hatch=hatch, label=label, edgecolor="white")
    ax.set_yticks([])


def draw_tau(ax: Axes, tau: float, linewidth: float = 2) -> None:
    """Draw the threshold as a vertical line with its letter above the axes."""
    ax.axvline(tau, color=BLACK, linewidth=linewidth)
    ax.annotate(r"$\tau$", (tau, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=14)


def draw_line(ax: Axes, x: ArrayLike, y: ArrayLike, **style: Any) -> None:
    """Draw a line through points; where it would show none of them, as of one point, draw the points, in front of all lines."""
    seen = np.isfinite(np.asarray(y))
    if not (seen[1:] & seen[:-1]).any():
        style = {"marker": "D"} | style | {"linestyle": "none", "zorder": 3}
    ax.plot(x, y, **style)


def draw_picture(ax: Axes, picture: Picture, caption: str, interpolation: str | None = None) -> None:
    """Draw a picture with its caption beneath, without a frame."""
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation=interpolation)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_xlabel(caption)
