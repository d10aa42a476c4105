"""Compute the activations of a convolution by hand."""

import numpy as np

from course_utils.feedback.exercise import exercise


def convolve(x, kernel, bias):
    side = kernel.shape[0]
    n_H, n_W = x.shape[0] - side + 1, x.shape[1] - side + 1
    a = np.zeros((n_H, n_W, kernel.shape[3]))
    for i in range(n_H):
        for j in range(n_W):
            a[i, j] = bias + np.tensordot(x[i : i + side, j : j + side], kernel, axes=3)
    return np.maximum(0, a)


def probes(rng):
    """Pictures (height, width, c), kernels (k, k, c, n_C), biases (n_C,); all sizes different, kernels of 3 and of 1."""
    for height, width, c, k, n_C in ((5, 7, 2, 3, 4), (4, 6, 3, 1, 5), (3, 4, 5, 3, 2)):
        yield (
            rng.normal(size=(height, width, c)),
            rng.normal(size=(k, k, c, n_C)),
            rng.uniform(0.5, 1.5, n_C) * (-1) ** np.arange(n_C),
        )


def _sums(x, kernel):
    """Sums of products in each window, (height - k + 1, width - k + 1, n_C)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(0, 1))  # (n_H, n_W, c, k, k)
    return np.einsum("ijcuv,uvck->ijk", windows, kernel)


def convolve_in_loops(x, kernel, bias):
    side, _, _, n_C = kernel.shape
    a = np.zeros((x.shape[0] - side + 1, x.shape[1] - side + 1, n_C))
    for i, j, k in np.ndindex(a.shape):
        total = bias[k] + np.sum(x[i : i + side, j : j + side] * kernel[..., k])
        if total > 0:
            a[i, j, k] = total
    return a


def convolve_by_shifts(x, kernel, bias):
    """A matrix product for each place of the kernel, instead of a sum for each place of the picture."""
    side = kernel.shape[0]
    n_H, n_W = x.shape[0] - side + 1, x.shape[1] - side + 1
    a = np.zeros((n_H, n_W, kernel.shape[3])) + bias
    for u, v in np.ndindex(side, side):
        a += x[u : u + n_H, v : v + n_W] @ kernel[u, v]
    return a * (a > 0)


def convolve_in_scipy(x, kernel, bias):
    from scipy.signal import correlate

    maps = [correlate(x, kernel[..., k], mode="valid")[..., 0] + b for k, b in enumerate(bias)]
    return np.stack(maps, axis=-1).clip(min=0)


def convolve_in_keras(x, kernel, bias):
    from course_utils.backend import keras

    ops = keras.ops
    sums = ops.conv(ops.cast(x[None], "float32"), ops.cast(kernel, "float32"), padding="valid", data_format="channels_last")
    return ops.relu(sums + ops.cast(bias, "float32"))[0]


def with_border(x, kernel):
    before = (kernel.shape[0] - 1) // 2
    after = kernel.shape[0] - 1 - before
    return np.pad(x, ((before, after), (before, after), (0, 0)))


right = {
    "loops": convolve_in_loops,
    "shifts": convolve_by_shifts,
    "SciPy": convolve_in_scipy,
    "Keras, float32": convolve_in_keras,
    "float32": lambda *arguments: convolve(*(a.astype(np.float32) for a in arguments)).astype(np.float32),
}

wrong = {
    "no ReLU": lambda x, kernel, bias: bias + _sums(x, kernel),
    "no bias": lambda x, kernel, bias: np.maximum(0, _sums(x, kernel)),
    "bias after ReLU": lambda x, kernel, bias: bias + np.maximum(0, _sums(x, kernel)),
    "bias subtracted": lambda x, kernel, bias: np.maximum(0, _sums(x, kernel) - bias),
    "bias in each product": lambda x, kernel, bias: np.maximum(0, bias * kernel[..., 0].size + _sums(x, kernel)),
    "flipped": lambda x, kernel, bias: convolve(x, kernel[::-1, ::-1], bias),
    "flipped with its channels": lambda x, kernel, bias: convolve(x, kernel[::-1, ::-1, ::-1], bias),
    "channels turned round": lambda x, kernel, bias: convolve(x[..., ::-1], kernel, bias),
    "rows and columns": lambda x, kernel, bias: convolve(x, kernel.transpose(1, 0, 2, 3), bias),
    "border of zeros": lambda x, kernel, bias: convolve(with_border(x, kernel), kernel, bias),
    "absolute": lambda x, kernel, bias: np.abs(bias + _sums(x, kernel)),
    "ReLU of each channel": lambda x, kernel, bias: np.maximum(
        0, bias + sum(np.maximum(0, _sums(x[..., [c]], kernel[:, :, [c]])) for c in range(x.shape[2]))
    ),
    "mean": lambda x, kernel, bias: np.maximum(0, bias + _sums(x, kernel) / kernel[..., 0].size),
    "first channel": lambda x, kernel, bias: convolve(x[..., :1], kernel[:, :, :1], bias),
    "kernel of 3": lambda x, kernel, bias: convolve(x, np.broadcast_to(kernel, (3, 3, *kernel.shape[2:])), bias),
    "last place left out": lambda x, kernel, bias: convolve(x, kernel, bias)[:-1, :-1],
}

always = {
    "a map a kernel": lambda arguments, a: a.shape[-1] == arguments[1].shape[3],
    "below 0": lambda _, a: (a >= 0).all(),
}

EXERCISE = exercise(
    convolve,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
no ReLU: The sums are right, but some of your activations are below 0. What does the layer say where its pattern is not there?
no bias: Your activations do not depend on the bias. Where does it stand in the formula?
bias after ReLU: You add the bias after ReLU. Then a large negative sum still answers with the bias: which of the two comes
    first?
bias subtracted: You subtract the bias. Which sign does it have in the formula?
bias in each product: You add the bias to each product, so it is added many times. Does it stand inside the sum, or in front
    of it?
flipped: You turn the kernel by half a turn, as is usual in mathematics and in signal processing. Does the formula count u and
    v backwards?
flipped with its channels: Your kernel is turned round in all directions, channels too, as SciPy's `convolve` does it. Does
    the formula count any index backwards?
channels turned round: You turn the channels of x round. Their order belongs to the preprocessing: which channel of x goes
    with which of the kernel here?
rows and columns: Rows and columns of the kernel are exchanged: a horizontal edge is taken for a vertical one. Which index
    goes with i?
border of zeros: You put a border of zeros around the picture, as VGG19 does. In this exercise the window stays inside: how
    many places does it have?
absolute: You have made negative sums positive. ReLU does something else with them: is the pattern there or not?
ReLU of each channel: You apply ReLU to each input channel before they are added up. How often does the maximum stand in the
    formula?
mean: You take the mean of the products. What does the formula do with them?
first channel: You use the first channel of the picture only. Over which three indices does the sum go?
kernel of 3: Your window has 3 x 3 places, whatever the kernel. Which of your numbers should follow from the kernel's shape?
last place left out: The last row and column of places are missing. How many windows of side 3 fit into a row of 4 pixels?
a map a kernel: Each kernel makes one map: how many channels should come out?
below 0: There are activations below 0. What does ReLU do?
hint 1: How many windows of 3 x 3 fit into a picture of 5 x 7?
hint 2: For each place cut out the window, all channels of it. Multiply it by one kernel, add everything up, add that kernel's
    bias, and put 0 in the place of what is negative.
hint 3: One channel, and a window of side 2, to keep it short. The picture has the rows (1, 2, 0) and (0, 1, 3), the kernel
    has the rows (1, 0) and (0, -1), the bias is 0.5. The first window gives 1 * 1 + 1 * (-1) + 0.5 = 0.5, the second 2 * 1 +
    3 * (-1) + 0.5 = -0.5, which ReLU makes 0.
""",
)
