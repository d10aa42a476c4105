"""What exercises of lesson 03 share: distances, batches to mine, and what every table of triplets has."""

import numpy as np


def _distance(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=-1))


def distance_in_loops(a, b):
    return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)]


def distance_matrix(rng, n, most):
    """A table of whole numbers from 1 to `most`, as float64: symmetric, 0 on the diagonal, and full of ties."""
    upper = np.triu(rng.integers(1, most + 1, (n, n)), k=1)
    return (upper + upper.T).astype(np.float64)


def labelled_batches(rng):
    """Labels (n,) in no order, distances (n, n): ties, a person with one picture (never the first), the same picture twice.

    The hardest picture is the first one, and the last one; distances agree to four digits.
    """
    labels = np.append(7, rng.permutation([7, 7, 3, 3, 3, 3, 5, 5, 2]))
    yield labels, distance_matrix(rng, 10, 4)
    labels = np.array([4, 8, 6, 8, 6, 4, 8])
    twice = distance_matrix(rng, 7, 3)
    twice[2, 4] = twice[4, 2] = 0
    yield labels, twice
    ends = distance_matrix(rng, 5, 40) + 50 * (1 - np.eye(5))
    ends[4, 0] = ends[0, 4] = 99.0  # of three pictures of one person the first and the last are farthest apart
    ends[2, 0] = ends[0, 2] = ends[3, 4] = ends[4, 3] = 20.0  # and nearest to strangers
    yield np.array([1, 1, 9, 9, 1]), ends
    yield rng.permutation([3, 3, 3, 1, 1, 2, 2, 2, 2]), distance_matrix(rng, 9, 3)
    yield rng.permutation([1, 1, 1, 2, 2, 2]), (1 + 2.0**-14 * distance_matrix(rng, 6, 9)) * (1 - np.eye(6))


def choices(labels, query):
    """Return the positives and the negatives of a query, as indexes."""
    positives = np.flatnonzero(labels == labels[query])
    return positives[positives != query], np.flatnonzero(labels != labels[query])


def first_max(values):
    return int(np.argmax(values))


def first_min(values):
    return int(np.argmin(values))


def last_max(values):
    return len(values) - 1 - int(np.argmax(values[::-1]))


def last_min(values):
    return len(values) - 1 - int(np.argmin(values[::-1]))


def hardest(labels, d, of_positives=first_max, of_negatives=first_min):
    triplets = []
    for query in range(len(labels)):
        positives, negatives = choices(labels, query)
        if len(positives):
            positive = positives[of_positives(d[query, positives])]
            triplets.append((query, positive, negatives[of_negatives(d[query, negatives])]))
    return np.array(triplets)


TRIPLETS = {
    "rows of three": lambda _, triplets: triplets.ndim == 2 and triplets.shape[1] == 3,
    "in the batch": lambda arguments, triplets: np.isin(triplets, np.arange(len(arguments[0]))).all(),
    "query and positive": lambda _, triplets: (triplets[:, 0] != triplets[:, 1]).all(),
    "the positive": lambda arguments, triplets: np.equal(*shown(arguments[0], triplets, [0, 1])).all(),
    "the negative": lambda arguments, triplets: np.not_equal(*shown(arguments[0], triplets, [0, 2])).all(),
}


def shown(labels, triplets, columns):
    """Whom the pictures in these columns show."""
    return labels[triplets[:, columns].astype(int)].T


def only_ties(right):
    """Fails if all distances are those of the right triplets and only the pictures are others: then it is the ties."""

    def holds(arguments, triplets):
        d, wanted, found = arguments[1], right(*arguments), triplets.astype(int)
        same_distances = all((d[found[:, 0], found[:, k]] == d[wanted[:, 0], wanted[:, k]]).all() for k in (1, 2))
        return (found == wanted).all() or not same_distances

    return holds
