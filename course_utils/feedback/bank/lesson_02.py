"""Exercises of lesson 02: one encoder used twice, pairs, the contrastive loss."""

from course_utils.feedback.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
