"""What a large class takes: people at work at once, memory, disk, and how long its grading runs: `make class-size`.

The measured parts are docs/results/class.json, which `make bench-class` writes. What cannot be measured here is assumed, and
stands first in this file. Arrivals and queues are simulated; the tests compare them with what queueing theory knows.
"""

import argparse
import heapq
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docs.measured import sentence

Times = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "docs" / "results" / "class.json"
HOUR = 3600.0

# ---- What is assumed ----

LAST_DAY = 0.5  # of what is handed in comes within the last 24 hours; before that, the fewer the earlier
SESSION = 2.0  # hours that somebody works on a notebook before it is handed in
IDLE = 1.0  # hours after which a server that nobody uses is stopped
SERVER_CORES, SERVER_GIGABYTES = 16, 64
SYSTEM_GIGABYTES = 4  # of a server's memory, for the system and the hub
NIGHT = 12.0  # hours that the grading of a deadline may take
SEED = 17


@dataclass(frozen=True)
class Class:
    """A class, and how it hands in.

    Attributes:
        students: how many.
        notebooks: that are handed in, by all of them together.
        weeks: in which; each has a deadline.
    """

    students: int = 2300
    notebooks: int = 30_000
    weeks: int = 3

    @property
    def at_a_deadline(self) -> int:
        """How many notebooks are handed in for one deadline, one at least."""
        return max(1, round(self.notebooks / self.weeks))


# ---- Simulation ----


def finished(arrivals: Times, grading: Times, writing: Times, workers: int) -> Times:
    """Return when each submission is entered in the gradebook: many grade, one writes, each takes who came first.

    Args:
        arrivals: (submissions,), when each is there, in ascending order.
        grading: (submissions,), how long each takes a worker.
        writing: (submissions,), how long each takes the one process that writes.
        workers: how many grade at once.

    Returns:
        (submissions,), in the order in which they are entered.
    """
    free = [0.0] * workers
    graded = np.empty(len(arrivals))
    for number, (arrival, seconds) in enumerate(zip(arrivals, grading, strict=True)):
        graded[number] = max(arrival, heapq.heappop(free)) + seconds
        heapq.heappush(free, graded[number])
    entered, last = np.empty(len(arrivals)), 0.0
    for number, which in enumerate(np.argsort(graded, kind="stable")):
        entered[number] = last = max(graded[which], last) + writing[which]
    return entered


def handed_in(rng: np.random.Generator, many: int) -> Times:
    """Return how many hours before a deadline each of many notebooks is handed in: (many,), of at most a week."""
    mean = 24 / -np.log1p(-LAST_DAY)
    within = -np.expm1(-7 * 24 / mean)
    return -mean * np.log1p(-within * rng.random(many))


def users_at_once(rng: np.random.Generator, one: Class, every: float = 0.25) -> Times:
    """Return how many students have a server at each time before a deadline: (times,), the last one at the deadline.

    Args:
        rng: draws when notebooks are handed in, and by whom.
        one: the class.
        every: so many hours; the week before the deadline is looked at.
    """
    before = handed_in(rng, one.at_a_deadline)
    whose = rng.permutation(np.arange(one.at_a_deadline) % one.students)
    times = np.arange(7 * 24, -every / 2, -every)
    open_then = (before - IDLE <= times[:, None]) & (times[:, None] <= before + SESSION)
    return np.array([len(np.unique(whose[row])) for row in open_then], dtype=np.float64)


def hours_to_grade(rng: np.random.Generator, many: int, workers: int, grading: float, writing: float) -> float:
    """Return in how many hours submissions that are all there are graded and entered.

    Args:
        rng: draws how long each takes; times are exponential, so a few take much longer than most.
        many: how many submissions.
        workers: how many are graded at once.
        grading: mean seconds of one, with a worker.
        writing: mean seconds of one, with who writes.
    """
    took = [rng.exponential(mean, many) for mean in (grading, writing)]
    return float(finished(np.zeros(many), *took, workers).max() / HOUR)


# ---- What was measured ----


@cache
def measured() -> dict[str, dict[str, float]]:
    """Return what docs/results/class.json has, by the name of the part."""
    parts: dict[str, dict[str, float]] = json.loads(MEASURED.read_text(encoding="utf-8"))["parts"]
    return parts


def gigabytes_a_user(kernel: str) -> float:
    """Return the memory of one user: the server, and a kernel when it needs most."""
    return (measured()["JupyterLab"]["own"] + measured()[f"kernel, {kernel}"]["most"]) / 1000


def submissions() -> dict[str, dict[str, float]]:
    """Return what was measured of submissions, by set."""
    first = "submission of "
    return {name.removeprefix(first): part for name, part in measured().items() if name.startswith(first)}


def of_a_submission(what: str) -> float:
    """Return the mean over the sets measured: seconds of a processor of "workers" or of the "writer", or "megabytes"."""
    return float(np.mean([part[what] for part in submissions().values()]))


# ---- Tables ----


def measured_on() -> str:
    """Return where and when it was measured."""
    return f"{sentence(json.loads(MEASURED.read_text(encoding='utf-8')), 'make bench-class')}\n"


def table(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a table in Markdown, numbers to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (header, rule, *rows))


def memory_table() -> str:
    """Return the memory of a server and of kernels, as measured."""
    rows = []
    for name, label in {
        "JupyterLab": "a user's JupyterLab",
        "kernel, lesson 01": "a kernel that has run lesson 01",
        "kernel, imports of lesson 08": "a kernel with the imports of lesson 08",
        "kernel, painting at 512 pixels": "a kernel that paints at 512 pixels",
    }.items():
        part = measured()[name]
        rows.append((label, *(f"{part[kind]:.0f} MB" for kind in ("rss", "pss", "own", "most"))))
    return table(("process", "RSS", "PSS", "its own", "at most"), rows)


def submission_table() -> str:
    """Return what a submission takes, as measured."""
    rows = [
        (
            name.removeprefix("submission of "),
            f"{part['workers']:.1f} s",
            f"{part['writer']:.2f} s",
            f"{part['megabytes']:.2f} MB",
        )
        for name, part in measured().items()
        if name.startswith("submission of ")
    ]
    return table(("set", "workers", "the one that writes", "disk"), rows)


def grading_table(one: Class) -> str:
    """Return how long the notebooks of one deadline are graded at least, by the number of workers: waiting is not in it."""
    grading, writing = of_a_submission("workers"), of_a_submission("writer")
    rows = []
    for workers in (2, 4, 8, 16, 32, 64, 128):
        hours = hours_to_grade(np.random.default_rng(SEED), one.at_a_deadline, workers, grading, writing)
        waits = "the workers" if grading / workers > writing else "the one that writes"
        rows.append((workers, f"at least {hours:.1f} h", waits))
    return table(("workers", f"{one.at_a_deadline:,} notebooks", "what one waits for"), rows)


def peak(one: Class) -> int:
    """Return the most users at once before a deadline, as simulated."""
    return int(users_at_once(np.random.default_rng(SEED), one).max())


def need_table(one: Class) -> str:
    """Return what the class needs at its worst hour, and for a deadline."""
    most, room = peak(one), SERVER_GIGABYTES - SYSTEM_GIGABYTES
    rows: list[tuple[object, ...]] = [("users at once before a deadline", f"{most:,}")]
    for kernel in ("lesson 01", "painting at 512 pixels"):
        memory = gigabytes_a_user(kernel)
        rows.append((f"memory of a user, {kernel}", f"{memory:.2f} GB"))
        rows.append((f"servers of {SERVER_GIGABYTES} GB for them, {kernel}", int(np.ceil(most * memory / room))))
    home = one.students * measured()["notebooks of a student"]["megabytes"]
    rows.append(("disk: each student's own notebooks", f"{home / 1000:.0f} GB"))
    rows.append(
        ("disk: what is handed in, graded and given back", f"{one.notebooks * of_a_submission('megabytes') / 1000:.0f} GB")
    )
    hours = one.at_a_deadline * of_a_submission("workers") / HOUR
    rows.append(("grading a deadline, hours of a processor", f"{hours:.0f}"))
    rows.append(("entering its grades, hours of one processor", f"{one.at_a_deadline * of_a_submission('writer') / HOUR:.1f}"))
    return table((f"{one.students:,} students, {one.notebooks:,} notebooks in {one.weeks} weeks", "needs"), rows)


def limits(one: Class) -> list[tuple[str, int]]:
    """Return what gives out on one server, and with how many students of such a class; the first to give out comes first."""
    share = peak(one) / one.students
    each = one.at_a_deadline / one.students
    room = SERVER_GIGABYTES - SYSTEM_GIGABYTES
    night = NIGHT * HOUR / each
    found = {
        "memory, while they paint": room / gigabytes_a_user("painting at 512 pixels") / share,
        "memory, while they work on lesson 01": room / gigabytes_a_user("lesson 01") / share,
        "its processors, to grade a deadline in a night": SERVER_CORES * night / of_a_submission("workers"),
        "the one process that writes grades, in a night": night / of_a_submission("writer"),
    }
    return sorted(((name, int(students)) for name, students in found.items()), key=lambda pair: pair[1])


def limits_table(one: Class) -> str:
    """Return the bottlenecks of one server as a table, the first one first."""
    header = (f"what gives out on one server ({SERVER_CORES} cores, {SERVER_GIGABYTES} GB)", "at so many students")
    return table(header, [(name, f"{students:,}") for name, students in limits(one)])


def assumptions() -> str:
    """Return what was assumed, as a list."""
    return (
        f"- {LAST_DAY:.0%} of what is handed in comes within the last 24 hours before the deadline, and there is one a week.\n"
        f"- Somebody works for {SESSION:g} hours on a notebook, and a server is stopped {IDLE:g} hour after its last use.\n"
        f"- A server has {SERVER_CORES} cores and {SERVER_GIGABYTES} GB, of which {SYSTEM_GIGABYTES} GB are the system's.\n"
        f"- The grades of a deadline may take a night of {NIGHT:g} hours.\n"
    )


PARTS: dict[str, Callable[[], str]] = {
    "class_memory": memory_table,
    "class_submissions": submission_table,
    "class_assumptions": assumptions,
    "class_needs": partial(need_table, Class()),
    "class_bottlenecks": partial(limits_table, Class()),
    "class_grading": partial(grading_table, Class()),
    "class_measured_on": measured_on,
}  # the generated parts of the page "A large class"


def _number(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def main() -> None:
    """Print the tables for a class."""
    default = Class()
    parser = argparse.ArgumentParser(description=main.__doc__)
    for name in ("students", "notebooks", "weeks"):
        parser.add_argument(f"--{name}", type=_number, default=getattr(default, name))
    one = Class(**vars(parser.parse_args()))
    print(*(made(one) for made in (need_table, limits_table, grading_table)), sep="\n")


if __name__ == "__main__":
    main()
