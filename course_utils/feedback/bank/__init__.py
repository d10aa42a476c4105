"""The exercises of each lesson, by the lesson's number."""

from difflib import get_close_matches
from functools import cache
from importlib import import_module

from course_utils.feedback.exercise import Exercise

LESSONS = range(1, 9)


@cache
def exercises(lesson: int) -> dict[str, Exercise]:
    """Return the exercises of a lesson by name, in the order in which they are asked.

    Raises:
        ValueError: there is no such lesson.
    """
    if lesson not in LESSONS:
        raise ValueError(f"lesson is {lesson!r}, expected a number from {LESSONS[0]} to {LESSONS[-1]}")
    module = import_module(f"{__name__}.lesson_{lesson:02d}")
    return {exercise.name: exercise for exercise in module.EXERCISES}


@cache
def every_exercise() -> dict[str, Exercise]:
    """Return all exercises by name."""
    return {name: exercise for lesson in LESSONS for name, exercise in exercises(lesson).items()}


def find(name: str) -> Exercise:
    """Return the exercise with this name.

    Raises:
        ValueError: there is none; the message says which one was probably meant.
    """
    known = every_exercise()
    if name not in known:
        near = get_close_matches(str(name), known, n=1) or sorted(known)
        raise ValueError(f"no exercise is called {name!r}. Did you mean {near[0]!r}?")
    return known[name]
