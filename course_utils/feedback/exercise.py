"""An exercise: its solution, its inputs, the mistakes that people make in it, other right answers, and what is said."""

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Arguments = tuple[Any, ...]
Function = Callable[..., Any]
Probes = Callable[[np.random.Generator], Iterator[Arguments]]
Holds = Callable[[Any, Any], Any]

HINTS = ("hint 1", "hint 2", "hint 3")


@dataclass(frozen=True)
class Exercise:
    """A function to write, and all that is needed to judge one and to say what is wrong with it.

    Attributes:
        solution: the function; in plain NumPy, for it is the oracle, too. Its source is the last hint, and stands between
            nbgrader's marks in the notebook with solutions.
        given: functions that the notebook gives, because the solution calls them.
        points: in a graded assignment.
        unique: whether there is one right result for given arguments. If not (a sample, a painting), an answer is right if it
            has all the properties, and what is said of a mistake is the property that it lacks.
        probes: yields tuples of arguments, drawn by a random generator: arrays, numbers, words, lists of words. They tell
            every mistake from the solution.
        right: other implementations that are right, by name.
        wrong: those that people write by mistake, by name; the first one that agrees with an answer is the diagnosis.
        always: by name, in this order, what every right result has: from the arguments and the result (numbers as float64) to
            whether it does. They are looked at if no mistake agrees.
        overall: more of them, of all results together: they get the arguments of all probes, and all results.
        guard: the name of the mistake to leave a number under a root that is large enough to be seen where 0 should come out.
        texts: what is said, by the name of a mistake or of a property: one or two sentences that lead on and tell no expected
            value. And the first three hints: a question, the idea, an example with other numbers.
    """

    solution: Function
    given: tuple[Function, ...]
    points: int
    unique: bool
    probes: Probes
    right: Mapping[str, Function]
    wrong: Mapping[str, Function]
    always: Mapping[str, Holds]
    overall: Mapping[str, Holds]
    guard: str
    texts: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.solution.__name__

    @property
    def objective(self) -> str:
        """What one can do after it: the first line of the exercise's file, as it goes on in a sentence."""
        doc = str(inspect.getdoc(inspect.getmodule(self.solution)))
        return doc[0].lower() + doc[1:].rstrip(".")

    @property
    def hints(self) -> tuple[str, ...]:
        """The ladder: a question, the idea, an example with other numbers, a solution."""
        return (*(self.texts[hint] for hint in HINTS), self.body)

    @property
    def body(self) -> str:
        """The source of the solution without its `def` line."""
        lines = inspect.getsource(self.solution).splitlines()
        return textwrap.dedent("\n".join(lines[1:]))

    @property
    def signature(self) -> str:
        """The `def` line of the solution."""
        return inspect.getsource(self.solution).splitlines()[0]


def exercise(
    solution: Function,
    probes: Probes,
    right: Mapping[str, Function],
    wrong: Mapping[str, Function],
    always: Mapping[str, Holds] | None = None,
    overall: Mapping[str, Holds] | None = None,
    *,
    points: int,
    text: str,
    given: Sequence[Function] = (),
    unique: bool = True,
    guard: str = "",
) -> Exercise:
    """Declare an exercise; its file's docstring is the objective.

    Args:
        solution: as in `Exercise`.
        probes: as in `Exercise`.
        right: as in `Exercise`.
        wrong: as in `Exercise`.
        always: as in `Exercise`.
        overall: as in `Exercise`.
        points: as in `Exercise`.
        text: what is said of each mistake and property, and the hints: a line "name: what is said" for each, which goes on in
            lines that are indented. After "| " a line of code stays a line.
        given: as in `Exercise`.
        unique: as in `Exercise`.
        guard: as in `Exercise`.

    Raises:
        ValueError: a mistake, a property or a hint has no text, or a text belongs to none.
    """
    told = texts(text)
    wanted = {*wrong, *(always or {}), *(overall or {}), *HINTS}
    if told.keys() != wanted:
        missing, extra = sorted(wanted - told.keys()), sorted(told.keys() - wanted)
        raise ValueError(f"{solution.__name__}, text: nothing is said of {missing}, and nothing has the names {extra}")
    return Exercise(solution, tuple(given), points, unique, probes, right, wrong, always or {}, overall or {}, guard, told)


def texts(text: str) -> dict[str, str]:
    """Return what is said, by name.

    Args:
        text: a line "name: what is said" for each; it goes on in lines that are indented. After "| " a line stays a line.

    Raises:
        ValueError: a name is there twice.
    """
    told: dict[str, str] = {}
    for name, said in re.findall(r"^(\S[^:\n]*): (.*(?:\n[ \t]+.*)*)", text, re.MULTILINE):
        if name in told:
            raise ValueError(f"text: {name!r} is there twice")
        lines = [line.strip() for line in said.splitlines()]
        told[name] = re.sub(r" ?\n\| ?", "\n", re.sub(r"\n(?!\|)", " ", "\n".join(lines)))
    return told
