"""The figures of style transfer: what they draw and say is what they were given."""

import io

import numpy as np
from PIL import Image

from course_utils import plots

WORDS = "A description that is long enough to tell somebody what the figure shows."
RNG = np.random.default_rng(0)


def test_the_diagram_names_all_that_the_total_cost_is_made_of():
    ax = plots.style_transfer_diagram().axes[0]
    words = " ".join(text.get_text() for text in ax.texts)
    for symbol in ("content $C$", "generated $G$", "style $S$", "a^{(C)}", "G^{(S)}", r"\alpha", r"\beta", "$J(G)$"):
        assert symbol in words


def test_the_costs_are_drawn_over_their_own_seconds_and_the_ends_are_said():
    runs = {"fast": ([1, 2], [100.0, 10.0]), "slow": ([3, 6, 9], [100.0, 50.0, 40.0])}
    figure = plots.cost_curves(runs, "finding", WORDS)
    for line, (seconds, costs) in zip(figure.axes[0].lines, runs.values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), seconds)
        np.testing.assert_array_equal(line.get_ydata(), costs)
    assert "slow ends after 9 seconds and 3 steps at 40" in figure.description
    assert figure.axes[0].get_yscale() == "log"


def test_the_bars_of_a_row_follow_each_other_and_the_shares_are_said():
    figure = plots.share_bars({"ours": {"a": 0.25, "b": 0.75}, "theirs": {"a": 0.9, "b": 0.1}}, "finding", WORDS)
    bars = [(bar.get_x(), bar.get_width()) for bar in figure.axes[0].patches]
    np.testing.assert_allclose(bars, [(0, 0.25), (0, 0.9), (0.25, 0.75), (0.9, 0.1)])
    assert "theirs: a 90.0%, b 10.0%" in figure.description


def test_pictures_in_colour_are_shown_as_jpeg_with_their_words_and_are_true(monkeypatch):
    shown = []
    monkeypatch.setattr("course_utils.plots.figure.display", lambda content, **how: shown.append((content, how)))
    smooth = np.indices((128, 128)).sum(axis=0)[..., None] * np.array([1.0, 0.5, 0.2])
    figure = plots.picture_grid([smooth.astype(np.uint8)], ["smooth"], "finding", WORDS, width=4)
    figure._ipython_display_()
    assert shown[0][1]["metadata"]["image/jpeg"]["alt"] == WORDS
    assert "image/png" not in shown[0][0]
    exact, small = io.BytesIO(), Image.open(io.BytesIO(figure.jpeg()))
    figure.savefig(exact, format="png", dpi=80)
    difference = np.asarray(small, float) - np.asarray(Image.open(exact).convert("RGB"), float)
    assert small.format == "JPEG"
    assert np.abs(difference).mean() < 2


def test_grey_pictures_stay_png():
    assert not plots.picture_grid([np.zeros((8, 8), np.uint8)], ["grey"], "finding", WORDS).colourful
