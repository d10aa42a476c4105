"""The figures of the course, in one style; each describes in words what it shows.

Importing this package sets the style for every Matplotlib figure.
"""

from course_utils.plots.diagrams import course_map, verification_and_recognition
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.pictures import difference_picture, picture_grid
from course_utils.plots.sliders import slider_figure
from course_utils.plots.style import apply_style
from course_utils.plots.verification import curves_figure, error_curves, intervals_figure, roc_figure, threshold_figure

apply_style()

__all__ = [
    "DescribedFigure",
    "course_map",
    "curves_figure",
    "difference_picture",
    "error_curves",
    "intervals_figure",
    "picture_grid",
    "roc_figure",
    "slider_figure",
    "threshold_figure",
    "verification_and_recognition",
]
