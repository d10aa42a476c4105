"""Grading in these tests runs without bubblewrap, as on a machine that has none; tests/sandbox has it."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from course_utils.grading import walls


@pytest.fixture(scope="module", autouse=True)
def plain_process(tmp_path_factory):
    tools = tmp_path_factory.mktemp("tools")
    for name in ("dirname", "realpath"):  # with which a script of the environment finds its Python
        (tools / name).symlink_to(shutil.which(name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), str(tools)]))
        walls.sealed_here.cache_clear()
        yield
    walls.sealed_here.cache_clear()
