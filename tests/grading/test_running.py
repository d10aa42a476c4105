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
from course_utils.grading.inside.answers import MIME
from course_utils.grading.limits import MOST_STARTS, Limits
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

    def __init__(self, limits):
        self.limits = limits

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.log.append("over")

    def start(self):
        self.log.append("start")
        self.scope = {"ends": self.ends, "log": self.log}
        self.ended = ""
        handed_over.FUNCTIONS.clear()

    def ends(self, how):
        """What a cell or a function calls to get its kernel into trouble: "died" or "time"."""
        self.ended = how
        raise EndedError

    def run(self, source, seconds):
        assert self.scope is not None, "this kernel is dead"
        assert 0 < seconds <= max(self.limits.cell_seconds, 100)
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
    Kernel.log = []
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


VALUE = {"value": encode(np.zeros(2)), "changed": False}


@pytest.mark.parametrize(
    "said",
    ["", "no JSON", "[" * 100_000, "3", "{}", "[]", json.dumps([VALUE]), json.dumps([VALUE] * 1000), "[3]", '[{"value": 3}]',
     '[{"value": {"dtype": "O", "shape": [1], "base64": ""}}]', '[{"error": "time"}]', '[{"error": []}]', 7, None, ["[]"]],
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
        (["error", "ValueError", 2], "in line 2 with ValueError"),
        (["error", "ValueError", 999], "with ValueError"),
        (["error", "ValueError", "2 and the inputs were 7"], "with ValueError"),
        (["error", "TheInputsWere7", 2], "an error"),
        (["error", ["7"], True], "an error"),
        (["kind", "TheInputsWere7", None], "object"),
        (["kind", "str", None], "str"),
        (["the inputs were 7", "TheInputsWere7", None], "an error"),
    ],
)
def test_an_error_is_told_without_a_word_of_the_students_choice(monkeypatch, error, told):
    monkeypatch.setattr(answers, "answer", lambda *_: displayed.append({MIME: json.dumps([{"error": error}])}))
    message = graded().messages["check-euclidean"]
    assert told in message
    assert "7" not in message.replace("line 2", "")
    assert "999" not in message


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


def test_no_cell_and_no_call_gets_more_than_its_seconds(kernel, monkeypatch):
    given, run = [], Kernel.run
    monkeypatch.setattr(Kernel, "run", lambda self, source, seconds: given.append(seconds) or run(self, source, seconds))
    graded(limits=Limits(cell_seconds=7, call_seconds=2))
    calls = {name: len(Trials.of(find(name), 0).all) for name in SOLUTIONS}
    assert given == [7] * 5 + [2 * calls[name] + 5 for name in SOLUTIONS]
    del given[:]
    graded(limits=Limits(notebook_seconds=3))
    assert max(given) <= 3


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
