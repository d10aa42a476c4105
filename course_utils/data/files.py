"""Files that are whole or not there: nobody ever sees half of one, even if the process is killed."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside the path for writing; when all went well it takes the path's place, else it is removed.

    Raises:
        OSError: the folder is not there or cannot be written to, or the disk is full.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
