"""The lab: JupyterLab opened on the course, in the same way on every machine."""

import ast
import contextlib
import json
import os
import runpy
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from course_utils import remedies
from course_utils.kernels import NOTEBOOKS, OURS, SETTINGS, lab_environment, try_to_write
from course_utils.remedies import ROOT

FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
LOOKS = {"static_custom_path": [str(OURS / "custom")]}  # where custom.css is; without it, among the user's own settings

COMMAND = [
    sys.executable,
    "-m",
    "course_utils.lab",  # the last lines of this file: they run `python -m jupyterlab`
    f"--ServerApp.root_dir={ROOT}",
    f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
    "--no-browser",  # the browser is opened below, where it cannot take the terminal
    "--allow-root",  # a container often has no other user
    "--LabApp.custom_css=True",
    f"--ServerApp.tornado_settings={LOOKS}",
    f"--LabApp.extra_labextensions_path={OURS / 'labextensions'}",
    "--ServerApp.log_level=ERROR",
    "--LabApp.log_level=ERROR",
    "--KernelManager.transport_encryption=auto",  # without it the kernel warns that others could listen
    # Nothing is asked of the network.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LanguageServerManager.autodetect=False",  # would run npm, where there is one
]


def open_lab() -> int:
    """Run JupyterLab on the course, print its address, and stay until it is stopped.

    The user's own Jupyter settings are neither read nor changed: those of the course live in data/cache/lab. JupyterLab
    takes the next free port where its usual one, 8888, is taken.

    Returns:
        JupyterLab's exit status: 0 after Ctrl-C, 128 + n if signal n ended it; 1 if the notebooks would not find the course.

    Raises:
        OSError: the course's folder, or the one for temporary files, cannot be written to.
    """
    if obstacle := _obstacle():
        print(obstacle, file=sys.stderr)
        return 1
    print("Starting JupyterLab ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as runtime, _server(runtime) as server:
        address = _wait_for_address(server, Path(runtime))
        if address is None:
            status = _exit_status(server)
            if status not in (0, 130):  # 130: Ctrl-C, at the very beginning
                print("JupyterLab did not start. Find out why: python -m course_utils doctor", file=sys.stderr)
            return status
        print(f"The course is open at  {address}", flush=True)
        print("If no browser shows it, copy this address into one. To stop: Ctrl-C here, then y.", flush=True)
        with _shown_in_browser(address):
            return _exit_status(server)


def _obstacle() -> str:
    """Return why the notebooks would not find this course, as after its folder was moved or copied; nothing if they do.

    Raises:
        OSError: a folder cannot be written to.
    """
    if not (ROOT / FIRST_NOTEBOOK).is_file():
        return f"{ROOT} has no {FIRST_NOTEBOOK}: get the whole folder of the course, and run `make lab` in it."
    for folder in (SETTINGS, NOTEBOOKS):
        try_to_write(folder)
    python = subprocess.run(
        [sys.executable, "-c", "import course_utils; print(ascii(course_utils.__file__))"],
        cwd=NOTEBOOKS,
        env=lab_environment(SETTINGS),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    lines = python.stdout.splitlines()
    if python.returncode or not lines:
        found = "do not find course_utils"
    elif Path(ast.literal_eval(lines[-1])).resolve().parent == Path(__file__).resolve().parent:
        return ""
    else:
        found = f"take course_utils from {ast.literal_eval(lines[-1])}"
    return f"The notebooks {found}, not from {ROOT}. After a folder was moved or copied, this mends it: {remedies.register()}"


@contextlib.contextmanager
def _server(runtime: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start JupyterLab; it is ended with the block, and by a request to end this process (SIGTERM)."""
    environment = lab_environment(runtime) | {"JUPYTER_TOKEN": secrets.token_urlsafe(16)}
    # A terminal sends Ctrl-C to both processes. JupyterLab answers it; this one waits for it to end.
    on_interrupt = signal.signal(signal.SIGINT, lambda *_: None)
    server = subprocess.Popen(COMMAND, cwd=ROOT, env=environment)
    on_terminate = signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        yield server
    finally:
        server.terminate()
        server.wait()
        signal.signal(signal.SIGINT, on_interrupt)
        signal.signal(signal.SIGTERM, on_terminate)


def _wait_for_address(server: subprocess.Popen[bytes], runtime: Path) -> str | None:
    """Return the address of the server with its token once it answers, or None if it ends before."""
    while server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            # The file may be half written, and is there a moment before the server listens.
            with contextlib.suppress(OSError, ValueError):
                info = json.loads(file.read_text(encoding="utf-8"))
                socket.create_connection((info["hostname"], info["port"]), timeout=1).close()
                return f"{info['url']}?token={info['token']}"
        time.sleep(0.1)
    return None


@contextlib.contextmanager
def _shown_in_browser(address: str) -> Iterator[None]:
    """Show the address in the user's browser if there is a display; without one only text browsers could be found.

    The browser is given a file that leads to the address, because other users of the machine can read its command line
    and the token is a key to this account. The file is in the course's folder: a confined browser cannot read /tmp.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        yield
        return
    handle, name = tempfile.mkstemp(prefix="open-", suffix=".html", dir=SETTINGS)
    page = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(f'<meta http-equiv="refresh" content="0; url={address}"><a href="{address}">Open the course</a>')
        # In a session of its own, so that a text browser cannot take the terminal and Ctrl-C does not close the browser.
        subprocess.Popen(
            [sys.executable, "-m", "webbrowser", "-t", page.as_uri()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        yield
    finally:
        page.unlink(missing_ok=True)


def _exit_status(server: subprocess.Popen[bytes]) -> int:
    status = server.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    # In a terminal of Linux or macOS JupyterLab answers Ctrl-C itself, once it runs. Elsewhere and before, Ctrl-C would
    # leave kernels behind or a traceback: here it asks for an orderly end, for which JupyterLab has a handler once it runs.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: signal.raise_signal(signal.SIGTERM))
    runpy.run_module("jupyterlab", run_name="__main__", alter_sys=True)
