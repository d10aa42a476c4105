"""In the sealed process: functions are handed over and called, output is sent in pieces, limits are set first."""

import json
import os
import subprocess
import sys
import threading

import IPython.display
import numpy as np
import pytest
import zmq
from ipykernel.iostream import IOPubThread, OutStream
from jupyter_client.session import Session

from course_utils.grading.inside import answers, handed_over, output
from course_utils.grading.inside.output import PIECE, PiecewiseStream
from course_utils.grading.limits import Limits
from course_utils.grading.wire import decode, encode
from tests.waiting import SECONDS, wait_until


@pytest.fixture
def answered(monkeypatch):
    """Return what calls a function with probes, and gives what is said of it."""
    displayed = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: displayed.append(data))
    handed_over.FUNCTIONS.clear()

    def ask(function, *arguments):
        answers.check("f", function)
        answers.answer("f", json.dumps(encode(arguments)), 0.2 if function is endless else 60)
        return json.loads(displayed.pop()[answers.MIME])

    return ask


def test_a_value_comes_out_and_the_arguments_as_they_are_afterwards(answered):
    said = answered(lambda a, b: a + b, np.arange(3), 1)
    assert decode(said["value"]).tolist() == [1, 2, 3]
    assert said["arguments"] == encode([np.arange(3), 1])


def test_what_has_become_of_the_arguments_is_told(answered):
    def doubles(a, words):
        a *= 2
        words.append("more")
        return a

    assert answered(doubles, np.ones(2), ["one"])["arguments"] == encode([np.full(2, 2.0), ["one", "more"]])


def test_arguments_that_cannot_be_told_are_nothing(answered):
    def spoils(words):
        words.append(words)
        return 1

    assert answered(spoils, ["one"])["arguments"] is None


def endless():
    while True:
        pass


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (lambda: 1 / 0, ["error", "ZeroDivisionError"]),
        (endless, ["time"]),
        (lambda: object(), ["kind", "object"]),
        (3, ["kind", "int"]),
        (None, ["kind", "NoneType"]),
    ],
)
def test_an_error_is_told(answered, function, error):
    assert answered(function)["error"][: len(error)] == error


def test_an_error_is_told_with_its_line_and_its_words(answered):
    def fails(a):
        raise ValueError(f"got {a}")

    assert answered(fails, 3)["error"] == ["error", "ValueError", fails.__code__.co_firstlineno + 1, "got 3"]


class Heard:
    """Stands for the socket to which a kernel's sending thread writes; keeps the messages."""

    context = zmq.Context.instance()

    def __init__(self):
        self.messages = []

    def send_multipart(self, message, **_):
        self.messages.append(message)

    def texts(self, stream):
        """Return what a stream has sent, piece by piece: a flush puts it in line to be sent, a second one comes after that."""
        stream.flush()
        stream.flush()
        return [json.loads(message[-1])["text"] for message in self.messages]


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def stream(heard):
    thread = IOPubThread(heard)
    thread.start()
    yield PiecewiseStream(Session(key=b"any"), thread, "stdout", watchfd=False)
    thread.stop()


def test_long_output_is_sent_in_pieces(stream, heard, monkeypatch):
    monkeypatch.setattr(output, "PATIENCE", SECONDS)
    assert stream.write("x" * (3 * PIECE + 5)) == 3 * PIECE + 5
    wait_until(lambda: len(heard.messages) == 3)  # before anybody has asked
    assert heard.texts(stream) == ["x" * PIECE] * 3 + ["x" * 5]


def test_who_writes_may_hold_what_the_sending_thread_waits_for(stream, heard, monkeypatch):
    """As a tracer does that prints in the middle of a wait of ipykernel's own."""
    monkeypatch.setattr(OutStream, "flush_timeout", 300)
    held = threading.Lock()
    with held:
        stream.pub_thread.schedule(lambda: held.acquire() and held.release())
        writes = threading.Thread(target=stream.write, args=("x" * 2 * PIECE,), daemon=True)
        writes.start()
        writes.join(120)
        came_back = not writes.is_alive()
    writes.join()
    assert came_back
    assert "".join(heard.texts(stream)) == "x" * 2 * PIECE


def test_the_sending_thread_can_write_itself(stream, heard):
    stream.pub_thread.schedule(lambda: stream.write("x" * PIECE))
    assert heard.texts(stream) == ["x" * PIECE]


if os.name == "posix":
    LIMITED = """
import json, os, resource
from course_utils.grading.inside.launch import limit
limit()
names = ("AS", "FSIZE", "CPU", "NOFILE", "CORE")
limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
print(json.dumps([limits, [name for name in os.environ if name.startswith("SEALED")]]))
"""

    def test_limits_are_set_and_cannot_be_raised():
        limits = Limits(memory_bytes=4 * 2**30, file_bytes=2**20, notebook_seconds=100)
        environment = os.environ | {f"SEALED_{name}": str(most) for name, most in limits.of_the_system().items()}
        command = [sys.executable, "-c", LIMITED]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
        found, left = json.loads(done.stdout)
        expected = {"AS": 8 * 2**30, "FSIZE": 2**20, "CPU": 400, "NOFILE": 256, "CORE": 0}
        if sys.platform != "linux":  # macOS has no limit on memory
            del expected["AS"], found["AS"]
        assert found == {name: [most, most] for name, most in expected.items()}
        assert left == []
