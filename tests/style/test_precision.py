"""Tests of course_utils.style.precision: the faster precision is taken, and each size is measured once."""

import json

import pytest

from course_utils.style import precision
from course_utils.style.precision import fastest_precision, step_seconds


@pytest.fixture
def clock(monkeypatch):
    """Stand in for the measuring: seconds by size, and which sizes were measured."""
    times, measured = {}, []

    def measure(height, width):
        measured.append((height, width))
        return dict(zip(("float32", "bfloat16"), times[height, width], strict=True))

    monkeypatch.setattr(precision, "step_seconds", measure)
    return times, measured


@pytest.mark.parametrize(
    ("small", "large", "expected", "sizes"),
    [
        ((1.0, 0.5), (4.0, 1.0), "bfloat16", [(64, 64), (100, 200)]),
        ((1.0, 0.5), (4.0, 5.0), "float32", [(64, 64), (100, 200)]),
        ((1.0, 0.9), (4.0, 1.0), "float32", [(64, 64)]),  # not worth it, and the large picture is not even tried
        ((1.0, 80.0), (4.0, 320.0), "float32", [(64, 64)]),
    ],
)
def test_the_faster_one_is_taken_and_a_slow_one_is_tried_small_only(clock, tmp_path, small, large, expected, sizes):
    times, measured = clock
    times |= {(64, 64): small, (100, 200): large}
    assert fastest_precision(100, 200, tmp_path) == expected
    assert measured == sizes


def test_each_size_is_measured_once_for_all_processes(clock, tmp_path):
    times, measured = clock
    times |= {(64, 64): (1.0, 0.5), (100, 200): (4.0, 1.0), (50, 50): (4.0, 1.0)}
    for _ in range(3):
        fastest_precision(100, 200, tmp_path)
    assert measured == [(64, 64), (100, 200)]
    fastest_precision(50, 50, tmp_path)
    assert measured == [(64, 64), (100, 200), (50, 50)]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"x": 3}', b'{"x": {"float32": 1}}', b"\xff\xfe"])
def test_a_damaged_file_is_measured_anew(clock, tmp_path, content):
    times, measured = clock
    times[64, 64] = (1.0, 2.0)
    (tmp_path / "precision.json").write_bytes(content)
    assert fastest_precision(100, 200, tmp_path) == "float32"
    assert measured == [(64, 64)]
    assert len(json.loads((tmp_path / "precision.json").read_text())) == 1


def test_another_setting_of_onednn_is_another_machine(clock, tmp_path, monkeypatch):
    times, measured = clock
    times[64, 64] = (1.0, 2.0)
    for setting in "1", "0":
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", setting)
        fastest_precision(100, 200, tmp_path)
    assert measured == [(64, 64)] * 2


def test_a_cache_that_cannot_be_written_to_does_no_harm(clock, tmp_path):
    times, _ = clock
    times[64, 64] = (1.0, 2.0)
    (tmp_path / "file").touch()
    assert fastest_precision(100, 200, tmp_path / "file") == "float32"


@pytest.mark.slow
def test_both_precisions_are_measured():
    seconds = step_seconds(32, 32)
    assert set(seconds) == {"float32", "bfloat16"}
    assert all(value > 0 for value in seconds.values())
