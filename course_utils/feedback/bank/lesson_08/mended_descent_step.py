"""Take a step downhill, and stay within the colours."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mended_descent_step(G, gradient, rate):
    return np.clip(G - rate * gradient, 0, 255)


def probes(rng):
    """A picture (height, width, 3), a gradient and a rate; steps up and down, some of them beyond black and white."""
    for (height, width), rate in zip(((2, 3), (4, 1), (1, 2)), (0.5, 2.0, 0.25), strict=True):
        G = rng.uniform(80, 170, (height, width, 3))
        step = rng.uniform(10, 60, G.shape) * rng.choice([-1, 1], G.shape)
        step.flat[:6] = -290, 300, 20.5, -30.25, 0, 340
        G.flat[:6] = 30, 200, 100.25, 120.5, 255, 0
        yield G, step / rate, rate


def descended_in_loops(G, gradient, rate):
    after = G.copy()
    for entry in np.ndindex(*G.shape):
        after[entry] = min(255.0, max(0.0, float(G[entry] - rate * gradient[entry])))
    return after


def descended_in_keras(G, gradient, rate):
    from course_utils.backend import keras

    G, gradient = (keras.ops.cast(one, "float32") for one in (G, gradient))
    return keras.ops.clip(keras.ops.subtract(G, keras.ops.multiply(gradient, rate)), 0, 255)


right = {
    "maximum and minimum": lambda G, gradient, rate: np.minimum(255, np.maximum(0, G - rate * gradient)),
    "loops": descended_in_loops,
    "median": lambda G, gradient, rate: np.median([0 * G, G - rate * gradient, 0 * G + 255], axis=0),
    "where": lambda G, gradient, rate: np.where(
        rate * gradient > G, 0, np.where(G - rate * gradient > 255, 255, G - rate * gradient)
    ),
    "Keras": descended_in_keras,
}

wrong = {
    "step clipped": lambda G, gradient, rate: G - np.clip(rate * gradient, 0, 255),
    "no clip": lambda G, gradient, rate: G - rate * gradient,
    "uphill": lambda G, gradient, rate: np.clip(G + rate * gradient, 0, 255),
    "clipped to 1": lambda G, gradient, rate: np.clip(G - rate * gradient, 0, 1),
    "not clipped below": lambda G, gradient, rate: np.minimum(G - rate * gradient, 255),
    "not clipped above": lambda G, gradient, rate: np.maximum(G - rate * gradient, 0),
    "counted like a clock": lambda G, gradient, rate: (G - rate * gradient) % 256,
    "rounded": lambda G, gradient, rate: np.clip(G - rate * gradient, 0, 255).round(),
    "fractions cut off": lambda G, gradient, rate: np.floor(np.clip(G - rate * gradient, 0, 255)),
    "no rate": lambda G, gradient, rate: np.clip(G - gradient, 0, 255),
    "clipped twice": lambda G, gradient, rate: np.clip(G - np.clip(rate * gradient, 0, 255), 0, 255),
    "gradient clipped": lambda G, gradient, rate: np.clip(G - rate * np.clip(gradient, 0, 255), 0, 255),
    "rate for pixels up to 1": lambda G, gradient, rate: np.clip(G - rate / 255 * gradient, 0, 255),
}

always = {
    "the shape": lambda arguments, after: after.shape == arguments[0].shape,
    "beyond black or white": lambda _, after: ((after >= 0) & (after <= 255)).all(),
    "far beyond": lambda arguments, after: (np.ravel(after)[[1, 0]] == [0, 255]).all(),
}

EXERCISE = exercise(
    mended_descent_step,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
step clipped: That is the fellow student's function: it can only make numbers smaller. What has to lie between 0 and 255: the
    step, or something else?
no clip: The step is right, but some numbers leave the range of colours. What does a picture with 300 in it look like?
uphill: You step along the gradient: that way J grows. Which way is down?
clipped to 1: None of your numbers is above 1, so the picture is black. Which range do the pixels of this course have?
not clipped below: You stop at white. At the other end there are numbers that no colour has.
not clipped above: You stop at black. At the other end there are numbers that no colour has.
counted like a clock: Your numbers begin again at 0 after 255, so what is too light turns dark. Where should they stop?
rounded: You round to whole grey levels. Steps of less than half a level are lost then, and the picture stands still. Does the
    task ask you to round?
fractions cut off: Your numbers are whole: what stands after the point is cut off, and the picture gets darker in each step.
    Does the task ask for whole numbers?
no rate: Your step has the same length with any learning rate. Where does `rate` come in?
clipped twice: You clip the picture, and the step as well, so no number can grow. Which of the two clips is about colours?
gradient clipped: Your picture stays within the colours now, but it still only gets darker. What is cut off from the gradient?
rate for pixels up to 1: You divide the rate by 255, as if the pixels went from 0 to 1. Which range do they have here?
the shape: A step leads from a picture to a picture of the same shape.
beyond black or white: There is a number below 0 or above 255 in your picture. At what moment do you clip, and what?
far beyond: A step that leads far beyond black should end at black, and one far beyond white at white.
hint 1: A number is to become lighter: what sign has its gradient, and what does `np.clip(..., 0, 255)` make of it?
hint 2: First the whole step: picture minus rate times gradient. Then the result is brought into the range of colours.
hint 3: The numbers 10, 100, 250 with the gradient 40, -60, -20 and the rate 0.5: first -10, 130, 260, then 0, 130, 255.
""",
)
