"""Training an encoder by any loss of the course: one call, one loop, the same budget of pictures for every loss.

The loop is a `train_step` of our own, compiled by `tf.function`, and not `fit`: a learner can read it from top to bottom, and
it is told apart from the losses by one function each, from the embeddings of a batch to one number. Numbers are float32
throughout.
"""

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from course_utils import checks
from course_utils.arrays import Float32Array, Float64Array, IntArray, Model, Tensor
from course_utils.backend import keras, tf
from course_utils.faces import losses, sampling
from course_utils.faces.distances import euclidean, pairwise
from course_utils.faces.networks import check_encoder, embedding_network, verification_head
from course_utils.faces.preprocessing import augment, grey_pictures, shrink

PICTURES_PER_STEP = 60  # 30 pairs, 20 triplets, or 15 people with 4 pictures each
WARM_UP = 30  # steps
COLLAPSE = 0.1  # mean distance of two people, in lengths of an embedding, below which a run is called collapsed
PATIENCE = 20  # steps in a row


class History(NamedTuple):
    """What each step saw in its batch, before it changed the weights; each (steps,) float.

    Attributes:
        loss: the loss.
        same: mean distance of two pictures of one person.
        different: mean distance of pictures of two people.
        length: mean length of an embedding; 1 for the encoder of the course.
    """

    loss: Float64Array
    same: Float64Array
    different: Float64Array
    length: Float64Array

    @property
    def collapsed_at(self) -> int | None:
        """The first of 20 steps in a row at which all people lie at nearly one point, or None.

        Nearly one point: the mean distance of two people is below a tenth of the length of an embedding. It is an early
        sign, seen in batches; `diagnostics.examine` says more.
        """
        close = self.different <= COLLAPSE * self.length
        runs = np.convolve(close, np.ones(PATIENCE), mode="valid") == PATIENCE
        return int(runs.argmax()) if runs.any() else None


class Training(NamedTuple):
    """What `train` gives back.

    Attributes:
        encoder: the trained encoder.
        head: the trained `verification_head`, for the loss "verification"; else None.
        history: what happened on the way.
    """

    encoder: Model
    head: Model | None
    history: History


def train(
    pictures: ArrayLike,
    people: ArrayLike,
    loss: str = "batch_hard",
    *,
    steps: int = 400,
    learning_rate: float = 1e-3,
    seed: int = 0,
    encoder: Model | None = None,
    progress: bool = True,
    look: Callable[[int, Model], object] | None = None,
    **options: Any,
) -> Training:
    """Train an encoder on pictures of people.

    Each step draws about 60 pictures, changes them a little at random (`preprocessing.augment`), embeds them and follows the
    slope of the loss with AdamW (I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019). The learning
    rate rises for 30 steps, then falls along a cosine.

    Args:
        pictures: (n, rows, columns) uint8, grey; shrunk to 56 x 46.
        people: (n,) int, whom each picture shows.
        loss: one of `OBJECTIVES`: "contrastive" on random pairs, "triplet" on random triplets, "batch_all", "semi_hard" or
            "batch_hard" on batches of P people with K pictures each, or "verification": binary cross-entropy of the logistic
            unit on random pairs.
        steps: how many batches.
        learning_rate: the highest, reached after the warm-up.
        seed: the same seed gives the same initial weights, batches and changes of pictures. Where several threads share a sum,
            its rounding changes from run to run; after hundreds of steps that can be a point or two of one-shot accuracy.
        encoder: the network to train, in place; a new `embedding_network` if not given.
        progress: whether to show a bar with the loss and the mean distances of same and of different people.
        look: called with the number of steps that are done and the encoder, before the first step and after each. It may
            embed pictures to see how far the training has come; what it returns is forgotten.
        options: of this loss. "contrastive": `margin` (1.0), in the unit of the distance. "triplet", "batch_all", "semi_hard"
            and "batch_hard": `gap` (0.5), the gap g, in the unit of the distance. "verification": `kind` ("absolute" or
            "chi_square"), of the `verification_head`.

    Returns:
        The trained encoder, the head if there is one, and the history.

    Raises:
        ValueError: an unknown loss, an option that it does not have, pictures and people that differ in number, too few people
            or pictures, a number out of range, or a `look` that cannot be called.
        FloatingPointError: the loss or its gradient became infinite or NaN. The encoder keeps the weights of the step before.
    """
    draw, make_loss = OBJECTIVES[checks.choice("loss", loss, OBJECTIVES)]
    _check_options(loss, make_loss, options)
    steps, seed = checks.whole_number("steps", steps), checks.whole_number("seed", seed, 0, 2**31 - 1)
    learning_rate = checks.in_range("learning_rate", learning_rate, above=0, most=1)  # a step moves a weight by about this much
    if look is not None and not callable(look):
        raise ValueError(f"look: expected a function of the steps that are done and the encoder, got {checks.quoted(look)}")
    pictures = grey_pictures("pictures", pictures)
    people = checks.people("people", people, len(pictures))
    batches = draw(people, seed)
    encoder = embedding_network(seed=seed) if encoder is None else encoder
    loss_of_batch, head = make_loss(check_encoder(encoder), **options)
    variables = encoder.trainable_variables + (head.trainable_variables if head else [])
    step = _train_step(encoder, variables, loss_of_batch, _optimizer(learning_rate, steps), shrink(pictures), people, seed)

    look = look or (lambda *_: None)
    seen = []
    look(0, encoder)
    with tqdm(total=steps, desc=loss, disable=not progress, leave=False) as bar:
        for number, drawn in zip(range(steps), batches, strict=False):
            try:
                seen.append([float(value) for value in step(tf.constant(drawn), tf.constant(number))])
            except tf.errors.InvalidArgumentError as error:
                raise FloatingPointError(
                    f"step {number}: the loss or its gradient is not a finite number. The encoder keeps the weights of the "
                    f"step before. Try a smaller learning_rate than {learning_rate}."
                ) from error
            bar.update()
            look(number + 1, encoder)
            if number % 10 == 0:
                bar.set_postfix_str("loss {:.3f}, same {:.2f}, different {:.2f}".format(*seen[-1]))
    return Training(encoder, head, History(*np.array(seen).T))


def _check_options(loss: str, make_loss: Callable[..., Any], options: dict[str, Any]) -> None:
    own = [
        name for name, parameter in inspect.signature(make_loss).parameters.items() if parameter.kind is parameter.KEYWORD_ONLY
    ]
    for name in options:
        if name not in own:
            raise ValueError(f"{name}: the loss {loss!r} has no such option; it takes {', '.join(own)}")


# ---- The objectives: what to draw, and what to make small ----

Batches = Iterator[IntArray]  # indexes of pictures, (roles, n): pairs have two roles, triplets three, batches of P x K one
LossOfBatch = Callable[[Tensor, Tensor], Tensor]  # ((roles, n, features) embeddings, (roles, n) people) -> scalar


class _Loss(NamedTuple):
    of_batch: LossOfBatch
    head: Model | None = None  # what else has weights to train


def _pairs(people: IntArray, seed: int) -> Batches:
    return (np.stack([first, second]) for first, second, _ in sampling.pairs(people, PICTURES_PER_STEP // 2, seed=seed))


def _triplets(people: IntArray, seed: int) -> Batches:
    return map(np.stack, sampling.triplets(people, PICTURES_PER_STEP // 3, seed=seed))


def _people_and_pictures(people: IntArray, seed: int) -> Batches:
    counts = np.unique(people, return_counts=True)[1]
    pictures_each = max(min(4, int(counts.min())), 2)
    people_each = max(min(PICTURES_PER_STEP // pictures_each, len(counts)), 2)
    return (indexes[None] for indexes in sampling.people_and_pictures(people, people_each, pictures_each, seed=seed))


def _contrastive(features: int, *, margin: float = 1.0) -> _Loss:
    margin = losses.above_zero("margin", margin)
    return _Loss(lambda f, who: tf.reduce_mean(losses.contrastive_loss(euclidean(f[0], f[1]), who[0] == who[1], margin)))


def _triplet(features: int, *, gap: float = 0.5) -> _Loss:
    gap = losses.above_zero("gap", gap)
    return _Loss(lambda f, who: tf.reduce_mean(losses.triplet_loss(f[0], f[1], f[2], gap)))


def _mined(rule: Callable[[Tensor, Tensor, float], Tensor], features: int, *, gap: float = 0.5) -> _Loss:
    gap = losses.above_zero("gap", gap)
    return _Loss(lambda f, who: rule(f[0], who[0], gap))


def _verification(features: int, *, kind: str = "absolute") -> _Loss:
    head = verification_head(features, kind)
    cross_entropy = keras.losses.BinaryCrossentropy()
    return _Loss(lambda f, who: cross_entropy(who[0] == who[1], head([f[0], f[1]], training=True)), head)


# For each loss what it draws, (people, seed) -> batches, and what makes it, (features, its own options) -> `_Loss`.
OBJECTIVES: dict[str, tuple[Callable[[IntArray, int], Batches], Callable[..., _Loss]]] = {
    "contrastive": (_pairs, _contrastive),
    "triplet": (_triplets, _triplet),
    "batch_all": (_people_and_pictures, partial(_mined, losses.batch_all)),
    "semi_hard": (_people_and_pictures, partial(_mined, losses.semi_hard)),
    "batch_hard": (_people_and_pictures, partial(_mined, losses.batch_hard)),
    "verification": (_pairs, _verification),
}

# ---- The loop ----


def _optimizer(learning_rate: float, steps: int) -> Any:
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=learning_rate / WARM_UP,
        warmup_target=learning_rate,
        warmup_steps=WARM_UP,
        decay_steps=max(steps - WARM_UP, 1),
        alpha=0.01,
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-4)


def _train_step(
    encoder: Model,
    variables: list[Any],
    loss_of_batch: LossOfBatch,
    optimizer: Any,
    pictures: Float32Array,
    people: IntArray,
    seed: int,
) -> Callable[[Tensor, Tensor], tuple[Tensor, ...]]:
    """Return the compiled step: (roles, n) indexes and the number of the step -> a row of the history."""
    all_pictures, all_people = tf.constant(pictures[..., None]), tf.constant(people)
    optimizer.build(variables)

    def train_step(indexes: Tensor, number: Tensor) -> tuple[Tensor, ...]:
        who = tf.gather(all_people, indexes)
        batch = augment(tf.gather(all_pictures, tf.reshape(indexes, [-1])), tf.stack([seed, number]))
        with tf.GradientTape() as tape:
            # All roles go through the encoder in one batch: one network, and one set of batch statistics.
            f = encoder(batch, training=True)
            loss = loss_of_batch(tf.reshape(f, [*indexes.shape, f.shape[-1]]), who)
        gradients = tape.gradient(loss, variables)
        finite = tf.debugging.assert_all_finite(tf.linalg.global_norm(gradients) + loss, "loss or gradient")
        with tf.control_dependencies([finite]):  # else the weights could change before the check has failed
            optimizer.apply(gradients, variables)
        return loss, *_distances(f, tf.reshape(who, [-1]))

    compiled: Callable[[Tensor, Tensor], tuple[Tensor, ...]] = tf.function(train_step)
    return compiled


def _distances(f: Tensor, who: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean distance of same and of different people in a batch, and the mean length of an embedding."""
    distance, same = pairwise(f), who[:, None] == who[None, :]
    itself = tf.eye(tf.size(who), dtype=tf.bool)
    return (
        tf.reduce_mean(tf.boolean_mask(distance, same & ~itself)),
        tf.reduce_mean(tf.boolean_mask(distance, ~same)),
        tf.reduce_mean(tf.norm(f, axis=1)),
    )
