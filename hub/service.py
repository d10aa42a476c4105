"""The service that takes what students hand in where all users are one to the disk: `python -m hub.service /srv/course`.

Who hands in is never said in a request. A request has the token that the hub gave to the student's server, and the hub is asked
whose it is.
"""

import argparse
import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from course_utils.grading.limits import LARGEST_FILE
from hub import filing

if TYPE_CHECKING:
    from jupyterhub.services.auth import HubAuth

SCOPES = {"access:services!service=hand-in"}  # that a token has to have
PATIENCE = 20  # seconds for the hub to say whose a token is
OURS = (
    "The service that takes what is handed in has failed, or the hub, which it asks who you are. That is not your fault. Your "
    "notebook is as it was, and what you have a receipt for is kept. Try again in some minutes; if it lasts, ask your lecturer."
)


@stream_request_body
class Handler(RequestHandler):
    """Finds out whose a request is before it takes what comes with it."""

    root: Path
    auth: "HubAuth"
    student: str

    def initialize(self, root: Path, auth: "HubAuth") -> None:
        """Keep the folder of the course, and how the hub is asked."""
        self.root, self.auth = root, auth

    async def prepare(self) -> None:
        """Ask the hub whose token the request has, and look into the roster.

        Raises:
            HTTPError: the hub does not know the token, it is not for this service, or its owner is no student of the course.
        """
        model: dict[str, Any] | None = await asyncio.wait_for(self.auth.get_user(self, sync=False), PATIENCE)
        if model is None:
            raise HTTPError(
                401, "The hub does not know you (any more). Stop your server and start it again: File, Hub Control Panel."
            )
        if model.get("kind") != "user" or not self.auth.check_scopes(SCOPES, model):
            raise HTTPError(
                403, "This token may not hand in: its scopes lack access:services!service=hand-in. Tell your lecturer."
            )
        with refused(403):
            self.student = filing.student_of(self.root, model["name"])

    def data_received(self, chunk: bytes) -> None:
        """Let go of what comes in: nobody has asked for it."""

    def write_error(self, status_code: int, **about: Any) -> None:
        """Answer with a sentence."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        error = about["exc_info"][1]
        mine = isinstance(error, HTTPError) and status_code < 500 and error.log_message
        self.finish(error.log_message % error.args if mine else OURS)


class Exercises(Handler):
    """An assignment as it was released."""

    def get(self, assignment: str) -> None:
        """Answer with the notebook."""
        self.set_header("Content-Type", "application/x-ipynb+json")
        with refused(404):
            self.finish(filing.exercises(self.root, assignment))


class HandedIn(Handler):
    """What a student has handed in."""

    async def prepare(self) -> None:
        """Find out whose it is.

        Why it is refused is told when all has come: who is still sending does not listen.
        """
        self.received = bytearray()
        self.wrong: Exception | None = None
        if self.request.method != "POST":
            return await super().prepare()
        try:
            await super().prepare()
        except Exception as error:
            self.wrong = error

    def data_received(self, chunk: bytes) -> None:
        """Keep what comes in; the server bounds it."""
        if self.wrong is None:
            self.received += chunk

    def post(self, assignment: str) -> None:
        """Take a notebook, and answer with the receipt."""
        if self.wrong is not None:
            raise self.wrong
        with refused(400):
            self.finish(_told(filing.hand_in(self.root, self.student, assignment, bytes(self.received))))

    def get(self, assignment: str) -> None:
        """Answer with all receipts."""
        with refused(404):
            self.finish({"receipts": [_told(one) for one in filing.receipts(self.root, self.student, assignment)]})


class Feedback(Handler):
    """A student's own page of feedback."""

    def get(self, assignment: str) -> None:
        """Answer with the page, in JSON: so no page of somebody else's, such as one to log in, is taken for it."""
        with refused(404):
            self.finish({"page": filing.feedback(self.root, self.student, assignment).decode()})


def _told(receipt: filing.Receipt) -> dict[str, str]:
    return {"time": f"{receipt.time:%Y-%m-%d %H:%M:%S UTC}", "sha256": receipt.sha256}


@contextmanager
def refused(status: int) -> Iterator[None]:
    """Answer with a status where something is refused.

    Raises:
        HTTPError: it is.
    """
    try:
        yield
    except filing.RefusedError as error:
        raise HTTPError(status, str(error)) from None


def application(root: Path, auth: "HubAuth") -> Application:
    """Return the service.

    Args:
        root: the folder of the course.
        auth: what asks the hub.
    """
    told = {"root": root, "auth": auth}
    return Application(
        [
            (r"/([^/]+)/exercises", Exercises, told),
            (r"/([^/]+)/handed-in", HandedIn, told),
            (r"/([^/]+)/feedback", Feedback, told),
        ]
    )


async def serve(root: Path, auth: "HubAuth", port: int, address: str) -> None:
    """Serve until the process is asked to end; what is being filed then is filed."""
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    server = application(root, auth).listen(port, address, max_body_size=LARGEST_FILE)
    await end.wait()
    server.stop()


def main() -> None:
    """Read the command line, and serve."""
    parser = argparse.ArgumentParser(prog="python -m hub.service", description="Takes what students hand in.")
    parser.add_argument("root", type=Path, help="the folder of the course, with release/ and roster.csv")
    parser.add_argument("--listen", default="http://0.0.0.0:8000", help="the address and port; 0.0.0.0 is all networks")
    told = parser.parse_args()
    where = urlsplit(told.listen)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    from jupyterhub.services.auth import HubAuth  # here alone: the tests of all the rest do without JupyterHub

    asyncio.run(serve(told.root, HubAuth(), where.port or 80, where.hostname or ""))


if __name__ == "__main__":
    main()
