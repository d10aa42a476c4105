"""TensorFlow and Keras, imported without their start-up messages (see `quiet`), and set as the course needs them.

Keras takes its backend, its number format and the order of a picture's axes from variables and from ~/.keras/keras.json,
where another project may have left anything. Here they do not count, and that file is neither read nor made.
"""

import os
from pathlib import Path

from course_utils.quiet import StandardErrorSetAside

DATA = Path(__file__).resolve().parents[1] / "data"
# As the archives of the course: in its folder; of the package alone, in the user's cache.
KERAS_HOME = (DATA / "cache" if DATA.is_dir() else Path("~/.cache/faces-and-style").expanduser()) / "keras"
NOT_FOR_THE_COURSE = (
    "KERAS_MAX_EPOCHS",
    "KERAS_MAX_STEPS_PER_EPOCH",  # both end a training early
    "KERAS_NNX_ENABLED",  # asks for JAX
)


def _set_environment() -> None:
    """Set what TensorFlow and Keras read once, when they are imported."""
    for name in NOT_FOR_THE_COURSE:
        os.environ.pop(name, None)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["KERAS_HOME"] = str(KERAS_HOME)


_set_environment()
with StandardErrorSetAside():
    import keras
    import tensorflow as tf

    tf.config.list_logical_devices()

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        f"Keras was imported before course_utils, with the backend {keras.backend.backend()!r}; the course needs 'tensorflow'. "
        "Restart the kernel and import course_utils.backend first."
    )
# Whoever imported Keras before may have read another project's settings.
keras.config.set_floatx("float32")
keras.config.set_epsilon(1e-7)
keras.config.set_image_data_format("channels_last")
keras.config.set_max_epochs(None)
keras.config.set_max_steps_per_epoch(None)

__all__ = ["keras", "tf"]
