"""Turn two embeddings into the probability that they show one person."""

import numpy as np

from course_utils.feedback.bank.lesson_04.common import (
    as_float32,
    head_in_keras,
    head_in_loops,
    log_odds_of_pairs,
    pairs_and_unit,
    sigmoid,
)
from course_utils.feedback.exercise import exercise


def verification_head(f1, f2, w, b):
    z = np.abs(f1 - f2) @ w + b
    return 1 / (1 + np.exp(-z))


def head_in_scipy(f1, f2, w, b):
    from scipy.special import expit

    return expit(np.einsum("nk,k->n", np.maximum(f1, f2) - np.minimum(f1, f2), w) + b)


right = {
    "loops": head_in_loops,
    "scipy": head_in_scipy,
    "Keras": head_in_keras,
    "float32": as_float32(verification_head),
}

wrong = {
    "no absolute value": lambda f1, f2, w, b: sigmoid((f1 - f2) @ w + b),
    "absolute value outside": lambda f1, f2, w, b: sigmoid(np.abs((f1 - f2) @ w) + b),
    "absolute value of each picture": lambda f1, f2, w, b: sigmoid(np.abs(np.abs(f1) - np.abs(f2)) @ w + b),
    "squared": lambda f1, f2, w, b: sigmoid((f1 - f2) ** 2 @ w + b),
    "distance": lambda f1, f2, w, b: sigmoid(np.linalg.norm(f1 - f2, axis=1) * w.sum() + b),
    "no bias": lambda f1, f2, w, b: sigmoid(np.abs(f1 - f2) @ w),
    "bias subtracted": lambda f1, f2, w, b: sigmoid(np.abs(f1 - f2) @ w - b),
    "bias for each feature": lambda f1, f2, w, b: sigmoid((np.abs(f1 - f2) * w + b).sum(axis=1)),
    "bias outside": lambda f1, f2, w, b: sigmoid(np.abs(f1 - f2) @ w) + b,
    "weights turned round": lambda f1, f2, w, b: sigmoid(b - np.abs(f1 - f2) @ w),
    "no sigmoid": log_odds_of_pairs,
    "decision": lambda f1, f2, w, b: verification_head(f1, f2, w, b) >= 0.5,
    "turned round": lambda f1, f2, w, b: sigmoid(-log_odds_of_pairs(f1, f2, w, b)),
    "sigmoid twice": lambda f1, f2, w, b: sigmoid(verification_head(f1, f2, w, b)),
    "sigmoid of each feature": lambda f1, f2, w, b: sigmoid(np.abs(f1 - f2) * w + b),
    "mean": lambda f1, f2, w, b: sigmoid((np.abs(f1 - f2) * w).mean(axis=1) + b),
}

always = {
    "a probability": lambda _, p: ((p >= 0) & (p <= 1)).all(),
    "a number a pair": lambda arguments, p: p.shape == (len(arguments[0]),),
    "twice the same picture": lambda arguments, p: np.isclose(p[0], sigmoid(arguments[3]), atol=1e-3),
}

EXERCISE = exercise(
    verification_head,
    pairs_and_unit,
    right,
    wrong,
    always,
    points=1,
    text="""
no absolute value: Your answer changes when the two pictures change places. Which part of the formula should prevent that?
absolute value outside: You weigh and add first, and take the absolute value of the sum. Differences cancel in it: what stands
    inside the bars in the formula?
absolute value of each picture: For your unit the features 0.3 and -0.3 are the same. Is it the sign of the *features* that
    should not matter?
squared: You square the differences. What does the unit of the question do with them?
distance: You weigh one Euclidean distance. What could a unit with a weight for *each* feature do that yours cannot?
no bias: Twice the same picture gets 50% from you, whatever the bias is. Where does b come in?
bias subtracted: A larger b makes your unit less ready to say one person. Which sign has it in the formula?
bias for each feature: You add b once for each feature. How many biases has the unit?
bias outside: You add the bias to the probability. Does it belong before the sigmoid, or after?
weights turned round: You subtract the weighted differences. Which sign stands in front of the sum in the formula, and where
    can a minus come from instead?
no sigmoid: These are the log odds z. Which function turns them into a probability?
decision: You return a decision, yes or no. How sure is the unit of it: which number did you compare with the limit?
turned round: That is the probability of *two* people. Check the sign in the exponent of the sigmoid: where is it near 1?
sigmoid twice: Your answers are all between 50% and 73%: a sigmoid of a sigmoid. How many are in the formula?
sigmoid of each feature: You have a number for each feature of each pair. What does the unit do with the weighted differences?
mean: You take the mean of the weighted differences. Which symbol stands in front of them in the formula?
a probability: A probability lies between 0 and 1. Does yours?
a number a pair: The question asks for one number for each pair. Which axis should disappear?
twice the same picture: The first pair is twice the same picture. All differences are 0: what is left of z?
hint 1: How many numbers should come out for 3 pairs with 64 features each? What is z for a pair of equal embeddings?
hint 2: Subtract, take absolute values, weigh each feature and add up, add the bias: that is z, one for each pair. The sigmoid
    makes a probability of it.
hint 3: Features (1, 5) and (2, 3), weights (-3, -1), bias 6: the differences are 1 and 2, z = -3 - 2 + 6 = 1, and p = 0.73.
""",
)
