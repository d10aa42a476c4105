"""Many users of a hub at once: how long each step takes them, how much memory they take, what breaks first: `make bench-hub`.

As root. The hub is set up as `make hub` does it, with fifty accounts, which are gone afterwards. Users come in waves, each
larger than the one before, up to the wave in which something breaks. It writes docs/results/hub.json.
"""

import asyncio
import contextlib
import shutil
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Sequence

import psutil
import pytest

from docs import hub_load
from tests.benchmarks.hub_user import SET, STEPS, User
from tests.benchmarks.record import machine, record
from tests.hub.classes import ROOT, Hub, home, made_class, processes_of, running

WAVES = (5, 10, 20, 50)  # users at once
STUDENTS = [f"fs-load-{number:02d}" for number in range(1, max(WAVES) + 1)]
MINUTES = 20  # of all waves together, at most
FLOOR = 3e9  # bytes of free memory, which others on this machine need
PAUSE = 5  # seconds from one look at the memory to the next

pytestmark = pytest.mark.benchmark


def share(processes: set[psutil.Process]) -> int:
    """Return the bytes of these processes, with their share of what several use (PSS)."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):  # it has just ended
            total += process.memory_full_info().pss
    return total


class Memory:
    """What is taken and what is free while a wave runs; all in bytes.

    Attributes:
        servers: the most that servers and kernels had.
        hub: the most that the hub, its proxy and its service had.
        free: the least that was free.
    """

    def __init__(self, hub: Hub) -> None:
        self.running, self.servers, self.hub, self.free = hub, 0, 0, psutil.virtual_memory().available

    def look(self) -> None:
        started = set(self.running.processes())  # before the users' own, of which there may be more a moment later
        users = set(processes_of(STUDENTS))
        self.servers = max(self.servers, share(users))
        self.hub = max(self.hub, share(started - users))
        self.free = min(self.free, psutil.virtual_memory().available)

    async def until_little_is_free(self) -> None:
        while self.free > FLOOR:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(PAUSE)


async def wave(hub: Hub, accounts: Sequence[str], end: float) -> dict:
    """Let users work at once, until all are done, memory gets short, or time is up; return what was measured."""
    users = [User(hub.address, account, hub.password(account)) for account in accounts]
    memory, began = Memory(hub), time.monotonic()
    working = asyncio.gather(*(user.work() for user in users))
    watching = asyncio.create_task(memory.until_little_is_free())
    try:
        done, _ = await asyncio.wait({working, watching}, timeout=end - began, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what is a mistake of this file
        cut = "" if working in done else "memory" if watching in done else "time"
        seconds = time.monotonic() - began
        if not cut:
            await asyncio.gather(*(user.do("server stopped", user.stop_server) for user in users))
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
        await asyncio.gather(*(user.close() for user in users))
    return told(users, seconds) | {"cut": cut, "gigabytes": gigabytes(memory)}


def told(users: Sequence[User], seconds: float) -> dict:
    steps = {}
    for name in (*STEPS, "server stopped"):
        took = [user.took[name] for user in users if name in user.took]
        steps[name] = {"users": len(took)} | ({"median": statistics.median(took), "worst": max(took)} if took else {})
    failures = Counter(user.failure for user in users if user.failure)
    return {"users": len(users), "seconds": seconds, "steps": steps, "failures": dict(failures)}


def gigabytes(memory: Memory) -> dict[str, float]:
    return {name: getattr(memory, name) / 1e9 for name in ("servers", "hub", "free")}


def release(hub: Hub) -> None:
    """Put the exercises where the formgrader's button *Release* puts them."""
    shutil.copytree(ROOT / "notebooks" / "assignments" / "release" / SET, hub.exchange / "outbound" / SET)


def versions(hub: Hub) -> str:
    """Return what a reader must know of what the hub runs."""
    told = "import platform, jupyterhub; print('jupyterhub', jupyterhub.__version__, 'on Python', platform.python_version())"
    return subprocess.check_output([hub.prefix / "env" / "bin" / "python", "-c", told], text=True).strip()


def test_users_in_waves():
    size = {"gigabytes": psutil.virtual_memory().total / 1e9, "floor": FLOOR / 1e9, "minutes": MINUTES}
    waves: list[dict] = []
    with (
        made_class("fs-load-lecturer", "fs-load-grader", [("student_id",), *((account,) for account in STUDENTS)]) as folder,
        running(folder) as hub,
    ):
        release(hub)
        where = f"{machine()}; {versions(hub)}; {size['gigabytes']:.0f} GB of memory"
        end = time.monotonic() + 60 * MINUTES
        for many in WAVES:
            for account in STUDENTS[:many]:
                shutil.rmtree(home(account) / SET, ignore_errors=True)  # of the wave before
            waves.append(asyncio.run(wave(hub, STUDENTS[:many], end)))
            print(waves[-1], flush=True)
            record("hub", "lesson 01", size | {"waves": waves}, where)
            if waves[-1]["cut"] or waves[-1]["failures"]:
                break
    print(hub_load.section())
