"""How fast does a gallery of a million people recognise, and in how much memory? Figures to read, not a test of time.

Beside it, in the same run and in turn: reading the embeddings once from memory, which no exact search of one query can beat,
and the exact (brute force) search of scikit-learn.

Run it with `pytest tests/benchmarks -m benchmark -s` on a machine that does nothing else.
"""

import os
import platform
import tracemalloc
from time import perf_counter

import numpy as np
import pytest
import sklearn
from sklearn.neighbors import NearestNeighbors

from course_utils.faces.gallery import Gallery
from course_utils.faces.networks import FEATURES, embedding_network

PEOPLE, QUERIES, GROUP = 1_000_000, 100, 50


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def synthetic_people(number, rng):
    """People, 64 numbers each, in groups of about 50 who look alike."""
    groups = unit(rng.normal(size=(number // GROUP, FEATURES)).astype(np.float32))
    return unit(groups[rng.integers(len(groups), size=number)] + 0.5 * noise(number, rng))


def another_picture(people, rng):
    return unit(people + 0.7 * noise(len(people), rng))


def noise(number, rng):
    return unit(rng.normal(size=(number, FEATURES)).astype(np.float32))


def gallery_of(people):
    gallery = Gallery(embedding_network(), tau=0.8)
    gallery.enroll_embeddings(map(str, range(len(people))), people)
    return gallery


def medians(repeats, **ways):
    """Return the median time of each way in ms, and what it returned; in turn, so that a busy moment hits all."""
    results = {name: way() for name, way in ways.items()}  # also warms up
    seconds = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = perf_counter()
            way()
            seconds[name].append(perf_counter() - start)
    return {name: 1000 * float(np.median(taken)) for name, taken in seconds.items()}, results


def peak_bytes(way):
    """Return the most memory that NumPy and Python took at once beyond what was there before."""
    tracemalloc.start()
    way()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.fixture(scope="module")
def million():
    rng = np.random.default_rng(0)
    people = synthetic_people(PEOPLE, rng)
    queries = another_picture(people[rng.integers(PEOPLE, size=QUERIES)], rng)
    brute = NearestNeighbors(algorithm="brute").fit(people)
    return gallery_of(people), brute, people, queries


@pytest.mark.benchmark
def test_a_million_people(million):
    gallery, brute, people, queries = million
    as_integers = people.view(np.int64)  # the fastest way found in NumPy to read every byte; float sums and BLAS take longer
    one, results = medians(
        25,
        ours=lambda: gallery.nearest_to_embeddings(queries[:1], 1),
        top_10=lambda: gallery.nearest_to_embeddings(queries[:1], 10),
        sklearn=lambda: brute.kneighbors(queries[:1], 1),
        read=lambda: as_integers.sum(),
    )
    check(results["ours"], results["sklearn"])
    many, results = medians(
        7,
        ours=lambda: gallery.nearest_to_embeddings(queries, 1),
        sklearn=lambda: brute.kneighbors(queries, 1),
    )
    check(results["ours"], results["sklearn"])
    peak_one = peak_bytes(lambda: gallery.nearest_to_embeddings(queries[:1], 1))
    peak_many = peak_bytes(lambda: gallery.nearest_to_embeddings(queries, 1))
    print(
        f"\n{PEOPLE:,} people x {FEATURES} float32, medians; the embeddings take {people.nbytes / 1e6:.0f} MB, "
        f"reading them once takes {one['read']:.1f} ms"
        f"\n  one query: Gallery {one['ours']:.1f} ms, {one['ours'] / one['read']:.2f} times reading (10 nearest "
        f"{one['top_10']:.1f} ms), and {peak_one / 1e6:.1f} MB; scikit-learn {one['sklearn']:.1f} ms, "
        f"{one['sklearn'] / one['ours']:.1f} times as long"
        f"\n  {QUERIES} queries: Gallery {many['ours'] / QUERIES:.2f} ms each, and {peak_many / 1e6:.1f} MB; scikit-learn "
        f"{many['sklearn'] / QUERIES:.2f} ms each, {many['sklearn'] / many['ours']:.1f} times as long"
        f"\n  {machine()}"
    )


def check(ours, theirs):
    """Ours and scikit-learn found the same people, or others as near."""
    expected, rows = theirs
    distance = np.array([matches[0].distance for matches in ours])
    np.testing.assert_allclose(distance, expected[:, 0], atol=1e-3)
    assert np.mean([matches[0].name == str(row) for matches, row in zip(ours, rows[:, 0], strict=True)]) > 0.98


def machine():
    return (
        f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, {platform.system()}; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, scikit-learn {sklearn.__version__}"
    )
