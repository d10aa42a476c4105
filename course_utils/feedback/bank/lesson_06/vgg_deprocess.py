"""Turn the network's numbers back into a picture that can be shown."""

import numpy as np

from course_utils.feedback.bank.lesson_06.common import MEAN_BGR, MEAN_RGB
from course_utils.feedback.exercise import exercise


def vgg_deprocess(x):
    return np.clip((x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 0, 255)


def probes(rng):
    """What an optimizer leaves behind: BGR minus the means, some of it out of range on both sides; one, several, in range."""
    for shape in ((3, 3, 3), (2, 3, 5, 3)):
        beyond = rng.uniform(-60, 315, shape)
        beyond.reshape(-1, 3)[:2] = [[-40.0, 100.5, 300.0], [290.0, -20.0, 90.25]]
        yield (beyond - MEAN_BGR,)
    yield (rng.uniform(1, 254, (2, 4, 3)) - MEAN_BGR,)
    yield (np.array([[[0.0, 0.0, 255.0], [255.0, 0.0, 0.0]]]) - MEAN_BGR,)


def deprocess_in_loops(x):
    result = np.empty(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        blue, green, red = x[place]
        colours = red + 123.68, green + 116.779, blue + 103.939
        result[place] = [min(max(colour, 0.0), 255.0) for colour in colours]
    return result


def deprocess_in_keras(x):
    from course_utils.backend import keras

    ops = keras.ops
    return ops.clip(ops.flip(ops.cast(x, "float32") + ops.convert_to_tensor([103.939, 116.779, 123.68]), axis=-1), 0, 255)


right = {
    "turned first": lambda x: np.minimum(255, np.maximum(0, x[..., [2, 1, 0]] + MEAN_RGB)),
    "pixel by pixel": deprocess_in_loops,
    "clipped in the network's range": lambda x: (np.clip(x, -MEAN_BGR, 255 - MEAN_BGR) + MEAN_BGR)[..., ::-1],
    "Keras, float32": deprocess_in_keras,
    "float32": lambda x: vgg_deprocess(x.astype(np.float32)).astype(np.float32),
}


def stretched_where_needed(x):
    rgb = (x + MEAN_BGR)[..., ::-1]
    return rgb if rgb.min() >= 0 and rgb.max() <= 255 else 255 * (rgb - rgb.min()) / (rgb.max() - rgb.min())


wrong = {
    "not clipped": lambda x: (x + MEAN_BGR)[..., ::-1],
    "clipped too early": lambda x: (np.clip(x, 0, 255) + MEAN_BGR)[..., ::-1],
    "not turned round": lambda x: np.clip(x + MEAN_BGR, 0, 255),
    "never blue first": lambda x: np.clip(x + MEAN_RGB, 0, 255),
    "third axis": lambda x: np.clip((x + MEAN_BGR)[:, :, ::-1], 0, 255),
    "means of other colours": lambda x: np.clip(x[..., ::-1] + MEAN_BGR, 0, 255),
    "subtracted again": lambda x: np.clip((x - MEAN_BGR)[..., ::-1], 0, 255),
    "no means": lambda x: np.clip(x[..., ::-1], 0, 255),
    "only below": lambda x: np.maximum(0, (x + MEAN_BGR)[..., ::-1]),
    "only above": lambda x: np.minimum(255, (x + MEAN_BGR)[..., ::-1]),
    "from 0 to 1": lambda x: vgg_deprocess(x) / 255,
    "clipped to 1": lambda x: np.clip((x + MEAN_BGR)[..., ::-1], 0, 1),
    "wrapped round": lambda x: np.floor((x + MEAN_BGR)[..., ::-1]) % 256,
    "bytes": lambda x: np.floor(vgg_deprocess(x)),
    "rounded": lambda x: np.round(vgg_deprocess(x)),
    "stretched": lambda x: (
        255 * ((x + MEAN_BGR)[..., ::-1] - (x + MEAN_BGR).min()) / ((x + MEAN_BGR).max() - (x + MEAN_BGR).min())
    ),
    "stretched where needed": stretched_where_needed,
}

always = {
    "the shape": lambda arguments, rgb: rgb.shape == arguments[0].shape,
    "no colour": lambda _, rgb: ((rgb >= 0) & (rgb <= 255)).all(),
}

EXERCISE = exercise(
    vgg_deprocess,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
not clipped: Some of your values are below 0 or above 255. No colour has such numbers: what should become of them?
clipped too early: You clip before the means are back: everything darker than the mean becomes the mean. Where do 0 and 255
    hold?
not turned round: Red and blue are exchanged. Which step of the way in have you not undone?
never blue first: You take x for red, green, blue: the first channel gets the mean of red. Which colour comes first in x?
third axis: One picture comes out right. With several at once you turn the columns round: which axis holds the colours then?
means of other colours: You turn the channels round first, and then red gets the mean of blue. Which mean belongs to which
    colour?
subtracted again: You subtract the means a second time. What undoes a subtraction?
no means: The means are still missing: your picture is much too dark. What was the last step of the way in?
only below: You clip at one end only. What of values that are too bright?
only above: You clip at one end only. What of values that are darker than black?
from 0 to 1: Your numbers go from 0 to 1. Which range do pictures have everywhere in this course?
clipped to 1: You clip to the range from 0 to 1, so that nearly everything is as bright as can be. Which range do pictures
    have?
wrapped round: Too bright has become dark, and darker than black has become bright: bytes wrap round. What comes before the
    bytes?
bytes: Right, except that the decimals were cut off. Which type should the result have?
rounded: Right, but rounded to whole numbers. What does the task say about rounding?
stretched: You stretch the values until they fit. One pixel that is too bright then darkens all the others: what would leave
    them as they are?
stretched where needed: Where some numbers are out of range, you stretch all of them. What should become of those that are
    within it?
the shape: The shape should stay: three numbers for each pixel.
no colour: Some numbers are too small or too large for a colour. From where to where do the values of a picture go?
hint 1: What undoes each of the two steps of the way in?
hint 2: Add the means while the order is still blue, green, red. Turn the last axis round. Then clip to 0 and 255.
hint 3: With the means (10, 20, 30) of blue, green, red, the numbers (-10, 30, 250) are blue 0, green 50, red 280. Red is cut
    to 255, and the pixel is (255, 50, 0).
""",
)
