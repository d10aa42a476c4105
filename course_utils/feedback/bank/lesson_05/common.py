"""What exercises of lesson 05 share: visitors of a gallery."""

import numpy as np

NOBODY = "not recognized"


def _people(rng, count):
    """Numbers of different people, larger than any index of a small table."""
    return rng.choice(np.arange(21, 60), size=count, replace=False)


def _enrolled(rng, people, twice):
    """Whose picture each column is: each person once, or two pictures of the first half of them, in any order."""
    numbers = _people(rng, people)
    return rng.permutation(np.append(numbers, numbers[: people // 2])) if twice else numbers


def _row(rng, enrolled, visitor, own, other, every=False):
    """Distances of a visitor: from their own picture (or every one), and from somebody else's; all others are far."""
    row = rng.uniform(2.2, 3.0, len(enrolled))
    somebody = rng.choice(enrolled[enrolled != visitor])
    for person, distance in ((visitor, own), (somebody, other)):
        if distance is not None:
            pictures = np.flatnonzero(enrolled == person)
            row[pictures if every else rng.choice(pictures)] = distance
    return row
