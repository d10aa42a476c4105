"""Marks in a source of exercises: what they become, and what is said of a mark that cannot be."""

import sys
from collections.abc import Sequence
from pathlib import Path

import jupytext
import pytest

from course_utils.feedback.bank import exercises

sys.path.insert(0, str(Path(__file__).parents[2] / "notebooks"))
from markers import SourceError, expand, objectives

TITLE = "# %% [markdown]\n# # Exercises\n#\n# OBJECTIVES\n#\n# TOTAL points.\n"
COUNTED, CHOSEN = "count two kinds of error", "choose a threshold, and say what it costs"
ALL = [f'# %% exercise="{name}" practises="count two"\n' for name in exercises(1)]
WRITTEN = '# %% [markdown] written="honest" points=3 practises="what it costs"\n# It depends.\n'
QUESTION = '# %% [markdown] locked="q-w"\n# ## In words\n'


def cells(*parts: str, practised: Sequence[str] = (COUNTED,)):
    """Return the cells that a source of these parts becomes."""
    return expand(jupytext.reads("\n".join([TITLE, *parts]), fmt="py:percent").cells, 1, "01_exercises", practised)


def question(*lines: str) -> str:
    return '# %% [markdown] locked="q-mine"\n' + "".join(f"# {line}\n" for line in lines)


def test_one_line_without_a_question_is_enough():
    expanded = cells(*ALL)
    assert len(expanded) == 1 + 3 * len(ALL)
    asked, answer, check = expanded[1:4]
    name = next(iter(exercises(1)))
    exercise = exercises(1)[name]
    assert asked.source.startswith(f"## 1. {name.replace('_', ' ').capitalize()} (")
    assert f"*Objective: {exercise.objective}.*" in asked.source
    assert f"Write `{name}(" in asked.source
    assert answer.source.splitlines()[-1] == "    ### END SOLUTION"
    assert answer.metadata.nbgrader == {
        "grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True, "task": False
    }  # fmt: skip
    assert check.source == f'check("{name}", {name})'
    assert check.metadata.nbgrader.points == exercise.points
    assert check.metadata.nbgrader.locked


def test_a_question_of_ones_own_gets_number_points_and_objective():
    expanded = cells(question("## Far apart", "", "How far?"), *ALL)
    exercise = exercises(1)[next(iter(exercises(1)))]
    first, objective, *rest = expanded[1].source.split("\n\n")
    points = "point" if exercise.points == 1 else "points"
    assert first == f"## 1. Far apart ({exercise.points}\N{NO-BREAK SPACE}{points})"
    assert objective == f"*Objective: {exercise.objective}.*"
    assert rest == ["How far?"]


def test_headings_are_counted_and_points_are_added_up():
    expanded = cells(*ALL, question("## In words"), WRITTEN, practised=(COUNTED, CHOSEN))
    numbers = [cell.source.split(".")[0] for cell in expanded if cell.source.startswith("## ")]
    assert numbers == [f"## {number}" for number in range(1, len(ALL) + 2)]
    total = sum(exercise.points for exercise in exercises(1).values()) + 3
    assert expanded[0].source.endswith(f"{total} points.")
    assert expanded[-1].metadata.nbgrader.grade_id == "w-honest"
    assert expanded[-1].metadata.nbgrader.points == 3


def test_a_check_may_stand_later_and_then_stands_once():
    name = next(iter(exercises(1)))
    expanded = cells(*ALL, "# %%\nfirst = 1\n", f'# %% check="{name}"\n')
    (at,) = [index for index, cell in enumerate(expanded) if cell.source == f'check("{name}", {name})']
    assert at == len(expanded) - 1


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([*ALL, '# %% exercise="euclid"\n'], r"cell 8: exercise='euclid', but lesson 01 has only equal_error_rate"),
        ([*ALL, '# %% exercise="gram_matrix"\n'], r"exercise='gram_matrix', but lesson 01 has only"),
        ([*ALL, ALL[0]], r"exercise='equal_error_rate' is there twice"),
        (ALL[1:], r'nobody asks for equal_error_rate; write # %% exercise="equal_error_rate" where it belongs'),
        ([*ALL[1:], '# %% check="equal_error_rate"\n'], r'but no cell says exercise="equal_error_rate"'),
        ([*ALL[1:], ALL[0] + "x = 1\n"], r"the code of equal_error_rate comes from the bank; leave the cell empty"),
        ([*ALL, '# %% task="euclidean"\n'], r"task is no mark; use one of exercise, check, written, locked"),
        ([*ALL, '# %% [markdown] written="honest"\n# x\n'], r"written='honest' needs its points"),
        ([*ALL, WRITTEN], r"written='honest' has no question; put a cell above it that begins with ##"),
        ([*ALL[1:], ALL[0].replace(' practises="count two"', "")], r"practises='' of equal_error_rate names 0 objectives"),
        ([*ALL[1:], ALL[0].replace("count two", "paint")], r"practises='paint' of equal_error_rate names 0 objectives"),
        ([*ALL[1:], ALL[0].strip() + ' kind="hard"\n'], r"equal_error_rate has kind='hard'; use one of predict, flaw"),
        ([*ALL[1:], ALL[0].strip() + ' kind="flaw"\n'], r"kind='flaw', but its heading is 'Equal error rate'"),
        ([*ALL[1:], question("## Find the bug"), ALL[0]], r"equal_error_rate has kind=None, but its heading is 'Find the bug'"),
        ([*ALL, '# %% [markdown] written="honest" points="3"\n# x\n'], r"written='honest' needs its points"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_its_place(parts, message):
    with pytest.raises(SourceError, match=f"01_exercises.*{message}"):
        cells(*parts)


def test_the_head_tells_by_which_exercises_each_objective_is_practised():
    expanded = cells(*ALL, QUESTION, WRITTEN, practised=(COUNTED, CHOSEN))
    first = ", ".join(str(number) for number in range(1, len(ALL)))
    assert f"- {COUNTED} (exercises {first} and {len(ALL)})\n- {CHOSEN} (exercise {len(ALL) + 1})" in expanded[0].source


def test_an_objective_that_nobody_practises_is_refused_and_so_are_words_of_two():
    with pytest.raises(SourceError, match=f"no exercise practises '{CHOSEN}', an objective of lesson 01"):
        cells(*ALL, practised=(COUNTED, CHOSEN))
    with pytest.raises(SourceError, match="names 2 objectives of the lesson"):
        cells(*ALL, practised=(COUNTED, f"{COUNTED} more"))


def test_objectives_are_read_from_the_text_of_a_lesson():
    assert objectives("# **Objectives.** After this you can\n#\n# - walk, and run,\n# - fly.\n#\n# - no\n") == [
        "walk, and run",
        "fly",
    ]
    assert objectives("# - no\n") == []


def test_all_code_from_the_first_answer_on_may_fail_without_stopping_the_notebook():
    expanded = cells("# %%\nimport numpy as np\n", *ALL, '# %% tags=["experiment"]\nx = 1\n')
    code = [cell for cell in expanded if cell.cell_type == "code"]
    assert "tags" not in code[0].metadata
    assert all("raises-exception" in cell.metadata.tags for cell in code[1:])
    assert code[-1].metadata.tags == ["experiment", "raises-exception"]
