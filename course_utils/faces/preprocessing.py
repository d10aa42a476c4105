"""What is done to pictures before a network sees them: shrinking, standardising, and changing them at random.

TensorFlow is imported by the functions that need it, so that those who only shrink do not wait for it.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from course_utils import checks
from course_utils.arrays import Array, Float32Array, Tensor, UInt8Array
from course_utils.data.image_files import size

HEIGHT, WIDTH = 56, 46  # of the pictures that the course's networks take

_CHANNELS = (1, 2, 3, 4)  # a last axis so short is none of columns


def grey_pictures(name: str, pictures: ArrayLike, least: int = 1) -> UInt8Array:
    """Return grey pictures as one array.

    Args:
        name: of the argument, for the message.
        pictures: (n, rows, columns) uint8, one or more: an array, or a list of arrays or of images of Pillow's, of one size.
        least: rows and columns that each has at least.

    Raises:
        ValueError: another dtype or shape; the message knows pictures in colour, and one picture alone.
    """
    array = checks.as_array(name, pictures)
    if array.ndim and not array.size:
        raise ValueError(f"{name}: expected (n, rows, columns), one or more grey pictures, got shape {array.shape}, no pixel")
    if array.dtype != np.uint8:
        raise ValueError(
            f"{name}: expected uint8, grey levels from 0 to 255, got {array.dtype}. Values from 0 to 1 become so by "
            f"(255 * {name}).round().astype(np.uint8)."
        )
    if array.ndim != 3 or min(array.shape[1:]) < least or array.shape[2] in _CHANNELS:
        raise ValueError(
            f"{name}: expected (n, rows, columns), one or more grey pictures of at least {least} x {least} pixels, got shape "
            f"{array.shape}. {hint_at_one_grey_picture(name, array)}".rstrip()
        )
    return array


def hint_at_one_grey_picture(name: str, array: Array) -> str:
    """Return how to mend pictures in colour, with an axis of one channel, or one picture alone; nothing if they are none."""
    if array.ndim in (3, 4) and array.shape[-1] == 1:
        return f"The last axis is one of channels: leave it out, {name}[..., 0]."
    if array.ndim in (3, 4) and array.shape[-1] in _CHANNELS:
        return 'It looks like a colour picture: Image.fromarray(picture).convert("L") makes it grey.'
    return f"One picture is [{name}]." if array.ndim == 2 else ""


def shrink(pictures: ArrayLike, height: int = HEIGHT, width: int = WIDTH) -> Float32Array:
    """Shrink grey pictures, by default to half their height and width, and scale them to 0 to 1.

    Args:
        pictures: (..., rows, columns) uint8: an array, an image of Pillow's, or a list of these of one size.
        height: rows of the result.
        width: columns of the result.

    Returns:
        (..., height, width) float32, by Lanczos resampling.

    Raises:
        ValueError: the pictures are not uint8, have no rows and columns, or a last axis of channels; a height and width that
            no picture has, as for `data.image_files.size`.
    """
    pictures = checks.as_array("pictures", pictures)
    if pictures.dtype != np.uint8 or pictures.ndim < 2 or 0 in pictures.shape[-2:] or pictures.shape[-1] in _CHANNELS:
        raise ValueError(
            f"pictures: expected (..., rows, columns) of uint8, grey, got {pictures.shape} of {pictures.dtype}. "
            f"{hint_at_one_grey_picture('pictures', pictures) if pictures.ndim > 2 else ''}".rstrip()
        )
    height, width = size(height, width)
    flat = pictures.reshape(-1, *pictures.shape[-2:])
    small = [np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS)) for picture in flat]
    return np.array(small, np.float32).reshape(*pictures.shape[:-2], height, width) / np.float32(255)


def augment(
    pictures: Tensor,
    seed: Tensor,
    *,
    flip: float = 0.5,
    rotation: float = 8.0,
    zoom: float = 0.1,
    aspect: float = 0.04,
    shift: float = 0.06,
    brightness: float = 0.1,
    contrast: float = 0.2,
    light: float = 0.1,
) -> Tensor:
    """Change each picture a little, at random, in ways that leave the person the same.

    Geometry first, in one bilinear resampling, so that pictures are blurred once only: turned about the middle, mirrored,
    zoomed, shifted. Where the result looks past the edge of the picture, it sees the nearest pixel of the edge. Then light.
    Values are clipped at 0 and 1, as a camera would: without that, standardising would undo brightness and contrast.

    Args:
        pictures: (n, height, width, channels) float32, from 0 to 1.
        seed: (2,) int, for example a seed and the number of the step; the same seed makes the same changes.
        flip: how likely left and right are swapped, from 0 to 1.
        rotation: at most so many degrees to either side.
        zoom: at most this share larger or smaller, below 1.
        aspect: at most this share wider and as much less high, or the other way about, below 1.
        shift: at most this share of the width to the left or right, and of the height up or down.
        brightness: at most this much is added to all pixels, or taken away.
        contrast: differences from the picture's mean are multiplied by exp(-contrast) to exp(contrast).
        light: at most this much is added at one side edge and taken away at the other, evenly rising between.

    Returns:
        Pictures of the same shape, float32, from 0 to 1. With all ranges 0 they are the given ones, to rounding.

    Raises:
        ValueError: pictures of another shape or dtype, a value that is not from 0 to 1, a seed that is not two whole numbers, a
            range below 0 or too large. In a graph, values can only be told when it runs: InvalidArgumentError.
    """
    from course_utils.backend import keras, tf

    flip, zoom = checks.in_range("flip", flip, least=0, most=1), checks.in_range("zoom", zoom, least=0, most=0.99)
    aspect, shift = checks.in_range("aspect", aspect, least=0, most=0.99), checks.in_range("shift", shift, least=0, most=1)
    brightness, light = (checks.in_range(*of, least=0, most=1) for of in (("brightness", brightness), ("light", light)))
    rotation = checks.in_range("rotation", rotation, least=0, most=180)
    contrast = checks.in_range("contrast", contrast, least=0, most=10)
    pictures, seed = _as_pictures(pictures), _as_seed(seed)
    from_0_to_1 = tf.reduce_all((pictures >= 0) & (pictures <= 1))  # NaN is neither
    message = "pictures: expected values from 0 to 1, got others; divide grey levels by 255"
    if not tf.executing_eagerly():
        tf.debugging.Assert(from_0_to_1, [message])
    elif not from_0_to_1:
        raise ValueError(message)
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    at_random = tf.random.stateless_uniform([9, n], seed, -1.0, 1.0)
    ranges = [math.radians(rotation), zoom, aspect, shift, shift, brightness, contrast, light]
    angle, larger, wider, right, down, brighter, stronger, slope = tf.unstack(at_random[1:] * tf.constant(ranges)[:, None])
    mirrored = tf.where(at_random[0] < 2 * flip - 1, -1.0, 1.0)
    matrix = _inverse_affine(
        height,
        width,
        angle=angle,
        scale=(mirrored * (1 + larger) * (1 + wider), (1 + larger) * (1 - wider)),
        shift=(right * tf.cast(width, tf.float32), down * tf.cast(height, tf.float32)),
    )
    moved = keras.ops.image.affine_transform(pictures, matrix, "bilinear", "nearest", data_format="channels_last")

    def for_each(value: Tensor) -> Tensor:
        return value[:, None, None, None]

    mean = tf.reduce_mean(moved, axis=[1, 2, 3], keepdims=True)
    across = tf.linspace(-1.0, 1.0, width)[:, None]
    lit = mean + for_each(tf.exp(stronger)) * (moved - mean) + for_each(brighter) + for_each(slope) * across
    return tf.clip_by_value(lit, 0.0, 1.0)


def standardise(pictures: Tensor) -> Tensor:
    """Give each picture the mean 0 and the standard deviation 1, so that brightness and contrast no longer tell it apart.

    Args:
        pictures: (n, height, width, channels) float32.

    Returns:
        Pictures of the same shape, float32. A picture whose pixels are all equal becomes 0 everywhere.

    Raises:
        ValueError: pictures of another shape or dtype.
    """
    from course_utils.backend import tf

    pictures = _as_pictures(pictures)
    axes = [1, 2, 3]
    # Rounding makes the mean of equal pixels differ from them a little; from their highest value they differ by exactly 0.
    pictures = pictures - tf.reduce_max(pictures, axis=axes, keepdims=True)
    centred = pictures - tf.reduce_mean(pictures, axis=axes, keepdims=True)
    deviation = tf.sqrt(tf.reduce_mean(centred**2, axis=axes, keepdims=True))
    return tf.math.divide_no_nan(centred, deviation)


def _inverse_affine(
    height: Tensor, width: Tensor, *, angle: Tensor, scale: tuple[Tensor, Tensor], shift: tuple[Tensor, Tensor]
) -> Tensor:
    """Return (n, 8): where each pixel of the result looks in the picture, x' = a0 x + a1 y + a2, y' = b0 x + b1 y + b2.

    The way back from: turn by `angle` (radians) about the middle, scale in x and y, shift in x and y (pixels).
    """
    from course_utils.backend import tf

    x_middle, y_middle = (tf.cast(width, tf.float32) - 1) / 2, (tf.cast(height, tf.float32) - 1) / 2
    a0, a1 = tf.cos(angle) / scale[0], -tf.sin(angle) / scale[1]
    b0, b1 = tf.sin(angle) / scale[0], tf.cos(angle) / scale[1]
    x, y = x_middle + shift[0], y_middle + shift[1]  # where the middle went
    zero = tf.zeros_like(angle)
    return tf.stack([a0, a1, x_middle - a0 * x - a1 * y, b0, b1, y_middle - b0 * x - b1 * y, zero, zero], axis=1)


def _as_pictures(pictures: Tensor) -> Tensor:
    from course_utils.backend import tf

    checks.no_masked("pictures", pictures)
    try:
        pictures = tf.convert_to_tensor(pictures)
    except (TypeError, ValueError, NotImplementedError):
        raise ValueError(f"pictures: expected one array, (n, height, width, channels), got {checks.quoted(pictures)}") from None
    if pictures.shape.rank != 4 or pictures.dtype != tf.float32:
        raise ValueError(
            "pictures: expected (n, height, width, channels) of float32, "
            f"got {pictures.shape} of {pictures.dtype.name}; grey pictures have one channel: pictures[..., None]"
        )
    return pictures


def _as_seed(seed: Tensor) -> Tensor:
    from course_utils.backend import tf

    try:
        tensor = tf.convert_to_tensor(seed)
    except (TypeError, ValueError):
        tensor = tf.constant(0)
    if not tensor.dtype.is_integer or not tensor.shape.is_compatible_with([2]):
        raise ValueError(
            f"seed: expected two whole numbers, such as a seed and the number of the step, got {checks.quoted(seed)}"
        )
    return tf.cast(tensor, tf.int64)
