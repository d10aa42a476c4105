"""Tests of course_utils.faces.training: it learns, repeats itself, sees collapse, and keeps NaN out of the weights."""

import numpy as np
import pytest

from course_utils.backend import keras, tf
from course_utils.data.faces import load_faces
from course_utils.faces import losses, training
from course_utils.faces.networks import fingerprint
from course_utils.faces.training import History, train

ALL_LOSSES = tuple(training.OBJECTIVES)


@pytest.fixture(scope="module")
def eight():
    """Pictures of eight people, and whose they are."""
    faces = load_faces().of(range(1, 9))
    return faces.pictures.reshape(80, 112, 92), faces.person.ravel()


def tiny_encoder(features=8, seed=0, scale=1.0):
    """An encoder that trains in a moment: one linear map, not scaled to length 1."""
    initial = keras.initializers.GlorotUniform(seed)
    picture = keras.Input((56, 46, 1))
    x = keras.layers.AveragePooling2D(8)(picture)
    x = keras.layers.Dense(features, kernel_initializer=initial)(keras.layers.Flatten()(x))
    return keras.Model(picture, keras.layers.Rescaling(scale)(x))


def history(different, length=1.0):
    different = np.asarray(different, float)
    return History(np.zeros_like(different), np.zeros_like(different), different, np.full_like(different, length))


# ---- It learns ----


@pytest.mark.slow
@pytest.mark.parametrize("loss", ALL_LOSSES)
def test_every_loss_falls_and_draws_people_apart(eight, loss):
    run = train(*eight, loss, steps=80, encoder=tiny_encoder(), learning_rate=0.01, progress=False)
    assert run.history.loss.shape == run.history.same.shape == (80,)
    assert run.history.loss[-10:].mean() < 0.9 * run.history.loss[:10].mean()
    apart = run.history.different / run.history.same
    assert apart[-10:].mean() > 1.1 * apart[:10].mean()
    assert (run.head is not None) == (loss == "verification")


@pytest.mark.slow
def test_the_encoder_of_the_course_learns_people_apart(eight):
    run = train(*eight, steps=40, progress=False)
    assert run.encoder.count_params() == 147_088
    assert run.history.loss[-5:].mean() < run.history.loss[:5].mean() - 0.1
    np.testing.assert_allclose(run.history.length, 1, rtol=1e-4)
    assert run.history.collapsed_at is None


@pytest.mark.slow
def test_both_kinds_of_head_are_trained(eight):
    for kind, weights in (("absolute", 8), ("chi_square", 16)):
        run = train(*eight, "verification", kind=kind, steps=3, encoder=tiny_encoder(), progress=False)
        assert run.head.count_params() == weights + 1


@pytest.mark.slow
def test_the_history_holds_the_loss_of_each_batch(eight):
    pictures, people = eight
    steps = 3
    run = train(pictures, people, "batch_hard", gap=0.3, steps=steps, encoder=tiny_encoder(), progress=False)
    assert run.history.loss.shape == (steps,)
    untrained = tiny_encoder()
    draw = training.sampling.people_and_pictures(people, 8, 4, seed=0)
    batch = next(draw)
    pictures = training.augment(tf.constant(training.shrink(eight[0][batch])[..., None]), (0, 0))
    f = untrained(pictures)
    assert run.history.loss[0] == pytest.approx(float(losses.batch_hard(f, people[batch], 0.3)), rel=1e-4)
    f, who = np.float64(f), people[batch]
    pairs = [(np.linalg.norm(f[i] - f[j]), who[i] == who[j]) for i in range(32) for j in range(32) if i != j]
    assert run.history.same[0] == pytest.approx(np.mean([d for d, same in pairs if same]), rel=1e-4)
    assert run.history.different[0] == pytest.approx(np.mean([d for d, same in pairs if not same]), rel=1e-4)
    assert run.history.length[0] == pytest.approx(np.linalg.norm(f, axis=1).mean(), rel=1e-4)


@pytest.mark.slow
def test_numbers_of_numpy_and_lists_are_taken(eight):
    def trained(pictures, people, **numbers):
        return train(pictures, people, encoder=tiny_encoder(), progress=False, **numbers).history.loss

    numbers = {"steps": np.int64(2), "seed": np.int32(3), "learning_rate": np.float32(0.001), "gap": np.float64(0.3)}
    expected = trained(*eight, steps=2, seed=3, learning_rate=float(np.float32(0.001)), gap=0.3)
    np.testing.assert_array_equal(trained(list(eight[0]), eight[1].tolist(), **numbers), expected)


@pytest.mark.slow
def test_gap_and_margin_reach_the_loss(eight):
    for loss, small, large in (
        ("contrastive", {"margin": 0.5}, {"margin": 5.0}),
        ("triplet", {"gap": 0.1}, {"gap": 1.0}),
        ("semi_hard", {"gap": 0.1}, {"gap": 1.0}),
    ):
        runs = [train(*eight, loss, steps=1, encoder=tiny_encoder(), progress=False, **k) for k in (small, large)]
        assert runs[1].history.loss[0] > runs[0].history.loss[0] + 0.05


# ---- It repeats itself ----


@pytest.mark.slow
def test_the_same_seed_gives_the_same_run_and_another_seed_another(eight):
    runs = [train(*eight, steps=3, encoder=tiny_encoder(), seed=seed, progress=False) for seed in (4, 4, 5)]
    prints = [fingerprint(run.encoder) for run in runs]
    assert prints[0] == prints[1] != prints[2]
    np.testing.assert_array_equal(runs[0].history.loss, runs[1].history.loss)


def test_a_given_encoder_is_trained_in_place(eight):
    encoder = tiny_encoder()
    before = fingerprint(encoder)
    assert train(*eight, steps=1, encoder=encoder, progress=False).encoder is encoder
    assert fingerprint(encoder) != before


# ---- It sees what goes wrong ----


def test_collapse_is_the_first_of_twenty_close_steps():
    assert history([1.0] * 30).collapsed_at is None
    assert history([0.05] * 19 + [1.0] + [0.05] * 19).collapsed_at is None
    assert history([1.0] * 7 + [0.05] * 20 + [1.0]).collapsed_at == 7
    assert history([0.05] * 20, length=0.1).collapsed_at is None  # small, but so are the embeddings
    assert history([5.0] * 20, length=100.0).collapsed_at == 0
    assert history([0.05] * 3).collapsed_at is None


def test_a_run_at_one_point_is_seen_to_have_collapsed(eight):
    encoder = tiny_encoder(scale=0.0)  # every picture at the origin
    run = train(*eight, steps=25, encoder=encoder, progress=False)
    assert run.history.collapsed_at == 0
    np.testing.assert_array_equal(run.history.loss, np.float32(0.5))  # the gap
    assert all(np.isfinite(w).all() for w in encoder.get_weights())


def test_nan_is_reported_and_never_reaches_the_weights(eight):
    encoder = tiny_encoder()
    weights = encoder.get_weights()
    weights[0][3] = np.float32(1e30)  # its square overflows
    encoder.set_weights(weights)
    with pytest.raises(FloatingPointError, match=r"step 0: the loss or its gradient is not a finite number"):
        train(*eight, "contrastive", steps=5, encoder=encoder, progress=False)
    assert all(np.isfinite(w).all() for w in encoder.get_weights())
    np.testing.assert_array_equal(encoder.get_weights()[0], weights[0])


@pytest.mark.slow
def test_the_largest_learning_rate_leaves_finite_weights(eight):
    encoder = tiny_encoder()
    train(*eight, steps=60, learning_rate=1.0, encoder=encoder, progress=False)
    assert all(np.isfinite(w).all() for w in encoder.get_weights())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"loss": "triplets"}, "loss: 'triplets' is not known; choose one of contrastive, triplet"),
        ({"steps": 0}, "steps: expected a whole number above 0, got 0"),
        ({"steps": 2.5}, "steps: expected a whole number above 0, got 2.5"),
        ({"learning_rate": 0.0}, "learning_rate: expected a number above 0, up to 1, got 0.0"),
        ({"learning_rate": 2.0}, "learning_rate: expected a number above 0, up to 1, got 2.0"),
        ({"steps": True}, "steps: expected a whole number above 0, got True"),
        ({"seed": -1}, "seed: expected a whole number from 0"),
        ({"seed": 0.5}, "seed: expected a whole number from 0"),
        ({"gap": -1.0}, "gap: expected a finite number above 0"),
        ({"gap": "wide"}, "gap: expected a finite number above 0"),
        ({"margin": 1.0}, "margin: the loss 'batch_hard' has no such option; it takes gap"),
        (
            {"loss": "verification", "margin": -1, "gap": -3},
            "margin: the loss 'verification' has no such option; it takes kind",
        ),
        ({"loss": "contrastive", "gap": 0.5}, "gap: the loss 'contrastive' has no such option; it takes margin"),
        ({"loss": "triplet", "kind": "absolute"}, "kind: the loss 'triplet' has no such option; it takes gap"),
        ({"step": 3}, "step: the loss 'batch_hard' has no such option"),
        ({"encoder": "encoder.keras"}, "encoder: expected a network that gives"),
        ({"pictures": np.zeros((80, 112, 92))}, "pictures: expected uint8"),
        ({"pictures": np.zeros((80, 112, 92, 3), np.uint8)}, "pictures: .* colour picture"),
        ({"loss": "contrastive", "margin": 0.0}, "margin: expected a finite number above 0"),
        ({"loss": "verification", "kind": "other"}, "kind: 'other' is not known"),
        ({"people": np.arange(80)}, "people: 2 or more pictures of each person are needed, got 1"),
        ({"people": np.zeros(80, int), "loss": "contrastive"}, "people: 2 different people are needed, got 1"),
        ({"people": np.arange(79)}, "people: expected one for each of the 80 pictures, got 79"),
    ],
)
def test_what_cannot_be_trained_is_refused(eight, change, message):
    arguments = {"pictures": eight[0], "people": eight[1], "steps": 1, "encoder": tiny_encoder(), **change}
    with pytest.raises(ValueError, match=message):
        train(**arguments, progress=False)


@pytest.mark.slow
def test_the_bar_goes_to_the_screen_only_when_asked(eight, capsys):
    train(*eight, steps=2, encoder=tiny_encoder(), progress=False)
    assert capsys.readouterr() == ("", "")
    train(*eight, steps=2, encoder=tiny_encoder())
    shown = capsys.readouterr()
    assert "batch_hard" in shown.err
    assert "different" in shown.err


def test_look_is_called_before_the_first_step_and_after_each_with_the_encoder():
    seen = []
    pictures, people = np.random.default_rng(0).integers(0, 256, (8, 56, 46), dtype=np.uint8), np.repeat(np.arange(4), 2)
    trained = train(
        pictures,
        people,
        "contrastive",
        steps=2,
        progress=False,
        look=lambda steps, f: seen.append((steps, f, f.get_weights()[0])),
    )
    assert [steps for steps, *_ in seen] == [0, 1, 2]
    assert all(encoder is trained.encoder for _, encoder, _ in seen)
    assert not np.array_equal(seen[0][2], seen[2][2])
    with pytest.raises(ValueError, match="look: expected a function"):
        train(pictures, people, steps=1, look=7)
