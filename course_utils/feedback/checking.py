"""Judging an answer: is it right, and if not, which mistake does it look like?

The answer's results are compared with the solution's, and, if they differ, with those of each known mistake of the exercise.
The mistake that agrees on all probes is the diagnosis. If none does, `general` looks for what people do wrong everywhere.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Self

import numpy as np

from course_utils.arrays import Array
from course_utils.feedback import general, habits
from course_utils.feedback.allowed import from_the_bank, uses_hidden
from course_utils.feedback.calls import NOTHING, CallError, Outcome, call, in_single, plain
from course_utils.feedback.comparing import agree, as_computed
from course_utils.feedback.exercise import Arguments, Exercise, Function, Holds
from course_utils.feedback.stumbles import in_plain_words

# A small number under a root, sqrt(x + 1e-12), is right with a remark; one that can be seen in the distances is a mistake.
EXACT_ZERO, SMALL_GUARD, LARGEST_GUARD = 1e-9, 1.1e-6, 0.05
GUARDED = "what is equal comes out a little apart, as after a guard under the root. A distance needs none; its slope would."
WORDS = "Is the answer a number or a word? Yours is the other one."
NOT_A_NUMBER = "There are numbers that are none (NaN). Where do you divide 0 by 0, or take a root or a logarithm below 0?"
INFINITE = "There are numbers that are infinite. Where do you divide by 0, take a logarithm of it, or find no smallest one?"
NONE_SOMETIMES = "For some inputs your function returns nothing (None). Which way through it has no `return`?"
NONE_AMONG = "There is a None among your results. In which case does it come out, and what is asked for there?"
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


def judge(exercise: Exercise, answer: Any, seed: int = 0, seconds: float = 5.0, *, package: bool = False) -> Verdict:
    """Judge an answer to an exercise.

    Args:
        exercise: what was asked.
        answer: the learner's function; it may be and do anything.
        seed: of the probes.
        seconds: the time limit of each call.
        package: the answer may call what it has imported of this package, as in a lesson.
    """
    if not callable(answer):
        return Verdict(False, f"expected the function {exercise.name} itself, without brackets, got {type(answer).__name__}.")
    if not package and uses_hidden(answer) and not from_the_bank(answer):
        return Verdict(False, f"{exercise.name} {CallError('hidden')}")
    trials = Trials.of(exercise, seed)
    return verdict(exercise, trials, _called(answer, trials.all, seconds))


def accepts(exercise: Exercise, answer: Function, seed: int = 0, seconds: float = 5.0) -> bool:
    """Return whether `judge` would take a function for right; it is not asked which mistake it looks like."""
    trials = Trials.of(exercise, seed)
    looked_at = _looked_at(exercise, trials, _called(answer, trials.decisive, seconds))
    return isinstance(looked_at, Verdict) and looked_at.right


def _called(answer: Function, all_arguments: Sequence[Arguments], seconds: float) -> list[Outcome | CallError]:
    """Call an answer, up to the first error."""
    outcomes: list[Outcome | CallError] = []
    for arguments in all_arguments:
        try:
            outcomes.append(call(answer, arguments, seconds))
        except CallError as error:
            outcomes.append(error)
            break
    return outcomes


@dataclass(frozen=True)
class Trials:
    """The arguments with which an answer is called.

    Attributes:
        probes: of the exercise; what is returned for them decides.
        again: the first probe once more, for answers by chance.
        single: all probes in float32: an answer may change what it was given, or compute in float32 whatever it is given. None,
            if they hold no floats.
        alone: by argument, the first probe with this argument changed and nothing else, in two ways if there are two, so that
            the result changes, too.
    """

    probes: list[Arguments]
    again: list[Arguments]
    single: list[Arguments]
    alone: dict[str, list[Arguments]]

    @classmethod
    def of(cls, exercise: Exercise, seed: int) -> Self:
        """Draw the probes of an exercise; the others follow from them."""
        probes = list(exercise.probes(np.random.default_rng(seed)))
        if not exercise.unique:
            return cls(probes, [], [], {})
        single = [in_single(probe) for probe in probes] if any(map(_is_float, chain(*probes))) else []
        return cls(probes, probes[:1], single, general.changed_alone(exercise, probes[0]))

    @property
    def decisive(self) -> list[Arguments]:
        """What decides about right and wrong."""
        return [*self.probes, *self.again, *self.single]

    @property
    def all(self) -> list[Arguments]:
        """Everything, in the order of the calls."""
        return [*self.decisive, *chain.from_iterable(self.alone.values())]


@dataclass(frozen=True)
class _Wrong:
    """What a wrong answer has returned, and what it should have.

    Attributes:
        outcomes: of the probes.
        expected: the same of the solution.
        unseen: arguments that it does not look at.
        passed: what is well about it.
    """

    outcomes: Sequence[Outcome]
    expected: Sequence[Array]
    unseen: Sequence[str]
    passed: tuple[str, ...]


def verdict(exercise: Exercise, trials: Trials, outcomes: Sequence[Outcome | CallError], sealed: bool = False) -> Verdict:
    """Judge by what an answer has returned.

    Args:
        exercise: what was asked.
        trials: the arguments.
        outcomes: of the calls with these arguments, in their order; the last one may be the error at which the calls ended.
        sealed: say nothing that the answer could have chosen, such as its shape: it might carry hidden arguments out.
    """
    looked_at = _looked_at(exercise, trials, outcomes)
    return looked_at if isinstance(looked_at, Verdict) else _diagnosis(exercise, trials.probes, looked_at, sealed)


def _looked_at(exercise: Exercise, trials: Trials, outcomes: Sequence[Outcome | CallError]) -> Verdict | _Wrong:
    """Decide; of what is wrong without an error the reason is still to be found."""
    probes = trials.probes
    returned: list[Outcome] = []
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, CallError):
            if number > len(probes):  # only what explains a wrong answer is missing
                break
            return Verdict(False, f"{exercise.name} {outcome} {_meaning(outcome)}".rstrip())
        returned.append(outcome)
    if any(outcome.changed_its_input for outcome in returned):
        return Verdict(
            False,
            f"{exercise.name} changes the arrays or lists that it is given. Compute with a copy, or a new one.",
            passed=("it runs",),
        )
    decisive, more = returned[: len(probes)], returned[len(probes) :]
    if all(outcome.value.dtype.kind == "U" and outcome.value.tolist() == NOTHING for outcome in decisive):
        return Verdict(False, f"{exercise.name} returned nothing. Does it end with `return`?")
    if not exercise.unique:
        return _by_properties(exercise, probes, decisive)
    if more and not agree(more[0].value, decisive[0].value):
        return Verdict(False, habits.BY_CHANCE, passed=("it runs",))
    expected = [_oracle(exercise, arguments) for arguments in probes]
    again, alone = more[1 : 1 + len(trials.single)], iter(more[1 + len(trials.single) :])
    decisive = _in_their_precision(exercise, trials, decisive, again, expected)
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
    changed = {argument: list(islice(alone, len(others))) for argument, others in trials.alone.items()}
    unseen = [
        argument
        for argument, others in changed.items()
        if others and all(np.array_equal(other.value, decisive[0].value) for other in others)
    ]
    return _Wrong(decisive, expected, unseen, tuple(passed))


def _oracle(exercise: Exercise, arguments: Arguments) -> Array:
    return np.asarray(exercise.solution(*deepcopy(arguments)))


def _in_their_precision(
    exercise: Exercise, trials: Trials, outcomes: list[Outcome], again: Sequence[Outcome], expected: Sequence[Array]
) -> list[Outcome]:
    """Give each result the precision in which it was computed, where the right one is another for arguments in float32."""
    known = list(outcomes)
    for at, (outcome, of_single) in enumerate(zip(outcomes, again, strict=False)):
        value = as_computed(outcome.value, of_single.value)
        if value is not outcome.value:
            single = trials.single[at]
            rounded = tuple(one.astype(np.float64) if _is_float(one) else one for one in single)
            if not any(np.array_equal(_oracle(exercise, given), expected[at]) for given in (rounded, single)):
                known[at] = replace(outcome, value=value)
    return known


def _is_float(argument: Any) -> bool:
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f"


def _meaning(error: CallError) -> str:
    return in_plain_words(error.name, error.told) if error.reason == "error" else ""


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
    """Judge by the properties alone: one that cannot even be looked at is lacking."""
    values = [_as_floats(outcome.value) for outcome in outcomes]
    if any(value.dtype.kind == "U" for value in values):
        return Verdict(False, _none(values) or WORDS, ("it runs",))
    for name, holds in exercise.always.items():
        if not all(_holds(holds, arguments, value) for arguments, value in zip(probes, values, strict=True)):
            return Verdict(False, exercise.texts[name], ("it runs",))
    for name, holds in exercise.overall.items():
        if not _holds(holds, probes, values):
            return Verdict(False, exercise.texts[name], ("it runs",))
    return _right(outcomes)


def _diagnosis(
    exercise: Exercise,
    probes: Sequence[Arguments],
    answer: _Wrong,
    sealed: bool,
) -> Verdict:
    """Name a mistake: the exercise's own first, then those of everywhere, then what is known of a part."""
    results = [outcome.value for outcome in answer.outcomes]
    expected = [_as_floats(value) for value in answer.expected]
    for name, wrong in exercise.wrong.items():
        values = [_result_of(wrong, arguments) for arguments in probes]
        if all(value is not None and agree(result, value) for result, value in zip(results, values, strict=True)):
            return Verdict(False, exercise.texts[name], answer.passed)
    said = _plain_to_see(results, expected) or general.explanation(exercise, probes, results, expected)
    if said is None and (missing := _missing_property(exercise, probes, results, expected)):
        said = exercise.texts[missing]
    said = (
        said
        or general.part(exercise, probes, results, expected)
        or next((habits.UNSEEN.format(argument=argument) for argument in answer.unseen), None)
        or _another_shape(results, expected, sealed)
        or general.direction(results, expected)
        or UNKNOWN
    )
    return Verdict(False, said, answer.passed)


def _plain_to_see(results: Sequence[Array], expected: Sequence[Array]) -> str | None:
    if said := _none(results):
        return said
    for result, value in zip(results, expected, strict=True):
        if result.size and (result.dtype.kind == "U") != (value.dtype.kind == "U"):
            return WORDS
        if value.dtype.kind != "U":
            for is_none, said in ((np.isnan, NOT_A_NUMBER), (np.isinf, INFINITE)):
                if is_none(_as_floats(result)).any() and not is_none(_as_floats(value)).any():
                    return said
    return None


def _none(results: Sequence[Array]) -> str | None:
    """Say that there is a None, alone or among other values."""
    found = [result for result in results if result.dtype.kind == "U" and (result == NOTHING).any()]
    if not found:
        return None
    return NONE_AMONG if any(result.ndim for result in found) else NONE_SOMETIMES


def _another_shape(results: Sequence[Array], expected: Sequence[Array], sealed: bool) -> str | None:
    shapes = (result.shape for result, value in zip(results, expected, strict=True) if result.shape != value.shape)
    if (shape := next(shapes, None)) is None:
        return None
    has = "another shape" if sealed else f"the shape {shape}, another"
    return f"The result has {has} than was asked for. How many numbers should come out, and along which axes?"


def _missing_property(
    exercise: Exercise, probes: Sequence[Arguments], results: Sequence[Array], expected: Sequence[Array]
) -> str | None:
    """Return the name of the first property that some result lacks.

    Of a result of another shape only those are told that the right numbers would lack in this shape, too: they are about it.
    """
    for name, holds in exercise.always.items():
        for arguments, result, value in zip(probes, results, expected, strict=True):
            same = result.shape == value.shape
            if _lacks(holds, arguments, result) and (same or _lacks(holds, arguments, np.resize(value, result.shape))):
                return name
    return None


def _lacks(holds: Holds, arguments: Arguments, value: Array) -> bool:
    """Whether a result certainly lacks a property; one that cannot be looked at is none to speak of."""
    try:
        with np.errstate(all="ignore"):
            return not holds(arguments, _as_floats(value))
    except Exception:
        return False


def _as_floats(value: Array) -> Array:
    return value if value.dtype.kind == "U" else value.astype(np.float64)


def _holds(holds: Holds, arguments: Any, value: Any) -> bool:
    try:
        return bool(holds(arguments, value))
    except Exception:  # the answer can be any array
        return False


def _result_of(function: Function, arguments: Arguments) -> Array | None:
    """What a known mistake gives; some give nothing but an error for some probes."""
    try:
        with np.errstate(all="ignore"):
            return plain(function(*deepcopy(arguments)))
    except (ValueError, IndexError, FloatingPointError, ZeroDivisionError):
        return None
