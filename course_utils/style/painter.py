"""A painter: a network that has learned one style, and paints any picture in it, in one pass.

J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time style transfer and super-resolution", ECCV 2016, with the
instance normalisation of D. Ulyanov, A. Vedaldi, V. Lempitsky, "Improved texture networks", CVPR 2017, in the place of batch
normalisation. Where the picture grows, it is as if each pixel were copied to four and then convolved, for transposed
convolutions leave checkerboards: A. Odena, V. Dumoulin, C. Olah, "Deconvolution and checkerboard artifacts", Distill 2016. In
two things it is another network, which paints faster: no kernel larger than one pixel slides over the picture at its full
size, for the first has a stride of 2 and the last works on copies; and the photograph in other colours is added at the end.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from course_utils import checks
from course_utils.arrays import FloatArray, Model, Picture, Tensor, UInt8Array
from course_utils.backend import keras, tf
from course_utils.data.files import ArchiveKind
from course_utils.data.image_files import as_rgb

HALF, QUARTER = 32, 48  # channels of the picture at half of its size, and at a quarter of it
RESIDUAL_BLOCKS = 4
MULTIPLE = 4  # of pixels, which both sides have to be: they are halved twice
SMALLEST = 16  # pixels on a side that the network gets
LARGEST = 2048  # a million pixels need some 160 megabytes of memory
ENDS = ("done", "interrupted")  # of a training
FORMAT, VERSION = "faces-and-style painter", 2
KIND = ArchiveKind("painter", "Painter.save", "train it again and save it")


# ---- The network ----


@keras.saving.register_keras_serializable("course_utils")
class ReflectionPadding(keras.layers.Layer):
    """Mirrors pictures at their edges, so that a convolution meets no black frame there.

    Args:
        pixels: how many on each side, fewer than the picture has.
    """

    def __init__(self, pixels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pixels = pixels

    def call(self, x: Tensor) -> Tensor:
        """(n, height, width, channels) -> (n, height + 2 pixels, width + 2 pixels, channels)."""
        both = [self.pixels, self.pixels]
        return tf.pad(x, [[0, 0], both, both, [0, 0]], "REFLECT")

    def get_config(self) -> dict[str, Any]:
        """Return what a file needs to make the layer again."""
        return {**super().get_config(), "pixels": self.pixels}


@keras.saving.register_keras_serializable("course_utils")
class CopyingConvolution(keras.layers.Layer):
    """Copies each position to two by two, then convolves: the result is twice as high and as wide.

    Nothing is copied, in fact. A kernel of nine positions on copies meets five different ones; its nine numbers, added up where
    they meet the same, make a kernel of five. There are two such sums in each direction, for the first copy and for the second.
    So four small convolutions, at the size before, give the four positions of the result. For a side of 9 that is less than a
    third of the multiplications; for a side of 3 as many.

    Args:
        channels: of the result.
        side: of the kernel, in copies; odd.
        kernel_initializer: of Keras, for the kernel.
    """

    def __init__(self, channels: int, side: int, kernel_initializer: Any = "glorot_uniform", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.channels, self.side = channels, side
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.margin = (side // 2 + 1) // 2  # positions before the copies that the kernel reaches to each side
        meets = np.zeros((2, 2 * self.margin + 1, side), np.float32)
        for copy, place in np.ndindex(2, side):
            meets[copy, (copy + place - side // 2) // 2 + self.margin, place] = 1
        self._meets = meets  # which position before the copies each place of the kernel meets, for the first and second copy

    def build(self, shape: Sequence[int]) -> None:
        """Make the weights, for pictures of so many channels."""
        kind = (self.side, self.side, shape[-1], self.channels)
        self.kernel = self.add_weight(shape=kind, initializer=self.kernel_initializer, name="kernel")
        self.bias = self.add_weight(shape=(self.channels,), initializer="zeros", name="bias")

    def call(self, x: Tensor) -> Tensor:
        """(n, height + 2 margin, width + 2 margin, channels before) -> (n, 2 height, 2 width, channels)."""
        kernels = tf.einsum("pat,qbu,tuio->abipqo", self._meets, self._meets, self.kernel)
        side, before = 2 * self.margin + 1, self.kernel.shape[2]
        small = tf.nn.conv2d(x, tf.reshape(kernels, (side, side, before, 4 * self.channels)), 1, "VALID")
        return tf.nn.depth_to_space(small, 2) + self.bias

    def get_config(self) -> dict[str, Any]:
        """Return what a file needs to make the layer again."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        own = {"channels": self.channels, "side": self.side, "kernel_initializer": initializer}
        return {**super().get_config(), **own}


def painter_network(seed: int = 0) -> Model:
    """Build the network of a painter, with random weights.

    A 9 x 9 and a 3 x 3 convolution that halve the sides, four residual blocks, a 3 x 3 and a 9 x 9 convolution of copies, which
    double the sides. All but the last two are followed by instance normalisation: each channel of each picture is brought to
    mean 0 and variance 1, which throws the contrast of the photograph away, and then to a mean and a variance that are learned.
    To what comes out is added the photograph, its three colours brought to mean 0 and variance 1 and then mixed anew.

    Args:
        seed: of the weights.

    Returns:
        A Keras model with 210,060 weights, from (n, height, width, 3), RGB from 0 to 255, to the same, float32. Nothing keeps
        what comes out between 0 and 255: of a trained painter a few numbers leave that range, with random weights most do.
        Height and width are multiples of 4, from 16 on.

    Raises:
        ValueError: the seed is not a whole number from 0 to 2**31 - 1.
    """
    seeds = np.random.SeedSequence(checks.whole_number("seed", seed, 0, 2**31 - 1)).generate_state(5 + 2 * RESIDUAL_BLOCKS)
    initial = (keras.initializers.GlorotUniform(int(state)) for state in seeds)

    def normalised(x: Tensor, name: str, channels: int, side: int, *, strides: int = 1, relu: bool = True) -> Tensor:
        x = ReflectionPadding(side // 2, name=f"{name}_padding")(x)
        # No bias: the mean would take it away again.
        kind = {"strides": strides, "use_bias": False, "kernel_initializer": next(initial), "name": name}
        x = keras.layers.Conv2D(channels, side, **kind)(x)
        x = keras.layers.GroupNormalization(-1, epsilon=1e-5, name=f"{name}_normalisation")(x)  # each channel is a group
        return keras.layers.ReLU(name=f"{name}_relu")(x) if relu else x

    def doubled(x: Tensor, name: str, channels: int, side: int) -> Tensor:
        enlarging = CopyingConvolution(channels, side, next(initial), name=name)
        return enlarging(ReflectionPadding(enlarging.margin, name=f"{name}_padding")(x))

    photograph = keras.Input((None, None, 3), name="photograph")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1, name="from_rgb")(photograph)
    x = normalised(scaled, "halve_1", HALF, 9, strides=2)
    x = normalised(x, "halve_2", QUARTER, 3, strides=2)
    for block in range(1, RESIDUAL_BLOCKS + 1):
        change = normalised(x, f"block{block}_conv1", QUARTER, 3)
        change = normalised(change, f"block{block}_conv2", QUARTER, 3, relu=False)
        x = keras.layers.Add(name=f"block{block}")([x, change])
    x = keras.layers.ReLU(name="double_1_relu")(doubled(x, "double_1", HALF, 3))
    x = doubled(x, "double_2", 3, 9)
    plain = keras.layers.GroupNormalization(-1, epsilon=1e-5, scale=False, center=False, name="plain")(scaled)
    recoloured = keras.layers.Conv2D(3, 1, use_bias=False, kernel_initializer=next(initial), name="recolour")(plain)
    x = keras.layers.Add(name="add")([x, recoloured])
    return keras.Model(photograph, keras.layers.Rescaling(127.5, offset=127.5, name="to_rgb")(x), name="painter")


# ---- The painter ----


class Judged(NamedTuple):
    """What is known of a painter in training, on parts of photographs that stay the same all the time.

    Attributes:
        steps: done so far.
        seconds: spent on them.
        content: how far what it paints is from the photograph, relative to it: see `painter_training.PerceptualLoss`.
        style: how far from the style, relative to it.
        total: what is minimised.
    """

    steps: int
    seconds: float
    content: float
    style: float
    total: float


class Painter:
    """A network that has learned one style.

    Example:
        `picture = Painter.load(painter_file("waves")).paint(photograph)`

    Args:
        network: of `painter_network`; trained by `painter_training.train_painter`.
        style: what the style is called.
        settings: how it was trained, by name: numbers and text.
        history: what was judged while it was trained.
        ended: why the training ended: "done" or "interrupted"; None before.

    Raises:
        ValueError: one of them cannot be; a file could not keep it.
    """

    def __init__(
        self,
        network: Model,
        style: str,
        settings: Mapping[str, Any] | None = None,
        history: Iterable[Judged] = (),
        ended: str | None = None,
    ) -> None:
        if not isinstance(network, keras.Model):
            raise ValueError(f"network: expected one of painter_network, got {checks.quoted(network)}")
        self.network, self.style, self.settings = network, checks.text("style", style), _plain(settings)
        self.history, self.ended = _judged(history), None if ended is None else checks.choice("ended", ended, ENDS)
        # One graph for pictures of all sizes; a graph for each would make a folder of photographs wait.
        self._compiled = tf.function(network, [tf.TensorSpec([1, None, None, 3], tf.float32)], autograph=False)

    def __repr__(self) -> str:
        steps = self.history[-1].steps if self.history else 0
        return f"{type(self).__name__}({self.style!r}, {steps} steps)"

    def paint(self, picture: Picture) -> UInt8Array:
        """Paint a picture; the first one takes longer, for the network is got ready. Numbers outside 0 to 255 are cut off.

        Args:
            picture: (height, width, 3), RGB from 0 to 255, of any size up to 2048 on a side, or whatever else
                `image_files.as_rgb` takes. A stroke has the same number of pixels on all of them.

        Returns:
            (height, width, 3) uint8, RGB.

        Raises:
            ValueError: no picture, as for `as_rgb`; or too large a one.
        """
        rgb = as_rgb("picture", picture)
        height, width = rgb.shape[:2]
        if max(height, width) > LARGEST:
            raise ValueError(
                f"picture: expected at most {LARGEST} pixels on a side, got {height} x {width}; make it smaller "
                "(image_files.resize)"
            )
        more = [(0, max(SMALLEST, -(-side // MULTIPLE) * MULTIPLE) - side) for side in (height, width)]
        mirrored = np.pad(rgb, [*more, (0, 0)], mode="symmetric")
        painted = self._compiled(tf.constant(mirrored[None], tf.float32)).numpy()
        return np.asarray(np.rint(painted[0, :height, :width].clip(0, 255)), np.uint8)

    # ---- Saving and loading ----

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the painter to a file: its weights, the name of its style, its settings and its history.

        The file is a NumPy .npz without pickle: `header`, the bytes of a JSON object, and the weights by name, float16, to
        which `train_painter` has rounded them. Where a file was before, it stays as it was until the new one is whole.

        Raises:
            DataError: the file cannot be written.
            ValueError: `load` would refuse the network: it is not one of `painter_network`, or has weights that are not finite
                or beyond 65,504, the largest number of float16.
        """
        path = checks.path("path", path)
        weights = _halves(self.network)
        own = {"style": self.style, "settings": self.settings, "history": self.history, "ended": self.ended}
        header = json.dumps({"format": FORMAT, "version": VERSION, **own})
        with KIND.write(path) as file:
            # No array is called allow_pickle, which the types fear; NumPy 2.0 does not have it yet.
            np.savez_compressed(file, header=np.frombuffer(header.encode(), np.uint8), **weights)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a painter that `save` wrote.

        One of `train_painter` paints the same pictures, to the last digit; another one nearly, for its weights were rounded to
        float16.

        Raises:
            DataError: there is no such file, or it is not a painter, is of a newer or an older version, or is damaged; the
                message says which.
        """
        path = checks.path("path", path)
        with KIND.read(path) as stream, np.load(stream, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes()) if "header" in file else None
            if not isinstance(header, dict) or header.get("format") != FORMAT:
                raise KIND.another(path, "another .npz or .zip file")
            version = checks.whole_number("version", header["version"])
            if version > VERSION:
                raise KIND.newer(path, f"version {checks.quoted(version)} of it", f"version {VERSION}")
            if version < VERSION:
                raise KIND.older(path, f"version {version} of it", f"another network in version {VERSION}")
            history = [Judged(int(steps), *map(float, costs)) for steps, *costs in header["history"]]
            network = painter_network()
            network.set_weights([_restored(variable, file[variable.path]) for variable in network.weights])
            return cls(network, str(header["style"]), header["settings"], history, header["ended"])


def half(weights: FloatArray) -> FloatArray:
    """Return weights rounded to float16, of which a file needs half the bytes."""
    return weights.astype(np.float16)


def _halves(network: Model) -> dict[str, FloatArray]:
    """Return the weights of a network as a file keeps them."""
    expected = {variable.path: tuple(variable.shape) for variable in painter_network().weights}
    if {variable.path: tuple(variable.shape) for variable in network.weights} != expected:
        raise ValueError("network: only one of painter_network can be saved, and this one has other layers")
    with np.errstate(over="ignore"):  # what is too large is refused
        halves = {variable.path: half(variable.numpy()) for variable in network.weights}
    for path, weights in halves.items():
        if not np.isfinite(weights).all():
            raise ValueError(f"network: the weights {path} are not finite, or beyond the 65,504 that a file can hold")
    return halves


def _plain(settings: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return settings with numbers of Python's in the place of NumPy's."""
    given = {} if settings is None else settings
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(given), default=lambda value: value.item()))
    except (TypeError, ValueError, AttributeError):
        raise ValueError(f"settings: expected numbers and text, by name, got {checks.quoted(settings)}") from None
    return plain


def _judged(history: Iterable[Judged]) -> list[Judged]:
    try:
        return [Judged(int(one.steps), *map(float, one[1:])) for one in history]
    except (TypeError, ValueError, AttributeError):
        raise ValueError(f"history: expected one Judged after the other, got {checks.quoted(history)}") from None


def _restored(variable: Any, weights: FloatArray) -> FloatArray:
    if weights.shape != tuple(variable.shape) or weights.dtype != np.float16 or not np.isfinite(weights).all():
        raise ValueError(f"{variable.path} is {weights.dtype} of shape {weights.shape}, or not finite")
    return weights.astype(np.float32)
