"""The receptive field: what one activation of a layer of VGG19 sees of a picture."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import FloatArray, Picture, UInt8Array
from course_utils.checks import listed
from course_utils.data.vgg19_weights import BLOCKS
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.packing import packed
from course_utils.explorables.sheets import sheet
from course_utils.plots.arguments import MOST_PANELS, named, picture
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.pictures import picture_grid

MOST_CHANNELS = 6  # of a layer, side by side
FRAME = (230, 60, 0)  # red, as the page draws it


def receptive_field(
    shown: ArrayLike,
    activations: Mapping[str, ArrayLike],
    channels: Mapping[str, Iterable[int]],
    made: Mapping[str, Iterable[ArrayLike]],
) -> Explorable:
    """Return a picture on which an activation is pointed at: what it sees is framed, beside its channel's map and picture.

    Args:
        shown: the picture, (rows, columns, 3), values from 0 to 255.
        activations: layer of VGG19 -> (1, n_H, n_W, n_C) float, of this picture; at most ten layers.
        channels: layer -> some channels of it, counted from 0; at most six.
        made: layer -> a picture for each of these channels that was made to excite it, (height, width, 3), all of one shape. A
            layer may be missing.

    Raises:
        ValueError: no picture; no dictionary; a layer that VGG19 has not, or with another number of places than it has for this
            picture; a channel that is not there; not one picture for each channel of a layer in `made`.
    """
    seen = picture("shown", shown)
    if seen.ndim != 3:
        raise ValueError(f"shown: expected a picture in colour, (rows, columns, 3), got shape {seen.shape}")
    by_layer = [(name, _layer(name, given, seen.shape)) for name, given in named("activations", activations, MOST_PANELS)]
    names = [name for name, _ in by_layer]
    _check_layers("channels", channels, "channels", names)
    _check_layers("made", made, "pictures, {} if there are none", names)
    layers: list[dict[str, Any]] = []
    examples: list[ArrayLike] = []
    for name, given in by_layer:
        chosen = _chosen(f"channels: {name}", channels.get(name, ()), given.shape[3])
        pictures = listed(f"made: {name}", made.get(name, ()))
        if name in made and len(pictures) != len(chosen):
            raise ValueError(f"made: {name}: expected one picture for each of the {len(chosen)} channels, got {len(pictures)}")
        maps = [packed(f"activations: {name}", given[0, :, :, channel].ravel()) for channel in chosen]
        first = len(examples) if pictures else None
        side, step = field(name)
        rows, columns = given.shape[1:3]
        layer = {"name": name, "side": side, "step": step, "rows": rows, "columns": columns}
        layers.append(layer | {"channels": chosen, "maps": maps, "made": first})
        examples += pictures
    data = {
        "height": seen.shape[0],
        "width": seen.shape[1],
        "shown": sheet("shown", [seen], height=2 * seen.shape[0]),
        "layers": layers,
        "made": sheet("made", examples, height=128) if examples else None,
    }
    return Explorable("receptive_field", data, _figure(seen, layers))


def _check_layers(name: str, given: Mapping[str, Any], what: str, known: list[str]) -> None:
    if not isinstance(given, Mapping):
        raise ValueError(f"{name}: expected a dictionary of layer -> {what}, got {checks.quoted(given)}")
    for layer in given:
        if layer not in known:
            raise ValueError(f"{name}: {checks.quoted(layer)} is not among the layers of activations: {', '.join(known)}")


def field(layer: str) -> tuple[int, int]:
    """Return the side of what an activation sees, and how far apart two neighbours look, both in pixels of the picture."""
    side, step = 1, 1
    for block, (convolutions, _) in enumerate(BLOCKS, start=1):
        for part in (*(f"conv{number}" for number in range(1, convolutions + 1)), "pool"):
            side += (1 if part == "pool" else 2) * step
            step *= 2 if part == "pool" else 1
            if layer == f"block{block}_{part}":
                return side, step
    raise ValueError(f"activations: expected layers of VGG19 such as block1_conv1 or block2_pool, got {checks.quoted(layer)}")


def _layer(name: str, given: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    array = checks.as_array(f"activations: {name}", given)
    step = field(name)[1]
    places = tuple(side // step for side in shape[:2])
    if array.ndim != 4 or array.shape[0] != 1 or array.shape[1:3] != places:
        expected = f"(1, {places[0]}, {places[1]}, n_C), for a picture of {shape[0]} x {shape[1]} pixels"
        raise ValueError(f"activations: {name}: expected {expected}, got shape {array.shape}")
    return array


def _chosen(name: str, channels: Iterable[int], count: int) -> list[int]:
    chosen = checks.whole_numbers(name, channels, least=0)
    if not 1 <= len(set(chosen)) == len(chosen) <= MOST_CHANNELS or max(chosen) >= count:
        expected = f"1 to {MOST_CHANNELS} of the {count} channels, counted from 0"
        raise ValueError(f"{name}: expected {expected}, got {checks.quoted(chosen)}")
    return chosen


def corner(place: int, side: int, step: int) -> int:
    """Return the first pixel that an activation sees, down or across; below 0 it lies in the border of zeros."""
    return place * step - (side - step) // 2


def _figure(seen: Picture, layers: list[dict[str, Any]]) -> DescribedFigure:
    framed = [_framed(seen, layer) for layer in layers]
    sides = "; ".join(f"{layer['name']}, {layer['side']} x {layer['side']} pixels" for layer in layers)
    description = (
        f"A picture of {seen.shape[0]} x {seen.shape[1]} pixels, {len(layers)} times. A red frame is drawn around what the "
        f"activation in the middle of a layer sees of it, cut off at the border: {sides}."
    )
    captions = [f"{layer['name']}: {layer['side']}" for layer in layers]
    return picture_grid(framed, captions, "What one activation sees, layer by layer", description, columns=5, width=1.75)


def _framed(seen: Picture, layer: dict[str, Any]) -> UInt8Array:
    """Return the picture, twice as large, with what the activation in the middle sees framed and all else pale."""
    large: UInt8Array = seen.astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    spans = []
    for count, pixels in ((layer["rows"], large.shape[0]), (layer["columns"], large.shape[1])):
        first = 2 * corner(count // 2, layer["side"], layer["step"])
        spans.append((max(0, first), min(pixels, first + 2 * layer["side"])))
    (top, bottom), (left, right) = spans
    result: UInt8Array = (255 - (255 - large.astype(float)) / 2).astype(np.uint8)
    result[top:bottom, left:right] = FRAME
    result[top + 2 : bottom - 2, left + 2 : right - 2] = large[top + 2 : bottom - 2, left + 2 : right - 2]
    return result
