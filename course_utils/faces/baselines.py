"""What needs no network: raw pixels, and Fisherfaces. Every network of the course is shown beside them."""

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import Pipeline, make_pipeline

from course_utils.arrays import Float32Array, UInt8Array

HEIGHT, WIDTH = 56, 46


def shrink(pictures: UInt8Array, height: int = HEIGHT, width: int = WIDTH) -> Float32Array:
    """Shrink grey pictures, by default to half their height and width, and scale them to 0 to 1.

    Args:
        pictures: (..., rows, columns) uint8.
        height: rows of the result.
        width: columns of the result.

    Returns:
        (..., height, width) float32, by Lanczos resampling.

    Raises:
        ValueError: the pictures are not uint8, or have no rows and columns.
    """
    if pictures.dtype != np.uint8 or pictures.ndim < 2:
        raise ValueError(f"pictures: expected (..., rows, columns) of uint8, got {pictures.shape} of {pictures.dtype}")
    flat = pictures.reshape(-1, *pictures.shape[-2:])
    small = [np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS)) for picture in flat]
    return np.array(small, np.float32).reshape(*pictures.shape[:-2], height, width) / np.float32(255)


def pixels(pictures: UInt8Array) -> Float32Array:
    """Return the pixels of shrunken pictures as feature vectors.

    Args:
        pictures: (n, rows, columns) uint8.

    Returns:
        (n, 2576) float32, from 0 to 1.
    """
    return shrink(pictures).reshape(len(pictures), -1)


def fisherfaces(features: ArrayLike, people: ArrayLike, components: int = 200, shrinkage: float = 0.3) -> Pipeline:
    """Fit Fisherfaces: the directions in which people differ from each other most and from themselves least.

    Principal component analysis first, then linear discriminant analysis with a shrunken covariance. P. Belhumeur,
    J. Hespanha, D. Kriegman, "Eigenfaces vs. Fisherfaces", IEEE PAMI 19 (7), 1997.

    Args:
        features: (n, features) of the training people.
        people: (n,) int, whom each picture shows.
        components: principal components kept; fewer where there are fewer pictures.
        shrinkage: 0 trusts the covariance within people as measured, 1 replaces it by a multiple of the unit matrix.

    Returns:
        A fitted pipeline; its `transform` gives (n, people - 1) features.

    Raises:
        ValueError: only one person, or only one picture each.
    """
    features, people = np.asarray(features), np.asarray(people)
    number = len(np.unique(people))
    if not 1 < number < len(people):
        raise ValueError(f"people: need two or more people with two or more pictures, got {number} in {len(people)} pictures")
    pipeline = make_pipeline(
        PCA(min(components, len(features) - 1, features.shape[1]), svd_solver="full"),
        LinearDiscriminantAnalysis(solver="eigen", shrinkage=shrinkage),
    )
    return pipeline.fit(features, people)
