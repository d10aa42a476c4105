"""All that a kernel starts is found, watched and ended: its children, theirs, and those whose parent is gone."""

import subprocess
import sys
import time

import psutil
import pytest

from course_utils.grading import processes
from course_utils.grading.limits import Limits
from course_utils.grading.processes import Processes

SLEEPS = "import time; time.sleep(600)"
HAS_A_CHILD = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).pid, flush=True)"
LEAVES_AN_ORPHAN = f"{HAS_A_CHILD}; import os; os._exit(0)"


def started(code):
    """Return a process and, where it prints the number of its child, that child."""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child = psutil.Process(int(process.stdout.readline())) if "print" in code else None
    process.stdout.close()
    return process, child


BEFORE = set()  # what other tests of this process have left running, such as the tracker of multiprocessing


@pytest.fixture(autouse=True)
def there_before():
    BEFORE.clear()
    BEFORE.update(child.pid for child in psutil.Process().children(recursive=True))


def of_ours():
    """Return the processes that come from this test."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.status() != psutil.STATUS_ZOMBIE and child.pid not in BEFORE]


def wait_for(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.01)


@pytest.fixture
def other():
    """A process that was there before."""
    process, _ = started(SLEEPS)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("code", [SLEEPS, f"{HAS_A_CHILD}; {SLEEPS}", *([LEAVES_AN_ORPHAN] if sys.platform == "linux" else [])])
def test_all_are_ended_and_no_other(other, code):
    ours = Processes(Limits())
    process, child = started(code)
    if code == LEAVES_AN_ORPHAN:
        process.wait()
    ours.end()
    process.wait()
    assert child is None or not child.is_running()
    assert [child.pid for child in of_ours()] == [other.pid]
    assert other.poll() is None


def watched(folder, code=SLEEPS, **limits):
    """Start a process, wait until the watch has ended it, and return why."""
    ours = Processes(Limits(**limits))
    process, _ = started(code)
    ours.watch(folder)
    try:
        wait_for(lambda: process.poll() is not None)
    finally:
        ours.end()
        process.wait()
    return ours.ended_for


def test_too_many_processes_are_ended(tmp_path):
    assert watched(tmp_path, f"{HAS_A_CHILD}; {SLEEPS}", processes=1) == "it started too many processes"
    assert of_ours() == []


def test_too_much_memory_ends_a_process(tmp_path):
    assert watched(tmp_path, memory_bytes=2**20) == "it used too much memory"


if sys.platform == "linux":

    def test_files_in_memory_count(tmp_path):
        code = f"import os; f = os.memfd_create('x'); os.write(f, bytes(100 * 2**20)); print(os.getpid(), flush=True); {SLEEPS}"
        assert watched(tmp_path, code, memory_bytes=80 * 2**20) == "it used too much memory"

    @pytest.mark.parametrize("makes", ["os.pipe()", "socket.socketpair()"])
    def test_what_can_hold_memory_of_the_system_counts(tmp_path, monkeypatch, makes):
        monkeypatch.setattr(processes, "BUFFER", 2**24)
        code = f"import os, socket; held = [{makes} for _ in range(10)]; print(os.getpid(), flush=True); {SLEEPS}"
        assert watched(tmp_path, code, memory_bytes=100 * 2**20) == "it used too much memory"

    def test_files_that_were_removed_and_are_open_count(tmp_path, monkeypatch):
        monkeypatch.setattr(processes, "DISK", 2**20)
        removed = "import os, tempfile; f = tempfile.TemporaryFile(); f.write(bytes(2**21)); f.flush()"
        code = f"{removed}; print(os.getpid(), flush=True); {SLEEPS}"
        assert watched(tmp_path, code) == "it wrote too much to the disk"
        assert watched(None, code) == "it wrote too much to the disk"


def test_a_process_of_ours_is_spared(tmp_path):
    ours = Processes(Limits(memory_bytes=2**20))
    process, _ = started(SLEEPS)
    ours.watch(tmp_path, spared=process.pid)
    other, _ = started(SLEEPS)
    wait_for(lambda: other.poll() is not None)
    assert process.poll() is None
    ours.end()
    process.wait()
    assert ours.ended_for == "it used too much memory"


def test_all_end_when_nothing_comes_within_the_time(tmp_path):
    ours = Processes(Limits())
    process, _ = started(SLEEPS)
    ours.watch(tmp_path, spared=process.pid)
    ours.expect_within(600)
    assert process.poll() is None
    ours.expect_within(0.1)
    wait_for(lambda: process.poll() is not None)
    ours.end()
    assert ours.ended_for == "it took too long"


def test_too_much_on_the_disk_ends_a_process(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "DISK", 2**20)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "large").write_bytes(bytes(2**20))
    assert watched(tmp_path) == "it wrote too much to the disk"


def test_many_empty_files_count_too(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "DISK", 2**16)
    for number in range(20):
        (tmp_path / str(number)).touch()
    assert watched(tmp_path) == "it wrote too much to the disk"


def test_what_cannot_be_watched_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "_size", lambda folder: 1 / 0)
    assert watched(tmp_path) == "it could not be watched (ZeroDivisionError)"


def test_who_stays_within_the_limits_is_left_alone(tmp_path, monkeypatch):
    looks = []
    monkeypatch.setattr(processes, "_size", lambda folder: looks.append(folder) or 0)
    ours = Processes(Limits())
    process, _ = started(SLEEPS)
    ours.watch(tmp_path)
    wait_for(lambda: len(looks) > 2)
    assert process.poll() is None
    ours.end()
    assert (ours.ended_for, set(looks)) == ("", {tmp_path})
    process.wait()
