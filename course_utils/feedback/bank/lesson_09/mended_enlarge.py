"""Make activations twice as large without a checkerboard."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mended_enlarge(a, kernel):
    copies = a.repeat(2, axis=0).repeat(2, axis=1)
    wide = np.pad(copies, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(wide, (3, 3))
    return np.einsum("hwuv,uv->hw", windows, kernel)


def probes(rng):
    """One channel (n_H, n_W) and a kernel (3, 3) that is no mirror image of itself; a flat channel; one number alone."""
    for shape in ((2, 3), (4, 1), (3, 3)):
        yield rng.uniform(-1, 2, shape), rng.uniform(-1, 2, (3, 3))
    yield np.full((3, 2), 1.5), rng.uniform(0.5, 2, (3, 3))
    yield np.array([[2.0]]), rng.uniform(-1, 1, (3, 3))


def slid(wide, kernel):
    return np.einsum("hwuv,uv->hw", np.lib.stride_tricks.sliding_window_view(wide, (3, 3)), kernel)


def with_gaps(a):
    wide = np.zeros((2 * a.shape[0] + 2, 2 * a.shape[1] + 2))
    wide[1:-1:2, 1:-1:2] = a
    return wide


def doubled(a):
    return np.kron(a, np.ones((2, 2)))


def edged(a):
    return np.pad(a, 1, mode="edge")


def enlarged_in_loops(a, kernel):
    height, width = 2 * a.shape[0], 2 * a.shape[1]
    out = np.zeros((height, width))
    for y, x, u, v in np.ndindex(height, width, 3, 3):
        row, column = min(max(y + u - 1, 0), height - 1), min(max(x + v - 1, 0), width - 1)
        out[y, x] += kernel[u, v] * a[row // 2, column // 2]
    return out


def enlarged_in_scipy(a, kernel):
    from scipy import ndimage

    return ndimage.correlate(doubled(a), kernel, mode="nearest")


def interpolated(a):
    """Copies, and between two different ones their mean."""
    copies = doubled(a)
    copies[1:-1:2] = (copies[1:-1:2] + copies[2::2]) / 2
    return copies


right = {
    "loops": enlarged_in_loops,
    "SciPy": enlarged_in_scipy,
    "Kronecker": lambda a, kernel: slid(edged(doubled(a)), kernel),
    "indices": lambda a, kernel: slid(
        a[np.arange(-1, 2 * a.shape[0] + 1).clip(0, 2 * a.shape[0] - 1) // 2][
            :, np.arange(-1, 2 * a.shape[1] + 1).clip(0, 2 * a.shape[1] - 1) // 2
        ],
        kernel,
    ),
}

wrong = {
    "not mended": lambda a, kernel: slid(with_gaps(a), kernel),
    "four times as bright": lambda a, kernel: 4 * slid(with_gaps(a), kernel),
    "zeros at the edge": lambda a, kernel: slid(np.pad(doubled(a), 1), kernel),
    "slid before": lambda a, kernel: doubled(slid(edged(a), kernel)),
    "kernel turned": lambda a, kernel: mended_enlarge(a, kernel[::-1, ::-1]),
    "kernel transposed": lambda a, kernel: mended_enlarge(a, kernel.T),
    "whole picture repeated": lambda a, kernel: slid(edged(np.tile(a, (2, 2))), kernel),
    "down only": lambda a, kernel: slid(edged(a.repeat(2, axis=0)), kernel),
    "across only": lambda a, kernel: slid(edged(a.repeat(2, axis=1)), kernel),
    "only copied": lambda a, kernel: doubled(a),
    "not enlarged": lambda a, kernel: slid(edged(a), kernel),
    "edge lost": lambda a, kernel: slid(doubled(a), kernel) if min(a.shape) > 1 else np.zeros((0, 0)),
    "divided by the sum": lambda a, kernel: mended_enlarge(a, kernel) / kernel.sum(),
    "in between": lambda a, kernel: slid(edged(interpolated(a)), kernel),
    "edge before the copies": lambda a, kernel: slid(doubled(edged(a))[: 2 * a.shape[0] + 2, : 2 * a.shape[1] + 2], kernel),
}

always = {
    "the shape": lambda arguments, out: out.shape == (2 * arguments[0].shape[0], 2 * arguments[0].shape[1]),
    "flat stays flat": lambda arguments, out: np.ptp(arguments[0]) > 0 or np.ptp(out) <= 1e-4 * np.abs(out).max(),
}

EXERCISE = exercise(
    mended_enlarge,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
not mended: That is the fellow student's function. At how many of the nine places does the window find a number that is not 0:
    everywhere at equally many?
four times as bright: Brighter, and still a checkerboard. At how many of the nine places does the window find a number?
zeros at the edge: Inside all is well; at the edge the window finds zeros. What is to stand there?
slid before: You slide the kernel first and copy then, so four neighbours are always the same. Which comes first?
kernel turned: Your kernel is turned by half a circle. In this course a convolution lays it on as it is.
kernel transposed: Rows and columns of your kernel are exchanged. What does its first index count?
whole picture repeated: You put four pictures side by side. Where should the copies of one number be?
down only: Your picture becomes taller, not wider. Along which axes is each number to be doubled?
across only: Your picture becomes wider, not taller. Along which axes is each number to be doubled?
only copied: The copies are there. And the kernel?
not enlarged: You slide the kernel over the picture as it is. What happens to its size first?
edge lost: Your result has two rows and two columns too few. What is put around the copies before the window slides?
divided by the sum: You divide by the sum of the kernel. The kernel is learned: should its size be lost?
in between: You mix neighbours before the kernel does. What is to stand in the new places: something in between, or a copy?
edge before the copies: You put the edge around first and copy then, so all has moved by a place. Around what is the edge to
    be put?
the shape: Twice as tall and twice as wide.
flat stays flat: A flat channel has become a pattern. What does each window find when all numbers are the same?
hint 1: On paper: a flat channel of ones, zeros in between. Lay a window of 3 by 3 on two neighbouring places, count the ones.
hint 2: Copy each number to two by two places, with `repeat` along both axes. Then put the outermost numbers once more around it
    (`np.pad`, mode "edge"), and slide the window.
hint 3: In one dimension: (1, 5) becomes (1, 1, 5, 5), with its edges (1, 1, 1, 5, 5, 5). The kernel (0, 1, 2) gives 1 + 2 = 3,
    then 1 + 10 = 11, then 15 and 15.
""",
)
