"""Many small pictures in one file: each is found again at its place."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from course_utils.explorables.sheets import sheet


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_picture_is_at_its_place(count: int):
    greys = np.linspace(20, 230, count)
    told = sheet("pictures", [np.full((24, 16), grey) for grey in greys], height=48)
    mime, _, data = told["src"].partition(";base64,")
    whole = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert mime == "data:image/jpeg"
    assert (told["width"], told["height"]) == (32, 48)
    assert whole.shape == (48 * told["rows"], 32 * told["columns"])
    for k, grey in enumerate(greys):
        row, column = divmod(k, told["columns"])
        assert whole[48 * row + 24, 32 * column + 16] == pytest.approx(grey, abs=4)


@pytest.mark.parametrize("shape", [(20, 1), (1, 20), (400, 20)])
def test_a_strip_is_seen(shape: tuple[int, int]):
    told = sheet("pictures", [np.zeros(shape)])
    whole = Image.open(io.BytesIO(base64.b64decode(told["src"].partition(",")[2])))
    assert whole.size == (told["width"], told["height"]) == (round(80 * shape[1] / shape[0]), 80)


@pytest.mark.parametrize("shape", [(900, 2), (2, 900), (300, 40_000, 3)])
def test_a_strip_that_nobody_could_see_is_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match=f"^pictures: expected .* got {shape[0]} x {shape[1]} pixels; cut"):
        sheet("pictures", [np.zeros(shape)])


def test_colours_stay():
    told = sheet("pictures", [np.full((24, 16, 3), [200, 30, 30], np.uint8)])
    assert Image.open(io.BytesIO(base64.b64decode(told["src"].partition(",")[2]))).mode == "RGB"
