"""From photographs to the pictures that the course's networks take: read a photo, find the faces on it, cut them out.

Faces are found without a network connection, by the cascade of local binary patterns that comes inside scikit-image:
S. Liao et al., "Learning multi-scale block local binary patterns for face recognition", ICB 2007. It knows faces that are
upright and look more or less into the camera.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from skimage.data import lbp_frontal_face_cascade_filename
from skimage.feature import Cascade, match_template
from tqdm.auto import tqdm

from course_utils import checks
from course_utils.arrays import Float32Array, Float64Array, UInt8Array
from course_utils.data.faces import HEIGHT, WIDTH, load_faces
from course_utils.data.image_files import read_photograph
from course_utils.errors import DataError
from course_utils.faces import preprocessing

_WINDOW = 24  # rows and columns that the cascade looks at
_OUTSIDE = 6  # of these may lie beyond the edge of the photo
_LONGEST = 400  # rows or columns of a photo that is searched: the smallest box found is a sixteenth of it
_STEP = 1.1  # from one size of face to the next
_LEAST_SUPPORT = 16  # windows that must agree on a face
_REACH, _COARSE = 12, 2  # a box is moved by up to 12 pixels of the ORL picture, in steps of 2
_CLOSER = 2  # so many times as long may a photo be that is searched for faces too small to be used
_BEYOND = 0.15  # of its size may a face's box stick out of the photo
_BACKGROUND = 0.5  # a face smaller than this share of the largest belongs to somebody in the background

_TURNS = {1: "by 90 degrees to the left", 2: "by 180 degrees", 3: "by 90 degrees to the right"}


class Box(NamedTuple):
    """The square in which the cascade sees a face, in pixels of the photo. Parts of it may lie beyond the photo's edge.

    Attributes:
        top: rows above it.
        left: columns to the left of it.
        size: its rows and columns.
    """

    top: float
    left: float
    size: float


# Where the face is on an ORL picture: the median top, left and size of the boxes found on the 400 pictures, before they are
# moved to resemble the mean face. After that the medians are 18.3, -0.2 and 86.8: the framing stays what it was.
ORL_BOX = Box(18.6, 0.3, 86.8)

# ---- Finding ----


def find_faces(photo: UInt8Array | Image.Image) -> list[Box]:
    """Find the upright faces that look into the camera.

    Windows of many sizes go over the photo and over its mirror image, and the cascade accepts some of them. A face is where 16
    or more of these agree. They follow the nose of people who turn their heads, while ORL pictures have the whole head in the
    middle. So each box is moved, by up to an eighth, to where its surroundings resemble the mean ORL face most.

    Args:
        photo: (rows, columns, 3) RGB or (rows, columns) grey, uint8; or an image of Pillow's, which is turned upright as its
            EXIF data say. Pillow's `rotate` leaves these data as they are, and the image would be turned once more: to turn
            it by hand, first `image = ImageOps.exif_transpose(image)`.

    Returns:
        One box for each face, the largest first. Those smaller than a sixteenth of the photo's longer side are not found.

    Raises:
        ValueError: the photo is no such array.
        DataError: the archive of the ORL faces is missing or damaged.
    """
    return _search(_grey(photo), _LONGEST)


def _search(grey: Image.Image, longest: int) -> list[Box]:
    """Return the boxes of faces, the largest first, after shrinking the longer side to so many pixels."""
    shrunk = max(1, max(grey.size) / longest)
    small = grey.resize((math.ceil(grey.width / shrunk), math.ceil(grey.height / shrunk)), Image.Resampling.BOX)
    largest = _WINDOW / (_WINDOW - 2 * _OUTSIDE) * min(small.size)
    sizes = [_WINDOW * _STEP**k for k in range(1 + math.floor(math.log(max(largest / _WINDOW, 1), _STEP)))]
    with ThreadPoolExecutor() as pool:  # the cascade lets other threads run meanwhile
        windows = np.concatenate(list(pool.map(partial(_look, small, _cascade()), sizes)))
    boxes = [_centred(grey, box) for box in _merge(windows * shrunk)]
    return sorted(boxes, key=lambda box: -box.size)


def _look(grey: Image.Image, cascade: Cascade, size: float) -> Float64Array:
    """Return the windows of this size in which the cascade sees a face: (windows, 3), top, left and size."""
    columns, rows = (max(1, round(side * _WINDOW / size)) for side in grey.size)
    level = np.asarray(grey.resize((columns, rows), Image.Resampling.BILINEAR), np.float32)
    level -= np.rint(level.mean())  # the cascade adds up in float32, in which whole numbers about 0 stay exact
    once = _scan(level, cascade)
    mirrored = _scan(level[:, ::-1], cascade) * (1, -1) + (0, columns - _WINDOW)
    corners = np.concatenate([once, mirrored]) * (grey.height / rows, grey.width / columns)
    return np.column_stack([corners, np.full(len(corners), size)])


def _scan(level: Float32Array, cascade: Cascade) -> Float64Array:
    """Return the upper left corners, (windows, 2), of the windows of 24 x 24 pixels in which the cascade sees a face."""
    padded = np.pad(level, _OUTSIDE, mode="edge")
    # One scale only, and no merging: at larger scales the cascade rounds its features to whole pixels, and it merges in the
    # order in which threads happen to finish.
    found = cascade.detect_multi_scale(
        padded, 2, 1, (_WINDOW, _WINDOW), (_WINDOW + 1, _WINDOW + 1), min_neighbor_number=1, intersection_score_threshold=1
    )
    return np.array([(window["r"], window["c"]) for window in found], np.float64).reshape(-1, 2) - _OUTSIDE


def _merge(windows: Float64Array) -> list[Box]:
    """Take the window with which the most others agree, return their mean, drop what overlaps it, and so on."""
    top, left, size = windows.T[:, :, None]
    rows = np.minimum(top + size, (top + size).T) - np.maximum(top, top.T)
    columns = np.minimum(left + size, (left + size).T) - np.maximum(left, left.T)
    common = np.maximum(rows, 0) * np.maximum(columns, 0)
    agree = common / (size**2 + (size**2).T - common) >= 0.5
    overlap = common / np.minimum(size, size.T) ** 2 > 0.3
    boxes, left_over = [], np.ones(len(windows), bool)
    while left_over.any():
        support = (agree & left_over).sum(axis=1) * left_over
        best = support.argmax()
        if support[best] < _LEAST_SUPPORT:
            break
        boxes.append(Box(*windows[agree[best] & left_over].mean(axis=0).tolist()))
        left_over &= ~overlap[best]
    return boxes


def _centred(grey: Image.Image, box: Box) -> Box:
    """Move the box to where its ORL frame resembles the mean ORL face most, by normalised cross-correlation."""
    similarity = match_template(_frame(grey, box, _REACH, _COARSE), _mean_face())
    row, column = np.unravel_index(similarity.argmax(), similarity.shape)
    scale = box.size / ORL_BOX.size
    top, left = box.top + scale * (_COARSE * row - _REACH), box.left + scale * (_COARSE * column - _REACH)
    return Box(*(round(float(value), 1) for value in (top, left, box.size)))


def _frame(grey: Image.Image, box: Box, around: int = 0, coarse: int = 1) -> UInt8Array:
    """Cut out the ORL frame that belongs to a box.

    Args:
        grey: the photo.
        box: in pixels of the photo.
        around: how much more to cut out on each side, in pixels of the ORL picture.
        coarse: pixels of the ORL picture in one row or column of the result.
    """
    scale = box.size / ORL_BOX.size
    rows, columns = HEIGHT + 2 * around, WIDTH + 2 * around
    top, left = box.top - scale * (ORL_BOX.top + around), box.left - scale * (ORL_BOX.left + around)
    margin = math.ceil(4 * coarse * max(scale, 1))  # more than the resampling looks at beyond the frame
    first_row, first_column = math.floor(top) - margin, math.floor(left) - margin
    row = np.arange(first_row, math.ceil(top + scale * rows) + margin).clip(0, grey.height - 1)
    column = np.arange(first_column, math.ceil(left + scale * columns) + margin).clip(0, grey.width - 1)
    top, left = top - first_row, left - first_column
    frame = Image.fromarray(np.asarray(grey)[np.ix_(row, column)]).resize(
        (columns // coarse, rows // coarse),
        Image.Resampling.LANCZOS,
        box=(left, top, left + scale * columns, top + scale * rows),
    )
    return np.array(frame)


@cache
def _cascade() -> Cascade:
    return Cascade(lbp_frontal_face_cascade_filename())


@cache
def _mean_face() -> UInt8Array:
    mean = Image.fromarray(load_faces().pictures.mean(axis=(0, 1)).round().astype(np.uint8))
    return np.array(mean.resize((WIDTH // _COARSE, HEIGHT // _COARSE), Image.Resampling.LANCZOS))


def _grey(photo: UInt8Array | Image.Image) -> Image.Image:
    photo = checks.as_array("photo", photo)
    if photo.dtype != np.uint8 or photo.ndim not in (2, 3) or photo.shape[2:] not in ((), (3,)) or 0 in photo.shape:
        raise ValueError(
            f"photo: expected (rows, columns, 3) or (rows, columns) of uint8, got {photo.shape} of {photo.dtype}; "
            "`read_photograph` reads it so from a file"
        )
    return Image.fromarray(photo).convert("L")


# ---- Cutting out ----


def crop_face(photo: UInt8Array | Image.Image, box: Box) -> UInt8Array:
    """Cut a face out, framed as the ORL pictures are: the head with hair and chin.

    Where the frame sticks out of the photo, the nearest edge pixels are repeated.

    Args:
        photo: (rows, columns, 3) RGB or (rows, columns) grey, uint8; or an image of Pillow's.
        box: one of `find_faces(photo)`.

    Returns:
        (112, 92) uint8 grey.

    Raises:
        ValueError: the photo is no such array, or the box does not belong to it.
    """
    grey = _grey(photo)
    try:
        top, left, size = (float(value) for value in box)
    except (TypeError, ValueError):
        raise ValueError(f"box: expected top, left and size, got {checks.quoted(box)}; take one of find_faces(photo)") from None
    if not (0 < size <= 2 * max(grey.size) and -size < top < grey.height and -size < left < grey.width):
        raise ValueError(
            f"box: {box} does not lie on a photo of {grey.height} x {grey.width} pixels; take one of find_faces(photo)"
        )
    return _frame(grey, Box(top, left, size))


def face_from_photo(photo: str | os.PathLike[str] | UInt8Array | Image.Image) -> UInt8Array:
    """Cut the face out of a photo of one person.

    Faces less than half as large as the largest are taken for people in the background, and left alone.

    Args:
        photo: a file; (rows, columns, 3) RGB or (rows, columns) grey, uint8; or an image of Pillow's.

    Returns:
        (112, 92) uint8 grey.

    Raises:
        DataError: the file cannot be read, as in `read_photograph`; the photo is tiny; no face is found, or several, or one
            that is too small or leaves the photo; the archive of the ORL faces is missing or damaged.
        ValueError: the photo is no such array.
    """
    name = "The photo"
    if isinstance(photo, str | os.PathLike):
        path = checks.path("photo", photo)
        name, photo = str(path), read_photograph(path)
    photo = checks.as_array("photo", photo)
    boxes = find_faces(photo)
    if not boxes:
        raise DataError(f"{name}: {_why_no_face(photo)}")
    faces = [box for box in boxes if box.size >= _BACKGROUND * boxes[0].size]
    if len(faces) > 1:
        raise DataError(
            f"{name}: {len(faces)} faces are found, expected one. Cut the photo down to one person, or choose a face yourself: "
            "`crop_face(photo, find_faces(photo)[0])` is the largest."
        )
    beyond = _beyond(faces[0], photo)
    if beyond > _BEYOND:
        raise DataError(
            f"{name}: {beyond:.0%} of what looks like a face lie beyond the edge of the photo, so it may be none. Take a photo "
            "with more room around the head."
        )
    return crop_face(photo, faces[0])


def _beyond(box: Box, photo: UInt8Array) -> float:
    """Return the largest part of the box's size that sticks out of the photo on one side."""
    rows, columns = photo.shape[:2]
    sides = (-box.top, -box.left, box.top + box.size - rows, box.left + box.size - columns)
    return float(max(*sides, 0)) / box.size


def _why_no_face(photo: UInt8Array) -> str:
    rows, columns = photo.shape[:2]
    fewest_rows, fewest_columns = preprocessing.HEIGHT, preprocessing.WIDTH  # what the course's networks look at
    if rows < fewest_rows or columns < fewest_columns:
        return f"{columns} x {rows} pixels are too few, expected {fewest_columns} x {fewest_rows} or more. Take a larger photo."
    if max(rows, columns) > _LONGEST and (small := _search(_grey(photo), _CLOSER * _LONGEST)):
        return (
            f"a face is found, but it is too small: {small[0].size:.0f} of {max(rows, columns)} pixels, expected a sixteenth "
            "at least. Cut the photo down to head and shoulders, or come nearer to the camera."
        )
    for quarters, how in _TURNS.items():
        if find_faces(np.rot90(photo, quarters)):
            return f"a face is found only after turning it {how}. Turn it so in a picture program, and save it."
    return "no face is found. Try a photo with more light, where the face is upright, larger, and looks into the camera."


# ---- A folder of photos ----


class PeopleInFolder(NamedTuple):
    """The faces in a folder of photos.

    Attributes:
        faces: for each person's name, (k, 112, 92) uint8, in the order of the files' names.
        left_out: a line for each file that gave no face, and for each person without any.
    """

    faces: dict[str, UInt8Array]
    left_out: list[str]


def read_folder(folder: str | Path, *, progress: bool = True) -> PeopleInFolder:
    """Cut the faces out of a folder of photos: one folder in it for each person, with their name, and their photos in that.

    What cannot be used stops nothing: it is left out, and said so. Names that begin with a dot are passed over.

    Args:
        folder: the folder that holds the people's folders.
        progress: show a bar that moves with each file; it is gone when all are read.

    Returns:
        The faces by name, and what was left out.

    Raises:
        DataError: there is no such folder, it cannot be read, or no face of anybody is found in it; the archive of the ORL
            faces is missing or damaged.
    """
    places = _visible(checks.path("folder", folder))
    _mean_face()  # without the archive of the ORL faces no photo can be used: that is said once, and not of each
    faces: dict[str, UInt8Array] = {}
    left_out: list[str] = []
    with tqdm(desc="photos", unit=" files", disable=not progress, leave=False) as bar:
        for place in places:
            if not place.is_dir():
                left_out.append(f"{place} is in nobody's folder. Move it into a folder with the person's name.")
                continue
            try:
                found = _faces_of(place, left_out, bar)
            except DataError as error:
                left_out.append(str(error))
                continue
            if found:
                faces[place.name] = np.stack(found)
            else:
                left_out.append(f"{place.name} is left out: no photo with a face in {place}.")
    if not faces:
        raise DataError(
            "\n".join([f"{folder} holds no face. Make a folder in it for each person, and put their photos there.", *left_out])
        )
    return PeopleInFolder(faces, left_out)


def _faces_of(place: Path, left_out: list[str], bar: "tqdm[Any]") -> list[UInt8Array]:
    found = []
    files = _visible(place)
    bar.total = (bar.total or 0) + len(files)  # so far
    for file in files:
        bar.set_postfix_str(f"{place.name}/{file.name}")
        bar.update()
        try:
            found.append(face_from_photo(file))
        except DataError as error:
            left_out.append(str(error))
    return found


def _visible(folder: Path) -> list[Path]:
    try:
        return sorted(place for place in folder.iterdir() if not place.name.startswith("."))
    except FileNotFoundError:
        raise DataError(f"{folder} is not there. Check the name.") from None
    except OSError as error:
        cause = "is a file, expected a folder" if folder.is_file() else f"cannot be read ({error.strerror})"
        raise DataError(f"{folder} {cause}. Give the name of a folder that you may read.") from None
