"""Tests of hub.service over HTTP: nobody hands in for somebody else, and what goes wrong is said in a sentence.

Who a token is says a stand-in here; tests/hub/test_service_on_a_hub.py asks JupyterHub.
"""

import asyncio
import hashlib
import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tornado.web import HTTPError

from course_utils.grading.limits import LARGEST_FILE
from hub import filing, service
from tests.grading.test_collecting import SET, notebook
from tests.hub.serving import Hub, ask, served, user, write_course
from tests.waiting import SECONDS

PATHS = [f"/{SET}/{what}" for what in ("exercises", "handed-in", "feedback")]
HANDED_IN = PATHS[1]


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path / "course")


@pytest.fixture
def hub():
    return Hub()


@pytest.fixture
def port(root, hub):
    with served(root, hub) as port:
        yield port


def handed_in(root):
    """Return the students in whose names there is something, and how much."""
    found = [path.parent.name.partition("+")[0] for path in root.glob("handed_in/*/*/*.ipynb")]
    return {student: found.count(student) for student in found}


def test_a_student_gets_the_exercises_hands_in_and_gets_feedback(root, port):
    assert ask(port, PATHS[0]) == (200, notebook("raise NotImplementedError()").decode())
    status, said = ask(port, HANDED_IN, content=notebook("mine"))
    receipt = json.loads(said)
    assert (status, receipt["sha256"]) == (200, hashlib.sha256(notebook("mine")).hexdigest())
    assert json.loads(ask(port, HANDED_IN)[1]) == {"receipts": [receipt]}
    assert json.loads(ask(port, HANDED_IN, "token-of-bert")[1]) == {"receipts": []}
    assert ask(port, PATHS[2]) == (404, f"There is no feedback on {SET} for you yet.")
    (page := root / "feedback" / "anna" / SET / f"{SET}.html").parent.mkdir(parents=True)
    page.write_text("7 of 10")
    status, said = ask(port, PATHS[2])
    assert (status, json.loads(said)) == (200, {"page": "7 of 10"})
    assert ask(port, PATHS[2], "token-of-bert")[0] == 404


def test_the_name_never_comes_from_the_request(root, port):
    forged = notebook("mine")[:-1] + b', "name": "bert", "student": "bert"}'
    names = {"X-JupyterHub-User": "bert", "X-Forwarded-User": "bert", "Cookie": "jupyterhub-user-bert=1"}
    assert ask(port, f"{HANDED_IN}?name=bert&user=bert&student=bert&token=token-of-bert", content=forged, **names)[0] == 200
    assert handed_in(root) == {"anna": 1}


@pytest.mark.parametrize("token", [None, "", "expired", "token-of-carl", "token-of-ann\u00e4".encode().decode("latin-1")])
@pytest.mark.parametrize("path", PATHS)
def test_who_is_not_known_to_the_hub_gets_nothing(root, port, path, token):
    assert ask(port, path, token) == (401, ask(port, path, "expired")[1])
    status, said = ask(port, HANDED_IN, token, notebook())
    assert (status, said.split(".")[0]) == (401, "The hub does not know you (any more)")
    assert handed_in(root) == {}


@pytest.mark.parametrize(
    "model",
    [user("anna", scopes=set()), user("anna", scopes={"access:services!service=other"}), user("anna", kind="service")],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_token_for_something_else_is_refused(root, hub, port, path, model):
    hub.tokens["other"] = model
    assert ask(port, path, "other")[0] == 403
    assert ask(port, HANDED_IN, "other", notebook())[0] == 403
    assert handed_in(root) == {}


def test_who_is_not_in_the_roster_is_told_so(root, hub, port):
    hub.tokens["other"] = user("carl")
    for status, said in (ask(port, HANDED_IN, "other", notebook()), *(ask(port, path, "other") for path in PATHS)):
        assert (status, said) == (
            403,
            "You are carl here, and nobody in the roster of this course is. Ask your lecturer to add you.",
        )
    assert handed_in(root) == {}


@pytest.mark.parametrize(
    "name", ["..", "%2e%2e", f"..%2frelease%2f{SET}", f"{SET}%2f..%2f{SET}", "%00", "04_exercises", "%s%d"]
)
def test_no_name_of_an_assignment_leads_anywhere_else(root, port, name):
    for what in ("exercises", "handed-in", "feedback"):
        status, said = ask(port, f"/{name}/{what}")
        assert status == 404
        assert said.startswith("There is no assignment ")
        assert said.endswith(f" There are: {SET}.")
    assert ask(port, f"/{name}/handed-in", content=notebook())[0] == 400
    assert {path.name for path in root.iterdir()} == {"release", "roster.csv"}


@pytest.mark.parametrize("content", [b"", b"no JSON", notebook(cells=("gram",))])
def test_what_is_no_notebook_of_the_set_is_refused_in_a_sentence(root, port, content):
    status, said = ask(port, HANDED_IN, content=content)
    assert (status, said.split(":")[0]) == (400, f"This is not {SET}")
    assert handed_in(root) == {}


def test_who_is_refused_hears_why_after_sending_much_of_which_nothing_is_kept(port, monkeypatch):
    kept, write_error = [], service.HandedIn.write_error

    def look(handler, status_code, **about):
        kept.append(len(handler.received))
        write_error(handler, status_code, **about)

    monkeypatch.setattr(service.HandedIn, "write_error", look)
    assert ask(port, HANDED_IN, "expired", b"x" * 8 * 2**20)[0] == 401
    assert kept == [0]


def bomb(port, path, token, headers, chunk):
    """Send more than is taken, and return whether the service has ended it with an error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", path)
    for name, value in (headers | {"Authorization": f"token {token}"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for _ in range(LARGEST_FILE // 2**20 + 8):
            connection.send(chunk)
        return connection.getresponse().status >= 400
    except ConnectionError:
        return True
    finally:
        connection.close()


@pytest.mark.parametrize("token", ["token-of-anna", "expired"])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("path", PATHS)
def test_a_bomb_of_a_body_is_cut_off(root, port, path, token, told):
    million = b" " * 2**20
    headers = {"Content-Length": str(2 * LARGEST_FILE)} if told else {"Transfer-Encoding": "chunked"}
    assert bomb(port, path, token, headers, million if told else b"100000\r\n" + million + b"\r\n")
    assert ask(port, HANDED_IN, content=notebook())[0] == 200
    assert handed_in(root) == {"anna": 1}


@pytest.mark.parametrize("failure", [HTTPError(500, "no hub"), HTTPError(502), TimeoutError(), ValueError("no JSON")])
def test_a_hub_that_does_not_answer_is_our_fault_and_nothing_is_lost(root, hub, port, failure):
    before = json.loads(ask(port, HANDED_IN, content=notebook("before"))[1])
    hub.failure = failure
    assert ask(port, HANDED_IN, content=notebook("during")) == (
        500 if not isinstance(failure, HTTPError) else failure.status_code,
        service.OURS,
    )
    assert ask(port, PATHS[0])[1] == service.OURS
    hub.failure = None
    assert json.loads(ask(port, HANDED_IN)[1]) == {"receipts": [before]}
    assert handed_in(root) == {"anna": 1}


def test_a_hub_that_hangs_is_not_waited_for_for_ever_and_keeps_nobody_else_waiting(root, hub, port, monkeypatch):
    asked, begun, goes_on = hub.get_user, threading.Event(), threading.Event()

    async def get_user(handler, *, sync):
        if "bert" in handler.request.headers["Authorization"]:
            begun.set()
            while not goes_on.is_set():
                await asyncio.sleep(0.05)
        return await asked(handler, sync=sync)

    monkeypatch.setattr(hub, "get_user", get_user)
    monkeypatch.setattr(service, "PATIENCE", SECONDS)
    with ThreadPoolExecutor(1) as pool:
        hangs = pool.submit(ask, port, HANDED_IN, "token-of-bert", notebook())
        assert begun.wait(SECONDS)
        assert ask(port, HANDED_IN, content=notebook())[0] == 200
        assert not hangs.done()
        goes_on.set()
        assert hangs.result()[0] == 200
    goes_on.clear()
    monkeypatch.setattr(service, "PATIENCE", 0.5)
    assert ask(port, HANDED_IN, "token-of-bert", notebook()) == (500, service.OURS)
    assert handed_in(root) == {"anna": 1, "bert": 1}


def test_a_full_disk_and_a_lost_roster_are_our_fault(root, port, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filing, "written_whole", full)
    assert ask(port, HANDED_IN, content=notebook()) == (500, service.OURS)
    (root / "roster.csv").unlink()
    assert ask(port, PATHS[0]) == (500, service.OURS)


def test_many_hand_in_at_once(root, port):
    def hand_in(number):
        text = f"number {number}"
        said = ask(port, HANDED_IN, ("token-of-anna", "token-of-bert")[number % 2], notebook(text))[1]
        return json.loads(said)["sha256"] == hashlib.sha256(notebook(text)).hexdigest()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(hand_in, range(40)))
    assert handed_in(root) == {"anna": 20, "bert": 20}
