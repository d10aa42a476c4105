"""Figures of recognition: the open set over tau, who bears the errors, faces found on a photo."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course_utils.arrays import UInt8Array
from course_utils.faces.evaluation import Trials, one_shot_accuracy, open_set_rates
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.style import BLACK, BLUE, ORANGE, RED

Square = tuple[float, float, float]  # top, left and size, in pixels

MARKERS = "osD^vP"  # methods are told apart by marker as well as by colour


def open_set_figure(trials: Trials, tau: float) -> DescribedFigure:
    """Return the share of strangers turned away and of enrolled people recognised against the threshold, cut at tau.

    Args:
        trials: of `evaluation.identification_trials`, over `evaluation.open_set_episodes`.
        tau: the threshold to draw.

    Raises:
        ValueError: no query shows a stranger.
    """
    chosen, best = open_set_rates(trials, tau), one_shot_accuracy(trials)
    description = (
        "Two curves against the threshold tau. The share of strangers turned away falls from 100% to 0, the share of "
        f"enrolled people recognised rises from 0 to {best:.1%}, a dotted line; the others are nearer to somebody else. "
        f"A vertical line at tau = {tau:.2f}: {chosen.rejected:.1%} of the strangers are turned away there, "
        f"{chosen.recognised:.1%} of the enrolled people are recognised."
    )
    grid = np.linspace(0, max(tau, trials.distance.max()), 200)
    rejected, recognised = np.array([open_set_rates(trials, t) for t in grid]).T
    figure = DescribedFigure(description, (7, 3.2))
    ax = figure.subplots()
    ax.plot(grid, rejected, color=RED, linestyle="--", label="strangers turned away")
    ax.plot(grid, recognised, color=BLUE, linestyle="-", label="enrolled people recognised")
    ax.axhline(best, color=BLUE, linestyle=":", linewidth=1, label="with no threshold")
    ax.axvline(tau, color=BLACK, linewidth=1)
    ax.annotate(r"$\tau$", (tau, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=14)
    ax.set_xlabel(r"threshold $\tau$")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.legend(loc="best", frameon=True, edgecolor="white")
    ax.set_title(f"{chosen.rejected:.0%} of strangers turned away, {chosen.recognised:.0%} of the enrolled recognised", pad=18)
    return figure


def errors_by_person(rates: Mapping[str, ArrayLike], people: ArrayLike, title: str, axis: str) -> DescribedFigure:
    """Return one dot for each person and method, the people with the highest rate of the first method on the left.

    Args:
        rates: method -> (people,) share of errors, from 0 to 1.
        people: (people,) the numbers of the people.
        title: the finding.
        axis: what the rates are.

    Raises:
        ValueError: rates and people differ in number, or there are more than six methods.
    """
    names, person = list(rates), np.asarray(people)
    shares = np.array([np.asarray(rate, np.float64) for rate in rates.values()])
    if shares.shape != (len(names), len(person)):
        raise ValueError(f"rates: expected {len(person)} for each method, one a person, got shape {shares.shape}")
    if len(names) > len(MARKERS):
        raise ValueError(f"rates: at most {len(MARKERS)} methods can be told apart, got {len(names)}")
    order = np.argsort(-shares[0], kind="stable")
    quarter = max(1, len(person) // 4)
    parts = ", ".join(
        f"{np.sort(share)[::-1][:quarter].sum() / share.sum():.0%} with {name}" if share.any() else f"none with {name}"
        for name, share in zip(names, shares, strict=True)
    )
    description = (
        f"A column of dots for each of {len(person)} people, one dot a method, sorted by the errors of {names[0]}: from "
        f"{shares[0].max():.0%} on the left to {shares[0].min():.0%} on the right. For each method, the {quarter} people with "
        f"the most errors bear this part of all: {parts}."
    )
    figure = DescribedFigure(description, (max(6.0, 0.22 * len(person) + 1.5), 3.2))
    ax = figure.subplots()
    columns = np.arange(len(person))
    ax.vlines(columns, shares[:, order].min(axis=0), shares[:, order].max(axis=0), color=BLACK, linewidth=0.5, alpha=0.5)
    for k, (name, marker) in enumerate(zip(names, MARKERS, strict=False)):
        ax.plot(columns, shares[k, order], marker, color=f"C{k}", linestyle="none", markersize=5, label=name, zorder=9 - k)
    ax.set_xticks(columns, [str(number) for number in person[order]], fontsize=7 if len(person) > 20 else 9)
    ax.set_xlabel("person")
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylabel(axis)
    ax.legend(loc="upper right")
    ax.set_title(title)
    return figure


def faces_on_photo(photo: UInt8Array, faces: Sequence[Square], title: str, words: str) -> DescribedFigure:
    """Return a photo with a square around each face.

    Args:
        photo: (rows, columns, 3) RGB or (rows, columns) grey, uint8.
        faces: (top, left, size) of each square, in pixels of the photo, as `faces.detection.find_faces` gives.
        title: the finding.
        words: what one should see on the photo.
    """
    rows, columns = photo.shape[:2]
    scale = 2.7 / max(rows, columns)
    figure = DescribedFigure(words, (max(columns * scale, 4.5), rows * scale + 0.4))
    ax = figure.subplots()
    ax.imshow(photo, cmap="gray", vmin=0, vmax=255)
    for top, left, size in faces:
        for color, width in ((BLACK, 4), (ORANGE, 2)):  # seen on dark and on light ground
            ax.add_patch(Rectangle((left, top), size, size, fill=False, edgecolor=color, linewidth=width))
    ax.axis("off")
    figure.suptitle(title, x=0.01, ha="left")
    return figure
