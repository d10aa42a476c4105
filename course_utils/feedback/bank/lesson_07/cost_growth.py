"""Predict what stronger activations and a larger picture do to the costs."""

import numpy as np

from course_utils.feedback.exercise import exercise


def cost_growth(strength, side):
    return np.array([strength**2, strength**2 * side**2, strength**4])


def probes(rng):
    """By what the activations are multiplied, and by what the sides; each of them alone, both, the first one below 1."""
    yield float(rng.uniform(1.3, 1.9)), 1
    yield 1.0, int(rng.integers(3, 6))
    yield float(rng.uniform(2.2, 2.8)), 3
    yield float(rng.uniform(0.6, 0.8)), 2


def growth_in_keras(strength, side):
    from course_utils.backend import keras

    powers = keras.ops.convert_to_tensor([[2.0, 0.0], [2.0, 2.0], [4.0, 0.0]])
    return keras.ops.prod(keras.ops.power(keras.ops.convert_to_tensor([strength, side], "float32"), powers), axis=1)


right = {
    "list": lambda strength, side: [strength * strength, (strength * side) ** 2, (strength * strength) ** 2],
    "logarithms": lambda strength, side: np.exp(np.array([[2, 0], [2, 2], [4, 0]]) @ np.log([strength, side])),
    "Keras": growth_in_keras,
    "float32": lambda strength, side: cost_growth(strength, side).astype(np.float32),
}

wrong = {
    "content grows with the picture": lambda strength, side: [strength**2 * side**2, strength**2 * side**2, strength**4],
    "Gram matrix as a mean": lambda strength, side: [strength**2, strength**2, strength**4],
    "side counted once": lambda strength, side: [strength**2, strength**2 * side, strength**4],
    "style not divided": lambda strength, side: [strength**2, strength**2 * side**2, strength**4 * side**4],
    "style divided once": lambda strength, side: [strength**2, strength**2 * side**2, strength**4 * side**2],
    "strength not squared": lambda strength, side: [strength, strength * side**2, strength**2],
    "style as the Gram matrix": lambda strength, side: [strength**2, strength**2 * side**2, strength**2],
    "strength and side exchanged": lambda strength, side: cost_growth(side, strength),
    "another order": lambda strength, side: cost_growth(strength, side)[[1, 0, 2]],
}

always = {
    "three numbers": lambda _, growth: growth.shape == (3,),
    "only the size": lambda arguments, growth: arguments[0] != 1 or bool(np.isclose(growth[0], 1) and np.isclose(growth[2], 1)),
    "two activations in a product": lambda arguments, growth: arguments[1] != 1 or bool(np.isclose(growth[0], growth[1])),
    "more positions": lambda arguments, growth: arguments[0] != 1 or bool(np.isclose(growth[1], arguments[1] ** 2)),
    "the cost of the difference": lambda arguments, growth: arguments[1] != 1 or bool(np.isclose(growth[2], growth[1] ** 2)),
    "both stronger": lambda arguments, growth: arguments[1] != 1 or bool(np.isclose(growth[0], arguments[0] ** 2)),
}

EXERCISE = exercise(
    cost_growth,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
content grows with the picture: Your content cost grows with the picture. By what is its sum divided?
Gram matrix as a mean: Your Gram matrix does not know how large the picture is. Is the plain one a sum or a mean?
side counted once: A picture has two sides. How many positions are there if both are doubled?
style not divided: Your style cost grows with the picture, as if its Gram matrices were plain sums. What does the formula
    divide by?
style divided once: Both Gram matrices grow with the number of positions, and their difference is squared. How often does the
    formula divide by that number?
strength not squared: A term of the first two sums is a product of two activations, or a square. How often does the strength
    stand in such a product?
style as the Gram matrix: Nearly: the style cost has the *square* of a difference of Gram matrices. How do those grow?
strength and side exchanged: You have taken the side for the strength. Which argument comes first?
another order: The three numbers are there, in another order. Which one was asked for first?
three numbers: Three numbers were asked for: content cost, Gram matrix, style cost.
only the size: With a strength of 1 only the size changes. Both costs are divided by sizes: what is left of the change?
two activations in a product: At the same size, an entry of the Gram matrix and the content cost both have two activations in
    each product. Should they not grow alike?
more positions: With a strength of 1, an entry of the Gram matrix has the same products, but more of them. How many positions
    come from each one?
the cost of the difference: At the same size, compare your style cost with your Gram matrix. What does the cost do with the
    difference of two such matrices?
both stronger: At the same size, what becomes of a product of two activations if both are made stronger?
hint 1: Take one term of each of the three sums: how many activations are multiplied in it? By what is the sum divided?
hint 2: Count powers. Each activation in a product brings the strength once. The positions bring the side twice, unless the
    sum is divided by their number as often.
hint 3: None of the three, but done alike: the plain sum of all activations, with the strength 5 and the side 2. Each term is
    one activation, and there are 2 * 2 as many terms: it grows by 5 * 4 = 20. The mean grows by 5.
""",
)
