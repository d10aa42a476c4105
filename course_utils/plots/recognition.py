"""Figures of recognition: who is nearest in a gallery, the open set, whitening, who bears errors, faces found on a photo."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array
from course_utils.checks import in_range, listed, quoted
from course_utils.checks import people as checked_people
from course_utils.faces.evaluation import Trials, one_shot_accuracy, open_set_rates
from course_utils.plots.arguments import MOST_LINES, named, numbers, picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.parts import draw_picture, draw_tau
from course_utils.plots.style import BLACK, BLUE, LINE_STYLES, MARKERS, ORANGE, RED

Square = tuple[float, float, float]  # top, left and size, in pixels

MOST_PEOPLE = 500  # columns of dots
NEAR = 0.03  # shares of one person that are nearer than this have dots that cover each other
LEGEND_COLUMNS = 3


def gallery_figure(
    probe: ArrayLike,
    gallery: Iterable[ArrayLike],
    names: Iterable[object],
    distances: Mapping[str, ArrayLike],
    title: str,
    description: str,
) -> DescribedFigure:
    """Return a picture that is asked for beside the people enrolled, with their distances; each method's nearest is framed.

    Args:
        probe: (height, width) grey or (height, width, 3) in colour, values 0 to 255.
        gallery: one such picture of each person enrolled, K in all.
        names: of these people.
        distances: method -> (K,) float, how far the probe is from each; at most six methods.
        title: the finding.
        description: what one should see in the pictures.

    Raises:
        ValueError: nobody enrolled, something that is no picture, another number of names or distances than of people, no
            method or more than six.
    """
    asked = picture("probe", probe)
    people = [picture(f"gallery[{place}]", each) for place, each in enumerate(listed("gallery", gallery))]
    if not people:
        raise ValueError("gallery: expected one picture at least, got none")
    texts = [str(name) for name in listed("names", names)]
    if len(texts) != len(people):
        raise ValueError(f"names: expected one for each of the {len(people)} people, got {len(texts)}")
    methods = [
        (name, numbers(f"distances: {name}", each, "(people,)", len(people)))
        for name, each in named("distances", distances, MOST_LINES)
    ]
    columns = min(len(people), 5)
    rows = -(-len(people) // columns)
    size = (1.55 * (columns + 2), rows * (1.85 + 0.2 * len(methods)) + 0.4)
    figure = DescribedFigure(description, size, colourful=any(each.ndim == 3 for each in (asked, *people)))
    grid = figure.add_gridspec(rows, columns + 2)
    draw_picture(figure.add_subplot(grid[:, :2]), asked, "who is this?")
    for place, (face, text) in enumerate(zip(people, texts, strict=True)):
        ax = figure.add_subplot(grid[place // columns, 2 + place % columns])
        lines = [text]
        for k, (name, distance) in enumerate(methods):
            nearest = place == distance.argmin()
            lines.append(f"{name} {distance[place]:.{2 if distance[place] < 10 else 1}f}{': nearest' if nearest else ''}")
            if nearest:
                height, width = face.shape[:2]
                inset = 0.02 * width * (1 + 2 * k)  # so that two frames are seen where two methods agree
                frame = Rectangle((inset, inset), width - 2 * inset, height - 2 * inset, fill=False, linewidth=3)
                frame.set(edgecolor=(RED, BLUE, ORANGE, BLACK)[k % 4], linestyle=LINE_STYLES[1 - k % 2])
                ax.add_patch(frame)
        draw_picture(ax, face, "\n".join(lines))
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def open_set_figure(trials: Trials, tau: float) -> DescribedFigure:
    """Return the share of strangers turned away and of enrolled people recognised against the threshold, cut at tau.

    Args:
        trials: of `evaluation.identification_trials`, over `evaluation.open_set_episodes`.
        tau: the threshold to draw.

    Raises:
        ValueError: no trials, no query that shows a stranger, none that shows somebody enrolled, or no finite threshold.
    """
    tau = in_range("tau", tau)
    _check_trials(trials)
    chosen, best = open_set_rates(trials, tau), one_shot_accuracy(trials)
    grid = np.linspace(min(0, tau, trials.distance.min()), max(tau, trials.distance.max()), 200)
    rejected, recognised = np.array([open_set_rates(trials, t) for t in grid]).T
    others = "" if best == 1 else "; the others are nearer to somebody else"
    description = (
        "Two curves against the threshold tau. The share of strangers turned away falls from "
        f"{rejected[0]:.0%} to {rejected[-1]:.0%}, the share of enrolled people recognised rises from "
        f"{recognised[0]:.0%} to {best:.1%}, a dotted line{others}. "
        f"A vertical line at tau = {tau:.2f}: {chosen.rejected:.1%} of the strangers are turned away there, "
        f"{chosen.recognised:.1%} of the enrolled people are recognised."
    )
    figure = DescribedFigure(description, (9.6, 3.2))
    ax = figure.subplots()
    ax.plot(grid, rejected, color=RED, linestyle="--", label="strangers turned away")
    ax.plot(grid, recognised, color=BLUE, linestyle="-", label="enrolled people recognised")
    ax.axhline(best, color=BLUE, linestyle=":", linewidth=1, label="enrolled, with no threshold")
    draw_tau(ax, tau, linewidth=1)
    ax.set_xlabel(r"threshold $\tau$")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))  # beside it: inside, curves and tau run everywhere
    at_tau = f"{chosen.rejected:.0%} of strangers turned away, {chosen.recognised:.0%} of the enrolled recognised"
    figure.suptitle(f"At tau = {tau:.2f}: {at_tau}", x=0.01, ha="left")
    return figure


def whitening_figure(before: ArrayLike, after: ArrayLike, title: str, description: str) -> DescribedFigure:
    """Return the same pictures as points before and after whitening, in two of the directions in which they vary.

    Each panel has one scale for both axes, so that a cloud that varies more in one direction is seen to be long. A cross at the
    mean reaches as far as the standard deviation in each direction.

    Args:
        before: (pictures, 2) float.
        after: (pictures, 2) float.
        title: the finding.
        description: what one should see in the clouds.

    Raises:
        ValueError: not two finite numbers for each picture, fewer than two pictures, or not the same number of them.
    """
    clouds = {"as they come": _plane("before", before), "whitened": _plane("after", after)}
    first, second = (len(cloud) for cloud in clouds.values())
    if first != second:
        raise ValueError(f"after: expected one for each of the {first} pictures of before, got {second}")
    figure = DescribedFigure(description, (9, 4.6))
    for ax, (name, cloud) in zip(figure.subplots(1, 2), clouds.items(), strict=True):
        middle, spread = cloud.mean(axis=0), cloud.std(axis=0)
        ax.scatter(*cloud.T, s=14, color=BLUE, alpha=0.5, linewidths=0)
        for axis in np.eye(2):
            ends = np.array([middle - axis * spread, middle + axis * spread])
            ax.plot(*ends.T, color=BLACK, linewidth=3, linestyle="-", solid_capstyle="butt")
        ax.set_aspect("equal", adjustable="datalim")
        ax.set_title(f"{name}: spread {spread[0]:.2g} along, {spread[1]:.2g} across", fontweight="normal")
        ax.set_xlabel("the direction of the largest variance")
        ax.set_ylabel("another direction")
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _plane(name: str, points: ArrayLike) -> Float64Array:
    plane = numbers(name, points, "(pictures, 2)")
    if len(plane) < 2:
        raise ValueError(f"{name}: expected two numbers for each of two pictures or more, got shape {plane.shape}")
    return plane


def errors_by_person(rates: Mapping[str, ArrayLike], people: ArrayLike, title: str, axis: str) -> DescribedFigure:
    """Return one dot for each person and method, the people with the highest rate of the first method on the left.

    Dots of one person that would lie on each other stand side by side.

    Args:
        rates: method -> (people,) share of errors, from 0 to 1.
        people: (people,) int, the numbers of the people, each once.
        title: the finding.
        axis: what the rates are.

    Raises:
        ValueError: no method or more than ten, not one share from 0 to 1 for each person, or people who are no whole numbers,
            come twice or are more than 500.
    """
    person = checked_people("people", people)
    if len(np.unique(person)) < len(person) or len(person) > MOST_PEOPLE:
        raise ValueError(f"people: expected each once, and {MOST_PEOPLE} at most, got {quoted(person)}")
    methods = named("rates", rates, len(MARKERS))
    names = [name for name, _ in methods]
    shares = np.array([numbers(f"rates: {name}", rate, "(people,)", len(person), least=0, most=1) for name, rate in methods])
    order = np.argsort(-shares[0], kind="stable")
    quarter = max(1, len(person) // 4)
    parts = ", ".join(
        f"{np.sort(share)[::-1][:quarter].sum() / share.sum():.0%} with {name}" if share.any() else f"none with {name}"
        for name, share in zip(names, shares, strict=True)
    )
    worst = "the person with the most errors bears" if quarter == 1 else f"the {quarter} people with the most errors bear"
    description = (
        f"A column of dots for each person, {len(person)} in all, one dot a method, sorted by the errors of {names[0]}: from "
        f"{shares[0].max():.0%} on the left to {shares[0].min():.0%} on the right. For each method, "
        f"{worst} this part of all: {parts}."
    )
    rows = -(-len(names) // LEGEND_COLUMNS)  # of the legend, which stands above the axes: inside, its marks look like data
    figure = DescribedFigure(description, (max(6.0, 0.22 * len(person) + 1.5), 3.2 + 0.25 * rows))
    ax = figure.subplots()
    columns = np.arange(len(person))
    beside = _side_by_side(shares[:, order])
    ax.vlines(columns, shares[:, order].min(axis=0), shares[:, order].max(axis=0), color=BLACK, linewidth=0.5, alpha=0.5)
    for k, (name, marker) in enumerate(zip(names, MARKERS[: len(names)], strict=True)):
        (dots,) = ax.plot(columns + beside[k], shares[k, order], marker, color=f"C{k}", linestyle="none", label=name)
        dots.set(markersize=5, zorder=20 - k)
    ax.set_xticks(columns, [str(number) for number in person[order]], fontsize=10 if max(person) < 100 else 7)
    ax.set_xlabel("person")
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylabel(axis)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=LEGEND_COLUMNS, borderaxespad=0)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def _side_by_side(shares: Float64Array) -> Float64Array:
    """Return how far each dot is moved to the side, in columns, so that those that would lie on each other do not.

    Args:
        shares: (methods, people) float.
    """
    near = np.abs(shares[:, None] - shares[None, :]) < NEAR  # (methods, methods, people)
    earlier = np.tri(len(shares), k=-1, dtype=bool)[:, :, None]
    place = np.sum(near & earlier, axis=1) - (near.sum(axis=1) - 1) / 2
    return np.asarray(place * min(0.32, 0.9 / len(shares)))


def _check_trials(trials: Trials) -> None:
    if not isinstance(trials, Trials):
        raise ValueError(f"trials: expected what evaluation.identification_trials returns, got {quoted(trials)}")
    numbers("trials: distance", trials.distance, "(queries,)", len(trials.known))
    if not np.any(trials.known):
        raise ValueError("trials: no query shows somebody who is enrolled; make the trials with open_set_episodes")


def faces_on_photo(photo: ArrayLike, faces: Sequence[Square], title: str, description: str) -> DescribedFigure:
    """Return a photo with a square around each face.

    Args:
        photo: (rows, columns, 3) RGB or (rows, columns) grey, values 0 to 255.
        faces: (top, left, size) of each square, in pixels of the photo, as `faces.detection.find_faces` gives; none at all
            leave the photo as it is.
        title: the finding.
        description: what one should see on the photo.

    Raises:
        ValueError: no picture, or a square that is none or lies beside the photo.
    """
    shown = picture("photo", photo)
    rows, columns = shown.shape[:2]
    squares = [numbers(f"faces[{place}]", square, "(3,)") for place, square in enumerate(listed("faces", faces))]
    for place, (top, left, size) in enumerate(squares):
        if not (size > 0 and -size < top < rows and -size < left < columns):
            raise ValueError(
                f"faces[{place}]: expected a square (top, left, size) on the photo of {rows} x {columns} pixels, "
                f"got ({top:g}, {left:g}, {size:g})"
            )
    scale = 5.4 / max(rows, columns)
    size = (max(columns * scale, 4.5), rows * scale + 0.4)
    figure = DescribedFigure(description, size, colourful=shown.ndim == 3)
    ax = figure.subplots()
    ax.imshow(shown, cmap="gray", vmin=0, vmax=255)
    for top, left, size in squares:
        for color, width in ((BLACK, 4), (ORANGE, 2)):  # seen on dark and on light ground
            ax.add_patch(Rectangle((left, top), size, size, fill=False, edgecolor=color, linewidth=width))
    ax.axis("off")
    figure.suptitle(title, x=0.01, ha="left")
    return figure
