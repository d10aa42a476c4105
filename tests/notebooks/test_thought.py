"""What the sets of exercises ask for: little that the lesson prints, much to predict and to mend, all that it promises."""

import ast
import sys
from contextlib import suppress
from functools import cache
from inspect import signature

import jupytext
import numpy as np
import pytest

from course_utils.feedback.bank import exercises
from course_utils.feedback.calls import CallError, call
from course_utils.feedback.comparing import agree
from tests.notebooks.lessons import NOTEBOOKS

sys.path.insert(0, str(NOTEBOOKS))
from markers import objectives

SETS = sorted((NOTEBOOKS / "source" / "exercises").glob("[0-9]*.py"))
LESSONS = {int(path.name[:2]): path for path in sorted((NOTEBOOKS / "source").glob("[0-9]*.py"))}
PRINTED, THOUGHT = 1 / 5, 1 / 3  # at most, of the points for functions; at least, of all points
SECONDS = 60.0  # of a call; none is to be stopped, which may break what it was loading

of_each_set = pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)


def asked(path):
    """Yield what a set asks for: the mark of an exercise, and what else its cell says."""
    for cell in jupytext.read(path).cells:
        for kind in ("exercise", "written"):
            if kind in cell.metadata:
                yield cell.metadata[kind], cell.metadata


def points(path):
    """Return the points of what a set asks for, by its mark."""
    bank = exercises(int(path.name[:2]))
    return {mark: bank[mark].points if mark in bank else told["points"] for mark, told in asked(path)}


@cache
def written_in(lesson):
    """Return the functions that a lesson defines, with its imports around them; a default may need what has not been run."""
    body = ast.parse(LESSONS[lesson].read_text("utf-8")).body
    scope = {}
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef):
            node.decorator_list = []
            with suppress(NameError):
                exec(ast.unparse(node), scope)
    names = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    return {name: scope[name] for name in names if name in scope}


def answers(function, exercise):
    """Whether a function of a lesson returns what an exercise asks for, probe after probe."""
    if len(signature(function).parameters) != len(signature(exercise.solution).parameters):
        return False
    probes = exercise.probes(np.random.default_rng(0))
    try:
        return all(agree(call(function, probe, SECONDS).value, np.asarray(exercise.solution(*probe))) for probe in probes)
    except CallError:
        return False


def printed(exercise):
    """Whether a lesson prints a function that solves an exercise, has its name, or begins it (`batch_hard`, not `cost`)."""
    functions = [item for lesson in LESSONS for item in written_in(lesson).items()]
    begins = [name for name, _ in functions if "_" in name and exercise.name.startswith(f"{name}_")]
    return exercise.name in dict(functions) or bool(begins) or any(answers(one, exercise) for _, one in functions)


@pytest.mark.slow
@of_each_set
def test_at_most_one_point_in_five_is_for_a_function_that_a_lesson_prints(path):
    bank = exercises(int(path.name[:2]))
    given = {name for name, exercise in bank.items() if printed(exercise)}
    assert all(bank[name].points == 1 for name in given), f"a warm-up is worth one point: {given}"
    of_all = sum(exercise.points for exercise in bank.values())
    assert sum(bank[name].points for name in given) <= PRINTED * of_all, given


@of_each_set
def test_a_third_of_the_points_is_for_predicting_and_for_flaws(path):
    worth, kinds = points(path), {mark: told.get("kind") for mark, told in asked(path)}
    assert {"predict", "flaw"} <= set(kinds.values())
    assert sum(worth[mark] for mark, kind in kinds.items() if kind) >= THOUGHT * sum(worth.values())


@of_each_set
def test_points_tell_how_hard_a_function_is(path):
    assert {exercise.points for exercise in exercises(int(path.name[:2])).values()} == {1, 2, 3}


@of_each_set
def test_every_objective_of_the_lesson_is_practised_and_told_to_the_learner(path):
    """The build refuses an objective that nobody practises; here both lists are read once more, from what learners get."""
    promised = objectives(LESSONS[int(path.name[:2])].read_text("utf-8"))
    assert len(promised) >= 3
    practised = [told["practises"] for _, told in asked(path)]
    assert all(any(words in objective for words in practised) for objective in promised)
    head = jupytext.read(NOTEBOOKS / "assignments" / "release" / path.stem / f"{path.stem}.ipynb").cells[0].source
    assert all(f"- {objective} (exercise" in head for objective in promised)


@pytest.mark.slow
def test_a_function_of_a_lesson_is_found_by_its_name_and_by_what_it_returns():
    assert printed(exercises(1)["error_rates"])
    assert printed(exercises(3)["batch_hard_triplets"])
    assert answers(written_in(7)["gram_matrix"], exercises(7)["gram_matrix"])
    assert not answers(written_in(7)["wrong_gram"], exercises(7)["gram_matrix"])
    assert not printed(exercises(1)["tau_from_data"])
