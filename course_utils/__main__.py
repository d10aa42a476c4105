"""The commands: `python -m course_utils` with one of them.

`doctor`, `fetch`, `lab`, `score`, `get-exercises`, `hand-in`, `receipts`, `get-feedback`, `collect`, `grade`, `cluster-key`,
`scheduler`, `worker`, `report`, `export`, `practice`, `style`, `paint` or `train-painter`.
"""

import io
import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Run the command that the arguments name; whatever keeps it from its work is told in one sentence."""
    # A sign that the terminal's encoding does not have is escaped: it must not end a command after its work.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    try:
        from course_utils.commands import app
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # a package that is missing or broken, or something that stands in front of it
        sys.exit(f"{_what_is_missing(error)} Mend it with: {_remedy(error)}")

    try:
        app()
    except OSError as error:  # a folder that cannot be written to, a full disk: no command can foresee them all
        place = f"{error.filename}: " if error.filename else ""
        sys.exit(
            f"{place}{error.strerror or error}. Make room there, or get the right to write there, or copy the course to "
            "a folder of your own. What else is in the way: python -m course_utils doctor"
        )


def _what_is_missing(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed in this Python ({sys.executable})."
    return f"The packages of the course cannot be used with this Python ({sys.executable}): {error}."


def _remedy(error: Exception) -> str:
    """Return what lets the commands be imported: a file or a variable out of the way, or else the packages anew."""
    from course_utils import remedies

    for path in sorted(Path.cwd().glob("*.py")):
        if path.stem in {*sys.stdlib_module_names, "click", "rich", "typer"} and _was_run(path, error):
            return remedies.move_aside(path)
    command = [sys.executable, "-c", "import course_utils.commands"]
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE"):
        if name in os.environ:
            without = {other: value for other, value in os.environ.items() if other != name}
            if subprocess.run(command, cwd=remedies.ROOT, env=without, capture_output=True, check=False).returncode == 0:
                return remedies.unset(name)
    return remedies.install()


def _was_run(path: Path, error: Exception) -> bool:
    """Return whether a file was imported, or tried to be: other files of such names are in nobody's way."""
    files = [getattr(sys.modules.get(path.stem), "__file__", None)]
    cause: BaseException | None = error
    while cause is not None:  # NumPy, for one, raises an error of its own from that of what it imports
        files.append(getattr(cause, "filename", None))  # of a SyntaxError
        trace = cause.__traceback__
        while trace is not None:
            files.append(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        cause = cause.__cause__ or cause.__context__
    return str(path) in files


if __name__ == "__main__":
    main()
