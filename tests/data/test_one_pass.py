"""The picture that is kept is the one that was painted, and nothing but its file is needed to see it."""

import hashlib

import numpy as np

from course_utils.data.image_files import fitted_size, resize
from course_utils.data.one_pass import FILE, painted_in_one_pass
from course_utils.data.sample_pictures import picture

SHA256 = "564ea51b548c12517cece90e34769fb92967fb1752d3c936141c887a107b29da"


def test_the_file_is_the_one_that_was_painted():
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


def test_it_shows_the_temple_in_other_colours():
    photograph = picture("china")
    photograph = resize(photograph, *fitted_size(photograph, 512))
    painted, seconds = painted_in_one_pass()
    assert painted.shape == photograph.shape
    assert painted.dtype == np.uint8
    assert 0 < seconds < 60
    assert np.corrcoef(painted.mean(axis=2).ravel(), photograph.mean(axis=2).ravel())[0, 1] > 0.5
    assert abs(painted.astype(float) - photograph).mean() > 20
