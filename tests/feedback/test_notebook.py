"""What a learner sees: the report of a check, the ladder of hints, the score, and never a traceback of ours."""

import re

import nbformat
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.feedback import NotYetRight, check, graded, hint, progress, score
from course_utils.feedback.bank import every_exercise

EUCLIDEAN = every_exercise()["euclidean"]


@pytest.fixture(autouse=True)
def nothing_done(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.NAMED_BY, str(tmp_path / "mine" / "progress.json"))


def test_a_right_answer_is_told_so(capsys):
    check("euclidean", EUCLIDEAN.solution)
    assert capsys.readouterr().out == "euclidean: Right.\n"


def test_a_wrong_answer_gets_what_is_well_the_mistake_and_where_hints_are():
    with pytest.raises(NotYetRight) as told:
        check("euclidean", EUCLIDEAN.wrong["no root"])
    lines = str(told.value).splitlines()
    assert lines[0] == "euclidean: not yet right."
    assert "the shape of the result" in lines[1]
    assert lines[2] == EUCLIDEAN.texts["no root"]
    assert lines[3] == 'Stuck? hint("euclidean") shows a question (hint 1 of 4).'


def test_hints_come_one_by_one_and_are_remembered(capsys):
    for number, text in enumerate(EUCLIDEAN.hints, 1):
        hint("euclidean")
        out = capsys.readouterr().out
        assert out.startswith(f"Hint {number} of 4")
        assert text in out
    hint("euclidean")
    assert EUCLIDEAN.hints[-1] in capsys.readouterr().out
    with pytest.raises(NotYetRight) as told:
        check("euclidean", None)
    assert "Stuck" not in str(told.value)  # there is no hint left


def test_each_exercise_has_a_ladder_of_its_own(capsys):
    hint("euclidean")
    hint("gram_matrix")
    out = capsys.readouterr().out
    assert out.count("Hint 1 of 4") == 2


def said_by(function, capsys, *arguments):
    function(*arguments)
    return capsys.readouterr().out


def test_any_hint_can_be_asked_for_by_its_number_and_going_back_loses_nothing(capsys):
    for number in (3, 1, 3, 2):
        assert EUCLIDEAN.hints[number - 1] in said_by(hint, capsys, "euclidean", number)
    assert said_by(hint, capsys, "euclidean").startswith("Hint 4 of 4, a solution")


def test_number_0_begins_anew(capsys):
    hint("euclidean", 4)
    hint("gram_matrix")
    assert "begins with the first" in said_by(hint, capsys, "euclidean", 0)
    assert said_by(hint, capsys, "euclidean").startswith("Hint 1 of 4")
    assert said_by(hint, capsys, "gram_matrix").startswith("Hint 2 of 4")


@pytest.mark.parametrize("number", [5, -1, 1.5, "2", True])
@pytest.mark.parametrize("ask", [hint, graded.hint])
def test_a_number_that_no_hint_has_is_refused(ask, number):
    with pytest.raises(ValueError, match="number: expected a whole number from 0 to 4, got"):
        ask("euclidean", number)
    assert progress.read() == {}


def test_a_name_that_is_no_exercise_is_told_with_the_nearest():
    for function in (hint, graded.hint, lambda name: check(name, len)):
        with pytest.raises(ValueError, match="Did you mean 'gram_matrix'"):
            function("gram_matrx")
        with pytest.raises(ValueError, match=r'score\("01"\) lists those of lesson 01'):
            function("zzzz")


def test_a_function_in_the_place_of_a_name_is_told_so():
    def gram_matrix(a):
        return a

    for name, meant in ((gram_matrix, "gram_matrix"), (len, "euclidean"), (None, "euclidean"), (["euclidean"], "euclidean")):
        with pytest.raises(ValueError, match=f'expected the name of an exercise in quotes, such as "{meant}", got'):
            hint(name)


def test_a_set_that_is_graded_keeps_the_solution_back(capsys):
    for number in (1, 2, 3, 4):
        out = said_by(graded.hint, capsys, "euclidean", number)
        assert EUCLIDEAN.hints[-1] not in out
        assert (EUCLIDEAN.hints[number - 1] in out) == (number < 4)
    for _ in range(3):  # the next one, and the next
        out = said_by(graded.hint, capsys, "euclidean")
        assert EUCLIDEAN.hints[2] in out
        assert "kept back" in out
    with pytest.raises(NotYetRight) as told:
        graded.check("euclidean", len)
    assert "solution" not in str(told.value)
    assert said_by(graded.check, capsys, "euclidean", EUCLIDEAN.solution) == "euclidean: Right.\n"


def test_what_the_last_check_said_is_kept(capsys):
    check("euclidean", EUCLIDEAN.solution)
    hint("euclidean")
    assert progress.read() == {"euclidean": progress.Done(right=True, hints=1)}

    def not_begun(a, b):
        raise NotImplementedError

    for answer, right in ((not_begun, True), (EUCLIDEAN.wrong["no root"], False), (not_begun, False)):
        with pytest.raises(NotYetRight):
            check("euclidean", answer)
        assert progress.read()["euclidean"] == progress.Done(right, hints=1)


def test_the_score_shows_points_what_is_open_and_the_model_answer(capsys):
    assert said_by(score, capsys) == "No points yet: they are counted in the exercises. The first set is exercises 01.\n"
    check("euclidean", EUCLIDEAN.solution)
    shown = said_by(score, capsys, "01")
    assert f"{EUCLIDEAN.points} of {EUCLIDEAN.points}  euclidean: right" in shown
    assert "error_rates: open" in shown
    assert "A model answer" in shown
    kept_back = said_by(graded.score, capsys, "01")
    assert "error_rates: open" in kept_back
    assert "A model answer" not in kept_back
    assert "kept back" in kept_back
    first, second, *_, last = said_by(score, capsys).splitlines()
    assert re.fullmatch(rf"01  distance and threshold +\[#+ +\]  {EUCLIDEAN.points} of \d+ points", first)
    assert re.fullmatch(r"02  .* \[ +\]  0 of \d+ points", second)
    assert str(progress.place()) in last


def test_a_terminal_shows_the_same():
    check("euclidean", EUCLIDEAN.solution)
    for arguments, words in ((["01"], "euclidean: right"), ([], "01  distance and threshold")):
        told = CliRunner().invoke(app, ["score", *arguments])
        assert told.exit_code == 0
        assert words in told.stdout
    told = CliRunner().invoke(app, ["score", "99"])
    assert told.exit_code == 2
    assert "'99' has no exercises; choose one of 01" in told.output


@pytest.mark.parametrize("lesson", ["10", 0, "one", "", None.__class__, "001", -1])
def test_a_lesson_without_a_set_is_told_with_those_that_have_one(lesson):
    with pytest.raises(ValueError, match="has no exercises; choose one of 01, 02"):
        score(lesson)


@pytest.mark.slow
def test_in_a_notebook_nothing_but_the_text_is_shown_and_the_model_answer_is_folded():
    code = (
        'check("euclidean", lambda a, b: ((a - b) ** 2).sum(axis=-1))',
        'hint("euclidaen")',
        'check("euclidaen", len)',
        'hint("euclidean", 7)',
        "score(99)",
        "score(1)",
    )
    first = nbformat.v4.new_code_cell("from course_utils.feedback import check, hint, score")
    book = nbformat.v4.new_notebook(cells=[first, *map(nbformat.v4.new_code_cell, code)])
    NotebookClient(book, allow_errors=True, kernel_name="python3").execute()
    _, *wrong, last = book.cells
    for cell in wrong:
        (output,) = cell.outputs
        assert output.traceback == output.evalue.splitlines()
    assert [cell.outputs[0].ename for cell in wrong] == ["NotYetRight", *["NotThere"] * 4]
    printed, *folded = last.outputs
    assert "A model answer" not in printed.text
    for output in folded:
        assert output.data["text/markdown"].startswith("<details><summary>")
        assert "**A model answer**" in output.data["text/markdown"]


@pytest.mark.parametrize("exercise", every_exercise().values(), ids=lambda exercise: exercise.name)
def test_hints_do_not_repeat_themselves_and_the_last_is_python(exercise):
    assert len(set(exercise.hints)) == 4
    compile("def f():\n" + "\n".join(f"    {line}" for line in exercise.hints[3].splitlines()), exercise.name, "exec")
