"""Figures of verification as classification: do probabilities mean what they say?"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course_utils.arrays import BoolArray, Float64Array, IntArray
from course_utils.checks import in_range
from course_utils.plots.arguments import MOST_PANELS, kinds_of_pair, named, numbers
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, RED

BINS = 10
FEW = 30  # pairs; the point of a bin with fewer is hollow: it says little


def reliability_figure(
    probabilities: Mapping[str, ArrayLike], same: ArrayLike, title: str, *, share_same: float = 0.5
) -> DescribedFigure:
    """Return reliability diagrams, one panel a method: what was stated, and how often it was so.

    The pairs are put into ten bins by their stated probability. The point of a bin says what was stated on average, and what
    share of its pairs shows one person; on the diagonal, statements hold. Below: how often each was made. M. DeGroot,
    S. Fienberg, "The comparison and evaluation of forecasters", The Statistician 32, 1983.

    Args:
        probabilities: method -> (pairs,) float, the stated probability that a pair shows one person.
        same: (pairs,) bool, whether it does.
        title: the finding.
        share_same: the two kinds of pair are weighed so that this share of the whole shows one person.

    Raises:
        ValueError: no method or more than ten; probabilities outside 0 to 1, or not one for each pair; only one kind of pair;
            `share_same` not between 0 and 1.
    """
    kinds = kinds_of_pair(same)
    share_same = in_range("share_same", share_same, above=0, below=1, what="a share")
    weight = np.where(kinds, share_same / kinds.sum(), (1 - share_same) / (~kinds).sum())
    stated = {
        name: numbers(f"probabilities: {name}", each, "(pairs,)", len(kinds), least=0, most=1)
        for name, each in named("probabilities", probabilities, MOST_PANELS)
    }
    bins = {name: _bins(each, kinds, weight) for name, each in stated.items()}
    figure = DescribedFigure(
        "For each method, points in a square: the share of pairs that show one person against the stated probability, and a "
        "dotted diagonal where both are equal; below, a histogram of the stated probabilities. "
        + " ".join(_sentence(name, each) for name, each in bins.items()),
        (2.8 * len(bins) + 0.8, 4.1),
    )
    axes = figure.subplots(2, len(bins), squeeze=False, sharex=True, sharey="row", height_ratios=(4, 1))
    for (top, bottom), (name, each) in zip(axes.T, bins.items(), strict=True):
        _draw(top, bottom, each)
        top.set_title(name, fontweight="normal")
    axes[0, 0].set_ylabel("share that shows one person")
    axes[0, 0].yaxis.set_major_formatter(PercentFormatter(1))
    axes[1, 0].set_ylabel("how often", fontsize=8)
    axes[0, -1].legend(loc="lower right", fontsize=9)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


class _Bins(NamedTuple):
    """The bins that are not empty, each (bins,)."""

    left: Float64Array
    pairs: IntArray
    weight: Float64Array
    stated: Float64Array  # the mean of what was stated
    so: Float64Array  # the share that shows one person


def _bins(stated: Float64Array, same: BoolArray, weight: Float64Array) -> _Bins:
    place = np.minimum((stated * BINS).astype(np.int64), BINS - 1)  # 1 belongs to the last bin
    pairs = np.bincount(place, minlength=BINS)
    filled = np.flatnonzero(pairs)
    total, total_stated, total_same = np.array(
        [np.bincount(place, each, BINS)[filled] for each in (weight, weight * stated, weight * same)]
    )
    return _Bins(filled / BINS, pairs[filled], total, total_stated / total, total_same / total)


def _sentence(name: str, bins: _Bins) -> str:
    ends = dict.fromkeys((0, len(bins.pairs) - 1))  # one, if all was stated in one bin
    said = (f"where it states {bins.stated[at]:.0%} on average, {bins.so[at]:.0%} are" for at in ends)
    return f"{name}: {'; '.join(said)}."


def _draw(top: Axes, bottom: Axes, bins: _Bins) -> None:
    few = bins.pairs < FEW
    top.plot([0, 1], [0, 1], color=BLACK, linestyle=":", linewidth=1)
    top.plot(bins.stated, bins.so, color=BLUE, linestyle="-", linewidth=1)
    for chosen, face, label in ((~few, BLUE, f"{FEW} pairs or more"), (few, "white", "fewer")):
        top.plot(bins.stated[chosen], bins.so[chosen], "o", color=BLUE, markerfacecolor=face, linestyle="none", label=label)
    bottom.bar(bins.left, bins.weight, 1 / BINS, align="edge", color=RED, edgecolor="white")
    bottom.set_xlim(-0.02, 1.02)
    bottom.set_yticks([])
    bottom.set_xlabel("stated probability")
    bottom.xaxis.set_major_formatter(PercentFormatter(1))
