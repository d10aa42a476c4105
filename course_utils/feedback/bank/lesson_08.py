"""Exercises of lesson 08: the total cost, its gradient, a picture of one's own."""

from course_utils.feedback.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
