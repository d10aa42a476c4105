"""Exercises of lesson 05: a gallery of people, names, and nobody."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Mistake, Property

IntArray = NDArray[np.int64]
Names = Sequence[str]
NOBODY = "not recognized"


def _people(rng: np.random.Generator, count: int) -> IntArray:
    """Numbers of different people, larger than any index of a small table."""
    return rng.choice(np.arange(21, 60), size=count, replace=False)


def _unit(points: Float64Array) -> Float64Array:
    unit: Float64Array = points / np.linalg.norm(points, axis=-1, keepdims=True)
    return unit


def _pictures_of_one_person(rng: np.random.Generator) -> Iterator[Arguments]:
    """Embeddings of length 1 around one direction, (pictures, features); as many as features, fewer, more, a single one."""
    for pictures, features in ((3, 3), (2, 5), (6, 4), (1, 3)):
        # four close to each other and one far off would have a mean much like the direction itself: they are spread widely
        yield (_unit(np.linspace(1.0, 2.0, features) + rng.uniform(-0.8, 0.8, (pictures, features))),)


def _mean_direction(embeddings: Float64Array) -> Float64Array:
    return _unit(embeddings.mean(axis=0))


def _mean_direction_in_loops(embeddings: Float64Array) -> list[float]:
    total = [0.0] * embeddings.shape[1]
    for embedding in embeddings:
        total = [a + b for a, b in zip(total, embedding, strict=True)]
    length = sum(a * a for a in total) ** 0.5
    return [a / length for a in total]


def _mean_direction_in_keras(embeddings: Float64Array) -> Any:
    from course_utils.backend import keras

    return keras.ops.normalize(keras.ops.mean(embeddings, axis=0, keepdims=True), axis=-1)[0]


MEAN_DIRECTION = Exercise(
    name="mean_direction",
    objective="make one embedding of several pictures of a person",
    points=2,
    oracle=_mean_direction,
    probes=_pictures_of_one_person,
    right_answers={
        "sum": lambda e: e.sum(axis=0) / np.sqrt((e.sum(axis=0) ** 2).sum()),
        "loops": _mean_direction_in_loops,
        "einsum": lambda e: np.einsum("pk->k", e) / np.sqrt(np.einsum("pk,qk->", e, e)),
        "Keras": _mean_direction_in_keras,
        "float32": lambda e: _mean_direction(e.astype(np.float32)),
    },
    mistakes={
        "not scaled back": Mistake(
            lambda e: e.mean(axis=0),
            "The mean of points on a sphere lies inside the sphere. How long should an embedding be before one threshold fits "
            "everybody?",
        ),
        "over the features": Mistake(
            lambda e: _unit(e.mean(axis=1)),
            "You take the mean over the features: one number for each picture. What should be left, a picture or a direction?",
        ),
        "sum of entries": Mistake(
            lambda e: e.mean(axis=0) / e.mean(axis=0).sum(),
            "The entries of your embedding add up to 1. Is this what the length of a vector means?",
        ),
        "squared length": Mistake(
            lambda e: e.mean(axis=0) / (e.mean(axis=0) ** 2).sum(),
            "You divide by the square of the length, so a mean that is too short comes out too long. Which step is missing?",
        ),
        "length of all": Mistake(
            lambda e: e.mean(axis=0) / np.linalg.norm(e),
            "The length that you divide by is that of all pictures together. Which vector is it that should get length 1?",
        ),
        "largest entry": Mistake(
            lambda e: e.mean(axis=0) / np.abs(e.mean(axis=0)).max(),
            "Your largest entry is 1. Then the vector as a whole is longer: what is the length of a vector?",
        ),
        "first picture": Mistake(
            lambda e: e[0],
            "You keep the first picture only. What do the others say?",
        ),
        "median": Mistake(
            lambda e: _unit(np.median(e, axis=0)),
            "You take the middle value of each feature. Here every picture counts the same: which average does that?",
        ),
        "centred": Mistake(
            lambda e: _unit(e.mean(axis=0) - e.mean()),
            "You subtract the mean of all numbers first. That turns the vector: do distances to others stay as they were?",
        ),
    },
    properties=(
        Property(
            lambda arguments, mean: mean.shape == arguments[0].shape[1:],
            "One person, one embedding: it has as many numbers as the embedding of one picture.",
        ),
        Property(
            lambda _, mean: bool(abs(np.linalg.norm(mean) - 1) < 1e-3),
            "Your embedding is not of length 1. What is done last?",
        ),
        Property(
            lambda arguments, mean: bool((arguments[0] @ mean > 0).all()),
            "Your embedding points away from the pictures that it is made of. Is there a sign too many?",
        ),
    ),
    hints=(
        "Two unit vectors at right angles: how long is their mean?",
        "Add up the pictures feature by feature, or take the mean. Then divide by the length of the vector that you got.",
        "(1, 0) and (0.28, 0.96) have the mean (0.64, 0.48). Its length is 0.8, so the answer is (0.8, 0.6).",
        "mean = embeddings.mean(axis=0)\nreturn mean / np.linalg.norm(mean)",
    ),
)


# Where people are, seen from the query; whose picture each row is; and tau. All distances are exact in float32, too.
_DOORS: tuple[tuple[list[list[float]], list[int], float], ...] = (
    # the nearest one exactly at tau
    ([[6, 0, 8], [3, 0, 4], [0, -6, 8], [5, 0, 12]], [0, 1, 2, 3], 5.0),
    # several near enough: not the first one of them, not the last
    ([[2, 0, 0], [0, 2, 1], [0, 1, 0], [1, 1, 1], [3, 0, 0], [-8, -8, -8]], [0, 1, 2, 3, 4, 5], 2.5),
    # nobody, though the square, the mean and the largest of the differences are below tau
    ([[1, 0, 0], [0, 1, 1], [0.25, -0.25, 0.25], [2, 0, 0]], [0, 1, 2, 3], 0.375),
    # several pictures: the right person's second one is far, another's two are both quite near
    ([[4, 0, 0], [1, 2, 2], [12, -16, 0], [0, 4, 0], [6, 8, 0]], [1, 0, 0, 1, 2], 3.5),
    # along the streets somebody else would be the nearest
    ([[6, 0, 0], [0, -9, 0], [3, 3, -3], [0, 0, 8]], [0, 1, 2, 3], 5.5),
)


def _visitors(rng: np.random.Generator) -> Iterator[Arguments]:
    """A query (features,), names, gallery (rows, features), tau; the whole scene moved, its axes exchanged."""
    for points, rows, tau in _DOORS:
        scene = np.array(points)[:, rng.permutation(3)]
        query = rng.integers(20, 40, size=3).astype(np.float64)
        numbers = _people(rng, 6)
        yield query, [f"person {numbers[row]}" for row in rows], query + scene, tau


def _far(query: Float64Array, gallery: Float64Array) -> Float64Array:
    """Distances of the query from each row."""
    distance: Float64Array = np.sqrt(((gallery - query) ** 2).sum(axis=1))
    return distance


def _name(d: Any, names: Names, tau: float) -> str:
    """The nearest name, if it is near enough."""
    nearest = int(np.argmin(d))
    return names[nearest] if d[nearest] <= tau else NOBODY


def _identify(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> str:
    return _name(_far(query, gallery), names, tau)


def _identify_in_loops(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> str:
    answer, smallest = NOBODY, float("inf")
    for name, row in zip(names, gallery, strict=True):
        distance = sum((a - b) ** 2 for a, b in zip(query, row, strict=True)) ** 0.5
        if distance <= tau and distance < smallest:
            answer, smallest = name, distance
    return answer


def _identify_in_keras(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> str:
    from course_utils.backend import keras

    d = keras.ops.norm(keras.ops.cast(gallery, "float32") - keras.ops.cast(query, "float32"), axis=1)
    return NOBODY if float(keras.ops.min(d)) > tau else names[int(keras.ops.argmin(d))]


def _identify_in_scipy(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> Any:
    from scipy.spatial.distance import cdist

    d = cdist(query[None], gallery)[0]
    return np.array([*names, NOBODY])[np.argmin([*d, np.nextafter(tau, np.inf)])]


def _identify_by_person(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> str:
    """The mean of the distances from the pictures of each person."""
    people = sorted(set(names))
    d = _far(query, gallery)
    return _name([np.mean(d[np.array(names) == name]) for name in people], people, tau)


def _identify_by_mean(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> str:
    """The distance from the mean picture of each person."""
    people = sorted(set(names))
    means = np.array([gallery[np.array(names) == name].mean(axis=0) for name in people])
    return _name(_far(query, means), people, tau)


def _within(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> list[str]:
    """Everybody who is near enough; nobody, if there is none."""
    return [name for name, d in zip(names, _far(query, gallery), strict=True) if d <= tau] or [NOBODY]


def _identify_as_if_unit(query: Float64Array, names: Names, gallery: Float64Array, tau: float) -> str:
    return _name(2 - 2 * gallery @ query, names, tau**2)


IDENTIFY = Exercise(
    name="identify",
    objective="turn distances into a name, or into nobody",
    points=3,
    oracle=_identify,
    probes=_visitors,
    right_answers={
        "norm": lambda query, names, gallery, tau: _name(np.linalg.norm(gallery - query, axis=1), names, tau),
        "loops": _identify_in_loops,
        "sorted": lambda query, names, gallery, tau: next(
            name if d <= tau else NOBODY for d, name in sorted(zip(_far(query, gallery), names, strict=True))
        ),
        "squares on both sides": lambda query, names, gallery, tau: _name(
            np.einsum("nk,nk->n", gallery - query, gallery - query), names, tau**2
        ),
        "Keras, float32": _identify_in_keras,
        "SciPy": _identify_in_scipy,
    },
    mistakes={
        "no threshold": Mistake(
            lambda query, names, gallery, tau: names[int(np.argmin(_far(query, gallery)))],
            "Somebody is always the nearest: your function gives a name to every stranger. When should it refuse?",
        ),
        "first within tau": Mistake(
            lambda query, names, gallery, tau: _within(query, names, gallery, tau)[0],
            "You answer with the first person who is near enough. Might somebody further down the list be nearer?",
        ),
        "last within tau": Mistake(
            lambda query, names, gallery, tau: _within(query, names, gallery, tau)[-1],
            "Each person who is near enough replaces the one before, so the last one wins. Who should?",
        ),
        "strict": Mistake(
            lambda query, names, gallery, tau: _name(_far(query, gallery), names, np.nextafter(tau, 0)),
            "Nearly: read the formula once more. What is the answer at a distance of exactly tau?",
        ),
        "squared": Mistake(
            lambda query, names, gallery, tau: _name(_far(query, gallery) ** 2, names, tau),
            "The person is the right one, but you compare a squared distance with tau. Which unit has tau?",
        ),
        "along the streets": Mistake(
            lambda query, names, gallery, tau: _name(np.abs(gallery - query).sum(axis=1), names, tau),
            "You add up the differences without squaring them. What does the formula of D do before it adds?",
        ),
        "as if of length 1": Mistake(
            _identify_as_if_unit,
            "Your distance is true for vectors of length 1 only. What if the embeddings of this gallery are longer?",
        ),
        "as if of length 1, kept above 0": Mistake(
            lambda query, names, gallery, tau: _name(np.sqrt(np.maximum(0, 2 - 2 * gallery @ query)), names, tau),
            "All your distances are 0 here, so the first row always wins. For which vectors is 2 - 2 x.p the squared distance?",
        ),
        "mean of the distances": Mistake(
            _identify_by_person,
            "For a person with several pictures you take the mean of the distances. One good picture should be enough: which "
            "of them counts?",
        ),
        "mean of the pictures": Mistake(
            _identify_by_mean,
            "You make one embedding of all pictures of a person. In this gallery each row stands for itself: which of them "
            "counts?",
        ),
        "farthest": Mistake(
            lambda query, names, gallery, tau: names[int(np.argmax(_far(query, gallery)))],
            "You return the name of the *farthest* row. Does a large distance mean alike, or different?",
        ),
    },
    properties=(
        Property(
            lambda arguments, word: str(word) in {*arguments[1], NOBODY},
            'Your answer is neither a name of the gallery nor the two words "not recognized". How are they spelled?',
        ),
        Property(
            lambda arguments, word: str(word) == NOBODY or bool(_far(arguments[0], arguments[2]).min() <= arguments[3]),
            "There is a visitor who is too far from everybody, and your function says a name. What do you compare with tau?",
        ),
        Property(
            lambda arguments, word: str(word) != NOBODY or bool(_far(arguments[0], arguments[2]).min() > arguments[3]),
            "There is a visitor who is near enough to somebody, and your function refuses. Which distance do you compare?",
        ),
        Property(
            lambda arguments, word: str(word) == _identify(*arguments),
            "It refuses when it should, but a name that it says is not that of the nearest row. Where is D smallest?",
        ),
    ),
    hints=(
        "Who is the only person whose name may be the answer, whatever tau is?",
        "First the distances from all rows, then the smallest of them, and only then the comparison with tau.",
        "Distances 0.9, 0.4 and 0.6 from Ada, Ben and Cem: with tau = 0.5 the answer is Ben, with tau = 0.3 nobody.",
        "d = np.sqrt(((gallery - query) ** 2).sum(axis=1))\nnearest = np.argmin(d)\n"
        'return names[nearest] if d[nearest] <= tau else "not recognized"',
    ),
)


def _tables(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances (visitors, people), names, tau: nobody near, exactly tau, several near enough in any order; only strangers."""
    for people, twice in ((4, False), (3, False), (6, True)):
        tau = float(rng.integers(40, 90)) / 64
        near, nearer, far = 0.75 * tau, 0.5 * tau, tau * rng.uniform(1.2, 2.0, (8, people))
        d = far.copy()
        d[0, [0, 1]] = near, nearer  # the first one near enough is not the nearest
        d[1, [-2, -1]] = nearer, near  # nor is the last one
        d[2, 1] = tau
        # row 3: nobody
        d[4] = nearer * rng.permutation(np.linspace(0.5, 0.9, people))  # all of them near enough
        d[5, 0] = nearer
        d[6, -1] = tau
        d[7] = nearer * np.append(np.linspace(0.8, 0.9, people - 1), 2.5)  # all but one: their mean is near enough
        names = [f"person {number}" for number in _people(rng, people)]
        if twice:
            names[2] = names[0]
        yield d[rng.permutation(8)], names, tau
    yield tau * rng.uniform(1.1, 2.0, (2, 3)), names[:3], tau


def _names(d: Float64Array, names: Names, tau: float) -> list[str]:
    return [_name(row, names, tau) for row in d]


def _first_in_table(d: Float64Array, names: Names, tau: float) -> Any:
    near = d <= tau
    return np.where(near.any(axis=1), np.array(names)[near.argmax(axis=1)], NOBODY)


def _cut_short(d: Float64Array, names: Names, tau: float) -> Any:
    answers = np.array(names)[d.argmin(axis=1)]
    answers[d.min(axis=1) > tau] = NOBODY
    return answers


def _names_in_keras(d: Float64Array, names: Names, tau: float) -> list[str]:
    from course_utils.backend import keras

    nearest, smallest = keras.ops.argmin(d, axis=1), keras.ops.min(d, axis=1)
    return [names[int(k)] if float(x) <= tau else NOBODY for k, x in zip(nearest, smallest, strict=True)]


NAME_EVERYBODY = Exercise(
    name="name_everybody",
    objective="find an error that shows only when the gallery is in another order",
    points=2,
    oracle=_names,
    probes=_tables,
    right_answers={
        "where": lambda d, names, tau: np.where(d.min(axis=1) <= tau, np.array(names)[d.argmin(axis=1)], NOBODY),
        "sorted": lambda d, names, tau: [
            min(zip(row, names, strict=True))[1] if min(row) <= tau else NOBODY for row in d.tolist()
        ],
        "all others put out of reach": lambda d, names, tau: [
            names[int(np.argmin(row))] if np.isfinite(row).any() else NOBODY for row in np.where(d > tau, np.inf, d)
        ],
        "Keras": _names_in_keras,
        "float32": lambda d, names, tau: _names(d.astype(np.float32), names, tau),
    },
    mistakes={
        "first within tau": Mistake(
            _first_in_table,
            "This is still the error of the shown function: `argmax` of True and False finds the first True. Which comes "
            "first, the comparison with tau or the search for the nearest?",
        ),
        "last within tau": Mistake(
            lambda d, names, tau: [
                next((name for x, name in zip(row[::-1], names[::-1], strict=True) if x <= tau), NOBODY) for row in d
            ],
            "Now the last one who is near enough wins. Does your answer still depend on the order of the gallery?",
        ),
        "no threshold": Mistake(
            lambda d, names, tau: np.array(names)[d.argmin(axis=1)],
            "The nearest one is found, but now every visitor gets a name. Where has tau gone?",
        ),
        "strict": Mistake(
            lambda d, names, tau: _names(d, names, float(np.nextafter(tau, 0))),
            "Nearly: what about a visitor at a distance of exactly tau? Compare with the sign in the shown function.",
        ),
        "cut short": Mistake(
            _cut_short,
            "Look at what is returned for strangers: the end of the words is missing. An array of words has room for its "
            "longest word only; what happens to a longer one?",
        ),
        "any for all": Mistake(
            lambda d, names, tau: np.array(names)[d.argmin(axis=1)] if d.min() <= tau else np.array([NOBODY] * len(d)),
            "One visitor who is near enough opens the door for all of them. Along which axis should the smallest be taken?",
        ),
        "all enrolled": Mistake(
            lambda d, names, tau: np.where(d.max(axis=1) <= tau, np.array(names)[d.argmin(axis=1)], NOBODY),
            "You ask that *all* people of the gallery are near enough. Of how many of them should a visitor be one?",
        ),
        "mean": Mistake(
            lambda d, names, tau: np.where(d.mean(axis=1) <= tau, np.array(names)[d.argmin(axis=1)], NOBODY),
            "You compare the mean over the gallery with tau. Whose distance decides whether a name may be said?",
        ),
        "farthest": Mistake(
            lambda d, names, tau: np.where(d.min(axis=1) <= tau, np.array(names)[d.argmax(axis=1)], NOBODY),
            "The refusals are right, but the name is that of the *farthest* person. Which of the two searches fits distances?",
        ),
    },
    properties=(
        Property(
            lambda arguments, words: words.shape == arguments[0].shape[:1],
            "One answer for each visitor, that is for each row of the table. How many do you return?",
        ),
        Property(
            lambda arguments, words: bool(np.isin(words, [*arguments[1], NOBODY]).all()),
            'There is an answer that is neither a name nor the two words "not recognized". How are they spelled?',
        ),
        Property(
            lambda arguments, words: bool(((words == NOBODY) == (arguments[0].min(axis=1) > arguments[2])).all()),
            "Somebody is refused who should not be, or the other way round. Which distance in a row decides about that?",
        ),
        Property(
            lambda arguments, words: words.tolist() == _names(*arguments),
            "The refusals are right, but some visitor gets another name than that of the nearest person. Which column has the "
            "smallest distance of a row?",
        ),
    ),
    hints=(
        "What does `argmax` give for the row False, True, True, and what does that row not tell any more?",
        "A table of True and False has forgotten who is nearer. Search in the distances, and compare after that.",
        "A row 0.5, 0.2, 0.9 and tau = 0.6: the comparison gives True, True, False, and the first True is at place 0. But the "
        "smallest distance is at place 1.",
        'nearest = d.argmin(axis=1)\nreturn np.where(d.min(axis=1) <= tau, np.array(names)[nearest], "not recognized")',
    ),
)


def _galleries(rng: np.random.Generator) -> Iterator[Arguments]:
    """A false accept rate and a number of people: one, some, hundreds; and rates that are not small."""
    for low, high, K in ((0.005, 0.03, 1), (0.005, 0.03, int(rng.integers(5, 20))), (0.01, 0.02, int(rng.integers(80, 200)))):
        yield float(rng.uniform(low, high)), K
    yield float(rng.uniform(0.3, 0.4)), 2
    yield float(rng.uniform(0.6, 0.8)), 3


def _far_step_by_step(far: float, K: int) -> float:
    rate = 0.0
    for _ in range(K):
        rate += (1 - rate) * far
    return rate


def _far_by_who_is_first(far: float, K: int) -> Any:
    """The first match is with the first person, or with the second, ..."""
    return np.sum(far * (1 - far) ** np.arange(K))


FAR_OF_GALLERY = Exercise(
    name="far_of_gallery",
    objective="predict how false accepts grow with the number of people enrolled",
    points=2,
    oracle=lambda far, K: 1 - (1 - far) ** K,
    probes=_galleries,
    right_answers={
        "loop": _far_step_by_step,
        "product": lambda far, K: 1 - np.prod(np.full(K, 1 - far)),
        "logarithms": lambda far, K: -np.expm1(K * np.log1p(-far)),
        "who is first": _far_by_who_is_first,
        "float32": lambda far, K: np.float32(1) - (np.float32(1) - np.float32(far)) ** np.float32(K),
    },
    mistakes={
        "times K": Mistake(
            lambda far, K: K * far,
            "K times the rate is a good guess for few people. What would it give for a thousand, and is that a probability?",
        ),
        "times K, cut at 1": Mistake(
            lambda far, K: min(1.0, K * far),
            "You have seen that K times the rate can pass 1, and cut it. But a stranger who matches two people counts twice "
            "in it: what is the probability of matching nobody?",
        ),
        "all K": Mistake(
            lambda far, K: far**K,
            "That is the probability of matching *all* K people. How many matches are enough for a false accept?",
        ),
        "exactly one": Mistake(
            lambda far, K: K * far * (1 - far) ** (K - 1),
            "That is the probability of *exactly* one match. What about a stranger who matches two people?",
        ),
        "turned away": Mistake(
            lambda far, K: (1 - far) ** K,
            "That is the share of strangers who are turned away. Which share does the task ask for?",
        ),
        "not all K": Mistake(
            lambda far, K: 1 - far**K,
            "You compute how probable it is that *not all* comparisons match. What is the opposite of at least one match?",
        ),
        "one fewer": Mistake(
            lambda far, K: 1 - (1 - far) ** (K - 1),
            "With one person enrolled your gallery accepts nobody. How many comparisons does a stranger go through?",
        ),
        "one more": Mistake(
            lambda far, K: 1 - (1 - far) ** (K + 1),
            "You compare a stranger with one person more than there are. What should your function give for a single person?",
        ),
        "one comparison": Mistake(
            lambda far, K: far,
            "Your rate is the same for a family and for a whole town. Where does K come in?",
        ),
        "pairs": Mistake(
            lambda far, K: 1 - (1 - far) ** (K * (K + 1) // 2),
            "You count pairs among the people. A stranger is compared with each enrolled person: how many comparisons is that?",
        ),
        "rare events": Mistake(
            lambda far, K: 1 - np.exp(-K * far),
            "Your formula is the one for rare events: close while the rate is small. Try it with a single comparison.",
        ),
        "turned round": Mistake(
            lambda far, K: 1 - (1 - far) ** (1 / K),
            "You have turned the formula round: it tells how strict one comparison has to be. Does your rate grow with K?",
        ),
    },
    properties=(
        Property(
            lambda _, rate: bool(((rate >= 0) & (rate <= 1)).all()),
            "Your rate is no probability: it is not between 0 and 1.",
        ),
        Property(
            lambda arguments, rate: bool((rate >= arguments[0] - 1e-3).all()),
            "A gallery cannot accept fewer strangers than one comparison does. Why not?",
        ),
    ),
    hints=(
        "What has to happen in all K comparisons for a stranger to be turned away?",
        "Compute the opposite first: the probability that no comparison matches is a product of K equal factors.",
        "A rate of 0.1 and two people: no match has the probability 0.9 * 0.9 = 0.81, at least one match 0.19.",
        "return 1 - (1 - far) ** K",
    ),
)


def _enrolled(rng: np.random.Generator, people: int, twice: bool) -> IntArray:
    """Whose picture each column is: each person once, or two pictures of the first half of them, in any order."""
    numbers = _people(rng, people)
    return rng.permutation(np.append(numbers, numbers[: people // 2])) if twice else numbers


def _row(
    rng: np.random.Generator, enrolled: IntArray, visitor: int, own: float | None, other: float | None, every: bool = False
) -> Float64Array:
    """Distances of a visitor: from their own picture (or every one), and from somebody else's; all others are far."""
    row: Float64Array = rng.uniform(2.2, 3.0, len(enrolled))
    somebody = rng.choice(enrolled[enrolled != visitor])
    for person, distance in ((visitor, own), (somebody, other)):
        if distance is not None:
            pictures = np.flatnonzero(enrolled == person)
            row[pictures if every else rng.choice(pictures)] = distance
    return row


def _trials(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances (visitors, pictures), whose each visitor is, whose each enrolled picture is; all visitors are enrolled."""
    for people, twice in ((4, False), (6, True), (3, False)):
        enrolled = _enrolled(rng, people, twice)
        rings = [
            *[(0.5, None)] * int(rng.integers(3, 6)),  # right
            *[(0.5, 0.75)] * 2,  # right, another one near, too
            *[(0.75, 0.5)] * int(rng.integers(1, 3)),  # wrong: they are their own second
            *[(3.5, 0.5)] * 2,  # wrong: they are their own last
        ]
        who = rng.choice(enrolled, size=len(rings))
        rows = [_row(rng, enrolled, one, *ring, every=True) for one, ring in zip(who, rings, strict=True)]
        if twice:  # right by one of two pictures; in the mean of both somebody else is nearer
            for one in [one for one in np.unique(enrolled) if np.sum(enrolled == one) == 2]:
                row = np.minimum(_row(rng, enrolled, one, None, 1.0, every=True), _row(rng, enrolled, one, 0.5, None))
                rows, who = [*rows, row], np.append(who, one)
        order = rng.permutation(len(who))
        yield (np.array(rows) * rng.uniform(0.97, 1.03, (len(who), len(enrolled))))[order], who[order], enrolled


def _rank_one(d: Float64Array, who: IntArray, enrolled: IntArray) -> Any:
    return np.mean(enrolled[d.argmin(axis=1)] == who)


def _rank_one_in_loops(d: Float64Array, who: IntArray, enrolled: IntArray) -> float:
    right = 0
    for row, person in zip(d, who, strict=True):
        best = 0
        for k in range(len(row)):
            if row[k] < row[best]:
                best = k
        right += int(enrolled[best] == person)
    return right / len(who)


def _rank_one_in_keras(d: Float64Array, who: IntArray, enrolled: IntArray) -> Any:
    from course_utils.backend import keras

    named = keras.ops.take(enrolled, keras.ops.argmin(d, axis=1))
    return keras.ops.mean(keras.ops.cast(keras.ops.equal(named, who), "float32"))


def _own_nearest(d: Float64Array, who: IntArray, enrolled: IntArray) -> Any:
    """Whether the nearest picture of one's own is nearer than all others."""
    own = who[:, None] == enrolled
    return np.mean(np.where(own, d, np.inf).min(axis=1) < np.where(own, np.inf, d).min(axis=1))


def _by_person(d: Float64Array, who: IntArray, enrolled: IntArray) -> Any:
    people = np.unique(enrolled)
    means = np.stack([d[:, enrolled == person].mean(axis=1) for person in people], axis=1)
    return _rank_one(means, who, people)


RANK_ONE_ACCURACY = Exercise(
    name="rank_one_accuracy",
    objective="compute the share of visitors who are nearest to themselves",
    points=2,
    oracle=_rank_one,
    probes=_trials,
    right_answers={
        "loops": _rank_one_in_loops,
        "own against others": _own_nearest,
        "sorted": lambda d, who, enrolled: np.sum(enrolled[np.argsort(d, axis=1)[:, 0]] == who) / len(d),
        "Keras, float32": _rank_one_in_keras,
    },
    mistakes={
        "places for people": Mistake(
            lambda d, who, enrolled: np.mean(d.argmin(axis=1) == who),
            "`argmin` gives a place in the gallery, and you compare it with the number of a person. Who stands at this place?",
        ),
        "farthest": Mistake(
            lambda d, who, enrolled: np.mean(enrolled[d.argmax(axis=1)] == who),
            "You let the *largest* distance choose. Which one belongs to the person who looks most alike?",
        ),
        "over the visitors": Mistake(
            lambda d, who, enrolled: np.mean(who[d.argmin(axis=0)] == enrolled),
            "You look for the nearest visitor of each enrolled picture. Who should be named, and which axis is that?",
        ),
        "count": Mistake(
            lambda d, who, enrolled: np.sum(enrolled[d.argmin(axis=1)] == who),
            "You count the visitors who are named rightly. The task asks for a share: out of how many?",
        ),
        "errors": Mistake(
            lambda d, who, enrolled: np.mean(enrolled[d.argmin(axis=1)] != who),
            "That is the share of errors. Accuracy is the share of the others.",
        ),
        "percent": Mistake(
            lambda d, who, enrolled: 100 * _rank_one(d, who, enrolled),
            "Your number is in percent. A share lies between 0 and 1.",
        ),
        "per picture": Mistake(
            lambda d, who, enrolled: np.sum(enrolled[d.argmin(axis=1)] == who) / len(enrolled),
            "You divide by the number of enrolled pictures. It is a share of what?",
        ),
        "rank 2": Mistake(
            lambda d, who, enrolled: np.mean((enrolled[np.argsort(d, axis=1)[:, :2]] == who[:, None]).any(axis=1)),
            "You accept it if the right person is among the two nearest. That is rank 2; how many guesses are allowed here?",
        ),
        "mean of a person": Mistake(
            _by_person,
            "You average the distances from the pictures of one person first. Which single picture gives the name here?",
        ),
        "each visitor": Mistake(
            lambda d, who, enrolled: enrolled[d.argmin(axis=1)] == who,
            "You know now for each visitor whether the name is right. How do these answers become one number?",
        ),
    },
    properties=(
        Property(lambda _, share: share.ndim == 0, "One number is asked for, for all visitors together."),
        Property(lambda _, share: bool(0 <= share <= 1), "A share lies between 0 and 1."),
    ),
    hints=(
        "What does `d.argmin(axis=1)` contain: people, or places in the gallery?",
        "For each visitor find the nearest picture, look up whose it is, and compare with who the visitor is.",
        "Enrolled are the persons 7 and 5. Two visitors, persons 5 and 7, both at distances 0.4 and 0.6: both are named 7. "
        "One of the two is right, a share of 0.5.",
        "return np.mean(enrolled[d.argmin(axis=1)] == who)",
    ),
)


def _open_sets(rng: np.random.Generator) -> Iterator[Arguments]:
    """Distances, who, enrolled, tau. Known people named rightly, wrongly, or refused; strangers accepted or not; ties."""
    for people, twice in ((3, False), (5, True), (4, False)):
        enrolled, tau = _enrolled(rng, people, twice), float(rng.integers(40, 90)) / 64
        known = [  # distances in units of tau: from one of their own pictures, and from somebody else's
            *[(0.5, None)] * int(rng.integers(7, 10)),  # recognised
            *[(0.5, 0.75)] * 2,  # recognised, another one near, too
            *[(1.0, None)] * int(rng.integers(1, 3)),  # recognised, at tau
            *[(1.5, None)] * int(rng.integers(4, 6)),  # refused
            *[(0.75, 0.5)] * int(rng.integers(1, 3)),  # taken for somebody else, though near enough to themselves
            (1.5, 0.5),  # taken for somebody else
            *[(1.5, 1.25)] * 2,  # refused; another one would have been nearer
        ]
        strangers = [0.5] * int(rng.integers(1, 3)) + [1.0] + [1.25] * int(rng.integers(5, 8))
        rings = known + [(None, distance) for distance in strangers]
        who = np.append(rng.choice(enrolled, size=len(known)), rng.integers(61, 70, size=len(strangers)))
        rows = [_row(rng, enrolled, one, *ring) for one, ring in zip(who, rings, strict=True)]
        order = rng.permutation(len(who))
        yield tau * np.array(rows)[order], who[order], enrolled, tau


def _open(d: Float64Array, who: IntArray, enrolled: IntArray, tau: float) -> Float64Array:
    accepted, named, known = d.min(axis=1) <= tau, enrolled[d.argmin(axis=1)], np.isin(who, enrolled)
    return np.array([np.mean(accepted[known] & (named == who)[known]), np.mean(accepted[~known])])


def _open_in_loops(d: Float64Array, who: IntArray, enrolled: IntArray, tau: float) -> list[float]:
    known, strangers, right, accepted = 0, 0, 0, 0
    for row, visitor in zip(d, who, strict=True):
        answer = enrolled[int(np.argmin(row))] if min(row) <= tau else None
        if visitor in set(enrolled.tolist()):
            known += 1
            right += int(answer == visitor)
        else:
            strangers += 1
            accepted += int(answer is not None)
    return [right / known, accepted / strangers]


def _open_by_answers(d: Float64Array, who: IntArray, enrolled: IntArray, tau: float) -> Any:
    answer = np.where((d <= tau).any(axis=1), enrolled[d.argmin(axis=1)], 0)  # nobody has the number 0
    known = (who[:, None] == enrolled).any(axis=1)
    return np.stack([(answer == who)[known].mean(), (answer > 0)[~known].mean()])


def _open_in_keras(d: Float64Array, who: IntArray, enrolled: IntArray, tau: float) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    accepted = ops.cast(ops.min(d, axis=1) <= tau, "float32")
    right = ops.cast(ops.equal(ops.take(enrolled, ops.argmin(d, axis=1)), who), "float32")
    known = ops.cast(ops.any(ops.equal(who[:, None], enrolled), axis=1), "float32")
    return ops.stack([ops.sum(accepted * right * known) / ops.sum(known), ops.dot(accepted, 1 - known) / ops.sum(1 - known)])


_Parts = Callable[[Any, Any, Any, Any, Any], tuple[Any, Any]]


def _open_but(parts: _Parts) -> Callable[[Float64Array, IntArray, IntArray, float], Any]:
    """The two rates, made in another way of: the table, tau, who was accepted, whose name is right, who is known."""

    def rates(d: Float64Array, who: IntArray, enrolled: IntArray, tau: float) -> Any:
        accepted, right = d.min(axis=1) <= tau, enrolled[d.argmin(axis=1)] == who
        return np.array(parts(d, tau, accepted, right, np.isin(who, enrolled)))

    return rates


def _own_within(d: Float64Array, who: IntArray, enrolled: IntArray, tau: float) -> Any:
    own = np.where(who[:, None] == enrolled, d, np.inf).min(axis=1) <= tau
    return np.array([own[np.isin(who, enrolled)].mean(), _open(d, who, enrolled, tau)[1]])


OPEN_SET_RATES = Exercise(
    name="open_set_rates",
    objective="judge a door at which known people and strangers ring",
    points=3,
    oracle=_open,
    probes=_open_sets,
    right_answers={
        "loops": _open_in_loops,
        "answers first": _open_by_answers,
        "Keras, float32": _open_in_keras,
        "float32": lambda d, who, enrolled, tau: _open(d.astype(np.float32), who, enrolled, tau).astype(np.float32),
    },
    mistakes={
        "any name": Mistake(
            _open_but(lambda d, tau, a, right, known: (a[known].mean(), a[~known].mean())),
            "You count every known visitor who is let in, under whatever name. Who of them counts in the first share?",
        ),
        "no threshold": Mistake(
            _open_but(lambda d, tau, a, right, known: (right[known].mean(), a[~known].mean())),
            "For known people you forget tau: some are nearest to themselves, but too far away. Do they get their name?",
        ),
        "own picture near enough": Mistake(
            _own_within,
            "You ask whether known people are near enough to *themselves*. That is verification: what if somebody else is "
            "nearer?",
        ),
        "turned away": Mistake(
            _open_but(lambda d, tau, a, right, known: ((a & right)[known].mean(), (~a)[~known].mean())),
            "Your second rate is the share of strangers who are turned away. Which strangers does the task count?",
        ),
        "comparisons": Mistake(
            _open_but(lambda d, tau, a, right, known: ((a & right)[known].mean(), (d[~known] <= tau).mean())),
            "Your second rate counts comparisons, not strangers. How many matches does one stranger need to get in?",
        ),
        "of all visitors": Mistake(
            _open_but(lambda d, tau, a, right, known: ((a & right & known).mean(), (a & ~known).mean())),
            "You divide both counts by the number of all visitors. Of whom is each of the two a share?",
        ),
        "of the accepted": Mistake(
            _open_but(lambda d, tau, a, right, known: (right[known & a].mean(), a[~known].mean())),
            "You leave out the known people who were refused. They rang, too: do they belong to all known visitors, or not?",
        ),
        "other order": Mistake(
            _open_but(lambda d, tau, a, right, known: (a[~known].mean(), (a & right)[known].mean())),
            "Both rates are there, but in the wrong order. Which one should come first?",
        ),
        "strict": Mistake(
            lambda d, who, enrolled, tau: _open(d, who, enrolled, float(np.nextafter(tau, 0))),
            "Nearly: which answer does a visitor get who is exactly tau away?",
        ),
        "known for strangers": Mistake(
            _open_but(lambda d, tau, a, right, known: ((a & right)[known].mean(), (a & ~right).mean())),
            "Your second rate counts everybody who gets a wrong name. Is a known person with a wrong name a stranger?",
        ),
    },
    properties=(
        Property(lambda _, rates: rates.shape == (2,), "Two numbers are asked for, side by side in one array."),
        Property(lambda _, rates: bool(((rates >= 0) & (rates <= 1)).all()), "A rate lies between 0 and 1."),
        Property(
            lambda arguments, rates: bool(abs(rates[0] - _open(*arguments)[0]) < 1e-3),
            "Look at the first rate, at the known people alone: who of them is both near enough and given their own name?",
        ),
        Property(
            lambda arguments, rates: bool(abs(rates[1] - _open(*arguments)[1]) < 1e-3),
            "The first rate is right. Look at the strangers alone: who of them is let in, and out of how many?",
        ),
    ),
    hints=(
        "Which three things do you have to know of each visitor before you can count?",
        "For each visitor: accepted or not, named rightly or not, enrolled or not. Then take two means, one over each group.",
        "Three known people ring: one is named rightly, one wrongly, one is refused: 1/3. Four strangers, one gets in: 1/4.",
        "accepted = d.min(axis=1) <= tau\nright = enrolled[d.argmin(axis=1)] == who\nknown = np.isin(who, enrolled)\n"
        "return np.array([np.mean((accepted & right)[known]), np.mean(accepted[~known])])",
    ),
)


EXERCISES = (MEAN_DIRECTION, IDENTIFY, NAME_EVERYBODY, FAR_OF_GALLERY, RANK_ONE_ACCURACY, OPEN_SET_RATES)
