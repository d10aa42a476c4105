"""Grading one notebook: its cells run sealed off, and what its functions return is judged out here."""

import ast
import builtins
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from nbformat import NotebookNode, from_dict

from course_utils.feedback.bank import find
from course_utils.feedback.calls import CallError, Outcome
from course_utils.feedback.checking import Trials, Verdict, verdict
from course_utils.feedback.exercise import Arguments, Exercise
from course_utils.grading.inside.answers import MIME
from course_utils.grading.limits import AGAIN, LEAST_SECONDS, MORE_SECONDS, MOST_STARTS, Limits
from course_utils.grading.listening import Ran
from course_utils.grading.sandbox import INSIDE, SealedKernel
from course_utils.grading.submission import UNJUDGED, Flag, checked_exercise, is_experiment, shown
from course_utils.grading.wire import WireError, decode, encode

# Of errors and of types: what the sealed process may name.
KNOWN_NAMES = frozenset(name for name, kind in vars(builtins).items() if isinstance(kind, type)) | {
    "AxisError",
    "InvalidArgumentError",
    "LinAlgError",
    "UFuncTypeError",
}


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
    """

    right: dict[str, bool] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    seconds: float = 0.0
    sealed: bool = False

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
        run = _Run(notebook, kernel, graded, begun + kernel.limits.notebook_seconds)
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

    def __init__(self, notebook: NotebookNode, kernel: SealedKernel, graded: Graded, deadline: float) -> None:
        self.kernel, self.graded, self.deadline = kernel, graded, deadline
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
                self._flag(index, "not run: the notebook had used up its time, or its kernel had ended too often")
                continue
            ran = self._run(index)
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
                self._rest_of(index)

    def _rest_of(self, index: int) -> None:
        """Do what still can be done in a cell that has stopped: its imports and functions are needed below."""
        self.stopped.append(index)
        if rest := definitions(self.cells[index].source):
            self.kernel.run(rest, self._at_most(self.kernel.limits.cell_seconds))

    def _run(self, index: int, most: float = float("inf")) -> Ran:
        """Run a cell. Functions are handed over in our own words: a student may have called a variable `check`."""
        name = self.checks.get(index)
        source = f"{INSIDE}.check({name!r}, {name})" if name else self.cells[index].source
        return self.kernel.run(source, self._at_most(min(most, self.kernel.limits.cell_seconds)))

    def judged(self, exercise: Exercise, seed: int, ran: bool) -> Verdict:
        """Judge an answer by what it returns for hidden inputs."""
        if not ran or not self._can_go_on():
            if self.stopped:
                cells = ", ".join(str(index + 1) for index in self.stopped)
                self._flag_exercise(exercise, f"there is no such function; not come to its end: cell {cells}")
            return Verdict(False, f"there is no function {exercise.name} to judge: a cell above stopped before it was defined.")
        trials = Trials.of(exercise, seed)
        code = f"{INSIDE}.answer({exercise.name!r}, {json.dumps(encode(trials.all))!r}, {self.kernel.limits.call_seconds!r})"
        answered = self.kernel.run(code, self._at_most(len(trials.all) * self.kernel.limits.call_seconds + MORE_SECONDS))
        if answered.ended == "died":
            self._start_again()
        if answered.reason:
            self._flag_exercise(exercise, f"while it was judged: {answered.reason}")
            return Verdict(False, f"{exercise.name} could not be judged to its end: {answered.reason}.")
        try:
            return verdict(exercise, trials, _outcomes(answered, trials.all, self._lines_of(exercise)), sealed=True)
        except WireError as error:
            self._flag_exercise(exercise, f"what came back is no answer: {error}")
            return Verdict(False, f"{exercise.name} gave nothing that can be judged.")
        except Exception as error:  # an answer that the oracle's own arithmetic stumbles over
            self._flag_exercise(exercise, f"{UNJUDGED} ({type(error).__name__})")
            return Verdict(False, f"{exercise.name} gave nothing that can be judged.")

    def _lines_of(self, exercise: Exercise) -> int:
        """Return how many lines the cell with the answer has."""
        own = (cell for cell in self.cells.values() if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.name)
        return max((len(cell.source.splitlines()) for cell in own), default=0)

    def _can_go_on(self) -> bool:
        return time.monotonic() < self.deadline and self.starts <= MOST_STARTS

    def _at_most(self, seconds: float) -> float:
        return max(LEAST_SECONDS, min(seconds, self.deadline - time.monotonic()))

    def _start_again(self) -> None:
        """Start a new kernel and run again what had run in the old one, but for the cell at which it died."""
        self.starts += 1
        if not self._can_go_on():
            return
        try:
            self.kernel.start()
            lives = all(self._run(index, AGAIN).ended != "died" for index in self.done)
        except RuntimeError:  # it does not start: what has run before left something that keeps it from it
            lives = False
        if not lives:
            self.starts = MOST_STARTS + 1

    def _flag(self, index: int, reason: str) -> None:
        name = self.cells[index].metadata.get("nbgrader", {}).get("grade_id")
        self.graded.flags.append(Flag(name or f"cell {index + 1}", reason))

    def _flag_exercise(self, exercise: Exercise, reason: str) -> None:
        self.graded.flags.append(Flag(exercise.name, reason))


def definitions(source: str) -> str:
    """Return code that does each import and each definition of a cell, whatever becomes of the others.

    In a cell that begins with `import torch` or a mounted drive, and stops there, the imports below are as right as anywhere.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kept: list[ast.stmt] = [
        one for one in body if isinstance(one, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
    ]
    kept += [one for one in body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
    each = [ast.unparse(one).replace("\n", "\n    ") for one in sorted(kept, key=lambda one: one.lineno)]
    return "\n".join(f"try:\n    {one}\nexcept Exception:\n    pass" for one in each)


def _outcomes(answered: Ran, probes: list[Arguments], lines: int) -> list[Outcome | CallError]:
    """Read what the sealed process says its function has returned.

    Args:
        answered: the call.
        probes: what was asked.
        lines: of the cell with the function.

    Raises:
        WireError: it says something else.
    """
    said = [output["data"][MIME] for output in answered.outputs if MIME in output.get("data", {})]
    if not said:
        raise WireError("got nothing")
    try:
        messages = json.loads(said[-1])
    except (TypeError, ValueError, RecursionError):
        raise WireError("got no JSON") from None
    if not isinstance(messages, list) or not 0 < len(messages) <= len(probes):
        raise WireError(f"expected {len(probes)} outcomes")
    outcomes = [_outcome(message, lines) for message in messages]
    if len(outcomes) < len(probes) and not isinstance(outcomes[-1], CallError):
        raise WireError(f"expected {len(probes)} outcomes")
    return outcomes


def _outcome(message: Any, lines: int) -> Outcome | CallError:
    if not isinstance(message, dict):
        raise WireError("got no outcome")
    if "error" in message:
        return _error(message["error"], lines)
    value = decode(message.get("value"))
    if not isinstance(value, np.ndarray):
        raise WireError("got no array")
    return Outcome(value, changed_its_input=message.get("changed") is True)


def _error(message: Any, lines: int) -> CallError:
    """Return an error as the sealed process names it, without a word of the student's choice: it could carry the inputs out."""
    if not (isinstance(message, list) and len(message) == 3):
        raise WireError("got no error")
    reason, name, line = message
    known = isinstance(name, str) and name in KNOWN_NAMES
    if reason == "time":
        return CallError("time", "the allowed")
    if reason in ("nothing", "hidden"):
        return CallError(reason)
    if reason == "kind":
        return CallError("kind", name if known else "object")
    return CallError("error", name if known else "an error", line if type(line) is int and 0 < line <= lines else None)


def _told(right: bool, message: str) -> NotebookNode:
    """Return a message as nbgrader understands it: an error counts as no points."""
    if right:
        return from_dict({"output_type": "stream", "name": "stdout", "text": f"{message}\n"})
    return from_dict({"output_type": "error", "ename": "NotYetRight", "evalue": message, "traceback": [message]})
