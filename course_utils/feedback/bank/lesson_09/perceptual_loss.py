"""Put together what a painter is told: the content's relative cost, and the mean of those of the style's layers."""

import numpy as np

from course_utils.feedback.exercise import exercise


def perceptual_loss(a_C, a_G, A_S, A_G, style_weight):
    content = np.sum((a_C - a_G) ** 2) / np.sum(a_C**2)
    style = np.sum((A_S - A_G) ** 2, axis=(1, 2)) / np.sum(A_S**2, axis=(1, 2))
    return content + style_weight * style.mean()


def probes(rng):
    """Activations (1, n_H, n_W, n_C), Gram matrices (layers, n, n), each layer's larger than the last, and a weight.

    Numbers of both signs, so that nobody counts on there being none below 0; large whole ones that are nearly met.
    """
    for layers, shape, weight in ((2, (1, 2, 3, 2), 5.0), (4, (1, 3, 1, 4), 0.5), (3, (1, 1, 2, 3), 2.5)):
        a_C = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        A_S = (
            rng.uniform(0.5, 2, (layers, 3, 3)) * rng.choice([-1, 1], (layers, 3, 3)) * 10.0 ** np.arange(layers)[:, None, None]
        )
        yield a_C, a_C * rng.uniform(-0.5, 1.9, shape), A_S, A_S * rng.uniform(-0.5, 1.9, A_S.shape), weight
    yield a_C, a_C.copy(), A_S, np.zeros(A_S.shape), 3.0
    yield a_C, 0 * a_C, A_S, A_S.copy(), 3.0
    a_C, A_S = (rng.integers(5000, 9000, shape).astype(float) for shape in ((1, 2, 2, 3), (2, 3, 3)))
    yield a_C, a_C + rng.integers(1, 5, a_C.shape), A_S, A_S - rng.integers(1, 5, A_S.shape), 2.0


def relative_cost(target, given):
    return np.sum((target - given) ** 2) / np.sum(target**2)


def relative_costs(A_S, A_G):
    return np.array([relative_cost(*pair) for pair in zip(A_S, A_G, strict=True)])


def loss_in_loops(a_C, a_G, A_S, A_G, style_weight):
    loss = relative_cost(a_C, a_G)
    for of_style, generated in zip(A_S, A_G, strict=True):
        loss += style_weight / len(A_S) * relative_cost(of_style, generated)
    return loss


def loss_in_tensorflow(a_C, a_G, A_S, A_G, style_weight):
    from course_utils.backend import tf

    def one(target, given):
        return tf.reduce_sum((target - given) ** 2) / tf.reduce_sum(target**2)

    return one(a_C, a_G) + style_weight * tf.reduce_mean([one(*pair) for pair in zip(A_S, A_G, strict=True)])


right = {
    "loops": loss_in_loops,
    "TensorFlow": loss_in_tensorflow,
    "list": lambda a_C, a_G, A_S, A_G, style_weight: relative_cost(a_C, a_G) + style_weight * np.mean(relative_costs(A_S, A_G)),
}

wrong = {
    "layers thrown together": lambda a_C, a_G, A_S, A_G, w: relative_cost(a_C, a_G) + w * relative_cost(A_S, A_G),
    "layers added": lambda a_C, a_G, A_S, A_G, w: relative_cost(a_C, a_G) + w * relative_costs(A_S, A_G).sum(),
    "weight on the content": lambda a_C, a_G, A_S, A_G, w: w * relative_cost(a_C, a_G) + relative_costs(A_S, A_G).mean(),
    "weight on both": lambda a_C, a_G, A_S, A_G, w: w * (relative_cost(a_C, a_G) + relative_costs(A_S, A_G).mean()),
    "no weight": lambda a_C, a_G, A_S, A_G, w: relative_cost(a_C, a_G) + relative_costs(A_S, A_G).mean(),
    "no content": lambda a_C, a_G, A_S, A_G, w: w * relative_costs(A_S, A_G).mean(),
    "style not divided": lambda a_C, a_G, A_S, A_G, w: (
        relative_cost(a_C, a_G) + w * np.mean(np.sum((A_S - A_G) ** 2, axis=(1, 2)))
    ),
    "content not divided": lambda a_C, a_G, A_S, A_G, w: np.sum((a_C - a_G) ** 2) + w * relative_costs(A_S, A_G).mean(),
    "nothing divided": lambda a_C, a_G, A_S, A_G, w: (
        np.sum((a_C - a_G) ** 2) + w * np.mean(np.sum((A_S - A_G) ** 2, axis=(1, 2)))
    ),
    "means of squares": lambda a_C, a_G, A_S, A_G, w: np.mean((a_C - a_G) ** 2) + w * np.mean((A_S - A_G) ** 2),
    "roots": lambda a_C, a_G, A_S, A_G, w: relative_cost(a_C, a_G) ** 0.5 + w * np.mean(relative_costs(A_S, A_G) ** 0.5),
    "weighted mean": lambda a_C, a_G, A_S, A_G, w: perceptual_loss(a_C, a_G, A_S, A_G, w) / (1 + w),
    "not added up": lambda a_C, a_G, A_S, A_G, w: relative_cost(a_C, a_G) + w * relative_costs(A_S, A_G),
    "two costs": lambda a_C, a_G, A_S, A_G, w: np.array([relative_cost(a_C, a_G), w * relative_costs(A_S, A_G).mean()]),
    "only the first layer": lambda a_C, a_G, A_S, A_G, w: relative_cost(a_C, a_G) + w * relative_costs(A_S, A_G)[0],
    "divided by the channels": lambda a_C, a_G, A_S, A_G, w: (
        relative_cost(a_C, a_G) + w * relative_costs(A_S, A_G).sum() / A_S.shape[1]
    ),
}

always = {
    "one number": lambda _, loss: loss.size == 1,
    "below 0": lambda _, loss: (loss >= 0).all(),
    "content alone": lambda arguments, loss: (
        not np.array_equal(arguments[2], arguments[3]) or bool(np.isclose(loss, relative_cost(*arguments[:2]), rtol=1e-4).all())
    ),
    "style alone": lambda arguments, loss: (
        not np.array_equal(*arguments[:2])
        or bool(np.isclose(loss, arguments[4] * relative_costs(*arguments[2:4]).mean(), rtol=1e-4).all())
    ),
}

EXERCISE = exercise(
    perceptual_loss,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
layers thrown together: You add the squares of all layers up before you divide. The layer with the largest numbers then decides
    alone: what is divided by what, layer by layer?
layers added: With more layers your style counts more. Is it the sum or the mean of the layers that is asked for?
weight on the content: The weight stands at the wrong cost. What is it called?
weight on both: Your weight multiplies both costs, so their ratio never changes. Which of the two does it belong to?
no weight: Your loss does not change with `style_weight`. Where does it come in?
no content: The style is all that you ask for. What keeps the temple in the picture?
style not divided: Your style costs are sums of squares. Which number makes each relative?
content not divided: Your content cost is a sum of squares, and the style beside it is relative. What makes both so?
nothing divided: You add sums of squares that have nothing in common. What makes each relative?
means of squares: A mean of squares is as large as the numbers of its layer are. By what do you divide to make all layers count?
roots: You take the roots of the relative costs. Does the formula have any?
weighted mean: You divide by the sum of the weights. Does the formula?
not added up: You have a number for each layer. How does the formula make one of them?
two costs: You return both costs. Which one number is made small?
only the first layer: You look at one layer of the style. How many are there?
divided by the channels: You divide the sum of the layers by the number of channels. Which axis of `A_S` counts the layers?
one number: One number was asked for: a network can only make one number small.
below 0: Neither relative cost is below 0, and neither is the weight. Can the loss be?
content alone: Where the style is met to the letter, what is left of the loss?
style alone: Where the content is met to the letter, what is left of the loss?
hint 1: One layer has Gram matrices a thousand times as large as another one. How do both get the same say?
hint 2: The content's relative cost first. Then that of each layer, along the axes of its matrix, and the mean of these. The
    weight comes last.
hint 3: Relative cost of the content 0.5; of two layers 0.2 and 0.4, mean 0.3; with a weight of 10: 0.5 + 10 * 0.3 = 3.5.
""",
)
