"""Tests of course_utils.faces.networks: sizes, symmetry, numbers against NumPy, saving and loading."""

import zipfile

import numpy as np
import pytest

from course_utils.backend import keras, tf
from course_utils.data.faces import load_faces
from course_utils.errors import DataError
from course_utils.faces.networks import (
    FeatureDifference,
    embed,
    embedding_network,
    fingerprint,
    load_model,
    siamese_network,
    verification_head,
)
from course_utils.faces.preprocessing import shrink

KINDS = ("absolute", "chi_square")


@pytest.fixture(scope="module")
def encoder():
    return embedding_network()


@pytest.fixture(scope="module")
def pictures():
    return load_faces().pictures[:4, :3].reshape(12, 112, 92)


def small(pictures):
    return shrink(pictures)[..., None]


def random_unit(n, features=64, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, features)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# ---- The encoder ----


def test_the_encoder_has_about_150_000_parameters(encoder):
    convolutions = 9 * (1 * 16 + 16 * 32 + 32 * 64 + 64 * 128)
    normalisations = 4 * (16 + 32 + 64 + 128)
    dense = (3 * 2 * 128 + 1) * 64
    assert encoder.count_params() == convolutions + normalisations + dense == 147_088


def test_embeddings_have_length_1_and_one_row_a_picture(encoder, pictures):
    embeddings = embed(encoder, pictures)
    assert embeddings.shape == (12, 64)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, rtol=1e-5)


def test_brightness_and_contrast_leave_no_trace(encoder, pictures):
    one = small(pictures)
    np.testing.assert_allclose(encoder(0.2 + 0.5 * one), encoder(one), atol=2e-4)


def test_an_even_picture_gets_a_finite_embedding_and_finite_gradients(encoder):
    even = tf.fill((2, 56, 46, 1), 0.3)
    with tf.GradientTape() as tape:
        embeddings = encoder(even)
        total = tf.reduce_sum(embeddings**2 * tf.range(64.0))
    assert np.isfinite(embeddings).all()
    for gradient in tape.gradient(total, encoder.trainable_variables):
        assert np.isfinite(gradient).all()


def test_the_seed_decides_the_weights():
    assert fingerprint(embedding_network(seed=1)) == fingerprint(embedding_network(seed=1))
    assert fingerprint(embedding_network(seed=1)) != fingerprint(embedding_network(seed=2))
    kernels = [w for w in embedding_network(seed=0).get_weights() if w.ndim > 1]
    assert all(0.5 < np.std(a / np.abs(a).max()) / np.sqrt(1 / 3) < 1.5 for a in kernels)  # uniform, and not all 0


@pytest.mark.parametrize("features", [0, -3, 2.5, "64", 2**16 + 1, 10**400])
def test_an_impossible_number_of_features_is_refused(features):
    with pytest.raises(ValueError, match="features: expected a whole number from 1 to 65536"):
        embedding_network(features)


def test_mirrored_pictures_have_the_same_averaged_embedding(encoder, pictures):
    once, mirrored = embed(encoder, pictures, mirror=True), embed(encoder, pictures[:, :, ::-1], mirror=True)
    np.testing.assert_allclose(once, mirrored, atol=1e-3)  # Lanczos weights are symmetric to rounding of grey levels only
    np.testing.assert_allclose(np.linalg.norm(once, axis=1), 1, rtol=1e-5)
    assert not np.allclose(once, embed(encoder, pictures), atol=1e-3)


def test_many_pictures_are_embedded_as_one_by_one(encoder, pictures):
    many = np.tile(pictures, (25, 1, 1))  # 300, more than are embedded at once
    np.testing.assert_allclose(embed(encoder, many), np.tile(embed(encoder, pictures), (25, 1)), atol=1e-5)
    np.testing.assert_allclose(embed(encoder, pictures[:1]), embed(encoder, pictures)[:1], atol=1e-5)


@pytest.mark.parametrize("shape", [(112, 92), (1, 112, 92, 3), (0, 112, 92)])
def test_embed_wants_a_stack_of_grey_pictures(encoder, shape):
    with pytest.raises(ValueError, match="pictures: expected"):
        embed(encoder, np.zeros(shape, np.uint8))


def test_embed_wants_grey_levels(encoder):
    with pytest.raises(ValueError, match="uint8"):
        embed(encoder, np.zeros((1, 112, 92), np.float32))


# ---- The pair ----


def test_the_siamese_network_has_one_encoder_and_nothing_more(encoder):
    assert siamese_network(encoder).count_params() == encoder.count_params()


def test_swapping_the_two_pictures_changes_nothing(encoder, pictures):
    first, second = small(pictures[:6]), small(pictures[6:])
    siamese = siamese_network(encoder)
    there, back = siamese([first, second]), siamese([second, first])
    assert there.shape == (6,)
    np.testing.assert_array_equal(there, back)


def test_the_siamese_distance_is_that_of_the_embeddings(encoder, pictures):
    first, second = small(pictures[:6]), small(pictures[6:])
    expected = np.sqrt(((np.float64(encoder(first)) - np.float64(encoder(second))) ** 2).sum(axis=1))
    np.testing.assert_allclose(siamese_network(encoder)([first, second]), expected, rtol=1e-4)


def test_a_picture_is_at_distance_0_from_itself_with_a_finite_gradient(encoder, pictures):
    siamese, one = siamese_network(encoder), small(pictures[:2])
    with tf.GradientTape() as tape:
        distance = siamese([one, one])
    np.testing.assert_array_equal(distance, 0)
    for gradient in tape.gradient(distance, siamese.trainable_variables):
        np.testing.assert_array_equal(gradient, 0)


@pytest.mark.slow
def test_training_the_pair_trains_the_encoder(pictures):
    encoder = embedding_network()
    before = fingerprint(encoder)
    siamese = siamese_network(encoder)
    siamese.compile("adam", "mse")
    siamese.train_on_batch([small(pictures[:2]), small(pictures[2:4])], np.zeros(2))
    assert fingerprint(encoder) != before


# ---- The logistic unit ----


def plain_head(f1, f2, weights, bias, kind):
    """The formula of the lecture notes, one pair at a time."""
    if kind == "chi_square":
        f1, f2 = ([max(0.0, v) for v in f] + [max(0.0, -v) for v in f] for f in (f1, f2))
    total = bias
    for a, b, w in zip(f1, f2, weights, strict=True):
        difference = abs(a - b) if kind == "absolute" else ((a - b) ** 2 / (a + b) if a + b > 0 else 0.0)
        total += w * difference
    return 1 / (1 + np.exp(-total))


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_is_the_formula(kind):
    head = verification_head(5, kind)
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(5 if kind == "absolute" else 10, 1)).astype(np.float32)
    head.set_weights([weights, np.array([0.7], np.float32)])
    first, second = random_unit(7, 5, 2), random_unit(7, 5, 3)
    first[0] = second[0]  # equal embeddings
    first[1, :3] = second[1, :3] = 0  # features that are 0 in both
    expected = [
        plain_head(a, b, weights[:, 0].tolist(), 0.7, kind) for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    got = head([first, second])
    assert got.shape == (7,)
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    np.testing.assert_array_equal(got, head([second, first]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_has_finite_gradients_at_equal_and_zero_embeddings(kind):
    f = tf.Variable(np.concatenate([random_unit(2, 4), np.zeros((2, 4), np.float32)]))
    head = verification_head(4, kind)
    with tf.GradientTape() as tape:
        probability = head([f, tf.identity(f)])
    assert np.isfinite(probability).all()
    for gradient in tape.gradient(probability, [f, *head.trainable_variables]):
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_of_the_head(kind):
    assert verification_head(64, kind).count_params() == (64 if kind == "absolute" else 128) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_untrained_head_believes_less_the_larger_the_difference(kind):
    first, second = random_unit(2000), random_unit(2000, seed=1)
    between = (first + 0.3 * second) / np.linalg.norm(first + 0.3 * second, axis=1, keepdims=True)
    head = verification_head(64, kind)
    equal, near, far = (np.asarray(head([first, other])) for other in (first, between, second))
    assert (equal > 0.9).all()
    assert (equal > near).all()
    assert (near > far).all()


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="kind: 'chi' is not known; choose one of absolute, chi_square"):
        FeatureDifference("chi")


# ---- Files ----


@pytest.mark.parametrize("which", ["encoder", "siamese", "absolute", "chi_square"])
def test_a_model_comes_back_from_its_file_with_the_same_numbers(which, encoder, pictures, tmp_path):
    one, other = small(pictures[:6]), small(pictures[6:])
    model, inputs = {
        "encoder": lambda: (encoder, one),
        "siamese": lambda: (siamese_network(encoder), [one, other]),
    }.get(which, lambda: (verification_head(64, which), [random_unit(6), random_unit(6, seed=1)]))()
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(inputs), model(inputs))
    assert fingerprint(again) == fingerprint(model)


def test_no_model_has_a_lambda_layer(encoder):
    for model in (encoder, siamese_network(encoder), *(verification_head(64, kind) for kind in KINDS)):
        assert not any(isinstance(layer, keras.layers.Lambda) for layer in model.layers)


def test_the_fingerprint_sees_a_change_of_one_weight(encoder):
    other = keras.models.clone_model(encoder)
    other.set_weights(encoder.get_weights())
    assert fingerprint(other) == fingerprint(encoder)
    weights = encoder.get_weights()
    weights[-1][3] += np.float32(1e-6)
    other.set_weights(weights)
    assert fingerprint(other) != fingerprint(encoder)


def rewritten(path, **changes):
    """Write an archive anew, with other files in it: name with _ for . = bytes, or None to leave it out."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files |= {name.replace("_json", ".json").replace("_h5", ".h5"): content for name, content in changes.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)


@pytest.fixture
def model_file(tmp_path):
    """A small model: damage does not need a large one."""
    verification_head(4).save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


UNKNOWN = b'{"class_name": "Tomorrow", "module": "tomorrow", "config": {}, "registered_name": "Tomorrow"}'


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"config_json": None}, r"not a model but another \.npz or \.zip file"),
        ({"metadata_json": None}, r"not a model but another \.npz or \.zip file"),
        ({"config_json": b"{"}, "parts that this course does not know"),
        ({"config_json": UNKNOWN}, "parts that this course does not know"),
        ({"metadata_json": b"{"}, "cut short or damaged .*train the model again"),
        ({"metadata_json": b"{}"}, "cut short or damaged"),
        ({"metadata_json": b'{"keras_version": "new"}', "config_json": UNKNOWN}, "cut short or damaged"),
        ({"metadata_json": b'{"keras_version": "99.1.2"}', "config_json": UNKNOWN}, r"saved by Keras 99\.1\.2, .* Get a newer"),
    ],
)
def test_a_file_that_is_no_model_of_this_course_is_named(model_file, changes, message):
    rewritten(model_file, **changes)
    with pytest.raises(DataError, match=message):
        load_model(model_file)


def test_a_model_by_another_name_is_to_be_renamed(model_file):
    with pytest.raises(DataError, match=r"name that ends in \.keras\. Rename it"):
        load_model(model_file.rename(model_file.with_suffix(".zip")))


def test_a_model_of_a_newer_keras_that_can_be_read_is_read(model_file):
    rewritten(model_file, metadata_json=b'{"keras_version": "99.1.2"}')
    assert load_model(model_file).count_params() > 0


def test_no_code_from_a_file_is_run(model_file):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: 2 * x)])
    model.save(model_file)
    with pytest.raises(DataError, match="parts that this course does not know"):
        load_model(model_file)


def test_every_flipped_stretch_of_the_file_is_noticed(encoder, tmp_path):
    path = tmp_path / "model.keras"
    encoder.save(path)
    whole = bytearray(path.read_bytes())
    before = fingerprint(encoder)
    for start in range(0, len(whole), len(whole) // 12):
        damaged = whole.copy()
        damaged[start : start + 16] = bytes(255 - byte for byte in damaged[start : start + 16])
        path.write_bytes(damaged)
        try:
            assert fingerprint(load_model(path)) == before  # the stretch carried no weight, such as a time stamp
        except DataError:
            continue
