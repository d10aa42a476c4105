"""The functions of lesson 09, taken out of it, agree with those of the package; its style can be drawn."""

import numpy as np
import pytest

from course_utils.backend import keras
from course_utils.data.paintings import PAINTERS, painting
from course_utils.feedback.bank import find
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON_09 = NOTEBOOKS / "09_a_painter_of_your_own.ipynb"


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (1, 7, 2, 3), (3, 2, 2, 1)])
def test_instance_normalise_does_what_the_layers_of_the_painter_do(shape):
    rng = np.random.default_rng(0)
    a = rng.normal(3, 2, shape)
    gamma, beta = rng.uniform(0.5, 2, shape[3]), rng.uniform(-1, 1, shape[3])
    layer = keras.layers.GroupNormalization(-1, epsilon=1e-5, dtype="float64")
    layer.build(shape)
    layer.set_weights([gamma, beta])
    lesson = functions(LESSON_09, "instance_normalise")["instance_normalise"](a, gamma, beta)
    np.testing.assert_allclose(lesson, layer(a), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("shape", [(1, 2, 3, 4), (5, 5)])
def test_relative_cost_is_that_of_the_exercise(shape):
    target, given = np.random.default_rng(0).normal(size=(2, *shape))
    lesson = functions(LESSON_09, "relative_cost")["relative_cost"]
    assert float(lesson(target, given)) == pytest.approx(find("relative_cost").solution(target, given))
    assert float(lesson(target, target)) == 0
    assert float(lesson(target, 0 * target)) == pytest.approx(1)


def test_the_style_of_the_lesson_has_warm_colours_and_depends_on_its_seed(monkeypatch):
    monkeypatch.setitem(PAINTERS, "silk", functions(LESSON_09, "silk")["silk"])
    one, other = (painting("silk", 96, 128, seed=seed) for seed in (0, 1))
    assert one.shape == (96, 128, 3)
    assert (one != other).any()
    assert one.std() > 30
    assert one[..., 0].mean() > one[..., 1].mean() > one[..., 2].mean()  # more red than green than blue
