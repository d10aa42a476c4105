"""What a student's server on a hub hands in, and gets, where all users are one to the disk: exercises, receipts, feedback.

The other side is hub/service.py. Nothing that is sent says whose it is: the token that the hub gave to this server does.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from course_utils.data.files import not_written, opened, written_whole
from course_utils.errors import DataError
from course_utils.grading.limits import LARGEST_FILE

SERVICE, TOKEN = "COURSE_HAND_IN", "JUPYTERHUB_API_TOKEN"  # the variables with the address and the hub's token
PATIENCE = 60  # seconds
LONGEST_SENTENCE = 1000  # bytes of why something is refused
NO_SERVICE = (
    "This is no server of a hub that takes what you hand in: give your notebook to your course's platform, such as Moodle, "
    "or, where JupyterLab has a menu Nbgrader, choose Assignment List in it."
)


class _Nowhere(HTTPRedirectHandler):
    """Goes nowhere else: the token is for the service alone."""

    def redirect_request(self, *_: Any) -> None:
        """Leave the answer as it is, an error."""


_OPENER = build_opener(ProxyHandler({}), _Nowhere)


def get_exercises(assignment: str) -> str:
    """Write ASSIGNMENT/ASSIGNMENT.ipynb, unless it is there, and return what to tell.

    Raises:
        DataError: there is no service here, it does not answer or refuses, something else answers in its place, or the file is
            there or cannot be written.
    """
    path = _notebook(assignment)
    if path.exists():
        raise DataError(f"{path} is there, perhaps with your work, and stays. To begin anew, give it another name first.")
    content = _ask(assignment, "exercises")
    with _understood():
        json.loads(content)["cells"]
    _write(path, content)
    return f"{path} is there. Hand it in with: python -m course_utils hand-in {assignment}"


def hand_in(assignment: str, notebook: Path | None = None) -> str:
    """Hand in a notebook, and return the receipt in words.

    Args:
        assignment: such as 03_exercises.
        notebook: the file; without it, ASSIGNMENT/ASSIGNMENT.ipynb.

    Raises:
        DataError: there is no service here, it does not answer or refuses, something else answers in its place, or the file
            cannot be read or is too large.
    """
    _service()
    path = notebook or _notebook(assignment)
    with opened(path, "a notebook", "Give another with --notebook.") as file:
        content = file.read(LARGEST_FILE + 1)
        saved = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime).astimezone()
    if len(content) > LARGEST_FILE:
        raise DataError(
            f"{path} is larger than {LARGEST_FILE // 2**20} MB. Clear its outputs (Edit, Clear Outputs of All Cells), save."
        )
    answer = _ask(assignment, "handed-in", content)
    with _understood():
        receipt = json.loads(answer)
        arrived, line = receipt["sha256"], _line(receipt)
    if arrived != hashlib.sha256(content).hexdigest():
        raise DataError("Something else has arrived than was sent. Hand in again, and tell your lecturer if it lasts.")
    return f"Handed in: {path}, as it was saved at {saved:%H:%M:%S %Z}. Receipt: {line}. The last one counts."


def receipts(assignment: str) -> str:
    """Return what was handed in of an assignment, a line each, the last one last.

    Raises:
        DataError: there is no service here, it does not answer or refuses, or something else answers in its place.
    """
    answer = _ask(assignment, "handed-in")
    with _understood():
        lines = [_line(receipt) for receipt in json.loads(answer)["receipts"]]
    return "\n".join(lines) or f"You have handed in nothing of {assignment}."


def get_feedback(assignment: str) -> str:
    """Write ASSIGNMENT/feedback.html, in the place of an older one, and return what to tell.

    Raises:
        DataError: there is no service here, it does not answer or refuses, something else answers in its place, or the file
            cannot be written.
    """
    path = _notebook(assignment).with_name("feedback.html")
    answer = _ask(assignment, "feedback")
    with _understood():
        page = json.loads(answer)["page"].encode()
    _write(path, page)
    return f"Your feedback is in {path}."


def _notebook(assignment: str) -> Path:
    return Path(assignment, f"{assignment}.ipynb")


def _line(receipt: dict[str, Any]) -> str:
    return f"{receipt['time']}, SHA-256 {receipt['sha256']}"


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with written_whole(path) as file:
            file.write(content)
    except OSError as error:
        raise not_written(path, error) from error


def _service() -> tuple[str, str]:
    """Return the address of the service, and the token; where there is none, say what to do."""
    service, token = os.environ.get(SERVICE), os.environ.get(TOKEN)
    if not service or not token:
        raise DataError(NO_SERVICE)
    return service.rstrip("/"), token


def _ask(assignment: str, what: str, content: bytes | None = None) -> bytes:
    """Return what the service answers; with a content it is sent."""
    service, token = _service()
    address = f"{service}/{quote(assignment, safe='')}/{what}"
    headers = {"Authorization": f"token {token}", "Content-Type": "application/octet-stream"}
    try:
        try:
            with _OPENER.open(Request(address, content, headers), timeout=PATIENCE) as answer:
                received: bytes = answer.read()
                return received
        except HTTPError as error:
            refused = f"{address} refuses ({error}). Restart your server on the hub; if it lasts, ask your lecturer."
            raise DataError(_sentence(error) or refused) from None
    except (OSError, HTTPException) as error:
        raise DataError(
            f"{service} does not answer ({error}). Your notebook is as it was; what you have no receipt for may not have "
            "arrived. Try again in some minutes; if it lasts, ask your lecturer."
        ) from None


def _sentence(error: HTTPError) -> str:
    """Return why the service refuses, in its words; a page, or what else a server in between may answer, has none."""
    with error:
        said = error.read(LONGEST_SENTENCE + 1)
    plain = error.headers.get_content_type() == "text/plain" and len(said) <= LONGEST_SENTENCE
    return said.decode("utf-8", "replace").strip() if plain else ""


@contextmanager
def _understood() -> Iterator[None]:
    """Say what to do where something else has answered than the service: a page to log in, for one."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise DataError(
            "What answers is not the service that takes what you hand in. Your notebook is as it was; what you have no receipt "
            "for may not have arrived. Restart your server on the hub; if it lasts, ask your lecturer."
        ) from None
