"""What exercises of lesson 02 share: pairs at a margin."""

import numpy as np


def pairs_at(rng):
    """Labels (1: same, 0: different), distances at and around the margin, and the margin; unequal numbers of pairs."""
    for unit, steps in (
        (1.0, (0, 0.5, 1, 2)),
        (rng.uniform(1.2, 1.8), (0, 0.3, 1, 1.4, 3)),
        (rng.uniform(0.3, 0.6), (0.2, 1.1)),
    ):
        distance = unit * np.array([*steps, *steps])
        same = np.arange(len(distance)) < len(steps)
        same[0] = False
        yield same.astype(np.int64), distance, float(unit)
    yield np.array([0, 1, 0]), rng.uniform(0.1, 0.9, 3), 2.0


def swapped(same):
    return 1 - same
