"""The service with a real JupyterHub, whose users are all one to the system, as students and a lecturer use it.

Run by `make test-hub`. The hub has its scopes from hub/values.yaml; it and the service run in an environment of their own, for
which JupyterHub is installed. The hub has no proxy: nothing here goes through it.
"""

import contextlib
import hashlib
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
import yaml

from hub import installing
from hub.service import OURS
from setup_environment import find_pip, read_sources, ways_to_an_index
from tests.environments import make_environment
from tests.grading.test_collecting import SET, notebook
from tests.hub.classes import INSTALLING
from tests.hub.ports import free_ports
from tests.hub.serving import ask, write_course
from tests.waiting import SECONDS, wait_until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
VALUES = yaml.safe_load((ROOT / "hub" / "values.yaml").read_text("utf-8"))
(DEPLOYMENT,) = [
    one for one in yaml.safe_load_all((ROOT / "hub" / "hand_in.yaml").read_text("utf-8")) if one["kind"] == "Deployment"
]
(CONTAINER,) = DEPLOYMENT["spec"]["template"]["spec"]["containers"]
(COLLECT,) = re.findall(r"^ {4}(make collect .*)$", (ROOT / "hub" / "README.md").read_text("utf-8"), re.MULTILINE)
LECTURER = "token-of-the-test"

# As the chart of Zero to JupyterHub tells JupyterHub what is in the values.
CONFIG = f"""
import json, os
from jupyterhub.proxy import Proxy

class NoProxy(Proxy):
    should_start = False
    routes = {{}}
    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {{"routespec": routespec, "target": target, "data": data}}
    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)
    async def get_all_routes(self):
        return self.routes

told = json.loads(os.environ["TOLD"])
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.hub_bind_url = told["hub"]
c.JupyterHub.bind_url = told["public"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = told["homes"] + "/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = told["environment"]
c.Spawner.http_timeout = c.Spawner.start_timeout = {SECONDS}
c.Spawner.update(told["values"]["config"]["Spawner"])
c.JupyterHub.services = [
    *({{"name": key, "api_token": f"token-of-{{key}}"}} | service for key, service in told["values"]["services"].items()),
    {{"name": "test", "api_token": "{LECTURER}"}},
]
c.JupyterHub.load_roles = [
    *({{"name": key}} | role for key, role in told["values"]["loadRoles"].items()),
    {{"name": "test", "services": ["test"], "scopes": ["admin:users", "admin:servers", "tokens"]}},
]
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> str:
    """A Python that has the packages of this one, and those of the hub."""
    folder = tmp_path_factory.mktemp("environment")
    python = make_environment(folder / "env")
    options, variables = ways_to_an_index(read_sources(find_pip(folder)))
    install = [
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--no-config",
        "--python",
        python,
        *options,
        "--require-hashes",
        "--no-build",
    ]
    subprocess.run([sys.executable, *install, "-r", str(installing.LOCKS[1])], env=variables, check=True, timeout=INSTALLING)
    return python


def end(*processes: psutil.Process) -> None:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(processes, timeout=SECONDS)


def started(command: list[str], log: Path, **variables: str) -> psutil.Popen:
    inherited = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    with log.open("ab") as stream:
        return psutil.Popen(command, cwd=log.parent, env=inherited | variables, stdout=stream, stderr=stream)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


@contextlib.contextmanager
def serving(python: str, root: Path, api: str) -> Iterator[int]:
    """The service as hub/hand_in.yaml runs it, with another folder, hub and port; asked to end, it ends well."""
    port, log = free_ports(1), root.parent / "service.log"
    (variable,) = CONTAINER["env"]
    (mount,) = CONTAINER["volumeMounts"]
    assert CONTAINER["command"][0] == "python"
    command = [str(root) if part == mount["mountPath"] else part for part in CONTAINER["command"][1:]]
    command = [python, *command, "--listen", f"http://127.0.0.1:{port}"]
    service = started(command, log, PYTHONPATH=str(ROOT), **{variable["name"]: api})
    try:
        wait_until(lambda: listens(port) or not service.is_running(), log.read_text)
        yield port
        service.terminate()
        assert service.wait(timeout=SECONDS) == 0, log.read_text()
    finally:
        end(service)


class Class:
    """A JupyterHub with the scopes of hub/values.yaml, and students with servers of their own.

    Attributes:
        address: of the service, as students' servers are told.
        api: of the hub.
        homes: the students' folders.
    """

    def __init__(self, folder: Path, python: str) -> None:
        self.folder, self.python, self.port = folder, python, free_ports(1)
        self.homes, self.log, self.servers, self.address = folder / "homes", folder / "hub.log", list[psutil.Process](), ""
        self.api = f"http://127.0.0.1:{self.port}/hub/api"
        self.homes.mkdir()
        (folder / "config.py").write_text(CONFIG)

    def start(self) -> None:
        assert VALUES["singleuser"]["extraEnv"].keys() == {"COURSE_HAND_IN"}
        told = {
            "hub": f"http://127.0.0.1:{self.port}",
            "public": f"http://127.0.0.1:{free_ports(1)}",
            "homes": str(self.homes),
            "environment": {"COURSE_HAND_IN": self.address, "PYTHONPATH": str(ROOT)},
            "values": VALUES["hub"],
        }
        command = [self.python, "-m", "jupyterhub", "-f", "config.py"]
        path = f"{Path(self.python).parent}:{os.environ['PATH']}"
        self.hub = started(command, self.log, TOLD=json.dumps(told), PATH=path)
        wait_until(lambda: self.ask("users") is not None or not self.hub.is_running(), self.log.read_text)
        assert self.hub.is_running(), self.log.read_text()

    def ask(self, path: str, told: object = None):
        """Ask the hub, as who may make users, servers and tokens; None where it does not answer (yet)."""
        content = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(f"{self.api}/{path}", content, {"Authorization": f"token {LECTURER}"})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return json.loads(answer.read() or b"true")
        except urllib.error.HTTPError as error:
            pytest.fail(f"{path}: {error.read()}")
        except OSError:
            return None

    def log_in(self, name: str) -> dict[str, str]:
        """Start somebody's server, and return its variables."""
        self.ask(f"users/{name}", {})
        self.ask(f"users/{name}/server", {})
        wait_until(lambda: (told := self.ask(f"users/{name}")) and told["servers"][""]["ready"], self.log.read_text)
        servers = [one for one in self.hub.children() if one.environ().get("JUPYTERHUB_USER") == name]
        self.servers += servers
        return servers[0].environ()

    def token(self, name: str, *scopes: str, seconds: int = 600) -> str:
        return self.ask(f"users/{name}/tokens", {"scopes": scopes, "expires_in": seconds})["token"]

    def type(self, variables: dict[str, str], *command: str) -> tuple[int, str]:
        """Type a command of the course in somebody's server; return its status and what it says."""
        home = self.homes / variables["JUPYTERHUB_USER"]
        command = (self.python, "-m", "course_utils", *command)
        done = subprocess.run(command, env=variables, cwd=home, capture_output=True, text=True, timeout=SECONDS)
        return done.returncode, (done.stdout + done.stderr).strip()


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    return write_course(tmp_path_factory.mktemp("service") / "course")


@pytest.fixture(scope="module")
def class_(python, course, tmp_path_factory) -> Iterator[Class]:
    """A class that is at work."""
    class_ = Class(tmp_path_factory.mktemp("hub"), python)
    with serving(python, course, class_.api) as port:
        class_.address = f"http://127.0.0.1:{port}"
        try:
            class_.start()
            yield class_
        finally:
            end(class_.hub, *class_.servers)


def handed_in(course: Path) -> dict[str, list[bytes]]:
    """Return what there is in whose name, the last one last."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(course.glob("handed_in/*/*/*.ipynb")):
        found.setdefault(path.parent.name.partition("+")[0], []).append(path.read_bytes())
    return found


def test_an_evening(class_, course, tmp_path):
    anna, bert, carl = map(class_.log_in, ("anna", "bert", "carl"))
    for student in (anna, bert):
        assert class_.type(student, "get-exercises", SET)[0] == 0
    for text in ("first", "last"):
        (class_.homes / "anna" / SET / f"{SET}.ipynb").write_bytes(notebook(text))
        status, said = class_.type(anna, "hand-in", SET)
        assert (status, hashlib.sha256(notebook(text)).hexdigest() in said) == (0, True), said

    # Who says to be another is oneself.
    (class_.homes / "bert" / SET / f"{SET}.ipynb").write_bytes(notebook("of bert"))
    liar = bert | {"JUPYTERHUB_USER": "anna", "USER": "anna", "JUPYTERHUB_CLIENT_ID": anna["JUPYTERHUB_CLIENT_ID"]}
    work = str(class_.homes / "bert" / SET / f"{SET}.ipynb")
    assert class_.type(liar, "hand-in", SET, "--notebook", work)[0] == 0
    assert handed_in(course) == {"anna": [notebook("first"), notebook("last")], "bert": [notebook("of bert")]}
    assert class_.type(carl, "get-exercises", SET) == (
        2,
        "You are carl here, and nobody in the roster of this course is. Ask your lecturer to add you.",
    )

    # What the README has a lecturer do.
    mine = write_course(tmp_path / "mine")
    values = {"FROM": course / "handed_in" / SET, "ROSTER": course / "roster.csv", "ASSIGNMENT": SET}
    typed = [part if "=" not in part else f"{(name := part.split('=')[0])}={values[name]}" for part in shlex.split(COLLECT)]
    done = subprocess.run([*typed, f"COURSE={mine}"], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    collected = {path.parts[-3]: path.read_bytes() for path in mine.glob("submitted/*/*/*.ipynb")}
    assert collected == {"anna": notebook("last"), "bert": notebook("of bert")}

    page = course / "feedback" / "anna" / SET / f"{SET}.html"
    page.parent.mkdir(parents=True)
    page.write_text("7 of 10")
    assert class_.type(anna, "get-feedback", SET)[0] == 0
    assert (class_.homes / "anna" / SET / "feedback.html").read_text() == "7 of 10"
    assert class_.type(bert, "get-feedback", SET) == (2, f"There is no feedback on {SET} for you yet.")


def test_only_a_token_for_handing_in_that_has_not_expired_hands_in(class_, course):
    class_.ask("users/anna-maria", {})
    port, path = int(class_.address.rpartition(":")[2]), f"/{SET}/handed-in"
    wanted = "access:services!service=hand-in"
    expired = class_.token("anna-maria", wanted, seconds=1)
    assert ask(port, path, class_.token("anna-maria", wanted), notebook())[0] == 200
    assert ask(port, path, class_.token("anna-maria", "read:users!user"), notebook())[0] == 403
    assert ask(port, path, "token-of-hand-in", notebook())[0] == 403
    assert ask(port, path, LECTURER, notebook())[0] == 403
    time.sleep(2)
    assert ask(port, path, expired, notebook())[0] == 401
    assert ask(port, path, None, notebook())[0] == 401
    assert len(handed_in(course)["anna-maria"]) == 1


def test_a_hub_that_is_killed_loses_nothing(class_, course):
    known, new = (class_.token("bert", "access:services!service=hand-in") for _ in range(2))
    port, path = int(class_.address.rpartition(":")[2]), f"/{SET}/handed-in"
    assert ask(port, path, known, notebook("before"))[0] == 200
    class_.hub.kill()
    class_.hub.wait(timeout=SECONDS)
    assert ask(port, path, new, notebook("lost?")) == (500, OURS)
    assert ask(port, path, known, notebook("during"))[0] == 200  # the hub's word holds for five minutes
    class_.start()
    assert ask(port, path, new, notebook("after"))[0] == 200
    assert handed_in(course)["bert"][-3:] == [notebook("before"), notebook("during"), notebook("after")]
    receipts = json.loads(ask(port, path, new)[1])["receipts"]
    assert [one["sha256"] for one in receipts] == [hashlib.sha256(one).hexdigest() for one in handed_in(course)["bert"]]


def test_whatever_answers_in_the_hubs_place_nobody_hands_in(python, tmp_path):
    answers = [  # status and body of the hub's, status of ours
        (403, "{}", 401),
        (404, "no hub here", 500),
        (500, "oh", 502),
        (200, "<html>a page", 500),
        (200, "{}", 403),
        (200, '{"name": "anna", "kind": "user", "scopes": []}', 403),
    ]

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body, _ = answers[int(self.headers["Authorization"].removeprefix("token "))]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    course = write_course(tmp_path / "course")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as hub:
        thread = threading.Thread(target=hub.serve_forever)
        thread.start()
        try:
            with serving(python, course, f"http://127.0.0.1:{hub.server_port}/hub/api") as port:
                got = [ask(port, f"/{SET}/handed-in", str(number), notebook()) for number in range(len(answers))]
        finally:
            hub.shutdown()
            thread.join()
    assert [status for status, _ in got] == [expected for *_, expected in answers]
    assert all((said == OURS) == (status >= 500) for status, said in got)
    assert handed_in(course) == {}
