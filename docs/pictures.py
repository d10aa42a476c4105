"""Draws the pictures of the README: `make pictures`."""

from pathlib import Path

import numpy as np
from PIL import Image

from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.data.paintings import PAINTINGS, painting
from course_utils.data.splits import read_folds
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import pairwise
from course_utils.faces.evaluation import choose_threshold, verification_pairs
from course_utils.plots.figure import DescribedFigure

PICTURES = Path(__file__).parent / "pictures"


def closest_strangers() -> DescribedFigure:
    """One person, and the five others who are closest to her pixel by pixel."""
    pictures = load_faces().pictures.reshape(-1, 112, 92)
    she = 341  # person 35, picture 2
    distance = pairwise(pixels(pictures[[she]]), pixels(pictures))[0]
    nearest_of_each = distance.reshape(40, 10).argmin(axis=1) + 10 * np.arange(40)
    others = [index for index in sorted(nearest_of_each, key=lambda index: distance[index]) if index // 10 != she // 10][:5]
    captions = ["she"] + [f"d = {distance[index]:.1f}" for index in others]
    words = "A woman's portrait, then portraits of the five other people who are closest to it pixel by pixel."
    return plots.picture_grid(
        [pictures[she], *pictures[others]], captions, "Close to her, for a computer that compares pixels", words
    )


def threshold() -> DescribedFigure:
    """The distances of same and different pairs of the calibration people of the first fold, cut by tau."""
    faces = load_faces().of(read_folds()[0].calibration)
    pairs = verification_pairs(faces.person.ravel(), trained_on=())
    distance = pairwise(pixels(faces.pictures.reshape(-1, 112, 92)))[pairs.first, pairs.second]
    return plots.threshold_figure(distance, pairs.same, round(choose_threshold(distance, pairs.same), 2))


def all_paintings() -> np.ndarray:
    """The four drawn style pictures side by side."""
    gap = np.full((240, 8, 3), 255, np.uint8)
    row = [part for name in PAINTINGS for part in (painting(name, 240, 240), gap)]
    return np.concatenate(row[:-1], axis=1)


def main() -> None:
    """Write all pictures."""
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "strangers.png").write_bytes(closest_strangers().png())
    (PICTURES / "threshold.png").write_bytes(threshold().png())
    Image.fromarray(all_paintings()).save(PICTURES / "paintings.jpg", quality=90)


if __name__ == "__main__":
    main()
