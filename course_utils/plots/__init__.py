"""The figures of the course, in one style, each shown with a description in words.

Importing this package sets the style for every Matplotlib figure.
"""

from course_utils.plots.show import show
from course_utils.plots.style import apply_style

apply_style()

__all__ = ["show"]
