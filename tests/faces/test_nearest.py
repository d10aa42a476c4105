"""Tests of course_utils.faces.nearest: finds what a plain loop finds, to the last rounding, and keeps what was added."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.faces.nearest import EmbeddingIndex, lengths, unit


def random_unit(rows, features, seed=0):
    return unit(np.random.default_rng(seed).normal(size=(rows, features)))


def filled(embeddings):
    index = EmbeddingIndex(embeddings.shape[1])
    index.add(embeddings)
    return index


def plain_nearest(embeddings, query, k):
    """The oracle: measure every row, sort; Python's sort keeps the order among equals."""
    measured = []
    for i, row in enumerate(embeddings.tolist()):
        measured.append((math.sqrt(math.fsum((a - b) ** 2 for a, b in zip(row, query.tolist(), strict=True))), i))
    return sorted(measured, key=lambda pair: pair[0])[:k]


def assert_nearest_by_numpy(embeddings, queries, k):
    distances, rows = filled(embeddings).search(queries, k)
    for query, found, far in zip(queries.astype(np.float64), rows, distances, strict=True):
        distance = np.linalg.norm(embeddings - query, axis=1)
        expected = np.argsort(distance, kind="stable")[:k]
        assert found.tolist() == expected.tolist()
        np.testing.assert_allclose(far, distance[expected], rtol=1e-12)


# ---- The search ----


@given(
    rows=st.sampled_from([1, 2, 255, 256, 257, 600]),
    k=st.sampled_from([1, 2, 7, 700]),
    noise=st.sampled_from([0, 1e-7, 1e-6, 1e-3, 1]),
    seed=st.integers(0, 2**32 - 1),
)
def test_finds_what_a_plain_loop_finds_however_close_the_rows_are(rows, k, noise, seed):
    rng = np.random.default_rng(seed)
    embeddings = unit(rng.normal(size=4) + noise * rng.normal(size=(rows, 4)))
    queries = unit(embeddings[rng.integers(rows, size=3)] + noise * rng.normal(size=(3, 4)))
    distances, nearest = filled(embeddings).search(queries, k)
    assert distances.shape == nearest.shape == (3, min(k, rows))
    for query, far, found in zip(queries, distances, nearest, strict=True):
        expected = plain_nearest(embeddings, query, k)
        np.testing.assert_allclose(far, [d for d, _ in expected], rtol=1e-9, atol=1e-15)
        assert len(set(found.tolist())) == min(k, rows)
        for (distance, row), d, i in zip(expected, far, found, strict=True):  # another row only at the same distance
            assert i == row or math.isclose(d, distance, rel_tol=1e-9, abs_tol=1e-15)


def test_finds_the_nearest_of_many_that_float32_products_cannot_tell_apart():
    rng = np.random.default_rng(0)
    middle = unit(rng.normal(size=(1, 64)))
    embeddings, queries = (unit(middle + 1e-4 * rng.normal(size=(n, 64))) for n in (5000, 50))
    assert_nearest_by_numpy(embeddings, queries, 3)


@pytest.mark.slow
def test_many_rows_and_many_queries_take_several_blocks():
    assert_nearest_by_numpy(random_unit(70_000, 4), random_unit(130, 4, seed=1), 3)


def test_one_by_one_or_all_at_once_is_the_same():
    index, queries = filled(random_unit(1000, 4)), random_unit(20, 4, seed=1)
    together = index.search(queries, 5)
    for i in range(20):
        for all_at_once, alone in zip(together, index.search(queries[i : i + 1], 5), strict=True):
            np.testing.assert_array_equal(all_at_once[i], alone[0])


def test_among_equals_the_first_added_comes_first_at_distance_exactly_0():
    two = random_unit(2, 4)
    distances, rows = filled(np.tile(two, (350, 1))).search(two[:1], 350)
    assert rows[0].tolist() == list(range(0, 700, 2))
    assert not distances.any()


def test_no_queries_or_no_rows_give_no_answers():
    for index, queries in ((filled(random_unit(3, 4)), np.empty((0, 4))), (EmbeddingIndex(4), random_unit(2, 4))):
        distances, rows = index.search(queries, 5)
        assert distances.shape == rows.shape == (len(queries), min(5, len(index)))


# ---- What is kept ----


def test_rows_keep_their_order_and_every_digit():
    index, rows = EmbeddingIndex(4), random_unit(6, 4)
    for row in rows:
        index.add(row[None])
    np.testing.assert_array_equal(index.embeddings, rows)
    index.remove(2)
    np.testing.assert_array_equal(index.embeddings, np.delete(rows, 2, axis=0))
    assert len(index) == 5
    assert index.search(rows[3:4], 1)[1].tolist() == [[2]]
    assert index.distances([0, 2], rows[3]).tolist() == [pytest.approx(np.linalg.norm(rows[0] - rows[3])), 0]


def test_growing_one_by_one_copies_each_embedding_about_once(monkeypatch):
    index, rows = EmbeddingIndex(4), random_unit(1000, 4)
    allocated = []
    empty = np.empty
    monkeypatch.setattr(np, "empty", lambda shape, *more: allocated.append(np.prod(shape)) or empty(shape, *more))
    for row in rows:
        index.add(row[None])
    monkeypatch.undo()
    assert sum(allocated) < 6 * rows.size
    np.testing.assert_array_equal(index.embeddings, rows)


@given(st.floats(1e-6, 1e6), st.integers(0, 2**32 - 1))
def test_a_vector_of_unit_is_taken_whatever_its_length_was(scale, seed):
    vectors = scale * np.random.default_rng(seed).normal(size=(20, 7))
    filled(unit(vectors))
    np.testing.assert_allclose(unit(vectors), vectors / np.linalg.norm(vectors, axis=1, keepdims=True), rtol=1e-7)


def test_lengths_are_those_of_a_plain_loop():
    vectors = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(lengths(vectors), [math.hypot(*row) for row in vectors.tolist()], rtol=1e-15)


# ---- Errors ----


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (random_unit(2, 5), r"embeddings: expected \(n, 4\) of float32, got an array of shape \(2, 5\)"),
        (random_unit(2, 4)[0], r"got an array of shape \(4,\)"),
        (random_unit(2, 4).astype(float), "got an array .* float64"),
        (random_unit(2, 4) * np.float32(1.001), r"expected length 1, got one of length 1\.00"),
        (np.full((1, 4), np.nan, np.float32), "length nan"),
    ],
)
def test_what_is_no_embedding_of_length_1_is_neither_added_nor_searched_for(rows, message):
    index = filled(random_unit(3, 4))
    with pytest.raises(ValueError, match=message):
        index.add(rows)
    assert len(index) == 3
    if rows.shape[-1] != 4 or not (np.abs(np.linalg.norm(rows, axis=-1) - 1) < 1e-6).all():
        with pytest.raises(ValueError, match="queries: "):
            index.search(rows, 1)


@pytest.mark.parametrize("bad", [0, -1, 1.0, True, "all", None])
def test_numbers_of_features_neighbours_and_rows_are_whole(bad):
    index = filled(random_unit(3, 4))
    with pytest.raises(ValueError, match="features: expected a whole number from 1 to 65536"):
        EmbeddingIndex(bad)
    with pytest.raises(ValueError, match="features: expected a whole number from 1 to 65536"):
        EmbeddingIndex(2**63)
    with pytest.raises(ValueError, match="k: expected a whole number above 0"):
        index.search(random_unit(1, 4), bad)
    if bad != 0 or isinstance(bad, bool):
        with pytest.raises(ValueError, match="row: expected a whole number from 0 to 2"):
            index.remove(bad)


@pytest.mark.parametrize(("bad", "message"), [(0, "length 0"), (math.nan, "length nan"), (math.inf, "length inf")])
def test_a_vector_without_a_direction_is_refused(bad, message):
    with pytest.raises(ValueError, match=f"vectors: one of {message} has no direction"):
        unit([[1.0, 0.0], [bad, 0.0]])


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_a_vector_whose_squares_cannot_be_told_is_not_called_one_without_direction(size):
    with pytest.raises(ValueError, match=r"vectors: one has entries up to 1e[+-]200, whose squares leave the range of float64"):
        unit([[1.0, 0.0], [size, 0.0]])


def test_an_empty_index_has_no_row():
    index = EmbeddingIndex(4)
    with pytest.raises(ValueError, match="row: the index is empty"):
        index.remove(0)
    with pytest.raises(ValueError, match="rows: the index is empty"):
        index.distances([0], np.ones(4))
    assert index.distances([], np.ones(4)).shape == (0,)


def test_what_the_index_holds_cannot_be_written_to_from_outside():
    index = filled(random_unit(3, 4))
    with pytest.raises(ValueError, match="read-only"):
        index.embeddings[0] = 0
    index.add(random_unit(3, 4))
    index.remove(0)
    assert len(index) == 5
