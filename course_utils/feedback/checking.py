"""Judging an answer: is it right, and if not, which mistake does it look like?

The answer's results are compared with the oracle's, and, if they differ, with those of each known mistake. The mistake that
agrees on all probes is the diagnosis. How much numbers may differ follows from their own precision, never from a record.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.feedback.calls import CallError, Outcome, call
from course_utils.feedback.exercise import Arguments, Exercise, Float64Array, Function

EXACT = float(np.spacing(1.0))  # of whole numbers, as of float64


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Attributes:
        right: whether it agrees with the oracle on all probes.
        message: one or two sentences; never an expected value.
        mistake: the name of the known mistake that it agrees with, if there is one.
    """

    right: bool
    message: str
    mistake: str | None = None


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
    outcomes = []
    for arguments in probes:
        try:
            outcomes.append(call(answer, arguments, seconds))
        except CallError as error:
            return Verdict(False, f"{exercise.name} {error}")
    expected = [_as_float(exercise.oracle(*arguments)) for arguments in probes]
    if any(outcome.changed_its_input for outcome in outcomes):
        return Verdict(False, f"{exercise.name} changes the arrays that it is given. Compute with a copy, or a new array.")
    if all(agree(outcome, value) for outcome, value in zip(outcomes, expected, strict=True)):
        return Verdict(
            True, "Right." + (" (It prints, too; a function that returns needs no print.)" if _prints(outcomes) else "")
        )
    return _diagnosis(exercise, probes, outcomes, expected)


def agree(outcome: Outcome, expected: Float64Array) -> bool:
    """Whether a result is the expected one, to the precision of its own type."""
    value = outcome.value
    if value.shape != expected.shape:
        return False
    precision = float(np.spacing(np.ones((), value.dtype))) if value.dtype.kind == "f" else EXACT
    tolerance = 64 * precision**0.75  # 4e-4 in float32, 1e-10 in float64: sums round in another order
    scale = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    return bool(np.allclose(value.astype(np.float64), expected, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def _diagnosis(exercise: Exercise, probes: list[Arguments], outcomes: list[Outcome], expected: list[Float64Array]) -> Verdict:
    for name, mistake in exercise.mistakes.items():
        values = [_result_of(mistake.wrong, arguments) for arguments in probes]
        if all(value is not None and agree(outcome, value) for outcome, value in zip(outcomes, values, strict=True)):
            return Verdict(False, mistake.message, name)
    for outcome, value in zip(outcomes, expected, strict=True):
        if outcome.value.shape != value.shape:
            return Verdict(
                False, f"The result has the shape {outcome.value.shape}. Which axes should be left, one number for each what?"
            )
        if np.isnan(outcome.value.astype(np.float64)).any() and not np.isnan(value).any():
            return Verdict(False, "There are numbers that are none (NaN). Where do you divide, or take a root, of 0?")
    for arguments, outcome in zip(probes, outcomes, strict=True):
        for prop in exercise.properties:
            if not prop.holds(arguments, outcome.value.astype(np.float64)):
                return Verdict(False, prop.message)
    return Verdict(
        False, "The numbers are not the right ones, and it is no mistake that we know. Try it by hand on two numbers."
    )


def _result_of(function: Function, arguments: Arguments) -> Float64Array | None:
    """What a known mistake gives; some give nothing but an error for some probes."""
    try:
        with np.errstate(all="ignore"):
            return _as_float(function(*deepcopy(arguments)))
    except (ValueError, IndexError, FloatingPointError, ZeroDivisionError):
        return None


def _as_float(value: Any) -> Float64Array:
    return np.asarray(value, np.float64)


def _prints(outcomes: list[Outcome]) -> bool:
    return any(outcome.printed for outcome in outcomes)
