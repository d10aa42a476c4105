"""Say in one number how far two pictures differ in what is where."""

import numpy as np

from course_utils.feedback.bank.lesson_07.common import two_activations
from course_utils.feedback.exercise import exercise


def content_cost(a_C, a_G):
    return np.sum((a_C - a_G) ** 2) / (4 * a_C.size)


right = {
    "mean": lambda a_C, a_G: ((a_C - a_G) ** 2).mean() / 4,
    "shapes": lambda a_C, a_G: np.sum((a_C - a_G) ** 2) / (4 * a_C.shape[1] * a_C.shape[2] * a_C.shape[3]),
    "flat": lambda a_C, a_G: np.dot((a_C - a_G).ravel(), (a_C - a_G).ravel()) / 4 / a_C.size,
    "float32": lambda a_C, a_G: content_cost(a_C.astype(np.float32), a_G.astype(np.float32)),
}

wrong = {
    "not divided": lambda a_C, a_G: np.sum((a_C - a_G) ** 2),
    "no four": lambda a_C, a_G: ((a_C - a_G) ** 2).mean(),
    "half": lambda a_C, a_G: ((a_C - a_G) ** 2).sum() / 2,
    "absolute": lambda a_C, a_G: np.abs(a_C - a_G).sum() / (4 * a_C.size),
    "not squared": lambda a_C, a_G: (a_C - a_G).sum() / (4 * a_C.size),
    "channels left out": lambda a_C, a_G: np.sum((a_C - a_G) ** 2) / (4 * a_C.shape[1] * a_C.shape[2]),
    "root": lambda a_C, a_G: np.sqrt(np.sum((a_C - a_G) ** 2)) / (4 * a_C.size),
    "squared after the sum": lambda a_C, a_G: (a_C - a_G).sum() ** 2 / (4 * a_C.size),
    "four only": lambda a_C, a_G: ((a_C - a_G) ** 2).sum() / 4,
    "divided twice": lambda a_C, a_G: ((a_C - a_G) ** 2).mean() / (4 * a_C.size),
    "no brackets": lambda a_C, a_G: ((a_C - a_G) ** 2).sum() / 4 * a_C.size,
    "not added up": lambda a_C, a_G: (a_C - a_G) ** 2 / (4 * a_C.size),
    "one number a channel": lambda a_C, a_G: ((a_C - a_G) ** 2).sum(axis=(0, 1, 2)) / (4 * a_C.size),
}

always = {
    "below 0": lambda _, cost: (cost >= 0).all(),
}

EXERCISE = exercise(
    content_cost,
    two_activations,
    right,
    wrong,
    always,
    points=2,
    text="""
not divided: You have the sum. What stands in front of it in the formula? Without that, a larger picture costs more.
no four: Nearly: look once more at the factor in front of the sum. You have divided by the number of entries only.
half: That is the content cost of the first paper (Gatys and others). What does the formula here divide by?
absolute: You add up the sizes of the differences. What does the formula do with each difference before it is added?
not squared: Differences of opposite sign cancel in your sum: two different pictures can cost nothing.
channels left out: You divide by height and width. Which size of the layer is missing?
root: You take a root, so that you have a distance. Is there a root in the formula?
squared after the sum: You add up first and square afterwards, so that differences of opposite sign cancel. Which of the two
    comes first in the formula?
four only: You divide by 4 alone. What else stands below the fraction line?
divided twice: A mean is divided by the number of entries already, and then you divide by it again. How often does the
    formula?
no brackets: In Python, `x / 4 * n` divides by 4 and *multiplies* by n. What belongs in brackets?
not added up: You have one number for each entry. What is still to be done to get one number for the two pictures?
one number a channel: One number for each channel. The sum goes over all entries: which axes are missing?
below 0: A sum of squares is never below 0.
hint 1: How many numbers should come out, whatever the size of the layer?
hint 2: Subtract, square, add up everything, divide by four times the number of entries.
hint 3: Two entries, (1, 3) and (2, 5): differences 1 and 2, squares 1 and 4, their sum 5, and 5 / (4 * 2) = 0.625.
""",
)
