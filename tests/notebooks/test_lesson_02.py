"""What lesson 02 builds from zero, taken out of it, agrees with the package and with plain loops."""

import numpy as np
import pytest

from course_utils.backend import keras, tf
from course_utils.faces import losses, networks
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON = NOTEBOOKS / "02_siamese_network.ipynb"


def pictures(number: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((number, 56, 46, 1), dtype=np.float32)


@pytest.mark.parametrize("margin", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_contrastive_loss_is_that_of_the_package(seed: int, margin: float):
    rng = np.random.default_rng(seed)
    distance, same = 2.5 * rng.random(50), rng.random(50) < 0.5
    lesson = functions(LESSON, "contrastive_loss")["contrastive_loss"]
    np.testing.assert_allclose(lesson(same, distance, margin), losses.contrastive_loss(distance, same, margin), rtol=1e-14)
    plain = [d**2 / 2 if is_same else max(0.0, margin - d) ** 2 / 2 for d, is_same in zip(distance, same, strict=True)]
    np.testing.assert_allclose(lesson(same.astype(int), distance, margin), plain, rtol=1e-12)


def test_the_mistakes_differ_from_the_loss_where_the_lesson_says():
    built = functions(LESSON, "contrastive_loss", "margin_outside", "swapped")
    distance = np.array([0.0, 0.5, 1.0, 2.0])
    for same in (0, 1):
        right, outside = (built[name](same, distance, 1.0) for name in ("contrastive_loss", "margin_outside"))
        assert (right == outside).tolist() == [True, True, True, same == 1]
        np.testing.assert_array_equal(built["swapped"](same, distance, 1.0), built["contrastive_loss"](1 - same, distance, 1.0))


@pytest.mark.parametrize(("share_same", "margin"), [(0.5, 1.0), (0.2, 1.7), (0.9, 0.4)])
def test_the_price_of_nothing_is_the_lowest_mean_loss_of_one_distance_for_all(share_same: float, margin: float):
    in_one_point, best, price = functions(LESSON, "price_of_nothing")["price_of_nothing"](share_same, margin)
    c = np.linspace(0, 2 * margin, 20001)
    mean = (share_same * c**2 + (1 - share_same) * np.maximum(0, margin - c) ** 2) / 2
    assert in_one_point == pytest.approx(mean[0])
    assert best == pytest.approx(c[mean.argmin()], abs=1e-3)
    assert price == pytest.approx(mean.min(), rel=1e-6)


def test_siamese_network_is_that_of_the_package():
    encoder = networks.embedding_network(seed=3)
    lesson = functions(LESSON, "siamese_network")["siamese_network"](encoder)
    package = networks.siamese_network(encoder)
    pair = [pictures(4, seed=1), pictures(4, seed=2)]
    np.testing.assert_allclose(lesson(pair), package(pair), rtol=1e-6)
    assert lesson.count_params() == package.count_params() == encoder.count_params()


def test_train_step_goes_down_the_slope_of_the_mean_loss():
    """With plain gradient descent the loss must fall by rate * |gradient|^2, to first order."""
    encoder = networks.embedding_network(seed=0)
    first, second, same = pictures(6, seed=1), pictures(6, seed=2), np.array([1, 0, 1, 0, 0, 1], bool)

    def loss_and_distance() -> tuple[float, np.ndarray]:
        f = encoder(np.concatenate([first, second]), training=True).numpy().astype(np.float64)
        distance = np.array([np.sqrt(np.sum((a - b) ** 2)) for a, b in zip(f[:6], f[6:], strict=True)])
        terms = [d**2 / 2 if is_same else max(0.0, 1 - d) ** 2 / 2 for d, is_same in zip(distance, same, strict=True)]
        return float(np.mean(terms)), distance

    before, distance = loss_and_distance()
    rate, old = 1e-3, [weight.numpy() for weight in encoder.trainable_variables]
    train_step = functions(LESSON, "train_step")["train_step"]
    loss, seen = train_step(encoder, keras.optimizers.SGD(rate), first, second, tf.constant(same))
    assert float(loss) == pytest.approx(before, rel=1e-5)
    np.testing.assert_allclose(seen, distance, rtol=1e-4)
    gradient = [(was - is_now.numpy()) / rate for was, is_now in zip(old, encoder.trainable_variables, strict=True)]
    expected = rate * sum(float(np.sum(np.square(slope))) for slope in gradient)
    assert before - loss_and_distance()[0] == pytest.approx(expected, rel=0.1)
