"""Environments and terminals for the tests: a Python that is another, and what a remedy does when it is typed."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path


def make_environment(folder: Path) -> str:
    """Make an environment that sees the packages of this one, without the course, but is another; return its Python."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    site = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder)}))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return str(scripts / ("python.exe" if os.name == "nt" else "python"))


def typed(remedy: str, then: str, folder: Path, python: str = sys.executable, **environment: str) -> str:
    """Type a remedy in a terminal that is in a folder, and after it run Python code there; return what that prints."""
    process = subprocess.run(
        f"""{remedy.strip()} && "{python}" -c "import os; exec(os.environ['THEN'])" """,
        shell=True,
        cwd=folder,
        env={
            **os.environ,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_QUIET": "1",
            "PIP_NO_INDEX": "1",
            "THEN": then,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout
