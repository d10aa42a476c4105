"""Figures that answer the hand: what moves is computed in the browser, so that they live in a notebook and on the site.

- `explorable`: what each of them is: a module for the browser, its data, and the static figure that stands there without it
- `sheets`: many small pictures in one
- `packing`: many numbers in a short text
- `verification`: the threshold on distances
- `recognition`: a door with a gallery
- `paintings`: paintings to be leafed through, with their costs
- `networks`: what a unit of a layer sees
- `gram`: two channels and their entry of the Gram matrix
- `embeddings`: people on a map while an encoder learns, a triplet in the plane
- `classification`: the logistic unit
- `webcam`: a photograph and its painting; with a kernel, what a camera sees, painted while one looks

Each has a plain ES module beside it (threshold.js), which asks nobody for anything; camera.js alone asks the kernel, where
there is one. common.js is put in front of each. explorable.css is the style of all of them.
"""

from course_utils.explorables.classification import logistic_unit
from course_utils.explorables.embeddings import training_map, triplets
from course_utils.explorables.explorable import MIME, Explorable, css, module
from course_utils.explorables.gram import gram_matrix
from course_utils.explorables.networks import receptive_field
from course_utils.explorables.paintings import painting
from course_utils.explorables.recognition import door
from course_utils.explorables.verification import threshold
from course_utils.explorables.webcam import camera

__all__ = [
    "MIME",
    "Explorable",
    "camera",
    "css",
    "door",
    "gram_matrix",
    "logistic_unit",
    "module",
    "painting",
    "receptive_field",
    "threshold",
    "training_map",
    "triplets",
]
