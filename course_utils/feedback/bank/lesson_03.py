"""Exercises of lesson 03: the triplet loss, its gap, and which triplets to learn from."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Function, Mistake, Property

IntArray = NDArray[np.int64]


def _distance(a: Float64Array, b: Float64Array) -> Float64Array:
    distance: Float64Array = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return distance


def _distance_in_loops(a: Float64Array, b: Float64Array) -> list[float]:
    return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in zip(a, b, strict=True)]


def _triplets(rng: np.random.Generator) -> Iterator[Arguments]:
    """Query, positive, negative (n, features) and a gap; easy, semi-hard and hard triplets in each batch."""
    for gap in (0.5, 1.5, 0.2):
        anchor = rng.normal(size=(6, 3))
        way = rng.normal(size=(6, 3))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        to_positive = rng.uniform(0.3, 0.9, (6, 1))
        beyond = gap * np.array([[-0.8], [-0.3], [0.3], [0.7], [1.2], [2.5]]) * rng.uniform(0.8, 1.0, (6, 1))
        yield anchor, anchor + to_positive * way, anchor - np.abs(to_positive + beyond) * way[::-1], gap


def _triplet(anchor: Float64Array, positive: Float64Array, negative: Float64Array, gap: float) -> Float64Array:
    loss: Float64Array = np.maximum(0, gap + _distance(anchor, positive) - _distance(anchor, negative))
    return loss


TRIPLET_LOSS = Exercise(
    name="triplet_loss",
    objective="write the triplet loss with its gap",
    points=3,
    oracle=_triplet,
    probes=_triplets,
    right_answers={
        "norm": lambda a, p, n, g: np.clip(g + np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1), 0, None),
        "loops": lambda a, p, n, g: [
            max(0.0, g + d - e) for d, e in zip(_distance_in_loops(a, p), _distance_in_loops(a, n), strict=True)
        ],
        "where": lambda a, p, n, g: np.where(_distance(a, n) < g + _distance(a, p), g + _distance(a, p) - _distance(a, n), 0.0),
        "float32": lambda a, p, n, g: _triplet(a.astype(np.float32), p.astype(np.float32), n.astype(np.float32), g),
    },
    mistakes={
        "no hinge": Mistake(
            lambda a, p, n, g: g + _distance(a, p) - _distance(a, n),
            "Some of your losses are below 0: easy triplets are rewarded for ever. When is a triplet good enough?",
        ),
        "no gap": Mistake(
            lambda a, p, n, g: np.maximum(0, _distance(a, p) - _distance(a, n)),
            "Your loss does not depend on the gap. What does it cost to send all pictures to one point, and what should it "
            "cost?",
        ),
        "gap outside": Mistake(
            lambda a, p, n, g: g + np.maximum(0, _distance(a, p) - _distance(a, n)),
            "Your loss is never below the gap. What should an easy triplet cost, and what is compared with 0 in the formula?",
        ),
        "gap subtracted": Mistake(
            lambda a, p, n, g: np.maximum(0, _distance(a, p) - _distance(a, n) - g),
            "With your sign of the gap the stranger may be *nearer* than the positive at no cost. Who should be farther?",
        ),
        "exchanged": Mistake(
            lambda a, p, n, g: np.maximum(0, g + _distance(a, n) - _distance(a, p)),
            "Your loss pulls the stranger closer and pushes the positive away. Which distance should be the small one?",
        ),
        "squared distances": Mistake(
            lambda a, p, n, g: np.maximum(0, g + _distance(a, p) ** 2 - _distance(a, n) ** 2),
            "You compare squared distances. Which distance is D here, and in which unit is the gap?",
        ),
        "mean": Mistake(
            lambda a, p, n, g: _triplet(a, p, n, g).mean(),
            "You return one number, the mean of the whole batch. For how many triplets is a loss asked for?",
        ),
        "positive and negative": Mistake(
            lambda a, p, n, g: np.maximum(0, g + _distance(a, p) - _distance(p, n)),
            "You measure how far the stranger is from the positive. From which picture are both distances measured?",
        ),
        "L1 distance": Mistake(
            lambda a, p, n, g: np.maximum(0, g + np.abs(a - p).sum(axis=1) - np.abs(a - n).sum(axis=1)),
            "You add up absolute differences: that is the L1 distance. Which distance is D, and what does it do with the "
            "differences?",
        ),
    },
    properties=(
        Property(
            lambda _, loss: bool((loss >= 0).all()),
            "Some of your losses are below 0. Can anything cost less than nothing here?",
        ),
    ),
    hints=(
        "The positive is 0.6 away, the gap is 0.5. How far must the stranger be so that nothing is left to ask for?",
        "The loss is what is missing for the wish D(query, positive) + gap <= D(query, negative), and 0 if nothing is missing.",
        "Gap 1, positive at 2: a stranger at 5 costs 0, one at 2.5 costs 0.5, one at 1 costs 2.",
        "to_positive = np.linalg.norm(anchor - positive, axis=1)\n"
        "to_negative = np.linalg.norm(anchor - negative, axis=1)\n"
        "return np.maximum(0, gap + to_positive - to_negative)",
    ),
)


def _batches(rng: np.random.Generator) -> Iterator[Arguments]:
    """Embeddings (n, features) of whole numbers, so that a rewritten square loses nothing; the last row equals the first."""
    for n, features in ((4, 3), (3, 5), (6, 2)):
        embeddings = rng.integers(-9, 10, (n, features)).astype(np.float64)
        embeddings[1] = embeddings[0] + rng.integers(2, 6, features)
        embeddings[-1] = embeddings[0]
        yield (embeddings,)


def _all_distances(embeddings: Float64Array) -> Float64Array:
    return _distance(embeddings[:, None], embeddings[None])


def _by_squares(embeddings: Float64Array) -> Float64Array:
    """|a|^2 + |b|^2 - 2 a b, under the root."""
    squares = (embeddings**2).sum(axis=1)
    squared: Float64Array = np.maximum(0, squares[:, None] + squares[None] - 2 * embeddings @ embeddings.T)
    return squared**0.5


def _all_distances_by_scipy(embeddings: Float64Array) -> Any:
    from scipy.spatial.distance import cdist

    return cdist(embeddings, embeddings)


def _all_distances_in_keras(embeddings: Float64Array) -> Any:
    from course_utils.backend import keras

    embeddings = keras.ops.convert_to_tensor(embeddings, "float32")
    return keras.ops.norm(keras.ops.expand_dims(embeddings, 1) - keras.ops.expand_dims(embeddings, 0), axis=-1)


BATCH_DISTANCES = Exercise(
    name="batch_distances",
    objective="compute the distance of every picture of a batch from every picture",
    points=2,
    oracle=_all_distances,
    probes=_batches,
    right_answers={
        "loops": lambda embeddings: [_distance_in_loops(np.array([row] * len(embeddings)), embeddings) for row in embeddings],
        "row by row": lambda embeddings: np.stack([np.linalg.norm(embeddings - row, axis=1) for row in embeddings]),
        "squares": _by_squares,
        "scipy": _all_distances_by_scipy,
        "Keras": _all_distances_in_keras,
        "float32": lambda embeddings: _all_distances(embeddings.astype(np.float32)),
    },
    mistakes={
        "each with itself": Mistake(
            lambda embeddings: _distance(embeddings, embeddings),
            "You compare each picture with itself, and get n zeros. Every row has to meet every row: how can a new axis help?",
        ),
        "over the pictures": Mistake(
            lambda embeddings: np.sqrt(((embeddings[:, None] - embeddings[None]) ** 2).sum(axis=1)),
            "Your sum runs over pictures. Which of the three axes holds what a single distance adds up?",
        ),
        "no root": Mistake(
            lambda embeddings: _all_distances(embeddings) ** 2,
            "These are squared distances. Which step makes them plain ones, with the unit of the gap?",
        ),
        "no square": Mistake(
            lambda embeddings: np.abs(embeddings[:, None] - embeddings[None]).sum(axis=-1),
            "You add up differences that are not squared: the L1 distance. Which distance is D in the triplet loss?",
        ),
        "sum before the square": Mistake(
            lambda embeddings: np.abs((embeddings[:, None] - embeddings[None]).sum(axis=-1)),
            "You add up first and square after that, so differences of opposite signs cancel. Which step comes first in a "
            "distance?",
        ),
        "mean": Mistake(
            lambda embeddings: np.sqrt(((embeddings[:, None] - embeddings[None]) ** 2).mean(axis=-1)),
            "You take the mean over the features. What does the formula of D do with the squares?",
        ),
        "plus instead of minus": Mistake(
            lambda embeddings: _distance(embeddings[:, None], -embeddings[None]),
            "A picture is not at distance 0 from itself in your table. What do you do with two rows before you square?",
        ),
        "products": Mistake(
            lambda embeddings: embeddings @ embeddings.T,
            "That is the table of products: it is large where two rows agree. Should a distance be large there, or small?",
        ),
        "of length 1": Mistake(
            lambda embeddings: np.sqrt(np.maximum(0, 2 - 2 * embeddings @ embeddings.T)),
            "Your formula holds only for embeddings of length 1, like those of the first cell. What stands in the place of the "
            "2 if they may have any length?",
        ),
        "half of the table": Mistake(
            lambda embeddings: np.triu(_all_distances(embeddings)),
            "One half of your table is 0. If you know how far i is from j, how far is j from i?",
        ),
        "blank diagonal": Mistake(
            lambda embeddings: np.where(np.eye(len(embeddings), dtype=bool), np.inf, _all_distances(embeddings)),
            "Your diagonal is infinite. That helps to search for a nearest picture, but how far is a picture from itself?",
        ),
    },
    properties=(
        Property(lambda _, d: bool((d >= 0).all()), "A distance is never below 0."),
        Property(
            lambda arguments, d: d.shape == (len(arguments[0]),) * 2,
            "Your table has another shape. How many rows and columns has it if each picture is compared with each?",
        ),
        Property(
            lambda _, d: bool(np.allclose(np.diag(d), 0, atol=1e-9)),
            "On the diagonal each picture meets itself. How far is it?",
        ),
        Property(
            lambda _, d: bool(np.allclose(d, d.T)), "Your table is not symmetric. Is the way back longer than the way there?"
        ),
    ),
    hints=(
        "A batch has 3 pictures with 5 features each. What shape has the table of distances, and what is on its diagonal?",
        "Give the array a new axis in two places: (n, 1, features) minus (1, n, features) is each row minus each row. Then as "
        "for one distance: square, add up the features, take the root.",
        "Three points on a line, 1, 4 and 9: the table has the rows (0, 3, 8), (3, 0, 5) and (8, 5, 0).",
        "differences = embeddings[:, None] - embeddings[None]\nreturn np.sqrt((differences**2).sum(axis=2))",
    ),
)


def _sizes(rng: np.random.Generator) -> Iterator[Arguments]:
    """Numbers of people and of pictures of each, both at least 2, not the same, in both orders."""
    people, pictures = int(rng.integers(7, 15)), int(rng.integers(3, 6))
    yield people, pictures
    yield int(rng.integers(2, 4)), int(rng.integers(5, 9))
    yield 2, 3
    yield int(rng.integers(5, 9)), 2


def _counts(people: int, pictures: int) -> IntArray:
    queries = people * pictures
    return np.array([queries * (pictures - 1) * (people - 1) * pictures, queries, queries * (pictures - 1)])


def _counts_one_by_one(people: int, pictures: int) -> list[int]:
    labels = np.repeat(np.arange(people), pictures)
    pairs = [(q, p) for q in range(len(labels)) for p in range(len(labels)) if q != p and labels[q] == labels[p]]
    return [sum(int((labels != labels[q]).sum()) for q, _ in pairs), len({q for q, _ in pairs}), len(pairs)]


def _counts_in_masks(people: int, pictures: int) -> list[Any]:
    labels = np.repeat(np.arange(people), pictures)
    same = labels[:, None] == labels[None]
    is_positive = same & ~np.eye(len(labels), dtype=bool)
    return [(is_positive.sum(axis=1) * (~same).sum(axis=1)).sum(), is_positive.any(axis=1).sum(), is_positive.sum()]


def _counts_in_keras(people: int, pictures: int) -> Any:
    from course_utils.backend import keras

    factors = [
        [people, pictures, pictures - 1, pictures * (people - 1)],
        [people, pictures, 1, 1],
        [people, pictures, pictures - 1, 1],
    ]
    return keras.ops.prod(keras.ops.convert_to_tensor(factors, "int32"), axis=1)


def _with_first(change: Callable[[int, int], float]) -> Function:
    """The first count wrong, the other two right."""
    return lambda people, pictures: np.array([change(people, pictures), *_counts(people, pictures)[1:]])


TRIPLET_COUNTS = Exercise(
    name="triplet_counts",
    objective="predict how many triplets a batch holds, and how many of them each rule uses",
    points=2,
    oracle=_counts,
    probes=_sizes,
    right_answers={
        "one by one": _counts_one_by_one,
        "masks": _counts_in_masks,
        "Keras": _counts_in_keras,
        "powers": lambda P, K: [P * (P - 1) * K**2 * (K - 1), P * K, P * K**2 - P * K],
        "float32": lambda people, pictures: _counts(people, pictures).astype(np.float32),
    },
    mistakes={
        "its own positive": Mistake(
            lambda P, K: [P * K * K * (P - 1) * K, P * K, P * K * K],
            "You count a picture as its own positive. How many *other* pictures of the same person does a query have?",
        ),
        "a negative for each person": Mistake(
            _with_first(lambda P, K: P * K * (K - 1) * (P - 1)),
            "You give each other person one negative. How many pictures of each of them are in the batch?",
        ),
        "anybody as negative": Mistake(
            _with_first(lambda P, K: P * K * (K - 1) * (P * K - 2)),
            "Your negatives are all other pictures, also those of the query's own person. Whom may a negative show?",
        ),
        "the query's person counted among strangers": Mistake(
            _with_first(lambda P, K: P * K * (K - 1) * P * K),
            "You count the pictures of all people as negatives. Whose pictures cannot be negatives?",
        ),
        "each pair once": Mistake(
            lambda P, K: [P * K * (K - 1) // 2 * (P - 1) * K, P * K, P * K * (K - 1) // 2],
            "You count each pair of one person once. If query and positive change places, is it the same triplet?",
        ),
        "any three": Mistake(
            _with_first(lambda P, K: P * K * (P * K - 1) * (P * K - 2)),
            "You count any three pictures. What do query and positive have in common, and what do query and negative not?",
        ),
        "a query for each person": Mistake(
            lambda P, K: [_counts(P, K)[0], P, P * (K - 1)],
            "You count one query for each person. Which pictures of the batch can be the query?",
        ),
        "exchanged rules": Mistake(
            lambda P, K: _counts(P, K)[[0, 2, 1]],
            "You have taken one rule for the other. Which rule uses one triplet for each query, and which one for each "
            "positive?",
        ),
        "semi-hard for each negative": Mistake(
            lambda P, K: [*_counts(P, K)[:2], P * K * (P - 1) * K],
            "Your last number counts the pairs of a query and a negative. Semi-hard goes through every pair of which two "
            "pictures?",
        ),
        "people and pictures exchanged": Mistake(
            lambda P, K: _counts(K, P),
            "You have taken the number of pictures for that of people. Which argument comes first?",
        ),
    },
    properties=(
        Property(
            lambda _, counts: counts.shape == (3,),
            "Three numbers were asked for: all, those of batch-hard, those of semi-hard.",
        ),
        Property(
            lambda arguments, counts: bool(counts[1] <= counts[2] <= counts[0]),
            "Batch-hard cannot use more triplets than semi-hard, and semi-hard not more than there are. Is it so in your "
            "answer?",
        ),
        Property(
            lambda arguments, counts: counts[1] == arguments[0] * arguments[1],
            "Batch-hard takes one triplet for each query. How many pictures of the batch are queries?",
        ),
        Property(
            lambda arguments, counts: counts[2] == _counts(*arguments)[2],
            "Batch-hard is right, semi-hard is not: it takes one triplet for each positive of each query. How many positives "
            "has a query?",
        ),
        Property(
            lambda arguments, counts: counts[0] == _counts(*arguments)[0],
            "Both rules are right, the number of all triplets is not. How many pictures can be the negative of one query?",
        ),
    ),
    hints=(
        "Choose a query. How many pictures can be its positive? How many its negative?",
        "Multiply choices: queries, times positives of each, times negatives of each. Batch-hard fixes the last two choices, "
        "semi-hard only the last.",
        "4 people with 3 pictures: 12 queries, each with 2 positives and 9 negatives: 216 triplets. Batch-hard takes 12 of "
        "them, and semi-hard 12 times 2.",
        "queries, positives = people * pictures, pictures - 1\n"
        "return np.array([queries * positives * (queries - pictures), queries, queries * positives])",
    ),
)


def _distance_matrix(rng: np.random.Generator, n: int, most: int) -> Float64Array:
    """A table of whole numbers from 1 to `most`, as float64: symmetric, 0 on the diagonal, and full of ties."""
    upper = np.triu(rng.integers(1, most + 1, (n, n)), k=1)
    return (upper + upper.T).astype(np.float64)


def _labelled_batches(rng: np.random.Generator) -> Iterator[Arguments]:
    """Labels (n,) in no order, distances (n, n): ties, a person with one picture (never the first), the same picture twice."""
    labels = np.append(7, rng.permutation([7, 7, 3, 3, 3, 3, 5, 5, 2]))
    yield labels, _distance_matrix(rng, 10, 4)
    labels = np.array([4, 8, 6, 8, 6, 4, 8])
    twice = _distance_matrix(rng, 7, 3)
    twice[2, 4] = twice[4, 2] = 0
    yield labels, twice
    yield np.array([1, 1, 9, 9, 1]), _distance_matrix(rng, 5, 90)
    yield rng.permutation([3, 3, 3, 1, 1, 2, 2, 2, 2]), _distance_matrix(rng, 9, 3)


def _choices(labels: IntArray, query: int) -> tuple[IntArray, IntArray]:
    """Return the positives and the negatives of a query, as indexes."""
    positives = np.flatnonzero(labels == labels[query])
    return positives[positives != query], np.flatnonzero(labels != labels[query])


def _first_max(values: Float64Array) -> int:
    return int(np.argmax(values))


def _first_min(values: Float64Array) -> int:
    return int(np.argmin(values))


def _last_max(values: Float64Array) -> int:
    return len(values) - 1 - int(np.argmax(values[::-1]))


def _last_min(values: Float64Array) -> int:
    return len(values) - 1 - int(np.argmin(values[::-1]))


Pick = Callable[[Float64Array], int]


def _hardest(labels: IntArray, d: Float64Array, of_positives: Pick = _first_max, of_negatives: Pick = _first_min) -> IntArray:
    triplets = []
    for query in range(len(labels)):
        positives, negatives = _choices(labels, query)
        if len(positives):
            positive = positives[of_positives(d[query, positives])]
            triplets.append((query, positive, negatives[of_negatives(d[query, negatives])]))
    return np.array(triplets)


def _hardest_in_masks(labels: IntArray, d: Float64Array) -> IntArray:
    same = labels[:, None] == labels[None, :]
    is_positive = same & ~np.eye(len(labels), dtype=bool)
    positive = np.where(is_positive, d, -np.inf).argmax(axis=1)
    negative = np.where(same, np.inf, d).argmin(axis=1)
    triplets = np.stack([np.arange(len(labels)), positive, negative], axis=1)
    kept: IntArray = triplets[is_positive.any(axis=1)]
    return kept


def _hardest_by_sorting(labels: IntArray, d: Float64Array) -> list[list[int]]:
    triplets = []
    for query, row in enumerate(d.tolist()):
        others = [k for k in range(len(row)) if k != query]
        positives = sorted((k for k in others if labels[k] == labels[query]), key=lambda k: -row[k])
        negatives = sorted((k for k in others if labels[k] != labels[query]), key=lambda k: row[k])
        if positives:
            triplets.append([query, positives[0], negatives[0]])
    return triplets


def _hardest_in_tensorflow(labels: IntArray, d: Float64Array) -> Any:
    from course_utils.backend import tf

    same = tf.equal(labels[:, None], labels[None, :])
    is_positive = tf.logical_and(same, ~tf.eye(len(labels), dtype=tf.bool))
    distance = tf.constant(d, tf.float32)
    positive = tf.argmax(tf.where(is_positive, distance, -1), axis=1)
    negative = tf.argmin(tf.where(same, distance.dtype.max, distance), axis=1)
    triplets = tf.stack([tf.range(len(labels), dtype=tf.int64), positive, negative], axis=1)
    return tf.boolean_mask(triplets, tf.reduce_any(is_positive, axis=1))


def _hardest_with(
    fill_positive: float = -np.inf,
    fill_negative: float = np.inf,
    itself: bool = False,
    everybody: bool = False,
    own_as_negative: bool = False,
) -> Function:
    """Batch-hard as it is written with masks, with something forgotten."""

    def triplets(labels: IntArray, d: Float64Array) -> IntArray:
        itself_too = np.eye(len(labels), dtype=bool)
        same = labels[:, None] == labels[None, :]
        is_positive = same if itself else same & ~itself_too
        positive = np.where(is_positive, d, fill_positive).argmax(axis=1)
        negative = np.where(itself_too if own_as_negative else same, fill_negative, d).argmin(axis=1)
        kept = np.full(len(labels), True) if everybody else (same & ~itself_too).any(axis=1)
        found: IntArray = np.stack([np.arange(len(labels)), positive, negative], axis=1)[kept]
        return found

    return triplets


def _hardest_places(labels: IntArray, d: Float64Array) -> IntArray:
    """Places among the positives and among the negatives, not among the pictures."""
    triplets = []
    for query in range(len(labels)):
        positives, negatives = _choices(labels, query)
        if len(positives):
            triplets.append((query, _first_max(d[query, positives]), _first_min(d[query, negatives])))
    return np.array(triplets)


def _hardest_or_itself(labels: IntArray, d: Float64Array) -> IntArray:
    """A query that has no positive takes itself; the others are right."""
    found = {int(row[0]): row for row in _hardest(labels, d)}
    negatives = _hardest_with(everybody=True)(labels, d)[:, 2]
    return np.array([found.get(query, (query, query, negatives[query])) for query in range(len(labels))])


def _hardest_of_all(labels: IntArray, d: Float64Array) -> IntArray:
    """The largest positive and the smallest negative distance of the whole table, for every query."""
    triplets = _hardest(labels, d)
    positive = triplets[np.argmax(d[triplets[:, 0], triplets[:, 1]]), 1]
    negative = triplets[np.argmin(d[triplets[:, 0], triplets[:, 2]]), 2]
    return np.stack([triplets[:, 0], np.full(len(triplets), positive), np.full(len(triplets), negative)], axis=1)


def _hardest_distances(labels: IntArray, d: Float64Array) -> Float64Array:
    query, positive, negative = _hardest(labels, d).T
    return np.stack([query, d[query, positive], d[query, negative]], axis=1)


THREE_COLUMNS = Property(
    lambda _, triplets: triplets.ndim == 2 and triplets.shape[1] == 3,
    "A row for each triplet and three columns were asked for: query, positive, negative.",
)
INDEXES = Property(
    lambda arguments, triplets: bool(
        (triplets == triplets.round()).all() and (triplets >= 0).all() and (triplets < len(arguments[0])).all()
    ),
    "Your numbers do not all belong to pictures of the batch. Which numbers can an index be?",
)
NO_ITSELF = Property(
    lambda _, triplets: bool((triplets[:, 0] != triplets[:, 1]).all()),
    "In one of your triplets query and positive are the same picture. What could it teach?",
)
ONE_PERSON = Property(
    lambda arguments, triplets: bool(
        (arguments[0][triplets[:, 0].astype(int)] == arguments[0][triplets[:, 1].astype(int)]).all()
    ),
    "In one of your triplets the positive shows somebody else than the query. Which pictures may you choose it from?",
)
TWO_PEOPLE = Property(
    lambda arguments, triplets: bool(
        (arguments[0][triplets[:, 0].astype(int)] != arguments[0][triplets[:, 2].astype(int)]).all()
    ),
    "In one of your triplets the negative shows the same person as the query. Which pictures may you choose it from?",
)
TRIPLETS = (THREE_COLUMNS, INDEXES, NO_ITSELF, ONE_PERSON, TWO_PEOPLE)
TIES = "All distances are right. But where several pictures are equally far, do you always take the one that was asked for?"


def _other_distances(oracle: Function) -> Property:
    """Holds if some distance is another than that of the right triplet: then ties are not the reason."""

    def differ(arguments: Arguments, triplets: Float64Array) -> bool:
        d, right, found = arguments[1], oracle(*arguments), triplets.astype(int)
        same_distances = all((d[found[:, 0], found[:, k]] == d[right[:, 0], right[:, k]]).all() for k in (1, 2))
        return bool((found == right).all()) or not same_distances

    return Property(differ, TIES)


BATCH_HARD_TRIPLETS = Exercise(
    name="batch_hard_triplets",
    objective="find the hardest triplet of each query in the distance matrix",
    points=3,
    oracle=_hardest,
    probes=_labelled_batches,
    right_answers={
        "masks": _hardest_in_masks,
        "sorted": _hardest_by_sorting,
        "TensorFlow": _hardest_in_tensorflow,
        "floats": lambda labels, d: _hardest(labels, d.astype(np.float32)).astype(np.float32),
    },
    mistakes={
        "nearest positive": Mistake(
            lambda labels, d: _hardest(labels, d, of_positives=_first_min),
            "You take the nearest positive, the easiest one. Which positive makes the loss large?",
        ),
        "farthest negative": Mistake(
            lambda labels, d: _hardest(labels, d, of_negatives=_first_max),
            "You take the farthest negative, the easiest one. Which stranger is the hard one?",
        ),
        "easiest of each": Mistake(
            lambda labels, d: _hardest(labels, d, _first_min, _first_max),
            "These are the easiest triplets. What does the loss do when the positive comes nearer and the stranger goes away?",
        ),
        "negative before positive": Mistake(
            lambda labels, d: _hardest(labels, d)[:, [0, 2, 1]],
            "These are the right pictures, but in another order. Which of them belongs in the middle column?",
        ),
        "no query": Mistake(
            lambda labels, d: _hardest(labels, d)[:, 1:],
            "You return the positive and the negative only. If some queries are left out, how can one know which query a row "
            "is about?",
        ),
        "places among the chosen": Mistake(
            _hardest_places,
            "You search in a selection, and return the place *in that selection*. Which picture of the batch stands at that "
            "place?",
        ),
        "its own positive": Mistake(
            _hardest_with(itself=True, everybody=True),
            "A picture can be its own positive in your answer. What should happen to a query that has no other picture?",
        ),
        "0 for all others": Mistake(
            _hardest_with(fill_positive=0.0, everybody=True),
            "You keep a query that has no positive, and put 0 where there is none. For a loss that does little harm. But which "
            "picture does `argmax` find if a whole row is 0?",
        ),
        "queries without a positive": Mistake(
            _hardest_with(everybody=True),
            "You keep a query that has no positive, and give it some other picture. What does the question say about such a "
            "query?",
        ),
        "itself if there is none": Mistake(
            _hardest_or_itself,
            "A query that has no positive is its own positive in your answer. What does the question say about such a query?",
        ),
        "negatives filled with 0": Mistake(
            _hardest_with(fill_negative=0.0),
            "You put 0 where a picture is no negative. Which place does `argmin` find in such a row?",
        ),
        "filled with 0": Mistake(
            _hardest_with(fill_positive=0.0),
            "You put 0 where a picture is no positive. If the only positive is at distance 0, too, which place does `argmax` "
            "find?",
        ),
        "own pictures as negatives": Mistake(
            _hardest_with(own_as_negative=True),
            "Your nearest negative may show the query's own person. You have left out only the query itself: which other "
            "pictures are not of a stranger?",
        ),
        "whole matrix": Mistake(
            _hardest_of_all,
            "All your queries have the same positive and the same negative. Do you look for the largest of the whole table, or "
            "of each row?",
        ),
        "distances": Mistake(
            _hardest_distances,
            "You return two distances. The question asks which pictures they belong to: which function finds the *place* of "
            "the largest number?",
        ),
        "last of equals": Mistake(
            lambda labels, d: _hardest(labels, d, _last_max, _last_min),
            "Where several pictures are equally far, you take the last one. Which one was asked for?",
        ),
    },
    properties=(
        *TRIPLETS,
        Property(
            lambda arguments, triplets: bool(np.array_equal(triplets[:, 0], _hardest(*arguments)[:, 0])),
            "Your first column should name each query once, from the smallest index up. Does it?",
        ),
        _other_distances(_hardest),
    ),
    hints=(
        "A query has positives at 3, 7 and 5 and negatives at 6, 2 and 9. Which triplet of this row costs most?",
        "Go row by row. Choose among the other pictures of the query's person by the largest distance, among the pictures of "
        "others by the smallest. `argmax` finds the place of the largest; keep the indexes of those you choose from.",
        "Labels 1, 2, 1, 2; the row of picture 0 is (0, 4, 6, 3). Its only positive is picture 2. Of the negatives, pictures 1 "
        "and 3, the nearer one is 3. So the first triplet is (0, 2, 3).",
        "triplets = []\n"
        "for query, row in enumerate(d):\n"
        "    same = labels == labels[query]\n"
        "    strangers = np.flatnonzero(~same)\n"
        "    same[query] = False\n"
        "    others = np.flatnonzero(same)\n"
        "    if len(others):\n"
        "        triplets.append([query, others[row[others].argmax()], strangers[row[strangers].argmin()]])\n"
        "return np.array(triplets)",
    ),
)


def _batches_with_a_gap(rng: np.random.Generator) -> Iterator[Arguments]:
    """As above, with a gap at which some triplets cost exactly 0."""
    for (labels, d), gap in zip(_labelled_batches(rng), (1.0, 2.0, 20.0, 0.5), strict=True):
        yield labels, d, gap


def _costs(labels: IntArray, d: Float64Array, gap: float, itself: bool = False) -> Float64Array:
    """All losses before the comparison with 0."""
    costs = []
    for query in range(len(labels)):
        positives, negatives = _choices(labels, query)
        for positive in [*positives, query] if itself else positives:
            costs += (gap + d[query, positive] - d[query, negatives]).tolist()
    return np.array(costs)


def _active(labels: IntArray, d: Float64Array, gap: float) -> Float64Array:
    return np.asarray(np.mean(_costs(labels, d, gap) > 0))


def _known(labels: IntArray, d: Float64Array) -> NDArray[np.bool_]:
    """Of all triplets, those whose query and positive are not at distance 0."""
    return ~np.isnan(_costs(labels, np.where(d == 0, np.nan, d), 0))


def _active_in_masks(labels: IntArray, d: Float64Array, gap: float) -> Any:
    same = labels[:, None] == labels[None, :]
    is_triplet = (same & ~np.eye(len(labels), dtype=bool))[:, :, None] & ~same[:, None, :]
    is_active = is_triplet & (d[:, None, :] < gap + d[:, :, None])
    return is_active.sum() / is_triplet.sum()


def _active_by_searching(labels: IntArray, d: Float64Array, gap: float) -> float:
    active = total = 0
    for query in range(len(labels)):
        positives, negatives = _choices(labels, query)
        active += int(np.searchsorted(np.sort(d[query, negatives]), d[query, positives] + gap, side="left").sum())
        total += len(positives) * len(negatives)
    return active / total


def _active_in_keras(labels: IntArray, d: Float64Array, gap: float) -> Any:
    from course_utils.backend import keras

    triplets = [
        (d[query, positive], d[query, negative])
        for query in range(len(labels))
        for positive in _choices(labels, query)[0]
        for negative in _choices(labels, query)[1]
    ]
    to_positive, to_negative = keras.ops.transpose(keras.ops.convert_to_tensor(np.array(triplets, np.float32)))
    return keras.ops.mean(keras.ops.cast(gap + to_positive - to_negative > 0, "float32"))


def _active_of_rows(labels: IntArray, d: Float64Array, gap: float) -> Any:
    """The mean over the queries of the share of each."""
    shares = []
    for query in range(len(labels)):
        positives, negatives = _choices(labels, query)
        if len(positives):
            shares.append(np.mean(gap + d[query, positives][:, None] - d[query, negatives] > 0))
    return np.mean(shares)


def _in_one_order(labels: IntArray) -> list[tuple[int, int, int]]:
    """All triplets whose query comes before their positive."""
    n = range(len(labels))
    return [(q, p, k) for q in n for p in n for k in n if q < p and labels[q] == labels[p] and labels[q] != labels[k]]


MENDED_ACTIVE_SHARE = Exercise(
    name="mended_active_share",
    objective="find out why a share of active triplets comes out too small, and mend it",
    points=2,
    oracle=_active,
    probes=_batches_with_a_gap,
    right_answers={
        "masks": _active_in_masks,
        "sorted": _active_by_searching,
        "Keras": _active_in_keras,
        "loss first": lambda labels, d, gap: (
            np.count_nonzero(np.maximum(0, _costs(labels, d, gap))) / len(_costs(labels, d, gap))
        ),
        "float32": lambda labels, d, gap: _active(labels, d.astype(np.float32), gap).astype(np.float32),
    },
    mistakes={
        "its own positive": Mistake(
            lambda labels, d, gap: np.mean(_costs(labels, d, gap, itself=True) > 0),
            "That is the fellow student's number. Take four pictures, two of each of two people, and list the triplets of one "
            "query by hand: how many positives has it?",
        ),
        "divided by too many": Mistake(
            lambda labels, d, gap: np.sum(_costs(labels, d, gap) > 0) / len(_costs(labels, d, gap, itself=True)),
            "You count the active triplets correctly. But what do you divide by: is a picture with itself still counted there?",
        ),
        "share of all threes": Mistake(
            lambda labels, d, gap: np.sum(_costs(labels, d, gap) > 0) / len(labels) ** 3,
            "You divide by all n * n * n places of the array. How many of these are triplets?",
        ),
        "each pair once": Mistake(
            lambda labels, d, gap: np.mean([gap + d[q, p] - d[q, n] > 0 for q, p, n in _in_one_order(labels)]),
            "You take each pair of query and positive in one order only. If the two change places, is it the same triplet?",
        ),
        "at 0 too": Mistake(
            lambda labels, d, gap: np.mean(_costs(labels, d, gap) >= 0),
            "You also count triplets that fulfil the wish exactly. What do they cost, and when is a triplet called active?",
        ),
        "no gap": Mistake(
            lambda labels, d, gap: np.mean(_costs(labels, d, 0) > 0),
            "You count the hard triplets only: your answer does not change with the gap. Which others still cost something?",
        ),
        "semi-hard only": Mistake(
            lambda labels, d, gap: np.mean((_costs(labels, d, gap) > 0) & (_costs(labels, d, gap) < gap)),
            "You count the semi-hard triplets only. Which others still cost something?",
        ),
        "easy ones": Mistake(
            lambda labels, d, gap: np.mean(_costs(labels, d, gap) <= 0),
            "You count the triplets that teach nothing. Is the loss of an active triplet 0, or above 0?",
        ),
        "no positive at 0": Mistake(
            lambda labels, d, gap: np.mean(_costs(labels, np.where(d == 0, np.nan, d), gap)[_known(labels, d)] > 0),
            "You leave out every positive at distance 0. But the same picture can be in the batch twice, as two pictures: how "
            "else can you find out that query and positive are one and the same?",
        ),
        "number": Mistake(
            lambda labels, d, gap: np.sum(_costs(labels, d, gap) > 0),
            "That is how many there are. A share lies between 0 and 1: what is missing?",
        ),
        "mean loss": Mistake(
            lambda labels, d, gap: np.mean(np.maximum(0, _costs(labels, d, gap))),
            "That is the mean loss: how much the triplets cost. Does the question ask how much, or how many?",
        ),
        "mean over the queries": Mistake(
            _active_of_rows,
            "You compute a share for each query, and take the mean of these. Do all queries have the same number of triplets, "
            "and does each triplet count the same in your mean?",
        ),
        "only the hardest": Mistake(
            lambda labels, d, gap: np.mean([gap + d[q, p] - d[q, n] > 0 for q, p, n in _hardest(labels, d)]),
            "You look at one triplet of each query. Which triplets does the question ask about?",
        ),
        "exchanged": Mistake(
            lambda labels, d, gap: np.mean(2 * gap - _costs(labels, d, gap) > 0),
            "Your triplets are active when the stranger is *far*. Which of the two distances is subtracted in the loss?",
        ),
    },
    properties=(
        Property(
            lambda _, share: share.size == 1,
            "The question asks for one number: a share of all triplets of the batch. What do you return?",
        ),
        Property(lambda _, share: bool(0 <= share.min() <= share.max() <= 1), "A share lies between 0 and 1. Does yours?"),
    ),
    hints=(
        "List the triplets of one query in the small batch. The function counts more than these: what are the others?",
        "The diagonal of `same` is True as well: each picture shows the same person as itself. It is at distance 0 from "
        "itself, so "
        'such a "triplet" is nearly always easy. Leave the query out as its own positive, in the count of all triplets too.',
        "One query with one true positive at 5, and two strangers at 4 and 9; the gap is 1. True triplets: 2, one of them "
        "active: a half. With the query as its own positive there are 4, and one active: a quarter.",
        "costs = []\n"
        "for query, row in enumerate(d):\n"
        "    strangers = row[labels != labels[query]]\n"
        "    for positive in np.flatnonzero(labels == labels[query]):\n"
        "        if positive != query:\n"
        "            costs.extend(gap + row[positive] - strangers)\n"
        "return np.mean(np.array(costs) > 0)",
    ),
)


def _semi(
    labels: IntArray,
    d: Float64Array,
    pick: Pick = _first_min,
    otherwise: Pick = _first_max,
    farther: Callable[[Float64Array, float], NDArray[np.bool_]] = lambda to_negatives, to_positive: to_negatives > to_positive,
    itself: bool = False,
) -> IntArray:
    triplets = []
    for query in range(len(labels)):
        positives, negatives = _choices(labels, query)
        for positive in sorted([*positives, query]) if itself else positives:
            behind = negatives[farther(d[query, negatives], d[query, positive])]
            choice = behind[pick(d[query, behind])] if len(behind) else negatives[otherwise(d[query, negatives])]
            triplets.append((query, positive, choice))
    return np.array(triplets)


def _semi_in_masks(labels: IntArray, d: Float64Array) -> IntArray:
    same = labels[:, None] == labels[None, :]
    query, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool))
    is_farther = ~same[query] & (d[query] > d[query, positive][:, None])
    nearest = np.where(is_farther, d[query], np.inf).argmin(axis=1)
    farthest = np.where(same[query], -np.inf, d[query]).argmax(axis=1)
    return np.stack([query, positive, np.where(is_farther.any(axis=1), nearest, farthest)], axis=1)


def _semi_by_sorting(labels: IntArray, d: Float64Array) -> list[list[int]]:
    triplets = []
    for query, row in enumerate(d.tolist()):
        negatives = sorted((row[k], k) for k in range(len(row)) if labels[k] != labels[query])
        farthest = min(k for distance, k in negatives if distance == negatives[-1][0])
        for positive in range(len(row)):
            if labels[positive] == labels[query] and positive != query:
                choice = next((k for distance, k in negatives if distance > row[positive]), farthest)
                triplets.append([query, positive, choice])
    return triplets


def _semi_in_tensorflow(labels: IntArray, d: Float64Array) -> Any:
    from course_utils.backend import tf

    same = labels[:, None] == labels[None, :]
    query, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool))
    rows = tf.gather(tf.constant(d, tf.float32), query)
    is_farther = tf.logical_and(~same[query], rows > tf.gather(rows, positive, batch_dims=1)[:, None])
    nearest = tf.argmin(tf.where(is_farther, rows, rows.dtype.max), axis=1)
    farthest = tf.argmax(tf.where(same[query], -1.0, rows), axis=1)
    return tf.stack([query, positive, tf.where(tf.reduce_any(is_farther, axis=1), nearest, farthest)], axis=1)


def _semi_left_out(labels: IntArray, d: Float64Array) -> IntArray:
    """Only the triplets that are semi-hard."""
    triplets = _semi(labels, d)
    query, positive, negative = triplets.T
    semi_hard: IntArray = triplets[d[query, negative] > d[query, positive]]
    return semi_hard


def _semi_picture_0(labels: IntArray, d: Float64Array) -> IntArray:
    """The argmin over infinite distances where no negative is farther."""
    triplets = _semi(labels, d)
    query, positive, negative = triplets.T
    triplets[:, 2] = np.where(d[query, negative] > d[query, positive], negative, 0)
    return triplets


def _semi_of_farthest(labels: IntArray, d: Float64Array) -> IntArray:
    """One triplet for each query, with the positive of batch-hard."""
    wanted = {(query, positive) for query, positive, _ in _hardest(labels, d).tolist()}
    return np.array([row for row in _semi(labels, d).tolist() if (row[0], row[1]) in wanted])


def _semi_in_one_order(labels: IntArray, d: Float64Array) -> IntArray:
    """Only the pairs whose query comes before their positive."""
    triplets = _semi(labels, d)
    kept: IntArray = triplets[triplets[:, 0] < triplets[:, 1]]
    return kept


def _semi_places(labels: IntArray, d: Float64Array) -> IntArray:
    """The negative as a place among the negatives that are farther, not among the pictures."""
    triplets = []
    for query, positive, negative in _semi(labels, d).tolist():
        negatives = _choices(labels, query)[1]
        behind = negatives[d[query, negatives] > d[query, positive]]
        triplets.append((query, positive, int(np.flatnonzero((behind if len(behind) else negatives) == negative)[0])))
    return np.array(triplets)


def _semi_among_all(labels: IntArray, d: Float64Array) -> IntArray:
    """The nearest picture of anybody that is farther than the positive."""
    triplets = []
    for query, positive, negative in _semi(labels, d).tolist():
        behind = np.flatnonzero(d[query] > d[query, positive])
        triplets.append((query, positive, behind[_first_min(d[query, behind])] if len(behind) else negative))
    return np.array(triplets)


SEMI_HARD_TRIPLETS = Exercise(
    name="semi_hard_triplets",
    objective="find for each query and positive the stranger a little farther away than the positive",
    points=3,
    oracle=_semi,
    probes=_labelled_batches,
    right_answers={
        "masks": _semi_in_masks,
        "sorted": _semi_by_sorting,
        "TensorFlow": _semi_in_tensorflow,
        "floats": lambda labels, d: _semi(labels, d.astype(np.float32)).astype(np.float32),
    },
    mistakes={
        "hardest negative": Mistake(
            lambda labels, d: _semi(labels, d, farther=lambda to_negatives, _: np.full(len(to_negatives), True)),
            "You take the nearest stranger, wherever the positive is: the hardest one. Than which picture must a semi-hard "
            "negative be farther?",
        ),
        "as far counts as farther": Mistake(
            lambda labels, d: _semi(labels, d, farther=lambda to_negatives, to_positive: to_negatives >= to_positive),
            "A stranger exactly as far as the positive counts as farther in your answer. Is that how the rule puts it?",
        ),
        "nearest if there is none": Mistake(
            lambda labels, d: _semi(labels, d, otherwise=_first_min),
            "If no stranger is farther than the positive, you take the nearest one, the hardest of all. What does the rule say "
            "for this case?",
        ),
        "first if there is none": Mistake(
            lambda labels, d: _semi(labels, d, otherwise=lambda _: 0),
            "If no stranger is farther than the positive, you take the first one in the list. Does the rule look at the place "
            "in the list, or at the distance?",
        ),
        "picture 0 if there is none": Mistake(
            _semi_picture_0,
            "If no stranger is farther than the positive, you answer with picture 0, whoever that is: the `argmin` of a row "
            "that is infinite everywhere. How do you notice this case, and what does the rule say for it?",
        ),
        "left out if there is none": Mistake(
            _semi_left_out,
            "Some pairs of query and positive are missing: those with no stranger farther than the positive. Which stranger "
            "does the rule take then?",
        ),
        "farthest of the farther": Mistake(
            lambda labels, d: _semi(labels, d, pick=_first_max),
            "Of the strangers farther than the positive you take the farthest, the easiest one. Which of them teaches most?",
        ),
        "nearer than the positive": Mistake(
            lambda labels, d: _semi(labels, d, farther=lambda to_negatives, to_positive: to_negatives < to_positive),
            "You look among the strangers *nearer* than the positive. What are these triplets called?",
        ),
        "its own positive": Mistake(
            lambda labels, d: _semi(labels, d, itself=True),
            "A query is its own positive in some of your rows. What does such a triplet ask for?",
        ),
        "each pair in one order": Mistake(
            _semi_in_one_order,
            "You have each pair of pictures in one order only. If query and positive change places, is that the same triplet?",
        ),
        "one for each query": Mistake(
            _semi_of_farthest,
            "You have one triplet for each query. How many positives can a query have, and what does the rule do with each of "
            "them?",
        ),
        "places among the farther": Mistake(
            _semi_places,
            "Your negatives are places in the selection that you have searched. Which picture of the batch stands at that "
            "place?",
        ),
        "anybody behind the positive": Mistake(
            _semi_among_all,
            "Your negative may show the query's own person: you look at all pictures that are farther. Whom may a negative "
            "show?",
        ),
        "last of equals": Mistake(
            lambda labels, d: _semi(labels, d, _last_min, _last_max),
            "Where several strangers are equally far, you take the last one. Which one was asked for?",
        ),
    },
    properties=(
        *TRIPLETS,
        Property(
            lambda arguments, triplets: len(triplets) == len(_semi(*arguments)),
            "There should be one row for each pair of query and positive. How many pairs are there, in both orders?",
        ),
        Property(
            lambda arguments, triplets: bool(np.array_equal(triplets[:, :2], _semi(*arguments)[:, :2])),
            "Your pairs of query and positive are not the ones asked for, or not in that order. Which index stays the same "
            "longer?",
        ),
        _other_distances(_semi),
    ),
    hints=(
        "The positive is at 4; strangers are at 2, 4, 5 and 9. Which of them are farther than the positive, and which is the "
        "nearest of these? And if the positive were at 9?",
        "For each query and each other picture of the same person: keep the strangers whose distance is larger than that of "
        "the positive. If any are left, take the nearest of them, else the farthest of all strangers.",
        "Labels 1, 1, 2, 2; the row of picture 0 is (0, 5, 8, 6). The positive is picture 1 at 5, both strangers are farther, "
        "and the nearer is picture 3: the triplet (0, 1, 3). With the row (0, 7, 3, 6) no stranger is farther than 7, and the "
        "farthest is picture 3 again.",
        "triplets = []\n"
        "for query, row in enumerate(d):\n"
        "    strangers = np.flatnonzero(labels != labels[query])\n"
        "    for positive in np.flatnonzero(labels == labels[query]):\n"
        "        farther = strangers[row[strangers] > row[positive]]\n"
        "        if positive == query:\n"
        "            continue\n"
        "        if len(farther):\n"
        "            triplets.append([query, positive, farther[row[farther].argmin()]])\n"
        "        else:\n"
        "            triplets.append([query, positive, strangers[row[strangers].argmax()]])\n"
        "return np.array(triplets)",
    ),
)


EXERCISES = (
    TRIPLET_LOSS,
    BATCH_DISTANCES,
    TRIPLET_COUNTS,
    BATCH_HARD_TRIPLETS,
    MENDED_ACTIVE_SHARE,
    SEMI_HARD_TRIPLETS,
)
