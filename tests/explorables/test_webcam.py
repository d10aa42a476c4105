"""What a camera sees, painted by the kernel: each picture that the page sends comes back painted; bad input is named."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from course_utils import explorables
from tests.explorables.examples import CAT, camera, negative

WORDS = "A made-up cat, and beside it what a painter makes of it: the same in other colours."


def answered(figure, pixels, monkeypatch):
    """Return what the kernel sends when the page sends a picture, (height, width, 4): the message, and its bytes."""
    sent = []
    monkeypatch.setattr(figure, "send", lambda content, buffers: sent.append((content, buffers)))
    height, width = pixels.shape[:2]
    figure._handle_custom_msg({"picture": "no 7", "height": height, "width": width}, [memoryview(pixels.tobytes())])
    ((content, (painted,)),) = sent
    return content, painted


def test_the_page_has_the_photograph_and_its_painting():
    pictures = camera().data["pictures"]
    whole = np.asarray(Image.open(io.BytesIO(base64.b64decode(pictures["src"].partition(",")[2]))), float)
    assert (pictures["columns"], pictures["rows"]) == (2, 1)
    for shown, expected in zip(np.split(whole, 2, axis=1), (CAT, 255 - CAT), strict=True):
        assert shown.shape == CAT.shape
        assert np.corrcoef(shown.ravel(), expected.ravel())[0, 1] > 0.5  # noise, as JPEG keeps it


@pytest.mark.parametrize("shape", [(5, 7), (8, 3), (240, 320)])
def test_a_picture_comes_back_painted_and_as_opaque_as_it_was(shape, monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 4), dtype=np.uint8)
    content, painted = answered(camera(), pixels, monkeypatch)
    assert content == {"picture": "no 7"}
    expected = np.dstack([255 - pixels[..., :3], pixels[..., 3]])
    np.testing.assert_array_equal(np.frombuffer(painted, np.uint8).reshape(*shape, 4), expected)


def test_what_the_painter_complains_of_is_told_in_the_page(monkeypatch):
    def moody(picture):
        if picture.shape != CAT.shape:
            raise RuntimeError("no more blue")
        return picture

    figure = explorables.camera(moody, CAT, "a", WORDS)
    content, _ = answered(figure, np.zeros((4, 4, 4), np.uint8), monkeypatch)
    assert content == {"picture": "no 7", "error": "no more blue"}

    def stopped(picture):
        if picture.shape != CAT.shape:
            raise KeyboardInterrupt  # the lab's stop button, while it paints
        return picture

    content, _ = answered(explorables.camera(stopped, CAT, "a", WORDS), np.zeros((4, 4, 4), np.uint8), monkeypatch)
    assert content["error"] == "KeyboardInterrupt"
    cropped = explorables.camera(lambda picture: picture[:48], CAT, "a", WORDS)
    content, _ = answered(cropped, np.zeros((50, 4, 4), np.uint8), monkeypatch)
    assert content["error"].startswith("paint: expected a painting of the picture's shape (50, 4, 3)")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"paint": "waves"}, "paint: expected a function that paints"),
        ({"paint": lambda picture: picture[:5]}, r"paint: expected a painting of the picture's shape \(48, 32, 3\)"),
        ({"paint": lambda picture: "blue"}, "paint: its result"),
        ({"photograph": CAT[..., 0]}, "photograph: expected one in colour"),
        ({"photograph": np.zeros((300, 40_000, 3))}, "photograph: expected .* got 300 x 40000 pixels"),
        ({"photograph": np.zeros((900, 2, 3))}, "photograph: expected .* got 900 x 2 pixels"),
        ({"photograph": "cat.jpg"}, "photograph"),
    ],
)
def test_bad_input_is_named(changed, sentence):
    arguments = {"paint": negative, "photograph": CAT, "title": "a", "description": WORDS} | changed
    with pytest.raises(ValueError, match="^" + sentence):
        explorables.camera(**arguments)


def test_a_painter_may_paint_over_what_it_is_given(monkeypatch):
    def over(picture):
        picture[...] = 255 - picture
        return picture

    figure = explorables.camera(over, CAT, "a", WORDS)
    assert figure.data == camera().data
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    _, painted = answered(figure, pixels, monkeypatch)
    np.testing.assert_array_equal(np.frombuffer(painted, np.uint8).reshape(5, 7, 4)[..., :3], 255 - pixels[..., :3])
