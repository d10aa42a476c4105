"""What people do wrong whatever is asked, as tables: ways to change a right result, an argument, a place; and what is said.

Each text claims no more than what its way shows, and asks a question. `general` looks for the way that explains an answer.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.arrays import BoolArray
from course_utils.feedback.exercise import Arguments, texts

Change = Callable[[Any], Any]

# ---- The right result, changed ----

ON_RESULTS: dict[str, Change] = {
    "the sign": lambda e: -e,
    "no sign": np.abs,
    "cut at 0": lambda e: np.maximum(e, 0),
    "cut at 1": lambda e: np.minimum(e, 1),
    "cut to 0 and 1": lambda e: np.clip(e, 0, 1),
    "squared": np.square,
    "the root": np.sqrt,
    "one over it": lambda e: 1 / e,
    "one minus it": lambda e: 1 - e,
    "not": lambda e: e == 0,
    "logarithm": np.log,
    "exponential": np.exp,
    "sigmoid": lambda e: 1 / (1 + np.exp(-e)),
    "logit": lambda e: np.log(e / (1 - e)),
    "one too many": lambda e: e + 1,
    "one too few": lambda e: e - 1,
    "rounded": np.rint,
    "cut off": np.trunc,
    "rounded down": np.floor,
    "rounded up": np.ceil,
    "one digit": lambda e: np.round(e, 1),
    "two digits": lambda e: np.round(e, 2),
    "three digits": lambda e: np.round(e, 3),
    "transposed": lambda e: e.T if e.ndim > 1 else None,
    "upside down": lambda e: e[::-1],
    "left for right": lambda e: e[..., ::-1],
    "sorted": lambda e: np.sort(e, axis=0),
    "added one by one": lambda e: np.cumsum(e, 0),
    "the sum of all": np.sum,
    "the mean of all": np.mean,
    "the largest of all": np.max,
    "the smallest of all": np.min,
    "sum over rows": lambda e: e.sum(0),
    "mean over rows": lambda e: e.mean(0),
    "largest over rows": lambda e: e.max(0),
    "sum over columns": lambda e: e.sum(-1),
    "mean over columns": lambda e: e.mean(-1),
    "largest over columns": lambda e: e.max(-1),
    "one row": lambda e: e[0],
    "one row, last": lambda e: e[-1],
    "one column": lambda e: e[..., 0],
    "without the first": lambda e: e[1:],
    "without the last": lambda e: e[:-1],
    "parts of the sum": lambda e: e / e.sum(),
    "parts of the largest": lambda e: e / e.max(),
    "mean taken off": lambda e: e - e.mean(),
    "to length 1": lambda e: e / np.linalg.norm(e),
    "position of the largest": np.argmax,
    "position of the smallest": np.argmin,
    "yes or no": lambda e: e != 0,
}

ON_RESULTS_TEXTS = texts("""
the sign: Each number has the other sign. Which of the two is subtracted from which?
no sign: The sizes are right, but a number below 0 has lost its sign. Where do you take it off?
cut at 0: What should be below 0 is 0. Should it be cut off there?
cut at 1: What should be above 1 is 1. Should it be cut off there?
cut to 0 and 1: Everything is cut to 0 to 1. Should it be?
squared: Each number is the square of what was asked. Is a root missing, or is one square too many?
the root: Each number is the root of what was asked. Is there a root too many, or is a square missing?
one over it: Each number is one over what was asked. What is divided by what?
one minus it: You have what is left to 1. Which share was asked for, this one or the rest?
not: Yes and no are exchanged. Which of the two was asked for?
logarithm: Each number is the logarithm of what was asked. Does it belong there?
exponential: Each number is e to the power of what was asked. Is a logarithm missing?
sigmoid: Each number is the sigmoid of what was asked. Is it applied once too often?
logit: Each number is one before the sigmoid. Is it missing?
one too many: Each number is larger by 1 than it should be. What is counted that should not be?
one too few: Each number is smaller by 1 than it should be. What is not counted that should be?
rounded: The results are rounded to whole numbers. Where do the digits get lost?
cut off: The digits behind the point are cut off. Is there an `int`, or `//` in the place of `/`?
rounded down: The results are rounded down to whole numbers. Is there `//` in the place of `/`?
rounded up: The results are rounded up to whole numbers. Where do the digits get lost?
one digit: The results are rounded to one digit. Leave all of them.
two digits: The results are rounded to two digits. Leave all of them.
three digits: The results are rounded to three digits. Leave all of them.
transposed: Rows and columns are exchanged. What should the first axis stand for?
upside down: The right results, in the order from last to first. In which order were they asked for?
left for right: The last axis runs the other way round. In which order was it asked for?
sorted: The right numbers, but sorted. Does each still stand where it belongs?
added one by one: Each number is the sum of all up to it. Where do you add up while you go on?
the sum of all: You add everything up to one number. How many should come out?
the mean of all: You take the mean of everything. How many numbers should come out?
the largest of all: Only the largest of the results comes out. How many should?
the smallest of all: Only the smallest of the results comes out. How many should?
sum over rows: You add up over the first axis. Should it disappear?
mean over rows: You take the mean over the first axis. Should it disappear?
largest over rows: You take the largest along the first axis. Should it disappear?
sum over columns: You add up over the last axis. Should it disappear?
mean over columns: You take the mean over the last axis. Should it disappear?
largest over columns: You take the largest along the last axis. Should it disappear?
one row: Only the first row of the result comes out. Does the loop return too early?
one row, last: Only the last row of the result comes out. Is it overwritten in the loop?
one column: Only the first column of the result comes out. Where is the rest?
without the first: The first row of the result is missing. Where does the loop, or the slice, begin?
without the last: The last row of the result is missing. Where does the loop, or the slice, end?
parts of the sum: Each number is divided by the sum of all. Was that asked for?
parts of the largest: Each number is divided by the largest. Was that asked for?
mean taken off: The mean of all results is taken off each of them. Was that asked for?
to length 1: The result is scaled to length 1. Was that asked for?
position of the largest: You tell where the largest is, not how large. Which was asked for?
position of the smallest: You tell where the smallest is, not how small. Which was asked for?
yes or no: You tell only whether there is something other than 0. Which number was asked for?
""")

ANOTHER_ORDER = "The right numbers, in another order. Which goes where?"
OTHER_AXES = "The numbers are right, but not the axes of the result. Compare its shape with what was asked."

FACTORS = {
    "twice": 2,
    "half": 1 / 2,
    "three times": 3,
    "a third": 1 / 3,
    "four times": 4,
    "a quarter": 1 / 4,
    "ten times": 10,
    "a tenth": 1 / 10,
    "a hundred times": 100,
    "a hundredth": 1 / 100,
    "255 times": 255,
    "a 255th": 1 / 255,
}

FACTORS_TEXTS = texts("""
twice: Always twice as large as asked. Where could a factor of 2 come from?
half: Always half as large as asked. Where could a factor of 1/2 come from?
three times: Always three times as large as asked. What is counted three times?
a third: Always a third of what was asked. What is divided by 3?
four times: Always four times as large as asked. Which factor of the formula is missing?
a quarter: Always a quarter of what was asked. Which factor is there once too often?
ten times: Always ten times as large as asked. Where could that come from?
a tenth: Always a tenth of what was asked. Where could that come from?
a hundred times: Always a hundred times as large as asked. Are these percent?
a hundredth: Always a hundredth of what was asked. Are these percent?
255 times: Always 255 times as large as asked. From where to where should the numbers go?
a 255th: Always 1/255 of what was asked. From where to where should the numbers go?
""")
ANY_FACTOR = "Always the right result times the same factor. Which factor of the formula is missing, or too many?"
ANY_SUMMAND = "Always the right result plus the same number. What is added, or not taken off?"
TOO_LARGE = "Too large by a factor: {length}. Is there a division missing, or a sum in the place of a mean?"
TOO_SMALL = "Too small by a factor: {length}. Is there a division too many, or a mean in the place of a sum?"
POWERS: dict[str, Change] = {
    "{length}, squared": lambda n: n * n,
    "the root of {length}": np.sqrt,
    "{length}, less 1": lambda n: n - 1,
    "{length}, divided by itself less 1": lambda n: n / (n - 1) if n > 1 else np.nan,
    "half of {length}": lambda n: n / 2,
    "{length} times itself less 1": lambda n: n * (n - 1),
    "{length} times itself less 1, by 2": lambda n: n * (n - 1) / 2,
}

# ---- The right result for other arguments ----

# Of each argument, changed alone.
ON_ARGUMENTS: dict[str, Change] = {
    "a hair less": lambda a: np.nextafter(a, -np.inf) if not a.ndim else None,
    "a hair more": lambda a: np.nextafter(a, np.inf) if not a.ndim else None,
    "its sign taken off": np.abs,
    "its sign turned": np.negative,
    "its whole numbers": np.trunc,
    "in half precision": lambda a: a.astype(np.float16),
    "squared": np.square,
    "its root": np.sqrt,
    "not": lambda a: ~a if a.dtype.kind == "b" else None,
    "one minus it": lambda a: 1 - a,
    "plus 1": lambda a: a + 1,
    "less 1": lambda a: a - 1,
    "doubled": lambda a: 2 * a,
    "halved": lambda a: a / 2,
    "cut at 0": lambda a: np.maximum(a, 0),
    "from 0 to 1": lambda a: a / 255,
    "of length 1": lambda a: a / np.linalg.norm(a, axis=-1, keepdims=True) if a.ndim else None,
    "mean taken off": lambda a: a - a.mean() if a.ndim else None,
    "0": np.zeros_like,
    "1": np.ones_like,
    "its mean": lambda a: np.full_like(a, a.mean()),
    "its first row": lambda a: np.broadcast_to(a[:1], a.shape),
    "its last row": lambda a: np.broadcast_to(a[-1:], a.shape),
    "transposed": lambda a: a.T if a.ndim > 1 else None,
    "upside down": lambda a: a[::-1],
    "left for right": lambda a: a[..., ::-1] if a.ndim > 1 else None,
    "second axis turned": lambda a: a[:, ::-1] if a.ndim > 2 else None,
    "sorted": lambda a: np.sort(a, axis=0),
    "moved by one": lambda a: np.roll(a, 1, axis=0),
    "moved back by one": lambda a: np.roll(a, -1, axis=0),
}

ON_ARGUMENTS_TEXTS = texts("""
its sign taken off: `{argument}` without the sign would give this. Where do you take the sign off?
its sign turned: `{argument}` with the other sign would give this. What is subtracted from what?
its whole numbers: `{argument}` cut to whole numbers would give this. Is there an `int`, or an array of integers?
in half precision: `{argument}` in half precision would give this. Where do the digits get lost?
squared: `{argument}` squared would give this. Is there a square too many?
its root: The root of `{argument}` would give this. Is there a root too many?
not: `{argument}` with yes and no exchanged would give this. Which of the two does it stand for?
one minus it: One minus `{argument}` would give this. Which share is it?
plus 1: `{argument}` plus 1 would give this. Do you count one too many?
less 1: `{argument}` less 1 would give this. Do you count one too few?
doubled: `{argument}` doubled would give this. What counts twice?
halved: Half of `{argument}` would give this. What is divided by 2?
a hair less: `{argument}` a hair smaller would give this. What should happen at exactly `{argument}`?
a hair more: `{argument}` a hair larger would give this. What should happen at exactly `{argument}`?
cut at 0: `{argument}` cut at 0 would give this. Do numbers below 0 count, too?
from 0 to 1: `{argument}` divided by 255 would give this. Which range was asked for?
of length 1: `{argument}` scaled to length 1 would give this. Was that asked for?
mean taken off: `{argument}` with the mean taken off would give this. Was that asked for?
0: With 0 in the place of `{argument}` your answer would be the same. What is it for?
1: With 1 in the place of `{argument}` your answer would be the same. What is it for?
its mean: `{argument}` is looked at as a whole: the mean everywhere would give this.
its first row: Only the first row of `{argument}` is looked at. Which rows should be?
its last row: Only the last row of `{argument}` is looked at. Which rows should be?
transposed: `{argument}` with rows and columns exchanged would give this. Which axis is which?
upside down: `{argument}` from last to first would give this. In which order do you read it?
left for right: `{argument}` with the last axis the other way round would give this. In which order do you read it?
second axis turned: `{argument}` with the second axis the other way round would give this. In which order do you read it?
sorted: `{argument}` sorted would give this. Does each number still stand where it belongs?
moved by one: `{argument}` moved by one place would give this. Where does your index begin?
moved back by one: `{argument}` moved back by one place would give this. Where does your index begin?
""")

# Of the rows of all arguments that have as many as the first.
LEFT_OUT = {"first": slice(1, None), "last": slice(None, -1)}

LEFT_OUT_TEXTS = texts("""
first: The first of the rows is never looked at. Where does the loop, or the slice, begin?
last: The last of the rows is never looked at. Where does the loop, or the slice, end?
""")

SWAPPED = "`{a}` and `{b}` are exchanged: this way round they would give your result. Which is which?"

# ---- Right in some places ----


def _at(e: Any, axis: int, index: int) -> BoolArray:
    marked = np.zeros(e.shape, bool)
    np.moveaxis(marked, axis, 0)[index] = True
    return marked


PLACES: dict[str, Change] = {
    "first": lambda e: _at(e, 0, 0),
    "last": lambda e: _at(e, 0, -1),
    "all but the first": lambda e: ~_at(e, 0, 0),
    "all but the last": lambda e: ~_at(e, 0, -1),
    "first column": lambda e: _at(e, -1, 0),
    "last column": lambda e: _at(e, -1, -1),
    "all but the first column": lambda e: ~_at(e, -1, 0),
    "all but the last column": lambda e: ~_at(e, -1, -1),
    "diagonal": lambda e: np.eye(*e.shape, dtype=bool),
    "above": lambda e: np.triu(np.ones(e.shape, bool), 1),
    "below": lambda e: np.tril(np.ones(e.shape, bool), -1),
    "off": lambda e: np.eye(*e.shape) == 0,
    "where it is below 0": lambda e: e < 0,
    "where it is 0": lambda e: e == 0,
    "where it is not 0": lambda e: e != 0,
}

# "Only ... is right": then everything else has to be wrong.
ONLY = (
    "all but the first",
    "all but the last",
    "all but the first column",
    "all but the last column",
    "off",
    "where it is not 0",
)

PLACES_TEXTS = texts("""
first: Right but for the first row. What is special about it: where does the loop begin?
last: Right but for the last row. What is special about it: where does the loop end?
all but the first: Only the first row is right. Does something carry over to the others?
all but the last: Only the last row is right. Is something overwritten?
first column: Right but for the first column. Where does the slice begin?
last column: Right but for the last column. Where does the slice end?
all but the first column: Only the first column is right. What happens with the others?
all but the last column: Only the last column is right. What happens with the others?
diagonal: Right but on the diagonal. What is special there?
above: Right but above the diagonal. What should stand there?
below: Right but below the diagonal. What should stand there?
off: Right on the diagonal only. What should stand beside it?
where it is below 0: Right but where the result is below 0. Which case is that?
where it is 0: Right but where the result is 0. Which case is that?
where it is not 0: Right only where the result is 0. What should it be elsewhere?
""")

# ---- Right for some inputs ----


def rows(probe: Arguments) -> int:
    """Return how many rows the first array of a probe has."""
    return next((len(one) for one in probe if isinstance(one, np.ndarray) and one.ndim), 0)


def _arrays(probe: Arguments) -> list[Any]:
    return [one for one in probe if isinstance(one, np.ndarray) and one.dtype.kind in "iuf" and one.ndim]


def _rank(probe: Arguments) -> int:
    return next((one.ndim for one in _arrays(probe)), 0)


def _any(probe: Arguments, holds: Change) -> bool:
    return any(bool(np.any(holds(np.asarray(one)))) for one in probe if np.asarray(one).dtype.kind in "iuf")


def _ties(probe: Arguments) -> bool:
    return any(one.size != np.unique(one).size for one in _arrays(probe))


def _equal_axes(probe: Arguments) -> bool:
    return any(len(set(one.shape)) < one.ndim for one in _arrays(probe)[:1])


PROBES: dict[str, Callable[[Arguments], bool]] = {
    "one": lambda p: rows(p) > 1,
    "many": lambda p: rows(p) == 1,
    "batch": lambda p: _rank(p) == 4,
    "single": lambda p: _rank(p) == 3,
    "negative": lambda p: _any(p, lambda a: a < 0),
    "zero": lambda p: _any(p, lambda a: a == 0),
    "above 1": lambda p: _any(p, lambda a: a > 1),
    "ties": lambda p: _ties(p),
    "equal axes": lambda p: not _equal_axes(p),
}

FORMS = ("one", "many", "batch", "single")  # a few inputs tell these; the others need more, or it may be by chance

PROBES_TEXTS = texts("""
one: Right are exactly the inputs with a single row. What changes when there are more?
many: Wrong are exactly the inputs with a single row. What is special about it?
batch: Wrong are exactly the inputs with an axis more, for the batch. Count axes from the end.
single: Wrong are exactly the inputs without an axis for the batch. Count axes from the end.
negative: Wrong are exactly the inputs with numbers below 0. Where does the sign get lost?
zero: Wrong are exactly the inputs with a 0 in them. What happens with it?
above 1: Wrong are exactly the inputs with numbers above 1. Is something cut off there?
ties: Wrong are exactly the inputs in which a number is there twice. What happens with ties?
equal axes: Right are exactly the inputs in which two axes are equally long. Are two axes exchanged?
""")

# ---- All else ----

# Other values of an argument that an exercise may well get, too.
OTHERS: tuple[Change, ...] = (
    lambda a: a + 1 if a.dtype.kind == "i" and not a.ndim else None,
    lambda a: a - 1 if a.dtype.kind == "i" and not a.ndim else None,
    lambda a: a / 2 if a.dtype.kind == "f" else None,
    lambda a: np.roll(a, 1, axis=0),
    lambda a: a[::-1],
    lambda a: np.roll(a, 1, axis=-1),
)

ALL_ALIKE = "All that comes out, for every input, is one and the same. Which of the arguments does your function look at?"
ALWAYS_THE_SAME = "The same comes out whatever goes in. Which of the arguments does your function look at?"
BY_HAND = "Try it by hand on a small example."
BY_CHANCE = "Called twice with the same input, your function gives two different answers. Where does chance come in?"
UNSEEN = "Two inputs that differ in `{argument}` alone get the same answer from you. What is it for?"
ANOTHER_NUMBER = "It is what was asked for as the {number} one. Which is which?"
TOO_MUCH = "Wherever your numbers are not right, they are too large. What is counted that should not be, or not divided by?"
TOO_LITTLE = "Wherever your numbers are not right, they are too small. What is left out, or divided by once too often?"
IN_ORDER = "Your numbers are larger where they should be, but not the right ones. Which step of the formula is missing?"
HALF = "Right to three digits only: your numbers have half precision. Where do the other digits get lost?"
NEARLY = "Nearly: right to a few digits only. Where do digits get lost, or is a small number added somewhere?"
ONE_OF_SEVERAL = ("first", "second", "third", "fourth")
