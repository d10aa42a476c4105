"""The baselines: pixels, and Fisherfaces."""

import numpy as np
import pytest

from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds
from course_utils.faces.baselines import fisherfaces, pixels, shrink
from course_utils.faces.evaluation import each_enrolled_in_turn, identification_trials, one_shot_accuracy


def test_shrinking_keeps_the_leading_axes_and_scales_to_one():
    pictures = np.full((2, 3, 112, 92), 255, np.uint8)
    small = shrink(pictures)
    assert small.shape == (2, 3, 56, 46)
    assert small.dtype == np.float32
    assert (small == 1).all()


def test_shrinking_a_smooth_picture_by_half_keeps_its_values():
    ramp = np.tile(np.arange(92, dtype=np.uint8) * 2, (112, 1))
    expected = ramp.reshape(56, 2, 46, 2).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(shrink(ramp)[5:-5, 5:-5], expected[5:-5, 5:-5], atol=1.01 / 255)


def test_pixels_are_the_rows_of_the_small_pictures_one_after_the_other():
    pictures = load_faces().pictures[:2, 0]
    np.testing.assert_array_equal(pixels(pictures)[1], shrink(pictures)[1].ravel())


@pytest.mark.parametrize("pictures", [np.zeros((112, 92)), np.zeros(5, np.uint8)], ids=["floats", "one axis"])
def test_what_is_no_picture_is_refused(pictures):
    with pytest.raises(ValueError, match=r"pictures: expected \(\.\.\., rows, columns\) of uint8"):
        shrink(pictures)


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
