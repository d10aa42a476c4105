"""Tests of course_utils.style.optimizers: they find minima, keep to the range, and stop when told to."""

import threading
from itertools import pairwise

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from course_utils.style import optimizers
from course_utils.style.optimizers import adam, lbfgs

TARGET = np.array([[30.0, 200.0, -80.0], [120.0, 400.0, 10.0]])
SCALE = np.array([[1.0, 30.0, 3.0], [0.1, 1.0, 100.0]])  # an uneven bowl


class Bowl:
    """Quadratic cost whose minimum within 0 to 255 is known; notes what it is asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, x):
        self.asked.append(np.array(x))
        return float(np.sum(SCALE * (x - TARGET) ** 2) / 2), SCALE * (x - TARGET)


def start():
    return np.full(TARGET.shape, 100.0, np.float32)


def l_bfgs_threads():
    return [thread for thread in threading.enumerate() if thread.name == "L-BFGS"]


def test_lbfgs_finds_the_minimum_within_the_range_and_never_leaves_it():
    bowl = Bowl()
    *_, last = lbfgs(bowl, start(), 60)
    np.testing.assert_allclose(last, TARGET.clip(0, 255), atol=1e-3)
    assert min(x.min() for x in bowl.asked) >= 0
    assert max(x.max() for x in bowl.asked) <= 255


def test_lbfgs_never_goes_up_and_yields_pictures_of_their_own():
    pictures = list(lbfgs(Bowl(), start(), 8))
    costs = [Bowl()(picture)[0] for picture in (start(), *pictures)]
    assert len(pictures) == 8
    assert all(later < earlier for earlier, later in pairwise(costs))
    assert all(picture.shape == TARGET.shape for picture in pictures)


def test_lbfgs_works_only_when_asked_and_its_thread_ends_with_it():
    bowl = Bowl()
    painting = lbfgs(bowl, start(), 50)
    assert not bowl.asked
    next(painting)
    asked = len(bowl.asked)
    assert len(l_bfgs_threads()) == 1
    next(painting)
    assert len(bowl.asked) > asked
    painting.close()
    assert not l_bfgs_threads()


def test_lbfgs_takes_one_thread_for_linear_algebra_and_gives_the_others_back():
    def threads():
        return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    with threadpool_limits(2, user_api="blas"):  # as on two cores, whatever the machine
        before = threads()
        painting = lbfgs(Bowl(), start(), 50)
        next(painting)
        assert set(threads().values()) == {1} != set(before.values())
        painting.close()
        assert threads() == before


def test_lbfgs_hands_on_what_goes_wrong():
    def broken(x):
        raise ZeroDivisionError("in the cost")

    with pytest.raises(ZeroDivisionError, match="in the cost"):
        next(lbfgs(broken, start(), 5))
    assert not l_bfgs_threads()


def test_lbfgs_ends_early_where_there_is_nothing_to_gain():
    assert len(list(lbfgs(lambda x: (1.0, np.zeros_like(x)), start(), 50))) <= 1


def test_adam_moves_by_the_learning_rate_first_and_finds_the_minimum():
    bowl = Bowl()
    pictures = list(adam(bowl, start(), 150, 5.0))
    np.testing.assert_allclose(abs(pictures[0] - start()), 5.0, rtol=1e-4)
    np.testing.assert_allclose(pictures[-1], TARGET.clip(0, 255), atol=3)
    assert min(x.min() for x in bowl.asked) >= 0
    assert max(x.max() for x in bowl.asked) <= 255
    np.testing.assert_array_equal(bowl.asked[-1], pictures[-1])  # the cost of what is yielded is known


def scaled(factor):
    """The bowl in another unit."""
    bowl = Bowl()
    return lambda x: tuple(factor * part for part in bowl(x))


@pytest.mark.parametrize("optimizer", [lbfgs, lambda *rest: adam(*rest, 5.0)], ids=["lbfgs", "adam"])
def test_the_unit_of_the_cost_does_not_matter_where_gradients_are_small(optimizer):
    largest = abs(Bowl()(start())[1]).max()
    expected = list(optimizer(scaled(1 / largest), start(), 20))  # the largest entry of the gradient is 1
    for factor in (1e-9, 1e-30):
        found = list(optimizer(scaled(factor), start(), 20))
        np.testing.assert_allclose(found, expected, atol=0.01)


@pytest.mark.parametrize("optimizer", [lbfgs, lambda *rest: adam(*rest, 5.0)], ids=["lbfgs", "adam"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_an_ordinary_gradient_is_taken_as_it_is_to_the_last_bit(monkeypatch, optimizer, kind):
    def evaluate(x):
        cost, gradient = Bowl()(x)
        return cost, gradient.astype(kind)

    found = list(optimizer(evaluate, start(), 20))
    monkeypatch.setattr(
        optimizers, "_in_its_unit", lambda evaluate: lambda x: (evaluate(x)[0], evaluate(x)[1].astype(np.float64))
    )
    np.testing.assert_array_equal(found, list(optimizer(evaluate, start(), 20)))
