"""What an answer may use: the check refuses what would not be there when graded, however it came in."""

import importlib
import sys
from functools import partial
from types import FunctionType

import numpy as np
import pytest

import course_utils
from course_utils import plots
from course_utils.data import splits
from course_utils.faces import distances
from course_utils.faces.distances import euclidean
from course_utils.feedback.allowed import hidden_parts_refused, is_hidden
from course_utils.feedback.bank import find
from course_utils.feedback.checking import judge


def in_a_notebook(function, **names):
    """The function as if a notebook had defined it, with these names beside it."""
    made = FunctionType(function.__code__, {"__builtins__": __builtins__, "np": np, **names}, function.__name__)
    made.__closure__ and pytest.fail("write the function without names from around it")
    made.__module__ = "__main__"
    return made


def by_name(a, b):
    return euclidean(a, b)


def by_module(a, b):
    return distances.euclidean(a, b)


def by_package(a, b):
    return course_utils.faces.distances.euclidean(a, b)


def in_a_comprehension(a, b):
    return np.array([euclidean(p[None], q[None])[0] for p, q in zip(a, b, strict=True)])


def by_import(a, b):
    from course_utils.faces.distances import euclidean

    return euclidean(a, b)


def by_importlib(a, b):
    return importlib.import_module("course_utils.faces.distances").euclidean(a, b)


def by_table(a, b):
    return sys.modules["course_utils.faces.distances"].euclidean(a, b)


def by_helper(a, b):
    return helper(a, b)  # noqa: F821


def drawing(a, b):
    plots.show()
    return np.linalg.norm(a - b, axis=1)


def honest(a, b):
    return np.linalg.norm(a - b, axis=1)


def honest_with_data(a, b):
    from course_utils.backend import tf

    assert splits
    return tf.norm(a - b, axis=1).numpy()


def with_a_fallback(a, b):
    try:
        from course_utils.faces.distances import euclidean
    except ImportError:
        return np.linalg.norm(a - b, axis=1)
    return euclidean(a, b)


NAMES = {"euclidean": euclidean, "distances": distances, "course_utils": course_utils, "importlib": importlib, "sys": sys}
NAMES |= {"plots": plots, "splits": splits}
HELPER = in_a_notebook(by_name, **NAMES)


BORROWING = [by_name, by_module, by_package, in_a_comprehension, by_import, by_importlib, by_helper, drawing]


@pytest.mark.parametrize("answer", BORROWING, ids=lambda f: f.__name__)
def test_what_is_not_there_when_graded_is_refused_in_the_check(answer):
    verdict = judge(find("euclidean"), in_a_notebook(answer, **NAMES, helper=HELPER))
    assert not verdict.right
    assert verdict.message.startswith("euclidean uses a part of `course_utils` that is not there when graded.")


def test_a_hidden_module_is_not_in_the_table_of_modules_either():
    assert not judge(find("euclidean"), in_a_notebook(by_table, **NAMES)).right


def test_a_function_of_the_package_itself_is_no_answer():
    for answer in (euclidean, partial(euclidean)):
        assert "not there when graded" in judge(find("euclidean"), answer).message


@pytest.mark.parametrize("answer", [honest, honest_with_data, with_a_fallback], ids=lambda f: f.__name__)
def test_what_needs_nothing_hidden_is_right(answer):
    assert judge(find("euclidean"), in_a_notebook(answer, splits=splits)).message == "Right."


def test_afterwards_all_is_there_again():
    before = dict(sys.modules)
    with hidden_parts_refused():
        assert not any(map(is_hidden, sys.modules))
        with pytest.raises(ImportError, match="not there when an answer is graded"):
            importlib.import_module("course_utils.style.costs")
    assert sys.modules == before
    assert sys.modules["course_utils.faces.distances"] is distances


SEEN = (
    "course_utils",
    "course_utils.data.faces",
    "course_utils.vgg19",
    "course_utils.feedback",
    "numpy",
    None,
    "course_utilsx.a",
)
UNSEEN = (
    "course_utils.faces",
    "course_utils.plots.figure",
    "course_utils.feedback.bank.lesson_01",
    "course_utils.grading.secret",
)


def test_the_rule():
    assert not any(map(is_hidden, SEEN))
    assert all(map(is_hidden, UNSEEN))
