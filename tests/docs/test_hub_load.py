"""What the page "A large class" and the site tell of many users at once is what was recorded, also where it broke."""

import json

import pytest

from docs import hub_load
from docs.hub_load import STEPS, broke, section, table

DONE = {"users": 4, "median": 2.04, "worst": 3.06}
FIVE = dict.fromkeys(STEPS, DONE | {"users": 5})  # of 8; the others failed at the first step


def recorded(**last):
    """Return a record of a wave of four users that went well, and one of eight that has this instead."""
    wave = {
        "users": 4,
        "seconds": 31.0,
        "steps": dict.fromkeys(STEPS, DONE),
        "failures": {},
        "cut": "",
        "gigabytes": {"servers": 1.25, "hub": 0.0625, "free": 9.5},
    }
    eight = wave | {"users": 8, "steps": dict.fromkeys(STEPS, DONE | {"users": 8})} | last
    part = {"waves": [wave, eight], "gigabytes": 16.2, "floor": 3.0, "minutes": 20}
    return {"machine": "2 cores of a kind", "date": "2001-01-01", "parts": {"lesson 01": part}}


def test_a_wave_is_a_column():
    lines = table(
        recorded(gigabytes={"servers": 2.5, "hub": 0.125, "free": 3.04}, failures={"login: HTTP 500": 3}, steps=FIVE)
    ).splitlines()
    assert lines[0] == "| users at once | 4 | 8 |"
    assert "| its cells run | 2.0 s (3.1 s) | 2.0 s (3.1 s, 5 of 8) |" in lines
    assert lines[-5:] == [
        "| servers and kernels, at most | 1.2 GB | 2.5 GB |",
        "| hub, proxy and what they just start, at most | 62 MB | 125 MB |",
        "| memory free, at least | 9.5 GB | 3.0 GB |",
        "| users who did not come to the end | 0 | 3 |",
        "| of them with an error | 0 | 3 |",
    ]


def test_a_step_that_not_all_have_done_says_how_many_have():
    steps = dict.fromkeys(STEPS, DONE | {"users": 8}) | {"cells run": DONE, "submitted": {"users": 0}}
    lines = table(recorded(steps=steps)).splitlines()
    assert "| its cells run | 2.0 s (3.1 s) | 2.0 s (3.1 s, 4 of 8) |" in lines
    assert "| exercises submitted | 2.0 s (3.1 s) | nobody |" in lines


def test_who_has_not_done_the_last_step_has_not_come_to_the_end():
    steps = dict.fromkeys(STEPS, DONE | {"users": 8}) | {"server stopped": {"users": 0}}
    lines = table(recorded(steps=steps, failures={"lesson opened: ReadError": 1})).splitlines()
    assert lines[-2:] == ["| users who did not come to the end | 0 | 8 |", "| of them with an error | 0 | 1 |"]


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({}, "8 of 8 at once came to the end. No step failed."),
        (
            {"failures": {"login: HTTP 500": 3}, "steps": FIVE},
            '5 of 8 at once came to the end. For 3 of 8 users an error came (HTTP 500) at the step "login".',
        ),
        (
            {"failures": {"lesson opened: ReadError": 1}},
            'For 1 of 8 users the connection broke (`ReadError`) at the step "lesson 01 opened".',
        ),
        ({"cut": "memory"}, "after 31 seconds less than 3 GB of 16 GB were free, and the benchmark ended."),
        ({"cut": "time"}, "the 20 minutes of all waves together were over after 31 seconds."),
    ],
)
def test_what_broke_is_said(last, said):
    assert said in broke(recorded(**last))


def test_the_heading_is_that_of_what_was_measured(tmp_path, monkeypatch):
    (tmp_path / "hub.json").write_text(json.dumps(recorded()))
    monkeypatch.setattr(hub_load, "MEASURED", tmp_path / "hub.json")
    assert section().startswith("## What 8 at once did to a machine with 2 cores of a kind\n\n8 of 8 at once")
    assert "Measured on 2001-01-01 (2 cores of a kind) by `make bench-hub`" in section()
