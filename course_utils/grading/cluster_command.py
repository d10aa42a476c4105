"""`make cluster-key`, `make scheduler` and `make worker`: more machines than one, each with a command."""

import os
from collections.abc import Callable
from pathlib import Path

import typer

from course_utils.grading.cluster import serve, work
from course_utils.grading.cluster_key import DAYS, ClusterError, make_key
from course_utils.grading.locking import CourseBusyError


def make_key_and_tell(root: Path) -> int:
    """Make the key of a cluster, and tell what to do with it.

    Args:
        root: the folder of the assignments.

    Returns:
        0 if it was made, else 1.
    """

    def run() -> None:
        path = make_key(root)
        typer.echo(
            f"{path} holds for {DAYS} days. Copy it to the same place on each machine, with a copy that nobody else can read:\n"
            f"scp -p {path} MACHINE:{path}\n"
            "Whoever has it can run code on all of them. Then, on one of them: make scheduler"
        )

    return _told(run)


def serve_and_tell(listen: str, root: Path) -> int:
    """Be the scheduler until the process is ended, and tell how others come to it.

    Args:
        listen: the address.
        root: the folder where the key is.

    Returns:
        0 if it was ended, 1 if it cannot be.
    """

    def tell(address: str) -> None:
        typer.echo(
            f"The scheduler listens at {address}. On each machine that shall grade, this one too if it shall:\n"
            f"make worker SCHEDULER={address}\n"
            f"Then: make grade ASSIGNMENT=... SCHEDULER={address}"
        )

    return _told(lambda: serve(listen, root, tell))


def work_and_tell(address: str, root: Path, processes: int | None) -> int:
    """Work for a scheduler until it ends or this process is ended, and tell how it goes.

    Args:
        address: of the scheduler.
        root: the folder where the key is.
        processes: how many submissions at once; None for as many as cores.

    Returns:
        0 if it ended, 1 if it cannot be.
    """
    many = processes or os.cpu_count() or 1

    def run() -> None:
        work(address, root, many, lambda: typer.echo(f"Grading for {address}, {many} at once."))
        typer.echo(f"The scheduler at {address} has ended, and so does this.")

    return _told(run)


def _told(run: Callable[[], None]) -> int:
    try:
        run()
    except (ClusterError, CourseBusyError) as error:
        typer.echo(error, err=True)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0
