"""Functions built in lesson 05, taken out of it, agree with those of the package and with slow and plain computations."""

from itertools import combinations, product

import numpy as np
import pytest

from course_utils.data.faces import load_faces
from course_utils.faces.gallery import Gallery
from course_utils.faces.networks import embed, embedding_network
from course_utils.feedback.bank import find
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON_05 = NOTEBOOKS / "05_face_recognition.ipynb"


def lesson(name: str):
    return functions(LESSON_05, name)[name]


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def encoder():
    return embedding_network()


@pytest.mark.slow
def test_identify_names_whom_the_gallery_names(encoder):
    pictures = load_faces().pictures[:6]
    names = [f"person {k}" for k in range(1, 5)]
    enrolled = embed(encoder, pictures[:4, 0], mirror=True)
    gallery = Gallery(encoder, tau=1.0)
    gallery.enroll_embeddings(names, enrolled)
    queries = pictures[:, 1:4].reshape(-1, 112, 92)  # of the four, and of two strangers
    embeddings = embed(encoder, queries, mirror=True)
    middle = np.median([match.distance for (match,) in gallery.nearest_all(queries, 1)])
    for tau in (middle / 100, middle, 1.9):
        gallery.tau = tau
        answers = [lesson("identify")(query, names, enrolled, tau) for query in embeddings]
        assert answers == [answer or "not recognized" for answer in gallery.identify_all(queries)]
        assert ("not recognized" in answers) == (tau < 1.9)
        assert (set(answers) != {"not recognized"}) == (tau >= middle)


@pytest.mark.parametrize("seed", range(3))
def test_mean_direction_of_the_exercises_is_whom_the_gallery_enrolls(encoder, seed: int):
    embeddings = unit(np.random.default_rng(seed).normal(size=(5, 3, 64)))
    gallery = Gallery(encoder, tau=1.0)
    gallery.enroll_embeddings([str(k) for k in range(5)], embeddings)
    means = np.stack([find("mean_direction").solution(three) for three in embeddings])
    found = gallery.nearest_to_embeddings(means, 1)
    assert [match.name for (match,) in found] == [str(k) for k in range(5)]
    assert max(match.distance for (match,) in found) < 1e-6


@pytest.mark.parametrize("far", [0.0, 1e-4, 0.01, 0.3, 1.0])
def test_far_of_gallery_is_one_minus_the_chance_that_nobody_matches(far: float):
    nobody = 1.0
    for people in range(60):
        assert lesson("far_of_gallery")(far, people) == pytest.approx(1 - nobody, abs=1e-12)
        nobody *= 1 - far


@pytest.mark.parametrize("wanted", [1e-4, 0.01, 0.3, 0.9])
@pytest.mark.parametrize("people", [1, 2, 10, 1000])
def test_far_for_gallery_turns_far_of_gallery_round(wanted: float, people: int):
    far = lesson("far_for_gallery")(wanted, people)
    assert lesson("far_of_gallery")(far, people) == pytest.approx(wanted, rel=1e-9)


def test_far_of_gallery_is_what_independent_comparisons_give():
    matches = np.random.default_rng(0).random((100_000, 12)) < 0.05
    for people in (1, 3, 12):
        assert lesson("far_of_gallery")(0.05, people) == pytest.approx(matches[:, :people].any(axis=1).mean(), abs=0.005)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_strangers_accepted_is_the_mean_over_all_galleries(size: int):
    person = np.repeat(np.arange(4), 2)
    points = np.random.default_rng(4).normal(size=(8, 3))
    distance = np.linalg.norm(points[:, None] - points[None, :], axis=-1)
    shares = []
    for enrolled in combinations(range(4), size):
        ringing = [k for k in range(8) if person[k] not in enrolled]
        for rows in product(*(np.flatnonzero(person == one) for one in enrolled)):
            shares.append(np.mean([min(distance[k, row] for row in rows) <= 1.5 for k in ringing]))
    assert 0.1 < np.mean(shares) < 0.9
    assert lesson("strangers_accepted")(distance, person, 1.5, size, draws=4000) == pytest.approx(np.mean(shares), abs=0.02)
