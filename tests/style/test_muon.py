"""Tests of course_utils.style.muon: its steps are those of the formulas, on matrices of every shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.backend import keras, tf
from course_utils.style.muon import Muon, is_inside, orthogonalised
from course_utils.style.painter import painter_network


@given(
    rows=st.integers(1, 24),
    columns=st.integers(1, 24),
    decades=st.floats(0, 2.3),
    size=st.floats(-3, 3),
    seed=st.integers(0, 99),
)
def test_singular_values_come_near_to_one_and_singular_vectors_stay(rows, columns, decades, size, seed):
    left, _, right = np.linalg.svd(np.random.default_rng(seed).normal(size=(rows, columns)), full_matrices=False)
    values = np.logspace(0, -decades, len(right))  # none is less than a five-hundredth of their length
    matrix = 10**size * (left * values) @ right
    found = left.T @ orthogonalised(tf.constant(matrix, tf.float32)).numpy() @ right.T
    np.testing.assert_allclose(found, np.diag(np.diag(found)), atol=0.02)
    assert np.diag(found).min() > 0.6
    assert np.diag(found).max() < 1.3


def test_of_zeros_come_zeros():
    assert not orthogonalised(tf.zeros((3, 5))).numpy().any()


def test_inside_are_the_kernels_that_neither_read_colours_nor_make_them():
    network = painter_network()
    inside = [variable.path.split("/")[0] for variable in network.trainable_variables if is_inside(variable)]
    blocks = [f"block{block}_conv{one}" for block in range(1, 5) for one in (1, 2)]
    assert inside == ["halve_2", *blocks, "double_1"]


def plain_orthogonalised(matrix):
    x = matrix / np.sqrt(sum(number**2 for number in matrix.ravel()))
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x - 4.775 * square @ x + 2.0315 * square @ square @ x
    return x


def test_two_steps_are_those_of_the_formulas():
    rng = np.random.default_rng(0)
    shapes = (3, 3, 4, 5), (1, 1, 4, 9), (3, 3, 3, 5), (3, 3, 4, 3), (5,)
    before = [rng.normal(size=shape) for shape in shapes]
    steps = [[rng.normal(size=shape) for shape in shapes] for _ in range(2)]
    variables = [keras.Variable(one) for one in before]
    muon = Muon(variables)
    muon.learning_rate.assign(0.01)

    expected = [one.copy() for one in before]
    momenta = [np.zeros(shape) for shape in shapes]
    means, squares = ([np.zeros(shape) for shape in shapes] for _ in range(2))
    for number, gradients in enumerate(steps, 1):
        muon.apply([tf.constant(one, tf.float32) for one in gradients])
        length = np.sqrt(sum((one**2).sum() for one in gradients))
        shortened = [one / length for one in gradients]
        for at, (rows, columns) in enumerate(((36, 5), (4, 9))):
            momenta[at] = 0.95 * momenta[at] + shortened[at]
            ahead = (shortened[at] + 0.95 * momenta[at]).reshape(rows, columns)
            turned = plain_orthogonalised(ahead) if rows < columns else plain_orthogonalised(ahead.T).T
            expected[at] -= 0.01 * 0.2 * np.sqrt(max(rows, columns)) * turned.reshape(shapes[at])
        for at in (2, 3, 4):  # Adam
            means[at] = 0.9 * means[at] + 0.1 * shortened[at]
            squares[at] = 0.999 * squares[at] + 0.001 * shortened[at] ** 2
            rate = 0.01 * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
            expected[at] -= rate * means[at] / (np.sqrt(squares[at]) + 1e-7)
    for variable, one in zip(variables, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), one, atol=3e-5)


@pytest.mark.parametrize(("lengths", "same"), [((1.1, 2.2), True), ((0.45, 0.9), False)])
def test_only_a_gradient_longer_than_1_is_shortened(lengths, same):
    """A first step alone looks the same at any length; beside the momentum of another, the length of the second counts."""
    first, second = np.random.default_rng(0).normal(size=(2, 3, 3, 4, 5)).astype(np.float32)
    after = []
    for length in lengths:
        variables = [keras.Variable(np.zeros((3, 3, 4, 5), np.float32)), keras.Variable(np.zeros(4, np.float32))]
        muon = Muon(variables)
        for gradient in (first, length * second / np.linalg.norm(second)):
            muon.apply([tf.constant(gradient), tf.zeros(4)])
        after.append(variables[0].numpy())
    assert np.allclose(*after, atol=1e-6) is same


def test_a_step_goes_down():
    network = keras.Sequential(
        [keras.Input((8, 8, 4)), keras.layers.Conv2D(6, 3, kernel_initializer=keras.initializers.GlorotUniform(0))]
    )
    x = tf.constant(np.random.default_rng(1).normal(size=(2, 8, 8, 4)), tf.float32)
    muon, losses = Muon(network.trainable_variables), []
    for _ in range(20):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(network(x) - 1))
        losses.append(float(loss))
        muon.apply(tape.gradient(loss, network.trainable_variables))
    assert losses[-1] < losses[0]
    assert sorted(losses, reverse=True) == losses
