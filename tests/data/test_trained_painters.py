"""The painters that are kept are those that were trained, small, and no more than their files is needed to have them."""

import hashlib

import numpy as np

from course_utils.data.trained_painters import FOLDER, TRAINED_PAINTERS, painter_file

SHA256 = {
    "waves": "c83976136f2cf3dbda9aa5dacbcd00315d12b8c253c08053bbb03e17464c15e4",
    "vortex": "1771cb617cbbd6c883a39b0a99ac13c04e40473d1378be653e3ecb9fccb17e51",
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
