"""The style of the figures: its colours have names, and nothing is told apart by colour alone."""

import matplotlib
from matplotlib.colors import same_color

from course_utils.plots.arguments import MOST_LINES
from course_utils.plots.painting import HATCHES
from course_utils.plots.style import BLACK, BLUE, GREEN, LINE_STYLES, MARKERS, ORANGE, PURPLE, RED, SKY


def test_the_names_of_the_colours_are_those_of_the_cycle():
    colours = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    for ours in (BLUE, RED, GREEN, ORANGE, PURPLE, SKY):
        assert sum(same_color(ours, theirs) for theirs in colours) == 1
    assert not any(same_color(BLACK, theirs) for theirs in colours)


def test_lines_markers_and_hatches_are_all_different():
    assert list(LINE_STYLES) == matplotlib.rcParams["axes.prop_cycle"].by_key()["linestyle"]
    assert len(LINE_STYLES) == MOST_LINES
    for several in (LINE_STYLES, MARKERS, HATCHES):
        assert len(set(several)) == len(several)
