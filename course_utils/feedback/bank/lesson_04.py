"""Exercises of lesson 04: the logistic unit, probabilities, decisions."""

from course_utils.feedback.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
