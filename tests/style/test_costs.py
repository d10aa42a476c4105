"""Tests of course_utils.style.costs: the lecture notes' formulas to the letter, and what follows from them."""

import math
from inspect import signature

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.backend import tf
from course_utils.style.costs import (
    CONVENTIONS,
    content_cost,
    equivalent_weights,
    gram_matrix,
    layer_style_cost,
    mean_gram_matrix,
    style_cost,
    style_cost_to,
    total_cost,
    total_variation,
)

# ---- Oracles: loops over Python floats ----


def plain_content_cost(a_C, a_G):
    _, n_H, n_W, n_C = a_C.shape
    total = 0.0
    for h in range(n_H):
        for w in range(n_W):
            for c in range(n_C):
                total += (float(a_C[0, h, w, c]) - float(a_G[0, h, w, c])) ** 2
    return total / (4 * n_H * n_W * n_C)


def plain_gram_matrix(a):
    _, n_H, n_W, n_C = a.shape
    gram = np.zeros((n_C, n_C))
    for i in range(n_C):
        for j in range(n_C):
            gram[i, j] = math.fsum(float(a[0, h, w, i]) * float(a[0, h, w, j]) for h in range(n_H) for w in range(n_W))
    return gram


def plain_layer_style_cost(a_S, a_G):
    """Eq. 2, for activations of one size."""
    _, n_H, n_W, n_C = a_S.shape
    difference = plain_gram_matrix(a_S) - plain_gram_matrix(a_G)
    total = math.fsum(difference[i, j] ** 2 for i in range(n_C) for j in range(n_C))
    return total / (4 * n_C**2 * (n_H * n_W) ** 2)


def plain_total_variation(picture):
    height, width, channels = picture.shape
    total = 0.0
    for h in range(height):
        for w in range(width):
            for c in range(channels):
                here = float(picture[h, w, c])
                total += (float(picture[h + 1, w, c]) - here) ** 2 if h + 1 < height else 0
                total += (float(picture[h, w + 1, c]) - here) ** 2 if w + 1 < width else 0
    return total / (height * width * channels)


# ---- Helpers ----


def random_activations(height, width, channels, seed=0, dtype="float64", scale=100.0):
    """As a layer gives them: none below 0, about half of them 0, no channel like another."""
    rng = np.random.default_rng(seed)
    return np.maximum(rng.normal(scale=scale, size=(1, height, width, channels)) * (1 + np.arange(channels)), 0).astype(dtype)


def gradient(function, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return tape.gradient(value, x).numpy()


def central_differences(function, x, step=1e-5):
    result = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[place] = step
        result[place] = (function(x + move) - function(x - move)) / (2 * step)
    return result


SHAPES = [(1, 1, 1), (3, 5, 4), (6, 2, 7), (1, 9, 3)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
each_dtype = pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-12), ("float32", 1e-4)])


# ---- Against the loops ----


@each_shape
@each_dtype
def test_costs_and_gram_matrix_are_those_of_the_loops(shape, dtype, rtol):
    a, b = random_activations(*shape, seed=1, dtype=dtype), random_activations(*shape, seed=2, dtype=dtype)
    for ours, plain in (content_cost(a, b), plain_content_cost(a, b)), (gram_matrix(a), plain_gram_matrix(a)):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, plain, rtol=rtol)
    np.testing.assert_allclose(layer_style_cost(a, b), plain_layer_style_cost(a, b), rtol=rtol)


@each_dtype
def test_total_variation_is_that_of_the_loops(dtype, rtol):
    picture = np.random.default_rng(0).uniform(0, 255, (7, 5, 3)).astype(dtype)
    for given_as in picture, picture[None]:
        np.testing.assert_allclose(total_variation(given_as), plain_total_variation(picture), rtol=rtol)
    assert total_variation(np.full((4, 6, 3), 7, np.uint8)) == 0


def test_the_content_cost_is_of_the_type_of_the_generated_picture():
    a_C, a_G = random_activations(3, 5, 4), random_activations(3, 5, 4, seed=1)
    for kind in ("float32", "float64"):
        mixed = content_cost(a_C, tf.constant(a_G, kind)), content_cost(tf.constant(a_C, tf.float32), a_G.astype(kind))
        for cost in mixed:
            assert cost.dtype == kind
            np.testing.assert_allclose(cost, plain_content_cost(a_C, a_G), rtol=1e-5)


def test_half_precision_is_summed_in_float32():
    a = random_activations(40, 40, 8)
    for half in (tf.float16, tf.bfloat16):
        ours = gram_matrix(tf.cast(a, half))
        assert ours.dtype == tf.float32
        np.testing.assert_allclose(ours, plain_gram_matrix(tf.cast(tf.cast(a, half), tf.float64).numpy()), rtol=1e-4)


def test_style_cost_is_the_weighted_sum_over_the_layers_that_have_weights():
    a_S = {"one": random_activations(4, 5, 3), "two": random_activations(2, 2, 6), "three": random_activations(2, 1, 2)}
    a_G = {"two": random_activations(2, 2, 6, seed=1), "one": random_activations(4, 5, 3, seed=1)}
    expected = 0.3 * plain_layer_style_cost(a_S["one"], a_G["one"]) + 0.7 * plain_layer_style_cost(a_S["two"], a_G["two"])
    np.testing.assert_allclose(style_cost(a_S, a_G, {"one": 0.3, "two": 0.7}), expected, rtol=1e-12)


def test_total_cost_does_not_mix_up_its_weights():
    assert total_cost(3.0, 5.0) == 10 * 3 + 40 * 5
    assert total_cost(3.0, 5.0, alpha=2, beta=7) == 2 * 3 + 7 * 5


# ---- Gradients ----


@pytest.mark.parametrize(
    "cost",
    [
        lambda a: content_cost(random_activations(3, 4, 5, seed=9, scale=1), a),
        lambda a: layer_style_cost(random_activations(2, 7, 5, seed=9, scale=1), a),
        lambda a: total_cost(
            content_cost(random_activations(3, 4, 5, seed=9, scale=1), a),
            style_cost({"x": random_activations(3, 3, 5, seed=8, scale=1)}, {"x": a}, {"x": 0.5}),
        ),
        total_variation,
    ],
    ids=["content", "style", "total", "variation"],
)
def test_gradients_are_those_of_finite_differences(cost):
    a = random_activations(3, 4, 5, seed=1, scale=1)
    expected = central_differences(cost, a)
    np.testing.assert_allclose(gradient(cost, a), expected, rtol=1e-6, atol=1e-6 * abs(expected).max())


def test_gradients_are_zero_not_nan_where_the_cost_is_zero():
    a = random_activations(3, 4, 5)
    for cost in lambda x: content_cost(a, x), lambda x: layer_style_cost(a, x):
        np.testing.assert_array_equal(gradient(cost, a), 0)
    np.testing.assert_array_equal(gradient(total_variation, np.full((1, 4, 4, 3), 9.0)), 0)


# ---- Properties ----

sizes = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)


@given(sizes, sizes, sizes, seeds)
@settings(max_examples=40)
def test_a_gram_matrix_is_symmetric_and_positive_semidefinite(n_H, n_W, n_C, seed):
    gram = gram_matrix(random_activations(n_H, n_W, n_C, seed)).numpy()
    assert gram.shape == (n_C, n_C)
    np.testing.assert_allclose(gram, gram.T, rtol=1e-12)
    assert np.linalg.eigvalsh(gram).min() >= -1e-12 * np.trace(gram)


@given(sizes, sizes, sizes, seeds)
@settings(max_examples=40)
def test_style_does_not_know_where_but_content_does(n_H, n_W, n_C, seed):
    a = random_activations(n_H, n_W, n_C, seed)
    order = np.random.default_rng(seed).permutation(n_H * n_W)
    shuffled = a.reshape(-1, n_C)[order].reshape(a.shape)
    np.testing.assert_allclose(gram_matrix(shuffled), gram_matrix(a), rtol=1e-12)
    assert (content_cost(a, shuffled) == 0) == np.array_equal(a, shuffled)


@given(sizes, sizes, sizes, seeds)
@settings(max_examples=40)
def test_costs_of_a_picture_with_itself_are_zero_and_with_another_symmetric(n_H, n_W, n_C, seed):
    a, b = random_activations(n_H, n_W, n_C, seed), random_activations(n_H, n_W, n_C, seed + 1)
    for cost in content_cost, layer_style_cost:
        assert cost(a, a) == 0
        np.testing.assert_allclose(cost(a, b), cost(b, a), rtol=1e-12)


def test_gram_matrix_grows_with_the_picture_and_the_style_cost_does_not():
    small, other = random_activations(4, 6, 5), random_activations(3, 7, 5, seed=1)
    large = np.tile(small, (1, 2, 2, 1))
    np.testing.assert_allclose(gram_matrix(large), 4 * gram_matrix(small).numpy(), rtol=1e-12)
    np.testing.assert_allclose(layer_style_cost(small, large), 0, atol=1e-9 * layer_style_cost(small, other))
    np.testing.assert_allclose(layer_style_cost(large, other), layer_style_cost(small, other), rtol=1e-12)


def test_a_style_is_known_by_its_mean_gram_matrix():
    a_S, a_G = random_activations(5, 2, 4), random_activations(3, 3, 4, seed=1)
    assert style_cost_to(mean_gram_matrix(a_S), a_G) == layer_style_cost(a_S, a_G)


# ---- Bad input ----


@pytest.mark.parametrize("shape", [(4, 5, 3), (2, 4, 5, 3), (5,)])
def test_what_is_not_the_activations_of_one_picture_is_refused(shape):
    wrong, right = np.zeros(shape), np.zeros((1, 4, 5, 3))
    for call in (
        lambda: gram_matrix(wrong),
        lambda: content_cost(wrong, right),
        lambda: content_cost(right, wrong),
        lambda: layer_style_cost(wrong, right),
        lambda: layer_style_cost(right, wrong),
    ):
        with pytest.raises(ValueError, match=r"a(_C|_S|_G|): expected activations of one picture, \(1, n_H, n_W, n_C\)"):
            call()


def test_pictures_that_do_not_fit_are_refused():
    a = np.zeros((1, 4, 5, 3))
    with pytest.raises(ValueError, match=r"expected one shape for both, got \(1, 4, 5, 3\) and \(1, 5, 4, 3\)"):
        content_cost(a, np.zeros((1, 5, 4, 3)))
    with pytest.raises(ValueError, match="the style has 3 channels, a_G has 2"):
        layer_style_cost(a, np.zeros((1, 4, 5, 2)))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({}, r"weights: expected a weight for each layer, \{name: number\}, got \{\}"),
        (["x"], r"weights: expected a weight for each layer, .* got \['x'\]"),
        ({"x": 0.0}, "weights: expected a weight above 0, got only zeros"),
        *(
            ({"x": value}, r"weights\['x'\]: expected a number from 0, got")
            for value in (-1.0, math.nan, math.inf, True, "1", None)
        ),
    ],
)
def test_weights_that_cannot_be(weights, message):
    a = {"x": np.zeros((1, 2, 2, 1))}
    with pytest.raises(ValueError, match=message):
        style_cost(a, a, weights)


@pytest.mark.parametrize("a_S", [None, np.zeros((1, 2, 2, 1)), ["x"]])
def test_activations_that_have_no_layers(a_S):
    with pytest.raises(ValueError, match=r"a_S: expected the activations by layer"):
        style_cost(a_S, {"x": np.zeros((1, 2, 2, 1))}, {"x": 1})


COSTS = [
    *((cost, name) for cost in (content_cost, layer_style_cost) for name in ("a_C" if cost is content_cost else "a_S", "a_G")),
    (gram_matrix, "a"),
    (mean_gram_matrix, "a"),
    (total_variation, "picture"),
]


@pytest.mark.parametrize(
    "value", [None, "x", [[1, 2], [3]], np.zeros((1, 2, 2, 1), complex), np.array(["a"]), np.zeros(3)], ids=repr
)
@pytest.mark.parametrize(("cost", "name"), COSTS)
def test_what_is_no_activations_is_named(cost, name, value):
    good = np.zeros((1, 2, 2, 1))
    arguments = [value] if len(signature(cost).parameters) == 1 else [value, good] if name != "a_G" else [good, value]
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        cost(*arguments)


@pytest.mark.parametrize("cost", [content_cost, layer_style_cost, lambda a, _: gram_matrix(a), lambda a, _: total_variation(a)])
def test_activations_are_the_same_whatever_holds_their_numbers(cost):
    a, b = np.random.default_rng(0).integers(0, 9, (2, 1, 3, 4, 5), np.int64)
    expected = cost(a.astype(np.float32), b.astype(np.float32))
    for kind in (lambda x: x, np.ndarray.tolist, np.float16, np.uint8, np.float64):
        np.testing.assert_allclose(cost(kind(a), kind(b)), expected, rtol=1e-6)


def test_a_layer_that_has_a_weight_must_be_there():
    a = {"x": np.zeros((1, 2, 2, 1))}
    with pytest.raises(ValueError, match="a_G: there are no activations of y"):
        style_cost({**a, "y": a["x"]}, a, {"x": 1, "y": 1})


# ---- Other people's weights ----
#
# The total cost of each recipe, from its own description, on the activations of a picture of 16 x 20 pixels.

PICTURE = (16, 20, 3)
CONTENT = (4, 5, 6)
STYLES = {"block1": (16, 20, 2), "block2": (8, 10, 5), "block3": (4, 5, 7)}


def channels_by_positions(a):
    """F, whose row i is channel i at all positions: what Gatys and d2l write their formulas in."""
    return a[0].reshape(-1, a.shape[3]).T


def gatys(c, s, p, f, styles):
    content = np.sum((channels_by_positions(f) - channels_by_positions(p)) ** 2) / 2
    style = 0.0
    for a_S, a_G in styles.values():
        N, M = channels_by_positions(a_G).shape
        A, G = (channels_by_positions(a) @ channels_by_positions(a).T for a in (a_S, a_G))
        style += np.sum((G - A) ** 2) / (4 * N**2 * M**2) / len(styles)
    return c * content + s * style


def keras_io(c, s, base, combination, styles):
    loss = c * np.sum((combination - base) ** 2)
    channels, size = 3, PICTURE[0] * PICTURE[1]
    for a_S, a_G in styles.values():
        S, C = (channels_by_positions(a) @ channels_by_positions(a).T for a in (a_S, a_G))
        loss += s / len(styles) * np.sum((S - C) ** 2) / (4 * channels**2 * size**2)
    return loss


def tensorflow(c, s, target, output, styles):
    def gram(a):
        return np.einsum("bijc,bijd->bcd", a, a) / (a.shape[1] * a.shape[2])

    style = sum(np.mean((gram(a_G) - gram(a_S)) ** 2) for a_S, a_G in styles.values())
    return c * np.mean((output - target) ** 2) + s / len(styles) * style


def coursera(c, s, a_C, a_G, styles):
    style = sum(plain_layer_style_cost(*pair) / len(styles) for pair in styles.values())
    return c * plain_content_cost(a_C, a_G) + s * style


def d2l(c, s, Y, Y_hat, styles):
    def gram(a):
        X = channels_by_positions(a)
        return X @ X.T / X.size

    style = sum(np.mean((gram(a_G) - gram(a_S)) ** 2) for a_S, a_G in styles.values())
    return c * np.mean((Y_hat - Y) ** 2) + s * style


RECIPES = {"gatys": gatys, "keras.io": keras_io, "tensorflow": tensorflow, "coursera": coursera, "d2l": d2l}
PUBLISHED = {"gatys": (1, 1e3), "keras.io": (2.5e-8, 1e-6), "tensorflow": (1e4, 1e-2), "coursera": (10, 40), "d2l": (1, 1e4)}


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("seed", range(3))
def test_equivalent_weights_give_the_cost_of_the_recipe(convention, seed):
    a_C, a_G = (random_activations(*CONTENT, seed=(seed, k)) for k in range(2))
    styles = {
        layer: tuple(random_activations(*shape, seed=(seed, k, shape[2])) for k in range(2)) for layer, shape in STYLES.items()
    }
    for content_weight, style_weight in (PUBLISHED[convention], (1.0, 1e-12), (1e-12, 1.0)):  # both, and each by itself
        theirs = RECIPES[convention](content_weight, style_weight, a_C, a_G, styles)
        alpha, beta, layers = equivalent_weights(
            convention,
            content_weight,
            style_weight,
            content_shape=a_C.shape,
            style_shapes={layer: pair[0].shape for layer, pair in styles.items()},
            picture_shape=PICTURE,
        )
        J_style = style_cost(
            {layer: pair[0] for layer, pair in styles.items()}, {layer: pair[1] for layer, pair in styles.items()}, layers
        )
        np.testing.assert_allclose(total_cost(content_cost(a_C, a_G), J_style, alpha, beta), theirs, rtol=1e-10)
        assert sum(layers.values()) == pytest.approx(1)


def test_the_weights_of_the_course_are_those_of_its_own_formulas():
    weights = equivalent_weights(
        "coursera", 10, 40, content_shape=(1, 4, 5, 6), style_shapes={"x": (1, 4, 4, 2), "y": (1, 2, 2, 9)}
    )
    assert weights[:2] == pytest.approx((10, 40))
    assert weights.layers == pytest.approx({"x": 0.5, "y": 0.5})


def test_the_keras_example_tilts_its_style_to_the_first_block():
    # Their 3 channels and H x W stand where the layer's own n_C and n_H n_W belong.
    shapes = {f"block{b}": (1, 400 >> b - 1, 400 >> b - 1, n_C) for b, n_C in enumerate((64, 128, 256, 512, 512), start=1)}
    layers = equivalent_weights(
        "keras.io", 1, 1, content_shape=(1, 25, 25, 512), style_shapes=shapes, picture_shape=(400, 400, 3)
    ).layers
    assert 800 < layers["block1"] / layers["block5"] < 1200


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"convention": "mine"}, "convention: 'mine' is not known; choose one of gatys, keras.io"),
        ({"content_weight": 0}, "content_weight: expected a number above 0, got 0"),
        ({"style_weight": -1.0}, "style_weight: expected a number above 0, got -1.0"),
        ({"style_shapes": {}}, "style_shapes: expected at least one layer"),
        ({"content_shape": (4, 5, 6)}, r"content_shape: expected a shape, 4 whole numbers or more, got \(4, 5, 6\)"),
        ({"style_shapes": {"x": (1, None, 4, 2)}}, r"style_shapes\['x'\]\[1\]: expected a whole number above 0, got None"),
        ({"content_shape": 7}, "content_shape: expected a shape, 4 whole numbers or more, got 7"),
        ({"content_shape": (1, 4, 5.5, 6)}, r"content_shape\[2\]: expected a whole number above 0, got 5.5"),
        (
            {"content_shape": (1, 4, 5, 6, 7)},
            r"content_shape: expected the shape of activations of one picture, .* got \(1, 4, 5, 6, \.\.\.",
        ),
        ({"content_shape": (2, 4, 5, 6)}, r"content_shape: expected the shape of activations of one picture, .* got \(2, 4"),
        ({"style_shapes": {"x": (3, 4, 4, 2)}}, r"style_shapes\['x'\]: expected the shape of activations of one picture"),
        ({"style_shapes": [(1, 4, 4, 2)]}, r"style_shapes: expected at least one layer, \{name: .* got \[\(1, 4, 4, 2\)\]"),
        ({"style_weight": 1e-320, "convention": "d2l"}, "^content_weight, style_weight: expected .* and beta = 0"),
        ({"style_weight": 1e308, "convention": "tensorflow"}, "^content_weight, style_weight: expected .* and beta = inf"),
        ({"content_weight": 1e308}, "^content_weight, style_weight: expected .* got alpha = inf"),
        ({"content_weight": 1e-323, "convention": "d2l"}, "^content_weight, style_weight: expected .* got alpha = 0"),
        ({"picture_shape": None}, "picture_shape: expected a shape, 2 whole numbers or more, got None"),
    ],
)
def test_bad_arguments_of_equivalent_weights(changed, message):
    arguments = {"convention": "keras.io", "content_weight": 1.0, "style_weight": 1.0, "content_shape": (1, 4, 5, 6)}
    arguments |= {"style_shapes": {"x": (1, 4, 4, 2)}, "picture_shape": PICTURE}
    with pytest.raises(ValueError, match=message):
        equivalent_weights(**(arguments | changed))
