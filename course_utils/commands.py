"""The commands of `python -m course_utils`."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from stat import S_ISDIR
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from course_utils.errors import DataError

ASSIGNMENTS = Path(__file__).resolve().parents[1] / "notebooks" / "assignments"

app = typer.Typer(
    help="Faces & Style: what the course needs besides its notebooks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _name(given: str | None) -> str | None:
    """Return a name of the command line, if it is one: where a variable of the shell is not set, it is empty."""
    if given == "":
        raise typer.BadParameter("expected the name of a file or folder, got ''")
    return given


def _path(given: str | Path) -> Path:
    _name(str(given))
    return Path(given)


def _folder(given: str | Path) -> Path:
    """Return a folder that is there, as seen from the root of the disk."""
    path = _path(given)
    try:
        is_folder = S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None
    if not is_folder:
        raise typer.BadParameter(f"{path} is a file, expected a folder")
    return path.resolve()


Assignment = Annotated[str, typer.Argument(help="Such as 03_exercises.")]
Root = Annotated[Path, typer.Option(parser=_folder, help="The folder with source, release, submitted ...")]


class Platform(StrEnum):
    """A learning platform whose gradebook imports grades."""

    MOODLE = "moodle"
    CANVAS = "canvas"


@contextmanager
def _wrong_in_one_line() -> Iterator[None]:
    """Tell what cannot be in one line, and end with 2, as for a wrong option."""
    try:
        yield
    except (DataError, ValueError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None


@app.command()
def doctor() -> None:
    """Look at everything that the course needs, and say what mends what is wrong."""
    from course_utils.doctor import examine

    well = True
    for finding in examine():
        typer.echo(str(finding))
        well = well and finding.ok
    typer.echo("All is well." if well else "Something is wrong. What stands behind each arrow mends it.")
    raise typer.Exit(0 if well else 1)


@app.command()
def fetch() -> None:
    """Download the data of the course and check it; what is there already stays."""
    from course_utils.data import archives

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
            for archive in archives.read_manifest().values():
                bar = bars.add_task(archive.title, total=archive.bytes)

                def show(received: int, bar: TaskID = bar) -> None:
                    bars.update(bar, completed=received)

                archives.fetch(archive, progress=show)
                bars.update(bar, completed=archive.bytes)
    except DataError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    for archive in archives.read_manifest().values():
        typer.echo(f"{archive.title}: there and verified.")


@app.command()
def lab() -> None:
    """Open the course in JupyterLab."""
    from course_utils.lab import open_lab

    raise typer.Exit(open_lab())


@app.command()
def score(
    lesson: Annotated[str | None, typer.Argument(help="Whose exercises, such as 03; without it, a line for each.")] = None,
) -> None:
    """Show your points, what is open, and model answers to compare your own words with."""
    from course_utils.feedback.notebook import score as show

    with _wrong_in_one_line():
        show(lesson)


@app.command()
def get_exercises(assignment: Assignment) -> None:
    """On a hub that takes what you hand in: get the exercises, into a folder of their name."""
    from course_utils import handing_in

    with _wrong_in_one_line():
        typer.echo(handing_in.get_exercises(assignment))


@app.command()
def hand_in(
    assignment: Assignment,
    notebook: Annotated[Path | None, typer.Option(parser=_path, help="Without it, ASSIGNMENT/ASSIGNMENT.ipynb.")] = None,
) -> None:
    """On a hub that takes what you hand in: hand in, and get a receipt."""
    from course_utils import handing_in

    with _wrong_in_one_line():
        typer.echo(handing_in.hand_in(assignment, notebook))


@app.command()
def receipts(assignment: Assignment) -> None:
    """On a hub that takes what you hand in: show what you have handed in, and when."""
    from course_utils import handing_in

    with _wrong_in_one_line():
        typer.echo(handing_in.receipts(assignment))


@app.command()
def get_feedback(assignment: Assignment) -> None:
    """On a hub that takes what you hand in: get your page of feedback."""
    from course_utils import handing_in

    with _wrong_in_one_line():
        typer.echo(handing_in.get_feedback(assignment))


@app.command()
def collect(
    source: Annotated[Path, typer.Argument(parser=_path, help="What the learning platform has packed: a zip, or a folder.")],
    assignment: Annotated[str, typer.Option(help="Such as 03_exercises.")],
    roster: Annotated[
        Path | None,
        typer.Option(parser=_path, help="Who takes part: a CSV file, such as the platform exports."),
    ] = None,
    root: Root = ASSIGNMENTS,
) -> None:
    """Put what was handed in into its place: one notebook for each student."""
    from course_utils.grading.command import collect_and_tell

    raise typer.Exit(collect_and_tell(source, root, assignment, roster))


@app.command()
def grade(
    assignment: Assignment,
    scheduler: Annotated[
        str | None, typer.Option(help="Where `scheduler` runs, such as tls://10.0.0.5:8786; without it, here.")
    ] = None,
    root: Root = ASSIGNMENTS,
) -> None:
    """Grade what was handed in: gradebook, feedback, a report, grades.csv."""
    from course_utils.grading.command import grade_and_report

    raise typer.Exit(grade_and_report(root, assignment, scheduler))


@app.command()
def cluster_key(
    root: Root = ASSIGNMENTS,
) -> None:
    """To grade on more machines than this: make the key that all of them hold."""
    from course_utils.grading.cluster_command import make_key_and_tell

    raise typer.Exit(make_key_and_tell(root))


@app.command()
def scheduler(
    listen: Annotated[str, typer.Option(help="The address and port; 0.0.0.0 is all of this machine's networks.")] = (
        "tls://0.0.0.0:8786"
    ),
    root: Annotated[Path, typer.Option(parser=_folder, help="The folder where cluster.pem is.")] = ASSIGNMENTS,
) -> None:
    """To grade on more machines than this: hand out the work, until Ctrl-C."""
    from course_utils.grading.cluster_command import serve_and_tell

    raise typer.Exit(serve_and_tell(listen, root))


@app.command()
def worker(
    address: Annotated[str, typer.Argument(metavar="SCHEDULER", help="Such as tls://10.0.0.5:8786.")],
    processes: Annotated[int | None, typer.Option(min=1, help="How many; without it, as many as cores.")] = None,
    root: Annotated[Path, typer.Option(parser=_folder, help="The folder where cluster.pem is.")] = ASSIGNMENTS,
) -> None:
    """To grade on more machines than one: work for its scheduler, until Ctrl-C."""
    from course_utils.grading.cluster_command import work_and_tell

    raise typer.Exit(work_and_tell(address, root, processes))


@app.command()
def report(
    assignment: Assignment,
    root: Root = ASSIGNMENTS,
) -> None:
    """After grading by hand: write feedback, the report and grades.csv anew."""
    from course_utils.grading.command import report_again

    raise typer.Exit(report_again(root, assignment))


@app.command()
def export(
    assignment: Assignment,
    to: Annotated[Platform, typer.Option(help="Whose gradebook.")],
    roster: Annotated[
        Path | None,
        typer.Option(parser=_path, help="As the platform exports it; else that of the last collecting."),
    ] = None,
    column: Annotated[str | None, typer.Option(help="The assignment's title there, such as 'Exercises 3 (4711)'.")] = None,
    root: Root = ASSIGNMENTS,
) -> None:
    """Write the final grades as the gradebook of a learning platform imports them, and grades.csv anew."""
    from course_utils.grading.command import export_and_tell

    raise typer.Exit(export_and_tell(root, assignment, to.value, roster, column))


@app.command()
def practice(
    assignment: Assignment,
    students: Annotated[int, typer.Option(min=1, help="How many.")] = 30,
    root: Root = ASSIGNMENTS,
) -> None:
    """Write submissions of mixed quality, to practise grading with."""
    from course_utils.grading.practice import write_practice

    try:
        folder = write_practice(root, assignment, students)
    except FileNotFoundError as error:
        typer.echo(f"{assignment} is not an assignment: {error.filename} is not there.", err=True)
        raise typer.Exit(1) from None
    where = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    typer.echo(f"{students} submissions in {where}. Collect them:")
    typer.echo(f"make collect FROM={where} ASSIGNMENT={assignment} ROSTER={where.with_name('roster.csv')}")


@app.command()
def style(
    content: Annotated[str, typer.Argument(callback=_name, help="The photograph: a file, or a name such as chelsea or china.")],
    style: Annotated[str, typer.Argument(callback=_name, help="The painting: a file, or vortex, grid, points, waves, or all.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            parser=_path,
            help="The file to write, such as painted.png; for all, painted-vortex.png and so on.",
        ),
    ],
    size: Annotated[int, typer.Option(help="Pixels on the longer side, 32 to 4096.")] = 512,
    steps: Annotated[int, typer.Option(help="At most so many steps; one at least on each level.")] = 200,
    alpha: Annotated[float, typer.Option(help="How much the content counts.")] = 10.0,
    beta: Annotated[float, typer.Option(help="How much the style counts.")] = 40.0,
    keep_colours: Annotated[bool, typer.Option("--keep-colours", help="Keep the colours of the photograph.")] = False,
    optimizer: Annotated[str, typer.Option(help="lbfgs or adam.")] = "lbfgs",
) -> None:
    """Paint a photograph in the style of a painting, or of all. Ctrl-C ends it early with the best picture so far."""
    from course_utils.style.command import paint_files

    reports = paint_files(
        content,
        style,
        output,
        size=size,
        steps=steps,
        alpha=alpha,
        beta=beta,
        keep_colours=keep_colours,
        optimizer=optimizer,
    )
    interrupted = False
    with _wrong_in_one_line():
        for report in reports:
            typer.echo(report.text)
            interrupted = report.interrupted
    raise typer.Exit(130 if interrupted else 0)


@app.command()
def paint(
    photograph: Annotated[
        str, typer.Argument(callback=_name, help="A file, a name such as chelsea or china, or a folder of pictures.")
    ],
    painter: Annotated[str, typer.Argument(callback=_name, help="A file that train-painter wrote, or a name such as waves.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            parser=_path,
            help="The file to write, such as painted.png; for a folder, a folder.",
        ),
    ],
    size: Annotated[
        int | None, typer.Option(help="Pixels on the longer side, up to 2048; else as the picture has, up to 1024.")
    ] = None,
) -> None:
    """Paint a photograph, or a folder of them, in one pass, by a painter that has learned a style."""
    from course_utils.style.painter_command import paint_pictures

    well = True
    try:
        with _wrong_in_one_line():
            for told in paint_pictures(photograph, painter, output, size=size):
                typer.echo(told.text, err=not told.well)
                well = well and told.well
    except KeyboardInterrupt:
        typer.echo("Interrupted. What is named above is written, and whole.", err=True)
        raise typer.Exit(130) from None
    raise typer.Exit(0 if well else 2)


@app.command()
def train_painter(
    style: Annotated[str, typer.Argument(callback=_name, help="The painting: a file, or vortex, grid, points or waves.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", parser=_path, help="The file to write, such as painter.npz."),
    ],
    minutes: Annotated[float, typer.Option(help="How long.")] = 8.0,
    style_weight: Annotated[float, typer.Option(help="How much the style counts; the content counts 1.")] = 5.0,
    style_size: Annotated[
        int, typer.Option(help="Pixels on the longer side of the painting: the more, the larger strokes.")
    ] = 256,
    seed: Annotated[int, typer.Option(help="Another one gives another painter.")] = 0,
    resume: Annotated[str | None, typer.Option(callback=_name, help="A painter to go on with: a file, or a name.")] = None,
) -> None:
    """Train a painter for the style of a painting. Ctrl-C ends it early with the best painter so far."""
    from course_utils.style.painter_command import train_into

    with _wrong_in_one_line():
        told = train_into(
            style,
            output,
            minutes=minutes,
            style_weight=style_weight,
            style_size=style_size,
            seed=seed,
            resume=resume,
        )
    typer.echo(told.text)
    raise typer.Exit(130 if told.interrupted else 0)
