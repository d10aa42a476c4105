"""An exercise, declared once: its oracle, its inputs, the mistakes that people make in it, and other right answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Arguments = tuple[Any, ...]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people write.

    Attributes:
        wrong: the implementation.
        message: what to tell somebody whose answers agree with it: one or two sentences that lead on, with no expected value.
    """

    wrong: Function
    message: str


@dataclass(frozen=True)
class Property:
    """Something that every right answer has, for mistakes that nobody has foreseen.

    Attributes:
        holds: from the arguments and the result (numbers as float64) to whether it does.
        message: what to say if it does not.
    """

    holds: Callable[[Any, Any], bool]
    message: str


@dataclass(frozen=True)
class Exercise:
    """A function to write, and all that is needed to judge one and to say what is wrong with it.

    Attributes:
        name: of the function.
        objective: what one can do after it.
        points: in a graded assignment.
        oracle: the right answer as plain NumPy in float64; None where many answers are right (a sample, a painting). Then an
            answer is right if it has all the properties, and what is said of a mistake is the property that it lacks.
        probes: yields tuples of arguments, drawn by a random generator: arrays, numbers, words, lists of words. They tell
            every mistake from the oracle.
        mistakes: by name.
        right_answers: other implementations that are right, by name.
        properties: looked at if no mistake agrees; in this order.
        overall: more of them, of all results together: `holds` gets the arguments of all probes, and all results.
        hints: a ladder: a question, the concept, a worked twin on other numbers, a solution.
    """

    name: str
    objective: str
    points: int
    oracle: Function | None
    probes: Callable[[np.random.Generator], Iterator[Arguments]]
    mistakes: Mapping[str, Mistake]
    right_answers: Mapping[str, Function]
    hints: tuple[str, str, str, str]
    properties: tuple[Property, ...] = field(default=())
    overall: tuple[Property, ...] = field(default=())
