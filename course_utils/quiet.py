"""`import tensorflow` without its start-up messages, wherever in a notebook it is written.

TensorFlow's C++ libraries write to the process's standard error before any setting is read, so the variable
`TF_CPP_MIN_LOG_LEVEL` alone does not silence them. Turning oneDNN off would remove one of the lines and make every
convolution slower. So standard error is set aside while TensorFlow is loaded; if that fails, all that was written is shown.

`import course_utils` loads this module, so it imports what it needs only when that is needed: a file of a learner's with the
name of one of Python's modules must not keep the commands from saying so.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType, TracebackType
    from typing import Self

LOUD = "tensorflow"


class StandardErrorSetAside:
    """A block in which what is written to file descriptor 2, by C++ too, is kept, and shown only if the block fails.

    Where it cannot be set aside, because it is closed or there is no folder for temporary files, it is shown as ever.
    """

    def __enter__(self) -> "Self":
        """Set it aside."""
        import tempfile

        self._aside = None
        try:
            sys.stderr.flush()
            self._saved = os.dup(2)
        except (AttributeError, OSError, ValueError):  # it is None, or closed
            return self
        try:
            self._aside = tempfile.TemporaryFile()
        except OSError:
            os.close(self._saved)
        else:
            os.dup2(self._aside.fileno(), 2)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None") -> None:
        """Put it back."""
        if self._aside is None:
            return
        os.dup2(self._saved, 2)
        os.close(self._saved)
        with self._aside as aside:
            if error is not None:
                aside.seek(0)
                os.write(2, aside.read())


class _Quietly:
    """Loads a module as its own loader does, with standard error set aside."""

    def __init__(self, loader: "Loader") -> None:
        self.loader = loader

    def create_module(self, spec: "ModuleSpec") -> "ModuleType | None":
        return self.loader.create_module(spec)

    def exec_module(self, module: "ModuleType") -> None:
        # Python's own tools for reading a module's source and files ask the loader that it really has.
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        with StandardErrorSetAside():
            self.loader.exec_module(module)


class _QuietImports:
    """Stands in front of Python's own finders, and finds TensorFlow by them."""

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        if name != LOUD:
            return None
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Quietly(spec.loader)  # type: ignore[assignment]  # has what the import asks of a loader
        return spec


def import_quietly() -> None:
    """From now on, load TensorFlow without its start-up messages; warnings that it may have later are shown as ever."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not any(isinstance(finder, _QuietImports) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietImports())
