"""Training a painter: the perceptual loss on parts of photographs, minute after minute.

The costs are those of `costs`, the style in the layers that a style transfer looks at (`settings`), the content in an earlier
one, which keeps more detail. What changes is no longer a picture but the weights of the network that paints it (J. Johnson et
al., ECCV 2016, see `painter`).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import cos, pi
from time import perf_counter
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from course_utils import checks
from course_utils.arrays import Float32Array, Model, Picture, Tensor, UInt8Array
from course_utils.backend import tf
from course_utils.data.image_files import as_rgb, fitted_size, resize
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.style.costs import content_cost, mean_gram_matrix, style_cost_to, total_variation
from course_utils.style.features import FastFeatureExtractor
from course_utils.style.muon import Muon
from course_utils.style.painter import Judged, Painter, half, painter_network
from course_utils.style.precision import fastest_precision
from course_utils.style.settings import LARGEST, SMALLEST, STYLE_LAYERS
from course_utils.vgg19 import PRECISIONS

NEVER_SEEN = "china"  # the photograph on which the course judges its painters
TRAINING_PICTURES = tuple(name for name in PICTURES if name != NEVER_SEEN)

CONTENT_LAYER = "block3_conv2"
VARIATION = 2e-5  # weight of the total variation, in squared grey levels: about a hundredth of the whole

SIDE = 128  # pixels of the parts of photographs that it learns from
PARTS = 1  # in each step
SMALLEST_PART = 96  # pixels of the photograph in a part, before it is brought to SIDE
BRIGHTNESS = 0.3  # a part is made brighter or darker by up to this share

LEARNING_RATE, LAST_RATE = 4e-3, 1e-4  # with 1.2e-2 in the place of the first, a painter learned nothing
WARM_UP = 50  # steps
LONGEST = 24 * 60  # minutes
HEAVIEST = 1e38  # of the style; float32 holds hardly more
EVERY = 200  # steps between two looks: some 25 seconds on two cores
JUDGES = 8  # batches of parts that say how good it is

Look = Callable[[int, Painter], object]


class PerceptualLoss:
    """The costs of what a painter paints, each relative to its target's size, so that every layer counts, whatever its size.

    - content: the sum of squares (a_C - a_G)^2 over that of a_C^2, in block3_conv2
    - style: the sum of squares (A_S - A_G)^2 over that of A_S^2, the mean over the first layers of the five blocks, where A are
      the Gram matrices divided by the number of positions
    - total: content + style_weight times style + 2e-5 times the total variation

    Args:
        style: (height, width, 3), RGB from 0 to 255.
        style_weight: how much the style counts, beside a content that counts 1.
        precision: of VGG19, "float32" or "bfloat16".
    """

    def __init__(self, style: Picture, style_weight: float, precision: str = "float32") -> None:
        self.style_weight = style_weight
        self._see_content = FastFeatureExtractor([CONTENT_LAYER], precision=precision)
        self._see = FastFeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS], precision=precision)
        activations = FastFeatureExtractor(STYLE_LAYERS, precision=precision)(style)
        self._grams = {layer: mean_gram_matrix(activations[layer]) for layer in STYLE_LAYERS}

    def __call__(self, photographs: Tensor, painted: Tensor) -> Tensor:
        """Return the costs of a batch, means over its pictures.

        Args:
            photographs: (n, height, width, 3) float32 tensor, RGB from 0 to 255.
            painted: the same, what the painter made of them.

        Returns:
            (3,) float32: content, style, total.
        """
        a_C, a_G = self._see_content(photographs)[CONTENT_LAYER], self._see(painted)
        pictures = range(photographs.shape[0])
        content = [_relative_cost_of_content(a_C[n : n + 1], a_G[CONTENT_LAYER][n : n + 1]) for n in pictures]
        style = [
            style_cost_to(gram, a_G[layer][n : n + 1]) / _size(gram) for layer, gram in self._grams.items() for n in pictures
        ]
        content, style = tf.reduce_mean(content), tf.reduce_mean(style)
        return tf.stack([content, style, content + self.style_weight * style + VARIATION * total_variation(painted)])


def _relative_cost_of_content(a_C: Tensor, a_G: Tensor) -> Tensor:
    return content_cost(a_C, a_G) / _size(a_C)


def _size(target: Tensor) -> Tensor:
    """The cost of having nothing where the target is."""
    return tf.reduce_mean(tf.square(target)) / 4


def parts(photographs: Sequence[UInt8Array], rng: np.random.Generator, count: int = PARTS) -> Float32Array:
    """Cut square parts out of photographs: from anywhere, large or small, mirrored or not, brighter or darker.

    Args:
        photographs: (height, width, 3) uint8 each, RGB.
        rng: the source of all random numbers.
        count: how many parts.

    Returns:
        (count, 128, 128, 3) float32, RGB from 0 to 255.
    """
    cut = []
    for number in rng.integers(len(photographs), size=count).tolist():
        photograph = photographs[number]
        height, width = photograph.shape[:2]
        largest = min(height, width)
        side = round(np.exp(rng.uniform(np.log(min(SMALLEST_PART, largest)), np.log(largest))))
        top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
        part = resize(photograph[top : top + side, left : left + side], SIDE, SIDE)
        part = part[:, ::-1] if rng.random() < 0.5 else part
        cut.append((part * rng.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS)).clip(0, 255))
    return np.array(cut, np.float32)


@dataclass(frozen=True, kw_only=True)
class PainterSettings:
    """How a painter is trained, whatever the pictures; the arguments of `train_painter`, in their plain form."""

    minutes: float = 8.0
    steps: int | None = None
    style_weight: float = 5.0
    style_size: int = 256
    seed: int = 0
    precision: str | None = None

    def __post_init__(self) -> None:
        """Check all, and bring it to its plain form, which can be written to a file."""
        plain = {
            "minutes": checks.in_range("minutes", self.minutes, above=0, most=LONGEST),
            "steps": None if self.steps is None else checks.whole_number("steps", self.steps),
            "style_weight": checks.in_range("style_weight", self.style_weight, least=0, most=HEAVIEST),
            "style_size": checks.whole_number("style_size", self.style_size, SMALLEST, LARGEST, what="pixels"),
            "seed": checks.whole_number("seed", self.seed, 0, 2**31 - 1),
            "precision": None if self.precision is None else checks.choice("precision", self.precision, PRECISIONS),
        }
        for name, value in plain.items():
            object.__setattr__(self, name, value)


def train_painter(
    style: Picture,
    minutes: float = 8.0,
    *,
    name: str = "style",
    steps: int | None = None,
    style_weight: float = 5.0,
    style_size: int = 256,
    photographs: Sequence[Picture] | None = None,
    painter: Painter | None = None,
    seed: int = 0,
    precision: str | None = None,
    progress: bool = True,
    look: Look | None = None,
) -> Painter:
    """Train a painter for one style.

    Each step paints a part of a photograph and follows the slope of the `PerceptualLoss` with `Muon`; a gradient longer than 1
    is shortened to 1. The learning rate rises for 50 steps, then falls along a cosine. At the beginning, every 200 steps and at
    the end the painter is judged, on eight parts that stay the same. The best one is kept. An interrupt (Ctrl-C, or the stop
    button) ends the training early, with the best one so far.

    Example:
        `train_painter(painting("vortex"), minutes=8, name="vortex").paint(photograph)`

    Args:
        style: (height, width, 3), RGB from 0 to 255, or whatever else `image_files.as_rgb` takes.
        minutes: how long, at most a day.
        name: what the style is called; a painter to go on with keeps its name.
        steps: so many, however long they take, in the place of the minutes. Then the same seed gives the same painter. (Where
            several threads share a sum, its rounding changes from run to run.)
        style_weight: how much the style counts; the content counts 1.
        style_size: pixels on the longer side to which the style is brought. The larger it is, the larger are the strokes.
        photographs: to learn on, each as the style; the course's own but for "china", if not given.
        painter: one to go on with; it is changed. If not given, a new one.
        seed: of the weights at the beginning, and of the parts of photographs.
        precision: of VGG19, "float32" or "bfloat16"; if not given, the faster one, measured on this machine.
        progress: show a bar with both costs and the time left.
        look: called with the number of steps that are done and the painter, as often as it is judged. It may paint, to see
            how far the training has come; what it returns is forgotten.

    Returns:
        The painter as it was judged best, its weights rounded to float16, with its settings and its history.

    Raises:
        ValueError: a picture or a number that cannot be, such as a weight with which the loss is too large for float32; or a
            `look` that cannot be called.
        DataError: the weights of VGG19 are missing or damaged.
    """
    settings = PainterSettings(
        minutes=minutes, steps=steps, style_weight=style_weight, style_size=style_size, seed=seed, precision=precision
    )
    if look is not None and not callable(look):
        raise ValueError(f"look: expected a function of the steps that are done and the painter, got {checks.quoted(look)}")
    if not (painter is None or isinstance(painter, Painter)):
        raise ValueError(f"painter: expected a Painter to go on with, got {checks.quoted(painter)}")
    if painter is not None and not all(np.isfinite(weights).all() for weights in painter.network.get_weights()):
        raise ValueError("painter: its weights are not finite; there is nothing to go on with")
    checks.text("name", name)
    style = _large_enough("style", as_rgb("style", style))
    pattern = _large_enough("style", resize(style, *fitted_size(style, settings.style_size)))
    learned_on = _photographs(photographs)
    loss = PerceptualLoss(pattern, settings.style_weight, settings.precision or fastest_precision(SIDE, SIDE))
    painter = painter or Painter(painter_network(settings.seed), name)
    painter.settings = asdict(settings)
    _Training(painter, loss, learned_on, settings).run(progress, look or (lambda *_: None))
    return painter


def _large_enough(name: str, picture: UInt8Array) -> UInt8Array:
    """Return a picture of which the layers see something."""
    height, width = picture.shape[:2]
    if min(height, width) < SMALLEST:
        raise ValueError(f"{name}: {height} x {width} pixels are too few, expected at least {SMALLEST} x {SMALLEST}")
    return picture


def _photographs(given: Any) -> list[UInt8Array]:
    if isinstance(given, np.ndarray) and given.ndim == 3:
        raise ValueError("photographs: one picture goes into a list: [picture]")
    photographs = map(picture, TRAINING_PICTURES) if given is None else given
    photographs = checks.listed("photographs", photographs)
    if not photographs:
        raise ValueError("photographs: expected at least one")
    return [_large_enough("photographs", as_rgb("photographs", photograph)) for photograph in photographs]


class _Training:
    """The training of a painter, and its weights when it was judged best."""

    def __init__(
        self, painter: Painter, loss: PerceptualLoss, photographs: list[UInt8Array], settings: PainterSettings
    ) -> None:
        self._painter, self._photographs, self._settings = painter, photographs, settings
        self._first, self._seconds = painter.history[-1][:2] if painter.history else (0, 0.0)
        self._steps, self._began = self._first, perf_counter()
        self._lowest, self._best = np.inf, painter.network.get_weights()
        self._optimizer = Muon(painter.network.trainable_variables)
        self._step, self._costs = _compiled(painter.network, loss, self._optimizer)
        rng = np.random.default_rng([settings.seed, 0])
        self._judges = [parts(photographs, rng) for _ in range(JUDGES)]

    def run(self, progress: bool, look: Look) -> None:
        """Train, and leave the painter as it was when it was judged best, whatever ends the training."""
        ended = "done"
        try:
            for part in (partial(self._take_steps, progress), self._judge_last):
                try:
                    part(look)
                except KeyboardInterrupt:  # it may come once more, while the painter is judged for the last time
                    ended = "interrupted"
        finally:
            self._painter.network.set_weights([half(weights).astype(np.float32) for weights in self._best])
        if np.isinf(self._lowest):
            raise KeyboardInterrupt  # before it was judged at all: there is nothing to tell
        self._painter.ended = ended

    def _take_steps(self, progress: bool, look: Look) -> None:
        """Judge the painter as it is, then train it until its share is done, and judge it now and then."""
        bar_format = "{desc}{percentage:3.0f}% |{bar}| {elapsed}<{remaining}"
        with tqdm(total=100, disable=not progress, bar_format=bar_format) as bar:
            self._judge(look)
            share = 0.0
            while share < 1:
                content, style, _ = self._train(share)
                share = self._share()
                bar.set_description_str(f"step {self._steps}: content {content:.3f}, style {style:.3f} ", refresh=False)
                bar.update(100 * min(1.0, share) - bar.n)
                if self._steps % EVERY == 0:
                    self._judge(look)

    def _judge_last(self, look: Look) -> None:
        if np.isinf(self._lowest) or self._painter.history[-1].steps < self._steps:
            self._judge(look)

    def _share(self) -> float:
        """Return which share of the training is done."""
        if self._settings.steps is not None:
            return (self._steps - self._first) / self._settings.steps
        return (perf_counter() - self._began) / (60 * self._settings.minutes)

    def _train(self, share: float) -> list[float]:
        """Take a step, and return the costs before it."""
        self._optimizer.learning_rate.assign(learning_rate(share, self._steps - self._first))
        rng = np.random.default_rng([self._settings.seed, self._steps + 1])  # the same for this step, wherever one begins
        costs: list[float] = self._step(tf.constant(parts(self._photographs, rng))).numpy().tolist()
        self._steps += 1
        return costs

    def _judge(self, look: Look) -> None:
        """Find out how good the painter is, and keep it if it is the best so far."""
        costs = np.mean([self._costs(tf.constant(judge)) for judge in self._judges], axis=0).tolist()
        if not (np.isfinite(costs).all() or np.isfinite(self._lowest)):
            raise ValueError(
                f"style_weight: expected one with which float32 holds the loss, got {self._settings.style_weight} and {costs}"
            )
        self._painter.history.append(Judged(self._steps, self._seconds + perf_counter() - self._began, *costs))
        if costs[-1] < self._lowest:
            self._lowest, self._best = costs[-1], self._painter.network.get_weights()
        look(self._steps, self._painter)


def learning_rate(share: float, done: int) -> float:
    """Return the learning rate when a share of the training is done, and so many steps: it rises, then falls along a cosine."""
    falling = LAST_RATE + (LEARNING_RATE - LAST_RATE) * (1 + cos(pi * share)) / 2
    return falling * min(1.0, (done + 1) / WARM_UP)


def _compiled(network: Model, loss: PerceptualLoss, optimizer: Muon) -> tuple[Callable[[Tensor], Tensor], ...]:
    """Compile a step, which changes the weights, and the costs alone: two functions from parts of photographs to the costs."""

    def train_step(photographs: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            costs = loss(photographs, network(photographs, training=True))
        optimizer.apply(tape.gradient(costs, network.trainable_variables, tf.constant([0.0, 0.0, 1.0])))
        return costs

    def costs_alone(photographs: Tensor) -> Tensor:
        return loss(photographs, network(photographs))

    given = [tf.TensorSpec([PARTS, SIDE, SIDE, 3], tf.float32)]
    return tuple(tf.function(one, given, autograph=False) for one in (train_step, costs_alone))
