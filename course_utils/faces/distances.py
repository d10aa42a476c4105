"""Distances between feature vectors: how different are two pictures?

Every function takes NumPy arrays or TensorFlow tensors and gives back the same kind, in the dtype of the arguments. Integers
are taken as float64. NaN in a row makes its distances NaN, never 0. The functions of two batches compute in the given dtype,
where squares overflow beyond 255 in float16 and 1e19 in float32 (not in `cosine`); `pairwise` computes in float64.
"""

from types import ModuleType
from typing import Any

import numpy as np

from course_utils import checks

# What the functions take and give: a NumPy array or a TensorFlow tensor.
Array = Any

METRICS = ("squared_euclidean", "euclidean", "cosine", "chi_square")

LARGEST_EMBEDDING = 2**16  # features; whoever asks for more has mixed something up
_BLOCK = 64  # rows at a time: a block of distances stays in the processor's cache while it is worked on


def squared_euclidean(a: Array, b: Array) -> Array:
    """Squared Euclidean distance, sum_k (a_k - b_k)^2, between the rows of two batches.

    Args:
        a: (..., features).
        b: (..., features), of the same shape or one that broadcasts with it.

    Returns:
        (...) one distance for each pair of rows; exactly 0 for equal rows.
    """
    ops, a, b = _batches(a, b)
    return ops.sum(ops.square(a - b), axis=-1)


def euclidean(a: Array, b: Array) -> Array:
    """Euclidean distance, sqrt(sum_k (a_k - b_k)^2), between the rows of two batches.

    The slope of the square root at 0 is infinite, and infinity times the inner slope 0 is not a number. Where the rows are
    equal the root is therefore not taken at all: the distance is 0, and so is its gradient.

    Args and returns as for `squared_euclidean`.
    """
    ops, a, b = _batches(a, b)
    return _safe_sqrt(ops, squared_euclidean(a, b))


def cosine(a: Array, b: Array) -> Array:
    """Cosine distance, 1 - a.b / (|a| |b|), between the rows of two batches: 0 for one direction, 2 for opposite ones.

    It is computed as half the squared distance between the unit vectors, which is the same number, but exactly 0 for equal
    rows and precise for small angles. A row of zeros has no direction: it is at distance 1 from every other row, and 0 from
    another row of zeros. Rows whose squares would leave the range of the dtype are scaled first.

    Args and returns as for `squared_euclidean`.
    """
    ops, a, b = _batches(a, b)
    return squared_euclidean(_direction(ops, a), _direction(ops, b)) / 2


def chi_square(a: Array, b: Array) -> Array:
    """Chi-square distance, sum_k (a_k - b_k)^2 / (a_k + b_k), between the rows of two batches of non-negative features.

    A term with a_k = b_k = 0 counts 0. Used for faces by T. Ahonen et al., "Face recognition with local binary patterns",
    ECCV 2004, and inside a network by Y. Taigman et al., "DeepFace", CVPR 2014.

    Args and returns as for `squared_euclidean`.

    Raises:
        ValueError: a NumPy array has a negative entry. (The entries of tensors are not looked at.)
    """
    ops, a, b = _batches(a, b)
    _check_not_negative(ops, a=a, b=b)
    return _chi_square(ops, a, b)


def pairwise(x: Array, y: Array | None = None, metric: str = "euclidean") -> Array:
    """Distances from each row of x to each row of y, or to each row of x itself.

    |x_i - y_j|^2 = |x_i|^2 - 2 x_i.y_j + |y_j|^2 makes one matrix product of all distances. The subtraction cancels digits,
    so it is done in float64 and about the common mean. What a millionth of the largest norm hides is still lost: such a
    distance cannot be told from 0, and is set to 0. So equal rows are at distance 0 exactly. The common mean also spreads a
    NaN in any row to all distances. (Chi-square is no such product: it is computed term by term.)

    Args:
        x: (n, features).
        y: (m, features); x if not given.
        metric: "squared_euclidean", "euclidean", "cosine" or "chi_square".

    Returns:
        (n, m) distances.

    Raises:
        ValueError: an unknown metric; arrays that are not two-dimensional, are empty or differ in features; for "chi_square",
            negative entries in NumPy arrays.
    """
    checks.choice("metric", metric, METRICS)
    ops, x, y = _prepare(x, x if y is None else y, "x", "y")
    if len(x.shape) != 2 or len(y.shape) != 2 or x.shape[1] != y.shape[1] or 0 in (*x.shape, *y.shape):
        raise ValueError(f"x, y: expected shapes (n, features) and (m, features), got {tuple(x.shape)} and {tuple(y.shape)}")
    if metric == "chi_square":
        _check_not_negative(ops, x=x, y=y)
        return _all_chi_squares(ops, x, y)
    dtype = x.dtype
    x, y = ops.array(x, dtype="float64"), ops.array(y, dtype="float64")
    if metric == "cosine":
        x, y = _direction(ops, x), _direction(ops, y)
    left, right, floor = _as_one_product(ops, x, y)
    squared = ops.matmul(left, ops.transpose(right))
    if ops is np:
        return _finish_in_blocks(squared, floor, metric).astype(dtype, copy=False)
    squared = ops.where(squared <= floor, ops.zeros_like(squared), squared)
    if metric == "euclidean":
        squared = _safe_sqrt(ops, squared)
    return ops.cast(squared / 2 if metric == "cosine" else squared, dtype)


def _as_one_product(ops: ModuleType, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Two matrices with left @ right.T = |x_i - y_j|^2, and the value below which that is rounding."""
    mean = ops.mean(y, axis=0)
    x, y = x - mean, y - mean
    x_norm = ops.sum(ops.square(x), axis=1, keepdims=True)
    y_norm = ops.sum(ops.square(y), axis=1, keepdims=True)
    left = ops.concatenate([-2 * x, x_norm, ops.ones_like(x_norm)], axis=1)
    right = ops.concatenate([y, ops.ones_like(y_norm), y_norm], axis=1)
    return left, right, 1e-12 * ops.maximum(ops.max(x_norm), ops.max(y_norm))


def _finish_in_blocks(squared: Array, floor: Array, metric: str) -> Array:
    """What is left to do after the product, in NumPy and in place."""
    for start in range(0, len(squared), _BLOCK):
        block = squared[start : start + _BLOCK]
        block[block <= floor] = 0
        if metric == "euclidean":
            np.sqrt(block, out=block)
        elif metric == "cosine":
            block /= 2
    return squared


def _chi_square(ops: ModuleType, a: Array, b: Array) -> Array:
    total = a + b
    # The ratio lies in [-1, 1]: dividing before multiplying keeps the squares of tiny features from vanishing.
    ratio = (a - b) / ops.where(total > 0, total, ops.ones_like(total))
    return ops.sum((a - b) * ratio, axis=-1)


def _all_chi_squares(ops: ModuleType, x: Array, y: Array) -> Array:
    """Row by row in NumPy, where many rows may come. Tensors at once, (n, m, features): a gradient would keep them anyway."""
    if ops is np:
        return np.stack([_chi_square(np, row, y) for row in x])
    return _chi_square(ops, ops.expand_dims(x, axis=1), y)


def _batches(a: Array, b: Array) -> tuple[ModuleType, Array, Array]:
    """As `_prepare`, for two batches whose rows belong together."""
    ops, a, b = _prepare(a, b)
    for from_last, (p, q) in enumerate(zip(reversed(tuple(a.shape)), reversed(tuple(b.shape)), strict=False)):
        if None not in (p, q) and p != q and (from_last == 0 or 1 not in (p, q)):  # None while a Keras model is being built
            raise ValueError(
                "a, b: expected one shape, or shapes that broadcast, and as many features in both, got "
                f"{tuple(a.shape)} and {tuple(b.shape)}"
            )
    return ops, a, b


def _prepare(a: Array, b: Array, a_name: str = "a", b_name: str = "b") -> tuple[ModuleType, Array, Array]:
    """Return the module that computes with a and b, numpy or keras.ops, and both in floating point."""
    if not any(type(value).__module__.split(".")[0] in ("tensorflow", "keras") for value in (a, b)):
        a, b = (_as_vectors(name, value) for name, value in ((a_name, a), (b_name, b)))
        dtype = np.result_type(a, b)
        dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
        return np, a.astype(dtype, copy=False), b.astype(dtype, copy=False)
    from course_utils.backend import keras, tf  # here, because NumPy users should not wait for TensorFlow

    ops = keras.ops
    in_pieces = (tf.SparseTensor, tf.RaggedTensor, tf.IndexedSlices)
    a, b = (_as_tensor(name, value, ops, in_pieces) for name, value in ((a_name, a), (b_name, b)))
    common = keras.backend.result_type(a.dtype, b.dtype)
    common = common if "float" in common else "float64"
    return ops, ops.cast(a, common), ops.cast(b, common)


def _as_vectors(name: str, value: Array) -> Array:
    array = checks.as_array(name, value)
    if not array.ndim or array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, (..., features), got {checks.quoted(array)}")
    return array


def _as_tensor(name: str, value: Array, ops: ModuleType, in_pieces: tuple[type, ...]) -> Array:
    try:
        tensor = ops.convert_to_tensor(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected real numbers, (..., features), got {checks.quoted(value)}") from None
    if isinstance(tensor, in_pieces):
        raise ValueError(f"{name}: expected rows of the same length, none of them sparse, got a {type(tensor).__name__}")
    dtype = str(getattr(tensor.dtype, "name", tensor.dtype))  # of TensorFlow, or while a Keras model is being built
    if not len(tensor.shape) or dtype.startswith(("complex", "string")):
        raise ValueError(f"{name}: expected real numbers, (..., features), got shape {tuple(tensor.shape)} of {dtype}")
    return tensor


def _check_not_negative(ops: ModuleType, **features: Array) -> None:
    for name, value in features.items():
        if ops is np and (value < 0).any():
            raise ValueError(f"{name}: chi_square needs features >= 0, such as counts; the least here is {value.min():g}")


def _safe_sqrt(ops: ModuleType, squared: Array) -> Array:
    """Square root with gradient 0 at 0; the inner `where` keeps the infinite slope out of the gradient of the outer one."""
    is_zero = ops.equal(squared, 0)  # not `==`, which compares the objects when a Keras model is being built
    root = ops.sqrt(ops.where(is_zero, ops.ones_like(squared), squared))
    return ops.where(is_zero, ops.zeros_like(root), root)


def _direction(ops: ModuleType, x: Array) -> Array:
    """Unit vectors (..., features + 1) of the rows. The last feature is 1 for a row of zeros and 0 for every other row."""
    x = _of_middling_size(ops, x)
    norm = _safe_sqrt(ops, ops.sum(ops.square(x), axis=-1, keepdims=True))
    is_zero = ops.equal(norm, 0)
    unit = x / ops.where(is_zero, ops.ones_like(norm), norm)
    return ops.concatenate([unit, ops.where(is_zero, ops.ones_like(norm), ops.zeros_like(norm))], axis=-1)


def _of_middling_size(ops: ModuleType, x: Array) -> Array:
    """Scale the rows whose squares could vanish or overflow to a largest entry of 1; all others stay as they are, to the bit.

    The two powers leave room for the digits of a float64, and for the sum of 2^16 squares. A row so small that its inverse
    overflows is left too, and its gradient stays finite.
    """
    largest = ops.max(ops.abs(x), axis=-1, keepdims=True, initial=0)
    positive = ops.where(largest > 0, largest, ops.ones_like(largest))
    with np.errstate(over="ignore"):
        fits = ops.logical_and(ops.square(largest * 2.0**-26) > 0, ops.isfinite(ops.square(largest * 2.0**8)))
        left = ops.logical_or(fits, ops.logical_not(ops.isfinite(1 / positive)))
    return x / ops.where(left, ops.ones_like(largest), positive)
