"""Figures of style transfer: the way of the costs through VGG19, costs over time, and what each layer contributes."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array
from course_utils.checks import quoted
from course_utils.plots.arguments import MOST_ROWS, named, numbers
from course_utils.plots.diagrams import arrow, box, canvas
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, GREEN, MARKERS, RED, SKY

HATCHES = ("", "//", "..", "xx", "\\\\", "--", "oo", "++", "||", "**")


def style_transfer_diagram() -> DescribedFigure:
    """Return the total cost: three pictures, one network, the content cost, the style cost, and the way back to G."""
    description = (
        "A diagram from left to right. Three pictures go through the same network, VGG19: the content picture C, the generated "
        "picture G and the style picture S. The activations a of C and G are compared: the content cost. The Gram matrices of "
        "G and S are compared: the style cost. alpha times the one plus beta times the other is J(G). A dashed arrow leads "
        "from J(G) back to the pixels of G, which are all that changes."
    )
    figure, ax = canvas(description, 13, 5.4, (8.4, 3.5))
    for y, name, color in ((4.5, "content $C$", BLUE), (2.7, "generated $G$", BLACK), (0.9, "style $S$", GREEN)):
        box(ax, (1.15, y), name, width=2.0, color=color)
        arrow(ax, (2.17, y), (2.98, y))
    box(ax, (4.0, 2.7), "VGG19\n(fixed)", width=1.9, height=4.4, color=RED)
    for y, name in ((4.5, "$a^{(C)}$"), (3.1, "$a^{(G)}$"), (2.3, "$G^{(G)}$"), (0.9, "$G^{(S)}$")):
        box(ax, (6.2, y), name, width=1.3, height=0.6, color=SKY)
        arrow(ax, (4.97, y), (5.53, y))
        arrow(ax, (6.87, y), (7.62, 3.8 + 0.2 * (y - 3.8) if y > 2.7 else 1.6 + 0.2 * (y - 1.6)))
    box(ax, (8.85, 3.8), "content cost\n" + r"$J_\mathrm{content}$", width=2.4, height=1.0)
    box(ax, (8.85, 1.6), "style cost\n" + r"$J_\mathrm{style}$", width=2.4, height=1.0)
    arrow(ax, (10.07, 3.8), (11.3, 3.14))
    arrow(ax, (10.07, 1.6), (11.3, 2.26))
    ax.text(10.75, 3.75, r"$\times\,\alpha$", ha="center", fontsize=11)
    ax.text(10.75, 1.5, r"$\times\,\beta$", ha="center", fontsize=11)
    box(ax, (12.0, 2.7), "$J(G)$", width=1.3)
    ax.plot([12.0, 12.0, 0.06, 0.06, 0.12], [2.28, 0.16, 0.16, 2.7, 2.7], color=BLACK, linestyle="--", linewidth=1.2)
    ax.annotate("", (0.2, 2.7), (0.06, 2.7), arrowprops={"arrowstyle": "-|>", "color": BLACK})
    ax.text(8.85, 0.34, "the gradient changes the pixels of $G$, and nothing else", ha="center", fontsize=9)
    return figure


def cost_curves(runs: Mapping[str, tuple[ArrayLike, ArrayLike]], title: str, description: str) -> DescribedFigure:
    """Return how the cost of several paintings falls with the time spent, on a logarithmic axis.

    Args:
        runs: name -> (seconds, costs), two sequences of one length with the state after each step; costs above 0. At most
            ten runs.
        title: the finding.
        description: what one should see in the curves. Where each ends is said by the figure itself.

    Raises:
        ValueError: no run or more than ten, or one with no step, as many seconds as costs, or a cost that is 0 or less.
    """
    curves = [(name, *_run(f"runs: {name}", run)) for name, run in named("runs", runs, len(MARKERS))]
    ends = (
        f"{name} ends after {seconds[-1]:.0f} seconds and {len(costs)} step{'s' * (len(costs) > 1)} at {costs[-1]:.3g}"
        for name, seconds, costs in curves
    )
    figure = DescribedFigure(description, (7, 3.4))
    figure.description += f" {'; '.join(ends)}."
    ax = figure.subplots()
    for (name, seconds, costs), marker in zip(curves, MARKERS[: len(curves)], strict=True):
        ax.plot(seconds, costs, marker=marker, markersize=4, markevery=max(1, len(costs) // 12), label=name)
    ax.set(xlabel="seconds of painting", ylabel="cost $J$ (logarithmic axis)", yscale="log", title=title)
    ax.legend()
    return figure


def _run(name: str, run: tuple[ArrayLike, ArrayLike]) -> tuple[Float64Array, Float64Array]:
    """Return the seconds and the costs of a run, each (steps,)."""
    try:
        seconds, costs = run
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected two sequences, (seconds, costs), got {quoted(run)}") from error
    after = numbers(f"{name}: seconds", seconds, "(steps,)", least=0)
    return after, numbers(f"{name}: costs", costs, "(steps,)", len(after), least=np.finfo(float).tiny)


def share_bars(shares: Mapping[str, Mapping[str, float]], title: str, description: str) -> DescribedFigure:
    """Return stacked horizontal bars of parts that add up to a whole: one bar a row, one colour and hatch a part.

    Args:
        shares: row -> (part -> share), shares from 0 to 1 that add up to 1 within a hundredth; every row has the same parts,
            at most ten.
        title: the finding.
        description: what one should see. The shares themselves are said by the figure.

    Raises:
        ValueError: no row or more than fifty, no part or more than ten, rows with other parts than the first, or shares that
            are none.
    """
    rows = [(row, dict(named(f"shares: {row}", parts, len(HATCHES)))) for row, parts in named("shares", shares, MOST_ROWS)]
    parts = list(rows[0][1])
    for row, mine in rows:
        if mine.keys() != set(parts):
            raise ValueError(f"shares: {row}: expected the parts of the first row, {', '.join(parts)}, got {', '.join(mine)}")
    width = np.array([_whole(f"shares: {row}", [mine[part] for part in parts]) for row, mine in rows])
    said = (
        f"{row}: " + ", ".join(f"{part} {share:.1%}" for part, share in zip(parts, mine, strict=True))
        for (row, _), mine in zip(rows, width, strict=True)
    )
    figure = DescribedFigure(description, (7, 0.55 * len(rows) + 1.6))
    figure.description += f" {'; '.join(said)}."
    ax = figure.subplots()
    left = np.zeros(len(rows))
    for part, share, hatch in zip(parts, width.T, HATCHES[: len(parts)], strict=True):
        ax.barh(range(len(rows)), share, left=left, label=part, hatch=hatch, edgecolor="white")
        left += share
    ax.set_yticks(range(len(rows)), [row for row, _ in rows])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter("{x:.0%}")
    figure.suptitle(title, x=0.01, ha="left")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.35 / (0.28 * len(rows) + 0.5)), ncols=5, fontsize=8)
    return figure


def _whole(name: str, shares: list[float]) -> Float64Array:
    """Return the shares of a row, (parts,)."""
    each = numbers(name, shares, "(parts,)", least=0, most=1)
    if not 0.99 <= each.sum() <= 1.01:
        raise ValueError(f"{name}: expected shares that add up to 1, got {each.sum():.6g}")
    return each
