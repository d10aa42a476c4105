"""Tests of `python -m course_utils style`: a picture comes out whole, or one clear line before the work begins."""

import os
import re
import shutil
import signal
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.data.image_files import fitted_size, read_photograph, resize
from course_utils.data.paintings import PAINTINGS, painting
from course_utils.data.sample_pictures import picture
from course_utils.style.picture_files import drawn
from tests.style.processes import start_command

CAT = resize(picture("chelsea"), 40, 60)
GRID = painting("grid", 45, 60)
Image.init()
SUFFIXES = sorted(Image.registered_extensions())
# Formats that Pillow can write, but that have no room for the size or the colours; and those for which it needs a plug-in.
TOO_SMALL = [".gif", ".icns", ".ico", ".blp", ".msp", ".palm", ".xbm", ".bufr", ".emf", ".grib", ".h5", ".hdf", ".wmf"]
WITH_ROOM = [suffix for suffix in SUFFIXES if Image.EXTENSION[suffix] in Image.SAVE and suffix not in TOO_SMALL]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photograph and a painting, where the command runs."""
    Image.fromarray(CAT).save(tmp_path / "cat.png")
    Image.fromarray(GRID).save(tmp_path / "grid.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class AtOnce:
    """Takes the place of the network: the photograph, in the size that was asked for, counts as the painting."""

    def __init__(self):
        self.begun, self.history, self.ended = 0, [], "steps"
        self.meanwhile = lambda: None  # what happens while one paints

    def __call__(self, content, style, *, size, **options):
        self.begun += 1
        painted = resize(content, *fitted_size(content, size))
        costs = SimpleNamespace(total=0.0, content=0.0, style=0.0)

        def run(steps):
            self.meanwhile()
            return painted

        return SimpleNamespace(run=run, costs=lambda: costs, history=self.history, ended=self.ended)


@pytest.fixture
def at_once(monkeypatch):
    module = ModuleType("course_utils.style.transfer")
    module.StyleTransfer = AtOnce()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module.StyleTransfer


def contents(folder):
    return {path.relative_to(folder): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def style(*arguments):
    return CliRunner().invoke(app, ["style", *map(str, arguments)])


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def wait_for_painting(process):
    """Read the progress bar until the second step is done, at least."""
    seen = b""
    while not re.search(rb"step ([2-9]|\d\d+),", seen):
        seen += (byte := process.stderr.read(1))
        assert byte, f"it ended before it painted: {seen!r}"


# ---- What comes out ----


@pytest.mark.slow
def test_a_picture_is_painted_and_the_costs_are_told(folder):
    result = style("cat.png", "grid.png", "-o", "out.png", "--size", 60, "--steps", 3)
    assert result.exit_code == 0, result.output
    painted = pixels(folder / "out.png")
    assert painted.shape == (40, 60, 3)
    assert 5 < abs(painted.astype(int) - CAT).mean() < 120
    assert "out.png: 60 x 40 pixels, 3 steps in " in result.stdout
    assert " for the content + 40 x " in result.stdout
    assert "step 3, 60 pixels: cost " in result.stderr
    assert sorted(p.name for p in folder.iterdir()) == ["cat.png", "grid.png", "out.png"]


@pytest.mark.slow
def test_the_names_of_the_courses_own_pictures_and_all_options(folder):
    options = ["--alpha", 5, "--beta", 7, "--keep-colours", "--optimizer", "adam"]
    result = style("chelsea", "vortex", "--output", "out.jpg", "--size", 64, "--steps", 1, *options)
    assert result.exit_code == 0, result.output
    assert pixels(folder / "out.jpg").shape == (43, 64, 3)
    assert "= 5 x " in result.stdout
    assert " + 7 x " in result.stdout


def test_all_paintings_of_the_course_one_after_the_other(folder, at_once):
    result = style("cat.png", "all", "-o", "out.tar.png", "--size", 60)
    assert result.exit_code == 0, result.output
    names = [f"out.tar-{name}.png" for name in PAINTINGS]
    assert sorted(contents(folder)) == sorted(map(Path, ["cat.png", "grid.png", *names]))
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == names
    assert at_once.begun == len(PAINTINGS)


def test_a_file_of_the_name_all_is_a_painting_like_any_other(folder, at_once):
    Image.fromarray(GRID).save(folder / "all", format="PNG")
    assert style("cat.png", "all", "-o", "out.png", "--size", 60).exit_code == 0
    assert at_once.begun == 1


def test_one_of_all_that_cannot_be_written_is_told_before_the_first_is_painted(folder, at_once):
    (folder / f"out-{PAINTINGS[-1]}.png").mkdir()
    result = style("cat.png", "all", "-o", "out.png", "--size", 60)
    assert result.exit_code == 2
    assert f"out-{PAINTINGS[-1]}.png is a folder" in result.stderr
    assert at_once.begun == 0


def test_after_an_interrupt_no_other_painting_is_begun(folder, at_once):
    at_once.ended = "interrupted"
    result = style("cat.png", "all", "-o", "out.png", "--size", 60)
    assert result.exit_code == 130
    assert at_once.begun == 1


def test_the_costs_of_the_growing_picture_are_told_at_some_steps_and_at_the_end_of_each_size(folder, at_once):
    for step, side in enumerate([30, 30, 30, 60, 60, 60, 60], 1):
        costs = SimpleNamespace(total=1000.0 / step, content=20.0 / step, style=20.0 / step)
        at_once.history.append(SimpleNamespace(seconds=step, longer_side=side, costs=costs))
    table = style("cat.png", "grid.png", "-o", "out.png", "--size", 60).stdout.splitlines()[1:]
    assert table[0].split() == ["step", "pixels", "cost", "content", "style"]
    rows = [line.split() for line in table[1:]]
    assert [row[:2] for row in rows] == [["1", "30"], ["2", "30"], ["3", "30"], ["4", "60"], ["7", "60"]]
    assert rows[1][2:] == ["500", "10", "10"]


@pytest.mark.slow
def test_photographs_as_they_come_from_phones_and_drawing_programs(folder):
    exif = Image.Exif()
    exif[274] = 6  # the camera was held upright
    large = resize(picture("china"), 2667, 4000)
    Image.fromarray(large).save(folder / "phone.jpg", exif=exif)
    Image.fromarray(CAT).convert("L").save(folder / "grey.png")
    Image.fromarray(CAT).convert("P").save(folder / "palette.gif")
    Image.fromarray(CAT).convert("RGBA").save(folder / "rgba.png")
    for name, size in {"phone.jpg": (64, 43), "grey.png": (43, 64), "palette.gif": (43, 64), "rgba.png": (43, 64)}.items():
        result = style(name, "grid.png", "-o", "out.png", "--size", 64, "--steps", 1)
        assert result.exit_code == 0, result.output
        assert pixels(folder / "out.png").shape == (*size, 3)


# ---- In which format ----


@pytest.mark.parametrize("suffix", [*WITH_ROOM, ".PNG", ".JpG", ".tar.png"])
def test_every_format_with_room_for_the_picture_gets_it(suffix, folder, at_once):
    result = style("cat.png", "grid.png", "-o", f"out{suffix}", "--size", 60)
    assert result.exit_code == 0, result.output
    content = (folder / f"out{suffix}").read_bytes()
    if suffix == ".pdf":  # Pillow does not read these two
        assert content.startswith(b"%PDF-")
        assert b"/Width 60\n/Height 40" in content
        assert b"/Title (\xfe\xff" + "painted".encode("utf-16-be") + b")" in content
    elif suffix in (".eps", ".ps"):
        assert content.startswith(b"%!PS-Adobe")
        assert b"%%BoundingBox: 0 0 60 40" in content
    else:
        painted = read_photograph(folder / f"out{suffix}").astype(int)
        assert painted.shape == (40, 60, 3)
        assert abs(painted - CAT).mean() < 7
    assert len(contents(folder)) == 3


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".eps", ".im", ".tga"])
@pytest.mark.parametrize("name", ["größe 猫 ☃", "a.b", "-o", "%d", "a b"], ids=ascii)
def test_a_name_may_have_any_sign(name, suffix, folder, at_once):
    result = style("cat.png", "grid.png", "--size", 60, f"--output={name}{suffix}")
    assert result.exit_code == 0, result.output
    assert (folder / f"{name}{suffix}").stat().st_size > 1000


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if s not in WITH_ROOM] + ["", ".", ".txt", ".pg", ".png.gz", ".png "])
def test_every_other_format_is_refused_with_some_that_do(suffix, folder, at_once):
    before = contents(folder)
    result = style("cat.png", "grid.png", "-o", f"out{suffix}", "--size", 60)
    assert result.exit_code == 2
    assert re.match(rf"out{re.escape(suffix)}: '.*' (is no format of pictures|cannot hold a picture of 60 x 40)", result.stderr)
    assert len(result.stderr.splitlines()) == 1
    advised = re.findall(r"\.\w+(?=[ ,.])", result.stderr[result.stderr.index("Use ") :])
    assert len(advised) >= 2
    assert set(advised) <= set(WITH_ROOM)
    assert at_once.begun == 0
    assert contents(folder) == before


def test_whether_there_is_room_depends_on_the_size(folder, at_once):
    """Icons have at most 256 pixels on a side."""
    Image.fromarray(picture("astronaut")).save(folder / "square.png")
    assert style("square.png", "grid.png", "-o", "out.ico", "--size", 256).exit_code == 0
    assert pixels(folder / "out.ico").shape[:2] == (256, 256)
    result = style("square.png", "grid.png", "-o", "out.ico", "--size", 300)
    assert result.exit_code == 2
    assert "out.ico: '.ico' cannot hold a picture of 300 x 300 pixels" in result.stderr
    assert pixels(folder / "out.ico").shape[:2] == (256, 256)


# ---- What is refused ----


def may_read_all(path, mode):
    return mode != os.W_OK or path.name != "read-only.png"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jpg", "grid.png"], "nowhere.jpg is not there. Give a file, or one of astronaut, "),
        (["cat.png", "nowhere.jpg"], "nowhere.jpg is not there. Give a file, or one of vortex, "),
        (["cat.png", "chelsea"], "chelsea is not there. Give a file, or one of vortex, "),
        (["text.jpg", "grid.png"], "text.jpg is not a picture"),
        (["cat.png", "text.jpg"], "text.jpg is not a picture"),
        ([".", "grid.png"], ". is a folder"),
        (["cat.png", "folder.png"], "folder.png is a folder"),
        (["cat.png/cat.png", "grid.png"], "cat.png/cat.png cannot be read (Not a directory)"),
        (["x" * 300, "grid.png"], "x cannot be read (File name too long)"),
        (["cat.png", "grid.png", "-o", "nowhere/out.png"], "nowhere is not a folder"),
        (["cat.png", "grid.png", "-o", "text.jpg/out.png"], "text.jpg is not a folder"),
        (["cat.png", "grid.png", "-o", "folder.png"], "folder.png is a folder"),
        (["cat.png", "grid.png", "-o", "."], ". is a folder"),
        (["cat.png", "grid.png", "-o", "x" * 252 + ".png"], ".png cannot be written (File name too long)"),
        (["cat.png", "grid.png", "-o", "read-only.png"], "read-only.png cannot be written (Permission denied)"),
        (["cat.png", "grid.png", "-o", "link.png"], "nowhere is not a folder"),
        (["cat.png", "grid.png", "-o", "pipe.png"], "pipe.png cannot be written (Not a file but a pipe or a device)"),
        (["cat.png", "grid.png", "-o", "./cat.png"], "cat.png is one of the files to be read"),
        (["cat.png", "grid.png", "-o", "folder.png/../grid.png"], "grid.png is one of the files to be read"),
        (["cat.png", "grid.png", "-o", "link-to-cat.png"], "link-to-cat.png is one of the files to be read"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_a_file_that_cannot_be_gives_one_line_before_the_work(folder, at_once, monkeypatch, arguments, message):
    (folder / "text.jpg").write_text("not a picture")
    (folder / "folder.png").mkdir()
    (folder / "out.png").write_bytes(b"an older picture")
    (folder / "read-only.png").write_bytes(b"an older picture")
    monkeypatch.setattr(os, "access", may_read_all)  # who runs the tests may write all
    (folder / "link.png").symlink_to("nowhere/out.png")
    (folder / "link-to-cat.png").symlink_to("cat.png")
    os.mkfifo(folder / "pipe.png")
    before = contents(folder)
    result = style(*arguments, *([] if "-o" in arguments else ["-o", "out.png"]))
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert at_once.begun == 0
    assert contents(folder) == before


@pytest.mark.slow
def test_a_picture_or_a_number_that_cannot_be_gives_one_line_that_names_it(folder):
    Image.fromarray(CAT[:1, :1]).save(folder / "dot.png")
    (folder / "out.png").write_bytes(b"an older picture")
    before = contents(folder)
    for arguments, name in [
        (["dot.png", "grid.png"], "content"),
        (["cat.png", "dot.png"], "style"),
        (["cat.png", "grid.png", "--size", "5"], "size"),
        (["cat.png", "vortex", "--size", "1000000"], "size"),
        (["cat.png", "vortex", "--size", "-3"], "size"),
        (["cat.png", "grid.png", "--steps", "0"], "steps"),
        (["cat.png", "grid.png", "--alpha", "-1"], "alpha"),
        (["cat.png", "grid.png", "--beta", "nan"], "beta"),
        (["cat.png", "grid.png", "--optimizer", "sgd"], "optimizer"),
    ]:
        result = style(*arguments, "-o", "out.png")
        assert result.exit_code == 2, arguments
        assert re.match(rf"(\w+, )*{name}\b", result.stderr), arguments
        assert len(result.stderr.splitlines()) == 1
        assert contents(folder) == before


def test_a_folder_with_the_name_of_a_picture_of_the_course_does_not_hide_it(folder, at_once):
    (folder / "chelsea").mkdir()
    (folder / "vortex").mkdir()
    assert style("chelsea", "vortex", "-o", "out.png", "--size", 60).exit_code == 0
    assert pixels(folder / "out.png").shape == (40, 60, 3)


# ---- What could not be known before ----


@pytest.mark.parametrize(("lost", "found"), [(["into"], "here"), (["into", "here"], "temporary")])
def test_a_painting_that_cannot_be_written_is_put_elsewhere(lost, found, three_folders, at_once):
    at_once.meanwhile = lambda: [shutil.rmtree(three_folders / name) for name in lost]
    result = style("../cat.png", "../grid.png", "-o", "../into/out.jpg", "--size", 60)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("../into/out.jpg cannot be written (")
    (rescued,) = (three_folders / found).iterdir()
    assert f"The painting is in {rescued if found == 'temporary' else rescued.name} instead." in result.stderr
    np.testing.assert_array_equal(pixels(rescued), CAT)


def test_a_painting_for_which_the_format_has_no_room_after_all_is_put_beside(folder, at_once, monkeypatch):
    def fail(image, file, name):
        file.write(b"half of")
        raise ValueError("encoder error -2")

    (folder / "out.jpg").write_bytes(b"an older picture")
    before = contents(folder)
    at_once.meanwhile = lambda: monkeypatch.setitem(Image.SAVE, "JPEG", fail)
    result = style("cat.png", "grid.png", "-o", "out.jpg", "--size", 60)
    assert result.exit_code == 2
    assert result.stderr.startswith("out.jpg cannot be written (encoder error -2). The painting is in painted-")
    ((name, _),) = contents(folder).items() - before.items()
    np.testing.assert_array_equal(pixels(folder / name), CAT)


def test_a_painting_that_can_be_put_nowhere_is_said_to_be_lost(three_folders, at_once):
    at_once.meanwhile = lambda: [shutil.rmtree(three_folders / name) for name in ("into", "here", "temporary")]
    result = style("../cat.png", "../grid.png", "-o", "../into/out.png", "--size", 60)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "the painting is lost" in result.stderr


# ---- What happens when it is stopped ----


@pytest.mark.slow
def test_killing_it_half_way_leaves_nothing(folder):
    (folder / "out.png").write_bytes(b"an older picture")
    process = start_command(folder, "style", "cat.png", "grid.png", "-o", "out.png", "--size", 60, "--steps", 100_000)
    try:
        wait_for_painting(process)
    finally:
        process.kill()
        process.communicate()
    assert (folder / "out.png").read_bytes() == b"an older picture"
    assert sorted(path.name for path in folder.iterdir()) == ["cat.png", "grid.png", "out.png"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a console, not to a process")
def test_an_interrupt_writes_the_best_picture_so_far_and_says_so(folder):
    process = start_command(folder, "style", "cat.png", "grid.png", "-o", "out.png", "--size", 60, "--steps", 100_000)
    try:
        wait_for_painting(process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert b"(interrupted)" in output
    assert pixels(folder / "out.png").shape == (40, 60, 3)


@pytest.mark.parametrize(("longer", "shape"), [(60, (45, 60, 3)), (43, (32, 43, 3)), (-1, (32, 43, 3))])
def test_a_painting_of_the_course_is_large_enough_whatever_is_asked_for(longer: int, shape: tuple[int, ...]):
    assert drawn("grid", longer).shape == shape
