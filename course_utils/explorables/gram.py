"""The Gram matrix: two channels, their product, and what is left of it when the positions are shuffled."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Float64Array
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.packing import packed, unpacked
from course_utils.explorables.sheets import sheet
from course_utils.plots.arguments import picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.pictures import picture_grid

MOST_CHANNELS = 24  # cells of the matrix that a finger can still meet
LEAST, MOST = 1e-100, 1e100  # of the largest activation of a channel: a float can hold the products


def gram_matrix(activations: ArrayLike, channels: Iterable[int], shown: ArrayLike, pair: Iterable[int]) -> Explorable:
    """Return two channels to be picked, their maps, the product of these, and the entry of the Gram matrix that it adds up to.

    The entries are computed in the page, from activations rounded to 1/65,535 of the largest of their channel. Sums of whole
    numbers have no rounding, so that an entry of shuffled positions is the same to the last digit.

    Args:
        activations: (1, n_H, n_W, n_C) float from 0 up, of one layer.
        channels: some of them, counted from 0: 2 to 24. The matrix has a row and a column for each.
        shown: the picture whose activations these are, (rows, columns, 3) or (rows, columns), values from 0 to 255.
        pair: the two of these channels that are picked at first.

    Raises:
        ValueError: activations of another shape, or so large or small that their products are lost; a channel that is not
            there, fires nowhere or stands there twice; a pair of other channels; no picture.
    """
    maps = _maps(activations, chosen := _chosen(channels))
    first, second = _pair(pair, chosen)
    seen = picture("shown", shown)
    words = [packed(f"activations: channel {channel}", one.ravel()) for channel, one in zip(chosen, maps, strict=True)]
    a, b = (unpacked(words[chosen.index(channel)]) for channel in (first, second))
    data = {
        "channels": chosen,
        "rows": maps.shape[1],
        "columns": maps.shape[2],
        "maps": words,
        "pair": [chosen.index(first), chosen.index(second)],
        "shown": sheet("shown", [seen], height=200),
    }
    return Explorable("gram_matrix", data, _figure(seen, a, b, (first, second), maps.shape[1:]))


def _chosen(channels: Iterable[int]) -> list[int]:
    chosen = checks.whole_numbers("channels", channels, least=0)
    if not 2 <= len(set(chosen)) == len(chosen) <= MOST_CHANNELS:
        raise ValueError(f"channels: expected 2 to {MOST_CHANNELS} different ones, got {checks.quoted(channels)}")
    return chosen


def _pair(pair: Iterable[int], chosen: list[int]) -> tuple[int, int]:
    both = checks.whole_numbers("pair", pair, least=0)
    if len(both) != 2 or not set(both) <= set(chosen):
        raise ValueError(f"pair: expected two of the channels {', '.join(map(str, chosen))}, got {checks.quoted(pair)}")
    return both[0], both[1]


def _maps(activations: ArrayLike, chosen: list[int]) -> Float64Array:
    """Return (channels, n_H, n_W) of activations (1, n_H, n_W, n_C)."""
    whole = checks.numbers("activations", activations, "(1, n_H, n_W, n_C)")
    if max(chosen) >= whole.shape[3]:
        raise ValueError(f"channels: there are {whole.shape[3]}, counted from 0, and no channel {max(chosen)}")
    maps: Float64Array = np.moveaxis(whole[0][:, :, chosen], 2, 0).astype(np.float64)
    for channel, values in zip(chosen, maps, strict=True):
        if not values.any():
            raise ValueError(f"channels: channel {channel} fires nowhere in this picture; choose another")
        if not LEAST < (largest := np.abs(values).max()) < MOST:
            expected = f"a largest one from {LEAST:g} to {MOST:g}"
            raise ValueError(f"activations: channel {channel}: expected {expected}, got {largest:.3g}; use another unit")
    return maps


def _figure(seen: Any, a: Float64Array, b: Float64Array, names: tuple[int, int], shape: tuple[int, ...]) -> DescribedFigure:
    entry = float(a @ b)
    together = entry / np.sqrt((a @ a) * (b @ b))
    i, j = names
    grey = [(255 * values / (values.max() or 1)).reshape(shape) for values in (a, b, a * b)]  # two may never fire together
    added = f"{entry:,.0f}" if entry >= 100 else f"{entry:.3g}"
    description = (
        f"A picture and three grey maps, bright where something fires: channel {i}, channel {j}, and their product, position "
        f"by position. The product adds up to the entry {added} of the Gram matrix. The two fire together: "
        f"{together:.2f}; 1 would say that one is a multiple of the other."
    )
    captions = ["the picture", f"channel {i}", f"channel {j}", f"product, sum {added}"]
    return picture_grid([seen, *grey], captions, "Multiply two maps, and add up", description, columns=4, width=2.2)
