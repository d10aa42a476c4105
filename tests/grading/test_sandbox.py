"""A kernel for code nobody trusts: what it is started with, and what becomes of a cell that it does not come back from.

Without the processes themselves, so that each test takes a few hundredths of a second; tests/sandbox has real ones.
"""

import json
import os
from pathlib import Path

import pytest

from course_utils.grading import sandbox, walls
from course_utils.grading.limits import LARGEST_ANSWER, Limits
from course_utils.grading.listening import Ran
from course_utils.grading.sandbox import INSIDE, KernelError, SealedKernel

ALLOWED = {
    "PATH", "HOME", "USER", "LANG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "IPYTHONDIR", "MPLCONFIGDIR", "MPLBACKEND",
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE",
}  # fmt: skip


def line(**ran):
    """Return a line as the other process says it."""
    return json.dumps(vars(Ran(**ran)), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


WELL = line(seconds=1.0)


class Talker:
    """Stands for the process that talks to the kernel: notes what it is told, and says what the test has put there for it."""

    log, answers, pid = [], {}, 4711

    def __init__(self, command, **how):
        self.log.append(("talker", command, how))
        self.stdin = self.stdout = self
        self.said = b""

    def write(self, line):
        told = json.loads(bytes(line))
        self.log.append(("told", told))
        self.said = self.answers.get(told.get("source"), WELL)
        return len(line)

    def read(self, most):
        said, self.said = self.said[:most], self.said[most:]
        return said

    def kill(self):
        self.log.append(("kill",))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.log.append(("gone",))


class Processes:
    """Stands for the watch."""

    log, ended_for = [], ""

    def __init__(self, limits):
        self.log.append(("limits", limits))

    def watch(self, folder, spared):
        self.log.append(("watch", folder, spared))

    def expect_within(self, seconds):
        self.log.append(("expect", seconds))

    def end(self):
        self.log.append(("end",))


@pytest.fixture
def machine(monkeypatch):
    """Return what sets what the talker says, and what the watch has ended all for; notes what is asked of the machine."""
    log = []
    for stand_in in (Talker, Processes):
        monkeypatch.setattr(stand_in, "log", log)
    monkeypatch.setattr(sandbox.subprocess, "Popen", Talker)
    monkeypatch.setattr(sandbox, "Processes", Processes)
    monkeypatch.setattr(sandbox, "sealed_here", lambda: False)

    def says(ended_for="", **answers):
        monkeypatch.setattr(Talker, "answers", answers)
        monkeypatch.setattr(Processes, "ended_for", ended_for)

    says.log = log
    return says


def noted(machine, what):
    return [told[1:] for told in machine.log if told[0] == what]


def started(machine):
    """Return what the talkers were told of the kernels to start."""
    return [told for (told,) in noted(machine, "told") if "command" in told]


def test_nothing_of_this_process_is_handed_on_to_the_kernel(machine, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    monkeypatch.setenv("PYTHONSTARTUP", "/home/lecturer/startup.py")
    limits = Limits(notebook_seconds=60, memory_bytes=2**30, file_bytes=2**20)
    with SealedKernel(limits) as kernel:
        assert not kernel.sealed
    (told,) = started(machine)
    environment = told["environment"]
    own = {name: value for name, value in environment.items() if not name.startswith("SEALED_")}
    assert own.keys() <= ALLOWED
    assert str(Path.home()) not in own.values()
    assert environment["PATH"] == os.defpath
    assert {name: value for name, value in environment.items() if name.startswith("SEALED_")} == {
        "SEALED_AS": str(2**31),
        "SEALED_FSIZE": str(2**20),
        "SEALED_CPU": "240",
        "SEALED_NOFILE": "256",
        "SEALED_CORE": "0",
    }
    assert told["work"] == environment["HOME"]


def test_on_a_hub_nothing_runs_without_walls(machine, monkeypatch):
    """Student code could read the hub's token out of the variables of the process that grades, and act as the lecturer."""
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "a-token")
    monkeypatch.setattr(walls, "sealed_here", lambda: False)
    with pytest.raises(KernelError, match="token of the JupyterHub"), SealedKernel(Limits()):
        pass
    assert not machine.log


def test_the_kernel_is_the_sealed_one_with_its_own_package(machine):
    with SealedKernel(Limits()):
        (told,) = started(machine)
        assert told["command"][1:4] == ["-P", "-m", "course_utils.grading.inside.launch"]
        package = Path(told["environment"]["PYTHONPATH"]) / "course_utils"
        assert (package / "grading" / "inside" / "launch.py").exists()
        assert not (package / "grading" / "running.py").exists()
        assert "--IPKernelApp.outstream_class=course_utils.grading.inside.output.PiecewiseStream" in told["command"]


def test_it_is_talked_to_by_another_process(machine):
    with SealedKernel(Limits()) as kernel:
        kernel.run("a cell", 7)
    ((command, _),) = noted(machine, "talker")
    assert command[1:] == ["-P", "-m", "course_utils.grading.talking"]
    first, loads, cell = [told for (told,) in noted(machine, "told")]
    assert first["seconds"] == loads["seconds"]
    assert loads["source"] == INSIDE
    assert cell == {"source": "a cell", "seconds": 7}


def test_where_there_are_walls_it_runs_behind_them_and_has_no_folder_to_write_to(machine, monkeypatch):
    walls = []
    monkeypatch.setattr(sandbox, "sealed_here", lambda: True)
    monkeypatch.setattr(sandbox, "behind_walls", lambda *told: walls.append(told) or ["walls", *told[2]])
    with SealedKernel(Limits()) as kernel:
        assert kernel.sealed
    (told,) = started(machine)
    assert told["command"][0] == "walls"
    ((package, seen, _),) = walls
    assert (package.name, seen) == ("package", Path(told["connection"]).parent)
    assert (told["environment"]["HOME"], told["environment"]["PYTHONPATH"]) == ("/tmp/work", "/course")
    assert noted(machine, "watch") == [(None, Talker.pid)]


def test_all_is_watched_with_the_limits_and_ended_and_nothing_is_left(machine):
    limits = Limits(processes=7)
    with SealedKernel(limits):
        assert noted(machine, "limits") == [(limits,)]
        (told,) = started(machine)
        assert noted(machine, "watch") == [(Path(told["work"]), Talker.pid)]
        box = Path(told["connection"]).parents[1]
        assert box.exists()
    assert [told[0] for told in machine.log][-3:] == ["kill", "gone", "end"]
    assert not box.exists()


@pytest.mark.parametrize(
    "said",
    [
        {None: b""},
        {None: line(ended="died", reason="the kernel ended")},
        {INSIDE: line(ended="error")},
    ],
)
def test_a_kernel_that_does_not_start_is_told_and_leaves_nothing(machine, monkeypatch, said):
    monkeypatch.setattr(Talker, "answers", said)
    with pytest.raises(KernelError, match="cannot load"), SealedKernel(Limits()):
        pass
    (told,) = started(machine)
    assert machine.log[-1] == ("end",)
    assert not Path(told["connection"]).parents[1].exists()


def test_a_new_start_is_in_a_new_folder_and_ends_the_old_one(machine):
    with SealedKernel(Limits()) as kernel:
        kernel.start(20)
        first, second = started(machine)
        assert first["work"] != second["work"]
        assert first["connection"] != second["connection"]
        assert second["seconds"] == 20
        assert [told[0] for told in machine.log if told[0] in ("talker", "end")] == ["talker", "end", "talker"]


def test_what_it_has_had_is_added_up(machine):
    with SealedKernel(Limits()) as kernel:
        kernel.run("a cell", 7)
        assert kernel.seconds == 3.0  # the start, the loading, the cell


@pytest.mark.parametrize(
    ("said", "ended_for", "ended", "reason"),
    [
        (line(ended="time", reason="it took too long"), "", "time", "it took too long"),
        (line(ended="died", reason="the kernel ended"), "it used too much memory", "died", "it used too much memory"),
        (line(), "it used too much memory", "well", ""),
        (b"", "", "died", "it said too much"),
        (b"", "it took too long", "died", "it took too long"),
        (b'{"outputs": [', "", "died", "it said too much"),
        (b"x" * (LARGEST_ANSWER + 10) + b"\n", "", "died", "it said too much"),
    ],
)  # fmt: skip
def test_how_a_cell_ends(machine, said, ended_for, ended, reason):
    machine(ended_for, cell=said)
    with SealedKernel(Limits()) as kernel:
        ran = kernel.run("cell", 0.05)
    assert (ran.ended, ran.reason) == (ended, reason)


def test_nobody_waits_for_ever_for_who_says_nothing(machine):
    with SealedKernel(Limits()) as kernel:
        del machine.log[:]
        kernel.run("cell", 10)
    assert [told[0] for told in machine.log][:2] == ["expect", "told"]
    ((seconds,),) = noted(machine, "expect")
    assert 10 < seconds < 200


def test_halves_of_characters_come_through(machine):
    outputs = [{"output_type": "stream", "name": "stdout", "text": "é\ud83d😀"}]
    machine(cell=line(outputs=outputs))
    with SealedKernel(Limits()) as kernel:
        assert kernel.run("cell", 1).outputs == outputs
