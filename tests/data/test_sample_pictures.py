"""The photographs that come with the installed packages."""

import numpy as np
import pytest

from course_utils.data.sample_pictures import PICTURES, picture


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_there_in_colour_layout_and_is_a_picture(name: str):
    pixels = picture(name)
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
    assert min(pixels.shape[:2]) >= 300
    assert pixels.std() > 20


def test_changing_a_picture_does_not_change_the_next_reading():
    first = picture("china")
    first[:] = 0
    assert picture("china").any()


def test_grey_pictures_have_three_equal_channels():
    grey = picture("brick")
    assert (grey == grey[:, :, :1]).all()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"name: 'dog' is not known; choose one of astronaut, .*rocket"):
        picture("dog")
