"""Reading torch's old format from files written here by hand, and the real weights of VGG19."""

import hashlib
import itertools
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from course_utils.data import vgg19_weights as vgg19_file
from course_utils.data.vgg19_weights import read_torch_tensors as read
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.errors import DataError

# --- the format, written by hand -------------------------------------------------------------------------------------------

MAGIC_NUMBER = 119547037146038801333356
STORAGES = {"FloatStorage": "<f4", "ByteStorage": "<u1"}
CLASSES = {np.dtype(code): name for name, code in STORAGES.items()}


def value(thing: object) -> bytes:
    """Return the pickle instructions that put a plain value on the stack."""
    return pickle.dumps(thing, protocol=2, fix_imports=False)[2:-1]


def imported(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def mapping(items: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"}(" + b"".join(key + item for key, item in items) + b"u"


def whole(instructions: bytes) -> bytes:
    return b"\x80\x02" + instructions + b"."


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file: all of it may be wrong."""

    data: np.ndarray  # the numbers of its storage
    size: Any
    stride: Any
    offset: Any = 0
    key: Any = "7"
    count: Any = None  # None: the truth
    storage_class: str = ""  # none: the one for the dtype of the data
    view_metadata: Any = None

    def instructions(self) -> bytes:
        storage_class = imported("torch", self.storage_class or CLASSES[self.data.dtype])
        count = len(self.data) if self.count is None else self.count
        storage = b"(" + value("storage") + storage_class + value(self.key) + value("cpu") + value(count)
        storage += value(self.view_metadata) + b"tQ"
        view = value(self.offset) + value(self.size) + value(self.stride)
        hooks = imported("collections", "OrderedDict") + b")R"
        return imported("torch._utils", "_rebuild_tensor_v2") + b"(" + storage + view + value(False) + hooks + b"tR"


def described(array: np.ndarray, key: str = "7") -> Tensor:
    """Describe an array whose numbers all lie in one run, with the strides it has."""
    strides = tuple(stride // array.itemsize for stride in array.strides)
    return Tensor(array.ravel(order="K"), array.shape, strides, key=key)


def file(tensors: dict[str, Tensor], /, **instead: bytes) -> bytes:
    """Return the bytes of a file of these tensors; any part may be given instead of the right one."""
    data = {tensor.key: tensor.data for tensor in tensors.values()}
    parts = {
        "magic": whole(value(MAGIC_NUMBER)),
        "version": whole(value(1001)),
        "system": whole(value({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4}})),
        "tensors": whole(mapping([(value(label), tensor.instructions()) for label, tensor in tensors.items()])),
        "keys": whole(value(list(data))),
        "data": b"".join(struct.pack("<q", len(numbers)) + numbers.tobytes() for numbers in data.values()),
    }
    return b"".join((parts | instead).values())


SQUARE = Tensor(np.arange(6, dtype=np.float32), (2, 3), (3, 1))
TINY = file({"a": SQUARE, "b": Tensor(np.array([1, 255], np.uint8), (2,), (1,), key="9")})


# --- whole files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", STORAGES.values(), ids=STORAGES)
def test_numbers_of_each_dtype_come_back(dtype):
    extremes = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else np.finfo(dtype)
    array = np.array([[0, 1, 2], [extremes.min, extremes.max, 100]], dtype)
    [found] = read(file({"x": described(array)})).values()
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array, strict=True)


@given(st.data())
def test_arrays_of_any_shape_and_order_of_axes_come_back(data):
    dtypes = st.sampled_from([np.dtype(code) for code in STORAGES.values()])
    shapes = npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    arrays = {}
    for label in "abc":
        array = data.draw(npst.arrays(data.draw(dtypes), data.draw(shapes)))
        arrays[label] = array.transpose(data.draw(st.permutations(range(array.ndim))))
    found = read(file({label: described(array, key=label) for label, array in arrays.items()}))
    assert list(found) == ["a", "b", "c"]
    for label, array in arrays.items():
        np.testing.assert_array_equal(found[label], array, strict=True)


@given(st.data())
def test_a_view_shows_the_numbers_that_its_offset_and_strides_name(data):
    numbers = np.arange(100, dtype=np.uint8)
    size = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
    stride = data.draw(st.tuples(*[st.integers(0, 8)] * len(size)))
    offset = data.draw(st.integers(0, 20))
    [found] = read(file({"x": Tensor(numbers, size, stride, offset)})).values()
    assert found.shape == size
    for index in itertools.product(*map(range, size)):
        place = offset
        for position, step in zip(index, stride, strict=True):
            place += position * step
        assert found[index] == numbers[place]


def test_tensors_may_share_a_storage():
    numbers = np.arange(6, dtype=np.float32)
    found = read(file({"rows": Tensor(numbers, (2, 3), (3, 1)), "end": Tensor(numbers, (2,), (1,), offset=4)}))
    assert found["rows"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["end"].tolist() == [4, 5]


def test_a_tensor_fetched_from_the_memo_is_read_twice():
    """As torch writes it when two names stand for one tensor."""
    pair = mapping([(value("a"), SQUARE.instructions() + b"q\x63"), (value("b"), b"h\x63")])
    found = read(file({"a": SQUARE}, tensors=whole(pair)))
    assert found["a"].tolist() == found["b"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_an_ordered_dictionary_is_a_dictionary():
    items = value("x") + SQUARE.instructions()
    ordered = imported("collections", "OrderedDict") + b")R(" + items + b"u"
    assert read(file({"x": SQUARE}, tensors=whole(ordered)))["x"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_file_without_tensors_is_empty():
    assert read(file({})) == {}


def test_arrays_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        read(TINY)["a"][0, 0] = 1


# --- damaged files ---------------------------------------------------------------------------------------------------------


def test_a_file_cut_short_anywhere_is_refused():
    read(TINY)
    for length in range(len(TINY)):
        with pytest.raises(DataError):
            read(TINY[:length])


def test_a_file_that_goes_on_is_refused():
    with pytest.raises(DataError, match="1 bytes are left after the last tensor"):
        read(TINY + b"\0")


@pytest.mark.parametrize(
    ("part", "thing"),
    [
        ("magic", 1),
        ("magic", []),
        ("version", 1000),
        ("tensors", []),
        ("tensors", {"epoch": 3}),
        ("keys", []),
        ("keys", ["8"]),
        ("keys", ["7", "7"]),
        ("keys", 7),
    ],
)
def test_a_file_with_another_part_is_refused(part, thing):
    with pytest.raises(DataError, match="cannot be read"):
        read(file({"a": SQUARE}, **{part: whole(value(thing))}))


@pytest.mark.parametrize("count", [5, 7, 2**62])
def test_a_storage_with_another_count_before_its_data_is_refused(count):
    with pytest.raises(DataError, match="cannot be read"):
        read(file({"a": SQUARE}, data=struct.pack("<q", count) + SQUARE.data.tobytes()))


@pytest.mark.parametrize(
    "change", [{"offset": 1}, {"offset": -1}, {"size": (3, 3)}, {"stride": (4, 1)}, {"stride": (1,)}], ids=str
)
def test_a_tensor_that_does_not_fit_its_storage_is_refused(change):
    with pytest.raises(DataError, match="cannot be read"):
        read(file({"a": replace(SQUARE, **change)}))


# --- hostile files ---------------------------------------------------------------------------------------------------------

PARTS = ["magic", "version", "system", "tensors", "keys"]


class Hostile:
    """An object whose pickle calls a function when it is unpickled."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def attacks(folder: Path) -> dict[str, Hostile]:
    """Return objects that make this folder when they are unpickled, by the name that a refusal should hold."""
    python = f"__import__('os').mkdir({str(folder)!r})"
    return {
        f"{os.system.__module__}.system": Hostile(os.system, f'mkdir "{folder}"'),
        "builtins.eval": Hostile(eval, python),
        "builtins.exec": Hostile(exec, python),
        "_pickle.loads": Hostile(pickle.loads, pickle.dumps(Hostile(eval, python))),
    }


def test_the_attacks_would_work_on_a_plain_unpickler(tmp_path):
    for number, label in enumerate(attacks(tmp_path)):
        folder = tmp_path / str(number)
        pickle.loads(whole(value(attacks(folder)[label])))
        assert folder.exists(), label


@pytest.mark.parametrize("part", PARTS)
def test_a_hostile_pickle_is_refused_by_name_and_not_run(tmp_path, part):
    folder = tmp_path / "made"
    for label, attack in attacks(folder).items():
        for payload in (attack, [attack], {"little_endian": True, "x": attack}):
            with pytest.raises(DataError, match=f"asks for {label},"):
                read(file({"a": SQUARE}, **{part: whole(value(payload))}))
    assert not folder.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_hostile_pickle_of_any_protocol_is_not_run(tmp_path, protocol):
    folder = tmp_path / "made"
    for attack in attacks(folder).values():
        with pytest.raises(DataError):
            read(pickle.dumps(attack, protocol))
    assert not folder.exists()


@pytest.mark.parametrize(
    ("module", "attribute"),
    [("torch", "HalfStorage"), ("torch", "load"), ("torch._utils", "_rebuild_parameter"), ("collections", "Counter")],
)
def test_other_names_of_the_right_modules_are_refused(module, attribute):
    with pytest.raises(DataError, match=f"asks for {module}.{attribute},"):
        read(file({"a": SQUARE}, tensors=whole(imported(module, attribute) + b")R")))


# --- VGG19 -----------------------------------------------------------------------------------------------------------------

LAYERS = [
    "block1_conv1",
    "block1_conv2",
    "block2_conv1",
    "block2_conv2",
    "block3_conv1",
    "block3_conv2",
    "block3_conv3",
    "block3_conv4",
    "block4_conv1",
    "block4_conv2",
    "block4_conv3",
    "block4_conv4",
    "block5_conv1",
    "block5_conv2",
    "block5_conv3",
    "block5_conv4",
]
CHANNELS = [3, 64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512]
SHA256 = "ea8c0af5d1c0736e8d2f6fa73b1ce37de1cca71b1a08be041b4629fd6597454b"
MEANS = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red


@pytest.fixture(scope="module")
def weights():
    return vgg19_weights()


def test_the_weights_have_the_shapes_of_vgg19(weights):
    assert list(weights) == LAYERS
    for layer, channels_in, channels_out in zip(LAYERS, CHANNELS, CHANNELS[1:], strict=False):
        kernel, bias = weights[layer]
        assert kernel.shape == (3, 3, channels_in, channels_out)
        assert bias.shape == (channels_out,)
        for array in (kernel, bias):
            assert array.dtype == np.float32
            assert array.flags.c_contiguous
            assert array.flags.writeable
    assert sum(kernel.size + bias.size for kernel, bias in weights.values()) == 20_024_384  # as Keras counts them


def test_the_weights_are_the_pinned_ones(weights):
    assert hashlib.sha256(b"".join(array.tobytes() for pair in weights.values() for array in pair)).hexdigest() == SHA256


def test_the_weights_look_trained(weights):
    for layer, (kernel, bias) in weights.items():
        assert len(np.unique(kernel)) == 256, layer
        assert abs(kernel.mean()) < 0.15 * kernel.std(), layer
        initial = np.sqrt(2 / np.prod(kernel.shape[:3]))  # He et al. 2015: where training would start
        assert 0.2 < kernel.std() / initial < 1, layer
        assert bias.mean() > 0, layer
        assert np.abs(bias).max() < 10, layer


def test_one_kernel_is_the_table_at_the_codes(weights):
    tensors = read(vgg19_file.read_member("vgg19", vgg19_file.MEMBER))
    codes, table = tensors["block1_conv1_W_q"], tensors["block1_conv1_W_table"]
    kernel, bias = weights["block1_conv1"]
    for row, column, channel, out in np.ndindex(kernel.shape):
        assert kernel[row, column, channel, out] == table[codes[out, channel, row, column]]
    np.testing.assert_array_equal(bias, tensors["block1_conv1_b"], strict=True)


def test_reading_needs_neither_tensorflow_nor_torch():
    program = (
        "import sys, course_utils.data.vgg19_weights; print([m for m in ('keras', 'tensorflow', 'torch') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_missing_archive_says_how_to_get_it(tmp_path):
    with pytest.raises(DataError, match=r"missing\. Run `python -m course_utils fetch`"):
        vgg19_weights(tmp_path)


def test_a_file_of_other_tensors_is_refused(monkeypatch):
    def weights_from(content: bytes) -> None:
        monkeypatch.setattr(vgg19_file, "read_member", lambda archive, member, cache: content)
        vgg19_weights()

    right = {
        label: described(array, label) for label, array in read(vgg19_file.read_member("vgg19", vgg19_file.MEMBER)).items()
    }
    with pytest.raises(DataError, match="'block1_conv1_W_q' is missing"):
        weights_from(file({}))
    with pytest.raises(DataError, match="'block5_conv4_b' is missing"):
        weights_from(file({label: tensor for label, tensor in right.items() if label != "block5_conv4_b"}))
    short = described(np.zeros(255, np.float32), "short")
    with pytest.raises(DataError, match=r"'block2_conv1_W_table' is float32 of shape \(255,\), expected .* \(256,\)"):
        weights_from(file(right | {"block2_conv1_W_table": short}))
    codes = described(np.zeros(64, np.uint8), "codes")
    with pytest.raises(DataError, match=r"'block1_conv1_b' is uint8 of shape \(64,\), expected float32"):
        weights_from(file(right | {"block1_conv1_b": codes}))
    with pytest.raises(DataError, match="more than the weights of VGG19: 'predictions_b'"):
        weights_from(file(right | {"predictions_b": codes}))


def picture(file_name: str) -> np.ndarray:
    """Return one of scikit-image's pictures, (224, 224, 3) uint8, red, green, blue."""
    with Image.open(Path(skimage.data.__file__).parent / file_name) as image:
        return np.asarray(image.convert("RGB").resize((224, 224)))


def preprocessed(rgb: np.ndarray) -> np.ndarray:
    return rgb[..., ::-1] - np.array(MEANS)


def convolution(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return relu(x * kernel + bias) in float64 for one (height, width, channels) picture, zeros around it, as plain loops."""
    height, width, channels_in = x.shape
    out = np.empty((height, width, bias.size))
    for i, j, k in np.ndindex(out.shape):
        total = float(bias[k])
        for di, dj, c in itertools.product((-1, 0, 1), (-1, 0, 1), range(channels_in)):
            if 0 <= i + di < height and 0 <= j + dj < width:
                total += float(x[i + di, j + dj, c]) * float(kernel[di + 1, dj + 1, c, k])
        out[i, j, k] = max(total, 0.0)
    return out


@pytest.fixture(scope="module")
def network():
    from course_utils.backend import keras

    return keras.applications.VGG19(weights=None, include_top=False)


def features(network, layer: str, pictures: np.ndarray) -> np.ndarray:
    from course_utils.backend import keras

    part = keras.Model(network.input, network.get_layer(layer).output)
    return np.asarray(part(preprocessed(pictures).astype(np.float32)))


def pour(weights: dict[str, tuple[np.ndarray, np.ndarray]], network) -> None:
    for layer, arrays in weights.items():
        network.get_layer(layer).set_weights(arrays)


@pytest.mark.slow
def test_the_first_layer_of_keras_computes_what_the_formula_says(weights, network):
    pour(weights, network)
    crop = picture("chelsea.png")[60:67, 80:88]
    expected = convolution(preprocessed(crop), *weights["block1_conv1"])
    found = features(network, "block1_conv1", crop[np.newaxis])[0]
    assert 0.2 < (expected > 0).mean() < 0.8
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-3)


@pytest.mark.slow
def test_the_deepest_features_tell_a_cat_from_a_cup(weights, network):
    pour(weights, network)
    cat, cup = picture("chelsea.png"), picture("coffee.png")
    found = features(network, "block5_conv4", np.stack([cat, cat[:, ::-1], cup]))
    assert found.shape == (3, 14, 14, 512)
    assert 0.05 < (found > 0).mean() < 0.2  # each feature is there in few places
    vectors = found.mean(axis=(1, 2))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert vectors[0] @ vectors[1] > 0.95  # the cat and its mirror image
    assert vectors[0] @ vectors[2] < 0.15  # the cat and the cup of coffee


@pytest.mark.slow
@pytest.mark.parametrize("order", ["rows and columns exchanged", "turned by half", "red first"])
def test_kernels_that_lie_another_way_find_less(weights, network, order):
    """A stored kernel may be transposed or turned without any shape being wrong; the features tell."""

    def other(kernel: np.ndarray) -> np.ndarray:
        if order == "rows and columns exchanged":
            return kernel.transpose(1, 0, 2, 3)
        if order == "turned by half":
            return kernel[::-1, ::-1]
        return kernel[:, :, ::-1] if kernel.shape[2] == 3 else kernel

    cat = picture("chelsea.png")[np.newaxis]
    pour(weights, network)
    right = features(network, "block5_conv4", cat).max()
    pour({layer: (other(kernel), bias) for layer, (kernel, bias) in weights.items()}, network)
    assert features(network, "block5_conv4", cat).max() < 0.9 * right
