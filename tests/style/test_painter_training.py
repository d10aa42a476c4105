"""Tests of course_utils.style.painter_training: the right loss goes down, and a training can be stopped and continued.

Parts of photographs are 32 pixels large here. Where neither matters, the network is small, and the loss needs no VGG19.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.backend import keras, tf
from course_utils.data.image_files import resize
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import PICTURES, picture
from course_utils.style import painter_training
from course_utils.style.painter import Painter, painter_network
from course_utils.style.painter_training import NEVER_SEEN, TRAINING_PICTURES, PerceptualLoss, parts, train_painter
from course_utils.vgg19 import FeatureExtractor

CAT = resize(picture("chelsea"), 40, 60)
WAVES = painting("waves", 36, 48)


class Darkness:
    """Takes the place of the perceptual loss: how bright the painting is, and how far from the photograph."""

    def __init__(self, style, style_weight, precision):
        self.given = style, style_weight, precision

    def __call__(self, photographs, painted):
        content, style = tf.reduce_mean((photographs - painted) ** 2) / 255**2, tf.reduce_mean(painted) / 255
        return tf.stack([content, style, content + style])


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(painter_training, "SIDE", 32)
    monkeypatch.setattr(painter_training, "EVERY", 4)


def small_network(seed):
    """Three convolutions in the place of the painter's network; the one in between is moved by Muon."""

    def convolution(number, channels, activation):
        initial = keras.initializers.GlorotUniform(3 * seed + number)
        return keras.layers.Conv2D(channels, 3, padding="same", activation=activation, kernel_initializer=initial)

    layers = [convolution(0, 4, "tanh"), convolution(1, 4, "tanh"), convolution(2, 3, "sigmoid")]
    rescaling = keras.layers.Rescaling
    return keras.Sequential([keras.Input((None, None, 3)), rescaling(1 / 255), *layers, rescaling(255.0)])


@pytest.fixture
def darkness(monkeypatch, small):
    monkeypatch.setattr(painter_training, "PerceptualLoss", Darkness)
    monkeypatch.setattr(painter_training, "painter_network", small_network)


def train(**options):
    return train_painter(WAVES, **{"steps": 4, "photographs": [CAT], "precision": "float32", "progress": False} | options)


def weights(painter):
    return np.concatenate([one.ravel() for one in painter.network.get_weights()])


# ---- The loss ----


def plain_costs(photographs, painted, style, style_weight):
    """The formulas of the docstring in float64, picture by picture and position by position."""
    layers = [f"block{block}_conv1" for block in range(1, 6)]
    see = FeatureExtractor([*layers, "block3_conv2"])

    def gram(a):
        total = np.zeros((a.shape[-1], a.shape[-1]))
        for position in a.reshape(-1, a.shape[-1]):
            total += np.outer(position, position)
        return total / (a.shape[0] * a.shape[1])

    def activations(one):
        return {layer: a.numpy()[0].astype(np.float64) for layer, a in see(one).items()}

    a_S = activations(style)
    content = style_cost = variation = 0.0
    for photograph, one in zip(photographs, painted, strict=True):
        a_C, a_G = activations(photograph), activations(one)
        content += np.sum((a_C["block3_conv2"] - a_G["block3_conv2"]) ** 2) / np.sum(a_C["block3_conv2"] ** 2)
        for layer in layers:
            A_S, A_G = gram(a_S[layer]), gram(a_G[layer])
            style_cost += np.sum((A_S - A_G) ** 2) / np.sum(A_S**2) / len(layers)
        x = one.astype(np.float64)
        variation += (np.sum(np.diff(x, axis=0) ** 2) + np.sum(np.diff(x, axis=1) ** 2)) / x.size
    content, style_cost, variation = (cost / len(painted) for cost in (content, style_cost, variation))
    return content, style_cost, content + style_weight * style_cost + 2e-5 * variation


def test_the_loss_is_the_formula():
    rng = np.random.default_rng(0)
    photographs, painted = rng.uniform(0, 255, (2, 2, 32, 24, 3)).astype(np.float32)
    found = PerceptualLoss(WAVES, 5.0)(tf.constant(photographs), tf.constant(painted))
    np.testing.assert_allclose(found, plain_costs(photographs, painted, WAVES, 5.0), rtol=1e-4)


def test_the_costs_are_zero_where_nothing_is_to_be_changed():
    photographs, style = (tf.constant(one[None], tf.float32) for one in (CAT, WAVES))
    loss = PerceptualLoss(WAVES, 5.0)
    content, far, _ = loss(photographs, photographs).numpy()
    _, near, _ = loss(style, style).numpy()
    assert content == pytest.approx(0, abs=1e-6)
    assert near == pytest.approx(0, abs=1e-6)
    assert far > 0.1


# ---- The parts of photographs ----


def test_parts_are_of_the_photographs_and_seeds_repeat():
    photographs = [np.full((40, 60, 3), level, np.uint8) for level in (40, 120)]
    found = parts(photographs, np.random.default_rng(0), 64)
    assert found.shape == (64, 128, 128, 3)
    assert found.dtype == np.float32
    levels = found[:, 0, 0, 0]
    assert (found == levels[:, None, None, None]).all()
    assert ((levels >= 0.7 * 40) & (levels <= 1.3 * 40)).any()
    assert ((levels >= 0.7 * 120) & (levels <= 1.3 * 120)).any()
    assert len(set(levels)) == 64
    np.testing.assert_array_equal(parts(photographs, np.random.default_rng(0), 64), found)
    assert not np.array_equal(parts(photographs, np.random.default_rng(1), 64), found)


def test_parts_are_large_and_small_from_everywhere_and_mirrored(small):
    ramp = np.tile(np.linspace(0, 190, 400, dtype=np.uint8)[None, :, None], (300, 1, 3))
    found = parts([ramp], np.random.default_rng(0), 200)
    slopes = found[:, 16, -1, 0] - found[:, 16, 0, 0]
    assert 60 < (slopes > 0).sum() < 140
    assert abs(slopes).max() > 2.5 * abs(slopes).min()  # as 300 pixels to 96, and brighter or darker
    assert found.min() < 10
    assert found.max() > 200
    assert found.max() <= 255


def test_a_white_photograph_does_not_become_brighter_than_white():
    assert parts([np.full((96, 96, 3), 255, np.uint8)], np.random.default_rng(0), 16).max() == 255


def test_one_photograph_of_the_course_is_never_seen(darkness, monkeypatch):
    seen = []
    monkeypatch.setattr(painter_training, "picture", lambda name: seen.append(name) or CAT)
    train(photographs=None, steps=1)
    assert sorted([*seen, NEVER_SEEN]) == sorted(PICTURES)
    assert tuple(seen) == TRAINING_PICTURES
    assert len(seen) == 9


# ---- Training ----


@pytest.mark.slow
def test_the_costs_fall_and_what_is_saved_paints_the_same(small, tmp_path, monkeypatch):
    monkeypatch.setattr("course_utils.style.painter.RESIDUAL_BLOCKS", 1)
    painter = train(steps=16, seed=1, name="waves")
    first, last = painter.history[0], painter.history[-1]
    assert last.total < 0.7 * first.total
    assert last.style < 0.7 * first.style
    assert [judged.steps for judged in painter.history] == [0, 4, 8, 12, 16]
    seconds = [judged.seconds for judged in painter.history]
    assert seconds == sorted(seconds)
    assert (painter.style, painter.ended) == ("waves", "done")
    assert (painter.settings["steps"], painter.settings["seed"], painter.settings["style_weight"]) == (16, 1, 5.0)
    photographs = parts([CAT], np.random.default_rng(9))
    painted = painter.network(photographs).numpy().clip(0, 255)
    untrained = painter_network(seed=1)(photographs).numpy().clip(0, 255)
    costs = [plain_costs(photographs, one, WAVES, 5.0)[2] for one in (painted, untrained)]
    assert costs[0] < 0.8 * costs[1]
    painter.save(tmp_path / "painter.npz")
    np.testing.assert_array_equal(Painter.load(tmp_path / "painter.npz").paint(CAT), painter.paint(CAT))


def test_the_same_seed_gives_the_same_painter(darkness):
    one, same, other = train(seed=1), train(seed=1), train(seed=2)
    np.testing.assert_allclose(weights(one), weights(same), atol=1e-3)
    np.testing.assert_allclose([judged[2:] for judged in one.history], [judged[2:] for judged in same.history], rtol=1e-3)
    assert abs(weights(one) - weights(other)).max() > 0.1


def test_every_weight_is_moved(darkness):
    before, after = small_network(0).get_weights(), train(seed=0).network.get_weights()
    assert all((one != other).all() for one, other in zip(before, after, strict=True))


def test_an_interrupt_keeps_the_best(darkness, monkeypatch):
    monkeypatch.setattr(painter_training, "learning_rate", lambda share, done: 0.01 if done < 4 else -0.1)  # then up the slope
    kept = []

    def look(steps, painter):
        kept.append(weights(painter))
        if steps == 8:
            raise KeyboardInterrupt

    painter = train(steps=1000, look=look)
    assert painter.ended == "interrupted"
    totals = [judged.total for judged in painter.history]
    assert [judged.steps for judged in painter.history] == [0, 4, 8]
    assert totals[1] == min(totals) < totals[2]
    np.testing.assert_allclose(weights(painter), kept[1], atol=1e-3)
    assert abs(weights(painter) - kept[2]).max() > 0.1


def test_an_interrupt_between_two_looks_loses_nothing(darkness, monkeypatch):
    drawn = []

    def interrupted(photographs, rng):
        if len(drawn) == painter_training.JUDGES + 6:
            raise KeyboardInterrupt
        drawn.append(None)
        return parts(photographs, rng)

    monkeypatch.setattr(painter_training, "parts", interrupted)
    painter = train(steps=1000)
    assert painter.ended == "interrupted"
    assert [judged.steps for judged in painter.history] == [0, 4, 6]


def test_a_second_interrupt_while_it_is_judged_for_the_last_time_keeps_the_best(darkness, monkeypatch):
    rates = iter([0.01] * 4 + [-0.1] * 2)  # down the slope until it is judged, then up

    def interrupted(share, done):
        if (rate := next(rates, None)) is None:
            raise KeyboardInterrupt
        return rate

    monkeypatch.setattr(painter_training, "learning_rate", interrupted)
    kept = []

    def look(steps, painter):
        kept.append(weights(painter))
        if steps == 6:
            raise KeyboardInterrupt

    painter = train(steps=1000, look=look)
    assert painter.ended == "interrupted"
    assert [judged.steps for judged in painter.history] == [0, 4, 6]
    np.testing.assert_allclose(weights(painter), kept[1], atol=1e-3)
    assert abs(weights(painter) - kept[2]).max() > 0.1


def test_a_second_interrupt_before_the_costs_are_known_keeps_what_was_judged(darkness, monkeypatch):
    steps_and_costs = painter_training._compiled

    def compiled(*given):
        step, costs = steps_and_costs(*given)
        asked = []

        def interrupted(judge):
            asked.append(None)
            if len(asked) > 2 * painter_training.JUDGES:
                raise KeyboardInterrupt
            return costs(judge)

        return step, interrupted

    monkeypatch.setattr(painter_training, "_compiled", compiled)
    kept = []
    painter = train(steps=1000, look=lambda steps, painter: kept.append(weights(painter)))
    assert painter.ended == "interrupted"
    assert [judged.steps for judged in painter.history] == [0, 4]
    np.testing.assert_allclose(weights(painter), kept[1], atol=1e-3)


def test_who_interrupts_before_it_is_judged_at_all_has_no_painter(darkness, monkeypatch):
    def interrupted(self, look):
        raise KeyboardInterrupt

    monkeypatch.setattr(painter_training._Training, "_judge", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train()


def test_a_training_can_be_continued(darkness):
    painter = train(name="dark")
    reached = painter.history[-1]
    again = train(painter=painter, steps=6, name="other")
    assert again is painter
    assert again.style == "dark"
    assert [judged.steps for judged in again.history] == [0, 4, 4, 8, 10]
    assert again.history[2].total == pytest.approx(reached.total, rel=1e-2)
    assert again.history[-1].total < reached.total
    assert again.history[-1].seconds > reached.seconds


def test_a_painter_that_cannot_be_bettered_stays_as_it_is(darkness, monkeypatch):
    painter = train()
    before = weights(painter)
    monkeypatch.setattr(painter_training, "learning_rate", lambda share, done: -0.1)
    train(painter=painter)
    np.testing.assert_array_equal(weights(painter), before)


def test_the_minutes_say_when_it_ends(darkness, monkeypatch):
    now = iter(range(0, 100_000, 10))
    monkeypatch.setattr(painter_training, "perf_counter", lambda: next(now))
    few, many = (train(minutes=minutes, steps=None).history[-1] for minutes in (1, 3))
    assert few.seconds >= 60
    assert many.seconds >= 180
    assert 2 * few.steps < many.steps < 18


def test_one_step_is_taken_at_least(darkness):
    assert train(minutes=1e-6, steps=None).history[-1].steps == 1


def test_the_learning_rate_rises_then_falls():
    rates = [painter_training.learning_rate(step / 1000, step) for step in range(1000)]
    assert rates[0] == pytest.approx(8e-5)
    assert np.argmax(rates) in range(45, 55)
    assert max(rates) == pytest.approx(4e-3, rel=0.01)
    assert rates[-1] == pytest.approx(1e-4, rel=0.01)
    assert sorted(rates[55:], reverse=True) == rates[55:]


def test_look_sees_it_grow(darkness):
    seen = []
    train(steps=6, look=lambda steps, painter: seen.append((steps, painter.paint(CAT).mean(), len(painter.history))))
    assert [steps for steps, _, _ in seen] == [0, 4, 6]
    assert [judged for _, _, judged in seen] == [1, 2, 3]
    assert seen[-1][1] < seen[0][1]


def test_the_bar_shows_both_costs_and_the_time_left(darkness, capsys):
    train(progress=True)
    shown = capsys.readouterr().err
    assert "step 4: content " in shown
    assert ", style " in shown
    assert "100% |" in shown


def test_the_style_is_brought_to_the_size_of_its_strokes(darkness, monkeypatch):
    given = []
    monkeypatch.setattr(painter_training, "PerceptualLoss", lambda *all: given.append(all) or Darkness(*all))
    train(style_size=64, style_weight=3, steps=1)
    style, weight, precision = given[0]
    assert style.shape == (48, 64, 3)
    assert (weight, precision) == (3.0, "float32")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("style", [None, "waves", np.ones((2, 3, 5)), np.zeros((4, 400, 3), np.uint8), CAT[:2, :2]]),
        ("name", [None, 5, "", Path("waves.png")]),
        ("minutes", [0, -1, np.nan, np.inf, "8", True, 1441]),
        ("steps", [0, -1, 1.5, "10", True]),
        ("style_weight", [-1, np.nan, "3", None, 1e300, 1e38]),
        ("style_size", [31, 5000, 64.0, None]),
        ("seed", [-1, 2**31, 1.0, None]),
        ("photographs", [[], [np.ones((8, 8, 3), np.uint8)], [None], CAT, 5, "china", np.array(3), Image.fromarray(CAT)]),
        ("painter", ["waves", 3]),
        ("precision", ["float16", 16]),
        ("look", [3, "x"]),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, wrong):
    for value in wrong:
        with pytest.raises(ValueError, match=rf"^{name}\b"):
            train_painter(**{"style": WAVES, "steps": 1, name: value})
