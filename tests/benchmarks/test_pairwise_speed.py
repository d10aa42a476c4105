"""How fast is `pairwise` beside scikit-learn's `euclidean_distances`? A figure to read, not a test of time.

Run it with `pytest tests/benchmarks -m benchmark -s` on a machine that does nothing else.
"""

import os
import platform
from time import perf_counter

import numpy as np
import pytest
import sklearn
from sklearn.metrics.pairwise import euclidean_distances

from course_utils.faces.distances import pairwise

ROWS, FEATURES, REPEATS = 2000, 128, 15


@pytest.mark.benchmark
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("to_itself", [True, False], ids=["x to itself", "x to y"])
def test_beside_scikit_learn(dtype, to_itself):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, FEATURES)).astype(dtype)
    arguments = (x,) if to_itself else (x, rng.normal(size=(ROWS, FEATURES)).astype(dtype))
    ours, theirs = pairwise(*arguments), euclidean_distances(*arguments)  # also warms up both
    assert ours.dtype == theirs.dtype == dtype
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * theirs.max())

    seconds = {pairwise: [], euclidean_distances: []}
    for _ in range(REPEATS):  # in turn, so that a busy moment hits both
        for function, taken in seconds.items():
            start = perf_counter()
            function(*arguments)
            taken.append(perf_counter() - start)
    median, their_median = (1000 * np.median(taken) for taken in seconds.values())
    print(
        f"\n{ROWS:,} x {FEATURES} {dtype}, {'x to itself' if to_itself else 'x to y'}, median of {REPEATS}: "
        f"pairwise {median:.1f} ms, scikit-learn {their_median:.1f} ms, {their_median / median:.2f} times as fast"
        f"\n  {os.cpu_count()} cores, {platform.processor() or platform.machine()}, {platform.system()}; Python "
        f"{platform.python_version()}, NumPy {np.__version__}, scikit-learn {sklearn.__version__}"
    )
