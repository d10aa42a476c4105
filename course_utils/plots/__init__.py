"""The figures of the course, in one style; each describes in words what it shows.

Importing this package sets the style for every Matplotlib figure.
"""

from course_utils.plots.classification import reliability_figure
from course_utils.plots.diagrams import (
    classification_head,
    course_map,
    siamese_pair,
    triplet_objective,
    verification_and_recognition,
)
from course_utils.plots.embeddings import distance_histograms, embedding_map, training_curves
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.painting import cost_curves, share_bars, style_transfer_diagram
from course_utils.plots.pictures import difference_picture, picture_grid
from course_utils.plots.recognition import errors_by_person, faces_on_photo, open_set_figure
from course_utils.plots.sliders import slider_figure
from course_utils.plots.style import apply_style
from course_utils.plots.verification import curves_figure, error_curves, intervals_figure, roc_figure, threshold_figure

apply_style()

__all__ = [
    "DescribedFigure",
    "classification_head",
    "cost_curves",
    "course_map",
    "curves_figure",
    "difference_picture",
    "distance_histograms",
    "embedding_map",
    "error_curves",
    "errors_by_person",
    "faces_on_photo",
    "intervals_figure",
    "open_set_figure",
    "picture_grid",
    "reliability_figure",
    "roc_figure",
    "share_bars",
    "siamese_pair",
    "slider_figure",
    "style_transfer_diagram",
    "threshold_figure",
    "training_curves",
    "triplet_objective",
    "verification_and_recognition",
]
