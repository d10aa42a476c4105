"""The functions of lesson 06, taken out of it: its convolution and its receptive field are those of the network."""

import numpy as np
import pytest

from course_utils.backend import keras, tf
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.style import dreams
from course_utils.vgg19 import LAYERS, vgg19
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON_06 = NOTEBOOKS / "06_inside_vgg19.ipynb"
RED = (255, 0, 0)


def field(layer: str) -> tuple[int, int]:
    """Return the side of what an activation sees, and how many pixels its neighbour is away, by the lesson's functions."""
    lesson = functions(LESSON_06, "receptive_field", "rows")
    rows = lesson["rows"](layer)
    return lesson["receptive_field"](rows), int(np.prod(rows[:, 1]))


@pytest.mark.parametrize("seed", range(5))
def test_convolve_is_the_convolution_of_keras(seed: int):
    rng = np.random.default_rng(seed)
    x, kernel, bias = rng.normal(size=(7, 6, 4)), rng.normal(size=(3, 3, 4, 5)), rng.normal(size=5)
    lesson = functions(LESSON_06, "convolve")["convolve"](x, kernel, bias)
    keras_says = keras.ops.relu(keras.ops.conv(x[None].astype(np.float32), kernel.astype(np.float32)) + bias.astype(np.float32))
    assert lesson.shape == (5, 4, 5)
    assert (lesson == 0).any()
    np.testing.assert_allclose(lesson, keras_says[0], atol=1e-5)


def test_convolve_of_the_smallest_picture_is_one_sum():
    x, kernel = np.arange(9.0).reshape(3, 3, 1), np.arange(9.0).reshape(3, 3, 1, 1)
    convolve = functions(LESSON_06, "convolve")["convolve"]
    assert convolve(x, kernel, np.array([-4.0])) == pytest.approx(np.array([[[204.0 - 4]]]))
    assert convolve(x, -kernel, np.array([-4.0])) == 0


@pytest.fixture(scope="module")
def open_eyes() -> keras.Model:
    """VGG19 with kernels of equal weights, no biases and average pooling: each pixel in the field has its effect."""
    network = vgg19(pooling="average")
    for name, (kernel, bias) in vgg19_weights().items():
        mean = np.full_like(kernel, 1 / np.prod(kernel.shape[:3]))
        network.get_layer(name).set_weights([mean, 0 * bias])
    return network


@pytest.mark.parametrize(
    "layer", ["block1_conv1", "block1_pool", "block2_conv2", "block3_conv1", "block4_conv1", "block4_conv2"]
)
def test_receptive_field_is_where_the_gradient_is(layer: str, open_eyes: keras.Model):
    side, step = field(layer)
    place = 6
    first = place * step - (side - step) // 2  # as in the lesson
    cut = keras.Model(open_eyes.inputs, open_eyes.get_layer(layer).output)
    picture = tf.fill((1, 128, 128, 3), 200.0)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = tf.reduce_sum(cut(picture)[0, place, place])
    seen = np.abs(tape.gradient(answer, picture)[0]).sum(axis=2) > 0
    expected = np.zeros((128, 128), bool)
    expected[first : first + side, first : first + side] = True
    np.testing.assert_array_equal(seen, expected)


def test_receptive_field_grows_with_every_layer():
    sides, steps = zip(*(field(layer) for layer in LAYERS), strict=True)
    assert list(sides) == sorted(set(sides))
    assert steps[-1] == 2**5


@pytest.mark.parametrize("layer", LAYERS)
def test_the_field_of_the_package_is_that_of_the_lesson(layer: str):
    assert dreams._field(layer) == field(layer)


def test_distance_is_euclidean_over_all_entries():
    distance = functions(LESSON_06, "distance")["distance"]
    black, red = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), RED, np.uint8)
    assert distance(black, red) == distance(red, black) == pytest.approx(255 * 2)  # not modulo 256
    assert distance(red, red) == 0
