"""The command line: `python -m course_utils` with `doctor`, `fetch`, `lab`, `collect`, `grade`, `practice` or `style`."""

import io
import sys


def main() -> None:
    """Run the command that the arguments name; whatever keeps it from its work is told in one sentence."""
    # A sign that the terminal's encoding does not have is escaped: it must not end a command after its work.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    from course_utils import remedies

    try:
        from course_utils.commands import app
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed in this Python ({sys.executable}). Mend it with: {remedies.install()}")

    try:
        app()
    except OSError as error:  # a folder that cannot be written to, a full disk: no command can foresee them all
        place = f"{error.filename}: " if error.filename else ""
        sys.exit(
            f"{place}{error.strerror or error}. Make room there, or get the right to write there, or copy the course to "
            "a folder of your own. What else is in the way: python -m course_utils doctor"
        )


if __name__ == "__main__":
    main()
