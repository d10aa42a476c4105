"""Functions built in a lesson, taken out of it, agree with those of the package."""

import numpy as np
import pytest

from course_utils.faces import distances, evaluation
from tests.notebooks.lessons import NOTEBOOKS, functions

LESSON_01 = NOTEBOOKS / "01_distance_and_threshold.ipynb"


@pytest.mark.parametrize("seed", range(5))
def test_euclidean_of_lesson_01(seed: int):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 7, 5))
    lesson = functions(LESSON_01, "euclidean")["euclidean"]
    np.testing.assert_allclose(lesson(a, b), distances.euclidean(a, b), rtol=1e-14)
    assert lesson(a[0], b[0]) == pytest.approx(distances.euclidean(a[0], b[0]), rel=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_error_rates_of_lesson_01(seed: int):
    rng = np.random.default_rng(seed)
    distance, same = rng.random(200), rng.random(200) < 0.3
    lesson = functions(LESSON_01, "error_rates")["error_rates"]
    for tau in (0, 0.2, distance[7], 1):
        assert lesson(distance, same, tau) == pytest.approx(tuple(evaluation.error_rates(distance, same, tau)))


@pytest.mark.parametrize("seed", range(5))
def test_identify_of_lesson_01_names_whom_the_package_names(seed: int):
    rng = np.random.default_rng(seed)
    people = np.repeat(np.arange(4), 5)
    features = rng.normal(size=(4, 3))[people] + 0.8 * rng.normal(size=(20, 3))
    identify = functions(LESSON_01, "identify")["identify"]
    for episode in evaluation.each_enrolled_in_turn(people):
        trials = evaluation.identification_trials(features, people, [episode], trained_on=())
        gallery, names = features[episode.enrolled[:, 0]], list(people[episode.enrolled[:, 0]])
        for tau in (0.5, 2.0):
            answers = [identify(features[query], gallery, names, tau) for query in episode.queries]
            recognised = [answer == person for answer, person in zip(answers, trials.person, strict=True)]
            assert recognised == ((trials.distance <= tau) & trials.named_right).tolist()
