"""What three painters have painted is kept as it was, with the costs of each, and shows the temple."""

import hashlib

import numpy as np

from course_utils.data.image_files import resize
from course_utils.data.learned_on import FILE, learned_on
from course_utils.data.sample_pictures import picture

SHA256 = "3c97252a1c80f6d7ffe3047845becfbaadc648605ce84e5268f3c7c3256dd55b"


def test_the_file_is_the_one_that_was_painted():
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


def test_it_has_three_temples_with_costs():
    kept = learned_on()
    assert list(kept) == ["nine photographs", "one photograph", "noise"]
    edges = np.abs(np.diff(resize(picture("china"), 256, 384).mean(axis=2), axis=0))
    for each in kept.values():
        assert each.picture.shape == (256, 384, 3)
        assert each.picture.dtype == np.uint8
        painted = np.abs(np.diff(each.picture.mean(axis=2), axis=0))
        assert np.corrcoef(edges.ravel(), painted.ravel())[0, 1] > 0.1  # where the temple has edges it has some
        assert all(0 < cost < 2 for cost in each.own)
    for name in ("nine photographs", "one photograph"):
        assert kept[name].picture[..., 2].mean() > kept[name].picture[..., 0].mean()  # as in the waves: more blue than red
        assert all(0 < cost < 2 for cost in kept[name].unseen)
    assert kept["noise"].unseen[1] > 2 * kept["noise"].own[1]  # it knows nothing of photographs
