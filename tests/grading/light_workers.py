"""Workers of a cluster that cost little: they are forked from a process that has imported all, and run nobody's code."""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
from distributed import Worker

from course_utils.grading.batch import Job
from course_utils.grading.cluster import HERE, serve
from course_utils.grading.cluster_key import security_of
from course_utils.grading.running import Graded
from course_utils.grading.version import course_version

POISON = "poison"  # a student whose submission takes down who runs it
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([__name__])


def claims(_: Worker) -> dict[str, object]:
    """Say at the door that there are walls: these workers need none."""
    return {"course": course_version(), "walls": True}


def grade_lightly(job: Job) -> str:
    """Stand for `batch.grade_one`: take some hundredths of a second, and note in a file that it was run."""
    if job.student == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    with Path(job.release, job.student).open("a") as file:
        file.write("run\n")
    time.sleep(np.random.default_rng(list(job.student.encode())).uniform(0.02, 0.1))
    return Graded(messages={"of": job.student}).to_json()


def _work(address: str, root: Path) -> None:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)

    async def working() -> None:
        key = security_of(address, root)
        async with Worker(
            address, nthreads=1, security=key, startup_information={"shown": claims}, dashboard_address=HERE
        ) as one:
            await one.finished()

    asyncio.run(working())


def _serve(listen: str, root: Path, tell: multiprocessing.SimpleQueue) -> None:
    serve(listen, root, tell.put)


class Crowd:
    """A scheduler and two workers, as processes of their own; a worker that dies is followed by another one.

    Attributes:
        address: of the scheduler.
        scheduler: its process.
    """

    def __init__(self, root: Path) -> None:
        """Start them.

        Args:
            root: the folder where the key is.
        """
        told = FORKED.SimpleQueue()
        self.scheduler = FORKED.Process(target=_serve, args=("tls://127.0.0.1:0", root, told), daemon=True)
        self.scheduler.start()
        self.address = told.get()
        self._root = root
        self._workers = [self._new() for _ in range(2)]
        self._over = threading.Event()
        self._follows = threading.Thread(target=self._follow)
        self._follows.start()

    def kill_one(self, number: int) -> None:
        """Kill a worker, as the system does when memory runs out."""
        self._workers[number].kill()

    def end(self) -> None:
        """End all of them."""
        self._over.set()
        self._follows.join()
        for process in (*self._workers, self.scheduler):
            process.kill()
            process.join()

    def _new(self) -> multiprocessing.Process:
        worker = FORKED.Process(target=_work, args=(self.address, self._root), daemon=True)
        worker.start()
        return worker

    def _follow(self) -> None:
        while not self._over.wait(0.02):
            for number, worker in enumerate(self._workers):
                if not worker.is_alive():
                    worker.join()
                    self._workers[number] = self._new()
