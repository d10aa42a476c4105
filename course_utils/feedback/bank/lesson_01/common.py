"""What exercises of lesson 01 share: pairs to count, and two ways to count them."""

import numpy as np


def pairs_of(same, different, scale):
    """Distances of same-person pairs and of different-person pairs, in one array from far to near, and which is which."""
    ranks = np.array([*same, *different])
    flags = np.arange(len(ranks)) < len(same)
    order = np.argsort(-ranks, kind="stable")
    return scale * ranks[order], flags[order]


def rates_in_loops(distance, same, tau):
    false_accepts = false_rejects = strangers = 0
    for d, is_same in zip(distance, same, strict=True):
        strangers += not is_same
        false_accepts += not is_same and d <= tau
        false_rejects += bool(is_same and d > tau)
    return [false_accepts / strangers, false_rejects / (len(same) - strangers)]


def shares_of_all(distance, same, tau):
    """Both kinds of error as shares of all pairs."""
    accepted = distance <= tau
    return np.array([np.mean(accepted & ~same), np.mean(~accepted & same)])
