"""Figures of style transfer: the way of the costs through VGG19, costs over time, and what each layer contributes."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.plots.diagrams import arrow, box, canvas
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, GREEN, RED, SKY

MARKERS = "osD^v"


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


def cost_curves(runs: Mapping[str, tuple[ArrayLike, ArrayLike]], title: str, words: str) -> DescribedFigure:
    """Return how the cost of several paintings falls with the time spent, on a logarithmic axis.

    Args:
        runs: name -> (seconds, costs), two sequences of one length with the state after each step; costs above 0.
        title: the finding.
        words: what one should see in the curves. Where each ends is said by the figure itself.
    """
    ends = []
    figure = DescribedFigure(words, (7, 3.4))
    ax = figure.subplots()
    for (name, (seconds, costs)), marker in zip(runs.items(), MARKERS, strict=False):
        seconds, costs = np.asarray(seconds), np.asarray(costs)
        ax.plot(seconds, costs, marker=marker, markersize=4, markevery=max(1, len(costs) // 12), label=name)
        ends.append(f"{name} ends after {seconds[-1]:.0f} seconds and {len(costs)} steps at {costs[-1]:.3g}")
    figure.description += f" {'; '.join(ends)}."
    ax.set(xlabel="seconds of painting", ylabel="cost $J$ (logarithmic axis)", yscale="log", title=title)
    ax.legend()
    return figure


def share_bars(shares: Mapping[str, Mapping[str, float]], title: str, words: str) -> DescribedFigure:
    """Return stacked horizontal bars of parts that add up to a whole: one bar a row, one colour and hatch a part.

    Args:
        shares: row -> (part -> share), shares from 0 to 1; every row has the same parts.
        title: the finding.
        words: what one should see. The shares themselves are said by the figure.
    """
    rows = (f"{row}: " + ", ".join(f"{part} {share:.1%}" for part, share in parts.items()) for row, parts in shares.items())
    figure = DescribedFigure(f"{words} {'; '.join(rows)}.", (7, 0.55 * len(shares) + 1.6))
    ax = figure.subplots()
    left = np.zeros(len(shares))
    for part, hatch in zip(next(iter(shares.values())), ("", "//", "..", "xx", "\\\\", "--", "oo"), strict=False):
        width = np.array([parts[part] for parts in shares.values()])
        ax.barh(range(len(shares)), width, left=left, label=part, hatch=hatch, edgecolor="white")
        left += width
    ax.set_yticks(range(len(shares)), list(shares))
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter("{x:.0%}")
    ax.set_title(title)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.35 / (0.28 * len(shares) + 0.5)), ncols=5, fontsize=8)
    return figure
