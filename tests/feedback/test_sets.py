"""What a set asks is read from its notebooks, with solutions or without."""

import shutil

import pytest

from course_utils.errors import DataError
from course_utils.feedback import scores, sets
from course_utils.feedback.bank import LESSONS, exercises


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_set_gives_the_points_of_its_exercises_and_to_what_is_written_what_earns_them_and_a_model_answer(lesson):
    tasks = sets.tasks(lesson)
    checked = {task.name: task.points for task in tasks if not task.in_words}
    assert checked == {name: exercise.points for name, exercise in exercises(lesson).items()}
    numbers = [task.number for task in tasks]
    assert numbers == sorted(set(numbers))
    written = [task for task in tasks if task.in_words]
    assert written
    for task in written:
        asked, _, earns = task.question.partition("**What earns the points**")
        assert "1 point" in asked
        assert len(earns) > 200
        assert len(task.model) > 200
        assert not task.question.startswith("##")
        assert "MARK SCHEME" not in task.question


def test_a_copy_of_the_course_without_solutions_has_the_points_and_says_what_is_missing(tmp_path, monkeypatch):
    shutil.copytree(sets.ASSIGNMENTS / "release", tmp_path / "release")
    with_solutions = sets.tasks(5)
    monkeypatch.setattr(sets, "ASSIGNMENTS", tmp_path)
    tasks = sets.tasks(5)
    assert [(task.name, task.points) for task in tasks] == [(task.name, task.points) for task in with_solutions]
    assert not any(task.model for task in tasks)
    assert "came without solutions" in scores.in_text(tasks[-1])


@pytest.mark.parametrize(
    "lesson", [3, "3", "03", "03_exercises", "03_exercises.ipynb", "release/03_exercises/03_exercises.ipynb"]
)
def test_a_set_may_be_named_in_many_ways(lesson):
    assert sets.number_of(lesson) == 3


def test_a_damaged_or_missing_notebook_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sets, "ASSIGNMENTS", tmp_path)
    with pytest.raises(ValueError, match="none, for notebooks/assignments is not there"):
        sets.number_of(1)
    folder = tmp_path / "release" / "01_exercises"
    folder.mkdir(parents=True)
    with pytest.raises(DataError, match="is not there"):
        sets.tasks(1)
    (folder / "01_exercises.ipynb").write_text("{")
    with pytest.raises(DataError, match=r"01_exercises\.ipynb is damaged"):
        sets.tasks(1)
