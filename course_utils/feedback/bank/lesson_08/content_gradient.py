"""Say for each activation how fast the content cost grows with it."""

import numpy as np

from course_utils.feedback.exercise import exercise


def content_gradient(a_C, a_G):
    return (a_G - a_C) / (2 * a_G.size)


def probes(rng):
    """Activations of two pictures, (1, n_H, n_W, n_C), three different sizes, of both signs; one entry is the same in both.

    It is the first, the last, or between. Then one number only, and the same picture twice.
    """
    for shape, equal in (((1, 2, 3, 4), 0), ((1, 5, 2, 3), -1), ((1, 1, 4, 2), 3)):
        a_C, a_G = rng.uniform(-1, 2, (2, *shape))
        a_G.flat[equal] = a_C.flat[equal]
        yield a_C, a_G
    yield np.full((1, 1, 1, 1), 1.25), np.full((1, 1, 1, 1), -0.5)
    yield a_C, a_C.copy()


def content_gradient_in_loops(a_C, a_G):
    gradient = np.zeros(a_G.shape)
    for entry in np.ndindex(*a_G.shape):
        gradient[entry] = 2 * (a_G[entry] - a_C[entry]) / (4 * a_G.shape[1] * a_G.shape[2] * a_G.shape[3])
    return gradient


def content_gradient_by_tape(a_C, a_G):
    from course_utils.backend import tf

    G = tf.constant(a_G)
    with tf.GradientTape() as tape:
        tape.watch(G)
        J = tf.reduce_mean((a_C - G) ** 2) / 4
    return tape.gradient(J, G)


def in_proportion(gradient, difference):
    """Whether both have the same direction, or one of them none."""
    lengths = np.linalg.norm(gradient), np.linalg.norm(difference)
    return np.allclose(gradient * lengths[1], difference * lengths[0], rtol=0, atol=1e-3 * lengths[0] * lengths[1])


right = {
    "loops": content_gradient_in_loops,
    "tape": content_gradient_by_tape,
    "central differences": lambda a_C, a_G: (
        np.array([((x + 1 - y) ** 2 - (x - 1 - y) ** 2) / 2 for x, y in zip(a_G.flat, a_C.flat, strict=True)]) / (4 * a_G.size)
    ).reshape(a_G.shape),
    "float32": lambda a_C, a_G: content_gradient(a_C.astype(np.float32), a_G.astype(np.float32)),
}

wrong = {
    "sign": lambda a_C, a_G: -content_gradient(a_C, a_G),
    "factor of the square lost": lambda a_C, a_G: (a_G - a_C) / (4 * a_G.size),
    "factor of the cost lost": lambda a_C, a_G: 2 * (a_G - a_C) / a_G.size,
    "not divided": lambda a_C, a_G: 2 * (a_G - a_C),
    "no factors": lambda a_C, a_G: a_G - a_C,
    "sizes left out": lambda a_C, a_G: (a_G - a_C) / 2,
    "no brackets": lambda a_C, a_G: (a_G - a_C) / 2 * a_G.size,
    "channels left out": lambda a_C, a_G: (a_G - a_C) / (2 * a_G.shape[1] * a_G.shape[2]),
    "terms of the cost": lambda a_C, a_G: (a_G - a_C) ** 2 / (4 * a_G.size),
    "cost": lambda a_C, a_G: ((a_G - a_C) ** 2).sum() / (4 * a_G.size),
    "added up": lambda a_C, a_G: content_gradient(a_C, a_G).sum(),
    "sign lost": lambda a_C, a_G: np.abs(a_G - a_C) / (2 * a_G.size),
    "size lost": lambda a_C, a_G: np.sign(a_G - a_C) / (2 * a_G.size),
}

always = {
    "the shape": lambda arguments, gradient: gradient.shape == arguments[1].shape,
    "nothing to gain": lambda arguments, gradient: (np.abs(gradient[arguments[0] == arguments[1]]) < 1e-6).all(),
    "the sign": lambda arguments, gradient: (gradient * (arguments[1] - arguments[0]) >= 0).all(),
    "twice as far": lambda arguments, gradient: in_proportion(gradient, arguments[1] - arguments[0]),
    "one factor": lambda arguments, gradient: np.isclose(
        np.linalg.norm(gradient) * 2 * gradient.size, np.linalg.norm(arguments[1] - arguments[0]), rtol=1e-3
    ),
}

EXERCISE = exercise(
    content_gradient,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
sign: Your gradient points the other way: a step *against* it would lead away from C. With respect to which of the two do you
    differentiate?
factor of the square lost: The direction is right, the size is not. What is the derivative of x squared?
factor of the cost lost: You have differentiated the mean squared difference. Which factor does the content cost have besides?
not divided: That is the gradient of the sum alone. What stands in front of the sum stays there when you differentiate.
no factors: You have the difference, and so the direction. Which numbers come from the square, and from in front of the sum?
sizes left out: The square and the 4 are in your gradient. What else stands below the fraction line?
no brackets: In Python, `x / 2 * n` divides by 2 and *multiplies* by n. What belongs in brackets?
channels left out: You divide by height and width. Which size of the layer is missing?
terms of the cost: These are the terms of the cost itself: none is below 0. A gradient has a sign: up or down?
cost: That is the cost, one number. The gradient has one number for each activation of G.
added up: You have added the gradient up to one number. Which activation should change, and which way?
sign lost: None of your numbers is below 0, as if the cost grew with each activation. What about those that are too small?
size lost: You have kept only the sign of each difference. Should one that is far off count no more than one that is near?
the shape: A gradient has the shape of what it is the gradient of: one number for each activation of G.
nothing to gain: Where both pictures have the same activation, your gradient is not 0. Is the cost lowest there, or not?
the sign: At some activation your gradient has the wrong sign. Take one that is larger in G than in C: does the cost grow with
    it, or fall?
twice as far: If an activation is twice as far from that of C, how much larger is its number in the gradient? Try it.
one factor: The direction is right, but all numbers are too large or too small by one factor. Which factors come from the
    square, and which stand in front of the sum?
hint 1: One activation of G is larger than that of C. It grows a little more: does the cost grow or fall?
hint 2: Only one term of the sum has this activation in it. Differentiate this term, and leave the factor in front of the sum.
hint 3: Two entries, a_C = (1, 3), a_G = (5, 3): the cost is (16 + 0) / (4 * 2) = 2. The derivatives of the squares are 2 * 4
    and 0, so the gradient is (8, 0) / (4 * 2) = (1, 0).
""",
)
