"""VGG19 as a way of seeing: pictures in, the activations of its layers out.

K. Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015. Only the 16
convolutions and what is between them: style transfer does not ask what is in the picture.

Pictures are RGB from 0 to 255 everywhere. The network was trained on BGR minus the mean colour of ImageNet: that change is its
first layer here, so nobody can forget it or do it twice.
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from course_utils import checks
from course_utils.arrays import Model, Tensor
from course_utils.backend import keras, tf
from course_utils.data.vgg19_weights import BLOCKS, vgg19_weights
from course_utils.errors import DataError

LAYERS = tuple(
    f"block{block}_{part}"
    for block, (convolutions, _) in enumerate(BLOCKS, start=1)
    for part in (*(f"conv{number}" for number in range(1, convolutions + 1)), "pool")
)
POOLINGS = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
PRECISIONS = ("float32", "bfloat16")

_MEAN_BGR = (103.939, 116.779, 123.68)  # of the pictures that the network was trained on


@keras.saving.register_keras_serializable("course_utils")
class Preprocess(keras.layers.Layer):
    """RGB from 0 to 255 becomes what VGG19 was trained on: blue, green, red, minus ImageNet's mean of each."""

    def call(self, pictures: Tensor) -> Tensor:
        """Return new pictures of the same shape, float32; the given ones stay as they are."""
        return tf.reverse(tf.cast(pictures, tf.float32), [-1]) - tf.constant(_MEAN_BGR)


def vgg19(
    weights: str | os.PathLike[str] = "bundled",
    pooling: str = "max",
    precision: str = "float32",
) -> Model:
    """Build VGG19 without its top, with trained weights that stay as they are.

    Args:
        weights: "bundled" is the course's own copy, whose kernels are rounded to 256 values each; "imagenet" lets Keras
            download the exact ones; anything else is the path of a file of these, as Keras names it, .h5 or .weights.h5.
        pooling: "max", as it was trained, or "average", which L. Gatys et al. found to give slightly more appealing pictures.
        precision: "float32", or "bfloat16" (8 significant bits), which some processors compute several times faster.

    Returns:
        A Keras model from (n, height, width, 3), RGB from 0 to 255, to the activations of block5_pool. Its layers have Keras's
        names, see `LAYERS`, but for the first, "preprocess".

    Raises:
        ValueError: weights that are neither text nor a path, an unknown pooling or precision.
        DataError: the weights are missing or damaged, or are not those of VGG19.
    """
    weights, pooling, precision = _checked(weights, pooling, precision)
    trained = _trained_weights(weights)
    pictures = keras.Input((None, None, 3), name="pictures")
    x = Preprocess(name="preprocess", dtype="float32")(pictures)
    convolutions = []
    for name in LAYERS:
        if name.endswith("pool"):
            x = POOLINGS[pooling](2, name=name, dtype=precision)(x)
        else:
            channels = BLOCKS[int(name[5]) - 1][1]
            convolutions.append(keras.layers.Conv2D(channels, 3, padding="same", activation="relu", name=name, dtype=precision))
            x = convolutions[-1](x)
    model = keras.Model(pictures, x, name="vgg19")
    model.trainable = False
    for layer in convolutions:
        layer.set_weights(trained[layer.name])
    return model


def _checked(weights: str | os.PathLike[str], pooling: str, precision: str) -> tuple[str, str, str]:
    if not isinstance(weights, str | os.PathLike):
        raise ValueError(f'weights: expected "bundled", "imagenet" or the path of a file, got {checks.quoted(weights)}')
    return os.fspath(weights), checks.choice("pooling", pooling, POOLINGS), checks.choice("precision", precision, PRECISIONS)


def _trained_weights(weights: str | os.PathLike[str]) -> dict[str, Any]:
    """Return kernel and bias of each convolution, by name."""
    if weights == "bundled":
        return dict(vgg19_weights())
    if weights == "imagenet":
        way_out = 'It needs a network connection; weights="bundled" does not'
    else:
        way_out = "Give a file of the weights of VGG19 without its top, as Keras offers it"
        if not Path(weights).is_file():
            raise DataError(f'weights: there is no file {os.fspath(weights)!r}. {way_out}, or use "bundled".')
    try:
        model = keras.applications.VGG19(weights=os.fspath(weights), include_top=False)
    except Exception as error:  # Keras and h5py raise many kinds
        raise DataError(f"weights: {os.fspath(weights)!r} cannot be loaded ({error}). {way_out}.") from error
    return {layer.name: layer.get_weights() for layer in model.layers if "conv" in layer.name}


class FeatureExtractor:
    """The activations of chosen layers of VGG19, for pictures of any size.

    The network is cut after the deepest of these layers, so nothing is computed that nobody asked for. It is shared with
    other extractors of the same kind.

    Example:
        `FeatureExtractor(["block1_conv1", "block4_conv2"])(picture)["block4_conv2"]`

    Args:
        layers: names from `LAYERS`.
        weights, pooling, precision: as for `vgg19`.

    Raises:
        ValueError: no layer or an unknown one, or as for `vgg19`.
        DataError: as for `vgg19`.
    """

    def __init__(
        self,
        layers: Iterable[str],
        *,
        weights: str | os.PathLike[str] = "bundled",
        pooling: str = "max",
        precision: str = "float32",
    ) -> None:
        if isinstance(layers, str) or not isinstance(layers, Iterable) or not (names := tuple(layers)):
            raise ValueError(f"layers: expected a list of names from {', '.join(LAYERS)}, got {checks.quoted(layers)}")
        self.layers = names
        for layer in self.layers:
            checks.choice("layers", layer, LAYERS)
        whole = _shared_vgg19(*_checked(weights, pooling, precision))
        self.model = keras.Model(whole.inputs, {layer: whole.get_layer(layer).output for layer in self.layers})

    def __call__(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return the activations by layer.

        Args:
            pictures: (height, width, 3) or (n, height, width, 3), RGB from 0 to 255, uint8 or float. They are not changed.
                Images of Pillow's, one or a list of one size, are such pictures too.

        Returns:
            For each layer (n, n_H, n_W, n_C) float32, with n = 1 for a single picture. Gradients flow back to tensors.

        Raises:
            ValueError: another shape; too few pixels for the layers; numbers in an array that are not from 0 to 255, or that
                look as if they went from 0 to 1. (The numbers in tensors are not looked at.)
        """
        if not tf.is_tensor(pictures) and not isinstance(pictures, tf.Variable):
            pictures = checks.as_array("pictures", pictures)
            checks.picture_range("pictures", pictures)
        pictures = tf.cast(pictures, tf.float32)
        if pictures.shape.rank == 3:
            pictures = pictures[None]
        if pictures.shape.rank != 4 or pictures.shape[3] != 3:
            raise ValueError(f"pictures: expected (height, width, 3) or (n, height, width, 3), RGB, got {pictures.shape}")
        side = 2 ** max(int(layer[5]) - (not layer.endswith("pool")) for layer in self.layers)
        if None not in pictures.shape[1:3] and min(pictures.shape[1:3]) < side:
            raise ValueError(
                f"pictures: {pictures.shape[1]} x {pictures.shape[2]} pixels are too few for {', '.join(self.layers)}; "
                f"expected at least {side} x {side}"
            )
        return {layer: tf.cast(activations, tf.float32) for layer, activations in self._see(pictures).items()}

    def _see(self, pictures: Tensor) -> dict[str, Tensor]:
        activations: dict[str, Tensor] = self.model(pictures)
        return activations


@lru_cache(maxsize=2)  # 80 MB each
def _shared_vgg19(weights: str, pooling: str, precision: str) -> Model:
    return vgg19(weights, pooling, precision)
