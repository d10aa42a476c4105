"""The arithmetic of a large class: its queues are those of queueing theory, its peak is that of its arrivals."""

import math

import numpy as np
import pytest

from docs import large_class
from docs.large_class import IDLE, LAST_DAY, NIGHT, SESSION, Class, finished, handed_in, hours_to_grade, users_at_once


def waiting_of_theory(rate, service, workers):
    """Return the mean time in the queue M/M/c (Erlang's C formula, 1917)."""
    load = rate * service
    served = sum(load**number / math.factorial(number) for number in range(workers))
    all_busy = load**workers / math.factorial(workers) / (1 - load / workers)
    return all_busy / (served + all_busy) * service / (workers - load)


@pytest.mark.parametrize(("rate", "workers"), [(0.8, 1), (1.6, 2), (6.8, 8)])
def test_graders_are_a_queue_of_theory(rate, workers):
    rng, many = np.random.default_rng(0), 300_000
    arrivals = np.cumsum(rng.exponential(1 / rate, many))
    service = rng.exponential(1.0, many)
    spent = finished(arrivals, service, np.zeros(many), workers).sum() - arrivals.sum()
    waited = spent / many - service.mean()
    assert waited == pytest.approx(waiting_of_theory(rate, 1.0, workers), rel=0.08)


def test_who_writes_is_a_queue_behind_them():
    """Departures of M/M/c are Poisson again (Burke, 1956), so who writes is M/M/1 at the same rate."""
    rng, many, rate = np.random.default_rng(1), 300_000, 0.7
    arrivals = np.cumsum(rng.exponential(1 / rate, many))
    grading, writing = rng.exponential(2.0, many), rng.exponential(1.0, many)
    both = finished(arrivals, grading, writing, 3).sum()
    alone = finished(arrivals, grading, np.zeros(many), 3).sum()
    waited = (both - alone) / many - writing.mean()
    assert waited == pytest.approx(waiting_of_theory(rate, 1.0, 1), rel=0.08)


@pytest.mark.parametrize(
    ("workers", "grading", "writing", "last"),
    [
        (4, 3.0, 0.0, 3.0 * 3),  # ten in rounds of four
        (4, 3.0, 0.5, 9.0 + 2 * 0.5),  # the last two are written after the last round
        (10, 3.0, 2.0, 3.0 + 10 * 2.0),  # who writes is the bottleneck
        (1, 3.0, 1.0, 10 * 3.0 + 1.0),
    ],
)
def test_a_constant_load_is_plain_arithmetic(workers, grading, writing, last):
    took = finished(np.zeros(10), np.full(10, grading), np.full(10, writing), workers)
    assert took.max() == pytest.approx(last)
    assert np.all(np.diff(took) >= writing - 1e-9)


def test_many_submissions_take_as_long_as_the_slower_half_of_the_way():
    for workers, grading, writing in ((2, 8.0, 1.0), (64, 8.0, 1.0)):
        hours = hours_to_grade(np.random.default_rng(2), 20_000, workers, grading, writing)
        assert hours == pytest.approx(20_000 * max(grading / workers, writing) / 3600, rel=0.03)


def test_half_is_handed_in_on_the_last_day_and_nothing_before_the_week():
    before = handed_in(np.random.default_rng(3), 100_000)
    week = 1 - (1 - LAST_DAY) ** 7
    assert np.mean(before <= 24) == pytest.approx(LAST_DAY / week, abs=0.01)
    assert 0 <= before.min() <= before.max() <= 7 * 24


def test_the_peak_is_that_of_the_arrivals():
    one = Class(students=50_000, notebooks=50_000, weeks=1)  # one each, so that sessions are people
    mean = 24 / math.log(1 / (1 - LAST_DAY))
    at_the_deadline = 1 - math.exp(-(SESSION) / mean)
    within = 1 - (1 - LAST_DAY) ** 7
    counts = users_at_once(np.random.default_rng(4), one)
    assert counts[-1] / one.students == pytest.approx((1 - math.exp(-IDLE / mean)) / within, rel=0.05)
    full = math.exp(-0 / mean) - math.exp(-(SESSION + IDLE) / mean)
    assert at_the_deadline < counts.max() / one.students
    assert counts.max() / one.students == pytest.approx(full / within, rel=0.05)


def test_nobody_is_counted_twice():
    assert users_at_once(np.random.default_rng(5), Class(students=10, notebooks=5000, weeks=1)).max() <= 10


def test_the_first_bottleneck_is_where_the_need_meets_the_server(monkeypatch):
    parts = {
        "JupyterLab": {"own": 100.0},
        "kernel, lesson 01": {"most": 900.0},
        "kernel, painting at 512 pixels": {"most": 1900.0},
        "submission of a": {"workers": 4.0, "writer": 0.5},
        "submission of b": {"workers": 6.0, "writer": 1.5},
    }
    monkeypatch.setattr(large_class, "measured", lambda: parts)
    one = Class(students=100, notebooks=300, weeks=1)
    found = dict(large_class.limits(one))
    assert list(found.values()) == sorted(found.values())
    share = large_class.peak(one) / 100
    assert found["memory, while they paint"] == int(60 / 2.0 / share)
    assert found["memory, while they work on lesson 01"] == int(60 / 1.0 / share)
    assert found["its processors, to grade a deadline in a night"] == int(16 * NIGHT * 3600 / (3 * 5.0))
    assert found["the one process that writes grades, in a night"] == int(NIGHT * 3600 / (3 * 1.0))


def test_a_class_that_hands_in_next_to_nothing_has_tables_too():
    one = Class(students=1, notebooks=1, weeks=3)
    assert one.at_a_deadline == 1
    for made in (large_class.need_table, large_class.limits_table, large_class.grading_table):
        assert made(one)


def test_the_page_names_the_first_bottleneck():
    names = [name for name, _ in large_class.limits(Class())]
    assert [name.partition(",")[0] for name in names[:3]] == ["memory", "memory", "the one process that writes grades"]
    text = (large_class.ROOT / "docs" / "instructor" / "large_class.md").read_text("utf-8")
    assert "\nFirst memory, while students work; much later the one process that writes the grades." in text
