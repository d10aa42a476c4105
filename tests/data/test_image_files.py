"""Photographs come in as people see them, whatever the file, and bad files with a message."""

import io
import os
import subprocess
import sys
import warnings
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_utils.data.image_files import as_rgb, fitted_size, read_photograph, resize
from course_utils.errors import DataError

OFFLINE = Path(__file__).parents[1] / "notebooks" / "offline"
UPRIGHT = 274  # the EXIF tag of the orientation
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture
def picture():
    """Four colours in the corners, not square: nothing is symmetric."""
    corners = np.array([[RED, GREEN, GREEN], [BLUE, WHITE, WHITE]], np.uint8)
    return np.kron(corners, np.ones((16, 16, 1), np.uint8))


@pytest.fixture(scope="module")
def some_file(tmp_path_factory):
    """A name for files that come and go."""
    return tmp_path_factory.mktemp("photographs") / "photo.jpg"


def blocks(rows=6, columns=8, size=16, seed=0):
    """A picture of flat coloured squares, which JPEG keeps nearly as they are: no two rows or columns of squares are alike."""
    colours = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    return colours.repeat(size, axis=0).repeat(size, axis=1)


@contextmanager
def no_warning():
    """Let no warning pass, not even one that somebody turned into an error and caught."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    assert not warned


def encoded(image, kind, **options):
    """The bytes of a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def read(image, path, kind="PNG", **options):
    """What comes back of an image that is saved and read."""
    path.write_bytes(encoded(image, kind, **options))
    return read_photograph(path)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM", "GIF", "WEBP"])
def test_a_photo_comes_back_as_rgb(kind, some_file):
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = read(Image.fromarray(blocks()), some_file, kind, **options)
    assert photo.dtype == np.uint8
    assert photo.flags.writeable
    np.testing.assert_array_equal(photo, blocks())


def test_jpeg_comes_back_nearly_as_it_was(some_file):
    np.testing.assert_allclose(read(Image.fromarray(blocks()), some_file, "JPEG", quality=95, subsampling=0), blocks(), atol=12)


@pytest.mark.parametrize("kind", ["PNG", "PPM", "TIFF", "BMP"])
def test_grey_gets_three_equal_channels(kind, some_file):
    grey = blocks()[..., 0]
    np.testing.assert_array_equal(read(Image.fromarray(grey), some_file, kind), np.stack([grey] * 3, axis=-1))


def test_black_and_white_becomes_0_and_255(some_file):
    photo = read(Image.fromarray(blocks()[..., 0] > 100), some_file)
    np.testing.assert_array_equal(photo, np.where(blocks()[..., :1] > 100, 255, 0).repeat(3, axis=2))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_of_16_bits_the_upper_eight_are_kept(kind, some_file):
    grey = np.array([[0, 255, 256], [1000, 0x7FFF, 0x8000], [0xABCD, 0xFF00, 0xFFFF]], np.uint16)
    photo = read(Image.fromarray(grey), some_file, kind)
    for row, column in np.ndindex(3, 3):
        assert photo[row, column].tolist() == [int(grey[row, column]) // 256] * 3


RAMP = np.linspace(0, 1, 9).reshape(3, 3)


def one_depth(path, kind, depth, dtype=np.uint16, **options):
    """What is read of a grey ramp whose levels go up to what so many bits hold."""
    return read(Image.fromarray((RAMP * (2**depth - 1)).astype(dtype)), path, kind, **options)


@pytest.mark.parametrize("depth", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_the_lightest_level_tells_how_many_bits_of_16_are_used(kind, depth, some_file):
    np.testing.assert_allclose(one_depth(some_file, kind, depth)[..., 0], RAMP * 255, atol=1)


@pytest.mark.parametrize("depth", [8, 12, 16, 24, 31])
def test_the_lightest_level_tells_how_many_bits_of_32_are_used(depth, some_file):
    np.testing.assert_allclose(one_depth(some_file, "TIFF", depth, np.int32)[..., 0], RAMP * 255, atol=1)


@pytest.mark.parametrize("depth", [8, 10, 12, 16])
def test_a_pgm_tells_its_own_white(depth, some_file):
    levels = (RAMP * (2**depth - 1) / 2).astype(">u2")  # nothing is as light as white
    head = f"P5 3 3 {2**depth - 1}\n".encode()
    some_file.write_bytes(head + (levels.astype(np.uint8) if depth == 8 else levels).tobytes())
    np.testing.assert_allclose(read_photograph(some_file)[..., 0], RAMP * 255 / 2, atol=1)


def test_a_tag_of_the_file_counts_more_than_its_lightest_level(some_file):
    dark = (RAMP * 1000).astype(np.uint16)  # of 4095
    photo = read(Image.fromarray(dark), some_file, "TIFF", tiffinfo={281: 4095})
    np.testing.assert_array_equal(photo[..., 0], dark // 16)


def sixteen_bits_a_colour(levels):
    """The bytes of a PNG with 16 bits a colour, which Pillow does not write: no filter, one chunk of each kind."""
    height, width, channels = levels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)

    def chunk(name, content):
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([16, {3: 2, 4: 6}[channels], 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("channels", [3, 4])
def test_colours_of_16_bits_are_read_by_their_upper_eight_and_refused_where_these_are_empty(channels, some_file):
    levels = np.dstack([blocks(2, 2, 1)[..., i % 3] for i in range(channels)]).astype(int)
    levels[..., 3:] = 255
    some_file.write_bytes(sixteen_bits_a_colour(levels * 257))
    np.testing.assert_array_equal(read_photograph(some_file), levels[..., :3])
    dark = levels * 16
    dark[..., 3:] = 65535
    some_file.write_bytes(sixteen_bits_a_colour(dark))
    with pytest.raises(DataError, match=r"of its 16 bits a colour at most 14 are used, .* save it with 8 bits"):
        read_photograph(some_file)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_seen_on_white(mode, some_file):
    alpha = np.tile(np.linspace(0, 255, 128).round().astype(np.uint8), (96, 1))
    image = Image.fromarray(np.dstack([blocks(), alpha])).convert(mode)
    photo = read(image, some_file)
    for row, column in [(0, 0), (3, 127), (50, 64), (95, 30), (95, 90)]:
        *colour, a = image.getpixel((column, row))
        for value, channel in zip(photo[row, column], colour * (3 // len(colour)), strict=True):
            assert abs(value - (channel * a + 255 * (255 - a)) / 255) <= 1


@pytest.mark.parametrize("transparency", [1, bytes([255, 0, 255])], ids=["one colour", "bytes"])
def test_the_transparent_colour_of_a_palette_is_white(transparency, some_file):
    image = Image.new("P", (3, 1))
    image.putdata([0, 1, 2])
    image.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200])
    assert read(image, some_file, transparency=transparency).tolist() == [[[200, 0, 0], [255, 255, 255], [0, 0, 200]]]


@pytest.mark.parametrize(("clear", "grey"), [(0, [255, 62, 250]), (65535, [0, 62, 250])])
def test_the_transparent_level_of_16_bits_is_white_and_does_not_tell_how_many_are_used(clear, grey, some_file):
    levels = np.array([[0, 1000, 4000, 65535][: 4 if clear else 3]], np.uint16)
    photo = read(Image.fromarray(levels), some_file, transparency=clear)
    assert photo[0, :, 0].tolist() == [*grey, 255][: levels.size]


def test_cmyk_is_subtracted_from_white(some_file):
    inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255)]
    image = Image.new("CMYK", (5, 1))
    image.putdata(inks)
    expected = [[255, 255, 255], [0, 255, 255], [255, 0, 255], [255, 255, 0], [0, 0, 0]]
    assert read(image, some_file, "TIFF").tolist() == [expected]


def test_a_cmyk_jpeg_is_not_a_negative(some_file):
    photo = read(Image.fromarray(blocks()).convert("CMYK"), some_file, "JPEG", quality=95)
    assert np.abs(photo.astype(int) - blocks()).mean() < 5


def test_of_several_frames_the_first_is_taken(some_file):
    frames = [Image.fromarray(blocks(seed=seed)) for seed in range(3)]
    photo = read(frames[0], some_file, "TIFF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(photo, blocks())


# For each value: on which side of the upright picture the first stored row and the first stored column lie (EXIF 2.32, 4.6.4).
SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def as_stored(upright, sides):
    """The picture as a camera stores it that was held so; pixel by pixel."""
    rows, columns = upright.shape[:2]
    lengths = [columns if side in ("left", "right") else rows for side in sides]
    stored = np.zeros((*lengths, 3), np.uint8)
    for i, j in np.ndindex(*lengths):
        at = {}
        for side, k in zip(sides, (i, j), strict=True):
            at["row" if side in ("top", "bottom") else "column"] = k if side in ("top", "left") else -1 - k
        stored[i, j] = upright[at["row"], at["column"]]
    return stored


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", SIDES)
def test_photos_are_turned_upright_as_the_camera_noted(orientation, kind, some_file):
    exif = Image.Exif()
    exif[UPRIGHT] = orientation
    image = Image.fromarray(as_stored(blocks(), SIDES[orientation]))
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    photo = read(image, some_file, kind, exif=exif, **options)
    np.testing.assert_allclose(photo, blocks(), atol=12 if kind == "JPEG" else 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_whose_exif_data_are_broken_is_taken_as_it_lies(kind, some_file):
    with no_warning():
        photo = read(Image.fromarray(blocks()), some_file, kind, exif=b"Exif\0\0broken", quality=95)
    assert photo.shape == blocks().shape
    with Image.open(some_file) as image:
        np.testing.assert_array_equal(as_rgb("picture", image), photo)


def png_of_size(columns, rows):
    """The beginning of a PNG file that says it is so large."""
    header = b"IHDR" + columns.to_bytes(4) + rows.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    start = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + header + zlib.crc32(header).to_bytes(4)
    return start + (4).to_bytes(4) + b"IDAT" + bytes(8)


JPEG = encoded(Image.fromarray(blocks()), "JPEG")
PNG = encoded(Image.fromarray(blocks()), "PNG")
NO_PHOTOS = {
    "empty": (b"", "is empty. Save the picture as JPEG or PNG"),
    "text": (b"Dear diary, this is no picture.", "is not a picture of a known format. Save the picture as JPEG or PNG"),
    "JPEG cut short": (JPEG[:-100], "is damaged, cut short or of an unusual kind .*truncated.*Copy it again"),
    "PNG cut short": (PNG[: len(PNG) // 2], "is damaged, cut short or of an unusual kind .*Copy it again"),
    "PNG with a wrong byte": (PNG[:200] + bytes([PNG[200] ^ 255]) + PNG[201:], "is damaged, cut short"),
    "large": (png_of_size(10_001, 10_000), "has more than 100,000,000 pixels. Make the picture smaller"),
    "gigantic": (png_of_size(200_000, 200_000), "has more than 100,000,000 pixels. Make the picture smaller"),
    "as large as can be, cut short": (png_of_size(10_000, 10_000), "is damaged, cut short"),
    "floats": (encoded(Image.new("F", (9, 9)), "TIFF"), ".*pixels of type float.*save it as JPEG or PNG"),
}


@pytest.mark.parametrize(("content", "message"), NO_PHOTOS.values(), ids=NO_PHOTOS)
def test_what_is_no_photo_is_refused_by_name_with_a_way_out(content, message, some_file):
    some_file.write_bytes(content)
    with no_warning(), pytest.raises(DataError, match=rf"photo\.jpg {message}"):
        read_photograph(some_file)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"nobody\.jpg is not there\. Check the name"):
        read_photograph(tmp_path / "nobody.jpg")
    with pytest.raises(DataError, match=r"is a folder, expected a picture"):
        read_photograph(str(tmp_path))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_without_a_warning(kind, data, some_file):
    exif = Image.Exif()
    exif[UPRIGHT] = 6
    content = bytearray(encoded(Image.fromarray(blocks(2, 3, 4)), kind, **({} if kind in ("GIF", "BMP") else {"exif": exif})))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=8)):
        content[place] = byte
    some_file.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with no_warning():
        try:
            photo = read_photograph(some_file)
        except DataError:
            return
    assert photo.dtype == np.uint8
    assert photo.ndim == 3
    assert photo.shape[2] == 3


def offline(code):
    """What a new Python prints that cannot reach the network."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(OFFLINE), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_a_damaged_file_prints_nothing(some_file):
    """A TIFF file with too many channels, of which Pillow speaks on the screen where nobody has set up logging."""
    content = encoded(Image.fromarray(blocks()), "TIFF", tiffinfo={33432: "x"})
    channels = content.index((277).to_bytes(2, "little") + (3).to_bytes(2, "little"))
    some_file.write_bytes(content[: channels + 8] + (9).to_bytes(2, "little") + content[channels + 10 :])
    code = f"from course_utils.data.image_files import read_photograph; read_photograph({str(some_file)!r})"
    _, said, complained = offline(code)
    assert said == ""
    assert "DataError" in complained
    assert not complained.startswith("More samples")


# ---- Pictures in memory ----


def opaque(picture):
    return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])


@pytest.mark.parametrize(
    "kind", [np.uint8, np.int16, np.float32, np.float64, np.ndarray.tolist, Image.fromarray, opaque, lambda p: p + 0.4]
)
def test_a_picture_in_memory_becomes_rgb(kind, picture):
    given_one = picture.astype(kind) if isinstance(kind, type) else kind(np.minimum(picture, 254))
    found = as_rgb("picture", given_one)
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found.astype(int), picture, atol=1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I;16", "I", "F"])
def test_an_image_of_any_mode_is_the_picture_that_one_sees(mode):
    grey = Image.fromarray(np.kron(np.array([[0, 255], [255, 0]], np.uint8), np.ones((4, 4), np.uint8)))
    step = {"I;16": "I", "La": "LA"}.get(mode, mode)
    image = grey.convert(step).point(lambda level: level * 257 if step == "I" else level).convert(mode)
    np.testing.assert_array_equal(as_rgb("picture", image), np.asarray(grey.convert("RGB")))


def test_an_image_is_turned_upright_as_a_file_is(some_file):
    exif = Image.Exif()
    exif[UPRIGHT] = 6
    some_file.write_bytes(encoded(Image.fromarray(blocks()), "PNG", exif=exif))
    with Image.open(some_file) as image:
        np.testing.assert_array_equal(as_rgb("picture", image), read_photograph(some_file))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "face: expected a picture, .* got None"),
        ("me.jpg", "face: expected a picture, .* got 'me.jpg'"),
        (np.zeros((2, 2, 2)), r"face: expected a picture, .* got an array of shape \(2, 2, 2\)"),
        (np.zeros((0, 3, 3)), "face: expected a picture"),
        *((Image.new(mode, (0, 5)), "face: expected a picture, .* got .*5, 0") for mode in ("RGB", "P", "L", "I;16", "F")),
        (np.zeros((2, 2), bool), "face: expected a picture"),
        (np.full((2, 2), 256), "face: expected values from 0 to 255, got 256"),
        (np.full((2, 2), np.nan), "face: expected values from 0 to 255"),
        (np.full((2, 2, 3), 0.5), "face: the values go from 0.5 to 0.5, .* multiply them by 255"),
        ([[1, 2], [3]], "face: expected one array, got parts of several sizes"),
    ],
)
def test_what_is_no_picture_is_named(value, message):
    with pytest.raises(ValueError, match=message):
        as_rgb("face", value)


def test_an_image_that_was_closed_or_cut_short_is_named():
    closed = Image.open(io.BytesIO(PNG))
    closed.close()
    for image in (closed, Image.open(io.BytesIO(JPEG[:-100]))):
        for use in (partial(as_rgb, "picture"), partial(resize, height=4, width=4), partial(fitted_size, longer_side=4)):
            with pytest.raises(ValueError, match="picture: the pixels of this image cannot be read"):
                use(image)


# ---- Sizes ----


@pytest.mark.parametrize(
    "sizes", [(0, 4), (4, -1), (2.5, 4), (True, 4), ("4", 4), (None, 4), (4, 65_536), (10**10, 4), (10**400, 4)]
)
def test_a_size_that_cannot_be_is_named(sizes, picture):
    with pytest.raises(ValueError, match=r"(height|width): expected a whole number of pixels from 1 to 65535"):
        resize(picture, *sizes)
    with pytest.raises(ValueError, match=r"longer_side: expected a whole number of pixels from 1 to 65535"):
        fitted_size(picture, min(sizes, key=lambda size: size == 4))


def test_a_picture_that_would_fill_the_memory_is_refused(picture):
    with pytest.raises(ValueError, match="height, width: 65535 x 65535 are more than 100,000,000 pixels; choose a smaller"):
        resize(picture, 65_535, 65_535)


@pytest.mark.parametrize("value", [np.zeros((4, 6, 7)), np.full((4, 6), "a"), np.zeros((4, 6), bool)])
def test_what_is_no_picture_has_no_size(value):
    with pytest.raises(ValueError, match=r"picture: expected a picture, \(height, width, 3\)"):
        fitted_size(value, 24)


def test_the_size_of_a_photo_is_that_of_the_upright_one(picture):
    photo = Image.fromarray(picture)
    photo.getexif()[UPRIGHT] = 6
    assert fitted_size(photo, 24) == (24, 16)
    assert resize(photo, *fitted_size(photo, 24)).shape == (24, 16, 3)


def test_sizes_may_be_numbers_of_numpy(picture):
    assert fitted_size(picture, np.int16(24)) == (16, 24)
    assert resize(picture.tolist(), np.int64(4), np.uint8(6)).shape == (4, 6, 3)


def test_sizes_keep_the_proportions(picture):
    assert fitted_size(picture, 24) == (16, 24)
    assert fitted_size(picture.transpose(1, 0, 2), 96) == (96, 64)
    assert fitted_size(np.zeros((1, 4000, 3)), 100) == (1, 100)
    small = resize(picture, 4, 6)
    assert small.shape == (4, 6, 3)
    assert abs(small[0, 0].astype(int) - RED).max() < 40
    np.testing.assert_array_equal(resize(picture, 32, 48), picture)
