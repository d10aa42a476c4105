"""More than one machine: a scheduler with a door, workers that grade behind walls, and the way to them.

At the door a worker shows which course it has, and whether it has walls; who has another course, or none, is told so and gets
no work. Who has not the key of the cluster does not come that far, see `cluster_key`.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import time
from typing import Any

import dask
from distributed import Client, LocalCluster, Nanny, Scheduler, Security

from course_utils.grading.cluster_key import ADDRESS, ClusterError, security_of
from course_utils.grading.version import course_version
from course_utils.grading.walls import sealed_here

HERE = "127.0.0.1:0"  # where Dask's web pages would be, which are empty here: they have no TLS
PATIENCE = 10.0  # seconds to reach a scheduler
JOINING = 30.0  # seconds for the first worker to be there
NO_WORKERS = "10 minutes"  # without any worker, after which the grading ends
Pass = dict[str, Any]


def pass_of_this_machine(_: object = None) -> Pass:
    """Return what a worker shows at the door."""
    return {"course": course_version(), "walls": sealed_here()}


def refusal(shown: Pass) -> str | None:
    """Return why a worker is not let in, or None.

    Args:
        shown: what `pass_of_this_machine` returned there; of a worker of somebody else's it can be anything.
    """
    if shown.get("course") != course_version():
        return _other_course(f"a worker that has {shown.get('course')}")
    if shown.get("walls") is not True:
        return "refused: a worker without walls. Install bubblewrap there (Debian, Ubuntu: apt-get install bubblewrap)."
    return None


def _other_course(who: str) -> str:
    return f"refused: {who}, where this machine has {course_version()}. Bring both to the same commit, and run `make setup`."


class Door(Scheduler):
    """A Dask scheduler that lets workers in by what they show; it tells others which course it has."""

    async def add_worker(self, comm: Any, *, extra: Pass, **told: Any) -> None:
        """Let a worker in, or tell it why not."""
        if reason := refusal(extra.get("shown") or {}):
            logging.getLogger("distributed").warning("%s: %s", told.get("address"), reason)
            await comm.write({"status": "error", "message": reason, "time": time()})
            return
        await super().add_worker(comm, extra=extra, **told)

    def identity(self, n_workers: int = -1) -> dict[str, Any]:
        """Return what Dask tells of a scheduler, and its course."""
        return {**super().identity(n_workers), "course": course_version()}


def serve(listen: str, root: Path, tell: Callable[[str], None]) -> None:
    """Be the scheduler, until the process is ended.

    Args:
        listen: the address, such as tls://0.0.0.0:8786: all of this machine's networks.
        root: the folder of the assignments, where the key is.
        tell: called with the address, as others reach it, when it listens.

    Raises:
        ClusterError: it cannot listen there.
    """
    security = security_of(listen, root)
    where = ADDRESS.fullmatch(listen)
    logging.getLogger("distributed").setLevel(logging.WARNING)
    assert where is not None

    async def scheduling() -> None:
        place = {"host": f"{where['protocol']}://{where['host']}", "port": int(where["port"]), "dashboard_address": HERE}
        async with Door(**place, dashboard=False, security=security) as door:
            tell(door.address)
            await door.finished()

    try:
        with _settings():
            asyncio.run(scheduling())
    except RuntimeError as error:  # Dask's own, for whatever kept it from it
        raise ClusterError(f"cannot listen at {listen} ({error.__cause__}). Choose another address or port.") from None


def work(address: str, root: Path, processes: int, tell: Callable[[], None]) -> None:
    """Work for a scheduler, until it ends.

    Args:
        address: of the scheduler.
        root: the folder of the assignments, where the key is.
        processes: how many submissions are graded at once; a process that dies is started again.
        tell: called when they work.

    Raises:
        ClusterError: there are no walls here, or the scheduler cannot be reached or lets nobody in.
    """
    if not sealed_here():
        raise ClusterError(
            "there are no walls here: bubblewrap is missing, or the system forbids it, and student code must not run without. "
            "Debian, Ubuntu: apt-get install bubblewrap."
        )
    security = security_of(address, root)
    with connected(address, root):
        pass  # or its reason would be deep in what each process says

    async def working() -> None:
        shows = {"startup_information": {"shown": pass_of_this_machine}, "dashboard_address": HERE}
        nannies = [
            Nanny(address, nthreads=1, security=security, silence_logs=logging.CRITICAL, **shows) for _ in range(processes)
        ]
        async with asyncio.TaskGroup() as starting:
            for nanny in nannies:
                starting.create_task(_started(nanny))
        tell()
        await asyncio.gather(*(nanny.finished() for nanny in nannies))

    try:
        with _settings():
            asyncio.run(working())
    except* (OSError, RuntimeError) as errors:  # Dask hides the one in the other
        first = errors.exceptions[0]
        raise ClusterError(f"cannot work for {address} ({first.__cause__ or first}).") from None


async def _started(nanny: Nanny) -> None:
    await nanny


@contextmanager
def connected(address: str, root: Path) -> Iterator[Client]:
    """Connect with a scheduler of this course.

    Args:
        address: of the scheduler.
        root: the folder of the assignments, where the key is.

    Raises:
        ClusterError: it does not answer, this machine has another key, or it has another course.
    """
    security = security_of(address, root)
    try:
        client = Client(address, security=security, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no scheduler answers at {address}, or it has another cluster.pem than this machine ({error}). "
            "Is `make scheduler` running there, and is its cluster.pem the same?"
        ) from None
    with client:
        theirs = client.scheduler_info(n_workers=0).get("course")
        if theirs != course_version():
            raise ClusterError(_other_course(f"the scheduler at {address} has {theirs}"))
        yield client


@contextmanager
def cluster_of(address: str | None, root: Path) -> Iterator[Client]:
    """Connect with workers: those of a scheduler, or as many processes as this machine has cores.

    Args:
        address: of the scheduler; None for this machine alone.
        root: the folder of the assignments, where the key is.

    Raises:
        ClusterError: as for `connected`, or no worker has joined.
    """
    with ExitStack() as open_until_the_end:
        if address is None:
            # Other users of this machine can reach its ports, so here too both ends show a key, made for this once.
            local = {"protocol": "tls://", "security": Security.temporary(), "dashboard_address": HERE}
            open_until_the_end.enter_context(_settings())
            cluster = LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, silence_logs=logging.CRITICAL, **local)
            yield open_until_the_end.enter_context(Client(open_until_the_end.enter_context(cluster), set_as_default=False))
            return
        client = open_until_the_end.enter_context(connected(address, root))
        try:
            client.wait_for_workers(1, timeout=JOINING)
        except TimeoutError:
            raise ClusterError(f"no worker has joined {address}. On each machine: make worker SCHEDULER={address}") from None
        yield client


def _settings() -> Any:
    """Return Dask's settings for this course, while they are entered.

    No more than one submission is with a worker: so if it dies, no other submission is under suspicion.
    """
    return dask.config.set(
        {
            "distributed.scheduler.worker-saturation": 1.0,
            "distributed.scheduler.no-workers-timeout": NO_WORKERS,
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
        }
    )
