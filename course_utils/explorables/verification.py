"""The threshold on distances, to be dragged."""

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.arrays import Float64Array, IntArray
from course_utils.checks import listed, quoted
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.sheets import sheet
from course_utils.faces.evaluation import Pairs
from course_utils.plots.arguments import kinds_of_pair, numbers
from course_utils.plots.verification import threshold_figure

MOST_STEPS = 200  # of tau: more could not be told apart on a screen
NEAREST = 3  # pairs that stand beside each rate


def threshold(distance: ArrayLike, pairs: Pairs, pictures: Iterable[ArrayLike], tau: float) -> Explorable:
    """Return the histograms of same and of different pairs with a threshold to drag, the ROC curve and the nearest mistakes.

    Every count is that of all pairs, at each step of tau; nothing is estimated.

    Args:
        distance: (pairs,) float, from 0 up.
        pairs: of `evaluation.verification_pairs`.
        pictures: those that the pairs are of, in their order: (rows, columns), values from 0 to 255.
        tau: where the threshold stands at first; it is brought to the nearest step.

    Raises:
        ValueError: no pairs, or places in them that are none; too few pictures for them; distances too near each other; or as
            `plots.threshold_figure`.
    """
    pairs = _checked(pairs)
    pictures = listed("pictures", pictures)
    if len(pictures) <= (largest := max(pairs.first.max(), pairs.second.max())):
        raise ValueError(f"pictures: the pairs name picture {largest}, counted from 0, and there are {len(pictures)} pictures")
    figure = threshold_figure(distance, pairs.same, tau)
    distance = np.asarray(distance, np.float64)
    taus, decimals = _steps(distance)
    counts = {kind: _accepted(distance[of], taus) for kind, of in (("same", pairs.same), ("different", ~pairs.same))}
    data = {
        "low": float(taus[0]),
        "step": round(float(taus[1] - taus[0]), decimals),
        "decimals": decimals,
        "start": int(np.abs(taus - tau).argmin()),
        **{kind: accepted.tolist() for kind, accepted in counts.items()},
        **_nearest_mistakes(distance, pairs, counts, decimals + 2),
        "faces": sheet("pictures", pictures),
    }
    return Explorable("threshold", data, figure)


def _checked(pairs: Pairs) -> Pairs:
    """Return the pairs with arrays in them, whatever held the places of their pictures."""
    if not isinstance(pairs, Pairs):
        raise ValueError(f"pairs: expected what evaluation.verification_pairs returns, got {quoted(pairs)}")
    same = kinds_of_pair(pairs.same)
    first, second = (_places(f"pairs: {name}", getattr(pairs, name), len(same)) for name in ("first", "second"))
    return dataclasses.replace(pairs, first=first, second=second, same=same)


def _places(name: str, values: ArrayLike, count: int) -> IntArray:
    places = numbers(name, values, "(pairs,)", count, least=0)
    if (broken := places[(places % 1 > 0) | (places >= 2**53)]).size:
        raise ValueError(f"{name}: expected whole numbers, the places of pictures, got {broken[0]:g}")
    return places.astype(np.int64)


def _steps(distance: Float64Array) -> tuple[Float64Array, int]:
    """Return the values that tau takes, from below the least distance to the largest or above, and their decimals."""
    low, high = float(distance.min()), float(distance.max())
    rough = (high - low or high or 1) / MOST_STEPS
    power = math.floor(math.log10(rough))
    step = next(factor * 10.0**power for factor in (1, 2, 5, 10) if factor * 10.0**power >= rough)
    if step < 10 * np.spacing(high):
        raise ValueError(
            f"distance: the largest is {high:.6g}, the least less by {high - low:.2g}: they lie too near each other for a "
            "float to hold the steps between them; subtract what they have in common"
        )
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step) - 1, math.ceil(high / step)
    return np.round(np.arange(first, last + 1) * step, decimals), decimals


def _accepted(distance: Float64Array, taus: Float64Array) -> IntArray:
    """Return how many distances are at most tau, for each tau."""
    return np.searchsorted(np.sort(distance), taus, side="right")


def _nearest_mistakes(distance: Float64Array, pairs: Pairs, counts: dict[str, IntArray], decimals: int) -> dict[str, Any]:
    """Return for each step of tau the pairs that it accepts or rejects wrongly and that are nearest to it.

    Returns:
        accepted, rejected: for each step up to three [picture, picture, distance], the nearest first.
    """
    order = np.argsort(distance, kind="stable")
    same, different = order[pairs.same[order]], order[~pairs.same[order]]

    def told(chosen: IntArray) -> list[list[float]]:
        return [[int(pairs.first[k]), int(pairs.second[k]), round(float(distance[k]), decimals)] for k in chosen]

    return {
        "accepted": [told(different[max(0, count - NEAREST) : count][::-1]) for count in counts["different"]],
        "rejected": [told(same[count : count + NEAREST]) for count in counts["same"]],
    }
