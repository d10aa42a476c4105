"""Features of VGG19: a network that learned from photographs of a thousand kinds of things, and never from these faces."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer

from course_utils.arrays import Float32Array, UInt8Array
from course_utils.backend import keras
from course_utils.data.vgg19_weights import vgg19_weights

LAYER = "block4_conv3"
BANDS = 4


def vgg19_features(pictures: UInt8Array, bands: int = BANDS) -> Float32Array:
    """Return what one layer of VGG19 sees in grey pictures, averaged over horizontal bands.

    The layer, the third convolution of block 4, has 512 channels on a grid of 14 x 11 places. Averaging over the columns lets
    a face move sideways without a change; bands keep apart what is seen at the height of hair, eyes, mouth and collar. The
    features of a picture and of its mirror image are averaged. K. Simonyan, A. Zisserman, "Very deep convolutional networks
    for large-scale image recognition", ICLR 2015.

    Args:
        pictures: (n, rows, columns) uint8, grey, 32 x 32 pixels or more; about 20 pictures of 112 x 92 pixels a second on two
            cores.
        bands: into how many bands the rows are cut; 1 averages over the whole picture.

    Returns:
        (n, 512 bands) float32 of length 1.

    Raises:
        ValueError: the pictures are not grey uint8 pictures of that size, or the grid has fewer rows than `bands`.
        DataError: the archive of the weights is missing or damaged.
    """
    if pictures.dtype != np.uint8 or pictures.ndim != 3 or min(pictures.shape[1:]) < 32:
        raise ValueError(
            f"pictures: expected (n, rows, columns) of uint8, 32 x 32 or more, got {pictures.shape} of {pictures.dtype}"
        )
    if not 1 <= bands <= pictures.shape[1] // 8:
        raise ValueError(f"bands: expected 1 to {pictures.shape[1] // 8} for these pictures, got {bands!r}")
    features: Float32Array = _banded(pictures, bands) + _banded(pictures[:, :, ::-1], bands)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return features


def whitening(features: ArrayLike) -> Pipeline:
    """Fit a whitening: what all faces share is taken away, and every direction in which they differ counts the same.

    The mean is subtracted; principal component analysis finds the directions in which these pictures vary, and each is scaled
    to variance 1; then each row is scaled to length 1. It needs no names. Strong common directions, such as light, lose their
    weight: H. Jegou, O. Chum, "Negative evidences and co-occurences in image retrieval: the benefit of PCA and whitening", ECCV
    2012.

    Args:
        features: (n, features) of the training people, n >= 3.

    Returns:
        A fitted pipeline; its `transform` gives (m, n - 1) features of length 1, or fewer where there are fewer features.

    Raises:
        ValueError: fewer than three pictures.
    """
    features = np.asarray(features)
    if len(features) < 3:
        raise ValueError(f"features: three pictures or more are needed, got {len(features)}")
    components = min(len(features) - 1, features.shape[1])
    return make_pipeline(PCA(components, whiten=True, svd_solver="full"), Normalizer()).fit(features)


def _banded(pictures: UInt8Array, bands: int) -> Float32Array:
    colour = np.repeat(pictures[..., None], 3, axis=-1).astype(np.float32)
    seen = _network().predict(keras.applications.vgg19.preprocess_input(colour), batch_size=20, verbose=0)
    means = [band.mean(axis=(1, 2)) for band in np.array_split(seen, bands, axis=1)]
    # Each band counts the same, whatever the strength of what it sees.
    return np.concatenate([mean / np.linalg.norm(mean, axis=1, keepdims=True) for mean in means], axis=1)


@cache
def _network() -> keras.Model:
    """VGG19 up to the layer, with its weights; kept, for it takes a second to make."""
    whole = keras.applications.VGG19(weights=None, include_top=False)
    network = keras.Model(whole.input, whole.get_layer(LAYER).output)
    for name, weights in vgg19_weights().items():
        if name in {layer.name for layer in network.layers}:
            network.get_layer(name).set_weights(weights)
    return network
