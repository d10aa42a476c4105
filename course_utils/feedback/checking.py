"""Judging an answer: is it right, and if not, which mistake does it look like?

The answer's results are compared with the solution's, and, if they differ, with those of each known mistake. The mistake that
agrees on all probes is the diagnosis. How much numbers may differ follows from their own precision, never from a record.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.arrays import Array
from course_utils.feedback.calls import CallError, Outcome, call
from course_utils.feedback.exercise import Arguments, Exercise, Function, Holds

EXACT = float(np.spacing(1.0))  # of whole numbers, as of float64


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Attributes:
        right: whether it agrees with the solution on all probes, or has all properties where many results are right.
        message: one or two sentences; never an expected value.
        passed: what is well about it, also if it is not right.
    """

    right: bool
    message: str
    passed: tuple[str, ...] = ()


def judge(exercise: Exercise, answer: Any, seed: int = 0, seconds: float = 5.0) -> Verdict:
    """Judge an answer to an exercise.

    Args:
        exercise: what was asked.
        answer: the learner's function; it may be and do anything.
        seed: of the probes.
        seconds: the time limit of each call.
    """
    if not callable(answer):
        return Verdict(False, f"expected the function {exercise.name} itself, without brackets, got {type(answer).__name__}.")
    probes = list(exercise.probes(np.random.default_rng(seed)))
    outcomes: list[Outcome | CallError] = []
    for arguments in probes:
        try:
            outcomes.append(call(answer, arguments, seconds))
        except CallError as error:
            outcomes.append(error)
            break
    return verdict(exercise, probes, outcomes)


def verdict(
    exercise: Exercise, probes: Sequence[Arguments], outcomes: Sequence[Outcome | CallError], sealed: bool = False
) -> Verdict:
    """Judge by what an answer has returned.

    Args:
        exercise: what was asked.
        probes: the arguments.
        outcomes: of the calls with these arguments, in their order; the last one may be the error at which the calls ended.
        sealed: say nothing that the answer could have chosen, such as its shape: it might carry hidden arguments out.
    """
    returned: list[Outcome] = []
    for outcome in outcomes:
        if isinstance(outcome, CallError):
            return Verdict(False, f"{exercise.name} {outcome}")
        returned.append(outcome)
    if any(outcome.changed_its_input for outcome in returned):
        return Verdict(
            False,
            f"{exercise.name} changes the arrays or lists that it is given. Compute with a copy, or a new one.",
            passed=("it runs",),
        )
    if not exercise.unique:
        return _by_properties(exercise, probes, returned)
    expected = [np.asarray(exercise.solution(*deepcopy(arguments))) for arguments in probes]
    agreeing = sum(agree(outcome.value, value) for outcome, value in zip(returned, expected, strict=True))
    if agreeing == len(probes):
        return _right(returned)
    passed = ["it runs"]
    if all(outcome.value.shape == value.shape for outcome, value in zip(returned, expected, strict=True)):
        passed.append("the shape of the result")
    if agreeing:
        passed.append(f"{agreeing} of {len(probes)} inputs")
    return _diagnosis(exercise, probes, returned, expected, tuple(passed), sealed)


def agree(value: Array, expected: Array) -> bool:
    """Whether a result is the expected one, to the precision of its own type; words have to be the same."""
    if value.shape != expected.shape:
        return False
    if "U" in (value.dtype.kind, expected.dtype.kind):
        return value.dtype.kind == expected.dtype.kind and bool((value == expected).all())
    wanted = expected.astype(np.float64)
    precision = float(np.spacing(np.ones((), value.dtype))) if value.dtype.kind == "f" else EXACT
    tolerance = min(64 * precision**0.75, 2e-3)  # 4e-4 in float32, 1e-10 in float64: sums round in another order
    scale = np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted))
    return bool(np.allclose(value.astype(np.float64), wanted, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def _right(outcomes: Sequence[Outcome]) -> Verdict:
    prints = any(outcome.printed for outcome in outcomes)
    return Verdict(True, "Right." + (" (It prints, too; a function that returns needs no print.)" if prints else ""))


def _by_properties(exercise: Exercise, probes: Sequence[Arguments], outcomes: Sequence[Outcome]) -> Verdict:
    missing = _missing_property(exercise, probes, outcomes)
    if missing is None:
        return _right(outcomes)
    return Verdict(False, exercise.texts[missing], ("it runs",))


def _diagnosis(
    exercise: Exercise,
    probes: Sequence[Arguments],
    outcomes: Sequence[Outcome],
    expected: Sequence[Array],
    passed: tuple[str, ...],
    sealed: bool,
) -> Verdict:
    for name, wrong in exercise.wrong.items():
        values = [_result_of(wrong, arguments) for arguments in probes]
        if all(value is not None and agree(outcome.value, value) for outcome, value in zip(outcomes, values, strict=True)):
            return Verdict(False, exercise.texts[name], passed)
    for outcome, value in zip(outcomes, expected, strict=True):
        if "U" in (outcome.value.dtype.kind, value.dtype.kind):
            if outcome.value.dtype.kind != value.dtype.kind:
                return Verdict(False, "Is the answer a number or a word? Yours is the other one.", passed=passed)
        elif np.isnan(outcome.value.astype(np.float64)).any() and not np.isnan(value.astype(np.float64)).any():
            return Verdict(
                False, "There are numbers that are none (NaN). Where do you divide, or take a root, of 0?", passed=passed
            )
        if outcome.value.shape != value.shape:
            has = "another shape" if sealed else f"the shape {outcome.value.shape}, another"
            message = f"The result has {has} than was asked for. How many numbers should come out, and along which axes?"
            return Verdict(False, message, passed=passed)
    unknown = "The numbers are not the right ones, and it is no mistake that we know. Try it by hand on two numbers."
    missing = _missing_property(exercise, probes, outcomes)
    return Verdict(False, exercise.texts[missing] if missing else unknown, passed=passed)


def _missing_property(exercise: Exercise, probes: Sequence[Arguments], outcomes: Sequence[Outcome]) -> str | None:
    """Return the name of the first property that some result lacks. One that cannot even be looked at is lacking."""
    values = [o.value if o.value.dtype.kind == "U" else o.value.astype(np.float64) for o in outcomes]
    for name, holds in exercise.always.items():
        if not all(_holds(holds, arguments, value) for arguments, value in zip(probes, values, strict=True)):
            return name
    return next((name for name, holds in exercise.overall.items() if not _holds(holds, probes, values)), None)


def _holds(holds: Holds, arguments: Any, value: Any) -> bool:
    try:
        return bool(holds(arguments, value))
    except Exception:  # the answer can be any array
        return False


def _result_of(function: Function, arguments: Arguments) -> Array | None:
    """What a known mistake gives; some give nothing but an error for some probes."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(function(*deepcopy(arguments)))
    except (ValueError, IndexError, FloatingPointError, ZeroDivisionError):
        return None
