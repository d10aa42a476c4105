"""The hostile corpus: a course of its own, and cases that are handed in to it. What they earn is known beforehand."""

import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.grading.corpus.courses import NOTEBOOKS, notebook_of_set, write_course

SET = "hostile_set"
REPOSITORY = NOTEBOOKS.parent
RIGHT = {
    "euclidean": "def euclidean(a, b):\n    return np.sqrt(((a - b) ** 2).sum(axis=-1))",
    "gram_matrix": "def gram_matrix(a):\n    positions = a.reshape(-1, a.shape[3])\n    return positions.T @ positions",
    "triplet_loss": "def triplet_loss(anchor, positive, negative, gap):\n"
    "    near = np.sqrt(((anchor - positive) ** 2).sum(axis=-1))\n"
    "    far = np.sqrt(((anchor - negative) ** 2).sum(axis=-1))\n"
    "    return np.maximum(0, gap + near - far)",
}
POINTS = {"euclidean": 2, "gram_matrix": 3, "triplet_loss": 3}
ALL = tuple(RIGHT)
NONE: tuple[str, ...] = ()
WRITTEN = "w-why"
MARK = "hostile_mark"  # what a case tries to have run by a browser calls a function of this name
LEAK = "LEAK"  # put before what a case tries to carry out; in its source it is written as 'LE' + 'AK'

Handed = bytes | NotebookNode | Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """Something that is handed in.

    Attributes:
        name: of the case, and part of the student's name.
        make: from the released notebook to a notebook, a file's content, or what is to be done in the submission's folder.
        earns: the exercises that are honestly right in it.
        flags: a regular expression; a flag, "cell: reason", matches it. Empty if no flag is asked for.
        walls: whether it takes bubblewrap's walls to stop it.
        clean: whether it has to be without any flag.
        lacks: what must not stand in the feedback.
        page: whether there is a notebook to write feedback on.
    """

    name: str
    make: Callable[[NotebookNode], Handed]
    earns: tuple[str, ...] = NONE
    flags: str = ""
    walls: bool = False
    clean: bool = False
    lacks: str = LEAK
    page: bool = True


def make_course(root: Path) -> Path:
    """Write the course into an empty folder, and return the folder."""
    return write_course(root, SET, notebook_of_set(RIGHT, POINTS, written=2))


def released(root: Path) -> NotebookNode:
    return nbformat.read(root / "release" / SET / f"{SET}.ipynb", as_version=4)


def name_of(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def cell_named(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if name_of(cell) == name)


def place_of(notebook: NotebookNode, name: str) -> int:
    return notebook.cells.index(cell_named(notebook, name))


def write(notebook: NotebookNode, first: str = "", last: str = "", right: Iterable[str] = ALL, **answers: str) -> NotebookNode:
    """Return a notebook with answers.

    Args:
        notebook: the released one.
        first: the source of a cell of the student's own after the imports.
        last: of one at the end.
        right: the exercises that are solved as they should be.
        answers: what else is written into which answer.
    """
    notebook = deepcopy(notebook)
    for name, source in ({name: RIGHT[name] for name in right} | answers).items():
        cell_named(notebook, name.replace("_why", "-why")).source = source
    if first:
        notebook.cells.insert(2, new_code_cell(first))
    if last:
        notebook.cells.append(new_code_cell(last))
    return notebook


def coded(
    name: str,
    earns: tuple[str, ...] = ALL,
    flags: str = "",
    walls: bool = False,
    clean: bool = False,
    lacks: str = LEAK,
    **written: str,
) -> Case:
    """Return a case that lies in the code of cells: what is earned is solved as it should be, unless written otherwise."""

    def make(notebook: NotebookNode) -> NotebookNode:
        return write(notebook, right=earns, **written)

    return Case(name, make, earns, flags, walls, clean, lacks)


def students_of(cases: list[Case]) -> dict[str, Case]:
    """Return each case under the name of a student; in the order of the names as in the list."""
    return {f"{number:03d}-{case.name}": case for number, case in enumerate(cases)}


def hand_in(root: Path, student: str, case: Case) -> None:
    """Hand in a case. "@ROOT@", "@REPOSITORY@" and "@STUDENT@" in code stand for what an attacker may know."""
    folder = root / "submitted" / student / SET
    folder.mkdir(parents=True, exist_ok=True)
    handed = case.make(released(root))
    if callable(handed) and not isinstance(handed, dict):
        handed(folder)
        return
    if not isinstance(handed, bytes):
        handed = as_bytes(handed)
    for word, meant in (("@ROOT@", str(root)), ("@REPOSITORY@", str(REPOSITORY)), ("@STUDENT@", student)):
        handed = handed.replace(word.encode(), meant.encode())
    (folder / f"{SET}.ipynb").write_bytes(handed)


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return a notebook's file, without asking whether it is a valid one."""
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8")


def mixed(cases: list[Case], honest: list[Case]) -> list[Case]:
    """Return all cases, the honest ones spread evenly among them."""
    every = max(1, len(cases) // len(honest))
    both: list[Case] = []
    for number, case in enumerate(cases):
        if number % every == 0 and number // every < len(honest):
            both.append(honest[number // every])
        both.append(case)
    return both + honest[-(-len(cases) // every) :]


def honest_cases() -> list[Case]:
    """Return students who have solved everything, each in another way."""
    answers: dict[str, dict[str, Any]] = {
        "as-in-the-lesson": {},
        "norm": {
            "euclidean": "def euclidean(a, b):\n    return np.linalg.norm(a - b, axis=1)",
            "gram_matrix": "def gram_matrix(a):\n    return np.tensordot(a[0], a[0], axes=((0, 1), (0, 1)))",
            "triplet_loss": "def triplet_loss(a, p, n, gap):\n    return (gap + euclidean(a, p) - euclidean(a, n)).clip(0)",
        },
        "loops": {
            "euclidean": "def euclidean(a, b):\n    return [sum((x - y) ** 2) ** 0.5 for x, y in zip(a, b)]",
            "gram_matrix": "def gram_matrix(a):\n    n = a.shape[3]\n    g = np.zeros((n, n))\n    for i in range(n):\n"
            "        for j in range(n):\n            g[i, j] = (a[0, :, :, i] * a[0, :, :, j]).sum()\n    return g",
            "triplet_loss": "def triplet_loss(a, p, n, gap):\n    losses = []\n    for x, y, z in zip(a, p, n):\n"
            "        losses.append(max(0, gap + sum((x - y) ** 2) ** 0.5 - sum((x - z) ** 2) ** 0.5))\n    return losses",
        },
        "einsum": {
            "euclidean": "def euclidean(a, b):\n    return np.einsum('nk,nk->n', a - b, a - b) ** 0.5",
            "gram_matrix": "def gram_matrix(a):\n    return np.einsum('bhwi,bhwj->ij', a, a)",
            "triplet_loss": "def triplet_loss(a, p, n, gap):\n    d = lambda x, y: np.einsum('nk,nk->n', x - y, x - y) ** 0.5\n"
            "    return np.maximum(gap + d(a, p) - d(a, n), 0.0)",
        },
        "in-float32": {
            "first": "half = lambda x: np.asarray(x, dtype=np.float32)",
            "euclidean": "def euclidean(a, b):\n    return np.sqrt(np.sum(np.square(half(a) - half(b)), -1))",
            "gram_matrix": "def gram_matrix(a):\n    f = half(a).reshape(-1, a.shape[-1])\n    return f.T.dot(f)",
            "triplet_loss": "def triplet_loss(a, p, n, gap):\n"
            "    return np.maximum(0, np.float32(gap) + euclidean(a, p) - euclidean(a, n))",
        },
        "through-scipy": {
            "first": "from scipy.spatial.distance import cdist",
            "euclidean": "def euclidean(a, b):\n    return np.diag(cdist(a, b))",
            "gram_matrix": "def gram_matrix(a):\n    f = a.transpose(3, 0, 1, 2).reshape(a.shape[3], -1)\n    return f @ f.T",
            "triplet_loss": "def triplet_loss(a, p, n, gap):\n    loss = gap + np.diag(cdist(a, p)) - np.diag(cdist(a, n))\n"
            "    loss[loss < 0] = 0\n    return loss",
        },
        "as-a-class": {
            "euclidean": "class Distance:\n    def __call__(self, a, b):\n        print('called')\n"
            "        return np.sqrt(np.sum((b - a) ** 2, 1))\neuclidean = Distance()",
            "gram_matrix": "gram_matrix = lambda a: np.squeeze(a.reshape(a.shape[0], -1, a.shape[3]).transpose(0, 2, 1)"
            " @ a.reshape(a.shape[0], -1, a.shape[3]), 0)",
            "triplet_loss": "from functools import partial\ndef loss(d, a, p, n, gap):\n    x = gap + d(a, p) - d(a, n)\n"
            "    return np.where(x > 0, x, 0)\ntriplet_loss = partial(loss, euclidean)",
        },
    }
    why = {"w_why": "Because squares are not below 0."}
    return [coded(f"honest-{name}", clean=True, **why | written) for name, written in answers.items()]
