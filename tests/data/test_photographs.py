"""Photographs come in as people see them, whatever the file, and bad files with a message."""

import numpy as np
import pytest
from PIL import Image

from course_utils.data.photographs import fitted_size, read_photograph, resize
from course_utils.errors import DataError

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture
def picture():
    """Four colours in the corners, not square: nothing is symmetric."""
    corners = np.array([[RED, GREEN, GREEN], [BLUE, WHITE, WHITE]], np.uint8)
    return np.kron(corners, np.ones((16, 16, 1), np.uint8))


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "gif", "webp"])
def test_formats_without_loss_come_back_as_they_are(picture, tmp_path, suffix):
    Image.fromarray(picture).save(tmp_path / f"x.{suffix}", **({"lossless": True} if suffix == "webp" else {}))
    pixels = read_photograph(tmp_path / f"x.{suffix}")
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, picture)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_says(picture, tmp_path, orientation):
    # What the camera stored, so that turning it makes it upright: EXIF 2.3, tag 274.
    stored = {
        1: picture,
        2: picture[:, ::-1],
        3: picture[::-1, ::-1],
        4: picture[::-1],
        5: picture.transpose(1, 0, 2),
        6: np.rot90(picture, 1),
        7: picture[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(picture, -1),
    }[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "x.jpg", exif=exif, quality=100, subsampling=0)
    pixels = read_photograph(tmp_path / "x.jpg")
    assert pixels.shape == picture.shape
    assert abs(pixels.astype(int) - picture).max() < 12


def test_grey_palette_cmyk_and_sixteen_bits(picture, tmp_path):
    image = Image.fromarray(picture)
    grey = np.asarray(image.convert("L"))
    image.convert("L").save(tmp_path / "grey.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "grey.png"), np.stack([grey] * 3, axis=2))
    image.convert("P", palette=Image.Palette.ADAPTIVE).save(tmp_path / "palette.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "palette.png"), picture)
    image.convert("CMYK").save(tmp_path / "cmyk.tiff")
    np.testing.assert_array_equal(read_photograph(tmp_path / "cmyk.tiff"), picture)
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "deep.png"), np.stack([grey] * 3, axis=2))
    image.convert("1").save(tmp_path / "bits.png")
    assert set(read_photograph(tmp_path / "bits.png").ravel()) == {0, 255}


def test_what_is_transparent_stands_on_white(picture, tmp_path):
    alpha = np.full(picture.shape[:2], 255, np.uint8)
    alpha[:16] = 0
    Image.fromarray(np.dstack([picture, alpha])).save(tmp_path / "x.png")
    pixels = read_photograph(tmp_path / "x.png")
    assert (pixels[:16] == 255).all()
    np.testing.assert_array_equal(pixels[16:], picture[16:])

    palette = Image.fromarray(picture).convert("P", palette=Image.Palette.ADAPTIVE)
    palette.save(tmp_path / "p.png", transparency=palette.getpixel((0, 0)))
    assert (read_photograph(tmp_path / "p.png")[:16, :16] == 255).all()


def test_files_that_are_no_pictures(picture, tmp_path, monkeypatch):
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(tmp_path / "whole.png")
    (tmp_path / "half.png").write_bytes((tmp_path / "whole.png").read_bytes()[:2000])
    for name, message in {
        "nowhere.png": "is not there",
        ".": "is a folder",
        "text.jpg": "is not a picture",
        "empty.png": "is not a picture",
        "half.png": r"half\.png cannot be read \(",
    }.items():
        with pytest.raises(DataError, match=message):
            read_photograph(tmp_path / name)
    for limit in 3000, 1000:  # Pillow warns above the limit and raises above twice as much
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=rf"too large: at most {limit:,} pixels"):
            read_photograph(tmp_path / "whole.png")


def test_sizes_keep_the_proportions(picture):
    assert fitted_size(picture, 24) == (16, 24)
    assert fitted_size(picture.transpose(1, 0, 2), 96) == (96, 64)
    assert fitted_size(np.zeros((1, 4000, 3)), 100) == (1, 100)
    small = resize(picture, 4, 6)
    assert small.shape == (4, 6, 3)
    assert abs(small[0, 0].astype(int) - RED).max() < 40
    np.testing.assert_array_equal(resize(picture, 32, 48), picture)
