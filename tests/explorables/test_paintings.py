"""Paintings to be leafed through: costs are those of the history, each picture stands at its place; bad input is named."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from course_utils import explorables
from tests.explorables.examples import RUNS, WORDS, painting
from tests.explorables.examples import run as made_up


def test_the_costs_are_those_of_the_history():
    data = painting().data
    assert data["runs"] == ["0.4", "4", "40"]
    for (history, _), costs in zip(RUNS.values(), data["costs"], strict=True):
        expected = [[step.costs.content, step.costs.style, step.costs.total] for step in history]
        np.testing.assert_allclose(costs, expected, rtol=1e-3)


def test_each_painting_is_at_its_place_and_a_short_run_stays_at_its_last():
    data = painting().data
    whole = np.asarray(Image.open(io.BytesIO(base64.b64decode(data["paintings"]["src"].partition(",")[2]))))
    for run, (_, pictures) in enumerate(RUNS.values()):
        for k, step in enumerate(data["steps"]):
            row, column = divmod(run * len(data["steps"]) + k, data["paintings"]["columns"])
            shown = whole[32 * row + 16, 32 * column + 16].astype(int)
            np.testing.assert_allclose(shown, pictures[min(step, len(pictures)) - 1][0, 0], atol=12)


def test_numbers_of_numpy_say_where_it_begins():
    begun = explorables.painting(RUNS, "β", np.array([1, 2, 4, 6]), (np.int64(4), np.int64(2)), "Paintings", WORDS)
    assert begun.data == painting().data


def test_the_page_asks_what_it_is_given_to_ask():
    assert "cost" in painting().data["question"]
    other = explorables.painting(RUNS, "β", [1, 2, 4, 6], (4, 2), "Paintings", WORDS, "From which β on is it red?")
    assert other.data == painting().data | {"question": "From which β on is it red?"}


def tall() -> tuple[list, list[np.ndarray]]:
    """A run whose pictures nobody could see side by side."""
    history, pictures = made_up(6, 2)
    return history, [np.repeat(each, 450, axis=0) for each in pictures]


def without_content() -> tuple[list, list[np.ndarray]]:
    """A run with an alpha of 0."""
    history, pictures = made_up(6, 2)
    for step in history:
        step.costs.content = 0.0
    return history, pictures


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"runs": {}}, "runs: expected a dictionary"),
        ({"runs": {4: RUNS[4][:1]}}, r"runs: 4: expected \(history, pictures\)"),
        ({"runs": {4: (RUNS[4][0], RUNS[0.4][1])}}, "runs: 4: expected one picture for each of the 4 steps, got 6"),
        ({"runs": {4: ([1], RUNS[4][1][:1])}}, "runs: 4: expected the history of a StyleTransfer"),
        ({"runs": {4: (RUNS[4][0], [each[:, :, 0] for each in RUNS[4][1]])}}, "runs: 4: expected pictures in colour"),
        ({"runs": {4: without_content()}}, "runs: 4: J_content: expected a number above 0, .* whose alpha or beta is 0, got 0"),
        ({"runs": {4: tall(), 5: tall()}}, "runs: expected .* got 900 x 2 pixels"),
        ({"setting": {"β"}}, "setting: expected text, what the runs differ in"),
        ({"setting": np.float32(4)}, "setting: expected text, what the runs differ in"),
        ({"question": ["Where?"]}, "question: expected text"),
        ({"question": " "}, "question: expected text"),
        ({"steps": [1, 7]}, "steps: expected rising numbers from 1 to 6"),
        ({"steps": [2, 1]}, "steps: expected rising numbers"),
        ({"steps": [2]}, "steps: expected rising numbers"),
        ({"at": (5, 2)}, "at: expected one of the runs 0.4, 4, 40"),
        ({"at": (4, np.array([1, 2]))}, "at: the step: expected a whole number"),
        ({"at": ([4], 2)}, "at: expected one of the runs"),
        ({"at": (4, 3)}, "at: expected one of the runs"),
    ],
)
def test_bad_input_is_named(changed: dict, sentence: str):
    arguments = {
        "runs": RUNS,
        "setting": "β",
        "steps": [1, 2, 4, 6],
        "at": (4, 2),
        "title": "a",
        "description": WORDS,
    } | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.painting(**arguments)
