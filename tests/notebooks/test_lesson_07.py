"""The functions of lesson 07, taken out of it, agree with those of the package, where they should and only there."""

import numpy as np
import pytest

from course_utils.backend import tf
from course_utils.style import costs
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON_07 = NOTEBOOKS / "07_content_and_style_cost.ipynb"
COSTS = ("gram_matrix", "mean_gram_matrix", "layer_style_cost", "style_cost")


def activations(seed: int, height: int = 5, width: int = 3, channels: int = 4):
    """Return activations as they leave a ReLU, float64, with no symmetry between rows, columns and channels."""
    return np.maximum(0, np.random.default_rng(seed).normal(size=(1, height, width, channels)))


@pytest.mark.parametrize("seed", range(5))
def test_content_cost(seed: int):
    a_C, a_G = activations(seed), activations(seed + 100)
    lesson = functions(LESSON_07, "content_cost")["content_cost"]
    assert float(lesson(a_C, a_G)) == pytest.approx(float(costs.content_cost(a_C, a_G)), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_gram_matrices(seed: int):
    a, lesson = activations(seed), functions(LESSON_07, *COSTS)
    by_hand = np.zeros((4, 4))
    for position in a[0].reshape(-1, 4):
        by_hand += np.outer(position, position)
    np.testing.assert_allclose(lesson["gram_matrix"](a), by_hand, rtol=1e-12)
    np.testing.assert_allclose(lesson["gram_matrix"](a), costs.gram_matrix(a), rtol=1e-12)
    np.testing.assert_allclose(lesson["mean_gram_matrix"](a), costs.mean_gram_matrix(a), rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [(5, 3), (4, 7)])  # that of the style picture, and another
def test_style_costs(seed: int, size: tuple[int, int]):
    a_S = {"one": activations(seed), "two": activations(seed + 1, channels=6)}
    a_G = {"one": activations(seed + 2, *size), "two": activations(seed + 3, *size, channels=6)}
    weights = {"one": 0.3, "two": 0.9}
    lesson = functions(LESSON_07, *COSTS)
    for layer in weights:
        ours = float(lesson["layer_style_cost"](a_S[layer], a_G[layer]))
        assert ours == pytest.approx(float(costs.layer_style_cost(a_S[layer], a_G[layer])), rel=1e-12)
    ours = float(lesson["style_cost"](a_S, a_G, weights))
    assert ours == pytest.approx(float(costs.style_cost(a_S, a_G, weights)), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_layer_style_cost_of_two_pictures_of_one_size_is_equation_2(seed: int):
    a_S, a_G = activations(seed), activations(seed + 100)
    lesson, total = functions(LESSON_07, *COSTS), 0.0
    for i in range(4):
        for j in range(4):
            A_S, A_G = ((a[..., i] * a[..., j]).sum() for a in (a_S, a_G))
            total += (A_S - A_G) ** 2 / (4 * 4**2 * (5 * 3) ** 2)
    assert float(lesson["layer_style_cost"](a_S, a_G)) == pytest.approx(total, rel=1e-12)


def test_the_gradient_of_the_style_cost_is_that_of_the_package():
    a_S, a_G = ({"layer": tf.constant(activations(seed))} for seed in (0, 1))
    gradients = []
    for style_cost in (functions(LESSON_07, *COSTS)["style_cost"], costs.style_cost):
        with tf.GradientTape() as tape:
            tape.watch(a_G["layer"])
            J = style_cost(a_S, a_G, {"layer": 0.7})
        gradients.append(tape.gradient(J, a_G["layer"]))
    np.testing.assert_allclose(*gradients, rtol=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_the_wrong_gram_matrix_has_the_right_shape_symmetry_and_trace_and_is_wrong(seed: int):
    a, lesson = activations(seed), functions(LESSON_07, "gram_matrix", "wrong_gram")
    right, wrong = lesson["gram_matrix"](a).numpy(), lesson["wrong_gram"](a)
    assert wrong.shape == right.shape
    np.testing.assert_array_equal(wrong, wrong.T)
    assert np.trace(wrong) == pytest.approx(np.trace(right))
    assert not np.allclose(wrong, right, rtol=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_puts_the_same_positions_into_another_order(seed: int):
    a = activations(seed)
    b = functions(LESSON_07, "shuffled")["shuffled"](a)
    assert b.shape == a.shape
    assert not np.array_equal(b, a)
    assert sorted(map(tuple, b.reshape(-1, 4))) == sorted(map(tuple, a.reshape(-1, 4)))


def test_the_checks_pass_the_right_gram_matrix_and_not_the_wrong_one():
    names = ("gram_matrix", "wrong_gram", "shuffled", "same_as_by_hand", "forgets_the_place")
    right, wrong, _, same_as_by_hand, forgets_the_place = functions(LESSON_07, *names).values()
    a = activations(0)
    for check in (same_as_by_hand, forgets_the_place):
        assert check(right, a)
        assert not check(wrong, a)
