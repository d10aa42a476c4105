"""What `python -m course_utils style` does: from two pictures in files to a painted one in a third.

Everything that can be wrong with the files is found before TensorFlow is loaded, that of the painting too. Should it not be
possible to write it all the same, the painting is put elsewhere.
"""

import io
import tempfile
import uuid
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from course_utils.arrays import UInt8Array
from course_utils.data.files import check_writable, written_whole
from course_utils.data.image_files import fitted_size, read_photograph
from course_utils.data.paintings import LARGEST, PAINTINGS, painting
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.errors import DataError

PAGES = (".pdf", ".eps", ".ps")  # for printers: Pillow writes them, but reads the first not at all and the others for minutes
OTHERS = "Use .png, .jpg or .tif."


class Report(NamedTuple):
    """What to tell about a painting that was written.

    Attributes:
        text: size, time, steps and costs, in one line.
        interrupted: whether it was ended early by an interrupt.
    """

    text: str
    interrupted: bool


def paint_file(
    content: str,
    style: str,
    output: Path,
    *,
    size: int,
    steps: int,
    alpha: float,
    beta: float,
    keep_colours: bool,
    optimizer: str,
) -> Report:
    """Paint one picture in the style of another, and write the result: whole, or not at all.

    Args:
        content: a file, or the name of one of `PICTURES`.
        style: a file, or the name of one of `PAINTINGS`.
        output: the file to write; its suffix says in which format.
        size: pixels on the longer side.
        steps: at most so many.
        alpha: how much the content counts.
        beta: how much the style counts.
        keep_colours: keep the colours of the content.
        optimizer: "lbfgs" or "adam".

    Raises:
        DataError: a picture cannot be read; or the output cannot be written, and if that was not known before the painting was
            done, the message says where it is.
        ValueError: a number or a picture that cannot be.
    """
    _check_output(output, [Path(content), Path(style)])
    photograph = _read(content, PICTURES, picture)
    longer = size if 1 <= size <= LARGEST else 1  # other sizes are refused when the work begins
    _check_format(output, *fitted_size(photograph, longer))
    pattern = _read(style, PAINTINGS, lambda name: painting(name, 3 * max(longer, 43) // 4, max(longer, 43)))

    from course_utils.style.transfer import StyleTransfer

    transfer = StyleTransfer(
        photograph,
        pattern,
        size=size,
        alpha=alpha,
        beta=beta,
        keep_colours="luminance" if keep_colours else None,
        optimizer=optimizer,
    )
    painted = transfer.run(steps)
    _save(painted, output)
    seconds = transfer.history[-1].seconds if transfer.history else 0.0
    costs = transfer.costs()
    return Report(
        f"{output}: {painted.shape[1]} x {painted.shape[0]} pixels, {len(transfer.history)} steps in {seconds:.0f} s "
        f"({transfer.ended}). Cost {costs.total:.4g} = {alpha:g} x {costs.content:.4g} for the content "
        f"+ {beta:g} x {costs.style:.4g} for the style.",
        transfer.ended == "interrupted",
    )


def _check_output(output: Path, inputs: list[Path]) -> None:
    check_writable(output)
    for path in inputs:
        with suppress(OSError):  # one of them is not there
            if output.samefile(path):
                raise DataError(f"{output} is one of the two pictures, and would be lost. Choose another name.")
    formats = {suffix for suffix, name in Image.registered_extensions().items() if name in Image.SAVE}
    if output.suffix.lower() not in formats:
        raise DataError(f"{output}: {output.suffix!r} is no format of pictures that can be written. {OTHERS}")


def _check_format(output: Path, height: int, width: int) -> None:
    """Refuse a format that has no room for so large a picture, or not for all colours: write a black one, and look at it."""
    black = Image.new("RGB", (width, height))
    try:
        content = _encoded(black, output.suffix)
        if output.suffix.lower() in PAGES:
            return
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content)) as found:
            holds = found.size == black.size and found.mode in ("RGB", "RGBA")
    except Exception:  # encoders raise nearly anything
        holds = False
    if not holds:
        raise DataError(f"{output}: {output.suffix!r} cannot hold a picture of {width} x {height} pixels in colour. {OTHERS}")


def _encoded(image: Image.Image, suffix: str) -> bytes:
    """Return the bytes of a file with this suffix."""
    stream = io.BytesIO()
    stream.name = f"painted{suffix.lower()}"  # some formats look at the suffix, or keep the name, but not with every sign
    with warnings.catch_warnings(action="ignore"):  # of what will change in a later Pillow
        image.save(stream)
    return stream.getvalue()


def _save(painted: UInt8Array, output: Path) -> None:
    image = Image.fromarray(painted)
    try:
        content = _encoded(image, output.suffix)
        with written_whole(output) as file:
            file.write(content)
    except Exception as error:  # whatever it is, the work of an hour is not to be lost
        raise DataError(f"{output} cannot be written ({error}). {_put_elsewhere(image)}") from error


def _put_elsewhere(image: Image.Image) -> str:
    """Save the painting where that is possible, under a name that nothing has, and tell where."""
    for folder in (Path(), Path(tempfile.gettempdir())):
        path = folder / f"painted-{uuid.uuid4().hex[:8]}.png"
        with suppress(OSError):
            with written_whole(path) as file:
                image.save(file, format="PNG")
            return f"The painting is in {path} instead."
    return "The current folder and the one for temporary files cannot be written to either: the painting is lost."


def _read(name: str, known: tuple[str, ...], draw: Callable[[str], UInt8Array]) -> UInt8Array:
    """Read a file; where there is none of this name, take the course's own picture of this name."""
    if name in known and not Path(name).is_file():
        return draw(name)
    try:
        Path(name).stat()
    except FileNotFoundError:
        raise DataError(f"{name} is not there. Give a file, or one of {', '.join(known)}.") from None
    except OSError:
        pass  # the next line tells
    return read_photograph(name)
