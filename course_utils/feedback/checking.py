"""Judging an answer: is it right, and if not, which mistake does it look like?

The answer's results are compared with the solution's, and, if they differ, with those of each known mistake of the exercise.
The mistake that agrees on all probes is the diagnosis. If none does, `general` looks for what people do wrong everywhere.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from course_utils.arrays import Array
from course_utils.feedback import general, habits
from course_utils.feedback.allowed import from_the_bank, uses_hidden
from course_utils.feedback.calls import CallError, Outcome, call, in_single
from course_utils.feedback.comparing import agree
from course_utils.feedback.exercise import Arguments, Exercise, Function, Holds

# A small number under a root, sqrt(x + 1e-12), is right with a remark; one that can be seen in the distances is a mistake.
EXACT_ZERO, SMALL_GUARD, LARGEST_GUARD = 1e-9, 1.1e-6, 0.05
GUARDED = "two equal rows come out a little apart, as after a guard under the root. A distance needs none; its slope would."
UNKNOWN = "The numbers are not the right ones, and it is no mistake that we know. Try it by hand on two numbers."


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
    if uses_hidden(answer) and not from_the_bank(answer):
        return Verdict(False, f"{exercise.name} {CallError('hidden')}")
    trials = Trials.of(exercise, seed)
    outcomes: list[Outcome | CallError] = []
    for arguments in trials.all:
        try:
            outcomes.append(call(answer, arguments, seconds))
        except CallError as error:
            outcomes.append(error)
            break
    return verdict(exercise, trials, outcomes)


@dataclass(frozen=True)
class Trials:
    """The arguments with which an answer is called.

    Attributes:
        probes: of the exercise; what is returned for them decides.
        again: the first probe once more, for answers by chance, and in float32, where an answer may change what it was given.
        alone: by argument, the first probe with this argument changed and nothing else, so that the result changes, too.
    """

    probes: list[Arguments]
    again: list[Arguments]
    alone: dict[str, Arguments]

    @classmethod
    def of(cls, exercise: Exercise, seed: int) -> Self:
        """Draw the probes of an exercise; the others follow from them."""
        probes = list(exercise.probes(np.random.default_rng(seed)))
        if not exercise.unique:
            return cls(probes, [], {})
        return cls(probes, [probes[0], in_single(probes[0])], general.changed_alone(exercise, probes[0]))

    @property
    def all(self) -> list[Arguments]:
        """Everything, in the order of the calls."""
        return [*self.probes, *self.again, *self.alone.values()]


def verdict(exercise: Exercise, trials: Trials, outcomes: Sequence[Outcome | CallError], sealed: bool = False) -> Verdict:
    """Judge by what an answer has returned.

    Args:
        exercise: what was asked.
        trials: the arguments.
        outcomes: of the calls with these arguments, in their order; the last one may be the error at which the calls ended.
        sealed: say nothing that the answer could have chosen, such as its shape: it might carry hidden arguments out.
    """
    probes = trials.probes
    returned: list[Outcome] = []
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, CallError):
            if number > len(probes):  # only what explains a wrong answer is missing
                break
            return Verdict(False, f"{exercise.name} {outcome}")
        returned.append(outcome)
    if any(outcome.changed_its_input for outcome in returned):
        return Verdict(
            False,
            f"{exercise.name} changes the arrays or lists that it is given. Compute with a copy, or a new one.",
            passed=("it runs",),
        )
    decisive, more = returned[: len(probes)], returned[len(probes) :]
    if not exercise.unique:
        return _by_properties(exercise, probes, decisive)
    if more and not agree(more[0].value, decisive[0].value):
        return Verdict(False, habits.BY_CHANCE, passed=("it runs",))
    expected = [np.asarray(exercise.solution(*deepcopy(arguments))) for arguments in probes]
    if exercise.guard and (above := _above_zero(decisive, expected)):
        if above <= SMALL_GUARD:
            return _right(decisive, GUARDED)
        return Verdict(False, exercise.texts[exercise.guard], ("it runs",))
    agreeing = sum(agree(outcome.value, value) for outcome, value in zip(decisive, expected, strict=True))
    if agreeing == len(probes):
        return _right(decisive)
    passed = ["it runs"]
    if all(outcome.value.shape == value.shape for outcome, value in zip(decisive, expected, strict=True)):
        passed.append("the shape of the result")
    if agreeing:
        passed.append(f"{agreeing} of {len(probes)} inputs")
    alone = zip(trials.alone, more[len(trials.again) :], strict=False)
    unseen = [argument for argument, outcome in alone if np.array_equal(outcome.value, decisive[0].value)]
    return _diagnosis(exercise, probes, decisive, expected, unseen, tuple(passed), sealed)


def _right(outcomes: Sequence[Outcome], remark: str = "") -> Verdict:
    prints = any(outcome.printed for outcome in outcomes)
    told = [remark, "It prints, too; a function that returns needs no print." if prints else ""]
    return Verdict(True, " ".join(["Right.", *(f"One remark: {one}" for one in told if one)]))


def _above_zero(outcomes: Sequence[Outcome], expected: Sequence[Array]) -> float | None:
    """Return by how much an answer is above what should be 0, if that is all that is wrong: a guard under a root does so."""
    most = 0.0
    for outcome, value in zip(outcomes, expected, strict=True):
        if outcome.value.dtype.kind != "f" or outcome.value.shape != value.shape:
            return None
        result = outcome.value.astype(np.float64)
        above = (value == 0) & (result > 0) & (result < LARGEST_GUARD)
        most = max(most, float(np.max(result, initial=0.0, where=above)))
        added = np.sqrt(np.maximum(result**2 - most**2, 0)).astype(
            outcome.value.dtype
        )  # elsewhere, sqrt(x + most^2) or as it is
        if not any(agree(np.where(above, 0, one).astype(outcome.value.dtype), value) for one in (outcome.value, added)):
            return None
    return most if most > EXACT_ZERO else None


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
    unseen: Sequence[str],
    passed: tuple[str, ...],
    sealed: bool,
) -> Verdict:
    """Name a mistake: the exercise's own first, then those of everywhere, then what is known of a part."""
    results = [outcome.value for outcome in outcomes]
    expected = [value if value.dtype.kind == "U" else value.astype(np.float64) for value in expected]
    for name, wrong in exercise.wrong.items():
        values = [_result_of(wrong, arguments) for arguments in probes]
        if all(value is not None and agree(result, value) for result, value in zip(results, values, strict=True)):
            return Verdict(False, exercise.texts[name], passed)
    said = _plain_to_see(results, expected) or general.explanation(exercise, probes, results, expected)
    if said is None and (missing := _missing_property(exercise, probes, outcomes)):
        said = exercise.texts[missing]
    said = (
        said
        or general.part(exercise, probes, results, expected)
        or next((habits.UNSEEN.format(argument=argument) for argument in unseen), None)
        or _another_shape(results, expected, sealed)
        or UNKNOWN
    )
    return Verdict(False, said, passed)


def _plain_to_see(results: Sequence[Array], expected: Sequence[Array]) -> str | None:
    for result, value in zip(results, expected, strict=True):
        if (result.dtype.kind == "U") != (value.dtype.kind == "U"):
            return "Is the answer a number or a word? Yours is the other one."
        if "U" not in (result.dtype.kind, value.dtype.kind):
            none = [np.isnan(one.astype(np.float64)).any() for one in (result, value)]
            if none == [True, False]:
                return "There are numbers that are none (NaN). Where do you divide, or take a root, of 0?"
    return None


def _another_shape(results: Sequence[Array], expected: Sequence[Array], sealed: bool) -> str | None:
    shapes = (result.shape for result, value in zip(results, expected, strict=True) if result.shape != value.shape)
    if (shape := next(shapes, None)) is None:
        return None
    has = "another shape" if sealed else f"the shape {shape}, another"
    return f"The result has {has} than was asked for. How many numbers should come out, and along which axes?"


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
