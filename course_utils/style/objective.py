"""What is minimised: the total cost of a generated picture, and its gradient, compiled for one size."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

from course_utils.arrays import Float32Array, FloatArray, Picture, Tensor
from course_utils.backend import tf
from course_utils.style.costs import content_cost, mean_gram_matrix, style_cost_to, total_cost, total_variation
from course_utils.style.features import FastFeatureExtractor
from course_utils.style.settings import Settings


class Costs(NamedTuple):
    """The costs of a generated picture.

    Attributes:
        content: J_content.
        style: J_style; of several styles the mean with their weights.
        variation: the total variation.
        total: alpha J_content + beta J_style + its weight times the total variation.
    """

    content: float
    style: float
    variation: float
    total: float


class Objective:
    """The total cost J(G) as a function of the pixels of G.

    The targets are computed once: the activations of the content and the Gram matrices of the styles. What has the weight 0 is
    left out, and the network is cut after the deepest layer that is left. Other pictures of the same size, or other weights,
    are a matter of a moment: what was compiled is used again.

    Args:
        content: (height, width, 3 or 1) float, from 0 to 255; one channel stands for three equal ones.
        styles: the same, of any size, each with its weight.
        settings: the layers, the weights of the costs, and which network.
        precision: of the network, "float32" or "bfloat16", whatever the settings say.
    """

    def __init__(
        self, content: Picture, styles: Sequence[tuple[Picture, float]], settings: Settings, precision: str = "float32"
    ) -> None:
        kind: tuple[tuple[str, Any], ...] = (
            ("pooling", settings.pooling),
            ("weights", settings.weights),
            ("precision", precision),
        )
        content_layer = settings.content_layer if settings.alpha > 0 else None
        style_layers = tuple(layer for layer, weight in settings.style_layers.items() if weight > 0 and settings.beta > 0)
        a_C, grams, layer_weights = tf.constant(0.0), [], []
        if content_layer:
            a_C = FastFeatureExtractor([content_layer], **dict(kind))(_as_rgb(content))[content_layer]
        if style_layers:
            counted = [(style, share) for style, share in styles if share > 0]
            see_style = FastFeatureExtractor(style_layers, **dict(kind))
            for style, share in counted:
                activations = see_style(_as_rgb(style))
                grams.append([mean_gram_matrix(activations[layer]) for layer in style_layers])
                layer_weights.append([share * settings.style_layers[layer] for layer in style_layers])
        smooth = settings.variation > 0
        self._features, self._compiled = _compiled(content.shape, content_layer, style_layers, len(grams), smooth, kind)
        weights = tf.constant([settings.alpha, settings.beta, settings.variation], tf.float32)
        self._targets = a_C, grams, tf.constant(layer_weights, tf.float32), weights

    def __call__(self, picture: FloatArray) -> tuple[Costs, Float32Array]:
        """Return the costs of a picture, (height, width, 3 or 1) float, and the gradient of the total cost, of its shape.

        Raises:
            ValueError: the total is too large for float32: a weight is.
        """
        values, gradient = self._compiled(tf.constant(picture, tf.float32), *self._targets)
        costs = Costs(*values.numpy().tolist())
        if not isfinite(costs.total):
            raise ValueError(
                f"alpha, beta, variation, style_layers: expected weights with which float32 holds the total cost, got {costs}"
            )
        return costs, gradient.numpy()


@lru_cache(maxsize=4)  # the graph of a painting is made in two seconds, and serves the next one of its size and layers as well
def _compiled(
    shape: tuple[int, ...],
    content_layer: str | None,
    style_layers: tuple[str, ...],
    styles: int,
    smooth: bool,
    kind: tuple[tuple[str, Any], ...],
) -> tuple[FastFeatureExtractor, Callable[..., tuple[Tensor, Tensor]]]:
    """Compile costs and gradient for a picture of this shape.

    Args:
        shape: of the picture, (height, width, 3 or 1).
        content_layer: None if the content counts nothing.
        style_layers: none if the style counts nothing.
        styles: how many.
        smooth: whether the total variation counts.
        kind: what `FastFeatureExtractor` is told.

    Returns:
        The network, and a function of the picture, the content's activations, for each style the Gram matrices by layer, the
        weights of the layers (styles, layers), and alpha, beta and the weight of the total variation in one tensor. It returns
        the four numbers of `Costs` and the gradient.
    """
    features = FastFeatureExtractor({*([content_layer] if content_layer else []), *style_layers}, **dict(kind))

    def costs_and_gradient(picture: Tensor, a_C: Tensor, grams: Any, layer_weights: Tensor, weights: Tensor) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(picture)
            a_G = features(_as_rgb(picture))
            J_content = content_cost(a_C, a_G[content_layer]) if content_layer else tf.constant(0.0)
            J_style = tf.constant(0.0)
            for style in range(styles):
                for number, layer in enumerate(style_layers):
                    J_style += layer_weights[style, number] * style_cost_to(grams[style][number], a_G[layer])
            # Told even if it counts nothing; then no gradient is computed for it.
            variation = total_variation(picture if smooth else tf.stop_gradient(picture))
            total = total_cost(J_content, J_style, weights[0], weights[1]) + weights[2] * variation
        return tf.stack([J_content, J_style, variation, total]), tape.gradient(total, picture)

    def spec(like: Sequence[int | None]) -> Any:
        return tf.TensorSpec(like, tf.float32)

    given = [
        spec(shape),
        spec([1, None, None, features.model.get_layer(content_layer).output.shape[3]] if content_layer else []),
        [[spec([None, None]) for _ in style_layers] for _ in range(styles)],
        spec([styles, len(style_layers)] if style_layers else [0]),
        spec([3]),
    ]
    # Compiled for this one shape; tf.function itself would count the graphs made, and warn of too many.
    return features, tf.function(costs_and_gradient, autograph=False).get_concrete_function(*given)


def _as_rgb(picture: Tensor) -> Tensor:
    picture = tf.convert_to_tensor(picture, tf.float32)
    return tf.broadcast_to(picture, (*picture.shape[:2], 3))
