"""Tests of course_utils.vgg19: the network is the one that the weights describe, and sees pictures as it was taught."""

from functools import partial

import numpy as np
import pytest
from PIL import Image

from course_utils.backend import keras, tf
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.errors import DataError
from course_utils.vgg19 import LAYERS, FeatureExtractor, Preprocess, vgg19

MEAN_RGB = np.array([123.68, 116.779, 103.939])


def random_picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


# ---- An oracle: convolutions and pooling as loops, in float64 ----


def plain_preprocess(picture):
    return (picture.astype(np.float64) - MEAN_RGB)[:, :, ::-1]


def plain_convolution(x, kernel, bias):
    """Each output is the sum over a window of 3 x 3, zero outside of the picture, over all channels; then ReLU."""
    height, width, _ = x.shape
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    result = np.empty((height, width, len(bias)))
    for row in range(height):
        for column in range(width):
            window = padded[row : row + 3, column : column + 3].ravel()
            result[row, column] = window @ kernel.reshape(-1, len(bias)).astype(np.float64) + bias
    return np.maximum(result, 0)


def plain_pooling(x, reduce):
    height, width, channels = x.shape
    result = np.empty((height // 2, width // 2, channels))
    for row in range(height // 2):
        for column in range(width // 2):
            result[row, column] = reduce(x[2 * row : 2 * row + 2, 2 * column : 2 * column + 2], axis=(0, 1))
    return result


def plain_activations(picture, layers, reduce=np.max):
    """Activations by layer, through the first so many layers."""
    weights = vgg19_weights()
    x = plain_preprocess(picture)
    activations = {}
    for layer in layers:
        x = plain_pooling(x, reduce) if layer.endswith("pool") else plain_convolution(x, *weights[layer])
        activations[layer] = x
    return activations


# ---- The network ----


@pytest.mark.parametrize(("pooling", "reduce"), [("max", np.max), ("average", np.mean)])
@pytest.mark.slow
def test_the_first_three_blocks_are_the_loops(pooling, reduce):
    layers = LAYERS[: LAYERS.index("block3_pool") + 1]
    picture = random_picture(17, 22)
    expected = plain_activations(picture, layers, reduce)
    for layer, activations in FeatureExtractor(layers, pooling=pooling)(picture).items():
        scale = abs(expected[layer]).max()
        np.testing.assert_allclose(activations.numpy()[0], expected[layer], rtol=1e-4, atol=1e-5 * scale, err_msg=layer)


def test_the_network_has_the_layers_and_parameters_of_keras_and_none_to_train():
    ours, theirs = vgg19(), keras.applications.VGG19(weights=None, include_top=False)
    names = [layer.name for layer in theirs.layers[1:]]
    assert [layer.name for layer in ours.layers[2:]] == names == list(LAYERS)
    assert ours.count_params() == theirs.count_params() == 20_024_384
    assert ours.trainable_weights == []


@pytest.mark.slow
def test_a_file_of_weights_of_keras_gives_its_network(tmp_path):
    theirs = keras.applications.VGG19(weights=None, include_top=False)
    theirs.save_weights(tmp_path / "vgg19.weights.h5")
    picture = random_picture(32, 32)
    expected = theirs(keras.applications.vgg19.preprocess_input(picture[None].astype(np.float32))).numpy()
    ours = vgg19(tmp_path / "vgg19.weights.h5")(picture[None]).numpy()
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5 * abs(expected).max())


def test_the_weights_are_those_of_vgg19_for_bgr_pictures():
    # What a first convolution would answer to a red and to a blue picture, if it were fed RGB, is exchanged.
    weights = vgg19_weights()
    red, blue = np.zeros((2, 3, 3, 3), np.uint8)
    red[..., 0] = blue[..., 2] = 255
    features = FeatureExtractor(["block1_conv1"])
    for colour in red, blue:
        expected = plain_convolution(plain_preprocess(colour), *weights["block1_conv1"])
        np.testing.assert_allclose(features(colour)["block1_conv1"][0], expected, rtol=1e-4, atol=1e-3)
    swapped = plain_convolution(plain_preprocess(red)[:, :, ::-1], *weights["block1_conv1"])
    assert abs(features(red)["block1_conv1"][0].numpy() - swapped).max() > 10


def test_weights_that_are_not_there_or_are_not_weights(tmp_path):
    with pytest.raises(DataError, match=r"no file .*nowhere\.h5.*bundled"):
        vgg19(tmp_path / "nowhere.h5")
    (tmp_path / "broken.weights.h5").write_bytes(b"not weights")
    with pytest.raises(DataError, match=r"broken\.weights\.h5.* cannot be loaded"):
        vgg19(tmp_path / "broken.weights.h5")


def test_other_weights_than_those_of_vgg19_are_refused(tmp_path):
    keras.applications.VGG16(weights=None, include_top=False).save_weights(tmp_path / "vgg16.weights.h5")
    with pytest.raises(DataError, match="cannot be loaded"):
        vgg19(tmp_path / "vgg16.weights.h5")


@pytest.mark.parametrize("argument", ["pooling", "precision"])
def test_an_unknown_name_lists_the_known_ones(argument):
    with pytest.raises(ValueError, match=rf"{argument}: 'none' is not known; choose one of \w+, \w+"):
        vgg19(**{argument: "none"})


@pytest.mark.parametrize("make", [vgg19, partial(FeatureExtractor, ["block1_conv1"])])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weights": None}, '^weights: expected "bundled", "imagenet" or the path of a file, got None'),
        ({"weights": 5}, '^weights: expected "bundled", "imagenet" or the path of a file, got 5'),
        ({"pooling": ["max"]}, r"^pooling: \['max'\] is not known"),
        ({"precision": {"float32": 1}}, "^precision: .* is not known"),
    ],
)
def test_a_network_that_cannot_be_built(make, changed, message):
    with pytest.raises(ValueError, match=message):
        make(**changed)


# ---- Preprocessing ----


def test_preprocessing_is_that_of_keras_and_leaves_the_picture_alone():
    picture = random_picture(5, 7).astype(np.float32)
    before = picture.copy()
    expected = keras.applications.vgg19.preprocess_input(picture[None].copy())
    np.testing.assert_array_equal(Preprocess()(picture[None]), expected)
    FeatureExtractor(["block1_conv1"])(picture)
    np.testing.assert_array_equal(picture, before)


# ---- Choosing layers ----


def test_the_network_is_cut_after_the_deepest_layer_needed():
    features = FeatureExtractor(["block3_conv1", "block1_conv2"])
    assert [layer.name for layer in features.model.layers][-1] == "block3_conv1"
    assert list(features(random_picture(20, 28))) == ["block3_conv1", "block1_conv2"]


def test_shapes_halve_at_each_block_whatever_the_kind_of_picture():
    features = FeatureExtractor(LAYERS)
    picture = random_picture(48, 33)
    first = features(picture)
    for layer, (height, width, channels) in {
        "block1_conv2": (48, 33, 64),
        "block1_pool": (24, 16, 64),
        "block3_conv4": (12, 8, 256),
        "block5_conv1": (3, 2, 512),
        "block5_pool": (1, 1, 512),
    }.items():
        assert first[layer].shape == (1, height, width, channels)
    for same in picture[None], picture.astype(np.float64), tf.constant(picture), tf.Variable(picture):
        np.testing.assert_allclose(features(same)["block5_pool"], first["block5_pool"], rtol=1e-5)
    two = features(np.stack([random_picture(48, 33, seed=1), picture]))["block5_pool"]
    np.testing.assert_allclose(two[1], first["block5_pool"][0], rtol=1e-3, atol=1e-3)


def test_gradients_flow_back_to_the_picture():
    picture = tf.Variable(random_picture(16, 16).astype(np.float32))
    features = FeatureExtractor(["block2_conv1"])
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(features(picture)["block2_conv1"])
    assert tape.gradient(total, picture).numpy().std() > 0


def test_bfloat16_is_close_and_comes_back_as_float32():
    picture = random_picture(32, 32)
    exact = FeatureExtractor(["block4_conv2"])(picture)["block4_conv2"].numpy()
    rough = FeatureExtractor(["block4_conv2"], precision="bfloat16")(picture)["block4_conv2"].numpy()
    assert rough.dtype == np.float32
    assert 0 < np.linalg.norm(rough - exact) < 0.05 * np.linalg.norm(exact)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], r"layers: expected a list of names from block1_conv1, .* got \[\]"),
        ("block1_conv1", "layers: expected a list of names .* got 'block1_conv1'"),
        (None, "layers: expected a list of names"),
        (["block6_conv1"], "layers: 'block6_conv1' is not known"),
        ([3], "layers: 3 is not known"),
    ],
)
def test_layers_that_are_none(layers, message):
    with pytest.raises(ValueError, match=message):
        FeatureExtractor(layers)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((8, 8), np.uint8), r"expected \(height, width, 3\) .* got \(8, 8\)"),
        (np.zeros((8, 8, 4), np.uint8), r"got \(1, 8, 8, 4\)"),
        (np.zeros((3, 9, 3), np.uint8), r"3 x 9 pixels are too few for block3_conv2; expected at least 4 x 4"),
        (np.full((8, 8, 3), 0.5), r"go from 0\.5 to 0\.5, expected 0 to 255; multiply them by 255"),
        (np.full((8, 8, 3), 256.0), r"expected values from 0 to 255, got 256 to 256"),
        (np.full((8, 8, 3), -1.0), r"got -1 to -1"),
        (np.full((8, 8, 3), np.nan), r"that are NaN"),
        (np.full((8, 8, 3), 256), r"expected values from 0 to 255, got 256 to 256"),
        (np.zeros((8, 8, 3), bool), r"expected numbers from 0 to 255, got bool"),
        (np.zeros((8, 8, 3), complex), r"expected numbers from 0 to 255, got complex128"),
        ("cat.jpg", r"pictures: expected numbers from 0 to 255"),
        (None, r"pictures: expected numbers from 0 to 255"),
        ([np.zeros((8, 8, 3)), np.zeros((8, 9, 3))], r"pictures: expected one array, got parts of several sizes"),
        (np.zeros((0, 8, 3), np.uint8), r"0 x 8 pixels are too few"),
    ],
)
def test_what_is_not_a_picture_is_refused(picture, message):
    with pytest.raises(ValueError, match=message):
        FeatureExtractor(["block3_conv2"])(picture)


@pytest.mark.parametrize("kind", [np.float64, np.float16, np.int64, np.uint16, np.ndarray.tolist, lambda one: list(one[None])])
def test_a_picture_is_the_same_whatever_holds_its_numbers(kind):
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    see = FeatureExtractor(["block1_conv1"])
    other = picture.astype(kind) if isinstance(kind, type) else kind(picture)
    np.testing.assert_array_equal(see(other)["block1_conv1"], see(picture)["block1_conv1"])


def test_an_image_is_seen_upright_and_in_its_own_colours():
    picture = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)
    sideways = Image.fromarray(np.rot90(picture))
    sideways.getexif()[274] = 6  # EXIF: turn it to the right
    see = FeatureExtractor(["block1_conv1"])
    seen = see(picture)["block1_conv1"]
    for image in (sideways, [sideways], Image.fromarray(picture).quantize(48)):
        np.testing.assert_array_equal(see(image)["block1_conv1"], seen)


def test_a_black_picture_of_floats_is_a_picture():
    assert FeatureExtractor(["block1_conv1"])(np.zeros((4, 4, 3)))["block1_conv1"].shape == (1, 4, 4, 64)


# ---- How much is lost by the 256 values ----


def cells(kernel):
    """Return for each number of a kernel how wide the range is that was rounded to it: half way to both neighbours."""
    values = np.unique(kernel)
    steps = np.diff(values)
    widths = (np.r_[steps[0], steps] + np.r_[steps, steps[-1]]) / 2
    return widths[np.searchsorted(values, kernel)]


@pytest.mark.slow
def test_the_rounding_of_the_kernels_changes_what_the_layers_see_by_less_than_six_hundredths():
    """The exact weights are not here: numbers drawn evenly from each cell stand for them. Prints what data/README.md says."""
    rng, bundled, drawn = np.random.default_rng(0), vgg19(), vgg19()
    kernel_errors = {}
    for layer, (kernel, bias) in vgg19_weights().items():
        exact = kernel + rng.uniform(-0.5, 0.5, kernel.shape) * cells(kernel)
        drawn.get_layer(layer).set_weights([exact, bias])
        kernel_errors[layer] = np.linalg.norm(exact - kernel) / np.linalg.norm(kernel)
    photograph = [resize(picture("china"), 224, 224)[None].astype(np.float32)]
    seen = [
        keras.Model(network.inputs, {layer: network.get_layer(layer).output for layer in kernel_errors})(photograph)
        for network in (bundled, drawn)
    ]
    for layer, kernel_error in kernel_errors.items():
        error = np.linalg.norm(seen[0][layer] - seen[1][layer]) / np.linalg.norm(seen[0][layer])
        print(f"{layer}: kernel {kernel_error:.1%}, activations {error:.1%}")
        assert 0.001 < kernel_error < 0.02
        assert 0.001 < error < 0.06
