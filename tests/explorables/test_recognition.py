"""The door: the module is given the distances, and the first picture of each person is the one to enrol; bad input is named."""

import numpy as np
import pytest

from course_utils import explorables
from course_utils.explorables.packing import unpacked
from tests.explorables.examples import PERSON, PICTURES, TABLE, door


def test_the_module_gets_the_distances_and_whom_the_pictures_show():
    data = door().data
    np.testing.assert_allclose(unpacked(data["distance"]).reshape(TABLE.shape), TABLE, atol=2 / 100_000)
    assert [data["people"][at] for at in data["who"]] == PERSON.tolist()
    assert data["first"] == [np.flatnonzero(number == PERSON)[0] for number in np.unique(PERSON)]


def test_people_may_come_mixed_and_with_any_numbers():
    order = np.random.default_rng(1).permutation(len(PERSON))
    data = explorables.door(TABLE[np.ix_(order, order)], 10 * PERSON[order], PICTURES[order], 0.4, 2).data
    assert data["people"] == [10, 20, 30, 40, 50, 60]
    assert [data["people"][at] for at in data["who"]] == (10 * PERSON[order]).tolist()


@pytest.mark.parametrize(("tau", "answer"), [(0.01, "not recognized"), (2, "this name is said")])
def test_the_static_figure_tells_the_nearest(tau: float, answer: str):
    figure = explorables.door(TABLE, PERSON, PICTURES, tau, 3).figure
    d = TABLE[1, [0, 5, 10]]
    nearest = f"person {1 + d.argmin()} at {d.min():.2f}"
    assert f"The nearest is {nearest}" in figure.description
    assert figure.description.endswith(f"{answer}.")
    assert figure.get_suptitle().startswith(f"Nearest: {nearest}, ")
    assert figure.get_suptitle().endswith(f"tau = {tau:.2f}: {answer}")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"distance": TABLE[:7]}, "distance: expected the same from a to b"),
        ({"distance": np.triu(TABLE)}, "distance: expected the same from a to b"),
        ({"distance": 2 * TABLE}, "distance: expected numbers from 0 to 2"),
        ({"people": PERSON[:7]}, "people: "),
        ({"people": PERSON % 2}, "people: expected 3 to 20 people"),
        ({"people": np.arange(30)}, "people: expected 3 to 20 people"),
        ({"pictures": PICTURES[:7]}, "pictures: expected one for each of the 30 rows of distance, got 7"),
        ({"tau": 2.5}, "tau: expected"),
        ({"enrolled": 0}, "enrolled: expected"),
        ({"enrolled": 6}, "enrolled: expected"),
    ],
)
def test_bad_input_is_named(changed: dict, sentence: str):
    arguments = {"distance": TABLE, "people": PERSON, "pictures": PICTURES, "tau": 0.4, "enrolled": 3} | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.door(**arguments)
