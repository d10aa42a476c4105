"""The kernels of the notebooks: with which variables the lab starts them, and what one says of itself when it is asked.

`python -m course_utils.kernels` starts one and prints what it says. The doctor runs that as a process of its own, with the
variables it wants to know about: so a kernel that hangs or crashes ends neither the doctor nor what it does next.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_utils.probe import words
from course_utils.remedies import ROOT

NOTEBOOKS = ROOT / "notebooks"
SETTINGS = ROOT / "data" / "cache" / "lab"
OURS = Path(__file__).parent / "jupyter"  # among them: JupyterLab does not ask whether it may fetch news
DIED = "Kernel died"  # so says Jupyter, too, of one that dies before it is ready
SECONDS = 60  # to start; three times that to import everything, which took a minute on a busy machine

# What another project may have set, and what would change what a notebook shows, which kernel it gets or who may reach it.
NOT_FOR_THE_LAB = ("JUPYTER_", "JUPYTERLAB_", "TRAITLETS_", "MPLBACKEND", "PYTHONSTARTUP", "PYTHONOPTIMIZE", "PYTHONWARNINGS")
FOR_THE_LAB = ("JUPYTER_PORT", "JUPYTER_PORT_RETRIES")


def lab_environment(runtime: str | Path) -> dict[str, str]:
    """Return the variables of the lab and of its kernels: the user's own settings of Jupyter and the like are left out.

    Args:
        runtime: the folder for JupyterLab's files while it runs.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_THE_LAB) or name in FOR_THE_LAB}
    home = os.path.expanduser("~")  # noqa: PTH111  # of a user without a home it is "~"; a Path would raise
    if not os.access(kept.get("MPLCONFIGDIR") or home, os.W_OK):
        kept["MPLCONFIGDIR"] = str(SETTINGS / "matplotlib")  # else Matplotlib warns on the page, and looks for fonts each time
    return kept | {
        "JUPYTER_CONFIG_PATH": str(OURS),
        "JUPYTER_PATH": str(OURS),  # the page that its menu makes of a notebook
        "JUPYTER_CONFIG_DIR": str(SETTINGS / "config"),
        "JUPYTER_DATA_DIR": str(SETTINGS / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_PREFER_ENV_PATH": "1",  # a kernel of this environment goes before all others of its name
        "IPYTHONDIR": str(SETTINGS / "ipython"),
        "MATPLOTLIBRC": str(OURS / "matplotlibrc"),
        "PYTHONSTARTUP": str(OURS / "startup.py"),
        "KERAS_BACKEND": "tensorflow",
        # In a terminal of the lab, `python` is then the Python of the course, as the doctor's remedies expect.
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
    }


def try_to_write(folder: Path) -> None:
    """Make a folder if it is not there, and write a file in it that is gone at once.

    Raises:
        OSError: one of the two cannot be done; it names the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(b"room for a few words")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error


def ask(
    environment: Mapping[str, str],
    modules: list[str],
    kernel: str = "python3",
    *,
    thorough: bool = False,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """Start a kernel in the folder of the notebooks, as JupyterLab would with these variables, and ask it about itself.

    Args:
        environment: the variables.
        modules: the packages to ask for, by the name they are imported by.
        kernel: the name that the notebooks give the kernel.
        thorough: whether it is to import them, too.
        seconds: how long to wait until it has started; for its answer, three times that.

    Returns:
        What `course_utils.probe.look` tells, and under `spec`, `argv` and `env` the folder where the kernel is described, its
        command and its own variables; or under `failed` why there is no answer, and under `missing` the module that is not
        installed, if one is.
    """
    question = json.dumps({"kernel": kernel, "modules": modules, "thorough": thorough, "seconds": seconds})
    command = [sys.executable, "-m", "course_utils.kernels", question]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:  # a pipe would wait for the kernel, too
        try:
            subprocess.run(
                command, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=said, stderr=complaints,
                timeout=5 * seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"failed": "it does not answer"}
        said.seek(0)
        complaints.seek(0)
        lines = said.read().decode("utf-8", errors="replace").splitlines()
        complaint = _last_line(complaints.read().decode("utf-8", errors="replace"))
    try:
        answer: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {"failed": complaint or "it ends without a word"}
    if "failed" in answer and complaint and DIED in answer["failed"]:
        answer["failed"] = complaint  # the kernel's own last words say more
    return answer


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _answer(kernel: str, modules: list[str], thorough: bool, seconds: float) -> dict[str, Any]:
    """Do in this process what `ask` asks another one for."""
    answer: dict[str, Any] = {}
    try:
        from jupyter_client.manager import KernelManager

        manager = KernelManager(kernel_name=kernel, transport_encryption="auto")  # as in the lab
        spec = manager.kernel_spec
        answer |= {"spec": spec.resource_dir, "argv": spec.argv, "env": spec.env}
        manager.start_kernel(cwd=str(NOTEBOOKS), stdout=subprocess.DEVNULL)
        try:
            client = manager.client()
            client.start_channels()
            client.wait_for_ready(timeout=seconds)
            reply = _reply(manager, client, f"look({modules!r}, {thorough!r})", time.monotonic() + 3 * seconds)
            return answer | reply
        finally:
            manager.shutdown_kernel(now=True)
    except ModuleNotFoundError as error:
        return answer | {"failed": f"{error.name} is not installed", "missing": error.name}
    except Exception as error:  # whatever keeps a kernel from starting is the answer
        return answer | {"failed": words(error)}


def _reply(manager: Any, client: Any, question: str, end: float) -> dict[str, Any]:
    """Send the kernel the probe, and return its answer to a question; a kernel that dies meanwhile is not waited for.

    It writes the answer into a file: where modules are broken, a kernel may be unable to show even a text.
    """
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        paper = Path(folder) / "answer.json"
        probe = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
        sent = client.execute(f"{probe}\nwritten = Path({str(paper)!r}).write_text({question}, 'utf-8')\n", allow_stdin=False)
        while time.monotonic() < end:
            try:
                message = client.get_shell_msg(timeout=1)
            except queue.Empty:
                if not manager.is_alive():
                    return {"failed": _last_words(client) or DIED}
                continue
            if message["parent_header"].get("msg_id") == sent:
                return _read(message["content"], paper)
    return {"failed": "it does not answer"}


def _last_words(client: Any) -> str:
    """Return the last line that a dead kernel has written to standard error; it goes where the output of a cell goes."""
    last = ""
    with contextlib.suppress(queue.Empty):
        while True:
            content = client.get_iopub_msg(timeout=1)["content"]
            last = _last_line(content.get("text", "")) or last
    return last


def _read(reply: dict[str, Any], paper: Path) -> dict[str, Any]:
    if not paper.exists():
        return {"failed": f"{reply.get('ename')}: {reply.get('evalue')}"}
    answer: dict[str, Any] = json.loads(paper.read_text(encoding="utf-8"))
    return answer


if __name__ == "__main__":
    print("\n" + json.dumps(_answer(**json.loads(sys.argv[1]))))
