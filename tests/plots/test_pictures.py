"""The figures of pictures: every picture given is drawn, true to its colours."""

import io

import numpy as np
import pytest
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.text import Text
from PIL import Image

from course_utils import plots

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("count", [1, 3, 10, 11])
def test_a_picture_grid_draws_every_picture_once_and_no_empty_axes(count: int):
    pictures = RNG.integers(0, 256, (count, 12, 10), dtype=np.uint8)
    figure = plots.picture_grid(pictures, range(count), "finding", WORDS, columns=5)
    drawn = [ax for ax in figure.axes if ax.images]
    assert [ax.get_xlabel() for ax in drawn] == [str(number) for number in range(count)]
    assert not any(ax.axison for ax in figure.axes if not ax.images)
    for ax, picture in zip(drawn, pictures, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), picture)


@pytest.mark.parametrize(("count", "width"), [(1, 5), (1, 1.5), (4, 2.2), (7, 0.8), (23, 1.1)])
def test_the_title_of_a_grid_begins_where_its_pictures_do_and_all_is_seen(count: int, width: float):
    figure = plots.picture_grid(np.zeros((count, 12, 10), np.uint8), range(count), "finding", WORDS, width=width)
    figure.draw_without_rendering()
    pictures = [ax.images[0].get_window_extent() for ax in figure.axes if ax.images]
    (title,) = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text() == "finding"]
    assert title.x0 == pytest.approx(pictures[0].x0, abs=2)
    assert all(figure.bbox.x0 <= each.x0 < each.x1 <= figure.bbox.x1 for each in pictures)


def test_pictures_without_a_caption_are_refused():
    with pytest.raises(ValueError, match="captions: expected one for each of the 2 pictures, got 1"):
        plots.picture_grid(np.zeros((2, 4, 4), np.uint8), ["one"], "finding", WORDS)


def test_pictures_in_colour_are_shown_as_jpeg_with_their_words_and_are_true(monkeypatch):
    shown = []
    monkeypatch.setattr("course_utils.plots.figure.display", lambda content, **how: shown.append((content, how)))
    smooth = np.indices((128, 128)).sum(axis=0)[..., None] * np.array([1.0, 0.5, 0.2])
    figure = plots.picture_grid([smooth.astype(np.uint8)], ["smooth"], "finding", WORDS, width=4)
    figure._ipython_display_()
    assert shown[0][1]["metadata"]["image/jpeg"]["alt"] == WORDS
    assert "image/png" not in shown[0][0]
    exact, small = io.BytesIO(), Image.open(io.BytesIO(figure.jpeg()))
    figure.savefig(exact, format="png", dpi=160)
    difference = np.asarray(small, float) - np.asarray(Image.open(exact).convert("RGB"), float)
    assert small.format == "JPEG"
    assert np.abs(difference).mean() < 2


def test_grey_pictures_stay_png():
    assert not plots.picture_grid([np.zeros((8, 8), np.uint8)], ["grey"], "finding", WORDS).colourful


def test_whole_numbers_floats_and_files_are_the_same_picture():
    colour = RNG.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    several = [colour, colour.astype(np.int64), colour.astype(np.float32), Image.fromarray(colour), colour.tolist()]
    figure = plots.picture_grid(several, list("abcde"), "finding", WORDS)
    for ax in figure.axes:
        np.testing.assert_array_equal(ax.images[0].get_array(), colour)
    figure.jpeg()


def test_images_are_drawn_upright_and_in_their_own_colours():
    colour = RNG.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    sideways = Image.fromarray(np.rot90(colour))
    sideways.getexif()[274] = 6  # EXIF: turn it to the right
    several = [sideways, Image.fromarray(colour).quantize(30), Image.fromarray(colour).convert("RGBA")]
    figure = plots.picture_grid(several, list("abc"), "finding", WORDS)
    for ax in figure.axes:
        np.testing.assert_array_equal(ax.images[0].get_array(), colour)


def test_two_pictures_that_are_equal_have_a_difference_of_nothing():
    face = RNG.random((4, 3))
    figure = plots.difference_picture(face, face, ("A", "A again"), 0, "finding", WORDS)
    difference = figure.axes[2].images[0]
    np.testing.assert_array_equal(difference.get_array(), 0)
    assert difference.norm(0) == 0
    figure.png()


def test_a_change_is_shown_as_a_picture_above_each_point_of_its_curve():
    faces = RNG.integers(0, 256, (3, 12, 10), dtype=np.uint8)
    changes = {"moved (pixels)": ([0, 2, 4], faces, [0, 0.25, 1]), "brighter (%)": ([0, 10], faces[1:], [0, 0.5])}
    figure = plots.change_figure(changes, "lost", "finding", WORDS)
    for ax, (name, (sizes, pictures, shares)) in zip(figure.axes, changes.items(), strict=True):
        assert ax.get_xlabel() == name
        (line,) = ax.lines
        assert list(line.get_xdata()) == list(sizes)
        assert list(line.get_ydata()) == list(shares)
        above = [each for each in ax.artists if isinstance(each, AnnotationBbox)]
        assert [each.xy[0] for each in above] == list(sizes)
        for each, face in zip(above, pictures, strict=True):
            np.testing.assert_array_equal(each.offsetbox.get_data(), face)
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    assert figure.png().startswith(b"\x89PNG")
