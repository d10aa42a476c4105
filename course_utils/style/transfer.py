"""Neural style transfer: the pixels of a picture change until its content and its style both fit.

L. Gatys, A. Ecker, M. Bethge, "Image style transfer using convolutional neural networks", CVPR 2016. The network stays as it
is. What is needed of the content picture and of the style is computed once: activations of one, Gram matrices of the other.
Large pictures are painted small first: L. Gatys et al., "Controlling perceptual factors in neural style transfer", CVPR 2017.
"""

import json
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from inspect import Parameter, Signature, signature
from time import perf_counter
from typing import Any, NamedTuple, Self

import numpy as np
from PIL.Image import Image
from tqdm.auto import tqdm

from course_utils import checks
from course_utils.arrays import Float32Array, FloatArray, Picture, UInt8Array
from course_utils.backend import tf
from course_utils.data.files import ArchiveKind
from course_utils.data.image_files import as_rgb, fitted_size, resize
from course_utils.style import colours, optimizers
from course_utils.style.objective import Costs, Objective
from course_utils.style.precision import fastest_precision
from course_utils.style.settings import LARGEST, SMALLEST, Settings

STARTS = ("recoloured", "content", "noise")
FIRST_LEVEL = 128  # pixels on the longer side of the first level, up to twice as many
WINDOW = 10  # steps over which progress is measured
FORMAT = "faces-and-style painting 1"
KIND = ArchiveKind("painting in progress", "StyleTransfer.save", "begin anew")


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
        content: (height, width, 3), RGB from 0 to 255, of any proportions, or whatever else `image_files.as_rgb` takes.
        style: the same, of any size; or a list of several, whose styles are mixed. Their longer sides are brought to that of
            the result, so that a stroke keeps its share of the picture.
        start: the first picture: "recoloured" is the content in the colours of the first style; "content"; "noise"; or a
            picture, which is brought to the size of the result.
        seed: of the noise.
        **settings: by name, as `Settings` takes them: size, alpha, beta, keep_colours and others.

    Attributes:
        settings: all `Settings`, with the size, the levels and the weights of the styles that were chosen.
        history: a `Step` for each step so far.
        ended: why the last run ended: "steps", "no progress" or "interrupted"; None before.

    Raises:
        ValueError: a picture or a setting that cannot be; the message says which, and what was expected.
        TypeError: a setting that there is not.
        DataError: the weights of the network are missing or damaged.
    """

    def __init__(
        self,
        content: Picture,
        style: Picture | Sequence[Picture],
        *,
        start: str | Picture = "recoloured",
        seed: int = 0,
        **settings: Any,
    ) -> None:
        chosen = Settings(**settings)
        self._content = _large_enough("content", content)
        self._styles = [_large_enough("style", one) for one in _pictures(style)]
        if not isinstance(start, str):
            start = _large_enough("start", start)
            chosen = replace(chosen, levels=chosen.levels or 1)  # on a smaller level its details would be lost
        weights = chosen.style_weights or [1 / len(self._styles)] * len(self._styles)
        if len(weights) != len(self._styles):
            raise ValueError(f"style_weights: expected one for each style, got {len(weights)} for {len(self._styles)} styles")
        self._sizes = _sizes(self._content, self._styles, chosen.size, chosen.levels)
        self.settings = replace(chosen, style_weights=weights, size=max(self._sizes[-1]), levels=len(self._sizes))
        self._level = 0
        self._now = self._first(start, checks.whole_number("seed", seed, 0))
        self.history: list[Step] = []
        self.ended: str | None = None

    @property
    def picture(self) -> UInt8Array:
        """The best picture so far, in the size of the result: (height, width, 3) uint8, RGB."""
        height, width = self._sizes[-1]
        now = self._now if self._now.shape[2] == 3 else np.repeat(self._now, 3, axis=2)
        enlarged = resize(_round(now), height, width)
        if self.settings.keep_colours == "luminance":
            return colours.with_luminance(resize(self._content, height, width), enlarged[..., :1])
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
        steps, tolerance = _check_run(steps, tolerance)
        bar_format = "{desc}{percentage:3.0f}% |{bar}| {elapsed}<{remaining}"
        with (
            closing(self._paint(steps, tolerance)) as painting,
            tqdm(total=100, disable=not progress, bar_format=bar_format) as bar,
        ):
            try:
                for share in painting:
                    step = self.history[-1]
                    content, style = self.settings.alpha * step.costs.content, self.settings.beta * step.costs.style
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
            steps: at most so many, on all levels that are left together. Each level gets half as many as the one before, and
                one at least, so that fewer steps than there are levels become as many.
            tolerance: a level ends when its total cost fell by less than this share over the last ten steps.

        Raises:
            ValueError: `steps` is not a whole number above 0, the tolerance is not from 0 to 1, or the weights are so large
                that float32 does not hold the cost.
        """
        steps, tolerance = _check_run(steps, tolerance)
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
        objective = self._objective(self._level, self.settings.precision)
        lowest = np.inf
        latest: Costs

        def evaluate(picture: FloatArray) -> tuple[float, FloatArray]:
            nonlocal lowest, latest
            latest, gradient = objective(picture)
            if latest.total < lowest:
                lowest, self._now = latest.total, picture.astype(np.float32)
            return latest.total, gradient

        if self.settings.optimizer == "lbfgs":
            painting = optimizers.lbfgs(evaluate, self._now, steps)
        else:
            painting = optimizers.adam(evaluate, self._now, steps, self.settings.learning_rate)
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
        """Prepare the cost on a level, in this precision or in the one that is faster on the last level.

        One for all levels: a second network, and its graphs, would take longer to prepare than small levels take to paint.
        """
        height, width = self._sizes[level]
        content = resize(self._content, height, width)
        styles = [resize(style, *fitted_size(style, max(height, width))) for style in self._styles]
        targets: list[FloatArray | UInt8Array] = [content, *styles]
        if self.settings.keep_colours == "luminance":
            targets = [colours.luminance(content), *(colours.luminance_like(style, content) for style in styles)]
        elif self.settings.keep_colours == "histogram":
            targets = [content, *(colours.match_colours(style, content) for style in styles)]
        styles_and_weights = list(zip(targets[1:], self.settings.style_weights or (), strict=True))
        return Objective(targets[0], styles_and_weights, self.settings, precision or fastest_precision(*self._sizes[-1]))

    def _first(self, start: str | UInt8Array, seed: int) -> Float32Array:
        """Return the picture to start from, on the first level."""
        height, width = self._sizes[0]
        grey = self.settings.keep_colours == "luminance"
        if isinstance(start, str):
            start = checks.choice("start", start, STARTS)
            if start == "noise":
                return np.random.default_rng(seed).uniform(0, 255, (height, width, 1 if grey else 3)).astype(np.float32)
            recoloured = start == "recoloured" and self.settings.keep_colours is None
            start = colours.match_colours(self._content, self._styles[0]) if recoloured else self._content
        picture = resize(start, height, width)
        return (colours.luminance(picture) if grey else picture).astype(np.float32)

    # ---- Saving and loading ----

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the painting in progress to a file: pictures, settings, history; `load` reads it, and one can go on.

        The file is a NumPy .npz without pickle. Where a file was before, it stays as it was until the new one is whole. Only
        what the optimiser remembers of the last steps is not saved: it learns it anew.

        Raises:
            DataError: the file cannot be written.
        """
        path = checks.path("path", path)
        history = [[step.seconds, step.longer_side, *step.costs] for step in self.history]
        settings = asdict(self.settings)
        state = {"format": FORMAT, "settings": settings, "level": self._level, "ended": self.ended, "history": history}
        arrays = {"state": np.array(json.dumps(state)), "content": self._content, "now": self._now}
        arrays |= {f"style_{number}": style for number, style in enumerate(self._styles)}
        with KIND.write(path) as file:
            # No array is called allow_pickle, which the types fear; NumPy 2.0 does not have it yet.
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a painting in progress that `save` wrote.

        Raises:
            DataError: there is no such file, or it is not a painting in progress, or is damaged; the message says which.
        """
        path = checks.path("path", path)
        with KIND.read(path) as stream, np.load(stream, allow_pickle=False) as file:
            state = json.loads(str(file["state"])) if "state" in file else {}
            if state.get("format") != FORMAT:
                raise KIND.another(path, "another .npz or .zip file")
            return cls._restored(file, state)

    @classmethod
    def _restored(cls, file: Mapping[str, Any], state: Mapping[str, Any]) -> Self:
        styles = [file[f"style_{number}"] for number in range(len(state["settings"]["style_weights"]))]
        transfer = cls(file["content"], styles, start="content", **state["settings"])
        transfer._level, transfer.ended = int(state["level"]), state["ended"]
        height, width = transfer._sizes[transfer._level]
        now = file["now"]
        if now.shape[:2] != (height, width) or now.dtype != np.float32:
            raise ValueError(f"its picture is {now.dtype} of shape {now.shape}, expected {height} x {width} float32")
        transfer._now = now
        transfer.history = [Step(row[0], int(row[1]), Costs(*row[2:])) for row in state["history"]]
        return transfer


def _signature() -> Signature:
    """What help shows: the settings by name, each with its default."""
    shown = Settings()
    named = [Parameter(one.name, Parameter.KEYWORD_ONLY, default=getattr(shown, one.name)) for one in fields(Settings)]
    *own, _ = list(signature(StyleTransfer.__init__).parameters.values())[1:]
    return Signature([*own, *named])


StyleTransfer.__signature__ = _signature()  # type: ignore[attr-defined]  # what inspect and Jupyter look for


# ---- Helpers ----


def _pictures(style: Any) -> list[Any]:
    """Return the styles: of one picture, an array or nested lists, or of several, in a list or an array."""
    if isinstance(style, Iterable) and not isinstance(style, str) and not hasattr(style, "__array__"):
        pictures = list(style)
        if pictures and not isinstance(pictures[0], list | tuple):
            return pictures
        style = pictures
    several = not isinstance(style, Image) and checks.as_array("style", style).ndim == 4
    return list(style) if several else [style]


def _large_enough(name: str, picture: Any) -> UInt8Array:
    """Return a picture as uint8, if the deepest layer sees anything of it."""
    rgb = as_rgb(name, picture)
    if min(rgb.shape[:2]) < SMALLEST:
        height, width = rgb.shape[:2]
        raise ValueError(f"{name}: {height} x {width} pixels are too few, expected at least {SMALLEST} x {SMALLEST}")
    return rgb


def _round(picture: Picture) -> UInt8Array:
    return np.rint(picture).astype(np.uint8)


def _enlarge(picture: FloatArray, height: int, width: int) -> Float32Array:
    enlarged = tf.image.resize(picture, (height, width), "bicubic")
    return np.asarray(tf.clip_by_value(enlarged, 0, 255))


def _sizes(content: UInt8Array, styles: Sequence[UInt8Array], size: int | None, levels: int | None) -> list[tuple[int, int]]:
    """Return height and width on each level, the smallest first."""
    longer = size or checks.whole_number(
        "size (that of the content, for none was given)", max(content.shape[:2]), SMALLEST, LARGEST, what="pixels"
    )
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
    if levels > most:
        raise ValueError(
            f"levels: expected at most {most} for pictures of this size, got {levels}; choose fewer, or a larger size"
        )
    return [fitted_size(content, longer >> level) for level in reversed(range(levels))]


def _check_run(steps: int, tolerance: float) -> tuple[int, float]:
    return checks.whole_number("steps", steps), checks.in_range("tolerance", tolerance, least=0, below=1, what="a share")


def _share_out(steps: int, levels: int) -> list[int]:
    """Share the steps among the levels, to each half as many as to the one before, and one at least."""
    plan = []
    for left in range(levels, 1, -1):
        plan.append(max(1, round(steps * 2 ** (left - 1) / (2**left - 1))))
        steps -= plan[-1]
    return [*plan, max(1, steps)]
