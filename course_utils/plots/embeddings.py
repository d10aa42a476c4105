"""Figures of encoders: a map of people, training curves, distances before and after, triplets of a batch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA

from course_utils.arrays import BoolArray, Float64Array, IntArray, Picture
from course_utils.checks import as_array, in_range, listed, picture_range, quoted, whole_number
from course_utils.checks import people as checked_people
from course_utils.plots.arguments import MOST_LINES, MOST_PANELS, kinds_of_pair, named, numbers, picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import bins, draw_histograms, draw_line
from course_utils.plots.style import BLACK, BLUE, GREEN, GREY, LINE_STYLES, MARKERS, ORANGE, PEOPLE, PURPLE, RED, SKY

if TYPE_CHECKING:  # at run time it would load TensorFlow, which figures do not need
    from course_utils.faces.training import History


LABEL = {"boxstyle": "round,pad=0.15", "facecolor": "white", "alpha": 0.85}
FACE, DOT = (0.26, 0.32), (0.1, 0.1)  # inches: width and height of a picture on a map, about
NUMBER = 0.3, 0.26  # inches: room for the number of a person, with its frame
SMOOTHING = 15  # steps
RUNS = (GREEN, PURPLE, BLACK, ORANGE, SKY, GREY)  # of trainings: blue and red are kept for same and different people
MOST_FACES = 12  # around a matrix
REACH = 1.8, 1.2  # of the plane on which a triplet stands: from minus that to that, along x and along y
ROUNDING = 1e-12  # a loss up to this is the last digit of a sum, and none; as in explorables/triplets.js
SLOPE = 0.25  # in the unit of that plane: how long an arrow is where the gradient is 1; as in explorables/triplets.js


def embedding_map(
    maps: Mapping[str, ArrayLike],
    people: ArrayLike,
    title: str,
    description: str,
    pictures: ArrayLike | None = None,
) -> DescribedFigure:
    """Return people on a map: features projected on the two directions in which they differ most, one panel each.

    A person's number stands beside the picture that is nearest to the median of their pictures, with a line to it.

    Args:
        maps: name of the panel -> (pictures, features) float, two pictures and two features at least; at most ten panels. Two
            features are a map already, and are drawn as they are. A panel alone has no other title than that of the figure.
        people: (pictures,) int, whom each picture shows; at most ten people.
        title: the finding.
        description: what one should see in the maps.
        pictures: (pictures, height, width), values 0 to 255: shown small, each at its place, in a frame of its person's
            colour; marks if there are none.

    Raises:
        ValueError: no map, more than ten of them or of people, people, features and pictures that differ in number,
            features that are no finite numbers or too few to draw, or pictures that are none.
    """
    person = checked_people("people", people)
    names = np.unique(person)
    if len(names) > len(MARKERS):
        raise ValueError(f"people: at most {len(MARKERS)} can be told apart on a map, got {len(names)}")
    panels = [(name, _plane(f"maps: {name}", features, len(person))) for name, features in named("maps", maps, MOST_PANELS)]
    faces = None
    if pictures is not None:
        given = as_array("pictures", pictures)
        faces = numbers("pictures", given, "(pictures, height, width)", least=0, most=255)
        picture_range("pictures", given)  # as they came: whole numbers up to 1 are grey levels, though dark
        if len(faces) != len(person):
            raise ValueError(f"pictures: expected one for each of the {len(person)} in people, got {len(faces)}")
    side = 4.2 if faces is None else (7.2 if len(panels) == 1 else 5.2)
    figure = DescribedFigure(description, (side * len(panels), side))
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for ax, (name, points) in zip(axes, panels, strict=True):
        for number, marker, color in zip(names, MARKERS, PEOPLE, strict=False):
            mine = points[person == number]
            ax.scatter(*mine.T, marker=marker, s=34, color=color, alpha=0.85, linewidths=0)
        ax.margins(0.1)
        if len(panels) > 1:
            _name_panel(ax, name)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_aspect("equal", adjustable="datalim")
    _set_title(figure, title)
    figure.draw_without_rendering()  # only now is it known where the points lie on the page
    size = DOT if faces is None else FACE
    for ax, (_, points) in zip(axes, panels, strict=True):
        middles = [_nearest_to_the_median(points, person == number) for number in names]
        if faces is not None:
            for number, color in zip(names, PEOPLE, strict=False):
                chosen = np.flatnonzero(person == number)
                _draw_faces(ax, points[chosen], faces[chosen], color, in_front=np.isin(chosen, middles))
        on_the_page = ax.transData.transform(points) / figure.dpi
        ways = _ways_to_numbers(on_the_page, np.array(middles), size)
        for number, color, middle, way in zip(names, PEOPLE, middles, ways, strict=False):
            to_the_edge = min(side / 2 / abs(along) for side, along in zip(size, way / np.hypot(*way), strict=True) if along)
            ax.annotate(
                str(number),
                points[middle],
                xytext=72 * way,
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=11,
                fontweight="bold",
                color=BLACK,  # some of the colours are too pale to be read
                bbox={**LABEL, "edgecolor": color, "linewidth": 2},
                arrowprops={"arrowstyle": "-", "color": BLACK, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 72 * to_the_edge},
                zorder=5,
            )
    return figure


def _set_title(figure: DescribedFigure, title: str) -> None:
    """Set the title of a figure with panels, with some room below it: it is not the first line of a panel's name."""
    figure.suptitle(title, x=0.01, ha="left")
    figure.set_layout_engine("constrained", h_pad=0.07)


def _name_panel(ax: Axes, name: str) -> None:
    """Name a panel, in letters lighter than those of the figure's title."""
    ax.set_title(name, fontsize=11, fontweight="normal")


def _nearest_to_the_median(points: Float64Array, chosen: BoolArray) -> int:
    """Return which of the chosen points is nearest to their median."""
    mine = np.flatnonzero(chosen)
    return int(mine[np.square(points[mine] - np.median(points[mine], axis=0)).sum(axis=1).argmin()])


def _ways_to_numbers(points: Float64Array, middles: IntArray, size: tuple[float, float]) -> Float64Array:
    """Return the ways from some points to the numbers beside them, (people, 2) in inches: over as few points as can be.

    One number after the other takes the best of some places around its point, three times over, for the others move too.

    Args:
        points: (n, 2) float, inches.
        middles: (people,) int, which of the points have a number.
        size: width and height of what is drawn at a point, in inches.
    """
    angles = np.arange(24) * np.pi / 12
    tried = np.concatenate([radius * np.column_stack([np.cos(angles), np.sin(angles)]) for radius in (0.36, 0.5, 0.7, 0.95)])
    reach = np.add(size, NUMBER) / 2
    ways = np.full((len(middles), 2), np.inf)  # none has a place yet
    for _ in range(3):
        for k, middle in enumerate(middles):
            there = points[middle] + tried
            others = points[middles] + ways
            others[k] = np.inf
            hidden = _overlap(there, points, reach).sum(axis=1)
            hidden += 3 * _overlap(there, points[middles], reach).sum(axis=1)
            hidden += 20 * _overlap(there, others, np.array(NUMBER)).sum(axis=1)
            ways[k] = tried[(hidden + np.hypot(*tried.T)).argmin()]
    return ways


def _overlap(first: Float64Array, second: Float64Array, reach: Float64Array) -> Float64Array:
    """Return how much boxes around points overlap, (first, second), from 0 where they do not to 1 where they have one middle.

    Args:
        first: (n, 2).
        second: (m, 2).
        reach: (2,), half of the width and of the height of both boxes together.
    """
    apart = np.abs(first[:, None] - second)
    share: Float64Array = np.maximum(0, 1 - apart / reach).prod(axis=2)
    return share


def _draw_faces(ax: Axes, points: Float64Array, faces: Float64Array, color: str, in_front: BoolArray) -> None:
    """Draw small faces at their places, 0.26 inches wide, framed in a colour; some of them in front of all the others."""
    for point, face, first in zip(points, faces, in_front, strict=True):
        image = OffsetImage(face, zoom=FACE[0] * 72 / face.shape[1], cmap="gray", norm=Normalize(0, 255))
        frame = {"edgecolor": color, "linewidth": 2}
        ax.add_artist(AnnotationBbox(image, point, pad=0.05, bboxprops=frame, zorder=4 if first else 3))


def _plane(name: str, features: ArrayLike, pictures: int) -> Float64Array:
    """Return (pictures, 2): two features as they are, more projected on the two directions in which they differ most."""
    rows = numbers(name, features, "(pictures, features)")
    if len(rows) != pictures:
        raise ValueError(f"people: expected one for each of the {len(rows)} pictures of {name}, got {pictures}")
    if min(rows.shape) < 2:
        raise ValueError(f"{name}: expected two pictures and two features at least, got shape {rows.shape}")
    if rows.shape[1] == 2:
        return rows
    if not np.ptp(rows, axis=0).any():
        return np.zeros((len(rows), 2))  # all at one point; PCA would divide by the variance
    points: Float64Array = PCA(2, random_state=0).fit_transform(rows)
    return points


def training_curves(
    histories: Mapping[str, History],
    title: str,
    description: str,
    *,
    baseline: tuple[str, float] | None = None,
) -> DescribedFigure:
    """Return what happened in training: the loss, and the mean distances of same and of different people in a batch.

    The losses of all runs share one panel; the distances of each run have a panel of their own, all to one scale. Blue and red
    are the distances of same and of different people; the losses have other colours.

    All curves are means over the 15 steps around each step; at both ends, over those that there are.

    Args:
        histories: name -> history of `training.train`; at most six.
        title: the finding.
        description: what one should see in the curves.
        baseline: a loss to be compared with, such as that of a network that sends all pictures to one point: its name, and it.

    Raises:
        ValueError: no history or more than six, one without steps, with a number that is not finite or with curves of unequal
            length; a baseline that is no name and number.
    """
    runs = [(name, _smoothed(f"histories: {name}", each)) for name, each in named("histories", histories, MOST_LINES)]
    if baseline is not None and len(listed("baseline", baseline)) != 2:
        raise ValueError(f"baseline: expected a name and a loss, got {quoted(baseline)}")
    columns = min(len(runs), 3)
    rows = -(-len(runs) // columns)
    figure = DescribedFigure(description, (8.8, 3.3 * rows + 0.9))
    grid = figure.add_gridspec(rows, 1 + columns, width_ratios=[1.6 if columns > 1 else 1, *[1] * columns])
    left = figure.add_subplot(grid[:, 0])
    panels: list[Axes] = []
    for k, (name, (loss, different, same)) in enumerate(runs):
        steps = np.arange(len(loss))
        draw_line(left, steps, loss, label=name, color=RUNS[k] if len(runs) > 1 else BLACK, linestyle=LINE_STYLES[k])
        ax = figure.add_subplot(grid[k // columns, 1 + k % columns], sharey=panels[0] if panels else None)
        panels.append(ax)
        draw_line(ax, steps, different, label="different people", color=RED, linestyle="--")
        draw_line(ax, steps, same, label="same person", color=BLUE, linestyle="-")
        _name_panel(ax, "mean distance in a batch" if len(runs) == 1 else name)
        ax.tick_params(labelleft=k % columns == 0)
    if baseline is not None:
        words, height = str(baseline[0]), in_range("baseline", baseline[1])
        left.axhline(height, color=BLACK, linewidth=1, linestyle=":")
        place = left.get_yaxis_transform()
        left.annotate(words, (1, height), (-4, -3), place, "offset points", ha="right", va="top", fontsize=11)
    _name_panel(left, "loss of a batch" if len(runs) == 1 else "loss")
    if len(runs) > 1:
        left.legend(
            fontsize=10, loc="upper center", bbox_to_anchor=(0.5, -0.2 / rows), ncols=2, columnspacing=1, handlelength=1.7
        )
        panels[0].set_ylabel("mean distance in a batch")
    panels[0].legend(fontsize=11, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=1 + (len(runs) == 1))
    for ax in (left, *panels):
        ax.set_xlabel("step")
    lowest = min(float(np.min(curve)) for _, curves in runs for curve in curves[1:])
    left.set_ylim(bottom=min(0, left.dataLim.ymin))
    panels[0].set_ylim(bottom=min(0, lowest))
    figure.supxlabel(f"All curves are means over {SMOOTHING} steps.", x=0.01, ha="left", fontsize=10)
    _set_title(figure, title)
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
    figure = DescribedFigure(description, (8.8, 1.9 * len(panels) + 1))
    axes = figure.subplots(len(panels), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for ax, (name, distance) in zip(axes, panels, strict=True):
        draw_histograms(ax, distance, kinds, edges)
        _name_panel(ax, name)
        ax.tick_params(axis="x", labelbottom=True, labelsize=11)
    axes[0].set_xlim(edges[0], edges[-1])
    axes[0].legend(loc="upper right", fontsize=11)
    axes[-1].set_xlabel("distance of the pair", fontsize=12)
    _set_title(figure, title)
    return figure


def gap_figure(to_positive: ArrayLike, to_negative: ArrayLike, gap: float) -> DescribedFigure:
    """Return how much farther the negative is than the positive in each of many triplets, cut into easy, semi-hard and hard.

    Args:
        to_positive: (triplets,) float, distance from the query to the positive.
        to_negative: (triplets,) float, to the negative.
        gap: the g of the triplet loss.

    Raises:
        ValueError: no triplet, not two distances for each, or a gap that is below 0 or not finite.
    """
    positive = numbers("to_positive", to_positive, "(triplets,)", least=0)
    ahead = numbers("to_negative", to_negative, "(triplets,)", len(positive), least=0) - positive
    gap = in_range("gap", gap, least=0)
    kinds = {"hard": ahead < 0, "semi-hard": (ahead >= 0) & (ahead < gap), "easy": ahead >= gap}
    told = {kind: f"{kind}: {chosen.sum():,} of {len(ahead):,}" for kind, chosen in kinds.items()}
    description = (
        f"A histogram of {len(ahead)} triplets: how much farther the negative is than the positive. Left of 0 they are hard, "
        f"from 0 to the gap of {gap:.2f} semi-hard, beyond it easy. {'; '.join(told.values())}."
    )
    figure = DescribedFigure(description, (8.8, 3.6))
    ax = figure.subplots()
    low, high = min(float(ahead.min()), 0.0), max(float(ahead.max()), gap, 0.1)
    edges = _edges(low, high, gap)
    width = float(np.diff(edges).max())
    styles = zip(kinds.items(), (RED, ORANGE, SKY), ("///", "...", ""), strict=True)
    for (kind, chosen), color, hatch in styles:
        counts, _ = np.histogram(ahead[chosen].clip(edges[0], edges[-1]), edges)
        heights = counts * width / np.diff(edges)
        ax.bar(edges[:-1], heights, np.diff(edges), align="edge", color=color, hatch=hatch, edgecolor="white", label=told[kind])
    ax.axvline(gap, color=BLACK, linewidth=2)
    ax.annotate("$g$", (gap, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=14)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_xlabel(r"how much farther the negative is: $D(f(p), f(p^-)) - D(f(p), f(p^+))$", fontsize=12)
    ax.set_ylabel("triplets", fontsize=12)
    ax.legend(loc="upper left", fontsize=11)
    active = 1 - float(np.mean(kinds["easy"]))
    ax.set_title(f"With a gap of {gap:.2f}, {active:.1%} of the triplets are active", pad=25, fontsize=12)
    return figure


def _edges(low: float, high: float, gap: float) -> Float64Array:
    """Return the edges of even bins, among them 0 and the gap, so that no bar lies on both sides of one.

    They are 40 to 120. A gap narrower than half a 60th cuts one of 60 in two; one that differs from 0 by rounding is 0.
    """
    width = (high - low) / 60
    of_the_gap = round(gap / width)  # so many bins lie between 0 and the gap
    if of_the_gap:
        width = gap / of_the_gap
    first, last = math.floor(low / width), math.ceil(high / width)
    edges = np.array([width * k for k in range(first, last + 1)])
    if of_the_gap:
        edges[of_the_gap - first] = gap  # to the last digit
    elif gap > 1e-9 * (high - low):
        edges = np.sort(np.append(edges, gap))
    return edges


def triplet_plane(query: ArrayLike, positive: ArrayLike, negative: ArrayLike, gap: float) -> DescribedFigure:
    """Return a triplet of points in the plane, and where around the query a negative is hard, semi-hard or easy.

    Of an active triplet arrows say where the loss moves each point: downhill, as far as the gradient is long.

    Args:
        query: (2,) float, x from -1.8 to 1.8, y from -1.2 to 1.2.
        positive: (2,) float, in the same plane.
        negative: (2,) float, in the same plane.
        gap: the g of the triplet loss, above 0 and up to 1.

    Raises:
        ValueError: something that is no such point, or no such gap.
    """
    points = {
        name: numbers(name, point, "(2,)") for name, point in (("query", query), ("positive", positive), ("negative", negative))
    }
    x, y = REACH
    for name, point in points.items():
        if (np.abs(point) > REACH).any():
            raise ValueError(f"{name}: expected x from -{x} to {x} and y from -{y} to {y}, got {point.tolist()}")
    gap = in_range("gap", gap, above=0, most=1)
    near, far = (float(np.hypot(*(points["query"] - points[name]))) for name in ("positive", "negative"))
    loss = gap + near - far if gap + near - far > ROUNDING else 0.0
    kind = "hard" if far < near else "semi-hard" if loss else "easy"
    description = (
        f"A plane with three points. The positive lies {near:.2f} from the query, the negative {far:.2f}. Around the query, a "
        f"disc in which a negative is hard, up to {near:.2f}; a ring in which it is semi-hard, up to {near + gap:.2f}; beyond, "
        f"it is easy. This one is {kind}: with a gap of {gap:.2f} the triplet costs {loss:.2f}."
    )
    if loss:
        description += (
            " Arrows say where each point goes: the positive to the query and the negative away from it, with arrows of one "
            "length; the query to the positive and away from the negative."
        )
    figure = DescribedFigure(description, (7, 3.8))
    ax = figure.subplots()
    regions = {"semi-hard": (near + gap, ORANGE, "..."), "hard": (near, RED, "///")}
    for name, (radius, color, hatch) in regions.items():
        style = {"facecolor": "white", "edgecolor": color, "hatch": hatch, "linewidth": 1}
        ax.add_patch(Circle((points["query"][0], points["query"][1]), radius, label=f"a negative is {name}", **style))
    marks = {"query": ("o", BLACK, "$p$"), "positive": ("o", BLUE, "$p^+$"), "negative": ("D", RED, "$p^-$")}
    for name, (marker, color, letter) in marks.items():
        ax.plot(*zip(points["query"], points[name], strict=True), color=BLACK, linestyle="--", linewidth=1)
        ax.plot(*points[name], marker, color=color, markersize=10, linestyle="none", label=f"{name} {letter}")
    if loss:
        _draw_moves(ax, points)
    ax.set_xlim(-REACH[0], REACH[0])
    ax.set_ylim(-REACH[1], REACH[1])
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    ax.set_title(rf"$\max(0,\ {gap:.2f} + {near:.2f} - {far:.2f}) = {loss:.2f}$: {kind}")
    return figure


def _draw_moves(ax: Axes, points: dict[str, Float64Array]) -> None:
    """Draw arrows from the rims of the three points of an active triplet to where the loss moves them, against the slope."""
    ways = {name: points["query"] - points[name] for name in ("positive", "negative")}
    slopes = {name: way / (np.hypot(*way) or 1) for name, way in ways.items()}  # at equal points 0 is taken
    moves = {"query": slopes["negative"] - slopes["positive"], "positive": slopes["positive"], "negative": -slopes["negative"]}
    for name, move in moves.items():
        if length := float(np.hypot(*move)):
            rim = points[name] + 0.08 * move / length
            style = {"arrowstyle": "-|>", "color": BLACK, "linewidth": 3, "mutation_scale": 18, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", tuple(rim + SLOPE * move), tuple(rim), arrowprops=style)
    label = "where the loss\nmoves a point"
    ax.plot([], [], marker=r"$\rightarrow$", markersize=16, color=BLACK, linestyle="none", label=label)


def mining_figure(
    pictures: Iterable[ArrayLike],
    people: ArrayLike,
    distances: ArrayLike,
    query: int,
    title: str,
    *,
    brightest: float | None = None,
) -> DescribedFigure:
    """Return a small distance matrix with the faces and whom they show at its edges, and in one row what batch-hard takes.

    Args:
        pictures: (height, width) grey, values 0 to 255; twelve at most.
        people: (pictures,) int, whom each shows.
        distances: (pictures, pictures) float, of each from each.
        query: the row to look at.
        title: the finding.
        brightest: the distance with the brightest colour, such as the largest of a larger matrix beside which this one is
            looked at; the largest of these if there is none.

    Raises:
        ValueError: other than one person for each picture or a distance for each two, more than twelve pictures, a query that
            has no positive or no negative, or a brightest distance that is not above 0.
    """
    faces = [picture(f"pictures[{index}]", each) for index, each in enumerate(listed("pictures", pictures))]
    n = len(faces)
    if not 2 <= n <= MOST_FACES:
        raise ValueError(f"pictures: expected 2 to {MOST_FACES}, got {n}")
    person = checked_people("people", people)
    if len(person) != n:
        raise ValueError(f"people: expected one for each of the {n} pictures, got {len(person)}")
    table = numbers("distances", distances, "(pictures, pictures)", least=0)
    if table.shape != (n, n):
        raise ValueError(f"distances: expected one for each two pictures, ({n}, {n}), got {table.shape}")
    query = whole_number("query", query, 0, n - 1)
    brightest = None if brightest is None else in_range("brightest", brightest, above=0)
    own = (person == person[query]) & (np.arange(n) != query)
    if not own.any() or (person == person[query]).all():
        raise ValueError(f"query: picture {query} has no positive or no negative among these")
    farthest = int(np.where(own, table[query], -np.inf).argmax())
    nearest = int(np.where(person == person[query], np.inf, table[query]).argmin())
    description = (
        f"A table of distances of {n} faces of {len(np.unique(person))} people from each other, with the faces and the "
        "people's numbers above it and at its left; near is dark. One row is framed, that of the query, a picture of person "
        f"{person[query]}. In it two cells are marked: the farthest positive at {table[query, farthest]:.2f}, and the nearest "
        f"negative, a picture of person {person[nearest]}, at {table[query, nearest]:.2f}."
    )
    figure = DescribedFigure(description, (n + 3.7, n + 1.2))
    ax = figure.subplots()
    brightest = brightest or float(table.max()) or 1
    ax.imshow(table, vmin=0, vmax=brightest, cmap="viridis")
    marked = {farthest: ("farthest\npositive", BLUE), nearest: ("nearest\nnegative", RED)}
    for i in range(n):
        for ax_point in ((i, -1.0), (-1.0, i)):
            _draw_face(ax, ax_point, faces[i])
        ax.text(i, -1.52, str(person[i]), ha="center", va="bottom", fontsize=12)
        ax.text(-1.48, i, str(person[i]), ha="right", va="center", fontsize=12)
        for j in range(n):
            ink = BLACK if table[i, j] > brightest / 2 else "white"
            words = f"{table[i, j]:.2f}"
            if i == query and j in marked:
                words += f"\n{marked[j][0]}"
            ax.text(j, i, words, ha="center", va="center", fontsize=11 if "\n" in words else 12, color=ink)
    frames = [Rectangle((-0.5, query - 0.5), n, 1, edgecolor=BLACK)]
    for column, (_, color) in marked.items():
        frames.append(Rectangle((column - 0.42, query - 0.42), 0.84, 0.84, edgecolor=color))
    for frame in frames:
        frame.set(fill=False, linewidth=3, path_effects=[withStroke(linewidth=6, foreground="white")])
        ax.add_patch(frame)
    ax.text(n - 0.35, query, "the query's row", va="center", fontsize=12, fontweight="bold")
    ax.set_xlim(-1.85, n + 1.3)
    ax.set_ylim(n - 0.4, -1.85)
    ax.axis("off")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _draw_face(ax: Axes, center: tuple[float, float], face: Picture) -> None:
    """Draw a face into a matrix as high as 0.94 of its cells; rows are counted downwards."""
    x, y = center
    half = 0.47 * face.shape[1] / face.shape[0]
    ax.imshow(face, cmap="gray", vmin=0, vmax=255, extent=(x - half, x + half, y + 0.47, y - 0.47))
