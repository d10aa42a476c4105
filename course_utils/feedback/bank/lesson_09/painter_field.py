"""Predict how far a painter sees: a network in which the picture gets smaller and larger again."""

import numpy as np

from course_utils.feedback.exercise import exercise


def painter_field(layers):
    side, step = 1, 1
    for copies, kernel, stride in layers:
        step = step / copies
        side += (kernel - 1) * step
        step = step * stride
    return side


def probes(rng):
    """Layers from the first to the last, rows of copies, kernel and stride; small, large again, and both in other orders."""
    yield (np.array([[1, int(rng.integers(3, 8)), 1]]),)
    yield (
        np.array([[1, 9, 1], [1, 3, 2], [1, 3, 2], *[[1, 3, 1]] * int(rng.integers(2, 6)), [2, 3, 1], [2, 3, 1], [1, 9, 1]]),
    )
    yield (np.array([[1, int(rng.integers(5, 8)), 4], [1, 3, 1], [2, 5, 1], [1, 3, 2], [4, 7, 1]]),)
    yield (np.array([[2, 3, 1], [1, 5, 4], [1, int(rng.integers(2, 5)), 1], [1, 2, 3]]),)
    yield (np.array([[2, 4, 1], [2, 2, 1], [1, 4, 2]]),)  # half a pixel more than a whole number


def field_with(each):
    """Go through the layers; `each` makes (side, step) of (side, step, copies, kernel, stride)."""

    def field(layers):
        side, step = 1, 1
        for copies, kernel, stride in layers:
            side, step = each(side, step, copies, kernel, stride)
        return side

    return field


def field_from_behind(layers):
    side = 1
    for copies, kernel, stride in layers[::-1]:
        side = ((side - 1) * stride + kernel - 1) / copies + 1
    return side


right = {
    "from behind": field_from_behind,
    "products": lambda layers: (
        1 + np.sum((layers[:, 1] - 1) * np.cumprod(np.append(1, layers[:-1, 2])) / np.cumprod(layers[:, 0]))
    ),
    "float32": lambda layers: np.float32(field_from_behind(layers)),
}

wrong = {
    "copies left out": field_with(lambda side, step, copies, kernel, stride: (side + (kernel - 1) * step, step * stride)),
    "copies after the window": field_with(
        lambda side, step, copies, kernel, stride: (side + (kernel - 1) * step, step * stride / copies)
    ),
    "copies like strides": field_with(
        lambda side, step, copies, kernel, stride: (side + (kernel - 1) * step * copies, step * stride * copies)
    ),
    "copies divide the side": field_with(
        lambda side, step, copies, kernel, stride: (side / copies + (kernel - 1) * step / copies, step * stride / copies)
    ),
    "copies add": field_with(
        lambda side, step, copies, kernel, stride: (side + (kernel + copies - 2) * step, step * stride / copies)
    ),
    "no strides": lambda layers: 1 + np.sum(layers[:, 1] - 1),
    "kernels added": lambda layers: np.sum(layers[:, 1]),
    "own stride first": field_with(
        lambda side, step, copies, kernel, stride: (side + (kernel - 1) * step * stride / copies, step * stride / copies)
    ),
    "whole kernels": field_with(
        lambda side, step, copies, kernel, stride: (side + kernel * step / copies, step * stride / copies)
    ),
    "from the wrong end": lambda layers: painter_field(layers[::-1]),
    "one missing": lambda layers: painter_field(layers) - 1,
    "step": lambda layers: np.prod(layers[:, 2] / layers[:, 0]),
    "area": lambda layers: painter_field(layers) ** 2,
}

always = {
    "one number": lambda _, side: side.size == 1,
    "smaller than its first window": lambda arguments, side: bool((side > (arguments[0][0, 1] - 1) / arguments[0][0, 0]).all()),
}

EXERCISE = exercise(
    painter_field,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
copies left out: The copies change nothing in your prediction. When each activation has become two in a row, how many pixels
    apart are two neighbours?
copies after the window: You halve the step after the window was laid. Does the window look at activations before they were
    copied, or at the copies?
copies like strides: Your copies move neighbours apart. After each has become two, are neighbours nearer or farther apart?
copies divide the side: When an activation is copied, does it forget half of what it has seen?
copies add: You widen the window by the copies. What they change is the step: how far apart are two copies?
no strides: The strides change nothing in your prediction. After a stride of 2, how many pixels apart are two neighbours?
kernels added: You add up the kernels. Two windows of 3 in a row: is it 6 pixels that the second one sees? Draw it.
own stride first: A layer's own stride counts for its own window already. How far apart are the places that it looks *at*?
whole kernels: Each layer adds its whole kernel. One of its places you had before: how many are new?
from the wrong end: You go through the layers in the other order. Which strides are felt by a late layer: those before it, or
    after it?
one missing: One pixel is missing everywhere. How many pixels does a pixel see, before the first layer?
step: That is how many pixels lie between two neighbours after the last layer. How many does one of them see?
area: You count all pixels of the square. Which number of the square does the task ask for?
one number: One number is asked for: the side after the last layer.
smaller than its first window: Your field is smaller than what the first layer sees. Can a later layer see less?
hint 1: Two activations are neighbours. Then each of them is copied to two in a row. How many pixels apart are neighbours now?
hint 2: Keep the side and the step, as in lesson 6. In each layer the copies divide the step first; then the window adds to the
    side; then the stride multiplies the step.
hint 3: A kernel of 5 with stride 4: side 5, step 4. Then two copies and a kernel of 3: the step is 2, the side 5 + 2 * 2 = 9.
""",
)
