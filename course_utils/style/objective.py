"""What is minimised: the total cost of a generated picture, and its gradient, compiled for one size."""

from collections.abc import Sequence
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
    left out, and the network is cut after the deepest layer that is left.

    Args:
        content: (height, width, 3 or 1) float, from 0 to 255; one channel stands for three equal ones.
        styles: the same, of any size, each with its weight.
        settings: the layers, the weights of the costs, and which network.
        precision: of the network, "float32" or "bfloat16", whatever the settings say.
    """

    def __init__(
        self, content: Picture, styles: Sequence[tuple[Picture, float]], settings: Settings, precision: str = "float32"
    ) -> None:
        kind: dict[str, Any] = {"pooling": settings.pooling, "weights": settings.weights, "precision": precision}
        alpha, beta, content_layer = settings.alpha, settings.beta, settings.content_layer
        self._settings, self._style_layers = settings, settings.style_layers if beta > 0 else {}
        self._features = FastFeatureExtractor({*([content_layer] if alpha > 0 else []), *self._style_layers}, **kind)
        if alpha > 0:
            self._content = FastFeatureExtractor([content_layer], **kind)(_as_rgb(content))[content_layer]
        self._styles: list[tuple[dict[str, Tensor], float]] = []
        if beta > 0:
            see_style = FastFeatureExtractor(self._style_layers, **kind)
            for style, weight in styles:
                activations = see_style(_as_rgb(style))
                self._styles.append(({layer: mean_gram_matrix(a) for layer, a in activations.items()}, weight))
        picture = tf.TensorSpec(content.shape, tf.float32)
        # Compiled for this one shape; tf.function itself would count the objectives made, and warn of too many.
        self._compiled = tf.function(self._costs_and_gradient, autograph=False).get_concrete_function(picture)

    def __call__(self, picture: FloatArray) -> tuple[Costs, Float32Array]:
        """Return the costs of a picture, (height, width, 3 or 1) float, and the gradient of the total cost, of its shape."""
        values, gradient = self._compiled(tf.constant(picture, tf.float32))
        return Costs(*values.numpy().tolist()), gradient.numpy()

    def _costs_and_gradient(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        alpha, beta, weight_of_variation = self._settings.alpha, self._settings.beta, self._settings.variation
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(picture)
            a_G = self._features(_as_rgb(picture))
            J_content = content_cost(self._content, a_G[self._settings.content_layer]) if alpha > 0 else tf.constant(0.0)
            J_style = tf.constant(0.0)
            for targets, share in self._styles:
                for layer, weight in self._style_layers.items():
                    J_style += share * weight * style_cost_to(targets[layer], a_G[layer])
            # Told even if it counts nothing; then no gradient is computed for it.
            variation = total_variation(picture if weight_of_variation > 0 else tf.stop_gradient(picture))
            total = total_cost(J_content, J_style, alpha, beta) + weight_of_variation * variation
        return tf.stack([J_content, J_style, variation, total]), tape.gradient(total, picture)


def _as_rgb(picture: Tensor) -> Tensor:
    picture = tf.convert_to_tensor(picture, tf.float32)
    return tf.broadcast_to(picture, (*picture.shape[:2], 3))
