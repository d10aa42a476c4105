"""Tests of course_utils.style.winograd: the convolution and its gradient are the plain ones, for any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.backend import tf
from course_utils.style import winograd

SIZES = [(1, 1), (1, 9), (2, 3), (4, 4), (5, 8), (6, 7), (11, 13)]


def plain(x, kernel):
    """The definition, in float64: products of a window and the kernel, added up; zeros around the picture."""
    n, height, width, _ = x.shape
    padded = np.pad(x.astype(np.float64), [(0, 0), (1, 1), (1, 1), (0, 0)])
    y = np.zeros((n, height, width, kernel.shape[3]))
    for number in range(n):
        for i in range(height):
            for j in range(width):
                for channel in range(kernel.shape[3]):
                    y[number, i, j, channel] = np.sum(padded[number, i : i + 3, j : j + 3] * kernel[..., channel])
    return y


def drawn(height, width, channels=3, filters=2, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, height, width, channels)).astype(np.float32)
    return x, rng.normal(size=(3, 3, channels, filters)).astype(np.float32)


@pytest.mark.parametrize("size", SIZES)
def test_it_is_the_plain_convolution(size):
    x, kernel = drawn(*size)
    found = winograd.convolution(kernel)(tf.constant(x))
    assert found.dtype == tf.float32
    np.testing.assert_allclose(found, plain(x, kernel), atol=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_its_gradient_is_the_plain_one_transposed(size):
    # <dy, conv(x)> is linear in x: its gradient, multiplied with any other picture, gives <dy, conv(that picture)>.
    x, kernel = drawn(*size)
    dy = np.random.default_rng(1).normal(size=(2, *size, 2)).astype(np.float32)
    with tf.GradientTape() as tape:
        picture = tf.constant(x)
        tape.watch(picture)
        total = tf.reduce_sum(winograd.convolution(kernel)(picture) * dy)
    gradient = tape.gradient(total, picture).numpy().astype(np.float64)
    assert gradient.shape == x.shape
    for place in np.ndindex(*x.shape):
        other = np.zeros_like(x)
        other[place] = 1
        np.testing.assert_allclose(gradient[place], np.sum(dy * plain(other, kernel)), atol=1e-4)
        if place[1] > 2 and place[2] > 2:
            break  # enough to have seen corners, edges and the middle


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_any_size_agrees_with_the_direct_way(height, width, channels, filters, seed):
    x, kernel = drawn(height, width, channels, filters, seed)
    direct = tf.nn.conv2d(x, kernel, 1, "SAME")
    np.testing.assert_allclose(winograd.convolution(kernel)(tf.constant(x)), direct, atol=2e-4)


def test_the_matrices_hold_in_one_dimension_exactly():
    rng = np.random.default_rng(0)
    for _ in range(10):
        pixels, kernel = rng.integers(-9, 9, 6), rng.integers(-9, 9, 3)
        found = winograd.A_T @ ((winograd.G @ kernel) * (winograd.B_T @ pixels))
        np.testing.assert_allclose(found, [pixels[i : i + 3] @ kernel for i in range(4)], atol=1e-12)


@pytest.mark.parametrize("shape", [(5, 5, 3, 2), (3, 3, 3), (1, 1, 3, 2)])
def test_another_kernel_is_refused(shape):
    with pytest.raises(ValueError, match=r"kernel: expected \(3, 3, channels in, channels out\), got shape"):
        winograd.convolution(np.ones(shape, np.float32))
