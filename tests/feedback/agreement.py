"""Whether the check and grading say the same of an answer: `python -m tests.feedback.agreement [mutants] [exercise ...]`.

Grading goes its own way, from the inputs that it draws for a student through the messages of the sealed process; only the
kernel is left out: the functions are called in this process.
"""

import inspect
import json
import sys
import textwrap
import warnings
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch

import numpy as np
from nbformat import from_dict
from nbformat.v4 import new_notebook

from course_utils.feedback import checking
from course_utils.feedback.bank import every_exercise
from course_utils.feedback.checking import Trials, Verdict, accepts
from course_utils.grading.inside import answers
from course_utils.grading.inside.handed_over import FUNCTIONS
from course_utils.grading.limits import Limits
from course_utils.grading.listening import Ran
from course_utils.grading.running import Graded, _Run, seed_of
from tests.feedback.mutants import mutants

SECONDS = 1.0  # of a call; some mutants loop for ever
STUDENTS = 4  # each has inputs of their own
WRONG = Verdict(False, "wrong")


class InThisProcess:
    """In the place of the sealed kernel: runs what it is asked to in this process."""

    limits = Limits(call_seconds=SECONDS)
    seconds = 0.0  # none of the notebook's own time is used up

    def look(self):
        """Return no reason to start again."""

    def run(self, code, seconds):
        """Run code, and return what it displays, as it would come from a kernel."""
        shown = []
        with patch("IPython.display.display", lambda data, raw: shown.append(data)):
            exec(code, {"__builtins__": __builtins__, answers.__name__: answers})
        outputs = [{"output_type": "display_data", "metadata": {}, "data": data} for data in shown]
        return Ran([from_dict(output) for output in json.loads(json.dumps(outputs))])


def graded(exercise, answer, student):
    """Whether grading takes an answer of a student for right."""
    FUNCTIONS[exercise.name] = answer
    run = _Run(new_notebook(), InThisProcess(), Graded())
    return run.judged(exercise, seed_of(b"secret", "set", student, exercise.name), ran=True).right


@contextmanager
def undiagnosed():
    """Which mistake it looks like takes time, and decides nothing; nor do inputs that are drawn once more."""
    draw = cache(lambda name, seed: _drawn(every_exercise()[name], seed))
    with (
        patch.object(checking, "_diagnosis", lambda *_: WRONG),
        patch.object(checking.Trials, "of", lambda exercise, seed: draw(exercise.name, seed)),
    ):
        yield


_draw = Trials.of


def _drawn(exercise, seed):
    trials = _draw(exercise, seed)
    return Trials(trials.probes, trials.again, trials.single, {})


def said(exercise, answer, number=0):
    """What the check and grading say: whether it is right."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        check = accepts(exercise, answer, 0, SECONDS)
        return check, graded(exercise, answer, f"student {number % STUDENTS}")


def mutants_of(exercise, most):
    """Up to so many mutants of the solution, those with one change first, then those with two."""
    source = textwrap.dedent(inspect.getsource(exercise.solution))
    found = {mutant.source: mutant.label for mutant in mutants(source)}
    rng = np.random.default_rng(0)
    for first in rng.permutation(np.array(list(found), object)):
        if len(found) >= most:
            break
        second = mutants(first)
        for at in rng.permutation(len(second))[: max(1, most // 20)]:
            found.setdefault(second[at].source, f"{found[first]}; {second[at].label}")
    return list(found.items())[:most]


def built(exercise, source):
    """The function of a source, among the names of its exercise; None, if it cannot even be defined."""
    scope = dict(vars(inspect.getmodule(exercise.solution)))
    try:
        exec(compile(source, "mutant", "exec"), scope)
    except Exception:
        return None
    return scope[exercise.name]


def disagreements(exercise, most):
    """The labels of mutants of which both do not say the same, and how many were tried."""
    found, tried = [], 0
    with undiagnosed():
        for number, (source, label) in enumerate(mutants_of(exercise, most)):
            if (function := built(exercise, source)) is None:
                continue
            tried += 1
            check, grade = said(exercise, function, number)
            if check != grade:
                found.append(f"{exercise.name}: {label}: check {check}, grade {grade}")
    return found, tried


def main(most="1000", *names):
    """Tell every disagreement, exercise by exercise."""
    total, all_found = 0, []
    for name, exercise in every_exercise().items():
        if not names or name in names:
            found, tried = disagreements(exercise, int(most))
            total, all_found = total + tried, [*all_found, *found]
            print(f"{name}: {tried} mutants", *found, sep="\n    ", flush=True)
    print(f"{total} mutants, {len(all_found)} disagreements")


if __name__ == "__main__":
    main(*sys.argv[1:])
