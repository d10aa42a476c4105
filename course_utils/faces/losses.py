"""The losses that teach a network to put pictures of one person close together: contrastive and triplet losses.

Distances are Euclidean, as the lecture notes' D, and safe: equal embeddings give a gradient of 0, never NaN. The functions on
pairs and triplets return one loss for each; those on a batch of embeddings with labels find the triplets in it by themselves
and return one number. All also come as Keras losses, for `compile` and for saving with a model; these alone take the labels
first, as Keras hands them over.

Lists and arrays are taken as well as tensors; whole numbers are computed in float64. What only the numbers in a tensor can tell
raises ValueError where they are there, and InvalidArgumentError when a graph runs.
"""

import math
from collections.abc import Callable
from typing import Any

from course_utils import checks
from course_utils.arrays import Tensor
from course_utils.backend import keras, tf
from course_utils.faces.distances import euclidean, pairwise

_FEW_POSITIVES = 32  # above, sorting is faster than a pass for each positive, measured with 1,024 pictures
_EXACT_BELOW = {"bfloat16": 2**8, "float16": 2**11, "float32": 2**24, "float64": 2**53}  # all whole numbers are there

# ---- On pairs and triplets ----


def contrastive_loss(distance: Tensor, same: Tensor, margin: float = 1.0) -> Tensor:
    """Contrastive loss: pull pairs of one person together, push others apart until they are `margin` apart.

    same D^2 / 2 + (1 - same) max(0, margin - D)^2 / 2: R. Hadsell, S. Chopra, Y. LeCun, "Dimensionality reduction by learning
    an invariant mapping", CVPR 2006, eq. 4, where Y = 1 - same.

    Args:
        distance: (pairs,) float, the distance D of the two embeddings, >= 0.
        same: (pairs,) 1 or True where both pictures show one person, 0 or False where they show two.
        margin: in the unit of the distance.

    Returns:
        (pairs,) the loss of each pair, in the dtype of the distance.

    Raises:
        ValueError: the margin is not positive and finite; `distance` and `same` differ in shape; a distance is below 0; an
            entry of `same` is neither 0 nor 1.
    """
    margin = above_zero("margin", margin)
    distance, same = _as_floats("distance", distance), _as_tensor("same", same)
    if not same.shape.is_compatible_with(distance.shape):  # (n, 1) and (n,) would silently make n^2 pairs
        raise ValueError(f"distance, same: expected one shape for both, got {distance.shape} and {same.shape}; reshape one")
    _require("distance", distance, ~(distance < 0), "distances from 0 up")
    if same.dtype != tf.bool:
        same = _as_floats("same", same)
        _require("same", same, (same == 0) | (same == 1), "1 or True (one person), 0 or False (two)")
    same = tf.cast(same, distance.dtype)
    return (same * distance**2 + (1 - same) * tf.nn.relu(margin - distance) ** 2) / 2


def triplet_loss(anchor: Tensor, positive: Tensor, negative: Tensor, gap: float = 0.5) -> Tensor:
    """Triplet loss, as the lecture notes write it: max(0, g + D(f(p), f(p+)) - D(f(p), f(p-))).

    F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet", CVPR 2015, has it with squared distances (eq. 3).

    Args:
        anchor: (triplets, features) embeddings of the queries p.
        positive: (triplets, features) embeddings of other pictures p+ of the same people.
        negative: (triplets, features) embeddings of pictures p- of other people.
        gap: the gap g, in the unit of the distance.

    Returns:
        (triplets,) the loss of each triplet.

    Raises:
        ValueError: the gap is not positive and finite; the three differ in shape.
    """
    gap = above_zero("gap", gap)
    roles = {"anchor": anchor, "positive": positive, "negative": negative}
    anchor, positive, negative = (_as_floats(name, embeddings) for name, embeddings in roles.items())
    for name, other in (("positive", positive), ("negative", negative)):
        if not anchor.shape.is_compatible_with(other.shape):  # (n, 1, features) would silently make n^2 triplets
            raise ValueError(f"anchor, {name}: expected one shape for all three, got {anchor.shape} and {other.shape}")
    return _of_triplets(anchor, positive, negative, gap)


def _of_triplets(anchor: Tensor, positive: Tensor, negative: Tensor, gap: float) -> Tensor:
    return tf.nn.relu(gap + euclidean(anchor, positive) - euclidean(anchor, negative))


# ---- On a batch of embeddings with labels ----


def batch_all(embeddings: Tensor, labels: Tensor, gap: float = 0.5) -> Tensor:
    """Mean triplet loss over all triplets in the batch that are still active, that is, whose loss is not 0.

    A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person re-identification", 2017, eq. 6, averaged over
    the active triplets as they recommend.

    Args:
        embeddings: (n, features) float. Half precision cannot hold sums over a batch: it is computed in float32.
        labels: (n,) or (n, 1), whom each picture shows: numbers or strings.
        gap: the gap g, in the unit of the distance.

    Returns:
        The loss, a scalar; 0 if no triplet can be made or none is active; NaN if an embedding is NaN and a triplet can be made.

    Raises:
        ValueError: the gap is not positive and finite; there is not one label for each embedding; the labels are floats too
            large to be told apart, such as float32 from 2^24 up.
    """
    embeddings, is_positive, is_negative, gap = _compare(embeddings, labels, gap)
    distance = pairwise(embeddings)

    def of_anchor(row: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        d, positive, negative = row
        losses = tf.nn.relu(gap + tf.boolean_mask(d, positive)[:, None] - tf.boolean_mask(d, negative)[None, :])
        return tf.reduce_sum(losses), tf.reduce_sum(tf.cast(losses > 0, d.dtype))

    # One anchor at a time: all n^3 differences at once would not fit in memory.
    total, active = tf.map_fn(
        of_anchor, (distance, is_positive, is_negative), fn_output_signature=(distance.dtype, distance.dtype)
    )
    return tf.reduce_sum(total) / tf.maximum(tf.reduce_sum(active), 1)


def batch_hard(embeddings: Tensor, labels: Tensor, gap: float = 0.5) -> Tensor:
    """Mean triplet loss over the anchors, each with its farthest positive and its nearest negative in the batch.

    A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person re-identification", 2017, eq. 5. Anchors without
    a positive or without a negative do not count.

    Args, returns and errors as for `batch_all`.
    """
    embeddings, is_positive, is_negative, gap = _compare(embeddings, labels, gap)
    squared = _squared_distances(embeddings)
    hardest_positive = tf.argmax(tf.where(is_positive, squared, -1), axis=1)
    hardest_negative = tf.argmin(tf.where(is_negative, squared, squared.dtype.max), axis=1)
    counts = tf.reduce_any(is_positive, axis=1) & tf.reduce_any(is_negative, axis=1)
    return _mean_of_mined(embeddings, hardest_positive[:, None], hardest_negative[:, None], counts[:, None], gap)


def semi_hard(embeddings: Tensor, labels: Tensor, gap: float = 0.5) -> Tensor:
    """Mean triplet loss over all pairs of anchor and positive, each with its semi-hard negative.

    That is the nearest negative that is farther away than the positive: F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet",
    CVPR 2015, section 3.2. Where there is none, the farthest negative is taken, which is the nearest to being semi-hard. Pairs
    whose anchor has no negative do not count.

    Args, returns and errors as for `batch_all`.
    """
    embeddings, is_positive, is_negative, gap = _compare(embeddings, labels, gap)
    # The columns of each anchor's positives; anchors with fewer than the most are filled up with others, which do not count.
    most = tf.maximum(tf.reduce_max(tf.reduce_sum(tf.cast(is_positive, tf.int32), axis=1)), 1)
    counts, positive = tf.math.top_k(tf.cast(is_positive, tf.int32), most)
    counts = (counts > 0) & tf.reduce_any(is_negative, axis=1, keepdims=True)
    return tf.cond(
        most <= _FEW_POSITIVES,
        lambda: _mean_of_mined(embeddings, positive, _nearest_farther(embeddings, positive, is_negative), counts, gap),
        lambda: _semi_hard_of_many(embeddings, positive, is_negative, counts, gap),
    )


def _nearest_farther(embeddings: Tensor, positive: Tensor, is_negative: Tensor) -> Tensor:
    """Return the columns of the semi-hard negatives, (n, positives): one pass over the batch for each positive."""
    squared = _squared_distances(embeddings)
    farthest = tf.argmax(tf.where(is_negative, squared, -1), axis=1, output_type=tf.int32)
    no_candidate = squared.dtype.max
    candidates = tf.where(is_negative, squared, no_candidate)

    def of_one_positive(to_positive: Tensor) -> Tensor:
        farther = tf.where(candidates > to_positive[:, None], candidates, no_candidate)
        nearest = tf.argmin(farther, axis=1, output_type=tf.int32)
        return tf.where(tf.gather(farther, nearest, batch_dims=1) < no_candidate, nearest, farthest)

    to_positives = tf.transpose(tf.gather(squared, positive, batch_dims=1))
    return tf.transpose(tf.map_fn(of_one_positive, to_positives, fn_output_signature=tf.int32))


def _semi_hard_of_many(embeddings: Tensor, positive: Tensor, is_negative: Tensor, counts: Tensor, gap: float) -> Tensor:
    """Return the same as with `_nearest_farther`, in n^2 log n steps and n^2 memory however many positives there are."""
    distance = pairwise(embeddings)
    to_positive = tf.gather(distance, positive, batch_dims=1)
    # Sorted once, each anchor's negatives can be searched for every positive. The gradient goes through the distances picked
    # in the end, not through the sorting.
    candidates = tf.stop_gradient(tf.where(is_negative, distance, distance.dtype.max))
    order = tf.argsort(candidates, axis=1)
    place = tf.searchsorted(tf.gather(candidates, order, batch_dims=1), to_positive, side="right")
    farthest = tf.reduce_sum(tf.cast(is_negative, tf.int32), axis=1, keepdims=True) - 1
    negative = tf.gather(order, tf.maximum(tf.minimum(place, farthest), 0), batch_dims=1)
    return _mean(tf.nn.relu(gap + to_positive - tf.gather(distance, negative, batch_dims=1)), counts)


def _squared_distances(embeddings: Tensor) -> Tensor:
    """Return all squared distances, (n, n), to choose triplets by: choosing has no gradient, and needs no root."""
    return tf.stop_gradient(pairwise(embeddings, metric="squared_euclidean"))


def _mean_of_mined(embeddings: Tensor, positive: Tensor, negative: Tensor, counts: Tensor, gap: float) -> Tensor:
    """Return the mean loss of the chosen triplets, given as columns: `positive`, `negative` and `counts` are (n, triplets).

    The gradient then has only as many distances to go through as there are triplets, not all n^2.
    """
    losses = _of_triplets(embeddings[:, None], tf.gather(embeddings, positive), tf.gather(embeddings, negative), gap)
    # A broken embedding is not chosen, and would go unnoticed.
    return _mean(tf.where(tf.reduce_all(tf.math.is_finite(embeddings)), losses, math.nan), counts)


def _compare(embeddings: Tensor, labels: Tensor, gap: float) -> tuple[Tensor, Tensor, Tensor, float]:
    """Return the embeddings in a dtype to compute in, which are positives and negatives of which, (n, n) each, and the gap."""
    gap = above_zero("gap", gap)
    embeddings = _as_floats("embeddings", embeddings)
    if embeddings.shape.rank not in (2, None):
        raise ValueError(f"embeddings: expected (n, features), got {embeddings.shape}")
    if embeddings.dtype in (tf.float16, tf.bfloat16):
        embeddings = tf.cast(embeddings, tf.float32)
    given = _as_tensor("labels", labels).shape
    labels = _as_labels(labels)
    if given.rank not in (1, 2, None) or not labels.shape.is_compatible_with(embeddings.shape[:1]):
        raise ValueError(
            f"labels: expected one for each embedding, shape {embeddings.shape[:1]}, got {given}; "
            "give whole numbers, not one-hot rows"
        )
    same = labels[:, None] == labels[None, :]
    itself = tf.eye(tf.size(labels), dtype=tf.bool)
    return embeddings, same & ~itself, ~same, gap


def _as_labels(labels: Tensor) -> Tensor:
    """Return the labels, (n,), of any dtype that tells them apart."""
    labels = tf.reshape(_as_tensor("labels", labels), [-1])
    if labels.dtype.is_complex:
        raise ValueError(f"labels: expected whole numbers or strings, got {labels.dtype.name}")
    if labels.dtype.is_floating:
        exact = _EXACT_BELOW[labels.dtype.name]
        expected = f"whole numbers, or floats below {exact}, from where {labels.dtype.name} cannot tell them apart"
        _require("labels", labels, tf.abs(labels) < exact, expected)
    return labels


def _mean(losses: Tensor, counts: Tensor) -> Tensor:
    """Return the mean of the losses that count; 0 if none does."""
    number = tf.reduce_sum(tf.cast(counts, losses.dtype))
    return tf.reduce_sum(tf.where(counts, losses, 0)) / tf.maximum(number, 1)


# ---- Checks ----


def above_zero(name: str, value: float) -> float:
    """Return a margin or a gap as a float; ValueError if it is not a finite number above 0."""
    return checks.in_range(name, value, above=0, what="a finite number", hint="in the unit of the distance")


def _as_tensor(name: str, value: Tensor) -> Tensor:
    checks.no_masked(name, value)
    try:
        return tf.convert_to_tensor(value)
    except (TypeError, ValueError, OverflowError, NotImplementedError):
        raise ValueError(f"{name}: expected a tensor, an array or a list of one kind, got {checks.quoted(value)}") from None


def _as_floats(name: str, value: Tensor) -> Tensor:
    tensor = _as_tensor(name, value)
    if tensor.dtype.is_integer:
        tensor = tf.cast(tensor, tf.float64)  # as in `distances`
    if not tensor.dtype.is_floating:
        raise ValueError(f"{name}: expected real numbers, got {tensor.shape} of {tensor.dtype.name}")
    return tensor


def _require(name: str, values: Tensor, holds: Tensor, expected: str) -> None:
    """Refuse values for which something does not hold: at once where they are there, else when the graph runs."""
    if not tf.executing_eagerly():
        message = f"{name}: expected {expected}, got"
        tf.debugging.Assert(tf.reduce_all(holds), [message, tf.boolean_mask(values, ~holds)])
    elif not tf.reduce_all(holds):
        raise ValueError(f"{name}: expected {expected}, got {tf.boolean_mask(values, ~holds)[0].numpy():.9g}")


# ---- As Keras losses ----


@keras.saving.register_keras_serializable("course_utils")
class ContrastiveLoss(keras.losses.Loss):
    """`contrastive_loss` as a Keras loss: y_true is `same`, y_pred the distance."""

    def __init__(self, margin: float = 1.0, name: str = "contrastive_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.margin = above_zero("margin", margin)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each pair."""
        return contrastive_loss(tf.reshape(y_pred, [-1]), tf.reshape(y_true, [-1]), self.margin)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "margin": self.margin}


class _GapLoss(keras.losses.Loss):
    """A Keras loss with a gap."""

    function: Callable[..., Tensor]

    def __init__(self, gap: float = 0.5, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name or self.function.__name__, **kwargs)
        self.gap = above_zero("gap", gap)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "gap": self.gap}


@keras.saving.register_keras_serializable("course_utils")
class TripletLoss(_GapLoss):
    """`triplet_loss` as a Keras loss: y_pred are the embeddings of anchor, positive and negative; y_true is not looked at.

    A Keras loss takes one output, so the three are stacked: y_pred is (triplets, 3, features). With one encoder f:
    `keras.Model([a, p, n], keras.ops.stack([f(a), f(p), f(n)], axis=1))`. As `fit` wants labels, give it any, one for each
    triplet.
    """

    function = staticmethod(triplet_loss)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each triplet."""
        if len(y_pred.shape) != 3 or y_pred.shape[1] != 3:
            raise ValueError(f"y_pred: expected anchor, positive, negative as (triplets, 3, features), got {y_pred.shape}")
        anchor, positive, negative = tf.unstack(y_pred, axis=1)
        return triplet_loss(anchor, positive, negative, self.gap)


class _BatchLoss(_GapLoss):
    """A loss on a batch: y_true are the labels, y_pred the embeddings."""

    def __call__(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss of the batch, a scalar; arguments as for every Keras loss.

        Keras makes y_true float32 before it calls `call`, and float32 does not tell 20230001 from 20230000. So the labels are
        first numbered from 0: for a loss, all that counts is which are equal.
        """
        labels = _as_labels(y_true)
        first_alike = tf.argmax(tf.cast(labels[:, None] == labels[None, :], tf.int8), axis=1)
        return super().__call__(tf.reshape(first_alike, tf.shape(y_true)), y_pred, sample_weight)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of the batch, a scalar."""
        return type(self).function(y_pred, y_true, self.gap)


@keras.saving.register_keras_serializable("course_utils")
class BatchAll(_BatchLoss):
    """`batch_all` as a Keras loss: y_true are the labels, y_pred the embeddings."""

    function = staticmethod(batch_all)


@keras.saving.register_keras_serializable("course_utils")
class BatchHard(_BatchLoss):
    """`batch_hard` as a Keras loss: y_true are the labels, y_pred the embeddings."""

    function = staticmethod(batch_hard)


@keras.saving.register_keras_serializable("course_utils")
class SemiHard(_BatchLoss):
    """`semi_hard` as a Keras loss: y_true are the labels, y_pred the embeddings."""

    function = staticmethod(semi_hard)
