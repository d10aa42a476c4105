"""Turn a picture into the numbers that VGG19 was trained on."""

import numpy as np

from course_utils.feedback.bank.lesson_06.common import MEAN_BGR, MEAN_RGB
from course_utils.feedback.exercise import exercise


def vgg_preprocess(pictures):
    return pictures[..., ::-1] - np.array([103.939, 116.779, 123.68])


def probes(rng):
    """Pictures, RGB from 0 to 255: bytes as high and as wide as they have channels; floats; several at once; pure red."""
    yield (rng.integers(0, 256, (3, 3, 3)).astype(np.uint8),)
    yield (rng.uniform(0, 255, (2, 4, 3)),)
    yield (rng.integers(0, 256, (2, 3, 5, 3)).astype(np.uint8),)
    yield (np.array([[[255.0, 0.0, 0.0], [255.0, 0.0, 0.0]]]),)


def preprocess_in_loops(pictures):
    result = np.empty(pictures.shape)
    for k, mean in enumerate((103.939, 116.779, 123.68)):
        result[..., k] = pictures[..., 2 - k] - mean
    return result


def preprocess_in_keras(pictures):
    from course_utils.backend import keras

    return keras.applications.vgg19.preprocess_input(np.array(pictures, np.float64))


def preprocess_in_tensorflow(pictures):
    from course_utils.backend import tf

    return tf.reverse(tf.cast(pictures, tf.float32), [-1]) - tf.constant([103.939, 116.779, 123.68])


right = {
    "channel by channel": preprocess_in_loops,
    "flip": lambda pictures: np.flip(pictures, axis=-1) - MEAN_BGR,
    "means first": lambda pictures: np.take(pictures - MEAN_RGB, [2, 1, 0], axis=-1),
    "matrix": lambda pictures: np.einsum("...c,cd->...d", pictures, np.eye(3)[::-1]) - MEAN_BGR,
    "Keras": preprocess_in_keras,
    "TensorFlow, float32": preprocess_in_tensorflow,
}

wrong = {
    "not turned round": lambda pictures: pictures - MEAN_BGR,
    "means only": lambda pictures: pictures - MEAN_RGB,
    "means of other colours": lambda pictures: pictures[..., ::-1] - MEAN_RGB,
    "no means": lambda pictures: np.asarray(pictures[..., ::-1], np.float64),
    "means added": lambda pictures: pictures[..., ::-1] + MEAN_BGR,
    "from 0 to 1": lambda pictures: pictures[..., ::-1] / 255 - MEAN_BGR,
    "from -1 to 1": lambda pictures: pictures / 127.5 - 1,
    "twice": lambda pictures: vgg_preprocess(vgg_preprocess(pictures)),
    "all from 0 to 1": lambda pictures: vgg_preprocess(pictures) / 255,
    "rounded means": lambda pictures: pictures[..., ::-1] - np.array([103.9, 116.8, 123.7]),
    "third axis": lambda pictures: pictures[:, :, ::-1] - MEAN_BGR,
    "upside down": lambda pictures: pictures[::-1] - MEAN_BGR,
    "mean of the picture": lambda pictures: pictures[..., ::-1] - np.mean(pictures[..., ::-1], axis=(-3, -2), keepdims=True),
    "bytes": lambda pictures: np.trunc(vgg_preprocess(pictures)),
}

always = {
    "the shape": lambda arguments, x: x.shape == arguments[0].shape,
    "black pixels": lambda _, x: x.min() < 0,
    "out of reach": lambda _, x: (x > -124).all() and (x < 152).all(),
}

EXERCISE = exercise(
    vgg_preprocess,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
not turned round: The means of blue, green, red are taken from red, green, blue. In which order should the channels come out?
means only: Each colour has lost its own mean, but red is still first. Which colour came first when VGG19 was trained?
means of other colours: The channels are turned round, the means are not: blue loses the mean of red. In which order are the
    means given?
no means: The channels are in the right order. Is a grey pixel now near 0, as in the pictures that the network learned from?
means added: You add the means. Should a picture as bright as the average come out near 0, or twice as bright?
from 0 to 1: You divide by 255 first, so all pictures look nearly alike in the end. In which range are the means?
from -1 to 1: You scale to the range from -1 to 1, as other networks want it. What was *this* network trained on?
twice: You do it twice: the colours are back in their old order, and two means are gone. How often should it be done?
all from 0 to 1: Order and means are right, but your numbers are 255 times too small. Which range do the given pictures have?
rounded means: Nearly: your means are rounded. How many digits does the task give?
third axis: One picture comes out right. With several at once you turn the columns round: which axis holds the colours then?
upside down: `[::-1]` turns the first axis round: the rows, or the pictures of a batch. Which axis holds the colours?
mean of the picture: You subtract the mean of the picture itself. Then a dark picture and a bright one look the same: whose
    means does the task give?
bytes: Your numbers are whole ones: the decimals were cut off on the way. Which type can hold them?
the shape: The shape should stay: the same pixels, three numbers for each.
black pixels: There is a picture for which none of your numbers is below 0. What becomes of a black pixel when the mean is
    taken away?
out of reach: Some of your numbers are out of reach. The pixels go from 0 to 255, so how far from 0 can they be afterwards?
hint 1: A pixel is pure red. In which of the three places is its 255 afterwards?
hint 2: The last axis holds the colours. Turn it round, and subtract the three means in the order blue, green, red.
hint 3: With the means (10, 20, 30) of blue, green, red, the pixel red 100, green 50, blue 0 becomes (-10, 30, 70).
""",
)
