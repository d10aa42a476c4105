"""What `python -m course_utils style` does: from two pictures in files to a painted one in a third, or to one for each style.

Everything that can be wrong with the files is found before TensorFlow is loaded, that of the painting too. Should it not be
possible to write it all the same, the painting is put elsewhere.
"""

import io
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from course_utils.arrays import UInt8Array
from course_utils.data.files import check_writable, written_whole
from course_utils.data.image_files import fitted_size, read_photograph
from course_utils.data.paintings import LARGEST, PAINTINGS, painting
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.errors import DataError

if TYPE_CHECKING:
    from course_utils.style.transfer import Step

ALL = "all"  # the paintings of the course, each
PAGES = (".pdf", ".eps", ".ps")  # for printers: Pillow writes them, but reads the first not at all and the others for minutes
OTHERS = "Use .png, .jpg or .tif."


class Report(NamedTuple):
    """What to tell about a painting that was written.

    Attributes:
        text: size, time, steps and costs in one line, and below it how the costs went.
        interrupted: whether it was ended early by an interrupt.
    """

    text: str
    interrupted: bool


def paint_files(
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
) -> Iterator[Report]:
    """Paint one picture in the style of another, or of all of the course's own; write each result: whole, or not at all.

    Args:
        content: a file, or the name of one of `PICTURES`.
        style: a file, or the name of one of `PAINTINGS`; or "all" for each of these, one after the other.
        output: the file to write; its suffix says in which format. With "all", painted.png stands for painted-vortex.png and so
            on.
        size: pixels on the longer side.
        steps: at most so many.
        alpha: how much the content counts.
        beta: how much the style counts.
        keep_colours: keep the colours of the content.
        optimizer: "lbfgs" or "adam".

    Yields:
        What to tell about each painting, when it is written. After one that was interrupted no other is begun.

    Raises:
        DataError: a picture cannot be read; or an output cannot be written, and if that was not known before the painting was
            done, the message says where it is.
        ValueError: a number or a picture that cannot be.
    """
    wanted = {style: output}
    if style == ALL and not Path(style).is_file():
        wanted = {name: output.with_name(f"{output.stem}-{name}{output.suffix}") for name in PAINTINGS}
    for path in wanted.values():
        _check_output(path, [Path(content), Path(style)])
    photograph = _read(content, PICTURES, picture)
    longer = size if 1 <= size <= LARGEST else 1  # other sizes are refused when the work begins
    _check_format(output, *fitted_size(photograph, longer))
    draw = partial(painting, height=3 * max(longer, 43) // 4, width=max(longer, 43))
    patterns = {name: _read(name, PAINTINGS, draw) for name in wanted}

    from course_utils.style.transfer import StyleTransfer

    colours = "luminance" if keep_colours else None
    for name, path in wanted.items():
        transfer = StyleTransfer(
            photograph, patterns[name], size=size, alpha=alpha, beta=beta, keep_colours=colours, optimizer=optimizer
        )
        painted = transfer.run(steps)
        _save(painted, path)
        seconds = transfer.history[-1].seconds if transfer.history else 0.0
        costs = transfer.costs()
        yield Report(
            f"{path}: {painted.shape[1]} x {painted.shape[0]} pixels, {len(transfer.history)} steps in {seconds:.0f} s "
            f"({transfer.ended}). Cost {costs.total:.4g} = {alpha:g} x {costs.content:.4g} for the content "
            f"+ {beta:g} x {costs.style:.4g} for the style.{_growth(transfer.history)}",
            transfer.ended == "interrupted",
        )
        if transfer.ended == "interrupted":
            return


def _growth(history: Sequence["Step"]) -> str:
    """Tell the costs of the growing picture as a table: after steps 1, 2, 4, 8 and so on, and after the last of each size."""
    if not history:
        return ""
    told = [
        f"{number:8} {step.longer_side:7} {step.costs.total:10.3g} {step.costs.content:10.3g} {step.costs.style:10.3g}"
        for number, (step, after) in enumerate(zip(history, [*history[1:], None], strict=True), 1)
        if number & (number - 1) == 0 or after is None or after.longer_side != step.longer_side
    ]
    return "\n".join(["", "    step  pixels       cost    content      style", *told])


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
