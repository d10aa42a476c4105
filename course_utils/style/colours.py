"""Colours of pictures, apart from what is on them: matched to those of another picture, taken away, given back."""

import numpy as np
import skimage.color

from course_utils import checks
from course_utils.arrays import FloatArray, Picture, UInt8Array
from course_utils.data.image_files import as_rgb


def match_colours(picture: Picture, like: Picture) -> UInt8Array:
    """Give a picture the mean colour of another, and the same spread of colours in all directions.

    One linear map of the colours, x -> S_like^(1/2) S^(-1/2) (x - mean) + mean_like, where S is the covariance of red, green
    and blue: L. Gatys et al., "Preserving color in neural artistic style transfer", 2016, section 4, which calls it the
    image-analogies colour transfer.

    Args:
        picture: (height, width, 3), RGB from 0 to 255, or whatever else `as_rgb` takes.
        like: the same, of any size.

    Returns:
        A new picture, (height, width, 3) uint8. What would be darker than black or lighter than white is clipped.

    Raises:
        ValueError: as for `as_rgb`.
    """
    picture, like = as_rgb("picture", picture), as_rgb("like", like)
    colours, others = (p.reshape(-1, 3).astype(np.float64) for p in (picture, like))
    change = _power(colours, -0.5) @ _power(others, 0.5)
    matched = (colours - colours.mean(axis=0)) @ change + others.mean(axis=0)
    return np.asarray(_round(matched).reshape(picture.shape))


def _power(colours: FloatArray, exponent: float) -> FloatArray:
    """A power of the covariance matrix; one grey level of noise keeps it invertible where the picture is grey or flat."""
    covariance = np.cov(colours.T) if len(colours) > 1 else 0.0  # one pixel has no spread; NumPy would divide by 0
    values, vectors = np.linalg.eigh(covariance + np.eye(3))
    powered: FloatArray = (vectors * values**exponent) @ vectors.T
    return powered


def luminance(picture: Picture) -> FloatArray:
    """Return how light each pixel looks, Y of YIQ: (height, width, 1) float, from 0 to 255; errors as for `as_rgb`."""
    light: FloatArray = 255 * skimage.color.rgb2yiq(as_rgb("picture", picture))[..., :1]
    return light


def match_luminance(picture: FloatArray, like: FloatArray) -> FloatArray:
    """Give one luminance the mean and the standard deviation of another: Gatys et al., 2016, section 5.

    Args:
        picture: (height, width, 1), from 0 to 255, as `luminance` makes it.
        like: the same, of any size.

    Returns:
        A new luminance, (height, width, 1) float, clipped to 0 to 255.

    Raises:
        ValueError: another shape, or numbers that are no luminance from 0 to 255.
    """
    return _matched(_light("picture", picture), _light("like", like))


def luminance_like(picture: Picture, like: Picture) -> FloatArray:
    """Return the luminance of a picture, matched to that of another, as `match_luminance` does; errors as for `as_rgb`."""
    return _matched(luminance(picture), luminance(like))  # of a nearly black picture it may be below 1 everywhere


def _matched(light: FloatArray, like: FloatArray) -> FloatArray:
    matched = (light - light.mean()) * (like.std() / max(float(light.std()), 1.0)) + like.mean()
    return np.asarray(matched.clip(0, 255))


def with_luminance(picture: Picture, light: FloatArray | UInt8Array) -> UInt8Array:
    """Return the picture's colours (I and Q of YIQ) with another luminance.

    Args:
        picture: (height, width, 3), RGB from 0 to 255, or whatever else `as_rgb` takes.
        light: (height, width, 1), from 0 to 255, of the same height and width.

    Returns:
        A new picture, (height, width, 3) uint8, clipped to 0 to 255.

    Raises:
        ValueError: as for `as_rgb`; or a light of another shape, or of numbers that are no luminance from 0 to 255.
    """
    yiq = skimage.color.rgb2yiq(as_rgb("picture", picture))
    height, width = yiq.shape[:2]
    yiq[..., :1] = _light("light", light, f"({height}, {width}, 1)") / 255
    return _round(255 * skimage.color.yiq2rgb(yiq))


def _light(name: str, light: FloatArray | UInt8Array, shape: str = "(height, width, 1)") -> FloatArray:
    numbers = checks.numbers(name, light, shape)
    checks.picture_range(name, checks.as_array(name, light))
    return numbers


def _round(picture: FloatArray) -> UInt8Array:
    return np.asarray(np.rint(picture.clip(0, 255)), np.uint8)
