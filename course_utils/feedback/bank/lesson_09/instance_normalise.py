"""Bring each channel of each picture to one mean and one spread."""

import numpy as np

from course_utils.feedback.exercise import exercise


def instance_normalise(a, gamma, beta):
    mean = a.mean(axis=(1, 2), keepdims=True)
    variance = a.var(axis=(1, 2), keepdims=True)
    return gamma * (a - mean) / np.sqrt(variance + 1e-5) + beta


def probes(rng):
    """Activations (n, n_H, n_W, n_C) of two pictures and of three, of other brightness and contrast, gamma and beta (n_C,).

    One channel is flat in one picture, one varies by a thousandth, and there is one picture alone.
    """
    for shape in ((2, 3, 4, 3), (3, 2, 2, 4), (1, 4, 2, 2)):
        a = (
            rng.normal(size=shape) * rng.uniform(0.5, 3, (shape[0], 1, 1, shape[3]))
            + rng.uniform(-2, 4, shape[0])[:, None, None, None]
        )
        a[0, ..., 0] = rng.uniform(1, 2)
        a[-1, ..., 1] = 1 + 1e-3 * rng.normal(size=shape[1:3])
        yield a, rng.uniform(0.5, 2, shape[3]) * rng.choice([-1, 1], shape[3]), rng.uniform(-1, 1, shape[3])


def normalised(axes, spread=lambda a, axes: np.sqrt(a.var(axis=axes, keepdims=True) + 1e-5)):
    """Normalise over these axes."""
    return lambda a, gamma, beta: gamma * (a - a.mean(axis=axes, keepdims=True)) / spread(a, axes) + beta


def normalised_in_loops(a, gamma, beta):
    out = np.zeros(a.shape)
    for n in range(a.shape[0]):
        for c in range(a.shape[3]):
            channel = a[n, :, :, c]
            scale = gamma[c] / (channel.var() + 1e-5) ** 0.5
            out[n, :, :, c] = scale * channel + beta[c] - scale * channel.mean()
    return out


def normalised_in_tensorflow(a, gamma, beta):
    from course_utils.backend import tf

    mean, variance = tf.nn.moments(tf.constant(a), axes=[1, 2], keepdims=True)
    return tf.nn.batch_normalization(tf.constant(a), mean, variance, beta, gamma, 1e-5)


def without_epsilon(a, gamma, beta):
    with np.errstate(divide="ignore", invalid="ignore"):
        return gamma * (a - a.mean(axis=(1, 2), keepdims=True)) / a.std(axis=(1, 2), keepdims=True) + beta


right = {
    "loops": normalised_in_loops,
    "TensorFlow": normalised_in_tensorflow,
    "mean of squares": lambda a, gamma, beta: (
        gamma
        * (a - a.mean((1, 2), keepdims=True))
        * (((a - a.mean((1, 2), keepdims=True)) ** 2).mean((1, 2), keepdims=True) + 1e-5) ** -0.5
        + beta
    ),
}

wrong = {
    "batch statistics": normalised((0, 1, 2)),
    "all channels together": normalised((1, 2, 3)),
    "each position": normalised((3,)),
    "all together": normalised((0, 1, 2, 3)),
    "rows only": normalised((1,)),
    "no epsilon": without_epsilon,
    "epsilon outside the root": normalised((1, 2), lambda a, axes: a.std(axis=axes, keepdims=True) + 1e-5),
    "no root": normalised((1, 2), lambda a, axes: a.var(axis=axes, keepdims=True) + 1e-5),
    "one less": normalised((1, 2), lambda a, axes: np.sqrt(a.var(axis=axes, keepdims=True, ddof=1) + 1e-5)),
    "mean kept": lambda a, gamma, beta: gamma * a / np.sqrt(a.var((1, 2), keepdims=True) + 1e-5) + beta,
    "contrast kept": lambda a, gamma, beta: gamma * (a - a.mean((1, 2), keepdims=True)) + beta,
    "gamma and beta exchanged": lambda a, gamma, beta: instance_normalise(a, beta, gamma),
    "beta scaled": lambda a, gamma, beta: gamma * instance_normalise(a, 1, beta),
    "not learned": lambda a, gamma, beta: instance_normalise(a, 1, 0),
}

always = {
    "the shape": lambda arguments, out: out.shape == arguments[0].shape,
    "the mean": lambda arguments, out: np.allclose(out.mean(axis=(1, 2)), arguments[2], atol=1e-3),
    "the spread": lambda arguments, out: (out.std(axis=(1, 2)) <= 1.001 * np.abs(arguments[1])).all(),
}

EXERCISE = exercise(
    instance_normalise,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
batch statistics: One mean and one variance for the whole batch: a pale photograph stays paler than its neighbour. Which of the
    axes must each picture keep to itself?
all channels together: You take the mean over the channels as well. A channel that is always strong then stays strong: which
    axes are the positions?
each position: Each position is normalised over its own channels. Which numbers belong to *one* channel of *one* picture?
all together: One mean for everything. Which numbers belong to *one* channel of *one* picture?
rows only: You take the mean along one of the two axes of positions. Which other one is there?
no epsilon: In a flat channel the variance is 0. What do you divide by then?
epsilon outside the root: The small number comes after the root in yours. Where does it stand in the formula?
no root: You divide by the variance. If a photograph has twice the contrast, how many times as large is its variance?
one less: You divide the sum of squares by one less than the number of positions, as for a sample. Are these a sample?
mean kept: You divide the mean by the spread as well, so a bright picture stays bright. What is to be subtracted first?
contrast kept: The mean is gone, the contrast is still there. What do you divide by?
gamma and beta exchanged: One of the two learned numbers stretches, the other one shifts. Which is which in the formula?
beta scaled: Your shift is stretched, too. Which comes first in the formula, gamma times or plus beta?
not learned: Each channel has mean 0 and variance 1 in yours. What are `gamma` and `beta` for?
the shape: The activations keep their shape: four axes go in and come out.
the mean: After the normalisation, what should be the mean of each channel of each picture?
the spread: Some channel varies more than its gamma allows. What do you divide by?
hint 1: Two photographs of one scene, one of them pale. Which numbers should become the same for both?
hint 2: The mean and the variance over the two axes of positions, with `keepdims=True`; subtract, divide by the root, then gamma
    and beta.
hint 3: One channel (1, 3) in one picture, with gamma = 2 and beta = 5: the mean is 2, the variance 1, so (-1, 1), then (3, 7),
    but for the small number under the root.
""",
)
