"""Predict how many numbers a Siamese network learns."""

from itertools import pairwise

import numpy as np

from course_utils.feedback.exercise import exercise


def parameter_counts(channels, side, features):
    inputs, count = 1, 0
    for outputs in channels:
        count += (9 * inputs + 1) * outputs
        inputs, side = outputs, side // 2
    count += (side * side * inputs + 1) * features
    return np.array([count, 2 * count])


def probes(rng):
    """Channels of the convolutions, the side of a picture, the features of an embedding: some, one convolution, many."""
    yield np.array([4, 8, 16]), 40, 5
    yield np.array([int(rng.integers(3, 7))]), 12, int(rng.integers(2, 5))
    yield np.array([6, 5]), 4 * int(rng.integers(3, 6)), 3
    yield np.array([2, 3, 7, 4]), 48, 32
    yield np.array([1]), 2, 1


def counts_by_shapes(channels, side, features):
    widths = [1, *channels.tolist()]
    shapes = [shape for a, b in pairwise(widths) for shape in ((3, 3, a, b), (b,))]
    left = side // 2 ** len(channels)
    shapes += [(left**2 * widths[-1], features), (features,)]
    one = sum(int(np.prod(shape)) for shape in shapes)
    return [one, one + one]


def counts_of_keras(channels, side, features):
    from course_utils.backend import keras

    layers = [keras.Input((side, side, 1))]
    for outputs in channels.tolist():
        layers += [keras.layers.Conv2D(outputs, 3, padding="same"), keras.layers.MaxPooling2D()]
    one = keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(features)]).count_params()
    return [one, 2 * one]


def counts_but(window=9, bias=1, inputs_too=True, halved=True, flat=True, dense_bias=1):
    """The counts of an encoder, with something left out or put in."""

    def counts(channels, side, features):
        inputs, count, left = 1, 0, side
        for outputs in channels.tolist():
            count += (window * (inputs if inputs_too else 1) + bias) * outputs
            inputs, left = outputs, left // 2 if halved else left
        count += ((left * left if flat else 1) * inputs + dense_bias) * features
        return np.array([count, 2 * count])

    return counts


right = {
    "shapes": counts_by_shapes,
    "Keras": counts_of_keras,
    "floats": lambda channels, side, features: parameter_counts(channels, side, features).astype(float),
    "tuple": lambda channels, side, features: tuple(parameter_counts(channels, side, features).tolist()),
}

wrong = {
    "nothing shared": lambda channels, side, features: parameter_counts(channels, side, features) * [2, 1],
    "all shared": lambda channels, side, features: parameter_counts(channels, side, features) / [1, 2],
    "exchanged": lambda channels, side, features: parameter_counts(channels, side, features)[::-1],
    "no bias": counts_but(bias=0, dense_bias=0),
    "no bias of the windows": counts_but(bias=0),
    "no bias at the end": counts_but(dense_bias=0),
    "one window for all inputs": counts_but(inputs_too=False),
    "three numbers a window": counts_but(window=3),
    "not halved": counts_but(halved=False),
    "places forgotten": counts_but(flat=False),
    "no last layer": lambda channels, side, features: (
        parameter_counts(channels, side, features)
        - parameter_counts(channels, side, features)[0] * np.array([1, 2])
        + np.array([1, 2]) * sum((9 * a + 1) * b for a, b in zip([1, *channels[:-1]], channels, strict=True))
    ),
    "a window for each place": lambda channels, side, features: (
        np.array([1, 2]) * (parameter_counts(channels, side, features)[0] + (9 + 1) * channels[0] * (side * side - 1))
    ),
}

always = {
    "two numbers": lambda _, counts: counts.shape == (2,),
    "whole numbers": lambda _, counts: (counts > 0).all() and (counts == np.round(counts)).all(),
    "two encoders": lambda _, counts: counts[1] == 2 * counts[0],
}

EXERCISE = exercise(
    parameter_counts,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
nothing shared: You count the weights twice for the Siamese network. How many encoders does it have, and how many pictures?
all shared: Two encoders that share nothing have as many numbers in yours as one. What does each of them learn by itself?
exchanged: Both numbers are right, but in the other order. Which one was asked for first?
no bias: You count the weights. What is added to the sum of each window, and of each feature?
no bias of the windows: In the convolutions you count the weights. What is added to the sum of each window?
no bias at the end: In the last layer you count the weights. What is added to the sum of each feature?
one window for all inputs: A window of yours has nine numbers, however many channels come in. Over what does it add?
three numbers a window: How many numbers does a window of 3 by 3 have?
not halved: Your map is as large at the end as the picture. What does each pooling do with its sides?
places forgotten: The last layer sees one number of each channel in yours. How many places has the map that it sees?
no last layer: The convolutions are right. What follows after them?
a window for each place: You count new weights for each place of the first map. Is it not the same window at all places?
two numbers: Two numbers were asked for: one encoder for both pictures, two encoders.
whole numbers: A network has a whole number of weights, and at least one.
two encoders: Two encoders of the same shape that share nothing: how many times one of them is that?
hint 1: A convolution takes 2 channels and makes 3, with windows of 1 by 1. Draw it: how many numbers does it learn?
hint 2: A convolution: window times channels that come in, plus one bias, for each channel that comes out. The last layer: one
    number for each place and channel, plus one bias, for each feature. How large is the map there?
hint 3: Windows of 5 by 5, from 2 channels to 4: (25 * 2 + 1) * 4 = 204. A map of 3 by 3 places with 4 channels to 2 features:
    (36 + 1) * 2 = 74.
""",
)
