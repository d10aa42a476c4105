"""One protocol for every method of the faces half: the same people, pairs and episodes, and the same four measures.

A method turns pictures into features; `score` compares those of people it has never learned from. `read_table` gives the
measured comparison of all methods of the course, made by `make bench-faces`, `differences_between` how far one is ahead of
another.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Float64Array
from course_utils.errors import DataError
from course_utils.faces.evaluation import (
    Interval,
    Metric,
    Pairs,
    auc,
    differences,
    each_enrolled_in_turn,
    equal_error_rate,
    identification_trials,
    one_shot_accuracy,
    tar_at_far,
    verification_pairs,
)

RESULTS = Path(__file__).with_name("results.json")  # written by `make bench-faces`


class Scores(NamedTuple):
    """How good a method is on people never seen; each from 0 to 1.

    Attributes:
        one_shot: recognition among the people given, one picture of each enrolled; each picture has its turn.
        auc: area under the ROC curve of verification, over all pairs.
        eer: equal error rate.
        tar: true accept rate at a false accept rate of 1%.
    """

    one_shot: float
    auc: float
    eer: float
    tar: float

    def __str__(self) -> str:
        return f"one-shot {self.one_shot:.1%}, AUC {self.auc:.1%}, EER {self.eer:5.1%}, TAR at a FAR of 1% {self.tar:5.1%}"


def score(features: ArrayLike, people: ArrayLike, *, trained_on: Iterable[int], metric: str | Metric = "euclidean") -> Scores:
    """Judge a method by the features it gives to pictures of people it has never learned from.

    Args:
        features: (pictures, features) float.
        people: (pictures,) int, whom each picture shows; equally many pictures of each person.
        trained_on: the people the method has learned from; () if it learned from nobody.
        metric: as for `evaluation.identification_trials`.

    Raises:
        ValueError: somebody was trained on, or as for the functions of `evaluation`.
    """
    trained_on = tuple(trained_on) if isinstance(trained_on, Iterable) else trained_on
    pairs, distance = pairs_and_distances(features, people, trained_on=trained_on, metric=metric)
    trials = identification_trials(features, people, each_enrolled_in_turn(people), trained_on=trained_on, metric=metric)
    return Scores(
        one_shot_accuracy(trials),
        auc(distance, pairs.same),
        equal_error_rate(distance, pairs.same),
        tar_at_far(distance, pairs.same, far=0.01),
    )


def pairs_and_distances(
    features: ArrayLike, people: ArrayLike, *, trained_on: Iterable[int], metric: str | Metric = "euclidean"
) -> tuple[Pairs, Float64Array]:
    """Return all pairs of different pictures and the distance of each, (pairs,) float; arguments as for `score`."""
    pairs = verification_pairs(people, trained_on=trained_on)
    features = checks.numbers("features", features, "(pictures, features)")
    if len(features) != len(checks.people("people", people)):
        raise ValueError(
            f"features, people: expected one row each per picture, got {len(features)} and {len(np.asarray(people))}"
        )
    table = differences(features, features, metric)
    return pairs, table[pairs.first, pairs.second]


def mean_scores(scores: Iterable[Scores]) -> Scores:
    """Return the mean of each measure, over folds or seeds for instance.

    Raises:
        ValueError: none came, or something else than scores.
    """
    if isinstance(scores, Scores) or not isinstance(scores, Iterable):
        raise ValueError(f"scores: expected several, got {checks.quoted(scores)}")
    scores = list(scores)
    if not scores or not all(isinstance(score, Scores) for score in scores):
        raise ValueError(f"scores: expected one or more of what `score` gives, got {checks.quoted(scores)}")
    return Scores(*np.mean(scores, axis=0).tolist())


def read_table(path: Path | str = RESULTS) -> dict[str, Any]:
    """Return what `make bench-faces` measured: the table of all methods, and where and when it was made.

    Raises:
        DataError: the file is missing or damaged.
    """
    path = checks.path("path", path)
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        results["methods"], results["differences"], results["promise"], results["machine"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is missing or damaged ({error}). Download the course again, or run `make bench-faces`."
        ) from None
    return dict(results)


def differences_between(methods: Iterable[str], measure: str = "one_shot") -> dict[str, tuple[float, Interval]]:
    """Return the paired differences that `make bench-faces` measured between two of these methods.

    Args:
        methods: names of the table.
        measure: "one_shot" or "eer".

    Returns:
        "first minus second" -> (the difference of the shares, its 95% interval over people), where two of them were compared.
        Triplet losses are called by what tells them apart, "batch-hard" for instance.

    Raises:
        ValueError: a method or a measure that the table does not have, or fewer than two methods.
        DataError: as for `read_table`.
    """
    table = read_table()
    checks.choice("measure", measure, ("one_shot", "eer"))
    asked = {checks.choice("methods", method, table["methods"]) for method in checks.listed("methods", methods)}
    if len(asked) < 2:
        raise ValueError(f"methods: expected two or more to compare, got {checks.quoted(sorted(asked))}")
    found = {}
    for row in table["differences"]:
        if {row["first"], row["second"]} <= asked:
            first, second = (row[place].removeprefix("triplet loss, ") for place in ("first", "second"))
            found[f"{first} minus {second}"] = row[measure], Interval(*row[f"{measure}_interval"])
    return found
