"""Features of VGG19: a network that learned from photographs of a thousand kinds of things, and never from these faces."""

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Float32Array, UInt8Array
from course_utils.faces.preprocessing import grey_pictures
from course_utils.vgg19 import FeatureExtractor

LAYER = "block4_conv3"
BANDS = 4
BATCH = 20  # pictures at once


def vgg19_features(pictures: ArrayLike, bands: int = BANDS) -> Float32Array:
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
    pictures = grey_pictures("pictures", pictures, least=32)
    bands = checks.whole_number("bands", bands, 1, pictures.shape[1] // 8)
    features: Float32Array = _banded(pictures, bands) + _banded(pictures[:, :, ::-1], bands)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return features


def _banded(pictures: UInt8Array, bands: int) -> Float32Array:
    look = FeatureExtractor([LAYER])  # shares its network with every other one
    batches = (pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH))
    seen = np.concatenate([look(np.repeat(batch[..., None], 3, axis=-1))[LAYER].numpy() for batch in batches])
    means = [band.mean(axis=(1, 2)) for band in np.array_split(seen, bands, axis=1)]
    # Each band counts the same, whatever the strength of what it sees.
    return np.concatenate([mean / np.linalg.norm(mean, axis=1, keepdims=True) for mean in means], axis=1)
