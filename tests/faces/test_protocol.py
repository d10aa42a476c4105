"""Tests of course_utils.faces.protocol: the four measures against loops, the table of all methods."""

import json

import numpy as np
import pytest

from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds
from course_utils.errors import DataError
from course_utils.faces.baselines import fisherfaces, pixels, together
from course_utils.faces.protocol import Scores, differences_between, mean_scores, pairs_and_distances, read_table, score

PEOPLE = np.repeat([3, 7, 9], 4)


def features(seed=0, noise=1.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(10, 5))[PEOPLE] + noise * rng.normal(size=(12, 5))


def plain_one_shot(x, people):
    right = asked = 0
    for turn in range(4):
        enrolled = [4 * person + turn for person in range(3)]
        for query in set(range(12)) - set(enrolled):
            nearest = min(enrolled, key=lambda other: np.linalg.norm(x[query] - x[other]))
            right += people[nearest] == people[query]
            asked += 1
    return right / asked


@pytest.mark.parametrize("seed", range(5))
def test_the_measures_are_those_of_plain_loops(seed):
    x = features(seed)
    scores = score(x, PEOPLE, trained_on=(1, 2))
    distance = {(i, j): np.linalg.norm(x[i] - x[j]) for i in range(12) for j in range(i)}
    same = [d for (i, j), d in distance.items() if PEOPLE[i] == PEOPLE[j]]
    different = [d for (i, j), d in distance.items() if PEOPLE[i] != PEOPLE[j]]
    assert scores.one_shot == pytest.approx(plain_one_shot(x, PEOPLE))
    assert scores.auc == pytest.approx(np.mean([s < d for s in same for d in different]))
    tau = max(t for t in [-1, *distance.values()] if np.mean(np.array(different) <= t) <= 0.01)
    assert scores.tar == pytest.approx(np.mean(np.array(same) <= tau))
    rates = [(np.mean(np.array(different) <= t), np.mean(np.array(same) > t)) for t in sorted([-1, *distance.values()])]
    below, above = max(r for r in rates if r[0] <= r[1]), min(r for r in rates if r[0] >= r[1])
    assert below[0] - 1e-12 <= scores.eer <= above[0] + 1e-12


def test_people_who_were_trained_on_are_refused():
    with pytest.raises(ValueError, match="both have person 7"):
        score(features(), PEOPLE, trained_on=[7])
    with pytest.raises(ValueError, match="both have person 7"):
        pairs_and_distances(features(), PEOPLE, trained_on=[7])


def test_a_degree_of_difference_of_ones_own_may_be_given():
    x = features()

    def city_block(a, b):
        return np.abs(a[:, None] - b[None]).sum(axis=2)

    pairs, distance = pairs_and_distances(x, PEOPLE, trained_on=(), metric=city_block)
    np.testing.assert_allclose(distance, np.abs(x[pairs.first] - x[pairs.second]).sum(axis=1))
    assert score(x, PEOPLE, trained_on=(), metric=city_block) != score(x, PEOPLE, trained_on=())


def test_scores_are_averaged_measure_by_measure_and_read_as_shares():
    mean = mean_scores([Scores(0.5, 0.6, 0.2, 0.1), Scores(0.7, 0.8, 0.4, 0.3)])
    np.testing.assert_allclose(mean, (0.6, 0.7, 0.3, 0.2))
    assert str(mean) == "one-shot 60.0%, AUC 70.0%, EER 30.0%, TAR at a FAR of 1% 20.0%"
    assert str(mean._replace(eer=0.093)) == "one-shot 60.0%, AUC 70.0%, EER  9.3%, TAR at a FAR of 1% 20.0%"  # columns


# ---- The table ----


@pytest.mark.parametrize("content", ["", "{}", '{"methods": {}}', "[1, 2]", '{"methods": {}, "machine": "a"'])
def test_a_damaged_table_is_a_clear_error(content, tmp_path):
    path = tmp_path / "faces.json"
    path.write_text(content)
    with pytest.raises(DataError, match=r"faces\.json is missing or damaged"):
        read_table(path)
    with pytest.raises(DataError, match="is missing or damaged"):
        read_table(tmp_path / "none.json")


def test_the_table_holds_what_its_file_holds(tmp_path):
    content = {"methods": {"pixels": {"one_shot": 0.5}}, "differences": [], "promise": {}, "machine": "a machine"}
    (tmp_path / "faces.json").write_text(json.dumps(content))
    assert read_table(tmp_path / "faces.json") == content


@pytest.mark.slow
@pytest.mark.parametrize("method", ["pixels", "Fisherfaces"])
def test_the_table_says_what_the_methods_give_here(method):
    faces = load_faces()
    people, x = faces.person.ravel(), pixels(faces.pictures.reshape(400, 112, 92))
    scores = []
    for fold in read_folds():
        learned, chosen = np.isin(people, fold.seen), np.isin(people, fold.test)
        z = x if method == "pixels" else together([fisherfaces(x[learned], people[learned]).transform(x)])
        scores.append(score(z[chosen], people[chosen], trained_on=fold.seen))
    table = read_table()["methods"][method]
    assert mean_scores(scores) == pytest.approx(tuple(table[name] for name in Scores._fields), abs=0.003)


def test_the_measures_of_the_course_hold_in_the_table():
    methods, threshold = read_table()["methods"], read_table()["threshold"]
    lesson, best = methods["triplet loss, batch-hard"], methods["three networks + VGG19, whitened"]
    assert lesson["one_shot"] >= 0.92
    assert lesson["auc"] >= 0.975
    assert lesson["eer"] <= 0.065
    assert best["one_shot"] >= 0.965
    assert best["eer"] <= 0.04
    assert best["tar"] >= 0.88
    assert threshold["three networks + VGG19, whitened"]["balanced_accuracy"] >= 0.92
    for row in methods.values():
        low, high = row["one_shot_interval"]
        assert low <= row["one_shot"] <= high


def test_differences_are_those_of_the_table_and_paired():
    table = read_table()
    for row in table["differences"]:
        first, second = table["methods"][row["first"]], table["methods"][row["second"]]
        for measure in ("one_shot", "eer"):
            low, high = row[f"{measure}_interval"]
            assert row[measure] == pytest.approx(first[measure] - second[measure], abs=1e-9)
            assert low <= row[measure] <= high
        shorter = np.diff(row["one_shot_interval"]) < np.diff(first["one_shot_interval"]) + np.diff(second["one_shot_interval"])
        assert shorter, "what the people's luck adds to both falls out"


def test_a_promised_far_is_kept_within_its_interval_on_nine_splits_of_ten():
    rows = read_table()["promise"]["batch-hard, mirror averaged"]
    (of_course,) = [row for row in rows if (row["learned_from"], row["chosen_on"]) == (25, 5)]
    assert len(of_course["far"]) == 10
    assert of_course["kept"] == sum(low <= 0.01 for low in of_course["low"])
    assert sum(low <= 0.01 <= high for low, high in zip(of_course["low"], of_course["high"], strict=True)) >= 9


def test_differences_between_methods_are_named_by_what_tells_them_apart():
    table = read_table()
    mined = differences_between(["triplet loss, batch-hard", "triplet loss, random", "VGG19, frozen, averaged"])
    (row,) = [one for one in table["differences"] if (one["first"], one["second"]) == MINED]
    assert mined == {"batch-hard minus random": (row["one_shot"], tuple(row["one_shot_interval"]))}
    assert differences_between(MINED, "eer") == {"batch-hard minus random": (row["eer"], tuple(row["eer_interval"]))}
    assert len(differences_between(table["methods"])) == len(table["differences"])
    assert differences_between(["pixels", "untrained network"]) == {}  # nobody has compared them


MINED = ("triplet loss, batch-hard", "triplet loss, random")


@pytest.mark.parametrize(
    ("methods", "measure", "told"),
    [
        (["batch-hard"], "one_shot", r"methods: 'batch-hard' is not known; choose one of pixels"),
        ("pixels", "one_shot", r"methods: expected a list, got 'pixels'"),
        (["pixels", "pixels"], "one_shot", r"methods: expected two or more to compare, got \['pixels'\]"),
        (["pixels", "Fisherfaces"], "auc", r"measure: 'auc' is not known; choose one of one_shot, eer"),
    ],
)
def test_what_the_table_does_not_have_is_refused(methods, measure, told):
    with pytest.raises(ValueError, match=told):
        differences_between(methods, measure)
