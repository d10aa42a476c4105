"""The rules by which a notebook is graded: what runs, what is judged, and what a kernel in trouble costs.

In a kernel that is no process of its own, so that each takes a few hundredths of a second.
"""

import contextlib
import io
import json
import traceback

import IPython.display
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, output_from_msg

from course_utils.feedback.bank import find
from course_utils.feedback.checking import Trials, judge
from course_utils.grading import running
from course_utils.grading.inside import answers, handed_over
from course_utils.grading.inside.handed_over import MIME
from course_utils.grading.limits import LARGEST_OUTCOME, MORE_SECONDS, MOST_STARTS, Limits
from course_utils.grading.listening import Ran
from course_utils.grading.running import Graded, grade_notebook, seed_of, unreadable
from course_utils.grading.submission import Flag
from course_utils.grading.wire import encode
from tests.grading.corpus.courses import SOLUTIONS, named

SECRET = b"0123456789abcdef0123456789abcdef"
EUCLIDEAN, GRAM = SOLUTIONS["euclidean"], SOLUTIONS["gram_matrix"]


REASONS = {"died": "the kernel ended", "time": "it took too long"}


class EndedError(BaseException):
    """What stops the cell then."""


class Kernel:
    """Runs cells in this process, and dies or forgets the time when a cell says so."""

    log: list  # of all that any of them was told to do
    sealed = True
    takes = 0.0  # seconds that each cell and each start have

    def __init__(self, limits):
        self.limits, self.seconds = limits, 0.0

    def __enter__(self):
        self.start(60)
        return self

    def __exit__(self, *_):
        self.log.append("over")

    def start(self, seconds):
        assert seconds > 0
        self.log.append("start")
        self.seconds += min(self.takes, seconds)
        self.scope = {"ends": self.ends, "log": self.log, "takes_memory": self.takes_memory}
        self.over = ""
        self.ended = ""
        handed_over.FUNCTIONS.clear()

    def takes_memory(self):
        """What a function calls that leaves too much behind, which is noticed a moment later."""
        self.over = "it used too much memory"
        raise MemoryError

    def ends(self, how):
        """What a cell or a function calls to get its kernel into trouble: "died" or "time"."""
        self.ended = how
        raise EndedError

    def look(self):
        reason, self.over = self.over, ""
        return reason

    def run(self, source, seconds):
        assert self.scope is not None, "this kernel is dead"
        assert 0 < seconds <= max(self.limits.cell_seconds, 100)
        self.seconds += min(self.takes, seconds)
        ran, printed = Ran(), io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(source, self.scope)
        except BaseException as error:
            ran.ended = "error"
            lines = traceback.format_exception(error)
            ran.outputs.append(output("error", ename=type(error).__name__, evalue=str(error), traceback=lines))
        ran.outputs += [output("display_data", data=data, metadata={}) for data in displayed]
        displayed.clear()
        if printed.getvalue():
            ran.outputs.append(output("stream", name="stdout", text=printed.getvalue()))
        if self.ended:
            ran.ended, ran.reason, self.ended = self.ended, REASONS[self.ended], ""
        if ran.ended == "died":
            self.scope = None
        return ran


displayed = []


def output(kind, **content):
    return output_from_msg({"header": {"msg_type": kind}, "content": content})


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    Kernel.log, Kernel.takes = [], 0.0
    monkeypatch.setattr(running, "SealedKernel", Kernel)
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: displayed.append(data))
    return Kernel


def notebook(*cells, euclidean=EUCLIDEAN, gram_matrix=GRAM):
    """Return a restored notebook: imports, cells of the student's own, two answers, each with its check."""
    own = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return new_notebook(
        cells=[
            new_markdown_cell("# A set"),
            new_code_cell("import numpy as np"),
            *own,
            named(new_code_cell(euclidean), "euclidean", solution=True),
            named(new_code_cell('check("euclidean", euclidean)'), "check-euclidean", points=2),
            named(new_code_cell(gram_matrix), "gram_matrix", solution=True),
            named(new_code_cell('check("gram_matrix", gram_matrix)'), "check-gram_matrix", points=3),
        ]
    )


def graded(*cells, student="rosa", limits=None, **answered):
    return grade_notebook(notebook(*cells, **answered), "01", student, SECRET, limits)


def right(result):
    return {name.removeprefix("check-") for name, is_right in result.right.items() if is_right}


BOTH = {"euclidean", "gram_matrix"}


# ---- What is judged ----


def test_right_answers_are_right_and_nothing_is_flagged():
    result = graded()
    assert right(result) == BOTH
    assert result.messages == {"check-euclidean": "euclidean: Right.", "check-gram_matrix": "gram_matrix: Right."}
    assert result.outputs[3][0].text == "euclidean: Right.\n"
    assert (result.flags, result.sealed) == ([], True)


def test_a_mistake_is_named_and_counts_as_an_error():
    result = graded(euclidean="def euclidean(a, b):\n    return ((a - b) ** 2).sum(axis=-1)")
    assert right(result) == {"gram_matrix"}
    assert "squared distance" in result.messages["check-euclidean"]
    (told,) = result.outputs[3]
    assert (told.output_type, told.evalue) == ("error", result.messages["check-euclidean"])  # nbgrader: an error is no points


@pytest.mark.parametrize(
    "answer",
    [
        "def euclidean(a, b):\n    raise NotImplementedError()",
        "def another(a, b):\n    return a",
        "def euclidean(a, b:",
        "ends('time')",
        "ends('died')",
        "euclidean = 3",
        "def euclidean(a, b):\n    ends('time')",
        "def euclidean(a, b):\n    ends('died')",
        "def euclidean(a, b):\n    return ...",
    ],
)
def test_what_cannot_be_judged_is_not_right_and_the_rest_is_judged(answer):
    result = graded(euclidean=answer)
    assert result.right == {"check-euclidean": False, "check-gram_matrix": True}
    assert "euclidean" in result.messages["check-euclidean"]
    assert result.outputs[3][0].output_type == "error"


def test_a_function_that_is_not_there_is_told_and_no_matter_for_a_human():
    result = graded(euclidean="def another(a, b):\n    return a")
    assert "there is no function euclidean to judge" in result.messages["check-euclidean"]
    assert result.flags == []


def test_a_check_is_in_our_own_words_whatever_the_student_calls_check():
    result = graded("def check(*_):\n    raise ValueError\ndef hint(*_):\n    raise ValueError", euclidean="euclidean = 3")
    assert right(result) == {"gram_matrix"}


def test_the_answers_to_the_visible_inputs_by_heart_earn_nothing():
    exercise = find("euclidean")
    known = {
        b"".join(argument.tobytes() for argument in arguments): exercise.solution(*arguments).tolist()
        for arguments in exercise.probes(np.random.default_rng(0))
    }
    by_heart = f"def euclidean(*inputs):\n    return {known!r}[b''.join(x.tobytes() for x in inputs)]"
    scope = {}
    exec(by_heart, scope)
    assert judge(exercise, scope["euclidean"]).right  # in the notebook it passes
    assert right(graded(euclidean=by_heart)) == {"gram_matrix"}


def inputs_of(student):
    """Return what the function of a student was called with."""
    del Kernel.log[:]
    notes = EUCLIDEAN.replace("):\n", "):\n    log.append(a.tobytes())\n")
    assert right(graded(euclidean=notes, student=student)) == BOTH
    return {told for told in Kernel.log if isinstance(told, bytes) and len(told) > 16}


def test_two_students_get_other_inputs_and_each_the_same_again():
    assert inputs_of("rosa") == inputs_of("rosa")
    assert not inputs_of("rosa") & inputs_of("li")


def test_each_secret_assignment_student_and_exercise_has_a_seed_of_its_own():
    names = [(s, a, p, e) for s in (b"a", b"b") for a in ("01", "02") for p in ("x", "y", "xf") for e in ("f", "g", "")]
    assert len({seed_of(*each) for each in names}) == len(names)
    assert seed_of(b"a", "01", "x", "f") == seed_of(b"a", "01", "x", "f")


# ---- What the sealed process says ----


VALUE = {"value": encode(np.zeros(2)), "arguments": []}


@pytest.mark.parametrize(
    "said",
    ["", "no JSON", "[" * 100_000, "3", "{}", "[]", json.dumps([VALUE]), '{"value": 3}', '{"value": null}',
     '{"value": {"dtype": "O", "shape": [1], "base64": ""}}', '{"error": "time"}', '{"error": []}', '{"error": {}}',
     json.dumps(VALUE | {"arguments": "x" * LARGEST_OUTCOME})],
)  # fmt: skip
def test_what_is_no_answer_is_not_right_and_flagged(kernel, monkeypatch, said):
    monkeypatch.setattr(answers, "answer", lambda *_: displayed.append({MIME: said}))
    result = graded()
    assert right(result) == set()
    assert [flag.cell for flag in result.flags] == ["euclidean", "gram_matrix"]
    assert all("no answer" in flag.reason for flag in result.flags)


def test_an_answer_that_says_nothing_is_not_right(monkeypatch):
    monkeypatch.setattr(answers, "answer", lambda *_: None)
    assert right(graded()) == set()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (["error", "ValueError", 2, "not 7"], "ValueError in line 2: not 7"),
        (["error", "ValueError", 9427, "the input is 7"], "ValueError in line 9427: the input is 7"),
        (["error", "TheInputsWere7", "7", 7], "TheInputsWere7: ?"),
        (["error", "A\x1b[2J", None, "b\r\nc" + "x" * 1000], "A�[2J: b  c" + "x" * 195 + "…"),
        (["the inputs were 7", ["7"], True, "7"], "?: 7"),
        (["kind", "TheInputsWere7", None, ""], "returned an object of the type TheInputsWere7"),
    ],
)
def test_of_an_error_the_lecturer_is_told_all_and_the_student_nothing_that_could_carry_inputs(monkeypatch, error, told):
    monkeypatch.setattr(answers, "answer", lambda *_: displayed.append({MIME: json.dumps({"error": error})}))
    result = graded()
    assert result.errors == {"euclidean": told, "gram_matrix": told}
    for word in ("ValueError", "line", "7", "TheInputs", "9427"):
        assert word not in result.messages["check-euclidean"]
        assert word not in json.dumps(list(result.outputs.values()))
    assert "euclidean" in result.messages["check-euclidean"]


@pytest.mark.parametrize("line", [3, 3000])
@pytest.mark.parametrize("kind", ["ValueError", "TypeError", "KeyError", "type('Own', (Exception,), {})"])
def test_all_errors_look_the_same_to_the_student(line, kind):
    code = f"exec(compile('\\n' * {line} + 'raise {kind.replace(chr(39), chr(34))}', '<cell>', 'exec'))"
    result = graded(euclidean=f"def euclidean(a, b):\n    {code}")
    said = "euclidean stopped with an error on inputs that you do not see. Have you tried others than those of the notebook?"
    assert result.messages["check-euclidean"] == said
    assert result.flags == []


def test_that_nothing_is_written_yet_is_told():
    result = graded(euclidean="def euclidean(a, b):\n    raise NotImplementedError()")
    assert "not written yet" in result.messages["check-euclidean"]
    assert result.errors == {}


# ---- What is measured out here ----


SPOILS = "def euclidean(a, b):\n    d = np.sqrt(((a - b) ** 2).sum(axis=-1))\n    a *= 0\n    return d"


def test_a_function_that_spoils_its_input_is_seen_whatever_the_sealed_process_says_of_it(monkeypatch):
    """Its own notion of what is equal does not count."""
    monkeypatch.setattr("course_utils.feedback.calls._differ", lambda *_: False)
    result = graded(euclidean=SPOILS)
    assert "chang" in result.messages["check-euclidean"]


def test_who_meddles_with_what_calls_the_functions_is_flagged(monkeypatch):
    outcome = answers._outcome

    def forged(function, arguments, seconds):
        given = encode(arguments)
        return outcome(function, arguments, seconds) | {"arguments": given}

    monkeypatch.setattr(answers, "_outcome", forged)
    result = graded(euclidean=SPOILS)
    assert [(flag.cell, "was changed" in flag.reason) for flag in result.flags] == [("euclidean", True), ("gram_matrix", True)]


def test_each_call_has_its_time_measured_and_is_asked_for_by_itself(kernel, monkeypatch):
    asked, run = [], Kernel.run
    monkeypatch.setattr(
        Kernel, "run", lambda self, source, seconds: asked.append((source, seconds)) or run(self, source, seconds)
    )
    graded(limits=Limits(call_seconds=2))
    calls = [seconds for source, seconds in asked if ".answer(" in source]
    witnesses = [source for source, _ in asked if "witness" in source and ".answer(" in source]
    assert len(calls) == sum(len(Trials.of(find(name), 0).all) for name in SOLUTIONS) + len(witnesses)
    assert len(witnesses) == len(SOLUTIONS)
    assert set(calls) == {2 + MORE_SECONDS}


def test_all_is_on_the_notebooks_own_time(kernel):
    """Cells, starts, cells that run again, and calls."""
    kernel.takes = 3.0
    result = graded("log.append('before')", "ends('died')", limits=Limits(notebook_seconds=10, cell_seconds=9))
    assert right(result) == set()
    assert Kernel.log == ["start", "before", "start", "over"]
    assert {flag.reason.partition(":")[0] for flag in result.flags} == {"stopped", "not run"}


def test_calls_end_with_the_notebooks_time(kernel):
    kernel.takes = 1.0
    result = graded(limits=Limits(notebook_seconds=8))
    assert right(result) == set()
    assert any("used up its time" in flag.reason for flag in result.flags if flag.cell == "euclidean")


def test_a_function_that_changes_its_input_is_told_so():
    result = graded(euclidean="def euclidean(a, b):\n    a -= b\n    return np.sqrt((a**2).sum(axis=-1))")
    assert right(result) == {"gram_matrix"}
    assert "chang" in result.messages["check-euclidean"]


# ---- What runs ----


def test_experiments_and_texts_do_not_run_and_all_else_runs_in_order():
    experiment = new_code_cell("log.append('experiment')", metadata={"tags": ["experiment"]})
    assert right(graded("log.append(1)", experiment, new_markdown_cell("log.append(0)"), "log.append(2)")) == BOTH
    assert [told for told in Kernel.log if told != "over"] == ["start", 1, 2]


def test_what_a_cell_prints_is_shown_below_it_and_what_a_check_prints_is_not():
    result = graded("print('mine')\nraise ValueError('no')", euclidean=f"{EUCLIDEAN}\nprint('handed over')")
    assert [output.output_type for output in result.outputs[2]] == ["error", "stream"]
    assert result.outputs[2][1].text == "mine\n"
    assert [output.text for output in result.outputs[4]] == ["euclidean: Right.\n"]


def test_a_cell_over_its_time_is_told_and_the_next_one_runs():
    result = graded("ends('time')")
    assert right(result) == BOTH
    assert result.flags == [Flag("cell 3", "stopped: it took too long")]
    assert result.outputs[2][-1].evalue == "Stopped: it took too long."
    assert Kernel.log == ["start", "over"]


def test_a_kernel_that_died_starts_again_and_what_had_run_runs_again():
    result = graded("log.append('before')", "log.append('dies')\nends('died')", "log.append('after')")
    assert right(result) == BOTH
    assert result.flags == [Flag("cell 4", "stopped: the kernel ended")]
    assert Kernel.log == ["start", "before", "dies", "start", "before", "after", "over"]


def test_a_function_that_ends_the_kernel_costs_the_others_nothing():
    result = graded(euclidean="def euclidean(a, b):\n    ends('died')")
    assert right(result) == {"gram_matrix"}
    assert result.flags == [Flag("euclidean", "while it was judged: the kernel ended")]
    assert Kernel.log == ["start", "start", "over"]


@pytest.mark.parametrize("ending", ["", "takes_memory()", "ends('time')"])
def test_a_cell_that_leaves_too_much_behind_pays_for_it_and_not_the_next_one(ending):
    result = graded(f"try:\n    takes_memory()\nexcept MemoryError:\n    pass\n{ending}")
    assert right(result) == BOTH
    assert [(flag.cell, flag.reason) for flag in result.flags] == [("cell 3", "stopped: it used too much memory")]


@pytest.mark.parametrize("line", ["import torch_of_nobody", "!pip install torch\nimport torch_of_nobody"])
def test_what_was_done_of_a_stopped_cell_is_done_again_in_a_new_kernel(line):
    whole = notebook(f"{line}\nimport numpy as np", "ends('died')")
    whole.cells = [cell for cell in whole.cells if cell.source != "import numpy as np"]
    result = grade_notebook(whole, "01", "rosa", SECRET)
    assert right(result) == BOTH
    assert Kernel.log.count("start") == 2


def test_what_the_time_of_the_notebook_leaves_unjudged_is_told_as_such(kernel):
    kernel.takes = 1.0
    calls = len(Trials.of(find("euclidean"), 0).all)
    result = graded(limits=Limits(notebook_seconds=6.5 + calls))
    assert right(result) == {"euclidean"}
    assert result.messages["check-gram_matrix"] == f"gram_matrix could not be judged: {running.USED_UP}."
    assert Flag("gram_matrix", f"not judged: {running.USED_UP}") in result.flags


def test_who_leaves_too_much_behind_pays_for_it_and_not_the_next_one():
    result = graded(euclidean="def euclidean(a, b):\n    takes_memory()")
    assert right(result) == {"gram_matrix"}
    assert result.flags == [Flag("euclidean", "while it was judged: it used too much memory")]
    assert Kernel.log == ["start", "start", "over"]


def test_a_kernel_that_dies_again_and_again_is_left():
    result = graded(*["ends('died')"] * (MOST_STARTS + 2))
    assert right(result) == set()
    assert Kernel.log.count("start") == MOST_STARTS
    assert [flag.reason.partition(":")[0] for flag in result.flags] == ["stopped"] * MOST_STARTS + ["not run"] * 6


def test_a_kernel_that_cannot_come_back_is_left():
    result = graded("if 'start' in log[1:]:\n    ends('died')", "ends('died')")
    assert right(result) == set()
    assert Kernel.log.count("start") == 2


def test_a_notebook_that_has_used_up_its_time_runs_no_further_and_is_not_right():
    result = graded(limits=Limits(notebook_seconds=0))
    assert result.right == {"check-euclidean": False, "check-gram_matrix": False}
    assert {flag.reason.partition(":")[0] for flag in result.flags} == {"not run"}
    assert Kernel.log == ["start", "over"]


def test_no_cell_gets_more_than_its_seconds_or_than_the_notebook_has_left(kernel, monkeypatch):
    given, run = [], Kernel.run
    monkeypatch.setattr(Kernel, "run", lambda self, source, seconds: given.append(seconds) or run(self, source, seconds))
    graded(limits=Limits(cell_seconds=7, call_seconds=2))
    assert given[:5] == [7] * 5
    del given[:]
    graded(limits=Limits(notebook_seconds=3))
    assert max(given) <= 3 + MORE_SECONDS


def test_the_notebook_is_not_changed():
    book = notebook()
    before = json.dumps(book)
    grade_notebook(book, "01", "rosa", SECRET)
    assert json.dumps(book) == before


# ---- On its way ----


def test_what_was_graded_survives_as_text():
    result = graded("ends('time')", euclidean="euclidean = 3")
    assert Graded.from_json(result.to_json()) == result


def test_what_cannot_be_read_has_no_right_answer():
    result = unreadable(notebook(), "it is no notebook")
    assert result.right == {"check-euclidean": False, "check-gram_matrix": False}
    assert all(
        text == "The notebook that you handed in cannot be read: it is no notebook." for text in result.messages.values()
    )
    assert {outputs[0].output_type for outputs in result.outputs.values()} == {"error"}
    assert sorted(result.outputs) == [3, 5]


def test_what_is_defined_below_a_line_that_stops_its_cell_is_there():
    first = "import no_such_module\nlimit = 2\n\ndef helper(a):\n    '''Two lines\n    of words.'''\n    return a * limit / 2"
    result = graded(first, euclidean="def euclidean(a, b):\n    return helper(np.sqrt(((a - b) ** 2).sum(axis=-1)))")
    assert right(result) == BOTH


def test_what_a_cell_does_is_not_done_twice_because_it_stopped():
    graded("log.append('once')\nlog.append('never') if no_such_name else None")
    assert Kernel.log.count("once") == 1


def test_a_function_that_was_never_defined_is_told_with_the_cell_that_stopped():
    result = graded(euclidean="def euclidean(a, b:\n    return a")
    assert right(result) == {"gram_matrix"}
    assert [flag.cell for flag in result.flags] == ["euclidean"]
    assert "not come to its end: cell" in result.flags[0].reason
