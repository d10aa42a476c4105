"""What stands in the place of the parts that are not there: they can be imported, and refuse when they are used.

So a cell that imports one, and does not need it for an answer, runs on.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

from course_utils.feedback.allowed import NotThereWhenGraded, is_hidden


class _StandIn:
    """In the place of a function or a class."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise NotThereWhenGraded(f"{self._name} is not there when an answer is graded", name=self._name)

    def __getattr__(self, name: str) -> "_StandIn":
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(f"{self._name}.{name}")


class _Module(ModuleType):
    """In the place of a module."""

    __path__: list[str] = []  # noqa: RUF012 - a package without a folder

    def __getattr__(self, name: str) -> _StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if is_hidden(name) else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


def stand_in() -> None:
    """Let what is hidden be imported from now on."""
    sys.meta_path.append(_Finder())
