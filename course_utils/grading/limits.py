"""The limits of a graded submission: of what is handed in, of what it uses while it runs, of what it says and shows."""

from dataclasses import dataclass

# ---- What is handed in ----

LARGEST_FILE = 50 * 2**20  # bytes; a larger notebook is not read, another file that is larger is removed
MOST_CELLS = 500
LONGEST_CELL = 100_000  # characters

# ---- What it uses while it runs ----


@dataclass(frozen=True)
class Limits:
    """What student code may use; a lecturer may choose others.

    Attributes:
        cell_seconds: for one cell.
        call_seconds: for one call of a function that is judged.
        notebook_seconds: for the whole notebook; what has not run by then is not run.
        memory_bytes: of all its processes together.
        processes: how many at once.
        file_bytes: for one file.
    """

    cell_seconds: float = 30.0
    call_seconds: float = 5.0
    notebook_seconds: float = 240.0
    memory_bytes: int = 3 * 2**30
    processes: int = 64
    file_bytes: int = 20 * 2**20

    def of_the_system(self) -> dict[str, int]:
        """Return the limits that the operating system itself holds, by the ends of their names there: RLIMIT_AS ..."""
        return {
            "AS": 2 * self.memory_bytes,  # of addresses; TensorFlow asks for more than it uses
            "FSIZE": self.file_bytes,
            "CPU": int(4 * self.notebook_seconds),
            "NOFILE": OPEN_FILES,
            "CORE": 0,
        }


OPEN_FILES = 256  # of one process
DISK = 256 * 2**20  # bytes of files that it may leave on this machine's disk
TEMPORARY = 256 * 2**20  # bytes of the sealed process's own /tmp
LOADING = 60.0  # seconds to start, and to load what asks the functions
STARTING = 60.0  # seconds of the wall for the process that talks to the kernel, before and after what a cell may take
GRACE = 5.0  # seconds to come back after an interruption, on a busy machine too
LEAST_SECONDS = 0.1  # for a cell, however little is left of the notebook's time
MORE_SECONDS = 2.0  # than a call may take, for all that is around it
AGAIN = 10.0  # seconds for a cell that runs again in a new kernel; it may be one that never ends
MOST_STARTS = 6  # of the kernel for one notebook

# ---- What it says ----

LARGEST_MESSAGE = 20 * 2**20  # bytes; the kernel's connection is cut at a larger one
FLOOD = 20 * 2**20  # characters of messages after which a cell is stopped
LEAST_MESSAGE = 1000  # characters that each message counts for at least
LONGEST_TRACEBACK = 1000  # lines
LISTENING = 768 * 2**20  # bytes of memory of the process that listens
LARGEST_ANSWER = 5 * FLOOD  # bytes; it says no longer line to the process that grades
LARGEST_OUTCOME = 4 * 2**20  # characters of what a call has given, as JSON, which can take thirty times as much memory
LARGEST_ARRAY = 8 * 2**20  # bytes; the largest that an exercise asks for has some thousand

# ---- What is shown of it ----

LONGEST_TEXT = 20_000  # characters of the outputs of one cell
LONGEST_DESCRIPTION = 2_000  # characters of the words of one picture
LARGEST_PICTURES = 3_000_000  # characters of the pictures of one cell
LARGEST_PAGE = 3_000_000  # characters of all pictures of a notebook
