"""The style of every figure of the course, and the names of its colours."""

from pathlib import Path

import matplotlib.style

BLUE, RED, GREEN, PINK, ORANGE, SKY, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"


def apply_style() -> None:
    """Set the style for every Matplotlib figure of this process, the learner's own too."""
    matplotlib.style.use(Path(__file__).with_name("course.mplstyle"))
