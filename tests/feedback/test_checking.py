"""Every right answer is accepted, every mistake rejected and named; answers that misbehave get a sentence."""

import os
import re
import sys
import threading
import time
import warnings
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from course_utils.feedback.bank import every_exercise
from course_utils.feedback.bank.lesson_05.common import NOBODY
from course_utils.feedback.calls import CallError, _stop, call
from course_utils.feedback.checking import judge
from tests.waiting import wait_until

BANK = list(every_exercise().values())
GRAM_MATRIX = every_exercise()["gram_matrix"]
SEEDS = range(2)
MORE = range(2, 4)  # for the half of the tests that is not quick

RIGHT = [(e, name, f) for e in BANK for name, f in e.right.items()]
WRONG = [(e, name) for e in BANK for name in e.wrong]


@pytest.mark.parametrize(("exercise", "name", "answer"), RIGHT, ids=[f"{e.name}: {name}" for e, name, _ in RIGHT])
def test_right_answers_are_accepted(exercise, name, answer):
    assert all(judge(exercise, answer, seed).right for seed in SEEDS)


@pytest.mark.parametrize(("exercise", "name"), WRONG, ids=[f"{e.name}: {name}" for e, name in WRONG])
def test_mistakes_are_rejected_and_named(exercise, name):
    for seed in SEEDS:
        verdict = judge(exercise, exercise.wrong[name], seed)
        assert not verdict.right
        assert verdict.message == exercise.texts[name]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", BANK, ids=lambda e: e.name)
def test_more_seeds_say_the_same(exercise):
    for seed in MORE:
        for answer in exercise.right.values():
            assert judge(exercise, answer, seed).right
        for name, wrong in exercise.wrong.items():
            assert judge(exercise, wrong, seed).message == exercise.texts[name]


@pytest.mark.parametrize("exercise", BANK, ids=lambda e: e.name)
def test_an_exercise_has_enough_mistakes_and_right_answers(exercise):
    assert len(exercise.wrong) >= 6
    assert len(exercise.right) >= 3
    assert len({exercise.texts[name] for name in exercise.wrong}) == len(exercise.wrong)


def expected_values(exercise, seed):
    for arguments in exercise.probes(np.random.default_rng(seed)):
        values = np.asarray(exercise.solution(*arguments)).ravel()
        if values.dtype.kind != "U":
            yield from np.abs(values.astype(np.float64))


@pytest.mark.parametrize("exercise", [e for e in BANK if e.unique], ids=lambda e: e.name)
def test_no_message_has_a_value_that_is_expected(exercise):
    """A value that came out would have three digits or more. Shorter ones are exponents, bounds, examples; 255 is white."""
    texts = [exercise.texts[name] for name in (*exercise.wrong, *exercise.always)]
    numbers = [number for text in texts for number in re.findall(r"\d+(?:\.\d+)?", text)]
    told = [float(number) for number in numbers if len(number.replace(".", "").lstrip("0")) >= 3 and number != "255"]
    for seed in SEEDS:
        for value in expected_values(exercise, seed):
            assert not [number for number in told if abs(number - value) <= 0.005 * value]


@pytest.mark.parametrize("exercise", [e for e in BANK if e.unique], ids=lambda e: e.name)
def test_right_answers_have_all_properties(exercise):
    """Or a message would be untrue: something that the right answer lacks, too."""
    for seed in SEEDS:
        for arguments in exercise.probes(np.random.default_rng(seed)):
            value = np.asarray(exercise.solution(*deepcopy(arguments)))
            value = value if value.dtype.kind == "U" else value.astype(np.float64)
            for name, holds in exercise.always.items():
                assert holds(arguments, value), name


@pytest.mark.parametrize("handed_over", [iter, list, tuple, lambda rows: (list(row) for row in rows), np.asmatrix])
def test_rows_may_come_in_any_form(handed_over):
    assert judge(GRAM_MATRIX, lambda a: handed_over(GRAM_MATRIX.solution(a))).right


def test_numbers_may_be_of_any_kind():
    def exact(people, pictures):
        return [Fraction(people * pictures * (pictures - 1), 2), Decimal(people * (people - 1) * pictures**2 // 2)]

    assert judge(every_exercise()["pair_counts"], exact).right
    assert call(lambda: [2**70, 1], ()).value.tolist() == [2.0**70, 1.0]


def endless(a):
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # the time limit is no Exception
            continue


def raising(a):
    raise KeyError("no such layer")


def leaving(a):
    raise SystemExit(0)


def changing(a):
    a *= 2
    return GRAM_MATRIX.solution(a / 2)


class Equal:
    """Equal to everything, as a cheat would be."""

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda a: None, "returned nothing"),
        (lambda a: "four", "number or a word"),
        (lambda a: Equal(), "returned an Equal"),
        (lambda a: [[1, 2], [3]], "returned a list"),
        (raising, "stopped in line .* with KeyError"),
        (leaving, "stopped in line .* with SystemExit"),
        (endless, "did not return within 0.2 seconds"),
        (changing, "changes the arrays or lists"),
        (lambda: 1, "stopped with TypeError"),
        (np.eye(3), "without brackets, got ndarray"),
        (lambda a: GRAM_MATRIX.solution(a)[0], "Only the first row of the result comes out"),
        (lambda a: np.ones((7, 7)) * a.sum(), "The result has the shape"),
        (lambda a: GRAM_MATRIX.solution(a) * np.nan, "numbers that are none"),
        (lambda a: np.triu(GRAM_MATRIX.solution(a)), "not symmetric"),
        (lambda a: -GRAM_MATRIX.solution(a), "Each number has the other sign"),
        (lambda a: -GRAM_MATRIX.solution(a) - 3.3 * np.eye(a.shape[3]), "negative number on the diagonal"),
        (lambda a: GRAM_MATRIX.solution(a) + 1, "larger by 1"),
        (
            lambda a: GRAM_MATRIX.solution(a) ** 2 + 3 * abs(GRAM_MATRIX.solution(a)) + 1.7,
            "they are too large",
        ),
        (lambda a: np.cos(7 * GRAM_MATRIX.solution(a)) + 1, "no mistake that we know"),
        (lambda a: None if a.shape[1] == 5 else GRAM_MATRIX.solution(a), "For some inputs your function returns nothing"),
        (lambda a: [None if i % 2 else 1.0 for i in range(a.shape[3])], "There is a None among your results"),
        (lambda a: GRAM_MATRIX.solution(a).sum, "brackets missing"),
        (lambda a: 1 / np.zeros_like(GRAM_MATRIX.solution(a)), "numbers that are infinite"),
    ],
)
def test_other_wrong_answers_get_a_sentence_and_never_a_stack_trace(answer, message):
    verdict = judge(GRAM_MATRIX, answer, seconds=0.2 if answer is endless else 60)
    assert not verdict.right
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(verdict.message)
    assert "Traceback" not in verdict.message


def guarded(name, guard, epsilon, dtype):
    """A distance with something under its root."""
    if name == "batch_distances":
        return lambda e: np.sqrt(guard(((e[:, None] - e).astype(dtype) ** 2).sum(2), dtype(epsilon)))
    axis = 1 if name == "euclidean" else (1, 2)
    return lambda a, b: np.sqrt(guard(((a - b).astype(dtype) ** 2).sum(axis), dtype(epsilon)))


@pytest.mark.parametrize("name", ["euclidean", "mended_picture_distance", "batch_distances"])
@pytest.mark.parametrize("guard", [np.add, np.maximum])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_number_under_the_root_is_right_with_a_remark_or_a_mistake_by_its_size(name, guard, dtype):
    exercise = every_exercise()[name]
    for epsilon in (1e-16, 1e-12):
        verdict = judge(exercise, guarded(name, guard, epsilon, dtype))
        assert verdict.right
        assert "One remark: what is equal comes out a little apart" in verdict.message
    for epsilon in (1e-9, 1e-7, 1e-4):
        verdict = judge(exercise, guarded(name, guard, epsilon, dtype))
        assert not verdict.right
        assert verdict.message == exercise.texts[exercise.guard]
    assert judge(exercise, guarded(name, guard, 0, dtype)).message == "Right."


ROOTS = {
    "euclidean": lambda root: lambda a, b: root(((a - b) ** 2).sum(axis=1)),
    "mended_picture_distance": lambda root: lambda a, b: root(((a - b) ** 2).sum(axis=(1, 2))),
    "batch_distances": lambda root: lambda e: root(((e[:, None] - e) ** 2).sum(axis=2)),
    "triplet_loss": lambda root: (
        lambda a, p, n, gap: np.maximum(0, gap + root(((a - p) ** 2).sum(axis=1)) - root(((a - n) ** 2).sum(axis=1)))
    ),
    "identify": lambda root: (
        lambda query, names, gallery, tau: min(
            zip([*root(((gallery - query) ** 2).sum(axis=1)), np.nextafter(tau, np.inf)], [*names, NOBODY], strict=True)
        )[1]
    ),
    "relative_distance": lambda root: lambda a, b, other: root(((a - b) ** 2).sum()) / root(((a - other) ** 2).sum()),
    "mean_direction": lambda root: lambda e: e.mean(axis=0) / root((e.mean(axis=0) ** 2).sum()),
}


@pytest.mark.parametrize("name", ROOTS)
def test_one_rule_for_a_small_number_under_a_root_in_every_exercise_that_has_one(name):
    for epsilon in (0, 1e-16, 1e-12):
        assert judge(every_exercise()[name], ROOTS[name](lambda x, e=epsilon: np.sqrt(x + e))).right, epsilon


def appended(names):
    names.append("nobody")
    return 1


@pytest.mark.parametrize(
    ("changing", "argument"),
    [
        (appended, ["anna", "ben"]),
        (lambda names: names.clear(), ["anna", "ben"]),
        (lambda names: names.__setitem__(0, "nobody"), ["anna", "ben"]),
        (lambda names: names.reverse(), ["anna", "ben"]),
        (lambda names: names.append(names), ["anna", "ben"]),
        (lambda names: names.__setitem__(0, np.ones(2)), [np.zeros(2), np.zeros(2)]),
        (lambda rows: rows[1].__setitem__(0, 1), [np.zeros(2), np.zeros(2)]),
        (lambda rows: rows[0].append(3), [[1, 2], [3]]),
        (lambda rows: rows[0].pop(), ([1, 2], [3])),
        (lambda a: a.__setitem__(0, np.nan), np.zeros(2)),
        (lambda a: a.sort(), np.array([2, 1])),
        (lambda a: a.resize((3,), refcheck=False), np.array([2, 1])),
        (lambda a: setattr(a, "shape", (2, 1)), np.array([2, 1])),
    ],
)
def test_a_call_that_changes_what_it_is_given_is_seen(changing, argument):
    def answer(given):
        changing(given)
        return 1

    assert call(answer, (argument,)).changed_its_input


@pytest.mark.parametrize("argument", [np.array([1, np.nan]), np.nan, [np.nan, "x"], ["a", "b"], 3, "word", (1, 2)])
def test_a_call_that_changes_nothing_is_seen_too(argument):
    assert not call(lambda given: 1, (argument,)).changed_its_input


@pytest.mark.parametrize(
    "disturbing",
    [
        lambda: sys.stdout.close(),
        lambda: sys.stderr.close(),
        lambda: setattr(sys, "stdout", None),
        lambda: os.chdir("/"),
        lambda: warnings.simplefilter("error"),
        lambda: np.seterr(all="raise"),
        lambda: sys.setrecursionlimit(90),
        lambda: os.environ.clear(),
    ],
)
def test_what_a_call_does_to_the_process_does_not_end_the_check(disturbing, capsys, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    folder, deepest, handling = Path.cwd(), sys.getrecursionlimit(), np.geterr()

    def answer(a):
        disturbing()
        return GRAM_MATRIX.solution(a) * np.nan

    assert "numbers that are none" in judge(GRAM_MATRIX, answer).message
    assert (Path.cwd(), sys.getrecursionlimit(), np.geterr()) == (folder, deepest, handling)
    print("still here")
    assert capsys.readouterr().out == "still here\n"


def test_what_is_printed_is_caught_and_mentioned(capsys):
    def printing(a):
        print("debugging")
        return GRAM_MATRIX.solution(a)

    verdict = judge(GRAM_MATRIX, printing)
    assert verdict.right
    assert "prints" in verdict.message
    assert capsys.readouterr().out == ""


def test_a_call_over_its_time_ends():
    begun, ended = [], []

    def counting():
        begun.append(True)
        try:
            while True:
                time.sleep(0.01)
        finally:
            ended.append(True)

    with pytest.raises(CallError):
        call(counting, (), seconds=0.1)
    wait_until(lambda: ended)
    assert begun == ended == [True]


class SlowToGo:
    """Takes longer to be let go than it takes to be asked again to stop."""

    def __del__(self):
        end = time.monotonic() + 0.12
        while time.monotonic() < end:
            pass


@pytest.fixture
def heard(monkeypatch):
    """What Python says of errors that nobody can catch."""
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    monkeypatch.setattr(threading, "excepthook", told.append)
    return told


def begun_by(test):
    """The threads that live now and did not before."""
    before = set(threading.enumerate())
    test()
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_nothing_is_said_where_the_end_of_a_call_falls_into_a_finaliser(heard):
    def letting_go():
        for _ in range(10):
            SlowToGo()

    def over_its_time():
        with pytest.raises(CallError, match="did not return"):
            call(letting_go, (), seconds=0.1)

    begun_by(over_its_time)
    assert heard == []


def test_nothing_is_said_where_it_falls_into_the_last_lines_of_a_thread(heard):
    worker = threading.Thread(target=endless, args=(0,))
    worker.start()
    _stop(worker)
    worker.join()
    assert heard == []


def test_errors_of_others_that_nobody_can_catch_are_still_said(heard):
    with pytest.raises(CallError):
        call(endless, (0,), seconds=0.1)

    class Broken:
        def __del__(self):
            raise KeyError("mine")

    Broken()
    assert [told.exc_type for told in heard] == [KeyError]


def test_the_line_of_an_error_is_the_learners_and_not_one_of_a_library():
    def reshaped(a):
        wrong = a.reshape(-1)
        return np.array_split(wrong, 0)

    verdict = judge(GRAM_MATRIX, reshaped)
    line = reshaped.__code__.co_firstlineno + 2
    assert f"stopped in line {line} with ValueError" in verdict.message
