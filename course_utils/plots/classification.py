"""Figures of verification as classification: do probabilities mean what they say, and what do errors cost at a door?"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course_utils.arrays import BoolArray, Float64Array, IntArray
from course_utils.checks import in_range
from course_utils.faces.evaluation import error_rates
from course_utils.plots.arguments import MOST_LINES, MOST_PANELS, kinds_of_pair, named, numbers
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, GREEN, GREY, MARKERS, ORANGE, PURPLE, RED

BINS = 10
FEW = 30  # pairs; the point of a bin with fewer is hollow: it says little
OF_BINS = (f"{FEW} pairs or more", "fewer")
OF_RULES = (GREEN, PURPLE, BLACK)  # blue and vermilion are the two kinds of pair above them


def reliability_figure(
    probabilities: Mapping[str, ArrayLike],
    same: ArrayLike,
    title: str,
    *,
    share_same: float = 0.5,
    worked: float | None = None,
) -> DescribedFigure:
    """Return reliability diagrams, one panel a method: what was stated, and how often it was so.

    The pairs are put into ten bins by their stated probability. The point of a bin says what was stated on average, and what
    share of its pairs shows the same person; on the diagonal, statements hold. Below: how often each was made. M. DeGroot,
    S. Fienberg, "The comparison and evaluation of forecasters", The Statistician 32, 1983.

    Args:
        probabilities: method -> (pairs,) float, the stated probability that a pair shows the same person.
        same: (pairs,) bool, whether it does.
        title: the finding.
        share_same: both kinds of pair are weighted so that this share of the whole shows the same person; the figure says so.
        worked: a stated probability; a ring marks the point of its bin, and its two numbers stand beside it. None: no ring.

    Raises:
        ValueError: no method or more than ten; probabilities outside 0 to 1, or not one for each pair; only one kind of pair;
            `share_same` not between 0 and 1, `worked` not from 0 to 1.
    """
    kinds = kinds_of_pair(same)
    share_same = in_range("share_same", share_same, above=0, below=1, what="a share")
    worked = None if worked is None else in_range("worked", worked, least=0, most=1, what="a share")
    weight = np.where(kinds, share_same / kinds.sum(), (1 - share_same) / (~kinds).sum())
    stated = {
        name: numbers(f"probabilities: {name}", each, "(pairs,)", len(kinds), least=0, most=1)
        for name, each in named("probabilities", probabilities, MOST_PANELS)
    }
    bins = {name: _bins(each, kinds, weight) for name, each in stated.items()}
    figure = DescribedFigure(
        "For each method, points in a square: the share of pairs that show the same person against the stated probability, and "
        "a dotted diagonal where both are equal; below, a histogram of the stated probabilities. The pairs are weighted so "
        f"that {share_same:.0%} of the whole show the same person. "
        + " ".join(_sentence(name, each) for name, each in bins.items()),
        (3.7 * len(bins) + 1.2, 5.2),
    )
    axes = figure.subplots(2, len(bins), squeeze=False, sharex=True, sharey="row", height_ratios=(4, 1))
    for (top, bottom), (name, each) in zip(axes.T, bins.items(), strict=True):
        _draw(top, bottom, each)
        top.set_title(name, fontweight="normal")
        if worked is not None:
            _ring(top, each, worked)
    axes[0, 0].set_ylabel(f"share that shows the same person,\npairs weighted to {share_same:.0%} same")
    axes[0, 0].yaxis.set_major_formatter(PercentFormatter(1))
    axes[1, 0].set_ylabel("how often", fontsize=9)
    marks = {label: mark for top in axes[0] for mark, label in zip(*top.get_legend_handles_labels(), strict=True)}
    drawn = [label for label in OF_BINS if label in marks]
    axes[0, -1].legend([marks[label] for label in drawn], drawn, loc="lower right", fontsize=9)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def door_figure(
    distance: ArrayLike, same: ArrayLike, taus: Mapping[str, float], accept_cost: float, share_same: float
) -> DescribedFigure:
    """Return who comes to a door, and what each threshold costs there; a false reject costs 1.

    Above: the distances of both kinds of pair, as large as their shares of the attempts. Below: the price of 100 attempts
    against tau, the price of always giving the same answer, and some rules' thresholds.

    Args:
        distance: (pairs,) float.
        same: (pairs,) bool.
        taus: rule -> its threshold on the distance; at most six rules.
        accept_cost: of a false accept.
        share_same: the share of attempts that are genuine.

    Raises:
        ValueError: not one distance for each pair, only one kind of pair, no rule or more than six, a threshold that is not
            finite, a cost that is not above 0, or `share_same` not between 0 and 1.
    """
    kinds = kinds_of_pair(same)
    distance = numbers("distance", distance, "(pairs,)", len(kinds))
    rules = {name: in_range(f"taus: {name}", tau) for name, tau in named("taus", taus, MOST_LINES)}
    accept_cost = in_range("accept_cost", accept_cost, above=0)
    share_same = in_range("share_same", share_same, above=0, below=1, what="a share")

    def price(tau: float) -> float:
        rates = error_rates(distance, kinds, tau)
        return 100 * (accept_cost * (1 - share_same) * rates.far + share_same * rates.frr)

    same_answer = 100 * min(share_same, accept_cost * (1 - share_same))
    prices = {name: price(tau) for name, tau in rules.items()}
    cheapest, least = min({**prices, "always the same answer": same_answer}.items(), key=lambda item: item[1])
    low, high = min(0.0, distance.min(), *rules.values()), max(distance.max(), *rules.values())
    along = np.linspace(low, high, 300)
    at_each = [price(tau) for tau in along]
    upper = max(2 * same_answer, min(1.15 * max(prices.values()), 6 * same_answer))
    said = ", ".join(f"{name} {cost:.1f} at tau = {rules[name]:.2f}" for name, cost in prices.items())
    description = (
        f"Above, two histograms over the distance: {share_same:.0%} of the attempts show the same person, the others different "
        f"people. Below, the price of 100 attempts against the threshold tau, where a false accept costs {accept_cost:g} and a "
        f"false reject 1. Always the same answer costs {same_answer:.1f}, a dotted line. The rules: {said}."
        + (" The curve goes on above the upper edge." if max(at_each) > upper else "")
    )
    figure = DescribedFigure(description, (8.8, 5.6))
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
    edges = np.linspace(low, high, 60).tolist()
    for chosen, part, label, color, hatch in (
        (kinds, share_same, "same person", BLUE, ""),
        (~kinds, 1 - share_same, "different people", RED, "///"),
    ):
        weights = np.full(chosen.sum(), part / chosen.sum())
        top.hist(distance[chosen], edges, weights=weights, alpha=0.55, color=color, hatch=hatch, label=label, edgecolor="white")
    top.set_yticks([])
    top.set_ylabel("who comes")
    top.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    bottom.plot(along, at_each, color=BLACK, linestyle="-", label="any threshold")
    bottom.axhline(same_answer, color=BLACK, linestyle=":", label=f"always the same answer: {same_answer:.1f}")
    for k, (name, cost) in enumerate(prices.items()):
        label = f"{name}: {cost:.1f}"
        color = OF_RULES[k % len(OF_RULES)]
        face = color if k < len(OF_RULES) else "white"
        (mark,) = bottom.plot(rules[name], cost, MARKERS[k], color=color, markersize=9, linestyle="none", label=label)
        mark.set(markerfacecolor=face, zorder=3)
    bottom.set_ylim(0, upper)
    bottom.set_xlabel(r"threshold $\tau$: accepted left of it")
    bottom.set_ylabel("price of 100 attempts")
    bottom.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    genuine = f"{100 * share_same:.3g} of 100 attempts are genuine, a stranger let in costs {accept_cost:.3g}"
    top.set_title(genuine, fontweight="normal")
    figure.suptitle(f"The cheapest rule here: {cheapest}, at {least:.1f}", x=0.01, ha="left")
    return figure


class _Bins(NamedTuple):
    """The bins that are not empty, each (bins,)."""

    left: Float64Array
    pairs: IntArray
    weight: Float64Array
    stated: Float64Array  # the mean of what was stated
    so: Float64Array  # the share that shows the same person


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


def _ring(ax: Axes, bins: _Bins, worked: float) -> None:
    """Mark the point of the bin that a stated probability belongs to, if the bin has pairs."""
    at = np.flatnonzero(np.isclose(bins.left, min(int(worked * BINS), BINS - 1) / BINS))
    for stated, so in zip(bins.stated[at], bins.so[at], strict=True):
        (ring,) = ax.plot(stated, so, "o", color=ORANGE, linestyle="none", markersize=16, clip_on=False)
        ring.set(markerfacecolor="none", markeredgewidth=2.5)
        place, side = ((0.97, 0.3), "right") if so >= stated else ((0.03, 0.8), "left")  # beyond the diagonal
        words, thin = f"says {stated:.0%},\nit is {so:.0%}", {"arrowstyle": "-", "color": ORANGE, "shrinkB": 9}
        ax.annotate(words, (stated, so), place, ha=side, va="center", arrowprops=thin)


def _draw(top: Axes, bottom: Axes, bins: _Bins) -> None:
    few = bins.pairs < FEW
    top.plot([0, 1], [0, 1], color=BLACK, linestyle=":", linewidth=1)
    top.plot(bins.stated, bins.so, color=BLUE, linestyle="-", linewidth=1)
    for chosen, face, label in zip((~few, few), (BLUE, "white"), OF_BINS, strict=True):
        if chosen.any():  # the legend has an entry for what is drawn alone
            top.plot(bins.stated[chosen], bins.so[chosen], "o", color=BLUE, markerfacecolor=face, linestyle="none", label=label)
    bottom.bar(bins.left, bins.weight, 1 / BINS, align="edge", color=GREY, edgecolor="white")
    bottom.set_xlim(-0.02, 1.02)
    bottom.set_yticks([])
    bottom.set_xlabel("stated probability")
    bottom.xaxis.set_major_formatter(PercentFormatter(1))
