"""Figures that follow sliders."""

import numpy as np

from course_utils import plots

RNG = np.random.default_rng(0)
DISTANCE = RNG.random(300)
SAME = RNG.random(300) < 0.4


def test_each_of_several_sliders_draws_the_figure_anew():
    def door(pi: float, price: float) -> plots.DescribedFigure:
        return plots.door_figure(DISTANCE, SAME, {"a rule": 0.5}, price, pi)

    widget = plots.sliders_figure(door, {"pi": (0.1, 0.9, 0.1, 0.5), "price": (1, 20, 1, 2)})
    share, price, page = widget.children
    assert "50% of the attempts" in page.value
    assert "a false accept costs 2 " in page.value
    share.value = 0.3
    price.value = 7
    assert "30% of the attempts" in page.value
    assert "a false accept costs 7 " in page.value
    assert page.value.startswith('<img alt="')
