"""What happens to honest people: loops, lost metadata, copies, odd encodings. None of it costs more than it must."""

import base64
import json
import re
from copy import deepcopy
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from tests.grading.corpus.hostile import (
    ALL,
    LEAK,
    NONE,
    RIGHT,
    SET,
    WRITTEN,
    Case,
    Handed,
    as_bytes,
    cell_named,
    coded,
    name_of,
    place_of,
    write,
)

OTHERS = ("euclidean", "triplet_loss")
STUB = "def gram_matrix(a):\n    raise NotImplementedError()\n\n"


def copies_an_answer(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.cells.append(deepcopy(cell_named(notebook, "euclidean")))
    return notebook


def copies_an_older_answer_below(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    older = deepcopy(cell_named(notebook, "gram_matrix"))
    older.source = "def gram_matrix(a):\n    return a.T @ a"
    notebook.cells.insert(place_of(notebook, "gram_matrix"), older)
    return notebook


def copies_a_check(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.cells.insert(place_of(notebook, "triplet_loss"), deepcopy(cell_named(notebook, "check-euclidean")))
    return notebook


def deletes_a_check(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    del notebook.cells[place_of(notebook, "check-gram_matrix")]
    return notebook


def deletes_all_checks_and_the_written_answer(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.cells = [cell for cell in notebook.cells if not (name_of(cell).startswith("check-") or name_of(cell) == WRITTEN)]
    return notebook


def loses_its_metadata(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    for cell in notebook.cells:
        cell.metadata = {}
    return notebook


def has_lost_all_keys_but_the_cells(notebook: NotebookNode) -> Handed:
    cells = [{"cell_type": cell.cell_type, "source": cell.source.splitlines(True)} for cell in write(notebook).cells]
    return json.dumps({"cells": cells}).encode()


def moves_exercises(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    begin, end = place_of(notebook, "triplet_loss"), place_of(notebook, "check-triplet_loss") + 1
    moved = notebook.cells[begin:end]
    del notebook.cells[begin:end]
    notebook.cells[place_of(notebook, "euclidean") : place_of(notebook, "euclidean")] = moved
    return notebook


def moves_a_check_up(notebook: NotebookNode) -> Handed:
    """A check above its function: run from top to bottom there is nothing to check, so it is lost, but only that one."""
    notebook = write(notebook)
    check = notebook.cells.pop(place_of(notebook, "check-gram_matrix"))
    notebook.cells.insert(place_of(notebook, "gram_matrix"), check)
    return notebook


def edits_a_check(notebook: NotebookNode) -> Handed:
    notebook = write(notebook, right=OTHERS)
    cell_named(notebook, "check-gram_matrix").source = "assert True"
    cell_named(notebook, "check-euclidean").source = 'check("euclidean", euclidean)  # at last'
    return notebook


def turns_cells_into_others(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    cell_named(notebook, "gram_matrix").cell_type = "raw"
    cell_named(notebook, "check-euclidean").cell_type = "markdown"
    return notebook


def renames_the_notebook(notebook: NotebookNode) -> Handed:
    return lambda folder: (folder / "my exercises (2).ipynb").write_bytes(as_bytes(write(notebook))) and None


def leaves_copies_beside(notebook: NotebookNode) -> Handed:
    def hand_in(folder: Path) -> None:
        (folder / f"{SET}.ipynb").write_bytes(as_bytes(write(notebook)))
        for name in (f"{SET}-Copy1.ipynb", "Untitled.ipynb", f".{SET}.ipynb"):
            (folder / name).write_bytes(as_bytes(write(notebook, right=NONE)))
        (folder / ".ipynb_checkpoints").mkdir()
        (folder / ".ipynb_checkpoints" / f"{SET}-checkpoint.ipynb").write_bytes(b"{")

    return hand_in


def begins_with_a_byte_order_mark(notebook: NotebookNode) -> Handed:
    return b"\xef\xbb\xbf" + as_bytes(write(notebook, first="größe = 'é'"))


def is_written_in_utf_16(notebook: NotebookNode) -> Handed:
    return as_bytes(write(notebook, first="größe = 'é'")).decode().encode("utf-16")


def is_written_in_latin_1(notebook: NotebookNode) -> Handed:
    return as_bytes(write(notebook, first="größe = 'é'")).decode().encode("latin-1")


def has_half_an_emoji(notebook: NotebookNode) -> Handed:
    """As a browser saves a text that was cut in the middle of a character: legal JSON, but no legal Unicode."""
    notebook = write(notebook, first="# well done @HALF@", w_why="Because @HALF@ of it.")
    return as_bytes(notebook).replace(b"@HALF@", b"\\ud83d")


def has_the_kernel_of_another_language(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.metadata = {"kernelspec": {"name": "julia-1.10", "language": "julia", "display_name": "Julia"}}
    return notebook


def is_of_version_3(notebook: NotebookNode) -> Handed:
    old = nbformat.v4.downgrade(write(notebook))
    return as_bytes(old)


def has_large_pictures(notebook: NotebookNode) -> Handed:
    """Twelve megabytes of pictures below a cell: the outputs are made anew, so they do not matter."""
    notebook = write(notebook, first="x = 1")
    picture = base64.b64encode(bytes(12_000_000)).decode()
    notebook.cells[2].outputs = [new_output("display_data", data={"image/png": picture})]
    return notebook


def has_files_beside(notebook: NotebookNode) -> Handed:
    def hand_in(folder: Path) -> None:
        (folder / f"{SET}.ipynb").write_bytes(as_bytes(write(notebook)))
        (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC", "utf-8")
        (folder / "figures" / "of mine").mkdir(parents=True)
        (folder / "figures" / "of mine" / "a[1] *.png").write_bytes(b"png")
        (folder / "größe\n.txt").write_text("x", "utf-8")
        with open(bytes(folder) + b"/\xff\xfe.txt", "wb") as file:  # noqa: PTH123 - no name in UTF-8
            file.write(b"x")

    return hand_in


def has_cells_without_end(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.cells += [new_code_cell(f"x = {number}") for number in range(300)]
    return notebook


def is_cut_off(notebook: NotebookNode) -> Handed:
    return as_bytes(write(notebook))[:-200]


def is_empty(notebook: NotebookNode) -> Handed:
    return b""


def has_a_merge_conflict(notebook: NotebookNode) -> Handed:
    return re.sub(rb'\n   "source"', b'\n<<<<<<< HEAD\n   "source"', as_bytes(write(notebook)), count=1)


BEGINNINGS = {
    "numpy-only": "import numpy as np",
    "torch": "import torch\nimport numpy as np\nfrom course_utils.feedback import check, hint",
    "torch-in-a-line": "import torch, numpy as np\nimport numpy as np",
    "drive": "from google.colab import drive\ndrive.mount('/content/drive')\nimport numpy as np",
    "file-of-its-own": "data = open('/content/my.csv').read()\nimport numpy as np\nTINY = 0",
    "faces": "from course_utils.faces.distances import pairwise\nfrom course_utils.faces import evaluation\nimport numpy as np",
    "plots": "from course_utils import plots\nplots.show()\nimport numpy as np",
    "grading": "import course_utils.grading.batch, course_utils.feedback.bank\nimport numpy as np",
    "everything-of-ours": "import course_utils\nfrom course_utils.data import faces\nfrom course_utils.style import transfer\n"
    "from course_utils.errors import DataError\nimport numpy as np",
}


def beginnings() -> list[Case]:
    """Return notebooks that are all right and begin in another way than with the imports that were handed out."""

    def begin(notebook: NotebookNode, imports: str) -> Handed:
        notebook = write(notebook)
        notebook.cells[1].source = imports
        return notebook

    return [Case(f"begins-with-{name}", partial(begin, imports=imports), ALL) for name, imports in BEGINNINGS.items()]


ANSWERS = {
    "with-a-lambda": "euclidean = lambda a, b: np.linalg.norm(a - b, axis=1)",
    "with-a-list": "def euclidean(a, b):\n    return [float(np.sqrt(sum((x - y) ** 2))) for x, y in zip(a, b)]",
    "with-a-generator": "def euclidean(a, b):\n    for x, y in zip(a, b):\n        yield np.linalg.norm(x - y)",
    "in-single-precision": "def euclidean(a, b):\n    return np.linalg.norm((a - b).astype(np.float32), axis=1)",
    "with-scipy": "from scipy.spatial.distance import cdist\ndef euclidean(a, b):\n    return np.diag(cdist(a, b))",
    "with-a-default": "def euclidean(a, b, axis=-1):\n    return np.sqrt(((a - b) ** 2).sum(axis=axis))",
    "in-a-class": (
        "class Distances:\n    @staticmethod\n    def plain(a, b):\n        return np.linalg.norm(a - b, axis=1)\n\n"
        "euclidean = Distances.plain"
    ),
    "in-part": (
        "from functools import partial\n"
        "def minkowski(power, a, b):\n    return (np.abs(a - b) ** power).sum(-1) ** (1 / power)\n\n"
        "euclidean = partial(minkowski, 2)"
    ),
    "decorated": (
        "import functools\n"
        "def told(f):\n    @functools.wraps(f)\n    def g(*given):\n        print(f.__name__)\n        return f(*given)\n"
        "    return g\n\n@told\n" + RIGHT["euclidean"]
    ),
    "in-a-closure": (
        "def of_axis(axis):\n    def inner(a, b):\n        return np.linalg.norm(a - b, axis=axis)\n    return inner\n\n"
        "euclidean = of_axis(1)"
    ),
    "with-hints": (
        "from numpy.typing import NDArray\n"
        "def euclidean(a: NDArray, b: NDArray) -> NDArray:\n    return np.linalg.norm(a - b, axis=1)"
    ),
    "timed": "%%time\n" + RIGHT["euclidean"],
    "in-windows-lines": RIGHT["euclidean"].replace("\n", "\r\n"),
    "with-tabs": RIGHT["euclidean"].replace("    ", "\t"),
    "in-another-alphabet": (
        "# Länge der Differenz, 距離 😀\n"
        + RIGHT["euclidean"].replace("a, b", "größe, weite").replace("a - b", "größe - weite")
    ),
}


def ways() -> list[Case]:
    """Return honest answers that are written in other ways, and what honest people put around them."""
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    own_tests = "assert euclidean(np.zeros((2, 3)), np.ones((2, 3))).shape == (2,)"
    return [
        *(coded(f"answers-{way}", clean=True, euclidean=code) for way, code in ANSWERS.items()),
        coded("raises-for-rounding", clean=True, first="np.seterr(divide='raise', over='raise', invalid='raise')"),
        coded("plots-above", clean=True, first=plot),
        coded("tests-for-itself", clean=True, last=own_tests),
        coded("fails-below", last="1 / 0"),
    ]


def accidents() -> list[Case]:
    """Return all of them."""
    reuse = "gram_matrix = 3\ncheck = hint = 'done'\ndisplay = json = print = str = list = len = 0\ndel euclidean"
    magics = (
        "%matplotlib inline\n%config InlineBackend.figure_format = 'png'\n!echo hello\n%timeit -n1 -r1 sum(range(9))\n"
        "import asyncio\nawait asyncio.sleep(0)"
    )
    helper = "def distance(x, y):\n    return np.sqrt(((x - y) ** 2).sum(-1))"
    wandering = (
        "import os, sys\nos.chdir('/')\nlog = open(os.devnull, 'w')\nsys.stdout = log\nsys.stderr = log\nnp.random.seed(0)"
    )
    output = "for i in range(100_000):\n    print(i)"
    return [
        *beginnings(),
        *ways(),
        coded("loops-for-ever", OTHERS, "gram_matrix: stopped: it took too long", gram_matrix="while True:\n    pass"),
        coded(
            "swallows-interruptions",
            OTHERS,
            "gram_matrix: stopped",
            gram_matrix="while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        ),
        coded("loops-when-called", OTHERS, gram_matrix="def gram_matrix(a):\n    while True:\n        pass"),
        coded("loops-after-the-definition", gram_matrix=RIGHT["gram_matrix"] + "\n\nwhile True:\n    pass"),
        coded(
            "loops-and-exits-elsewhere",
            ("gram_matrix", "triplet_loss"),
            euclidean="def euclidean(a, b):\n    import os\n    os._exit(1)",
            triplet_loss=RIGHT["triplet_loss"] + "\n\nwhile True:\n    pass",
        ),
        coded("calls-sys-exit", gram_matrix="import sys\nsys.exit()\n" + RIGHT["gram_matrix"]),
        coded("calls-quit", OTHERS, gram_matrix=STUB + "quit()"),
        coded("calls-exit-at-the-end", last="exit()"),
        coded("exits-when-called", OTHERS, gram_matrix="def gram_matrix(a):\n    exit()"),
        coded("ends-its-process", OTHERS, "gram_matrix: stopped: the kernel ended", gram_matrix="import os\nos._exit(0)"),
        coded("asks-for-input", gram_matrix="n = input('how many? ')\n" + RIGHT["gram_matrix"]),
        coded("asks-for-input-when-called", OTHERS, gram_matrix="def gram_matrix(a):\n    return int(input())"),
        coded("has-a-syntax-error", OTHERS, gram_matrix="def gram_matrix(a:\n    return a"),
        coded("changes-its-input", OTHERS, gram_matrix="def gram_matrix(a):\n    a *= 1\n    a += 1\n    return a.T"),
        coded("recurses-without-end", OTHERS, gram_matrix="def gram_matrix(a):\n    return gram_matrix(a)"),
        coded("uses-a-helper", clean=True, first=helper, euclidean="def euclidean(a, b):\n    return distance(a, b)"),
        coded("uses-names-again", clean=True, last=reuse),
        coded("uses-a-name-again-at-once", euclidean=RIGHT["euclidean"], gram_matrix="sum = max = 3\n" + RIGHT["gram_matrix"]),
        coded("uses-magics", first=magics),
        coded("wanders-off", first=wandering),
        coded("prints-too-much", first=output),
        coded("prints-in-a-function", clean=True, euclidean=RIGHT["euclidean"].replace("    ret", "    print(a, b)\n    ret")),
        coded("warns", clean=True, first="import warnings\nwarnings.warn('careful')\nwarnings.simplefilter('error')"),
        Case("copies-an-answer", copies_an_answer, ALL, "euclidean: a copied cell"),
        Case("copies-an-older-answer", copies_an_older_answer_below, ALL, "gram_matrix: a copied cell"),
        Case("copies-a-check", copies_a_check, ALL, "check-euclidean: a copied cell"),
        Case("deletes-a-check", deletes_a_check, ALL, "check-gram_matrix: the cell is missing"),
        Case("deletes-all-checks", deletes_all_checks_and_the_written_answer, ALL, f"{WRITTEN}: the cell is missing"),
        Case("loses-its-metadata", loses_its_metadata, ALL, "notebook: none of the assignment's cells"),
        Case("has-cells-only", has_lost_all_keys_but_the_cells, ALL, "notebook: none of the assignment's cells"),
        Case("moves-exercises", moves_exercises, ALL, clean=True),
        Case("moves-a-check-up", moves_a_check_up, OTHERS),
        Case("edits-a-check", edits_a_check, OTHERS, "check-gram_matrix: a locked cell was changed"),
        Case("turns-cells-into-others", turns_cells_into_others, ALL, "gram_matrix: the cell was of another kind"),
        Case(
            "renames-the-notebook",
            renames_the_notebook,
            NONE,
            r"there is no hostile_set\.ipynb, but my exercises \(2\)",
            page=False,
        ),
        Case("leaves-copies-beside", leaves_copies_beside, ALL),
        Case("byte-order-mark", begins_with_a_byte_order_mark, ALL, clean=True),
        Case("utf-16", is_written_in_utf_16, ALL, clean=True),
        Case("latin-1", is_written_in_latin_1, NONE, "cannot be read: it is not written in UTF-8"),
        Case("half-an-emoji", has_half_an_emoji, ALL),
        Case("another-language", has_the_kernel_of_another_language, ALL, clean=True),
        Case("version-3", is_of_version_3, NONE, "cannot be read: .*version 4"),
        Case("large-pictures", has_large_pictures, ALL, clean=True),
        Case("files-beside", has_files_beside, ALL),
        Case("300-cells-more", has_cells_without_end, ALL),
        Case("cut-off", is_cut_off, NONE, "cannot be read: .*not JSON", lacks=LEAK),
        Case("empty-file", is_empty, NONE, "cannot be read: .*not JSON"),
        Case("merge-conflict", has_a_merge_conflict, NONE, "cannot be read: .*not JSON"),
    ]
