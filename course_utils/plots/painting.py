"""Figures of style transfer: the costs on their way through VGG19, to a picture or to a painter; over time and by layer."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array, Picture
from course_utils.checks import quoted
from course_utils.plots.arguments import MOST_LINES, MOST_ROWS, named, numbers, picture
from course_utils.plots.diagrams import Point, arrow, box, canvas
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import draw_line
from course_utils.plots.style import BLACK, BLUE, GREEN, MARKERS, RED, SKY

LARGE = 6.8  # inches of the longer side of a painting: 544 pixels of the page, twice as many of the file
HATCHES = ("", "//", "..", "xx", "\\\\", "--", "oo", "++", "||", "**")
KEYS = 3  # of a legend, side by side
IN_BOX, BESIDE_BOX = 13, 12  # sizes of the words of a diagram


def style_transfer_diagram(pictures: Mapping[str, ArrayLike] | None = None) -> DescribedFigure:
    """Return the total cost: three pictures, one network, the content cost, the style cost, and the way back to G.

    Args:
        pictures: "C", "G" and "S", or some of them, to show small in their boxes.

    Raises:
        ValueError: another name, or what is no picture.
    """
    shown = _content_painted_style(pictures)
    seen = f" The boxes of {', '.join(shown)} show the pictures themselves." if shown else ""
    description = (
        "A diagram from left to right. Three pictures go through the same network, VGG19: the content picture C, the generated "
        f"picture G and the style picture S.{seen} The activations a of C and G are compared: the content cost. The Gram "
        "matrices of G and S are compared: the style cost. alpha times the one plus beta times the other is J(G). A dashed "
        "arrow leads from J(G) back to the pixels of G, which are all that changes."
    )
    figure, ax = canvas(description, 13, 5.8, (10.4, 4.64))
    figure.colourful = bool(shown)
    for y, name, word, color in ((4.8, "C", "content", BLUE), (2.9, "G", "generated", BLACK), (1.0, "S", "style", GREEN)):
        _pictured_box(ax, (1.2, y), f"{word} ${name}$", color, shown.get(name))
        arrow(ax, (2.2, y), (2.98, y))
    box(ax, (4.0, 2.9), "VGG19\n(fixed)", width=1.9, height=5.2, color=RED, size=IN_BOX)
    for y, name in ((4.8, "$a^{(C)}$"), (3.3, "$a^{(G)}$"), (2.5, "$A^{(G)}$"), (1.0, "$A^{(S)}$")):
        box(ax, (6.2, y), name, width=1.3, height=0.6, color=SKY, size=IN_BOX)
        arrow(ax, (4.97, y), (5.53, y))
        arrow(ax, (6.87, y), (7.62, 4.0 + 0.2 * (y - 4.0) if y > 2.9 else 1.8 + 0.2 * (y - 1.8)))
    box(ax, (8.85, 4.0), "content cost\n" + r"$J_\mathrm{content}$", width=2.4, height=1.1, size=IN_BOX)
    box(ax, (8.85, 1.8), "style cost\n" + r"$J_\mathrm{style}$", width=2.4, height=1.1, size=IN_BOX)
    arrow(ax, (10.07, 4.0), (11.3, 3.34))
    arrow(ax, (10.07, 1.8), (11.3, 2.46))
    ax.text(10.85, 3.95, r"$\times\,\alpha$", ha="center", fontsize=IN_BOX)
    ax.text(10.85, 1.85, r"$\times\,\beta$", ha="center", va="top", fontsize=IN_BOX)
    box(ax, (12.0, 2.9), "$J(G)$", width=1.3, size=IN_BOX)
    ax.plot([12.0, 12.0, 0.04, 0.04, 0.08], [2.48, 0.08, 0.08, 2.9, 2.9], color=BLACK, linestyle="--", linewidth=1.2)
    ax.annotate("", (0.2, 2.9), (0.04, 2.9), arrowprops={"arrowstyle": "-|>", "color": BLACK})
    ax.text(8.7, 0.24, "the gradient changes the pixels of $G$, and nothing else", ha="center", fontsize=BESIDE_BOX)
    return figure


def painter_diagram(pictures: Mapping[str, ArrayLike] | None = None) -> DescribedFigure:
    """Return how a painter learns: the photograph through the painter, both costs of what it paints, and the way back to it.

    Args:
        pictures: "C", "G" and "S", or some of them, to show small in their boxes.

    Raises:
        ValueError: another name, or what is no picture.
    """
    shown = _content_painted_style(pictures)
    seen = f" The boxes of {', '.join(shown)} show the pictures themselves." if shown else ""
    description = (
        "A diagram from left to right. The photograph C goes through a painter, a network with weights w, and out comes the "
        f"painted picture G.{seen} C, G and the style picture S go through VGG19, which is fixed. The activations of C and G "
        "give the relative cost of the content, the Gram matrices of G and S that of the style. Their sum, the style weighted, "
        "is the loss. A dashed arrow leads from the loss back to the weights of the painter, which are all that changes."
    )
    figure, ax = canvas(description, 16.3, 5.8, (11.6, 4.13))
    figure.colourful = bool(shown)
    for x, y, name, word, color in (
        (1.2, 2.9, "C", "photograph", BLUE),
        (6.1, 2.9, "G", "painted", BLACK),
        (6.1, 1.1, "S", "style", GREEN),
    ):
        _pictured_box(ax, (x, y), f"{word} ${name}$", color, shown.get(name))
    box(ax, (3.65, 2.9), "painter\nweights $w$", width=1.7, height=1.3, color=SKY, size=IN_BOX)
    box(ax, (8.5, 3.1), "VGG19\n(fixed)", width=1.5, height=4.8, color=RED, size=IN_BOX)
    ax.plot([1.2, 1.2], [3.75 if "C" in shown else 3.35, 4.8], color=BLACK, linewidth=1.2)
    arrow(ax, (1.2, 4.8), (7.68, 4.8))
    for start, end, y in ((2.2, 2.75, 2.9), (4.55, 5.08, 2.9), (7.12, 7.68, 2.9), (7.12, 7.68, 1.1)):
        arrow(ax, (start, y), (end, y))
    for y, name in ((4.8, "$a^{(C)}$"), (3.3, "$a^{(G)}$"), (2.5, "$A^{(G)}$"), (1.1, "$A^{(S)}$")):
        box(ax, (10.35, y), name, width=1.2, height=0.6, color=SKY, size=IN_BOX)
        arrow(ax, (9.3, y), (9.72, y))
        arrow(ax, (10.98, y), (11.42, 4.0 + 0.2 * (y - 4.0) if y > 2.9 else 1.8 + 0.2 * (y - 1.8)))
    box(ax, (12.5, 4.0), "relative cost\nof the content", width=2.1, height=1.1, size=IN_BOX)
    box(ax, (12.5, 1.8), "relative cost\nof the style", width=2.1, height=1.1, size=IN_BOX)
    arrow(ax, (13.6, 4.0), (15.2, 3.38))
    arrow(ax, (13.6, 1.8), (15.2, 2.42))
    ax.text(14.6, 1.75, r"$\times$ weight", ha="center", va="top", fontsize=BESIDE_BOX)
    box(ax, (15.6, 2.9), "loss", width=1.1, size=IN_BOX)
    ax.plot([15.6, 15.6, 3.65, 3.65], [2.48, 0.08, 0.08, 2.1], color=BLACK, linestyle="--", linewidth=1.2)
    ax.annotate("", (3.65, 2.24), (3.65, 2.04), arrowprops={"arrowstyle": "-|>", "color": BLACK})
    ax.text(11.9, 0.24, "the gradient changes $w$, and nothing else", ha="center", fontsize=BESIDE_BOX)
    return figure


def _content_painted_style(pictures: Mapping[str, ArrayLike] | None) -> dict[str, Picture]:
    """Return those of C, G and S that are to be shown in a diagram."""
    given = {} if pictures is None else dict(named("pictures", pictures, 3))
    if unknown := set(given) - {"C", "G", "S"}:
        raise ValueError(f"pictures: expected the names C, G and S, got {quoted(min(unknown))}")
    return {name: picture(f"pictures: {name}", each) for name, each in given.items()}


def _pictured_box(ax: Axes, center: Point, word: str, color: str, shown: Picture | None) -> None:
    """Draw a box with a picture above its word, or with the word alone."""
    if shown is None:
        box(ax, center, word, width=1.95, color=color, size=IN_BOX)
        return
    x, y = center
    box(ax, center, "", width=1.95, height=1.6, color=color)
    _small(ax, shown, (x, y + 0.2), 1.75, 1.1)
    ax.text(x, y - 0.58, word, ha="center", va="center", fontsize=IN_BOX)


def _small(ax: Axes, picture: Picture, center: Point, width: float, height: float) -> None:
    """Draw a picture into a box of this size, as large as it fits, in its own proportions."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    x, y = scale * picture.shape[1] / 2, scale * picture.shape[0] / 2
    extent = (center[0] - x, center[0] + x, center[1] - y, center[1] + y)
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=extent, aspect="equal", zorder=3)


def painting_figure(
    painted: ArrayLike,
    costs: Mapping[str, ArrayLike],
    sides: ArrayLike,
    title: str,
    description: str,
    beside: Mapping[str, ArrayLike] | None = None,
) -> DescribedFigure:
    """Return a large painting, and beside it its costs, step by step, on a logarithmic axis.

    Args:
        painted: (height, width, 3), from 0 to 255.
        costs: name -> (steps,) costs, 0 or more; at most six curves. A cost of 0 has no place on the axis and is left out.
        sides: (steps,) pixels of the longer side in each step: a line says where the picture was enlarged.
        title: the finding.
        description: what one should see in the painting. How the costs went is said by the figure itself.
        beside: caption -> picture, at most three, small above the curves.

    Raises:
        ValueError: what is no picture; no curve or more than six; curves of other lengths than the sides; a cost below 0.
    """
    large = picture("painted", painted)
    pixels = numbers("sides", sides, "(steps,)", least=1)
    curves = [
        (name, numbers(f"costs: {name}", values, "(steps,)", len(pixels), least=0))
        for name, values in named("costs", costs, MOST_LINES)
    ]
    small = [] if beside is None else [(name, picture(f"beside: {name}", each)) for name, each in named("beside", beside, 3)]
    height, width = large.shape[:2]
    inches = LARGE * width / max(height, width), LARGE * height / max(height, width)
    figure = DescribedFigure(description, (inches[0] + 3.6, max(inches[1], 3.8) + 0.4), colourful=True)
    figure.description += "".join(
        f" {_spoken(name)} goes from {values[0]:.3g} after step 1 to {values[-1]:.3g} after step {len(values)}."
        for name, values in curves
    )
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(inches[0], 3.6))[0]
    ax = left.subplots()
    ax.imshow(large, cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
    ax.axis("off")
    below = right
    if small:
        above, below = right.subfigures(2, 1, squeeze=False, height_ratios=(1, 2.2))[:, 0]
        aspects = [float(np.clip(one.shape[1] / one.shape[0], 0.4, 2.5)) for _, one in small]  # so all are equally high
        columns = above.subplots(1, len(small), squeeze=False, width_ratios=aspects)[0]
        for each, (name, one) in zip(columns, small, strict=True):
            each.imshow(one, cmap="gray", vmin=0, vmax=255)
            each.axis("off")
            each.set_title(name, fontsize=10, fontweight="normal", loc="center")
    ax = below.subplots()
    after = np.arange(1, len(pixels) + 1)
    for name, values in curves:
        draw_line(ax, after, np.where(values > 0, values, np.nan), label=name)
    for step in after[1:][np.diff(pixels) > 0]:
        ax.axvline(step - 0.5, color=BLACK, linewidth=0.8, linestyle=":")
        ax.annotate(f" {pixels[step - 1]:.0f} px", (step - 0.5, 1), xycoords=("data", "axes fraction"), va="top", fontsize=9)
    seen = any(values.any() for _, values in curves)  # Matplotlib draws no logarithmic axis of nothing
    ax.set(xlabel="step", yscale="log" if seen else "linear")
    ax.xaxis.get_major_locator().set_params(integer=True)
    _legend_beneath(figure, below)  # inside, curves and sizes are everywhere
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _legend_beneath(figure: DescribedFigure, part: SubFigure) -> None:
    """Put a legend beneath a part of a figure, in as many columns as there is room for, three at most."""
    for columns in (3, 2, 1):
        part.legends.clear()
        legend = part.legend(loc="outside lower center", ncols=columns, columnspacing=1.2, handlelength=2.6, frameon=False)
        figure.draw_without_rendering()  # how wide it is, is known only then
        if legend.get_window_extent().width <= part.bbox.width:
            return


def _spoken(name: str) -> str:
    """Return a name without the marks of its formula."""
    for mark, spoken in ((r"\,", " "), (r"\mathrm", ""), ("\\", ""), ("$", ""), ("{", ""), ("}", "")):
        name = name.replace(mark, spoken)
    return name


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
        f"{name} ends after {seconds[-1]:.1f} seconds and {len(costs)} step{'s' * (len(costs) > 1)} at {costs[-1]:.3g}"
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
    figure = DescribedFigure(description, (7, 0.55 * len(rows) + 0.95 + 0.3 * -(-len(parts) // KEYS)))
    figure.description += f" {'; '.join(said)}."
    ax = figure.subplots()
    left = np.zeros(len(rows))
    keys = []
    for part, share, hatch in zip(parts, width.T, HATCHES[: len(parts)], strict=True):
        keys.append(ax.barh(range(len(rows)), share, left=left, label=part, hatch=hatch, edgecolor="white"))
        left += share
    ax.set_yticks(range(len(rows)), [row for row, _ in rows])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter("{x:.0%}")
    figure.suptitle(title, x=0.01, ha="left")
    by_column = [keys[at] for column in range(KEYS) for at in range(column, len(keys), KEYS)]  # a legend is filled downwards
    figure.legend(handles=by_column, loc="outside lower center", ncols=KEYS, handlelength=2.4, handleheight=1.4)
    return figure


def _whole(name: str, shares: list[float]) -> Float64Array:
    """Return the shares of a row, (parts,)."""
    each = numbers(name, shares, "(parts,)", least=0, most=1)
    if not 0.99 <= each.sum() <= 1.01:
        raise ValueError(f"{name}: expected shares that add up to 1, got {each.sum():.6g}")
    return each
