"""The collapse doctor: reads embeddings and the losses of a training run, and says what has gone wrong.

A network can keep the triplet loss from growing without telling people apart: by moving all pictures to one point, for
example. Rates that only rank distances do not notice: shrink all embeddings to a ten-thousandth, and their AUC is the same. So
the doctor looks at lengths and distances themselves.

What counts as small depends on the scale. If the gap of the triplet loss is given, it is the unit, because distances have to
differ by a gap. Otherwise the length of the embeddings is, and no embedding is sick for being large or small as a whole.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import BoolArray, Float64Array, IntArray
from course_utils.faces.distances import pairwise

Finding = Literal["not a number", "exploded", "all equal", "one-dimensional", "loss stuck at the gap", "no active triplets"]

RECENT = 20  # so many of the last losses are looked at; a run that learns passes the gap in fewer

_TOO_LONG = 1e19  # the square of a longer embedding is infinite in float32
_EXPLODED = 100.0  # gaps: triplets are won or lost by so many gaps that the gap has no say
_EQUAL_GAPS = 0.1  # gaps: other people are so near that the mean triplet costs nine tenths of the gap or more
_EQUAL_LENGTHS = 0.05  # lengths, an angle of 3 degrees; unrelated directions make 90 degrees, which is 1.4 lengths
_ONE_DIMENSION = 0.95  # of the variance: the spread across the line is less than a quarter of that along it
_STUCK = 0.02  # gaps
_FEW_ACTIVE = 0.001  # of all triplets: of random batches of 64, fewer than one in fifteen still teaches anything

_TREATMENT: dict[Finding, str] = {
    "not a number": "Go back to the last good weights, look for a root or a division at 0, take a smaller learning rate.",
    "exploded": "Scale the embeddings to length 1, or take a smaller learning rate.",
    "all equal": "Start with semi-hard triplets, put batch normalisation into the network, or take a smaller learning rate.",
    "one-dimensional": "Put batch normalisation into the network, take a smaller learning rate, or train on more people.",
    "loss stuck at the gap": "Start with semi-hard triplets, or take a smaller learning rate.",
    "no active triplets": "Mine harder triplets, widen the gap or augment more; or stop, if strangers are told apart well.",
}


@dataclass(frozen=True)
class Evidence:
    """What was measured; NaN where there was nothing to measure.

    Attributes:
        same_distance: Euclidean, the mean over the pairs of one person.
        different_distance: the mean over the pairs of two people.
        mean_norm: the mean length of the embeddings.
        first_component: the share of the variance along the first principal component, from 0 to 1.
        effective_rank: as of `effective_rank`.
        active_share: the share of all triplets whose loss with the gap is above 0, from 0 to 1.
        recent_loss: the mean of the last losses; None if no loss was given.
    """

    same_distance: float = math.nan
    different_distance: float = math.nan
    mean_norm: float = math.nan
    first_component: float = math.nan
    effective_rank: float = math.nan
    active_share: float = math.nan
    recent_loss: float | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says. Printed, it is a sentence or two with the evidence and what to try.

    Attributes:
        findings: all that is wrong, in the order of `examine`; empty if nothing is.
        evidence: what was measured.
        gap: the gap it was compared with, or None.
    """

    findings: tuple[Finding, ...]
    evidence: Evidence
    gap: float | None

    @property
    def verdict(self) -> Finding | Literal["healthy"]:
        """The first finding; "healthy" if there is none."""
        return self.findings[0] if self.findings else "healthy"

    def __str__(self) -> str:
        also = f" (also: {', '.join(self.findings[1:])})" if len(self.findings) > 1 else ""
        advice = _TREATMENT[self.findings[0]] if self.findings else "Whether it is good, only people never seen can tell."
        return f"{self.verdict.capitalize()}{also}: {'; '.join(self._sentence_parts())}. {advice}"

    def _sentence_parts(self) -> list[str]:
        e, parts = self.evidence, []
        if math.isnan(e.mean_norm):
            parts.append("the embeddings have entries that are no finite numbers")
        else:
            of_one = "" if math.isnan(e.same_distance) else f", of one person {e.same_distance:.3g}"
            gap = "" if self.gap is None else f"a gap of {self.gap:.3g} and "
            parts.append(
                f"pictures of different people are {e.different_distance:.3g} apart on average{of_one}, "
                f"beside {gap}a mean length of {e.mean_norm:.3g}"
            )
        if not math.isnan(e.first_component):
            parts.append(f"{e.first_component:.0%} of the variance is in one direction (effective rank {e.effective_rank:.1f})")
        if not math.isnan(e.active_share):
            parts.append(f"{e.active_share:.1%} of all triplets are active")
        if e.recent_loss is not None:
            parts.append(f"the last losses are {e.recent_loss:.3g} on average")
        return parts


def examine(embeddings: ArrayLike, people: ArrayLike, *, loss: ArrayLike | None = None, gap: float | None = None) -> Diagnosis:
    """Say whether embeddings have collapsed, and how.

    More than one thing may be wrong. What makes the rest meaningless comes first, then causes before consequences:

    1. "not a number": an embedding or one of the last losses is NaN.
    2. "exploded": one of them is infinite; or embeddings are so long that float32 cannot hold the square; or different people
       are on average more than 100 gaps apart, and more than 2, which embeddings of length 1 never are.
    3. "all equal": different people are at most a tenth of the gap apart on average. If no gap is given: a twentieth of the
       mean length.
    4. "one-dimensional": more than 95% of the variance lies in one direction, with three people or more. (Two people, each in
       one point, are on a line, and there is nothing wrong with that.)
    5. "loss stuck at the gap": each of the last 20 losses is within 2% of the gap, which is what equal embeddings cost.
    6. "no active triplets": fewer than one triplet in a thousand has a loss above 0, or each of the last 20 losses is 0.

    "Healthy" means that it is none of these, and no more: an untrained network may well be healthy.

    Args:
        embeddings: (n, features) numbers. Work and memory grow with n^2; some hundreds of pictures are enough.
        people: (n,) int, whom each picture shows. At least two people: the best embedding of one person is all equal.
        loss: (steps,) the triplet losses of the training steps so far; with fewer than 20, findings 5 and 6 leave them aside.
        gap: the gap g of the triplet loss, in the unit of the distance.

    Raises:
        ValueError: an argument has the wrong shape or kind, there is only one person, or the gap is not positive and finite.
    """
    x, person, recent = _check_embeddings(embeddings), _check_people(people), _check_loss(loss)
    if len(x) != len(person):
        raise ValueError(f"embeddings, people: expected one row each per picture, got {len(x)} and {len(person)}")
    if gap is not None:
        gap = checks.in_range("gap", gap, above=0, what="a finite number", hint="in the unit of the distance")
    evidence = _measure(x, person, recent, gap)
    if np.isnan(x).any() or np.isnan(recent).any():
        return Diagnosis(("not a number",), evidence, gap)
    if np.isinf(x).any() or np.isinf(recent).any():
        return Diagnosis(("exploded",), evidence, gap)
    apart = evidence.different_distance
    is_wrong: dict[Finding, bool] = {
        "exploded": evidence.mean_norm > _TOO_LONG or (gap is not None and apart > max(_EXPLODED * gap, 2)),
        "all equal": apart <= (_EQUAL_LENGTHS * evidence.mean_norm if gap is None else _EQUAL_GAPS * gap),
        "one-dimensional": evidence.first_component > _ONE_DIMENSION and len(np.unique(person)) > 2,
        "loss stuck at the gap": gap is not None and _stays_at(gap, recent),
        "no active triplets": evidence.active_share < _FEW_ACTIVE or _stays_at(0, recent),
    }
    return Diagnosis(tuple(finding for finding, wrong in is_wrong.items() if wrong), evidence, gap)


def effective_rank(embeddings: ArrayLike) -> float:
    """Return how many directions the embeddings use, from 1 to their number of features; 0 if all are equal.

    It is exp(-sum_k p_k ln p_k), with p_k the singular values of the centred embeddings divided by their sum: O. Roy,
    M. Vetterli, "The effective rank: a measure of effective dimensionality", EUSIPCO 2007, definition 1. Five equal singular
    values give 5.

    Args:
        embeddings: (n, features) finite numbers.

    Raises:
        ValueError: another shape, or a number that is not finite.
    """
    x = _check_embeddings(embeddings)
    if not np.isfinite(x).all():
        raise ValueError(f"embeddings: {np.sum(~np.isfinite(x))} of {x.size} are not finite (NaN or infinity)")
    singular_values = _singular_values(x)
    p = singular_values[singular_values > 0] / singular_values.sum()
    return float(np.exp(-np.sum(p * np.log(p)))) if len(p) else 0.0


def _singular_values(x: Float64Array) -> Float64Array:
    """Return those of the centred rows. Equal rows differ from the first by exactly 0, from their mean by rounding."""
    x = x - x[0]
    return np.linalg.svd(x - x.mean(axis=0), compute_uv=False)


def _measure(x: Float64Array, person: IntArray, recent: Float64Array, gap: float | None) -> Evidence:
    recent_loss = float(recent.mean()) if len(recent) else None
    if not np.isfinite(x).all():
        return Evidence(recent_loss=recent_loss)
    unit = float(np.abs(x).max()) or 1.0  # squares of numbers near 1 neither overflow nor vanish
    x = x / unit
    distance = pairwise(x)
    itself = np.eye(len(x), dtype=bool)
    same = (person[:, None] == person) & ~itself
    different = person[:, None] != person
    variance = _singular_values(x) ** 2
    return Evidence(
        same_distance=unit * float(distance[same].mean()) if same.any() else math.nan,
        different_distance=unit * float(distance[different].mean()),
        mean_norm=unit * float(np.linalg.norm(x, axis=1).mean()),
        first_component=float(variance[0] / variance.sum()) if variance.any() else math.nan,
        effective_rank=effective_rank(x),
        active_share=math.nan if gap is None else _active_share(distance, same, different, gap / unit),
        recent_loss=recent_loss,
    )


def _active_share(distance: Float64Array, same: BoolArray, different: BoolArray, gap: float) -> float:
    """Return the share of triplets with gap + D(anchor, positive) - D(anchor, negative) > 0; NaN if there is no triplet."""
    active = triplets = 0
    for from_anchor, positive, negative in zip(distance, same, different, strict=True):
        limits, negatives = from_anchor[positive] + gap, np.sort(from_anchor[negative])
        active += int(np.searchsorted(negatives, limits).sum())
        triplets += len(limits) * len(negatives)
    return active / triplets if triplets else math.nan


def _stays_at(value: float, recent: Float64Array) -> bool:
    return len(recent) == RECENT and bool((np.abs(recent - value) <= _STUCK * value).all())


def _check_embeddings(embeddings: ArrayLike) -> Float64Array:
    x = checks.numbers("embeddings", embeddings, "(n, features)", finite=False)
    if len(x) < 2:
        raise ValueError(f"embeddings: expected (n, features), two pictures or more, got shape {x.shape}")
    return x.astype(np.float64)


def _check_people(people: ArrayLike) -> IntArray:
    person = checks.people("people", people)
    if len(np.unique(person)) < 2:
        raise ValueError("people: two or more are needed, got one: if all its pictures are equal, that is as it should be")
    return person


def _check_loss(loss: ArrayLike | None) -> Float64Array:
    """Return the last losses, none if there are none."""
    losses = checks.numbers("loss", [] if loss is None else loss, "(steps,)", finite=False, empty=True)
    return losses[-RECENT:].astype(np.float64)
