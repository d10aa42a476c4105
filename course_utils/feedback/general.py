"""What an answer does wrong, whatever was asked: told from the probes and the results alone.

An answer may be the right result, changed (twice as large, the sign, an axis added up); or the right result for other arguments
(two of them exchanged, a sign taken off, the last row left out); or right in some places only. The tables of `habits` list what
people do; the first line that explains the answer on all probes is the diagnosis.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from inspect import signature
from typing import Any, Self

import numpy as np

from course_utils.feedback import habits
from course_utils.feedback.comparing import agree, close, is_half
from course_utils.feedback.exercise import Arguments, Exercise

Results = Sequence[Any]  # arrays
WAYS = 2  # of changing an argument alone: one may make no difference by chance


@dataclass(frozen=True)
class Asked:
    """What was asked for: a function of named arguments, or one number of what it returns."""

    solution: Callable[..., Any]
    names: list[str]

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        """Return what an exercise asks for."""
        return cls(exercise.solution, list(signature(exercise.solution).parameters))

    def number(self, place: int) -> "Asked":
        """Return one number of it."""
        return Asked(lambda *given: np.asarray(self.solution(*given))[place], self.names)


def explanation(exercise: Exercise, probes: Sequence[Arguments], values: Results, expected: Results) -> str | None:
    """Return what explains every number of an answer that is not right, or None.

    Args:
        exercise: what was asked.
        probes: the arguments.
        values: what the answer returned for them: numbers or words.
        expected: what the solution returns for them.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _explanation(Asked.of(exercise), probes, values, expected)


def _explanation(asked: Asked, probes: Sequence[Arguments], values: Results, expected: Results) -> str | None:
    if not _numbers(values, expected):
        return _same_everywhere(values, expected) or _other_arguments(asked, probes, values)
    return (
        _same_everywhere(values, expected)
        or _changed(values, expected)
        or _scaled(asked, probes, values, expected)
        or _other_arguments(asked, probes, values)
    )


def part(exercise: Exercise, probes: Sequence[Arguments], values: Results, expected: Results) -> str | None:
    """Return which part of an answer is not right, if that can be told, or None; arguments as for `explanation`."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not _numbers(values, expected):
            return _some_places(values, expected) or _some_probes(probes, values, expected)
        return (
            _one_of_several(exercise, probes, values, expected)
            or _nearly(values, expected)
            or _some_places(values, expected)
            or _some_probes(probes, values, expected)
        )


def direction(values: Results, expected: Results) -> str | None:
    """Return in which direction the numbers are off, if it is the same everywhere, or None."""
    if not _numbers(values, expected) or not _same_shapes(values, expected):
        return None
    pairs = [(v[~close(v, e)].astype(np.float64), e[~close(v, e)]) for v, e in zip(values, expected, strict=True)]
    off = np.concatenate([v - e for v, e in pairs])
    if _in_one_order(np.concatenate([v.ravel() for v in values]), np.concatenate([e.ravel() for e in expected])):
        return habits.IN_ORDER
    if (off > 0).all():
        return habits.TOO_MUCH
    return habits.TOO_LITTLE if (off < 0).all() else None


def _in_one_order(values: Any, expected: Any) -> bool:
    """Whether the larger numbers are those that should be larger, and there are enough of them to say so."""
    if np.unique(expected).size < 6:
        return False
    return bool((np.less.outer(values, values) == np.less.outer(expected, expected)).all())


def _numbers(values: Results, expected: Results) -> bool:
    return all(one.dtype.kind in "biuf" for one in (*values, *expected))


def changed_alone(exercise: Exercise, probe: Arguments) -> dict[str, list[Arguments]]:
    """Return, by argument, a probe with this argument changed and nothing else, where that changes what should come out.

    An answer that returns the same for all does not look at the argument.
    """
    expected = np.asarray(exercise.solution(*deepcopy(probe)))
    found: dict[str, list[Arguments]] = {}
    for index, argument in enumerate(Asked.of(exercise).names[: len(probe)]):
        for change in habits.OTHERS:
            other = _tried_change(change, probe[index])
            if other is None:
                continue
            changed = (*probe[:index], other, *probe[index + 1 :])
            with np.errstate(all="ignore"):
                result = _tried(exercise.solution, *deepcopy(changed))
            if result is not None and result.shape == expected.shape and not agree(result, expected):
                found.setdefault(argument, []).append(changed)
                if len(found[argument]) == WAYS:
                    break
    return found


def _tried_change(change: habits.Change, argument: Any) -> Any:
    try:
        return _in_kind(change, argument)
    except Exception:
        return None


# ---- The right result, changed ----


def _explains(values: Results, candidates: Iterable[Any]) -> bool:
    """Whether something explains an answer on all probes; it stops at the first that it does not."""
    return all(one is not None and agree(value, one) for value, one in zip(values, candidates, strict=False))


def _tried(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function gives, or None if it cannot: the last column of a number, the solution for what does not fit."""
    try:
        found = function(*arguments)
        return None if found is None else np.asarray(found)
    except Exception:
        return None


def _same_shapes(values: Results, expected: Results) -> bool:
    return all(value.shape == one.shape for value, one in zip(values, expected, strict=True))


def _same_everywhere(values: Results, expected: Results) -> str | None:
    numbers, wanted = (np.unique(np.concatenate([one.ravel() for one in results])) for results in (values, expected))
    if numbers.size == 1 and wanted.size > 1:
        return habits.ALL_ALIKE
    if len(values) < 2 or not all(np.array_equal(value, values[0]) for value in values[1:]):
        return None
    return None if all(np.array_equal(one, expected[0]) for one in expected[1:]) else habits.ALWAYS_THE_SAME


def _changed(values: Results, expected: Results) -> str | None:
    for name, change in habits.ON_RESULTS.items():
        if _explains(values, (_tried(change, one) for one in expected)):
            return habits.ON_RESULTS_TEXTS[name]
    in_order = [np.sort(one, axis=None) for one in expected]
    if _same_shapes(values, expected) and _explains([np.sort(value, axis=None) for value in values], in_order):
        return habits.ANOTHER_ORDER
    if _explains([value.ravel() for value in values], [one.ravel() for one in expected]):
        return habits.OTHER_AXES
    return None


def _scaled(asked: Asked, probes: Sequence[Arguments], values: Results, expected: Results) -> str | None:
    """Name a factor or a summand that is the same on all probes, or a factor that is a length of an argument."""
    if not _same_shapes(values, expected):
        return None
    largest = [np.unravel_index(np.argmax(np.nan_to_num(np.abs(one))), one.shape) for one in expected if one.size]
    if len(largest) < len(values):
        return None
    factors = [float(value[at]) / float(one[at]) for value, one, at in zip(values, expected, largest, strict=True) if one[at]]
    if factors and _explains(values, [factors[0] * one for one in expected]):
        known = next((name for name, factor in habits.FACTORS.items() if np.isclose(factor, factors[0], rtol=1e-3)), None)
        return habits.FACTORS_TEXTS[known] if known else habits.ANY_FACTOR
    summand = float(values[0][largest[0]]) - float(expected[0][largest[0]])
    if _explains(values, [one + summand for one in expected]):
        return habits.ANY_SUMMAND
    for words, lengths in _lengths(asked, probes):
        if len({n for n in lengths if n not in (0, 1)}) < 2:  # none would give nothing away, and so would one
            continue
        if _explains(values, [one * n for one, n in zip(expected, lengths, strict=True)]):
            return habits.TOO_LARGE.format(length=words)
        if 0 not in lengths and _explains(values, [one / n for one, n in zip(expected, lengths, strict=True)]):
            return habits.TOO_SMALL.format(length=words)
    return None


def _lengths(asked: Asked, probes: Sequence[Arguments]) -> Iterator[tuple[str, list[float]]]:
    """Yield what one may forget to divide by, in words, and how much it is on each probe."""
    for index, argument in enumerate(asked.names):
        given = [np.asarray(probe[index]) for probe in probes if len(probe) > index]
        if len(given) < len(probes) or len({one.ndim for one in given}) > 1:
            continue
        if any(one.dtype.kind not in "biuf" for one in given):
            if given[0].ndim:
                yield f"how many there are in `{argument}`", [float(len(one)) for one in given]
            continue
        for words, lengths in _plain_lengths(argument, given):
            yield words, lengths
            for power, change in habits.POWERS.items():
                yield power.format(length=words), [float(change(n)) for n in lengths]


def _plain_lengths(argument: str, given: Results) -> Iterator[tuple[str, list[float]]]:
    axes = range(given[0].ndim)
    if not axes:
        yield f"`{argument}`", [float(one) for one in given]
    for axis in axes:
        yield f"the length of axis {axis} of `{argument}`", [float(one.shape[axis]) for one in given]
    if axes:
        yield f"how many numbers `{argument}` has", [float(one.size) for one in given]
        yield f"the sum of `{argument}`", [float(one.sum()) for one in given]
    if given[0].dtype.kind == "b":
        yield f"how often `{argument}` is False", [float((~one).sum()) for one in given]
    for axis in axes[:-1]:
        pair = axis, axis + 1
        words = f"the lengths of axes {pair[0]} and {pair[1]} of `{argument}`, multiplied"
        yield words, [float(one.shape[pair[0]] * one.shape[pair[1]]) for one in given]


# ---- The right result for other arguments ----


def _other_arguments(asked: Asked, probes: Sequence[Arguments], values: Results) -> str | None:
    """Name other arguments for which the solution gives this."""
    names = asked.names

    def explains(change: Callable[[list[Any]], list[Any]]) -> bool:
        return _explains(values, (_tried(lambda *given: asked.solution(*change(list(given))), *deepcopy(p)) for p in probes))

    def exchanged(a: int, b: int) -> Callable[[list[Any]], list[Any]]:
        return lambda given: [given[{a: b, b: a}.get(index, index)] for index in range(len(given))]

    def changed(places: Sequence[int], change: habits.Change) -> Callable[[list[Any]], list[Any]]:
        return lambda given: [_in_kind(change, one) if index in places else one for index, one in enumerate(given)]

    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            if explains(exchanged(a, b)):
                return habits.SWAPPED.format(a=names[a], b=names[b])
    for name, rows in habits.LEFT_OUT.items():
        if explains(lambda given, rows=rows: _only(rows, given)):  # type: ignore[misc]
            return habits.LEFT_OUT_TEXTS[name]
    for name, change in habits.ON_ARGUMENTS.items():
        for places in _one_or_alike(probes[0], len(names)):
            if explains(changed(places, change)):
                argument = "` and `".join(names[index] for index in places)
                return habits.ON_ARGUMENTS_TEXTS[name].format(argument=argument)
    return None


def _one_or_alike(probe: Arguments, count: int) -> Iterator[tuple[int, ...]]:
    """Yield the places of arguments that one may change: each alone, then those of one shape together."""
    yield from ((index,) for index in range(count))
    shapes = [one.shape if isinstance(one, np.ndarray) and one.dtype.kind == "f" else None for one in probe]
    for shape in dict.fromkeys(shapes):
        if shape is not None and shapes.count(shape) > 1:
            yield tuple(index for index, one in enumerate(shapes) if one == shape)


def _in_kind(change: habits.Change, argument: Any) -> Any:
    """Return an argument changed; a number stays a plain number."""
    if not isinstance(argument, np.ndarray | int | float):
        raise TypeError
    found = change(np.asarray(argument))
    if found is None:
        raise TypeError
    return np.array(found) if isinstance(argument, np.ndarray) else type(argument)(found)


def _only(rows: slice, given: list[Any]) -> list[Any]:
    """Leave out rows of all arguments that have as many as the first."""
    count = habits.rows(tuple(given))
    if count < 2:
        raise ValueError
    return [one[rows] if isinstance(one, np.ndarray | list) and len(one) == count else one for one in given]


# ---- Right in part ----


def _one_of_several(exercise: Exercise, probes: Sequence[Arguments], values: Results, expected: Results) -> str | None:
    """Diagnose a result of two to four numbers number by number."""
    count = expected[0].size
    if not 2 <= count <= len(habits.ONE_OF_SEVERAL) or any(one.shape != (count,) for one in (*values, *expected)):
        return None
    wrong = [j for j in range(count) if not _explains([v[j] for v in values], [e[j] for e in expected])]
    said = {j: _of_number(exercise, probes, values, expected, j) for j in wrong}
    place = next((j for j in wrong if said[j]), wrong[0])
    if said[place] is None and len(wrong) == count:
        return None
    others = "" if len(wrong) > 1 else ", the others are" if count > 2 else ", the other is"
    told = said[place] or direction([v[place] for v in values], [e[place] for e in expected]) or habits.BY_HAND
    return f"The {habits.ONE_OF_SEVERAL[place]} number is not right{others}. {told}"


def _of_number(exercise: Exercise, probes: Sequence[Arguments], values: Results, expected: Results, place: int) -> str | None:
    """Diagnose one number of several: as one that was asked for elsewhere, by a mistake in it alone, as any number is."""
    own, wanted = [np.asarray(value[place]) for value in values], [np.asarray(one[place]) for one in expected]
    for other, name in enumerate(habits.ONE_OF_SEVERAL[: expected[0].size]):
        if other != place and _explains(own, [one[other] for one in expected]):
            return habits.ANOTHER_NUMBER.format(number=name)
    for name, wrong in exercise.wrong.items():
        given = [_tried(wrong, *deepcopy(probe)) for probe in probes]
        if all(one is not None and one.shape == e.shape for one, e in zip(given, expected, strict=True)):
            rest = _explains([np.delete(one, place) for one in given], [np.delete(e, place) for e in expected])
            if rest and _explains(own, [one[place] for one in given]):
                return exercise.texts[name]
    asked = Asked.of(exercise).number(place)
    return _explanation(asked, probes, own, wanted) or _some_probes(probes, own, wanted) or _nearly(own, wanted)


def _some_places(values: Results, expected: Results) -> str | None:
    if not _same_shapes(values, expected) or not expected[0].ndim:
        return None
    if any(value.dtype.kind != one.dtype.kind for value, one in zip(values, expected, strict=True) if "U" in one.dtype.kind):
        return None
    wrong = [~close(value, one) for value, one in zip(values, expected, strict=True)]
    if all(one.all() for one in wrong):
        return None
    for name, places in habits.PLACES.items():
        only = name in habits.ONLY
        if all(_just_there(w, _tried(places, one), only) for w, one in zip(wrong, expected, strict=True)):
            return habits.PLACES_TEXTS[name]
    return None


def _just_there(wrong: Any, places: Any, only: bool) -> bool:
    """Whether what is wrong lies in these places only, and there is something wrong if there are such places; or in all."""
    fits = places is not None and places.shape == wrong.shape
    if only:
        return fits and bool((wrong == places).all())
    return fits and not (wrong & ~places).any() and bool(wrong.any() == places.any())


def _some_probes(probes: Sequence[Arguments], values: Results, expected: Results) -> str | None:
    wrong = [not agree(value, one) for value, one in zip(values, expected, strict=True)]
    if all(wrong):
        return None
    certain = min(wrong.count(True), wrong.count(False)) > 1 and len(wrong) > 4
    names = habits.PROBES if certain else habits.FORMS
    found = (name for name in names if [bool(habits.PROBES[name](probe)) for probe in probes] == wrong)
    return next((habits.PROBES_TEXTS[name] for name in found), None)


def _nearly(values: Results, expected: Results) -> str | None:
    if not _same_shapes(values, expected):
        return None
    pairs = zip(values, expected, strict=True)
    near = all(np.allclose(v, e, rtol=2e-3, atol=2e-3 * np.max(np.abs(e), initial=0), equal_nan=True) for v, e in pairs)
    if not near:
        return None
    return habits.HALF if any(is_half(v) and not agree(v, e) for v, e in zip(values, expected, strict=True)) else habits.NEARLY
