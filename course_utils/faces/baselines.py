"""What networks are compared with, and needs none to be trained: raw pixels, and linear ways to make more of features."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer

from course_utils import checks
from course_utils.arrays import Float32Array, Float64Array, FloatArray
from course_utils.faces.preprocessing import grey_pictures, shrink


def pixels(pictures: ArrayLike) -> Float32Array:
    """Return the pixels of shrunken pictures as feature vectors.

    Args:
        pictures: (n, rows, columns) uint8.

    Returns:
        (n, 2576) float32, from 0 to 1.

    Raises:
        ValueError: the pictures are not grey uint8 pictures.
    """
    pictures = grey_pictures("pictures", pictures)
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
        A fitted pipeline; its `transform` gives (m, people - 1) features, or `components`, if fewer.

    Raises:
        ValueError: only one person, or only one picture each; features and people that differ in number, or another number
            out of range; a shrinkage of 0 where too few pictures, or features that follow from each other, leave a direction
            in which nobody differs from themselves.
    """
    features = checks.numbers("features", features, "(n, features)")
    people = checks.people("people", people, len(features))
    components, shrinkage = (
        checks.whole_number("components", components),
        checks.in_range("shrinkage", shrinkage, least=0, most=1),
    )
    number = len(np.unique(people))
    if not 1 < number < len(people):
        raise ValueError(f"people: need two or more people with two or more pictures, got {number} in {len(people)} pictures")
    _check_that_they_differ(features)
    pipeline = make_pipeline(
        PCA(min(components, len(features) - 1, features.shape[1]), svd_solver="full"),
        LinearDiscriminantAnalysis(solver="eigen", shrinkage=shrinkage),
    )
    try:
        return pipeline.fit(features, people)
    except np.linalg.LinAlgError:  # of SciPy's solver
        raise ValueError(
            f"shrinkage: with {shrinkage:g} the covariance within people cannot be inverted, for there are too few pictures "
            "for so many components; take a shrinkage above 0, or fewer components"
        ) from None


def whitening(features: ArrayLike) -> Pipeline:
    """Fit a whitening: what all faces share is taken away, and every direction in which they differ counts the same.

    The mean is subtracted; principal component analysis finds the directions in which these pictures vary, and each is scaled
    to variance 1; then each row is scaled to length 1. It needs no names. Directions of large variance lose the weight that
    they have in a distance: H. Jegou, O. Chum, "Negative evidences and co-occurences in image retrieval: the benefit of PCA
    and whitening", ECCV 2012.

    Args:
        features: (n, features) of the training people, n >= 3.

    Returns:
        A fitted pipeline; its `transform` gives (m, n - 1) features of length 1, or fewer where there are fewer features or
        pictures repeat.

    Raises:
        ValueError: fewer than three pictures, all of them alike, or a feature that is not a finite number.
    """
    features = checks.numbers("features", features, "(n, features)")
    if len(features) < 3:
        raise ValueError(f"features: three pictures or more are needed, got {len(features)}")
    _check_that_they_differ(features)
    centred = features - features.mean(axis=0, dtype=np.float64)
    components = np.linalg.matrix_rank(centred)  # in any direction more there is only rounding, and it would be scaled up
    return make_pipeline(PCA(int(components), whiten=True, svd_solver="full"), Normalizer()).fit(features)


def _check_that_they_differ(features: FloatArray) -> None:
    if (features == features[0]).all():
        raise ValueError(f"features: all {len(features)} pictures have the same; there is no direction in which they differ")


def together(parts: Sequence[ArrayLike]) -> Float64Array:
    """Put features of several methods side by side, each scaled to length 1 first, so that each counts the same.

    Args:
        parts: each (pictures, features) float; the numbers of features may differ.

    Returns:
        (pictures, sum of features) of length 1. The squared distance of two rows is the mean of the parts' squared distances.

    Raises:
        ValueError: a row is all zeros, and has no direction; none came, or they differ in the number of pictures.
    """
    rows = [checks.numbers("parts", part, "(pictures, features)").astype(np.float64) for part in _several("parts", parts)]
    if len({len(part) for part in rows}) > 1:
        raise ValueError(f"parts: expected as many pictures in each, got {', '.join(str(len(part)) for part in rows)}")
    lengths = [np.linalg.norm(part, axis=1, keepdims=True) for part in rows]
    if any((length == 0).any() for length in lengths):
        raise ValueError("parts: a row of zeros cannot be scaled to length 1; leave that picture out")
    unit = [part / length for part, length in zip(rows, lengths, strict=True)]
    side_by_side: Float64Array = np.concatenate(unit, axis=1)
    return side_by_side / math.sqrt(len(unit))


def _several(name: str, parts: Sequence[ArrayLike]) -> list[ArrayLike]:
    if not isinstance(parts, Iterable) or isinstance(parts, str) or not (several := list(parts)):
        raise ValueError(f"{name}: expected the features of one method or more, in a list, got {checks.quoted(parts)}")
    return several
