"""The commands of `python -m course_utils`."""

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from course_utils.data import archives
from course_utils.errors import DataError

app = typer.Typer(
    help="Faces & Style: what the course needs besides its notebooks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def doctor() -> None:
    """Look at everything that the course needs, and say what mends what is wrong."""
    from course_utils.doctor import examine

    well = True
    for finding in examine():
        typer.echo(str(finding))
        well = well and finding.ok
    typer.echo("All is well." if well else "Something is wrong. The command behind each arrow mends it.")
    raise typer.Exit(0 if well else 1)


@app.command()
def fetch() -> None:
    """Download the data of the course and check it; what is there already stays."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
            for archive in archives.read_manifest().values():
                _fetch_with_bar(archive, bars)
    except DataError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    for archive in archives.read_manifest().values():
        typer.echo(f"{archive.title}: there and verified.")


def _fetch_with_bar(archive: archives.Archive, bars: Progress) -> None:
    bar = bars.add_task(archive.title, total=archive.bytes)
    archives.fetch(archive, progress=lambda received: bars.update(bar, completed=received))
    bars.update(bar, completed=archive.bytes)


@app.command()
def lab() -> None:
    """Open the course in JupyterLab."""
    from course_utils.lab import open_lab

    raise typer.Exit(open_lab())
