"""Tests of course_utils.faces.losses: right numbers and gradients, finite at every corner, usable from Keras."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.backend import keras, tf
from course_utils.faces.distances import euclidean
from course_utils.faces.losses import (
    BatchAll,
    BatchHard,
    ContrastiveLoss,
    SemiHard,
    TripletLoss,
    batch_all,
    batch_hard,
    contrastive_loss,
    semi_hard,
    triplet_loss,
)

# ---- Oracles: loops over Python floats ----


def plain_distance(a, b):
    return math.sqrt(math.fsum((float(p) - float(q)) ** 2 for p, q in zip(a, b, strict=True)))


def plain_contrastive(same, distance, margin):
    return [d * d / 2 if s else max(0.0, margin - d) ** 2 / 2 for s, d in zip(same, distance, strict=True)]


def plain_triplet(anchor, positive, negative, gap):
    rows = zip(anchor, positive, negative, strict=True)
    return [max(0.0, gap + plain_distance(a, p) - plain_distance(a, n)) for a, p, n in rows]


def positives_and_negatives(labels, embeddings):
    """For each anchor, the distances to the other pictures of the same person, and to the pictures of other people."""
    for i, anchor in enumerate(embeddings):
        others = [(labels[j], plain_distance(anchor, row)) for j, row in enumerate(embeddings) if j != i]
        yield [d for label, d in others if label == labels[i]], [d for label, d in others if label != labels[i]]


def plain_mean(losses):
    return math.fsum(losses) / len(losses) if losses else 0.0


def plain_batch_all(labels, embeddings, gap):
    losses = []
    for positives, negatives in positives_and_negatives(labels, embeddings):
        for p in positives:
            for n in negatives:
                if gap + p - n > 0:
                    losses.append(gap + p - n)
    return plain_mean(losses)


def plain_batch_hard(labels, embeddings, gap):
    losses = []
    for positives, negatives in positives_and_negatives(labels, embeddings):
        if positives and negatives:
            losses.append(max(0.0, gap + max(positives) - min(negatives)))
    return plain_mean(losses)


def plain_semi_hard(labels, embeddings, gap):
    losses = []
    for positives, negatives in positives_and_negatives(labels, embeddings):
        for p in positives if negatives else []:
            farther = [n for n in negatives if n > p]
            losses.append(max(0.0, gap + p - (min(farther) if farther else max(negatives))))
    return plain_mean(losses)


ON_BATCH = {
    batch_all: plain_batch_all,
    batch_hard: plain_batch_hard,
    semi_hard: plain_semi_hard,
}
AS_KERAS = {
    batch_all: BatchAll,
    batch_hard: BatchHard,
    semi_hard: SemiHard,
}
TOLERANCE = {"float32": 2e-5, "float64": 1e-9}

each_batch_loss = pytest.mark.parametrize("loss", ON_BATCH, ids=lambda loss: loss.__name__)
each_keras_loss = pytest.mark.parametrize(("loss", "keras_loss"), AS_KERAS.items(), ids=lambda loss: loss.__name__)
each_dtype = pytest.mark.parametrize("dtype", TOLERANCE)


# ---- Helpers ----


def value_and_gradient(function, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return value.numpy(), tape.gradient(value, x).numpy()


def central_differences(function, x, step=1e-6):
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[place] = step
        gradient[place] = (function(x + move) - function(x - move)) / (2 * step)
    return gradient


def random_batch(seed, people, n, features, dtype="float64"):
    rng = np.random.default_rng(seed)
    return rng.integers(people, size=n), rng.normal(size=(n, features)).astype(dtype)


# ---- On pairs ----


@each_dtype
@pytest.mark.parametrize("pairs", [1, 7, 50])
@pytest.mark.parametrize("margin", [0.3, 1.0, 2.5])
def test_contrastive_loss_is_that_of_the_loops(dtype, pairs, margin):
    rng = np.random.default_rng(pairs)
    same = rng.integers(2, size=pairs)
    distance = rng.uniform(0, 3, size=pairs).astype(dtype)
    loss = contrastive_loss(distance, same, margin)
    assert loss.dtype == dtype
    np.testing.assert_allclose(loss, plain_contrastive(same, distance.tolist(), margin), rtol=TOLERANCE[dtype], atol=1e-7)


@pytest.mark.parametrize("m", [0.5, 1.0, 2.0])
def test_contrastive_loss_at_the_values_one_computes_by_hand(m):
    distance = np.array([0, m / 2, m, 2 * m])
    np.testing.assert_array_equal(contrastive_loss(distance, np.ones(4), m), [0, m**2 / 8, m**2 / 2, 2 * m**2])
    np.testing.assert_array_equal(contrastive_loss(distance, np.zeros(4), m), [m**2 / 2, m**2 / 8, 0, 0])


def test_the_margin_is_1_if_not_given():
    np.testing.assert_array_equal(contrastive_loss([0.0, 1.0], [0, 0]), [0.5, 0])


def test_contrastive_gradient_at_the_values_one_computes_by_hand():
    distance = np.array([0.0, 0.5, 1.0, 2.0])
    _, pull = value_and_gradient(lambda d: contrastive_loss(d, np.ones(4)), distance)
    _, push = value_and_gradient(lambda d: contrastive_loss(d, np.zeros(4)), distance)
    np.testing.assert_allclose(pull, [0, 0.5, 1, 2])
    np.testing.assert_allclose(push, [-1, -0.5, 0, 0])


def test_contrastive_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(5)
    same, distance = rng.integers(2, size=20), rng.uniform(0.05, 2, size=20)
    _, gradient = value_and_gradient(lambda d: tf.reduce_sum(contrastive_loss(d, same, 1.2)), distance)
    expected = central_differences(lambda d: math.fsum(plain_contrastive(same, d.tolist(), 1.2)), distance)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_a_batch_given_twice_has_the_same_mean():
    rng = np.random.default_rng(6)
    same, distance = rng.integers(2, size=9), rng.uniform(0, 2, size=9)
    once = contrastive_loss(distance, same)
    twice = contrastive_loss(np.tile(distance, 2), np.tile(same, 2))
    np.testing.assert_allclose(np.mean(twice), np.mean(once), rtol=1e-12)
    np.testing.assert_array_equal(twice[9:], once)


def test_swapped_labels_of_pairs_give_another_loss():
    same, distance = np.array([1, 0, 1]), np.array([0.1, 0.9, 0.2])
    right, swapped = contrastive_loss(distance, same), contrastive_loss(distance, 1 - same)
    assert np.all(right.numpy() < swapped.numpy())


@pytest.mark.parametrize("dtype", [bool, "uint8", "int64", "float32", "float64"])
def test_same_may_be_of_any_kind(dtype):
    distance = np.array([0.25, 0.25, 2.0], "float32")
    loss = contrastive_loss(distance, np.array([1, 0, 1]).astype(dtype))
    np.testing.assert_allclose(loss, [0.03125, 0.28125, 2.0])


def test_a_column_of_same_is_not_spread_over_all_distances():
    with pytest.raises(ValueError, match=r"distance, same: .*\(3,\) and \(3, 1\)"):
        contrastive_loss(np.ones(3), np.ones((3, 1)))


# ---- On triplets ----


@each_dtype
@pytest.mark.parametrize(("triplets", "features"), [(1, 1), (6, 2), (40, 17)])
@pytest.mark.parametrize("gap", [0.1, 0.5, 2.0])
def test_triplet_loss_is_that_of_the_loops(dtype, triplets, features, gap):
    anchor, positive, negative = np.random.default_rng(triplets).normal(size=(3, triplets, features)).astype(dtype)
    loss = triplet_loss(anchor, positive, negative, gap)
    assert loss.dtype == dtype
    np.testing.assert_allclose(loss, plain_triplet(anchor, positive, negative, gap), rtol=TOLERANCE[dtype], atol=2e-6)


def test_triplet_loss_takes_the_plain_distance_and_a_gap_of_one_half():
    # Distances 5 and 5.25, and then 5 and 10; their squares would make both losses 0.
    loss = triplet_loss([[0.0, 0.0]] * 2, [[3.0, 4.0]] * 2, [[5.25, 0.0], [0.0, 10.0]])
    np.testing.assert_allclose(loss, [0.25, 0], rtol=1e-6)


def test_triplet_gradient_is_that_of_finite_differences():
    triplets = np.random.default_rng(8).normal(size=(3, 7, 4))
    _, gradient = value_and_gradient(lambda t: tf.reduce_sum(triplet_loss(t[0], t[1], t[2])), triplets)
    expected = central_differences(lambda t: math.fsum(plain_triplet(*t, 0.5)), triplets)
    assert np.any(expected != 0)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_equal_pictures_in_a_triplet_give_the_gap_and_no_gradient():
    loss, gradient = value_and_gradient(lambda t: triplet_loss(t[0], t[1], t[2], 0.25), np.ones((3, 5, 4), "float32"))
    np.testing.assert_array_equal(loss, [0.25] * 5)
    np.testing.assert_array_equal(gradient, 0)


def test_swapped_positive_and_negative_give_another_loss():
    anchor, positive, negative = [[0.0]], [[0.1]], [[1.0]]
    assert float(triplet_loss(anchor, positive, negative)[0]) == 0
    assert float(triplet_loss(anchor, negative, positive)[0]) == pytest.approx(1.4)


# ---- On a batch: numbers ----


@each_dtype
@each_batch_loss
@pytest.mark.parametrize(("people", "n", "features"), [(2, 3, 1), (3, 8, 2), (4, 13, 5), (9, 12, 3), (2, 12, 16)])
@pytest.mark.parametrize("gap", [0.2, 1.5])
def test_loss_is_that_of_the_loops(loss, dtype, people, n, features, gap):
    labels, embeddings = random_batch(n, people, n, features, dtype)
    value = loss(embeddings, labels, gap)
    assert value.dtype == dtype
    assert value.shape == ()
    expected = ON_BATCH[loss](labels, embeddings, gap)
    assert float(value) == pytest.approx(expected, rel=TOLERANCE[dtype], abs=TOLERANCE[dtype] / 10)


@pytest.mark.slow
@each_batch_loss
@given(data=st.data())
def test_loss_is_that_of_the_loops_with_many_ties(loss, data):
    # Whole numbers on a line, 2, 4 or 8 of them: the distances and their ties are exact.
    n = data.draw(st.sampled_from([2, 4, 8]))
    labels = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    line = data.draw(st.lists(st.integers(-2, 3), min_size=n, max_size=n))
    embeddings = np.array(line, "float64")[:, None]
    gap = data.draw(st.sampled_from([0.5, 1.0, 2.0]))
    assert float(loss(embeddings, labels, gap)) == pytest.approx(ON_BATCH[loss](labels, embeddings, gap), abs=1e-12)


@each_batch_loss
def test_the_gap_is_one_half_if_not_given(loss):
    labels, embeddings = random_batch(3, 3, 10, 2)
    assert float(loss(embeddings, labels)) == pytest.approx(ON_BATCH[loss](labels, embeddings, 0.5), rel=1e-9)


@each_batch_loss
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_gradient_is_that_of_finite_differences(loss, seed):
    labels, embeddings = random_batch(seed, 3, 9, 3)
    _, gradient = value_and_gradient(lambda e: loss(e, labels), embeddings)
    expected = central_differences(lambda e: ON_BATCH[loss](labels, e, 0.5), embeddings)
    assert np.any(expected != 0)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


@each_batch_loss
def test_labels_may_be_of_any_kind_and_a_column(loss):
    labels, embeddings = random_batch(4, 3, 9, 2)
    expected = float(loss(embeddings, labels))
    names = np.array(["ann", "bob", "eve"])
    for same_labels in (labels.astype("uint8"), labels.astype("float32"), labels.tolist(), labels[:, None], names[labels]):
        assert float(loss(embeddings, same_labels)) == expected


@each_batch_loss
def test_other_labels_give_another_loss(loss):
    embeddings = np.array([[0.0], [0.1], [1.0], [1.2]])
    assert float(loss(embeddings, [0, 0, 1, 1])) < float(loss(embeddings, [0, 1, 0, 1]))


@each_batch_loss
def test_neither_the_order_nor_the_names_of_the_people_matter(loss):
    labels, embeddings = random_batch(9, 3, 12, 3)
    order = np.random.default_rng(0).permutation(12)
    expected = float(loss(embeddings, labels))
    assert float(loss(embeddings[order], labels[order])) == pytest.approx(expected, rel=1e-12)
    assert float(loss(embeddings, 7 - 3 * labels)) == expected


# ---- On a batch: corners ----


@each_batch_loss
@each_dtype
@pytest.mark.parametrize("value", [0.0, 1.0, -0.3])
def test_equal_pictures_give_the_gap_and_no_gradient(loss, dtype, value):
    embeddings = np.full((6, 4), value, dtype)
    result, gradient = value_and_gradient(lambda e: loss(e, [0, 0, 1, 1, 2, 2], 0.3), embeddings)
    assert result == pytest.approx(0.3, rel=1e-6)
    np.testing.assert_array_equal(gradient, 0)


@each_batch_loss
@pytest.mark.parametrize(
    "labels",
    [pytest.param([4] * 5, id="one person"), pytest.param(range(5), id="all alone"), pytest.param([0], id="batch of one")],
)
def test_no_triplet_gives_no_loss_and_no_gradient(loss, labels):
    embeddings = random_batch(2, 1, len(labels), 3, "float32")[1]
    result, gradient = value_and_gradient(lambda e: loss(e, list(labels)), embeddings)
    assert result == 0
    np.testing.assert_array_equal(gradient, 0)


@each_batch_loss
def test_people_who_are_told_apart_give_no_loss_and_no_gradient(loss):
    embeddings = np.array([[0.0, 0], [0.1, 0], [5, 0], [5, 0.1]])
    result, gradient = value_and_gradient(lambda e: loss(e, [0, 0, 1, 1]), embeddings)
    assert result == 0
    np.testing.assert_array_equal(gradient, 0)


@each_batch_loss
def test_a_person_alone_is_a_negative_only(loss):
    labels, embeddings = [0, 0, 1], np.array([[0.0], [1.0], [1.25]])
    # Anchor 0: gap + 1 - 1.25. Anchor 1: gap + 1 - 0.25. The third picture has no positive and is no anchor.
    result, gradient = value_and_gradient(lambda e: loss(e, labels), embeddings)
    assert result == pytest.approx((0.25 + 1.25) / 2)
    np.testing.assert_allclose(gradient[2], -1.0)


def test_batch_all_is_averaged_over_the_active_triplets_only():
    # Anchor 0: gap + 1 - 3 is inactive. Anchor 1: gap + 1 - 2 is inactive. So with gap 1.5 one of two is active.
    assert float(batch_all(np.array([[0.0], [1.0], [3.0]]), [0, 0, 1], 1.5)) == pytest.approx(0.5)


def test_semi_hard_takes_a_negative_farther_than_the_positive_and_not_one_as_far():
    embeddings = np.array([[0.0], [1.0], [-1.0], [2.0]])
    # Anchor 0, positive at 1: negatives at 1 and 2, the one at 2 is farther. Anchor 1, positive at 1: negatives at 2 and 1.
    assert float(semi_hard(embeddings, [0, 0, 1, 2], 1.5)) == pytest.approx(0.5)


def test_semi_hard_takes_the_farthest_negative_if_none_is_farther_than_the_positive():
    embeddings = np.array([[0.0], [9.0], [4.0], [5.0]])
    # Anchor 0: the farthest negative is at 5. Anchor 1: at 5 too.
    assert float(semi_hard(embeddings, [0, 0, 1, 2], 0.5)) == pytest.approx(4.5)


@each_dtype
@pytest.mark.parametrize("largest", [32, 33, 34, 60])
def test_semi_hard_with_many_positives(dtype, largest):
    _, embeddings = random_batch(largest, 1, largest + 9, 3, dtype)
    labels = [0] * largest + [1] * 2 + [2] * 7
    value = semi_hard(embeddings, labels, 0.7)
    assert value.dtype == dtype
    assert float(value) == pytest.approx(plain_semi_hard(labels, embeddings, 0.7), rel=TOLERANCE[dtype])


def test_semi_hard_with_many_positives_and_many_ties():
    line = np.random.default_rng(3).integers(-3, 5, size=(64, 1)).astype("float64")  # 64 whole numbers: all is exact
    labels = [0] * 40 + [1] * 12 + [2] * 12
    assert float(semi_hard(line, labels, 1.5)) == pytest.approx(plain_semi_hard(labels, line, 1.5), rel=1e-12)


@pytest.mark.slow
def test_gradient_of_semi_hard_with_many_positives():
    _, embeddings = random_batch(14, 1, 40, 1)
    labels = [0] * 36 + [1, 1, 2, 3]
    _, gradient = value_and_gradient(lambda e: semi_hard(e, labels), embeddings)
    expected = central_differences(lambda e: plain_semi_hard(labels, e, 0.5), embeddings)
    assert np.any(expected != 0)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


@each_batch_loss
def test_half_precision_is_computed_in_single(loss):
    # 9,000 triplets: neither their sum nor their number exists in float16, which ends at 65,504 and counts to 2,048.
    rng = np.random.default_rng(1)
    labels, embeddings = np.repeat([0, 1, 2], 15), (20 * rng.normal(size=(45, 4))).astype("float16")
    value = loss(embeddings, labels)
    assert value.dtype == "float32"
    assert float(value) == pytest.approx(ON_BATCH[loss](labels, embeddings, 0.5), rel=1e-4)


@each_batch_loss
@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("place", [1, 4], ids=["of an anchor", "of a person alone"])
def test_a_broken_embedding_is_not_taken_for_a_loss_of_0(loss, bad, place):
    embeddings = np.array([[0, 0], [0, 1], [5, 0], [5, 1], [9, 9]], "float32")
    embeddings[place, 0] = bad
    assert math.isnan(float(loss(embeddings, [0, 0, 1, 1, 2])))


@pytest.mark.slow
@each_batch_loss
@given(data=st.data())
def test_loss_and_gradient_are_always_finite(loss, data):
    n = data.draw(st.integers(1, 8))
    dtype = data.draw(st.sampled_from(["float32", "float64"]))
    entries = st.floats(-1000, 1000, width=32) | st.sampled_from([0.0, 1e-30, 1.0])
    rows = data.draw(arrays(dtype, (data.draw(st.integers(1, 4)), 3), elements=entries))
    rows = np.vstack([rows, np.zeros((1, 3), dtype)])
    embeddings = rows[data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=n, max_size=n))]  # with equal rows
    labels = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    result, gradient = value_and_gradient(lambda e: loss(e, labels), embeddings)
    assert np.isfinite(result)
    assert result >= 0
    assert np.all(np.isfinite(gradient))


@pytest.mark.slow
@given(data=st.data())
def test_losses_of_pairs_and_triplets_are_always_finite(data):
    entries = st.sampled_from([0.0, 1.0, 1e-30, -2.0]) | st.floats(-1000, 1000, width=32)
    triplets = data.draw(arrays("float32", (3, 3, 2), elements=entries))
    triplets[1][0] = triplets[0][0]
    triplets[2][1] = triplets[0][1]
    same = data.draw(st.lists(st.booleans(), min_size=3, max_size=3))
    for function in (
        lambda t: triplet_loss(t[0], t[1], t[2]),
        lambda t: contrastive_loss(euclidean(t[0], t[1]), same),
    ):
        result, gradient = value_and_gradient(function, triplets)
        assert np.all(np.isfinite(result))
        assert np.all(result >= 0)
        assert np.all(np.isfinite(gradient))


# ---- In graphs ----


@pytest.mark.slow
@each_batch_loss
def test_works_in_a_graph_with_unknown_batch_size(loss):
    signature = [tf.TensorSpec([None], tf.int64), tf.TensorSpec([None, 3], tf.float64)]

    @tf.function(input_signature=signature)
    def in_graph(labels, embeddings):
        with tf.GradientTape() as tape:
            tape.watch(embeddings)
            value = loss(embeddings, labels)
        return value, tape.gradient(value, embeddings)

    for n in (1, 5, 12):
        labels, embeddings = random_batch(n, 3, n, 3)
        value, gradient = in_graph(labels, embeddings)
        eager_value, eager_gradient = value_and_gradient(lambda e, labels=labels: loss(e, labels), embeddings)
        np.testing.assert_allclose(value, eager_value, rtol=1e-9)
        np.testing.assert_allclose(gradient, eager_gradient, atol=1e-9)


def test_pairs_and_triplets_work_in_a_graph_with_unknown_batch_size():
    pairs = tf.function(contrastive_loss, input_signature=[tf.TensorSpec([None]), tf.TensorSpec([None], tf.int32)])
    np.testing.assert_allclose(pairs(np.array([2.0, 0.5], "float32"), np.array([1, 0], "int32")), [2, 0.125])
    triplets = tf.function(triplet_loss, input_signature=[tf.TensorSpec([None, 1])] * 3)
    zero, two = np.zeros((4, 1), "float32"), np.full((4, 1), 2, "float32")
    np.testing.assert_allclose(triplets(zero, two, zero), [2.5] * 4)


# ---- Errors ----


@pytest.mark.parametrize("bad", [0, -1, -0.001, math.nan, math.inf])
def test_a_margin_or_gap_that_is_not_positive_is_refused(bad):
    labels, embeddings = random_batch(0, 2, 4, 2)
    with pytest.raises(ValueError, match=r"margin: expected a finite number above 0.* got "):
        contrastive_loss([1.0], [1], bad)
    with pytest.raises(ValueError, match="margin: expected"):
        ContrastiveLoss(bad)
    with pytest.raises(ValueError, match="gap: expected"):
        triplet_loss([[1.0]], [[1.0]], [[1.0]], bad)
    for loss in ON_BATCH:
        with pytest.raises(ValueError, match="gap: expected"):
            loss(embeddings, labels, bad)
    for keras_loss in (TripletLoss, *AS_KERAS.values()):
        with pytest.raises(ValueError, match="gap: expected"):
            keras_loss(bad)


@each_batch_loss
@pytest.mark.parametrize("labels", [[0], [0, 1], np.eye(4)], ids=["one", "too few", "one-hot rows"])
def test_labels_that_do_not_belong_to_the_embeddings_are_refused(loss, labels):
    with pytest.raises(ValueError, match=r"labels: expected one for each embedding, shape \(4,\), got"):
        loss(np.ones((4, 2)), labels)


@pytest.mark.parametrize("same", [[-1, 1, 1], [0.5, 1, 1], [2, 0, 0], [math.nan, 0, 0]], ids=repr)
def test_same_is_yes_or_no(same):
    with pytest.raises(ValueError, match=r"same: expected 1 or True \(one person\), 0 or False \(two\), got"):
        contrastive_loss([0.5, 0.5, 0.5], same)
    with pytest.raises(ValueError, match="same: expected 1 or True"):
        ContrastiveLoss()(np.array(same), np.array([0.5, 0.5, 0.5]))
    in_graph = tf.function(lambda same: contrastive_loss(tf.constant([0.5, 0.5, 0.5]), same))
    with pytest.raises(tf.errors.InvalidArgumentError, match="same: expected 1 or True"):
        in_graph(tf.constant(same, tf.float32))


def test_a_distance_below_0_is_refused_and_nan_stays_nan():
    with pytest.raises(ValueError, match=r"distance: expected distances from 0 up, got -0\.5"):
        contrastive_loss([0.5, -0.5], [1, 0])
    assert np.isnan(contrastive_loss([0.5, math.nan], [1, 0])).tolist() == [False, True]


@each_batch_loss
def test_whole_numbers_and_lists_are_taken_for_what_they_are(loss):
    labels, embeddings = [0, 0, 1, 1], [[0, 0], [3, 4], [6, 8], [1, 1]]
    expected = ON_BATCH[loss](labels, embeddings, 0.5)
    for kind in (embeddings, np.array(embeddings), np.array(embeddings, "float32"), np.array(embeddings, "int8")):
        assert float(loss(kind, labels)) == pytest.approx(expected, rel=1e-6)
    with pytest.raises(ValueError, match=r"embeddings: expected real numbers, got .* complex128"):
        loss(np.array(embeddings, complex), labels)
    with pytest.raises(ValueError, match=r"embeddings: expected \(n, features\), got \(4,\)"):
        loss(labels, embeddings)  # the order is embeddings first


def test_roles_of_triplets_that_differ_in_shape_are_refused():
    with pytest.raises(ValueError, match=r"anchor, negative: expected one shape .* got \(3, 2\) and \(3, 1, 2\)"):
        triplet_loss(np.ones((3, 2)), np.ones((3, 2)), np.ones((3, 1, 2)))


# ---- Labels that float32 cannot tell apart ----

PEOPLE = np.repeat([0, 1, 2, 3], 2)
LARGE_LABELS = {
    "a student's number": 20230000 + PEOPLE,
    "13 digits": 2023000000000 + PEOPLE,
    "negative": -20230000 - PEOPLE,
    "unsigned": np.uint64(2**63) + PEOPLE.astype(np.uint64),
    "a column": (20230000 + PEOPLE)[:, None],
    "strings of digits": (20230000 + PEOPLE).astype(str),
    "a list": (20230000 + PEOPLE).tolist(),
    "a tensor": tf.constant(20230000 + PEOPLE),
    "double precision": 20230000.0 + PEOPLE,
}
each_large_label = pytest.mark.parametrize("large", LARGE_LABELS.values(), ids=LARGE_LABELS)


@each_keras_loss
@each_large_label
def test_labels_count_by_which_are_equal_however_large_they_are(loss, keras_loss, large):
    embeddings = np.random.default_rng(5).normal(size=(8, 4)).astype("float32")
    expected = ON_BATCH[loss](PEOPLE, embeddings, 0.5)
    assert float(loss(embeddings, large)) == pytest.approx(expected, rel=1e-5)
    assert float(keras_loss()(large, embeddings)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.slow
@each_keras_loss
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_a_fit_with_large_labels_is_the_fit_with_small_ones(loss, keras_loss, policy):
    embeddings = np.random.default_rng(5).normal(size=(8, 4)).astype("float32")

    def fitted(data):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, dtype=policy)])
        model.compile(loss=keras_loss(), optimizer="sgd")
        return model.fit(data, epochs=2, shuffle=False, verbose=0).history["loss"]

    def batches(labels):
        return tf.data.Dataset.from_tensors((embeddings, labels))

    expected = fitted(batches(PEOPLE))
    assert expected[0] > 0
    for name in ("a student's number", "13 digits", "a column", "strings of digits"):
        np.testing.assert_allclose(fitted(batches(LARGE_LABELS[name])), expected, rtol=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"labels: expected whole numbers.*float32 cannot tell them apart"):
        fitted(batches(tf.constant(20230000.0 + PEOPLE, tf.float32)))


@each_keras_loss
@pytest.mark.parametrize(("dtype", "first_lost"), [("bfloat16", 2**8), ("float16", 2**11), ("float32", 2**24)])
def test_floats_too_large_to_be_told_apart_are_refused(loss, keras_loss, dtype, first_lost):
    embeddings = np.ones((4, 2), "float32")
    labels = tf.cast(tf.constant([0, 0, 1, first_lost]), dtype)
    with pytest.raises(ValueError, match=f"labels: expected whole numbers, or floats below {first_lost}, .* {dtype}"):
        loss(embeddings, labels)
    with pytest.raises(ValueError, match="labels: expected whole numbers"):
        keras_loss()(labels, embeddings)
    loss(embeddings, tf.cast(tf.constant([0, 0, 1, first_lost - 1]), dtype))


# ---- As Keras losses ----


@each_keras_loss
def test_keras_loss_is_the_function(loss, keras_loss):
    labels, embeddings = random_batch(21, 3, 10, 4, "float32")
    expected = float(loss(embeddings, labels, 0.7))
    assert float(keras_loss(0.7)(labels, embeddings)) == pytest.approx(expected, rel=1e-6)
    assert float(keras_loss(gap=0.7)(labels[:, None], embeddings)) == pytest.approx(expected, rel=1e-6)
    assert float(keras_loss()(labels, embeddings)) == pytest.approx(float(loss(embeddings, labels)), rel=1e-6)


@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_keras_contrastive_loss_is_the_mean_of_the_function(shape):
    rng = np.random.default_rng(22)
    same, distance = rng.integers(2, size=6), rng.uniform(0, 2, size=6).astype("float32")
    expected = np.mean(contrastive_loss(distance, same, 1.5))
    assert float(ContrastiveLoss(1.5)(same, distance.reshape(shape))) == pytest.approx(expected, rel=1e-6)
    assert float(ContrastiveLoss()(same, distance)) == pytest.approx(np.mean(contrastive_loss(distance, same)), rel=1e-6)


def test_keras_triplet_loss_is_the_mean_of_the_function():
    anchor, positive, negative = triplets = np.random.default_rng(23).normal(size=(3, 7, 4)).astype("float32")
    expected = np.mean(triplet_loss(anchor, positive, negative, 0.7))
    stacked = np.stack(triplets, axis=1)
    for ignored in (np.zeros(7), np.arange(14).reshape(7, 2)):
        assert float(TripletLoss(0.7)(ignored, stacked)) == pytest.approx(expected, rel=1e-6)
    default = np.mean(triplet_loss(anchor, positive, negative))
    assert float(TripletLoss()(np.zeros(7), stacked)) == pytest.approx(default, rel=1e-6)


@pytest.mark.parametrize("shape", [(3, 4), (7, 4), (7, 2, 4), (7, 4, 3), (7, 3, 4, 1)])
def test_keras_triplet_loss_refuses_another_layout(shape):
    with pytest.raises(ValueError, match=r"y_pred: expected anchor, positive, negative as \(triplets, 3, features\), got \("):
        TripletLoss()(np.zeros(shape[0]), np.zeros(shape, "float32"))


@pytest.mark.parametrize(
    ("loss", "own"),
    [
        (ContrastiveLoss(0.7), {"margin": 0.7, "name": "contrastive_loss"}),
        (TripletLoss(0.7), {"gap": 0.7, "name": "triplet_loss"}),
        (BatchAll(0.7), {"gap": 0.7, "name": "batch_all"}),
        (BatchHard(0.7), {"gap": 0.7, "name": "batch_hard"}),
        (SemiHard(0.7, name="mine", reduction="sum"), {"gap": 0.7, "name": "mine", "reduction": "sum"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_config_round_trip(loss, own):
    config = loss.get_config()
    assert own.items() <= config.items()
    assert type(loss).from_config(config).get_config() == config
    copy = keras.losses.deserialize(keras.losses.serialize(loss))
    assert type(copy) is type(loss)
    assert copy.get_config() == config


def embedding_model():
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(3)])


def siamese_model():
    encoder = embedding_model()
    pictures = [keras.Input((5,)), keras.Input((5,))]
    return keras.Model(pictures, euclidean(encoder(pictures[0]), encoder(pictures[1])))


def triplet_model():
    encoder = embedding_model()
    pictures = [keras.Input((5,)) for _ in range(3)]
    return keras.Model(pictures, keras.ops.stack([encoder(picture) for picture in pictures], axis=1))


def model_and_data(loss):
    """A tiny model compiled with the loss, and a batch in which some pictures are the same."""
    keras.utils.set_random_seed(3)
    x = np.random.default_rng(31).normal(size=(8, 5)).astype("float32")
    x[1] = x[0]  # of one person
    x[7] = x[2]  # of two
    if isinstance(loss, ContrastiveLoss):
        model, data = siamese_model(), ([x, np.vstack([x[:2], x[3:], x[:1]])], np.array([1, 0, 0, 1, 0, 1, 0, 1]))
    elif isinstance(loss, TripletLoss):
        model, data = triplet_model(), ([x, x[[1, 0, 3, 2, 5, 4, 7, 6]], x[[2, 3, 4, 5, 6, 7, 0, 1]]], np.zeros(8))
    else:
        model, data = embedding_model(), (x, np.array([0, 0, 0, 1, 1, 2, 2, 3]))
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss=loss)
    return model, data


each_loss = pytest.mark.parametrize(
    "keras_loss", [ContrastiveLoss, TripletLoss, BatchAll, BatchHard, SemiHard], ids=lambda loss: loss.__name__
)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")  # Keras, saving
@each_loss
def test_a_model_saves_and_loads_with_its_loss(keras_loss, tmp_path):
    model, (x, y) = model_and_data(keras_loss(0.9))
    before = model.evaluate(x, y, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.loss) is keras_loss
    assert loaded.loss.get_config() == model.loss.get_config()
    assert before > 0
    assert loaded.evaluate(x, y, verbose=0) == pytest.approx(before, rel=1e-6)


@pytest.mark.slow
@each_loss
def test_training_with_pictures_given_twice_stays_finite_and_teaches(keras_loss):
    model, (x, y) = model_and_data(keras_loss())
    history = model.fit(x, y, batch_size=8, epochs=30, shuffle=False, verbose=0).history["loss"]
    assert np.all(np.isfinite(history))
    assert history[-1] < history[0]
    assert all(np.all(np.isfinite(weight)) for weight in model.get_weights())
