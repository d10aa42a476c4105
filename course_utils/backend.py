"""TensorFlow and Keras, imported without their start-up messages.

TensorFlow's C++ libraries write to the process's standard error before any setting is read, so the variable
`TF_CPP_MIN_LOG_LEVEL` alone does not silence them. Turning oneDNN off would remove one of the lines and make every
convolution slower. So standard error is set aside while TensorFlow is loaded and finds its devices; if that fails, all that
was written is shown.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _standard_error_set_aside() -> Iterator[None]:
    """Keep what is written to file descriptor 2, by C++ too, and show it only if the block fails."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(saved, 2)
            aside.seek(0)
            os.write(2, aside.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

with _standard_error_set_aside():
    import keras
    import tensorflow as tf

    tf.config.list_logical_devices()

__all__ = ["keras", "tf"]
