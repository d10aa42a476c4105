"""The figures of the course, in one style; each describes in words what it shows.

- `verification`: distances and a threshold, error rates, the ROC curve
- `embeddings`: maps of people, training curves, distances before and after, triplets of a batch
- `classification`: do probabilities mean what they say, what errors cost at a door
- `recognition`: who is nearest in a gallery, the open set, whitening, who bears the errors, faces on a photo
- `painting`: costs of style transfer, over time and layer by layer; how a painter learns
- `pictures`: rows of pictures, the picture of a distance, a picture that changes
- `diagrams`: boxes and arrows
- `networks`: a picture on its way through a network
- `sliders`: a figure that the kernel draws anew when a slider is let go
- `growing`: a painting that is watched while it is painted
- `figure`: a figure that knows its description
- `parts`: what several figures share
- `arguments`: what figures are given, looked at before anything is drawn
- `style`: colours and markers

Importing this package sets the style for every Matplotlib figure.
"""

from course_utils.plots.classification import door_figure, reliability_figure
from course_utils.plots.diagrams import (
    classification_head,
    course_map,
    siamese_pair,
    triplet_objective,
    verification_and_recognition,
)
from course_utils.plots.embeddings import (
    distance_histograms,
    embedding_map,
    gap_figure,
    mining_figure,
    training_curves,
    triplet_plane,
)
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.growing import watch
from course_utils.plots.networks import layers_figure
from course_utils.plots.painting import cost_curves, painter_diagram, painting_figure, share_bars, style_transfer_diagram
from course_utils.plots.pictures import change_figure, difference_picture, picture_grid
from course_utils.plots.recognition import errors_by_person, faces_on_photo, gallery_figure, open_set_figure, whitening_figure
from course_utils.plots.sliders import sliders_figure
from course_utils.plots.style import apply_style
from course_utils.plots.verification import curves_figure, error_curves, intervals_figure, roc_figure, threshold_figure

apply_style()

__all__ = [
    "DescribedFigure",
    "change_figure",
    "classification_head",
    "cost_curves",
    "course_map",
    "curves_figure",
    "difference_picture",
    "distance_histograms",
    "door_figure",
    "embedding_map",
    "error_curves",
    "errors_by_person",
    "faces_on_photo",
    "gallery_figure",
    "gap_figure",
    "intervals_figure",
    "layers_figure",
    "mining_figure",
    "open_set_figure",
    "painter_diagram",
    "painting_figure",
    "picture_grid",
    "reliability_figure",
    "roc_figure",
    "share_bars",
    "siamese_pair",
    "sliders_figure",
    "style_transfer_diagram",
    "threshold_figure",
    "training_curves",
    "triplet_objective",
    "triplet_plane",
    "verification_and_recognition",
    "watch",
    "whitening_figure",
]
