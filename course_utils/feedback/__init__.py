"""Exercises that know the mistakes people make, and checks that say which one it looks like."""

from course_utils.feedback.notebook import NotYetRight, check, hint

__all__ = ["NotYetRight", "check", "hint"]
