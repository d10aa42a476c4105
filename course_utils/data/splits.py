"""Splits of the 40 people into those to train on, to choose thresholds on and to test on: by person, never by picture."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from course_utils import checks
from course_utils.data.archives import ANOTHER_COPY
from course_utils.data.files import opened
from course_utils.errors import DataError

GROUPS = ("train", "calibration", "test")

SPLITS = Path(__file__).with_name("splits.toml")


def assert_disjoint(**people: Iterable[int]) -> None:
    """Raise unless no person appears under two of the names.

    Two pictures of one person share the face. A method that has seen one of them has seen the person, and what it scores on
    the other says nothing about strangers. So groups are told apart by person.

    Example:
        `assert_disjoint(train=[1, 2, 3], test=[3, 4])` raises ValueError: "... but both have person 3 ...".

    Raises:
        ValueError: names the two groups and the people in both; or a group holds something that is no number of a person.
    """
    groups = {name: set(checks.whole_numbers(name, group, least=None)) for name, group in people.items()}
    for (name, group), (other_name, other_group) in combinations(groups.items(), 2):
        if shared := sorted(group & other_group):
            who = ", ".join(map(str, shared[:5])) + (f" and {len(shared) - 5} more" if len(shared) > 5 else "")
            raise ValueError(
                f"{name} and {other_name} must have no person in common, but both have "
                f"{'person' if len(shared) == 1 else 'people'} {who}. "
                "Split by person first, then take the pictures."
            )


@dataclass(frozen=True)
class Split:
    """People for each purpose; making one with a person in two groups raises ValueError.

    Attributes:
        train: the people a method may learn from.
        calibration: the people its threshold is chosen on; never seen in training.
        test: the people it is judged on; seen in neither.
    """

    train: tuple[int, ...]
    calibration: tuple[int, ...]
    test: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in GROUPS:
            object.__setattr__(self, name, tuple(checks.whole_numbers(name, getattr(self, name), least=None)))
        assert_disjoint(train=self.train, calibration=self.calibration, test=self.test)

    @property
    def seen(self) -> tuple[int, ...]:
        """Everybody whose pictures had a say before the test: the training and the calibration people."""
        return self.train + self.calibration


def read_folds(path: Path = SPLITS) -> tuple[Split, ...]:
    """Return the four folds of the course's protocol: 10 test people each, every person tested once.

    Raises:
        DataError: the file is missing or damaged.
        ValueError: a fold has a person in two groups.
    """
    with opened(checks.path("path", path), "a file", ANOTHER_COPY) as stream:
        try:
            folds = [[fold[name] for name in GROUPS] for fold in tomllib.load(stream)["fold"]]
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"{path} is damaged ({error}). {ANOTHER_COPY}") from error
    return tuple(Split(*groups) for groups in folds)
