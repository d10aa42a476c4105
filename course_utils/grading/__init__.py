"""Grading that cannot be fooled: nbgrader's engine, with students' code sealed off from everything that judges it."""
