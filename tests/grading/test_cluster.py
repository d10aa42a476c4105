"""More machines than one: who is let in, and that a worker may die at any moment. tests/sandbox/ has the commands."""

import asyncio
import threading
import time
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from distributed import Client, Worker
from distributed.comm import connect

from course_utils.grading import batch, cluster, papers
from course_utils.grading.batch import GradingError, grade_assignment
from course_utils.grading.cluster import HERE, Door, connected, pass_of_this_machine, refusal
from course_utils.grading.cluster_key import ClusterError, make_key, security_of
from course_utils.grading.running import Graded
from course_utils.grading.version import course_version
from tests.grading.corpus.courses import SET, hand_in
from tests.grading.light_workers import POISON, Crowd, claims, grade_lightly

LISTEN = "tls://127.0.0.1:0"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The folder of a course with a key."""
    folder = tmp_path_factory.mktemp("course")
    make_key(folder)
    return folder


# ---- The door ----


def test_who_has_the_course_and_walls_is_let_in():
    assert refusal({"course": course_version(), "walls": True}) is None


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({}, "refused: a worker that has None, where this machine has"),
        (
            {"course": "0123456789ab (Python 3.11)", "walls": True},
            r"has 0123456789ab \(Python 3\.11\), where .* the same commit",
        ),
        ({"course": course_version(), "walls": False}, "refused: a worker without walls. Install bubblewrap there"),
        ({"course": course_version()}, "without walls"),
        ({"course": course_version(), "walls": "yes"}, "without walls"),
    ],
)
def test_who_has_not_is_told(shown, reason):
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(refusal(shown))


def test_a_worker_shows_what_is_so(monkeypatch):
    for walls in (True, False):
        monkeypatch.setattr(cluster, "sealed_here", lambda walls=walls: walls)
        assert pass_of_this_machine() == {"course": course_version(), "walls": walls}


def meet(root, joins):
    """Run a scheduler with a door, and what shall happen with it, in this process."""

    async def meeting():
        place = {"host": "tls://127.0.0.1", "port": 0, "dashboard": False, "dashboard_address": HERE}
        async with Door(**place, security=security_of(LISTEN, root)) as door:
            return await joins(door)

    return asyncio.run(asyncio.wait_for(meeting(), 120))


def worker(door, root, shown):
    information = {"shown": lambda _: shown} if shown else {}
    return Worker(
        door.address, security=security_of(LISTEN, root), nthreads=1, startup_information=information, dashboard_address=HERE
    )


@pytest.mark.slow
@pytest.mark.parametrize("shown", [None, {"course": "another", "walls": True}, {"course": course_version(), "walls": False}])
def test_at_the_door_a_worker_hears_why_not_and_gets_no_work(root, shown):
    async def joins(door):
        refused = worker(door, root, shown)
        with pytest.raises(RuntimeError) as raised:
            await refused
        await refused.close()
        async with (
            worker(door, root, claims(None)),
            Client(door.address, security=security_of(LISTEN, root), asynchronous=True) as client,
        ):
            assert len(door.workers) == 1
            assert await client.submit(sum, [1, 2]) == 3
        return str(raised.value.__cause__)

    assert refusal(shown or {}) in meet(root, joins)


@pytest.mark.slow
def test_who_has_another_key_or_none_does_not_come_to_the_door(root, tmp_path):
    make_key(tmp_path)

    async def joins(door):
        stranger = worker(door, tmp_path, claims(None))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stranger, 3)
        await stranger.close()
        for shows in (security_of(LISTEN, tmp_path).get_connection_args("client"), {}):
            with pytest.raises((OSError, TypeError)):
                await connect(door.address, timeout=3, **shows)
        return len(door.workers)

    assert meet(root, joins) == 0


# ---- A worker that dies at any moment ----

STUDENTS = [f"student-{number}" for number in range(8)]
SEED = 17


class Api:
    """As much of nbgrader as a batch asks of it. It keeps what is entered for each student, as often as it is."""

    coursedir = SimpleNamespace(db_url="sqlite://")

    def __init__(self, root):
        self.root, self.entered = root, []

    def autograde(self, assignment, student, force):
        found = Graded.from_json(papers.found(self.root, assignment, student).read_text("utf-8"))
        self.entered.append((student, found))
        return {"success": True}

    def generate_feedback(self, assignment, student, force):
        path = papers.page(self.root, assignment, student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<html></html>")
        return {"success": True}


@pytest.fixture(scope="module")
def crowd(root):
    """A scheduler and two workers."""
    together = Crowd(root)
    yield together
    together.end()


@pytest.fixture
def graded(root, tmp_path, monkeypatch):
    """Return what grades students by the workers at an address: what was entered of them, and how often each was run."""
    noted = tmp_path / "runs"
    noted.mkdir()
    (root / "release" / SET).mkdir(parents=True, exist_ok=True)
    (root / "release" / SET / f"{SET}.ipynb").write_text(str(noted))  # where the light workers look for it

    def grade(students, address, progress=lambda done, of, student: None):
        for old in noted.iterdir():
            old.unlink()
        for student in students:
            hand_in(root, student, b'{"cells": []}')
        handed_in = {student: root / "submitted" / student / SET for student in students}
        api = Api(root)
        monkeypatch.setattr(batch, "handed_in", lambda *_: handed_in)
        monkeypatch.setattr(batch, "open_gradebook", lambda *_, **__: api)
        monkeypatch.setattr(batch, "grade_one", grade_lightly)
        assert grade_assignment(root, SET, address, progress=progress) == {}
        return api.entered, {path.name: len(path.read_text().splitlines()) for path in noted.iterdir()}

    return grade


def is_whole(entered, students):
    """Whether each student's own result was entered, once."""
    own = all(found.messages == {"of": student} and not found.flags for student, found in entered)
    return own and Counter(student for student, _ in entered) == Counter(students)


@pytest.mark.slow
def test_a_worker_killed_at_any_of_fifty_moments_loses_no_grade_and_none_is_counted_twice(graded, crowd, capsys):
    taken = []
    for _ in range(3):
        begun = time.monotonic()
        assert is_whole(graded(STUDENTS, crowd.address)[0], STUDENTS)
        taken.append(time.monotonic() - begun)
    undisturbed = min(taken)  # or most kills would come after the batch
    rng, again = np.random.default_rng(SEED), 0
    for moment in range(50):
        after, who = rng.uniform(0, undisturbed), int(rng.integers(2))
        kills = threading.Timer(after, crowd.kill_one, [who])
        kills.start()
        entered, runs = graded(STUDENTS, crowd.address)
        kills.join()
        assert is_whole(entered, STUDENTS), f"seed {SEED}, moment {moment}: worker {who} killed after {after:.3f} s"
        again += sum(runs.values()) - len(STUDENTS)
    with capsys.disabled():
        print(f"\nseed {SEED}, 50 moments in {undisturbed:.2f} s of a batch: {50 * len(STUDENTS)} grades, run again: {again}")
    assert again > 0  # or no worker was killed at work


@pytest.mark.slow
def test_a_submission_that_kills_its_workers_waits_for_a_human_and_takes_no_other_with_it(graded, crowd):
    entered, _ = graded([*STUDENTS[:4], POISON, *STUDENTS[4:]], crowd.address)
    poisoned = [found for student, found in entered if student == POISON]
    assert [flag.reason for found in poisoned for flag in found.flags] == [
        "not graded, the machines failed it: each of the workers that ran it died"
    ]
    assert is_whole([one for one in entered if one[0] != POISON], STUDENTS)


@pytest.mark.slow
def test_where_the_scheduler_ends_the_grading_ends_and_says_so(graded, root):
    together = Crowd(root)
    done = []

    def progress(*told):
        done.append(told)
        if len(done) == 3:
            together.scheduler.kill()

    try:
        with pytest.raises(GradingError, match=r"the scheduler has ended.* What was graded before this stands"):
            graded([f"student-{number}" for number in range(100)], together.address, progress)
        assert 3 <= len(done) < 100
    finally:
        together.end()


# ---- What is told ----


@pytest.mark.slow
def test_a_scheduler_with_another_course_or_another_key_is_told(root, crowd, tmp_path, monkeypatch):
    make_key(tmp_path)
    with (
        pytest.raises(ClusterError, match=r"no scheduler answers at .*, or it has another cluster\.pem"),
        connected(crowd.address, tmp_path),
    ):
        pass
    monkeypatch.setattr(cluster, "course_version", lambda: "another")
    with (
        pytest.raises(ClusterError, match=r"refused: the scheduler at .* has .*, where this machine has another\."),
        connected(crowd.address, root),
    ):
        pass


def test_a_machine_without_walls_does_no_work(root, monkeypatch):
    monkeypatch.setattr(cluster, "sealed_here", lambda: False)
    with pytest.raises(ClusterError, match=r"there are no walls here.* student code must not run without"):
        cluster.work("tls://127.0.0.1:1", root, 1, lambda: None)


def test_an_address_where_nobody_can_listen_is_told(root, monkeypatch):
    def taken(**_):
        raise RuntimeError("Door failed to start.") from OSError(98, "Address already in use")

    monkeypatch.setattr(cluster, "Door", taken)
    with pytest.raises(ClusterError, match=r"cannot listen at tls://\S+ \(.*Address already in use\)\. Choose another"):
        cluster.serve(LISTEN, root, lambda address: None)
