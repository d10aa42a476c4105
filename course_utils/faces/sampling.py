"""Which pictures make a batch to train on: drawing pairs, triplets and people, also as `tf.data`.

The samplers draw indexes of pictures, for ever, each batch anew and independent of the last; the same seed gives the same
batches. Their work grows with the batch, not with the number of pictures. What they need to know is `people`: (pictures,)
int, whom each picture shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import BoolArray, IntArray, Tensor
from course_utils.backend import tf

# ---- Which pictures: samplers of indexes ----


def pairs(
    people: ArrayLike, batch_size: int, share_same: float = 0.5, seed: int = 0
) -> Iterator[tuple[IntArray, IntArray, BoolArray]]:
    """Draw pairs of pictures of one person or of two, never a picture with itself.

    The first picture is any, each equally likely; the second is any other of the same person, or any of the other people.

    Args:
        people: (pictures,) int, whom each picture shows.
        batch_size: pairs in a batch.
        share_same: how likely a pair shows one person, from 0 to 1. Drawn without looking, few pairs would.
        seed: the same seed, the same batches.

    Returns:
        An endless iterator over (first, second, same): (batch_size,) indexes of pictures, twice, and (batch_size,) bool.

    Raises:
        ValueError: there is only one person, somebody has only one picture, or a number is out of range.
    """
    groups = _group(people, fewest_people=2, fewest_pictures=2)
    batch_size, seed = checks.whole_number("batch_size", batch_size), checks.whole_number("seed", seed, 0)
    share_same = checks.in_range("share_same", share_same, least=0, most=1, what="a share")

    def draw(rng: np.random.Generator) -> tuple[IntArray, IntArray, BoolArray]:
        first = rng.integers(len(groups.picture), size=batch_size)
        same = rng.random(batch_size) < share_same
        second = np.where(same, _another_of_the_same(groups, first, rng), _of_somebody_else(groups, first, rng))
        return groups.picture[first], groups.picture[second], same

    return map(draw, repeat(np.random.default_rng(seed)))


def triplets(people: ArrayLike, batch_size: int, seed: int = 0) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Draw triplets: a query p, a positive p+ (another picture of the same person), a negative p- (of another person).

    Each picture is equally likely as query, each other picture of its person as positive, each of the rest as negative.

    Args:
        people: (pictures,) int, whom each picture shows.
        batch_size: triplets in a batch.
        seed: the same seed, the same batches.

    Returns:
        An endless iterator over (query, positive, negative), each (batch_size,) indexes of pictures.

    Raises:
        ValueError: there is only one person, somebody has only one picture, or `batch_size` is not a whole number above 0.
    """
    groups = _group(people, fewest_people=2, fewest_pictures=2)
    batch_size, seed = checks.whole_number("batch_size", batch_size), checks.whole_number("seed", seed, 0)

    def draw(rng: np.random.Generator) -> tuple[IntArray, IntArray, IntArray]:
        query = rng.integers(len(groups.picture), size=batch_size)
        positive = _another_of_the_same(groups, query, rng)
        negative = _of_somebody_else(groups, query, rng)
        return groups.picture[query], groups.picture[positive], groups.picture[negative]

    return map(draw, repeat(np.random.default_rng(seed)))


def people_and_pictures(
    people: ArrayLike, people_per_batch: int, pictures_per_person: int, seed: int = 0
) -> Iterator[IntArray]:
    """Draw P different people and K different pictures of each, so that a batch is full of triplets.

    "PK batches": A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person re-identification", 2017,
    section 2. Every person is equally likely, and so is every picture of theirs.

    Args:
        people: (pictures,) int, whom each picture shows.
        people_per_batch: P, how many people.
        pictures_per_person: K, how many pictures of each.
        seed: the same seed, the same batches.

    Returns:
        An endless iterator over (P * K,) indexes of pictures: K of the first person, then K of the second, and so on.

    Raises:
        ValueError: there are fewer than P people, somebody has fewer than K pictures, or a number is not a whole one above 0.
    """
    people_per_batch = checks.whole_number("people_per_batch", people_per_batch)
    pictures_per_person, seed = (
        checks.whole_number("pictures_per_person", pictures_per_person),
        checks.whole_number("seed", seed, 0),
    )
    groups = _group(people, fewest_people=people_per_batch, fewest_pictures=pictures_per_person)

    def draw(rng: np.random.Generator) -> IntArray:
        person = rng.choice(len(groups.size), people_per_batch, replace=False)
        which = _different_numbers(groups.size[person], pictures_per_person, rng)
        place = groups.start[person][:, None] + which
        return groups.picture.take(place).ravel()

    return map(draw, repeat(np.random.default_rng(seed)))


@dataclass(frozen=True)
class _Groups:
    """The pictures in an order in which those of one person stand side by side; a place is a position in this order."""

    picture: IntArray  # (pictures,) the picture at each place
    person: IntArray  # (pictures,) whom it shows: a row of `start` and `size`
    start: IntArray  # (people,) the first place of each person's pictures
    size: IntArray  # (people,) how many pictures each person has


def _group(people: ArrayLike, fewest_people: int, fewest_pictures: int) -> _Groups:
    people = checks.people("people", people)
    names, person, count = np.unique(people, return_inverse=True, return_counts=True)
    if len(names) < fewest_people:
        raise ValueError(f"people: {fewest_people} different people are needed, got {len(names)}")
    if len(poor := names[count < fewest_pictures]):
        raise ValueError(
            f"people: {fewest_pictures} or more pictures of each person are needed, got {count.min()} of person "
            f"{names[count.argmin()]}; {len(poor)} of {len(names)} people have too few. Leave them out, or ask for fewer."
        )
    picture = np.argsort(person, kind="stable")
    return _Groups(picture, person[picture], np.cumsum(count) - count, count)


def _another_of_the_same(groups: _Groups, place: IntArray, rng: np.random.Generator) -> IntArray:
    """Return the place of another picture of the same person: 1 to size - 1 steps on, round in a circle."""
    person = groups.person[place]
    start, size = groups.start[person], groups.size[person]
    return start + (place - start + rng.integers(1, size)) % size


def _of_somebody_else(groups: _Groups, place: IntArray, rng: np.random.Generator) -> IntArray:
    """Return the place of a picture of another person: any place, as if this person's were not there."""
    person = groups.person[place]
    start, size = groups.start[person], groups.size[person]
    other = rng.integers(len(groups.picture) - size)
    return other + np.where(other >= start, size, 0)


def _different_numbers(below: IntArray, how_many: int, rng: np.random.Generator) -> IntArray:
    """Return (rows, how_many) numbers from 0 to `below` - 1, all different in a row; every set of them equally likely.

    R. Floyd's method: each step may choose from one number more; if it hits one that is taken, it takes the new one.
    J. Bentley and R. Floyd, "A sample of brilliance", Communications of the ACM 30 (9), 1987.
    """
    chosen = np.full((len(below), how_many), -1)
    for k in range(how_many):
        newest = below - how_many + k
        number = rng.integers(newest, endpoint=True)
        taken = (chosen == number[:, None]).any(axis=1)
        chosen[:, k] = np.where(taken, newest, number)
    return chosen


# ---- As tf.data ----


def dataset(pictures: ArrayLike, people: ArrayLike, sampler: Callable[[ArrayLike], Iterator[Any]]) -> Any:
    """Return the batches of a sampler as an endless `tf.data.Dataset` of (pictures, labels), for `fit` for example.

    `fit` needs to be told `steps_per_epoch`, as there is no end, and `shuffle=False`, as the sampler has drawn at random.

    Example:
        `dataset(pictures, people, partial(people_and_pictures, people_per_batch=15, pictures_per_person=4))`

    Args:
        pictures: (pictures, ...) of any dtype.
        people: (pictures,) int, whom each picture shows.
        sampler: `pairs`, `triplets` or `people_and_pictures`, with all arguments filled in but `people`. It is called anew
            each time the dataset is gone through, which therefore gives the same batches again.

    Returns:
        A dataset of known shapes. Its pictures are one batch, or a tuple of two or three; its labels are `same` for pairs,
        else whom the pictures show, in one array or a tuple like theirs.

    Raises:
        ValueError: there are not as many `people` as pictures, or the sampler cannot work with them.
    """
    pictures = checks.as_array("pictures", pictures)
    if not pictures.ndim or not pictures.size or pictures.dtype.kind not in "biuf":
        raise ValueError(f"pictures: expected (pictures, ...) numbers, got {checks.quoted(pictures)}")
    people = checks.people("people", people, len(pictures))
    if not callable(sampler):
        raise ValueError(
            f"sampler: expected a function of people, such as partial(triplets, batch_size=20), got {checks.quoted(sampler)}"
        )
    example = next(sampler(people))
    all_pictures, all_people = tf.constant(pictures), tf.constant(people)

    def look_up(*drawn: Tensor) -> tuple[Tensor, Tensor]:
        indexes = [array for array in drawn if array.dtype != tf.bool]
        labels = [array for array in drawn if array.dtype == tf.bool]
        labels = labels or [tf.gather(all_people, index) for index in indexes]
        return _alone_or_tuple([tf.gather(all_pictures, index) for index in indexes]), _alone_or_tuple(labels)

    signature = tf.nest.map_structure(tf.TensorSpec.from_tensor, tf.nest.map_structure(tf.constant, example))
    drawn = tf.data.Dataset.from_generator(lambda: sampler(people), output_signature=signature)
    return drawn.map(look_up).prefetch(1)


def _alone_or_tuple(items: list[Tensor]) -> Any:
    return items[0] if len(items) == 1 else tuple(items)
