"""The table of all methods on the faces: `make bench-faces` trains, judges, prints it and writes it to course_utils/faces.

Four folds of ten people never seen, seeds 0, 1 and 2, one protocol (`course_utils.faces.protocol`). Methods that need no
threshold learn from the thirty other people. For decisions with a threshold, they learn from 25 of them, and the threshold is
chosen on the other five. Besides come twenty random splits of the people, which nobody has looked at while choosing a setting;
on the first ten of them, what a threshold for a FAR of 1% keeps of its promise. Methods are compared by the differences of the
same people's results.

About 80 minutes of one core, so half of that on two. `--resume` keeps the runs of a benchmark that was interrupted.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import sklearn
from rich.console import Console
from rich.table import Table

from course_utils.backend import keras, tf
from course_utils.data.faces import load_faces
from course_utils.data.splits import Split, read_folds
from course_utils.faces.baselines import fisherfaces, pixels, together, whitening
from course_utils.faces.evaluation import (
    bootstrap_interval,
    choose_threshold,
    each_enrolled_in_turn,
    equal_error_rate,
    error_rates,
    identification_trials,
    one_shot_accuracy,
    open_set_episodes,
    open_set_rates,
    pool,
)
from course_utils.faces.networks import embed, embedding_network, verification_head
from course_utils.faces.pretrained import vgg19_features
from course_utils.faces.protocol import RESULTS, Scores, mean_scores, pairs_and_distances, score
from course_utils.faces.training import train

RUNS = RESULTS.parents[2] / "build" / "bench-faces"
SEEDS = (0, 1, 2)
LOSSES = ("contrastive", "triplet", "semi_hard", "batch_hard", "verification")
FACES = load_faces()
PICTURES, PERSON = FACES.pictures.reshape(400, 112, 92), FACES.person.ravel()
FOLDS = read_folds()


# ---- Splits: name -> (people learned from, people held out for a threshold, people judged on) ----


PROMISED = 0.01  # the FAR for which thresholds are chosen
# Learned from so many -> thresholds from so many of those left over.
CALIBRATED = {25: (5,), 20: (3, 5, 10)}


def _splits() -> dict[str, Split]:
    splits = {f"fold{k}": Split(train=fold.seen, calibration=(), test=fold.test) for k, fold in enumerate(FOLDS)}
    splits |= {f"held{k}": fold for k, fold in enumerate(FOLDS)}
    for k in range(20):
        order = tuple((np.random.default_rng(1000 + k).permutation(40) + 1).tolist())
        splits[f"random{k}"] = Split(train=order[:30], calibration=(), test=order[30:])
        if k < 10:
            for learners in CALIBRATED:
                splits[f"promise{learners}-{k}"] = Split(order[:learners], calibration=order[learners:30], test=order[30:])
    return splits


SPLITS = _splits()
JOBS = [(split, loss, seed) for loss in LOSSES for seed in SEEDS for split in SPLITS if split.startswith("fold")]
JOBS += [(split, "batch_hard", seed) for seed in SEEDS for split in SPLITS if split.startswith(("held", "random"))]
JOBS += [(split, "batch_hard", 0) for split in SPLITS if split.startswith("promise")]


# ---- Training: each run leaves the embeddings of all 400 pictures in a file ----


def run(job: tuple[str, str, int]) -> None:
    """Train one network and keep its embeddings."""
    path = _file(*job)
    if path.exists():
        return
    split, loss, seed = job
    chosen = np.isin(PERSON, SPLITS[split].train)
    start = time.process_time()
    trained = train(PICTURES[chosen], PERSON[chosen], loss, seed=seed, progress=False)
    arrays = {
        "plain": embed(trained.encoder, PICTURES),
        "mirror": embed(trained.encoder, PICTURES, mirror=True),
        "loss": trained.history.loss,
        "seconds": np.float64(time.process_time() - start),
    }
    if trained.head is not None:
        arrays["weight"], arrays["bias"] = trained.head.get_weights()
    with path.with_suffix(".part").open("wb") as stream:
        np.savez(stream, **arrays)
    path.with_suffix(".part").replace(path)
    keras.backend.clear_session()


def _file(split: str, loss: str, seed: int) -> Path:
    return RUNS / f"{split}-{loss}-{seed}.npz"


def _load(split: str, loss: str, seed: int, what: str = "plain") -> np.ndarray:
    with np.load(_file(split, loss, seed)) as file:
        return np.asarray(file[what])


def time_one_training() -> float:
    """Return the seconds that the lesson network takes to train on this machine, all cores, nothing else running."""
    chosen = np.isin(PERSON, SPLITS["fold0"].train)
    start = time.perf_counter()
    train(PICTURES[chosen], PERSON[chosen], progress=False)
    return time.perf_counter() - start


# ---- Methods: (split, seed) -> features of all 400 pictures ----


def _fisher(split: str) -> np.ndarray:
    chosen = np.isin(PERSON, SPLITS[split].train)
    features = pixels(PICTURES)
    return np.asarray(fisherfaces(features[chosen], PERSON[chosen]).transform(features))


def _ensemble(split: str) -> np.ndarray:
    return together([_load(split, "batch_hard", seed, "mirror") for seed in SEEDS])


def _whitened(split: str) -> np.ndarray:
    chosen = np.isin(PERSON, SPLITS[split].train)
    return np.asarray(whitening(vgg(4)[chosen]).transform(vgg(4)))


def _best(split: str) -> np.ndarray:
    # Once and twice: of the few mixtures that were tried on folds inside the training people, the best.
    return together([_ensemble(split), _whitened(split), _whitened(split)])


VGG: dict[int, np.ndarray] = {}


def vgg(bands: int) -> np.ndarray:
    """Return the VGG19 features of all pictures, computed once."""
    if bands not in VGG:
        VGG[bands] = vgg19_features(PICTURES, bands)
    return VGG[bands]


Method = Callable[[str, int], np.ndarray]
METHODS: dict[str, tuple[Method, tuple[int, ...]]] = {
    "pixels": (lambda split, seed: pixels(PICTURES), (0,)),
    "Fisherfaces": (lambda split, seed: together([_fisher(split)]), (0,)),
    "untrained network": (lambda split, seed: embed(embedding_network(seed=seed), PICTURES), SEEDS),
    "VGG19, frozen, averaged": (lambda split, seed: vgg(1), (0,)),
    "VGG19, frozen, 4 bands": (lambda split, seed: vgg(4), (0,)),
    "contrastive loss": (lambda split, seed: _load(split, "contrastive", seed), SEEDS),
    "triplet loss, random": (lambda split, seed: _load(split, "triplet", seed), SEEDS),
    "triplet loss, semi-hard": (lambda split, seed: _load(split, "semi_hard", seed), SEEDS),
    "triplet loss, batch-hard": (lambda split, seed: _load(split, "batch_hard", seed), SEEDS),
    "classification head": (lambda split, seed: _load(split, "verification", seed), SEEDS),
    "batch-hard, mirror averaged": (lambda split, seed: _load(split, "batch_hard", seed, "mirror"), SEEDS),
    "three networks, mirror averaged": (lambda split, seed: _ensemble(split), (0,)),
    "VGG19, 4 bands, whitened": (lambda split, seed: _whitened(split), (0,)),
    "three networks + VGG19, whitened": (lambda split, seed: _best(split), (0,)),
}
BEST = "three networks + VGG19, whitened"

# What the lessons compare: the first of each two minus the second.
COMPARED = [
    ("contrastive loss", "pixels"),
    ("triplet loss, random", "pixels"),
    ("classification head", "pixels"),
    ("triplet loss, semi-hard", "pixels"),
    ("triplet loss, batch-hard", "pixels"),
    ("triplet loss, semi-hard", "triplet loss, random"),
    ("triplet loss, batch-hard", "triplet loss, random"),
    ("triplet loss, batch-hard", "triplet loss, semi-hard"),
    ("triplet loss, batch-hard", "contrastive loss"),
    ("triplet loss, batch-hard", "classification head"),
    ("triplet loss, semi-hard", "Fisherfaces"),
    ("triplet loss, batch-hard", "Fisherfaces"),
    ("batch-hard, mirror averaged", "triplet loss, batch-hard"),
    ("VGG19, frozen, 4 bands", "three networks, mirror averaged"),
    ("VGG19, 4 bands, whitened", "three networks, mirror averaged"),
    ("VGG19, 4 bands, whitened", "VGG19, frozen, 4 bands"),
    (BEST, "VGG19, 4 bands, whitened"),
]


def _metric(method: str, split: str, seed: int) -> object:
    """Euclidean distance; for the head, one minus its probability."""
    if method != "classification head":
        return "euclidean"
    head = verification_head()
    head.set_weights([_load(split, "verification", seed, "weight"), _load(split, "verification", seed, "bias")])

    def difference(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        first, second = np.repeat(x, len(y), axis=0), np.tile(y, (len(x), 1))
        return 1 - np.float64(head([first, second])).reshape(len(x), len(y))

    return difference


# ---- Judging ----


def _unseen(method: str, splits: list[str], seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, dict[str, object]]]:
    """Yield the features of the people judged in each split, whom they show, and how they are compared."""
    function, _ = METHODS[method]
    for split in splits:
        chosen = np.isin(PERSON, SPLITS[split].test)
        settings = {"trained_on": SPLITS[split].train, "metric": _metric(method, split, seed)}
        yield function(split, seed)[chosen], PERSON[chosen], settings


def judge(method: str, splits: list[str]) -> dict[str, object]:
    """Return the four measures over these splits, per seed and on the mean, and an interval over people for one-shot."""
    _, seeds = METHODS[method]
    per_seed, trials = [], []
    for seed in seeds:
        scores, parts = [], []
        for features, people, settings in _unseen(method, splits, seed):
            scores.append(score(features, people, **settings))
            parts.append(identification_trials(features, people, each_enrolled_in_turn(people), **settings))
        per_seed.append(mean_scores(scores))
        trials.append(pool(parts))
    interval = bootstrap_interval(lambda drawn: np.mean([one_shot_accuracy(t, drawn) for t in trials]), PERSON)
    return {
        **mean_scores(per_seed)._asdict(),
        "one_shot_interval": list(interval),
        "seeds": {str(seed): scores._asdict() for seed, scores in zip(seeds, per_seed, strict=True)},
    }


Measure = Callable[[np.ndarray], float]


def _measures(method: str) -> dict[str, Measure]:
    """Return what gives the one-shot accuracy and the EER of a sample of people, means over the folds and the seeds."""
    _, seeds = METHODS[method]
    trials, pairs = [], []
    for seed in seeds:
        parts = []
        for features, people, settings in _unseen(method, _named("fold"), seed):
            parts.append(identification_trials(features, people, each_enrolled_in_turn(people), **settings))
            pairs.append(pairs_and_distances(features, people, **settings))
        trials.append(pool(parts))

    def eer(drawn: np.ndarray) -> float:
        # One person alone has nobody to be told from: a fold of which fewer than two are in the sample has no say.
        weighted = [(distance, p.same, p.weight(drawn)) for p, distance in pairs]
        return float(np.mean([equal_error_rate(*fold) for fold in weighted if len(np.unique(fold[1][fold[2] > 0])) == 2]))

    return {"one_shot": lambda drawn: float(np.mean([one_shot_accuracy(t, drawn) for t in trials])), "eer": eer}


def compare(methods: tuple[str, str]) -> dict[str, object]:
    """Return the differences of two methods on the four folds, the first minus the second, each with its interval.

    The same people are drawn for both: what their luck adds to both falls out of the difference.
    """
    first, second = map(_measures, methods)
    everybody = np.unique(PERSON)
    row: dict[str, object] = {"first": methods[0], "second": methods[1]}
    for name in first:

        def difference(drawn: np.ndarray, name: str = name) -> float:
            return first[name](drawn) - second[name](drawn)

        row[name] = difference(everybody)
        row[f"{name}_interval"] = list(bootstrap_interval(difference, everybody))
    return row


def judge_promise(method: str) -> list[dict[str, object]]:
    """Return what thresholds for a FAR of 1% give on people never seen, by how many people they were chosen on.

    In each row, for each of the ten splits: the FAR met, the ends of its 95% interval over the ten people judged, and the FRR;
    and on how many of the splits the promise is kept, which is where 1% or less lies in the interval.
    """
    function, _ = METHODS[method]
    rows: list[dict[str, object]] = []
    for learners, counts in CALIBRATED.items():
        for people in counts:
            found = [_promised(SPLITS[name], function(name, 0), people) for name in _named(f"promise{learners}-")]
            columns = {name: [each[name] for each in found] for name in ("far", "low", "high", "frr")}
            kept = sum(low <= PROMISED for low in columns["low"])
            rows.append({"learned_from": learners, "chosen_on": people, "kept": kept, **columns})
    return rows


def _promised(split: Split, features: np.ndarray, people: int) -> dict[str, float]:
    """Choose a threshold on so many people of a split, and try it on those judged."""
    held, test = np.isin(PERSON, split.calibration[:people]), np.isin(PERSON, split.test)
    pairs, distance = pairs_and_distances(features[held], PERSON[held], trained_on=split.train)
    tau = choose_threshold(distance, pairs.same, by="far", far=PROMISED)
    judged, d = pairs_and_distances(features[test], PERSON[test], trained_on=split.seen)
    rates = error_rates(d, judged.same, tau)
    low, high = bootstrap_interval(lambda drawn: error_rates(d, judged.same, tau, judged.weight(drawn)).far, split.test)
    return {"far": rates.far, "low": low, "high": high, "frr": rates.frr}


def judge_threshold(method: str) -> dict[str, float]:
    """Return what a threshold from the five held-out people gives on the ten never seen, mean over folds and seeds."""
    function, seeds = METHODS[method]
    rows = []
    for seed in seeds:
        for k, split in enumerate(FOLDS):
            features = function(f"held{k}", seed)
            groups = {}
            for name, people in (("held", split.calibration), ("test", split.test)):
                chosen = np.isin(PERSON, people)
                groups[name] = features[chosen], PERSON[chosen]
            held, d_held = pairs_and_distances(*groups["held"], trained_on=split.train)
            test, d_test = pairs_and_distances(*groups["test"], trained_on=split.seen)
            rates = error_rates(d_test, test.same, choose_threshold(d_held, held.same, by="cost"))
            oracle = error_rates(d_test, test.same, choose_threshold(d_test, test.same, by="cost"))
            episodes = open_set_episodes(groups["test"][1], enrolled=5)
            trials = identification_trials(*groups["test"], episodes, trained_on=split.seen)
            tau = choose_threshold(d_held, held.same, by="far", far=0.01)
            met = error_rates(d_test, test.same, tau).far
            rows.append([rates.balanced_accuracy, oracle.balanced_accuracy, met, *open_set_rates(trials, tau)])
    names = ("balanced_accuracy", "with_oracle_threshold", "far_met_for_1_percent", "strangers_rejected", "known_recognised")
    return dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True))


def k_shot(method: str) -> dict[str, float]:
    """Return recognition with 1, 2, 3 and 5 enrolled pictures of each person, mean over folds and seeds."""
    function, seeds = METHODS[method]
    shares = {}
    for k in (1, 2, 3, 5):
        values = []
        for seed in seeds:
            for name in _named("fold"):
                chosen = np.isin(PERSON, SPLITS[name].test)
                people = PERSON[chosen]
                episodes = each_enrolled_in_turn(people, k)
                trials = identification_trials(function(name, seed)[chosen], people, episodes, trained_on=SPLITS[name].train)
                values.append(one_shot_accuracy(trials))
        shares[str(k)] = float(np.mean(values))
    return shares


def _named(start: str) -> list[str]:
    return [name for name in SPLITS if name.startswith(start)]


# ---- The whole ----


def main() -> None:
    """Train what is missing, judge everything, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resume", action="store_true", help="keep the runs of a benchmark that was interrupted")
    if not parser.parse_args().resume:
        shutil.rmtree(RUNS, ignore_errors=True)
    RUNS.mkdir(parents=True, exist_ok=True)
    console = Console(width=140)
    timed = RUNS / "seconds.json"
    if not timed.exists():
        timed.write_text(json.dumps(time_one_training()))
    # One thread a process: two trainings side by side are faster than one after the other on two cores.
    os.environ |= {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool_of_processes:
        for number, _ in enumerate(pool_of_processes.map(run, JOBS), start=1):
            console.print(f"{number} of {len(JOBS)} networks trained", end="\r")
        differences = list(pool_of_processes.map(compare, COMPARED))

    kept = ["batch-hard, mirror averaged", "three networks, mirror averaged", "VGG19, 4 bands, whitened", BEST]
    results = {
        "machine": f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, {platform.system()}; Python "
        f"{platform.python_version()}, TensorFlow {tf.__version__}, Keras {keras.__version__}, NumPy {np.__version__}, "
        f"scikit-learn {sklearn.__version__}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "seconds_to_train": json.loads(timed.read_text()),
        "core_seconds_to_train": float(np.median([_load(*job, "seconds") for job in JOBS])),
        "methods": {method: judge(method, _named("fold")) for method in METHODS},
        "threshold": {method: judge_threshold(method) for method in ["pixels", "triplet loss, batch-hard", *kept]},
        "differences": differences,
        "promise": {method: judge_promise(method) for method in ["batch-hard, mirror averaged", "VGG19, 4 bands, whitened"]},
        "k_shot": {method: k_shot(method) for method in ["pixels", *kept]},
        "random_splits": {
            method: judge(method, _named("random")) for method in ["pixels", "Fisherfaces", "triplet loss, batch-hard", *kept]
        },
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    written = RESULTS.with_suffix(".part")
    written.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    written.replace(RESULTS)
    show(results, console)


def show(results: dict[str, dict], console: Console) -> None:
    """Print the results as tables."""
    for part, title in (("methods", "Four folds, ten people never seen in each"), ("random_splits", "Twenty random splits")):
        table = Table("method", "one-shot", "95% over people", "AUC", "EER", "TAR at FAR 1%", title=title)
        for method, row in results[part].items():
            low, high = row["one_shot_interval"]
            measures = [f"{row[name]:.1%}" for name in Scores._fields]
            table.add_row(method, measures[0], f"{low:.1%} to {high:.1%}", *measures[1:])
        console.print(table)
    for part, title in (("threshold", "Threshold from five held-out people"), ("k_shot", "K enrolled pictures of each person")):
        names = list(next(iter(results[part].values())))
        table = Table("method", *names, title=title)
        for method, row in results[part].items():
            table.add_row(method, *(f"{value:.1%}" for value in row.values()))
        console.print(table)
    table = Table(
        "first", "second", "one-shot", "95% over people", "EER", "95% over people", title="The first minus the second"
    )
    for row in results["differences"]:
        cells = []
        for measure in ("one_shot", "eer"):
            low, high = row[f"{measure}_interval"]
            cells += [f"{row[measure]:+.1%}", f"{low:+.1%} to {high:+.1%}"]
        table.add_row(row["first"], row["second"], *cells)
    console.print(table)
    table = Table("method", "learned from", "chosen on", "kept", "FAR met on each split", title="A promised FAR of 1%")
    for method, rows in results["promise"].items():
        for row in rows:
            met = ", ".join(f"{far:.1%}" for far in row["far"])
            table.add_row(method, str(row["learned_from"]), str(row["chosen_on"]), str(row["kept"]), met)
    console.print(table)
    console.print(
        f"Training the lesson network: {results['seconds_to_train']:.0f} s with all cores, "
        f"{results['core_seconds_to_train']:.0f} s of one core. {results['machine']}, {results['date']}"
    )


if __name__ == "__main__":
    main()
