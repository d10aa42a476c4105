"""A painting that is watched: what the page shows meanwhile, what stays of it, and what stops it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ipywidgets import HTML, Button
from jupyter_client.manager import start_new_kernel

from course_utils import plots
from course_utils.plots import growing

WORDS = "A description that is long enough to tell somebody what the figure shows."


class Painter:
    """Paints without a network: the picture is one grey level lighter after each step, and costs less."""

    def __init__(self, meanwhile=lambda step: None):
        self.settings = SimpleNamespace(alpha=10.0, beta=40.0)
        self.history, self.ended, self.closed = [], None, False
        self.meanwhile = meanwhile  # what happens while a step is done

    @property
    def picture(self):
        return np.full((6, 8, 3), min(len(self.history), 255), np.uint8)

    def paint(self, steps, *, tolerance):
        try:
            for step in range(1, steps + 1):
                self.meanwhile(step)
                costs = SimpleNamespace(total=50.0 / step, content=1.0 / step, style=1.0 / step)
                self.history.append(SimpleNamespace(seconds=step, longer_side=8, costs=costs))
                yield self.picture
            self.ended = "steps"
        finally:
            self.closed = True


@pytest.fixture
def page(monkeypatch):
    """What is put into the page, and whether it was taken away again."""
    shown = SimpleNamespace(boxes=[], cleared=0)
    monkeypatch.setattr(growing, "display", shown.boxes.append)

    def clear(wait):
        shown.cleared += 1

    monkeypatch.setattr(growing, "clear_output", clear)
    return shown


def watch(painter, steps=5, **more):
    return plots.watch(painter, steps, "finding", WORDS, **more)


def test_the_figure_shows_the_last_picture_and_all_costs(page):
    figure = watch(Painter(), beside={"C": np.zeros((4, 4, 3), np.uint8)})
    large, small, curves = figure.axes
    assert (large.images[0].get_array() == 5).all()
    assert small.get_title() == "C"
    total, content, style = (line.get_ydata() for line in curves.lines)
    np.testing.assert_allclose(total, 50 / np.arange(1, 6))
    np.testing.assert_allclose(content, 10 / np.arange(1, 6))
    np.testing.assert_allclose(style, 40 / np.arange(1, 6))
    assert "J goes from 50 after step 1 to 10 after step 5." in figure.description
    assert " alpha J_content goes from 10 after" in figure.description
    assert page.cleared == 1


def test_the_page_shows_the_picture_as_it_grows(page):
    seen = []

    def look(step):
        button, image = page.boxes[0].children
        assert isinstance(button, Button)
        assert isinstance(image, HTML)
        seen.append(image.value)

    watch(Painter(look), 3)
    assert not seen[0].startswith("<img")
    assert seen[1].startswith('<img alt="A description')
    assert "after step 1." in seen[1]


def test_the_button_stops_it_and_the_best_picture_stays(page):
    def press(step):
        if step == 3:
            page.boxes[0].children[0].click()

    painter = Painter(press)
    figure = watch(painter, 100)
    assert len(painter.history) == 3
    assert painter.ended == "interrupted"
    assert painter.closed
    assert (figure.axes[0].images[0].get_array() == 3).all()


def test_an_interrupt_stops_it_likewise(page):
    def interrupt(step):
        if step == 3:
            raise KeyboardInterrupt

    painter = Painter(interrupt)
    figure = watch(painter, 100)
    assert painter.ended == "interrupted"
    assert (figure.axes[0].images[0].get_array() == 2).all()
    assert page.cleared == 1


def test_an_error_of_the_painter_is_told_and_the_page_is_tidy(page):
    def fail(step):
        raise MemoryError

    with pytest.raises(MemoryError):
        watch(Painter(fail))
    assert page.cleared == 1


def test_drawing_takes_a_small_part_of_the_time(page, monkeypatch):
    now = SimpleNamespace(time=0.0, drawn=0)

    def paint(step):
        now.time += 1

    def draw(*_):
        now.time += 0.5
        now.drawn += 1
        return plots.DescribedFigure(WORDS, (1, 1))

    monkeypatch.setattr(growing, "perf_counter", lambda: now.time)
    monkeypatch.setattr(growing, "_figure", draw)
    watch(Painter(paint), 80)
    assert 0.07 < 0.5 * now.drawn / now.time < 0.12


@pytest.mark.parametrize(("title", "argument"), [("short", "description"), ("steps", "steps")])
def test_what_cannot_be_is_refused_before_the_painting(title, argument, page):
    painter = Painter()
    with pytest.raises(ValueError, match=argument):
        plots.watch(painter, 0 if argument == "steps" else 3, title, "short" if argument == "description" else WORDS)
    assert not painter.history
    assert not page.boxes


SLOWLY = """
import time
from course_utils import plots
from tests.plots.test_growing import WORDS, Painter
painter = Painter(lambda step: time.sleep(0.1))
plots.watch(painter, 600, "finding", WORDS)
print(painter.ended, len(painter.history) < 600)
"""


@pytest.mark.slow
def test_the_button_is_heard_while_the_cell_still_runs(monkeypatch):
    """As JupyterLab sends it, in a subshell: the kernel's main thread is painting."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    manager, kernel = start_new_kernel(kernel_name="python3")
    try:
        kernel.control_channel.send(kernel.session.msg("create_subshell_request", {}))
        subshell = kernel.get_control_msg(timeout=60)["content"]["subshell_id"]
        kernel.execute(SLOWLY)
        said = ""
        while True:
            message = kernel.get_iopub_msg(timeout=60)
            content, kind = message["content"], message["msg_type"]
            if kind == "comm_open" and content["data"]["state"].get("_model_name") == "ButtonModel":
                button = content["comm_id"]
            elif kind == "comm_msg" and "<img" in str(content["data"]):  # the first picture is there
                click = {"method": "custom", "content": {"event": "click"}}
                message = kernel.session.msg("comm_msg", {"comm_id": button, "data": click})
                message["header"]["subshell_id"] = subshell
                kernel.shell_channel.send(message)
            elif kind == "stream":
                said += content["text"]
            elif kind == "error":
                pytest.fail(content["evalue"])
            if "True" in said or "False" in said:
                break
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)
    assert said == "interrupted True\n"
