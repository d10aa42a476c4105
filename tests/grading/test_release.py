"""What a lecturer releases keeps solutions back, by one switch."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course_utils.grading.configuration import configure

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET = "01_exercises"
QUESTION = """## 1. Why? (3 points)

Say why.

<!-- BEGIN MARK SCHEME -->
1 point: it says because.
<!-- END MARK SCHEME -->"""


def nbgrader(grade_id, *, grade=False, solution=False):
    marks = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": not solution, "task": False}
    return {"nbgrader": marks | {"schema_version": 3} | ({"points": 3} if grade else {})}


def released(root, **switch):
    """Return the cells that nbgrader makes for learners of a set with an import, a question and a written answer."""
    cells = [
        new_code_cell("import numpy as np\nfrom course_utils.feedback import check, hint"),
        new_markdown_cell(QUESTION, metadata=nbgrader("q-why")),
        new_markdown_cell("Because.", metadata=nbgrader("w-why", grade=True, solution=True)),
    ]
    (root / "source" / SET).mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), root / "source" / SET / f"{SET}.ipynb")
    config = Config()
    configure(config, root)
    config.KeepSolutionsBack.update(switch)
    GenerateAssignment(coursedir=CourseDirectory(config=config, assignment_id=SET), config=config).start()
    return nbformat.read(root / "release" / SET / f"{SET}.ipynb", as_version=4).cells


@pytest.mark.parametrize(
    ("switch", "module"), [({}, "course_utils.feedback.graded"), ({"enabled": False}, "course_utils.feedback")]
)
def test_a_release_takes_its_hints_from_where_solutions_are_kept_back_unless_it_is_switched_off(tmp_path, switch, module):
    first, question, answer = released(tmp_path, **switch)
    assert first.source == f"import numpy as np\nfrom {module} import check, hint"
    assert question.source.strip() == "## 1. Why? (3 points)\n\nSay why."
    assert "Because" not in answer.source
