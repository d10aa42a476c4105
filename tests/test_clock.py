"""Whose time counts: sleepers pay by the wall's clock, workers by the processor's, and nobody waits for ever."""

import pytest

from course_utils.clock import EACH, LONGEST_SLEEP, PATIENCE, Clock


class Machine:
    """A machine on which code gets a share of the processors."""

    def __init__(self):
        self.now = self.spent = 0.0

    def pass_time(self, clock, seconds, share):
        """Let time pass, asking the clock ten times a second, and return what it says then."""
        for _ in range(round(10 * seconds)):
            self.now += 0.1
            self.spent += 0.1 * share
            clock.used()
        return clock.used()


@pytest.fixture
def machine():
    return Machine()


def clock_of(machine):
    return Clock(lambda: machine.spent, lambda: machine.now)


@pytest.mark.parametrize(
    ("share", "counted"),
    [
        (1.0, 20),  # alone on the machine
        (2.0, 20),  # on two processors
        (0.0, 20),  # asleep
        (0.01, 20),
        (0.5, 10),  # shares the machine with another one
        (0.3, 6),
        (0.1, 20 / PATIENCE),  # so little that one has to end it some day
    ],
)
def test_what_counts_is_what_it_had_or_what_it_slept(machine, share, counted):
    assert machine.pass_time(clock_of(machine), 20, share) == pytest.approx(counted, abs=EACH)


def test_who_sleeps_and_then_works_pays_for_both(machine):
    clock = clock_of(machine)
    machine.pass_time(clock, 5, 0)
    assert machine.pass_time(clock, 10, 0.5) == pytest.approx(10, abs=2 * EACH)


def test_time_counts_between_two_looks(machine):
    clock = clock_of(machine)
    machine.now += 0.3
    assert clock.used() == pytest.approx(0.3)


def test_a_moment_in_which_nobody_got_a_processor_is_no_long_sleep(machine):
    """Neither the code nor who looks at the clock: the whole machine stood still."""
    clock = clock_of(machine)
    machine.now += 3.0
    assert clock.used() == pytest.approx(LONGEST_SLEEP)


def test_what_was_spent_before_does_not_count(machine):
    machine.spent = 1000.0
    assert machine.pass_time(clock_of(machine), 10, 0.5) == pytest.approx(5, abs=EACH)
