"""What lesson 04 builds from zero, taken out of it, agrees with the package and with plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.backend import keras, tf
from course_utils.faces import networks
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON = NOTEBOOKS / "04_verification_as_classification.ipynb"


def two_embeddings(pairs: int, features: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random points of length 1; the first pair is twice the same point, the second has features that are 0 in both."""
    f1, f2 = np.random.default_rng(seed).normal(size=(2, pairs, features))
    f2[0] = f1[0]
    f1[1, :2] = f2[1, :2] = 0
    return tuple(f / np.linalg.norm(f, axis=1, keepdims=True) for f in (f1, f2))


# ---- The unit ----


@pytest.mark.parametrize("seed", range(3))
def test_verification_head_is_that_of_the_package(seed: int):
    f1, f2 = two_embeddings(20, 6, seed)
    w = np.random.default_rng(seed + 10).normal(size=6)
    lesson = functions(LESSON, "sigmoid", "absolute", "verification_head")["verification_head"]
    package = networks.verification_head(6)
    package.set_weights([w[:, None], np.array([0.4])])
    np.testing.assert_allclose(lesson(f1, f2, w, 0.4), package([f1, f2]), rtol=1e-5)
    plain = [
        1 / (1 + math.exp(-(sum(wk * abs(a - b) for wk, a, b in zip(w, x, y, strict=True)) + 0.4)))
        for x, y in zip(f1, f2, strict=True)
    ]
    np.testing.assert_allclose(lesson(f1, f2, w, 0.4), plain, rtol=1e-12)
    np.testing.assert_array_equal(lesson(f1, f2, w, 0.4), lesson(f2, f1, w, 0.4))


@given(st.floats(-5, -0.1), st.floats(0.1, 10), st.integers(0, 1000))
def test_with_equal_weights_it_is_a_threshold_on_the_sum_of_differences(w: float, b: float, seed: int):
    f1, f2 = two_embeddings(30, 8, seed)
    lesson = functions(LESSON, "sigmoid", "absolute", "verification_head")["verification_head"]
    sums, tau = np.abs(f1 - f2).sum(axis=1), -b / w
    far_from_it = np.abs(sums - tau) > 1e-9
    accepted = lesson(f1, f2, np.full(8, w), b) >= 0.5
    np.testing.assert_array_equal(accepted[far_from_it], (sums <= tau)[far_from_it])


# ---- Fitting it ----


@pytest.mark.parametrize("regularisation", [10.0, 1.0, 0.01])
def test_fit_is_the_lowest_point_of_the_balanced_log_loss_with_its_regularisation(regularisation: float):
    rng = np.random.default_rng(0)
    same = rng.random(400) < 0.15
    x = np.abs(rng.normal(size=(400, 3))) + 0.5 * ~same[:, None]
    w, b = functions(LESSON, "fit")["fit"](x, same, regularisation)
    each = np.where(same, 200 / same.sum(), 200 / (~same).sum())  # both kinds count 200 pairs

    def cost(w: np.ndarray, b: float) -> float:
        z = x @ w + b
        return np.sum(each * np.logaddexp(0, np.where(same, -z, z))) + regularisation * w @ w / 2

    lowest = cost(w, b)
    for step in 1e-2 * rng.normal(size=(50, 4)):
        assert cost(w + step[:3], b + step[3]) > lowest


@pytest.mark.parametrize("seed", range(3))
def test_even_log_loss_is_a_mean_over_both_kinds_of_pair(seed: int):
    rng = np.random.default_rng(seed)
    z, same = 3 * rng.normal(size=60), rng.random(60) < 0.2
    plain = {True: [], False: []}
    for value, kind in zip(z, same, strict=True):
        p = 1 / (1 + math.exp(-value))
        plain[bool(kind)].append(-math.log(p if kind else 1 - p))
    expected = sum(sum(losses) / len(losses) for losses in plain.values()) / 2
    lesson = functions(LESSON, "sigmoid", "even_log_loss")["even_log_loss"]
    assert lesson(z, same) == pytest.approx(expected, rel=1e-9)


# ---- Mix and price ----

SHARES = st.floats(0.01, 0.99)


@given(st.floats(-30, -1), st.floats(0, 20), st.floats(0.1, 100), st.floats(0.1, 100), SHARES)
def test_at_the_threshold_accepting_and_rejecting_cost_the_same(w: float, b: float, accept: float, reject: float, pi: float):
    lesson = functions(LESSON, "unit_threshold", "log_odds_of")["unit_threshold"]
    tau = lesson(w, b, accept, reject, pi)
    times_more_often = math.exp(w * tau + b)  # with one person than with two
    p = pi * times_more_often / (pi * times_more_often + 1 - pi)
    assert (1 - p) * accept == pytest.approx(p * reject, rel=1e-9)
    nearer = math.exp(w * (tau - 0.01) + b)
    p_nearer = pi * nearer / (pi * nearer + 1 - pi)
    assert (1 - p_nearer) * accept < p_nearer * reject


@given(st.floats(-8, 8), SHARES)
def test_the_log_odds_of_the_mix_are_bayes_rule(z: float, pi: float):
    built = functions(LESSON, "sigmoid", "log_odds_of")
    half = built["sigmoid"](z)  # the probability if both kinds come equally often
    bayes = pi * half / (pi * half + (1 - pi) * (1 - half))
    assert built["sigmoid"](z + built["log_odds_of"](pi)) == pytest.approx(bayes, rel=1e-9)


# ---- End to end ----


def test_log_odds_order_pairs_as_the_probabilities_of_the_package():
    f1, f2 = two_embeddings(7, 64, 1)
    head = networks.verification_head()
    head.set_weights([np.random.default_rng(0).normal(-1, 1, size=(64, 1)), np.array([3.0])])
    table = functions(LESSON, "absolute", "log_odds")["log_odds"](head)(f1, f2)
    assert table.shape == (7, 7)
    for i in range(7):
        probability = np.float64(head([np.repeat(f1[[i]], 7, axis=0), f2]))
        np.testing.assert_allclose(1 / (1 + np.exp(table[i])), probability, rtol=1e-4, atol=1e-7)


@pytest.mark.slow
def test_train_step_follows_the_log_loss_into_encoder_and_unit():
    step = functions(LESSON, "train_step")["train_step"]
    step.__globals__["log_loss_of"] = keras.losses.BinaryCrossentropy()
    encoder, head = networks.embedding_network(seed=1), networks.verification_head()
    both = np.random.default_rng(0).random((12, 56, 46, 1), dtype=np.float32)
    same = tf.constant([True, False, True, False, False, True])

    def loss() -> float:
        f = np.float64(encoder(both, training=True))
        z = -2 * np.abs(f[:6] - f[6:]).sum(axis=1) + 5 if not moved else None
        p = np.float64(head([f[:6], f[6:]])) if moved else 1 / (1 + np.exp(-z))
        return -np.mean(np.log(np.where(same, p, 1 - p)))

    moved = False
    before = loss()
    weights = [weight.numpy().copy() for weight in encoder.trainable_variables + head.trainable_variables]
    optimizer = keras.optimizers.SGD(1e-3)
    optimizer.build(encoder.trainable_variables + head.trainable_variables)
    assert float(step(encoder, head, optimizer, both, same)) == pytest.approx(before, rel=1e-4)
    moved = True
    assert loss() < before
    for variable, old in zip(encoder.trainable_variables + head.trainable_variables, weights, strict=True):
        assert not np.array_equal(variable.numpy(), old), variable.path
