"""What a benchmark has measured, written down for the site's page of results: docs/results/NAME.json, which is committed."""

import datetime
import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from course_utils.data.files import written_whole

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "results"


def machine(*packages: str) -> str:
    """Return what a reader must know of this machine and of what runs on it."""
    versions = "".join(f", {package} {version(package)}" for package in packages)
    cpu = platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores, {cpu}, {platform.system()}; Python {platform.python_version()}{versions}"


def record(name: str, part: str, measured: Mapping[str, Any], where: str, folder: Path = FOLDER) -> None:
    """Write down a part of what a benchmark measures; what another machine has measured goes.

    Args:
        name: of the benchmark.
        part: of it, such as "steps 256"; what was measured of it before goes, too.
        measured: as JSON has it.
        where: the machine, as `machine` tells it.
        folder: that of the files.
    """
    file = folder / f"{name}.json"
    before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    parts = before["parts"] if before.get("machine") == where else {}
    told = {"machine": where, "date": datetime.date.today().isoformat(), "parts": parts | {part: measured}}
    folder.mkdir(parents=True, exist_ok=True)
    with written_whole(file) as whole:
        whole.write((json.dumps(told, indent=1) + "\n").encode())
