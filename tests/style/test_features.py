"""Tests of course_utils.style.features: what style transfer sees of a picture is what VGG19 sees, whichever way is taken."""

import numpy as np
import pytest

from course_utils.backend import tf
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.style import features
from course_utils.style.features import FastFeatureExtractor
from course_utils.vgg19 import LAYERS, FeatureExtractor

CAT = resize(picture("chelsea"), 37, 50)
DEEPEST = 16  # the layers to block 5's first convolution, for which there are enough pixels


def seen_and_gradient(kind, layers, **options):
    extractor = kind(layers, **options)
    with tf.GradientTape() as tape:
        pixels = tf.constant(CAT, tf.float32)
        tape.watch(pixels)
        seen = extractor(pixels)
        total = tf.add_n([tf.reduce_mean(activations**2) for activations in seen.values()])
    return seen, tape.gradient(total, pixels).numpy()


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_each_layer_and_the_gradient_are_those_of_the_network(pooling):
    expected, plain = seen_and_gradient(FeatureExtractor, LAYERS[:DEEPEST], pooling=pooling)
    found, gradient = seen_and_gradient(FastFeatureExtractor, LAYERS[:DEEPEST], pooling=pooling)
    assert found.keys() == expected.keys()
    for layer, activations in expected.items():
        np.testing.assert_allclose(found[layer], activations, atol=1e-4 * np.max(activations), err_msg=layer)
    cosine = np.sum(gradient * plain) / np.linalg.norm(gradient) / np.linalg.norm(plain)
    assert cosine > 0.99999


def test_bfloat16_goes_the_direct_way():
    expected, _ = seen_and_gradient(FeatureExtractor, ["block3_conv2"], precision="bfloat16")
    found, _ = seen_and_gradient(FastFeatureExtractor, ["block3_conv2"], precision="bfloat16")
    np.testing.assert_array_equal(found["block3_conv2"], expected["block3_conv2"])


def test_a_kernel_is_transformed_once():
    features._convolution.cache_clear()
    for _ in range(2):
        FastFeatureExtractor(["block3_conv1"])(CAT)
    assert features._convolution.cache_info().misses == 2  # block2_conv2 and block3_conv1
    assert features._convolution.cache_info().hits == 2


def test_a_kernel_that_is_first_needed_within_a_graph_serves_others():
    features._convolution.cache_clear()
    extractor = FastFeatureExtractor(["block2_conv2"])
    expected = FeatureExtractor(["block2_conv2"])(CAT)["block2_conv2"]
    for see in (tf.function(extractor, autograph=False), tf.function(extractor, autograph=False), extractor):
        found = see(tf.constant(CAT, tf.float32))["block2_conv2"]
        np.testing.assert_allclose(found, expected, atol=1e-4 * np.max(expected))
