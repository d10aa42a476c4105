"""Every figure function, given what it cannot draw: one sentence that names the argument, or a figure of all of it."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils import plots
from course_utils.faces.evaluation import Interval, Roc, Trials, roc
from course_utils.faces.training import History
from tests.plots.test_growing import Painter

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)
SAME = RNG.random(40) < 0.5
DISTANCE = RNG.random(40)
CURVE = roc(DISTANCE, SAME)
TRIALS = Trials(np.repeat([1, 2, 3, 4], 5), np.arange(20) < 10, RNG.random(20) < 0.8, RNG.random(20))
HISTORY = History(*RNG.random((4, 30)))
PICTURE = RNG.integers(0, 256, (6, 5), dtype=np.uint8)
NAN, INFINITY = float("nan"), float("inf")


def figure_of(at: float) -> plots.DescribedFigure:
    return plots.DescribedFigure(f"{WORDS} {at}", (1, 1))


class Feedforward:
    """As `style.painter.Painter`, which paints in one pass: there is nothing to watch."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.history: list[Any] = []
        self.ended = None

    def paint(self, picture: np.ndarray) -> np.ndarray:
        return picture


def all_known(known: bool) -> Trials:
    return Trials(TRIALS.person, np.full(20, known), TRIALS.named_right, TRIALS.distance)


# For each function: what it draws, and what it refuses: (argument, value, what the sentence says after the argument's name).
Case = tuple[str, Any, str]
FIGURES: dict[str, tuple[dict[str, Any], list[Case]]] = {
    "DescribedFigure": (
        {"description": WORDS, "size": (3, 2)},
        [
            ("description", ["a list of words"] * 40, "say in a sentence"),
            ("description", "short", "say in a sentence"),
            ("size", (0, 2), "width and height in inches"),
            ("size", (3, 2, 1), "width and height in inches"),
            ("size", 3, "width and height in inches"),
            ("size", (3, NAN), "width and height in inches"),
            ("size", (3, 1000), "width and height in inches"),
        ],
    ),
    "change_figure": (
        {
            "changes": {"moved": ([0, 1], [PICTURE, PICTURE.tolist()], [0, 0.5])},
            "axis": "lost",
            "title": "finding",
            "description": WORDS,
        },
        [
            ("changes", {}, "one entry at least"),
            ("changes", [PICTURE], "expected a dictionary"),
            ("changes", {str(k): ([0], [PICTURE], [0]) for k in range(4)}, "at most 3"),
            ("changes", {"moved": ([0, 1], [PICTURE, PICTURE])}, "moved: expected (sizes, pictures, shares)"),
            ("changes", {"moved": ([0, 1], [PICTURE], [0, 1])}, "moved: pictures: expected one for each of the 2 steps, got 1"),
            ("changes", {"moved": ([0], [PICTURE / 255], [0])}, "multiply them by 255"),
            ("changes", {"moved": ([0, 1], [PICTURE, PICTURE], [0])}, "moved: shares: expected one for each of the 2 steps"),
            ("changes", {"moved": ([0], [PICTURE], [44])}, "moved: shares: expected numbers from 0 to 1"),
            ("changes", {"moved": ([NAN], [PICTURE], [0])}, "moved: sizes: 1 of 1 are not finite"),
        ],
    ),
    "classification_head": (
        {"pictures": [PICTURE, PICTURE.tolist()], "embeddings": [[1, 2], [3, 4]], "probability": 0.25},
        [
            ("pictures", [PICTURE], "expected 2 pictures, got 1"),
            ("embeddings", [[1, 2]], "expected real numbers, (2, features)"),
            ("probability", 1.5, "expected a number from 0, up to 1"),
            ("probability", NAN, "expected a number from 0, up to 1"),
        ],
    ),
    "cost_curves": (
        {"runs": {"ours": ([1, 2], [5.0, 4.0])}, "title": "finding", "description": WORDS},
        [
            ("runs", {}, "one entry at least"),
            ("runs", [([1], [2])], "expected a dictionary"),
            ("runs", {str(k): ([1], [2]) for k in range(11)}, "at most 10"),
            ("runs", {"ours": [5.0, 4.0, 3.0]}, "ours: expected two sequences"),
            ("runs", {"ours": ([1], [5.0, 4.0])}, "ours: costs: expected one for each of the 1 steps, got 2"),
            ("runs", {"ours": ([], [])}, "ours: seconds"),
            ("runs", {"ours": ([1, 2], [5.0, 0.0])}, "ours: costs: expected numbers from"),
            ("runs", {"ours": ([1, 2], [5.0, NAN])}, "ours: costs: 1 of 2 are not finite"),
            ("runs", {"ours": ([-1, 2], [5.0, 4.0])}, "ours: seconds: expected numbers from 0 up"),
            ("runs", {"_ours": ([1], [5.0])}, "a legend shows no name"),
            ("runs", {1: ([1], [5.0]), "1": ([1], [5.0])}, "two of the names read alike"),
        ],
    ),
    "course_map": (
        {"lessons": {"01": "One", "02": "Two"}, "half": np.int64(1)},
        [
            ("lessons", {}, "one entry at least"),
            ("lessons", [("01", "One")], "expected a dictionary"),
            ("lessons", {str(k): "Title" for k in range(21)}, "at most 20"),
            (
                "lessons",
                {"01": "A title that goes on and on and never comes to an end", "02": "Two"},
                "three lines of 15 letters",
            ),
            ("lessons", {"01": "", "02": "Two"}, "three lines of 15 letters"),
            ("half", 3, "a whole number from 0 to 2"),
            ("half", True, "a whole number from 0 to 2"),
            ("pictures", [PICTURE], "expected a dictionary"),
            ("pictures", {"01": PICTURE / 255}, "multiply them by 255"),
            ("pictures", {"01": "cat.png"}, "01: expected a picture"),
        ],
    ),
    "curves_figure": (
        {"x": [1, 2], "curves": {"a": [1, 2.5], "b": [NAN, 1]}, "axes": ("x", "y"), "title": "finding", "description": WORDS},
        [
            ("x", [], "real numbers, (points,)"),
            ("x", 1, "real numbers, (points,)"),
            ("x", [1, NAN], "1 of 2 are not finite"),
            ("x", [1, "two"], "real numbers, (points,)"),
            ("curves", {}, "one entry at least"),
            ("curves", {str(k): [1, 2] for k in range(7)}, "at most 6"),
            ("curves", {"a": [1, 2, 3]}, "a: expected one for each of the 2 points, got 3"),
            ("curves", {"a": [NAN, NAN]}, "a: 2 of 2 are not finite"),
            ("curves", {"a": [1, INFINITY]}, "a: 1 of 2 are not finite"),
            ("axes", "xy", "expected a list"),
            ("axes", ["x"], "expected two texts"),
        ],
    ),
    "difference_picture": (
        {
            "first": [[0, 1], [0.5, 1]],
            "second": np.zeros((2, 2)),
            "names": ("A", "B"),
            "distance": np.float32(1.5),
            "title": "finding",
            "description": WORDS,
        },
        [
            ("first", PICTURE, "expected numbers from 0 to 1, got"),
            ("first", [[[0.5]]], "expected real numbers, (height, width)"),
            ("second", np.zeros((2, 3)), "expected the size of the first, (2, 2), got (2, 3)"),
            ("second", [[NAN, 1], [0, 0]], "1 of 4 are not finite"),
            ("names", ("A", "B", "C"), "expected one for each of the 2 pictures"),
            ("names", "AB", "expected a list"),
            ("distance", -1, "expected a number from 0"),
            ("distance", NAN, "expected a number from 0"),
        ],
    ),
    "distance_histograms": (
        {"distances": {"a": DISTANCE, "b": list(range(40))}, "same": SAME.tolist(), "title": "finding", "description": WORDS},
        [
            ("distances", {}, "one entry at least"),
            ("distances", DISTANCE, "expected a dictionary"),
            ("distances", {str(k): DISTANCE for k in range(11)}, "at most 10"),
            ("distances", {"a": DISTANCE[:3]}, "a: expected one for each of the 40 pairs, got 3"),
            ("distances", {"a": np.full(40, INFINITY)}, "a: 40 of 40 are not finite"),
            ("same", SAME.astype(int), "expected True (one person) or False (two people)"),
            ("same", np.ones(40, bool), "both kinds of pair"),
            ("same", np.zeros(40, bool), "both kinds of pair"),
        ],
    ),
    "door_figure": (
        {"distance": DISTANCE, "same": SAME, "taus": {"a": 0.5, "b": 1}, "accept_cost": 20, "share_same": 0.1},
        [
            ("distance", DISTANCE[:3], "expected one for each of the 40 pairs, got 3"),
            ("distance", np.full(40, NAN), "40 of 40 are not finite"),
            ("same", np.ones(40, bool), "both kinds of pair"),
            ("taus", {}, "one entry at least"),
            ("taus", {"a": INFINITY}, "a: expected a number"),
            ("taus", {str(k): 1 for k in range(7)}, "at most 6"),
            ("accept_cost", 0, "expected a number above 0"),
            ("share_same", 1, "expected a share above 0, below 1"),
        ],
    ),
    "embedding_map": (
        {"maps": {"a": [[1, 2], [3, 4], [5, 7]]}, "people": [1, 1, 2], "title": "finding", "description": WORDS},
        [
            ("maps", {}, "one entry at least"),
            ("maps", {str(k): np.eye(3) for k in range(11)}, "at most 10"),
            ("maps", {"a": [1, 2, 3]}, "a: expected real numbers, (pictures, features)"),
            ("maps", {"a": np.ones((3, 1))}, "a: expected two pictures and two features at least"),
            ("maps", {"a": np.full((3, 2), NAN)}, "a: 6 of 6 are not finite"),
            ("people", [1, 2], "expected one for each of the 3 pictures"),
            ("people", [1.0, 2.0, 3.0], "one whole number for each picture"),
            ("people", 1, "one whole number for each picture"),
            ("pictures", [PICTURE, PICTURE], "expected one for each of the 3"),
            ("pictures", PICTURE, "expected real numbers, (pictures, height, width)"),
            ("pictures", np.full((3, 6, 5), 256), "expected numbers from 0 to 255"),
        ],
    ),
    "error_curves": (
        {"curve": CURVE, "equal_error": np.float32(0.5), "unit": "distance"},
        [
            ("curve", DISTANCE, "expected a curve that evaluation.roc has made"),
            ("curve", Roc(*[np.zeros(1)] * 3), "tau after the first: expected real numbers"),
            ("curve", CURVE._replace(far=CURVE.far[:3]), "far: expected one for each of the"),
            ("curve", CURVE._replace(tar=2 + CURVE.tar), "tar: expected numbers from 0 to 1"),
            ("equal_error", 15, "expected a share from 0, up to 1, got 15"),
            ("equal_error", NAN, "expected a share"),
        ],
    ),
    "errors_by_person": (
        {"rates": {"a": [0, 1]}, "people": np.array([3, 4]), "title": "finding", "axis": "errors"},
        [
            ("rates", {}, "one entry at least"),
            ("rates", {str(k): [0, 1] for k in range(11)}, "at most 10"),
            ("rates", {"a": [0.5]}, "a: expected one for each of the 2 people, got 1"),
            ("rates", {"a": [0, 50]}, "a: expected numbers from 0 to 1, got 0 to 50"),
            ("rates", {"a": [NAN, 0]}, "a: 1 of 2 are not finite"),
            ("people", [3, 3], "expected each once"),
            ("people", np.arange(501), "500 at most"),
            ("people", [], "one whole number for each picture"),
        ],
    ),
    "faces_on_photo": (
        {"photo": PICTURE, "faces": [(1, 1, 2)], "title": "finding", "description": WORDS},
        [
            ("photo", np.zeros((4, 4), complex), "expected a picture"),
            ("photo", np.zeros((4, 4, 4)), "expected a picture"),
            ("photo", np.zeros((0, 4)), "expected a picture"),
            ("photo", PICTURE / 255, "multiply them by 255"),
            ("faces", (1, 1, 2), "[0]: expected real numbers, (3,)"),
            ("faces", [(1, 1)], "[0]: expected real numbers, (3,)"),
            ("faces", [(1, 1, 2), (60, 1, 2)], "[1]: expected a square (top, left, size) on the photo of 6 x 5 pixels"),
            ("faces", [(1, 1, 0)], "[0]: expected a square"),
        ],
    ),
    "gap_figure": (
        {"to_positive": [0.5, 0.6], "to_negative": np.array([0.4, 1.2]), "gap": 1},
        [
            ("to_positive", [], "expected real numbers, (triplets,)"),
            ("to_positive", [-1, 0], "expected numbers from 0 up"),
            ("to_negative", [1, 2, 3], "expected one for each of the 2 triplets, got 3"),
            ("to_negative", [NAN, 1], "1 of 2 are not finite"),
            ("gap", -1, "expected a number from 0"),
            ("gap", INFINITY, "expected a number"),
        ],
    ),
    "gallery_figure": (
        {
            "probe": PICTURE.tolist(),
            "gallery": [PICTURE, PICTURE],
            "names": ("Ada", 2),
            "distances": {"pixels": [3, 1], "network": np.array([0.5, 0.7])},
            "title": "finding",
            "description": WORDS,
        },
        [
            ("probe", PICTURE / 255, "multiply them by 255"),
            ("gallery", [], "expected one picture at least"),
            ("gallery", PICTURE, "[0]: expected a picture"),
            ("names", ["Ada"], "expected one for each of the 2 people, got 1"),
            ("names", "Ada", "expected a list"),
            ("distances", {}, "one entry at least"),
            ("distances", {"pixels": [1, 2, 3]}, "pixels: expected one for each of the 2 people, got 3"),
            ("distances", {"pixels": [1, NAN]}, "pixels: 1 of 2 are not finite"),
            ("distances", {str(k): [1, 2] for k in range(7)}, "at most 6"),
        ],
    ),
    "intervals_figure": (
        {"values": {"a": (0.5, Interval(0.4, 0.6)), "b": (1, (0, 1))}, "title": "finding", "axis": "accuracy"},
        [
            ("values", {}, "one entry at least"),
            ("values", {str(k): (0.5, (0, 1)) for k in range(51)}, "at most 50"),
            ("values", {"a": 0.5}, "a: expected a value and its interval"),
            ("values", {"a": (0.4, 0.5, 0.6)}, "a: expected a value and its interval"),
            ("values", {"a": (0.5, (0.6, 0.4))}, "a: the interval goes from 0.6 down to 0.4"),
            ("values", {"a": (NAN, (0, 1))}, "a: 1 of 3 are not finite"),
            ("differences", {}, "one entry at least"),
            ("differences", {"a": (0.1, (0.2, 0.1))}, "a: the interval goes from 0.2 down to 0.1"),
        ],
    ),
    "layers_figure": (
        {"shown": PICTURE, "activations": {"a": np.ones((4, 4, 8)), "b": [[[1]]]}, "title": "finding", "description": WORDS},
        [
            ("shown", PICTURE.astype(complex), "expected a picture"),
            ("shown", np.zeros((0, 4)), "expected a picture"),
            ("activations", {}, "one entry at least"),
            ("activations", {str(k): np.ones((2, 2, 1)) for k in range(7)}, "at most 6"),
            ("activations", {"a": np.ones((4, 4))}, "a: expected real numbers, (n_H, n_W, n_C)"),
            ("activations", {"a": np.full((4, 4, 1), NAN)}, "a: 16 of 16 are not finite"),
            ("activations", {"a": -np.ones((4, 4, 1))}, "a: expected numbers from 0 up"),
        ],
    ),
    "mining_figure": (
        {
            "pictures": [PICTURE, PICTURE.tolist(), PICTURE],
            "people": [1, 1, 2],
            "distances": [[0, 1, 2], [1, 0, 1], [2, 1, 0]],
            "query": np.int64(0),
            "title": "finding",
        },
        [
            ("pictures", [PICTURE], "expected 2 to 12, got 1"),
            ("pictures", [PICTURE] * 13, "expected 2 to 12, got 13"),
            ("pictures", [PICTURE, "cat.png", PICTURE], "[1]: expected a picture"),
            ("people", [1, 1], "expected one for each of the 3 pictures, got 2"),
            ("people", [1.0, 2.0, 3.0], "one whole number for each picture"),
            ("distances", [[0, 1, 2]], "expected one for each two pictures, (3, 3), got (1, 3)"),
            ("distances", np.zeros((3, 2)), "expected one for each two pictures, (3, 3), got (3, 2)"),
            ("distances", np.full((3, 3), -1), "expected numbers from 0 up"),
            ("query", 3, "a whole number from 0 to 2"),
            ("query", 2, "has no positive or no negative"),
            ("brightest", 0, "expected a number above 0"),
            ("brightest", NAN, "expected a number above 0"),
        ],
    ),
    "open_set_figure": (
        {"trials": TRIALS, "tau": np.float32(0.5)},
        [
            ("trials", [TRIALS], "expected what evaluation.identification_trials returns"),
            (
                "trials",
                all_known(True),
                "no query shows a stranger",
            ),
            (
                "trials",
                all_known(False),
                "somebody who is enrolled",
            ),
            ("trials", Trials(*[np.zeros(0, bool)] * 4), "distance: expected real numbers"),
            ("trials", Trials(TRIALS.person, TRIALS.known, TRIALS.named_right, np.full(20, NAN)), "20 of 20 are not finite"),
            ("tau", "0.5", "expected a number"),
            ("tau", -INFINITY, "expected a number"),
        ],
    ),
    "painter_diagram": (
        {"pictures": {"C": PICTURE, "S": PICTURE.tolist()}},
        [
            ("pictures", {"A": PICTURE}, "expected the names C, G and S"),
            ("pictures", {"C": [1, 2]}, "C: expected a picture"),
            ("pictures", {}, "one entry at least"),
        ],
    ),
    "painting_figure": (
        {
            "painted": PICTURE,
            "costs": {"J": [3, 2.0], "none": [0, 0]},
            "sides": [5, 6],
            "title": "finding",
            "description": WORDS,
            "beside": {"C": PICTURE},
        },
        [
            ("painted", [1, 2], "expected a picture"),
            ("costs", {}, "one entry at least"),
            ("costs", {"J": [3.0]}, "J: expected one for each of the 2 steps, got 1"),
            ("costs", {"J": [3.0, -1]}, "J: expected numbers from 0 up"),
            ("costs", {str(k): [1, 2] for k in range(7)}, "at most 6"),
            ("sides", [0, 1], "expected numbers from 1 up"),
            ("beside", {str(k): PICTURE for k in range(4)}, "at most 3"),
            ("beside", {"C": [1]}, "C: expected a picture"),
        ],
    ),
    "picture_grid": (
        {"pictures": [PICTURE, PICTURE.tolist()], "captions": ("a", 2), "title": "finding", "description": WORDS, "columns": 1},
        [
            ("pictures", [], "expected one at least"),
            ("pictures", 3, "expected a list"),
            ("pictures", [PICTURE, PICTURE.astype(complex)], "[1]: expected a picture"),
            ("pictures", [PICTURE, "cat.png"], "[1]: expected a picture, (height, width) grey or (height, width, 3)"),
            ("pictures", [[[1, 2], [3]], PICTURE], "[0]: expected one array"),
            ("pictures", [PICTURE, PICTURE.astype(int) * 2], "[1]: expected values from 0 to 255"),
            ("pictures", [PICTURE, np.full((2, 2), NAN)], "[1]: expected values from 0 to 255"),
            ("pictures", PICTURE[:2], "[0]: expected a picture"),
            ("captions", ["one"], "expected one for each of the 2 pictures, got 1; one picture alone goes into a list"),
            ("captions", ["one", "two", "three"], "expected one for each of the 2 pictures, got 3"),
            ("captions", "ab", "expected a list"),
            ("columns", 0, "expected a whole number above 0"),
            ("columns", 2.0, "expected a whole number above 0"),
            ("width", 0, "expected a number above 0"),
            ("width", 1e6, "expected a number above 0, up to 20"),
        ],
    ),
    "reliability_figure": (
        {
            "probabilities": {"a": DISTANCE, "b": SAME.astype(int)},
            "same": SAME,
            "title": "finding",
            "share_same": 0.5,
            "worked": 1,
        },
        [
            ("probabilities", {}, "one entry at least"),
            ("probabilities", {str(k): DISTANCE for k in range(11)}, "at most 10"),
            ("probabilities", {"a": DISTANCE[:3]}, "a: expected one for each of the 40 pairs, got 3"),
            ("probabilities", {"a": 100 * DISTANCE}, "a: expected numbers from 0 to 1"),
            ("same", np.ones(40, bool), "both kinds of pair"),
            ("share_same", 1, "expected a share above 0, below 1"),
            ("worked", 30, "expected a share from 0, up to 1"),
        ],
    ),
    "roc_figure": (
        {"curves": {"a": CURVE, "b": CURVE}, "title": "finding"},
        [
            ("curves", {}, "one entry at least"),
            ("curves", CURVE, "expected a dictionary"),
            ("curves", {str(k): CURVE for k in range(7)}, "at most 6"),
            ("curves", {"a": DISTANCE}, "a: expected a curve that evaluation.roc has made"),
        ],
    ),
    "share_bars": (
        {"shares": {"ours": {"a": 1, "b": 0}, "theirs": {"a": 0.25, "b": 0.75}}, "title": "finding", "description": WORDS},
        [
            ("shares", {}, "one entry at least"),
            ("shares", {"ours": {}}, "ours: expected a dictionary of name -> value with one entry at least"),
            ("shares", {"ours": [0.5, 0.5]}, "ours: expected a dictionary"),
            ("shares", {"ours": {str(k): 1 / 11 for k in range(11)}}, "ours: at most 10"),
            ("shares", {str(k): {"a": 1} for k in range(51)}, "at most 50"),
            (
                "shares",
                {"ours": {"a": 1}, "theirs": {"a": 0.5, "b": 0.5}},
                "theirs: expected the parts of the first row, a",
            ),
            ("shares", {"ours": {"a": 0.5, "b": 0.5}, "theirs": {"a": 1}}, "theirs: expected the parts of the first row"),
            ("shares", {"ours": {"a": 0.5, "b": 0.4}}, "ours: expected shares that add up to 1, got 0.9"),
            ("shares", {"ours": {"a": 1.5, "b": -0.5}}, "ours: expected numbers from 0 to 1, got -0.5 to 1.5"),
            ("shares", {"ours": {"a": NAN, "b": 1}}, "ours: 1 of 2 are not finite"),
        ],
    ),
    "siamese_pair": (
        {"pictures": [PICTURE, PICTURE.tolist()], "embeddings": [[1, 2], [3, 4]], "same": False},
        [
            ("pictures", [PICTURE], "expected 2 pictures, got 1"),
            ("pictures", [PICTURE, "cat.png"], "[1]: expected a picture"),
            ("embeddings", [[1, 2]], "expected real numbers, (2, features)"),
            ("embeddings", [1, 2], "expected real numbers, (2, features)"),
            ("embeddings", [[1, NAN], [2, 3]], "1 of 4 are not finite"),
            ("same", "same", "expected True (one person) or False"),
        ],
    ),
    "sliders_figure": (
        {"draw": lambda a, b: figure_of(a + b), "sliders": {"pi": (0, 1, 0.5, 0.5), "price": [1, 20, 1, np.int64(4)]}},
        [
            ("draw", figure_of(0.5), "expected a function"),
            ("draw", lambda *values: values, "expected a function that returns a DescribedFigure"),
            ("sliders", {}, "one entry at least"),
            ("sliders", {str(k): (0, 1, 0.5, 0.5) for k in range(7)}, "at most 6"),
            ("sliders", {"pi": (0, 1, 0.5)}, "pi: expected four numbers"),
            ("sliders", {"pi": (1, 0, 0.5, 0.5), "price": (1, 20, 1, 4)}, "pi: high: expected a number above 1"),
        ],
    ),
    "style_transfer_diagram": (
        {"pictures": {"C": PICTURE, "S": PICTURE.tolist()}},
        [
            ("pictures", {"A": PICTURE}, "expected the names C, G and S"),
            ("pictures", {"C": [1, 2]}, "C: expected a picture"),
            ("pictures", {}, "one entry at least"),
        ],
    ),
    "threshold_figure": (
        {"distance": DISTANCE.tolist(), "same": SAME, "tau": 1},
        [
            ("distance", [], "expected real numbers, (pairs,)"),
            ("distance", 0.5, "expected real numbers, (pairs,)"),
            ("distance", DISTANCE[:3], "expected one for each of the 40 pairs, got 3"),
            ("distance", DISTANCE.astype(complex), "expected real numbers, (pairs,)"),
            ("distance", SAME, "expected real numbers, (pairs,)"),
            ("distance", np.where(SAME, NAN, 1), "are not finite"),
            ("same", SAME * 1.0, "expected True (one person) or False (two people)"),
            ("same", [], "expected True"),
            ("tau", INFINITY, "expected a number"),
            ("tau", None, "expected a number"),
        ],
    ),
    "training_curves": (
        {"histories": {"a": HISTORY, "b": HISTORY}, "title": "finding", "description": WORDS, "baseline": ["one point", 1]},
        [
            ("histories", {}, "one entry at least"),
            ("histories", HISTORY, "expected a dictionary"),
            ("histories", {str(k): HISTORY for k in range(7)}, "at most 6"),
            ("histories", {"a": [0.5, 0.4]}, "a: different: expected real numbers, (steps,)"),
            ("histories", {"a": HISTORY._replace(loss=np.zeros(0))}, "a: loss: expected real numbers, (steps,)"),
            ("histories", {"a": HISTORY._replace(loss=np.full(30, NAN))}, "a: loss: 30 of 30 are not finite"),
            ("histories", {"a": HISTORY._replace(same=[1, 2])}, "a: same: expected one for each of the 30 steps, got 2"),
            ("baseline", ("all at one point", "0.5"), "expected a number"),
            ("baseline", ("all at one point", NAN), "expected a number"),
            ("baseline", ("all at one point",), "expected a name and a loss"),
        ],
    ),
    "triplet_plane": (
        {"query": [0, 0], "positive": np.array([0.5, 0.5]), "negative": (-1, 1), "gap": np.float32(0.5)},
        [
            ("query", [0, 0, 0], "expected real numbers, (2,)"),
            ("positive", [2, 0], "expected x from -1.8 to 1.8"),
            ("negative", [0, NAN], "1 of 2 are not finite"),
            ("gap", 0, "expected a number above 0"),
        ],
    ),
    "triplet_objective": (
        {"pictures": [PICTURE, PICTURE, PICTURE.tolist()]},
        [("pictures", [PICTURE] * 2, "expected 3 pictures, got 2"), ("pictures", 7, "expected a list")],
    ),
    "verification_and_recognition": (
        {"pictures": [PICTURE] * 5},
        [
            ("pictures", [PICTURE], "expected 5 pictures, got 1"),
            ("pictures", [PICTURE / 255] * 5, "multiply them by 255"),
        ],
    ),
    "whitening_figure": (
        {"before": [[0, 1], [2, 3]], "after": np.eye(2), "title": "finding", "description": WORDS},
        [
            ("before", np.eye(3), "expected real numbers, (pictures, 2)"),
            ("before", [1, 2], "expected real numbers, (pictures, 2)"),
            ("before", [[0, 1], [NAN, 3]], "1 of 4 are not finite"),
            ("after", [[0, 1]], "expected two numbers for each of two pictures"),
            ("after", np.zeros((3, 2)), "expected one for each of the 2 pictures of before, got 3"),
        ],
    ),
    "watch": (
        {
            "painter": Painter(),
            "steps": np.int64(2),
            "title": "finding",
            "description": WORDS,
            "tolerance": 0,
            "beside": {"C": PICTURE},
        },
        [
            ("painter", None, "expected a StyleTransfer"),
            ("painter", Feedforward(), "expected a StyleTransfer"),
            ("steps", 0, "expected"),
            ("tolerance", 1, "expected"),
            ("tolerance", "much", "expected"),
            ("beside", {}, "one entry at least"),
        ],
    ),
}
TEXTS = {"title", "description", "axis", "unit", "name", "colourful", "smooth"}
ANYTHING = [None, [], {}, "text", "", 7, NAN, [1, 2], {"a": 1}, {"a": [1, 2]}, np.zeros(0), np.eye(3), 1j * np.eye(3), object()]


def drawn(name: str, arguments: dict[str, Any]) -> None:
    """Draw it to the end; a warning would be an error, as everywhere in these tests."""
    figure = getattr(plots, name)(**arguments)
    if name != "sliders_figure":  # which has drawn it already
        assert len(figure.description) >= 40
        assert figure.png().startswith(b"\x89PNG")


def public_functions() -> set[str]:
    return {name for name in plots.__all__ if isinstance(getattr(plots, name), Callable)}  # type: ignore[arg-type]


def test_every_public_function_stands_in_the_table_with_every_argument_but_texts():
    assert public_functions() - {"apply_style"} == FIGURES.keys()
    for name, (_, cases) in FIGURES.items():
        tried = {argument for argument, *_ in cases}
        assert set(inspect.signature(getattr(plots, name)).parameters) - tried <= TEXTS, name


@pytest.mark.parametrize("name", FIGURES)
def test_lists_whole_numbers_and_numpys_numbers_are_drawn(name: str):
    drawn(name, FIGURES[name][0])


@pytest.mark.parametrize(
    ("name", "argument", "value", "sentence"),
    [(name, *case) for name, (_, cases) in FIGURES.items() for case in cases],
    ids=[f"{name}-{case[0]}-{case[2][:30]}" for name, (_, cases) in FIGURES.items() for case in cases],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence_that_names_the_argument(name, argument, value, sentence):
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the sentence is read below
        getattr(plots, name)(**FIGURES[name][0] | {argument: value})
    message = str(refused.value)
    assert message.startswith(argument), message
    assert sentence in message, message
    assert len(message) < 300


def refusal(name: str, arguments: dict[str, Any]) -> str:
    """Return what it says where it refuses; nothing where it does not."""
    try:
        getattr(plots, name)(**arguments)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", [name for name, (arguments, _) in FIGURES.items() if arguments])
def test_whatever_comes_is_refused_by_the_name_of_an_argument_or_drawn(name: str):
    parameters = tuple(inspect.signature(getattr(plots, name)).parameters)
    for argument in set(parameters) - TEXTS | {"description"} & set(parameters):
        for value in ANYTHING:
            said = refusal(name, FIGURES[name][0] | {argument: value})
            assert not said or said.startswith(parameters), f"{argument}={value!r}: {said}"
