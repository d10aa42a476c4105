"""Tests of course_utils.faces.detection: faces where they are and only there, the framing, folders."""

import io
import os
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage.data import lbp_frontal_face_cascade_filename

from course_utils.data.faces import load_faces
from course_utils.data.sample_pictures import picture
from course_utils.errors import DataError
from course_utils.faces import detection
from course_utils.faces.baselines import pixels
from course_utils.faces.detection import (
    ORL_BOX,
    Box,
    crop_face,
    face_from_photo,
    find_faces,
    read_folder,
)
from course_utils.faces.evaluation import each_enrolled_in_turn, identification_trials, one_shot_accuracy

OFFLINE = Path(__file__).parents[1] / "notebooks" / "offline"


@pytest.fixture(scope="module")
def orl():
    """The 400 ORL pictures, (400, 112, 92), person after person."""
    return load_faces().pictures.reshape(-1, 112, 92)


@pytest.fixture(scope="module")
def found_on_orl(orl):
    """The boxes found on each of the 400."""
    return [find_faces(face) for face in orl]


@pytest.fixture(scope="module")
def some_file(tmp_path_factory):
    """A name for files that come and go."""
    return tmp_path_factory.mktemp("photos") / "photo.jpg"


def blocks(rows=6, columns=8, size=16, seed=0):
    """A picture of flat coloured squares, which JPEG keeps nearly as they are: no two rows or columns of squares are alike."""
    colours = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    return colours.repeat(size, axis=0).repeat(size, axis=1)


def encoded(image, kind, **options):
    """The bytes of a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def offline(code):
    """What a new Python prints that cannot reach the network."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(OFFLINE), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout, done.stderr


def enlarged(grey, factor):
    """A grey picture, `factor` times as large, in colour."""
    size = (round(grey.shape[1] * factor), round(grey.shape[0] * factor))
    return np.asarray(Image.fromarray(grey).convert("RGB").resize(size, Image.Resampling.BICUBIC))


def on_background(faces, corners, size, background="brick"):
    """Faces pasted into a larger photo, each at its (row, column)."""
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    tiles = np.tile(picture("brick"), (1 + size[0] // 512, 1 + size[1] // 512, 1))[: size[0], : size[1]]
    photo = (tiles if background == "brick" else noise).copy()
    for face, (row, column) in zip(faces, corners, strict=True):
        photo[row : row + face.shape[0], column : column + face.shape[1]] = face
    return photo


def overlap(a, b):
    """Area that two boxes share over the area that they cover together."""
    rows = min(a.top + a.size, b.top + b.size) - max(a.top, b.top)
    columns = min(a.left + a.size, b.left + b.size) - max(a.left, b.left)
    common = max(rows, 0) * max(columns, 0)
    return common / (a.size**2 + b.size**2 - common)


def moved(box, top=0.0, left=0.0, scale=1.0):
    """Where a box goes when its picture is scaled and then pasted at this row and column."""
    return Box(top + scale * box.top, left + scale * box.left, scale * box.size)


# ---- Finding ----


def test_the_cascade_comes_with_scikit_image_and_is_not_fetched():
    wheel = {Path(file.locate()).resolve() for file in files("scikit-image") or []}
    assert Path(lbp_frontal_face_cascade_filename()).resolve() in wheel


@pytest.mark.slow
def test_a_face_is_found_without_a_network():
    code = (
        "from course_utils.data.sample_pictures import picture\n"
        "from course_utils.faces.detection import find_faces\n"
        "print(find_faces(picture('astronaut')[:256, 100:356]))"
    )
    assert offline(code) == (0, f"{find_faces(picture('astronaut')[:256, 100:356])}\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("size", [256, 512, 1100], ids="{} pixels".format)
def test_the_astronaut_has_one_face_where_it_is(size):
    photo = np.asarray(Image.fromarray(picture("astronaut")).resize((size, size), Image.Resampling.LANCZOS))
    (box,) = find_faces(photo)
    top, left, height = (value * 512 / size for value in box)
    assert top < 85  # the eyebrows
    assert 160 < top + height < 180  # the chin
    assert abs(left + height / 2 - 222) < 12  # the nose
    assert box.size == pytest.approx(height * size / 512)


@pytest.mark.slow
def test_a_photo_4000_pixels_wide_is_searched_at_a_smaller_size():
    astronaut = Image.fromarray(picture("astronaut")[:300, 30:430])
    (expected,) = find_faces(np.asarray(astronaut))
    (box,) = find_faces(np.asarray(astronaut.resize((4000, 3000), Image.Resampling.BICUBIC)))
    np.testing.assert_allclose(box, [10 * value for value in expected], atol=25)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["brick", "chelsea", "china", "coffee", "flower", "grass", "gravel", "hubble", "rocket"])
def test_no_face_is_seen_where_there_is_none(name):
    assert find_faces(picture(name)) == []


@pytest.mark.slow
def test_98_of_100_orl_faces_are_found_and_nothing_else(found_on_orl):
    found = np.array([len(boxes) for boxes in found_on_orl])
    assert found.max() == 1
    assert found.mean() > 0.975  # 395 of 400 when it was written


@pytest.mark.slow
@pytest.mark.parametrize("background", ["brick", "noise"])
@pytest.mark.parametrize("seed", range(4))
def test_pasted_faces_are_found_where_they_are(orl, background, seed):
    rng = np.random.default_rng(seed)
    picked, scale = rng.integers(400), rng.uniform(0.6, 1.6)
    face = enlarged(np.pad(orl[picked], 10, mode="edge"), scale)
    row, column = (int(rng.integers(240 - side)) for side in face.shape[:2])
    boxes = find_faces(on_background([face], [(row, column)], (240, 240), background))
    expected = moved(ORL_BOX, row + 10 * scale, column + 10 * scale, scale)
    assert len(boxes) == 1
    assert overlap(boxes[0], expected) > 0.55


@pytest.mark.slow
def test_several_faces_come_the_largest_first(orl):
    scales, corners = [0.6, 1.2, 0.9], [(10, 5), (60, 80), (20, 210)]
    faces = [enlarged(orl[k], scale) for k, scale in zip([0, 20, 60], scales, strict=True)]
    boxes = find_faces(on_background(faces, corners, (220, 300)))
    assert len(boxes) == 3
    for box, k in zip(boxes, [1, 2, 0], strict=True):
        assert overlap(box, moved(ORL_BOX, *corners[k], scales[k])) > 0.55


def test_the_mirror_image_has_mirrored_boxes(orl):
    for face in orl[[7, 123, 250]]:
        (box,), (mirrored,) = find_faces(face), find_faces(face[:, ::-1])
        np.testing.assert_allclose(mirrored, (box.top, 92 - box.left - box.size, box.size), atol=3)


def test_grey_and_equal_colours_are_the_same_and_twice_is_the_same(orl):
    boxes = find_faces(orl[40])
    assert len(boxes) == 1
    assert find_faces(np.stack([orl[40]] * 3, axis=-1)) == boxes
    assert find_faces(orl[40]) == boxes


@pytest.mark.slow
def test_as_much_more_light_everywhere_changes_nothing(orl):
    """On a photo so bright that the sum of its pixels is not exact in float32, with a weak face in the last corner."""
    dark = np.full((400, 400), 20, np.uint8)
    dark[340:396, 350:396] = np.asarray(Image.fromarray(orl[40]).resize((46, 56))) // 8 + 15
    boxes = find_faces(dark)
    assert len(boxes) == 1
    assert find_faces(dark + np.uint8(200)) == boxes


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (20, 20), (24, 24), (23, 200)], ids=str)
@pytest.mark.parametrize("level", ["flat", "noise"])
def test_tiny_and_narrow_photos_have_no_face(shape, level):
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    assert find_faces(noise if level == "noise" else np.full_like(noise, 130)) == []


BAD_PHOTOS = {
    "floats": np.zeros((50, 50, 3)),
    "RGBA": np.zeros((50, 50, 4), np.uint8),
    "one channel": np.zeros((50, 50, 1), np.uint8),
    "many": np.zeros((2, 50, 50, 3), np.uint8),
    "a row": np.zeros(50, np.uint8),
    "nothing": np.zeros((0, 50, 3), np.uint8),
}


@pytest.mark.parametrize(
    "use", [find_faces, face_from_photo, lambda photo: crop_face(photo, Box(1, 1, 9))], ids=["find", "face", "crop"]
)
@pytest.mark.parametrize("photo", BAD_PHOTOS.values(), ids=BAD_PHOTOS)
def test_other_arrays_are_refused(use, photo):
    with pytest.raises(ValueError, match=r"photo: expected \(rows, columns, 3\) or .*uint8, got .*; `read_photograph` reads"):
        use(photo)


def test_a_photo_may_be_an_image_stored_sideways_or_with_a_palette(orl):
    boxes, face = find_faces(orl[40]), face_from_photo(orl[40])
    sideways = Image.fromarray(np.rot90(orl[40]))
    sideways.getexif()[274] = 6  # EXIF: turn it to the right
    backwards = Image.fromarray(255 - orl[40], "P")  # the first colour is white
    backwards.putpalette([level for level in reversed(range(256)) for _ in range(3)])
    for photo in (sideways, backwards):
        assert find_faces(photo) == boxes
        np.testing.assert_array_equal(face_from_photo(photo), face)
        np.testing.assert_array_equal(crop_face(photo, boxes[0]), crop_face(orl[40], boxes[0]))


# ---- Cutting out ----


@pytest.mark.slow
def test_the_box_of_the_orl_frame_is_where_faces_are_on_orl_pictures(found_on_orl):
    """Measure again what the module has as a constant."""
    median = np.median([boxes[0] for boxes in found_on_orl if boxes], axis=0)
    np.testing.assert_allclose(median, ORL_BOX, atol=1)


def test_an_orl_picture_is_its_own_crop(orl):
    for face in orl[::80]:
        crop = crop_face(face, ORL_BOX)
        assert crop.dtype == np.uint8
        np.testing.assert_array_equal(crop, face)


@given(st.integers(0, 399), st.integers(1, 4), st.integers(0, 60), st.integers(0, 60))
def test_a_pasted_orl_picture_is_cut_out_again(orl, k, scale, row, column):
    large = np.stack([orl[k].repeat(scale, axis=0).repeat(scale, axis=1)] * 3, axis=-1)
    photo = on_background([large], [(row, column)], (112 * scale + 60, 92 * scale + 60), "noise")
    crop = crop_face(photo, moved(ORL_BOX, row, column, scale))
    inside = np.abs(crop.astype(int) - orl[k])[4:-4, 4:-4]  # near the edges the resampling sees the noise around
    assert inside.mean() < (0.01 if scale == 1 else 3)


@given(top=st.floats(-30, 60), left=st.floats(-30, 60), size=st.floats(20, 90))
def test_each_pixel_is_the_grey_level_at_its_place(top, left, size):
    """On a ramp, which no resampling changes, where every grey level says where it comes from."""
    rows, columns = np.mgrid[:400, :400]
    ramp = np.clip((40 + 0.3 * (rows - 150) + 0.2 * (columns - 150)) + 60, 0, 255).round().astype(np.uint8)
    crop = crop_face(ramp, Box(150 + top, 150 + left, size))
    scale = size / ORL_BOX.size
    for i, j in [(0, 0), (0, 91), (111, 0), (111, 91), (56, 46)]:
        row = 150 + top - scale * ORL_BOX.top + scale * (i + 0.5) - 0.5
        column = 150 + left - scale * ORL_BOX.left + scale * (j + 0.5) - 0.5
        assert abs(crop[i, j] - (100 + 0.3 * (row - 150) + 0.2 * (column - 150))) < 1.5


@given(top=st.floats(60, 200), left=st.floats(60, 200), size=st.floats(20, 150))
def test_inside_the_photo_it_is_what_resampling_the_whole_photo_gives(top, left, size):
    grey = Image.fromarray(picture("astronaut")).convert("L")
    scale = size / ORL_BOX.size
    top, left = 50 + top + scale * ORL_BOX.top, 50 + left + scale * ORL_BOX.left
    frame = (left - scale * ORL_BOX.left, top - scale * ORL_BOX.top)
    frame += (frame[0] + 92 * scale, frame[1] + 112 * scale)
    expected = np.asarray(grey.resize((92, 112), Image.Resampling.LANCZOS, box=frame)).astype(int)
    assert np.abs(crop_face(np.asarray(grey), Box(top, left, size)) - expected).max() <= 1


@given(top=st.floats(-40, 70), left=st.floats(-40, 70), size=st.floats(45, 150))
def test_beyond_the_edge_the_nearest_pixels_are_repeated(top, left, size):
    photo = blocks(5, 6)
    padded = np.pad(photo, ((300, 300), (300, 300), (0, 0)), mode="edge")
    np.testing.assert_array_equal(crop_face(photo, Box(top, left, size)), crop_face(padded, Box(top + 300, left + 300, size)))


NAN = float("nan")


@pytest.mark.parametrize(
    "box",
    [(0, 0, 0), (0, 0, -5), (100, 0, 20), (0, 100, 20), (-30, 0, 20), (0, -30, 20), (0, 0, 1e9), (NAN, 0, 9), (0, 0, NAN)],
)
def test_a_box_that_is_not_on_the_photo_is_refused(box):
    with pytest.raises(
        ValueError, match=r"box: .* does not lie on a photo of 96 x 100 pixels; take one of find_faces\(photo\)"
    ):
        crop_face(blocks(6, 5, 20)[:96], Box(*box))


def shares_of_one_shot(pictures):
    """One-shot accuracy of pixels for each ten of the 40 people."""
    people = np.repeat(np.arange(10), 10)
    trials = [
        identification_trials(pixels(ten), people, each_enrolled_in_turn(people), trained_on=())
        for ten in pictures.reshape(4, 100, 112, 92)
    ]
    return np.array([one_shot_accuracy(each) for each in trials])


@pytest.mark.slow
def test_faces_that_are_found_and_cut_out_are_recognised_nearly_as_well(orl, found_on_orl):
    """From 85.9 % to 84.0 % when it was written, in the mean of four folds; chance is 10 %."""
    again = np.stack([crop_face(face, boxes[0]) if boxes else face for face, boxes in zip(orl, found_on_orl, strict=True)])
    assert np.abs(again.astype(int) - orl).mean() > 5
    assert shares_of_one_shot(again).mean() > shares_of_one_shot(orl).mean() - 0.04


# ---- From a photo to a face ----


@pytest.mark.slow
def test_a_portrait_gives_its_face_from_a_file_or_an_array(some_file):
    portrait = picture("astronaut")[:280, 80:360]
    face = face_from_photo(portrait)
    assert face.shape == (112, 92)
    assert face.dtype == np.uint8
    np.testing.assert_array_equal(face, crop_face(portrait, find_faces(portrait)[0]))
    some_file.write_bytes(encoded(Image.fromarray(portrait), "PNG"))
    for path in (some_file, str(some_file)):
        np.testing.assert_array_equal(face_from_photo(path), face)


@pytest.mark.slow
def test_the_crop_of_a_portrait_resembles_orl_faces_more_than_anything_around_it(orl):
    """The mean ORL face fits best where the crop has it: moved, larger or smaller it fits less."""
    portrait = picture("astronaut")[:280, 80:360]
    (box,) = find_faces(portrait)
    mean = orl.mean(axis=0)

    def likeness(top, left, size):
        crop = crop_face(portrait, Box(box.top + top, box.left + left, box.size + size))
        return np.corrcoef(crop.ravel(), mean.ravel())[0, 1]

    best = likeness(0, 0, 0)
    assert best > 0.4
    assert all(
        likeness(*other) < best for other in [(9, 0, 0), (-9, 0, 0), (0, 9, 0), (0, -9, 0), (-15, -15, 30), (12, 12, -24)]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quarters", "how"), [(1, "by 90 degrees to the right"), (2, "by 180 degrees"), (3, "by 90 degrees to the left")]
)
def test_a_photo_that_is_not_upright_is_told_how_to_turn(orl, quarters, how, some_file):
    some_file.write_bytes(encoded(Image.fromarray(np.rot90(orl[0], quarters)), "PNG"))
    with pytest.raises(DataError, match=rf"photo\.jpg: a face is found only after turning it {how}\. Turn it so"):
        face_from_photo(some_file)


@pytest.mark.slow
def test_a_face_that_is_too_small_is_told_so_and_not_to_turn(orl):
    photo = on_background([enlarged(orl[0], 0.45)], [(500, 600)], (1000, 1200))
    with pytest.raises(DataError, match=r"too small: \d\d of 1200 pixels, expected a sixteenth at least\. Cut the photo down"):
        face_from_photo(photo)


@pytest.mark.slow
def test_a_face_that_leaves_the_photo_is_refused(orl):
    cut = orl[20][:, 22:]
    (box,) = find_faces(cut)
    assert box.left < -0.15 * box.size
    with pytest.raises(DataError, match=r"\d\d% of what looks like a face lie beyond the edge of the photo, so it may be none"):
        face_from_photo(cut)


@pytest.mark.slow
def test_no_orl_picture_is_refused_for_leaving_the_photo(orl, found_on_orl):
    for face, boxes in zip(orl, found_on_orl, strict=True):
        for top, left, size in boxes:
            assert max(-top, -left, top + size - face.shape[0], left + size - face.shape[1]) < 0.15 * size


@pytest.mark.slow
def test_a_photo_without_a_face_is_told_what_to_try():
    with pytest.raises(DataError, match=r"The photo: no face is found\. Try .*light.*upright, larger.*camera"):
        face_from_photo(picture("coffee")[:200, :200])


@pytest.mark.slow
def test_several_faces_are_counted_and_the_way_to_choose_works(orl):
    photo = on_background([enlarged(orl[k], 1) for k in (0, 30)], [(5, 5), (10, 110)], (130, 210))
    with pytest.raises(DataError, match=r"2 faces are found, expected one.*`crop_face\(photo, find_faces\(photo\)\[0\]\)`"):
        face_from_photo(photo)
    assert crop_face(photo, find_faces(photo)[0]).shape == (112, 92)


@pytest.mark.slow
def test_people_in_the_background_do_not_count(orl):
    large, small = enlarged(orl[0], 1.6), enlarged(orl[30], 0.6)
    photo = on_background([large, small], [(5, 5), (30, 170)], (190, 240))
    boxes = find_faces(photo)
    assert len(boxes) == 2
    np.testing.assert_array_equal(face_from_photo(photo), crop_face(photo, boxes[0]))


@pytest.mark.parametrize("shape", [(1, 1), (20, 20), (55, 46), (56, 45)], ids=str)
def test_tiny_photos_are_told_so(shape):
    with pytest.raises(DataError, match=rf"The photo: {shape[1]} x {shape[0]} pixels are too few, expected 46 x 56 or more\."):
        face_from_photo(np.full((*shape, 3), 200, np.uint8))


# ---- A folder ----


@pytest.mark.slow
def test_a_folder_of_photos_is_enough(orl, tmp_path):
    expected = {}
    for name, k in (("Ada", 0), ("Józef Å", 20)):
        (tmp_path / name).mkdir()
        expected[name] = []
        for number in (2, 0, 1):
            Image.fromarray(orl[k + number]).save(tmp_path / name / f"{number}.png")
        expected[name] = [crop_face(orl[k + n], find_faces(orl[k + n])[0]) for n in range(3)]
    ada = tmp_path / "Ada"
    (ada / ".hidden.jpg").write_text("a system's file")
    (ada / "diary.txt").write_text("no picture")
    (ada / "cut.jpg").write_bytes(encoded(Image.fromarray(blocks()), "JPEG")[:-100])
    (ada / "wall.png").write_bytes(encoded(Image.fromarray(picture("brick")[:120, :120]), "PNG"))
    (ada / "more").mkdir()
    (tmp_path / ".trash").mkdir()
    (tmp_path / "Nobody").mkdir()
    Image.fromarray(orl[0]).save(tmp_path / "loose.png")
    faces, left_out = read_folder(str(tmp_path))
    assert list(faces) == ["Ada", "Józef Å"]
    for name, pictures in faces.items():
        assert pictures.dtype == np.uint8
        np.testing.assert_array_equal(pictures, np.stack(expected[name]))
    says = {
        "cut.jpg": "damaged",
        "diary.txt": "is not a picture",
        "more": "is a folder",
        "wall.png": "no face is found",
        "Nobody": "is left out: no photo with a face",
        "loose.png": "is in nobody's folder. Move it",
    }
    assert len(left_out) == len(says)
    for (name, reason), line in zip(says.items(), left_out, strict=True):
        assert name in line
        assert reason in line


@pytest.mark.slow
@pytest.mark.parametrize("progress", [True, False])
def test_a_bar_moves_while_a_folder_is_read(orl, tmp_path, capsys, progress: bool):
    for name in ("Ada", "Cem"):
        (tmp_path / name).mkdir()
        Image.fromarray(orl[0]).save(tmp_path / name / "me.png")
    read_folder(tmp_path, progress=progress)
    assert ("photos" in capsys.readouterr().err) == progress


def test_a_folder_with_nobody_in_it_is_refused_with_all_reasons(tmp_path):
    with pytest.raises(DataError, match=r"holds no face\. Make a folder in it for each person, and put their photos there\.$"):
        read_folder(tmp_path)
    (tmp_path / "Ada").mkdir()
    (tmp_path / "Ada" / "me.jpg").write_bytes(b"")
    with pytest.raises(DataError, match=r"(?s)holds no face.*me\.jpg is empty.*Ada is left out"):
        read_folder(tmp_path)


def test_a_folder_is_not_blamed_for_a_missing_archive(tmp_path, monkeypatch):
    def missing():
        raise DataError("the archive is not there; fetch it")

    (tmp_path / "Ada").mkdir()
    (tmp_path / "Ada" / "me.png").write_bytes(encoded(Image.fromarray(blocks()), "PNG"))
    monkeypatch.setattr(detection, "_mean_face", missing)
    with pytest.raises(DataError, match=r"^the archive is not there; fetch it$"):
        read_folder(tmp_path)
    with pytest.raises(DataError, match=r"nowhere is not there"):
        read_folder(tmp_path / "nowhere")


def test_a_folder_that_is_missing_or_a_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"nowhere is not there\. Check the name"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "file").write_bytes(encoded(Image.fromarray(blocks()), "JPEG"))
    with pytest.raises(DataError, match=r"file is a file, expected a folder"):
        read_folder(tmp_path / "file")
