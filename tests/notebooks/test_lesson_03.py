"""The functions of lesson 03, taken out of it, agree with those of the package, where they should and only there."""

import numpy as np
import pytest

from course_utils.faces import losses
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON_03 = NOTEBOOKS / "03_triplet_loss.ipynb"
GAPS = (0.05, 0.5, 3.0)  # nearly all triplets easy, some, none


def batch(seed: int, people: int = 5, pictures: int = 4, spread: float = 0.5):
    """Return labels and embeddings of a batch of P people with K pictures each, in an order of no meaning."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(people) + 7, pictures))
    embeddings = rng.normal(size=(people + 7, 6))[labels] + spread * rng.normal(size=(len(labels), 6))
    return labels, embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gap", GAPS)
def test_triplet_loss(seed: int, gap: float):
    anchor, positive, negative = np.random.default_rng(seed).normal(size=(3, 30, 5))
    lesson = functions(LESSON_03, "triplet_loss")["triplet_loss"](anchor, positive, negative, gap)
    assert lesson.shape == (30,)
    np.testing.assert_allclose(lesson, losses.triplet_loss(anchor, positive, negative, gap), rtol=1e-12)


@pytest.mark.parametrize("name", ["batch_hard", "semi_hard"])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("spread", [0.1, 0.5, 2.0])  # all triplets easy to most of them hard
def test_losses_of_a_batch(name: str, seed: int, gap: float, spread: float):
    labels, embeddings = batch(seed, spread=spread)
    lesson = functions(LESSON_03, name, f"{name}_triplets")[name]
    assert lesson(embeddings, labels, gap) == pytest.approx(float(getattr(losses, name)(embeddings, labels, gap)), rel=1e-9)


@pytest.mark.parametrize("name", ["batch_hard", "semi_hard"])
def test_losses_of_a_batch_at_one_point_are_the_gap(name: str):
    labels, embeddings = batch(0)
    lesson = functions(LESSON_03, name, f"{name}_triplets")[name]
    assert lesson(0 * embeddings, labels, 0.5) == pytest.approx(0.5)
    assert float(getattr(losses, name)(0 * embeddings, labels, 0.5)) == pytest.approx(0.5)


def test_semi_hard_takes_the_farthest_negative_where_none_is_farther_than_the_positive():
    labels, embeddings = np.array([1, 1, 2, 2]), np.array([[0.0], [9.0], [1.0], [2.0]])
    lesson = functions(LESSON_03, "semi_hard", "semi_hard_triplets")["semi_hard"]
    # Person 1: the positive is 9 away, the farthest negatives of its two pictures 2 and 8. Person 2: easy.
    expected = ((0.5 + 9 - 2) + (0.5 + 9 - 8) + 0 + 0) / 4
    assert lesson(embeddings, labels, 0.5) == pytest.approx(expected)
    assert float(losses.semi_hard(embeddings, labels, 0.5)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_batch_hard_triplets_leave_out_who_has_no_positive(seed: int):
    labels, embeddings = batch(seed)
    labels[0] = 99  # alone
    d = np.linalg.norm(embeddings[:, None] - embeddings, axis=2)
    triplets = functions(LESSON_03, "batch_hard_triplets")["batch_hard_triplets"](labels, d)
    assert triplets[:, 0].tolist() == list(range(1, len(labels)))
    for query, positive, negative in triplets:
        others = [k for k in range(len(labels)) if labels[k] == labels[query] and k != query]
        strangers = [k for k in range(len(labels)) if labels[k] != labels[query]]
        assert positive == max(others, key=lambda k: d[query, k])
        assert negative == min(strangers, key=lambda k: d[query, k])
