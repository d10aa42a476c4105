"""The style of every figure of the course: the names of its colours, and its markers."""

from pathlib import Path

import matplotlib.style

BLUE, RED, GREEN, ORANGE, SKY, BLACK = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#000000"
PURPLE, GREY = "#CC79A7", "#767676"
LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))  # of the six colours, in the order of the cycle
# Ten people on one map: the "muted" colours of P. Tol, "Colour schemes", 2021, and black.
PEOPLE = ("#332288", "#CC6677", "#117733", "#88CCEE", "#882255", "#DDCC77", "#44AA99", "#000000", "#AA4499", "#999933")
MARKERS = "osD^vP*X<>"  # so that nothing is told apart by colour alone


def apply_style() -> None:
    """Set the style for every Matplotlib figure of this process, the learner's own too."""
    matplotlib.style.use(Path(__file__).with_name("course.mplstyle"))
