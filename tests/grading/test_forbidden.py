"""System calls that student code has no use for are refused for good, and all others go on."""

import json
import platform
import struct
import subprocess
import sys

import pytest

from course_utils.grading.inside.forbidden import ALLOW, ARCHITECTURES, CLONE, KILL, NUMBERS, REFUSE, program

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ASKED = """
import ctypes, errno, json, os, subprocess, sys, threading
from course_utils.grading.inside.forbidden import forbid
def refused():
    libc = ctypes.CDLL(None, use_errno=True)
    tries = [("shmget", 0, 4096, 0o1600), ("msgget", 0, 0o1600), ("memfd_create", b"x", 0), ("unshare", 0x10000000)]
    return [getattr(libc, name)(*told) == -1 and ctypes.get_errno() == errno.ENOSYS for name, *told in tries]
if len(sys.argv) > 1:
    print(json.dumps(refused()))
else:
    held, ran = forbid(), []
    thread = threading.Thread(target=lambda: ran.append(os.waitpid(os.fork() or os._exit(3), 0)[1] >> 8))
    thread.start()
    thread.join()
    child = subprocess.run([sys.executable, __file__, "child"], capture_output=True, text=True)
    print(json.dumps([held, ran, refused(), json.loads(child.stdout)]))
"""


def answer(filter_, architecture, number, argument=0):
    """Run a filter as the system does."""
    steps = list(struct.iter_unpack("=HBBI", filter_))
    read = {0: number, 4: architecture, 16: argument}
    at, register = 0, 0
    while True:
        code, yes, no, value = steps[at]
        if code == RETURN:
            return value
        if code == LOAD:
            register, yes = read[value], 0
        elif not {EQUAL: register == value, AT_LEAST: register >= value, ANY_BIT: register & value}[code]:
            yes = no
        at += 1 + yes


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_what_is_named_is_refused_and_nothing_else(machine):
    filter_ = program(machine)
    column, architecture = ARCHITECTURES[machine]
    refused = {numbers[column] for numbers in NUMBERS.values()}
    assert {number for number in range(1000) if answer(filter_, architecture, number) == REFUSE} == refused
    assert all(answer(filter_, architecture, number) == ALLOW for number in range(1000) if number not in refused)
    assert answer(filter_, architecture, 0x40000000 + 1) == REFUSE
    assert answer(filter_, architecture ^ 1, 1) == KILL


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(
    ("flags", "says"), [(0x11, ALLOW), (0x3D0F00, ALLOW), (0x10000011, REFUSE), (0x20000, REFUSE), (0x40000000, REFUSE)]
)
def test_new_processes_and_threads_may_be_made_and_new_namespaces_not(machine, flags, says):
    column, architecture = ARCHITECTURES[machine]
    assert answer(program(machine), architecture, CLONE[column], flags) == says


def test_another_machine_has_no_filter():
    assert program("riscv64") is None


if sys.platform == "linux" and platform.machine() in ARCHITECTURES:

    def test_it_holds_for_threads_and_children_which_go_on(tmp_path):
        script = tmp_path / "asked.py"
        script.write_text(ASKED, "utf-8")
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=120)
        assert json.loads(done.stdout) == [True, [3], [True] * 4, [True] * 4], done.stderr
