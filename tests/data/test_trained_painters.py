"""The painters that are kept are those that were trained, small, and no more than their files is needed to have them."""

import hashlib

import numpy as np

from course_utils.data.trained_painters import FOLDER, TRAINED_PAINTERS, painter_file

SHA256 = {
    "waves": "d3390c70d0b0c47cdc285f2e841486765b73025fd2a243964f01752386ca8a5a",
    "vortex": "3c4be964aafdc4188659c413fe43c6691423c47370efdf0063f9b7940636793a",
}


def test_each_file_is_the_one_that_was_trained():
    assert {path.stem for path in FOLDER.iterdir()} == set(TRAINED_PAINTERS) == set(SHA256)
    for name, expected in SHA256.items():
        assert hashlib.sha256(painter_file(name).read_bytes()).hexdigest() == expected


def test_each_file_has_less_than_a_megabyte_of_half_precision():
    for name in TRAINED_PAINTERS:
        assert painter_file(name).stat().st_size < 1_000_000
        with np.load(painter_file(name), allow_pickle=False) as file:
            assert {file[array].dtype for array in file if array != "header"} == {np.dtype(np.float16)}
