"""A user of the hub who asks it what a browser asks: logs in, gets a server, opens a lesson, runs its cells, hands in."""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable

import httpx
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

LESSON, SET, COURSE = "lessons/01_distance_and_threshold.ipynb", "01_exercises", "faces-and-style"
STEPS = ("login", "server", "lesson opened", "cells run", "submitted")
PATIENCE = 900  # seconds that a user waits for a step


class StepError(Exception):
    """A step went wrong; the text says how, in the same words for every user."""


class User:
    """A user, with the cookies of one browser.

    Attributes:
        account: of the system.
        took: the seconds of each step that is done.
        failure: the step that went wrong, and how; empty as long as none did.
    """

    def __init__(self, hub: str, account: str, password: str) -> None:
        self.account, self.password = account, password
        # The proxy closes what is idle for 5 seconds. A browser then asks anew; httpx fails, unless it lets go of it before.
        fresh = httpx.Limits(keepalive_expiry=1)
        self.client = httpx.AsyncClient(base_url=hub, follow_redirects=True, timeout=PATIENCE, limits=fresh)
        self.kernel: WebSocketClientConnection | None = None
        self.took: dict[str, float] = {}
        self.failure = ""

    async def work(self) -> None:
        """Do all steps, one after the other, up to the first that goes wrong."""
        steps = (self.log_in, self.get_server, self.open_lesson, self.run_cells, self.hand_in)
        for name, step in zip(STEPS, steps, strict=True):
            await self.do(name, step)

    async def do(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        """Do a step, unless one went wrong before."""
        if self.failure:
            return
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await step()
        except TimeoutError:
            self.failure = f"{name}: not done after {PATIENCE} seconds"
        except (StepError, httpx.HTTPError, HTTPClientError, WebSocketClosedError, OSError) as error:
            self.failure = f"{name}: {self.plain(str(error)) or type(error).__name__}"
        else:
            self.took[name] = time.perf_counter() - began

    async def log_in(self) -> None:
        await self.ask("GET", "/hub/login")
        form = {"username": self.account, "password": self.password, "_xsrf": self.xsrf("/hub/")}
        await self.ask("POST", "/hub/login?next=/hub/home", data=form)

    async def get_server(self) -> None:
        page = await self.ask("GET", "/hub/spawn")
        if found := re.search(r'EventSource\("(.*?)"\)', page.text):
            await self.wait_for_server(found[1])
        page = await self.ask("GET", self.of_server("lab"))
        if "jupyter-config-data" not in page.text:
            raise StepError(f"no lab, but the page {self.plain(page.url.path)}")

    async def wait_for_server(self, events: str) -> None:
        async with self.client.stream("GET", events) as stream:
            async for line in stream.aiter_lines():
                event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if event.get("failed"):
                    raise StepError(self.plain(event["message"]))
                if event.get("ready"):
                    return
        raise StepError("the hub no longer tells how the server starts")

    async def open_lesson(self) -> None:
        answer = await self.ask("GET", self.of_server(f"api/contents/{LESSON}?type=notebook&content=1"))
        self.cells = [cell["source"] for cell in answer.json()["content"]["cells"] if cell["cell_type"] == "code"]
        session = {"path": LESSON, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        kernel = (await self.ask("POST", self.of_server("api/sessions"), json=session)).json()["kernel"]["id"]
        asked = self.client.build_request("GET", self.of_server(f"api/kernels/{kernel}/channels"))
        address, cookies = str(asked.url).replace("http", "ws", 1), {"Cookie": asked.headers["Cookie"]}
        self.kernel = await websocket_connect(HTTPRequest(address, headers=cookies, connect_timeout=PATIENCE))
        await self.ask_kernel("kernel_info", {})

    async def run_cells(self) -> None:
        for number, source in enumerate(self.cells):
            answer = await self.ask_kernel("execute", {"code": source, "stop_on_error": True, "allow_stdin": False})
            if answer["status"] != "ok":
                raise StepError(f"cell {number} of {len(self.cells)} ends with {answer.get('ename', answer['status'])}")

    async def hand_in(self) -> None:
        for action, status in (("fetch", "fetched"), ("submit", "submitted")):
            told = {"course_id": COURSE, "assignment_id": SET}
            answer = (await self.ask("POST", self.of_server(f"assignments/{action}"), json=told)).json()
            if not answer["success"] or status not in (one["status"] for one in answer["value"]):
                raise StepError(f"{action} did not go well")

    async def stop_server(self) -> None:
        me, token = f"/hub/api/users/{self.account}", {"X-XSRFToken": self.xsrf("/hub/")}
        await self.ask("DELETE", f"{me}/server", headers=token)
        while (await self.ask("GET", me)).json()["servers"]:
            await asyncio.sleep(0.5)

    async def close(self) -> None:
        """Close the browser; the server goes on."""
        if self.kernel:
            self.kernel.close()
            while await self.kernel.read_message() is not None:  # until the other side has heard it
                pass
        await self.client.aclose()

    def of_server(self, path: str) -> str:
        return f"/user/{self.account}/{path}"

    def xsrf(self, path: str) -> str:
        """Return the token against forged requests that a page below this path has to send back."""
        (token,) = [cookie.value for cookie in self.client.cookies.jar if cookie.name == "_xsrf" and cookie.path == path]
        return token

    def plain(self, text: str) -> str:
        """Return a text without what differs from user to user."""
        return re.sub(r"http://\S+", "ADDRESS", text).replace(self.account, "USER")

    async def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        if method == "POST" and "json" in options:
            options["headers"] = {"X-XSRFToken": self.xsrf(self.of_server(""))}
        answer = await self.client.request(method, path, **options)
        if answer.is_error:
            raise StepError(f"HTTP {answer.status_code} for {self.plain(answer.url.path)}")
        return answer

    async def ask_kernel(self, what: str, content: dict) -> dict:
        """Send a request to the kernel, and return the content of its reply; what else comes is read and dropped."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": f"{what}_request", "username": "", "session": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await self.kernel.write_message(json.dumps(message))
        while (said := await self.kernel.read_message()) is not None:
            answer = {} if isinstance(said, bytes) else json.loads(said)  # bytes: what a figure that moves is made of
            if answer.get("msg_type") == "status" and answer["content"]["execution_state"] in ("restarting", "dead"):
                raise StepError("the kernel died")
            if answer.get("msg_type") == f"{what}_reply" and answer["parent_header"]["msg_id"] == header["msg_id"]:
                return answer["content"]
        raise StepError("the kernel's connection was closed")
