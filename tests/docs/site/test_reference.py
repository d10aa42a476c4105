"""The pages of the package tell each public function, where it is built, and no solution of an exercise."""

import ast
import re

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from docs.site.places import ROOT
from docs.site.reference import built_in, reworded, rooms, text
from tests.notebooks.lessons import ALL, NOTEBOOKS, read

LESSONS = {f"lessons/{path.stem}": read(path) for path in ALL}


def page(room: str) -> str:
    return text(room, rooms()[room], built_in(LESSONS), {name: name for name in LESSONS})


def docstrings(module: str) -> list[tuple[str, str]]:
    """The docstrings of a module, each with the name of what it is of."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    return [(getattr(node, "name", module), told) for node in found if (told := ast.get_docstring(node))]


def misread(docstring: str) -> list[str]:
    """What a reader of a docstring's page would see that nobody has written: empty descriptions, types, lists by letters."""
    tree = publish_doctree("\n".join(reworded(docstring)), settings_overrides={"report_level": 5, "warning_stream": False})
    found = [node.astext() for node in tree.findall(nodes.system_message)]
    found += [node.astext() for node in tree.findall(nodes.enumerated_list) if node["enumtype"] != "arabic"]
    for field in tree.findall(nodes.field):
        name, body = (part.astext() for part in field.children)
        kind, *named = name.split()
        if not body.strip() or kind in ("type", "rtype", "vartype") or (kind != "raises" and len(named) > 1):
            found.append(f"{name}: {body}")
    return found


@pytest.mark.parametrize("module", [module for modules in rooms().values() for module in modules])
def test_each_docstring_is_read_as_it_is_meant(module: str):
    assert [(name, seen) for name, told in docstrings(module) if (seen := misread(told))] == []


@pytest.mark.parametrize(
    "docstring",
    ["A thing.\n\nArgs:\n    a:\n    b: one.", "A thing.\n\nArgs:\n    a (int, of a kind): one.", "(a) One.\n\n(b) Two."],
)
def test_what_would_be_misread_is_found(docstring: str):
    assert misread(docstring)


def test_what_is_returned_has_no_type_and_names_with_one_description_are_two():
    found = reworded("A.\n\nAttributes:\n    first, second: indexes.\n\nReturns:\n    Distances, sorted: each (n, k).")
    assert {":ivar first: indexes.", ":ivar second: indexes.", ":returns: Distances, sorted: each (n, k)."} <= set(found)


def test_an_initial_begins_no_list():
    assert reworded("A loss.\n\nF. Schroff has it.\n\nArgs:\n    people: P.")[2:5:2] == [
        "\\F. Schroff has it.",
        ":param people: \\P.",
    ]


def test_a_signature_shows_types_alone():
    found = page("course_utils.grading") + page("course_utils")
    assert "Annotated" not in found
    assert "lesson: str | None=None" in found


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
