"""`import tensorflow` without its start-up messages, wherever in a notebook it is written.

TensorFlow's C++ libraries write to the process's standard error before any setting is read, so the variable
`TF_CPP_MIN_LOG_LEVEL` alone does not silence them. Turning oneDNN off would remove one of the lines and make every
convolution slower. So standard error is set aside while TensorFlow is loaded; if that fails, all that was written is shown.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

LOUD = "tensorflow"


@contextmanager
def standard_error_set_aside() -> Iterator[None]:
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


class _Quietly(importlib.abc.Loader):
    """Loads a module as its own loader does, with standard error set aside."""

    def __init__(self, loader: importlib.abc.Loader) -> None:
        self.loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # Python's own tools for reading a module's source and files ask the loader that it really has.
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        with standard_error_set_aside():
            self.loader.exec_module(module)


class _QuietImports(importlib.abc.MetaPathFinder):
    """Stands in front of Python's own finders, and finds TensorFlow by them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != LOUD:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Quietly(spec.loader)
        return spec


def import_quietly() -> None:
    """From now on, load TensorFlow without its start-up messages; warnings that it may have later are shown as ever."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not any(isinstance(finder, _QuietImports) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietImports())
