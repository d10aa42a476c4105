"""Exercises of lesson 06: what goes into VGG19, and what its layers see."""

from course_utils.feedback.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
