"""What `python -m course_utils paint` and `train-painter` do: pictures painted in one pass, and a painter made for a style.

Everything that can be wrong with the files is found before the work. Should it not be possible to write what was made all the
same, it is put elsewhere.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from course_utils import checks
from course_utils.arrays import UInt8Array
from course_utils.data.image_files import fitted_size, read_photograph, resize
from course_utils.data.paintings import PAINTINGS
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.data.trained_painters import TRAINED_PAINTERS, painter_file
from course_utils.errors import DataError
from course_utils.style.picture_files import check_format, check_outputs, check_there, drawn, put_elsewhere, read, save

if TYPE_CHECKING:
    from course_utils.style.painter import Judged, Painter

MOST = 2048  # pixels on the longer side, as many as a painter takes
USUAL = 1024  # pixels on the longer side, at most, if no other size is asked for: on more, the strokes are too small to be seen


class Told(NamedTuple):
    """What to tell about a picture or a painter.

    Attributes:
        text: what has become of it.
        well: whether it was written.
        interrupted: whether it was ended early by an interrupt.
    """

    text: str
    well: bool = True
    interrupted: bool = False


# ---- Painting ----


def paint_pictures(photograph: str, painter: str, output: Path, *, size: int | None) -> Iterator[Told]:
    """Paint a picture, or each of a folder; write each result whole, or not at all.

    Args:
        photograph: a file, the name of one of `PICTURES`, or a folder, such as a film frame by frame.
        painter: a file that `Painter.save` wrote, or the name of one of `TRAINED_PAINTERS`.
        output: the file to write; its suffix says in which format. For a folder a folder, which is made if it is not there; its
            pictures get the names that they had, with .png behind them where their format has no room for all colours.
        size: pixels on the longer side; if not given, as many as the picture has, at most 1024.

    Yields:
        What to tell about each picture, when it is written or cannot be read: the others of a folder are painted all the same.

    Raises:
        DataError: what is to be read or written cannot be; if a painting was done before that was known, the message says where
            it is.
        ValueError: a size that cannot be.
    """
    if size is not None:
        checks.whole_number("size", size, 1, MOST, what="pixels")
    if photograph not in PICTURES and _is_folder(photograph):
        yield from _paint_folder(Path(photograph), painter, output, size)
        return
    check_outputs([output], [Path(photograph), Path(painter)])
    content = _fitted(read(photograph, PICTURES, picture), size)
    check_format(output, *content.shape[:2])
    yield _painted(_load(painter), content, output)


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:  # such as a name that is too long; whoever opens it tells
        return False


def _paint_folder(folder: Path, painter: str, output: Path, size: int | None) -> Iterator[Told]:
    frames = _pictures_in(folder)
    wanted = _wanted(frames, output)
    loaded = _load(painter)
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise DataError(f"{output} cannot be made a folder ({error.strerror}). Choose another one.") from error
    if output.samefile(folder):
        raise DataError(f"{output} is the folder of the pictures, which would be lost. Choose another one.")
    check_outputs(wanted.values(), [*frames, Path(painter)])
    for frame, path in wanted.items():
        try:
            content = _fitted(read_photograph(frame), size)
        except DataError as error:
            yield Told(str(error), well=False)
            continue
        yield _painted(loaded, content, path)


def _pictures_in(folder: Path) -> list[Path]:
    suffixes = Image.registered_extensions()
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}).") from error
    found = [path for path in inside if path.suffix.lower() in suffixes and not path.name.startswith(".")]
    if not found:
        raise DataError(f"{folder} has no pictures in it. Give a picture, or a folder with some.")
    return found


def _wanted(frames: list[Path], output: Path) -> dict[Path, Path]:
    """Return where the painting of each frame goes.

    Raises:
        DataError: two would go to one place, such as those of cat.gif and of cat.gif.png.
    """
    taken: dict[Path, Path] = {}
    for frame in frames:
        other = taken.setdefault(output / _name(frame), frame)
        if other is not frame:
            raise DataError(f"{other.name} and {frame.name} would both be painted into {_name(frame)}. Rename one of them.")
    return {frame: path for path, frame in taken.items()}


def _name(frame: Path) -> str:
    """Return the name of the painting of a frame, in a format that can hold it."""
    return frame.name if _holds_paintings(frame.suffix) else f"{frame.name}.png"


@cache  # a film has many frames of one format, and to try one takes up to half a second
def _holds_paintings(suffix: str) -> bool:
    try:
        check_format(Path(f"frame{suffix}"), 768, USUAL)
    except DataError:
        return False
    return True


def _fitted(content: UInt8Array, size: int | None) -> UInt8Array:
    longer = size or min(max(content.shape[:2]), USUAL)
    return resize(content, *fitted_size(content, longer))


def _load(painter: str) -> "Painter":
    if painter in TRAINED_PAINTERS and not Path(painter).is_file():
        painter = str(painter_file(painter))
    check_there(painter, TRAINED_PAINTERS)

    from course_utils.style.painter import Painter

    return Painter.load(painter)


def _painted(painter: "Painter", content: UInt8Array, output: Path) -> Told:
    began = perf_counter()
    painted = painter.paint(content)
    seconds = perf_counter() - began
    save(painted, output)
    return Told(f"{output}: {painted.shape[1]} x {painted.shape[0]} pixels in {seconds:.2f} s, in the style {painter.style}")


# ---- Training ----


def train_into(
    style: str,
    output: Path,
    *,
    minutes: float,
    style_weight: float,
    style_size: int,
    seed: int,
    resume: str | None,
) -> Told:
    """Train a painter for a style, and write it to a file: whole, or not at all.

    Args:
        style: a file, or the name of one of `PAINTINGS`.
        output: the file to write.
        minutes: how long.
        style_weight: how much the style counts; the content counts 1.
        style_size: pixels on the longer side of the style: the more, the larger its strokes.
        seed: of all that is random.
        resume: a painter to go on with, as `paint_pictures` takes it; it may be the output.

    Returns:
        What to tell about it: how it was judged in the end and on the way.

    Raises:
        DataError: the style or the painter cannot be read; or the output has the suffix of a picture, or cannot be written, and
            if that was not known before the painter was trained, the message says where it is.
        ValueError: a number or a picture that cannot be.
    """
    check_outputs([output], [Path(style)])
    if output.suffix.lower() in Image.registered_extensions():
        raise DataError(f"{output} has the suffix of a picture, and a painter is none. Write {output.with_suffix('.npz')}.")
    pattern = read(style, PAINTINGS, partial(drawn, longer=style_size))
    painter = _load(resume) if resume is not None else None
    before = len(painter.history) if painter else 0
    name = Path(style).stem
    if painter:
        painter.style = name  # it learns this one now, whatever it could do before

    from course_utils.style.painter_training import train_painter

    painter = train_painter(
        pattern,
        minutes,
        name=name,
        style_weight=style_weight,
        style_size=style_size,
        seed=seed,
        painter=painter,
    )
    try:
        painter.save(output)
    except DataError as error:
        raise DataError(f"{error} {put_elsewhere('painter', Path('painter.npz'), painter.save)}") from error
    return Told(f"{output}: {_judged(painter, painter.history[before:])}", interrupted=painter.ended == "interrupted")


def _judged(painter: "Painter", history: Sequence["Judged"]) -> str:
    """Tell what is kept, and how the costs went: at first, at the looks 1, 2, 4, 8 and so on after it, and at last."""
    best = min(history, key=lambda judged: judged.total)
    told = [
        f"{one.steps:8} {one.content:9.3f} {one.style:9.3f}"
        for number, one in enumerate(history)
        if number & (number - 1) == 0 or one is history[-1]
    ]
    return "\n".join(
        [
            f"a painter for {painter.style}, {best.steps} steps, {history[-1].seconds:.0f} s ({painter.ended}). Content "
            f"{best.content:.3f}, style {best.style:.3f}, relative to their own size.",
            "    step   content     style",
            *told,
        ]
    )
