"""What a learner sees: the report of a check, the ladder of hints, and never a traceback of ours."""

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.feedback import NotYetRight, check, hint, notebook
from course_utils.feedback.bank import every_exercise

EUCLIDEAN = every_exercise()["euclidean"]


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr(notebook, "REMEMBERED", tmp_path / "cache" / "hints.json")


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


@pytest.mark.parametrize("content", ["", "{", "[]", '{"euclidean": "two"}', '{"euclidean": -3}', "\x00"])
def test_a_damaged_memory_counts_as_none(capsys, content):
    notebook.REMEMBERED.parent.mkdir()
    notebook.REMEMBERED.write_text(content)
    hint("euclidean")
    assert capsys.readouterr().out.startswith("Hint 1 of 4")


def test_a_name_that_is_no_exercise_is_told_with_the_nearest():
    for function in (hint, lambda name: check(name, len)):
        with pytest.raises(ValueError, match="Did you mean 'gram_matrix'"):
            function("gram_matrx")


@pytest.mark.slow
def test_in_a_notebook_nothing_but_the_text_is_shown():
    cell = nbformat.v4.new_code_cell(
        'from course_utils.feedback import check\ncheck("euclidean", lambda a, b: ((a - b) ** 2).sum(axis=-1))'
    )
    book = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(book, allow_errors=True, kernel_name="python3").execute()
    (output,) = book.cells[0].outputs
    assert output.ename == "NotYetRight"
    assert output.traceback == output.evalue.splitlines()
    assert "File" not in "".join(output.traceback)


@pytest.mark.parametrize("exercise", every_exercise().values(), ids=lambda exercise: exercise.name)
def test_hints_do_not_repeat_themselves_and_the_last_is_python(exercise):
    assert len(set(exercise.hints)) == 4
    compile("def f():\n" + "\n".join(f"    {line}" for line in exercise.hints[3].splitlines()), exercise.name, "exec")
