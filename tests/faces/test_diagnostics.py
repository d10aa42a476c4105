"""Tests of course_utils.faces.diagnostics: each sickness is found, the healthy are let go, and real runs are judged right."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ortho_group

from course_utils.backend import keras, tf
from course_utils.data.faces import load_faces
from course_utils.faces.baselines import pixels
from course_utils.faces.diagnostics import RECENT, effective_rank, examine
from course_utils.faces.evaluation import auc, verification_pairs
from course_utils.faces.losses import batch_hard
from course_utils.faces.preprocessing import augment, shrink, standardise
from course_utils.faces.sampling import people_and_pictures

# ---- Synthetic embeddings ----


def clusters(people=8, pictures=5, features=16, radius=0.6, seed=0):
    """Each person's pictures are near a point of their own, in a random direction; lengths about 1."""
    rng = np.random.default_rng(seed)
    centre = rng.normal(size=(people, features)) / math.sqrt(features)
    noise = radius * rng.normal(size=(people, pictures, features)) / math.sqrt(features)
    return (centre[:, None] + noise).reshape(-1, features), np.repeat(np.arange(people), pictures)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def near_one_point(x, share):
    """Move all embeddings towards one point of length 1 until their distances are this share of what they were."""
    point = np.eye(x.shape[1])[0]
    return point + share * (x - point)


def on_a_line(x, across):
    return x * np.r_[1.0, np.full(x.shape[1] - 1, across)]


STUCK = [1.3, 0.7, *[0.501, 0.499] * 10]
TEACHING = np.linspace(0.6, 0.1, 40)
EMBEDDINGS, PEOPLE = clusters()
NAN, INFINITE = EMBEDDINGS.copy(), EMBEDDINGS.copy()
NAN[3, 2], INFINITE[3, 2] = math.nan, math.inf

SICK = {
    "nan": ("not a number", NAN, {}),
    "nan beside infinity": ("not a number", np.where(np.isnan(NAN), NAN, INFINITE), {}),
    "nan in the last losses": ("not a number", EMBEDDINGS, {"loss": [0.4] * 30 + [math.nan]}),
    "infinite": ("exploded", INFINITE, {}),
    "infinite loss": ("exploded", EMBEDDINGS, {"loss": [0.4, math.inf]}),
    "square overflows": ("exploded", 1e20 * EMBEDDINGS, {}),
    "many gaps long": ("exploded", 1000 * EMBEDDINGS, {"gap": 0.5}),
    "shrunk to a point": ("all equal", near_one_point(EMBEDDINGS, 1e-4), {}),
    "shrunk to a point, gap": ("all equal", near_one_point(EMBEDDINGS, 1e-2), {"gap": 0.5}),
    "shrunk to zero, gap": ("all equal", 1e-2 * EMBEDDINGS, {"gap": 0.5}),
    "one point": ("all equal", np.full((40, 16), 0.1, np.float32), {}),
    "all zero": ("all equal", np.zeros((40, 16)), {}),
    "all zero, gap": ("all equal", np.zeros((40, 16)), {"gap": 0.5, "loss": [0.5] * 20}),
    "a line": ("one-dimensional", on_a_line(EMBEDDINGS, 0.0), {}),
    "nearly a line": ("one-dimensional", on_a_line(EMBEDDINGS, 0.03), {"gap": 0.5}),
    "a line far from zero": ("one-dimensional", on_a_line(EMBEDDINGS, 0.0) + 3, {"gap": 0.5}),
    "stuck": ("loss stuck at the gap", EMBEDDINGS, {"loss": STUCK, "gap": 0.5}),
    "far apart": ("no active triplets", clusters(features=64, radius=0.01)[0], {"gap": 0.2}),
    "no loss": ("no active triplets", EMBEDDINGS, {"loss": [0.5] * 5 + [0.0] * 20}),
}
HEALTHY = {
    "clusters": (EMBEDDINGS, {}),
    "clusters, gap": (EMBEDDINGS, {"gap": 0.5, "loss": TEACHING}),
    "unit length": (unit(EMBEDDINGS), {"gap": 0.5}),
    "unit length, tiny gap": (unit(clusters(radius=1.0)[0]), {"gap": 0.002}),
    "no clusters": (np.random.default_rng(1).normal(size=(40, 16)), {"gap": 0.5}),
    "two features": (clusters(features=2, seed=3)[0], {"gap": 0.5}),
    "many features": (clusters(features=500, radius=1.0)[0], {"gap": 0.5}),
    "off zero": (EMBEDDINGS + 100, {"gap": 0.5}),
    "single precision": (EMBEDDINGS.astype("float32"), {"gap": 0.5}),
}
each_sick = pytest.mark.parametrize(("verdict", "embeddings", "given_too"), SICK.values(), ids=SICK)
each_healthy = pytest.mark.parametrize(("embeddings", "given_too"), HEALTHY.values(), ids=HEALTHY)
UNTURNABLE = {"nan", "nan beside infinity", "infinite"}


@each_sick
def test_each_sickness_is_found(verdict, embeddings, given_too):
    diagnosis = examine(embeddings, PEOPLE, **given_too)
    assert diagnosis.verdict == verdict
    assert diagnosis.findings[0] == verdict


@each_healthy
def test_the_healthy_are_let_go(embeddings, given_too):
    diagnosis = examine(embeddings, PEOPLE, **given_too)
    assert diagnosis.verdict == "healthy"
    assert diagnosis.findings == ()


def test_several_findings_come_causes_first():
    line = near_one_point(on_a_line(EMBEDDINGS, 0.0), 1e-3)
    diagnosis = examine(line, PEOPLE, gap=0.5, loss=[0.5] * RECENT)
    assert diagnosis.findings == ("all equal", "one-dimensional", "loss stuck at the gap")
    far_out = examine(on_a_line(1e4 * EMBEDDINGS, 0.0), PEOPLE, gap=0.5, loss=[0.0] * RECENT)
    assert far_out.findings == ("exploded", "one-dimensional", "no active triplets")


@pytest.mark.parametrize("seed", range(5))
def test_healthy_whatever_the_drawing(seed):
    embeddings, people = clusters(people=10, seed=seed)
    assert examine(embeddings, people).verdict == "healthy"
    assert examine(unit(embeddings), people, gap=0.5).verdict == "healthy"


# ---- Properties ----

cases = st.sampled_from([*SICK.values(), *[("healthy", *case) for case in HEALTHY.values()]])
turnable = st.sampled_from(
    [*[case for name, case in SICK.items() if name not in UNTURNABLE], *[("healthy", *case) for case in HEALTHY.values()]]
)


@given(case=cases, seed=st.integers(0, 1000))
def test_the_order_and_the_names_do_not_matter(case, seed):
    verdict, embeddings, given_too = case
    order = np.random.default_rng(seed).permutation(len(PEOPLE))
    assert examine(embeddings[order], 5 - 3 * PEOPLE[order], **given_too).verdict == verdict


@given(case=turnable, seed=st.integers(0, 1000))
def test_turning_the_space_does_not_matter(case, seed):
    verdict, embeddings, given_too = case
    turn = ortho_group.rvs(embeddings.shape[1], random_state=seed)
    assert examine(embeddings @ turn, PEOPLE, **given_too).verdict == verdict


@given(seed=st.integers(0, 1000), exponent=st.integers(-300, 18))
def test_the_scale_alone_does_not_matter(seed, exponent):
    embeddings, people = clusters(seed=seed)
    scale = 10.0**exponent
    assert examine(scale * embeddings, people).verdict == "healthy"
    assert examine(scale * near_one_point(embeddings, 1e-3), people).verdict == "all equal"
    assert examine(scale * embeddings, people, gap=0.5 * scale).verdict == "healthy"
    assert examine(scale * near_one_point(embeddings, 1e-2), people, gap=0.5 * scale).verdict == "all equal"


def test_with_a_gap_moving_all_embeddings_does_not_matter():
    for shift in (0, 10, -1000):
        assert examine(EMBEDDINGS + shift, PEOPLE, gap=0.5).verdict == "healthy"
        assert examine(0.01 * EMBEDDINGS + shift, PEOPLE, gap=0.5).verdict == "all equal"


# ---- The evidence ----


def plain_distance(a, b):
    return math.sqrt(math.fsum((p - q) ** 2 for p, q in zip(a, b, strict=True)))


def plain_active_share(x, people, gap):
    active = total = 0
    for a, p, n in permutations(range(len(x)), 3):
        if people[a] == people[p] != people[n]:
            total += 1
            active += gap + plain_distance(x[a], x[p]) - plain_distance(x[a], x[n]) > 0
    return active / total


@pytest.mark.parametrize("scale", [1.0, 1e-9, 250.0])
def test_the_evidence_is_that_of_the_loops(scale):
    x, people = clusters(people=3, pictures=4, features=3, radius=0.9, seed=5)
    x, people = scale * x[:-1], people[:-1]  # not everybody has as many pictures
    evidence = examine(x, people, gap=0.4 * scale, loss=range(50)).evidence
    distances = {pair: plain_distance(x[pair[0]], x[pair[1]]) for pair in combinations(range(len(x)), 2)}
    same = [d for (i, j), d in distances.items() if people[i] == people[j]]
    different = [d for (i, j), d in distances.items() if people[i] != people[j]]
    assert evidence.same_distance == pytest.approx(math.fsum(same) / len(same))
    assert evidence.different_distance == pytest.approx(math.fsum(different) / len(different))
    assert evidence.mean_norm == pytest.approx(math.fsum(plain_distance(row, np.zeros(3)) for row in x) / len(x))
    variances = np.linalg.eigvalsh(np.cov(x.T))
    assert evidence.first_component == pytest.approx(variances[-1] / variances.sum())
    assert 0.1 < evidence.active_share < 0.9
    assert evidence.active_share == pytest.approx(plain_active_share(x, people, 0.4 * scale))
    assert evidence.recent_loss == pytest.approx(np.mean(range(30, 50)))


def test_a_triplet_whose_loss_is_just_0_is_not_active():
    # Anchor 0: gap + 2 - 4. Anchor 1: gap + 2 - 2. Halves and whole numbers: the distances are exact.
    line, people = [[0.0], [2.0], [4.0]], [0, 0, 1]
    assert [examine(line, people, gap=gap).evidence.active_share for gap in (1.5, 2.0, 2.5)] == [0.5, 0.5, 1.0]


def test_effective_rank_of_known_singular_values():
    corners = np.vstack([np.eye(5), -np.eye(5)])  # centred; five equal singular values
    assert effective_rank(corners) == pytest.approx(5)
    assert effective_rank(100 + 7 * corners) == pytest.approx(5)
    assert effective_rank(corners * [1, 1, 1, 0, 0]) == pytest.approx(3)
    p = np.array([3, 1]) / 4  # the normalised singular values
    assert effective_rank(corners[:, :2] * [3, 1]) == pytest.approx(math.exp(-(p * np.log(p)).sum()))
    assert effective_rank(np.outer(range(6), [1.0, 2.0])) == pytest.approx(1)
    assert effective_rank(np.full((7, 3), 0.1)) == 0


@given(n=st.integers(2, 12), features=st.integers(1, 12), seed=st.integers(0, 1000))
def test_effective_rank_lies_between_1_and_the_rank(n, features, seed):
    x = np.random.default_rng(seed).normal(size=(n, features))
    assert 1 - 1e-9 <= effective_rank(x) <= min(n - 1, features) + 1e-9


# ---- What AUC does not see ----


def test_auc_cannot_see_collapse():
    people = verification_pairs(PEOPLE, trained_on=())

    def auc_of(x):
        return auc(np.linalg.norm(x[people.first] - x[people.second], axis=1), people.same)

    collapsed = near_one_point(EMBEDDINGS, 1e-4)
    assert auc_of(collapsed) == auc_of(EMBEDDINGS) > 0.9
    assert examine(EMBEDDINGS, PEOPLE).verdict == "healthy"
    assert examine(collapsed, PEOPLE).verdict == "all equal"


# ---- Corners ----


def test_two_pictures_of_two_people():
    diagnosis = examine([[0.0, 1.0], [1.0, 0.0]], [1, 2], gap=0.5)
    assert diagnosis.verdict == "healthy"
    assert diagnosis.evidence.different_distance == pytest.approx(math.sqrt(2))
    assert math.isnan(diagnosis.evidence.same_distance)
    assert math.isnan(diagnosis.evidence.active_share)
    assert examine([[0.0, 1.0], [0.0, 1.0]], [1, 2], gap=0.5).verdict == "all equal"


def test_two_people_in_two_points_are_not_called_one_dimensional_but_three_are():
    line = np.repeat([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]], 4, axis=0)
    assert examine(line[:8], np.repeat([0, 1], 4)).verdict == "healthy"
    assert examine(line, np.repeat([0, 1, 2], 4)).verdict == "one-dimensional"


def test_two_dimensions_of_unequal_spread_are_not_one():
    x = np.random.default_rng(2).normal(size=(400, 2))
    people = np.repeat(np.arange(40), 10)
    assert examine(x * [1, 0.3], people).verdict == "healthy"  # 92% of the variance in one direction
    assert examine(x * [1, 0.2], people).verdict == "one-dimensional"  # 96%


def test_people_with_one_picture_each_have_no_triplets():
    diagnosis = examine(EMBEDDINGS, np.arange(len(EMBEDDINGS)), gap=0.5)
    assert diagnosis.verdict == "healthy"
    assert math.isnan(diagnosis.evidence.active_share)


def test_a_loss_must_stay_at_the_gap_to_be_stuck():
    assert examine(EMBEDDINGS, PEOPLE, gap=0.5, loss=[0.5] * RECENT).verdict == "loss stuck at the gap"
    assert examine(EMBEDDINGS, PEOPLE, gap=0.5, loss=[0.5] * (RECENT - 1)).verdict == "healthy"
    assert examine(EMBEDDINGS, PEOPLE, gap=0.5, loss=[0.5] * 100 + [0.4]).verdict == "healthy"
    assert examine(EMBEDDINGS, PEOPLE, gap=0.4, loss=[0.5] * RECENT).verdict == "healthy"
    assert examine(EMBEDDINGS, PEOPLE, loss=[0.5] * RECENT).verdict == "healthy"
    passing = np.linspace(0.55, 0.45, RECENT)  # the mean is the margin
    assert examine(EMBEDDINGS, PEOPLE, gap=0.5, loss=passing).verdict == "healthy"


def test_losses_of_long_ago_do_not_count():
    assert examine(EMBEDDINGS, PEOPLE, loss=[math.nan, math.inf] + [0.3] * RECENT).verdict == "healthy"
    assert examine(EMBEDDINGS, PEOPLE, loss=[0.0] * 100 + [0.3]).verdict == "healthy"
    assert examine(EMBEDDINGS, PEOPLE, loss=[]).verdict == "healthy"


# ---- The words ----


def test_the_words_say_the_verdict_the_evidence_and_what_to_try():
    text = str(examine(near_one_point(unit(EMBEDDINGS), 0.01), PEOPLE, gap=0.5, loss=[0.5] * RECENT))
    assert text.startswith("All equal (also: loss stuck at the gap): pictures of different people are 0.01")
    for words in (
        "a gap of 0.5 and a mean length of 0.99",
        "in one direction (effective rank ",
        "100.0% of all triplets are active",
        "the last losses are 0.5 on average. ",
    ):
        assert words in text
    assert "semi-hard" in text
    assert "batch normalisation" in text


@each_sick
def test_the_words_of_the_sick(verdict, embeddings, given_too):
    text = str(examine(embeddings, PEOPLE, **given_too))
    assert text.startswith(verdict.capitalize())
    assert "None" not in text
    assert len(text) < 450


def test_the_words_leave_out_what_was_not_given():
    text = str(examine(EMBEDDINGS, np.arange(40)))
    assert text.startswith("Healthy: pictures of different people are 1.")
    for words in ("nan", "loss", "gap", "triplets", "of one person"):
        assert words not in text


# ---- Errors ----


@pytest.mark.parametrize(
    ("embeddings", "people", "given_too", "message"),
    [
        (np.ones(4), np.arange(4), {}, r"embeddings: expected real numbers, \(n, features\), got an array of shape \(4,\)"),
        (np.ones((1, 4)), [0], {}, r"embeddings: .*two pictures or more, got shape \(1, 4\)"),
        (np.ones((4, 0)), np.arange(4), {}, "embeddings: expected"),
        (np.ones((4, 2)), [0, 0, 0, 0], {}, "people: two or more are needed, got one"),
        (np.ones((4, 2)), [0.0, 1.0, 2.0, 3.0], {}, "people: expected one whole number for each picture"),
        (np.ones((4, 2)), np.eye(4, dtype=int), {}, r"people: expected .* got an array of shape \(4, 4\)"),
        (np.ones((4, 2)), [0, 0, 1], {}, "embeddings, people: expected one row each per picture, got 4 and 3"),
        (np.ones((4, 2)), [0, 0, 1, 1], {"gap": 0}, "gap: expected a finite number above 0"),
        (np.ones((4, 2)), [0, 0, 1, 1], {"gap": math.nan}, "gap: expected"),
        (np.ones((4, 2)), [0, 0, 1, 1], {"gap": math.inf}, "gap: expected"),
        (
            np.ones((4, 2)),
            [0, 0, 1, 1],
            {"loss": [[0.5]]},
            r"loss: expected real numbers, \(steps,\), got .*\(1, 1\)",
        ),
        (np.ones((4, 2)), [0, 0, 1, 1], {"loss": 0.5}, "loss: expected"),
    ],
)
def test_what_cannot_be_examined_is_refused(embeddings, people, given_too, message):
    with pytest.raises(ValueError, match=message):
        examine(embeddings, people, **given_too)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_effective_rank_wants_finite_numbers(bad):
    with pytest.raises(ValueError, match="embeddings: 1 of 4 are not finite"):
        effective_rank([[1.0, 2.0], [bad, 0.0]])


# ---- Real faces ----

GAP = 0.5


@pytest.fixture(scope="module")
def faces():
    """Pictures of people to train on, and of strangers; each (pictures, people)."""
    everybody = load_faces()
    return [
        (group.pictures.reshape(-1, 112, 92), group.person.ravel())
        for group in map(everybody.of, (range(1, 31), range(31, 41)))
    ]


def as_input(pictures):
    return shrink(pictures)[..., None]


def network(normalised):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((56, 46, 1))]
    for channels in (16, 32, 64, 128):
        layers.append(keras.layers.Conv2D(channels, 3, padding="same"))
        layers += [keras.layers.BatchNormalization(momentum=0.9)] if normalised else []
        layers += [keras.layers.LeakyReLU(), keras.layers.MaxPooling2D()]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(64), keras.layers.UnitNormalization()])


def train(encoder, pictures, people, steps):
    """Batch-hard from the first step on, with the pictures changed at random; return the loss of each step."""
    pictures = tf.constant(as_input(pictures))
    optimizer = keras.optimizers.AdamW(1e-3, weight_decay=1e-4)
    optimizer.build(encoder.trainable_variables)

    @tf.function
    def step(index, label, seed):
        batch = standardise(augment(tf.gather(pictures, index), seed))
        with tf.GradientTape() as tape:
            loss = batch_hard(encoder(batch, training=True), label, GAP)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, encoder.trainable_variables), encoder.trainable_variables, strict=True)
        )
        return loss

    batches = people_and_pictures(people, people_per_batch=10, pictures_per_person=4)
    return [
        float(step(index, tf.constant(people[index]), tf.constant([0, n])))
        for n, index in zip(range(steps), batches, strict=False)
    ]


def embed(encoder, pictures):
    return encoder.predict(standardise(as_input(pictures)), batch_size=100, verbose=0)


@pytest.mark.parametrize("normalised", [True, False])
def test_an_untrained_network_is_healthy(faces, normalised):
    pictures, people = faces[1]
    assert examine(embed(network(normalised), pictures), people, gap=GAP).verdict == "healthy"


def test_raw_pixels_are_healthy(faces):
    pictures, people = faces[1]
    assert examine(pixels(pictures), people).verdict == "healthy"
    assert examine(pixels(pictures), people, gap=5.0).verdict == "healthy"


@pytest.mark.slow
def test_batch_hard_without_batch_normalisation_collapses_and_with_it_does_not(faces):
    strangers, who = faces[1]
    pairs = verification_pairs(who, trained_on=faces[0][1])
    diagnosis, area = {}, {}
    for normalised in (True, False):
        encoder = network(normalised)
        loss = train(encoder, *faces[0], steps=100)
        embeddings = embed(encoder, strangers).astype("float64")
        diagnosis[normalised] = examine(embeddings, who, loss=loss, gap=GAP)
        area[normalised] = auc(np.linalg.norm(embeddings[pairs.first] - embeddings[pairs.second], axis=1), pairs.same)
    assert diagnosis[True].verdict == "healthy"
    assert diagnosis[False].findings == ("all equal", "loss stuck at the gap")
    assert diagnosis[False].evidence.different_distance < 0.05 < 0.5 < diagnosis[True].evidence.different_distance
    assert min(area.values()) > 0.88  # nothing to see for who only ranks distances
