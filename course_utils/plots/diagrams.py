"""The diagrams of the course, in one visual language: boxes are things, arrows are what is done to them."""

import textwrap
from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array, Picture
from course_utils.checks import in_range, listed, quoted, whole_number
from course_utils.plots.arguments import named, numbers, picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, RED, SKY

MOST_LESSONS = 20
LABEL = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
ROOM = 1.15  # for a picture in a box of the map, in the units of its canvas

Point = tuple[float, float]


def box(
    ax: Axes, center: Point, text: str, width: float = 2.0, height: float = 0.8, color: str = BLACK, size: float = 9.5
) -> None:
    """Draw a box with a text, if there is one; (width, height) in the axes' data units."""
    x, y = center
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0.02,rounding_size=0.12",
            edgecolor=color,
            facecolor="white",
            linewidth=1.8,
        )
    )
    if text:
        ax.text(x, y, text, ha="center", va="center", fontsize=size)


def arrow(ax: Axes, start: Point, end: Point) -> None:
    """Draw an arrow from one point to another."""
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=BLACK, shrinkA=0, shrinkB=0))


def place(ax: Axes, center: Point, shown: Picture | Float64Array, height: float, cmap: str, most: float, least: float) -> None:
    """Draw a picture or a grid of numbers into a diagram, `height` high in the axes' data units, at its own aspect."""
    x, y = center
    width = height * shown.shape[1] / shown.shape[0]
    extent = (x - width / 2, x + width / 2, y - height / 2, y + height / 2)
    ax.imshow(shown, cmap=cmap, vmin=least, vmax=most, extent=extent, aspect="equal", zorder=2)


def faces(name: str, pictures: Iterable[ArrayLike], number: int) -> list[Picture]:
    """Return so many pictures that stand in a diagram.

    Raises:
        ValueError: another number of them, or something that is no picture.
    """
    shown = [picture(f"{name}[{index}]", each) for index, each in enumerate(listed(name, pictures))]
    if len(shown) != number:
        raise ValueError(f"{name}: expected {number} pictures, got {len(shown)}")
    return shown


def canvas(description: str, width: float, height: float, inches: tuple[float, float]) -> tuple[DescribedFigure, Axes]:
    """Return a figure and its axes to draw on, (width, height) in data units, equal in both directions."""
    figure = DescribedFigure(description, inches)
    ax = figure.subplots()
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_aspect("equal")
    ax.axis("off")
    return figure, ax


def verification_and_recognition(pictures: Iterable[ArrayLike]) -> DescribedFigure:
    """Return the two questions side by side: one comparison for verification, K comparisons for recognition.

    Args:
        pictures: five of them, (height, width), values 0 to 255: the one at the gate, the one in the database of the claimed
            person, and those of persons 1, 2 and K.

    Raises:
        ValueError: other than five pictures.
    """
    asked, claimed, *enrolled = faces("pictures", pictures, 5)
    description = (
        "A diagram in two halves, with faces. Left, verification: a picture and the one picture of the claimed person go into "
        "a box that asks whether d(img1, img2) is at most tau, and out comes same or different. Right, recognition: a picture "
        "is compared with persons 1 to K; from all of these arrows lead to what comes out, the nearest, or nobody if all "
        "distances are larger than tau."
    )
    figure, ax = canvas(description, 13, 5.2, (10.4, 4.16))
    ax.text(0.1, 4.85, "Verification: one comparison", fontweight="bold", fontsize=12)
    ax.text(6.7, 4.85, "Recognition: K comparisons", fontweight="bold", fontsize=12)
    for center, face, words in (
        ((1.15, 3.75), asked, "picture"),
        ((1.15, 1.35), claimed, "the one picture\nof that person"),
        ((7.4, 2.4), asked, "picture"),
    ):
        place(ax, center, face, 1.7, "gray", 255, 0)
        ax.text(center[0], center[1] - 0.93, words, ha="center", va="top", fontsize=11)
    for y, face, name in zip((4.05, 2.55, 0.75), enrolled, "12K", strict=True):
        place(ax, (9.35, y), face, 1.1, "gray", 255, 0)
        ax.text(9.35, y - 0.58, f"person {name}", ha="center", va="top", fontsize=11)
        arrow(ax, (8.15, 2.4), (8.7, y))
        arrow(ax, (10.0, y), (10.95, 2.5 + 0.25 * (y - 2.5)))
    box(ax, (4.3, 2.55), r"$d(\mathrm{img1},\mathrm{img2}) \leq \tau$ ?", width=2.7, size=11)
    for y, end in ((3.75, 2.9), (1.35, 2.2)):
        arrow(ax, (1.95, y), (2.9, end))
    arrow(ax, (4.3, 2.13), (4.3, 1.2))
    ax.text(4.3, 0.95, '"same" or "different"', ha="center", va="center", fontsize=11)
    ax.text(9.35, 1.47, "...", ha="center", va="center", fontsize=11)
    ax.text(11.1, 2.5, "the nearest,\nor nobody if\n" + r"all $d > \tau$", va="center", fontsize=11)
    return figure


def course_map(lessons: Mapping[str, str], half: int, pictures: Mapping[str, ArrayLike] | None = None) -> DescribedFigure:
    """Return the lessons in their order, the faces above, the style below.

    Args:
        lessons: number -> title of each lesson that is there.
        half: how many of them belong to the faces; the others belong to the style.
        pictures: number -> the picture in the box of that lesson, (height, width) grey or (height, width, 3) in colour,
            values 0 to 255; a lesson without one has its words alone.

    Raises:
        ValueError: no lesson or more than twenty, a half that they do not have, a title too long for a box, or a picture
            that is none.
    """
    boxes = [(number, _in_lines(title)) for number, title in named("lessons", lessons, MOST_LESSONS)]
    half = whole_number("half", half, 0, len(boxes))
    given = [] if pictures is None else named("pictures", pictures, MOST_LESSONS)
    shown = {number: picture(f"pictures: {number}", each) for number, each in given}
    tall = ROOM if shown else 0.0
    rows = [
        row
        for row in (
            ("Faces: distance says who it is", boxes[:half], RED, 0.1, 3.4 + tall),
            ("Style: distance says how it is painted", boxes[half:], SKY, 1.6, 1.3),
        )
        if row[1]
    ]
    said = " ".join(f"{title}: {'; '.join(' '.join(each).replace(chr(10), ' ') for each in row)}." for title, row, *_ in rows)
    across = " One leads from the first row to the first box of the second." if len(rows) == 2 else ""
    inside = " In the boxes are small pictures of what the lesson is about." if shown else ""
    description = f"A map of the lessons, rows of boxes in which an arrow leads from each to the next.{across}{inside} {said}"
    longest = max(len(row) for _, row, *_ in rows)
    width, height = 2.45 * longest + 0.3, 4.1 + 2 * tall
    inches = max(8.4, (1.96 if shown else 1.68) * longest)
    figure, ax = canvas(description, width, height, (inches, max(2.7, inches * height / width) if shown else 2.7))
    for title, row, color, x_title, y in rows:
        ax.text(x_title, y + 0.42 + tall, title, fontweight="bold")
        for column, (number, name) in enumerate(row):
            x = 1.25 + 2.45 * column
            box(ax, (x, y - 0.45 + tall / 2), "", width=2.1, height=1.15 + tall, color=color)
            ax.text(x, y - 0.45, f"{number}\n{name}", ha="center", va="center", fontsize=9.5)
            if number in shown:
                _draw_in_box(ax, (x, y + 0.02 + tall / 2), shown[number], 1.9, tall)
            if column:
                arrow(ax, (x - 1.4, y - 0.45), (x - 1.07, y - 0.45))
    if len(rows) == 2:
        arrow(ax, (1.25, 2.36 + tall), (1.25, 1.44 + tall))  # the second half needs only the first lesson
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    figure.colourful = any(each.ndim == 3 for each in shown.values())
    return figure


def _draw_in_box(ax: Axes, center: Point, shown: Picture, width: float, height: float) -> None:
    """Draw a picture as large as this room allows, at its own aspect."""
    place(ax, center, shown, min(height, width * shown.shape[0] / shown.shape[1]), "gray", 255, 0)


def _in_lines(title: str) -> str:
    """Break a title into the lines of its box."""
    lines = textwrap.wrap(str(title), 15)
    if not 1 <= len(lines) <= 3 or max(map(len, lines)) > 15:
        raise ValueError(f"lessons: expected titles of at most three lines of 15 letters, got {quoted(title)}")
    return "\n".join(lines)


def _one_encoder_twice(ax: Axes, shown: list[Picture], points: Float64Array, encoder: float, cells: float) -> None:
    """Draw two pictures in two rows, at x the encoder of each and its point; a double line says that the two are one."""
    most = float(np.abs(points).max()) or 1
    for row, y in enumerate((3.75, 1.35)):
        place(ax, (1.0, y), shown[row], 1.8, "gray", 255, 0)
        ax.text(1.0, y - 1.15, f"picture $x_{row + 1}$", ha="center", va="center", fontsize=12)
        box(ax, (encoder, y), "encoder $f$", width=1.9, color=RED, size=12)
        arrow(ax, (1.95, y), (encoder - 1.0, y))
        arrow(ax, (encoder + 1.0, y), (cells - 1.15, y))
        _cells(ax, (cells, y), points[row], most)
        ax.text(cells, y - 0.7, f"$f(x_{row + 1})$: {points.shape[1]} numbers", ha="center", va="center", fontsize=12)
    for line in (encoder - 0.04, encoder + 0.04):
        ax.plot([line, line], [1.8, 3.3], color=RED, linewidth=1.2, linestyle="-")
    ax.text(encoder + 0.2, 2.55, "the same weights", va="center", fontsize=12)


def siamese_pair(pictures: Iterable[ArrayLike], embeddings: ArrayLike, same: bool) -> DescribedFigure:
    """Return the Siamese network: two pictures, one encoder used twice, one distance, one loss.

    Args:
        pictures: two, (height, width), values 0 to 255.
        embeddings: (2, features), what the encoder makes of them: drawn as grids of coloured cells, and their distance told.
        same: whether the two show one person.

    Raises:
        ValueError: other than two pictures, embeddings of other than two, or a label of another kind.
    """
    if not isinstance(same, bool | np.bool_):
        raise ValueError(f"same: expected True (one person) or False (two people), got {quoted(same)}")
    shown = faces("pictures", pictures, 2)
    points = numbers("embeddings", embeddings, "(2, features)", 2)
    distance = f"{np.linalg.norm(points[0] - points[1]):.3f}"
    description = (
        "A diagram from left to right. Two pictures x1 and x2 (two faces) go each into a box, the encoder f; a double line "
        "between the two boxes says that they have the same weights. Out come the points f(x1) and f(x2), grids of coloured "
        f"cells, one for each number; then their distance D, here {distance}, and with the label, "
        f"{'same' if same else 'different'}, the contrastive loss."
    )
    figure, ax = canvas(description, 13, 5.0, (10.4, 4.0))
    _one_encoder_twice(ax, shown, points, encoder=3.6, cells=6.4)
    for y in (3.75, 1.35):
        arrow(ax, (7.5, y), (8.15, 2.55 + 0.25 * (y - 2.55)))
    box(ax, (9.35, 2.55), f"distance\n$D(f(x_1), f(x_2))$\n= {distance}", width=2.3, height=1.5, size=12)
    arrow(ax, (10.55, 2.55), (11.15, 2.55))
    box(ax, (12.05, 2.55), "loss", width=1.6, size=12)
    ax.text(12.05, 4.0, '"same"' if same else '"different"', ha="center", va="center", fontsize=12)
    arrow(ax, (12.05, 3.6), (12.05, 3.0))
    return figure


def _cells(ax: Axes, center: Point, numbers: Float64Array, most: float) -> None:
    """Draw numbers as cells in rows of sixteen: one colour below 0, another one above, white at 0."""
    rows = -(-len(numbers) // 16)
    cells = np.full(16 * rows, np.nan)
    cells[: len(numbers)] = numbers
    place(ax, center, cells.reshape(rows, 16), 2.0 * rows / 16, "PuOr", most, -most)


def triplet_objective(pictures: Iterable[ArrayLike]) -> DescribedFigure:
    """Return the aim of the triplet loss: the positive nearer than the negative, by the gap g at least.

    Args:
        pictures: query, positive and negative, (height, width), values 0 to 255, to stand at the points.

    Raises:
        ValueError: other than three pictures.
    """
    shown = faces("pictures", pictures, 3)
    description = (
        "Two diagrams of three faces. Left, before learning: the query p, its positive p+ far "
        "away, and the negative p- nearer than the positive. Right, after learning: p+ lies near p; p- lies outside a dashed "
        "circle whose radius is the distance of the positive plus the gap g."
    )
    figure, ax = canvas(description, 13, 5.4, (10.4, 4.32))
    ax.text(0.1, 5.1, "Before: the stranger is nearer", fontweight="bold", fontsize=12)
    ax.text(6.7, 5.1, "The aim: farther, by the gap $g$ at least", fontweight="bold", fontsize=12)
    places = (((1.2, 2.3), (5.3, 3.6), (3.6, 1.5)), ((8.7, 2.55), (9.84, 3.21), (12.1, 1.4)))
    for half, (query, positive, negative) in enumerate(places):
        names = ("query $p$", "positive $p^+$", "negative $p^-$")
        for point, face, name in zip((query, positive, negative), shown, names, strict=True):
            place(ax, point, face, 1.0, "gray", 255, 0)
            above = half == 1 and point is positive  # below that face the inner circle would run through the words
            y = point[1] + (0.72 if above else -0.72)
            ax.text(point[0], y, name, ha="center", va="center", fontsize=11, zorder=3, bbox=LABEL)
        ax.plot(*zip(query, positive, strict=True), color=BLUE, linestyle="-", zorder=1)
        ax.plot(*zip(query, negative, strict=True), color=RED, linestyle="--", zorder=1)
    query, positive, _ = places[1]
    radius = float(np.hypot(positive[0] - query[0], positive[1] - query[1]))
    gap = 1.08
    for r, style in ((radius, "-"), (radius + gap, "--")):
        ax.add_patch(Circle(query, r, fill=False, linestyle=style, linewidth=1, color=BLACK))
    x, y = query
    ax.add_patch(
        FancyArrowPatch(
            (x - radius, y), (x - radius - gap, y), arrowstyle="<->", mutation_scale=9, shrinkA=0, shrinkB=0, zorder=3
        )
    )
    ax.text(x - radius - gap / 2, y + 0.13, "$g$", ha="center", fontsize=12)
    return figure


def classification_head(pictures: Iterable[ArrayLike], embeddings: ArrayLike, probability: float) -> DescribedFigure:
    """Return verification as classification: two embeddings, their difference feature by feature, a logistic unit.

    Args:
        pictures: two, (height, width), values 0 to 255.
        embeddings: (2, features), what the encoder makes of them; they and their differences are drawn as coloured cells.
        probability: what the logistic unit says of them, from 0 to 1.

    Raises:
        ValueError: other than two pictures, embeddings of other than two, or a probability out of range.
    """
    shown = faces("pictures", pictures, 2)
    points = numbers("embeddings", embeddings, "(2, features)", 2)
    probability = in_range("probability", probability, least=0, most=1)
    description = (
        "A diagram from left to right. Two pictures x1 and x2 (two faces) go each into a box, the encoder f; a double line "
        "between the two boxes says that they have the same weights. Out come the points f(x1) and f(x2), grids of coloured "
        "cells, one for each number; then a third grid, the difference of the two in each cell, without its sign. All these "
        "go into one logistic unit: a weighted sum plus b, through a sigmoid. Out comes the probability that both pictures "
        f"show the same person, here {probability:.2f}."
    )
    figure, ax = canvas(description, 15.4, 5.0, (10.4, 3.4))
    _one_encoder_twice(ax, shown, points, encoder=3.5, cells=6.2)
    for y in (3.75, 1.35):
        arrow(ax, (7.3, y), (7.85, 2.55 + 0.2 * (y - 2.55)))
    _cells(ax, (9.0, 2.55), np.abs(points[0] - points[1]), float(np.abs(points).max()) or 1)
    ax.text(9.0, 1.75, "$|f(x_1)_k - f(x_2)_k|$", ha="center", va="center", fontsize=12)
    arrow(ax, (10.1, 2.55), (10.65, 2.55))
    box(ax, (12.05, 2.55), "logistic unit\n" + r"$\sigma(\sum_k w_k\,|\ldots| + b)$", width=2.7, height=1.2, size=12)
    arrow(ax, (13.45, 2.55), (13.9, 2.55))
    ax.text(14.6, 2.55, f"same\nperson:\n$p = {probability:.2f}$", ha="center", va="center", fontsize=12)
    return figure
