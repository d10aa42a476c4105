"""Trains the painters that lesson 09 compares: on nine photographs, on one, on noise. Some six minutes on two cores.

`python -m tests.benchmarks.painter_photographs`
"""

import json

import numpy as np
from PIL import Image

from course_utils.backend import tf
from course_utils.data.files import written_whole
from course_utils.data.image_files import resize
from course_utils.data.learned_on import FILE
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.painter_training import NEVER_SEEN, TRAINING_PICTURES, PerceptualLoss, parts, train_painter

STEPS = 1000
STYLE_WEIGHT = 5.0  # as the painter of "waves" that comes with the course
JUDGED = 12  # batches of parts
SIZE = (256, 384)
QUALITY = 90


def main() -> None:
    """Train three painters, and keep what they paint with their costs."""
    style = painting("waves", 192, 256)
    loss = PerceptualLoss(style, STYLE_WEIGHT)
    noise = np.random.default_rng(0).integers(0, 256, (9, 256, 256, 3), np.uint8)
    groups = {
        "nine photographs": [picture(name) for name in TRAINING_PICTURES],
        "one photograph": [picture("chelsea")],
        "noise": list(noise),
    }
    unseen = picture(NEVER_SEEN)
    painted, costs = [], {}
    for name, photographs in groups.items():
        painter = train_painter(style, steps=STEPS, style_weight=STYLE_WEIGHT, photographs=photographs, name="waves")
        painted.append(painter.paint(resize(unseen, *SIZE)))
        costs[name] = [judged(painter, loss, photographs), judged(painter, loss, [unseen])]
        print(name, costs[name], flush=True)
    with written_whole(FILE) as file:
        Image.fromarray(np.hstack(painted)).save(file, "jpeg", quality=QUALITY, optimize=True, comment=json.dumps(costs))
    print(f"{FILE}: {FILE.stat().st_size / 1000:.0f} kB")


def judged(painter, loss, photographs):
    """Return content and style cost of what it paints, the means over parts of photographs."""
    rng = np.random.default_rng(1)
    batches = [tf.constant(parts(photographs, rng)) for _ in range(JUDGED)]
    means = np.mean([loss(batch, painter.network(batch)).numpy() for batch in batches], axis=0)
    return [round(float(cost), 4) for cost in means[:2]]


if __name__ == "__main__":
    main()
