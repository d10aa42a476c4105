"""A 3 x 3 convolution with a quarter of the multiplications: Winograd's minimal filtering.

S. Winograd, "Arithmetic complexity of computations", SIAM 1980; A. Lavin and S. Gray, "Fast algorithms for convolutional
neural networks", CVPR 2016, whose F(4 x 4, 3 x 3) this is.

The idea, in one dimension. Four neighbouring results y of a convolution with the kernel g come from six numbers d. Multiply
polynomials in the place of sequences: a product of polynomials is known when its values at enough points are, and its value at
a point is a single product. So bring d and g to their values at six points (0, 1, -1, 2, -2 and infinity), multiply them one by
one, and bring the six products back:

    y = A^T ((G g) * (B^T d))

That takes 6 multiplications where the direct way takes 4 x 3 = 12; in two dimensions 36 where it takes 144. B, G and A hold
small numbers only, and G g is computed once, for the kernels of a trained network stay as they are. It pays where many channels
share each transformed tile. Where there are few, moving the tiles about takes longer than it saves.
"""

from collections.abc import Callable

import numpy as np

from course_utils.arrays import FloatArray, Tensor
from course_utils.backend import tf

TILE = 4  # results of a tile on each side; it is computed from TILE + 2 pixels
INPUTS = TILE + 2

B_T = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
G = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
A_T = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])

# Rows and columns at once: what is done to a tile on both sides is one matrix for all its numbers in a row.
_B_T, _A_T = (np.kron(matrix, matrix).astype(np.float32) for matrix in (B_T, A_T))


def convolution(kernel: FloatArray) -> Callable[[Tensor], Tensor]:
    """Return the convolution with a kernel that stays as it is, stride 1, zeros around the picture ("same").

    Args:
        kernel: (3, 3, channels in, channels out) float.

    Returns:
        A function from (n, height, width, channels in) to (n, height, width, channels out), float32, of any known height and
        width. Gradients flow through it. Both agree with the direct convolution to about 1e-5 of the largest number.

    Raises:
        ValueError: a kernel that is not 3 x 3.
    """
    if kernel.ndim != 4 or kernel.shape[:2] != (3, 3):
        raise ValueError(f"kernel: expected (3, 3, channels in, channels out), got shape {kernel.shape}")
    of_kernel = np.kron(G, G) @ np.asarray(kernel, np.float64).reshape(9, -1)
    weights = tf.constant(of_kernel.reshape(INPUTS**2, *kernel.shape[2:]), tf.float32)

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def convolve(x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        height, width = x.shape[1:3]

        def gradient(dy: Tensor) -> Tensor:
            """The same steps transposed, in the opposite order."""
            products = _on_tiles(_A_T.T, _cut(dy, TILE))
            return _join(_on_tiles(_B_T.T, _times(products, weights, transpose=True)), height, width, first=1)

        products = _times(_on_tiles(_B_T, _cut(x, INPUTS)), weights)
        return _join(_on_tiles(_A_T, products), height, width), gradient

    return lambda x: convolve(tf.cast(x, tf.float32))


def _cut(x: Tensor, side: int) -> Tensor:
    """Cut (n, height, width, channels) into tiles, (side, side, n, down, across, channels), one every `TILE` pixels.

    Tiles of `TILE` pixels lie side by side. Those of `INPUTS` overlap: each has one more pixel all around.
    """
    n, height, width, channels = x.shape
    down, across = -(-height // TILE), -(-width // TILE)
    more = 1 if side == INPUTS else 0  # a row of tiles that lends its first pixels to the last one
    padding = [[more, (size + more) * TILE - length - more] for size, length in ((down, height), (across, width))]
    x = tf.reshape(tf.pad(x, [[0, 0], *padding, [0, 0]]), (n, down + more, TILE, across + more, TILE, channels))
    x = tf.transpose(x, (2, 4, 0, 1, 3, 5))
    if not more:
        return x
    x = tf.concat([x[:, :, :, :-1], x[:2, :, :, 1:]], 0)
    return tf.concat([x[:, :, :, :, :-1], x[:, :2, :, :, 1:]], 1)


def _join(tiles: Tensor, height: int, width: int, first: int = 0) -> Tensor:
    """Put tiles together, adding up where they overlap: `_cut` transposed, from the pixel `first` on."""
    if tiles.shape[0] == INPUTS:
        tiles = _shifted(tiles[:, :TILE], 4, 0) + _shifted(_widened(tiles[:, TILE:], 1), 4, 1)
        tiles = _shifted(tiles[:TILE], 3, 0) + _shifted(_widened(tiles[TILE:], 0), 3, 1)
    _, _, n, down, across, channels = tiles.shape
    x = tf.reshape(tf.transpose(tiles, (2, 3, 0, 4, 1, 5)), (n, down * TILE, across * TILE, channels))
    return x[:, first : first + height, first : first + width]


def _shifted(tiles: Tensor, axis: int, by: int) -> Tensor:
    """Make room for one more row of tiles (axis 3) or column (axis 4): before the others, or after them."""
    return tf.pad(tiles, [[by, 1 - by] if number == axis else [0, 0] for number in range(6)])


def _widened(overlap: Tensor, axis: int) -> Tensor:
    """Fill up the two pixels by which a tile reaches into the next to a whole tile."""
    return tf.pad(overlap, [[0, TILE - 2] if number == axis else [0, 0] for number in range(6)])


def _on_tiles(matrix: FloatArray, tiles: Tensor) -> Tensor:
    """Multiply the numbers of each tile, all in a row, by a matrix."""
    side = round(len(matrix) ** 0.5)
    return tf.reshape(tf.matmul(matrix, tf.reshape(tiles, (matrix.shape[1], -1))), (side, side, *tiles.shape[2:]))


def _times(tiles: Tensor, weights: Tensor, transpose: bool = False) -> Tensor:
    """Multiply at each of the 36 points all channels in by the transformed kernel: 36 products of matrices."""
    side, _, n, down, across, channels = tiles.shape
    products = tf.matmul(tf.reshape(tiles, (side**2, -1, channels)), weights, transpose_b=transpose)
    return tf.reshape(products, (side, side, n, down, across, -1))
