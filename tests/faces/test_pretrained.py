"""Tests of course_utils.faces.pretrained: the features of VGG19 by another way, what they forgive, and whitening."""

from itertools import pairwise

import numpy as np
import pytest

from course_utils.backend import keras
from course_utils.data.faces import load_faces
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.faces.pretrained import vgg19_features, whitening


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
        (lambda p: p[:, :20], 4, "32 x 32 or more"),
        (lambda p: p, 0, "bands: expected 1 to 14"),
        (lambda p: p, 15, "bands: expected 1 to 14"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(pictures, change, bands, message):
    with pytest.raises(ValueError, match=message):
        vgg19_features(change(pictures), bands)


def test_whitened_directions_have_variance_one_and_no_correlation():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 5)) * [10, 3, 1, 0.3, 0.01] + 7
    fitted = whitening(x)
    white = fitted[0].transform(x)
    np.testing.assert_allclose(np.cov(white.T), np.eye(5), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(fitted.transform(x), axis=1), 1)


def test_whitening_does_not_care_for_shift_scale_or_rotation_of_the_features():
    rng = np.random.default_rng(1)
    x, other = rng.normal(size=(30, 4)), rng.normal(size=(9, 4))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    here, there = whitening(x).transform(other), whitening(5 * x @ turn + 3).transform(5 * other @ turn + 3)
    np.testing.assert_allclose(here @ here.T, there @ there.T, atol=1e-9)


def test_with_more_features_than_pictures_there_is_one_direction_less_than_pictures():
    assert whitening(np.random.default_rng(2).normal(size=(7, 20))).transform(np.ones((3, 20))).shape == (3, 6)
    with pytest.raises(ValueError, match="three pictures or more"):
        whitening(np.ones((2, 20)))
