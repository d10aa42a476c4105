"""Make one embedding of several pictures of a person."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mean_direction(embeddings):
    mean = embeddings.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _unit(points):
    return points / np.linalg.norm(points, axis=-1, keepdims=True)


def probes(rng):
    """Embeddings of length 1 around one direction, (pictures, features); as many as features, fewer, more, a single one.

    Features of both signs.
    """
    for pictures, features in ((3, 3), (2, 5), (6, 4), (1, 3)):
        # four close to each other and one far off would have a mean much like the direction itself: they are spread widely
        way = np.linspace(1.0, 2.0, features) * rng.permutation([*[1] * (features - 1), -1])
        yield (_unit(way + rng.uniform(-0.8, 0.8, (pictures, features))),)


def mean_direction_in_loops(embeddings):
    total = [0.0] * embeddings.shape[1]
    for embedding in embeddings:
        total = [a + b for a, b in zip(total, embedding, strict=True)]
    length = sum(a * a for a in total) ** 0.5
    return [a / length for a in total]


def mean_direction_in_keras(embeddings):
    from course_utils.backend import keras

    return keras.ops.normalize(keras.ops.mean(embeddings, axis=0, keepdims=True), axis=-1)[0]


right = {
    "sum": lambda e: e.sum(axis=0) / np.sqrt((e.sum(axis=0) ** 2).sum()),
    "loops": mean_direction_in_loops,
    "einsum": lambda e: np.einsum("pk->k", e) / np.sqrt(np.einsum("pk,qk->", e, e)),
    "Keras": mean_direction_in_keras,
    "float32": lambda e: mean_direction(e.astype(np.float32)),
}


def running_mean(embeddings):
    mean = embeddings[0]
    for embedding in embeddings[1:]:
        mean = (mean + embedding) / 2
    return _unit(mean)


wrong = {
    "not scaled back": lambda e: e.mean(axis=0),
    "over the features": lambda e: _unit(e.mean(axis=1)),
    "sum of entries": lambda e: e.mean(axis=0) / e.mean(axis=0).sum(),
    "squared length": lambda e: e.mean(axis=0) / (e.mean(axis=0) ** 2).sum(),
    "length of all": lambda e: e.mean(axis=0) / np.linalg.norm(e),
    "largest entry": lambda e: e.mean(axis=0) / np.abs(e.mean(axis=0)).max(),
    "first picture": lambda e: e[0],
    "median": lambda e: _unit(np.median(e, axis=0)),
    "centred": lambda e: _unit(e.mean(axis=0) - e.mean()),
    "running mean": running_mean,
}

always = {
    "one embedding": lambda arguments, mean: mean.shape == arguments[0].shape[1:],
    "not of length 1": lambda _, mean: abs(np.linalg.norm(mean) - 1) < 1e-3,
    "away from the pictures": lambda arguments, mean: (arguments[0] @ mean > 0).all(),
}

EXERCISE = exercise(
    mean_direction,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
not scaled back: The mean of points on a sphere lies inside the sphere. How long should an embedding be before one threshold
    fits everybody?
over the features: You take the mean over the features: one number for each picture. What should be left, a picture or a
    direction?
sum of entries: The entries of your embedding add up to 1. Is this what the length of a vector means?
squared length: You divide by the square of the length, so a mean that is too short comes out too long. Which step is missing?
length of all: The length that you divide by is that of all pictures together. Which vector is it that should get length 1?
largest entry: Your largest entry is 1. Then the vector as a whole is longer: what is the length of a vector?
first picture: You keep the first picture only. What do the others say?
median: You take the middle value of each feature. Here every picture counts the same: which average does that?
centred: You subtract the mean of all numbers first. That turns the vector: do distances to others stay as they were?
running mean: You take the mean of what you have and the next one, so late pictures count more. How much should each count?
one embedding: One person, one embedding: it has as many numbers as the embedding of one picture.
not of length 1: Your embedding is not of length 1. What is done last?
away from the pictures: Your embedding points away from some of the pictures that it is made of. Is there a sign too many?
hint 1: Two unit vectors at right angles: how long is their mean?
hint 2: Add up the pictures feature by feature, or take the mean. Then divide by the length of the vector that you got.
hint 3: (1, 0) and (0.28, 0.96) have the mean (0.64, 0.48). Its length is 0.8, so the answer is (0.8, 0.6).
""",
)
