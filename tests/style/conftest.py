"""What the tests of the commands share."""

import tempfile

import pytest


@pytest.fixture
def three_folders(folder, monkeypatch):
    """One to write into, one to be in and one for temporary files: what is in the way there, none of the tests may do."""
    for name in ("into", "here", "temporary"):
        (folder / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    monkeypatch.chdir(folder / "here")
    return folder
