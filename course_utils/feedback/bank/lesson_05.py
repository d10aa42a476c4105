"""Exercises of lesson 05: a gallery of people, names, and nobody."""

from course_utils.feedback.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
