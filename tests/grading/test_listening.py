"""What a kernel says is read to its end and no further: a flood, a silence and a nonsense end the listening."""

import queue
from itertools import count

import pytest

from course_utils.clock import Clock
from course_utils.grading.limits import FLOOD, LEAST_MESSAGE
from course_utils.grading.listening import ask

IDLE = ("status", {"execution_state": "idle"})
MEGABYTE = ("stream", {"name": "stdout", "text": "x" * 2**20})


class Client:
    """A kernel's client that has heard what a test says."""

    def __init__(self, said, replied=False):
        self.said, self.replied, self.asked = iter(said), replied, []

    def execute(self, source, **options):
        self.asked.append((source, options))
        return "this request"

    def get_iopub_msg(self, timeout):
        said = next(self.said, None)
        if said is None:
            raise queue.Empty
        kind, content, *request = said
        parent = {"msg_id": request[0] if request else "this request"}
        return {"header": {"msg_type": kind}, "msg_type": kind, "content": content, "parent_header": parent}

    def get_shell_msg(self, timeout):
        if not self.replied:
            raise queue.Empty
        self.replied = False
        return {"parent_header": {"msg_id": "this request"}}


def heard(*said, seconds=60, alive=True, replied=False, clock=None):
    return ask(Client(said, replied), lambda: alive, "a cell", seconds, clock or Clock(lambda: 0.0))


def texts(ran):
    return "".join(output["text"] for output in ran.outputs)


def test_all_is_heard_until_the_kernel_is_idle():
    ran = heard(("stream", {"name": "stdout", "text": "one "}), ("stream", {"name": "stdout", "text": "two"}), IDLE, MEGABYTE)
    assert (ran.ended, ran.reason, texts(ran)) == ("well", "", "one two")


def test_an_error_is_told_and_kept():
    ran = heard(("error", {"ename": "ValueError", "evalue": "no", "traceback": []}), IDLE)
    assert (ran.ended, ran.reason, ran.outputs[0]["ename"]) == ("error", "", "ValueError")


def test_what_an_earlier_cell_says_is_not_heard():
    ran = heard(("stream", {"name": "stdout", "text": "late"}, "another request"), ("status", IDLE[1], "another request"), IDLE)
    assert (ran.ended, ran.outputs) == ("well", [])


@pytest.mark.parametrize("kind", ["stream", "display_data", "update_display_data", "comm_msg"])
def test_a_flood_is_stopped_and_little_of_it_kept(kind):
    content = MEGABYTE[1] if kind == "stream" else {"data": {"text/plain": "x" * 2**20}, "metadata": {}}
    ran = heard(*[(kind, content)] * (FLOOD // 2**20 + 5), IDLE)
    assert (ran.ended, ran.reason) == ("output", "too much output")
    assert len(str(ran.outputs)) <= FLOOD + 2**20


def test_many_messages_are_a_flood_though_there_is_little_in_them():
    ran = heard(*[("display_data", {"data": {}})] * (FLOOD // LEAST_MESSAGE + 5), IDLE)
    assert (ran.ended, ran.reason) == ("output", "too much output")


def test_what_is_kept_of_a_message_is_texts_and_nothing_that_is_nested_in_it():
    deep = {"a": [{"b": []}]}
    data = {"text/plain": "x", "image/png": deep, "application/json": deep, "text/html": "<b>", "a": "b"}
    display = ("display_data", {"data": data, "metadata": deep, "transient": deep})
    error = {"ename": "E", "evalue": "v", "traceback": ["line"] * 5000, "more": deep}
    ran = heard(("stream", {"name": deep, "text": "t"}), display, ("error", error), IDLE)
    assert ran.outputs == [
        {"output_type": "stream", "name": "stdout", "text": "t"},
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "x"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["line"] * 1000},
    ]


def test_as_much_as_is_allowed_is_no_flood():
    ran = heard(*[MEGABYTE] * (FLOOD // 2**20 - 1), IDLE)
    assert (ran.ended, len(texts(ran))) == ("well", FLOOD - 2**20)


def test_a_reply_without_the_end_of_the_output_means_that_a_message_was_too_large(monkeypatch):
    monkeypatch.setattr("course_utils.grading.listening.GRACE", 0.0)
    assert heard(replied=True).reason == "too much output"


def test_an_endless_cell_ends_with_its_time():
    each_look_takes = Clock(lambda: 0.0, count(0, 0.01).__next__)
    ran = heard(("stream", {"name": "stdout", "text": "on and on"}), seconds=0.05, clock=each_look_takes)
    assert (ran.ended, ran.reason, texts(ran)) == ("time", "it took too long", "on and on")
    assert ran.seconds >= 0.05


def test_a_kernel_that_is_gone_is_not_waited_for():
    assert heard(alive=False).reason == "the kernel ended"


@pytest.mark.parametrize(
    "said",
    [
        *(("stream", {}), ("stream", {"name": "stdout", "text": {}}), ("status", {}), ("display_data", None)),
        *(("display_data", {"data": [3]}), ("error", 3), ("error", {"ename": 3, "evalue": "", "traceback": []})),
    ],
)
def test_what_is_no_message_ends_the_kernel_and_not_the_grading(said):
    ran = heard(said, IDLE)
    assert ran.ended == "died"
    assert "no message" in ran.reason


def test_a_cell_may_not_ask_and_an_error_stops_no_later_cell():
    client = Client([IDLE])
    ask(client, lambda: True, "a cell", 1, Clock(lambda: 0.0))
    assert client.asked == [("a cell", {"silent": False, "allow_stdin": False, "stop_on_error": False})]
