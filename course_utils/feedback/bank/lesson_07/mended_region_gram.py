"""Take the style of one region of a picture, however large it is."""

import numpy as np

from course_utils.feedback.bank.lesson_07.common import wrong_gram
from course_utils.feedback.bank.lesson_07.gram_matrix import gram_matrix
from course_utils.feedback.exercise import exercise


def mended_region_gram(a, mask):
    F = a.reshape(-1, a.shape[3])
    w = mask.reshape(-1, 1)
    return F.T @ (w * F) / w.sum()


def probes(rng):
    """Activations of both signs, (1, n_H, n_W, n_C), and masks (n_H, n_W).

    Soft, hard, one value everywhere, the first position alone, the last one alone.
    """
    masks = (
        rng.uniform(0.1, 0.9, (3, 2)),
        rng.permutation([0.0, 0, 0, 1, 1, 1, 1, 1]).reshape(2, 4),
        np.full((4, 3), 0.5),
        np.eye(1, 6).reshape(3, 2),
        np.eye(1, 6)[:, ::-1].reshape(2, 3),
    )
    for mask in masks:
        yield rng.normal(size=(1, *mask.shape, 3)), mask


def masked(a, mask):
    return mask[None, :, :, None] * a


def region_in_loops(a, mask):
    total, weight = np.zeros((a.shape[3], a.shape[3])), 0.0
    for h in range(a.shape[1]):
        for w in range(a.shape[2]):
            total += mask[h, w] * np.outer(a[0, h, w], a[0, h, w])
            weight += mask[h, w]
    return total / weight


def region_in_keras(a, mask):
    from course_utils.backend import keras

    a, mask = keras.ops.cast(a, "float32")[0], keras.ops.cast(mask, "float32")
    return keras.ops.einsum("hwi,hwj,hw->ij", a, a, mask / keras.ops.sum(mask))


right = {
    "root of the mask": lambda a, mask: gram_matrix(masked(a, np.sqrt(mask))) / mask.sum(),
    "loops": region_in_loops,
    "einsum": lambda a, mask: np.einsum("nhwi,nhwj,hw->ij", a, a, mask) / mask.sum(),
    "Keras": region_in_keras,
    "float32": lambda a, mask: mended_region_gram(a.astype(np.float32), mask.astype(np.float32)),
}

wrong = {
    "not mended": lambda a, mask: gram_matrix(masked(a, mask)) / mask.size,
    "divided by all positions": lambda a, mask: mended_region_gram(a, mask) * mask.mean(),
    "the mask twice": lambda a, mask: gram_matrix(masked(a, mask)) / mask.sum(),
    "divided by squares": lambda a, mask: gram_matrix(masked(a, mask)) / (mask**2).sum(),
    "not divided": lambda a, mask: mended_region_gram(a, mask) * mask.sum(),
    "no mask": lambda a, mask: gram_matrix(a) / mask.size,
    "hard edges": lambda a, mask: mended_region_gram(a, (mask > 0).astype(float)),
    "divided by those inside": lambda a, mask: mended_region_gram(a, mask) * mask.sum() / np.count_nonzero(mask),
    "the mask turned over": lambda a, mask: mended_region_gram(a, np.ascontiguousarray(mask.T).reshape(mask.shape)),
    "reshape without transpose": lambda a, mask: wrong_gram(masked(a, np.sqrt(mask))) / mask.sum(),
    "mean of the channels": lambda a, mask: np.outer(*2 * [masked(a, mask).sum(axis=(0, 1, 2)) / mask.sum()]),
    "hard at a half": lambda a, mask: mended_region_gram(a, (mask >= 0.5 * (mask.max() >= 0.5)).astype(float) * (mask > 0)),
}

always = {
    "rows and columns": lambda arguments, gram: gram.shape == 2 * (arguments[0].shape[3],),
    "not symmetric": lambda _, gram: np.allclose(gram, gram.T),
    "the diagonal": lambda _, gram: (np.diag(gram) >= 0).all(),
    "one value everywhere": lambda arguments, gram: (
        bool(np.ptp(arguments[1]) > 0) or bool(np.allclose(gram, gram_matrix(arguments[0]) / arguments[1].size))
    ),
    "one position": lambda arguments, gram: (
        np.count_nonzero(arguments[1]) > 1 or bool(np.allclose(gram, gram_matrix(masked(*arguments))))
    ),
}

EXERCISE = exercise(
    mended_region_gram,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
not mended: That is what the fellow student's function returns. Try a mask that is 1 in a quarter of the picture: which number
    should it be divided by?
divided by all positions: The mask counts once in each product now. But a small region still has a weak style: by what do you
    divide?
the mask twice: Right for masks of 0 and 1 only. Where the mask is one half, how much does that position count in your sum, and
    how much in what you divide by?
divided by squares: A mask of one half everywhere is right now, but where the mask is soft in places these positions count too
    little. How often does the mask stand in a product of two masked activations?
not divided: You have the sum over the region. What makes it a mean?
no mask: You take the whole picture. What should a position with the mask 0 add?
hard edges: You take every position whose mask is above 0 as if it were inside for good. What does a mask of one half say?
divided by those inside: You divide by how many positions have some weight. If all have the weight one half, should the result
    be half as large?
the mask turned over: The mask lies on other positions than it should. Which of its axes is the height?
reshape without transpose: The mask is right, but the rows of your table are not positions. Which axis comes last in memory?
mean of the channels: You take the mean of each channel first, and multiply afterwards. What has to come first in a Gram matrix?
hard at a half: You cut the mask at a half: inside or not. How much should a position count where the mask is 0.3?
rows and columns: A row and a column for each channel. Which axes have to be added over?
not symmetric: Your matrix is not symmetric. Channel i with channel j is the same as channel j with channel i.
the diagonal: There is a negative number on the diagonal. It is a mean of what?
one value everywhere: A mask with one value everywhere chooses no region. Should the result be another than that of the picture
    as a whole?
one position: Where a single position has the mask 1 and all others 0, that position is all there is. What is the mean over it?
hint 1: What is the mean of 4 and 10, if the first counts with the weight 1 and the second with the weight 0.5?
hint 2: A mean with weights: add up weight times product, and divide by the sum of the weights. Here a product is that of two
    channels at one position. How often does the weight stand in front of it?
hint 3: One channel, three positions: 2, 4 and 6, with the mask 1, 0.5 and 0. The sum is 1 * 4 + 0.5 * 16 + 0 = 12, the weights
    add up to 1.5, so the mean is 8.
""",
)
