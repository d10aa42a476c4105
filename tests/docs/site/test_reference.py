"""The pages of the package tell each public function, where it is built, and no solution of an exercise."""

import re

import pytest

from docs.site.reference import built_in, rooms, text
from tests.notebooks.lessons import ALL, NOTEBOOKS, read

LESSONS = {f"lessons/{path.stem}": read(path) for path in ALL}


def page(room: str) -> str:
    return text(room, rooms()[room], built_in(LESSONS), {name: name for name in LESSONS})


def test_solutions_are_left_out():
    assert not any("bank" in module for modules in rooms().values() for module in modules)


def test_a_function_has_its_arguments_its_words_and_its_lesson():
    found = page("course_utils.faces")
    function = found.partition(".. py:function:: euclidean(")[2].partition(".. py:")[0]
    assert function.startswith("a: Array, b: Array) -> Array")
    assert "between the rows of two batches" in function
    assert "*Built in* `lessons/01_distance_and_threshold <../lessons/01_distance_and_threshold.html>`__" in function


def test_lessons_build_what_the_tests_compare_with_the_package():
    compared = set()
    for path in sorted(NOTEBOOKS.parent.glob("tests/notebooks/test_*.py")):
        source = path.read_text(encoding="utf-8")
        compared |= {
            name for names in re.findall(r"functions\(\w+,((?: ?\"\w+\",?)+)\)", source) for name in re.findall(r"\w+", names)
        }
    assert len(compared) > 5
    assert compared <= set(built_in(LESSONS))


def test_a_class_comes_with_its_methods():
    assert "   .. py:method:: " in page("course_utils.faces").partition(".. py:class:: Gallery")[2]


def test_a_property_is_none_of_the_methods():
    found = page("course_utils.style")
    assert "   .. py:property:: picture\n" in found
    assert "py:method:: picture(" not in found


@pytest.mark.parametrize(
    ("room", "name", "is_built"),
    [
        ("faces", "error_rates", True),  # the package's takes weights too
        ("faces", "contrastive_loss", True),  # in another order
        ("style", "total_cost", True),  # with defaults
        ("style", "half", False),  # the lesson's is half of a picture
        ("faces", "pairs_and_distances", False),
        ("faces", "verification_head", False),
    ],
)
def test_a_function_of_a_lesson_is_that_of_the_package_only_with_its_parameters(room, name, is_built):
    function = page(f"course_utils.{room}").partition(f".. py:function:: {name}(")[2].partition("\n.. py:")[0]
    assert function
    assert ("*Built in*" in function) == is_built
