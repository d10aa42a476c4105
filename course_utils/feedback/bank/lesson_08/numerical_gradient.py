"""Find a gradient without any calculus, by trying."""

from itertools import product

import numpy as np

from course_utils.feedback.exercise import exercise


def cost(G, C, S):
    gram_G, gram_S = (np.einsum("hwi,hwj->ij", one, one) / one[..., 0].size for one in (G, S))
    return 10 * np.mean((C - G) ** 2) / 4 + 0.01 * np.mean((gram_S - gram_G) ** 2) / 4


def numerical_gradient(G, C, S, step):
    gradient = np.zeros(G.shape)
    for entry in np.ndindex(*G.shape):
        higher, lower = G.copy(), G.copy()
        higher[entry] += step
        lower[entry] -= step
        gradient[entry] = (cost(higher, C, S) - cost(lower, C, S)) / (2 * step)
    return gradient


def probes(rng):
    """G, C and S, (height, width, 3) from 0 to 255, and a step so large that it shows which difference is taken."""
    for (height, width), step in zip(((2, 3), (3, 1), (1, 2)), (40.0, 25.0, 60.0), strict=True):
        G, C, S = rng.uniform(60, 190, (3, height, width, 3))
        G.flat[1:3] = 10, 245  # nearly black and nearly white: a step leads beyond
        yield G, C, S + np.array([40.0, 0, -40]), step


def _moved(G, entry, step):
    moved = G.copy()
    moved[entry] += step
    return moved


def differences(difference):
    """For each entry of G what a difference says: a function of J at a step from there, and of the step."""

    def numerical_gradient(G, C, S, step):
        gradient = np.zeros(G.shape)
        for entry in np.ndindex(*G.shape):
            gradient[entry] = difference(lambda h, entry=entry: cost(_moved(G, entry, h), C, S), step)
        return gradient

    return numerical_gradient


def by_pictures(J):
    """Central differences with another J, a function of the moved picture, C and S."""

    def numerical_gradient(G, C, S, step):
        gradient = np.zeros(G.shape)
        for entry in np.ndindex(*G.shape):
            gradient[entry] = (J(_moved(G, entry, step), C, S) - J(_moved(G, entry, -step), C, S)) / (2 * step)
        return gradient

    return numerical_gradient


def numerical_gradient_in_loops(G, C, S, step):
    higher = G.copy()
    rows = []
    for y in range(G.shape[0]):
        row = []
        for x in range(G.shape[1]):
            colour = []
            for channel in range(3):
                values = []
                for move in (step, -step):
                    higher[y, x, channel] = G[y, x, channel] + move
                    values.append(float(cost(higher, C, S)))
                higher[y, x, channel] = G[y, x, channel]
                colour.append((values[0] - values[1]) / step / 2)
            row.append(colour)
        rows.append(row)
    return rows


def numerical_gradient_at_once(G, C, S, step):
    """All moved pictures in one array."""
    moves = step * np.eye(G.size).reshape(G.size, *G.shape)
    up, down = ([cost(moved, C, S) for moved in G + sign * moves] for sign in (1, -1))
    return np.reshape(np.subtract(up, down) / (2 * step), G.shape)


def numerical_gradient_in_float32(G, C, S, step):
    return numerical_gradient(*(one.astype(np.float32) for one in (G, C, S)), step).astype(np.float32)


def never_put_back(G, C, S, step):
    """Each entry is raised and lowered in pictures in which the earlier ones still are."""
    higher, lower, gradient = G.copy(), G.copy(), np.zeros(G.shape)
    for entry in np.ndindex(*G.shape):
        higher[entry] += step
        lower[entry] -= step
        gradient[entry] = (cost(higher, C, S) - cost(lower, C, S)) / (2 * step)
    return gradient


def pixel_by_pixel(G, C, S, step):
    """Red, green and blue of a pixel are moved together."""
    gradient = np.zeros(G.shape)
    for y, x in product(*map(range, G.shape[:2])):
        up, down = (cost(_moved(G, (y, x), move), C, S) for move in (step, -step))
        gradient[y, x] = (up - down) / (2 * step)
    return gradient


def exact_gradient(G, C, S):
    positions = G.shape[0] * G.shape[1]
    difference = (np.einsum("hwi,hwj->ij", G, G) - np.einsum("hwi,hwj->ij", S, S)) / positions
    return 10 * (G - C) / (2 * G.size) + 0.01 * G @ difference / (9 * positions)


right = {
    "loops": numerical_gradient_in_loops,
    "at once": numerical_gradient_at_once,
    "mean of forward and backward": lambda G, C, S, step: (
        (
            differences(lambda J, h: (J(h) - J(0)) / h)(G, C, S, step)
            + differences(lambda J, h: (J(0) - J(-h)) / h)(G, C, S, step)
        )
        / 2
    ),
    "float32": numerical_gradient_in_float32,
}


def left_lower(G, C, S, step):
    moved, gradient = G.copy(), np.zeros(G.shape)
    for entry in np.ndindex(*G.shape):
        moved[entry] += step
        higher = cost(moved, C, S)
        moved[entry] -= 2 * step
        gradient[entry] = (higher - cost(moved, C, S)) / (2 * step)
    return gradient


wrong = {
    "forward": differences(lambda J, h: (J(h) - J(0)) / h),
    "backward": differences(lambda J, h: (J(0) - J(-h)) / h),
    "divided by one step": differences(lambda J, h: (J(h) - J(-h)) / h),
    "not divided by the step": differences(lambda J, h: (J(h) - J(-h)) / 2),
    "not divided": differences(lambda J, h: J(h) - J(-h)),
    "no brackets": differences(lambda J, h: (J(h) - J(-h)) / 2 * h),
    "clipped": by_pictures(lambda moved, C, S: cost(np.clip(moved, 0, 255), C, S)),
    "G in the place of C": by_pictures(lambda moved, C, S: cost(C, moved, S)),
    "sign": differences(lambda J, h: (J(-h) - J(h)) / (2 * h)),
    "all at once": lambda G, C, S, step: (cost(G + step, C, S) - cost(G - step, C, S)) / (2 * step),
    "a pixel at once": pixel_by_pixel,
    "not put back": never_put_back,
    "C moved": lambda G, C, S, step: numerical_gradient(C, G, S, step),
    "S and C exchanged": lambda G, C, S, step: numerical_gradient(G, S, C, step),
    "left one step lower": left_lower,
}

always = {
    "the shape": lambda arguments, gradient: gradient.shape == arguments[0].shape,
    "another step": lambda arguments, gradient: not np.allclose(gradient, exact_gradient(*arguments[:3]), rtol=1e-4),
    "all the same": lambda _, gradient: np.ptp(gradient) > 0,
}

EXERCISE = exercise(
    numerical_gradient,
    probes,
    right,
    wrong,
    always,
    given=(cost,),
    points=3,
    text="""
forward: You compare the picture with one in which the number is larger. J is bent: on which two sides of the picture should
    you look?
backward: You compare the picture with one in which the number is smaller. J is bent: on which two sides of the picture should
    you look?
divided by one step: All your numbers are too large, by the same factor. How far apart are the two pictures that you compare?
not divided by the step: With a larger step your numbers grow. A gradient is a change of J *per* grey level.
not divided: You have the difference of the two values of J. What stands below the fraction line?
no brackets: In Python, `x / 2 * step` divides by 2 and *multiplies* by the step. What belongs in brackets?
clipped: Near black and near white your numbers are not right. Is each number moved by the whole step there?
G in the place of C: You move the numbers of G, but `cost` takes them for those of C. In which order does it take its
    pictures?
sign: Your gradient points downhill. By convention it says how fast J *grows*: which of the two values comes first?
all at once: You make the whole picture lighter and darker, and have one number. What if a single number of the picture is
    moved?
a pixel at once: Red, green and blue of a pixel get the same gradient: you move them together. How many numbers has a pixel?
not put back: Only your first number is right. When you move the second number, has the first one its old value again?
C moved: You have exchanged the roles of G and C. Which picture is the unknown, and which one is given?
S and C exchanged: Your G looks for the style of C, and for the content of S. In which order does `cost` take its pictures?
left one step lower: After the second cost the number stays one step below where it was, and all that follow are computed
    with that. Where do you put it back?
the shape: The gradient has the shape of the picture G: one number for each of its numbers.
another step: These would be good numbers with a very small step. Which step were you given?
all the same: All your numbers are the same. How many numbers of the picture do you move at once?
hint 1: One number of the picture goes up by a step, J is computed; it goes down by a step, J is computed. What follows from
    both?
hint 2: For each number of G by itself: J with this number larger, minus J with it smaller, divided by how far apart the two
    are. Work on a copy, and begin each time with the picture as it was.
hint 3: One number only, J(g) = g^3 at g = 2 with the step 1: (3^3 - 1^3) / 2 = 13. (The exact slope is 12; a smaller step
    comes closer.)
""",
)
