"""The lab: a real JupyterLab is started as `make lab` starts it, spoken to over HTTP, and stopped."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import psutil
import pytest
from jupyter_client.blocking import BlockingKernelClient

from course_utils import lab as lab_module
from tests.lab_process import LAB, PYTHON, Lab, started
from tests.processes import answers_to
from tests.waiting import SECONDS, wait_until

# Loaded by every Python that the test starts: notes each network address that one asks for.
WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        what = arguments[1] if event == "socket.connect" else arguments[0]
        with open(os.environ["WATCH"], "a") as stream:
            print(event, repr(what), file=stream)

sys.addaudithook(note)
"""

# A browser that writes down what it was given, and whether it could take the terminal over.
BROWSER = """
import json, os, sys, urllib.request
try:
    terminal = os.isatty(0) or bool(open("/dev/tty"))
except OSError:
    terminal = False
page = urllib.request.urlopen(sys.argv[1]).read().decode()
with open(sys.argv[2] + ".part", "w") as stream:
    json.dump({"arguments": sys.argv, "page": page, "terminal": terminal}, stream)
os.replace(sys.argv[2] + ".part", sys.argv[2])
"""


def get(address: str, path: str | None = None, data: bytes | None = None) -> tuple[str, str]:
    """Ask the server for a path below its address, with the token; return where that led and the text that came."""
    url = address if path is None else f"{urljoin(address, path)}?{urlsplit(address).query}"
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=SECONDS) as response:
        assert response.status in (200, 201)
        return response.url, response.read().decode()


def start_kernel(lab: Lab) -> psutil.Process:
    """Start a kernel as a browser does, wait until it is ready, and return its process."""
    kernel = json.loads(get(lab.address(), "api/kernels", data=b"{}")[1])
    assert kernel["name"] == "python3"
    (process,) = (child for child in lab.children() if kernel["id"] in str(child.cmdline()))
    client = BlockingKernelClient()
    client.load_connection_file(process.cmdline()[-1])
    client.start_channels(hb=False)
    client.kernel_info(reply=True, timeout=SECONDS)
    client.stop_channels()
    return process


def recording_browser(folder: Path) -> tuple[str, Path]:
    """Return a value of the variable BROWSER, and the file that this browser writes when it is opened."""
    program, record = folder / "browser.py", folder / "seen.json"
    program.write_text(BROWSER)
    return f"{PYTHON} {program.as_posix()} %s {record.as_posix()}", record


# ---- The key to the account, without a JupyterLab ----


class Started:
    """Stands for the processes that the lab starts: a server that listens and ends by itself, and a browser."""

    def __init__(self, port: int):
        self.port, self.commands, self.pages, self.keys = port, [], [], []

    def __call__(self, command: list[str], env: dict[str, str] | None = None, **_: object) -> "Started":
        self.commands.append(command)
        if "webbrowser" in command:
            page = Path(urllib.request.url2pathname(urlsplit(command[-1]).path))
            self.pages.append((page, page.read_text(), page.stat().st_mode & 0o077))
        else:
            self.keys.append(env["JUPYTER_TOKEN"])
            told = {"url": f"http://localhost:{self.port}/", "hostname": "127.0.0.1", "port": self.port}
            (Path(env["JUPYTER_RUNTIME_DIR"]) / "jpserver-1.json").write_text(json.dumps(told | {"token": "another"}))
        return self

    def poll(self) -> None:
        return None

    def wait(self) -> int:
        return 0

    def terminate(self) -> None:
        pass


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Started]]:
    """Return what opens the lab where there is a display, with nothing but stand-ins behind it."""
    monkeypatch.setattr(lab_module, "SETTINGS", tmp_path / "lab")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("JUPYTER_TOKEN", "of another project")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def open_it() -> Started:
            started = Started(server.getsockname()[1])
            monkeypatch.setattr(lab_module, "subprocess", SimpleNamespace(**vars(subprocess) | {"Popen": started}))
            assert lab_module.open_lab() == 0
            return started

        yield open_it


def test_each_lab_has_a_long_key_of_its_own(opened: Callable[[], Started]):
    keys = [key for _ in range(3) for key in opened().keys]
    assert len(set(keys)) == 3
    assert all(re.fullmatch(r"[\w-]{20,}", key) for key in keys)
    assert "of another project" not in keys


def test_the_key_is_in_no_command_line_and_in_a_page_for_its_owner_only(opened: Callable[[], Started]):
    started = opened()
    ((page, text, others),) = started.pages
    assert not any(key in str(started.commands) for key in (*started.keys, "another", "token"))
    assert f"http://localhost:{started.port}/?token=another" in text  # the key that the server itself names
    assert others == 0 or os.name != "posix"
    assert not page.exists()  # when the lab is over


def test_the_address_that_is_printed_has_the_key(opened: Callable[[], Started], capsys: pytest.CaptureFixture[str]):
    started = opened()
    assert f"The course is open at  http://localhost:{started.port}/?token=another\n" in capsys.readouterr().out


# ---- A real JupyterLab ----


@pytest.fixture(scope="module")
def usual_port_taken() -> Iterator[int]:
    """The port 8888, taken by this process, or already by another one."""
    with socket.socket() as taken:
        with contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", 8888))
            taken.listen()
        yield 8888


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, usual_port_taken: int) -> Iterator[Lab]:
    """A lab with an empty home folder, no display, its usual port taken, and a watch on what it asks for."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "home").mkdir()
    (folder / "sitecustomize.py").write_text(WATCH)
    with started(folder, PYTHONPATH=str(folder), WATCH=str(folder / "watch.txt")) as lab:
        lab.address()
        yield lab


@pytest.mark.slow
def test_prints_a_few_friendly_lines_and_no_log(lab: Lab):
    first, second, third = lab.output().splitlines()
    assert first == "Starting JupyterLab ..."
    assert second.startswith("The course is open at  http://")
    assert "Ctrl-C" in third


@pytest.mark.slow
def test_takes_another_port_when_the_usual_one_is_taken(lab: Lab, usual_port_taken: int):
    assert urlsplit(lab.address()).port != usual_port_taken


@pytest.mark.slow
def test_printed_address_leads_to_the_first_notebook(lab: Lab):
    url, page = get(lab.address())
    assert urlsplit(url).path == "/lab/tree/notebooks/00_start_here.ipynb"
    assert "JupyterLab" in page


@pytest.mark.slow
def test_address_without_its_token_opens_nothing(lab: Lab):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urljoin(lab.address(), "api/contents"), timeout=SECONDS)
    assert refusal.value.code == 403
    refusal.value.close()


@pytest.mark.slow
def test_news_are_neither_fetched_nor_offered(lab: Lab):
    settings = json.loads(get(lab.address(), "lab/api/settings/@jupyterlab/apputils-extension:notification")[1])
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert settings["schema"]["properties"]["checkForUpdates"]["default"] is False


@pytest.mark.slow
def test_page_has_no_news_and_installs_no_extensions(lab: Lab):
    page = get(lab.address(), "lab")[1]
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert config["news"] == {"disabled": True}
    assert config["extensionManager"]["can_install"] is False


@pytest.mark.slow
def test_root_is_the_folder_of_the_course(lab: Lab):
    names = {entry["name"] for entry in json.loads(get(lab.address(), "api/contents")[1])["content"]}
    assert {"notebooks", "course_utils", "pyproject.toml"} <= names


@pytest.mark.slow
def test_asks_nothing_of_the_network_and_leaves_the_home_folder_alone(lab: Lab):
    for path in ("lab/api/update", "lab/api/news", "lab/api/extensions", "lsp/status", "lab/api/settings"):
        get(lab.address(), path)
    start_kernel(lab)
    time.sleep(2)  # what is asked for in the background
    asked = (lab.log.parent / "watch.txt").read_text().splitlines()
    assert asked, "the watch was not loaded"
    assert [line for line in asked if not re.search(r"'localhost'|'127\.0\.0\.1'|'::1'", line)] == []
    assert list((lab.log.parent / "home").iterdir()) == []


@pytest.mark.slow
def test_no_free_port_is_said_and_is_a_failure(tmp_path: Path, usual_port_taken: int):
    with started(tmp_path, JUPYTER_PORT=str(usual_port_taken), JUPYTER_PORT_RETRIES="0") as lab:
        assert lab.process.wait(SECONDS) == 1
        assert "port 8888 is not available" in lab.output()
        assert "JupyterLab did not start. Find out why: python -m course_utils doctor" in lab.output()


@pytest.mark.slow
def test_settings_of_the_user_are_neither_followed_nor_changed(tmp_path: Path):
    settings = tmp_path / "home" / ".jupyter" / "jupyter_server_config.py"
    settings.parent.mkdir(parents=True)
    settings.write_text("c.ServerApp.base_url = '/elsewhere/'\nc.IdentityProvider.token = 'theirs'\n")
    with started(tmp_path) as lab:
        assert "theirs" not in lab.address()
        assert urlsplit(get(lab.address())[0]).path.startswith("/lab/")
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == [settings]


if sys.platform == "linux":

    @pytest.mark.slow
    def test_no_display_means_no_browser(tmp_path: Path):
        browser, seen = recording_browser(tmp_path)
        with started(tmp_path, BROWSER=browser) as lab:
            lab.address()
            time.sleep(2)
            assert not seen.exists()


# Windows has neither these signals nor this kind of terminal.
if os.name == "posix":

    @pytest.mark.slow
    @pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
    def test_signal_stops_it_cleanly_with_its_kernels(stop: signal.Signals, tmp_path: Path):
        (tmp_path / "home").write_text("A file: no home folder can be made here.")
        with started(tmp_path) as lab:
            kernel = start_kernel(lab)
            if stop == signal.SIGINT:
                os.killpg(lab.process.pid, stop)  # as a terminal does
            else:
                lab.process.send_signal(stop)
            assert lab.process.wait(SECONDS) == 0
            assert psutil.wait_procs([kernel], timeout=SECONDS)[1] == []
            assert "Traceback" not in lab.output()
            assert "WARNING" not in lab.output()

    @pytest.mark.slow
    def test_in_a_terminal_it_opens_the_browser_and_asks_before_it_stops(tmp_path: Path):
        (tmp_path / "home").mkdir()
        browser, seen = recording_browser(tmp_path)
        terminal = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
        with started(tmp_path, [sys.executable, "-c", terminal, *LAB], DISPLAY=":0", BROWSER=browser) as lab:
            address = lab.address()
            wait_until(seen.exists, lab.output)
            record = json.loads(seen.read_text())
            assert address in record["page"]
            assert not record["terminal"]
            token = urlsplit(address).query.removeprefix("token=")
            assert len(token) > 20
            assert token not in str(record["arguments"])

            lab.type("\x03")
            lab.wait_for("Shut down this Jupyter server")
            lab.type("y\n")
            assert lab.process.wait(SECONDS) == 0
            assert "Traceback" not in lab.output()

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it cannot be seen when it is ready for Ctrl-C")
    def test_ctrl_c_while_it_starts_leaves_no_traceback(tmp_path: Path):
        with started(tmp_path) as lab:
            lab.wait_for("Starting")
            wait_until(lambda: any(answers_to(child, signal.SIGTERM) for child in lab.children()), lab.output)
            os.killpg(lab.process.pid, signal.SIGINT)
            assert lab.process.wait(SECONDS) == 0
            assert lab.output() == "Starting JupyterLab ...\n"
