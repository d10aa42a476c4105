"""What a channel of VGG19 looks for: pictures that are made to excite it, and the place in a photograph that does so most."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Float64Array, Picture, Tensor, UInt8Array
from course_utils.backend import keras, tf
from course_utils.style.features import FastFeatureExtractor
from course_utils.vgg19 import LAYERS

VIVID = 0.4  # the power of the variances in the mix of colours: 0.5 would give those of the photographs, less is more vivid


class Waves:
    """Pictures as sums of waves, each with two knobs in each of three colours, for its cosine and its sine.

    As in photographs, long waves are louder than short ones, and the three colours vary together. So a turn of a knob changes
    large areas at once. C. Olah, A. Mordvintsev, L. Schubert, "Feature visualization", Distill, 2017.

    Args:
        side: of the pictures, in pixels; an even number.
        photographs: from which the mix of the colours is taken: pictures (height, width, 3), RGB from 0 to 255.

    Raises:
        ValueError: a side that is no even number above 0, or photographs that are no list of pictures or of one colour.
    """

    def __init__(self, side: int, photographs: Iterable[ArrayLike]) -> None:
        self.side = checks.whole_number("side", side, least=2)
        if self.side % 2:
            raise ValueError(f"side: expected an even number of pixels, got {self.side}")
        frequency = np.hypot(np.fft.fftfreq(self.side)[:, None], np.fft.rfftfreq(self.side)[None, :])  # waves a pixel
        self._loudness = tf.constant(self.side / 4 / np.maximum(frequency, 1 / self.side), tf.complex64)
        self._mix = tf.constant(_mix_of_colours(photographs), tf.float32)

    def knobs(self, pictures: int, seed: int = 0) -> Float64Array:
        """Return the knobs of so many pictures, (2, pictures, 3, side, side // 2 + 1), all of them near 0.

        Raises:
            ValueError: no picture, or a seed that is no whole number from 0 up.
        """
        shape = (2, checks.whole_number("pictures", pictures), 3, self.side, self.side // 2 + 1)
        return 0.01 * np.random.default_rng(checks.whole_number("seed", seed, 0)).normal(size=shape)

    def __call__(self, knobs: Tensor) -> Tensor:
        """Return the pictures, (pictures, side, side, 3), from 0 to 255; gradients flow back to the knobs.

        Raises:
            ValueError: knobs of another shape than those of `knobs`.
        """
        knobs = tf.cast(knobs, tf.float32)
        axes = (3, self.side, self.side // 2 + 1)
        if knobs.shape.rank != 5 or (knobs.shape[0], *knobs.shape[2:]) != (2, *axes):
            expected = f"(2, pictures, {', '.join(map(str, axes))}), as `knobs` makes them"
            raise ValueError(f"knobs: expected {expected}, got {tuple(knobs.shape)}")
        sums = tf.signal.irfft2d(self._loudness * tf.complex(knobs[0], knobs[1]), [self.side, self.side])
        return 255 * tf.sigmoid(tf.transpose(sums, [0, 2, 3, 1]) @ self._mix)


def _mix_of_colours(photographs: Iterable[ArrayLike]) -> Float64Array:
    """Return nearly a root of the covariance matrix of the colours, (3, 3), its longest column of length 1."""
    pictures = [checks.as_array("photographs", photograph) for photograph in checks.listed("photographs", photographs)]
    if not pictures or any(picture.ndim != 3 or picture.shape[2] != 3 for picture in pictures):
        raise ValueError(f"photographs: expected a list of pictures, (height, width, 3), got {checks.quoted(photographs)}")
    for picture in pictures:
        checks.picture_range("photographs", picture)
    colours = np.concatenate([picture.reshape(-1, 3) for picture in pictures])
    if not len(colours) or not np.ptp(colours, axis=0).any():
        raise ValueError("photographs: expected pictures of more than one colour")
    variance, directions = np.linalg.eigh(np.cov(colours.T / 255))
    mix = directions * np.maximum(variance, 0) ** VIVID @ directions.T
    return np.asarray(mix / np.linalg.norm(mix, axis=0).max())


def excite(
    layer: str,
    channels: Sequence[int],
    paint: Callable[[Tensor], Tensor],
    knobs: ArrayLike,
    *,
    rate: float = 0.08,
    steps: int = 40,
) -> UInt8Array:
    """Return one picture for each channel, painted so that the mean activation of the channel is large.

    Adam turns the knobs of all pictures at once. In each step the pictures are moved at random, and what leaves them on one
    side comes back on the other: a good pattern has to excite the channel wherever it lies.

    Args:
        layer: one of `vgg19.LAYERS`.
        channels: of this layer, one for each picture.
        paint: makes pictures (n, side, side, 3), RGB from 0 to 255, out of the knobs: a `Waves`, for one.
        knobs: where they stand at first.
        rate: how far Adam turns a knob in a step, about.
        steps: how many there are.

    Returns:
        (n, side, side, 3) uint8.

    Raises:
        ValueError: an unknown layer, or a channel that it does not have; not one channel for each picture; knobs that are not
            finite, or that `paint` refuses or makes no pictures of; a rate that is not above 0, or steps that are no number.
    """
    checks.choice("layer", layer, LAYERS)
    steps, rate = checks.whole_number("steps", steps, 0), checks.in_range("rate", rate, above=0)
    extractor, turned = FastFeatureExtractor([layer]), _turned(knobs)
    known = extractor.model.outputs[0].shape[-1]
    chosen = [checks.whole_number("channels", one, 0, known - 1) for one in checks.whole_numbers("channels", channels, 0)]
    wanted, side = tf.one_hot(chosen, known), _side(paint, turned, len(chosen))
    optimizer, rng = keras.optimizers.Adam(rate), np.random.default_rng(0)

    def step(shift: Tensor) -> None:
        with tf.GradientTape() as tape:
            a = extractor(tf.roll(paint(turned), shift, [1, 2]))[layer]  # (n, n_H, n_W, n_C)
            answer = tf.reduce_sum(wanted * tf.reduce_mean(a, [1, 2]))
        optimizer.apply([-tape.gradient(answer, turned)], [turned])  # Adam goes down; the minus makes it climb

    compiled = tf.function(step)
    for shift in rng.integers(0, side, (steps, 2)):
        compiled(tf.constant(shift, tf.int32))
    return np.asarray(np.rint(paint(turned).numpy()), np.uint8)


def _turned(knobs: ArrayLike) -> Tensor:
    start = checks.as_array("knobs", knobs)
    if start.dtype.kind not in "iuf" or not np.isfinite(start).all():
        raise ValueError(f"knobs: expected finite real numbers, as `paint` takes them, got {checks.quoted(start)}")
    return tf.Variable(start, dtype=tf.float32)


def _side(paint: Callable[[Tensor], Tensor], knobs: Tensor, channels: int) -> int:
    """Return the side of the pictures that are painted, one for each channel."""
    if not callable(paint):
        raise ValueError(f"paint: expected a function from knobs to pictures, such as a Waves, got {checks.quoted(paint)}")
    shape = tuple(getattr(paint(knobs), "shape", ()))
    if len(shape) != 4 or shape[3] != 3:
        raise ValueError(f"paint: expected pictures, (n, side, side, 3), it made {shape}")
    if shape[0] != channels:
        raise ValueError(f"channels: expected one for each of the {shape[0]} pictures that paint makes, got {channels}")
    return int(shape[1])


class View(NamedTuple):
    """The strongest activation of a channel in a photograph, and the middle of what it sees there."""

    answer: float
    patch: Picture


def strongest(a: ArrayLike, channel: int, layer: str, photograph: ArrayLike) -> View:
    """Return where a channel answers most in a photograph, and how much; places that see beyond its border do not count.

    Args:
        a: (n_H, n_W, n_C) activations of the photograph.
        channel: the one to look for.
        layer: of the activations, one of `vgg19.LAYERS`.
        photograph: (height, width, 3).

    Returns:
        The activation, and the middle half of what it sees, as a patch of the photograph: the middle counts most.

    Raises:
        ValueError: an unknown layer or channel, another shape, a photograph that the activations are not of, or one so small
            that every place sees its border.
    """
    checks.choice("layer", layer, LAYERS)
    a, pixels = checks.numbers("a", a, "(n_H, n_W, n_C)"), checks.as_array("photograph", photograph)
    channel = checks.whole_number("channel", channel, 0, a.shape[2] - 1)
    side, step = _field(layer)
    if pixels.shape[2:] != (3,) or tuple(length // step for length in pixels.shape[:2]) != a.shape[:2]:
        rows, columns = step * a.shape[0], step * a.shape[1]
        sizes = f"from {rows} x {columns} to {rows + step - 1} x {columns + step - 1} pixels, (height, width, 3)"
        raise ValueError(f"photograph: expected the one that a is of, {sizes}, got {checks.quoted(pixels)}")
    edge = -(-(side - step) // 2 // step)  # places whose field would reach beyond the photograph
    inside = a[edge : a.shape[0] - edge, edge : a.shape[1] - edge, channel]
    if not inside.size:
        raise ValueError(f"photograph: {layer} sees {side} pixels, and every place in {pixels.shape} pixels sees the border")
    i, j = np.unravel_index(inside.argmax(), inside.shape)
    half = side // 2
    top, left = (step * (int(place) + edge) - (side - step) // 2 + (side - half) // 2 for place in (i, j))
    return View(float(inside.max()), pixels[top : top + half, left : left + half])


def _field(layer: str) -> tuple[int, int]:
    """Return the side of the square of pixels that an activation sees, and how many pixels its neighbour is away."""
    side, step = 1, 1
    for name in LAYERS[: LAYERS.index(layer) + 1]:
        if name.endswith("pool"):
            side, step = side + step, 2 * step
        else:
            side += 2 * step
    return side, step
