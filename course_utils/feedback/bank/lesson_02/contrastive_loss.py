"""Write the loss that pulls pairs of one person together and pushes strangers apart, up to the margin."""

import numpy as np

from course_utils.feedback.bank.lesson_02.common import pairs_at, swapped
from course_utils.feedback.exercise import exercise


def contrastive_loss(same, distance, margin):
    pull = same * distance**2
    push = (1 - same) * np.maximum(0, margin - distance) ** 2
    return (pull + push) / 2


def contrastive_in_loops(same, distance, margin):
    return [0.5 * d * d if y else 0.5 * max(0.0, margin - d) ** 2 for y, d in zip(same, distance, strict=True)]


def contrastive_in_tensorflow(same, distance, margin):
    from course_utils.backend import tf

    y, d = tf.cast(same, tf.float32), tf.cast(distance, tf.float32)
    return 0.5 * (y * tf.square(d) + (1 - y) * tf.square(tf.nn.relu(margin - d)))


right = {
    "loops": contrastive_in_loops,
    "TensorFlow": contrastive_in_tensorflow,
    "where": lambda y, d, m: np.where(y == 1, d, np.clip(m - d, 0, None)) ** 2 / 2,
    "cut at the margin": lambda y, d, m: y * d**2 / 2 + (1 - y) * (m - np.minimum(d, m)) ** 2 / 2,
    "float32": lambda y, d, m: contrastive_loss(y.astype(np.float32), d.astype(np.float32), m),
}

wrong = {
    "labels swapped": lambda y, d, m: contrastive_loss(swapped(y), d, m),
    "margin outside the maximum": lambda y, d, m: (y * d**2 + (1 - y) * (m - np.maximum(0, d)) ** 2) / 2,
    "maximum after the square": lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m**2 - d**2)) / 2,
    "no half": lambda y, d, m: 2 * contrastive_loss(y, d, m),
    "half of the pull only": lambda y, d, m: y * d**2 / 2 + (1 - y) * np.maximum(0, m - d) ** 2,
    "half of the push only": lambda y, d, m: y * d**2 + (1 - y) * np.maximum(0, m - d) ** 2 / 2,
    "pull not squared": lambda y, d, m: (y * d + (1 - y) * np.maximum(0, m - d) ** 2) / 2,
    "push not squared": lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d)) / 2,
    "squared distance in the push": lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d**2)) / 2,
    "distance squared twice": lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d**2) ** 2) / 2,
    "margin of 1": lambda y, d, m: contrastive_loss(y, d, 1),
    "exchanged in the maximum": lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, d - m) ** 2) / 2,
    "mean": lambda y, d, m: contrastive_loss(y, d, m).mean(),
}

always = {
    "a number a pair": lambda arguments, loss: loss.shape == arguments[1].shape,
    "below 0": lambda _, loss: (loss >= 0).all(),
    "far enough": lambda arguments, loss: not loss[(arguments[0] == 0) & (arguments[1] >= arguments[2])].any(),
}

EXERCISE = exercise(
    contrastive_loss,
    pairs_at,
    right,
    wrong,
    always,
    points=1,
    text="""
labels swapped: You pull strangers together and push the pictures of one person apart. What does Y = 1 mean in this course?
margin outside the maximum: Strangers far beyond the margin cost something in your loss, so it pulls them back. What exactly
    must not fall below 0?
maximum after the square: You square margin and distance one by one, and subtract then. In which order does the formula do it?
no half: Nearly: look once more at the factor in front of the formula.
half of the pull only: You halve the pull, but not the push. Where does the bracket of the formula end?
half of the push only: You halve the push, but not the pull. To what does the factor in front of the bracket belong?
pull not squared: The pull grows like D in your loss. What does the formula do with D first?
push not squared: The push is not squared: it is as strong close to the margin as at 0. What is missing behind the maximum?
squared distance in the push: You compare the margin with the *squared* distance. The margin has the unit of D: what belongs
    beside it?
distance squared twice: In the push you square D before you subtract it from the margin, and square the difference again.
    Which of the two squares stands in the formula?
margin of 1: Your loss does not change with the margin: is it 1 in your code, whatever is given?
exchanged in the maximum: Strangers cost nothing when they are *near*, and more the farther they are. Which of the two is
    subtracted from which?
mean: One number for the batch. Asked was the loss of each pair; the mean comes later, in training.
a number a pair: One number for each pair was asked for.
below 0: A sum of squares is never below 0. Where can yours become negative?
far enough: Strangers at the margin or beyond it are far enough. What should they cost?
hint 1: What should a pair of one person cost at D = 0? And a pair of strangers at D = 0, and far beyond the margin?
hint 2: Two terms. Y switches the pull on, 1 - Y the push. In the push, first take how much is missing to the margin, never
    less than 0, and square that. Halve the sum.
hint 3: Margin 3. One person at D = 2: 4 / 2 = 2. Strangers at D = 2: 1 is missing, 1 / 2. Strangers at D = 5: nothing is
    missing, 0.
""",
)
