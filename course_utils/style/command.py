"""What `python -m course_utils style` does: from two pictures in files to a painted one in a third, or to one for each style.

Everything that can be wrong with the files is found before TensorFlow is loaded, that of the painting too. Should it not be
possible to write it all the same, the painting is put elsewhere.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from course_utils.data.image_files import fitted_size
from course_utils.data.paintings import LARGEST, PAINTINGS
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.style.picture_files import check_format, check_outputs, drawn, read, save

if TYPE_CHECKING:
    from course_utils.style.transfer import Step

ALL = "all"  # the paintings of the course, each


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
        steps: at most so many; one at least on each level.
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
    if style == ALL and not Path(style).is_file() and output.name:  # what has no name, such as /, is a folder and refused
        wanted = {name: output.with_name(f"{output.stem}-{name}{output.suffix}") for name in PAINTINGS}
    check_outputs(wanted.values(), [Path(content), Path(style)])
    photograph = read(content, PICTURES, picture)
    longer = size if 1 <= size <= LARGEST else 1  # other sizes are refused when the work begins
    check_format(output, *fitted_size(photograph, longer))
    patterns = {name: read(name, PAINTINGS, partial(drawn, longer=longer)) for name in wanted}

    from course_utils.style.transfer import StyleTransfer

    colours = "luminance" if keep_colours else None
    for name, path in wanted.items():
        transfer = StyleTransfer(
            photograph, patterns[name], size=size, alpha=alpha, beta=beta, keep_colours=colours, optimizer=optimizer
        )
        painted = transfer.run(steps)
        save(painted, path)
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
