"""The functions of lesson 08 agree with those of the package; its painter paints; what it tells of its own seconds."""

import re

import numpy as np
import pytest

from course_utils.data.paintings import PAINTERS, painting
from course_utils.style import costs
from tests.notebooks.lessons import NOTEBOOKS, functions, printed, read

LESSON_08 = NOTEBOOKS / "08_neural_style_transfer.ipynb"


@pytest.mark.parametrize(
    ("J_content", "J_style", "weights"), [(1, 0, {}), (0, 1, {}), (2, 3, {}), (2, 3, {"alpha": 5, "beta": 7})]
)
def test_total_cost(J_content, J_style, weights):
    lesson = functions(LESSON_08, "total_cost")["total_cost"](J_content, J_style, **weights)
    assert lesson == costs.total_cost(J_content, J_style, **weights)
    assert lesson == weights.get("alpha", 10) * J_content + weights.get("beta", 40) * J_style


@pytest.mark.parametrize("shape", [(2, 2, 3), (7, 4, 3), (1, 9, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_total_variation(shape, dtype):
    picture = np.random.default_rng(0).integers(0, 256, shape).astype(dtype)
    lesson = functions(LESSON_08, "total_variation")["total_variation"](picture)
    assert lesson == pytest.approx(float(costs.total_variation(picture.astype(np.float64))), rel=1e-12)


def test_the_total_variation_of_a_flat_picture_is_0_and_that_of_a_step_is_counted_once():
    total_variation = functions(LESSON_08, "total_variation")["total_variation"]
    flat = np.full((4, 5, 3), 200, np.uint8)
    assert total_variation(flat) == 0
    flat[:, 3:] = 190  # four rows and three colours have a step of -10, which uint8 cannot hold
    assert total_variation(flat) == pytest.approx(4 * 3 * 10**2 / flat.size)


def test_the_painter_of_the_lesson_paints_in_its_colours(monkeypatch):
    monkeypatch.setitem(PAINTERS, "silk", functions(LESSON_08, "silk")["silk"])
    one, other = (painting("silk", 96, 128, seed=seed) for seed in (0, 1))
    assert one.shape == (96, 128, 3)
    assert (one != other).any()
    assert one.std() > 30
    assert one[..., 0].mean() > one[..., 1].mean() > one[..., 2].mean()  # warm: more red than green than blue


def test_after_the_same_seconds_adam_has_come_about_as_far_as_lbfgs():
    """In the run that learners see; another machine may have been busier in one of the two."""
    told = re.findall(r"^(Adam, rate 20|L-BFGS) +after ([\d.]+) seconds: J = (\S+)$", printed(read(LESSON_08)), re.MULTILINE)
    assert [name for name, _, _ in told] == ["Adam, rate 20", "L-BFGS"]
    assert told[0][1] == told[1][1]
    assert 0.75 < float(told[0][2]) / float(told[1][2]) < 1.33
