"""Predict which pixels excite a channel most."""

import numpy as np

from course_utils.feedback.exercise import exercise


def strongest_patch(kernel):
    return np.where(kernel > 0, 255.0, np.where(kernel < 0, 0.0, 127.5))


def probes(rng):
    """Windows (side, side, 3): of both signs, large and tiny, with zeros, all of one sign, of one pixel."""
    yield (rng.normal(size=(3, 3, 3)),)
    yield (rng.normal(size=(5, 5, 3)) * np.exp(rng.normal(size=(5, 5, 3)) * 3),)
    yield (np.where(rng.random((3, 3, 3)) < 0.3, 0, rng.normal(size=(3, 3, 3))),)
    yield (rng.uniform(0.1, 1, (1, 1, 3)),)
    yield (-rng.uniform(1e-9, 1e-8, (3, 3, 3)),)
    yield (np.eye(27)[0].reshape(3, 3, 3) - np.eye(27)[26].reshape(3, 3, 3),)


def patch_in_loops(kernel):
    patch = np.full(kernel.shape, 127.5)
    for place in np.ndindex(kernel.shape):
        if kernel[place] != 0:
            patch[place] = 255 if kernel[place] > 0 else 0
    return patch


def patch_by_trying(kernel):
    """Try black, grey and white for each number; grey where it makes no difference."""
    tried = np.array([127.5, 0, 255])
    return tried[(kernel[..., None] * tried).argmax(axis=-1)]


def patch_in_keras(kernel):
    from course_utils.backend import keras

    return 127.5 * (1 + keras.ops.sign(keras.ops.cast(kernel, "float32")))


def stretched(kernel):
    low, high = kernel.min(), kernel.max()
    return 255 * (kernel - low) / (high - low) if high > low else np.full_like(kernel, 127.5)


right = {
    "loops": patch_in_loops,
    "trying": patch_by_trying,
    "Keras": patch_in_keras,
    "sign": lambda kernel: 127.5 + 127.5 * np.sign(kernel),
}

wrong = {
    "the window as a picture": stretched,
    "the window with grey for 0": lambda kernel: 127.5 + 127.5 * kernel / np.abs(kernel).max(),
    "the window cut": lambda kernel: np.clip(255 * kernel, 0, 255),
    "the window itself": lambda kernel: kernel / np.linalg.norm(kernel),
    "the other way": lambda kernel: strongest_patch(-kernel),
    "white": lambda kernel: np.full_like(kernel, 255),
    "by size": lambda kernel: np.where(np.abs(kernel) > np.median(np.abs(kernel)), 255.0, 0.0),
    "by channel": lambda kernel: strongest_patch(np.broadcast_to(kernel.mean(axis=(0, 1)), kernel.shape)),
    "by place": lambda kernel: strongest_patch(np.broadcast_to(kernel.mean(axis=2, keepdims=True), kernel.shape)),
    "black where it makes no difference": lambda kernel: np.where(kernel > 0, 255.0, 0.0),
    "white where it makes no difference": lambda kernel: np.where(kernel < 0, 0.0, 255.0),
    "up to 1": lambda kernel: strongest_patch(kernel) / 255,
    "grey is 0": lambda kernel: 127.5 * np.sign(kernel),
}

always = {
    "a patch": lambda arguments, patch: patch.shape == arguments[0].shape,
    "pixels": lambda _, patch: ((patch >= 0) & (patch <= 255)).all(),
    "no difference": lambda arguments, patch: (patch[arguments[0] == 0] == 127.5).all(),
    "weaker than it could be": lambda arguments, patch: np.isclose(
        np.sum(arguments[0] * patch), 255 * np.sum(np.maximum(arguments[0], 0)), rtol=1e-3
    ),
}

EXERCISE = exercise(
    strongest_patch,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
the window as a picture: You paint the window itself, stretched from black to white. Where its number is small but above 0,
    would more light not excite the channel more?
the window with grey for 0: You paint the window itself around grey. Where its number is small but above 0, would more light
    not excite the channel more?
the window cut: You paint the window itself, and cut it. Where its number is small but above 0, would more light not excite the
    channel more?
the window itself: That would be the answer if the *length* of the patch were limited. What is limited here?
the other way: Your patch silences the channel as far as it can. Which numbers want light?
white: A white patch is as bright as can be. What do the numbers of the window that are below 0 say to it?
by size: You look at how large a number is, and not at its sign. What does a large number below 0 do with light?
by channel: You decide for red, green and blue as a whole. Have all places of the window the same sign there?
by place: You decide for a place as a whole, and your patch has no colours. Do red, green and blue have the same sign at a
    place?
black where it makes no difference: Where the window is 0 you paint black. Any value is as good: which does the task ask for?
white where it makes no difference: Where the window is 0 you paint white. Any value is as good: which does the task ask for?
up to 1: Your numbers go up to 1. How bright may a pixel be?
grey is 0: Your pixels go below 0. Between what do they lie?
a patch: The patch has the shape of the window.
pixels: A pixel lies between 0 and 255.
no difference: Where the window is 0, any value is as good. Which one does the task ask for?
weaker than it could be: There is a patch that excites the channel more. Take one pixel: what happens to the sum if it gets
    brighter?
hint 1: A single pixel in grey, and a window of one number, 0.01: which pixel makes the sum largest? And if the number is -0.01?
hint 2: The sum has one term for each number of the patch, and each can be chosen by itself. Make each term as large as it can
    be.
hint 3: Pixels from 0 to 10 and a window (2, -1, 0.5): 10, 0 and 10 give 20 + 0 + 5 = 25. More is not possible.
""",
)
