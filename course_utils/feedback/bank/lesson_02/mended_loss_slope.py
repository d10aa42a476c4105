"""Find out why strangers are pulled back, and mend the slope of the loss."""

import numpy as np

from course_utils.feedback.bank.lesson_02.common import pairs_at, swapped
from course_utils.feedback.bank.lesson_02.contrastive_loss import contrastive_loss
from course_utils.feedback.exercise import exercise


def mended_loss_slope(same, distance, margin):
    return same * distance - (1 - same) * np.maximum(0, margin - distance)


def slope_on_a_tape(same, distance, margin):
    from course_utils.backend import tf

    y, d = tf.cast(same, tf.float32), tf.Variable(distance.astype(np.float32))
    with tf.GradientTape() as tape:
        loss = (y * d**2 + (1 - y) * tf.maximum(margin - d, 0) ** 2) / 2
    return tape.gradient(loss, d)


right = {
    "tape": slope_on_a_tape,
    "where": lambda y, d, m: np.where(y == 1, d, np.where(d < m, d - m, 0)),
    "minimum": lambda y, d, m: y * d + (1 - y) * np.minimum(0, d - m),
    "loops": lambda y, d, m: [float(b) if a else min(0.0, float(b - m)) for a, b in zip(y, d, strict=True)],
}

wrong = {
    "no maximum": lambda y, d, m: y * d - (1 - y) * (m - d),
    "cut at 0": lambda y, d, m: np.maximum(0, y * d - (1 - y) * (m - d)),
    "push turned round": lambda y, d, m: y * d + (1 - y) * np.maximum(0, m - d),
    "twice as steep": lambda y, d, m: 2 * mended_loss_slope(y, d, m),
    "half as steep": lambda y, d, m: mended_loss_slope(y, d, m) / 2,
    "labels swapped": lambda y, d, m: mended_loss_slope(swapped(y), d, m),
    "silent for everybody": lambda y, d, m: np.where(d < m, mended_loss_slope(y, d, m), 0),
    "the loss": lambda y, d, m: contrastive_loss(y, d, m),
    "slope of 1": lambda y, d, m: y * d - (1 - y) * (d < m),
    "square kept": lambda y, d, m: y * d - (1 - y) * np.maximum(0, m - d) ** 2,
    "margin of 1": lambda y, d, m: mended_loss_slope(y, d, 1),
}

always = {
    "a slope a pair": lambda arguments, slope: slope.shape == arguments[1].shape,
    "flat beyond the margin": lambda arguments, slope: not slope[(arguments[0] == 0) & (arguments[1] >= arguments[2])].any(),
    "the sign": lambda arguments, slope: (slope[arguments[0] == 1] >= 0).all() and (slope[arguments[0] == 0] <= 0).all(),
}

EXERCISE = exercise(
    mended_loss_slope,
    pairs_at,
    right,
    wrong,
    always,
    points=2,
    text="""
no maximum: That is the fellow student's slope. At D = 2m, does it push two strangers apart, or pull them back?
cut at 0: You cut off all slopes below 0. Where strangers are too close, which sign must the slope have, to drive them apart?
push turned round: The push has the wrong sign. If the distance of close strangers grows a little, does their loss grow, or
    fall?
twice as steep: Everything is steeper than it should be, by one factor. What does the half in the loss do to the slope of a
    square?
half as steep: Everything is half as steep as it should be. The loss has a half in front; what does the slope of a square
    bring?
labels swapped: Strangers get the slope of the pull in your answer. What does Y = 1 mean in this course?
silent for everybody: Beyond the margin you switch off the pull, too. Can two pictures of one person be too far apart to be
    pulled?
the loss: That is the loss itself. How much does it change, when D grows a little?
slope of 1: Your push is equally strong everywhere up to the margin. The loss is a parabola there: where is it steepest?
square kept: The pull is right. In the push you keep the square of the loss: what is the slope of a square, halved?
margin of 1: Your slope does not change with the margin: is it 1 in your code, whatever is given?
a slope a pair: One slope for each pair was asked for.
flat beyond the margin: Strangers at the margin or beyond it feel nothing: the curve is flat there. What is your slope?
the sign: A slope has the wrong sign. If D grows a little, whose loss rises, and whose falls?
hint 1: Draw the loss of two strangers over D. Where does it fall, and what does it do beyond the margin?
hint 2: The slope of x squared, halved, is x. For strangers x is what is missing to the margin, and it shrinks as D grows:
    hence the minus. Where nothing is missing, the slope is 0.
hint 3: Margin 3. One person at D = 2: the slope is 2. Strangers at D = 2: 1 is missing, the slope is -1. Strangers at D = 5:
    0.
""",
)
