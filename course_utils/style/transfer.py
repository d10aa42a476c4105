"""Neural style transfer: the pixels of a picture change until its content and its style both fit.

L. Gatys, A. Ecker, M. Bethge, "Image style transfer using convolutional neural networks", CVPR 2016. The network stays as it
is. What is needed of the content picture and of the style is computed once: activations of one, Gram matrices of the other.
Large pictures are painted small first: L. Gatys et al., "Controlling perceptual factors in neural style transfer", CVPR 2017.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, Self

import numpy as np
from tqdm.auto import tqdm

from course_utils import checks
from course_utils.arrays import Float32Array, FloatArray, Picture, UInt8Array
from course_utils.backend import tf
from course_utils.data.files import written_whole
from course_utils.data.image_files import fitted_size, resize
from course_utils.errors import DataError
from course_utils.style import colours, optimizers
from course_utils.style.costs import check_weights
from course_utils.style.objective import Costs, Objective
from course_utils.style.precision import fastest_precision
from course_utils.vgg19 import LAYERS, POOLINGS, PRECISIONS

CONTENT_LAYER = "block4_conv2"
# Gram matrices of block 4 are some 100,000 times as large as those of block 1. Roughly one over their size, so that each block
# counts, and so that alpha = 10 and beta = 40 make a good picture.
STYLE_LAYERS = {"block1_conv1": 0.1, "block2_conv1": 2e-4, "block3_conv1": 1e-4, "block4_conv1": 7e-7, "block5_conv1": 5e-3}
STARTS = ("recoloured", "content", "noise")
OPTIMIZERS = ("lbfgs", "adam")
COLOURS = ("luminance", "histogram")

SMALLEST = 32  # pixels on the shorter side: two positions in the deepest layer
LARGEST = 4096  # pixels on the longer side
FIRST_LEVEL = 128  # pixels on the longer side of the first level, up to twice as many
WINDOW = 10  # steps over which progress is measured
FORMAT = "faces-and-style painting 1"


class Step(NamedTuple):
    """What is known after a step.

    Attributes:
        seconds: spent on painting so far.
        longer_side: pixels of the picture painted on; smaller than the result while it is begun.
        costs: after the step.
    """

    seconds: float
    longer_side: int
    costs: Costs


class StyleTransfer:
    """A painting in progress: the content of one picture in the style of another.

    It is painted on several levels, each twice as large as the one before: on small ones large forms find their place soon.

    Example:
        `picture = StyleTransfer(photograph, painting("vortex"), size=256).run(100)`

    Args:
        content: (height, width, 3), RGB from 0 to 255, uint8 or float, of any proportions.
        style: the same, of any size; or a list of several, whose styles are mixed. Their longer sides are brought to that of
            the result, so that a stroke keeps its share of the picture.
        style_weights: how much each of several styles counts; equally if not given. They are scaled to add up to 1.
        size: pixels on the longer side of the result; those of the content if not given.
        alpha: how much the content counts. 0 leaves it out: a texture in the style.
        beta: how much the style counts. 0 leaves it out: the content as its layer knows it.
        variation: how much the total variation counts; it smooths.
        content_layer: the layer of VGG19 that sees the content.
        style_layers: the layers that see the style, with their weights.
        start: the first picture: "recoloured" is the content in the colours of the first style; "content"; "noise"; or a
            picture, which is brought to the size of the result.
        keep_colours: None paints in the colours of the style. "luminance" paints light and dark only, and colours the result as
            the content; "histogram" gives the style the colours of the content before.
        optimizer: "lbfgs" (SciPy) or "adam" (Keras).
        learning_rate: of Adam, in grey levels a step.
        levels: how many levels. If not given, so many that the first has 128 to 255 pixels on its longer side; one if `start`
            is a picture.
        pooling: of the network, "max" or "average".
        weights: of the network, as `vgg19.vgg19` takes them.
        precision: of the network, "float32" or "bfloat16"; if not given, the faster one, measured on this machine. The costs
            are always summed in float32.
        seed: of the noise.

    Attributes:
        history: a `Step` for each step so far.
        ended: why the last run ended: "steps", "no progress" or "interrupted"; None before.

    Raises:
        ValueError: a picture or a number that cannot be; the message says which, and what was expected.
        DataError: the weights of the network are missing or damaged.
    """

    def __init__(
        self,
        content: Picture,
        style: Picture | Sequence[Picture],
        *,
        style_weights: Sequence[float] | None = None,
        size: int | None = None,
        alpha: float = 10.0,
        beta: float = 40.0,
        variation: float = 0.0,
        content_layer: str = CONTENT_LAYER,
        style_layers: Mapping[str, float] = STYLE_LAYERS,
        start: str | Picture = "recoloured",
        keep_colours: str | None = None,
        optimizer: str = "lbfgs",
        learning_rate: float = 5.0,
        levels: int | None = None,
        pooling: str = "max",
        weights: str | os.PathLike[str] = "bundled",
        precision: str | None = None,
        seed: int = 0,
    ) -> None:
        self._content = _as_picture("content", content)
        styles = [style] if isinstance(style, np.ndarray) else list(style)
        self._styles = [_as_picture("style", one) for one in styles]
        self._style_weights = _scaled(style_weights if style_weights is not None else [1.0] * len(styles), len(styles))
        check_weights("alpha, beta", {"alpha": alpha, "beta": beta})
        check_weights("variation", {"variation": variation, "nothing else": 1.0})
        check_weights("style_layers", style_layers)
        for layer in (content_layer, *style_layers):
            checks.choice("content_layer, style_layers", layer, LAYERS)
        checks.choice("optimizer", optimizer, OPTIMIZERS)
        checks.choice("pooling", pooling, POOLINGS)
        if keep_colours is not None:
            checks.choice("keep_colours", keep_colours, COLOURS)
        if precision is not None:
            checks.choice("precision", precision, PRECISIONS)
        if not 0 < learning_rate < 256:
            raise ValueError(f"learning_rate: expected grey levels, above 0 and below 256, got {learning_rate!r}")
        self._alpha, self._beta, self._variation = float(alpha), float(beta), float(variation)
        self._content_layer, self._style_layers = content_layer, dict(style_layers)
        self._keep_colours, self._optimizer, self._learning_rate = keep_colours, optimizer, float(learning_rate)
        self._pooling, self._weights, self._precision = pooling, os.fspath(weights), precision
        if levels is None and isinstance(start, np.ndarray):
            levels = 1  # on a smaller level the details of the picture would be lost
        self._sizes = _sizes(self._content, self._styles, size, levels)
        self._level = 0
        self._now = self._first(start, seed)
        self.history: list[Step] = []
        self.ended: str | None = None

    @property
    def picture(self) -> UInt8Array:
        """The best picture so far, in the size of the result: (height, width, 3) uint8, RGB."""
        height, width = self._sizes[-1]
        now = self._now if self._now.shape[2] == 3 else np.repeat(self._now, 3, axis=2)
        enlarged = resize(_round(now), height, width)
        if self._keep_colours == "luminance":
            return colours.with_luminance(resize(self._content, height, width), enlarged[..., :1].astype(np.float64))
        return enlarged

    def costs(self) -> Costs:
        """Return the costs of the best picture so far in the size of the result, computed in float32 throughout.

        While one paints in bfloat16, `history` has costs that are rounded a little, too.
        """
        last = len(self._sizes) - 1
        now = self._now if self._level == last else _enlarge(self._now, *self._sizes[-1])
        return self._objective(last, "float32")(now)[0]

    def run(self, steps: int = 100, *, tolerance: float = 0.01, progress: bool = True) -> UInt8Array:
        """Paint, and return the picture; an interrupt (Ctrl-C, or the stop button) ends it early with the best so far.

        Args:
            steps: as for `paint`, and errors likewise.
            tolerance: as for `paint`.
            progress: show a bar with the cost, its two parts as they count (alpha J_content, beta J_style) and the time left.
        """
        _check_run(steps, tolerance)
        bar_format = "{desc}{percentage:3.0f}% |{bar}| {elapsed}<{remaining}"
        with (
            closing(self._paint(steps, tolerance)) as painting,
            tqdm(total=100, disable=not progress, bar_format=bar_format) as bar,
        ):
            try:
                for share in painting:
                    step = self.history[-1]
                    content, style = self._alpha * step.costs.content, self._beta * step.costs.style
                    bar.set_description_str(
                        f"step {len(self.history)}, {step.longer_side} pixels: cost {step.costs.total:.3g}, "
                        f"content {content:.2g}, style {style:.2g} ",
                        refresh=False,
                    )
                    bar.update(100 * share - bar.n)
            except KeyboardInterrupt:
                self.ended = "interrupted"
        return self.picture

    def paint(self, steps: int = 100, *, tolerance: float = 0.01) -> Iterator[UInt8Array]:
        """Yield the picture after each step, as it grows; `history` tells the costs.

        Args:
            steps: at most so many, on all levels that are left together. Each level gets half as many as the one before.
            tolerance: a level ends when its total cost fell by less than this share over the last ten steps.

        Raises:
            ValueError: `steps` is not a whole number above 0, or the tolerance is not from 0 to 1.
        """
        _check_run(steps, tolerance)
        with closing(self._paint(steps, tolerance)) as painting:
            for _ in painting:
                yield self.picture

    def _paint(self, steps: int, tolerance: float) -> Generator[float]:
        """Paint, and yield the share of the work that is done after each step."""
        plan = _share_out(steps, len(self._sizes) - self._level)
        work = [count * height * width for count, (height, width) in zip(plan, self._sizes[self._level :], strict=True)]
        done = 0.0
        for number, count in enumerate(plan):
            if number > 0:
                self._level += 1
                self._now = _enlarge(self._now, *self._sizes[self._level])
            for share in self._paint_level(count, tolerance):
                yield (done + share * work[number]) / sum(work)
            done += work[number]

    def _paint_level(self, steps: int, tolerance: float) -> Generator[float]:
        """Paint on the level where we are, and yield the share of its steps that is done."""
        began, before = perf_counter(), self.history[-1].seconds if self.history else 0.0
        objective = self._objective(self._level, self._precision)
        lowest = np.inf
        latest: Costs

        def evaluate(picture: FloatArray) -> tuple[float, FloatArray]:
            nonlocal lowest, latest
            latest, gradient = objective(picture)
            if latest.total < lowest:
                lowest, self._now = latest.total, picture.astype(np.float32)
            return latest.total, gradient

        if self._optimizer == "lbfgs":
            painting = optimizers.lbfgs(evaluate, self._now, steps)
        else:
            painting = optimizers.adam(evaluate, self._now, steps, self._learning_rate)
        lows: list[float] = []
        with closing(painting):
            for _ in painting:
                now = perf_counter()
                before, began = before + now - began, now
                lows.append(lowest)
                self.history.append(Step(before, max(self._now.shape), latest))
                if len(lows) > WINDOW and lows[-1] > (1 - tolerance) * lows[-1 - WINDOW]:
                    self.ended = "no progress"
                    return
                self.ended = "steps" if len(lows) == steps else None
                yield len(lows) / steps
                began = perf_counter()  # what is done with the picture meanwhile does not count
        if len(lows) < steps:
            self.ended = "no progress"

    def _objective(self, level: int, precision: str | None) -> Objective:
        """Prepare the cost on a level, in this precision or in the faster one."""
        height, width = self._sizes[level]
        content = resize(self._content, height, width)
        styles = [resize(style, *fitted_size(style, max(height, width))) for style in self._styles]
        targets: list[FloatArray | UInt8Array] = [content, *styles]
        if self._keep_colours == "luminance":
            light = colours.luminance(content)
            targets = [light, *(colours.match_luminance(colours.luminance(style), light) for style in styles)]
        elif self._keep_colours == "histogram":
            targets = [content, *(colours.match_colours(style, content) for style in styles)]
        return Objective(
            targets[0],
            list(zip(targets[1:], self._style_weights, strict=True)),
            content_layer=self._content_layer,
            style_layers=self._style_layers,
            alpha=self._alpha,
            beta=self._beta,
            variation=self._variation,
            pooling=self._pooling,
            weights=self._weights,
            precision=precision or fastest_precision(height, width),
        )

    def _first(self, start: str | Picture, seed: int) -> Float32Array:
        """Return the picture to start from, on the first level."""
        height, width = self._sizes[0]
        if isinstance(start, str):
            checks.choice("start", start, STARTS)
        if isinstance(start, str) and start == "noise":
            channels = 1 if self._keep_colours == "luminance" else 3
            return np.random.default_rng(seed).uniform(0, 255, (height, width, channels)).astype(np.float32)
        picture = self._content if isinstance(start, str) else _as_picture("start", start)
        if isinstance(start, str) and start == "recoloured" and self._keep_colours is None:
            picture = colours.match_colours(picture, self._styles[0])
        picture = resize(picture, height, width)
        return (colours.luminance(picture) if self._keep_colours == "luminance" else picture).astype(np.float32)

    # ---- Saving and resuming ----

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the painting in progress to a file: pictures, settings, history; `resume` goes on from there.

        The file is whole or not there. Only what the optimiser remembers of the last steps is not saved: it learns it anew.

        Raises:
            OSError: the file cannot be written.
        """
        settings = {
            "style_weights": self._style_weights,
            "size": max(self._sizes[-1]),
            "alpha": self._alpha,
            "beta": self._beta,
            "variation": self._variation,
            "content_layer": self._content_layer,
            "style_layers": self._style_layers,
            "keep_colours": self._keep_colours,
            "optimizer": self._optimizer,
            "learning_rate": self._learning_rate,
            "levels": len(self._sizes),
            "pooling": self._pooling,
            "weights": self._weights,
            "precision": self._precision,
        }
        history = [[step.seconds, step.longer_side, *step.costs] for step in self.history]
        state = {"format": FORMAT, "settings": settings, "level": self._level, "ended": self.ended, "history": history}
        arrays = {f"style_{number}": style for number, style in enumerate(self._styles)}
        with written_whole(Path(path)) as file:
            np.savez_compressed(
                file, state=np.array(json.dumps(state)), content=self._content, now=self._now, **arrays, allow_pickle=False
            )

    @classmethod
    def resume(cls, path: str | os.PathLike[str]) -> Self:
        """Read a painting in progress that `save` wrote.

        Raises:
            DataError: there is no such file, or it is not a painting in progress, or is damaged.
        """
        try:
            with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                state = json.loads(str(file["state"]))
                if state["format"] != FORMAT:
                    raise ValueError(f"its format is {state['format']!r}, expected {FORMAT!r}")
                styles = [file[f"style_{number}"] for number in range(len(state["settings"]["style_weights"]))]
                transfer = cls(file["content"], styles, start="content", **state["settings"])
                transfer._level, transfer.ended = int(state["level"]), state["ended"]
                height, width = transfer._sizes[transfer._level]
                now = file["now"]
                if now.shape[:2] != (height, width) or now.dtype != np.float32:
                    raise ValueError(f"its picture is {now.dtype} of shape {now.shape}, expected {height} x {width} float32")
                transfer._now = now
                transfer.history = [Step(row[0], int(row[1]), Costs(*row[2:])) for row in state["history"]]
        except FileNotFoundError:
            raise DataError(f"{path} is not there. Save a painting in progress first.") from None
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(f"{path} is not a painting in progress, or is damaged ({error}). Begin anew.") from error
        return transfer


# ---- Helpers ----


def _as_picture(name: str, picture: Picture) -> UInt8Array:
    """Return a picture as uint8, rounded, if it is one."""
    if not isinstance(picture, np.ndarray) or picture.ndim != 3 or picture.shape[2] != 3:
        got = f"shape {picture.shape}" if isinstance(picture, np.ndarray) else repr(picture)
        raise ValueError(f"{name}: expected an array (height, width, 3), RGB, got {got}")
    if min(picture.shape[:2]) < SMALLEST:
        height, width = picture.shape[:2]
        raise ValueError(f"{name}: {height} x {width} pixels are too few, expected at least {SMALLEST} x {SMALLEST}")
    checks.picture_range(name, picture)
    return _round(picture)


def _round(picture: Picture) -> UInt8Array:
    return np.rint(picture).astype(np.uint8)


def _enlarge(picture: FloatArray, height: int, width: int) -> Float32Array:
    enlarged = tf.image.resize(picture, (height, width), "bicubic")
    return np.asarray(tf.clip_by_value(enlarged, 0, 255))


def _scaled(weights: Sequence[float], count: int) -> list[float]:
    """Return the weights of the styles so that they add up to 1."""
    if len(weights) != count or count == 0:
        raise ValueError(f"style, style_weights: expected a weight for each style, got {count} styles, {len(weights)} weights")
    check_weights("style_weights", {str(number): weight for number, weight in enumerate(weights)})
    return [float(weight) / sum(weights) for weight in weights]


def _sizes(content: UInt8Array, styles: Sequence[UInt8Array], size: int | None, levels: int | None) -> list[tuple[int, int]]:
    """Return height and width on each level, the smallest first."""
    longer = max(content.shape[:2]) if size is None else size
    if isinstance(longer, bool) or not isinstance(longer, int) or not SMALLEST <= longer <= LARGEST:
        raise ValueError(f"size: expected a whole number of pixels from {SMALLEST} to {LARGEST}, got {longer!r}")
    most = 0  # levels on which every picture is large enough
    while min(min(fitted_size(picture, longer >> most)) for picture in (content, *styles)) >= SMALLEST:
        most += 1
    if most == 0:
        shapes = ", ".join(f"{picture.shape[0]} x {picture.shape[1]}" for picture in (content, *styles))
        raise ValueError(
            f"size: with {longer} pixels on the longer side, the shorter side of one of these pictures ({shapes}) has fewer "
            f"than {SMALLEST}; choose a larger size, or cut the picture"
        )
    if levels is None:
        levels = 1
        while levels < most and longer >> levels >= FIRST_LEVEL:
            levels += 1
    if isinstance(levels, bool) or not isinstance(levels, int) or not 1 <= levels <= most:
        raise ValueError(f"levels: expected a whole number from 1 to {most} for these pictures, got {levels!r}")
    return [fitted_size(content, longer >> level) for level in reversed(range(levels))]


def _check_run(steps: int, tolerance: float) -> None:
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps: expected a whole number above 0, got {steps!r}")
    if not 0 <= tolerance < 1:
        raise ValueError(f"tolerance: expected a share from 0 to below 1, got {tolerance!r}")


def _share_out(steps: int, levels: int) -> list[int]:
    """Share the steps among the levels, to each half as many as to the one before, and one at least."""
    plan = []
    for left in range(levels, 1, -1):
        plan.append(max(1, round(steps * 2 ** (left - 1) / (2**left - 1))))
        steps -= plan[-1]
    return [*plan, max(1, steps)]
