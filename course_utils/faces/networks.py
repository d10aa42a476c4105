"""The networks of the faces half: an encoder f, a Siamese pair that shares it, and a logistic unit that decides.

All take grey pictures of 56 x 46 pixels with values from 0 to 1, as `preprocessing.shrink` makes them. There are no Lambda
layers: every model is saved with `model.save("name.keras")`, loaded with `load_model`, and gives the same numbers.
"""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Float32Array, Model, Tensor
from course_utils.backend import keras, tf
from course_utils.data.files import ArchiveKind
from course_utils.errors import DataError
from course_utils.faces.distances import LARGEST_EMBEDDING, euclidean
from course_utils.faces.preprocessing import HEIGHT, WIDTH, grey_pictures, shrink, standardise

FEATURES = 64  # numbers in an embedding
BATCH = 256  # pictures embedded at once
# Where the logistic unit starts, w_k and b. With embeddings of length 1 it is then a threshold on a distance. From small random
# weights it would have to find the sign of each w_k first, and in that time the encoder learns from a wrong rule.
START = {"absolute": (-2.0, 5.0), "chi_square": (-4.0, 3.0)}
MODEL_FILE = ArchiveKind("model", "model.save", "train the model again and save it")

# ---- The encoder ----


def embedding_network(features: int = FEATURES, *, seed: int = 0) -> Model:
    """Return the encoder f of the course: a small convolutional network that turns a picture into a point.

    Each picture is standardised. Then four blocks of 3 x 3 convolution, batch normalisation, leaky ReLU and 2 x 2 maximum
    pooling, with 16, 32, 64 and 128 channels; then one dense layer, and the result is scaled to length 1, so that the distance
    of two embeddings lies between 0 and 2.

    Args:
        features: numbers in an embedding.
        seed: the same seed, the same initial weights.

    Returns:
        A Keras model, (n, 56, 46, 1) float32 from 0 to 1 -> (n, features) float32 of length 1; about 147,000 parameters with
        64 features.

    Raises:
        ValueError: `features` is not a whole number from 1 to 65,536, or `seed` not one from 0 up.
    """
    features, seed = checks.whole_number("features", features, most=LARGEST_EMBEDDING), checks.whole_number("seed", seed, 0)
    initial = [keras.initializers.GlorotUniform(int(state)) for state in np.random.SeedSequence(seed).generate_state(5)]
    picture = keras.Input((HEIGHT, WIDTH, 1), name="picture")
    x = Standardise(name="standardise")(picture)
    for block, channels in enumerate((16, 32, 64, 128), start=1):
        x = keras.layers.Conv2D(
            channels, 3, padding="same", use_bias=False, kernel_initializer=initial[block - 1], name=f"convolution_{block}"
        )(x)
        x = keras.layers.BatchNormalization(momentum=0.9, name=f"normalisation_{block}")(x)
        x = keras.layers.LeakyReLU(name=f"relu_{block}")(x)
        x = keras.layers.MaxPooling2D(name=f"pooling_{block}")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(features, kernel_initializer=initial[4], name="dense")(x)
    return keras.Model(picture, keras.layers.UnitNormalization(name="embedding")(x), name="encoder")


@keras.saving.register_keras_serializable("course_utils")
class Standardise(keras.layers.Layer):
    """`preprocessing.standardise` as a layer: each picture gets the mean 0 and the standard deviation 1."""

    def call(self, pictures: Tensor) -> Tensor:
        """Return the standardised pictures, of the same shape."""
        return standardise(pictures)


def check_encoder(encoder: Model) -> int:
    """Return how many numbers an embedding of this network has.

    Raises:
        ValueError: it is no network that gives one embedding a picture.
    """
    shape = getattr(encoder, "output_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 2 or not shape[1]:
        raise ValueError(
            f"encoder: expected a network that gives (n, features), got {checks.quoted(encoder)} with output {shape}"
        )
    return int(shape[1])


def embed(encoder: Model, pictures: ArrayLike, *, mirror: bool = False) -> Float32Array:
    """Return the embeddings f(x) of pictures as they come from the files.

    Args:
        encoder: of `embedding_network`.
        pictures: (n, rows, columns) uint8, grey: an array, or a list of pictures of one size; shrunk to 56 x 46.
        mirror: True averages the embeddings of each picture and of its mirror image, and scales to length 1 again.

    Returns:
        (n, features) float32.

    Raises:
        ValueError: the pictures are not grey uint8 pictures; the encoder is no network that gives one embedding a picture.
    """
    check_encoder(encoder)
    small = shrink(grey_pictures("pictures", pictures))[..., None]
    embeddings = _in_batches(encoder, small)
    if mirror:
        embeddings += _in_batches(encoder, small[:, :, ::-1])
        embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings


def _in_batches(encoder: Model, pictures: Float32Array) -> Float32Array:
    """As `encoder.predict`, which compiles anew for each encoder, and warns of it after a few."""
    batches = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
    return np.concatenate([np.asarray(encoder(batch, training=False), np.float32) for batch in batches])


# ---- The pair and the decision ----


@keras.saving.register_keras_serializable("course_utils")
class EuclideanDistance(keras.layers.Layer):
    """`distances.euclidean` as a layer: two (n, features) -> (n,), with gradient 0 where the two are equal."""

    def call(self, embeddings: tuple[Tensor, Tensor]) -> Tensor:
        """Return the distance of each pair."""
        return euclidean(*embeddings)


def siamese_network(encoder: Model) -> Model:
    """Return the Siamese network: two pictures in, the distance D(f(x1), f(x2)) out, with one encoder f used twice.

    J. Bromley et al., "Signature verification using a Siamese time delay neural network", NIPS 1993. It has no weight of its
    own: training it trains the encoder.

    Args:
        encoder: of `embedding_network`.

    Returns:
        A Keras model, two (n, 56, 46, 1) float32 -> (n,) float32.

    Raises:
        ValueError: the encoder is no network that gives one embedding a picture.
    """
    check_encoder(encoder)
    first, second = keras.Input(encoder.input_shape[1:], name="first"), keras.Input(encoder.input_shape[1:], name="second")
    distance = EuclideanDistance(name="distance")([encoder(first), encoder(second)])
    return keras.Model([first, second], distance, name="siamese")


@keras.saving.register_keras_serializable("course_utils")
class FeatureDifference(keras.layers.Layer):
    """The difference of two embeddings, feature by feature: what the logistic unit weighs.

    Args:
        kind: "absolute" gives |f1_k - f2_k|. "chi_square" gives (f1_k - f2_k)^2 / (f1_k + f2_k), as in Y. Taigman et al.,
            "DeepFace", CVPR 2014, eq. 3, for features that are not negative: each feature is first split into its positive and
            its negative part, max(0, f_k) and max(0, -f_k), so there are twice as many. A term with both features 0 counts 0.

    Raises:
        ValueError: another kind.
    """

    def __init__(self, kind: str = "absolute", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = checks.choice("kind", kind, START)

    def call(self, embeddings: tuple[Tensor, Tensor]) -> Tensor:
        """Return (n, features), or (n, 2 features) for chi-square."""
        first, second = embeddings
        if self.kind == "absolute":
            return keras.ops.abs(first - second)
        first, second = (keras.ops.concatenate([keras.ops.relu(f), keras.ops.relu(-f)], axis=-1) for f in embeddings)
        return tf.math.divide_no_nan(keras.ops.square(first - second), first + second)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "kind": self.kind}


def verification_head(features: int = FEATURES, kind: str = "absolute") -> Model:
    """Return the logistic unit on two embeddings: sigmoid(sum_k w_k |f(x1)_k - f(x2)_k| + b), or its chi-square variant.

    It starts with all w_k equal and negative: the larger a difference, the less likely is it one person.

    Args:
        features: numbers in an embedding.
        kind: of `FeatureDifference`, "absolute" or "chi_square".

    Returns:
        A Keras model, two (n, features) float32 -> (n,) float32, the probability that both show one person.

    Raises:
        ValueError: an unknown kind; `features` is not a whole number from 1 to 65,536.
    """
    features, kind = checks.whole_number("features", features, most=LARGEST_EMBEDDING), checks.choice("kind", kind, START)
    first, second = keras.Input((features,), name="f_x1"), keras.Input((features,), name="f_x2")
    difference = FeatureDifference(kind, name="difference")([first, second])
    weight, bias = (keras.initializers.Constant(value) for value in START[kind])
    unit = keras.layers.Dense(1, activation="sigmoid", kernel_initializer=weight, bias_initializer=bias, name="logistic_unit")(
        difference
    )
    return keras.Model([first, second], keras.layers.Reshape((), name="probability")(unit), name="verification_head")


# ---- Files ----


def fingerprint(model: Model) -> str:
    """Return the SHA-256 of a model's weights, as hexadecimal digits: two models with one fingerprint embed alike.

    Raises:
        ValueError: it is no Keras model.
    """
    if not hasattr(model, "get_weights"):
        raise ValueError(f"model: expected a Keras model, got {checks.quoted(model)}")
    digest = hashlib.sha256()
    for weight in model.get_weights():
        digest.update(f"{weight.shape}{weight.dtype}".encode())
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def load_model(path: Path | str) -> Model:
    """Load a model of this course from the .keras file to which `model.save` wrote it.

    Raises:
        DataError: the file is not there or cannot be read, is damaged, holds something else, was saved by a newer Keras, or has
            layers that are not of this course; the message says which, and the way out.
        ValueError: the path is not the name of a file.
    """
    path = checks.path("path", path)
    with MODEL_FILE.read(path) as stream, zipfile.ZipFile(stream) as archive:
        if not {"metadata.json", "config.json", "model.weights.h5"} <= set(archive.namelist()):
            raise MODEL_FILE.another(path, "another .npz or .zip file")
        if broken := archive.testzip():
            raise MODEL_FILE.damaged(path, broken)
        version = json.loads(archive.read("metadata.json"))["keras_version"]
        if path.suffix != ".keras":
            raise DataError(f"{path} is a model, but Keras reads it only under a name that ends in .keras. Rename it.")
        try:
            return keras.saving.load_model(path, compile=False)
        except Exception as error:  # Keras raises many kinds
            if _release(version) > _release(keras.version()):
                raise MODEL_FILE.newer(path, f"Keras {version}", f"Keras {keras.version()}") from error
            raise DataError(
                f"{path} has parts that this course does not know ({type(error).__name__}). Load it where it was made."
            ) from error


def _release(version: str) -> list[int]:
    return [int(number) for number in version.split(".")[:2]]
