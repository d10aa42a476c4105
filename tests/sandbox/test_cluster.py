"""Machines that grade together, each by the commands of the page on assignments; they grade behind walls and may be killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from course_utils.grading.batch import grade_assignment
from course_utils.grading.limits import Limits
from course_utils.grading.version import course_version
from tests.grading.corpus.courses import POINTS, SET, SOLUTIONS, answers, hand_in, make_course, points, reported
from tests.processes import is_alive
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
STUDENTS = [f"student-{number}" for number in range(6)]
WAITS = "import time\ntime.sleep(1)\n" + SOLUTIONS["gram_matrix"]
SEED = 17


def command(*arguments, at=ROOT):
    return {"args": [sys.executable, "-u", "-m", "course_utils", *map(str, arguments)], "cwd": at, "text": True}


def ended(*arguments, **options):
    return subprocess.run(**command(*arguments), capture_output=True, timeout=300, check=False, **options)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course with its key."""
    folder = make_course(tmp_path_factory.mktemp("course"))
    made = ended("cluster-key", "--root", folder)
    assert made.returncode == 0, made.stderr
    assert f"scp -p {folder}/cluster.pem" in made.stdout
    return folder


@pytest.fixture(scope="module")
def started():
    """Return what starts a command that does not end by itself, and waits for its first line."""
    running = []

    def start(*arguments):
        running.append(subprocess.Popen(**command(*arguments), stdout=subprocess.PIPE))
        return running[-1], running[-1].stdout.readline()

    yield start
    for process in reversed(running):
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def scheduler(root, started):
    """Its address."""
    _, said = started("scheduler", "--listen", "tls://127.0.0.1:0", "--root", root)
    return said.split()[4].rstrip(".")


def workers_of(machine):
    """Return the processes that grade; another one starts them anew."""
    found = []
    for child in psutil.Process(machine.pid).children():
        with suppress(psutil.Error):  # one that was killed a moment ago
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found


def test_workers_killed_while_they_grade_lose_no_grade_and_leave_nothing_behind(root, scheduler, started, capsys):
    machines = []
    for _ in range(2):
        machine, said = started("worker", scheduler, "--processes", "1", "--root", root)
        assert said == f"Grading for {scheduler}, 1 at once.\n"
        machines.append(machine)
    for student in STUDENTS:
        hand_in(root, student, answers(root, **SOLUTIONS | {"gram_matrix": WAITS}))
    rng, graded, left, kills = random.Random(SEED), Counter(), [], []

    def kill(machine):
        for worker in workers_of(machine):
            with suppress(psutil.Error):
                left.extend(worker.children(recursive=True))
                worker.send_signal(signal.SIGKILL)

    def progress(done, of, student):
        graded[student] += 1
        if done in (1, 3, 4):
            kills.append(threading.Timer(rng.uniform(0, 1.5), kill, [rng.choice(machines)]))
            kills[-1].start()

    assert grade_assignment(root, SET, scheduler, Limits(cell_seconds=10, notebook_seconds=60), progress) == {}
    for timer in kills:
        timer.join()
    with capsys.disabled():
        print(f"\nseed {SEED}: {len(kills)} kills; at work below them: {len(left)} processes")
    assert graded == Counter(STUDENTS)
    got = {student: {name: scores[name] for name in POINTS} for student, scores in points(root).items()}
    assert got == dict.fromkeys(STUDENTS, POINTS)
    for student in STUDENTS:
        assert reported(root, student)["flags"] == []
        assert reported(root, student)["sealed"]
    wait_until(lambda: not any(map(is_alive, left)), lambda: str(left))


def test_a_machine_with_another_course_is_refused(root, scheduler, tmp_path):
    shutil.copytree(ROOT / "course_utils", tmp_path / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    with (tmp_path / "course_utils" / "feedback" / "bank" / "__init__.py").open("a") as file:
        file.write("# changed\n")
    options = command("worker", scheduler, "--root", root, at=tmp_path)
    refused = subprocess.run(**options, capture_output=True, timeout=300, check=False)
    assert refused.returncode == 1
    assert f"refused: the scheduler at {scheduler} has {course_version()}, where this machine has" in refused.stderr
    assert "Bring both to the same commit" in refused.stderr


def test_a_machine_without_the_key_or_with_another_one_is_refused(scheduler, tmp_path):
    without = ended("worker", scheduler, "--root", tmp_path)
    assert (without.returncode, "cluster.pem is not there. Make it with" in without.stderr) == (1, True), without.stderr
    assert ended("cluster-key", "--root", tmp_path).returncode == 0
    another = ended("worker", scheduler, "--root", tmp_path)
    assert (another.returncode, "or it has another cluster.pem than this machine" in another.stderr) == (1, True), (
        another.stderr
    )


def test_a_machine_without_walls_is_refused(root, scheduler, tmp_path):
    for tool in ("dirname", "realpath"):  # with which a script of the environment finds its Python
        (tmp_path / tool).symlink_to(shutil.which(tool))
    refused = ended("worker", scheduler, "--root", root, env=os.environ | {"PATH": str(tmp_path)})
    assert (refused.returncode, "there are no walls here" in refused.stderr) == (1, True), refused.stderr


def test_an_address_that_is_taken_is_told(root, scheduler):
    taken = ended("scheduler", "--listen", scheduler, "--root", root)
    assert (taken.returncode, f"cannot listen at {scheduler}" in taken.stderr) == (1, True), taken.stderr
