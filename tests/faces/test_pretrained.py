"""Tests of course_utils.faces.pretrained: the features of VGG19 by another way, and what they forgive."""

from itertools import pairwise

import numpy as np
import pytest

from course_utils.backend import keras
from course_utils.data.faces import load_faces
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.faces.pretrained import vgg19_features


@pytest.fixture(scope="module")
def pictures():
    return load_faces().pictures[:2, :2].reshape(4, 112, 92)


def layer_by_layer(picture):
    """What the third convolution of block 4 sees, (rows, columns, 512), layer by layer from the weights."""
    grey = picture.astype(np.float32)[None, ..., None]
    x = np.concatenate([grey - 103.939, grey - 116.779, grey - 123.68], axis=-1)
    weights = vgg19_weights()
    for block, convolutions in ((1, 2), (2, 2), (3, 4), (4, 3)):
        for number in range(1, convolutions + 1):
            kernel, bias = weights[f"block{block}_conv{number}"]
            x = np.maximum(keras.ops.conv(x, kernel, padding="same") + bias, 0)
        if block < 4:
            x = keras.ops.max_pool(x, 2, 2)
    return np.float64(x)[0]


@pytest.mark.slow
@pytest.mark.parametrize("bands", [1, 4])
def test_the_features_are_banded_means_of_the_layer(pictures, bands):
    total = 0
    for side in (pictures[0], pictures[0][:, ::-1]):
        seen = layer_by_layer(side)
        edges = {1: [0, 14], 4: [0, 4, 8, 11, 14]}[bands]
        means = [seen[top:bottom].reshape(-1, 512).mean(axis=0) for top, bottom in pairwise(edges)]
        total = total + np.concatenate([mean / np.linalg.norm(mean) for mean in means])
    features = vgg19_features(pictures[:1], bands)
    assert features.shape == (1, 512 * bands)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features[0], total / np.linalg.norm(total), atol=2e-5)


@pytest.mark.slow
def test_the_mirror_image_has_the_same_features(pictures):
    np.testing.assert_allclose(vgg19_features(pictures), vgg19_features(pictures[:, :, ::-1]), atol=1e-5)


@pytest.mark.parametrize(
    ("change", "bands", "message"),
    [
        (lambda p: p[0], 4, "pictures: expected"),
        (lambda p: p / 255, 4, "pictures: expected .* float64"),
        (lambda p: p[:, :20], 4, "at least 32 x 32"),
        (lambda p: p, 0, "bands: expected a whole number from 1 to 14"),
        (lambda p: p, 15, "bands: expected a whole number from 1 to 14"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(pictures, change, bands, message):
    with pytest.raises(ValueError, match=message):
        vgg19_features(change(pictures), bands)
