"""The door of recognition: claims, faces, and a gallery that grows."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Float64Array, IntArray
from course_utils.checks import listed
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.packing import packed, unpacked
from course_utils.explorables.sheets import sheet
from course_utils.plots.arguments import numbers
from course_utils.plots.figure import DescribedFigure
from course_utils.plots.recognition import gallery_figure

MOST_PEOPLE = 20  # cards in a page
FARTHEST = 2  # two points on the sphere


def door(distance: ArrayLike, people: ArrayLike, pictures: Iterable[ArrayLike], tau: float, enrolled: int) -> Explorable:
    """Return a door where faces are shown and names claimed, with the share of strangers who get a name as the gallery grows.

    The first picture of each person is the one to enrol; all others can be shown. For each number of people K, the share of
    strangers who get a name is computed in the page: the exact mean over all galleries of K of these people, with any one
    picture of each. Distances are rounded to 1/65,535 of the largest.

    Args:
        distance: (pictures, pictures) float, of embeddings of length 1, from 0 to 2; `distances.pairwise` makes it.
        people: (pictures,) int, whom each picture shows: 3 to 20 people, none of whom the encoder has learned from.
        pictures: (pictures, rows, columns), values from 0 to 255.
        tau: the threshold at first; it is brought to the nearest hundredth.
        enrolled: how many people are enrolled at first, in the order of their numbers.

    Raises:
        ValueError: distances that are no such table; fewer than 3 people or more than 20, or one with a single picture; not one
            picture for each row; a tau outside of 0 to 2; nobody enrolled, or everybody.
    """
    table = _table(distance)
    who = checks.people("people", people, len(table))
    numbers_of, count = np.unique(who, return_counts=True)
    if not 3 <= len(numbers_of) <= MOST_PEOPLE or count.min() < 2:
        raise ValueError(f"people: expected 3 to {MOST_PEOPLE} people with two pictures or more, got {checks.quoted(people)}")
    faces = listed("pictures", pictures)
    if len(faces) != len(table):
        raise ValueError(f"pictures: expected one for each of the {len(table)} rows of distance, got {len(faces)}")
    tau = round(checks.in_range("tau", tau, least=0, most=FARTHEST), 2)
    enrolled = checks.whole_number("enrolled", enrolled, least=1, most=len(numbers_of) - 1)
    first = np.array([np.flatnonzero(who == number)[0] for number in numbers_of])
    words = packed("distance", table.ravel())
    rounded = unpacked(words).reshape(table.shape)
    data = {
        "people": numbers_of.tolist(),
        "who": np.searchsorted(numbers_of, who).tolist(),
        "first": first.tolist(),
        "distance": words,
        "tau": tau,
        "enrolled": enrolled,
        "faces": sheet("pictures", faces, height=100),
    }
    return Explorable("door", data, _figure(rounded, who, faces, first[:enrolled], tau))


def _table(distance: ArrayLike) -> Float64Array:
    table = numbers("distance", distance, "(pictures, pictures)", least=0, most=FARTHEST)
    if table.shape[0] != table.shape[1] or not np.allclose(table, table.T, atol=1e-6):
        raise ValueError(f"distance: expected the same from a to b as from b to a, in a square table, got shape {table.shape}")
    return table


def _figure(table: Float64Array, who: IntArray, faces: list[ArrayLike], gallery: IntArray, tau: float) -> DescribedFigure:
    visitor = int(gallery[0]) + 1  # where the page begins, too: the second picture of the first person
    while who[visitor] != who[gallery[0]]:
        visitor += 1
    d = table[visitor, gallery]
    nearest = int(d.argmin())
    answer = f"at most tau = {tau:.2f}: this name is said" if d[nearest] <= tau else f"above tau = {tau:.2f}: not recognized"
    found = f"person {who[gallery[nearest]]} at {d[nearest]:.2f}, {answer}"
    description = (
        f"A picture of person {who[visitor]} at the door, beside those of {len(gallery)} people enrolled, with the distance to "
        f"each. The nearest is {found}."
    )
    title = f"Nearest: {found}"
    names = [f"person {number}" for number in who[gallery]]
    return gallery_figure(faces[visitor], [faces[k] for k in gallery], names, {"D =": d}, title, description)
