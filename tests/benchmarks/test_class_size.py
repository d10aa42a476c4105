"""What one student at work and one submission take: memory, disk, seconds of the processors. Run by `make bench-class`.

It writes docs/results/class.json, of which the page "A large class" is made. Memory does not depend on what else this machine
does, and neither do seconds of the processors, nearly; so the machine need not be idle.
"""

import ast
import os
import resource
import time
import urllib.request
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.grading.batch import grade_assignment
from course_utils.grading.walls import sealed_here
from tests.benchmarks.record import machine, record
from tests.grading.corpus.courses import practice_course
from tests.lab_process import started

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
ASSIGNMENTS = NOTEBOOKS / "assignments"
STUDENTS = 10
PAINTS = """
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.transfer import StyleTransfer
StyleTransfer(picture("china"), painting("waves"), size=512).run(2)
"""

pytestmark = pytest.mark.benchmark


def code_of(name):
    (path,) = NOTEBOOKS.glob(f"{name}_*.ipynb")
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def imports(cells):
    found = [one for cell in cells for one in ast.walk(ast.parse(cell)) if isinstance(one, ast.Import | ast.ImportFrom)]
    return ["\n".join(map(ast.unparse, found))]


def memory(process):
    """Return the megabytes of a process: its share of all that it uses, what is its own alone, and the most it ever had."""
    now, most = process.memory_full_info(), Path(f"/proc/{process.pid}/status").read_text().partition("VmHWM:")[2].split()[0]
    return {"pss": now.pss / 1e6, "rss": now.rss / 1e6, "own": now.uss / 1e6, "most": int(most) * 1024 / 1e6}


@pytest.mark.parametrize(
    ("what", "cells"),
    [("lesson 01", code_of("01")), ("imports of lesson 08", imports(code_of("08"))), ("painting at 512 pixels", [PAINTS])],
)
def test_memory_of_a_kernel(what, cells):
    manager, client = start_new_kernel(cwd=str(NOTEBOOKS))
    try:
        for cell in cells:
            answer = client.execute_interactive(cell, timeout=1800, output_hook=lambda message: None, allow_stdin=False)
            assert answer["content"]["status"] in ("ok", "error"), what  # a learner's own cells raise until they are written
        (process,) = [one for one in psutil.Process().children(recursive=True) if "ipykernel" in " ".join(one.cmdline())]
        taken = memory(process)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    record("class", f"kernel, {what}", taken, machine("jupyterlab"))


def test_memory_of_a_server(tmp_path):
    with started(tmp_path) as lab:
        urllib.request.urlopen(lab.address(), timeout=600).read()
        (server,) = [one for one in lab.children() if "course_utils.lab" in " ".join(one.cmdline())]
        record("class", "JupyterLab", memory(server), machine("jupyterlab"))


def size(*folders):
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


def test_disk_of_a_student():
    own = [*NOTEBOOKS.glob("*.ipynb"), *(ASSIGNMENTS / "release").rglob("*.ipynb")]
    record(
        "class", "notebooks of a student", {"megabytes": sum(path.stat().st_size for path in own) / 1e6}, machine("jupyterlab")
    )


def spent():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


@pytest.mark.parametrize("assignment", ["01_exercises", "08_exercises"])
def test_a_submission(tmp_path, assignment):
    assert sealed_here()
    practice_course(tmp_path, assignment, STUDENTS)
    begun, workers, written = time.perf_counter(), spent(), []
    assert grade_assignment(tmp_path, assignment, progress=lambda *_: written.append(time.process_time())) == {}
    taken = {
        "submissions": STUDENTS,
        "workers": (spent() - workers) / STUDENTS,
        "writer": (written[-1] - written[0]) / (STUDENTS - 1),  # without what is done once
        "seconds": time.perf_counter() - begun,
        "others at work": os.getloadavg()[1],
        "megabytes": size(*(tmp_path / name for name in ("submitted", "autograded", "feedback", "reports"))) / STUDENTS / 1e6,
    }
    record("class", f"submission of {assignment}", taken, machine("jupyterlab"))
