"""Figures of encoders: a map of people, training curves, distances before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA

from course_utils.arrays import BoolArray, Float64Array
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, RED

if TYPE_CHECKING:  # at run time it would load TensorFlow, which figures do not need
    from course_utils.faces.training import History


MARKERS = "osD^vP*X<>"  # ten people are told apart by marker and label as well as by colour
LABEL = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
SMOOTHING = 15  # steps


def embedding_map(maps: Mapping[str, ArrayLike], people: ArrayLike, title: str, words: str) -> DescribedFigure:
    """Return people as points: features projected on the two directions in which they differ most, one panel each.

    Args:
        maps: name of the panel -> (pictures, features) float.
        people: (pictures,) int, whom each picture shows; at most ten people.
        title: the finding.
        words: what one should see in the maps.

    Raises:
        ValueError: more than ten people, or people and features that differ in number.
    """
    person = np.asarray(people)
    names = np.unique(person)
    if len(names) > len(MARKERS):
        raise ValueError(f"people: at most {len(MARKERS)} can be told apart on a map, got {len(names)}")
    figure = DescribedFigure(words, (4.2 * len(maps), 4.2))
    for ax, (name, features) in zip(figure.subplots(1, len(maps), squeeze=False)[0], maps.items(), strict=True):
        if len(np.asarray(features)) != len(person):
            raise ValueError(f"people: expected one for each of the {len(np.asarray(features))} pictures, got {len(person)}")
        points = PCA(2, random_state=0).fit_transform(np.asarray(features, np.float64))
        for k, (number, marker) in enumerate(zip(names, MARKERS, strict=False)):
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


def training_curves(histories: Mapping[str, History], title: str, words: str, *, gap: float | None = None) -> DescribedFigure:
    """Return what happened in training: the loss, and the mean distances of same and of different people in a batch.

    The curves are running means over 15 steps.

    Args:
        histories: name -> history of `training.train`.
        title: the finding.
        words: what one should see in the curves.
        gap: draw a line at this loss: what a network costs that sends all pictures to one point.
    """
    figure = DescribedFigure(words, (8.4, 3.4))
    left, right = figure.subplots(1, 2)
    for k, (name, history) in enumerate(histories.items()):
        loss, different, same = (_smooth(curve) for curve in (history.loss, history.different, history.same))
        style = {"color": f"C{k}", "linestyle": ("-", "--", "-.", ":")[k % 4]}
        left.plot(loss, label=name, **style)
        right.plot(different, label=f"{name}: different" if len(histories) > 1 else "different", **style)
        right.plot(same, linewidth=1, marker="o", markevery=max(len(same) // 8, 1), markersize=4, **style)
    right.plot([], [], linewidth=1, marker="o", markersize=4, color=BLACK, label="same (with dots)")
    if gap is not None:
        left.axhline(gap, color=BLACK, linewidth=1, linestyle=":")
        left.annotate("all at one point", (1, gap), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9)
    left.set_ylabel("loss")
    right.set_ylabel("mean distance in a batch")
    for ax in (left, right):
        ax.set_xlabel("step")
        ax.set_ylim(bottom=0)
        ax.legend(fontsize=9)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _smooth(values: Float64Array) -> Float64Array:
    """Running mean over as many steps as there are, at most 15."""
    width = min(SMOOTHING, len(values))
    smooth: Float64Array = np.convolve(values, np.ones(width) / width, mode="valid")
    return smooth


def distance_histograms(distances: Mapping[str, Float64Array], same: BoolArray, title: str, words: str) -> DescribedFigure:
    """Return the distances of same and of different pairs, a panel for each method, below each other.

    Args:
        distances: name of the method -> (pairs,) float, all of the same pairs.
        same: (pairs,) bool.
        title: the finding.
        words: what one should see in the histograms.
    """
    figure = DescribedFigure(words, (7, 1.7 * len(distances) + 0.9))
    axes = figure.subplots(len(distances), 1, squeeze=False)[:, 0]
    for ax, (name, distance) in zip(axes, distances.items(), strict=True):
        bins = np.linspace(0, distance.max(), 60).tolist()
        for chosen, label, color, hatch in ((same, "same person", BLUE, ""), (~same, "different people", RED, "///")):
            ax.hist(distance[chosen], bins, density=True, alpha=0.55, color=color, hatch=hatch, label=label, edgecolor="white")
        ax.set_yticks([])
        ax.set_xlim(left=0)
        ax.set_title(name, fontweight="normal")
    axes[0].legend(loc="upper left", fontsize=9)
    axes[-1].set_xlabel("distance of the pair")
    figure.suptitle(title, x=0.01, ha="left")
    return figure
