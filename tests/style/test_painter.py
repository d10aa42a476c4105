"""Tests of course_utils.style.painter: what its layers do, that it paints pictures of every size, and that a file keeps it."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from course_utils.backend import keras, tf
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.errors import DataError
from course_utils.style.painter import LARGEST, CopyingConvolution, Judged, Painter, ReflectionPadding, painter_network

CAT = resize(picture("chelsea"), 32, 48)


@pytest.fixture(scope="module")
def network():
    """A painter's network with weights such as training leaves: none is 0 or 1."""
    network = painter_network(seed=3)
    rng = np.random.default_rng(0)
    network.set_weights([w + rng.normal(scale=0.05, size=w.shape) for w in network.get_weights()])
    return network


@pytest.fixture(scope="module")
def painter(network):
    history = [Judged(0, 1.0, 3.0, 2.0, 13.0), Judged(7, 2.5, 1.0, 0.5, 3.5)]
    return Painter(network, "wäves ☃", {"style_weight": 5.0, "steps": None}, history, "done")


# ---- The network ----


def test_the_number_of_weights_is_the_one_that_is_told():
    assert painter_network().count_params() == 210_060
    assert "210,060" in painter_network.__doc__


def test_instance_normalisation_is_the_formula(network):
    before, after = (network.get_layer(name).output for name in ("halve_1", "halve_1_normalisation"))
    x = np.random.default_rng(1).uniform(0, 255, (2, 16, 20, 3)).astype(np.float32)
    found_before, found = (found.numpy() for found in keras.Model(network.input, [before, after])(x))
    scale, shift = (weights.numpy() for weights in network.get_layer("halve_1_normalisation").weights)
    expected = np.empty_like(found)
    for n in range(found.shape[0]):
        for channel in range(found.shape[3]):
            values = found_before[n, :, :, channel].astype(np.float64)
            mean = sum(values.ravel()) / values.size
            variance = sum((value - mean) ** 2 for value in values.ravel()) / values.size
            expected[n, :, :, channel] = scale[channel] * (values - mean) / np.sqrt(variance + 1e-5) + shift[channel]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_contrast_of_the_photograph_is_thrown_away(network):
    x = CAT[None].astype(np.float32)
    np.testing.assert_allclose(network(40 + x / 2), network(x), atol=1)
    assert abs(network(x[:, ::-1]) - network(x)).numpy().max() > 5


def test_pictures_of_a_batch_know_nothing_of_each_other(network):
    x = np.stack([CAT, CAT[:, ::-1]]).astype(np.float32)
    np.testing.assert_allclose(network(x)[:1], network(x[:1]), atol=0.01)


@pytest.mark.parametrize("pixels", [1, 4])
def test_reflection_padding_mirrors_at_the_edge(pixels):
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 3)).astype(np.float32)
    expected = np.empty((2, 5 + 2 * pixels, 7 + 2 * pixels, 3), np.float32)
    for row in range(expected.shape[1]):
        for column in range(expected.shape[2]):
            inside = [abs(row - pixels), abs(column - pixels)]
            inside = [place if place < side else 2 * (side - 1) - place for place, side in zip(inside, (5, 7), strict=True)]
            expected[:, row, column] = x[:, *inside]
    np.testing.assert_array_equal(ReflectionPadding(pixels)(x), expected)


@pytest.mark.parametrize("side", [1, 3, 5, 9])
def test_a_convolution_of_copies_is_one_on_copies(side):
    rng = np.random.default_rng(side)
    x, kernel, bias = rng.normal(size=(2, 7, 6, 3)), rng.normal(size=(side, side, 3, 2)), rng.normal(size=2)
    layer = CopyingConvolution(2, side)
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    copies = x.repeat(2, axis=1).repeat(2, axis=2)
    first = 2 * layer.margin - side // 2  # where the kernel begins on the copies, for the first position
    expected = np.zeros((2, 14 - 4 * layer.margin, 12 - 4 * layer.margin, 2))
    for n, row, column, channel in np.ndindex(expected.shape):
        window = copies[n, first + row : first + row + side, first + column : first + column + side]
        expected[n, row, column, channel] = bias[channel] + sum((window * kernel[..., channel]).ravel())
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-4)


def test_the_photograph_is_added_in_other_colours(network):
    x = CAT[None].astype(np.float32)
    without, recoloured, whole = (
        one.numpy()
        for one in keras.Model(network.input, [network.get_layer(name).output for name in ("double_2", "recolour", "add")])(x)
    )
    np.testing.assert_allclose(whole, without + recoloured, atol=1e-5)
    colours = CAT.reshape(-1, 3).astype(float)
    plain = (colours - colours.mean(axis=0)) / colours.std(axis=0)
    (kernel,) = network.get_layer("recolour").weights
    np.testing.assert_allclose(recoloured.reshape(-1, 3), plain @ kernel.numpy()[0, 0], atol=1e-3)


def test_the_edge_of_a_picture_is_painted_like_its_middle(network):
    flat = np.full((1, 48, 48, 3), 90, np.float32)
    painted = network(flat).numpy()
    np.testing.assert_allclose(painted, np.broadcast_to(painted[:, 24:25, 24:25], painted.shape), atol=0.5)


def test_a_model_with_its_layers_is_saved_and_loaded_by_keras(network, tmp_path):
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    x = CAT[None].astype(np.float32)
    np.testing.assert_array_equal(loaded(x), network(x))


def test_the_seed_says_which_weights():
    one, same, other = (painter_network(seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])
    kernels = [weights for weights in one if weights.ndim == 4 and weights.shape == (3, 3, 48, 48)]
    assert not np.array_equal(kernels[0], kernels[1])


@pytest.mark.parametrize("seed", [-1, 2**31, 1.5, None, "1", True])
def test_another_seed_is_refused(seed):
    with pytest.raises(ValueError, match=r"^seed: expected a whole number"):
        painter_network(seed)


# ---- Painting ----


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 40), (3, 50), (16, 16), (17, 31), (33, 48), (64, 18)])
def test_a_picture_of_any_size_is_painted_in_its_size(painter, height, width):
    painted = painter.paint(resize(CAT, height, width))
    assert painted.shape == (height, width, 3)
    assert painted.dtype == np.uint8


def test_sides_that_are_no_multiples_of_four_are_mirrored_and_cut(painter):
    whole = np.concatenate([CAT[:30], CAT[29:27:-1]])
    np.testing.assert_array_equal(painter.paint(CAT[:30]), painter.paint(whole)[:30])


def test_what_is_painted_is_what_the_network_gives(painter):
    expected = painter.network(CAT[None].astype(np.float32)).numpy()[0].clip(0, 255)
    assert expected.std() > 5
    np.testing.assert_allclose(painter.paint(CAT), np.rint(expected), atol=1)


def test_pictures_of_all_sizes_share_one_graph(painter):
    for width in (20, 24, 33):
        painter.paint(CAT[:, :width])
    assert painter._compiled.experimental_get_tracing_count() == 1


def test_what_means_the_same_picture_is_painted_the_same(painter):
    expected = painter.paint(CAT)
    for same in (CAT.astype(float), Image.fromarray(CAT), tf.constant(CAT)):
        np.testing.assert_array_equal(painter.paint(same), expected)
    grey = CAT.mean(axis=2).round()
    np.testing.assert_array_equal(painter.paint(grey), painter.paint(np.repeat(grey[..., None], 3, axis=2)))
    before = CAT.copy()
    painter.paint(before)
    np.testing.assert_array_equal(before, CAT)


@pytest.mark.parametrize(
    "wrong", [None, "cat", 3, [], np.ones((2, 3, 5)), CAT / 255, CAT * -1.0, CAT * np.nan, np.zeros((1, LARGEST + 1, 3))]
)
def test_what_is_no_picture_is_refused_by_name(painter, wrong):
    with pytest.raises(ValueError, match=r"^picture: "):
        painter.paint(wrong)


# ---- Saving and loading ----


def test_a_painter_from_a_file_paints_the_same(painter, tmp_path):
    painter.save(tmp_path / "one.npz")
    one = Painter.load(tmp_path / "one.npz")
    assert (one.style, one.settings, one.history, one.ended) == (painter.style, painter.settings, painter.history, "done")
    assert repr(one) == "Painter('wäves ☃', 7 steps)"
    np.testing.assert_allclose(one.paint(CAT).astype(int), painter.paint(CAT), atol=3)  # after rounding to half precision
    one.save(str(tmp_path / "two.npz"))
    two = Painter.load(str(tmp_path / "two.npz"))
    np.testing.assert_array_equal(two.paint(CAT), one.paint(CAT))
    assert (tmp_path / "two.npz").stat().st_size < 1_000_000


def test_the_file_is_a_plain_archive(painter, tmp_path):
    painter.save(tmp_path / "painter.npz")
    with np.load(tmp_path / "painter.npz", allow_pickle=False) as file:
        header = json.loads(file["header"].tobytes())
        assert header["format"] == "faces-and-style painter"
        assert header["version"] == 2
        assert {file[name].dtype for name in file if name != "header"} == {np.dtype(np.float16)}
        assert sum(file[name].size for name in file if name != "header") == 210_060


@pytest.fixture
def file(painter, tmp_path):
    painter.save(tmp_path / "painter.npz")
    return tmp_path / "painter.npz"


def changed(file, **changes):
    """Write the file again with other contents: of the header by name, or of an array by its name with two underscores."""
    with np.load(file) as archive:
        arrays = dict(archive)
    header = json.loads(arrays["header"].tobytes())
    for name, value in changes.items():
        if "__" not in name:
            header[name] = value
        elif value is None:
            del arrays[name.replace("__", "/")]
        else:
            arrays[name.replace("__", "/")] = value
    np.savez(file, **arrays | {"header": np.frombuffer(json.dumps(header).encode(), np.uint8)})


def test_a_file_that_is_none_is_told_so(tmp_path):
    (tmp_path / "text.npz").write_text("Dear diary")
    (tmp_path / "empty.npz").touch()
    np.savez(tmp_path / "numbers.npz", a=np.ones(3))
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("hello.txt", "hello")
    for name, message in {
        "nowhere.npz": "is not there",
        ".": "is a folder, expected a file",
        "text.npz": "is not a painter but something else",
        "numbers.npz": "is not a painter but another .npz",
        "other.zip": "is not a painter but another .npz",
        "empty.npz": "cut short or damaged",
    }.items():
        with pytest.raises(DataError, match=message):
            Painter.load(tmp_path / name)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_damaged(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match=r"cut short or damaged.*train it again"):
        Painter.load(file)


@pytest.mark.parametrize(
    "changes",
    [
        {"double_2__kernel": np.zeros((9, 9, 32, 2), np.float16)},
        {"double_2__bias": np.full(3, np.nan, np.float16)},
        {"double_2__bias": np.zeros(3, np.float64)},
        {"double_2__bias": None},
        {"history": [[1, 2]]},
        {"history": 5},
        {"history": [["a", "b", "c", "d", "e"]]},
        {"version": "one"},
        {"version": True},
        {"version": 1.5},
        {"version": float("nan")},
        {"version": None},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_a_whole_file_with_impossible_contents_is_damaged(file, changes):
    changed(file, **changes)
    with pytest.raises(DataError, match=r"damaged.*train it again"):
        Painter.load(file)


def test_a_file_from_another_time_is_told_so(file):
    changed(file, version=3)
    with pytest.raises(DataError, match=r"saved by version 3 of it.*it has version 2"):
        Painter.load(file)
    changed(file, version=1)
    with pytest.raises(DataError, match=r"saved by version 1 of it.*another network in version 2.*train it again"):
        Painter.load(file)


def test_nothing_in_a_file_is_run(file):
    class Trap:
        def __reduce__(self):
            return print, ("run",)

    with np.load(file) as archive:
        arrays = dict(archive)
    stream = io.BytesIO()
    np.savez(stream, **arrays | {"double_2/bias": np.array([Trap()], object)})
    file.write_bytes(stream.getvalue())
    with pytest.raises(DataError, match="damaged"):
        Painter.load(file)


def test_a_file_that_cannot_be_written_is_told_and_the_old_one_stays(painter, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="is not a folder"):
        painter.save(tmp_path / "nowhere" / "painter.npz")
    (tmp_path / "painter.npz").write_bytes(b"an older one")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
        painter.save(tmp_path / "painter.npz")
    assert (tmp_path / "painter.npz").read_bytes() == b"an older one"
    assert len(list(tmp_path.iterdir())) == 1


def another(weights):
    """A network whose first weights are others."""
    network = painter_network()
    network.set_weights([weights + network.get_weights()[0], *network.get_weights()[1:]])
    return network


@pytest.mark.parametrize("weights", [np.nan, np.inf, 7e4])
def test_a_network_that_load_would_refuse_is_not_saved(tmp_path, weights):
    (tmp_path / "painter.npz").write_bytes(b"an older one")
    with pytest.raises(ValueError, match=r"^network: the weights .* are not finite, or beyond the 65,504"):
        Painter(another(weights), "one").save(tmp_path / "painter.npz")
    picture = keras.Input((None, None, 3))
    with pytest.raises(ValueError, match=r"^network: only one of painter_network can be saved"):
        Painter(keras.Model(picture, keras.layers.Conv2D(3, 1)(picture)), "other").save(tmp_path / "painter.npz")
    assert (tmp_path / "painter.npz").read_bytes() == b"an older one"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("network", ["waves", None, print]),
        ("style", [None, 5, "", " "]),
        ("settings", [{"x": object()}, {"x": np.ones(3)}, {(1, 2): 3}, np.ones(3)]),
        ("history", [5, [1], [(1, 2.0, 3.0, 4.0, 5.0)], [Judged(1, "x", 3.0, 4.0, 5.0)], [Judged(None, 2.0, 3.0, 4.0, 5.0)]]),
        ("ended", ["later", 1]),
    ],
)
def test_what_a_file_could_not_keep_is_refused_at_once(network, name, wrong):
    for value in wrong:
        with pytest.raises(ValueError, match=rf"^{name}: "):
            Painter(**{"network": network, "style": "one", name: value})


def test_numbers_of_numpy_are_kept_as_numbers(network, tmp_path):
    history = [Judged(np.int64(3), *np.float32([1, 2, 3, 4]))]
    Painter(network, "one", {"style_weight": np.float32(0.5)}, history).save(tmp_path / "one.npz")
    one = Painter.load(tmp_path / "one.npz")
    assert (one.settings, one.history) == ({"style_weight": 0.5}, history)


@pytest.mark.parametrize("path", [None, 3, "", b"x", "a\0b"])
def test_what_is_no_name_is_refused(painter, path):
    for use in (painter.save, Painter.load):
        with pytest.raises(ValueError, match=r"^path: expected the name of a file"):
            use(path)
