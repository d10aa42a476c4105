"""A picture on its way through a network: what is drawn has the sizes that are said, and stays on the canvas."""

import itertools

import numpy as np
import pytest

from course_utils import plots

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
LAYERS = {"first": RNG.random((32, 32, 16)), "second": RNG.random((16, 16, 64)), "last": RNG.random((2, 2, 512))}


FIVE = {
    f"block {k}\n4 convolutions": RNG.random((side, side, channels))
    for k, (side, channels) in enumerate([(112, 64), (56, 128), (28, 256), (14, 512), (7, 512)], start=1)
}


def drawn(layers: dict[str, np.ndarray] = LAYERS) -> plots.DescribedFigure:
    return plots.layers_figure(RNG.integers(0, 256, (112, 112, 3), dtype=np.uint8), layers, "finding", WORDS)


def test_the_sizes_of_each_layer_stand_beneath_it_and_in_the_description():
    figure = drawn()
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words == [
        "the picture\n112 x 112",
        "first\n32 x 32\n16 channels",
        "second\n16 x 16\n64 channels",
        "last\n2 x 2\n512 channels",
    ]
    assert "second: 16 x 16, 64 channels; last: 2 x 2, 512 channels." in figure.description


def test_in_front_is_the_map_that_changes_most():
    a = np.zeros((4, 4, 8))
    a[1, 2, 5], a[0, 0, 3] = 9, 4
    figure = plots.layers_figure(np.zeros((4, 4)), {"layer": a}, "finding", WORDS)
    front = max(figure.axes[0].images[1:], key=lambda image: image.get_zorder())
    np.testing.assert_array_equal(front.get_array(), a[:, :, 5])


@pytest.mark.parametrize("layers", [LAYERS, FIVE], ids=["three", "five"])
def test_everything_lies_on_the_canvas_and_no_text_on_another(layers: dict[str, np.ndarray]):
    figure = drawn(layers)
    figure.draw_without_rendering()
    (ax,) = figure.axes
    extents = [text.get_window_extent() for text in ax.texts]
    assert all(figure.bbox.x0 <= e.x0 < e.x1 <= figure.bbox.x1 and figure.bbox.y0 <= e.y0 for e in extents)
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(extents))
    for image in ax.images:
        left, right, bottom, top = image.get_extent()
        assert ax.get_xlim()[0] <= left < right <= ax.get_xlim()[1]
        assert ax.get_ylim()[0] <= bottom < top <= ax.get_ylim()[1]


def test_the_canvas_ends_where_the_highest_stack_does():
    (ax,) = drawn().axes
    highest = max(image.get_extent()[3] for image in ax.images)
    assert 0 < ax.get_ylim()[1] - highest < 0.2


def test_a_photo_in_colour_keeps_its_colours():
    assert drawn().colourful
    assert not plots.layers_figure(np.zeros((4, 4)), LAYERS, "finding", WORDS).colourful
