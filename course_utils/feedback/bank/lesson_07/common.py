"""What exercises of lesson 07 share: activations, and what is computed of them."""

import numpy as np


def content_cost(a_C, a_G):
    return np.sum((a_C - a_G) ** 2) / (4 * a_C.size)


def gram_in_loops(a):
    _, n_H, n_W, n_C = a.shape
    gram = np.zeros((n_C, n_C))
    for h in range(n_H):
        for w in range(n_W):
            gram += np.outer(a[0, h, w], a[0, h, w])
    return gram


def wrong_gram(a):
    rows = a.reshape(a.shape[3], -1)
    return rows @ rows.T


def two_activations(rng):
    """Activations of two pictures in one layer, (1, n_H, n_W, n_C), with three different sizes, as after ReLU.

    Then some below 0, as before it; the same twice; one number only.
    """
    for n_H, n_W, n_C in ((2, 3, 4), (5, 2, 3), (1, 4, 2)):
        a_C, a_G = np.maximum(0, rng.normal(size=(2, 1, n_H, n_W, n_C)))
        yield a_C, a_G
    yield tuple(rng.normal(size=(2, 1, 3, 2, 4)))
    yield np.full((1, 1, 1, 1), 3.0), np.full((1, 1, 1, 1), -1.5)
    a = rng.normal(size=(1, 2, 2, 3))
    yield a, a.copy()
