"""The nearest of many embeddings of length 1: whom a loop over all of them would find, in the time of one matrix product.

All embeddings have length 1, so |x - y|^2 = 2 - 2 x.y, and the nearest is the one with the largest dot product. One matrix
product gives all of them in float32, at the speed of reading the embeddings once from memory. Rounding hides which of the
largest is really the largest, so whoever comes within the rounding error of the k best is measured again, in float64.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils import checks
from course_utils.arrays import Array, Float32Array, Float64Array, IntArray
from course_utils.faces.distances import LARGEST_EMBEDDING, euclidean

_SEGMENT = 256  # embeddings whose largest score stands for all of them
_SCORES = 2**23  # scores held at once, 32 MB
_QUERIES = 128  # queries searched for at once
_BLOCK = 2**14  # embeddings at a time where float64 copies are made
_EXACTLY = 2.0**-23  # how far the length of a vector of `unit` is from 1 at most: its entries are rounded by half of that


def lengths(vectors: ArrayLike) -> Float64Array:
    """Return the lengths, (n,), of (n, features) vectors, computed in float64.

    Raises:
        ValueError: another shape, or no real numbers.
    """
    vectors = checks.numbers("vectors", vectors, "(n, features)", finite=False, empty=True)
    return np.concatenate([np.linalg.norm(block, axis=1) for block in _float64_blocks(vectors)] or [np.empty(0)])


def unit(vectors: ArrayLike) -> Float32Array:
    """Scale vectors to length 1, as exactly as float32 can.

    Args:
        vectors: (n, features) numbers.

    Returns:
        (n, features) float32.

    Raises:
        ValueError: another shape; a vector has no direction, because it is 0 or not finite, or because its squares leave the
            range of float64.
    """
    vectors = checks.numbers("vectors", vectors, "(n, features)", finite=False, empty=True)
    scaled = np.empty(vectors.shape, np.float32)
    for start, block in zip(range(0, len(vectors), _BLOCK), _float64_blocks(vectors), strict=True):
        with np.errstate(over="ignore"):  # what overflows is refused
            length = np.linalg.norm(block, axis=1, keepdims=True)
        wrong = ~((length > 0) & np.isfinite(length))
        if wrong.any():
            raise ValueError(f"vectors: {_why_no_direction(block[wrong[:, 0]][0], length[wrong][0])}")
        scaled[start : start + _BLOCK] = block / length
    return scaled


def _why_no_direction(vector: Float64Array, length: float) -> str:
    if vector.any() and np.isfinite(vector).all():
        largest = np.abs(vector).max()
        return f"one has entries up to {largest:g}, whose squares leave the range of float64; bring them nearer to 1 first"
    return f"one of length {length:g} has no direction, and cannot be scaled to length 1"


def _float64_blocks(array: Array) -> Iterator[Float64Array]:
    return (array[start : start + _BLOCK].astype(np.float64) for start in range(0, len(array), _BLOCK))


def _check_unit(name: str, vectors: Float32Array) -> None:
    length = lengths(vectors)
    wrong = ~(np.abs(length - 1) < _EXACTLY)  # NaN is wrong too
    if wrong.any():
        raise ValueError(f"{name}: expected length 1, got one of length {length[wrong][0]:.9g}; `unit` scales them")


class EmbeddingIndex:
    """Embeddings of length 1 in rows, in the order in which they were added, and the exact search for the nearest.

    Args:
        features: numbers in an embedding.

    Raises:
        ValueError: `features` is not a whole number above 0.
    """

    def __init__(self, features: int) -> None:
        features = checks.whole_number("features", features, most=LARGEST_EMBEDDING)
        self._store = np.empty((0, features), np.float32)  # with room below the last row
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    @property
    def embeddings(self) -> Float32Array:
        """What was added, (rows, features); it cannot be written to, for the lengths would no longer be 1."""
        view = self._store[: len(self)]
        view.flags.writeable = False
        return view

    @property
    def features(self) -> int:
        """Numbers in an embedding."""
        return self._store.shape[1]

    def add(self, embeddings: Float32Array) -> None:
        """Add embeddings below the others; they are kept to the last digit.

        Args:
            embeddings: (n, features) float32 of length 1, as `unit` gives them.

        Raises:
            ValueError: another shape or dtype, or another length.
        """
        embeddings = checks.as_array("embeddings", embeddings)
        if embeddings.ndim != 2 or embeddings.shape[1] != self.features or embeddings.dtype.newbyteorder("=") != np.float32:
            raise ValueError(f"embeddings: expected (n, {self.features}) of float32, got {checks.quoted(embeddings)}")
        _check_unit("embeddings", embeddings)
        after = len(self) + len(embeddings)
        if after > len(self._store):  # at least twice the room, so that each embedding is copied once or twice on average
            store = np.empty((max(after, 2 * len(self._store)), self.features), np.float32)
            store[: len(self)] = self.embeddings
            self._store = store
        self._store[len(self) : after] = embeddings
        self._rows = after

    def remove(self, row: int) -> None:
        """Remove a row; those below it move up by one. Takes longer the more there are.

        Raises:
            ValueError: there is no such row.
        """
        self._check_not_empty("row")
        row = checks.whole_number("row", row, 0, len(self) - 1)
        self._store[row : len(self) - 1] = self._store[row + 1 : len(self)]
        self._rows -= 1

    def distances(self, rows: ArrayLike, query: ArrayLike) -> Float64Array:
        """Return the Euclidean distances of one embedding to some rows, computed in float64: 0 from itself.

        Args:
            rows: (n,) int.
            query: (features,) numbers.

        Returns:
            (n,) from 0 to 2.

        Raises:
            ValueError: there is no such row, or the query has another shape.
        """
        rows = checks.as_array("rows", rows)
        if rows.size:
            self._check_not_empty("rows")
        if rows.ndim != 1 or (rows.size and (rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= len(self))):
            raise ValueError(f"rows: expected whole numbers from 0 to {len(self) - 1}, (n,), got {checks.quoted(rows)}")
        query = checks.numbers("query", query, f"({self.features},)", finite=False)
        return self._distances(rows.astype(np.int64), query.astype(np.float64))

    def _check_not_empty(self, name: str) -> None:
        if not len(self):
            raise ValueError(f"{name}: the index is empty, there is no row to name; add embeddings first")

    def _distances(self, rows: IntArray, query: Float64Array) -> Float64Array:
        blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
        return np.concatenate([euclidean(self._store[block], query) for block in blocks] or [np.empty(0)])

    def search(self, queries: ArrayLike, k: int) -> tuple[Float64Array, IntArray]:
        """Return the k nearest to each query, the nearest first; among equally near ones, the first added comes first.

        Args:
            queries: (n, features) float32 of length 1, as `unit` gives them.
            k: how many; all where there are fewer.

        Returns:
            Distances and rows, as FAISS and scikit-learn order them: each (n, k), or (n, all).

        Raises:
            ValueError: another shape; k is not a whole number above 0.
        """
        k = min(checks.whole_number("k", k), len(self))
        queries = checks.numbers("queries", queries, f"(n, {self.features})", empty=True).astype(np.float32, copy=False)
        _check_unit("queries", queries)
        distances, nearest = np.empty((len(queries), k)), np.empty((len(queries), k), np.int64)
        for start in range(0, len(queries) if k else 0, _QUERIES):
            block = queries[start : start + _QUERIES]
            for i, rows in enumerate(self._candidates(block, k), start):
                measured = self._distances(rows, queries[i].astype(np.float64))
                order = np.argsort(measured, kind="stable")[:k]
                distances[i], nearest[i] = measured[order], rows[order]
        return distances, nearest

    def _candidates(self, queries: Float32Array, k: int) -> Iterator[IntArray]:
        """For each query, rows in rising order among which the k nearest are: few, unless many are equally near."""
        largest = self._largest_scores(queries)
        # Each of the k best segments has a row that scores its largest: so all of the k nearest score the least of these.
        skipped = max(0, largest.shape[1] - k)
        needed = np.partition(largest, skipped, axis=1)[:, skipped] if skipped else np.full(len(queries), -np.inf)
        # A dot product of n float32 numbers is off by up to n roundings of 2^-24 (N. Higham, "Accuracy and stability of
        # numerical algorithms", 2002, eq. 3.5), the lengths and this line by some more; both scores that are compared are off.
        needed -= (self.features + 4) * np.finfo(np.float32).eps
        for scores, enough in zip(largest, needed, strict=True):
            rows = (np.flatnonzero(scores >= enough)[:, None] * _SEGMENT + np.arange(_SEGMENT)).ravel()
            yield rows[: np.searchsorted(rows, len(self))]

    def _largest_scores(self, queries: Float32Array) -> Float32Array:
        """Return (queries, segments): the largest dot product of each query with each `_SEGMENT` rows."""
        largest = np.empty((len(queries), math.ceil(len(self) / _SEGMENT)), np.float32)
        step = _SCORES // len(queries) // _SEGMENT * _SEGMENT
        memory = np.empty(len(queries) * min(step, len(self)), np.float32)
        for start in range(0, len(self), step):
            rows = self.embeddings[start : start + step]
            scores: NDArray[np.float32] = memory[: len(queries) * len(rows)].reshape(len(queries), len(rows))
            np.matmul(queries, rows.T, out=scores)
            first, whole = start // _SEGMENT, len(rows) // _SEGMENT
            in_segments = scores[:, : whole * _SEGMENT].reshape(len(queries), whole, _SEGMENT)
            in_segments.max(axis=2, out=largest[:, first : first + whole])
            if whole * _SEGMENT < len(rows):
                scores[:, whole * _SEGMENT :].max(axis=1, out=largest[:, first + whole])
        return largest
