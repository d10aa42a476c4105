"""Build the exercises: the notebook with solutions from its text source, and from that the learner's copy, with nbgrader.

`python notebooks/exercises.py` builds all of them; `python notebooks/exercises.py 03_exercises` one.
"""

import logging
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from course_utils.data.files import written_whole
from course_utils.grading.configuration import configure

sys.path.insert(0, str(Path(__file__).resolve().parent))
from build import LANGUAGE, NOTEBOOKS, SOURCES, convert
from markers import expand, objectives, where_you_stand

ASSIGNMENTS = NOTEBOOKS / "assignments"


def with_solutions(source: Path) -> nbformat.NotebookNode:
    """Return the notebook with solutions that a text source and the bank describe, not run.

    Raises:
        SourceError: a mark in the source cannot be.
    """
    notebook = convert(source, run_time="")
    (lesson,) = SOURCES.glob(f"{source.stem[:2]}_*.py")
    practised = objectives(lesson.read_text("utf-8"))
    number = int(source.stem[:2])
    notebook.cells = expand(notebook.cells, number, source.stem, practised) + where_you_stand(number)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index:03d}"
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": LANGUAGE}
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own
    nbformat.validate(notebook)
    return notebook


def build(sources: list[Path], target: Path) -> list[Path]:
    """Write source/NAME/NAME.ipynb and release/NAME/NAME.ipynb for each text source; return the paths of the latter.

    Args:
        sources: jupytext py:percent files, with the marks of `markers`.
        target: the folder of the assignments.

    Raises:
        RuntimeError: nbgrader refuses one; the message has its reason.
    """
    releases = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        api = _api(root)
        for source in sources:
            name = source.stem
            written = root / "source" / name / f"{name}.ipynb"
            written.parent.mkdir(parents=True)
            nbformat.write(with_solutions(source), written)
            outcome = api.generate_assignment(name, force=True)
            if not outcome["success"]:
                raise RuntimeError(f"{name}: {outcome['error'] or outcome['log']}")
            for kind in ("source", "release"):
                path = target / kind / name / f"{name}.ipynb"
                path.parent.mkdir(parents=True, exist_ok=True)
                with written_whole(path) as file, (root / kind / name / f"{name}.ipynb").open("rb") as new:
                    shutil.copyfileobj(new, file)
            releases.append(path)
    return releases


def _api(root: Path) -> NbGraderAPI:
    config = Config()
    configure(config, root)
    config.KeepSolutionsBack.enabled = False  # these copies are for learners who practise
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    return NbGraderAPI(config=config)


def main(names: list[str]) -> None:
    """Build the named sets, or all of them."""
    folder = SOURCES / "exercises"
    for release in build([folder / f"{name}.py" for name in names] or sorted(folder.glob("[0-9]*.py")), ASSIGNMENTS):
        print(release.relative_to(NOTEBOOKS))


if __name__ == "__main__":
    main(sys.argv[1:])
