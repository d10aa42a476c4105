"""Exercises that know the mistakes people make, and checks that say which one it looks like.

- `notebook`: `check`, `hint` and `score`, which a learner calls
- `lesson`: the same inside a lesson, where nothing stops the run, with a `guess` before a result
- `graded`: the same for a set that is graded, without solutions
- `guessing`: a number that a learner expects
- `progress`: what one learner has done, kept in a file
- `scores`: points so far, and model answers to judge oneself by
- `sets`: what a set of exercises asks
- `exercise`: what an exercise is: solution, probes, mistakes, hints
- `checking`: is an answer right, and if not, which mistake does it look like
- `comparing`: whether two results are the same, to the precision of their numbers
- `general`: what an answer does wrong, whatever was asked
- `habits`: tables of what people do wrong everywhere
- `stumbles`: what the usual errors of Python mean
- `allowed`: which parts of this package an answer may use
- `calls`: a learner's function called safely
- `bank/`: the exercises, one file each
"""

from course_utils.feedback.notebook import NotYetRight, check, hint, score

__all__ = ["NotYetRight", "check", "hint", "score"]
