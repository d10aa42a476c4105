"""Tests of all public functions of course_utils.faces: what is wrong is named in one sentence, what means the same is taken.

`table` has a line for each public function and method: a call that works, and the kind of each argument. `WRONG` has, for each
kind, what must be refused by a ValueError or DataError that names the argument; `ALIKE` what must give the same answer. What
holds for arrays of every kind is tried on all arguments that are arrays: `NO_ARRAY` and `OTHER_ARRAYS`.
"""

import importlib
import inspect
import math
import operator
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from course_utils import faces
from course_utils.backend import keras, tf
from course_utils.checks import quoted
from course_utils.errors import DataError
from course_utils.faces import evaluation, networks, preprocessing, sampling
from course_utils.faces.detection import Box
from course_utils.faces.gallery import Gallery
from course_utils.faces.nearest import EmbeddingIndex, unit
from course_utils.faces.protocol import Scores

RNG = np.random.default_rng(0)
FEW = RNG.integers(0, 256, (8, 20, 18), dtype=np.uint8)  # pictures
PEOPLE = np.repeat(np.arange(1, 5), 2)
FEATURES = RNG.normal(size=(8, 5))
EMBEDDINGS = unit(FEATURES)
DISTANCE, SAME = RNG.uniform(0, 2, 6), np.array([True, False, True, False, True, False])


class Case(NamedTuple):
    """A call that works, and the kind of each argument that is tried."""

    call: Callable[..., Any]
    arguments: dict[str, Any]
    kinds: dict[str, str]


@pytest.fixture(scope="module")
def encoder():
    """A network that embeds in a moment."""
    picture = keras.Input((preprocessing.HEIGHT, preprocessing.WIDTH, 1))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(picture))
    return keras.Model(picture, keras.layers.UnitNormalization()(keras.layers.Dense(5)(x)))


def ragged():
    return [[1, 2], [3]]


NOT_NUMBERS = [None, "text", {}, object(), np.ones((2, 3), complex), ragged(), np.array(["a", "b"])]
WRONG: dict[str, list[Any]] = {
    "count": [0, -1, 1.0, True, np.True_, "3", None, math.nan, [2], np.array([2])],
    "seed": [-1, 0.5, True, "3", None, [1]],
    "share": [-0.1, 1.1, math.nan, math.inf, True, "0.5", None, [0.5], 1j],
    "cost": [-0.1, math.nan, math.inf, True, "1", None, [1.0]],
    "gap": [0, -1, math.nan, math.inf, True, "0.5", [0.5], 1j],
    "tau": [math.nan, True, "0.5", None, [0.5], 1j],
    "features": [*NOT_NUMBERS, [], np.empty((0, 5)), np.empty((8, 0)), FEATURES[0], FEATURES[None], FEATURES * math.nan],
    "embeddings": [*NOT_NUMBERS, [], np.empty((0, 5)), FEATURES[0]],
    "queries": [*NOT_NUMBERS, [], FEATURES[0], 2 * EMBEDDINGS, EMBEDDINGS[:, :3], EMBEDDINGS * math.nan],
    "people": [*NOT_NUMBERS, [], PEOPLE[:, None], PEOPLE + 0.5, PEOPLE.astype(str), PEOPLE > 2, 3],
    "drawn": [*NOT_NUMBERS[1:], PEOPLE[:, None], PEOPLE + 0.5, PEOPLE.astype(str), PEOPLE > 2, 3, PEOPLE + 10],
    "drawn of pairs": [*NOT_NUMBERS, PEOPLE[:, None], PEOPLE + 0.5, PEOPLE.astype(str), PEOPLE > 2, 3],
    "people of a seen person": [[1], 3, [0.5], ["a"], None, [[1, 2]]],
    "pictures": [*NOT_NUMBERS, [], FEW[0], FEW[:0], FEW / 255, FEW[..., None].repeat(3, -1), [FEW[0], FEW[1, :17]], FEW > 9],
    "stack of pictures": [
        *NOT_NUMBERS,
        [],
        FEW[..., None],
        FEW[..., None].repeat(3, -1),
        FEW[0, 0],
        FEW / 255,
        [FEW[0], FEW[1, :17]],
        FEW[:, :0],
    ],
    "pictures of one person": [*NOT_NUMBERS, [], FEW[:0], FEW / 255, FEW[..., None].repeat(3, -1), FEW[:, :9], 0 * FEW],
    "any pictures": [None, "text", ragged(), [], FEW[:3]],
    "picture": [*NOT_NUMBERS, [], FEW, FEW[0] / 255, np.ones((40, 36, 3), np.uint8)],
    "photo": [*[wrong for wrong in NOT_NUMBERS if not isinstance(wrong, str)], [], FEW[0] / 255, FEW[0, 0]],
    "distance": [None, "text", {}, ragged(), DISTANCE * 1j, DISTANCE * math.nan, DISTANCE[:, None], DISTANCE[:3], [], 0.5],
    "same": [None, "text", SAME[:3], [], SAME[:, None], SAME.astype(int) - 1, np.where(SAME, 1, -1), [True] * 6, True],
    "weight": [-DISTANCE, DISTANCE[:3], "text", DISTANCE * math.nan, 0 * DISTANCE],
    "distances of pairs": [None, "text", {}, ragged(), DISTANCE * 1j, -DISTANCE, DISTANCE[:3], DISTANCE[:, None]],
    "pairs of 0 or 1": [None, "text", SAME[:3], SAME[:, None], 2 * SAME.astype(int), np.where(SAME, 1, -1), [math.nan] * 6],
    "rows": [None, "text", {}, object(), np.ones((2, 3), complex), ragged(), 3.0, FEATURES[:3], FEATURES[:, :3]],
    "matrix": [None, "text", {}, np.ones((2, 3), complex), ragged(), FEATURES[0], FEATURES[:, :3], np.empty((0, 5)), []],
    "second matrix": ["text", {}, np.ones((2, 3), complex), ragged(), FEATURES[0], FEATURES[:, :3], np.empty((0, 5)), []],
    "vectors": [None, "text", {}, np.ones((2, 3), complex), ragged(), FEATURES[0], 0 * FEATURES, FEATURES * math.nan],
    "stored embeddings": [None, "text", {}, ragged(), FEATURES[0], 2 * EMBEDDINGS, EMBEDDINGS[:, :3], EMBEDDINGS.astype(float)],
    "any vectors": [None, "text", {}, np.ones((2, 3), complex), ragged(), FEATURES[0]],
    "rows of an index": [None, "text", 1, [8], [-1], [0.0], [True], [[0]], np.array([2**63], np.uint64)],
    "one embedding": [None, "text", {}, ragged(), [], FEATURES, FEATURES[0, :3], 3.0, FEATURES[0] * 1j],
    "row": [-1, 8, 1.0, True, "3", None],
    "tensor": [None, "text", object(), np.ones((8, 5), complex), ragged(), FEATURES[:3], FEATURES[:, None], FEATURES > 0],
    "labels": [None, np.eye(8, dtype=int), PEOPLE * 1j, [1, 2], [], ragged(), PEOPLE.astype("float32") + 2**24],
    "choice": ["other", 3, None, ["euclidean"]],
    "metric": ["other", 3, None, lambda x, y: np.ones(3)],
    "path": [3, "", b"", ["a"], 1.5],
    "missing path": [3, "", ["a"], "no such thing", Path("no such thing")],
    "encoder": ["encoder.keras", 3, len],
    "function": [None, 3, "text"],
    "trials": [None, 3, "text", ()],
    "several": [None, 3, [], [3]],
    "name": [None, 3, "", "  ", b"Anna", ["Anna"]],
    "names": [None, 3, "Anna", [], ["Anna", "Anna"], [3], [""]],
    "box": [None, 3, (1, 2), ("a", "b", "c"), (0, 0, 0), (0, 0, math.nan), (1e9, 0, 30)],
    "two whole numbers": [None, 3, (1, 2, 3), (0.5, 1.5), "ab"],
    "tensor pictures": [None, "text", ragged(), np.ones((8, 40, 36), np.float32), np.ones((8, 40, 36, 1)), FEW],
    "tensor pictures from 0 to 1": [
        *(np.full((1, 9, 9, 1), value, np.float32) for value in (2, -1, math.nan, math.inf)),
        *(None, "text", ragged(), np.ones((8, 40, 36), np.float32), np.ones((8, 40, 36, 1)), FEW),
    ],
    "range": [-0.1, 1000, math.nan, True, "0.1", None],
}


def small(value: Any) -> list[Any]:
    return [np.int64(value), np.int8(value), np.uint16(value)]


ALIKE: dict[str, Callable[[Any], list[Any]]] = {
    "count": small,
    "seed": small,
    "share": lambda value: [np.float64(value)],
    "cost": lambda value: [np.float32(value), np.float64(value), int(value), np.int64(value)],
    "gap": lambda value: [np.float64(value), np.float32(value)],
    "tau": lambda value: [np.float64(value), np.float32(value)],
    "features": lambda value: [value.tolist(), list(value), tuple(value), tf.constant(value)],
    "embeddings": lambda value: [value.tolist(), list(value)],
    "people": lambda value: [value.tolist(), tuple(value), value.astype(np.int8), value.astype(np.uint64)],
    "people of a seen person": lambda value: [list(value), np.array(value), set(value), iter(value)],
    "pictures": lambda value: [list(value), tuple(value), value.tolist() and np.array(value.tolist(), np.uint8)],
    "stack of pictures": lambda value: [list(value), tuple(value)],
    "distance": lambda value: [value.tolist(), tuple(value)],
    "same": lambda value: [value.tolist(), tuple(value)],
    "weight": lambda value: [value.tolist()],
    "pairs of 0 or 1": lambda value: [value.tolist(), value.astype(int), value.astype(float), value.astype(np.int8)],
    "rows": lambda value: [value.tolist(), tuple(value)],
    "matrix": lambda value: [value.tolist(), tuple(value)],
    "tensor": lambda value: [tf.constant(value), list(value)],
    "labels": lambda value: [value.tolist(), value[:, None], value.astype(str), value.astype(float), value + 20230000],
    "names": lambda value: [tuple(value), iter(value)],
    "box": lambda value: [tuple(value), list(value), np.array(value)],
    "two whole numbers": lambda value: [np.array(value), list(value), tf.constant(value)],
    "encoder": lambda value: [value],
}


def trials() -> evaluation.Trials:
    episodes = evaluation.open_set_episodes(PEOPLE, 2, episodes=5)
    return evaluation.identification_trials(FEATURES, PEOPLE, episodes, trained_on=())


def gallery(encoder: Any) -> Gallery:
    filled = Gallery(encoder, tau=0.5)
    filled.enroll_embeddings(["Anna", "Bela"], EMBEDDINGS[:2])
    return filled


def index() -> EmbeddingIndex:
    filled = EmbeddingIndex(5)
    filled.add(EMBEDDINGS)
    return filled


def table(encoder: Any) -> dict[str, Case]:
    """Each public function and method of the package, as module.name or module.Class.name."""
    at = importlib.import_module
    scores = {"distance": DISTANCE, "same": SAME}
    score_kinds = {"distance": "distance", "same": "same"}
    judged = {"features": FEATURES, "people": PEOPLE, "trained_on": (9,)}
    judged_kinds = {"features": "features", "people": "people", "trained_on": "people of a seen person"}
    samples = {"people": PEOPLE, "batch_size": 4, "seed": 3}
    ranges = ("flip", "rotation", "zoom", "aspect", "shift", "brightness", "contrast", "light")
    one, other = FEATURES, FEATURES[::-1].copy()
    cases: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
        "baselines.pixels": ({"pictures": FEW}, {"pictures": "pictures"}),
        "baselines.fisherfaces": (
            {"features": FEATURES, "people": PEOPLE, "components": 3, "shrinkage": 0.5},
            {"features": "features", "people": "people", "components": "count", "shrinkage": "share"},
        ),
        "baselines.whitening": ({"features": FEATURES}, {"features": "features"}),
        "baselines.together": ({"parts": [FEATURES, FEATURES]}, {"parts": "several"}),
        "detection.find_faces": ({"photo": FEW[0]}, {"photo": "photo"}),
        "detection.crop_face": ({"photo": FEW[0], "box": Box(2, 3, 30)}, {"photo": "photo", "box": "box"}),
        "detection.face_from_photo": ({"photo": FEW[0]}, {"photo": "photo"}),
        "detection.read_folder": ({"folder": "no such thing"}, {"folder": "missing path"}),
        "diagnostics.examine": (
            {"embeddings": FEATURES, "people": PEOPLE, "loss": DISTANCE, "gap": 0.5},
            {"embeddings": "embeddings", "people": "people", "gap": "gap"},
        ),
        "diagnostics.effective_rank": ({"embeddings": FEATURES}, {"embeddings": "features"}),
        **{
            f"distances.{name}": ({"a": abs(one), "b": abs(other)}, {"a": "rows", "b": "rows"})
            for name in ("squared_euclidean", "euclidean", "cosine", "chi_square")
        },
        "distances.pairwise": (
            {"x": one, "y": other, "metric": "cosine"},
            {"x": "matrix", "y": "second matrix", "metric": "choice"},
        ),
        "evaluation.verification_pairs": (
            {"people": PEOPLE, "trained_on": (9,)},
            {k: judged_kinds[k] for k in ("people", "trained_on")},
        ),
        "evaluation.error_rates": (
            {**scores, "tau": 0.5, "weight": np.ones(6)},
            {**score_kinds, "tau": "tau", "weight": "weight"},
        ),
        "evaluation.roc": ({**scores, "weight": np.ones(6)}, {**score_kinds, "weight": "weight"}),
        "evaluation.auc": ({**scores, "weight": np.ones(6)}, {**score_kinds, "weight": "weight"}),
        "evaluation.equal_error_rate": ({**scores, "weight": np.ones(6)}, {**score_kinds, "weight": "weight"}),
        "evaluation.tar_at_far": ({**scores, "far": 0.5}, {**score_kinds, "far": "share"}),
        "evaluation.choose_threshold": (
            {**scores, "by": "cost", "far": 0.5, "false_accept_cost": 1.0, "false_reject_cost": 1.0, "share_same": 0.5},
            {
                **score_kinds,
                "by": "choice",
                "far": "share",
                "false_accept_cost": "cost",
                "false_reject_cost": "cost",
                "share_same": "share",
            },
        ),
        "evaluation.each_enrolled_in_turn": ({"people": PEOPLE, "k_shot": 1}, {"people": "people", "k_shot": "count"}),
        "evaluation.open_set_episodes": (
            {"people": PEOPLE, "enrolled": 2, "episodes": 3, "seed": 1},
            {"people": "people", "enrolled": "count", "episodes": "count", "seed": "seed"},
        ),
        "evaluation.identification_trials": (
            {**judged, "episodes": list(evaluation.each_enrolled_in_turn(PEOPLE)), "metric": "euclidean"},
            {**judged_kinds, "episodes": "several", "metric": "metric"},
        ),
        "evaluation.differences": (
            {"x": one, "y": other, "metric": "cosine"},
            {"x": "matrix", "y": "second matrix", "metric": "metric"},
        ),
        "evaluation.pool": ({"trials": [trials()]}, {"trials": "trials"}),
        "evaluation.one_shot_accuracy": ({"trials": trials(), "drawn": PEOPLE}, {"trials": "trials", "drawn": "drawn"}),
        "evaluation.open_set_rates": (
            {"trials": trials(), "tau": 1.5, "drawn": PEOPLE},
            {"trials": "trials", "tau": "tau", "drawn": "drawn"},
        ),
        "evaluation.bootstrap_interval": (
            {"statistic": np.mean, "people": np.arange(1, 10), "confidence": 0.9, "resamples": 9, "seed": 1},
            {"statistic": "function", "people": "people", "confidence": "share", "resamples": "count", "seed": "seed"},
        ),
        "evaluation.Pairs.weight": ({"drawn": PEOPLE}, {"drawn": "drawn of pairs"}),
        "gallery.Gallery": ({"encoder": encoder, "tau": 0.5}, {"encoder": "encoder", "tau": "gap"}),
        "gallery.Gallery.enroll": ({"name": "Carl", "pictures": FEW}, {"name": "name", "pictures": "pictures of one person"}),
        "gallery.Gallery.enroll_embeddings": (
            {"names": ["Carl", "Dora"], "embeddings": EMBEDDINGS[2:4]},
            {"names": "names", "embeddings": "embeddings"},
        ),
        "gallery.Gallery.remove": ({"name": "Anna"}, {"name": "name"}),
        "gallery.Gallery.verify": ({"picture": FEW[0], "name": "Anna"}, {"picture": "picture", "name": "name"}),
        "gallery.Gallery.identify": ({"picture": FEW[0]}, {"picture": "picture"}),
        "gallery.Gallery.identify_all": ({"pictures": FEW}, {"pictures": "pictures"}),
        "gallery.Gallery.nearest": ({"picture": FEW[0], "k": 1}, {"picture": "picture", "k": "count"}),
        "gallery.Gallery.nearest_all": ({"pictures": FEW, "k": 1}, {"pictures": "pictures", "k": "count"}),
        "gallery.Gallery.nearest_to_embeddings": (
            {"embeddings": EMBEDDINGS[2:4], "k": 1},
            {"embeddings": "queries", "k": "count"},
        ),
        "gallery.Gallery.save": ({"path": "no such folder/gallery.npz"}, {"path": "path"}),
        "gallery.Gallery.load": ({"path": "no such file", "encoder": encoder}, {"path": "missing path"}),
        "losses.contrastive_loss": (
            {"distance": DISTANCE, "same": SAME, "margin": 1.0},
            {"distance": "distances of pairs", "same": "pairs of 0 or 1", "margin": "gap"},
        ),
        "losses.triplet_loss": (
            {"anchor": one, "positive": other, "negative": one + 1, "gap": 0.5},
            {"anchor": "tensor", "positive": "tensor", "negative": "tensor", "gap": "gap"},
        ),
        **{
            f"losses.{name}": (
                {"embeddings": FEATURES, "labels": PEOPLE, "gap": 0.5},
                {"embeddings": "tensor", "labels": "labels", "gap": "gap"},
            )
            for name in ("batch_all", "batch_hard", "semi_hard")
        },
        "losses.above_zero": ({"name": "value", "value": 0.5}, {"value": "gap"}),
        "losses.ContrastiveLoss": ({"margin": 0.5}, {"margin": "gap"}),
        **{f"losses.{name}": ({"gap": 0.5}, {"gap": "gap"}) for name in ("TripletLoss", "BatchAll", "BatchHard", "SemiHard")},
        "nearest.lengths": ({"vectors": EMBEDDINGS}, {"vectors": "any vectors"}),
        "nearest.unit": ({"vectors": FEATURES}, {"vectors": "vectors"}),
        "nearest.EmbeddingIndex": ({"features": 3}, {"features": "count"}),
        "nearest.EmbeddingIndex.add": ({"embeddings": EMBEDDINGS}, {"embeddings": "stored embeddings"}),
        "nearest.EmbeddingIndex.remove": ({"row": 2}, {"row": "row"}),
        "nearest.EmbeddingIndex.distances": (
            {"rows": np.array([0, 1]), "query": EMBEDDINGS[0]},
            {"rows": "rows of an index", "query": "one embedding"},
        ),
        "nearest.EmbeddingIndex.search": ({"queries": EMBEDDINGS, "k": 2}, {"queries": "queries", "k": "count"}),
        "networks.embedding_network": ({"features": 3, "seed": 1}, {"features": "count", "seed": "seed"}),
        "networks.check_encoder": ({"encoder": encoder}, {"encoder": "encoder"}),
        "networks.embed": ({"encoder": encoder, "pictures": FEW}, {"encoder": "encoder", "pictures": "pictures"}),
        "networks.siamese_network": ({"encoder": encoder}, {"encoder": "encoder"}),
        "networks.FeatureDifference": ({"kind": "absolute"}, {"kind": "choice"}),
        "networks.verification_head": ({"features": 3, "kind": "absolute"}, {"features": "count", "kind": "choice"}),
        "networks.fingerprint": ({"model": encoder}, {"model": "encoder"}),
        "networks.load_model": ({"path": "no such file"}, {"path": "missing path"}),
        "preprocessing.grey_pictures": ({"name": "pictures", "pictures": FEW}, {"pictures": "pictures"}),
        "preprocessing.hint_at_one_grey_picture": ({"name": "pictures", "array": FEW}, {}),
        "preprocessing.shrink": (
            {"pictures": FEW, "height": 10, "width": 10},
            {"pictures": "stack of pictures", "height": "count", "width": "count"},
        ),
        "preprocessing.augment": (
            {"pictures": FEW[..., None] / np.float32(255), "seed": (1, 2), **dict.fromkeys(ranges, 0.0)},
            {"pictures": "tensor pictures from 0 to 1", "seed": "two whole numbers", **dict.fromkeys(ranges, "range")},
        ),
        "preprocessing.standardise": ({"pictures": FEW[..., None] / np.float32(255)}, {"pictures": "tensor pictures"}),
        "pretrained.vgg19_features": (
            {"pictures": FEW.repeat(2, axis=1).repeat(2, axis=2), "bands": 1},
            {"pictures": "pictures", "bands": "count"},
        ),
        "protocol.score": ({**judged, "metric": "euclidean"}, {**judged_kinds, "metric": "metric"}),
        "protocol.pairs_and_distances": ({**judged, "metric": "euclidean"}, {**judged_kinds, "metric": "metric"}),
        "protocol.mean_scores": ({"scores": [Scores(1, 1, 0, 1)]}, {"scores": "several"}),
        "protocol.differences_between": (
            {"methods": ["pixels", "Fisherfaces"], "measure": "eer"},
            {"methods": "several", "measure": "choice"},
        ),
        "protocol.read_table": ({"path": "no such file"}, {"path": "missing path"}),
        "sampling.pairs": (
            {**samples, "share_same": 0.5},
            {"people": "people", "batch_size": "count", "seed": "seed", "share_same": "share"},
        ),
        "sampling.triplets": (samples, {"people": "people", "batch_size": "count", "seed": "seed"}),
        "sampling.people_and_pictures": (
            {"people": PEOPLE, "people_per_batch": 2, "pictures_per_person": 2, "seed": 1},
            {"people": "people", "people_per_batch": "count", "pictures_per_person": "count", "seed": "seed"},
        ),
        "sampling.dataset": (
            {"pictures": FEW, "people": PEOPLE, "sampler": partial(sampling.triplets, batch_size=2)},
            {"pictures": "any pictures", "people": "people", "sampler": "function"},
        ),
        "training.train": (
            {
                "pictures": FEW,
                "people": PEOPLE,
                "loss": "batch_hard",
                "steps": 1,
                "seed": 1,
                "learning_rate": 0.001,
                "gap": 0.5,
            },
            {"pictures": "pictures", "people": "people", "loss": "choice", "steps": "count", "seed": "seed", "gap": "gap"},
        ),
    }
    made: dict[str, Case] = {}
    for name, (arguments, kinds) in cases.items():
        module, *path = name.split(".")
        owner = at(f"course_utils.faces.{module}")
        if len(path) == 2 and path[1] != "load":
            made[name] = Case(partial(on_a_new_one, path[0], path[1], encoder), arguments, kinds)
        else:
            made[name] = Case(operator.attrgetter(".".join(path))(owner), arguments, kinds)
    return made


def on_a_new_one(kind: str, method: str, encoder: Any, **arguments: Any) -> Any:
    makers = {
        "Gallery": lambda: gallery(encoder),
        "EmbeddingIndex": index,
        "Pairs": lambda: evaluation.verification_pairs(PEOPLE, trained_on=()),
    }
    return getattr(makers[kind](), method)(**arguments)


NAMES = list(table(None))


@pytest.fixture(scope="module")
def cases(encoder):
    return table(encoder)


# ---- Nobody is left out ----


def takes_arguments(function: Any) -> bool:
    return any(name not in ("self", "cls") for name in inspect.signature(function).parameters)


def public(module: Any) -> Iterator[str]:
    """The functions, the classes that check what they are made of, and the methods of a module, as the table names them."""
    name = module.__name__.rsplit(".", 1)[1]
    for part, what in vars(module).items():
        if part.startswith("_") or getattr(what, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(what):
            yield f"{name}.{part}"
        elif inspect.isclass(what):
            is_plain = issubclass(what, tuple) or hasattr(what, "__dataclass_fields__")
            has_own_start = any("__init__" in vars(base) for base in what.__mro__ if base.__module__ == module.__name__)
            if has_own_start and not is_plain:
                yield f"{name}.{part}"
            methods = [getattr(method, "__func__", method) for method in vars(what).values()]
            for method in filter(inspect.isfunction, methods):
                is_public = not method.__name__.startswith("_") and f"{part}.{method.__name__}" == method.__qualname__
                if is_public and takes_arguments(method) and method.__name__ != "call":  # Keras calls it, with tensors
                    yield f"{name}.{part}.{method.__name__}"


def test_every_public_function_and_method_is_in_the_table():
    found = set()
    for module in pkgutil.iter_modules(faces.__path__, "course_utils.faces."):
        found |= set(public(importlib.import_module(module.name)))
    assert found == set(NAMES)


# ---- What is wrong ----


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_in_wrong_is_named_in_one_sentence(cases, name):
    call, arguments, kinds = cases[name]
    for argument, kind in kinds.items():
        for wrong in WRONG[kind]:
            with pytest.raises((ValueError, DataError)) as error:
                pytest.fail(f"{argument}={wrong!r} passes: {call(**{**arguments, argument: wrong})!r}")
            message = str(error.value)
            assert argument.removesuffix("s") in message or (kind == "missing path" and str(wrong) in message), (wrong, message)
            assert len(message) < 500, message


# ---- What means the same ----

SAME_BY_OTHER_TESTS = ("training.train", "pretrained.vgg19_features")  # they take seconds


def plain(value: Any) -> Any:
    """What can be compared of an answer."""
    if isinstance(value, keras.Model):
        return networks.fingerprint(value)
    if isinstance(value, tf.data.Dataset | Iterator):
        return plain(next(iter(value)))
    if hasattr(value, "__dataclass_fields__"):
        return plain(tuple(getattr(value, field) for field in value.__dataclass_fields__))
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if hasattr(value, "transform"):
        return plain(value.transform(FEATURES))
    if isinstance(value, np.ndarray | np.generic | float) or tf.is_tensor(value):
        return pytest.approx(np.asarray(value, np.float64), rel=1e-5, abs=1e-6, nan_ok=True)
    return value if isinstance(value, str | int | bool | None) else type(value)


def numbers(value: Any) -> Any:
    """As `plain`, with numbers in the place of what compares them."""
    value = plain(value)

    def inside(value: Any) -> Any:
        if isinstance(value, list):
            return [inside(part) for part in value]
        return getattr(value, "expected", value)

    return inside(value)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SAME_BY_OTHER_TESTS])
def test_what_means_the_same_gets_the_same_answer(cases, name):
    call, arguments, kinds = cases[name]
    alike = [
        (argument, other) for argument, kind in kinds.items() if kind in ALIKE for other in ALIKE[kind](arguments[argument])
    ]
    expected = plain(call(**arguments)) if alike else None
    for argument, other in alike:
        assert numbers(call(**{**arguments, argument: other})) == expected, (argument, other)


# ---- Arrays of every kind ----

NO_ARRAY: dict[str, Callable[[Any], Any]] = {
    "complex": lambda array: array.astype(complex),
    "objects": lambda array: np.full(array.shape, None),
    "numbers as objects": lambda array: array.astype(object),
    "one number": lambda array: np.array(3.0),
    "bytes": lambda array: b"abc",
    "dates": lambda array: np.full(array.shape, "2020-01-01", "datetime64[D]"),
    "records": lambda array: np.zeros(len(array), [("x", float)]),
    "a set": lambda array: {1, 2},
    "a generator": iter,
    "a ragged tensor": lambda array: tf.ragged.constant([[1, 2], [3]]),
    "all masked": lambda array: np.ma.masked_array(array, mask=np.ones(array.shape, bool)),
    "one masked": lambda array: np.ma.masked_array(array, mask=np.arange(array.size).reshape(array.shape) == 1),
}


class OfAnotherLibrary:
    """What can become an array and knows nothing else of NumPy, as the tensors of other libraries."""

    def __init__(self, array):
        self._array = array

    def __array__(self, dtype=None, copy=None):
        return np.array(self._array, dtype)


def with_gaps(array):
    return np.repeat(array, 2, axis=-1)[..., ::2]


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


OTHER_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "with gaps": with_gaps,
    "columns first": np.asfortranarray,
    "backwards": lambda array: array[::-1].copy()[::-1],
    "read-only": read_only,
    "the other order of bytes": lambda array: array.astype(array.dtype.newbyteorder()),
    "nothing masked": np.ma.masked_array,
    "a tensor": tf.constant,
    "a variable": tf.Variable,
    "of another library": OfAnotherLibrary,
}
WITHOUT_ARRAYS_OF_LEARNERS = ("preprocessing.hint_at_one_grey_picture", *SAME_BY_OTHER_TESTS)
with_arrays = [name for name, case in table(None).items() if any(isinstance(v, np.ndarray) for v in case.arguments.values())]
each_with_arrays = pytest.mark.parametrize("name", [n for n in with_arrays if n not in WITHOUT_ARRAYS_OF_LEARNERS])


def arrays_of(arguments: dict[str, Any]) -> dict[str, np.ndarray]:
    return {argument: value for argument, value in arguments.items() if isinstance(value, np.ndarray)}


@each_with_arrays
def test_what_is_no_array_of_real_numbers_is_named_whatever_it_is(cases, name):
    call, arguments, _ = cases[name]
    for argument, array in arrays_of(arguments).items():
        for what, make in NO_ARRAY.items():
            with pytest.raises((ValueError, DataError)) as error:
                pytest.fail(f"{argument}, {what}, passes: {quoted(call(**{**arguments, argument: make(array)}))}")
            message = str(error.value)
            assert argument.removesuffix("s") in message, (what, message)
            assert len(message) < 500, message


def outcome(call: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return call(**arguments)
    except DataError as error:
        return str(error)


@each_with_arrays
def test_the_same_numbers_get_the_same_answer_in_whatever_array_they_come(cases, name):
    call, arguments, _ = cases[name]
    expected = plain(outcome(call, arguments))
    for argument, array in arrays_of(arguments).items():
        before = array.copy()
        for what, make in OTHER_ARRAYS.items():
            assert numbers(outcome(call, {**arguments, argument: make(array)})) == expected, (argument, what)
        np.testing.assert_array_equal(array, before)
