"""The general diagnosis, tried on every exercise: each way of being wrong is made from the solution, and named.

What is said has to be true: the way that a message names is applied to the solution here, and gives the answer's results.
"""

import warnings
from copy import deepcopy
from inspect import signature

import numpy as np
import pytest

from course_utils.feedback import habits
from course_utils.feedback.bank import every_exercise
from course_utils.feedback.calls import NOTHING, plain
from course_utils.feedback.checking import UNKNOWN, Trials, judge
from course_utils.feedback.comparing import agree
from course_utils.feedback.exercise import exercise as declared
from course_utils.feedback.general import WAYS, changed_alone

BANK = [one for one in every_exercise().values() if one.unique]
NUMBERS = [one for one in BANK if np.asarray(one.solution(*Trials.of(one, 0).probes[0])).dtype.kind != "U"]


def quietly(function, *arguments):
    """Call what may divide by 0, or fail for arguments that do not fit."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments)


def changed_result(exercise, change):
    """An answer that changes the right result; where that cannot be done, it is the right result."""

    def answer(*arguments):
        result = np.asarray(exercise.solution(*arguments))
        try:
            changed = quietly(change, result.astype(np.float64))
        except (ValueError, IndexError, TypeError):
            return result
        return result if changed is None else np.asarray(changed)

    return answer


def with_argument(exercise, index, change):
    """An answer that changes one argument before it does all right."""

    def answer(*arguments):
        given = list(arguments)
        try:
            given[index] = quietly(kept_in_kind, change, given[index])
            return quietly(exercise.solution, *given)
        except Exception:
            return exercise.solution(*arguments)

    return answer


def kept_in_kind(change, argument):
    changed = change(np.asarray(argument))
    return np.array(changed) if isinstance(argument, np.ndarray) else type(argument)(changed)


def said_of(exercise, answer):
    """What is said of an answer that is wrong, or None if it is right for these probes."""
    verdict = judge(exercise, answer)
    return None if verdict.right else verdict.message


def is_own(exercise, message):
    return message in exercise.texts.values()


def gives(exercise, answer, other):
    """Whether two answers return the same for all probes."""
    probes = Trials.of(exercise, 0).probes
    return all(agree(np.asarray(answer(*deepcopy(p))), np.asarray(other(*deepcopy(p)))) for p in probes)


def true_of(exercise, answer, message):
    """Whether a message of one of the two large tables is true of an answer: its way gives the same results."""
    for name, change in habits.ON_RESULTS.items():
        if habits.ON_RESULTS_TEXTS[name] == message:
            return gives(exercise, answer, changed_result(exercise, change))
    for name, change in habits.ON_ARGUMENTS.items():
        for index, argument in enumerate(signature(exercise.solution).parameters):
            if habits.ON_ARGUMENTS_TEXTS[name].format(argument=argument) == message:
                return gives(exercise, answer, with_argument(exercise, index, change))
    return True


def is_general(message):
    return message != UNKNOWN and not message.startswith(("The result has", "There are numbers that are none"))


FEW = {"few": slice(3, None, 9), "all": slice(None)}
few_and_all = pytest.mark.parametrize("which", [FEW["few"], pytest.param(FEW["all"], marks=pytest.mark.slow)], ids=FEW)


@few_and_all
@pytest.mark.parametrize("name", habits.ON_RESULTS)
def test_a_changed_result_is_named_in_every_exercise(name, which):
    for exercise in NUMBERS[which]:
        answer = changed_result(exercise, habits.ON_RESULTS[name])
        said = said_of(exercise, answer)
        if said is None or not is_general(said):  # NaN has its own message, and goes first
            assert said is None or not said.startswith("The numbers"), (exercise.name, said)
            continue
        assert true_of(exercise, answer, said), (exercise.name, said)


@few_and_all
@pytest.mark.parametrize("name", habits.ON_ARGUMENTS)
def test_a_changed_argument_is_named_in_every_exercise(name, which):
    for exercise in BANK[which]:
        for index in range(len(signature(exercise.solution).parameters)):
            answer = with_argument(exercise, index, habits.ON_ARGUMENTS[name])
            said = said_of(exercise, answer)
            if said is not None and is_general(said):
                assert true_of(exercise, answer, said), (exercise.name, index, said)


@few_and_all
@pytest.mark.parametrize("name", habits.FACTORS)
def test_a_constant_factor_is_named_in_every_exercise(name, which):
    factor = habits.FACTORS[name]
    for exercise in NUMBERS[which]:
        said = said_of(exercise, changed_result(exercise, lambda e: factor * e))
        assert said is None or said == habits.FACTORS_TEXTS[name] or is_own(exercise, said) or "number" in said, exercise.name


def means(values):
    return np.asarray(values, np.float64).mean(axis=1)


def some_rows(rng):
    for rows, columns in ((3, 4), (5, 2), (2, 6)):
        yield (rng.normal(size=(rows, columns)),)


def declare(solution, probes, right=None, wrong=None):
    """An exercise that knows no mistakes of its own."""
    return declared(solution, probes, right or {}, wrong or {}, points=1, text="hint 1: a\nhint 2: b\nhint 3: c\n")


MEANS = declare(means, some_rows)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda values: values.sum(axis=1), "Too large by a factor: the length of axis 1 of `values`"),
        (lambda values: values.sum(axis=1) / (values.shape[1] - 1), "axis 1 of `values`, divided by itself less 1"),
        (lambda values: values.mean(axis=1) / len(values), "Too small by a factor: the length of axis 0 of `values`"),
        (lambda values: values.mean(axis=1) * values.size, "Too large by a factor: how many numbers `values` has"),
        (lambda values: 7 * values.mean(axis=1), "times the same factor"),
        (lambda values: values.mean(axis=1) + 0.3, "plus the same number"),
        (lambda values: values.mean(axis=1, keepdims=True), "not the axes of the result"),
        (lambda values: np.sort(values.mean(axis=1))[::-1], "in another order"),
        (lambda values: values[1:].mean(axis=1), "first row of the result is missing"),
        (lambda values: 3.0, "All that comes out, for every input, is one and the same"),
        (lambda values: values.mean(axis=1) + np.random.default_rng().normal(size=len(values)), "two different answers"),
        (lambda values: np.where(np.arange(len(values)) == 0, 0, values.mean(axis=1)), "Right but for the first row"),
        (lambda values: np.where(np.arange(len(values)) == len(values) - 1, 0, values.mean(1)), "Right but for the last row"),
        (lambda values: np.maximum(values.mean(axis=1), 0), "should be below 0 is 0"),
        (lambda values: np.abs(values).mean(axis=1), "`values` without the sign"),
        (lambda values: values.mean(axis=1).astype(int), "behind the point are cut off"),
        (lambda values: np.cos(9 * values).sum(axis=1), "no mistake that we know"),
        (lambda values: values.mean(axis=1) + 9 * np.abs(values).min(axis=1), "they are too large"),
        (lambda values: values.mean(axis=1) - 9 * np.abs(values).min(axis=1), "they are too small"),
        (lambda values: 1.0005 * values.mean(axis=1) + 1e-4 * values.max(axis=1), "right to a few digits only"),
    ],
)
def test_an_exercise_that_knows_no_mistakes_names_them(answer, message):
    verdict = judge(MEANS, answer)
    assert not verdict.right
    assert message in verdict.message


def shares(first, second):
    return np.array([np.mean(first), np.mean(second)])


def two_rows(rng):
    for length in (4, 7, 3):
        yield rng.uniform(1, 2, length), rng.uniform(3, 5, length)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda first, second: [np.mean(second), np.mean(first)], "in the order from last to first"),
        (lambda first, second: [np.mean(first), np.sum(second)], "The second number is not right, the other is. Too large"),
        (
            lambda first, second: [np.mean(first) ** 2, np.mean(second)],
            "The first number is not right, the other is. Each number is the square",
        ),
        (lambda first, second: [np.mean(first), np.max(second)], "The second number is not right, the other is. Wherever"),
        (lambda first, second: [np.mean(second), np.mean(second)], "first number is not right, the other is. It is what was"),
        (lambda first, second: [np.mean(first), np.mean(second**2)], "`second` squared would give this"),
        (lambda first, second: [np.mean(first), 4.0], "The second number is not right, the other is. All that comes out"),
        (lambda first, second: [np.mean(first[1:]), np.mean(second[1:])], "The first of the rows is never looked at"),
        (lambda first, second: [np.mean(first[:-1]), np.mean(second[:-1])], "The last of the rows is never looked at"),
        (lambda first, second: [np.sqrt(np.prod(first[:2])), np.max(first) * 2], "Two inputs that differ in `second` alone"),
    ],
)
def test_a_result_of_two_numbers_is_diagnosed_number_by_number(answer, message):
    verdict = judge(declare(shares, two_rows), answer)
    assert not verdict.right
    assert message in verdict.message


def test_what_changes_its_input_in_one_precision_only_is_seen():
    def in_place_in_float32(values):
        values = values.astype(np.float32, copy=False)
        values -= 1
        return values.mean(axis=1) + 1

    assert "changes the arrays" in judge(MEANS, in_place_in_float32).message


def test_what_works_only_once_is_not_right():
    calls = []

    def remembers(values):
        calls.append(values)
        return means(values) if len(calls) <= 3 else means(values) + len(calls)

    assert judge(MEANS, remembers).message == habits.BY_CHANCE


def test_constants_in_float32_are_no_mistake():
    from course_utils.backend import tf

    def with_tensorflow(values):
        return tf.reduce_sum(values * tf.constant(1.0, tf.float32), axis=1) / tf.cast(values.shape[1], tf.float32)

    assert judge(MEANS, with_tensorflow).right
    assert "twice as large" in judge(MEANS, lambda values: 2 * with_tensorflow(values)).message


@pytest.mark.parametrize("handed_over", [lambda x: x, lambda x: x.tolist(), lambda x: x.astype(np.float64)])
def test_float32_is_judged_as_such_however_it_is_handed_over(handed_over):
    assert judge(MEANS, lambda values: handed_over(values.astype(np.float32).mean(axis=1))).right
    assert not judge(MEANS, lambda values: handed_over(1.002 * values.astype(np.float32).mean(axis=1))).right


@pytest.mark.parametrize(
    "in_the_end",
    [
        lambda x: float(x.sum()) / x.size,
        lambda x: [float(x.mean())],
        lambda x: np.float64(x.sum()) / x.size,
    ],
)
def test_what_is_computed_in_float32_on_the_way_is_judged_as_such(in_the_end):
    def answer(factor):
        return lambda values: np.ravel([list(np.ravel(in_the_end(np.float32(factor) * np.float32(row)))) for row in values])

    assert judge(MEANS, answer(1)).right
    assert not judge(MEANS, answer(1.002)).right


def test_what_is_rounded_is_not_taken_for_float32():
    for digits in (2, 3, 4, 5, 6):
        assert not judge(MEANS, lambda values, digits=digits: np.round(values.mean(axis=1), digits)).right


def test_half_precision_is_told_as_such():
    assert judge(MEANS, lambda values: values.mean(axis=1).astype(np.float16)).message == habits.HALF
    assert judge(MEANS, lambda values: values.astype(np.float16).mean(axis=1).tolist()).message == habits.HALF


@pytest.mark.parametrize(
    "text", [*habits.ON_RESULTS_TEXTS.values(), *habits.PROBES_TEXTS.values(), *habits.PLACES_TEXTS.values()]
)
def test_a_text_is_one_or_two_sentences(text):
    assert text[0].isupper()
    assert text.endswith((".", "?"))
    assert len(text) < 160


@pytest.mark.parametrize("table", ["ON_RESULTS", "ON_ARGUMENTS", "LEFT_OUT", "PLACES", "PROBES", "FACTORS"])
def test_each_line_of_a_table_has_its_text(table):
    assert getattr(habits, table).keys() == getattr(habits, f"{table}_TEXTS").keys()


def counted(values, limit):
    """The places of those within a limit, added up."""
    return float(np.flatnonzero(values <= limit).sum())


def counts(rng):
    for length in (5, 7, 4):
        yield rng.uniform(0, 1, length), float(rng.uniform(0.4, 0.6))


def test_an_argument_is_called_unseen_only_if_no_change_of_it_is_seen():
    """One change can make no difference by chance, where few answers are possible."""
    exercise = declare(counted, counts)
    ways = changed_alone(exercise, next(iter(exercise.probes(np.random.default_rng(0)))))["values"]
    assert len(ways) == WAYS
    assert habits.UNSEEN.format(argument="values") in judge(exercise, lambda values, limit: np.cos(9 * limit)).message
    seen = {values.tobytes() for values, _ in ways[:1]}
    sees_one = judge(exercise, lambda values, limit: np.cos(9 * limit) + 5 * (values.tobytes() in seen))
    assert "`values` alone" not in sees_one.message


def scaled_counts(rng):
    for shape, turns in (((3, 2), 0), ((4, 5), 2), ((2, 6), 1)):
        yield rng.uniform(1, 2, shape), turns


def test_a_factor_that_is_0_or_1_wherever_it_can_be_seen_is_none():
    exercise = declare(lambda values, turns: values.mean(axis=1), scaled_counts)
    verdict = judge(exercise, lambda values, turns: values.mean(axis=1) * (turns * (turns - 1) / 2))
    assert "`turns`" not in verdict.message


def boxes(rng):
    for shape in ((1, 3, 2, 2), (1, 2, 4, 4), (1, 4, 3, 3), (1, 2, 3, 4), (1, 5, 2, 3), (1, 3, 4, 2)):
        yield (rng.uniform(1, 2, shape),)


def test_no_picture_is_called_as_high_as_wide_that_is_not():
    """Right where width and channels are as many: that is said of two axes, whichever they are."""
    exercise = declare(lambda activations: activations.sum(axis=2), boxes)
    verdict = judge(exercise, lambda activations: activations.sum(axis=2) + (activations.shape[2] != activations.shape[3]))
    assert verdict.message == habits.PROBES_TEXTS["equal axes"]
    assert "two axes are equally long" in verdict.message


@pytest.mark.parametrize("words", [["near", "far away"], ["near", None], [None, 1.5], ["near", 2]])
def test_an_array_of_objects_is_read_as_the_words_in_it(words):
    assert plain(np.array(words, dtype=object)).tolist() == [NOTHING if one is None else str(one) for one in words]
