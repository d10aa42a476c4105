"""Figures of encoders that answer the hand: people on a map while an encoder learns, and a triplet in the plane."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from course_utils.arrays import Float64Array, IntArray
from course_utils.checks import as_array, in_range, listed, quoted, whole_number
from course_utils.checks import people as checked_people
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.packing import rounded
from course_utils.explorables.sheets import sheet
from course_utils.plots.arguments import numbers
from course_utils.plots.embeddings import REACH, embedding_map, triplet_plane
from course_utils.plots.style import PEOPLE

MOST_STEPS = 60  # of a training: each has its own places for all pictures
MOST_NEAREST = 9  # that stand beside the map
GAPS = 20  # steps of the slider from a gap of 0 to 1


def training_map(features: Mapping[int, ArrayLike], people: ArrayLike, pictures: Iterable[ArrayLike]) -> Explorable:
    """Return a map of people while an encoder learns, step by step: each picture's place, and which others are nearest to it.

    All steps are seen from one side: along the two directions in which the pictures differ most after the last step. The middle
    of the map is the mean of the pictures. Which pictures are nearest is found in all features, not on the map: as many as
    somebody has other pictures, so that all of them could show the same person.

    Args:
        features: number of steps that are done -> (pictures, features) float, the embeddings then; from 2 to 60 such numbers.
        people: (pictures,) int, whom each picture shows; at most ten people.
        pictures: each (rows, columns), values from 0 to 255, of one shape.

    Raises:
        ValueError: no such dictionary; people, embeddings and pictures that differ in number; embeddings of several sizes, or
            all of them the same in every step; more than ten people; or numbers that are not finite.
    """
    person = checked_people("people", people)
    steps = _steps(features, len(person))
    shown = listed("pictures", pictures)
    if len(shown) != len(person):
        raise ValueError(f"pictures: expected one for each of the {len(person)} in people, got {len(shown)}")
    faces = sheet("pictures", shown)
    neighbours = min(MOST_NEAREST, int(np.unique(person, return_counts=True)[1].min()) - 1)
    if neighbours < 1:
        raise ValueError("people: somebody has one picture; two or more are needed, to be near each other")
    nearest = [_nearest(each, neighbours) for each in steps.values()]
    own = {step: np.mean(person[near] == person[:, None]) for step, near in zip(steps, nearest, strict=True)}
    places = _places(list(steps.values()))
    thirds = [list(steps)[at] for at in sorted({0, len(steps) // 2, len(steps) - 1})]
    words = "; ".join(f"{own[step]:.0%} after {step} steps" for step in thirds)
    figure = embedding_map(
        {f"after {step} steps: {own[step]:.0%}": place for step, place in zip(steps, places, strict=True) if step in thirds},
        person,
        f"Of the {neighbours} nearest to a picture, {own[thirds[0]]:.0%} show the same person before training, "
        f"{own[thirds[-1]]:.0%} at the end",
        f"{len(thirds)} maps of {len(person)} small faces, in frames of their person's colour, from before the training to its "
        f"end, all along the same two directions, each to a scale of its own. Of the {neighbours} pictures nearest to one, so "
        f"many show the same person: {words}.",
        as_array("pictures", shown),
    )
    names, on_the_map = np.unique(person), rounded(np.stack(places))
    data = {
        "steps": list(steps),
        "people": person.tolist(),
        "colors": {str(name): color for name, color in zip(names.tolist(), PEOPLE, strict=False)},
        "places": on_the_map.tolist(),
        "reach": np.abs(on_the_map).max(axis=(0, 1)).tolist(),
        "nearest": [near.tolist() for near in nearest],
        "features": int(next(iter(steps.values())).shape[1]),
        "faces": faces,
    }
    return Explorable("training_map", data, figure)


def _steps(features: Mapping[int, ArrayLike], pictures: int) -> dict[int, Float64Array]:
    """Return the embeddings after each number of steps, in their order."""
    if not isinstance(features, Mapping) or not 2 <= len(features) <= MOST_STEPS:
        expected = f"a dictionary of steps -> embeddings with 2 to {MOST_STEPS} entries"
        got = f"{len(features)} entries" if isinstance(features, Mapping) else quoted(features)
        raise ValueError(f"features: expected {expected}, got {got}")
    ordered = sorted((whole_number("features: a step", step, 0), each) for step, each in features.items())
    steps = {step: numbers(f"features: step {step}", each, "(pictures, features)", pictures) for step, each in ordered}
    start, first = next(iter(steps.items()))
    if first.shape[1] < 2 or pictures < 2:
        raise ValueError(f"features: expected two pictures and two features at least, got {quoted(first)}")
    for step, each in steps.items():
        if each.shape != first.shape:
            wanted = f"{first.shape[1]} features as in step {start}"
            raise ValueError(f"features: step {step}: expected {wanted}, got {each.shape[1]}")
    if not any(np.ptp(each, axis=0).any() for each in steps.values()):
        raise ValueError("features: expected pictures that differ in one step at least, got the same numbers for all of them")
    return steps


def _nearest(features: Float64Array, neighbours: int) -> IntArray:
    """Return for each picture which other ones are nearest, the nearest first, (pictures, neighbours) int."""
    found: IntArray = NearestNeighbors(n_neighbors=neighbours).fit(features).kneighbors(return_distance=False)
    return found


def _places(steps: list[Float64Array]) -> list[Float64Array]:
    """Return (pictures, 2) for each step, all along the two directions in which the last ones differ most."""
    at_one_point = not np.ptp(steps[-1], axis=0).any()  # PCA would divide by the variance
    directions = np.eye(2, steps[-1].shape[1]) if at_one_point else PCA(2, random_state=0).fit(steps[-1]).components_
    return [(each - each.mean(axis=0)) @ directions.T for each in steps]


def triplets(
    query: ArrayLike, positive: ArrayLike, negative: ArrayLike, gap: float, pictures: Iterable[ArrayLike]
) -> Explorable:
    """Return a triplet of points in the plane to be dragged: its loss, whether it is active, and where its gradient moves them.

    Args:
        query: (2,), where it stands at first: x from -1.8 to 1.8, y from -1.2 to 1.2.
        positive: (2,), in the same way.
        negative: (2,), in the same way.
        gap: the gap g at first, above 0 and up to 1, in the unit of the distance; it is brought to the nearest twentieth above
            0, as the slider goes.
        pictures: of query, positive and negative: each (rows, columns), values from 0 to 255, of one shape.

    Raises:
        ValueError: not three pictures, or as `plots.triplet_plane`.
    """
    gap = max(1, round(GAPS * in_range("gap", gap, above=0, most=1))) / GAPS
    figure = triplet_plane(query, positive, negative, gap)
    three = listed("pictures", pictures)
    if len(three) != 3:
        raise ValueError(f"pictures: expected 3 pictures, of query, positive and negative, got {len(three)}")
    points = {"query": query, "positive": positive, "negative": negative}
    data = {
        "reach": list(REACH),
        **{role: [float(coordinate) for coordinate in listed(role, point)] for role, point in points.items()},  # type: ignore[arg-type]
        "gap": gap,
        "faces": sheet("pictures", three),
    }
    return Explorable("triplets", data, figure)
