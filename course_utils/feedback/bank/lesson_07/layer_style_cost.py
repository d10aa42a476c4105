"""Say in one number how far two pictures differ in how they are painted."""

import numpy as np

from course_utils.feedback.bank.inputs import nearly_equal
from course_utils.feedback.bank.lesson_07.common import content_cost, gram_in_loops, two_activations, wrong_gram
from course_utils.feedback.bank.lesson_07.gram_matrix import gram_matrix
from course_utils.feedback.exercise import exercise


def layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    return np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * n_C**2 * (n_H * n_W) ** 2)


def probes(rng):
    """Activations of two pictures; then some that are nearly equal: their Gram matrices are exact in float32, too."""
    yield from two_activations(rng)
    yield tuple(nearly_equal(rng, (2, 1, 2, 1, 3), about=16.0, step=2.0**-6))


right = {
    "mean Gram matrices": lambda a_S, a_G: (
        np.mean(((gram_matrix(a_S) - gram_matrix(a_G)) / (a_S.shape[1] * a_S.shape[2])) ** 2) / 4
    ),
    "loops": lambda a_S, a_G: (
        np.sum((gram_in_loops(a_S) - gram_in_loops(a_G)) ** 2) / (2 * a_S.shape[1] * a_S.shape[2] * a_S.shape[3]) ** 2
    ),
    "einsum": lambda a_S, a_G: (
        np.sum((np.einsum("bhwi,bhwj->ij", a_S, a_S) - np.einsum("bhwi,bhwj->ij", a_G, a_G)) ** 2) / (4 * a_S.size**2)
    ),
    "float32": lambda a_S, a_G: layer_style_cost(a_S.astype(np.float32), a_G.astype(np.float32)),
}

wrong = {
    "positions not squared": lambda a_S, a_G: (
        np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * a_S.shape[3] ** 2 * a_S.shape[1] * a_S.shape[2])
    ),
    "positions not divided": lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * a_S.shape[3] ** 2),
    "channels not squared": lambda a_S, a_G: (
        np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * a_S.shape[3] * (a_S.shape[1] * a_S.shape[2]) ** 2)
    ),
    "not divided": lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2),
    "no four": lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / a_S.size**2,
    "nothing squared below": lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * a_S.size),
    "only the width squared": lambda a_S, a_G: (
        np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * a_S.shape[3] ** 2 * a_S.shape[1] * a_S.shape[2] ** 2)
    ),
    "divided by the channels twice": lambda a_S, a_G: np.mean((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * a_S.size**2),
    "no brackets": lambda a_S, a_G: np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / 4 * a_S.size**2,
    "no Gram matrix": lambda a_S, a_G: np.sum((a_S - a_G) ** 2) / (4 * a_S.size**2),
    "content cost": lambda a_S, a_G: content_cost(a_S, a_G),
    "absolute": lambda a_S, a_G: np.abs(gram_matrix(a_S) - gram_matrix(a_G)).sum() / (4 * a_S.size**2),
    "Gram of the difference": lambda a_S, a_G: np.sum(gram_matrix(a_S - a_G) ** 2) / (4 * a_S.size**2),
    "reshape without transpose": lambda a_S, a_G: np.sum((wrong_gram(a_S) - wrong_gram(a_G)) ** 2) / (4 * a_S.size**2),
    "sum before the square": lambda a_S, a_G: np.sum(gram_matrix(a_S) - gram_matrix(a_G)) ** 2 / (4 * a_S.size**2),
}

always = {
    "below 0": lambda _, cost: (cost >= 0).all(),
}

EXERCISE = exercise(
    layer_style_cost,
    probes,
    right,
    wrong,
    always,
    points=1,
    text="""
positions not squared: Each Gram matrix is a sum over the positions, and the difference of two such sums is squared. How often
    must you divide by n_H n_W?
positions not divided: You divide by 4 and by the channels. A Gram matrix grows with the picture, too: what else stands
    below the fraction line?
channels not squared: The matrix has n_C rows and n_C columns. By how many entries do you divide?
not divided: You have the sum. What stands in front of it in the formula? Without that, large pictures and deep layers win.
no four: Nearly: look once more at the factor in front of the sum.
nothing squared below: You divide by each of the three sizes once. Which of them are squared in the formula?
only the width squared: In Python, `n_H * n_W**2` squares n_W alone. What does the exponent in the formula belong to?
divided by the channels twice: A mean over the matrix is divided by its number of entries already. Which part of the formula
    have you done twice?
no brackets: In Python, `x / 4 * n` divides by 4 and *multiplies* by n. What belongs in brackets?
no Gram matrix: You divide by the right number, but compare the activations themselves. What does the style cost compare?
content cost: You compare the activations position by position: that is the content cost. Which matrix forgets the place?
absolute: You add up the sizes of the differences. What does the formula do with each difference before it is added?
Gram of the difference: You subtract the activations first, so the place counts again. Make each Gram matrix first, then
    subtract.
reshape without transpose: The formula is right, but your Gram matrices are not: their rows are not the channels. Check
    `gram_matrix` first.
sum before the square: You add up the differences and square their sum, so they cancel. Which comes first in the formula?
below 0: A sum of squares is never below 0.
hint 1: What does a picture cost, compared with itself after its positions were shuffled?
hint 2: Two Gram matrices, their difference, squared, added up; then divided by 4, by n_C squared and by (n_H n_W) squared.
hint 3: One channel, two positions: (1, 2) has the Gram matrix 5, (0, 1) has 1. The cost is (5 - 1)^2 / (4 * 1 * 2^2) = 1.
""",
)
