"""Tests of course_utils.handing_in: a student's commands, with the service of hub/service.py on the other side."""

import contextlib
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typer.testing import CliRunner

from course_utils import handing_in
from course_utils.commands import app
from tests.grading.test_collecting import SET, notebook
from tests.hub.serving import Hub, served, write_course


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The folder of the course behind a service that the variables name, for anna; this folder is her home."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token-of-anna")
    root = write_course(tmp_path / "course")
    with served(root, Hub()) as port:
        monkeypatch.setenv("COURSE_HAND_IN", f"http://127.0.0.1:{port}/")
        yield root


def run(*command):
    """Run a command of the course; return its status and what it says, in one line."""
    told = CliRunner().invoke(app, command)
    return told.exit_code, (told.stdout + told.stderr).rstrip("\n")


def test_a_students_evening(root, tmp_path):
    work = tmp_path / "home" / SET / f"{SET}.ipynb"
    status, said = run("get-exercises", SET)
    assert (status, f"hand-in {SET}" in said) == (0, True)
    assert work.read_bytes() == notebook("raise NotImplementedError()")
    assert run("receipts", SET) == (0, f"You have handed in nothing of {SET}.")

    receipts = []
    for text in ("first", "last"):
        work.write_bytes(notebook(text))
        status, said = run("hand-in", SET)
        receipt = f"SHA-256 {hashlib.sha256(notebook(text)).hexdigest()}"
        assert (status, receipt in said, "The last one counts" in said) == (0, True, True)
        receipts.append(receipt)
    status, said = run("receipts", SET)
    assert (status, [line.split(", ")[1] for line in said.splitlines()]) == (0, receipts)

    assert run("get-feedback", SET) == (2, f"There is no feedback on {SET} for you yet.")
    page = root / "feedback" / "anna" / SET / f"{SET}.html"
    page.parent.mkdir(parents=True)
    for text in ("7 of 10", "8 of 10: d ≤ τ"):
        page.write_bytes(text.encode())
        assert run("get-feedback", SET)[0] == 0
        assert (work.parent / "feedback.html").read_bytes() == text.encode()
    assert sorted(path.name for path in work.parent.iterdir()) == [f"{SET}.ipynb", "feedback.html"]


def test_work_is_not_written_over(root):
    run("get-exercises", SET)
    (path := handing_in._notebook(SET)).write_text("my work")
    status, said = run("get-exercises", SET)
    assert (status, "stays" in said) == (2, True)
    assert path.read_text() == "my work"


def test_a_notebook_of_another_name_can_be_given(root, tmp_path):
    (tmp_path / "home" / "mine.ipynb").write_bytes(notebook())
    assert run("hand-in", SET, "--notebook", "mine.ipynb")[0] == 0
    assert len(list(root.glob("handed_in/*/anna+*"))) == 1


@pytest.mark.parametrize("command", ["get-exercises", "hand-in", "receipts", "get-feedback"])
@pytest.mark.parametrize("missing", ["COURSE_HAND_IN", "JUPYTERHUB_API_TOKEN"])
def test_without_a_hub_one_sentence_says_what_to_do(root, monkeypatch, command, missing):
    monkeypatch.delenv(missing)
    assert run(command, SET) == (2, handing_in.NO_SERVICE)
    assert "Moodle" in handing_in.NO_SERVICE
    assert handing_in.NO_SERVICE.count(".") == 1


@pytest.mark.parametrize("command", ["get-exercises", "hand-in", "receipts", "get-feedback"])
def test_what_the_service_refuses_is_said_in_its_words(root, monkeypatch, command):
    run("get-exercises", SET)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "expired")
    handing_in._notebook(SET).rename("mine.ipynb")
    given = ("--notebook", "mine.ipynb") if command == "hand-in" else ()
    status, said = run(command, SET, *given)
    assert (status, said.startswith("The hub does not know you")) == (2, True)


@pytest.mark.parametrize("assignment", ["../course", "..", "a b/c?d#e", "\u00e4"])
def test_a_strange_name_is_no_assignment(root, tmp_path, assignment):
    status, said = run("receipts", assignment)
    assert (status, said) == (2, f"There is no assignment {assignment}. There are: {SET}.")


def test_a_service_that_is_gone_is_told_and_the_notebook_stays(root, monkeypatch):
    run("get-exercises", SET)
    monkeypatch.setenv("COURSE_HAND_IN", "http://127.0.0.1:9")
    status, said = run("hand-in", SET)
    assert status == 2
    assert said.startswith("http://127.0.0.1:9 does not answer")
    assert "no receipt" in said
    assert handing_in._notebook(SET).exists()


def test_a_notebook_that_is_not_there_or_too_large_is_told(root, tmp_path, monkeypatch):
    assert run("hand-in", SET) == (2, f"{SET}/{SET}.ipynb is not there. Check the name and the folder.")
    run("get-exercises", SET)
    monkeypatch.setattr(handing_in, "LARGEST_FILE", 10)
    status, said = run("hand-in", SET)
    assert (status, "is larger than" in said, "outputs" in said) == (2, True, True)
    assert not (root / "handed_in").exists()


def test_what_arrives_otherwise_than_it_was_sent_is_told(root, monkeypatch):
    run("get-exercises", SET)
    monkeypatch.setattr(handing_in, "_ask", lambda *_: b'{"time": "2026-11-29 14:00:00 UTC", "sha256": "0"}')
    status, said = run("hand-in", SET)
    assert (status, said.startswith("Something else has arrived")) == (2, True)


@contextlib.contextmanager
def answered(status, content, **headers):
    """Another server in the place of the service, which answers everything alike; yields its address and what it was asked."""
    asked = []

    class Other(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            """Say nothing."""

    Other.do_GET = Other.do_POST = Other.answer
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


LOGIN = b"<!DOCTYPE html><html><body>Please log in</body></html>"


@pytest.mark.parametrize("content", [LOGIN, b"", b"[]", b"{}", b'"text"', b"\xff", b'{"receipts": [3], "page": 3}'])
@pytest.mark.parametrize("command", ["get-exercises", "hand-in", "receipts", "get-feedback"])
def test_what_is_not_the_service_is_not_believed(root, monkeypatch, command, content):
    (root.parent / "home" / "mine.ipynb").write_bytes(notebook())
    with answered(200, content, Content_Type="text/html") as (address, _):
        monkeypatch.setenv("COURSE_HAND_IN", address)
        status, said = run(command, SET, *(("--notebook", "mine.ipynb") if command == "hand-in" else ()))
    assert (status, said.startswith("What answers is not the service")) == (2, True)
    assert not handing_in._notebook(SET).parent.exists()


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_a_page_or_a_long_text_of_an_error_is_not_printed(root, monkeypatch, kind):
    with answered(502, LOGIN * 100, Content_Type=kind) as (address, _):
        monkeypatch.setenv("COURSE_HAND_IN", address)
        status, said = run("receipts", SET)
    assert (status, "Please log in" in said) == (2, False)
    assert said.startswith(f"{address}/{SET}/handed-in refuses (HTTP Error 502")


def test_the_token_goes_to_the_service_alone(root, monkeypatch):
    with answered(200, LOGIN) as (elsewhere, asked):
        with answered(302, b"", Location=f"{elsewhere}/login") as (address, _):
            monkeypatch.setenv("COURSE_HAND_IN", address)
            status, said = run("get-feedback", SET)
        assert (status, "refuses (HTTP Error 302" in said) == (2, True)
        monkeypatch.setenv("http_proxy", elsewhere)
        monkeypatch.setenv("COURSE_HAND_IN", "http://127.0.0.1:9")
        assert run("receipts", SET)[1].startswith("http://127.0.0.1:9 does not answer")
        assert asked == []
