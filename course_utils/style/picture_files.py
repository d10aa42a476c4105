"""The files that the commands read and write: what cannot be is refused before the work, and what was made is not lost."""

import io
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from PIL import Image

from course_utils.arrays import UInt8Array
from course_utils.data.files import check_writable, written_whole
from course_utils.data.image_files import read_photograph
from course_utils.data.paintings import LARGEST, painting
from course_utils.errors import DataError

PAGES = (".pdf", ".eps", ".ps")  # for printers: Pillow writes them, but reads the first not at all and the others for minutes
NARROWEST = 43  # pixels of the width of a painting of ours: it is 32 high then, which style transfer asks for at least
OTHERS = "Use .png, .jpg or .tif."


def read(name: str, known: tuple[str, ...], draw: Callable[[str], UInt8Array]) -> UInt8Array:
    """Read a picture from a file; where there is none of this name, take the course's own picture of this name.

    Raises:
        DataError: there is neither, or the file is not a picture or is damaged.
    """
    if name in known and not Path(name).is_file():
        return draw(name)
    check_there(name, known)
    return read_photograph(name)


def drawn(name: str, longer: int) -> UInt8Array:
    """Return one of `PAINTINGS`, three quarters as high as it is wide.

    Args:
        name: of the painting.
        longer: pixels on the longer side. Of a number that cannot be the nearest that can is taken: whoever begins the work
            refuses it.
    """
    width = min(max(longer, NARROWEST), LARGEST)
    return painting(name, 3 * width // 4, width)


def check_there(name: str, known: tuple[str, ...]) -> None:
    """Refuse a name that nothing has.

    Raises:
        DataError: no file or folder has it; the message tells the names that are known besides.
    """
    try:
        Path(name).stat()
    except FileNotFoundError:
        raise DataError(f"{name} is not there. Give a file, or one of {', '.join(known)}.") from None
    except OSError:
        pass  # whoever opens it tells


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse files that cannot be written, or that are among those which are read, by whatever name or link.

    Raises:
        DataError: the message says why, and what to do.
    """
    read = {_identity(path) for path in inputs} - {None}
    for output in outputs:
        check_writable(output)
        if _identity(output) in read:
            raise DataError(f"{output} is one of the files to be read, and would be lost. Choose another name.")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file or folder from all others; None if it is not there, or cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_format(output: Path, height: int, width: int) -> None:
    """Refuse a format that cannot be written, or has no room for so large a picture, or not for all colours.

    Raises:
        DataError: the message names others.
    """
    formats = {suffix for suffix, name in Image.registered_extensions().items() if name in Image.SAVE}
    if output.suffix.lower() not in formats:
        raise DataError(f"{output}: {output.suffix!r} is no format of pictures that can be written. {OTHERS}")
    if not _holds(output.suffix, height, width):
        raise DataError(f"{output}: {output.suffix!r} cannot hold a picture of {width} x {height} pixels in colour. {OTHERS}")


def _holds(suffix: str, height: int, width: int) -> bool:
    """Write a black picture, and look at it."""
    black = Image.new("RGB", (width, height))
    try:
        content = _encoded(black, suffix)
        if suffix.lower() in PAGES:
            return True
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content)) as found:
            return found.size == black.size and found.mode in ("RGB", "RGBA")
    except Exception:  # encoders raise nearly anything
        return False


def _encoded(image: Image.Image, suffix: str) -> bytes:
    """Return the bytes of a file with this suffix."""
    stream = io.BytesIO()
    stream.name = f"painted{suffix.lower()}"  # some formats look at the suffix, or keep the name, but not with every sign
    with warnings.catch_warnings(action="ignore"):  # of what will change in a later Pillow
        image.save(stream)
    return stream.getvalue()


def save(painted: UInt8Array, output: Path) -> None:
    """Write a painting; if that is not possible after all, put it elsewhere.

    Raises:
        DataError: it is not in the file; the message says where it is instead.
    """
    image = Image.fromarray(painted)

    def as_png(path: Path) -> None:
        with written_whole(path) as file:
            image.save(file, format="PNG")

    try:
        content = _encoded(image, output.suffix)
        with written_whole(output) as file:
            file.write(content)
    except Exception as error:  # whatever it is, the work of an hour is not to be lost
        elsewhere = put_elsewhere("painting", Path("painted.png"), as_png)
        raise DataError(f"{output} cannot be written ({error}). {elsewhere}") from error


def put_elsewhere(what: str, name: Path, write: Callable[[Path], None]) -> str:
    """Save what was made where that is possible, under a name that nothing has, and tell where.

    Args:
        what: it is, for the message.
        name: of the file: painted.png stands for painted-0a1b2c3d.png.
        write: writes it to a path, or raises an OSError or a DataError.
    """
    for folder in (Path(), Path(tempfile.gettempdir())):
        path = folder / f"{name.stem}-{uuid.uuid4().hex[:8]}{name.suffix}"
        with suppress(OSError, DataError):
            write(path)
            return f"The {what} is in {path} instead."
    return f"The current folder and the one for temporary files cannot be written to either: the {what} is lost."
