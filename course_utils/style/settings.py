"""The settings of a style transfer: all that one may choose but the pictures, checked once, where they are made."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from course_utils import checks
from course_utils.style.costs import check_weights
from course_utils.vgg19 import LAYERS, POOLINGS, PRECISIONS

CONTENT_LAYER = "block4_conv2"
# Gram matrices of block 4 are some 100,000 times as large as those of block 1. Roughly one over their size, so that each block
# counts, and so that alpha = 10 and beta = 40 make a good picture.
STYLE_LAYERS = {"block1_conv1": 0.1, "block2_conv1": 2e-4, "block3_conv1": 1e-4, "block4_conv1": 7e-7, "block5_conv1": 5e-3}
OPTIMIZERS = ("lbfgs", "adam")
COLOURS = ("luminance", "histogram")

SMALLEST = 32  # pixels on the shorter side: two positions in the deepest layer
LARGEST = 4096  # pixels on the longer side


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How one paints, whatever the pictures.

    Numbers of NumPy are taken as numbers. What is left None is chosen for the pictures, when they are known.

    Args:
        style_weights: how much each of several styles counts; equally if not given. They are scaled to add up to 1.
        size: pixels on the longer side of the result; those of the content if not given.
        alpha: how much the content counts. 0 leaves it out: a texture in the style.
        beta: how much the style counts. 0 leaves it out: the content as its layer knows it.
        variation: how much the total variation counts; it smooths.
        content_layer: the layer of VGG19 that sees the content.
        style_layers: the layers that see the style, with their weights.
        keep_colours: None paints in the colours of the style. "luminance" paints light and dark only, and colours the result as
            the content; "histogram" gives the style the colours of the content before.
        optimizer: "lbfgs" (SciPy) or "adam" (Keras).
        learning_rate: of Adam, in grey levels a step.
        levels: how many levels, from small to large. If not given, so many that the first has 128 to 255 pixels on its longer
            side; one if the painting starts from a picture.
        pooling: of the network, "max" or "average".
        weights: of the network, as `vgg19.vgg19` takes them.
        precision: of the network, "float32" or "bfloat16"; if not given, the faster one, measured on this machine. The costs
            are always summed in float32.

    Raises:
        ValueError: a setting that cannot be; the message says which, and what was expected.
    """

    style_weights: Sequence[float] | None = None
    size: int | None = None
    alpha: float = 10.0
    beta: float = 40.0
    variation: float = 0.0
    content_layer: str = CONTENT_LAYER
    style_layers: Mapping[str, float] = field(default_factory=STYLE_LAYERS.copy)
    keep_colours: str | None = None
    optimizer: str = "lbfgs"
    learning_rate: float = 5.0
    levels: int | None = None
    pooling: str = "max"
    weights: str | os.PathLike[str] = "bundled"
    precision: str | None = None

    def __post_init__(self) -> None:
        """Bring all to its plain form: what is kept can be compared, and written to a file."""
        plain = {
            "style_weights": None if self.style_weights is None else _scaled(self.style_weights),
            "size": None if self.size is None else checks.whole_number("size", self.size, SMALLEST, LARGEST, what="pixels"),
            "alpha": checks.in_range("alpha", self.alpha, least=0),
            "beta": checks.in_range("beta", self.beta, least=0),
            "variation": checks.in_range("variation", self.variation, least=0),
            "content_layer": checks.choice("content_layer", self.content_layer, LAYERS),
            "style_layers": check_weights("style_layers", self.style_layers),
            "keep_colours": _choice_or_none("keep_colours", self.keep_colours, COLOURS),
            "optimizer": checks.choice("optimizer", self.optimizer, OPTIMIZERS),
            "learning_rate": checks.in_range("learning_rate", self.learning_rate, above=0, below=256, what="grey levels"),
            "levels": None if self.levels is None else checks.whole_number("levels", self.levels),
            "pooling": checks.choice("pooling", self.pooling, POOLINGS),
            "weights": str(checks.path("weights", self.weights)),
            "precision": _choice_or_none("precision", self.precision, PRECISIONS),
        }
        if plain["alpha"] == plain["beta"] == 0:
            raise ValueError("alpha, beta: expected one of them above 0, got 0 for both; then nothing is left to paint")
        for layer in self.style_layers:
            checks.choice("style_layers", layer, LAYERS)
        for name, value in plain.items():
            object.__setattr__(self, name, value)


def _choice_or_none(name: str, value: str | None, choices: Iterable[str]) -> str | None:
    return None if value is None else checks.choice(name, value, choices)


def _scaled(weights: Sequence[float]) -> list[float]:
    """Return the weights of the styles so that they add up to 1."""
    numbers = checks.numbers("style_weights", weights, "(styles,)").tolist()
    scaled = check_weights("style_weights", dict(enumerate(numbers)))
    return [weight / sum(scaled.values()) for weight in scaled.values()]
