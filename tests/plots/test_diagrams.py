"""The diagrams: texts inside their canvas, and a map of the lessons that are there."""

import numpy as np
import pytest
from matplotlib.patches import Circle

from course_utils import plots

RNG = np.random.default_rng(0)
FACES = RNG.integers(0, 256, (3, 7, 5), dtype=np.uint8)


def test_every_diagram_has_words_and_texts_inside_its_canvas():
    titles = {f"{k:02d}": "Verification as classification" for k in range(1, 12)}
    drawn = (
        plots.siamese_pair(FACES[:2], RNG.normal(size=(2, 64)), same=False),
        plots.triplet_objective(FACES),
        plots.verification_and_recognition([*FACES, *FACES[:2]]),
        plots.classification_head(FACES[:2], RNG.normal(size=(2, 64)), 0.25),
    )
    for figure in (*drawn, *(plots.course_map(titles, half) for half in (0, 2, 5, 11))):
        assert len(figure.description) > 100
        figure.draw_without_rendering()  # so that the texts have a size
        frame = figure.bbox
        for text in figure.axes[0].texts:
            extent = text.get_window_extent()
            assert frame.x0 <= extent.x0 < extent.x1 <= frame.x1, text.get_text()
            assert frame.y0 <= extent.y0 < extent.y1 <= frame.y1, text.get_text()


LESSONS = {"01": "Distance and threshold", "02": "Siamese network", "06": "Inside VGG19", "10": "One more lesson on style"}


@pytest.mark.parametrize("half", range(5))
def test_the_map_draws_each_lesson_once_in_the_row_of_its_half(half: int):
    figure = plots.course_map(LESSONS, half)
    texts = {text.get_text().replace("\n", " "): text.get_position()[1] for text in figure.axes[0].texts}
    heights = [texts[f"{number} {title}"] for number, title in LESSONS.items()]
    assert len(set(heights[:half])) == (half > 0)
    assert len(set(heights[half:])) == (half < 4)
    assert all(faces > style for faces in heights[:half] for style in heights[half:])
    for words in (*(f"{number} {title}" for number, title in LESSONS.items()), "Faces: " * (half > 0), "Style: " * (half < 4)):
        assert words in figure.description
    assert ("One leads from the first row" in figure.description) == (0 < half < 4)
    assert ("Faces: " in figure.description) == (half > 0)


def test_no_word_of_the_aim_lies_on_a_circle():
    figure = plots.triplet_objective(FACES)
    figure.draw_without_rendering()
    (ax,) = figure.axes
    inner, outer = (patch for patch in ax.patches if isinstance(patch, Circle))
    for text in ax.texts:
        x = text.get_window_extent().transformed(ax.transData.inverted())
        nearest = np.clip(inner.center, [x.x0, x.y0], [x.x1, x.y1])
        corners = np.array([[a, b] for a in (x.x0, x.x1) for b in (x.y0, x.y1)])
        least = np.linalg.norm(nearest - inner.center)
        most = np.linalg.norm(corners - inner.center, axis=1).max()
        assert not any(least < circle.radius < most for circle in (inner, outer)), text.get_text()


@pytest.mark.parametrize("same", [False, True])
def test_the_siamese_pair_shows_its_pictures_its_points_their_distance_and_the_label(same: bool):
    points = np.array([[0.6, 0.8], [0.0, 0.0]])
    figure = plots.siamese_pair(FACES[:2], points, same)
    images = [image.get_array() for image in figure.axes[0].images]
    np.testing.assert_array_equal(images[0], FACES[0])
    np.testing.assert_array_equal(images[2], FACES[1])
    np.testing.assert_array_equal(images[1].ravel()[:2], points[0])
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert any("= 1.000" in text for text in texts)
    assert ('"same"' if same else '"different"') in texts


def test_the_classification_head_shows_its_pictures_its_points_their_differences_and_the_probability():
    points = np.array([[0.6, 0.8], [0.9, 0.0]])
    figure = plots.classification_head(FACES[:2], points, 0.254)
    images = [image.get_array() for image in figure.axes[0].images]
    for image, shown in zip(images, (FACES[0], points[0], FACES[1], points[1], [0.3, 0.8]), strict=True):
        np.testing.assert_allclose(
            image.compressed() if np.ma.isMA(image) else image, np.ravel(shown) if np.ma.isMA(image) else shown
        )
    assert any("p = 0.25" in text.get_text() for text in figure.axes[0].texts)


def test_the_map_draws_a_picture_in_the_box_of_its_lesson_and_leaves_the_others_as_they_are():
    wide, high = np.zeros((4, 9), np.uint8), np.full((9, 4, 3), 255)
    figure = plots.course_map(LESSONS, 2, {"02": wide, "10": high, "11": wide})
    first, second = figure.axes[0].images
    texts = {text.get_text()[:2]: text.get_position() for text in figure.axes[0].texts}
    for image, number in ((first, "02"), (second, "10")):
        left, right, low, top = image.get_extent()
        x, y = texts[number]
        assert (left + right) / 2 == pytest.approx(x)
        assert y < low < top
        rows, columns = image.get_array().shape[:2]
        assert (top - low) / (right - left) == pytest.approx(rows / columns)
    assert "small pictures" in figure.description
    assert figure.colourful
    figure.jpeg()


def test_the_two_questions_show_the_picture_in_both_halves_and_everybody_in_the_database_once():
    pictures = RNG.integers(0, 256, (5, 7, 5), dtype=np.uint8)
    drawn = [image.get_array() for image in plots.verification_and_recognition(pictures).axes[0].images]
    assert [sum(np.array_equal(picture, each) for each in drawn) for picture in pictures] == [2, 1, 1, 1, 1]
