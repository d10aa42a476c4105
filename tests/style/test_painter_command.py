"""Tests of `python -m course_utils paint` and `train-painter`: files come out whole, or one clear line before the work."""

import os
import re
import shutil
import signal
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.data.image_files import resize
from course_utils.data.paintings import PAINTINGS, painting
from course_utils.data.sample_pictures import picture
from course_utils.data.trained_painters import TRAINED_PAINTERS, painter_file
from course_utils.errors import DataError
from course_utils.style import painter_command
from course_utils.style.painter import LARGEST, Judged, Painter, painter_network
from tests.style.processes import start_command

CAT = resize(picture("chelsea"), 40, 60)
CHANGED = 255 - CAT


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photograph, a film, a painting and a painter, where the commands run."""
    Image.fromarray(CAT).save(tmp_path / "cat.png")
    Image.fromarray(painting("grid", 45, 60)).save(tmp_path / "grid.png")
    (tmp_path / "film").mkdir()
    for number, suffix in enumerate(["png", "png", "gif", "jpg"]):
        Image.fromarray(CAT[:, number:]).save(tmp_path / "film" / f"frame{number}.{suffix}")
    (tmp_path / "film" / "notes.txt").write_text("no frame")
    (tmp_path / "film" / ".hidden.png").write_text("no frame")
    (tmp_path / "painter.npz").write_bytes(b"a painter")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Negative:
    """Takes the place of a painter, and makes a negative."""

    def __init__(self, *_, **__):
        self.style, self.history, self.ended = "negative", [Judged(0, 0.0, 3.0, 2.0, 13.0)], "done"
        self.looks = (50, 100, 150, 200, 230)  # of a training, after so many steps
        self.painted = 0
        self.meanwhile = lambda: None  # what happens while one works

    def load(self, path):
        self.loaded = Path(path)
        return self

    def paint(self, content):
        self.painted += 1
        self.meanwhile()
        return 255 - content

    def save(self, path):
        if not path.parent.is_dir():
            raise DataError(f"{path} cannot be written (gone). Choose another name.")
        path.write_bytes(b"trained")


@pytest.fixture
def negative(monkeypatch):
    """The painter that is loaded and that is trained."""
    one = Negative()
    painter, training = ModuleType("course_utils.style.painter"), ModuleType("course_utils.style.painter_training")

    def train(style, minutes, *, painter, **options):
        one.given = {"style": style, "minutes": minutes, "painter": painter, **options}
        one.meanwhile()
        one.history += [Judged(steps, steps / 2, 60 / steps, 30 / steps, 100 / steps) for steps in one.looks]
        return one

    painter.Painter, training.train_painter = one, train
    monkeypatch.setitem(sys.modules, painter.__name__, painter)
    monkeypatch.setitem(sys.modules, training.__name__, training)
    return one


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def contents(folder):
    return {path.relative_to(folder): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def one_line(result, message):
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


# ---- A picture ----


def test_a_picture_is_painted_in_its_own_size(folder, negative):
    result = run("paint", "cat.png", "painter.npz", "-o", "out.png")
    assert result.exit_code == 0, result.output
    np.testing.assert_array_equal(pixels(folder / "out.png"), CHANGED)
    assert re.fullmatch(r"out\.png: 60 x 40 pixels in \d+\.\d\d s, in the style negative\n", result.stdout)


def test_the_size_can_be_chosen_and_is_1024_at_most_if_not(folder, negative):
    Image.fromarray(resize(CAT, 1000, 1500)).save("large.png")
    for options, shape in (([], (683, 1024, 3)), (["--size", 1200], (800, 1200, 3)), (["--size", 30], (20, 30, 3))):
        assert run("paint", "large.png", "painter.npz", "-o", "out.png", *options).exit_code == 0
        assert pixels(folder / "out.png").shape == shape


def test_the_names_of_the_course_stand_for_its_pictures_and_its_painters(folder, negative):
    for name in TRAINED_PAINTERS:
        assert run("paint", "chelsea", name, "-o", "out.png").exit_code == 0
        assert negative.loaded == painter_file(name)
    np.testing.assert_array_equal(pixels(folder / "out.png"), 255 - picture("chelsea"))


def test_a_file_comes_before_a_name_and_a_name_before_a_folder(folder, negative):
    (folder / "waves").write_bytes(b"a painter")
    (folder / "chelsea").mkdir()
    assert run("paint", "chelsea", "waves", "-o", "out.png").exit_code == 0
    assert negative.loaded == Path("waves")
    assert pixels(folder / "out.png").shape == picture("chelsea").shape


def test_the_command_takes_as_many_pixels_as_a_painter_does():
    assert painter_command.MOST == LARGEST


def may_read_all(path, mode):
    return mode != os.W_OK or path.name != "read-only.png"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jpg", "painter.npz"], "nowhere.jpg is not there. Give a file, or one of astronaut, "),
        (["cat.png", "nowhere.npz"], f"nowhere.npz is not there. Give a file, or one of {TRAINED_PAINTERS[0]}"),
        (["text.jpg", "painter.npz"], "text.jpg is not a picture"),
        (["cat.png/cat.png", "painter.npz"], "cat.png/cat.png cannot be read (Not a directory)"),
        (["x" * 300, "painter.npz"], "x cannot be read (File name too long)"),
        (["cat.png", "painter.npz", "-o", "nowhere/out.png"], "nowhere is not a folder"),
        (["cat.png", "painter.npz", "-o", "film"], "film is a folder"),
        (["cat.png", "painter.npz", "-o", "out.txt"], "out.txt: '.txt' is no format of pictures that can be written"),
        (["cat.png", "painter.npz", "-o", "out.gif"], "out.gif: '.gif' cannot hold a picture of 60 x 40 pixels in colour"),
        (["cat.png", "painter.npz", "-o", "read-only.png"], "read-only.png cannot be written (Permission denied)"),
        (["cat.png", "painter.npz", "-o", "pipe.png"], "pipe.png cannot be written (Not a file but a pipe or a device)"),
        (["cat.png", "painter.npz", "-o", "./cat.png"], "cat.png is one of the files to be read"),
        (["cat.png", "painter.npz", "-o", "painter.npz"], "painter.npz is one of the files to be read"),
        (["cat.png", "painter.npz", "--size", "0"], "size: expected a whole number of pixels from 1 to 2048, got 0"),
        (["cat.png", "painter.npz", "--size", "2049"], "size: expected a whole number of pixels from 1 to 2048, got 2049"),
        (["film", "painter.npz", "-o", "film"], "film is the folder of the pictures"),
        (["film", "painter.npz", "-o", "film/../film"], "is the folder of the pictures"),
        (["film", "painter.npz", "-o", "cat.png"], "cat.png cannot be made a folder"),
        (["film", "painter.npz", "-o", "nowhere/out"], "nowhere/out cannot be made a folder (No such file or directory)"),
        (["film", "painter.npz", "-o", "taken"], "frame1.png is a folder"),
        (["empty", "painter.npz", "-o", "out"], "empty has no pictures in it"),
        (["film", "nowhere.npz", "-o", "out"], "nowhere.npz is not there"),
        (["film", "painter.npz", "-o", "linked"], "linked/frame0.png is one of the files to be read, and would be lost"),
        (["chosen", "painter.npz", "-o", "film"], "film/frame0.png is one of the files to be read, and would be lost"),
        (["film", "painter.npz", "-o", "held"], "held/frame0.png is one of the files to be read"),
        (["twice", "painter.npz", "-o", "out"], "cat.gif and cat.gif.png would both be painted into cat.gif.png"),
        (["film", "painter.npz", "-o", "x" * 300], "cannot be made a folder (File name too long)"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_what_cannot_be_painted_gives_one_line_before_the_work(folder, negative, monkeypatch, arguments, message):
    (folder / "text.jpg").write_text("not a picture")
    (folder / "out.png").write_bytes(b"an older picture")
    (folder / "read-only.png").write_bytes(b"an older picture")
    monkeypatch.setattr(os, "access", may_read_all)  # who runs the tests may write all
    os.mkfifo(folder / "pipe.png")
    (folder / "empty").mkdir()
    (folder / "taken" / "frame1.png").mkdir(parents=True)
    for name in ("linked", "chosen", "held", "twice"):
        (folder / name).mkdir()
    (folder / "linked" / "frame0.png").hardlink_to(folder / "film" / "frame0.png")
    (folder / "held" / "frame0.png").hardlink_to(folder / "painter.npz")
    (folder / "chosen" / "frame0.png").symlink_to(folder / "film" / "frame0.png")
    for name in ("cat.gif", "cat.gif.png"):
        shutil.copy(folder / "cat.png", folder / "twice" / name)
    before = contents(folder)
    one_line(run("paint", *arguments, *([] if "-o" in arguments else ["-o", "out.png"])), message)
    assert negative.painted == 0
    assert contents(folder) == before


def test_a_folder_that_may_not_be_read_gives_one_line(folder, negative, monkeypatch):
    def closed(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)  # who runs the tests may read all
    one_line(run("paint", "film", "painter.npz", "-o", "out"), "film cannot be read (Permission denied)")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["paint", "", "painter.npz", "-o", "out.png"], "photograph"),
        (["paint", "cat.png", "", "-o", "out.png"], "painter"),
        (["paint", "film", "painter.npz", "-o", ""], "--output"),
        (["style", "", "grid", "-o", "out.png"], "content"),
        (["style", "cat.png", "", "-o", "out.png"], "style"),
        (["style", "cat.png", "all", "-o", ""], "--output"),
        (["train-painter", "", "-o", "out.npz"], "style"),
        (["train-painter", "grid", "-o", ""], "--output"),
        (["train-painter", "grid", "-o", "out.npz", "--resume", ""], "--resume"),
        (["grade", "01_exercises", "--root", ""], "--root"),
        (["collect", "", "--assignment", "01_exercises"], "source"),
        (["collect", "film", "--assignment", "01_exercises", "--roster", ""], "--roster"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_variable_of_the_shell_that_is_not_set_names_no_file(folder, negative, arguments, name):
    before = contents(folder)
    result = run(*arguments)
    assert result.exit_code == 2
    assert f"invalid value for '{name}'" in result.stderr.lower()
    assert "expected the name of a file or folder, got ''" in " ".join(re.sub("[│\n]", " ", result.stderr).split())
    assert contents(folder) == before
    assert negative.painted == 0


@pytest.mark.parametrize("output", ["/", "."])
def test_a_folder_is_no_file_to_write(folder, output):
    one_line(run("style", "cat.png", "all", "-o", output), f"{output} is a folder")


@pytest.mark.parametrize("root", ["cat.png", "nowhere", "cat.png/inside", "loop", "x" * 300])
@pytest.mark.parametrize(
    "command", [["cluster-key"], ["practice", "03_exercises"], ["grade", "03_exercises"]], ids=lambda c: c[0]
)
def test_what_is_no_folder_of_the_course_is_told_as_a_wrong_option(folder, command, root):
    (folder / "loop").symlink_to("loop")
    before = contents(folder)
    result = run(*command, "--root", root)
    assert result.exit_code == 2
    assert "Invalid value for '--root'" in result.stderr
    assert contents(folder) == before


def test_a_file_that_is_no_painter_gives_one_line(folder):
    before = contents(folder)
    one_line(run("paint", "cat.png", "painter.npz", "-o", "out.png"), "painter.npz is not a painter but something else")
    one_line(run("paint", "cat.png", "film", "-o", "out.png"), "film is a folder, expected a file")
    one_line(run("paint", "film", "grid.png", "-o", "out"), "grid.png is not a painter but something else")
    assert contents(folder) == before


@pytest.mark.parametrize(("lost", "found"), [(["into"], "here"), (["into", "here"], "temporary")])
def test_a_painting_that_cannot_be_written_is_put_elsewhere(lost, found, three_folders, negative):
    negative.meanwhile = lambda: [shutil.rmtree(three_folders / name) for name in lost]
    result = run("paint", "../cat.png", "../painter.npz", "-o", "../into/out.jpg")
    (rescued,) = (three_folders / found).iterdir()
    one_line(result, f"The painting is in {rescued if found == 'temporary' else rescued.name} instead.")
    np.testing.assert_array_equal(pixels(rescued), CHANGED)


# ---- A folder ----


def test_a_folder_is_painted_picture_by_picture(folder, negative):
    (folder / "painted").mkdir()
    for output in ("painted", "new"):
        result = run("paint", "film", "painter.npz", "-o", output)
        assert result.exit_code == 0, result.output
        names = ["frame0.png", "frame1.png", "frame2.gif.png", "frame3.jpg"]
        assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [f"{output}/{name}" for name in names]
        assert sorted(path.name for path in (folder / output).iterdir()) == names
        np.testing.assert_array_equal(pixels(folder / output / "frame1.png"), CHANGED[:, 1:])
        assert abs(pixels(folder / output / "frame3.jpg").astype(int) - CHANGED[:, 3:]).mean() < 10


def test_a_format_is_tried_once_for_a_whole_film(folder, negative, monkeypatch):
    tried = []
    monkeypatch.setattr(painter_command, "check_format", lambda path, *size: tried.append(path.suffix))
    painter_command._holds_paintings.cache_clear()
    assert run("paint", "film", "painter.npz", "-o", "out").exit_code == 0
    painter_command._holds_paintings.cache_clear()  # of what was only pretended
    assert sorted(tried) == [".gif", ".jpg", ".png"]


def test_a_picture_of_a_folder_that_cannot_be_read_does_not_keep_the_others(folder, negative):
    content = (folder / "film" / "frame1.png").read_bytes()
    (folder / "film" / "frame1.png").write_bytes(content[: len(content) // 2])
    result = run("paint", "film", "painter.npz", "-o", "out")
    one_line(result, "frame1.png is damaged, cut short")
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["frame0.png", "frame2.gif.png", "frame3.jpg"]


def test_an_interrupt_leaves_whole_pictures_alone(folder, negative):
    def interrupt():
        if negative.painted == 2:
            raise KeyboardInterrupt

    negative.meanwhile = interrupt
    result = run("paint", "film", "painter.npz", "-o", "out")
    assert result.exit_code == 130
    assert "What is named above is written" in result.stderr
    assert [path.name for path in (folder / "out").iterdir()] == ["frame0.png"]


# ---- Training ----


def test_a_painter_is_trained_and_told_of(folder, negative):
    result = run("train-painter", "grid.png", "-o", "new.npz")
    assert result.exit_code == 0, result.output
    assert (folder / "new.npz").read_bytes() == b"trained"
    told, header, *rows = result.stdout.splitlines()
    assert told.startswith("new.npz: a painter for negative, 230 steps, 115 s (done). Content 0.261, style 0.130, ")
    assert header.split() == ["step", "content", "style"]
    assert [row.split()[0] for row in rows] == ["0", "50", "100", "200", "230"]
    assert rows[1].split() == ["50", "1.200", "0.600"]
    given = negative.given
    assert given["style"].shape == (45, 60, 3)
    assert (given["minutes"], given["painter"], given["name"]) == (8.0, None, "grid")
    assert (given["style_weight"], given["style_size"], given["seed"]) == (5.0, 256, 0)


def test_the_options_are_passed_on(folder, negative):
    options = ["--minutes", 2, "--style-weight", 8, "--style-size", 128, "--seed", 4, "--resume", "painter.npz"]
    result = run("train-painter", PAINTINGS[0], "-o", "painter.npz", *options)
    assert result.exit_code == 0, result.output
    given = negative.given
    assert given["style"].shape == (96, 128, 3)
    assert given["painter"] is negative
    assert negative.loaded == Path("painter.npz")
    assert f"a painter for {PAINTINGS[0]}, " in result.stdout  # and no longer for what it could do before
    assert negative.style == PAINTINGS[0]
    assert (given["minutes"], given["style_weight"], given["style_size"], given["seed"]) == (2.0, 8.0, 128, 4)
    assert "       0 " not in result.stdout  # what was judged in an earlier training is not told again


def test_the_table_has_the_first_look_those_after_twice_as_many_each_and_the_last(folder, negative):
    negative.history = []
    negative.looks = (4500, 4600, *range(4800, 6401, 200), 6450)
    result = run("train-painter", "grid.png", "-o", "new.npz", "--resume", "painter.npz")
    assert [row.split()[0] for row in result.stdout.splitlines()[2:]] == ["4500", "4600", "4800", "5200", "6000", "6450"]


def test_an_interrupted_training_is_saved_and_said_to_be(folder, negative):
    negative.ended = "interrupted"
    result = run("train-painter", "grid.png", "-o", "new.npz")
    assert result.exit_code == 130
    assert "(interrupted)" in result.stdout
    assert (folder / "new.npz").read_bytes() == b"trained"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jpg"], "nowhere.jpg is not there. Give a file, or one of vortex, "),
        (["chelsea"], "chelsea is not there. Give a file, or one of vortex, "),
        (["film"], "film is a folder"),
        (["painter.npz"], "painter.npz is not a picture"),
        (["grid.png", "-o", "nowhere/new.npz"], "nowhere is not a folder"),
        (["grid.png", "-o", "film"], "film is a folder"),
        (["grid.png", "-o", "./grid.png"], "grid.png is one of the files to be read"),
        (["grid.png", "-o", "new.PNG"], "new.PNG has the suffix of a picture, and a painter is none. Write new.npz."),
        (["grid.png", "-o", "film/frame3.jpg"], "film/frame3.jpg has the suffix of a picture, and a painter is none"),
        (["grid.png", "--resume", "nowhere.npz"], "nowhere.npz is not there. Give a file, or one of "),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_a_painter_that_cannot_be_trained_gives_one_line_before_the_work(folder, negative, arguments, message):
    (folder / "new.npz").write_bytes(b"an older painter")
    before = contents(folder)
    one_line(run("train-painter", *arguments, *([] if "-o" in arguments else ["-o", "new.npz"])), message)
    assert not hasattr(negative, "given")
    assert contents(folder) == before


def test_a_number_or_a_painter_that_cannot_be_gives_one_line_that_names_it(folder):
    before = contents(folder)
    for option, value, name in [
        ("--minutes", "0", "minutes"),
        ("--minutes", "nan", "minutes"),
        ("--style-weight", "-1", "style_weight"),
        ("--style-size", "5", "style_size"),
        ("--style-size", "1000000", "style_size"),
        ("--seed", "-1", "seed"),
        ("--resume", "painter.npz", "painter.npz is not a painter but something else"),
    ]:
        one_line(run("train-painter", "grid.png", "-o", "new.npz", option, value), name)
    assert contents(folder) == before


@pytest.mark.parametrize(("lost", "found"), [(["into"], "here"), (["into", "here"], "temporary")])
def test_a_painter_that_cannot_be_written_is_put_elsewhere(lost, found, three_folders, negative):
    negative.meanwhile = lambda: [shutil.rmtree(three_folders / name) for name in lost]
    result = run("train-painter", "../grid.png", "-o", "../into/new.npz")
    (rescued,) = (three_folders / found).iterdir()
    one_line(result, f"The painter is in {rescued if found == 'temporary' else rescued.name} instead.")
    assert rescued.read_bytes() == b"trained"


def test_a_painter_that_can_be_put_nowhere_is_said_to_be_lost(three_folders, negative):
    negative.meanwhile = lambda: [shutil.rmtree(three_folders / name) for name in ("into", "here", "temporary")]
    one_line(run("train-painter", "../grid.png", "-o", "../into/new.npz"), "the painter is lost")


# ---- Both together, as they are ----


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a console, not to a process")
def test_an_interrupted_training_leaves_a_painter_that_paints(folder):
    Painter(painter_network(), "grid").save(folder / "old.npz")
    process = start_command(folder, "train-painter", "grid.png", "-o", "new.npz", "--minutes", 600, "--resume", "old.npz")
    try:
        seen = b""
        while not re.search(rb"step ([2-9]|\d\d+):", seen):
            seen += (byte := process.stderr.read(1))
            assert byte, f"it ended before it had learned: {seen!r}"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert b"(interrupted)" in output
    assert Painter.load(folder / "new.npz").ended == "interrupted"
    result = run("paint", "cat.png", "new.npz", "-o", "out.png")
    assert result.exit_code == 0, result.output
    assert pixels(folder / "out.png").shape == CAT.shape
