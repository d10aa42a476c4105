"""What a unit sees: the side and the place of its field, against a plain walk back through the layers; bad input is named."""

import numpy as np
import pytest

from course_utils import explorables
from course_utils.explorables.networks import corner, field
from course_utils.explorables.packing import unpacked
from course_utils.vgg19 import LAYERS
from tests.explorables.examples import ACTIVATIONS, CAT, MADE, OF_LAYERS, receptive_field


def seen_by(layer: str, place: int) -> set[int]:
    """Return the pixels, down or across, that can change a unit; those below 0 lie in the borders of zeros."""
    places = {place}
    for name in reversed(LAYERS[: LAYERS.index(layer) + 1]):
        reach = (0, 1) if name.endswith("pool") else (-1, 0, 1)
        places = {(2 * at if name.endswith("pool") else at) + by for at in places for by in reach}
    return places


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("place", [0, 3])
def test_the_field_is_what_a_walk_back_through_the_layers_reaches(layer: str, place: int):
    side, step = field(layer)
    first = corner(place, side, step)
    assert set(range(first, first + side)) == seen_by(layer, place)


def test_the_module_gets_the_maps_and_the_made_pictures_of_each_channel():
    data = receptive_field().data
    assert [layer["made"] for layer in data["layers"]] == [None, None, 0]
    for layer in data["layers"]:
        assert layer["channels"] == OF_LAYERS[layer["name"]]
        assert ACTIVATIONS[layer["name"]].shape[1:3] == (layer["rows"], layer["columns"])
        for channel, words in zip(layer["channels"], layer["maps"], strict=True):
            given = ACTIVATIONS[layer["name"]][0, :, :, channel].ravel()
            np.testing.assert_allclose(unpacked(words), given, atol=given.max() / 100_000)


def test_without_made_pictures_it_is_drawn_too():
    assert explorables.receptive_field(CAT, ACTIVATIONS, OF_LAYERS, {}).data["made"] is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"shown": CAT[:, :, 0]}, "shown: expected a picture in colour"),
        ({"activations": {}}, "activations: expected a dictionary"),
        ({"activations": {"fc1": ACTIVATIONS["block2_pool"]}}, "activations: expected layers of VGG19"),
        (
            {"activations": {"block2_pool": ACTIVATIONS["block1_conv2"]}},
            r"activations: block2_pool: expected \(1, 12, 8",
        ),
        ({"channels": {**OF_LAYERS, "block5_pool": [1]}}, "channels: 'block5_pool' is not among the layers"),
        ({"channels": {**OF_LAYERS, "block2_pool": [4]}}, "channels: block2_pool: expected 1 to 6 of the 4 channels"),
        ({"channels": {**OF_LAYERS, "block2_pool": []}}, "channels: block2_pool: expected 1 to 6"),
        ({"made": {"block4_conv2": MADE["block4_conv2"][:2]}}, "made: block4_conv2: expected one picture for each of the 3"),
        ({"activations": {"x" * 100_000: ACTIVATIONS["block2_pool"]}}, "activations: expected layers of VGG19 .{,150}$"),
        ({"channels": None}, "channels: expected a dictionary of layer -> channels, got None"),
        ({"channels": {**OF_LAYERS, "x" * 100_000: [1]}}, "channels: 'xx.{,150}$"),
        ({"channels": {**OF_LAYERS, 4: [1], "fc1": [1]}}, "channels: 4 is not among the layers"),
        ({"channels": {**OF_LAYERS, "block2_pool": range(100_000)}}, "channels: block2_pool: expected 1 to 6 .{,150}$"),
        ({"made": None}, "made: expected a dictionary of layer -> pictures, {} if there are none, got None"),
        ({"made": [CAT]}, "made: expected a dictionary of layer -> pictures, {} if there are none, got"),
        ({"made": {"block5_conv1": []}}, "made: 'block5_conv1' is not among the layers"),
    ],
)
def test_bad_input_is_named(changed: dict, sentence: str):
    arguments = {"shown": CAT, "activations": ACTIVATIONS, "channels": OF_LAYERS, "made": MADE} | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.receptive_field(**arguments)
