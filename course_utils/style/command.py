"""What `python -m course_utils style` does: from two pictures in files to a painted one in a third.

Everything that can be wrong with the files is found before TensorFlow is loaded.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from course_utils.arrays import UInt8Array
from course_utils.data.files import written_whole
from course_utils.data.image_files import read_photograph
from course_utils.data.paintings import LARGEST, PAINTINGS, painting
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.errors import DataError


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
        DataError: a picture cannot be read, or the output cannot be written.
        ValueError: a number or a picture that cannot be.
    """
    _check_output(output, [Path(content), Path(style)])
    photograph = _read(content, PICTURES, picture)
    pattern = _read(style, PAINTINGS, lambda name: _draw(name, size))

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
    try:
        with written_whole(output) as file:
            Image.fromarray(painted).save(file, format=Image.registered_extensions()[output.suffix.lower()])
    except OSError as error:
        raise DataError(f"{output} cannot be written ({error}). Choose another folder.") from error
    seconds = transfer.history[-1].seconds if transfer.history else 0.0
    costs = transfer.costs()
    return Report(
        f"{output}: {painted.shape[1]} x {painted.shape[0]} pixels, {len(transfer.history)} steps in {seconds:.0f} s "
        f"({transfer.ended}). Cost {costs.total:.4g} = {alpha:g} x {costs.content:.4g} for the content "
        f"+ {beta:g} x {costs.style:.4g} for the style.",
        transfer.ended == "interrupted",
    )


def _check_output(output: Path, inputs: list[Path]) -> None:
    formats = {suffix: name for suffix, name in Image.registered_extensions().items() if name in Image.SAVE}
    if output.suffix.lower() not in formats:
        raise DataError(f"{output}: {output.suffix!r} is no format of pictures that can be written. Use .png or .jpg.")
    if output.is_dir():
        raise DataError(f"{output} is a folder. Give the name of a file in it.")
    if not output.parent.is_dir():
        raise DataError(f"{output.parent} is not a folder. Make it first, or choose another.")
    if any(output.exists() and path.exists() and output.samefile(path) for path in inputs):
        raise DataError(f"{output} is one of the two pictures, and would be lost. Choose another name.")


def _read(name: str, known: tuple[str, ...], draw: Callable[[str], UInt8Array]) -> UInt8Array:
    """Read a file; where there is none of this name, take the course's own picture of this name."""
    if not Path(name).exists():
        if name in known:
            return draw(name)
        raise DataError(f"{name} is not there. Give a file, or one of {', '.join(known)}.")
    return read_photograph(name)


def _draw(name: str, size: int) -> UInt8Array:
    longer = size if 43 <= size <= LARGEST else 43  # other sizes are refused when the work begins
    return painting(name, 3 * longer // 4, longer)
