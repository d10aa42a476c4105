"""The exercises of each lesson: one file an exercise, `lesson_NN/NAME.py`, found by its name."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path

from course_utils.checks import quoted
from course_utils.feedback.exercise import Exercise

HERE = Path(__file__).parent
SHARED = ("__init__", "common")  # what is no exercise in a lesson's folder
LESSONS = tuple(sorted(int(folder.name[-2:]) for folder in HERE.glob("lesson_[0-9][0-9]")))


@cache
def exercises(lesson: int) -> dict[str, Exercise]:
    """Return the exercises of a lesson by name, in the order of the alphabet.

    Raises:
        ValueError: there is no such lesson.
    """
    if lesson not in LESSONS:
        raise ValueError(f"lesson: {lesson!r} has no exercises; choose one of {', '.join(map(str, LESSONS))}")
    return {name: _load(path) for name, path in _files() if path.parent.name == f"lesson_{lesson:02d}"}


def every_exercise() -> dict[str, Exercise]:
    """Return all exercises by name."""
    return {name: exercise for lesson in LESSONS for name, exercise in exercises(lesson).items()}


def find(name: str) -> Exercise:
    """Return the exercise with this name.

    Raises:
        ValueError: there is none; the message says which ones were probably meant.
    """
    known = dict(_files())
    if not isinstance(name, str):
        meant = getattr(name, "__name__", None)
        meant = meant if meant in known else "euclidean"
        raise ValueError(f'name: expected the name of an exercise in quotes, such as "{meant}", got {quoted(name)}')
    if name not in known:
        near = " or ".join(map(repr, get_close_matches(name, known)))
        where = f"Did you mean {near}?" if near else 'score("01") lists those of lesson 01.'
        raise ValueError(f"name: no exercise is called {name!r}. {where}")
    return _load(known[name])


def _files() -> Iterator[tuple[str, Path]]:
    """Yield the name and the file of each exercise; only what is asked for is imported."""
    for path in sorted(HERE.glob("lesson_[0-9][0-9]/*.py")):
        if path.stem not in SHARED:
            yield path.stem, path


@cache
def _load(path: Path) -> Exercise:
    exercise: Exercise = import_module(f"{__name__}.{path.parent.name}.{path.stem}").EXERCISE
    if exercise.name != path.stem:
        raise ValueError(f"{path}: expected the exercise {path.stem}, got {exercise.name}; give file and function one name")
    return exercise
