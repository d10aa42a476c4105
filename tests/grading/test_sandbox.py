"""A kernel for code nobody trusts: what it is started with, and what becomes of a cell that it does not come back from.

Without the kernel itself, so that each test takes a few hundredths of a second; tests/sandbox has real ones.
"""

import json
import os
import queue
from pathlib import Path

import pytest
from zmq.constants import SocketOption

from course_utils.grading import sandbox
from course_utils.grading.limits import LARGEST_MESSAGE, Limits
from course_utils.grading.sandbox import INSIDE, SealedKernel

ALLOWED = {
    "PATH", "HOME", "USER", "LANG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "IPYTHONDIR", "MPLCONFIGDIR", "MPLBACKEND",
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE",
}  # fmt: skip


class Client:
    """Says to each cell what the test has put there for it, and nothing more."""

    def __init__(self, answers):
        self.answers, self.now = answers, []

    def execute(self, source, **_):
        self.now = list(self.answers.get(source, [IDLE] if source == INSIDE else []))
        return "request"

    def get_iopub_msg(self, timeout):
        if not self.now:
            raise queue.Empty
        kind, content = self.now.pop(0)
        return {"header": {"msg_type": kind}, "msg_type": kind, "content": content, "parent_header": {"msg_id": "request"}}

    def get_shell_msg(self, timeout):
        raise queue.Empty

    def start_channels(self):
        pass

    def stop_channels(self):
        pass

    def wait_for_ready(self, timeout):
        pass


IDLE = ("status", {"execution_state": "idle"})


class Manager:
    """Stands for jupyter_client's: notes what it is asked for."""

    log, answers, alive = [], {}, True

    def __init__(self, kernel_name, kernel_spec_manager, transport, connection_file, ip=None):
        self.command = kernel_spec_manager.get_kernel_spec(kernel_name).argv
        self.run = Path(connection_file).parent

    def start_kernel(self, **how):
        self.log.append(("start", self.command, how, self.run))

    def client(self, context):
        self.log.append(("messages of at most", context.getsockopt(SocketOption.MAXMSGSIZE)))
        return Client(self.answers)

    def is_alive(self):
        return self.alive

    def interrupt_kernel(self):
        self.log.append(("interrupt",))

    def shutdown_kernel(self, now):
        self.log.append(("shut down",))


class Processes:
    """Stands for the watch."""

    log, ended_for = [], ""

    def __init__(self, limits):
        self.log.append(("limits", limits))

    def watch(self, folder):
        self.log.append(("watch", folder))

    def end(self):
        self.log.append(("end",))


@pytest.fixture
def machine(monkeypatch):
    """Return what sets what the kernel answers, and how it does; notes what is asked of the machine."""
    log = []
    for stand_in in (Manager, Processes):
        monkeypatch.setattr(stand_in, "log", log)
        monkeypatch.setattr(sandbox, {"Manager": "KernelManager"}.get(stand_in.__name__, stand_in.__name__), stand_in)
    monkeypatch.setattr(sandbox, "GRACE", 0.05)
    monkeypatch.setattr(sandbox, "sealed_here", lambda: False)

    def says(alive=True, ended_for="", **answers):
        monkeypatch.setattr(Manager, "answers", answers)
        monkeypatch.setattr(Manager, "alive", alive)
        monkeypatch.setattr(Processes, "ended_for", ended_for)

    says.log = log
    return says


def noted(machine, what):
    return [told[1:] for told in machine.log if told[0] == what]


def test_nothing_of_this_process_is_handed_on(machine, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    monkeypatch.setenv("PYTHONSTARTUP", "/home/lecturer/startup.py")
    limits = Limits(notebook_seconds=60, memory_bytes=2**30, file_bytes=2**20)
    with SealedKernel(limits) as kernel:
        assert not kernel.sealed
    ((_, how, _),) = noted(machine, "start")
    told = {name: value for name, value in how["env"].items() if not name.startswith("SEALED_")}
    assert told.keys() <= ALLOWED
    assert str(Path.home()) not in told.values()
    assert how["env"]["PATH"] == os.defpath
    assert {name: value for name, value in how["env"].items() if name.startswith("SEALED_")} == {
        "SEALED_AS": str(2**31),
        "SEALED_FSIZE": str(2**20),
        "SEALED_CPU": "240",
        "SEALED_NOFILE": "256",
        "SEALED_CORE": "0",
    }
    assert how["cwd"] == how["env"]["HOME"]


def test_the_kernel_is_the_sealed_one_with_its_own_package(machine):
    with SealedKernel(Limits()):
        ((command, how, _),) = noted(machine, "start")
        assert command[1:4] == ["-P", "-m", "course_utils.grading.inside.launch"]
        package = Path(how["env"]["PYTHONPATH"]) / "course_utils"
        assert (package / "grading" / "inside" / "launch.py").exists()
        assert not (package / "grading" / "running.py").exists()
        assert "--IPKernelApp.outstream_class=course_utils.grading.inside.output.PiecewiseStream" in how["extra_arguments"]
        assert noted(machine, "messages of at most") == [(LARGEST_MESSAGE,)]


def test_where_there_are_walls_it_runs_behind_them(machine, monkeypatch):
    walls = []
    monkeypatch.setattr(sandbox, "sealed_here", lambda: True)
    monkeypatch.setattr(sandbox, "behind_walls", lambda *told: walls.append(told) or ["walls", *told[2]])
    with SealedKernel(Limits()) as kernel:
        assert kernel.sealed
    ((command, how, run),) = noted(machine, "start")
    assert command[0] == "walls"
    ((package, seen, _),) = walls
    assert (package.name, seen) == ("package", run)
    assert (how["env"]["HOME"], how["env"]["PYTHONPATH"]) == ("/tmp/work", "/course")
    assert noted(machine, "watch") == [(run,)]


def test_all_is_watched_with_the_limits_and_ended_and_nothing_is_left(machine):
    limits = Limits(processes=7)
    with SealedKernel(limits):
        assert noted(machine, "limits") == [(limits,)]
        ((_, how, run),) = noted(machine, "start")
        assert noted(machine, "watch") == [(Path(how["cwd"]),)]
        assert run.exists()
    assert [told[0] for told in machine.log][-2:] == ["shut down", "end"]
    assert not run.parent.exists()


def test_a_kernel_that_does_not_start_leaves_nothing(machine, monkeypatch):
    monkeypatch.setattr(Client, "wait_for_ready", lambda self, timeout: 1 / 0)
    with pytest.raises(ZeroDivisionError), SealedKernel(Limits()):
        pass
    ((_, _, run),) = noted(machine, "start")
    assert machine.log[-1] == ("end",)
    assert not run.parent.exists()


def test_a_new_start_is_in_a_new_folder_and_ends_the_old_one(machine):
    with SealedKernel(Limits()) as kernel:
        kernel.start()
        (_, first, first_run), (_, second, second_run) = noted(machine, "start")
        assert first["cwd"] != second["cwd"]
        assert first_run != second_run
        assert [told[0] for told in machine.log if told[0] in ("start", "end")] == ["start", "end", "start"]


@pytest.mark.parametrize(
    ("answers", "alive", "ended_for", "ended", "reason"),
    [
        ({"cell": [IDLE]}, True, "", "well", ""),
        ({"cell": [IDLE]}, True, "it used too much memory", "well", ""),
        ({"None": [IDLE]}, True, "", "time", "it took too long"),  # it comes back after an interruption
        ({}, True, "", "died", "it took too long"),
        ({}, False, "", "died", "the kernel ended"),
        ({}, False, "it used too much memory", "died", "it used too much memory"),
        ({"cell": [("stream", {})]}, True, "", "died", "the kernel answered with something that is no message (KeyError)"),
    ],
)
def test_how_a_cell_ends(machine, answers, alive, ended_for, ended, reason):
    machine(alive, ended_for, **answers)
    with SealedKernel(Limits()) as kernel:
        ran = kernel.run("cell", 0.05)
    assert (ran.ended, ran.reason) == (ended, reason)
    assert bool(noted(machine, "interrupt")) == (reason == "it took too long")


def test_specs_tell_jupyter_to_interrupt_by_a_message(machine):
    """A signal would not go through the walls."""
    with SealedKernel(Limits()):
        ((_, _, run),) = noted(machine, "start")
        (spec,) = run.parent.glob("kernels/*/kernel.json")
        assert json.loads(spec.read_text("utf-8"))["interrupt_mode"] == "message"
