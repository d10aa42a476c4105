"""Figures of verification as classification that answer the hand: the logistic unit on a distance."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from course_utils.checks import in_range, quoted, text
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.packing import rounded
from course_utils.plots.arguments import kinds_of_pair, numbers
from course_utils.plots.classification import reliability_figure


def logistic_unit(distance: ArrayLike, same: ArrayLike, w: float, b: float, mark: str = "fitted") -> Explorable:
    """Return a logistic unit on a distance, p = sigmoid(w d + b), to be turned: its curve, its log loss, its reliability.

    Both kinds of pair count one half. It begins as a coin, w = b = 0; the fitted unit stands there to be compared with, and is
    what the static figure shows.

    Args:
        distance: (pairs,) float, from 0 up; not all of them 0.
        same: (pairs,) bool, whether a pair shows one person.
        w: the weight of a unit that was fitted; the slider shows it with one decimal; rounded so, it must not be 0.
        b: its bias, shown in the same way.
        mark: the words at its log loss, such as on whom it was fitted.

    Raises:
        ValueError: not one distance for each pair, none above 0, only one kind of pair, a weight or bias that is not finite, or
            a weight that is rounded to 0; a mark that is no text.
    """
    kinds = kinds_of_pair(same)
    distance = numbers("distance", distance, "(pairs,)", len(kinds), least=0)
    if not distance.any():
        raise ValueError(f"distance: expected one above 0 at least, got {len(distance)} times 0")
    exact = {"w": in_range("w", w), "b": in_range("b", b)}
    fitted = {name: round(number, 1) for name, number in exact.items()}  # as the sliders go
    if fitted["w"] == 0:
        raise ValueError(
            f"w: expected the weight of a unit that was fitted, at least 0.05 away from 0, got {quoted(w)}; divide the "
            "distances by 10, and w is ten times as large"
        )
    title = f"The fitted unit: w = {fitted['w']:.1f}, b = {fitted['b']:.1f}"
    figure = reliability_figure({"stated and counted": expit(exact["w"] * distance + exact["b"])}, kinds, title)
    short = rounded(distance)
    data = {
        "same": short[kinds].tolist(),
        "different": short[~kinds].tolist(),
        "start": {"w": 0, "b": 0},
        "fitted": fitted,
        "exact": exact,
        "mark": text("mark", mark),
        "w": _range(fitted["w"]),
        "b": _range(fitted["b"]),
    }
    return Explorable("logistic_unit", data, figure)


def _range(fitted: float) -> dict[str, float]:
    """Return where a slider goes: far beyond the fitted number on its own side of 0, and a little to the other."""
    far, other = 3 * fitted, -fitted / 2
    low, high = sorted((np.round(far or -1, 0), np.round(other or 1, 0)))
    return {"min": float(min(low, -1)), "max": float(max(high, 1)), "step": 0.1}
