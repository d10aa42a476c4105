"""Two channels and their entry: the maps that the module is given are the activations, and bad input is named."""

import numpy as np
import pytest
from matplotlib.text import Text

from course_utils import explorables
from course_utils.explorables.packing import unpacked
from tests.explorables.examples import CHANNELS, MAPS, gram_matrix


def test_the_module_gets_the_maps_of_the_channels_in_their_order():
    data = gram_matrix().data
    assert (data["rows"], data["columns"]) == MAPS.shape[1:3]
    assert [data["channels"][at] for at in data["pair"]] == [2, 5]
    for channel, words in zip(CHANNELS, data["maps"], strict=True):
        np.testing.assert_allclose(unpacked(words), MAPS[0, :, :, channel].ravel(), atol=MAPS.max() / 100_000)


def test_the_static_figure_tells_the_entry_of_numpy():
    entry = MAPS[0, :, :, 2].ravel() @ MAPS[0, :, :, 5].ravel()
    told = float(gram_matrix().figure.description.split("the entry ")[1].split()[0].replace(",", ""))
    assert told == pytest.approx(entry, rel=1e-4)


def test_a_small_entry_is_told_with_its_digits():
    small = gram_matrix_of(MAPS * 1e-4)
    entry = MAPS[0, :, :, 2].ravel() @ MAPS[0, :, :, 5].ravel() * 1e-8
    assert 0 < entry < 0.1
    assert f"the entry {entry:.3g} of" in small.figure.description
    words = [text.get_text() for text in small.figure.findobj(Text)]
    assert any(f"sum {entry:.3g}" in each for each in words)


def gram_matrix_of(activations: np.ndarray) -> explorables.Explorable:
    return explorables.gram_matrix(activations, CHANNELS, np.zeros((4, 4)), (2, 5))


def test_two_channels_that_never_fire_together_are_drawn():
    apart = np.zeros((1, 2, 2, 2))
    apart[0, 0, 0, 0] = apart[0, 1, 1, 1] = 1
    assert "the entry 0 of" in explorables.gram_matrix(apart, [0, 1], np.zeros((4, 4)), (0, 1)).figure.description


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"activations": MAPS[0]}, r"activations: expected real numbers, \(1, n_H, n_W, n_C\)"),
        ({"activations": MAPS - 1}, "activations: channel 7: expected numbers from 0 up"),
        ({"activations": MAPS + 1j}, "activations: expected real numbers"),
        ({"activations": MAPS * 1e200}, "activations: channel 7: expected a largest one from 1e-100"),
        ({"activations": MAPS * 1e-200}, "activations: channel 7: expected a largest one from 1e-100"),
        ({"channels": [1]}, "channels: expected 2 to 24 different ones"),
        ({"channels": [2, 5, 2]}, "channels: expected 2 to 24 different ones"),
        ({"channels": [2, 5, 9]}, "channels: there are 9, counted from 0, and no channel 9"),
        ({"channels": [2, 5, -1]}, "channels"),
        ({"activations": MAPS * (np.arange(9) != 4)}, "channels: channel 4 fires nowhere"),
        ({"pair": (2, 3)}, "pair: expected two of the channels 7, 2, 4, 0, 5"),
        ({"pair": [[2], [5]]}, "pair: expected a whole number"),
        ({"pair": (2,)}, "pair: expected two of"),
        ({"shown": np.zeros((900, 2))}, "shown: expected .* got 900 x 2 pixels"),
        ({"shown": np.zeros(3)}, "shown: expected a picture"),
    ],
)
def test_bad_input_is_named(changed: dict, sentence: str):
    arguments = {"activations": MAPS, "channels": CHANNELS, "shown": np.zeros((4, 4)), "pair": (2, 5)} | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.gram_matrix(**arguments)
