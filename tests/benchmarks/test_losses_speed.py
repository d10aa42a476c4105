"""How fast are `batch_hard` and `semi_hard` beside other libraries' ways of doing it? Figures to read, not a test of time.

Value and gradient with respect to the embeddings, 1,024 x 128 in float32, of 256 people with 4 pictures each, in the same run
and in turn.

TensorFlow Similarity cannot be installed beside this TensorFlow (it asks for 2.11 or older), so its method is written down
here, from version 0.17: `tensorflow_similarity/losses/triplet_loss.py` with `losses/utils.py`, `distances/euclidean.py` and
`algebra.py`. It goes through the whole matrix of distances: masks it in float64, shifted so that what is masked cannot win,
takes extremes along the rows, and lets the gradient run back through all of it. For semi-hard mining it takes the hardest
positive of each anchor only, where ours takes all.

PyTorch Metric Learning needs PyTorch, which this course does not. To measure it too, install both in an environment of its own
and name its Python: `LOSSES_BENCH_TORCH=somewhere/bin/python`. Of its ways (see `losses_in_torch.py`), "semi-hard" takes the
hardest positive of each anchor and the nearest negative beyond it, "all semi-hard" every triplet that is semi-hard.

Run it with `pytest tests/benchmarks -m benchmark -s` on a machine that does nothing else.
"""

import json
import os
import platform
import subprocess
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from course_utils.backend import tf
from course_utils.faces.losses import batch_hard, semi_hard

PEOPLE, PICTURES, FEATURES, GAP, REPEATS = 256, 4, 128, 0.5, 25

# ---- TensorFlow Similarity's way ----


def all_distances(embeddings):
    squares = tf.reduce_sum(tf.square(embeddings), axis=1, keepdims=True)
    squared = squares - 2 * tf.matmul(embeddings, embeddings, transpose_b=True) + tf.transpose(squares)
    is_positive = squared >= 1e-18
    return tf.sqrt(tf.maximum(squared, 1e-18)) * tf.cast(is_positive, tf.float32)


def largest(distances, mask):
    """The largest distance of each row where the mask is true, and its column."""
    distances, mask = tf.cast(distances, tf.float64), tf.cast(mask, tf.float64)
    floor = tf.reduce_min(distances, axis=1, keepdims=True) - 1e-6
    masked = (distances - floor) * mask
    return tf.cast(tf.reduce_max(masked, axis=1, keepdims=True) + floor, tf.float32), tf.argmax(masked, axis=1)


def smallest(distances, mask):
    distances, mask = tf.cast(distances, tf.float64), tf.cast(mask, tf.float64)
    ceiling = tf.reduce_max(distances, axis=1, keepdims=True) + 1e-6
    masked = (distances - ceiling) * mask
    return tf.cast(tf.reduce_min(masked, axis=1, keepdims=True) + ceiling, tf.float32), tf.argmin(masked, axis=1)


def masks(labels):
    same = tf.equal(labels[:, None], labels[None, :])
    return tf.linalg.set_diag(same, tf.zeros(tf.size(labels), tf.bool)), tf.logical_not(same)


def similarity_hard(embeddings, labels):
    distances = all_distances(embeddings)
    is_positive, is_negative = masks(labels)
    positive, _ = largest(distances, is_positive)
    negative, _ = smallest(distances, is_negative)
    return tf.reduce_mean(tf.maximum(positive - negative + GAP, 0))


def similarity_semi_hard(embeddings, labels):
    distances = all_distances(embeddings)
    is_positive, is_negative = masks(labels)
    positive, _ = largest(distances, is_positive)
    limit, _ = largest(distances, is_positive)
    _, farthest = largest(distances, is_negative)
    place = tf.stack([tf.range(tf.size(labels)), tf.cast(farthest, tf.int32)], axis=1)
    only_farthest = tf.tensor_scatter_nd_update(tf.zeros_like(is_negative), place, tf.ones_like(labels, tf.bool))
    negative, _ = smallest(distances, tf.where(distances > limit, is_negative, only_farthest))
    return tf.reduce_mean(tf.maximum(positive - negative + GAP, 0))


# ---- How they are run ----

TENSORFLOW = {
    "batch_hard": batch_hard,
    "TensorFlow Similarity, hard": similarity_hard,
    "semi_hard": semi_hard,
    "TensorFlow Similarity, semi-hard": similarity_semi_hard,
}
PYTORCH = ("hard", "semi-hard", "all semi-hard")
LOSSES_BENCH_TORCH = os.environ.get("LOSSES_BENCH_TORCH")


def batch(people, pictures):
    """A cloud of embeddings for each person, so wide that some are nearer to those of other people."""
    rng = np.random.default_rng(0)
    centre, noise = rng.normal(size=(people, 1, FEATURES)), rng.normal(size=(people, pictures, FEATURES))
    embeddings = (centre + noise).reshape(-1, FEATURES)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return np.repeat(np.arange(people), pictures), embeddings.astype(np.float32)


def in_tensorflow(loss, labels, embeddings):
    """Return a function that computes value and gradient once, and says how many seconds it took."""
    labels, embeddings = tf.constant(labels), tf.constant(embeddings)

    @tf.function
    def value_and_gradient():
        with tf.GradientTape() as tape:
            tape.watch(embeddings)
            value = loss(embeddings, labels)
        return value, tape.gradient(value, embeddings)

    def run():
        start = perf_counter()
        value, gradient = (tensor.numpy() for tensor in value_and_gradient())
        return value, gradient, perf_counter() - start

    return run


def in_pytorch(process, way):
    """The same, in the process of `losses_in_torch.py`."""

    def run():
        print(way, file=process.stdin, flush=True)
        answer = json.loads(process.stdout.readline())
        return answer["value"], np.array(answer["gradient"]), answer["seconds"]

    return run


@contextmanager
def ways(labels, embeddings, folder):
    """Yield the ways that can be run here: {name: function}."""
    found = {name: in_tensorflow(loss, labels, embeddings) for name, loss in TENSORFLOW.items()}
    if LOSSES_BENCH_TORCH is None:
        yield found
        return
    np.savez(folder / "batch.npz", labels=labels, embeddings=embeddings, gap=GAP)
    command = [LOSSES_BENCH_TORCH, Path(__file__).with_name("losses_in_torch.py"), folder / "batch.npz"]
    # By default its threads wait for each other in a loop. Where anything else runs, that made it ten times slower here.
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        print("\n" + process.stdout.readline().strip())
        yield found | {f"PyTorch Metric Learning, {way}": in_pytorch(process, way) for way in PYTORCH}
        process.stdin.close()


def assert_equal(found, *names):
    (value, gradient, _), *others = (found[name] for name in names if name in found)
    for other_value, other_gradient, _ in others:
        assert other_value == pytest.approx(value, rel=1e-5)
        np.testing.assert_allclose(other_gradient, gradient, atol=1e-5 * np.abs(gradient).max())


@pytest.mark.benchmark
def test_they_agree_where_they_mean_the_same(tmp_path):
    """With two pictures of each person, each has one positive, and all mine the same triplets."""
    with ways(*batch(512, 2), tmp_path) as runs:
        found = {name: run() for name, run in runs.items()}
    assert_equal(found, "batch_hard", "TensorFlow Similarity, hard", "PyTorch Metric Learning, hard")
    assert_equal(found, "semi_hard", "TensorFlow Similarity, semi-hard", "PyTorch Metric Learning, semi-hard")


@pytest.mark.benchmark
def test_beside_other_libraries(tmp_path):
    with ways(*batch(PEOPLE, PICTURES), tmp_path) as runs:
        found = {name: run() for name, run in runs.items()}
        for run in runs.values():  # the first run is for building the graph, another one to warm up
            run()
        seconds = {name: [] for name in runs}
        for _ in range(REPEATS):  # in turn, so that a busy moment hits all
            for name, run in runs.items():
                seconds[name].append(run()[-1])
    assert_equal(found, "batch_hard", "TensorFlow Similarity, hard", "PyTorch Metric Learning, hard")
    print(
        f"{PEOPLE} people x {PICTURES} pictures x {FEATURES} float32, value and gradient, median of {REPEATS}; "
        f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, {platform.system()}; Python "
        f"{platform.python_version()}, TensorFlow {tf.__version__}"
    )
    median = {name: 1000 * float(np.median(taken)) for name, taken in seconds.items()}
    for name, milliseconds in median.items():
        ours = "semi_hard" if "semi" in name else "batch_hard"
        print(f"  {name:40s}{milliseconds:8.1f} ms{milliseconds / median[ours]:8.2f} times as long as {ours}")
