"""Calling a learner's function safely: a time limit, no prints, no stack trace, and only plain values out of it."""

import contextlib
import ctypes
import importlib
import io
import os
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.arrays import Array
from course_utils.clock import EACH, Clock
from course_utils.feedback.allowed import RULE, NotThereWhenGraded, hidden_parts_refused, is_hidden, names_in

PLAIN = "biufU"  # kinds of arrays that may come out: bool, integers, floats, text
FUNCTIONS = ("builtin_function_or_method", "function", "method")
SLOW_TO_IMPORT = ("tensorflow", "keras", "scipy", "sklearn", "skimage", "course_utils")
NOTHING = "None"  # the word that stands for None in a result


class CallError(Exception):
    """The call gave no values; as text, a sentence for the learner, to be read after the function's name.

    Attributes:
        reason: "time", "error", "kind", or "hidden": it used a part of this package that an answer may not use.
        name: the class of the error, or of what was returned; or the seconds of the time limit.
        line: where the error was raised in the learner's code.
        told: the first line of the error's own message.
    """

    def __init__(self, reason: str, name: str = "", line: int | None = None, told: str = "") -> None:
        super().__init__(reason, name, line, told)
        self.reason, self.name, self.line, self.told = reason, name, line, told

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.reason == "time":
            return f"did not return within {self.name} seconds. Is there a loop that never ends?"
        if self.reason == "kind":
            article = "an" if self.name[:1].lower() in "aeiou" else "a"
            return f"returned {article} {self.name}, expected a number, a word, or an array of these.{self._of_kind()}"
        if self.reason == "hidden":
            return f"uses a part of `course_utils` that is not there when graded. {RULE}"
        if self.name == "NotImplementedError":
            return "is not written yet. Put your code in the place of the line `raise NotImplementedError()`."
        line = "" if self.line is None else f" in line {self.line}"
        told = f": {self.told.rstrip('.?')}" if self.told else ""
        return f"stopped{line} with {self.name}{told}."

    def _of_kind(self) -> str:
        if self.name in ("list", "tuple"):
            return " Are its rows equally long, and is each entry a number or a word?"
        return " Are round brackets missing behind its name?" if self.name in FUNCTIONS else ""


class _TakenTooLong(BaseException):
    """Raised inside of a call that is over its time. No learner's `except Exception` catches it."""


@dataclass(frozen=True)
class Outcome:
    """What came out of a call.

    Attributes:
        value: a plain array of its own: bool, integer, float or text. Nothing of the learner's object is left in it. The word
            `NOTHING` stands for None.
        changed_its_input: whether an argument is different after the call.
        printed: what the call wrote to standard output.
        arguments: what became of the copies that the call was given.
    """

    value: Array
    changed_its_input: bool = False
    printed: str = ""
    arguments: Sequence[Any] = ()


def call(function: Callable[..., Any], arguments: Sequence[Any], seconds: float = 5.0) -> Outcome:
    """Call a learner's function with copies of the arguments.

    Arrays come in float64. A function that cannot take these, because it adds float32 constants of TensorFlow, is called with
    float32, as in the lessons; what it returns then has that precision.

    What comes out may be an array or a tensor, a list, a generator, a number of any kind, a word, or None.

    The call runs in a thread of its own and is stopped when its time is over. A loop in Python ends at once; a single call into
    a library cannot be interrupted, and goes on unheard until it returns.

    Args:
        function: of any origin; it may loop, print, raise anything, or return anything.
        arguments: positional ones; arrays, numbers, words, lists of words.
        seconds: the time limit, as `Clock` counts.

    Raises:
        CallError: it took too long, raised an error, or returned something else than plain values.
    """
    _import_first(function)
    try:
        return _called(function, arguments, seconds)
    except CallError as error:
        single = in_single(arguments)
        if error.name not in ("TypeError", "InvalidArgumentError", "ValueError") or not _differ(arguments, single):
            raise
        try:
            return _called(function, single, seconds)
        except CallError:
            raise error from None


def _import_first(function: Callable[..., Any]) -> None:
    """Import what a function would import: TensorFlow takes longer than a call may, and is of no use if stopped half-way."""
    for name in names_in(getattr(function, "__code__", None)):
        if name.partition(".")[0] in SLOW_TO_IMPORT and name not in sys.modules and not is_hidden(name):
            with contextlib.suppress(Exception):  # the call itself will tell
                importlib.import_module(name)


def in_single(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Return arguments with arrays of float64 as float32, also those in lists."""
    return tuple(_single(argument) for argument in arguments)


def _single(argument: Any) -> Any:
    if isinstance(argument, np.ndarray) and argument.dtype == np.float64:
        return argument.astype(np.float32)
    return type(argument)(map(_single, argument)) if isinstance(argument, list | tuple) else argument


def _differ(arguments: Sequence[Any], others: Sequence[Any]) -> bool:
    return not all(_equal(one, other) for one, other in zip(arguments, others, strict=True))


def _called(function: Callable[..., Any], arguments: Sequence[Any], seconds: float) -> Outcome:
    given = deepcopy(list(arguments))
    result: list[Any] = []
    failure: list[BaseException] = []
    printed = _Printed()

    def work() -> None:
        try:
            value = function(*given)
            result.append(list(value) if isinstance(value, Iterator) else value)
        except BaseException as error:  # SystemExit, too
            failure.append(error)

    worker = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(_Printed()), _as_it_was(), hidden_parts_refused():
        worker.start()
        if not _came_back(worker, seconds):
            raise CallError("time", f"{seconds:g}")
    if failure:
        raise _told_by(failure[0])
    return Outcome(plain(result[0]), _differ(arguments, given), printed.getvalue(), given)


def _came_back(worker: threading.Thread, seconds: float) -> bool:
    """Wait for a call, and stop it when its time is over, or when somebody interrupts the waiting."""
    clock = Clock(time.process_time)
    try:
        while worker.is_alive() and (left := seconds - clock.used()) > 0:
            worker.join(min(left, EACH))
        return not worker.is_alive()
    finally:
        if worker.is_alive():
            _stop(worker)


class _Printed(io.StringIO):
    """What a call writes; it stays to be read if the call closes it."""

    def close(self) -> None:
        """Do nothing."""


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Put back what a call may change for the whole process: the folder, and which warnings are shown. Within, none is."""
    folder, deepest = Path.cwd(), sys.getrecursionlimit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            os.chdir(folder)
            sys.setrecursionlimit(deepest)


def _stop(worker: threading.Thread) -> None:
    """Raise an error in another thread; again, if it is swallowed."""
    _keep_quiet()
    for _ in range(10):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident or 0), ctypes.py_object(_TakenTooLong))
        worker.join(0.05)
        if not worker.is_alive():
            return


class _Quiet:
    """A hook of Python for errors that nobody can catch; it says nothing of ours."""

    def __init__(self, others: Callable[[Any], object]) -> None:
        self._others = others

    def __call__(self, told: Any) -> None:
        if told.exc_type is not _TakenTooLong:
            self._others(told)


def _keep_quiet() -> None:
    """Let nothing be said where our error falls into a finaliser, or into the last lines of its thread.

    Both may come long after the call was given up, when a library returns. Therefore it stays so.
    """
    if not isinstance(sys.unraisablehook, _Quiet):
        sys.unraisablehook = _Quiet(sys.unraisablehook)
    if not isinstance(threading.excepthook, _Quiet):
        threading.excepthook = _Quiet(threading.excepthook)


def _told_by(error: BaseException) -> CallError:
    """Name the error and the learner's own line; the rest of a traceback would be ours."""
    if isinstance(error, NotThereWhenGraded):
        return CallError("hidden")
    frames = traceback.extract_tb(error.__traceback__)[1:]
    own = frames[0].filename if frames else ""  # the deepest line of all may be one of a library
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == own), None)
    told = str(error).strip().partition("\n")[0]
    return CallError("error", type(error).__name__, line, told[:200])


def plain(value: Any) -> Array:
    """Return values as an array that is nobody else's; None in them becomes the word `NOTHING`.

    Raises:
        CallError: these are no plain values.
    """
    try:
        array = np.array(value)
        if array.dtype.kind == "O":
            array = _of_objects(array)
    except Exception:
        array = np.array(None)
    if array.dtype.kind not in PLAIN:
        raise CallError("kind", type(value).__name__)
    return array


def _of_objects(array: Any) -> Any:
    """Return numbers of any size and kind, such as fractions, as floats; if a word or None is among them, all as words."""
    entries = array.ravel().tolist()
    if all(isinstance(one, Real | Decimal) for one in entries):
        return array.astype(np.float64)
    if all(one is None or isinstance(one, str | Real | Decimal) for one in entries):
        return np.array([NOTHING if one is None else str(one) for one in entries]).reshape(array.shape)
    return array


def _equal(before: Any, after: Any) -> bool:
    """Whether an argument is still what it was: arrays, numbers, words, and lists of them."""
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        same_form = before.dtype == after.dtype and before.shape == after.shape
        return same_form and bool(np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"))
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(_equal(*pair) for pair in zip(before, after, strict=True))
    return bool(before == after or before != before)  # NaN is not equal to itself
