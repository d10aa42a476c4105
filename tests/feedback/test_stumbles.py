"""The usual errors of Python and NumPy are told in plain words: each is made here, as one makes it, and heard."""

import math

import numpy as np
import pytest

from course_utils.feedback.bank import find
from course_utils.feedback.calls import CallError, call
from course_utils.feedback.checking import judge
from course_utils.feedback.stumbles import STUMBLES, in_plain_words

X = np.array([1.0, 2.0, 3.0])
M = np.ones((2, 3))
NAMES = ["anna", "ben"]


def unbound(x):
    if x[0] > 5:
        best = 1
    return best


def endless(x):
    return endless(x)


def sorted_in_place(x):
    return NAMES.copy().sort()[0]


def into_bytes(x):
    a = np.zeros(3, np.uint8)
    a -= x
    return a


def into_a_tuple(x):
    t = (1, 2)
    t[0] = x[0]
    return t


MADE = {
    "a list with an array of places": (lambda x: NAMES[np.array([0, 1])], "np.array(names)[k]"),
    "a list with a float": (lambda x: NAMES[x[0]], "one whole number in its brackets"),
    "np.max for the larger of two": (lambda x: np.max(0, x), "np.maximum(0, x)"),
    "max of an array": (lambda x: max(0, x), "np.maximum"),
    "if of an array": (lambda x: 1 if x > 1 else 0, "one True or False"),
    "max of nothing": (lambda x: max([]), "nothing left to choose from"),
    "array max of nothing": (lambda x: x[x > 9].max(), "nothing left to choose from"),
    "argmin of nothing": (lambda x: x[x > 9].argmin(), "nothing left to choose from"),
    "shapes": (lambda x: x + np.ones(4), "The two shapes do not fit"),
    "matrices": (lambda x: M @ M, "as many columns"),
    "dot": (lambda x: np.dot(M, M), "as many columns"),
    "reshape": (lambda x: x.reshape(2, 2), "neither adds numbers nor drops any"),
    "one too far": (lambda x: x[3], "the last of n is n - 1"),
    "one too far in a list": (lambda x: NAMES[2], "the last of n is n - 1"),
    "too many axes": (lambda x: x[0, 1], "more numbers in the brackets"),
    "a float as a place": (lambda x: x[len(x) / 2], "A place is a whole number"),
    "floats as places": (lambda x: x[x], "A place is a whole number"),
    "another mask": (lambda x: x[np.array([True, False])], "another length"),
    "no such axis": (lambda x: x.sum(axis=1), "no such axis"),
    "two names for one": (lambda x: [a + b for a, b in [(1, 2, 3)]], "as many names"),
    "unpacking a number": (lambda x: [a for a, b in x], "One value stands where several"),
    "lists subtracted": (lambda x: [1] - [2], "does not compute with a list"),
    "a list times a number": (lambda x: [1, 2] * 0.5, "does not compute with a list"),
    "shape of a list": (lambda x: [1].shape, "A list has no such method"),
    "None and a number": (lambda x: None + 1, "Something is None"),
    "sort returns None": (sorted_in_place, "Something is None"),
    "calling an array": (lambda x: x(0), "square ones"),
    "np.sum[...]": (lambda x: np.sum[x], "a function that is to be called"),
    "length of a number": (lambda x: len(3.0), "no length"),
    "a name misspelt": (lambda x: far_away(x), "Is it spelt"),  # noqa: F821
    "no import": (lambda x: eval("np.sum(1)", {}), "Has the cell at the top been run"),
    "unbound": (unbound, "Give it one before"),
    "endless": (endless, "calls itself without end"),
    "a key": (lambda x: {}["anna"], "no such entry"),
    "a method misspelt": (lambda x: np.maximum_of(x, 0), "Is it spelt"),
    "numpy of an array": (lambda x: x.numpy(), "not the same methods"),
    "sum of a number": (lambda x: (3.0).sum(), "plain number has no such method"),
    "too few arguments": (lambda: 1, "than its `def` line has"),
    "a keyword": (lambda x: np.sum(x, axes=0), "no argument of that name"),
    "by 0": (lambda x: 1 / 0, "divided by 0"),
    "math of an array": (lambda x: math.sqrt(x), "take one number"),
    "root below 0": (lambda x: math.sqrt(-1), "a root or a logarithm"),
    "exp of much": (lambda x: math.exp(1e5), "too large"),
    "several in one place": (lambda x: x.__setitem__(0, [1, 2]), "holds one number"),
    "rows not equally long": (lambda x: np.array([[1, 2], [3]]), "not equally long"),
    "stack of unequal": (lambda x: np.stack([x, x[:2]]), "not the same axes"),
    "stack of none": (lambda x: np.stack([]), "list of arrays is empty"),
    "True minus True": (lambda x: (x > 1) - (x > 2), "`~` turns them round"),
    "comparison without brackets": (lambda x: x > 1 & x, "brackets of its own"),
    "words in numbers": (lambda x: np.array(NAMES) - 1, "A word stands"),
    "bytes": (into_bytes, "makes a new one"),
    "a tuple": (into_a_tuple, "cannot write into"),
    "read-only": (lambda x: np.broadcast_to(x, (2, 3)).__setitem__(0, 1), "copy()"),
    "range of a float": (lambda x: range(2.5), "A whole number is wanted"),
    "zeros without brackets": (lambda x: np.zeros(2, 3), "brackets of its own"),
    "zip": (lambda x: list(zip([1], [1, 2], strict=True)), "not equally long"),
    "a module": (lambda x: __import__("torchh"), "no such module"),
    "a file": (lambda x: np.load("pictures.npy"), "comes in its arguments"),
}


@pytest.mark.parametrize("name", MADE)
def test_an_error_of_the_usual_kind_is_told_in_plain_words(name):
    function, words = MADE[name]
    with pytest.raises(CallError) as stopped:
        call(function, (X,))
    assert words in in_plain_words(stopped.value.name, stopped.value.told)


def test_the_check_says_them_beside_the_error():
    message = judge(find("euclidean"), lambda a, b: np.max(0, a - b)).message
    assert "stopped in line" in message
    assert "with TypeError: only integer scalar arrays can be converted to a scalar index. An array stands" in message


@pytest.mark.parametrize(
    "name", ["TypeError", "ValueError", "IndexError", "NameError", "KeyError", "ZeroDivisionError", "AxisError"]
)
def test_without_its_message_the_class_alone_has_a_sentence(name):
    """As in grading, where a student could write a message that carries hidden inputs out."""
    assert in_plain_words(name) in {sentence for _, words, sentence in STUMBLES if not words}


def test_an_error_of_ones_own_gets_none():
    assert in_plain_words("MyOwnError", "list index out of range") == ""


@pytest.mark.parametrize("sentence", [sentence for *_, sentence in STUMBLES])
def test_a_sentence_is_short_and_whole(sentence):
    assert sentence[0] in "`&" or sentence[0].isupper()
    assert sentence.endswith((".", "?"))
    assert len(sentence) < 260
