"""Tests of course_utils.grading.collecting: everybody's own notebook in everybody's own place, whatever packed it."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from course_utils.errors import DataError
from course_utils.grading.collecting import collect, named_cells
from course_utils.grading.folders import handed_in
from course_utils.grading.locking import LOCK
from course_utils.grading.roster import read_roster
from tests.grading.corpus.courses import new_gradebook, write_release

SET = "03_exercises"
MOODLE = (
    "first name,last name,ID number,email address,identifier\n"
    "Anna Maria,Schmidt,1001,anna@uni.example,Participant 123456\n"
    "José,Müller,1002,jose@uni.example,Participant 123457\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n"
    '"Schmidt, Anna",98765,1001,aschmidt,A\n'
    '"O\'Neill-Müller, José",98766,1002,jmueller,A\n'
)


def notebook(text="answer", cells=("euclidean", "check-euclidean")):
    """Return a notebook with nbgrader's names in its cells."""
    marked = [{"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade_id": name}}} for name in cells]
    return json.dumps({"cells": marked, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path / "course", SET, notebook("raise NotImplementedError()"))


def packed(tmp_path, files, name="download.zip"):
    """Write a zip with these files and return its path."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, content in files.items():
            archive.writestr(inner, content)
    return path


def roster(tmp_path, text, encoding="utf-8"):
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    return read_roster(tmp_path / "roster.csv")


def submitted(root):
    """Return what was collected: the source of the first cell, by student."""
    found = {}
    for path in root.glob("submitted/*/*/*.ipynb"):
        assert path.parent.name == SET
        assert path.name == f"{SET}.ipynb"
        assert (path.parent / "timestamp.txt").exists()
        found[path.parent.parent.name] = json.loads(path.read_bytes())["cells"][0]["source"]
    return found


@pytest.mark.parametrize(
    "file",
    [
        "Anna Maria Schmidt_123456_assignsubmission_file_03_exercises.ipynb",
        "Anna Maria Schmidt_123456_assignsubmission_file_my work (1).ipynb",
        "Anna Maria Schmidt_123456_assignsubmission_file_/03_exercises.ipynb",
        "Anna Maria Schmidt_123456_assignsubmission_file/homework.ipynb",
        "Participant 123456_123456_assignsubmission_file_03_exercises.ipynb",
        "all of them/Anna Maria Schmidt_999_assignsubmission_file_03_exercises.ipynb",
    ],
)
def test_a_file_from_moodle_finds_its_student(tmp_path, root, file):
    done = collect(packed(tmp_path, {file: notebook()}), root, SET, roster(tmp_path, MOODLE))
    assert done.refused == []
    assert done.collected == ["1001"]
    assert done.missing == ["1002"]
    assert submitted(root) == {"1001": "answer"}


@pytest.mark.parametrize(
    ("file", "late"),
    [
        ("schmidtanna_98765_1234567_03_exercises.ipynb", False),
        ("schmidtanna_98765_1234567_03_exercises-1.ipynb", False),
        ("schmidtanna_LATE_98765_1234567_03_exercises-2.ipynb", True),
        ("schmidtanna_98765_1234567_Untitled 12.ipynb", False),
    ],
)
def test_a_file_from_canvas_finds_its_student(tmp_path, root, file, late):
    done = collect(packed(tmp_path, {file: notebook()}), root, SET, roster(tmp_path, CANVAS))
    assert done.collected == ["aschmidt"]
    assert done.remarks == ([("aschmidt", "late, says the platform")] if late else [])


def test_letters_that_a_platform_leaves_out_of_a_name_do_not_matter(tmp_path, root):
    files = {"oneillmullerjose_98766_1_03_exercises.ipynb": notebook()}
    assert collect(packed(tmp_path, files), root, SET, roster(tmp_path, CANVAS)).collected == ["jmueller"]


def test_the_latest_attempt_counts(tmp_path, root):
    blackboard = "Exercises_3_aschmidt_attempt_2026-11-2{}-23-59-00_03_exercises.ipynb"
    files = {blackboard.format(day): notebook(f"day {day}") for day in (4, 6, 5)}
    files["Exercises_3_aschmidt_attempt_2026-11-26-23-59-00.txt"] = b"Name: Anna Schmidt (aschmidt)"
    done = collect(packed(tmp_path, files), root, SET, roster(tmp_path, CANVAS))
    assert done.collected == ["aschmidt"]
    assert done.passed_over == 1
    assert submitted(root) == {"aschmidt": "day 6"}
    canvas = {f"schmidtanna_98765_12_03_exercises{n}.ipynb": notebook(f"attempt{n}") for n in ("-2", "-10", "")}
    collect(packed(tmp_path, canvas), root, SET, roster(tmp_path, CANVAS))
    assert submitted(root) == {"aschmidt": "attempt-10"}


CARL = '"Marini, Carl",98767,1003,carlm,A\n'
CARLS_MOODLE = "Carl,Marini,1003,carl@uni.example,Participant 123458\n"
THIRD = "_attempt_2026-11-29-23-59-00_"


@pytest.mark.parametrize(
    "file",
    [
        f"marinicarl_98767_1234568_aschmidt{THIRD}03_exercises.ipynb",
        "marinicarl_98767_1234568_schmidtanna_98765_1234567_03_exercises-9.ipynb",
        "marinicarl_98767_1234568_Anna Schmidt_123456_assignsubmission_file_03_exercises.ipynb",
        "marinicarl_98767_1234568_work.zip/Anna Schmidt_123456_assignsubmission_file_/03_exercises.ipynb",
        f"marinicarl_98767_1234568_work.zip/Exercises 3_aschmidt{THIRD}03_exercises.ipynb",
        "marinicarl_98767_1234568_work.zip/schmidtanna_98765_1234567_03_exercises-9.ipynb",
        "marinicarl_98767_1234568_work.zip/aschmidt/03_exercises.ipynb",
        f"Exercises 3_carlm_attempt_2026-11-25-23-59-00_aschmidt{THIRD}03_exercises.ipynb",
        f"Exercises 3_carlm_attempt_2026-11-25-23-59-00_work.zip/Exercises 3_aschmidt{THIRD}03_exercises.ipynb",
        "Exercises 3_carlm_attempt_2026-11-25-23-59-00_schmidtanna_98765_1234567_03_exercises-9.ipynb",
        "carlm/aschmidt_03_exercises.ipynb",
        "carlm/aschmidt/03_exercises.ipynb",
        "carlm/schmidtanna_98765_1234567_03_exercises-9.ipynb",
        "all/carlm/aschmidt_03_exercises/03_exercises.ipynb",
        "carlm/aschmidt+03_exercises+2026-11-29 22:59:00.123456 UTC+c2VjcmV0/03_exercises.ipynb",
    ],
)
def test_what_a_student_names_is_nobody_elses(tmp_path, root, file):
    files = {f"aschmidt/{SET}.ipynb": notebook("honest")} | {file: notebook("forged by carl")}
    done = collect(packed(tmp_path, files), root, SET, roster(tmp_path, CANVAS + CARL))
    assert submitted(root)["aschmidt"] == "honest"
    assert not [remark for remark in done.remarks if remark[0] == "aschmidt"]


@pytest.mark.parametrize(
    "file",
    [
        f"Carl Marini_123458_assignsubmission_file_1001{THIRD}03_exercises.ipynb",
        "Carl Marini_123458_assignsubmission_file_Anna Maria Schmidt_123456_assignsubmission_file_03_exercises.ipynb",
        "Carl Marini_123458_assignsubmission_file_/Anna Maria Schmidt_123456_assignsubmission_file_/03_exercises.ipynb",
        "Carl Marini_123458_assignsubmission_file_/1001_03_exercises.ipynb",
    ],
)
def test_what_a_student_on_moodle_names_is_that_students(tmp_path, root, file):
    files = {"Anna Maria Schmidt_123456_assignsubmission_file_03_exercises.ipynb": notebook("honest"), file: notebook("Carl's")}
    collect(packed(tmp_path, files), root, SET, roster(tmp_path, MOODLE + CARLS_MOODLE))
    assert submitted(root) == {"1001": "honest", "1003": "Carl's"}


def test_names_with_underscores_stay_apart(tmp_path, root):
    files = {f"rosa_{name}_03_exercises.ipynb": notebook(name) for name in ("lux", "parks")}
    collect(packed(tmp_path, files), root, SET)
    assert submitted(root) == {"rosa_lux": "lux", "rosa_parks": "parks"}


@pytest.mark.parametrize("shape", ["{}/03_exercises.ipynb", "{}/03_exercises/03_exercises.ipynb", "all/{}/my answer.ipynb"])
def test_a_folder_for_each_student(tmp_path, root, shape):
    for name in ("rosa", "li[1]"):
        path = tmp_path / "download" / shape.format(name)
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook(name))
    assert collect(tmp_path / "download", root, SET).refused == []
    assert submitted(root) == {"rosa": "rosa", "li[1]": "li[1]"}


def test_a_zip_that_a_student_has_handed_in_is_looked_into(tmp_path, root):
    inner = packed(
        tmp_path, {"exercises/03_exercises.ipynb": notebook(), "__MACOSX/exercises/._03_exercises.ipynb": b"x"}, "in"
    )
    files = {"Anna Maria Schmidt_123456_assignsubmission_file_work.zip": inner.read_bytes()}
    assert collect(packed(tmp_path, files), root, SET, roster(tmp_path, MOODLE)).collected == ["1001"]
    assert submitted(root) == {"1001": "answer"}


def test_what_systems_leave_behind_is_nobody(tmp_path, root):
    litter = ("__MACOSX/rosa/._03_exercises.ipynb", "rosa/.DS_Store", "rosa/.ipynb_checkpoints/03_exercises-checkpoint.ipynb")
    files = dict.fromkeys((*litter, "__MACOSX/._rosa", "Thumbs.db"), b"x") | {"rosa/03_exercises.ipynb": notebook()}
    done = collect(packed(tmp_path, files), root, SET)
    assert done.refused == []
    assert done.passed_over == 5
    assert submitted(root) == {"rosa": "answer"}


@pytest.mark.parametrize(
    "evil",
    ["../03_exercises.ipynb", "../../../rosa/../03_exercises.ipynb", "/..", "..\\..\\x/03_exercises.ipynb", "./././..",
     ".._03_exercises.ipynb", "con:/03_exercises.ipynb", "a\x07b_03_exercises.ipynb", "a\u202eb_03_exercises.ipynb",
     "-rf/x.ipynb"],
)  # fmt: skip
def test_no_name_leads_out_of_the_course(tmp_path, root, evil):
    evil = evil if evil.endswith(".ipynb") else f"{evil}/03_exercises.ipynb"
    before = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    done = collect(packed(tmp_path, {evil: notebook("evil"), "rosa_03_exercises.ipynb": notebook()}), root, SET)
    after = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    assert after - before == {tmp_path / "download.zip", root / LOCK}
    assert submitted(root)["rosa"] == "answer"
    assert all(path.parent == root / "submitted" for path in root.glob("submitted/*"))
    assert done.refused or set(submitted(root)) <= {"rosa", "x"}


def test_a_bomb_is_refused_and_the_rest_collected(tmp_path, root, monkeypatch):
    monkeypatch.setattr("course_utils.grading.packed.LARGEST_FILE", 2**20)
    monkeypatch.setattr("course_utils.grading.collecting.LARGEST_FILE", 2**20)
    bomb = b"0" * (2**20 + 1)
    many = packed(tmp_path, {f"{n}.ipynb": bomb[: 2**18] for n in range(5)}, "many")
    files = {"a_03_exercises.ipynb": bomb, "b_03_exercises.zip": many.read_bytes(), "rosa_03_exercises.ipynb": notebook()}
    done = collect(packed(tmp_path, files), root, SET)
    assert "a_03_exercises.ipynb" in dict(done.refused)
    assert "rosa" in done.collected
    assert all("larger than 1 MB" in reason for name, reason in done.refused if name.startswith(("a_", "b_03_exercises.zip/4")))


def test_a_damaged_file_is_refused_and_the_rest_collected(tmp_path, root):
    path = packed(tmp_path, {"a_03_exercises.ipynb": notebook("damaged" * 100), "rosa_03_exercises.ipynb": notebook()})
    content = bytearray(path.read_bytes())
    content[content.index(b"a_03_exercises.ipynb") + 25] ^= 0xFF
    path.write_bytes(content)
    done = collect(path, root, SET)
    assert [name for name, _ in done.refused] == ["a_03_exercises.ipynb"]
    assert done.collected == ["rosa"]


def test_who_has_nothing_but_a_damaged_file_is_told_and_the_rest_collected(tmp_path, root):
    files = {
        "schmidtanna_98765_1_my work.zip": b"no zip",
        "oneillmullerjose_98766_2_03_exercises.ipynb": notebook(),
    }
    done = collect(packed(tmp_path, files), root, SET, roster(tmp_path, CANVAS))
    assert done.collected == ["jmueller"]
    assert [name for name, _ in done.refused] == ["schmidtanna_98765_1_my work.zip"]
    assert done.missing == ["aschmidt"]


def test_two_notebooks_of_one_student_are_refused_by_name(tmp_path, root):
    files = {
        "rosa/one.ipynb": notebook("one"),
        "rosa/two.ipynb": notebook("two"),
        "li/x.ipynb": notebook(),
        "li/y.ipynb": notebook(),
    }
    done = collect(packed(tmp_path, files), root, SET)
    assert done.collected == ["li"]  # twice the same is no question
    assert [name for name, _ in done.refused] == ["rosa"]
    assert "rosa/one.ipynb, rosa/two.ipynb" in done.refused[0][1]


def test_the_notebook_of_this_set_is_told_from_others(tmp_path, root):
    files = {
        "rosa/a.ipynb": notebook("mine"),
        "rosa/b.ipynb": notebook("scratch", cells=()),
        "li/02.ipynb": notebook(cells=("gram",)),
    }
    done = collect(packed(tmp_path, files), root, SET)
    assert submitted(root) == {"rosa": "mine"}
    assert done.refused == [("li", "li/02.ipynb is not 03_exercises: it has none of its questions")]


def test_what_cannot_be_read_as_a_notebook_is_collected(tmp_path, root):
    """The report of the grading says what is wrong with it."""
    collect(packed(tmp_path, {"rosa/03_exercises.ipynb": b"{"}), root, SET)
    assert (root / "submitted" / "rosa" / SET / f"{SET}.ipynb").read_bytes() == b"{"


def test_who_is_not_in_the_roster_is_refused_by_name(tmp_path, root):
    files = {"nobody_03_exercises.ipynb": notebook(), "aschmidt_03_exercises.ipynb": notebook(), "lonely.ipynb": notebook()}
    done = collect(packed(tmp_path, files), root, SET, roster(tmp_path, CANVAS))
    assert done.collected == ["aschmidt"]
    assert done.refused == [
        ("nobody_03_exercises.ipynb", "'nobody' is not in the roster"),
        ("lonely.ipynb", "its name does not tell whose it is"),
    ]


def test_a_name_that_two_students_have_is_nobodys(tmp_path, root):
    two = "student_id,full name\na1,Anna Schmidt\na2,Anna Schmidt\n"
    done = collect(
        packed(tmp_path, {"Anna Schmidt_7_assignsubmission_file_x.ipynb": notebook()}), root, SET, roster(tmp_path, two)
    )
    assert done.collected == []
    assert done.refused[0][1] == "it can be of a1 or of a2"


def test_a_number_of_one_student_and_the_name_of_another_is_nobodys(tmp_path, root):
    files = {"oneillmullerjose_98765_1_03_exercises.ipynb": notebook()}
    assert collect(packed(tmp_path, files), root, SET, roster(tmp_path, CANVAS)).collected == []


def test_composed_and_decomposed_letters_are_one_student(tmp_path, root):
    files = {"M\u00fcller/03_exercises.ipynb": notebook("one"), "Mu\u0308ller/03_exercises.ipynb": notebook("one")}
    assert collect(packed(tmp_path, files), root, SET).collected == ["M\u00fcller"]


def test_names_that_only_capitals_tell_apart_are_refused(tmp_path, root):
    files = {"rosa/03_exercises.ipynb": notebook("one"), "Rosa/03_exercises.ipynb": notebook("two")}
    done = collect(packed(tmp_path, files), root, SET)
    assert sorted(name for name, _ in done.refused) == ["Rosa", "rosa"]
    assert submitted(root) == {}


def test_the_time_of_handing_in_is_kept_and_an_older_one_does_not_replace_a_newer(tmp_path, root):
    def handed_in(day):
        stamp = f"2026-11-{day} 12:00:00 UTC".encode()
        files = {"rosa/03_exercises.ipynb": notebook(day), "rosa/timestamp.txt": stamp}
        return collect(packed(tmp_path, files), root, SET)

    handed_in("20")
    assert (root / "submitted" / "rosa" / SET / "timestamp.txt").read_text() == "2026-11-20 12:00:00 UTC"
    assert handed_in("22").remarks == [("rosa", "replaces what was collected before")]
    assert "older" in handed_in("21").remarks[0][1]
    assert submitted(root) == {"rosa": "22"}


# ---- Times ----

DUE = datetime(2026, 11, 20, 22, tzinfo=UTC)


def packed_at(tmp_path, times):
    """Write a zip in which each file has its time, given in UTC, as the clock of this place shows it."""
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, time in times.items():
            archive.writestr(zipfile.ZipInfo(name, time.astimezone().timetuple()[:6]), notebook(name))
    return path


@pytest.fixture
def due(root):
    """A due date in the gradebook."""
    with Gradebook(new_gradebook(root, SET, []), "faces-and-style") as book:
        book.update_or_create_assignment(SET, duedate=DUE.isoformat())


def stamps(root):
    """Return how many minutes after the due date each notebook was handed in."""
    found = {}
    for path in root.glob("submitted/*/*/timestamp.txt"):
        handed_in = datetime.strptime(path.read_text(), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
        found[path.parent.parent.name] = (handed_in - DUE) / timedelta(minutes=1)
    return found


MOODLE_FILE, CANVAS_FILE = "{}_{}_assignsubmission_file_03_exercises.ipynb", "{}_{}_{}_03_exercises.ipynb"


def test_the_time_in_moodles_zip_is_kept(tmp_path, root, due):
    times = {MOODLE_FILE.format(f"s{n}", n): DUE + timedelta(minutes=20 * (n - 2)) for n in range(1, 5)}
    assert collect(packed_at(tmp_path, times), root, SET).notes == []
    assert stamps(root) == {"s1-1": -20, "s2-2": 0, "s3-3": 20, "s4-4": 40}


def test_canvas_tells_who_is_late_and_nobody_else_is(tmp_path, root, due):
    names = {"a": CANVAS_FILE.format("a", 1, 11), "b": CANVAS_FILE.format("b_LATE", 2, 12)}
    done = collect(packed_at(tmp_path, dict.fromkeys(names.values(), DUE + timedelta(days=3))), root, SET)
    assert stamps(root) == {"a-1": 0, "b-2": pytest.approx(1 / 60)}  # not the three days until the lecturer packed them
    assert done.remarks == [("b-2", "late, says the platform")]
    assert "not when" in done.notes[0]


def test_files_that_were_packed_within_a_minute_make_nobody_late(tmp_path, root, due):
    times = {MOODLE_FILE.format(f"s{n}", n): DUE + timedelta(days=1, seconds=10 * n) for n in range(1, 5)}
    done = collect(packed_at(tmp_path, times), root, SET)
    assert set(stamps(root).values()) == {0}
    assert "All files are of 2026-11-2" in done.notes[0]


def test_two_who_are_late_together_are_late(tmp_path, root, due):
    times = {MOODLE_FILE.format(f"s{n}", n): DUE + timedelta(hours=1) for n in (1, 2)}
    assert collect(packed_at(tmp_path, times), root, SET).notes == []
    assert stamps(root) == {"s1-1": 60, "s2-2": 60}


def test_no_time_of_a_students_own_counts(tmp_path, root, due):
    """Neither the clock of the machine on which a zip was packed, nor a timestamp put into it."""
    inner = packed_at(tmp_path, {"03_exercises.ipynb": DUE - timedelta(days=1)}).read_bytes()
    path = tmp_path / "outer.zip"
    late = (DUE + timedelta(hours=1)).astimezone().timetuple()[:6]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("s1_1_assignsubmission_file_work.zip", late), inner)
        archive.writestr(zipfile.ZipInfo("s2_2_assignsubmission_file_/03_exercises.ipynb", late), notebook())
        archive.writestr(zipfile.ZipInfo("s2_2_assignsubmission_file_/timestamp.txt", late), "2026-11-01 12:00:00 UTC")
    collect(path, root, SET)
    assert stamps(root) == {"s1-1": 60, "s2-2": 60}


def test_nbgraders_own_times_are_never_doubted(tmp_path, root, due):
    late = f"{DUE + timedelta(minutes=5):%Y-%m-%d %H:%M:%S} UTC".encode()
    files = {f"s{n}/{name}": content for n in range(4) for name, content in
             {"03_exercises.ipynb": notebook(str(n)), "timestamp.txt": late}.items()}  # fmt: skip
    assert collect(packed(tmp_path, files), root, SET).notes == []
    assert set(stamps(root).values()) == {5}


# ---- Names that look alike ----


@pytest.mark.parametrize("other", ["Rosa", "rosa\u3000", "\uff52osa", "ROSA"])
def test_names_that_look_alike_are_one_person_or_are_told(tmp_path, root, other):
    files = {"rosa/03_exercises.ipynb": notebook("one"), f"{other}/03_exercises.ipynb": notebook("two")}
    done = collect(packed(tmp_path, files), root, SET)
    assert done.refused
    assert submitted(root) == {}


@pytest.mark.parametrize("name", ["M\u00fcller", "Mu\u0308ller", "m\u00fcller", "M\u00fcl\u200bler", " M\u00fcller ", "MULLER"])
def test_a_roster_knows_a_name_however_it_is_spelled(tmp_path, root, name):
    known = roster(tmp_path, "student_id,full name\ns1,Rosa M\u00fcller\nm2,M\u00fcller\n")
    assert collect(packed(tmp_path, {f"{name}/03_exercises.ipynb": notebook()}), root, SET, known).collected == ["m2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_roster_as_spreadsheets_write_it(tmp_path, encoding, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([["Student_ID", "Full name"], ["jm", "José Müller"], ["", ""]])
    read = roster(tmp_path, text.getvalue(), encoding)
    assert read.students == ("jm",)
    assert read.find(["mullerjose"]) == {"jm"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "expected a header"),
        ("student_id\nrosa\nrosa\n", "line 3: 'rosa' is there twice"),
        ("student_id\n../rosa\n", "line 2: student_id is '../rosa'"),
        ("student_id\n=rosa\n", "a table takes for a formula"),
        ("student_id\nrosa\nRosa\n", "line 3: 'Rosa' looks like 'rosa' above"),
        ("student_id,name\n,Rosa\n", "it is empty"),
    ],
)
def test_a_roster_that_cannot_be_is_told_with_its_line(tmp_path, text, reason):
    with pytest.raises(DataError, match=reason):
        roster(tmp_path, text)


def test_what_is_no_zip_and_no_assignment_is_told(tmp_path, root):
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(DataError, match="cannot be read"):
        collect(tmp_path / "text.zip", root, SET)
    with pytest.raises(DataError, match="cannot be read"):
        collect(tmp_path / "missing.zip", root, SET)
    with pytest.raises(DataError, match="'99' is not an assignment; there are: 03_exercises"):
        collect(Path("x"), root, "99")


# ---- What a lecturer met ----


def test_a_name_that_a_student_on_canvas_chooses_makes_nobody_punctual(tmp_path, root, due):
    forged = "carlm_LATE_3_13_x_attempt_2026-11-19-10-00-00_03_exercises.ipynb"
    done = collect(packed_at(tmp_path, {forged: DUE + timedelta(hours=9)}), root, SET)
    assert stamps(root) == {"carlm-3": pytest.approx(1 / 60)}
    assert done.remarks == [("carlm-3", "late, says the platform")]


def test_a_draft_with_a_number_is_no_later_attempt_of_canvas(tmp_path, root):
    files = {"a_1_11_draft-2026.ipynb": notebook("draft"), "a_1_12_03_exercises.ipynb": notebook("final")}
    done = collect(packed(tmp_path, files), root, SET)
    assert submitted(root) == {}
    assert "nothing tells which one counts" in done.refused[0][1]


def test_the_notebook_in_which_nothing_is_written_does_not_count(tmp_path, root):
    blank = (root / "release" / SET / f"{SET}.ipynb").read_bytes()
    files = {f"rosa/{SET}.ipynb": blank, f"rosa/{SET} (1).ipynb": notebook("the work")}
    done = collect(packed(tmp_path, files), root, SET)
    assert submitted(root) == {"rosa": "the work"}
    assert (done.refused, done.remarks) == ([], [])


def test_a_second_notebook_is_told(tmp_path, root):
    files = {f"rosa/{SET}.ipynb": notebook("one"), f"rosa/{SET} (1).ipynb": notebook("two")}
    done = collect(packed(tmp_path, files), root, SET)
    assert submitted(root) == {"rosa": "one"}
    assert done.remarks == [("rosa", f"rosa/{SET}.ipynb counts; there is rosa/{SET} (1).ipynb, too, and it is another one")]


@pytest.mark.parametrize("ending", ["ipynb.txt", "ipynb.json", "IPYNB.TXT"])
def test_an_ending_that_a_browser_puts_behind_it_does_not_matter(tmp_path, root, ending):
    assert collect(packed(tmp_path, {f"rosa/{SET}.{ending}": notebook("work")}), root, SET).collected == ["rosa"]
    assert submitted(root) == {"rosa": "work"}


@pytest.mark.parametrize("file", ["work.7z", "work.rar", "answers.pdf", "onlinetext.html"])
def test_who_sends_something_else_is_told_by_name(tmp_path, root, file):
    path = f"Anna Maria Schmidt_123456_assignsubmission_file_{file}"
    done = collect(packed(tmp_path, {path: b"?"}), root, SET, roster(tmp_path, MOODLE))
    assert done.refused == [("1001", f"there is no notebook, but {path}: ask for the .ipynb")]
    beside = {path: b"?", "Anna Maria Schmidt_123456_assignsubmission_file_03_exercises.ipynb": notebook()}
    assert collect(packed(tmp_path, beside), root, SET, roster(tmp_path, MOODLE)).refused == []


def test_the_same_once_more_was_handed_in_before(tmp_path, root, due):
    collect(packed_at(tmp_path, {f"rosa/{SET}.ipynb": DUE - timedelta(hours=1)}), root, SET)
    collect(packed_at(tmp_path, {f"rosa/{SET}.ipynb": DUE + timedelta(hours=9)}), root, SET)
    assert stamps(root) == {"rosa": -60}


def test_a_timestamp_in_a_students_zip_is_the_students_word(tmp_path, root, due):
    inner = packed(tmp_path, {f"{SET}.ipynb": notebook(), "timestamp.txt": b"2026-11-01 12:00:00 UTC"}).read_bytes()
    late = (DUE + timedelta(hours=1)).astimezone().timetuple()[:6]
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("carlm/work.zip", late), inner)
    collect(path, root, SET)
    assert stamps(root) == {"carlm": 60}


def test_a_groups_number_is_no_students(tmp_path, root):
    files = {"Group A_123456_assignsubmission_file_/03_exercises.ipynb": notebook()}
    done = collect(packed(tmp_path, files), root, SET, roster(tmp_path, MOODLE))
    assert done.collected == []
    assert "'Group A' is not in the roster" in done.refused[0][1]


def test_a_person_may_be_called_like_a_half_written_file(tmp_path, root):
    files = {f"arvo.part/{SET}.ipynb": notebook("work"), f"rosa/{SET}.ipynb.part": b"half"}
    assert collect(packed(tmp_path, files), root, SET).collected == ["arvo.part"]
    assert list(handed_in(root, SET)) == ["arvo.part"]


def test_a_cell_without_metadata_hides_no_other(tmp_path, root):
    whole = json.loads(notebook("work"))
    whole["cells"] += [{"cell_type": "code", "source": "1"}, {"cell_type": "code", "metadata": {"nbgrader": {}}, "source": "2"}]
    named = named_cells(json.dumps(whole).encode())
    assert named == named_cells(notebook("work"))
    assert named


def test_a_zip_that_is_too_large_is_told_as_such(tmp_path, root, monkeypatch):
    monkeypatch.setattr("course_utils.grading.packed.LARGEST_FILE", 2000)
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"{SET}.ipynb", notebook("x" * 5000))
    done = collect(packed(tmp_path, {"rosa/work.zip": inner.read_bytes()}), root, SET)
    assert "larger than" in done.refused[0][1]


def test_a_zip_for_each_student_is_a_folder_for_each(tmp_path, root):
    inner = packed(tmp_path, {f"{SET}.ipynb": notebook("work")}).read_bytes()
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("aschmidt.zip", inner)
    assert collect(path, root, SET).collected == ["aschmidt"]
