"""Mutation testing: the judge rejects nearly every small change of every reference solution."""

import ast
import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from course_utils.feedback.bank import LESSONS, exercises
from course_utils.feedback.checking import accepts, judge
from tests.feedback.equivalent_mutants import EQUIVALENT
from tests.feedback.mutants import bare, mutants
from tests.notebooks.lessons import NOTEBOOKS, cells, read

SETS = {path.stem: path for path in sorted((NOTEBOOKS / "assignments" / "source").glob("*/*.ipynb"))}
SEEDS = range(3)
SECONDS = 1.0  # of a call; some mutants loop for ever
ACCEPTED = 0.02  # at most, of the mutants that are not equivalent
# Exercises that nearly every answer is right in: by name the reason.
FREE = {"my_painting": "with other colours, forms and chance it is another painting, and as good"}


@dataclass(frozen=True)
class Solution:
    """A function in a notebook with solutions, and the names around it."""

    exercise: object
    source: str
    scope: dict


@cache
def solutions(name):
    """Return the solutions of a set, by exercise. Its imports and solutions are run, nothing else of it."""
    code = [cell for cell in cells(read(SETS[name]), "code") if "experiment" not in cell.metadata.get("tags", [])]
    solved = [cell.source for cell in code if cell.metadata.get("nbgrader", {}).get("solution")]
    imports = [node for cell in code for node in ast.parse(cell.source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    scope = {}
    exec(ast.unparse(ast.Module(imports, [])), scope)
    exec("\n".join(solved), scope)
    written = [node for source in solved for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    bank = exercises(int(name[:2]))
    return {node.name: Solution(bank[node.name], bare(ast.unparse(node)), scope) for node in written if node.name in bank}


def built(source, solution):
    """Return the function that a source defines, among the names of a notebook."""
    scope = dict(solution.scope)
    exec(source, scope)
    return scope[solution.exercise.name]


def accepted(source, solution):
    """Whether the judge takes a mutant for right, with all seeds. What a mutant warns of is its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            function = built(source, solution)
        except Exception:
            return False
        return all(accepts(solution.exercise, function, seed, SECONDS) for seed in SEEDS)


@cache
def judged(name):
    """Return for each exercise of a set, for each label of a mutant, whether it was accepted."""
    return {
        exercise: {mutant.label: accepted(mutant.source, solution) for mutant in mutants(solution.source)}
        for exercise, solution in solutions(name).items()
        if exercise not in FREE
    }


def survivors(name):
    """Return the mutants of a set that were accepted and are not known to be equivalent, for a reader."""
    return [
        f"{exercise}: {label}"
        for exercise, labels in judged(name).items()
        for label, was_accepted in labels.items()
        if was_accepted and label not in EQUIVALENT.get(exercise, {})
    ]


def number_of_mutants(name):
    """Return how many mutants a set has, without the equivalent ones."""
    return sum(len(labels.keys() - EQUIVALENT.get(exercise, {}).keys()) for exercise, labels in judged(name).items())


def table(name):
    """Return for each exercise how many mutants were rejected, as text."""
    rows = []
    for exercise, labels in judged(name).items():
        same = EQUIVALENT.get(exercise, {}).keys() & labels.keys()
        rejected = sum(not was_accepted for label, was_accepted in labels.items() if label not in same)
        rows.append(f"{exercise}: {rejected} of {len(labels) - len(same)} rejected, {len(same)} equivalent")
    return "\n".join(rows)


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_nearly_all_mutants_of_a_set_are_rejected(name):
    left = survivors(name)
    assert len(left) <= ACCEPTED * number_of_mutants(name), "\n".join([table(name), "Accepted:", *left])


@pytest.mark.slow
def test_nearly_all_mutants_are_rejected():
    left = [f"{name}: {survivor}" for name in SETS for survivor in survivors(name)]
    assert len(left) <= ACCEPTED * sum(map(number_of_mutants, SETS)), "\n".join(left)


@pytest.mark.slow
def test_equivalent_mutants_exist_and_are_accepted():
    found = {exercise: labels for name in SETS for exercise, labels in judged(name).items()}
    told = [(exercise, label) for exercise, reasons in EQUIVALENT.items() for label in reasons]
    assert all(reasons and all(reasons.values()) for reasons in EQUIVALENT.values())
    gone = [f"{exercise}: {label}" for exercise, label in told if label not in found.get(exercise, {})]
    assert not gone, "\n".join(["No such mutants:", *gone])
    rejected = [f"{exercise}: {label}" for exercise, label in told if not found[exercise][label]]
    assert not rejected, "\n".join(["Rejected, so not equivalent:", *rejected])


@pytest.mark.parametrize("name", SETS)
def test_reference_solutions_are_accepted(name):
    for solution in solutions(name).values():
        for seed in SEEDS:
            assert judge(solution.exercise, built(solution.source, solution), seed).right, solution.exercise.name


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_exercise_has_a_solution_in_the_notebook_of_its_lesson(lesson):
    names = [name for name in SETS if int(name[:2]) == lesson]
    if names:
        assert set(exercises(lesson)) == {exercise for name in names for exercise in solutions(name)}


def test_exercises_left_out_are_exercises():
    assert FREE.keys() <= {exercise for lesson in LESSONS for exercise in exercises(lesson)}
    assert all(FREE.values())


SMALL = '''
def share(a, b):
    """Not changed."""
    total = np.sum((a - b) ** 2, axis=1)  # nor is this
    if total[0] < 0.5 and not b:
        total = -total[1:]
    return np.sqrt(total).T / len(a)
'''


@pytest.mark.parametrize(
    "label",
    [
        "line 2: a - b -> a + b",
        "line 2: a - b -> b - a",
        "line 2: a - b -> a",
        "line 2: (a - b) ** 2 -> (a - b) * 2",
        "line 2: (a - b) ** 2 -> (a - b) ** 3",
        "line 2: (a - b) ** 2 -> (a - b) ** 0",
        "line 2: (a - b) ** 2 -> (a - b) ** (-2)",
        "line 2: axis=1 -> axis=0",
        "line 2: axis=1 -> axis=None",
        "line 2: np.sum((a - b) ** 2, axis=1) -> np.sum((a - b) ** 2)",
        "line 2: np.sum((a - b) ** 2, axis=1) -> (a - b) ** 2",
        "line 2: np.sum -> np.mean",
        "line 2: a - b -> b - b",
        "line 2: total = np.sum((a - b) ** 2, axis=1) -> deleted",
        "line 3: if total[0] < 0.5 and (not b): -> if not (total[0] < 0.5 and (not b)):",
        "line 3: total[0] < 0.5 and (not b) -> total[0] < 0.5 or not b",
        "line 3: total[0] < 0.5 -> total[0] <= 0.5",
        "line 3: total[0] < 0.5 -> total[0] > 0.5",
        "line 3: total[0] < 0.5 -> total[0] < 1.5",
        "line 3: not b -> b",
        "line 4: -total[1:] -> total[1:]",
        "line 4: 1: -> :",
        "line 4: 1: -> 2:",
        "line 5: np.sqrt(total) -> total",
        "line 5: np.sqrt(total).T -> np.sqrt(total)",
        "line 5: np.sqrt(total).T / len(a) -> np.sqrt(total).T * len(a)",
    ],
)
def test_the_generator_makes_this_mutant(label):
    assert label in [mutant.label for mutant in mutants(SMALL)]


def test_mutants_are_different_functions_with_different_labels():
    found = mutants(SMALL)
    assert len({mutant.label for mutant in found}) == len({mutant.source for mutant in found}) == len(found)
    assert bare(SMALL) not in [mutant.source for mutant in found]
    assert all(isinstance(ast.parse(mutant.source).body[0], ast.FunctionDef) for mutant in found)


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("def f(a):\n    a += 1\n    return a", "def f(a):\n    a = 1\n    return a"),
        ("def f(a):\n    return max(0, a[-1])", "def f(a):\n    return max(0, a[1])"),
        ("def f(a):\n    return max(0, a[-1])", "def f(a):\n    return min(0, a[-1])"),
        ("def f(a, k):\n    return a[:k]", "def f(a, k):\n    return a[:k + 1]"),
        ("def f(a, k):\n    return a[k]", "def f(a, k):\n    return a[k - 1]"),
        ("def f(a):\n    return np.where(a, 1, 2)", "def f(a):\n    return np.where(a, 2, 1)"),
        ("def f(a):\n    return a.sum(axis=(1, 2))", "def f(a):\n    return a.sum(axis=(2,))"),
        ("def f(a):\n    return a.reshape(2, 3)", "def f(a):\n    return a"),
        ("def f(a):\n    return [x for x in a if x]", "def f(a):\n    return [x for x in a if not x]"),
        ("def f(a):\n    for x in range(a):\n        break", "def f(a):\n    for x in range(a - 1):\n        break"),
        ("def f(a):\n    for x in range(a):\n        break", "def f(a):\n    for x in range(a):\n        pass"),
        ("def f(a):\n    return a.max(keepdims=True)", "def f(a):\n    return a.max(keepdims=False)"),
    ],
)
def test_the_generator_makes_this_change(source, changed):
    assert changed in [mutant.source for mutant in mutants(source)]


def test_commutative_calls_and_conversions_are_left_alone():
    sources = [mutant.source for mutant in mutants("def f(a):\n    return float(np.maximum(0, a))")]
    assert not any("np.maximum(a, 0)" in source or "float" not in source for source in sources if "pass" not in source)


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ("return np.einsum('bhwi,bhwj->ij', a, a)", True),
        ("return np.einsum('bhwi,bhwj->ij', a, a) + 1", False),
        ("return np.zeros(2) / 0", False),  # a warning, elsewhere an error
        ("return nothing_of_this_name", False),
        ("while True: pass", False),
    ],
)
def test_a_mutant_is_accepted_if_it_is_right_whatever_else_it_does(body, right):
    gram_matrix = Solution(exercises(7)["gram_matrix"], "", {"np": np})
    assert accepted(f"def gram_matrix(a):\n    {body}", gram_matrix) == right
