"""The service of hub/service.py in this process, on a port of its own, for a small course; who a token is says a stand-in."""

import asyncio
import contextlib
import csv
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from course_utils.grading.limits import LARGEST_FILE
from hub.service import SCOPES, application
from tests.grading.corpus.courses import write_release
from tests.grading.test_collecting import SET, notebook

STUDENTS = ("anna", "bert", "anna-maria")


def user(name: str, kind: str = "user", scopes: set[str] = SCOPES) -> dict[str, object]:
    """Return what the hub tells about the owner of a token."""
    return {"name": name, "kind": kind, "scopes": ["users:activity!user", *scopes]}


class Hub:
    """Stands for jupyterhub's HubAuth.

    Attributes:
        tokens: whose they are.
        failure: what asking it raises, if anything.
    """

    def __init__(self) -> None:
        self.tokens = {f"token-of-{name}": user(name) for name in STUDENTS}
        self.failure: Exception | None = None

    async def get_user(self, handler, *, sync):
        assert not sync  # it would keep all others waiting
        if self.failure:
            raise self.failure
        return self.tokens.get(handler.request.headers.get("Authorization", "").removeprefix("token "))

    def check_scopes(self, required, model):
        return required & set(model["scopes"])


def write_course(folder: Path) -> Path:
    """Write a folder for the service: a released set, and a roster."""
    write_release(folder, SET, notebook("raise NotImplementedError()"))
    with (folder / "roster.csv").open("w") as file:
        csv.writer(file).writerows([("student_id",), *((name,) for name in STUDENTS)])
    return folder


@contextlib.contextmanager
def served(root: Path, hub: Hub) -> Iterator[int]:
    """Serve, and give the port."""
    loop = asyncio.new_event_loop()
    (socket,) = bind_sockets(0, "127.0.0.1")
    port = socket.getsockname()[1]

    async def start() -> HTTPServer:
        server = HTTPServer(application(root, hub), max_body_size=LARGEST_FILE)
        server.add_sockets([socket])
        return server

    async def stop() -> None:
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def ask(port: int, path: str, token: str | None = "token-of-anna", content: bytes | None = None, **headers: str):
    """Ask the service, as anybody can who reaches it; return the status and what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    authorised = {} if token is None else {"Authorization": f"token {token}"}
    try:
        connection.request("GET" if content is None else "POST", path, content, authorised | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
