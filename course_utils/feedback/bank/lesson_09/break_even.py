"""Predict after how many photographs a painter has saved time, with its training counted."""

import numpy as np

from course_utils.feedback.exercise import exercise


def break_even(training, one_pass, optimising):
    return int(training // (optimising - one_pass)) + 1


def probes(rng):
    """Seconds of the training, of a pass, of an optimised picture: some that divide evenly, some that hardly pay."""
    yield float(rng.integers(300, 500)), 0.125, float(rng.integers(20, 30)) + 0.25
    yield 480.0, 0.5, 24.5
    yield 100.0, 6.0, float(rng.integers(9, 12)) + 0.5
    yield 60.0, 1.0, 100.0
    yield 90.0, 15.0, 30.0
    yield 1000.0, 2.0, 5.0


def even_in_a_loop(training, one_pass, optimising):
    photographs = 1
    while training + photographs * one_pass >= photographs * optimising:
        photographs += 1
    return photographs


def even_by_arrays(training, one_pass, optimising):
    photographs = np.arange(1, 3000)
    return photographs[training + photographs * one_pass < photographs * optimising][0]


right = {
    "loop": even_in_a_loop,
    "arrays": even_by_arrays,
    "floor": lambda training, one_pass, optimising: np.floor(training / (optimising - one_pass)) + 1,
}

wrong = {
    "just as long": lambda training, one_pass, optimising: np.ceil(training / (optimising - one_pass)),
    "rounded down": lambda training, one_pass, optimising: training // (optimising - one_pass),
    "rounded": lambda training, one_pass, optimising: np.round(training / (optimising - one_pass)),
    "not whole": lambda training, one_pass, optimising: training / (optimising - one_pass),
    "pass left out": lambda training, one_pass, optimising: training // optimising + 1,
    "pass added": lambda training, one_pass, optimising: training // (optimising + one_pass) + 1,
    "pass once": lambda training, one_pass, optimising: (training + one_pass) // optimising + 1,
    "how much faster": lambda training, one_pass, optimising: optimising / one_pass,
    "training left out": lambda training, one_pass, optimising: 1,
    "training by passes": lambda training, one_pass, optimising: training // one_pass + 1,
    "seconds": lambda training, one_pass, optimising: training + break_even(training, one_pass, optimising) * one_pass,
}

always = {
    "one number": lambda _, photographs: photographs.size == 1,
    "a whole number": lambda _, photographs: bool((photographs == np.rint(photographs)).all() and (photographs >= 1).all()),
    "does not pay yet": lambda arguments, photographs: bool(
        (arguments[0] + photographs * arguments[1] < photographs * arguments[2]).all()
    ),
}

EXERCISE = exercise(
    break_even,
    probes,
    right,
    wrong,
    always,
    points=2,
    text="""
just as long: With as many photographs as yours both can take equally long. When does the painter take *less* time?
rounded down: With as many photographs as yours the training has not paid yet. To which side do you round?
rounded: You round to the nearest whole number, which may be below. Try it: which of the two takes less time then?
not whole: Nobody paints a part of a photograph. Which whole number is the first that pays?
pass left out: In yours a painter needs no time to paint. What does one photograph save: all the seconds of optimising it?
pass added: A pass makes the saving smaller, not larger. What does one photograph save?
pass once: The painter paints each photograph. How often does the pass come in?
how much faster: That is how many times as fast a pass is. How long has the painter to learn before?
training left out: Before its first picture the painter has learned. How long did that take?
training by passes: You compare the training with the passes. What would the photographs have cost without a painter?
seconds: That is how long it takes until then. How many photographs was the question?
one number: One number was asked for: how many photographs.
a whole number: A whole number of photographs was asked for, 1 or more.
does not pay yet: With that many photographs, the training and the passes take as long as the optimising, or longer. Work out
    both times.
hint 1: How many seconds does the painter save with each photograph?
hint 2: The training is paid back by what each photograph saves. Divide, and take the first whole number above.
hint 3: A training of 60 s, a pass 1 s, optimising 11 s: each photograph saves 10 s. After 6 photographs both took 66 s. So 7.
""",
)
