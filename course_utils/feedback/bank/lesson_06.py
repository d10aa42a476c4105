"""Exercises of lesson 06: what goes into VGG19, what one of its layers computes and sees, distances of features."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.arrays import Float64Array
from course_utils.feedback.exercise import Arguments, Exercise, Mistake, Property

MEAN_BGR = np.array([103.939, 116.779, 123.68])
MEAN_RGB = MEAN_BGR[::-1]


def _pictures(rng: np.random.Generator) -> Iterator[Arguments]:
    """Pictures, RGB from 0 to 255: bytes as high and as wide as they have channels; floats; several at once; pure red."""
    yield (rng.integers(0, 256, (3, 3, 3)).astype(np.uint8),)
    yield (rng.uniform(0, 255, (2, 4, 3)),)
    yield (rng.integers(0, 256, (2, 3, 5, 3)).astype(np.uint8),)
    yield (np.array([[[255.0, 0.0, 0.0], [255.0, 0.0, 0.0]]]),)


def _preprocess(pictures: Any) -> Float64Array:
    turned: Float64Array = np.asarray(pictures, np.float64)[..., ::-1] - MEAN_BGR
    return turned


def _preprocess_in_loops(pictures: Any) -> Float64Array:
    result = np.empty(pictures.shape)
    for k, mean in enumerate((103.939, 116.779, 123.68)):
        result[..., k] = pictures[..., 2 - k] - mean
    return result


def _preprocess_in_keras(pictures: Any) -> Any:
    from course_utils.backend import keras

    return keras.applications.vgg19.preprocess_input(np.array(pictures, np.float64))  # a copy: it changes what it is given


def _preprocess_in_tensorflow(pictures: Any) -> Any:
    from course_utils.backend import tf

    return tf.reverse(tf.cast(pictures, tf.float32), [-1]) - tf.constant([103.939, 116.779, 123.68])


VGG_PREPROCESS = Exercise(
    name="vgg_preprocess",
    objective="turn a picture into the numbers that VGG19 was trained on",
    points=2,
    oracle=_preprocess,
    probes=_pictures,
    right_answers={
        "channel by channel": _preprocess_in_loops,
        "flip": lambda pictures: np.flip(pictures, axis=-1) - MEAN_BGR,
        "means first": lambda pictures: np.take(pictures - MEAN_RGB, [2, 1, 0], axis=-1),
        "matrix": lambda pictures: np.einsum("...c,cd->...d", pictures, np.eye(3)[::-1]) - MEAN_BGR,
        "Keras": _preprocess_in_keras,
        "TensorFlow, float32": _preprocess_in_tensorflow,
    },
    mistakes={
        "not turned round": Mistake(
            lambda pictures: pictures - MEAN_BGR,
            "The means of blue, green, red are taken from red, green, blue. In which order should the channels come out?",
        ),
        "means only": Mistake(
            lambda pictures: pictures - MEAN_RGB,
            "Each colour has lost its own mean, but red is still first. Which colour came first when VGG19 was trained?",
        ),
        "means of other colours": Mistake(
            lambda pictures: pictures[..., ::-1] - MEAN_RGB,
            "The channels are turned round, the means are not: blue loses the mean of red. In which order are the means given?",
        ),
        "no means": Mistake(
            lambda pictures: np.asarray(pictures[..., ::-1], np.float64),
            "The channels are in the right order. Is a grey pixel now near 0, as in the pictures that the network learned "
            "from?",
        ),
        "means added": Mistake(
            lambda pictures: pictures[..., ::-1] + MEAN_BGR,
            "You add the means. Should a picture as bright as the average come out near 0, or twice as bright?",
        ),
        "from 0 to 1": Mistake(
            lambda pictures: pictures[..., ::-1] / 255 - MEAN_BGR,
            "You divide by 255 first, so all pictures look nearly alike in the end. In which range are the means?",
        ),
        "from -1 to 1": Mistake(
            lambda pictures: pictures / 127.5 - 1,
            "You scale to the range from -1 to 1, as other networks want it. What was *this* network trained on?",
        ),
        "twice": Mistake(
            lambda pictures: _preprocess(_preprocess(pictures)),
            "You do it twice: the colours are back in their old order, and two means are gone. How often should it be done?",
        ),
        "all from 0 to 1": Mistake(
            lambda pictures: _preprocess(pictures) / 255,
            "Order and means are right, but your numbers are 255 times too small. Which range do the given pictures have?",
        ),
        "rounded means": Mistake(
            lambda pictures: pictures[..., ::-1] - np.array([103.9, 116.8, 123.7]),
            "Nearly: your means are rounded. How many digits does the task give?",
        ),
        "third axis": Mistake(
            lambda pictures: pictures[:, :, ::-1] - MEAN_BGR,
            "One picture comes out right. With several at once you turn the columns round: which axis holds the colours then?",
        ),
        "upside down": Mistake(
            lambda pictures: pictures[::-1] - MEAN_BGR,
            "`[::-1]` turns the first axis round: the rows, or the pictures of a batch. Which axis holds the colours?",
        ),
        "mean of the picture": Mistake(
            lambda pictures: pictures[..., ::-1] - np.mean(pictures[..., ::-1], axis=(-3, -2), keepdims=True),
            "You subtract the mean of the picture itself. Then a dark picture and a bright one look the same: whose means "
            "does the task give?",
        ),
        "bytes": Mistake(
            lambda pictures: np.trunc(_preprocess(pictures)),
            "Your numbers are whole ones: the decimals were cut off on the way. Which type can hold them?",
        ),
    },
    properties=(
        Property(
            lambda arguments, x: x.shape == arguments[0].shape,
            "The shape should stay: the same pixels, three numbers for each.",
        ),
        Property(
            lambda _, x: bool(x.min() < 0),
            "None of your numbers is below 0. What becomes of a black pixel when the mean is taken away?",
        ),
        Property(
            lambda _, x: bool((x > -124).all() and (x < 152).all()),
            "Some of your numbers are out of reach. The pixels go from 0 to 255, so how far from 0 can they be afterwards?",
        ),
    ),
    hints=(
        "A pixel is pure red. In which of the three places is its 255 afterwards?",
        "The last axis holds the colours. Turn it round, and subtract the three means in the order blue, green, red.",
        "With the means (10, 20, 30) of blue, green, red, the pixel red 100, green 50, blue 0 becomes (-10, 30, 70).",
        "return pictures[..., ::-1] - np.array([103.939, 116.779, 123.68])",
    ),
)


def _network_inputs(rng: np.random.Generator) -> Iterator[Arguments]:
    """What an optimizer leaves behind: BGR minus the means, some of it out of range on both sides; one, several, in range."""
    for shape in ((3, 3, 3), (2, 3, 5, 3)):
        beyond = rng.uniform(-60, 315, shape)
        beyond.reshape(-1, 3)[:2] = [[-40.0, 100.5, 300.0], [290.0, -20.0, 90.25]]
        yield (beyond - MEAN_BGR,)
    yield (rng.uniform(1, 254, (2, 4, 3)) - MEAN_BGR,)
    yield (np.array([[[0.0, 0.0, 255.0], [255.0, 0.0, 0.0]]]) - MEAN_BGR,)


def _deprocess(x: Float64Array) -> Any:
    return np.clip((x + MEAN_BGR)[..., ::-1], 0, 255)


def _deprocess_in_loops(x: Float64Array) -> Float64Array:
    result = np.empty(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        blue, green, red = x[place]
        colours = red + 123.68, green + 116.779, blue + 103.939
        result[place] = [min(max(colour, 0.0), 255.0) for colour in colours]
    return result


def _deprocess_in_keras(x: Float64Array) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    return ops.clip(ops.flip(ops.cast(x, "float32") + ops.convert_to_tensor([103.939, 116.779, 123.68]), axis=-1), 0, 255)


VGG_DEPROCESS = Exercise(
    name="vgg_deprocess",
    objective="turn the network's numbers back into a picture that can be shown",
    points=2,
    oracle=_deprocess,
    probes=_network_inputs,
    right_answers={
        "turned first": lambda x: np.minimum(255, np.maximum(0, x[..., [2, 1, 0]] + MEAN_RGB)),
        "pixel by pixel": _deprocess_in_loops,
        "clipped in the network's range": lambda x: (np.clip(x, -MEAN_BGR, 255 - MEAN_BGR) + MEAN_BGR)[..., ::-1],
        "Keras, float32": _deprocess_in_keras,
        "float32": lambda x: _deprocess(x.astype(np.float32)).astype(np.float32),
    },
    mistakes={
        "not clipped": Mistake(
            lambda x: (x + MEAN_BGR)[..., ::-1],
            "Some of your values are below 0 or above 255. No colour has such numbers: what should become of them?",
        ),
        "clipped too early": Mistake(
            lambda x: (np.clip(x, 0, 255) + MEAN_BGR)[..., ::-1],
            "You clip before the means are back: everything darker than the mean becomes the mean. Where do 0 and 255 hold?",
        ),
        "not turned round": Mistake(
            lambda x: np.clip(x + MEAN_BGR, 0, 255),
            "Red and blue are exchanged. Which step of the way in have you not undone?",
        ),
        "never blue first": Mistake(
            lambda x: np.clip(x + MEAN_RGB, 0, 255),
            "You take x for red, green, blue: the first channel gets the mean of red. Which colour comes first in x?",
        ),
        "third axis": Mistake(
            lambda x: np.clip((x + MEAN_BGR)[:, :, ::-1], 0, 255),
            "One picture comes out right. With several at once you turn the columns round: which axis holds the colours then?",
        ),
        "means of other colours": Mistake(
            lambda x: np.clip(x[..., ::-1] + MEAN_BGR, 0, 255),
            "You turn the channels round first, and then red gets the mean of blue. Which mean belongs to which colour?",
        ),
        "subtracted again": Mistake(
            lambda x: np.clip((x - MEAN_BGR)[..., ::-1], 0, 255),
            "You subtract the means a second time. What undoes a subtraction?",
        ),
        "no means": Mistake(
            lambda x: np.clip(x[..., ::-1], 0, 255),
            "The means are still missing: your picture is much too dark. What was the last step of the way in?",
        ),
        "only below": Mistake(
            lambda x: np.maximum(0, (x + MEAN_BGR)[..., ::-1]),
            "You clip at one end only. What of values that are too bright?",
        ),
        "only above": Mistake(
            lambda x: np.minimum(255, (x + MEAN_BGR)[..., ::-1]),
            "You clip at one end only. What of values that are darker than black?",
        ),
        "from 0 to 1": Mistake(
            lambda x: _deprocess(x) / 255,
            "Your numbers go from 0 to 1. Which range do pictures have everywhere in this course?",
        ),
        "clipped to 1": Mistake(
            lambda x: np.clip((x + MEAN_BGR)[..., ::-1], 0, 1),
            "You clip to the range from 0 to 1, so that nearly everything is as bright as can be. Which range do pictures "
            "have?",
        ),
        "wrapped round": Mistake(
            lambda x: np.floor((x + MEAN_BGR)[..., ::-1]) % 256,
            "Too bright has become dark, and darker than black has become bright: bytes wrap round. What comes before the "
            "bytes?",
        ),
        "bytes": Mistake(
            lambda x: np.floor(_deprocess(x)),
            "Right, except that the decimals were cut off. Which type should the result have?",
        ),
        "rounded": Mistake(
            lambda x: np.round(_deprocess(x)),
            "Right, but rounded to whole numbers. What does the task say about rounding?",
        ),
        "stretched": Mistake(
            lambda x: 255 * ((x + MEAN_BGR)[..., ::-1] - (x + MEAN_BGR).min()) / ((x + MEAN_BGR).max() - (x + MEAN_BGR).min()),
            "You stretch the values until they fit. One pixel that is too bright then darkens all the others: "
            "what would leave them as they are?",
        ),
    },
    properties=(
        Property(
            lambda arguments, rgb: rgb.shape == arguments[0].shape, "The shape should stay: three numbers for each pixel."
        ),
        Property(
            lambda _, rgb: bool(((rgb >= 0) & (rgb <= 255)).all()),
            "Some numbers are too small or too large for a colour. From where to where do the values of a picture go?",
        ),
    ),
    hints=(
        "What undoes each of the two steps of the way in?",
        "Add the means while the order is still blue, green, red. Turn the last axis round. Then clip to 0 and 255.",
        "With the means (10, 20, 30) of blue, green, red, the numbers (-10, 30, 250) are blue 0, green 50, red 280. Red is cut "
        "to 255, and the pixel is (255, 50, 0).",
        "return np.clip((x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 0, 255)",
    ),
)


def _layers(rng: np.random.Generator) -> Iterator[Arguments]:
    """Pictures (height, width, c), kernels (k, k, c, n_C), biases (n_C,); all sizes different, kernels of 3 and of 1."""
    for height, width, c, k, n_C in ((5, 7, 2, 3, 4), (4, 6, 3, 1, 5), (3, 4, 5, 3, 2)):
        yield (
            rng.normal(size=(height, width, c)),
            rng.normal(size=(k, k, c, n_C)),
            rng.uniform(0.5, 1.5, n_C) * (-1) ** np.arange(n_C),
        )


def _sums(x: Any, kernel: Any) -> Any:
    """Sums of products in each window, (height - k + 1, width - k + 1, n_C)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(0, 1))  # (n_H, n_W, c, k, k)
    return np.einsum("ijcuv,uvck->ijk", windows, kernel)


def _convolve(x: Any, kernel: Any, bias: Any) -> Any:
    return np.maximum(0, bias + _sums(x, kernel))


def _convolve_in_loops(x: Float64Array, kernel: Float64Array, bias: Float64Array) -> Float64Array:
    side, _, _, n_C = kernel.shape
    a = np.zeros((x.shape[0] - side + 1, x.shape[1] - side + 1, n_C))
    for i, j, k in np.ndindex(a.shape):
        total = bias[k] + np.sum(x[i : i + side, j : j + side] * kernel[..., k])
        if total > 0:
            a[i, j, k] = total
    return a


def _convolve_by_shifts(x: Float64Array, kernel: Float64Array, bias: Float64Array) -> Float64Array:
    """A matrix product for each place of the kernel, instead of a sum for each place of the picture."""
    side = kernel.shape[0]
    n_H, n_W = x.shape[0] - side + 1, x.shape[1] - side + 1
    a = np.zeros((n_H, n_W, kernel.shape[3])) + bias
    for u, v in np.ndindex(side, side):
        a += x[u : u + n_H, v : v + n_W] @ kernel[u, v]
    return a * (a > 0)


def _convolve_in_scipy(x: Float64Array, kernel: Float64Array, bias: Float64Array) -> Any:
    from scipy.signal import correlate

    maps = [correlate(x, kernel[..., k], mode="valid")[..., 0] + b for k, b in enumerate(bias)]
    return np.stack(maps, axis=-1).clip(min=0)


def _convolve_in_keras(x: Float64Array, kernel: Float64Array, bias: Float64Array) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    sums = ops.conv(ops.cast(x[None], "float32"), ops.cast(kernel, "float32"), padding="valid", data_format="channels_last")
    return ops.relu(sums + ops.cast(bias, "float32"))[0]


def _with_border(x: Float64Array, kernel: Float64Array) -> Float64Array:
    before = (kernel.shape[0] - 1) // 2
    after = kernel.shape[0] - 1 - before
    return np.pad(x, ((before, after), (before, after), (0, 0)))


CONVOLVE = Exercise(
    name="convolve",
    objective="compute the activations of a convolution by hand",
    points=3,
    oracle=_convolve,
    probes=_layers,
    right_answers={
        "loops": _convolve_in_loops,
        "shifts": _convolve_by_shifts,
        "SciPy": _convolve_in_scipy,
        "Keras, float32": _convolve_in_keras,
        "float32": lambda x, kernel, bias: _convolve(x.astype(np.float32), kernel.astype(np.float32), bias.astype(np.float32)),
    },
    mistakes={
        "no ReLU": Mistake(
            lambda x, kernel, bias: bias + _sums(x, kernel),
            "The sums are right, but some of your activations are below 0. What does the layer say where its pattern is not "
            "there?",
        ),
        "no bias": Mistake(
            lambda x, kernel, bias: np.maximum(0, _sums(x, kernel)),
            "Your activations do not depend on the bias. Where does it stand in the formula?",
        ),
        "bias after ReLU": Mistake(
            lambda x, kernel, bias: bias + np.maximum(0, _sums(x, kernel)),
            "You add the bias after ReLU. Then a large negative sum still answers with the bias: which of the two comes first?",
        ),
        "bias subtracted": Mistake(
            lambda x, kernel, bias: np.maximum(0, _sums(x, kernel) - bias),
            "You subtract the bias. Which sign does it have in the formula?",
        ),
        "bias in each product": Mistake(
            lambda x, kernel, bias: np.maximum(0, bias * kernel[..., 0].size + _sums(x, kernel)),
            "You add the bias to each product, so it is added many times. Does it stand inside the sum, or in front of it?",
        ),
        "flipped": Mistake(
            lambda x, kernel, bias: _convolve(x, kernel[::-1, ::-1], bias),
            "You turn the kernel by half a turn, as is usual in mathematics and in signal processing. Does the formula count u "
            "and v backwards?",
        ),
        "flipped with its channels": Mistake(
            lambda x, kernel, bias: _convolve(x, kernel[::-1, ::-1, ::-1], bias),
            "Your kernel is turned round in all directions, channels too, as SciPy's `convolve` does it. Does the formula "
            "count any index backwards?",
        ),
        "channels turned round": Mistake(
            lambda x, kernel, bias: _convolve(x[..., ::-1], kernel, bias),
            "You turn the channels of x round. Their order belongs to the preprocessing: which channel of x goes with which "
            "of the kernel here?",
        ),
        "rows and columns": Mistake(
            lambda x, kernel, bias: _convolve(x, kernel.transpose(1, 0, 2, 3), bias),
            "Rows and columns of the kernel are exchanged: a horizontal edge is taken for a vertical one. Which index "
            "goes with i?",
        ),
        "border of zeros": Mistake(
            lambda x, kernel, bias: _convolve(_with_border(x, kernel), kernel, bias),
            "You put a border of zeros around the picture, as VGG19 does. In this exercise the window stays inside: how "
            "many places does it have?",
        ),
        "absolute": Mistake(
            lambda x, kernel, bias: np.abs(bias + _sums(x, kernel)),
            "You have made negative sums positive. ReLU does something else with them: is the pattern there or not?",
        ),
        "ReLU of each channel": Mistake(
            lambda x, kernel, bias: np.maximum(
                0, bias + sum(np.maximum(0, _sums(x[..., [c]], kernel[:, :, [c]])) for c in range(x.shape[2]))
            ),
            "You apply ReLU to each input channel before they are added up. How often does the maximum stand in the formula?",
        ),
        "mean": Mistake(
            lambda x, kernel, bias: np.maximum(0, bias + _sums(x, kernel) / kernel[..., 0].size),
            "You take the mean of the products. What does the formula do with them?",
        ),
        "first channel": Mistake(
            lambda x, kernel, bias: _convolve(x[..., :1], kernel[:, :, :1], bias),
            "You use the first channel of the picture only. Over which three indices does the sum go?",
        ),
        "kernel of 3": Mistake(
            lambda x, kernel, bias: _convolve(x, np.broadcast_to(kernel, (3, 3, *kernel.shape[2:])), bias),
            "Your window has 3 x 3 places, whatever the kernel. Which of your numbers should follow from the kernel's shape?",
        ),
        "last place left out": Mistake(
            lambda x, kernel, bias: _convolve(x, kernel, bias)[:-1, :-1],
            "The last row and column of places are missing. How many windows of side 3 fit into a row of 4 pixels?",
        ),
    },
    properties=(
        Property(
            lambda arguments, a: a.shape[-1] == arguments[1].shape[3],
            "Each kernel makes one map: how many channels should come out?",
        ),
        Property(lambda _, a: bool((a >= 0).all()), "There are activations below 0. What does ReLU do?"),
    ),
    hints=(
        "How many windows of 3 x 3 fit into a picture of 5 x 7?",
        "For each place cut out the window, all channels of it. Multiply it by one kernel, add everything up, add that "
        "kernel's bias, and put 0 in the place of what is negative.",
        "One channel, and a window of side 2, to keep it short. The picture has the rows (1, 2, 0) and (0, 1, 3), the kernel "
        "has the rows (1, 0) and (0, -1), the bias is 0.5. The first window gives 1 * 1 + 1 * (-1) + 0.5 = 0.5, the second "
        "2 * 1 + 3 * (-1) + 0.5 = -0.5, which ReLU makes 0.",
        "side = kernel.shape[0]\n"
        "n_H, n_W = x.shape[0] - side + 1, x.shape[1] - side + 1\n"
        "a = np.zeros((n_H, n_W, kernel.shape[3]))\n"
        "for i in range(n_H):\n"
        "    for j in range(n_W):\n"
        "        a[i, j] = bias + np.tensordot(x[i : i + side, j : j + side], kernel, axes=3)\n"
        "return np.maximum(0, a)",
    ),
)


def _stacks(rng: np.random.Generator) -> Iterator[Arguments]:
    """Layers from the first to the last, rows of kernel and stride: one; as in VGG19; others with the order mattering."""
    yield (np.array([[int(rng.integers(3, 8)), 1]]),)
    yield (np.array([[3, 1]] * int(rng.integers(2, 5)) + [[2, 2], [3, 1], [3, 1], [2, 2], [3, 1]]),)
    yield (np.array([[int(rng.integers(5, 9)), 2], [3, 1], [2, 3], [int(rng.integers(3, 5)), 1]]),)
    yield (np.array([[1, 2], [4, 3], [1, 1], [int(rng.integers(5, 9)), 2]]),)


def _field(layers: Any) -> int:
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return int(side)


def _field_from_behind(layers: Any) -> int:
    side = 1
    for kernel, stride in layers[::-1]:
        side = (side - 1) * stride + kernel
    return int(side)


def _field_by_places(layers: Any) -> int:
    """The places that are seen, from the last layer to the first."""
    places = {0}
    for kernel, stride in layers[::-1]:
        places = {stride * place + u for place in places for u in range(kernel)}
    return max(places) - min(places) + 1


def _field_of_vgg19(layers: Any) -> int:
    """As the lesson has it, with the network's own numbers."""
    side, step = 1, 1
    for _, stride in layers:
        side, step = (side + step, 2 * step) if stride > 1 else (side + 2 * step, step)
    return side


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    objective="predict how many pixels an activation sees",
    points=2,
    oracle=_field,
    probes=_stacks,
    right_answers={
        "from behind": _field_from_behind,
        "places": _field_by_places,
        "products": lambda layers: 1 + np.sum((layers[:, 0] - 1) * np.cumprod(np.append(1, layers[:-1, 1]))),
        "float32": lambda layers: np.float32(_field_from_behind(layers)),
    },
    mistakes={
        "no strides": Mistake(
            lambda layers: 1 + np.sum(layers[:, 0] - 1),
            "The strides change nothing in your prediction. After a pooling, how many pixels apart are two neighbours?",
        ),
        "kernels added": Mistake(
            lambda layers: np.sum(layers[:, 0]),
            "You add up the kernels. Two windows of 3 in a row: is it 6 pixels that the second one sees? Draw it.",
        ),
        "kernels multiplied": Mistake(
            lambda layers: np.prod(layers[:, 0]),
            "You multiply the kernels, as if their windows did not overlap. How far does the second window reach beyond the "
            "first?",
        ),
        "own stride only": Mistake(
            lambda layers: 1 + np.sum((layers[:, 0] - 1) * layers[:, 1]),
            "Each layer's window is stretched by its own stride and by no other. Which strides move the places apart that it "
            "looks at?",
        ),
        "last stride only": Mistake(
            lambda layers: 1 + np.sum((layers[:, 0] - 1) * np.append(1, layers[:-1, 1])),
            "Your step remembers the stride of the layer before, and forgets all earlier ones. After strides of 2 and 3, how "
            "many pixels apart are two neighbours?",
        ),
        "own stride first": Mistake(
            lambda layers: 1 + np.sum((layers[:, 0] - 1) * np.cumprod(layers[:, 1])),
            "A layer's own stride counts for its own window already. How far apart are the places that it looks *at*?",
        ),
        "kernel times step": Mistake(
            lambda layers: 1 + np.sum(layers[:, 0] * np.cumprod(np.append(1, layers[:-1, 1]))),
            "Each layer adds its whole kernel. One of its places you had before: how many are new?",
        ),
        "one missing": Mistake(
            lambda layers: _field(layers) - 1,
            "One pixel is missing everywhere. How many pixels does a pixel see, before the first layer?",
        ),
        "from the wrong end": Mistake(
            lambda layers: _field(layers[::-1]),
            "You go through the layers in the other order. Which strides are felt by a late layer: those before it, or "
            "after it?",
        ),
        "strides added": Mistake(
            lambda layers: 1 + np.sum((layers[:, 0] - 1) * (1 + np.cumsum(np.append(0, layers[:-1, 1] - 1)))),
            "You add up the strides. After two poolings of stride 2, how many pixels apart are two neighbours? Draw it.",
        ),
        "poolings left out": Mistake(
            lambda layers: _field([(kernel if stride == 1 else 1, stride) for kernel, stride in layers]),
            "A layer with a stride adds nothing to your field. Does it not look at several places, too?",
        ),
        "step": Mistake(
            lambda layers: np.prod(layers[:, 1]),
            "That is how many pixels lie between two neighbours after the last layer. How many does one of them see?",
        ),
        "VGG19 only": Mistake(
            _field_of_vgg19,
            "Your rule has VGG19 built in: windows of 3 and 2, a doubled step. Which numbers of the rows do you not use?",
        ),
        "area": Mistake(
            lambda layers: _field(layers) ** 2,
            "You count all pixels of the square. Which number of the square does the task ask for?",
        ),
    },
    properties=(
        Property(lambda _, side: side.ndim == 0, "One number is asked for: the side after the last layer."),
        Property(
            lambda arguments, side: bool(side >= arguments[0][:, 0].max()),
            "Your field is smaller than one of the kernels. What does the layer with this kernel see?",
        ),
    ),
    hints=(
        "Two activations of a layer are neighbours. How many pixels apart are the windows that they see?",
        "Keep two numbers: the side, and the step between neighbours in pixels. Each layer adds one step for each place of its "
        "window but the first; afterwards its stride multiplies the step.",
        "A kernel of 5 with stride 3: side 5, step 3. Then a kernel of 2 with stride 1: side 5 + 3 = 8.",
        "side, step = 1, 1\nfor kernel, stride in layers:\n    side += (kernel - 1) * step\n    step *= stride\nreturn side",
    ),
)


def _three_activations(rng: np.random.Generator) -> Iterator[Arguments]:
    """Activations of a picture, a changed one, another one, (1, n_H, n_W, n_C); also nothing changed, or into the other."""
    for n_H, n_W, n_C in ((2, 3, 4), (5, 2, 3), (1, 4, 2)):
        a = np.maximum(0.1, rng.normal(size=(1, n_H, n_W, n_C)))
        yield a, a + rng.uniform(0.1, 0.4, a.shape) * rng.choice([-1, 1], a.shape), a + rng.uniform(0.3, 1.5, a.shape)
    a, other = np.maximum(0, rng.normal(size=(2, 1, 3, 2, 2))) + np.array([0.0, 1.0]).reshape(2, 1, 1, 1, 1)
    yield a, a, other
    yield a, other, other


def _norm(a: Any) -> Any:
    return np.sqrt(np.sum(a**2))


def _divide(a: Any, b: Any) -> Any:
    """Infinity where the divisor is 0, as NumPy has it, without its warning."""
    with np.errstate(divide="ignore"):
        return np.divide(a, b)


def _relative(a: Float64Array, b: Float64Array, other: Float64Array) -> Any:
    return _norm(a - b) / _norm(a - other)


def _relative_in_keras(a: Float64Array, b: Float64Array, other: Float64Array) -> Any:
    from course_utils.backend import keras

    ops = keras.ops
    a, b, other = (ops.reshape(ops.cast(x, "float32"), (-1,)) for x in (a, b, other))
    return ops.norm(a - b) / ops.norm(a - other)


def _relative_in_loops(a: Float64Array, b: Float64Array, other: Float64Array) -> float:
    moved = sum((float(p) - float(q)) ** 2 for p, q in zip(a.flat, b.flat, strict=True))
    yardstick = sum((float(p) - float(q)) ** 2 for p, q in zip(a.flat, other.flat, strict=True))
    return float((moved / yardstick) ** 0.5)


RELATIVE_DISTANCE = Exercise(
    name="relative_distance",
    objective="measure a change of features with a yardstick that fits the layer",
    points=2,
    oracle=_relative,
    probes=_three_activations,
    right_answers={
        "norm": lambda a, b, other: np.linalg.norm((a - b).ravel()) / np.linalg.norm((a - other).ravel()),
        "mean squares": lambda a, b, other: (np.mean((a - b) ** 2) / np.mean((a - other) ** 2)) ** 0.5,
        "loops": _relative_in_loops,
        "Keras, float32": _relative_in_keras,
        "float32": lambda a, b, other: _relative(a.astype(np.float32), b.astype(np.float32), other.astype(np.float32)),
    },
    mistakes={
        "squares": Mistake(
            lambda a, b, other: np.sum((a - b) ** 2) / np.sum((a - other) ** 2),
            "You divide squared distances. Half as far away then counts as a quarter: what is missing?",
        ),
        "absolute": Mistake(
            lambda a, b, other: np.abs(a - b).sum() / np.abs(a - other).sum(),
            "You add up the differences without squaring them. How was the Euclidean distance defined in lesson 1?",
        ),
        "not divided": Mistake(
            lambda a, b, other: _norm(a - b),
            "That is the distance in the units of this layer. Could you compare it with one of another layer?",
        ),
        "upside down": Mistake(
            lambda a, b, other: _divide(_norm(a - other), _norm(a - b)),
            "Your number grows when the changed picture comes *nearer*. Which of the distances is the yardstick?",
        ),
        "yardstick from the changed one": Mistake(
            lambda a, b, other: _divide(_norm(a - b), _norm(b - other)),
            "Your yardstick starts at the changed picture, so it is another one for every change. Where should both "
            "distances start?",
        ),
        "length of the features": Mistake(
            lambda a, b, other: _norm(a - b) / _norm(a),
            "You divide by the length of the features, their distance from 0. From which picture to which goes the yardstick?",
        ),
        "length of the other": Mistake(
            lambda a, b, other: _norm(a - b) / _norm(other),
            "You divide by the length of the other picture's features. The yardstick is a distance: between what?",
        ),
        "difference": Mistake(
            lambda a, b, other: _norm(a - b) - _norm(a - other),
            "You subtract the distances. Does what you get still have the unit of the layer?",
        ),
        "place by place": Mistake(
            lambda a, b, other: np.mean(_divide(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a - other, axis=-1))),
            "You divide at each place and average then. A place where the yardstick is short counts most: when should you "
            "divide?",
        ),
        "share of the way": Mistake(
            lambda a, b, other: _norm(a - b) / (_norm(a - b) + _norm(a - other)),
            "You divide by the sum of both distances. Then a copy as far away as the other picture does not get 1: "
            "what is the yardstick alone?",
        ),
        "one for each place": Mistake(
            lambda a, b, other: np.linalg.norm(a - b, axis=-1) / np.linalg.norm(a - other, axis=-1),
            "You have one number for each place. The task asks for one for the whole layer: over which axes does the sum go?",
        ),
    },
    properties=(
        Property(lambda _, share: share.ndim == 0, "One number is asked for, for all entries of the layer together."),
        Property(lambda _, share: bool(share >= 0), "A distance divided by a distance is never below 0."),
        Property(
            lambda arguments, share: not np.array_equal(arguments[0], arguments[1]) or bool(abs(share) < 1e-3),
            "A picture that was not changed at all should be at no distance. Try it.",
        ),
    ),
    hints=(
        "What should come out if the changed picture is the other picture? And if it was not changed?",
        "Two Euclidean distances over all entries, both from the first picture; then one divided by the other.",
        "Features (1, 2), changed to (4, 6), another picture (1, 12): the distances are 5 and 10, and the result is 0.5.",
        "return np.linalg.norm(a - b) / np.linalg.norm(a - other)",
    ),
)


def _maps(rng: np.random.Generator) -> Iterator[Arguments]:
    """Activations (n_H, n_W, n_C) of even height and width, below 0, too; one with a single bright place in each window."""
    for n_H, n_W, n_C in ((4, 6, 3), (8, 4, 2), (2, 4, 4)):
        yield (rng.normal(size=(n_H, n_W, n_C)) - 0.5,)
    yield (-rng.uniform(1, 2, (4, 4, 1)),)


def _pool(a: Float64Array) -> Any:
    n_H, n_W, n_C = a.shape
    return a.reshape(n_H // 2, 2, n_W // 2, 2, n_C).max(axis=(1, 3))


def _pool_in_loops(a: Float64Array) -> Float64Array:
    pooled = np.full((a.shape[0] // 2, a.shape[1] // 2, a.shape[2]), -np.inf)
    for i, j, k in np.ndindex(a.shape):
        pooled[i // 2, j // 2, k] = max(pooled[i // 2, j // 2, k], a[i, j, k])
    return pooled


def _pool_in_keras(a: Float64Array) -> Any:
    from course_utils.backend import keras

    return keras.ops.max_pool(keras.ops.cast(a[None], "float32"), 2, 2, data_format="channels_last")[0]


def _pool_in_skimage(a: Float64Array) -> Any:
    from skimage.measure import block_reduce

    return block_reduce(a, (2, 2, 1), np.max)


def _corners(a: Float64Array) -> list[Float64Array]:
    """The four places of each window."""
    return [a[u::2, v::2] for u in (0, 1) for v in (0, 1)]


MAX_POOL = Exercise(
    name="max_pool",
    objective="find an error that leaves the shape as it should be",
    points=3,
    oracle=_pool,
    probes=_maps,
    right_answers={
        "corners": lambda a: np.maximum.reduce(_corners(a)),
        "rows, then columns": lambda a: np.maximum(np.maximum(a[::2], a[1::2])[:, ::2], np.maximum(a[::2], a[1::2])[:, 1::2]),
        "loops": _pool_in_loops,
        "scikit-image": _pool_in_skimage,
        "Keras, float32": _pool_in_keras,
    },
    mistakes={
        "four in a row": Mistake(
            lambda a: a.reshape(a.shape[0] // 2, a.shape[1] // 2, 4, a.shape[2]).max(axis=2),
            "This is still the error of the shown function: it takes four numbers that follow each other in memory. Which four "
            "places make a square of 2 x 2?",
        ),
        "far apart": Mistake(
            lambda a: a.reshape(2, a.shape[0] // 2, 2, a.shape[1] // 2, a.shape[2]).max(axis=(0, 2)),
            "You compare places that are half a picture apart. When `reshape` cuts an axis in two, which part counts the "
            "neighbours, the first or the second?",
        ),
        "mean": Mistake(
            lambda a: np.mean(_corners(a), axis=0),
            "The windows are right, but you take their mean. What does *max* pooling keep?",
        ),
        "sum": Mistake(
            lambda a: np.sum(_corners(a), axis=0),
            "The windows are right, but you add up their numbers. What does *max* pooling keep?",
        ),
        "every second": Mistake(
            lambda a: a[::2, ::2],
            "You keep one corner of each window, whatever the others say. What if the strongest answer is in another corner?",
        ),
        "below 0": Mistake(
            lambda a: np.maximum(0, _pool(a)),
            "Where all four numbers are negative you have 0. Is 0 among the four?",
        ),
        "strongest sign": Mistake(
            lambda a: np.max(np.abs(_corners(a)), axis=0),
            "You compare without the sign. Which is the larger one, -3 or 1?",
        ),
        "smallest": Mistake(
            lambda a: np.min(_corners(a), axis=0),
            "You keep the smallest number of each window. Is the pattern of a channel where its answer is weak?",
        ),
        "stride 1": Mistake(
            lambda a: np.maximum.reduce([a[:-1, :-1], a[1:, :-1], a[:-1, 1:], a[1:, 1:]]),
            "Your windows overlap: they move by one place. By how many places must they move to halve the height?",
        ),
        "over the channels": Mistake(
            lambda a: np.broadcast_to(_pool(a).max(axis=-1, keepdims=True), _pool(a).shape),
            "All your channels have become equal. Each channel is pooled by itself: over which axes does the maximum go?",
        ),
        "only rows": Mistake(
            lambda a: np.maximum(a[::2], a[1::2]),
            "The height is halved, the width is not. What happens in the other direction?",
        ),
        "squeezed in one direction": Mistake(
            lambda a: np.maximum(a[::2, ::2], a[1::2, ::2]),
            "You compare two of the four: every second column is thrown away unseen. Which places are in a window?",
        ),
    },
    properties=(
        Property(
            lambda arguments, a: a.shape == (arguments[0].shape[0] // 2, arguments[0].shape[1] // 2, arguments[0].shape[2]),
            "Half the height, half the width, as many channels as before: is it so in your result?",
        ),
        Property(
            lambda arguments, a: bool(np.isclose(a.max(axis=(0, 1)), arguments[0].max(axis=(0, 1)), atol=1e-3).all()),
            "The strongest answer of a channel must still be there after the pooling. Is it in yours?",
        ),
    ),
    hints=(
        "Write the numbers 0 to 15 into a table of 4 x 4, row by row. Which four of them are its first window?",
        "Cut the height into pairs and the width into pairs: that makes two axes of length 2. The maximum goes over these two.",
        "Rows (1, 2, 3, 4) and (5, 0, 0, 9): the windows are 1, 2, 5, 0 and 3, 4, 0, 9, and the result is (5, 9).",
        "height, width, channels = a.shape\nreturn a.reshape(height // 2, 2, width // 2, 2, channels).max(axis=(1, 3))",
    ),
)


EXERCISES = (VGG_PREPROCESS, VGG_DEPROCESS, CONVOLVE, RECEPTIVE_FIELD, RELATIVE_DISTANCE, MAX_POOL)
