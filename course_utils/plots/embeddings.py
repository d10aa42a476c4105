"""Figures of encoders: a map of people, training curves, distances before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA

from course_utils.arrays import Float64Array
from course_utils.checks import in_range
from course_utils.checks import people as checked_people
from course_utils.plots.arguments import MOST_LINES, MOST_PANELS, kinds_of_pair, named, numbers
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import bins, draw_histograms, draw_line
from course_utils.plots.style import BLACK, LINE_STYLES, MARKERS

if TYPE_CHECKING:  # at run time it would load TensorFlow, which figures do not need
    from course_utils.faces.training import History


LABEL = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
SMOOTHING = 15  # steps


def embedding_map(maps: Mapping[str, ArrayLike], people: ArrayLike, title: str, description: str) -> DescribedFigure:
    """Return people as points: features projected on the two directions in which they differ most, one panel each.

    Args:
        maps: name of the panel -> (pictures, features) float, two pictures and two features at least; at most ten panels.
        people: (pictures,) int, whom each picture shows; at most ten people.
        title: the finding.
        description: what one should see in the maps.

    Raises:
        ValueError: no map, more than ten of them or of people, people and features that differ in number, or features that
            are no finite numbers or too few to draw.
    """
    person = checked_people("people", people)
    names = np.unique(person)
    if len(names) > len(MARKERS):
        raise ValueError(f"people: at most {len(MARKERS)} can be told apart on a map, got {len(names)}")
    panels = [(name, _plane(f"maps: {name}", features, len(person))) for name, features in named("maps", maps, MOST_PANELS)]
    figure = DescribedFigure(description, (4.2 * len(panels), 4.2))
    for ax, (name, points) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        for k, (number, marker) in enumerate(zip(names, MARKERS[: len(names)], strict=True)):
            mine = points[person == number]
            ax.scatter(*mine.T, marker=marker, s=26, color=f"C{k % 6}", alpha=0.8, linewidths=0)
            x, y = mine.mean(axis=0)
            ax.text(x, y, str(number), ha="center", va="center", fontsize=9, fontweight="bold", bbox=LABEL)
        ax.set_title(name, fontweight="normal")
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_aspect("equal", adjustable="datalim")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _plane(name: str, features: ArrayLike, pictures: int) -> Float64Array:
    """Return (pictures, 2), the features projected on the two directions in which they differ most."""
    rows = numbers(name, features, "(pictures, features)")
    if len(rows) != pictures:
        raise ValueError(f"people: expected one for each of the {len(rows)} pictures of {name}, got {pictures}")
    if min(rows.shape) < 2:
        raise ValueError(f"{name}: expected two pictures and two features at least, got shape {rows.shape}")
    if not np.ptp(rows, axis=0).any():
        return np.zeros((len(rows), 2))  # all at one point; PCA would divide by the variance
    points: Float64Array = PCA(2, random_state=0).fit_transform(rows)
    return points


def training_curves(
    histories: Mapping[str, History], title: str, description: str, *, gap: float | None = None
) -> DescribedFigure:
    """Return what happened in training: the loss, and the mean distances of same and of different people in a batch.

    The curves are means over the 15 steps around each step; at both ends, over those that there are.

    Args:
        histories: name -> history of `training.train`; at most six.
        title: the finding.
        description: what one should see in the curves.
        gap: draw a line at this loss: what a network costs that sends all pictures to one point.

    Raises:
        ValueError: no history or more than six, one without steps, with a number that is not finite or with curves of unequal
            length; a gap that is no number.
    """
    runs = [(name, _smoothed(f"histories: {name}", each)) for name, each in named("histories", histories, MOST_LINES)]
    gap = None if gap is None else in_range("gap", gap)
    figure = DescribedFigure(description, (8.4, 3.4))
    left, right = figure.subplots(1, 2)
    for k, (name, (loss, different, same)) in enumerate(runs):
        style = {"color": f"C{k}", "linestyle": LINE_STYLES[k]}
        steps = np.arange(len(loss))
        draw_line(left, steps, loss, label=name, **style)
        draw_line(right, steps, different, label=f"{name}: different" if len(runs) > 1 else "different", **style)
        right.plot(same, linewidth=1, marker="o", markevery=max(len(same) // 8, 1), markersize=4, **style)
    right.plot([], [], linewidth=1, marker="o", markersize=4, color=BLACK, label="same (with dots)")
    if gap is not None:
        left.axhline(gap, color=BLACK, linewidth=1, linestyle=":")
        left.annotate("all at one point", (1, gap), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9)
    left.set_ylabel("loss")
    right.set_ylabel("mean distance in a batch")
    for ax in (left, right):
        ax.set_xlabel(f"step (means over {SMOOTHING} steps)")
        ax.set_ylim(bottom=min(0, ax.dataLim.ymin))
        ax.legend(fontsize=9)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _smoothed(name: str, history: History) -> list[Float64Array]:
    """Return the loss and the distances of different and of same people, means over the 15 steps around each step."""
    loss = numbers(f"{name}: loss", getattr(history, "loss", history), "(steps,)")
    different, same = (
        numbers(f"{name}: {kind}", getattr(history, kind, ()), "(steps,)", len(loss)) for kind in ("different", "same")
    )
    window = np.ones(min(SMOOTHING, len(loss)))
    there = np.convolve(np.ones(len(loss)), window, mode="same")
    return [np.convolve(curve, window, mode="same") / there for curve in (loss, different, same)]


def distance_histograms(distances: Mapping[str, ArrayLike], same: ArrayLike, title: str, description: str) -> DescribedFigure:
    """Return the distances of same and of different pairs, a panel for each method, below each other, over one axis.

    All panels have the same bins and the same scale, in both directions, so that what has moved is seen to have moved.

    Args:
        distances: name of the method -> (pairs,) float, all of the same pairs; at most ten methods.
        same: (pairs,) bool.
        title: the finding.
        description: what one should see in the histograms.

    Raises:
        ValueError: no method or more than ten, not one finite distance for each pair, or only one kind of pair.
    """
    kinds = kinds_of_pair(same)
    panels = [
        (name, numbers(f"distances: {name}", each, "(pairs,)", len(kinds)))
        for name, each in named("distances", distances, MOST_PANELS)
    ]
    edges = bins(np.concatenate([distance for _, distance in panels]))
    figure = DescribedFigure(description, (10, 1.9 * len(panels) + 1))
    axes = figure.subplots(len(panels), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for ax, (name, distance) in zip(axes, panels, strict=True):
        draw_histograms(ax, distance, kinds, edges)
        ax.set_title(name, fontsize=12)
        ax.tick_params(axis="x", labelbottom=True, labelsize=11)
    axes[0].set_xlim(edges[0], edges[-1])
    axes[0].legend(loc="upper right", fontsize=11)
    axes[-1].set_xlabel("distance of the pair", fontsize=12)
    figure.suptitle(title, x=0.01, ha="left")
    return figure
