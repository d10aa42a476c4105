"""Calling a learner's function safely: a time limit, no prints, no stack trace, and only plain numbers out of it."""

import contextlib
import ctypes
import io
import threading
import traceback
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]


class CallError(Exception):
    """The call gave no numbers; the text says what happened, in a sentence for the learner."""


class _TakenTooLong(BaseException):
    """Raised inside of a call that is over its time. No learner's `except Exception` catches it."""


@dataclass(frozen=True)
class Outcome:
    """What came out of a call.

    Attributes:
        value: a plain array of its own: bool, integer or float. Nothing of the learner's object is left in it.
        changed_its_input: whether an argument is different after the call.
        printed: what the call wrote to standard output.
    """

    value: Array
    changed_its_input: bool
    printed: str


def call(function: Callable[..., Any], arguments: Sequence[Any], seconds: float = 5.0) -> Outcome:
    """Call a learner's function with copies of the arguments.

    The call runs in a thread of its own and is stopped when its time is over. A loop in Python ends at once; a single call into
    a library cannot be interrupted, and goes on unheard until it returns.

    Args:
        function: of any origin; it may loop, print, raise anything, or return anything.
        arguments: positional ones; arrays and numbers.
        seconds: the time limit.

    Raises:
        CallError: it took too long, raised an error, or returned something else than numbers.
    """
    given = deepcopy(list(arguments))
    result: list[Any] = []
    failure: list[BaseException] = []
    printed = io.StringIO()

    def work() -> None:
        try:
            result.append(function(*given))
        except BaseException as error:  # SystemExit, too
            failure.append(error)

    worker = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(printed):
        worker.start()
        worker.join(seconds)
        if worker.is_alive():
            _stop(worker)
            raise CallError(f"did not return within {seconds:g} seconds. Is there a loop that never ends?")
    if failure:
        raise CallError(_in_a_sentence(failure[0]))
    same = all(_equal(before, after) for before, after in zip(arguments, given, strict=True))
    return Outcome(_plain(result[0]), not same, printed.getvalue())


def _stop(worker: threading.Thread) -> None:
    """Raise an error in another thread; again, if it is swallowed."""
    for _ in range(10):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident or 0), ctypes.py_object(_TakenTooLong))
        worker.join(0.05)
        if not worker.is_alive():
            return


def _in_a_sentence(error: BaseException) -> str:
    """Name the error and the learner's own line; the rest of a traceback would be ours."""
    line = next((f" in line {frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[1:])), "")
    told = str(error).strip().partition("\n")[0]
    return f"stopped{line} with {type(error).__name__}" + (f": {told[:200]}" if told else ".")


def _plain(value: Any) -> Array:
    """Return numbers as an array that is nobody else's.

    Raises:
        CallError: these are no numbers.
    """
    if value is None:
        raise CallError("returned nothing. Does it end with `return`?")
    try:
        array = np.array(value)
    except Exception:
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise CallError(f"returned {_a(type(value).__name__)}, expected a number or an array of numbers.")
    return array


def _a(word: str) -> str:
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"


def _equal(before: Any, after: Any) -> bool:
    return bool(np.array_equal(np.asarray(before), np.asarray(after), equal_nan=np.asarray(before).dtype.kind == "f"))
