"""The command line: `python -m course_utils doctor`, `fetch`, `lab`."""

import sys

from course_utils.doctor import INSTALL

try:
    from course_utils.commands import app
except KeyboardInterrupt:
    sys.exit(130)
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed in this Python ({sys.executable}). Mend it with: {INSTALL}")

app()
