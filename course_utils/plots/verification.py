"""Figures of verification: distances and a threshold, error rates, the ROC curve."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from course_utils.arrays import BoolArray, Float64Array
from course_utils.faces.evaluation import Interval, Roc, error_rates
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, RED


def threshold_figure(distance: Float64Array, same: BoolArray, tau: float) -> DescribedFigure:
    """Return the histograms of the distances of same and of different pairs, cut by tau.

    Args:
        distance: (pairs,) float.
        same: (pairs,) bool.
        tau: the threshold to draw.
    """
    rates = error_rates(distance, same, tau)
    description = (
        f"Two overlapping histograms of distances. Half of the pairs of one person lie below {np.median(distance[same]):.1f}, "
        f"half of the pairs of different people below {np.median(distance[~same]):.1f}. A vertical line at tau = {tau:g} cuts "
        f"through both: left of it lie {rates.far:.1%} of the different pairs, right of it {rates.frr:.1%} of the same pairs."
    )
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    bins = np.linspace(0, distance.max(), 60).tolist()
    for chosen, label, color, hatch in ((same, "same person", BLUE, ""), (~same, "different people", RED, "///")):
        ax.hist(distance[chosen], bins, density=True, alpha=0.55, color=color, hatch=hatch, label=label, edgecolor="white")
    ax.axvline(tau, color=BLACK, linestyle="-")
    ax.annotate(r"$\tau$", (tau, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=14)
    ax.set_xlabel(r"distance of the pair: accepted left of $\tau$, rejected right of it")
    ax.set_yticks([])
    ax.set_ylabel("share of its own kind")
    ax.legend(loc="upper left")
    ax.set_title(
        rf"At $\tau$ = {tau:g}: {rates.far:.1%} of different pairs accepted, {rates.frr:.1%} of same pairs rejected", pad=18
    )
    return figure


def error_curves(curve: Roc, equal_error: float, unit: str = "distance") -> DescribedFigure:
    """Return false accept and false reject rates against tau, and where they cross."""
    frr = 1 - curve.tar
    crossing = curve.tau[np.argmin(np.abs(curve.far - frr))]
    description = (
        "Two curves against the threshold tau. The false accept rate rises from 0 to 100%, the false reject rate falls from "
        f"100% to 0. They cross at tau = {crossing:.2f}, where both are {equal_error:.1%}."
    )
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    ax.plot(curve.tau[1:], curve.far[1:], label="FAR: different pairs accepted", color=RED, linestyle="--")
    ax.plot(curve.tau[1:], frr[1:], label="FRR: same pairs rejected", color=BLUE, linestyle="-")
    ax.plot(crossing, equal_error, "o", color=BLACK, label=f"equal error rate {equal_error:.1%}")
    ax.set_xlabel(rf"threshold $\tau$ ({unit})")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.08))  # where neither curve goes
    ax.set_title("A larger threshold trades false rejects for false accepts")
    return figure


def roc_figure(curves: Mapping[str, Roc], title: str) -> DescribedFigure:
    """Return ROC curves, one a method, with the line of pure chance; the false accept axis is logarithmic on the right."""
    at = {name: f"{curve.tar[curve.far <= 0.01].max():.0%} for {name}" for name, curve in curves.items()}
    description = (
        "True accept rate against false accept rate, which has a linear axis on the left and a logarithmic one on the right; a "
        f"dotted line marks pure chance. At a false accept rate of 1% the true accept rate is {', '.join(at.values())}."
    )
    figure = DescribedFigure(description, (8, 3.6))
    linear, logarithmic = figure.subplots(1, 2)
    for ax in (linear, logarithmic):
        for name, curve in curves.items():
            ax.plot(curve.far, curve.tar, label=name)
        chance = np.geomspace(1e-4, 1, 200)
        ax.plot(chance, chance, color=BLACK, linestyle=":", linewidth=1, label="chance")
        ax.set_xlabel("false accept rate (FAR)")
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.yaxis.set_major_formatter(PercentFormatter(1))
    linear.set_ylabel("true accept rate (TAR)")
    linear.legend(loc="lower right")
    logarithmic.set_xscale("log")
    logarithmic.set_xlim(1e-3, 1)
    logarithmic.set_xticks([0.001, 0.01, 0.1, 1], ["0.1%", "1%", "10%", "100%"])
    linear.set_title(title)
    logarithmic.set_title("the same, small FAR stretched")
    return figure


def intervals_figure(values: Mapping[str, tuple[float, Interval]], title: str, axis: str) -> DescribedFigure:
    """Return one line for each method: its value and its interval.

    Args:
        values: name -> (value, interval), shares from 0 to 1.
        title: the finding.
        axis: what the values are.
    """
    lines = (f"{name} {value:.1%}, from {low:.1%} to {high:.1%}" for name, (value, (low, high)) in values.items())
    description = f"A horizontal line for each method, from the low to the high end of its interval: {'; '.join(lines)}."
    figure = DescribedFigure(description, (7, 0.5 * len(values) + 1.3))
    ax = figure.subplots()
    for row, (value, interval) in enumerate(values.values()):
        ax.plot(interval, [row, row], color=BLUE, linestyle="-")
        ax.plot(value, row, "o", color=BLUE)
        ax.annotate(f"{value:.1%}", (value, row), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=9)
    _name_rows(ax, list(values))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel(axis)
    ax.set_title(title)
    return figure


def curves_figure(
    x: Float64Array, curves: Mapping[str, Float64Array], axes: tuple[str, str], title: str, description: str
) -> DescribedFigure:
    """Return several curves over one axis.

    Args:
        x: (points,) float.
        curves: name -> (points,) float.
        axes: what x is and what the curves are, with their units.
        title: the finding.
        description: what one should see in the curves.
    """
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    for name, y in curves.items():
        ax.plot(x, y, label=name)
    ax.set_xlabel(axes[0])
    ax.set_ylabel(axes[1])
    ax.set_title(title)
    ax.legend()
    return figure


def _name_rows(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.7)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
