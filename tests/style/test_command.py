"""Tests of `python -m course_utils style`: a picture comes out whole, or nothing and one clear line."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.data.image_files import resize
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture

CAT = resize(picture("chelsea"), 40, 60)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photograph and a painting, where the command runs."""
    Image.fromarray(CAT).save(tmp_path / "cat.png")
    Image.fromarray(painting("grid", 45, 60)).save(tmp_path / "grid.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def style(*arguments):
    return CliRunner().invoke(app, ["style", *map(str, arguments)])


def start(folder, *arguments):
    # A shell that starts the tests in the background makes them deaf to Ctrl-C, and that is passed on; here it is heard again.
    listen = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", listen + "runpy.run_module('course_utils', run_name='__main__', alter_sys=True)"]
    command += ["style", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)


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


# ---- What is refused ----


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jpg", "grid.png"], "nowhere.jpg is not there. Give a file, or one of astronaut, "),
        (["cat.png", "nowhere.jpg"], "nowhere.jpg is not there. Give a file, or one of vortex, "),
        (["text.jpg", "grid.png"], "text.jpg is not a picture"),
        (["cat.png", "text.jpg"], "text.jpg is not a picture"),
        (["dot.png", "grid.png"], "content: 1 x 1 pixels are too few"),
        (["cat.png", "dot.png"], "style: 1 x 1 pixels are too few"),
        ([".", "grid.png"], ". is a folder"),
        (["cat.png", "grid.png", "--size", "5"], "size: expected a whole number of pixels from 32 to 4096, got 5"),
        (["cat.png", "vortex", "--size", "1000000"], "got 1000000"),
        (["cat.png", "vortex", "--size", "-3"], "got -3"),
        (["cat.png", "grid.png", "--steps", "0"], "steps: expected a whole number above 0, got 0"),
        (["cat.png", "grid.png", "--alpha", "-1"], "expected a number from 0"),
        (["cat.png", "grid.png", "--beta", "nan"], "expected a number from 0"),
        (["cat.png", "grid.png", "--optimizer", "sgd"], "optimizer: 'sgd' is not known"),
        (["cat.png", "grid.png", "-o", "nowhere/out.png"], "nowhere is not a folder"),
        (["cat.png", "grid.png", "-o", "out.txt"], "out.txt: '.txt' is no format of pictures"),
        (["cat.png", "grid.png", "-o", "out"], "out: '' is no format of pictures"),
        (["cat.png", "grid.png", "-o", "folder.png"], "folder.png is a folder"),
        (["cat.png", "grid.png", "-o", "./cat.png"], "cat.png is one of the two pictures"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gives_one_line_exit_status_2_and_touches_no_file(folder, arguments, message):
    (folder / "text.jpg").write_text("not a picture")
    (folder / "folder.png").mkdir()
    Image.fromarray(CAT[:1, :1]).save(folder / "dot.png")
    (folder / "out.png").write_bytes(b"an older picture")
    before = {path.name: path.is_file() and path.read_bytes() for path in folder.iterdir()}
    result = style(*arguments, *([] if "-o" in arguments else ["-o", "out.png"]))
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert {path.name: path.is_file() and path.read_bytes() for path in folder.iterdir()} == before


# ---- What happens when it is stopped ----


@pytest.mark.slow
def test_killing_it_half_way_leaves_nothing(folder):
    (folder / "out.png").write_bytes(b"an older picture")
    process = start(folder, "cat.png", "grid.png", "-o", "out.png", "--size", 60, "--steps", 100_000)
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
    process = start(folder, "cat.png", "grid.png", "-o", "out.png", "--size", 60, "--steps", 100_000)
    try:
        wait_for_painting(process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert b"(interrupted)" in output
    assert pixels(folder / "out.png").shape == (40, 60, 3)
