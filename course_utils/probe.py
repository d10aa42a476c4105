"""What a kernel says of itself. The kernel gets this file as text, for it may not find the course; Python alone is needed."""

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any


def look(modules: list[str], thorough: bool) -> str:
    """Return as JSON which Python this is, where its modules come from and, if asked thoroughly, what importing them gives.

    Args:
        modules: the packages of the course, by the name they are imported by; Python's own are looked for besides.
        thorough: import them too, which takes seconds, and ask Keras and Matplotlib for their settings.

    Returns:
        An object with `prefix`, `places` (file or folder by module), `imported` (version and file, or error, by module),
        `keras` (its backend, number format and order of axes), `compiled` (whether a function can be), `figures`
        (Matplotlib's settings file) and `bfloat16` (its speed); `error` under one of these says why there is no such thing.
    """
    said: dict[str, Any] = {"prefix": sys.prefix, "folder": str(Path.cwd()), "places": {}, "imported": {}}
    for name in [*modules, *sys.stdlib_module_names]:
        if place := _place(name):
            said["places"][name] = place
    if thorough:
        for name in ["course_utils.backend", "matplotlib.pyplot", *modules]:
            said["imported"][name] = _imported(name)
        for subject, ask in (("keras", _keras), ("compiled", _compiled), ("figures", _figures), ("bfloat16", bfloat16_speed)):
            try:
                said[subject] = ask()
            except Exception as error:
                said[subject] = {"error": words(error)}
    return json.dumps(said)


def _place(name: str) -> str | None:
    """Return where a first import of a module would take it from; of a module inside Python itself, nowhere."""
    spec = PathFinder.find_spec(name, [entry or str(Path.cwd()) for entry in sys.path])
    if spec is None:
        return None
    return spec.origin or next(iter(spec.submodule_search_locations or []), None)


def _imported(name: str) -> dict[str, str | None]:
    try:
        module = importlib.import_module(name)
    except BaseException as error:  # a module may even call sys.exit
        return {"error": words(error)}
    return {"file": getattr(module, "__file__", None), "version": getattr(module, "__version__", None)}


def _keras() -> dict[str, str]:
    from course_utils.backend import keras

    config = keras.config
    return {"backend": config.backend(), "floatx": config.floatx(), "axes": config.image_data_format()}


def _compiled() -> bool:
    """Compile a function: only then TensorFlow's compiler reads its variables, and ends the process if it knows one not."""
    from course_utils.backend import tf

    return bool(tf.function(lambda x: x + 1, jit_compile=True)(tf.constant(1.0)) == 2)


def _figures() -> dict[str, str]:
    import matplotlib

    return {"settings": str(Path(matplotlib.matplotlib_fname()).resolve()), "home": str(Path(matplotlib.__file__).parent)}


def bfloat16_speed(repeats: int = 3) -> float:
    """Return how many times faster than float32 a convolution is in bfloat16, by median of `repeats` runs of each."""
    from course_utils.backend import tf

    def seconds(dtype: str) -> float:
        picture = tf.ones((1, 128, 128, 64), dtype)
        kernel = tf.ones((3, 3, 64, 64), dtype)
        return _median_seconds(lambda: tf.nn.conv2d(picture, kernel, 1, "SAME").numpy(), repeats)

    return seconds("float32") / seconds("bfloat16")


def _median_seconds(work: Callable[[], object], repeats: int) -> float:
    work()  # the first run also loads and prepares
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def words(error: BaseException) -> str:
    """Return an error in one line, with its name, for its text may be empty."""
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
