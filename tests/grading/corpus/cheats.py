"""Cheats: code that wants points for nothing, or the hidden inputs, or to run something in the browser of whoever reads it."""

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.feedback.bank import find
from tests.grading.corpus.hostile import (
    ALL,
    MARK,
    NONE,
    SET,
    WRITTEN,
    Case,
    Handed,
    as_bytes,
    cell_named,
    coded,
    write,
)

OTHERS = ("gram_matrix", "triplet_loss")
ANSWERS = "import course_utils.grading.inside.answers as answers\n"
SCRIPT = f"<script>{MARK}()</script><img src=x onerror={MARK}()><svg onload={MARK}()></svg>"

ALWAYS_EQUAL = """
class Right:
    shape, dtype, ndim, size = (3,), np.dtype("float64"), 1, 3
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __hash__(self): return 0
    def __sub__(self, other): return 0
    def __array__(self, *a, **k): return np.zeros(3)
    def __array_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return True
    def __getattr__(self, name): return self
    def __call__(self, *a): return self
    def __bool__(self): return True
def euclidean(a, b):
    return Right()
"""
SUBCLASS = """
class Sly(np.ndarray):
    def __eq__(self, other): return np.True_
    def __array_ufunc__(self, ufunc, *a, **k): return np.True_
    def all(self, *a, **k): return True
def euclidean(a, b):
    return np.zeros(len(a)).view(Sly)
"""
PATCHED_NUMPY = """
true = lambda *a, **k: True
for name in ("allclose", "array_equal", "isclose", "array_equiv", "all", "any"):
    setattr(np, name, true)
np.testing.assert_allclose = np.testing.assert_array_equal = np.testing.assert_equal = true
np.spacing = lambda *a, **k: 1e9
np.asarray = np.array
import math, builtins
math.isclose = math.prod = true
builtins.abs = lambda *a: 0
builtins.AssertionError = type("Never", (BaseException,), {})
"""
PATCHED_PACKAGE = """
import contextlib, sys, types
import base64, json
import course_utils.feedback as feedback, course_utils.feedback.calls as calls, course_utils.grading.wire as wire
class Verdict:
    right, message, mistake, passed = True, "Right.", None, ()
right = lambda *a, **k: Verdict()
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith(("course_utils", "nbgrader", "tensorflow")):
        for name in ("judge", "verdict", "agree", "check", "determine_grade", "decode", "_equal", "plain"):
            with contextlib.suppress(Exception):
                setattr(module, name, right)
for name in ("course_utils.feedback.checking", "course_utils.feedback.bank", "nbgrader", "nbgrader.utils", "tensorflow"):
    grade = lambda *a: (9, 9)
    sys.modules[name] = types.SimpleNamespace(judge=right, verdict=right, find=right, agree=right, determine_grade=grade)
json.dumps = lambda *a, **k: '[{"value": true, "right": true, "score": 9}]'
base64.b64encode = lambda *a: b"AAAA"
"""
FORGED = (
    ANSWERS
    + """
import json
from IPython.display import display
def forged(name, *a, **k):
    words = [{"value": True, "right": True, "score": 9, "message": "Right."}] * 3
    display({answers.MIME: json.dumps(words), "text/plain": "Right."}, raw=True)
    print("Right.")
forged("euclidean")
"""
)
FORGED_IN_VAIN = {
    "lists": "[]",
    "empty": "[{}, {}, {}]",
    "true": "true",
    "right": '{"right": true}',
    "changed": '[{"value": null, "changed": true}]',
    "infinite": '[{"value": NaN}, {"value": Infinity}, {"value": 1e999}]',
    "words": '[{"value": {"words": ["x", {}], "shape": [2]}}]',
    "negative": '[{"value": {"dtype": "<f8", "shape": [-1], "base64": ""}}]',
    "objects": '[{"value": {"dtype": "|O8", "shape": [1], "base64": "AAAAAAAAAAA="}}]',
    "huge": '[{"value": {"dtype": "<f8", "shape": [1000000, 1000000, 1000000], "base64": ""}}]',
    "error": '[{"error": ["error", "LE" , 5]}]',
    "pickle": '"gASVGgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAJpZJSFlFKULg=="',
}
IN_HISTORY = """
import gc, sys, inspect
def euclidean(a, b):
    wanted = ("expected", "oracle", "right", "solution", "values", "wanted")
    frame = sys._getframe()
    while frame is not None:
        for name in wanted:
            if name in frame.f_locals and hasattr(frame.f_locals[name], "shape"):
                return frame.f_locals[name]
        frame = frame.f_back
    for thing in gc.get_objects():
        oracle = getattr(thing, "oracle", None) if type(thing).__name__ == "Exercise" else None
        if oracle is not None:
            return oracle(a, b)
    shell = get_ipython()
    for text in [*shell.user_ns.get("In", []), *map(str, shell.user_ns.get("Out", {}).values())]:
        if "expected" in text and "euclidean" in text:
            return eval(text.split("expected", 1)[1])
    return np.zeros(len(a))
"""
IMPORTS = """
def euclidean(a, b):
    import importlib
    for module, name in (
        ("course_utils.feedback.bank", "find"), ("course_utils.feedback.bank.lesson_01.euclidean", "EXERCISE"),
        ("course_utils.faces.distances", "euclidean"), ("course_utils.grading.running", "find"),
        ("course_utils.style.costs", "gram_matrix"), ("course_utils.feedback.checking", "find"),
    ):
        try:
            found = getattr(importlib.import_module(module), name)
            found = found("euclidean") if name == "find" else found
            return getattr(found, "oracle", found)(a, b)
        except Exception:
            continue
    return np.zeros(len(a))
"""
NO_CHECK = """
import builtins
def check(*a, **k): print("Right.")
real = builtins.__import__
class Fake:
    @staticmethod
    def check(*a): pass
    @staticmethod
    def answer(*a): print("Right. (2 points)")
def imported(name, *a, **k):
    return Fake if "answers" in name else real(name, *a, **k)
builtins.__import__ = imported
"""
TABLE = (
    ANSWERS
    + """
class Table(dict):
    def __getitem__(self, name):
        return lambda *inputs: Ellipsis
    def __contains__(self, name): return True
answers.FUNCTIONS = Table(euclidean=print)
"""
)
PUBLISH = """
def publish(text, kind="stream"):
    kernel = get_ipython().kernel
    for parent in parents + [kernel.get_parent("shell")]:
        kernel.session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": text}, parent=parent)
        kernel.session.send(kernel.iopub_socket, "display_data", {"data": {"text/plain": text}, "metadata": {}}, parent=parent)
parents = [get_ipython().kernel.get_parent("shell")]
"""
TOLD = "'LE' + 'AK' + repr(a.tolist())"
PRINTS = f"""
import os, sys
from IPython.display import display, HTML
def euclidean(a, b):
    text = {TOLD}
    print(text)
    sys.__stdout__.write(text); sys.__stdout__.flush(); sys.stderr.write(text)
    os.write(1, text.encode()); os.write(2, text.encode())
    display(HTML(text)); display({{"text/plain": text, "image/png": text}}, raw=True)
    publish(text)
    get_ipython().kernel.shell.display_pub.publish({{"text/plain": text}})
    return np.zeros(len(a))
"""
LATER = f"""
import threading, time
def euclidean(a, b):
    text = {TOLD}
    def tell():
        for _ in range(50):
            time.sleep(0.1)
            try:
                publish(text); print(text)
            except Exception:
                pass
    threading.Thread(target=tell).start()
    return np.zeros(len(a))
"""
RAISES = f"""
def euclidean(a, b):
    text = {TOLD}
    error = type(text, (Exception,), {{"__str__": lambda self: text}})
    raise error(text)
"""
KIND = f"""
def euclidean(a, b):
    return type({TOLD}, (), {{}})()
"""
LINE = "def euclidean(a, b):\n    exec(compile('\\n' * 4710 + 'raise ValueError', '<cell>', 'exec'))"
SHAPE = "def euclidean(a, b):\n    return np.zeros((47, 11, 3))"
WORDS = f"def euclidean(a, b):\n    return np.array([{TOLD}])"
ATEXIT = f"""
import atexit, os
def euclidean(a, b):
    text = {TOLD}
    def tell():
        publish(text); print(text)
    atexit.register(tell)
    open(os.path.expanduser("~/kept.txt"), "w").write(text)
    os._exit(0) if os.path.exists("again") else exit()
"""
KEPT = """
import glob, os
for path in ("~/kept.txt", "/tmp/kept.txt", "/tmp/work/kept.txt", "/dev/shm/kept.txt"):
    if os.path.exists(os.path.expanduser(path)):
        print(open(os.path.expanduser(path)).read())
"""
FILES = f"""
import os
def euclidean(a, b):
    for path in ("~/kept.txt", "/tmp/kept.txt", "/tmp/work/kept.txt", "/dev/shm/kept.txt"):
        try:
            open(os.path.expanduser(path), "w").write({TOLD})
        except OSError:
            pass
    os._exit(1)
"""
READS = """
import glob, json, os, re
def cells(pattern):
    for path in glob.glob(pattern):
        try:
            yield from json.load(open(path))["cells"]
        except Exception:
            continue
def euclidean(a, b):
    for cell in cells("@PATTERN@"):
        source = "".join(cell["source"])
        if source.startswith("def euclidean") and "NotImplemented" not in source:
            scope = {"np": np}
            exec(source, scope)
            return scope["euclidean"](a, b)
    return np.zeros(len(a))
"""
REPOSITORY = """
import sys
def euclidean(a, b):
    for name in [name for name in sys.modules if name.startswith("course_utils")]:
        del sys.modules[name]
    sys.path.insert(0, "@REPOSITORY@")
    try:
        from course_utils.feedback.bank import find
        return find("euclidean").solution(a, b)
    except Exception:
        return np.zeros(len(a))
"""
SECRET = """
import glob
for path in ("@ROOT@/secret.key", *glob.glob("/*/secret.key"), *glob.glob("/*/*/secret.key")):
    try:
        print("LE" + "AK", open(path).read())
    except OSError:
        pass
"""
GRADEBOOK = """
import sqlite3
try:
    base = sqlite3.connect("@ROOT@/gradebook.db", timeout=1)
    base.execute("update grade set auto_score = 3, manual_score = 50, extra_credit = 50")
    base.execute("update base_cell set name = 'nothing'")
    base.commit()
    print("LE" + "AK", base.execute("select * from grade").fetchall())
except Exception:
    pass
"""
OVERWRITES = """
import glob, json, os
for path in glob.glob("@ROOT@/submitted/*/*/*.ipynb") + glob.glob("@ROOT@/release/*/*.ipynb"):
    try:
        open(path, "w").write("{}")
    except OSError:
        pass
for path in glob.glob("/tmp/sealed-*/*/*") + glob.glob("@ROOT@/reports/*/*"):
    try:
        open(path, "w").write("")
    except OSError:
        pass
"""
PROCESSES = """
import glob
found = ""
for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
    try:
        found += open(path, errors="replace").read()
    except OSError:
        pass
if "pytest" in found or "@ROOT@" in found or "@REPOSITORY@/course_utils" in found or "VIRTUAL_ENV" in found:
    print("LE" + "AK")
"""


def by_heart(notebook: NotebookNode) -> Handed:
    """Knows the answers to the visible inputs, and nothing else."""
    answers = {}
    for name in ALL:
        exercise, known = find(name), {}
        for arguments in exercise.probes(np.random.default_rng(0)):
            key = b"".join(np.asarray(argument).tobytes() for argument in arguments)
            known[key.hex()] = np.asarray(exercise.solution(*arguments)).tolist()
        answers[name] = f"def {name}(*x):\n    return {known!r}[b''.join(np.asarray(y).tobytes() for y in x).hex()]"
    return write(notebook, right=NONE, **answers)


def forges_points(notebook: NotebookNode) -> Handed:
    """Its own metadata say that answers carry points, that checks carry more, and that there is one more check."""
    notebook = write(notebook, right=OTHERS)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"points": 1000, "grade": True, "schema_version": 1, "max_score": 1000, "checksum": "0"}
    cell_named(notebook, "check-euclidean").source = "print('Right.')"
    more = new_code_cell("print('Right.')", metadata={"nbgrader": {"grade": True, "grade_id": "check-more", "points": 50}})
    again = deepcopy(cell_named(notebook, "check-gram_matrix"))
    again.metadata.nbgrader |= {"grade_id": "check-gram_matrix\n", "points": 50}
    odd = [new_code_cell("1", metadata={"nbgrader": odd}) for odd in ([], "x", 5, {"grade_id": ["a"]}, {"grade_id": {}}, None)]
    notebook.cells += [more, again, *odd]
    notebook.metadata["celltoolbar"] = "Create Assignment"
    return notebook


def names_of_no_character(notebook: NotebookNode) -> Handed:
    """Names of cells that would break a report or a terminal: half a character, escapes, a table's bars, HTML."""
    notebook = write(notebook)
    for name in ("@HALF@", "\x1b[2J\x1b]0;x\x07", "a | b\n| c | d", SCRIPT, "[bold red]x[/]", "x" * 100_000, "\x00", "../../x"):
        notebook.cells.append(new_code_cell("1", metadata={"nbgrader": {"grade_id": name}}))
    return json.dumps(notebook).replace("@HALF@", "\\ud83d").encode()


def answers_in_html(notebook: NotebookNode) -> Handed:
    """HTML and JavaScript wherever a page could take them from: texts, pictures, outputs, metadata, links."""
    notebook = write(notebook, w_why=SCRIPT + f"[link](javascript:{MARK}())\n\n![p](attachment:a.png)\n\nBecause <b>so</b>.")
    bad = f'"><script>{MARK}()</script><img src="x" onerror="{MARK}()'
    pictures = {"a.png": {"image/png": bad}, bad: {"image/svg+xml": SCRIPT, "text/html": SCRIPT}}
    cell_named(notebook, WRITTEN).attachments = pictures
    texts = (
        SCRIPT,
        f"[a]: javascript:{MARK}()\n[x][a] <javascript:{MARK}()> [y](JaVaScRiPt:{MARK}())",
        f"# <a href='java\tscript:{MARK}()'>a</a>\n\n<details open ontoggle={MARK}()>",
        f"```html\n</pre>{SCRIPT}\n```\n\n`{SCRIPT}`\n\n$</span>{SCRIPT}$ $$\\text{{{SCRIPT}}}$$",
        f'<!--><script>{MARK}()</script>-->\n<math><mtext></p><img src onerror="{MARK}()"></math>',
        f'[x](data:text/html,<script>{MARK}()</script>) <a href="data:text/html,{MARK}">x</a> <iframe srcdoc="{MARK}">',
        f'<meta http-equiv=refresh content="0;url=javascript:{MARK}()"><base href=javascript:{MARK}()//>',
        f'<style>@import "javascript:{MARK}()";</style><p style="background:url(javascript:{MARK}())">x</p>',
        f"\\begin{{equation}}</script>{SCRIPT}\\end{{equation}}",
        f'![x](x \'" onerror={MARK}() x="\') [x](<x" onclick={MARK}()>)',
    )
    notebook.cells += [new_markdown_cell(text) for text in texts]
    notebook.cells.append(from_dict({"cell_type": "raw", "source": SCRIPT, "metadata": {"format": "text/html"}}))
    kinds = ("image/png", "image/jpeg", "image/svg+xml", "text/html", "text/markdown", "text/latex", "text/plain")
    shown = {kind: bad if kind.startswith("image") else SCRIPT for kind in kinds} | {"application/javascript": f"{MARK}()"}
    outputs = [
        {"output_type": "display_data", "metadata": {kind: {"width": bad, "alt": bad}}, "data": {kind: text}}
        for kind, text in shown.items()
    ]
    outputs.append({"output_type": "display_data", "metadata": {}, "data": shown})
    outputs.append({"output_type": "stream", "name": bad, "text": f"\x1b]8;;javascript:{MARK}()\x07x\x1b[31m{SCRIPT}"})
    outputs.append({"output_type": "error", "ename": bad, "evalue": bad, "traceback": [SCRIPT, bad]})
    tried = next(cell for cell in notebook.cells if "experiment" in cell.metadata.get("tags", []))
    tried.outputs = outputs
    notebook.cells.append(new_code_cell("1", metadata={"tags": ["experiment", bad]}, outputs=outputs))
    notebook.metadata |= {
        "title": SCRIPT,
        "authors": [{"name": bad}],
        "widgets": {"state": bad},
        "language_info": {"name": bad},
    }
    return notebook


SHOWS_HTML = f"""
from IPython.display import *
bad = '"><script>{MARK}()</script><img src="x" onerror="{MARK}()'
display(HTML({SCRIPT!r}), Javascript("{MARK}()"), SVG("<svg onload='{MARK}()'/>"))
display(Markdown({SCRIPT!r}), Latex({SCRIPT!r}))
for kind in ("image/png", "image/jpeg", "image/svg+xml", "text/html", "text/plain", "application/javascript"):
    display({{kind: bad}}, raw=True, metadata={{kind: {{"width": bad, "height": bad, "alt": bad}}}})
print({SCRIPT!r})
raise ValueError({SCRIPT!r})
"""


def links_the_source(notebook: NotebookNode) -> Handed:
    return lambda folder: (folder / f"{SET}.ipynb").symlink_to(f"../../../source/{SET}/{SET}.ipynb")


def is_a_link_itself(notebook: NotebookNode) -> Handed:
    def hand_in(folder: Path) -> None:
        folder.rmdir()
        folder.symlink_to(f"../../source/{SET}", target_is_directory=True)

    return hand_in


def links_another_student(notebook: NotebookNode) -> Handed:
    """The student's whole folder is a link to a place with an honest student's work."""

    def hand_in(folder: Path) -> None:
        other = folder.parents[2] / "of-another-student" / SET
        other.mkdir(parents=True)
        (other / f"{SET}.ipynb").write_bytes(as_bytes(write(notebook)))
        folder.rmdir()
        folder.parent.rmdir()
        folder.parent.symlink_to(other.parent, target_is_directory=True)

    return hand_in


def links_beside(notebook: NotebookNode) -> Handed:
    def hand_in(folder: Path) -> None:
        (folder / f"{SET}.ipynb").write_bytes(as_bytes(write(notebook)))
        (folder / "source").symlink_to("../../../source", target_is_directory=True)
        (folder / "book.db").symlink_to("../../../gradebook.db")
        (folder / "passwd.html").symlink_to("/etc/passwd")
        (folder / "round").symlink_to("round")
        (folder / "timestamp.txt").symlink_to("../../../secret.key")

    return hand_in


def cheats() -> list[Case]:
    """Return all of them."""
    zeros = "def euclidean(a, b):\n    return np.zeros(len(a))"
    source, others = f"@ROOT@/source/{SET}/*.ipynb", f"@ROOT@/submitted/*/{SET}/*.ipynb"
    vain = "".join(
        f"\ndef {name}(*a):\n    display({{answers.MIME: {text!r}}}, raw=True)\nturns.append({name})"
        for name, text in FORGED_IN_VAIN.items()
        if text
    )
    vain = ANSWERS + "from IPython.display import display\nturns = []" + vain
    return [
        coded("always-equal", OTHERS, euclidean=ALWAYS_EQUAL),
        coded("is-always-equal-itself", OTHERS, euclidean=ALWAYS_EQUAL + "euclidean = Right()"),
        coded("subclass-of-ndarray", OTHERS, euclidean=SUBCLASS),
        coded("patches-numpy", NONE, first=PATCHED_NUMPY, euclidean=zeros),
        coded("patches-the-package", NONE, first=PATCHED_PACKAGE, euclidean=zeros),
        coded("replaces-the-answer", NONE, euclidean=zeros, last=FORGED + "\nanswers.answer = forged"),
        coded("forges-messages", OTHERS, euclidean=FORGED + "\ndef euclidean(a, b):\n    forged('')\n    return 1"),
        *(
            coded(
                f"forges-{name}",
                NONE,
                "what came back is no answer|$",
                euclidean=zeros,
                last=f"{vain}\nanswers.answer = {name}",
            )
            for name in ("lists", "infinite", "huge", "pickle")
        ),
        coded(
            "forges-many-in-turn",
            NONE,
            euclidean=zeros,
            gram_matrix="def gram_matrix(a): return 1",
            triplet_loss="def triplet_loss(*a): return 1",
            last=f"{vain}\ndef one(*a):\n    for turn in turns:\n        turn()\nanswers.answer = one",
        ),
        coded(
            "in-float16", NONE, euclidean="def euclidean(a, b):\n    return (1.3 * np.linalg.norm(a - b, axis=1)).astype('f2')"
        ),
        coded("nothing-but-nan", OTHERS, euclidean="def euclidean(a, b):\n    return np.full(len(a), np.nan)"),
        Case("by-heart", by_heart),
        coded("looks-in-frames-and-history", OTHERS, euclidean=IN_HISTORY),
        coded("imports-the-solutions", OTHERS, euclidean=IMPORTS),
        coded("replaces-check", NONE, first=NO_CHECK, euclidean=zeros),
        coded("tampers-with-the-table", NONE, last=TABLE, euclidean=zeros),
        Case("forges-points", forges_points, OTHERS, "check-more: a cell with a name"),
        Case("names-of-no-character", names_of_no_character, ALL, "a cell with a name that this assignment does not have"),
        coded("tells-by-printing", OTHERS, first=PUBLISH, euclidean=PRINTS),
        coded("tells-by-a-thread", OTHERS, first=PUBLISH, euclidean=LATER, last="import time\ntime.sleep(0.5)"),
        coded("tells-by-an-error", OTHERS, euclidean=RAISES),
        coded("tells-by-a-class", OTHERS, euclidean=KIND),
        coded("tells-by-a-line", OTHERS, lacks="line 4711", euclidean=LINE),
        coded("tells-by-a-shape", OTHERS, lacks=r"\(47, 11", euclidean=SHAPE),
        coded("tells-by-words", OTHERS, euclidean=WORDS),
        coded("tells-at-exit", OTHERS, first=PUBLISH, euclidean=ATEXIT),
        coded("tells-after-a-restart", OTHERS, walls=True, first=KEPT, euclidean=FILES, last=KEPT),
        Case("html-in-the-notebook", answers_in_html, ALL),
        coded("html-in-outputs", first=SHOWS_HTML),
        Case("notebook-is-a-link", links_the_source, NONE, "no ordinary file|link|there is no", page=False),
        Case("folder-is-a-link", is_a_link_itself, NONE, "link", page=False),
        Case("student-is-a-link", links_another_student, NONE, "link", page=False),
        Case("links-beside", links_beside, ALL),
        coded("reads-the-source", OTHERS, walls=True, euclidean=READS.replace("@PATTERN@", source)),
        coded("reads-other-students", OTHERS, walls=True, euclidean=READS.replace("@PATTERN@", others)),
        coded("reads-the-repository", NONE, walls=True, euclidean=REPOSITORY),
        coded("reads-the-secret", walls=True, first=SECRET),
        coded("writes-the-gradebook", walls=True, first=GRADEBOOK),
        coded("overwrites-files", walls=True, first=OVERWRITES),
        coded("looks-at-processes", walls=True, first=PROCESSES),
    ]
