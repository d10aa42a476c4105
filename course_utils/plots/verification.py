"""Figures of verification: distances and a threshold, error rates, the ROC curve."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array
from course_utils.checks import in_range, listed, quoted
from course_utils.faces.evaluation import Interval, Roc, error_rates
from course_utils.plots.arguments import MOST_LINES, MOST_ROWS, kinds_of_pair, named, numbers
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import draw_histograms, draw_line, draw_tau
from course_utils.plots.style import BLACK, BLUE, RED


def threshold_figure(distance: ArrayLike, same: ArrayLike, tau: float) -> DescribedFigure:
    """Return the histograms of the distances of same and of different pairs, cut by tau.

    Args:
        distance: (pairs,) float.
        same: (pairs,) bool.
        tau: the threshold to draw.

    Raises:
        ValueError: not one finite distance for each pair, only one kind of pair, or a threshold that is not finite.
    """
    same = kinds_of_pair(same)
    distance = numbers("distance", distance, "(pairs,)", len(same))
    tau = in_range("tau", tau)
    rates = error_rates(distance, same, tau)
    description = (
        f"Two histograms of distances over one axis. The median of the pairs of one person is {np.median(distance[same]):.1f}, "
        f"of the pairs of different people {np.median(distance[~same]):.1f}. A vertical line stands at tau = {tau:g}: "
        f"{rates.far:.1%} of the different pairs lie left of it or on it, {rates.frr:.1%} of the same pairs right of it."
    )
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    draw_histograms(ax, distance, same)
    draw_tau(ax, tau)
    ax.set_xlabel(r"distance of the pair: accepted left of $\tau$, rejected right of it")
    ax.set_ylabel("share of its own kind")
    ax.legend(loc="upper left")
    ax.set_title(
        rf"At $\tau$ = {tau:g}: {rates.far:.1%} of different pairs accepted, {rates.frr:.1%} of same pairs rejected", pad=18
    )
    return figure


def error_curves(curve: Roc, equal_error: float, unit: str = "distance") -> DescribedFigure:
    """Return false accept and false reject rates against tau, and where they cross.

    Args:
        curve: of `evaluation.roc`.
        equal_error: of `evaluation.equal_error_rate` on the same pairs.
        unit: of the distance.

    Raises:
        ValueError: no curve, or no share from 0 to 1.
    """
    tau, far, tar = _rates("curve", curve)
    equal_error = in_range("equal_error", equal_error, least=0, most=1, what="a share")
    frr = 1 - tar
    crossing = np.interp(0, far - frr, tau)
    description = (
        "Two curves against the threshold tau. The false accept rate rises from 0 to 100%, the false reject rate falls from "
        f"100% to 0. They cross at tau = {crossing:.2f}, where both are {equal_error:.1%}."
    )
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    ax.plot(tau, far, label="FAR: different pairs accepted", color=RED, linestyle="--")
    ax.plot(tau, frr, label="FRR: same pairs rejected", color=BLUE, linestyle="-")
    ax.plot(crossing, equal_error, "o", color=BLACK, label=f"equal error rate {equal_error:.1%}")
    ax.set_xlabel(rf"threshold $\tau$ ({unit})")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.08))  # where neither curve goes
    ax.set_title("A larger threshold trades false rejects for false accepts")
    return figure


def roc_figure(curves: Mapping[str, Roc], title: str) -> DescribedFigure:
    """Return ROC curves, one a method, with the line of pure chance; the false accept axis is logarithmic on the right.

    Args:
        curves: method -> curve of `evaluation.roc`; at most six methods.
        title: the finding.

    Raises:
        ValueError: no curve, something that is none, or more than six.
    """
    lines = [(name, _rates(f"curves: {name}", curve)) for name, curve in named("curves", curves, MOST_LINES)]
    at = (f"{curve.tar[curve.far <= 0.01].max(initial=0):.0%} for {name}" for name, curve in lines)
    description = (
        "True accept rate against false accept rate, which has a linear axis on the left and a logarithmic one on the right; a "
        f"dotted line marks pure chance. At a false accept rate of 1% at most, the true accept rate is {', '.join(at)}."
    )
    figure = DescribedFigure(description, (8, 3.6))
    linear, logarithmic = figure.subplots(1, 2)
    for ax in (linear, logarithmic):
        for name, curve in lines:
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
    logarithmic.set_title("The same, small FAR stretched")
    return figure


def intervals_figure(
    values: Mapping[str, tuple[float, Interval]],
    title: str,
    axis: str,
    differences: Mapping[str, tuple[float, Interval]] | None = None,
) -> DescribedFigure:
    """Return one line for each method: its value and its interval. Differences of methods stand below, with a line at 0.

    Args:
        values: name -> (value, interval), shares from 0 to 1, or differences of shares.
        title: the finding.
        axis: what the values are.
        differences: name -> (difference, its interval), of shares from 0 to 1: drawn in points, over an axis of their own.

    Raises:
        ValueError: no method or more than fifty, or something else than a value and the two ends of its interval.
    """
    lines = [(name, _with_interval(f"values: {name}", each)) for name, each in named("values", values, MOST_ROWS)]
    apart: list[tuple[str, Float64Array]] = []
    if differences is not None:
        given = named("differences", differences, MOST_ROWS)
        apart = [(name, 100 * _with_interval(f"differences: {name}", each)) for name, each in given]
    said = "; ".join(f"{name} {value:.1%}, from {low:.1%} to {high:.1%}" for name, (value, low, high) in lines)
    description = f"A horizontal line for each method, from the low to the high end of its interval: {said}."
    if apart:
        told = "; ".join(f"{name} {value:.1f}, from {low:.1f} to {high:.1f}" for name, (value, low, high) in apart)
        description += f" Below, over an axis of their own with a line at 0, differences in points: {told}."
    figure = DescribedFigure(description, (7, 0.5 * len(lines) + 1.3 + (0.5 * len(apart) + 0.9 if apart else 0)))
    above, *below = figure.subplots(
        1 + bool(apart), 1, squeeze=False, height_ratios=[len(lines), len(apart)][: 1 + bool(apart)]
    )[:, 0]
    _draw_intervals(above, lines, "{:.1%}")
    above.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    above.set_xlabel(axis)
    for ax in below:
        _draw_intervals(ax, apart, "{:+.1f}")
        ax.axvline(0, color=BLACK, linewidth=1, linestyle="--")
        ax.set_xlabel("difference, in points; the dashed line is at 0")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _draw_intervals(ax: Axes, lines: Sequence[tuple[str, Float64Array]], words: str) -> None:
    """Draw a line from the low to the high end of each interval, with its value."""
    for row, (_, (value, low, high)) in enumerate(lines):
        ax.plot([low, high], [row, row], color=BLUE, linestyle="-")
        ax.plot(value, row, "o", color=BLUE)
        number = ax.annotate(
            words.format(value), (value, row), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=9
        )
        number.set_bbox({"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"})  # no line runs through it
    _name_rows(ax, [name for name, _ in lines])


def curves_figure(
    x: ArrayLike, curves: Mapping[str, ArrayLike], axes: tuple[str, str], title: str, description: str
) -> DescribedFigure:
    """Return several curves over one axis; one alone has no legend, for the axes say what it is.

    Args:
        x: (points,) float, or words, which are set side by side.
        curves: name -> (points,) float; at most six. NaN is a gap: nothing was measured there.
        axes: what x is and what the curves are, with their units.
        title: the finding.
        description: what one should see in the curves.

    Raises:
        ValueError: no curve or more than six, one with nothing but gaps, infinity, another number of values than of points,
            or not two texts for the axes.
    """
    words = np.asarray(x, object)
    categories = words.ndim == 1 and words.size > 0 and all(isinstance(word, str) for word in words)
    along = words.tolist() if categories else numbers("x", x, "(points,)")
    lines = [
        (name, numbers(f"curves: {name}", y, "(points,)", len(along), gaps=True))
        for name, y in named("curves", curves, MOST_LINES)
    ]
    texts = listed("axes", axes)
    if len(texts) != 2:
        raise ValueError(f"axes: expected two texts, what x is and what the curves are, got {quoted(axes)}")
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    for name, y in lines:
        draw_line(ax, along, y, label=name)
    ax.set_xlabel(str(texts[0]))
    ax.set_ylabel(str(texts[1]))
    figure.suptitle(title, x=0.01, ha="left")
    if len(lines) > 1:
        ax.legend()
    return figure


def _rates(name: str, curve: Roc) -> Roc:
    """Return a curve as it is drawn: what lies left of the smallest distance, where nobody is accepted, lies at it."""
    if not isinstance(curve, Roc):
        raise ValueError(f"{name}: expected a curve that evaluation.roc has made, got {quoted(curve)}")
    tau = numbers(f"{name}: tau after the first", curve.tau[1:], "(thresholds,)")
    far, tar = (
        numbers(f"{name}: {rate}", getattr(curve, rate), "(thresholds,)", len(tau) + 1, least=0, most=1)
        for rate in ("far", "tar")
    )
    return Roc(np.append(tau[:1], tau), far, tar)


def _with_interval(name: str, value: tuple[float, Interval]) -> Float64Array:
    """Return the value and the two ends of its interval, (3,)."""
    try:
        middle, (low, high) = value
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected a value and its interval, (value, (low, high)), got {quoted(value)}") from error
    three = numbers(name, [middle, low, high], "(3,)")
    if low > high:
        raise ValueError(f"{name}: the interval goes from {low:.6g} down to {high:.6g}; the lower end comes first")
    return three


def _name_rows(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.7)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
