"""Tests of course_utils.faces.distances: right numbers, exact zeros, finite gradients, clear errors."""

import math
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.backend import keras, tf
from course_utils.faces import distances
from course_utils.faces.distances import METRICS, chi_square, cosine, euclidean, pairwise, squared_euclidean

# ---- Oracles and data ----


def plain_distance(metric, a, b):
    """One distance between two rows, by loops over Python floats; 1 - cos of a tiny angle needs 28 digits."""
    a, b = [float(p) for p in a], [float(q) for q in b]
    if metric == "cosine":
        a, b = [Decimal(p) for p in a], [Decimal(q) for q in b]
        a_norm, b_norm = (sum(p * p for p in row).sqrt() for row in (a, b))
        if a_norm == 0 or b_norm == 0:
            return 0.0 if a_norm == b_norm else 1.0
        return float(1 - sum(p * q for p, q in zip(a, b, strict=True)) / (a_norm * b_norm))
    if metric == "chi_square":
        return math.fsum((p - q) ** 2 / (p + q) for p, q in zip(a, b, strict=True) if p + q > 0)
    squared = math.fsum((p - q) ** 2 for p, q in zip(a, b, strict=True))
    return math.sqrt(squared) if metric == "euclidean" else squared


def plain_pairwise(metric, x, y):
    return np.array([[plain_distance(metric, row, other) for other in y] for row in x])


def same_kind(value):
    return value


KINDS = {"numpy": (same_kind, np.ndarray), "tensorflow": (tf.constant, tf.Tensor)}
each_metric = pytest.mark.parametrize("metric", METRICS)
each_kind = pytest.mark.parametrize("kind", KINDS)


def elementwise(metric):
    return getattr(distances, metric)


def usable(metric, array):
    """Chi-square is for features >= 0."""
    return np.abs(array) if metric == "chi_square" else array


def ordinary(rng):
    return rng.normal(size=(12, 6))


def far_from_origin(rng):
    return 10_000 + 0.01 * rng.normal(size=(12, 6))


def near_duplicates(rng):
    rows = 5 * rng.normal(size=(4, 6))
    return np.concatenate([rows, rows * (1 + 1e-6), rows + 1e-4])


def with_zeros(rng):
    rows = rng.normal(size=(12, 6)) * rng.integers(0, 2, size=(12, 6))
    rows[[2, 5]] = 0
    return rows


def of_many_sizes(rng):
    return rng.normal(size=(12, 6)) * 10.0 ** rng.integers(-6, 6, size=(12, 1))


each_data = pytest.mark.parametrize("data", [ordinary, far_from_origin, near_duplicates, with_zeros, of_many_sizes])


def rows_with_repeats(dtype, bound=1e6):
    """Two batches of equally many rows, taken from a few rows that may be zero, equal or hardly different."""
    width = np.dtype(dtype).itemsize * 8
    number = st.one_of(st.just(0.0), st.sampled_from([1.0, -1.0, 1e-30, 1e-18]), st.floats(-bound, bound, width=width))

    @st.composite
    def draw_batches(draw):
        pool = draw(
            arrays(dtype, (draw(st.integers(1, 3)), draw(st.integers(1, 4))), elements=number.map(np.dtype(dtype).type))
        )
        row = st.integers(0, len(pool) - 1)
        picks = draw(st.lists(st.tuples(row, row), min_size=1, max_size=4))
        return pool[[first for first, _ in picks]], pool[[second for _, second in picks]]

    return draw_batches()


# ---- Right numbers ----


@each_metric
@each_kind
@each_data
def test_elementwise_agrees_with_loops(metric, kind, data):
    rng = np.random.default_rng(1)
    a, b = usable(metric, data(rng)), usable(metric, data(rng))
    to_kind, _ = KINDS[kind]
    expected = [plain_distance(metric, p, q) for p, q in zip(a, b, strict=True)]
    np.testing.assert_allclose(elementwise(metric)(to_kind(a), to_kind(b)), expected, rtol=1e-8, atol=1e-15 * max(expected))


@each_metric
@each_kind
@each_data
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("to_itself", [True, False])
def test_pairwise_agrees_with_float64_loops(metric, kind, data, dtype, to_itself):
    rng = np.random.default_rng(2)
    x = usable(metric, data(rng)).astype(dtype)
    y = x if to_itself else usable(metric, data(rng)[:5]).astype(dtype)
    to_kind, _ = KINDS[kind]
    got = pairwise(to_kind(x), metric=metric) if to_itself else pairwise(to_kind(x), to_kind(y), metric)
    expected = plain_pairwise(metric, x, y)
    assert got.shape == expected.shape
    assert np.abs(np.asarray(got) - expected).max() <= 1e-5 * expected.max()


@each_metric
@pytest.mark.parametrize("to_itself", [True, False])
def test_pairwise_of_more_rows_than_a_block(metric, to_itself):
    rng = np.random.default_rng(3)
    x = usable(metric, rng.normal(size=(2 * distances._BLOCK + 7, 3)))
    y = x if to_itself else usable(metric, rng.normal(size=(distances._BLOCK + 1, 3)))
    got = pairwise(x, None if to_itself else y, metric)
    np.testing.assert_allclose(got, elementwise(metric)(x[:, None], y[None]), rtol=1e-9, atol=1e-12)


def test_pairwise_keeps_distances_that_are_small_beside_the_largest():
    x = np.array([[0.0, 0.0], [1e-4, 0.0], [1.0, 0.0]])
    np.testing.assert_allclose(pairwise(x)[0], [0, 1e-4, 1], rtol=1e-6)


@each_metric
@each_kind
def test_one_row(metric, kind):
    to_kind, _ = KINDS[kind]
    row = np.array([[3.0, 4.0]])
    other = np.array([[4.0, 3.0]])
    np.testing.assert_array_equal(pairwise(to_kind(row), metric=metric), [[0.0]])
    expected = plain_distance(metric, row[0], other[0])
    np.testing.assert_allclose(pairwise(to_kind(row), to_kind(other), metric), [[expected]], rtol=1e-12)


def test_by_hand():
    a, b = np.array([[3.0, 4.0]]), np.array([[0.0, 8.0]])
    assert squared_euclidean(a, b)[0] == 25
    assert euclidean(a, b)[0] == 5
    assert cosine(a, b)[0] == pytest.approx(1 - 32 / 40)
    assert chi_square(a, b)[0] == pytest.approx(9 / 3 + 16 / 12)


@each_kind
def test_pairwise_neither_overflows_nor_vanishes_in_float32(kind):
    to_kind, _ = KINDS[kind]
    for size in (1e-30, 1e30):
        x = np.array([[1, 0], [0, 1], [0, 2]], np.float32) * np.float32(size)
        np.testing.assert_allclose(pairwise(to_kind(x))[0], np.array([0, 2**0.5, 5**0.5]) * size, rtol=1e-6)
        np.testing.assert_allclose(pairwise(to_kind(x), metric="cosine"), [[0, 1, 1], [1, 0, 0], [1, 0, 0]], atol=1e-7)


@each_kind
def test_chi_square_neither_overflows_nor_vanishes_in_float32(kind):
    to_kind, _ = KINDS[kind]
    for size in (1e-30, 1e30):
        a, b = (np.array([row], np.float32) * np.float32(size) for row in ([3, 0], [1, 2]))
        np.testing.assert_allclose(chi_square(to_kind(a), to_kind(b)), [3 * size], rtol=1e-6)


# ---- Properties ----


@each_metric
@each_kind
@given(data=st.data())
def test_equal_rows_are_at_distance_zero(metric, kind, data):
    to_kind, _ = KINDS[kind]
    dtype = data.draw(st.sampled_from(["float32", "float64"]))
    x = usable(metric, data.draw(rows_with_repeats(dtype))[0])
    np.testing.assert_array_equal(elementwise(metric)(to_kind(x), to_kind(x.copy())), np.zeros(len(x)))
    equal = np.array([[np.array_equal(row, other) for other in x] for row in x])
    for matrix in (pairwise(to_kind(x), metric=metric), pairwise(to_kind(x), to_kind(x.copy()), metric)):
        np.testing.assert_array_equal(np.asarray(matrix)[equal], 0)


@each_metric
@pytest.mark.parametrize("features", [2, 128, 10304])
def test_repeated_rows_far_from_the_origin_are_at_distance_zero(metric, features):
    rng = np.random.default_rng(4)
    x = np.repeat(100 + rng.random((4, features)), 3, axis=0)
    equal = np.kron(np.eye(4, dtype=bool), np.ones((3, 3), bool))
    np.testing.assert_array_equal(pairwise(x, metric=metric)[equal], 0)
    np.testing.assert_array_equal(np.asarray(pairwise(tf.constant(x), metric=metric))[equal], 0)
    assert (pairwise(x, metric=metric)[~equal] > 0).all()


@each_metric
@given(data=st.data())
def test_symmetry_and_sign(metric, data):
    a, b = (usable(metric, batch) for batch in data.draw(rows_with_repeats("float64")))
    there, back = elementwise(metric)(a, b), elementwise(metric)(b, a)
    np.testing.assert_array_equal(there, back)
    assert (there >= 0).all()
    matrix = pairwise(np.concatenate([a, b]), metric=metric)
    np.testing.assert_allclose(matrix, matrix.T, rtol=0, atol=1e-5 * matrix.max())
    assert not np.signbit(matrix).any()  # not even -0.0, which is printed as "-0."


@given(arrays("float64", (3, 4), elements=st.floats(-1e6, 1e6)))
def test_triangle_inequality(points):
    a, b, c = points
    assert euclidean(a, c) <= (euclidean(a, b) + euclidean(b, c)) * (1 + 1e-12)


@given(arrays("float64", (2, 5), elements=st.floats(-10, 10)), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_cosine_does_not_see_lengths(points, scale, other_scale):
    a, b = np.where(np.abs(points) < 1e-6, 0, points)
    assert cosine(scale * a, other_scale * b) == pytest.approx(cosine(a, b), abs=1e-12)
    assert 0 <= cosine(a, b) <= 2 + 1e-12


def test_cosine_of_opposite_rows_is_two_and_of_upright_ones_one():
    assert cosine([[1.0, 2.0]], [[-2.0, -4.0]])[0] == pytest.approx(2)
    assert cosine([[1.0, 2.0]], [[-2.0, 1.0]])[0] == pytest.approx(1)


def test_cosine_is_precise_for_small_angles():
    angle = 1e-6
    a, b = np.array([[1.0, 0.0]]), np.array([[math.cos(angle), math.sin(angle)]])
    assert cosine(a, b)[0] == pytest.approx(angle**2 / 2, rel=1e-6)


@each_kind
def test_cosine_of_a_row_of_zeros(kind):
    to_kind, _ = KINDS[kind]
    a = to_kind(np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]]))
    b = to_kind(np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_allclose(cosine(a, b), [0, 1, 1])
    np.testing.assert_allclose(pairwise(a, b, "cosine"), [[0, 1, 0], [0, 1, 0], [1, 0, 1]], atol=1e-12)


@each_kind
@pytest.mark.parametrize(
    ("dtype", "size"), [("float16", 1e-4), ("float16", 300), ("float32", 1e-30), ("float32", 1e30), ("float64", 1e200)]
)
def test_cosine_neither_overflows_nor_vanishes(kind, dtype, size):
    to_kind, _ = KINDS[kind]
    a, b = (to_kind((np.array(rows) * size).astype(dtype)) for rows in ([[1, 0], [1, 1], [1, 0]], [[0, 1], [1, 1], [1, 1]]))
    np.testing.assert_allclose(cosine(a, b), [1, 0, 1 - 0.5**0.5], atol=2e-3)
    np.testing.assert_allclose(pairwise(a, b, "cosine")[0], [1, 1 - 0.5**0.5, 1 - 0.5**0.5], atol=2e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cosine_of_ordinary_rows_is_that_of_the_unit_vectors_to_the_last_digit(dtype):
    a, b = np.random.default_rng(0).normal(size=(2, 50, 9)).astype(dtype) * np.logspace(-9, 9, 50, dtype=dtype)[:, None]
    p, q = (x / np.sqrt(np.sum(x**2, axis=-1, keepdims=True)) for x in (a, b))
    np.testing.assert_array_equal(cosine(a, b), np.sum(np.append((p - q) ** 2, 0 * p[:, :1], axis=1), axis=-1) / 2)


@each_metric
@each_kind
def test_not_a_number_never_passes_for_a_small_distance(metric, kind):
    to_kind, _ = KINDS[kind]
    a, b = np.array([[1.0, np.nan], [1.0, 2.0]]), np.array([[1.0, 2.0], [1.0, 2.0]])
    np.testing.assert_array_equal(np.isnan(elementwise(metric)(to_kind(a), to_kind(b))), [True, False])
    for matrix in (pairwise(to_kind(a), to_kind(b), metric), pairwise(to_kind(a), metric=metric)):
        assert np.isnan(np.asarray(matrix)[0]).all()


# ---- Kinds, dtypes, shapes ----


@each_metric
@each_kind
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_kind_and_dtype_out_are_those_that_went_in(metric, kind, dtype):
    to_kind, expected_kind = KINDS[kind]
    x = to_kind(np.array([[1, 2, 3], [4, 5, 7]], dtype))
    for result in (elementwise(metric)(x, x[::-1]), pairwise(x, metric=metric), pairwise(x, x[:1], metric)):
        assert isinstance(result, expected_kind)
        assert result.dtype == dtype
    expected = plain_pairwise(metric, [[1, 2, 3], [4, 5, 7]], [[1, 2, 3], [4, 5, 7]])
    np.testing.assert_allclose(pairwise(x, metric=metric), expected, rtol=2e-3)


@each_metric
def test_bfloat16(metric):
    x = tf.constant([[1, 2, 3], [4, 5, 7]], tf.bfloat16)
    for result in (elementwise(metric)(x, x[::-1]), pairwise(x, metric=metric)):
        assert result.dtype == tf.bfloat16


@each_metric
@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "bool"])
@each_kind
def test_whole_numbers_are_taken_as_float64(metric, dtype, kind):
    to_kind, _ = KINDS[kind]
    x = np.array([[0, 1, 200], [3, 0, 100]]).astype(dtype)
    expected = plain_pairwise(metric, x, x)
    for got in (pairwise(to_kind(x), metric=metric), elementwise(metric)(to_kind(x[:, None]), to_kind(x[None]))):
        assert got.dtype == "float64"
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


@each_metric
def test_the_wider_dtype_and_the_tensor_win(metric):
    narrow, wide = np.array([[1, 2]], np.float32), np.array([[3, 5], [4, 4]], np.float64)
    expected = plain_pairwise(metric, narrow, wide)
    for x, y in [
        (narrow, wide),
        (tf.constant(narrow), tf.constant(wide)),
        (tf.constant(narrow), wide),
        (narrow, tf.constant(wide)),
    ]:
        got = pairwise(x, y, metric)
        assert got.dtype == elementwise(metric)(x, y).dtype == "float64"
        assert isinstance(got, np.ndarray) == (isinstance(x, np.ndarray) and isinstance(y, np.ndarray))
        np.testing.assert_allclose(got, expected)
        np.testing.assert_allclose(elementwise(metric)(x, y), expected[0])


@each_metric
def test_lists(metric):
    a, b = [[1, 2.5], [0, 4]], [[2, 2], [3, 1]]
    np.testing.assert_allclose(elementwise(metric)(a, b), [plain_distance(metric, p, q) for p, q in zip(a, b, strict=True)])
    np.testing.assert_allclose(pairwise(a, b, metric), plain_pairwise(metric, a, b))
    np.testing.assert_allclose(elementwise(metric)(tf.constant(a), b), elementwise(metric)(a, b), rtol=1e-5)


@each_metric
@each_kind
def test_broadcasting(metric, kind):
    to_kind, _ = KINDS[kind]
    x, y = np.arange(12.0).reshape(4, 3), np.arange(15.0).reshape(5, 3)
    got = elementwise(metric)(to_kind(x[:, None]), to_kind(y[None]))
    np.testing.assert_allclose(got, plain_pairwise(metric, x, y), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        elementwise(metric)(to_kind(x), to_kind(y[0])), plain_pairwise(metric, x, y[:1])[:, 0], atol=1e-15
    )


@each_metric
@each_kind
def test_empty_batches_give_empty_distances(metric, kind):
    to_kind, _ = KINDS[kind]
    assert elementwise(metric)(to_kind(np.empty((0, 3))), to_kind(np.empty((0, 3)))).shape == (0,)


@each_metric
def test_arguments_are_left_as_they_were(metric):
    x, y = np.arange(6.0).reshape(2, 3), np.arange(9.0).reshape(3, 3)
    pairwise(x, metric=metric)
    pairwise(x, y, metric)
    elementwise(metric)(x, x[::-1])
    np.testing.assert_array_equal(x, np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(y, np.arange(9.0).reshape(3, 3))


# ---- Inside networks ----

TRICKY = np.array([[0, 0, 0], [1, 2, 3], [1, 2, 3], [2, 4, 6], [0, 5, 0]], np.float32)


@each_metric
@pytest.mark.parametrize("function", ["elementwise", "pairwise"])
def test_in_a_keras_model(metric, function):
    def distance(a, b):
        return elementwise(metric)(a, b) if function == "elementwise" else pairwise(a, b, metric)

    first, second = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([first, second], distance(first, second))
    a, b = tf.constant(TRICKY), tf.constant(TRICKY[[0, 2, 0, 4, 4]])
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        result = model([a, b])
    np.testing.assert_allclose(result, distance(TRICKY, b.numpy()), atol=1e-6)
    for gradient in tape.gradient(result, [a, b]):
        assert np.isfinite(gradient).all()


@each_metric
def test_in_a_compiled_function_with_any_number_of_rows(metric):
    rows = tf.TensorSpec((None, 3), tf.float32)
    compiled = tf.function(
        lambda a, b: (pairwise(a, b, metric), pairwise(a, metric=metric), elementwise(metric)(a, b)),
        input_signature=[rows, rows],
    )
    for count in (5, 2, 1):
        a, b = TRICKY[:count], TRICKY[::-1][:count]
        expected = pairwise(a, b, metric), pairwise(a, metric=metric), elementwise(metric)(a, b)
        for got, wanted in zip(compiled(a, b), expected, strict=True):
            np.testing.assert_allclose(got, wanted, atol=1e-6)


@each_metric
def test_variables(metric):
    np.testing.assert_allclose(
        elementwise(metric)(tf.Variable(TRICKY), keras.Variable(TRICKY[::-1])),
        elementwise(metric)(TRICKY, TRICKY[::-1]),
        atol=1e-6,
    )


@each_metric
@given(data=st.data())
def test_gradients_are_finite_everywhere(metric, data):
    a, b = (tf.constant(usable(metric, batch)) for batch in data.draw(rows_with_repeats("float32")))
    for distance in (
        elementwise(metric),
        lambda a, b: pairwise(a, b, metric),
        lambda a, b: pairwise(a, metric=metric) + b[0, 0],
    ):
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            result = distance(a, b)
        for gradient in tape.gradient(result, [a, b]):
            assert np.isfinite(gradient).all()


@each_metric
def test_gradients_are_zero_where_rows_are_equal_or_have_no_direction(metric):
    a, b = tf.constant([[1.0, 2.0], [0.0, 0.0]]), tf.constant([[1.0, 2.0], [0.0, 0.0]])
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        result = elementwise(metric)(a, b)
    for gradient in tape.gradient(result, [a, b]):
        np.testing.assert_allclose(gradient, 0, atol=1e-7)


@each_metric
@pytest.mark.parametrize("function", ["elementwise", "pairwise", "pairwise to itself"])
def test_gradients_equal_central_differences(metric, function):
    """The slope of the NumPy function, measured, is the gradient of the TensorFlow one."""
    rng = np.random.default_rng(5)
    a, b = usable(metric, rng.normal(size=(4, 3))) + 0.1, usable(metric, rng.normal(size=(4, 3))) + 0.1
    weight = rng.normal(size=4 if function == "elementwise" else (4, 4))

    def loss(a, b):
        if function == "elementwise":
            result = elementwise(metric)(a, b)
        else:
            result = pairwise(a, b if function == "pairwise" else None, metric)
        return (result * weight).sum() if isinstance(result, np.ndarray) else tf.reduce_sum(result * weight)

    tensors = [tf.constant(a), tf.constant(b)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        result = loss(*tensors)
    gradients = tape.gradient(result, tensors, unconnected_gradients="zero")
    for which, gradient in enumerate(gradients):
        for place in np.ndindex(4, 3):
            step = np.zeros((4, 3))
            step[place] = 1e-5
            steps = (step, 0) if which == 0 else (0, step)
            slope = (loss(a + steps[0], b + steps[1]) - loss(a - steps[0], b - steps[1])) / 2e-5
            assert float(gradient[place]) == pytest.approx(slope, rel=1e-6, abs=1e-7)


@each_metric
def test_gradient_taken_twice_and_gradient_of_a_gradient(metric):
    a, b = tf.constant(TRICKY[:4]), tf.constant(TRICKY[[0, 2, 0, 1]])
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(a)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(a)
            result = elementwise(metric)(a, b)
        first, again = inner.gradient(result, a), inner.gradient(result, a)
        total = tf.reduce_sum(first * first)
    np.testing.assert_array_equal(first, again)
    assert np.isfinite(outer.gradient(total, a)).all()


# ---- Errors ----


@each_kind
def test_unknown_metric(kind):
    to_kind, _ = KINDS[kind]
    with pytest.raises(
        ValueError, match=r"metric: 'manhattan' is not known; choose one of squared_euclidean, euclidean, cosine, chi_square"
    ):
        pairwise(to_kind(np.ones((2, 2))), metric="manhattan")


@each_metric
@each_kind
@pytest.mark.parametrize(
    ("x_shape", "y_shape"),
    [((3,), (3,)), ((2, 2, 3), (2, 3)), ((2, 3), (2, 4)), ((2, 3), (3,)), ((0, 3), (2, 3)), ((2, 3), (0, 3)), ((2, 0), (2, 0))],
)
def test_wrong_shapes(metric, kind, x_shape, y_shape):
    to_kind, _ = KINDS[kind]
    with pytest.raises(ValueError, match=r"x, y: expected shapes \(n, features\) and \(m, features\), got") as error:
        pairwise(to_kind(np.ones(x_shape)), to_kind(np.ones(y_shape)), metric)
    assert str(x_shape) in str(error.value)
    assert str(y_shape) in str(error.value)


@each_metric
def test_batches_that_do_not_broadcast(metric):
    with pytest.raises(ValueError, match="a, b: expected one shape, or shapes that broadcast"):
        elementwise(metric)(np.ones((2, 3)), np.ones((2, 4)))


def test_negative_features_in_chi_square():
    fine, negative = np.array([[1.0, 2.0]]), np.array([[1.0, -0.5]])
    message = r"{}: chi_square needs features >= 0, such as counts; the least here is -0.5"
    with pytest.raises(ValueError, match=message.format("a")):
        chi_square(negative, fine)
    with pytest.raises(ValueError, match=message.format("b")):
        chi_square(fine, negative)
    with pytest.raises(ValueError, match=message.format("x")):
        pairwise(negative, metric="chi_square")
    with pytest.raises(ValueError, match=message.format("y")):
        pairwise(fine, negative, "chi_square")


# ---- Import ----


def test_numpy_users_do_not_wait_for_tensorflow():
    program = (
        "import sys, numpy as np\n"
        "from course_utils.faces import distances\n"
        "for metric in distances.METRICS:\n"
        "    distances.pairwise(np.ones((2, 3)), metric=metric)\n"
        "    getattr(distances, metric)([[1.0]], [[2.0]])\n"
        "print(sorted({'tensorflow', 'keras'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "odd", [tf.sparse.from_dense(tf.eye(3)), tf.ragged.constant([[1.0, 2.0], [3.0]])], ids=["sparse", "ragged"]
)
@pytest.mark.parametrize("distance", [squared_euclidean, euclidean, cosine, chi_square, pairwise])
def test_rows_that_are_not_whole_are_refused(distance, odd):
    with pytest.raises(
        ValueError, match=r"[ax]: expected rows of the same length, none of them sparse, got a (Sparse|Ragged)Tensor"
    ):
        distance(odd, tf.eye(3))
