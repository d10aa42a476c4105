"""Which parts of this package an answer may use: those that are there when it is graded. `check` and grading keep one rule.

Faces, style, plots and the bank hold what the exercises ask for. While an answer runs they cannot be imported; an answer that
was given them before is refused as well.
"""

import importlib.abc
import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

PACKAGE = "course_utils"
ALLOWED = ("arrays", "backend", "checks", "clock", "data", "errors", "quiet", "vgg19")
RULE = "An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19."
NEEDED = (
    "feedback",
    "feedback.graded",
    "feedback.allowed",
    "feedback.calls",
    "grading",
    "grading.inside",
    "grading.limits",
    "grading.wire",
)


class NotThereWhenGraded(ImportError):  # noqa: N818 - what it says is read, not its name
    """A part of this package that an answer may not use."""


def is_hidden(module: object) -> bool:
    """Whether this is the name of a module of this package that is not there when an answer is graded."""
    if not isinstance(module, str) or not module.startswith(f"{PACKAGE}."):
        return False
    part = module.removeprefix(f"{PACKAGE}.")
    return part.partition(".")[0] not in ALLOWED and part not in NEEDED and not part.startswith("grading.inside.")


def uses_hidden(answer: Any) -> bool:
    """Whether a function of a notebook has something hidden in the names that it looks up, or in those of what it calls."""
    seen: set[int] = set()
    todo = [answer]
    while todo:
        thing = todo.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if is_hidden(thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None)):
            return True
        if isinstance(thing, partial):
            todo += [thing.func, *thing.args]
        elif isinstance(thing, FunctionType) and thing.__module__ == "__main__":
            names = names_in(thing.__code__)
            found = [thing.__globals__[name] for name in names if name in thing.__globals__]
            if any(isinstance(one, ModuleType) and one.__name__ == PACKAGE for one in found):
                todo += [part for name in names if (part := sys.modules.get(f"{PACKAGE}.{name}"))]
            todo += found + _enclosed(thing)
        elif inspect.isclass(thing) and thing.__module__ == "__main__":
            todo += list(vars(thing).values())
        elif inspect.ismethod(thing):
            todo += [thing.__func__, type(thing.__self__)]
    return False


def from_the_bank(answer: Any) -> bool:
    """Whether an answer is one of those that the bank itself knows, which its makers try."""
    return str(getattr(answer, "__module__", "")).startswith(f"{PACKAGE}.feedback.bank.")


def names_in(code: Any) -> set[str]:
    """Return the names that code looks up or imports, those of functions within it, too; none, if it is no code."""
    if not isinstance(code, CodeType):
        return set()
    return {*code.co_names, *(name for constant in code.co_consts for name in names_in(constant))}


def _enclosed(function: FunctionType) -> list[Any]:
    """Return what a function has from where it was defined."""
    found = [*(function.__defaults__ or ())]
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # not yet bound
            continue
    return found


class _Refusing(importlib.abc.MetaPathFinder):
    """Finds nothing, and says so for what is hidden."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        if is_hidden(name):
            raise NotThereWhenGraded(f"{name} is not there when an answer is graded", name=name)


@contextmanager
def hidden_parts_refused() -> Iterator[None]:
    """Refuse imports of what is hidden, also of what was imported before."""
    finder = _Refusing()
    ours = [name for name in list(sys.modules) if name.startswith(f"{PACKAGE}.")]
    taken = {name: sys.modules[name] for name in ours if is_hidden(name)}
    for name in taken:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)
        sys.modules.update(taken)
