"""Predict how many pixels an activation sees."""

import numpy as np

from course_utils.feedback.exercise import exercise


def receptive_field(layers):
    field, spacing = 1, 1
    for side, stride in layers:
        field += (side - 1) * spacing
        spacing *= stride
    return field


def probes(rng):
    """Layers from the first to the last, rows of side and stride: one; as in VGG19; others with the order mattering."""
    yield (np.array([[int(rng.integers(3, 8)), 1]]),)
    yield (np.array([[3, 1]] * int(rng.integers(2, 5)) + [[2, 2], [3, 1], [3, 1], [2, 2], [3, 1]]),)
    yield (np.array([[int(rng.integers(5, 9)), 2], [3, 1], [2, 3], [int(rng.integers(3, 5)), 1]]),)
    yield (np.array([[1, 2], [4, 3], [1, 1], [int(rng.integers(5, 9)), 2]]),)


def field_from_behind(layers):
    side = 1
    for kernel, stride in layers[::-1]:
        side = (side - 1) * stride + kernel
    return int(side)


def field_by_places(layers):
    """The places that are seen, from the last layer to the first."""
    places = {0}
    for kernel, stride in layers[::-1]:
        places = {stride * place + u for place in places for u in range(kernel)}
    return max(places) - min(places) + 1


def field_of_vgg19(layers):
    """As the lesson has it, with the network's own numbers."""
    side, step = 1, 1
    for _, stride in layers:
        side, step = (side + step, 2 * step) if stride > 1 else (side + 2 * step, step)
    return side


right = {
    "from behind": field_from_behind,
    "places": field_by_places,
    "products": lambda layers: 1 + np.sum((layers[:, 0] - 1) * np.cumprod(np.append(1, layers[:-1, 1]))),
    "float32": lambda layers: np.float32(field_from_behind(layers)),
}

wrong = {
    "no strides": lambda layers: 1 + np.sum(layers[:, 0] - 1),
    "kernels added": lambda layers: np.sum(layers[:, 0]),
    "kernels multiplied": lambda layers: np.prod(layers[:, 0]),
    "own stride only": lambda layers: 1 + np.sum((layers[:, 0] - 1) * layers[:, 1]),
    "last stride only": lambda layers: 1 + np.sum((layers[:, 0] - 1) * np.append(1, layers[:-1, 1])),
    "own stride first": lambda layers: 1 + np.sum((layers[:, 0] - 1) * np.cumprod(layers[:, 1])),
    "kernel times step": lambda layers: 1 + np.sum(layers[:, 0] * np.cumprod(np.append(1, layers[:-1, 1]))),
    "one missing": lambda layers: receptive_field(layers) - 1,
    "from the wrong end": lambda layers: receptive_field(layers[::-1]),
    "strides added": lambda layers: 1 + np.sum((layers[:, 0] - 1) * (1 + np.cumsum(np.append(0, layers[:-1, 1] - 1)))),
    "poolings left out": lambda layers: receptive_field([(kernel if stride == 1 else 1, stride) for kernel, stride in layers]),
    "step": lambda layers: np.prod(layers[:, 1]),
    "VGG19 only": field_of_vgg19,
    "area": lambda layers: receptive_field(layers) ** 2,
}

always = {
    "one number": lambda _, side: side.ndim == 0,
    "smaller than a kernel": lambda arguments, side: side >= arguments[0][:, 0].max(),
}

EXERCISE = exercise(
    receptive_field,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
no strides: The strides change nothing in your prediction. After a pooling, how many pixels apart are two neighbours?
kernels added: You add up the sides of the windows. Two windows of 3 in a row: is it 6 pixels that the second one sees? Draw it.
kernels multiplied: You multiply the sides, as if the windows did not overlap. How far does the second window reach beyond
    the first?
own stride only: Each layer's window is stretched by its own stride and by no other. Which strides move the places apart that
    it looks at?
last stride only: Your spacing remembers the stride of the layer before, and forgets all earlier ones. After strides of 2 and 3,
    how many pixels apart are two neighbours?
own stride first: A layer's own stride counts for its own window already. How far apart are the places that it looks *at*?
kernel times step: Each layer adds its whole window. One of its places you had before: how many are new?
one missing: One pixel is missing everywhere. How many pixels does a pixel see, before the first layer?
from the wrong end: You go through the layers in the other order. Which strides are felt by a late layer: those before it, or
    after it?
strides added: You add up the strides. After two poolings of stride 2, how many pixels apart are two neighbours? Draw it.
poolings left out: A layer with a stride adds nothing to your field. Does it not look at several places, too?
step: That is how many pixels lie between two neighbours after the last layer. How many does one of them see?
VGG19 only: Your rule has VGG19 built in: windows of 3 and 2, a doubled spacing. Which numbers of the rows do you not use?
area: You count all pixels of the square. Which number of the square does the task ask for?
one number: One number is asked for: the side after the last layer.
smaller than a kernel: Your field is smaller than one of the windows. What does the layer with this window see?
hint 1: Two activations of a layer are neighbours. How many pixels apart are the windows that they see?
hint 2: Keep two numbers: the field, and the spacing of neighbours in pixels. Each layer adds one spacing for each place of
    its window but the first; afterwards its stride multiplies the spacing.
hint 3: A window of 5 with stride 3: field 5, spacing 3. Then a window of 2 with stride 1: field 5 + 3 = 8.
""",
)
