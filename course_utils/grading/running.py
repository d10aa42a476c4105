"""Grading one notebook: its cells run sealed off, and what its functions return is judged out here."""

import ast
import hashlib
import hmac
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode, from_dict

from course_utils.feedback.bank import find
from course_utils.feedback.calls import FUNCTIONS, CallError, Outcome, in_single
from course_utils.feedback.checking import Trials, Verdict, verdict
from course_utils.feedback.exercise import Arguments, Exercise
from course_utils.grading.inside.handed_over import MIME
from course_utils.grading.limits import AGAIN, LARGEST_OUTCOME, LEAST_SECONDS, LOADING, MORE_SECONDS, MOST_STARTS, Limits
from course_utils.grading.listening import Ran
from course_utils.grading.plain import plain_text
from course_utils.grading.sandbox import INSIDE, KernelError, SealedKernel
from course_utils.grading.submission import UNJUDGED, Flag, checked_exercise, is_experiment, shown
from course_utils.grading.wire import WireError, decode, encode

NOT_WRITTEN = "NotImplementedError"  # what an answer raises that is not begun
UNKNOWN = "an error"  # what any other is called
USED_UP = "the notebook had used up its time, or its kernel had ended too often"
OTHER_INPUTS = "Have you tried others than those of the notebook?"


class _StoppedError(Exception):
    """A call did not come to its end; the text says why."""


@dataclass
class Graded:
    """What grading a notebook gave.

    Attributes:
        right: by the name of the check cell, whether the answer is right.
        messages: by the name of the check cell, what is said of it.
        outputs: by the index of the cell, what is shown below it.
        flags: what a human should look at.
        seconds: how long it took.
        sealed: whether the code ran behind bubblewrap's walls.
        errors: by exercise, the error on hidden inputs, for the lecturer alone: its words can carry these inputs.
    """

    right: dict[str, bool] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    seconds: float = 0.0
    sealed: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as text."""
        return json.dumps(vars(self) | {"flags": [vars(flag) for flag in self.flags]})

    @classmethod
    def from_json(cls, text: str) -> "Graded":
        """Return what `to_json` has written."""
        read = json.loads(text)
        read["flags"] = [Flag(**flag) for flag in read["flags"]]
        read["outputs"] = {int(index): [from_dict(output) for output in outputs] for index, outputs in read["outputs"].items()}
        return cls(**read)


def seed_of(secret: bytes, assignment: str, student: str, exercise: str) -> int:
    """Return the seed of the inputs on which a student's answer is judged: another for each, the same each time."""
    message = json.dumps([assignment, student, exercise]).encode()
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:8], "big")


def grade_notebook(
    notebook: NotebookNode, assignment: str, student: str, secret: bytes, limits: Limits | None = None
) -> Graded:
    """Run a restored notebook in a sealed kernel, and judge the functions that it hands over.

    The judging comes after everything has run, so nothing that the functions see then can be printed into the notebook.

    Args:
        notebook: from `submission.restore`; not changed.
        assignment: its name.
        student: the student's name in the gradebook.
        secret: the inputs are drawn from it.
        limits: what the code may use.
    """
    begun = time.monotonic()
    with SealedKernel(limits or Limits()) as kernel:
        graded = Graded(sealed=kernel.sealed)
        run = _Run(notebook, kernel, graded)
        run.all_cells()
        for index, name in run.checks.items():
            exercise = find(name)
            seed = seed_of(secret, assignment, student, name)
            result = run.judged(exercise, seed, ran=index in run.done)
            cell = notebook.cells[index].metadata.nbgrader.grade_id
            graded.right[cell] = result.right
            graded.messages[cell] = result.message if result.message.startswith(name) else f"{name}: {result.message}"
            graded.outputs[index] = [_told(result.right, graded.messages[cell])]
    graded.seconds = round(time.monotonic() - begun, 1)
    return graded


def unreadable(notebook: NotebookNode, reason: str) -> Graded:
    """Return what is said of a submission that cannot be read: each check says so.

    Args:
        notebook: what was restored from nothing.
        reason: why it cannot be read.
    """
    graded = Graded()
    for index, cell in enumerate(notebook.cells):
        if checked_exercise(cell):
            name, message = cell.metadata.nbgrader.grade_id, f"The notebook that you handed in cannot be read: {reason}."
            graded.right[name], graded.messages[name] = False, message
            graded.outputs[index] = [_told(False, message)]
    return graded


class _Run:
    """A notebook on its way through a kernel that may die under it."""

    def __init__(self, notebook: NotebookNode, kernel: SealedKernel, graded: Graded) -> None:
        self.kernel, self.graded = kernel, graded
        self.latest = kernel.seconds + kernel.limits.notebook_seconds  # of the kernel's own seconds: the first start is ours
        self.cells = {
            index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and not is_experiment(cell)
        }
        self.checks = {index: name for index, cell in self.cells.items() if (name := checked_exercise(cell))}
        self.done: list[int] = []
        self.stopped: list[int] = []  # cells that did not come to their end
        self.starts = 1

    def all_cells(self) -> None:
        for index in self.cells:
            if not self._can_go_on():
                self._flag(index, f"not run: {USED_UP}")
                continue
            ran = self._run(index)
            if ran.ended != "died" and (reason := self.kernel.look()):  # or the next one would pay for it
                ran.ended, ran.reason = "died", reason
            if index not in self.checks:
                self.graded.outputs[index] = shown(ran.outputs)
                if ran.reason:
                    self.graded.outputs[index].append(_told(False, f"Stopped: {ran.reason}."))
            if ran.reason:
                self._flag(index, f"stopped: {ran.reason}")
            if ran.ended == "died":
                self._start_again()
            elif ran.ended == "well" or index not in self.checks:
                self.done.append(index)
            if ran.ended not in ("well", "died") and index not in self.checks:
                self.stopped.append(index)
                self._rest_of(index)

    def _rest_of(self, index: int) -> None:
        """Do what still can be done in a cell that has stopped: its imports and functions are needed below."""
        if rest := definitions(self.cells[index].source):
            self.kernel.run(rest, self._at_most(self.kernel.limits.cell_seconds))

    def _run(self, index: int, most: float = float("inf")) -> Ran:
        """Run a cell. Functions are handed over in our own words: a student may have called a variable `check`."""
        name = self.checks.get(index)
        source = f"{INSIDE}.check({name!r}, {name})" if name else self.cells[index].source
        return self.kernel.run(source, self._at_most(min(most, self.kernel.limits.cell_seconds)))

    def judged(self, exercise: Exercise, seed: int, ran: bool) -> Verdict:
        """Judge an answer by what it returns for hidden inputs."""
        if ran and not self._can_go_on():
            self._flag_exercise(exercise, f"not judged: {USED_UP}")
            return Verdict(False, f"{exercise.name} could not be judged: {USED_UP}.")
        if not ran:
            if self.stopped:
                cells = ", ".join(str(index + 1) for index in self.stopped)
                self._flag_exercise(exercise, f"there is no such function; not come to its end: cell {cells}")
            return Verdict(False, f"there is no function {exercise.name} to judge: a cell above stopped before it was defined.")
        trials = Trials.of(exercise, seed)
        outcomes: list[Outcome | CallError] = []
        try:
            for arguments in trials.all:
                outcomes.append(self._called(exercise.name, arguments))
                if isinstance(outcomes[-1], CallError):
                    break
            if isinstance(outcomes[-1], CallError) and (reason := self.kernel.look()):  # or the next one would pay for it
                self._start_again()
                raise _StoppedError(reason)
            with suppress(_StoppedError):  # the time of the notebook is over; what there is to judge is there
                self._try_witness(exercise)
            return self._without_words_of_errors(exercise, verdict(exercise, trials, outcomes, sealed=True), outcomes[-1])
        except _StoppedError as stopped:
            self._flag_exercise(exercise, f"while it was judged: {stopped}")
            return Verdict(False, f"{exercise.name} could not be judged to its end: {stopped}.")
        except WireError as error:
            self._flag_exercise(exercise, f"what came back is no answer: {error}")
            return Verdict(False, f"{exercise.name} gave nothing that can be judged.")
        except Exception as error:  # an answer that the oracle's own arithmetic stumbles over
            self._flag_exercise(exercise, f"{UNJUDGED} ({type(error).__name__})")
            return Verdict(False, f"{exercise.name} gave nothing that can be judged.")

    def _called(self, name: str, arguments: Arguments) -> Outcome | CallError:
        """Have a function called once. Each call is a cell of its own, so that its time is measured out here.

        Raises:
            _StoppedError: it did not come to its end.
            WireError: what came back is no outcome.
        """
        if not self._can_go_on():
            raise _StoppedError(USED_UP)
        seconds = self._at_most(self.kernel.limits.call_seconds)
        code = f"{INSIDE}.answer({name!r}, {json.dumps(encode(arguments))!r}, {seconds!r})"
        ran = self.kernel.run(code, seconds + MORE_SECONDS)
        if ran.ended == "died":
            self._start_again()
        if ran.reason:
            raise _StoppedError(ran.reason)
        return _outcome(ran, arguments)

    def _try_witness(self, exercise: Exercise) -> None:
        """Have a function of ours called, one that spoils what it is given: if that is not told, somebody meddles in there."""
        name = f"witness_{secrets.token_hex(8)}"
        self.kernel.run(f"{INSIDE}.check({name!r}, lambda given: given.fill(7) or 1.0)", self._at_most(MORE_SECONDS))
        told = self._called(name, (np.zeros(3),))
        if isinstance(told, CallError) or not told.changed_its_input or told.value != 1:
            self._flag_exercise(
                exercise, "what calls the functions was changed; whether this one spoils its input is not known"
            )

    def _without_words_of_errors(self, exercise: Exercise, said: Verdict, last: Outcome | CallError) -> Verdict:
        """Keep for the lecturer what an error was. The student gets no word of it, since it could carry hidden inputs out."""
        if isinstance(last, Outcome):
            return said
        if last.told:
            self.graded.errors[exercise.name] = last.told
        if last.name != UNKNOWN or said.message != f"{exercise.name} {last}":
            return said
        return Verdict(False, f"{exercise.name} stopped with an error on inputs that you do not see. {OTHER_INPUTS}")

    def _can_go_on(self) -> bool:
        return self.kernel.seconds < self.latest and self.starts <= MOST_STARTS

    def _at_most(self, seconds: float) -> float:
        return max(LEAST_SECONDS, min(seconds, self.latest - self.kernel.seconds))

    def _start_again(self) -> None:
        """Start a new kernel and run again what had run in the old one, but for the cell at which it died.

        All of that is on the notebook's own time. If it does not suffice, no function that is judged later is there.
        """
        self.starts += 1
        if not self._can_go_on():
            return
        try:
            self.kernel.start(self._at_most(LOADING))
            lives = all(self._can_go_on() and self._runs_again(index) for index in self.done)
        except KernelError:  # what has run before left something that keeps it from it, or it had no time
            lives = False
        if not lives:
            self.starts = MOST_STARTS + 1

    def _runs_again(self, index: int) -> bool:
        """Run a cell in a new kernel, and what can be done of it if it stops there as well; whether the kernel lives on."""
        died = self._run(index, AGAIN).ended == "died"
        if index in self.stopped and not died:
            self._rest_of(index)
        return not died

    def _flag(self, index: int, reason: str) -> None:
        name = self.cells[index].metadata.get("nbgrader", {}).get("grade_id")
        self.graded.flags.append(Flag(name or f"cell {index + 1}", reason))

    def _flag_exercise(self, exercise: Exercise, reason: str) -> None:
        self.graded.flags.append(Flag(exercise.name, reason))


def definitions(source: str) -> str:
    """Return code that does each import and each definition of a cell, whatever becomes of the others.

    In a cell that begins with `import torch` or a mounted drive, and stops there, the imports below are as right as anywhere,
    also where a line of IPython's, such as `!pip install`, stands between them.
    """
    try:
        body = ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kept: list[ast.stmt] = [
        one for one in body if isinstance(one, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
    ]
    kept += [one for one in body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
    each = [ast.unparse(one).replace("\n", "\n    ") for one in sorted(kept, key=lambda one: one.lineno)]
    return "\n".join(f"try:\n    {one}\nexcept Exception:\n    pass" for one in each)


def _outcome(ran: Ran, arguments: Arguments) -> Outcome | CallError:
    """Read what the sealed process says that a function has returned.

    Args:
        ran: the call.
        arguments: with which it was called. Whether it has changed them is seen here, from what they are said to be now.

    Raises:
        WireError: it says something else.
    """
    said = [output["data"][MIME] for output in ran.outputs if MIME in output.get("data", {})]
    if not said:
        raise WireError("got nothing")
    if len(said[-1]) > LARGEST_OUTCOME:
        raise WireError(f"got more than {LARGEST_OUTCOME} characters")
    try:
        message = json.loads(said[-1])
    except (TypeError, ValueError, RecursionError):
        raise WireError("got no JSON") from None
    if not isinstance(message, dict):
        raise WireError("got no outcome")
    if "error" in message:
        return _error(message["error"])
    value = decode(message.get("value"))
    if not isinstance(value, np.ndarray):
        raise WireError("got no array")
    now = json.dumps(message.get("arguments"), sort_keys=True)
    given = [json.dumps(encode(one), sort_keys=True) for one in (arguments, in_single(arguments))]
    return Outcome(value, changed_its_input=now not in given)


def _error(message: Any) -> CallError:
    """Return an error as the sealed process tells it. That nothing is written yet is named; all else is for the lecturer."""
    if not (isinstance(message, list) and len(message) == 4):
        raise WireError("got no error")
    reason, name, line, told = message
    if reason == "time":
        return CallError("time", "the allowed")
    if reason == "hidden":
        return CallError(reason)
    if reason == "kind":
        return CallError(
            "kind", "function" if name in FUNCTIONS else "object", told=f"returned an object of the type {_word(name)}"
        )
    if name == NOT_WRITTEN:
        return CallError("error", NOT_WRITTEN)
    where = f" in line {line}" if type(line) is int else ""
    return CallError("error", UNKNOWN, told=f"{_word(name)}{where}: {_word(told)}")


def _word(value: Any) -> str:
    return plain_text(value) if isinstance(value, str) else "?"


def _told(right: bool, message: str) -> NotebookNode:
    """Return a message as nbgrader understands it: an error counts as no points."""
    if right:
        return from_dict({"output_type": "stream", "name": "stdout", "text": f"{message}\n"})
    return from_dict({"output_type": "error", "ename": "NotYetRight", "evalue": message, "traceback": [message]})
