"""Tests of course_utils.faces.gallery: recognises as plain loops do, refuses what is wrong, loses nothing on disk."""

import json
import math
import pickle
import unicodedata
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from course_utils.data.faces import load_faces
from course_utils.errors import DataError
from course_utils.faces.gallery import Gallery
from course_utils.faces.networks import embed, embedding_network, fingerprint


@pytest.fixture(scope="module")
def encoder():
    return embedding_network()


@pytest.fixture(scope="module")
def small_encoder():
    """One whose embeddings have four numbers, for tests of the search and of files."""
    return embedding_network(4)


@pytest.fixture(scope="module")
def faces():
    """(40 people, 10 pictures, rows, columns)."""
    return load_faces().pictures


@pytest.fixture(scope="module")
def four_embeddings(encoder, faces):
    """Of the first picture of four people, embedded one by one: in a batch the last digit may differ."""
    return np.concatenate([embed(encoder, pictures[:1], mirror=True) for pictures in faces[:4]])


@pytest.fixture
def four(encoder, four_embeddings):
    """A gallery of four people by their first picture."""
    gallery = Gallery(encoder, tau=0.5)
    gallery.enroll_embeddings(["Anna", "Bela", "Chloé", "Dũng"], four_embeddings)
    return gallery


def unit(rows):
    rows = np.asarray(rows, np.float64)
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def random_unit(*shape, seed=0):
    return unit(np.random.default_rng(seed).normal(size=shape))


def filled(encoder, embeddings, tau=0.5):
    gallery = Gallery(encoder, tau)
    gallery.enroll_embeddings([str(i) for i in range(len(embeddings))], embeddings)
    return gallery


# ---- The search ----


def test_one_by_one_or_all_at_once_is_the_same(small_encoder):
    gallery = filled(small_encoder, random_unit(1000, 4))
    queries = random_unit(20, 4, seed=1)
    one_by_one = [gallery.nearest_to_embeddings(query[None], 5)[0] for query in queries]
    assert gallery.nearest_to_embeddings(queries, 5) == one_by_one


def test_no_queries_no_answers(four):
    assert four.nearest_to_embeddings(np.empty((0, 64), np.float32), 1) == []


def test_among_equals_the_first_enrolled_wins(small_encoder):
    two = random_unit(2, 4)
    gallery = filled(small_encoder, np.tile(two, (350, 1)))
    expected = [(str(i), 0.0) for i in range(0, 700, 2)]
    for k in (1, 2, 350):
        assert gallery.nearest_to_embeddings(two[:1], k)[0] == expected[:k]
    gallery.remove("0")
    gallery.enroll_embeddings(["0"], two[:1])
    assert gallery.nearest_to_embeddings(two[:1], 1)[0] == [("2", 0.0)]


@pytest.mark.parametrize("k", [0, -1, 1.0, True, "all", None])
def test_k_must_be_a_whole_number_above_0(four, faces, k):
    with pytest.raises(ValueError, match="k: expected a whole number above 0"):
        four.nearest(faces[0, 0], k)


# ---- Faces ----


def test_recognises_as_the_plain_computation_does(encoder, faces):
    names = [f"person {i}" for i in range(40)]
    gallery = Gallery(encoder, tau=1)
    for name, pictures in zip(names[:3], faces, strict=False):
        gallery.enroll(name, pictures[0])
    gallery.enroll_embeddings(names[3:], embed(encoder, faces[3:, 0], mirror=True))
    enrolled = embed(encoder, faces[:, 0], mirror=True).astype(np.float64)
    queries = faces[:, 1]
    asked = embed(encoder, queries, mirror=True).astype(np.float64)
    distance = np.array([[math.sqrt(((a - b) ** 2).sum()) for b in enrolled] for a in asked])
    gallery.tau = float(np.median(distance.min(axis=1)))
    expected = [names[row.argmin()] if row.min() <= gallery.tau else None for row in distance]
    assert 10 < sum(name is None for name in expected) < 30
    assert gallery.identify_all(queries) == expected
    assert [gallery.identify(picture) for picture in queries[:3]] == expected[:3]
    for i, matches in enumerate(gallery.nearest_all(queries, 40)):
        assert [match.name for match in matches] == [names[j] for j in np.argsort(distance[i])]
        np.testing.assert_allclose([match.distance for match in matches], np.sort(distance[i]), atol=1e-6)
    accepted, measured = gallery.verify(queries[3], "person 7")
    assert measured == pytest.approx(distance[3, 7], abs=1e-6)
    assert accepted == (distance[3, 7] <= gallery.tau)


def test_an_enrolled_picture_is_at_distance_exactly_0(encoder, faces):
    gallery = Gallery(encoder, tau=0.1)
    for i in range(8):
        gallery.enroll(str(i), faces[i, 0])
        assert gallery.nearest(faces[i, 0], 1) == [(str(i), 0.0)]
    assert gallery.verify(faces[1, 0], "1") == (True, 0.0)
    assert gallery.identify(faces[1, 0]) == "1"


def test_tau_itself_is_still_accepted(four, faces):
    _, distance = four.verify(faces[0, 5], "Anna")
    four.tau = distance
    assert four.verify(faces[0, 5], "Anna") == (True, distance)
    assert four.identify(faces[0, 5]) == "Anna"
    four.tau = np.nextafter(distance, 0)
    assert four.verify(faces[0, 5], "Anna") == (False, distance)
    assert four.identify(faces[0, 5]) is None


def test_strangers_are_not_recognised(four, faces):
    nearest = four.nearest(faces[20, 0], 1)[0].distance
    four.tau = nearest * 0.99
    assert four.identify(faces[20, 0]) is None
    four.tau = nearest * 1.01
    assert four.identify(faces[20, 0]) == four.nearest(faces[20, 0], 1)[0].name


def test_several_pictures_become_the_mean_of_their_embeddings_of_length_1(encoder, faces):
    gallery = Gallery(encoder, tau=1)
    gallery.enroll("Anna", faces[0, :5])
    mean = unit(embed(encoder, faces[0, :5], mirror=True).astype(np.float64).mean(axis=0))
    assert gallery.nearest_to_embeddings(mean[None], 1)[0][0].distance == pytest.approx(0, abs=1e-6)
    _, distance = gallery.verify(faces[0, 0], "Anna")
    assert distance == pytest.approx(np.linalg.norm(mean - embed(encoder, faces[0, :1], mirror=True)[0]), abs=1e-6)


def test_embeddings_computed_before_do_the_same_as_pictures(encoder, faces):
    from_pictures, from_embeddings = Gallery(encoder, tau=1), Gallery(encoder, tau=1)
    for name, pictures in zip("ABC", faces, strict=False):
        from_pictures.enroll(name, pictures[:3])
    embeddings = embed(encoder, faces[:3, :3].reshape(9, 112, 92), mirror=True).reshape(3, 3, 64)
    from_embeddings.enroll_embeddings(list("ABC"), embeddings)
    for one, other in zip(from_pictures.nearest(faces[0, 5], 3), from_embeddings.nearest(faces[0, 5], 3), strict=True):
        assert one.name == other.name
        assert one.distance == pytest.approx(other.distance, abs=1e-6)


@pytest.mark.parametrize("shape", [(112, 92), (56, 46), (300, 200), (16, 16)])
def test_pictures_of_any_size_of_a_face(four, shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    four.enroll("new", picture)
    assert four.identify(picture) == "new"


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.ones((112, 92, 3), np.uint8), "colour picture.*makes it grey"),
        (np.ones((112, 92, 4), np.uint8), "colour picture.*makes it grey"),
        (np.ones((2, 112, 92, 4), np.uint8), "colour picture.*makes it grey"),
        (np.ones((112, 92)), r"expected uint8.*got float64.*astype\(np.uint8\)"),
        (np.ones((112, 92), bool), "expected uint8.*got bool"),
        ("face.png", "expected uint8"),
        (np.ones((1, 1), np.uint8), r"at least 16 x 16 pixels, got shape \(1, 1, 1\)"),
        (np.ones((112, 15), np.uint8), "at least 16 x 16"),
        (np.ones((0, 112, 92), np.uint8), "one or more grey pictures"),
        (np.ones((112 * 92,), np.uint8), "one or more grey pictures"),
        (np.zeros((112, 92), np.uint8), "same grey everywhere"),
    ],
    ids=["RGB", "RGBA", "several RGBA", "float", "bool", "a path", "1 x 1", "narrow", "none", "flat", "all black"],
)
def test_what_is_not_a_grey_picture_is_refused_and_nothing_is_stored(four, faces, picture, message):
    with pytest.raises(ValueError, match=message):
        four.enroll("new", picture)
    assert four.names == ("Anna", "Bela", "Chloé", "Dũng")
    for ask in (four.identify, lambda picture: four.verify(picture, "Anna"), lambda picture: four.nearest(picture, 1)):
        with pytest.raises(ValueError, match=r"pictures?: "):
            ask(picture)


def test_pictures_of_several_sizes_are_refused(four, faces):
    for use in (lambda pictures: four.enroll("new", pictures), four.identify_all):
        with pytest.raises(ValueError, match="several sizes; bring them to one size"):
            use([faces[0, 0], faces[0, 1, :100]])


def test_a_blank_picture_among_good_ones_is_refused(four, faces):
    with pytest.raises(ValueError, match="same grey everywhere"):
        four.enroll("new", np.stack([faces[5, 0], np.full((112, 92), 7, np.uint8)]))


@pytest.mark.parametrize("ask", ["identify", "verify", "nearest"])
def test_a_question_is_about_one_picture(four, faces, ask):
    arguments = {"identify": (), "verify": ("Anna",), "nearest": (1,)}[ask]
    with pytest.raises(ValueError, match="picture: expected one, "):
        getattr(four, ask)(faces[0, :2], *arguments)


# ---- Names ----


def test_a_new_gallery_is_empty_and_says_so(encoder, faces):
    gallery = Gallery(encoder, tau=0.5)
    assert len(gallery) == 0
    for ask in (
        lambda: gallery.identify(faces[0, 0]),
        lambda: gallery.identify_all(faces[0]),
        lambda: gallery.nearest(faces[0, 0], 1),
        lambda: gallery.nearest_to_embeddings(random_unit(1, 64), 1),
    ):
        with pytest.raises(ValueError, match=r"gallery is empty.*Call enroll first"):
            ask()
    with pytest.raises(ValueError, match="nobody is enrolled as 'Anna'"):
        gallery.verify(faces[0, 0], "Anna")


def test_a_name_enrolled_twice_is_refused_until_it_is_removed(four, faces):
    with pytest.raises(ValueError, match=r"'Anna' is enrolled already.*call remove\('Anna'\) first"):
        four.enroll("Anna", faces[9, 0])
    assert four.verify(faces[0, 0], "Anna") == (True, 0.0)
    four.remove("Anna")
    four.enroll("Anna", faces[9, 0])
    assert four.verify(faces[9, 0], "Anna") == (True, 0.0)
    assert four.names == ("Bela", "Chloé", "Dũng", "Anna")


def test_who_is_removed_is_not_found_and_the_others_are(small_encoder):
    rows = random_unit(6, 4)
    gallery = Gallery(small_encoder, tau=0.1)
    gallery.enroll_embeddings(list("ABCDE"), rows[:5])

    def found():
        return [matches[0].name for matches in gallery.nearest_to_embeddings(rows, 1) if matches[0].distance == 0]

    assert found() == list("ABCDE")
    gallery.remove("C")
    assert gallery.names == tuple("ABDE")
    assert found() == list("ABDE")
    with pytest.raises(ValueError, match="nobody is enrolled as 'C'"):
        gallery.remove("C")
    gallery.enroll_embeddings(["F"], rows[5:])
    assert found() == list("ABDEF")


def test_an_unknown_name_gets_the_close_ones(four, faces):
    with pytest.raises(ValueError, match=r"nobody is enrolled as 'Ana'\. Did you mean 'Anna'\?"):
        four.verify(faces[0, 0], "Ana")
    with pytest.raises(ValueError, match=r"nobody is enrolled as 'Zoltan'\. 4 people are enrolled"):
        four.verify(faces[0, 0], "Zoltan")


def test_a_message_cuts_a_long_name(four, faces):
    long = "x" * 100_000
    with pytest.raises(ValueError, match=r"^name: nobody is enrolled as .{,200}$"):
        four.remove(long)
    with pytest.raises(ValueError, match=r"^names: .{,200}$"):
        four.enroll_embeddings([long, long], random_unit(2, 64))
    four.enroll(long, faces[9, 0])
    with pytest.raises(ValueError, match=r"^name: .{,250}$"):
        four.enroll(long, faces[9, 0])
    with pytest.raises(ValueError, match=r"^name: nobody is enrolled as .*Did you mean .{,200}$"):
        four.remove(long + "y")


@pytest.mark.parametrize("name", ["", "  ", "\n", None, 7, b"Anna", ("Anna",)])
def test_a_name_is_text(four, faces, name):
    for use in (lambda: four.enroll(name, faces[9, 0]), lambda: four.remove(name), lambda: four.verify(faces[0, 0], name)):
        with pytest.raises(ValueError, match="name: expected text that is not empty"):
            use()


def test_what_looks_the_same_is_one_name(four, faces):
    taken_apart = unicodedata.normalize("NFD", "Chloé")
    assert taken_apart != "Chloé"
    assert four.verify(faces[2, 0], f" {taken_apart} ") == (True, 0.0)
    with pytest.raises(ValueError, match="enrolled already"):
        four.enroll(taken_apart, faces[9, 0])


# ---- Embeddings that were computed before ----


@pytest.mark.parametrize(
    ("names", "embeddings", "message"),
    [
        (["new"], random_unit(1, 32), "64 features each.*got shape"),
        (["new"], random_unit(2, 64), r"got 1 names and shape \(2, 64\)"),
        (["new", "newer"], random_unit(64), "got 2 names"),
        ([], np.empty((0, 64), np.float32), "one name or more"),
        (["new"], np.empty((1, 0, 64), np.float32), "one name or more"),
        (["new"], np.eye(1, 64, dtype=int), "expected floats"),
        (["new"], np.full((1, 64), np.nan, np.float32), "length nan"),
        (["new"], np.full((1, 64), np.inf, np.float32), "length inf"),
        (["new"], np.zeros((1, 64), np.float32), "length 0"),
        (["new", "newer"], random_unit(2, 64) * [[1.0], [1.002]], "one of length 1.002"),
        (["new"], np.stack([random_unit(1, 64), -random_unit(1, 64)], axis=1), "cancel out"),
        (["new", "new"], random_unit(2, 64), "'new' is there twice"),
        (["new", "Anna"], random_unit(2, 64), "'Anna' is enrolled already"),
        (["new", ""], random_unit(2, 64), "name: expected text"),
    ],
)
def test_wrong_embeddings_are_refused_and_nothing_is_stored(four, faces, names, embeddings, message):
    with pytest.raises(ValueError, match=message):
        four.enroll_embeddings(names, embeddings)
    assert four.names == ("Anna", "Bela", "Chloé", "Dũng")
    assert four.verify(faces[3, 0], "Dũng") == (True, 0.0)


@pytest.mark.parametrize("embeddings", [random_unit(64), random_unit(2, 32), 2 * random_unit(2, 64), np.ones((1, 64), int)])
def test_wrong_embeddings_are_not_searched_for(four, embeddings):
    with pytest.raises(ValueError, match="embeddings: expected"):
        four.nearest_to_embeddings(embeddings, 1)


def test_half_precision_is_taken(four):
    embeddings = random_unit(50, 64).astype(np.float16)
    four.enroll_embeddings([str(i) for i in range(50)], embeddings)
    assert four.nearest_to_embeddings(embeddings, 1) == [[(str(i), 0.0)] for i in range(50)]


# ---- The encoder and tau ----


def test_an_encoder_trained_after_enrolment_is_refused(faces):
    encoder = embedding_network()
    gallery = Gallery(encoder, tau=0.5)
    gallery.enroll("Anna", faces[0, 0])
    encoder.set_weights([weight * np.float32(1.001) for weight in encoder.get_weights()])
    for use in (lambda: gallery.identify(faces[0, 0]), lambda: gallery.enroll("Bela", faces[1, 0])):
        with pytest.raises(ValueError, match=r"weights have changed.*enroll everybody again"):
            use()


def test_an_encoder_that_gives_no_numbers_is_refused(faces):
    encoder = embedding_network()
    encoder.set_weights([np.full_like(weight, np.nan) for weight in encoder.get_weights()])
    with pytest.raises(ValueError, match=r"not finite.*train it again"):
        Gallery(encoder, tau=0.5).enroll("Anna", faces[0, 0])


@pytest.mark.parametrize("wrong", [None, "encoder.keras", len])
def test_what_is_not_an_encoder_is_refused(wrong, encoder, tmp_path):
    Gallery(encoder, tau=0.5).save(tmp_path / "gallery.npz")
    for use in (lambda: Gallery(wrong, tau=0.5), lambda: Gallery.load(tmp_path / "gallery.npz", wrong)):
        with pytest.raises(ValueError, match="encoder: expected a network"):
            use()


@pytest.mark.parametrize("tau", [0, 2, -1, math.nan, math.inf, "0.5", None, True])
def test_tau_is_a_distance_that_tells_people_apart(encoder, four, tau):
    with pytest.raises(ValueError, match="tau: expected a distance above 0, below 2, where everybody is recognised"):
        Gallery(encoder, tau)
    with pytest.raises(ValueError, match="tau: expected"):
        four.tau = tau
    assert four.tau == 0.5


# ---- Files ----


def test_a_saved_gallery_gives_the_same_answers(small_encoder, tmp_path):
    names = ["Anna", "Chloé", "Dũng", "Мария", "李娜", "🙂", "\udc80", "a/b\\c\0"]
    gallery = Gallery(small_encoder, tau=0.1 + 0.2)
    gallery.enroll_embeddings(names, random_unit(8, 3, 4))
    gallery.remove("Dũng")
    gallery.save(tmp_path / "gallery.npz")
    loaded = Gallery.load(tmp_path / "gallery.npz", small_encoder)
    assert loaded.names == gallery.names
    assert loaded.tau == gallery.tau
    queries = random_unit(20, 4, seed=1)
    assert loaded.nearest_to_embeddings(queries, 7) == gallery.nearest_to_embeddings(queries, 7)
    loaded.enroll_embeddings(["Dũng"], queries[:1])
    assert loaded.nearest_to_embeddings(queries[:1], 1) == [[("Dũng", 0.0)]]


def test_an_empty_gallery_can_be_saved(encoder, tmp_path):
    Gallery(encoder, tau=0.7).save(tmp_path / "gallery.npz")
    loaded = Gallery.load(str(tmp_path / "gallery.npz"), encoder)
    assert len(loaded) == 0
    assert loaded.tau == 0.7


def test_the_file_is_plain_numpy_and_json(four, encoder, tmp_path):
    four.save(tmp_path / "gallery.npz")
    with np.load(tmp_path / "gallery.npz", allow_pickle=False) as arrays:
        header = json.loads(arrays["header"].tobytes())
        assert arrays["embeddings"].shape == (4, 64)
        assert arrays["embeddings"].dtype == np.float32
    assert header == {
        "format": "faces-and-style gallery",
        "version": 1,
        "fingerprint": fingerprint(encoder),
        "tau": 0.5,
        "names": ["Anna", "Bela", "Chloé", "Dũng"],
    }


def test_another_encoder_is_refused(four, tmp_path):
    four.save(tmp_path / "gallery.npz")
    other = embedding_network(seed=1)
    with pytest.raises(DataError, match="another encoder") as error:
        Gallery.load(tmp_path / "gallery.npz", other)
    assert fingerprint(other)[:12] in str(error.value)
    assert four._fingerprint[:12] in str(error.value)
    assert "enroll everybody again" in str(error.value)


@pytest.fixture(scope="module")
def two(small_encoder):
    return filled(small_encoder, random_unit(2, 4))


@pytest.fixture
def file(two, tmp_path):
    two.save(tmp_path / "gallery.npz")
    return tmp_path / "gallery.npz"


@pytest.mark.slow
def test_a_file_cut_anywhere_is_said_to_be_cut(file, small_encoder):
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"cut short or damaged.*enroll everybody again"):
            Gallery.load(file, small_encoder)


@pytest.mark.slow
def test_a_file_with_a_changed_byte_is_refused_or_gives_the_same_answers(file, two, small_encoder):
    whole = file.read_bytes()
    queries = random_unit(5, 4, seed=1)
    expected = two.nearest_to_embeddings(queries, 2)
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with suppress(DataError):  # dates and rights in a .zip say nothing about what it holds
            loaded = Gallery.load(file, small_encoder)
            assert (loaded.names, loaded.tau) == (two.names, two.tau)
            assert loaded.nearest_to_embeddings(queries, 2) == expected


def rewrite(file, embeddings=None, **changes):
    """Write the file anew, whole but with another header or other embeddings."""
    with np.load(file) as arrays:
        header, kept = json.loads(arrays["header"].tobytes()), arrays["embeddings"]
    coded = np.frombuffer(json.dumps({**header, **changes}).encode(), np.uint8)
    np.savez(file, header=coded, embeddings=kept if embeddings is None else embeddings)


@pytest.mark.parametrize(
    "changes",
    [
        {"names": ["0"]},
        {"names": ["0", "0"]},
        {"names": ["0", ""]},
        {"names": None},
        {"tau": 5},
        {"tau": "0.5"},
        {"embeddings": random_unit(2, 5)},
        {"embeddings": random_unit(2, 4).astype(np.float64)},
        {"embeddings": 1.001 * random_unit(2, 4)},
        {"embeddings": np.full((2, 4), np.nan, np.float32)},
        {"embeddings": np.array([["a", "b"]], object)},
    ],
    ids=repr,
)
def test_a_whole_file_with_impossible_contents_is_damaged(file, small_encoder, changes):
    rewrite(file, **changes)
    with pytest.raises(DataError, match=r"damaged.*enroll everybody again"):
        Gallery.load(file, small_encoder)


@pytest.mark.parametrize("member", ["header", "embeddings"])
def test_a_missing_part_is_named_as_such(file, small_encoder, member):
    with np.load(file) as arrays:
        kept = {name: array for name, array in arrays.items() if name != member}
    np.savez(file, **kept)
    with pytest.raises(DataError, match="another .npz" if member == "header" else "damaged"):
        Gallery.load(file, small_encoder)


def test_a_newer_version_is_named(file, small_encoder):
    rewrite(file, version=2)
    with pytest.raises(DataError, match=r"saved by version 2 of the format.*has version 1\. Get a newer one"):
        Gallery.load(file, small_encoder)


@pytest.mark.parametrize("version", ["x" * 100_000, 10**4000, list(range(10_000))], ids=["text", "number", "list"])
def test_a_message_cuts_a_long_version(file, small_encoder, version):
    rewrite(file, version=version)
    with pytest.raises(DataError) as caught:
        Gallery.load(file, small_encoder)
    assert len(str(caught.value)) < len(str(file)) + 250


@pytest.mark.parametrize("version", [None, 0, -1, "2", [2], 1.5])
def test_a_version_that_never_was_is_damage(file, small_encoder, version):
    rewrite(file, version=version)
    with pytest.raises(DataError, match="damaged"):
        Gallery.load(file, small_encoder)


def test_nothing_of_a_pickle_is_run(tmp_path, small_encoder):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    np.savez(tmp_path / "gallery.npz", header=np.array([Trap()], object), embeddings=np.array([Trap()], object))
    (tmp_path / "trap.pkl").write_bytes(pickle.dumps(Trap()))
    for name in ("gallery.npz", "trap.pkl"):
        with pytest.raises(DataError):
            Gallery.load(tmp_path / name, small_encoder)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a gallery but something else"),
        (b"name,embedding\nAnna,1\n", "not a gallery but something else"),
        (None, "another .npz or .zip file"),
    ],
    ids=["a picture", "a table", "another zip"],
)
def test_another_kind_of_file_is_named(tmp_path, small_encoder, content, message):
    path = tmp_path / "gallery.npz"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("letter.txt", "Dear Anna")
    else:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        Gallery.load(path, small_encoder)


@pytest.mark.parametrize("stop", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["disk full", "Ctrl-C"])
def test_a_save_that_stops_half_way_leaves_the_old_file_whole(file, two, small_encoder, monkeypatch, stop):
    def half(stream, **arrays):
        stream.write(file.read_bytes()[:300])
        raise stop

    more = filled(small_encoder, random_unit(9, 4))
    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(DataError if isinstance(stop, OSError) else KeyboardInterrupt):
        more.save(file)
    assert [path.name for path in file.parent.iterdir()] == ["gallery.npz"]
    assert Gallery.load(file, small_encoder).names == two.names
    monkeypatch.undo()
    more.save(file)
    assert len(Gallery.load(file, small_encoder)) == 9
    assert [path.name for path in file.parent.iterdir()] == ["gallery.npz"]
