"""Muon, an optimiser for the kernels inside a network: steps that change a kernel in all of its directions alike.

K. Jordan and others, "Muon: an optimizer for hidden layers in neural networks", kellerjordan.github.io/posts/muon, 2024; the
size of a step is that of J. Liu and others, "Muon is scalable for LLM training", arXiv:2502.16982, 2025: about as long as one
of Adam at the same learning rate. Keras's own Muon leaves kernels of convolutions to Adam; here each is a matrix.
"""

from collections.abc import Sequence

from course_utils.arrays import Tensor
from course_utils.backend import keras, tf

MOMENTUM = 0.95
ROUNDS = 5  # of `orthogonalised`
POLYNOMIAL = (3.4445, -4.775, 2.0315)  # of each round: of x, x^3, x^5 (K. Jordan and others, 2024)
STEP = 0.2  # the root of the mean square of an entry's change, at the learning rate 1: about that of Adam (J. Liu and others)
LONGEST_GRADIENT = 1.0  # a longer one, of all weights together, is shortened to it
COLOURS = 3


def orthogonalised(matrix: Tensor) -> Tensor:
    """Bring the singular values of a matrix near to 1, and leave its singular vectors as they are.

    Five rounds of a Newton-Schulz iteration, in products of matrices alone. It is coarse, and meant to be: singular values
    above a five-hundredth of the matrix's length come out between 0.6 and 1.3, much smaller ones nearer to 0.

    Args:
        matrix: (rows, columns) float32.

    Returns:
        (rows, columns) float32. Of zeros, zeros.
    """
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else tf.transpose(matrix)
    x = x / (tf.norm(x) + 1e-7)
    a, b, c = POLYNOMIAL
    for _ in range(ROUNDS):
        square = tf.matmul(x, x, transpose_b=True)
        x = a * x + tf.matmul(b * square + c * tf.matmul(square, square), x)
    return x if wide else tf.transpose(x)


def is_inside(variable: Tensor) -> bool:
    """Is it the kernel of a convolution that neither reads colours nor makes them?"""
    return len(variable.shape) == 4 and min(variable.shape[2:]) > COLOURS


class Muon:
    """Moves the kernels inside a network by Muon, and the rest by Adam (D. Kingma, J. Ba, ICLR 2015).

    Args:
        variables: what it moves, Keras variables; `apply` takes their gradients in the same order.

    Attributes:
        learning_rate: a variable, 0.001 at first; both use it.
    """

    def __init__(self, variables: Sequence[Tensor]) -> None:
        self._is_inside = [is_inside(variable) for variable in variables]
        self._inside, self._others = self._parted(variables)
        self._momenta = [tf.Variable(tf.zeros(kernel.shape)) for kernel in self._inside]
        self._adam = keras.optimizers.Adam()
        self._adam.build(self._others)
        self.learning_rate = self._adam.learning_rate

    def apply(self, gradients: Sequence[Tensor]) -> None:
        """Take a step against the gradients of all variables, shortened to 1 where they are longer together."""
        gradients, _ = tf.clip_by_global_norm(gradients, LONGEST_GRADIENT)
        inside, others = self._parted(gradients)
        self._adam.apply(others, self._others)
        for kernel, momentum, gradient in zip(self._inside, self._momenta, inside, strict=True):
            momentum.assign(MOMENTUM * momentum + gradient)
            ahead = tf.reshape(gradient + MOMENTUM * momentum, (-1, kernel.shape[-1]))  # Nesterov's
            step = STEP * max(ahead.shape) ** 0.5 * orthogonalised(ahead)
            kernel.assign_sub(self.learning_rate * tf.reshape(step, kernel.shape))

    def _parted(self, all_of_them: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """Return what belongs to the kernels inside, and what belongs to the other variables."""
        pairs = list(zip(all_of_them, self._is_inside, strict=True))
        return [one for one, inside in pairs if inside], [one for one, inside in pairs if not inside]
