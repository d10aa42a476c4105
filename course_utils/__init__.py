"""Faces & Style: the companion package of the course.

- `faces/`: which pictures show one person
- `style/`: a picture painted in the style of another
- `data/`: where every byte comes from
- `plots/`: the figures
- `explorables/`: those that answer the hand
- `feedback/`: exercises and their checks
- `grading/`: what a lecturer runs
- `commands`: `python -m course_utils`
- `doctor`: is everything there that the course needs
- `lab`: JupyterLab, opened for learners
- `lab_pages`: the page that the lab makes of a notebook
- `handing_in`: what a student hands in on a hub with one user
- `kernels`: the kernels of the notebooks
- `probe`: what a kernel says of itself
- `remedies`: commands that mend something, as one types them
- `vgg19`: the network, for both halves
- `checks`: of arguments
- `images`: of Pillow, as arrays
- `arrays`: the types of arrays
- `backend`: TensorFlow and Keras, imported in one place
- `quiet`: no start-up messages of TensorFlow
- `clock`: how much time code has had
- `errors`: what the course raises on purpose
"""

from course_utils.quiet import import_quietly

__version__ = "0.1.0"

import_quietly()  # before a notebook has a chance to write `import tensorflow`
