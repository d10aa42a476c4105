"""The costs of neural style transfer: what is on the picture, how it is painted, and both together.

The formulas and the names are those of the lecture notes: C is the content picture, S the style picture, G the generated one;
a are activations of a layer of VGG19, (1, n_H, n_W, n_C), of the picture in the index. All is computed in float32, or in
float64 if the activations are, whatever precision the network works in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from course_utils import checks
from course_utils.arrays import Tensor
from course_utils.backend import tf

# ---- The costs ----


def content_cost(a_C: Tensor, a_G: Tensor) -> Tensor:
    """Content cost, 1 / (4 n_H n_W n_C) sum (a_C - a_G)^2 over all entries: lecture notes, eq. 1.

    Args:
        a_C: (1, n_H, n_W, n_C) activations of the content picture.
        a_G: the same of the generated picture.

    Returns:
        A scalar.

    Raises:
        ValueError: another shape, or two shapes.
    """
    a_C, a_G = _activations("a_C", a_C), _activations("a_G", a_G)
    if not a_C.shape.is_compatible_with(a_G.shape):
        raise ValueError(f"a_C, a_G: expected one shape for both, got {a_C.shape} and {a_G.shape}; resize a picture")
    return tf.reduce_mean(tf.square(tf.cast(a_C, a_G.dtype) - a_G)) / 4


def gram_matrix(a: Tensor) -> Tensor:
    """Gram matrix: entry i, j is the sum over all positions of channel i times channel j.

    How strong each channel is, and which are strong at the same places. Which places, it does not know.

    Args:
        a: (1, n_H, n_W, n_C) activations.

    Returns:
        (n_C, n_C), symmetric and positive semidefinite. It grows with the number of positions.

    Raises:
        ValueError: another shape.
    """
    a = _activations("a", a)
    return _gram(tf.reshape(a, [-1, a.shape[3]]))  # a row for each position: the channels stay together


def _gram_and_gradient(positions: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    def gradient(of_gram: Tensor) -> Tensor:
        return tf.matmul(positions, of_gram + tf.transpose(of_gram))

    return tf.matmul(positions, positions, transpose_a=True), gradient


# TensorFlow's own gradient of the product multiplies twice, once for each factor; both are the same matrix here.
_gram = tf.custom_gradient(_gram_and_gradient)


def layer_style_cost(a_S: Tensor, a_G: Tensor) -> Tensor:
    """Style cost of one layer, 1 / (4 n_C^2 (n_H n_W)^2) sum (A_S - A_G)^2: lecture notes, eq. 2.

    A_S and A_G are the Gram matrices. The two pictures may differ in size: each Gram matrix is divided by its own n_H n_W,
    which for pictures of one size is the formula.

    Args:
        a_S: (1, n_H, n_W, n_C) activations of the style picture.
        a_G: the same of the generated picture, where n_H and n_W may differ.

    Returns:
        A scalar.

    Raises:
        ValueError: another shape, or two numbers of channels.
    """
    return style_cost_to(_mean_gram("a_S", a_S), a_G)


def mean_gram_matrix(a: Tensor) -> Tensor:
    """Gram matrix divided by the number of positions n_H n_W, so that it does not depend on the size of the picture.

    Args, returns and errors as for `gram_matrix`.
    """
    return _mean_gram("a", a)


def _mean_gram(name: str, a: Tensor) -> Tensor:
    a = _activations(name, a)
    return gram_matrix(a) / tf.cast(tf.size(a) // a.shape[3], a.dtype)


def style_cost_to(target: Tensor, a_G: Tensor) -> Tensor:
    """`layer_style_cost`, for a style of which only the `mean_gram_matrix` is kept.

    Args:
        target: (n_C, n_C), `mean_gram_matrix` of the style picture.
        a_G: (1, n_H, n_W, n_C) activations of the generated picture.

    Returns:
        A scalar.

    Raises:
        ValueError: another shape, or two numbers of channels.
    """
    generated = _mean_gram("a_G", a_G)
    target = tf.cast(_float("target", target), generated.dtype)
    if not target.shape.is_compatible_with(generated.shape):
        raise ValueError(f"the style has {target.shape[0]} channels, a_G has {generated.shape[0]}; take them from one layer")
    return tf.reduce_mean(tf.square(target - generated)) / 4


def style_cost(a_S: Mapping[str, Tensor], a_G: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    """Style cost over layers: the sum of weight times `layer_style_cost`.

    Args:
        a_S: activations of the style picture by layer.
        a_G: activations of the generated picture by layer.
        weights: by layer; those of layers that are left out are 0. Usually they add up to 1.

    Returns:
        A scalar.

    Raises:
        ValueError: no weights; a weight below 0; a layer whose activations are not there; shapes as for `layer_style_cost`.
    """
    weights = check_weights("weights", weights)
    for name, activations in ("a_S", a_S), ("a_G", a_G):
        if not isinstance(activations, Mapping):
            raise ValueError(
                f"{name}: expected the activations by layer, {{name: activations}}, got {checks.quoted(activations)}"
            )
        if missing := [layer for layer in weights if layer not in activations]:
            raise ValueError(f"{name}: there are no activations of {', '.join(missing)}, which have weights")
    return tf.add_n([weight * layer_style_cost(a_S[layer], a_G[layer]) for layer, weight in weights.items()])


def total_variation(picture: Tensor) -> Tensor:
    """Total variation: the squared steps to the pixel below and to the pixel on the right, averaged over all entries.

    The sum is that of A. Mahendran and A. Vedaldi, "Understanding deep image representations by inverting them", CVPR 2015,
    section 3, with beta = 2. The power 2 has a gradient everywhere; smaller ones have none where the picture is flat.

    Args:
        picture: (1, height, width, 3) or (height, width, 3).

    Returns:
        A scalar, in squared grey levels.

    Raises:
        ValueError: another shape, or no real numbers.
    """
    picture = _float("picture", picture)
    if picture.shape.rank not in (3, 4):
        raise ValueError(f"picture: expected (height, width, 3) or (1, height, width, 3), got shape {picture.shape}")
    down = picture[..., 1:, :, :] - picture[..., :-1, :, :]
    right = picture[..., :, 1:, :] - picture[..., :, :-1, :]
    return (tf.reduce_sum(down**2) + tf.reduce_sum(right**2)) / tf.cast(tf.size(picture), picture.dtype)


def total_cost(J_content: Tensor, J_style: Tensor, alpha: float = 10, beta: float = 40) -> Tensor:
    """Total cost J(G) = alpha J_content + beta J_style: lecture notes.

    Args:
        J_content: the content cost.
        J_style: the style cost.
        alpha: how much the content counts.
        beta: how much the style counts.
    """
    return alpha * J_content + beta * J_style


def _activations(name: str, a: Tensor) -> Tensor:
    a = _float(name, a)
    if a.shape.rank != 4 or a.shape[0] != 1 or a.shape[3] is None:
        raise ValueError(f"{name}: expected activations of one picture, (1, n_H, n_W, n_C), got shape {a.shape}")
    return a


def _float(name: str, x: Tensor) -> Tensor:
    """Return float64 as it is, and all else as float32: half precision cannot hold sums over a picture."""
    try:
        x = tf.convert_to_tensor(x)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected a tensor or an array of real numbers, got {checks.quoted(x)}") from None
    if not (x.dtype.is_floating or x.dtype.is_integer):
        raise ValueError(f"{name}: expected real numbers, got {x.dtype.name}")
    return x if x.dtype == tf.float64 else tf.cast(x, tf.float32)


def check_weights(name: str, weights: Mapping[Any, float]) -> dict[Any, float]:
    """Return weights as floats, by whatever they are the weights of.

    Raises:
        ValueError: there are none, all are 0, or one is below 0, not finite or no number.
    """
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError(f"{name}: expected a weight for each layer, {{name: number}}, got {checks.quoted(weights)}")
    numbers = {key: checks.in_range(f"{name}[{key!r}]", weight, least=0) for key, weight in weights.items()}
    if not any(numbers.values()):
        raise ValueError(f"{name}: expected a weight above 0, got only zeros")
    return numbers


# ---- Other people's weights ----


class Weights(NamedTuple):
    """What makes our total cost equal to somebody else's.

    Attributes:
        alpha: of the content cost.
        beta: of the style cost.
        layers: by style layer; they add up to 1.
    """

    alpha: float
    beta: float
    layers: dict[str, float]


CONVENTIONS = ("gatys", "keras.io", "tensorflow", "coursera", "d2l")


def equivalent_weights(
    convention: str,
    content_weight: float,
    style_weight: float,
    *,
    content_shape: Sequence[int],
    style_shapes: Mapping[str, Sequence[int]],
    picture_shape: Sequence[int] | None = None,
) -> Weights:
    """Translate the weights of a published recipe into ours, so that both give the same cost of the same activations.

    Everybody divides the sums of squares by something else, so nobody's weights can be compared as they stand. What each sum
    is multiplied by, where c is content_weight, s is style_weight and L the number of style layers:

    ============  ===========================  ============================================================================
    convention    content, sum (a_C - a_G)^2   style of a layer, sum (A_S - A_G)^2
    ============  ===========================  ============================================================================
    "gatys"       c / 2                        s / L / (4 n_C^2 (n_H n_W)^2)
    "keras.io"    c                            s / L / (4 3^2 (H W)^2): 3 channels and H x W of the picture, in every layer
    "tensorflow"  c / (n_H n_W n_C)            s / L / (n_C^2 (n_H n_W)^2)
    "coursera"    c / (4 n_H n_W n_C)          s / L / (4 n_C^2 (n_H n_W)^2)
    "d2l"         c / (n_H n_W n_C)            s / (n_C^2 (n_C n_H n_W)^2): layers are added up, not averaged
    ============  ===========================  ============================================================================

    Sources: L. Gatys, A. Ecker, M. Bethge, "Image style transfer using convolutional neural networks", CVPR 2016, eq. 1 and 3
    to 5; the Keras example "Neural style transfer" (2016); the TensorFlow tutorial "Neural style transfer"; the assignment of
    week 4 of "Convolutional neural networks", deeplearning.ai; A. Zhang et al., "Dive into deep learning", section 14.12.
    Terms of total variation are not translated: no two of them measure the same thing.

    Args:
        convention: one of `CONVENTIONS`.
        content_weight: theirs; alpha for "gatys" and "coursera".
        style_weight: theirs; beta for "gatys" and "coursera".
        content_shape: (1, n_H, n_W, n_C) of the activations in the content layer.
        style_shapes: the same for each style layer, by name; the pictures of style and content have one size.
        picture_shape: (height, width, ...) of the generated picture; only "keras.io" needs it.

    Raises:
        ValueError: an unknown convention; weights that are not finite numbers above 0, or with which a result is none; shapes
            that are none or are missing.
    """
    checks.choice("convention", convention, CONVENTIONS)
    content_weight = checks.in_range("content_weight", content_weight, above=0)
    style_weight = checks.in_range("style_weight", style_weight, above=0)
    if not isinstance(style_shapes, Mapping) or not style_shapes:
        raise ValueError(
            f"style_shapes: expected at least one layer, {{name: (1, n_H, n_W, n_C)}}, got {checks.quoted(style_shapes)}"
        )
    n_H, n_W, n_C = _activations_shape("content_shape", content_shape)
    entries = n_H * n_W * n_C
    content = {"gatys": 1 / 2, "keras.io": 1, "coursera": 1 / (4 * entries)}.get(convention, 1 / entries)
    alpha = content_weight * content * 4 * entries

    betas = {}
    for layer, shape in style_shapes.items():
        n_H, n_W, n_C = _activations_shape(f"style_shapes[{layer!r}]", shape)
        ours = 1 / (4 * n_C**2 * (n_H * n_W) ** 2)
        match convention:
            case "keras.io":
                height, width, *_ = _shape("picture_shape", picture_shape, 2)
                theirs = 1 / len(style_shapes) / (4 * 3**2 * (height * width) ** 2)
            case "tensorflow":
                theirs = 1 / len(style_shapes) / (n_C**2 * (n_H * n_W) ** 2)
            case "d2l":
                theirs = 1 / (n_C**2 * (n_C * n_H * n_W) ** 2)
            case _:
                theirs = ours / len(style_shapes)
        betas[layer] = style_weight * theirs / ours
    beta = sum(betas.values())
    if not (0 < alpha < inf and 0 < beta < inf):
        raise ValueError(
            f"content_weight, style_weight: expected weights with which alpha and beta are finite numbers above 0, got alpha = "
            f"{alpha:g} and beta = {beta:g}; divide both weights by one number, or multiply them"
        )
    return Weights(alpha, beta, {layer: part / beta for layer, part in betas.items()})


def _activations_shape(name: str, shape: Sequence[int]) -> tuple[int, ...]:
    """Return n_H, n_W and n_C."""
    first, *sizes = _shape(name, shape, 4)
    if first != 1 or len(sizes) != 3:
        raise ValueError(
            f"{name}: expected the shape of activations of one picture, (1, n_H, n_W, n_C), got {checks.quoted(shape)}"
        )
    return tuple(sizes)


def _shape(name: str, shape: Sequence[int] | None, at_least: int) -> tuple[int, ...]:
    if not isinstance(shape, Iterable) or len(sizes := tuple(shape)) < at_least:
        raise ValueError(f"{name}: expected a shape, {at_least} whole numbers or more, got {checks.quoted(shape)}")
    return tuple(checks.whole_number(f"{name}[{axis}]", size) for axis, size in enumerate(sizes))
