"""What exercises of lesson 04 share: the logistic unit, its inputs, and other ways to compute it."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def log_odds(p):
    return np.log(p / (1 - p))


def as_float32(function):
    """The function computed in float32: arrays and numbers before they go in."""
    return lambda *arguments: function(
        *(np.asarray(a, np.float32) if np.asarray(a).dtype.kind == "f" else a for a in arguments)
    )


def quiet(function):
    """The function without warnings of overflow and of division by 0."""

    def called(*arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)

    return called


def pairs_and_unit(rng):
    """Embeddings of two pictures (pairs, features), weights of both signs (features,), a bias; the first pair is equal."""
    for pairs, features in ((4, 3), (2, 5), (5, 2)):
        f1, f2 = rng.normal(size=(2, pairs, features))
        f1[1] = np.abs(f1[1]) + 0.3
        f2[1] = -np.abs(f2[1])
        f2[0] = f1[0]
        w = rng.uniform(0.3, 0.9, features) * np.where(np.arange(features) % 2, 1, -1)
        yield f1, f2, w, float(rng.uniform(0.5, 1.2) * rng.choice([-1, 1]))


def log_odds_of_pairs(f1, f2, w, b):
    return np.abs(f1 - f2) @ w + b


def head_in_loops(f1, f2, w, b):
    answers = []
    for u, v in zip(f1.tolist(), f2.tolist(), strict=True):
        z = b + sum(weight * abs(x - y) for weight, x, y in zip(w.tolist(), u, v, strict=True))
        answers.append(float(np.exp(z) / (np.exp(z) + 1)))
    return answers


def head_in_keras(f1, f2, w, b):
    from course_utils.backend import keras

    u, v, weights = (keras.ops.convert_to_tensor(a, "float32") for a in (f1, f2, w))
    return keras.ops.sigmoid(keras.ops.matmul(keras.ops.absolute(u - v), weights) + b)
