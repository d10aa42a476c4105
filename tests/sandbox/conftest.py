"""One kernel behind the walls for all tests of a module."""

import pytest

from course_utils.grading.sandbox import SealedKernel
from course_utils.grading.walls import sealed_here
from tests.grading.corpus.judging import LIMITS


@pytest.fixture(scope="module")
def kernel():
    assert sealed_here(), "these tests need bubblewrap, and a system that allows it"
    with SealedKernel(LIMITS) as started:
        yield started
