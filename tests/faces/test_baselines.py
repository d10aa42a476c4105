"""Tests of course_utils.faces.baselines: pixels, Fisherfaces, whitening, features side by side."""

import numpy as np
import pytest

from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds
from course_utils.faces.baselines import fisherfaces, pixels, together, whitening
from course_utils.faces.evaluation import each_enrolled_in_turn, identification_trials, one_shot_accuracy
from course_utils.faces.preprocessing import shrink


def test_pixels_are_the_rows_of_the_small_pictures_one_after_the_other():
    pictures = load_faces().pictures[:2, 0]
    np.testing.assert_array_equal(pixels(pictures)[1], shrink(pictures)[1].ravel())


def test_fisherfaces_find_the_direction_in_which_people_differ():
    rng = np.random.default_rng(0)
    people = np.repeat(np.arange(6), 10)
    features = rng.normal(size=(60, 3)) * [10, 1, 1]  # the largest variation says nothing about who it is
    features[:, 1] += 10 * people
    learned = fisherfaces(features, people).transform(features)[:, 0]
    assert abs(np.corrcoef(learned, people)[0, 1]) > 0.99


@pytest.mark.parametrize("people", [np.zeros(10, int), np.arange(10)], ids=["one person", "one picture each"])
def test_fisherfaces_need_two_people_with_two_pictures(people):
    with pytest.raises(ValueError, match="people: need two or more people with two or more pictures"):
        fisherfaces(np.eye(10), people)


def test_fisherfaces_with_too_few_pictures_say_that_they_need_shrinkage():
    features = np.random.default_rng(0).normal(size=(12, 40))
    with pytest.raises(ValueError, match=r"shrinkage: with 0 the covariance .* take a shrinkage above 0"):
        fisherfaces(features, np.arange(12) // 2, shrinkage=0)
    assert fisherfaces(features, np.arange(12) // 2, components=3).transform(features).shape == (12, 3)  # not people - 1


@pytest.mark.slow
def test_fisherfaces_recognise_unseen_people_as_well_as_the_lesson_says():
    faces = load_faces()
    features, person = pixels(faces.pictures.reshape(400, 112, 92)), faces.person.ravel()
    accuracies = []
    for fold in read_folds():
        train, test = np.isin(person, fold.train), np.isin(person, fold.test)
        learned = fisherfaces(features[train], person[train]).transform(features[test])
        episodes = each_enrolled_in_turn(person[test])
        accuracies.append(one_shot_accuracy(identification_trials(learned, person[test], episodes, trained_on=fold.train)))
    assert np.mean(accuracies) == pytest.approx(0.894, abs=0.005)


# ---- Whitening ----


def test_whitened_directions_have_variance_one_and_no_correlation():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 5)) * [10, 3, 1, 0.3, 0.01] + 7
    fitted = whitening(x)
    white = fitted[0].transform(x)
    np.testing.assert_allclose(np.cov(white.T), np.eye(5), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(fitted.transform(x), axis=1), 1)


def test_whitening_does_not_care_for_shift_scale_or_rotation_of_the_features():
    rng = np.random.default_rng(1)
    x, other = rng.normal(size=(30, 4)), rng.normal(size=(9, 4))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    here, there = whitening(x).transform(other), whitening(5 * x @ turn + 3).transform(5 * other @ turn + 3)
    np.testing.assert_allclose(here @ here.T, there @ there.T, atol=1e-9)


def test_with_more_features_than_pictures_there_is_one_direction_less_than_pictures():
    assert whitening(np.random.default_rng(2).normal(size=(7, 20))).transform(np.ones((3, 20))).shape == (3, 6)
    with pytest.raises(ValueError, match="three pictures or more"):
        whitening(np.ones((2, 20)))


# ---- Side by side ----


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_picture_given_twice_adds_no_direction(dtype):
    rng = np.random.default_rng(4)
    x, other = rng.normal(size=(8, 50)).astype(dtype), rng.normal(size=(3, 50)).astype(dtype)
    fitted = whitening(x[[0, 0, 1, 2, 3, 4, 5, 6, 7]])
    assert fitted.transform(other).shape == (3, 7)
    assert (fitted[0].explained_variance_ > 1).all()
    assert whitening(x[:, [0, 1, 2, 2]]).transform(x[:, [0, 1, 2, 2]]).shape == (8, 3)


def test_side_by_side_each_part_counts_the_same():
    rng = np.random.default_rng(0)
    small, large = rng.normal(size=(12, 5)), 1000 * rng.normal(size=(12, 3))
    both = together([small, large])
    assert both.shape == (12, 8)
    np.testing.assert_allclose(np.linalg.norm(both, axis=1), 1)
    directions = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (small, large)]
    for i, j in ((0, 5), (3, 11)):
        expected = np.mean([np.sum((d[i] - d[j]) ** 2) for d in directions])
        assert np.sum((both[i] - both[j]) ** 2) == pytest.approx(expected)


def test_a_row_of_zeros_has_no_direction():
    with pytest.raises(ValueError, match="a row of zeros cannot be scaled"):
        together([np.ones((2, 3)), np.array([[1.0, 0.0], [0.0, 0.0]])])


@pytest.mark.parametrize("fit", [whitening, lambda features: fisherfaces(features, np.arange(6) // 2)])
def test_pictures_that_are_all_alike_have_no_directions(fit):
    with pytest.raises(ValueError, match="features: all 6 pictures have the same"):
        fit(np.ones((6, 4)))
