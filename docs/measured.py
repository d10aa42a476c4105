"""What every page says of what a benchmark has measured: where, when, and by which command."""

import re
from collections.abc import Mapping
from typing import Any

# As their authors write them; a record has the names of their packages.
NAMES = {
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "scipy": "SciPy",
    "jupyterhub": "JupyterHub",
    "jupyterlab": "JupyterLab",
}
PACKAGE = re.compile(rf"\b({'|'.join(NAMES)})\b")


def sentence(measured: Mapping[str, Any], command: str) -> str:
    """Return the sentence on where and when something was measured.

    Args:
        measured: as tests/benchmarks/record.py has written it.
        command: what measures it.
    """
    machine = PACKAGE.sub(lambda match: NAMES[match[1]], measured["machine"])
    return f"Measured on {measured['date']} ({machine}) by `{command}`, which measures it anew."
