"""Which precision is faster on this machine: float32, or bfloat16 with its 8 significant bits?

Some processors multiply bfloat16 several times faster (those with AMX), some hardly, and most have to imitate it, at up to
eighty times the cost. What a processor says that it can do does not tell. So it is measured, once for each machine and size.
"""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import numpy as np

from course_utils import checks
from course_utils.arrays import Tensor
from course_utils.backend import tf
from course_utils.data.archives import CACHE
from course_utils.data.files import written_whole
from course_utils.style.features import FastFeatureExtractor
from course_utils.vgg19 import PRECISIONS

REPEATS = 3
WORTH_IT = 1.3  # times as fast; for less, nobody should give up 16 bits
_PROBE = 64  # pixels on each side: a first look, which costs little where bfloat16 is very slow
_FILE = "precision.json"

Seconds = dict[str, float]


def fastest_precision(height: int, width: int, cache: Path = CACHE) -> str:
    """Return the precision in which a step of style transfer is faster here: "float32" or "bfloat16".

    A small picture is measured first. Where bfloat16 loses there, it loses; else a picture of the size asked for decides.
    What was measured is kept in a file in the cache, so that each size costs its few seconds once.

    Args:
        height: of the picture, in pixels.
        width: of the picture, in pixels.
        cache: the folder of the file. If nothing can be written there, the next process measures again.

    Raises:
        ValueError: height or width is no whole number above 0.
    """
    height, width = checks.whole_number("height", height), checks.whole_number("width", width)
    known = _read(cache / _FILE)
    for side in ((_PROBE, _PROBE), (height, width)):
        name = f"{_machine()}, {side[0]} x {side[1]}"
        if name not in known:
            known[name] = step_seconds(*side)
            _write(cache / _FILE, known)
        if known[name]["bfloat16"] * WORTH_IT > known[name]["float32"]:
            return "float32"
    return "bfloat16"


def step_seconds(height: int, width: int) -> Seconds:
    """Return, for each precision, the seconds that the network takes for one picture, there and back: the best of some."""
    picture = tf.constant(np.random.default_rng(0).uniform(0, 255, (height, width, 3)), tf.float32)
    steps = {precision: _compiled_step(precision, picture.shape) for precision in PRECISIONS}
    taken: dict[str, list[float]] = {precision: [] for precision in PRECISIONS}
    for repeat in range(1 + REPEATS):
        for precision, step in steps.items():  # in turn, so that a busy moment hits both
            start = perf_counter()
            step(picture).numpy()
            if repeat > 0:  # the first warms up
                taken[precision].append(perf_counter() - start)
    return {precision: min(seconds) for precision, seconds in taken.items()}


def _compiled_step(precision: str, shape: Sequence[int]) -> Callable[[Tensor], Tensor]:
    features = FastFeatureExtractor(["block5_conv1"], precision=precision)

    def step(picture: Tensor) -> Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(picture)
            total = tf.reduce_sum(features(picture)["block5_conv1"])
        return tape.gradient(total, picture)

    compiled: Callable[[Tensor], Tensor] = tf.function(step, autograph=False).get_concrete_function(
        tf.TensorSpec(shape, tf.float32)
    )
    return compiled


def _machine() -> str:
    """Name what the result depends on."""
    onednn = os.environ.get("TF_ENABLE_ONEDNN_OPTS", "default")
    machine = f"{platform.node()}, {platform.machine()}, {os.cpu_count()} cores"
    return f"{machine}, TensorFlow {tf.__version__}, oneDNN {onednn}, float32 in Winograd's way"


def _read(path: Path) -> dict[str, Seconds]:
    """Return what was measured before; a file that is missing or damaged holds nothing."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: {p: float(seconds[p]) for p in PRECISIONS} for name, seconds in content.items()}
    return {}


def _write(path: Path, known: Mapping[str, Seconds]) -> None:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as file:
            file.write(json.dumps(known, indent=1).encode())
