"""Paintings made beforehand, to be leafed through: one setting, the steps, and the costs of each."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils import checks
from course_utils.arrays import Picture
from course_utils.checks import listed
from course_utils.data.image_files import resize
from course_utils.explorables.explorable import Explorable
from course_utils.explorables.sheets import sheet
from course_utils.plots.arguments import MOST_LINES, named, picture
from course_utils.plots.pictures import picture_grid

DIGITS = 4  # of a cost
TALLEST = 160  # pixels of a painting as it is kept
QUESTION = "Move both sliders: where do you like the painting best? Is that where its cost is lowest?"


def painting(
    runs: Mapping[Any, tuple[Iterable[Any], Iterable[ArrayLike]]],
    setting: str,
    steps: Iterable[int],
    at: tuple[Any, int],
    title: str,
    description: str,
    question: str = QUESTION,
) -> Explorable:
    """Return paintings to be leafed through with two sliders, with the costs of each, and the curves of the costs.

    Nothing is painted in the page. The static figure has the painting of each run after the step in `at`.

    Args:
        runs: value of the setting -> (history, pictures) of one run: `StyleTransfer.history`, and the picture after each of its
            steps, (rows, columns, 3), values from 0 to 255. At most six runs. Smaller pictures are enlarged to the largest.
        setting: what the runs differ in: "beta".
        steps: after which of them the painting is shown, counted from 1, in rising order. A run that was shorter stays at its
            last.
        at: the run and the step at first.
        title: the finding, above the static figure.
        description: what one should see in the static figure.
        question: what the page asks above the sliders. That of the cost is for runs whose costs can be compared, so not for
            runs of different weights.

    Raises:
        ValueError: no run or more than six; one without a step, or with another number of pictures than of steps; a cost
            that is not above 0, as with an alpha or beta of 0; pictures of another shape; a setting or a question that is no
            text; steps that do not rise or that no run has; a first run or step that is none of these.
    """
    by_name = [(name, *_run(f"runs: {name}", run)) for name, run in named("runs", runs, MOST_LINES)]
    chosen = checks.whole_numbers("steps", steps)
    longest = max(len(costs) for _, costs, _ in by_name)
    if len(chosen) < 2 or any(np.diff(chosen) <= 0) or chosen[-1] > longest:
        raise ValueError(f"steps: expected rising numbers from 1 to {longest}, two at least, got {checks.quoted(chosen)}")
    names = [name for name, *_ in by_name]
    if not isinstance(setting, str):
        raise ValueError(f"setting: expected text, what the runs differ in, such as beta, got {checks.quoted(setting)}")
    first = _place(at, names, chosen)
    kept = [[pictures[min(step, len(pictures)) - 1] for step in chosen] for *_, pictures in by_name]
    rows, columns = max(each.shape[:2] for run in kept for each in run)
    kept = [[resize(each.astype(np.uint8), rows, columns) for each in run] for run in kept]
    data = {
        "setting": setting,
        "question": checks.text("question", question),
        "runs": names,
        "steps": chosen,
        "start": list(first),
        "costs": [costs for _, costs, _ in by_name],
        "paintings": sheet("runs", [each for run in kept for each in run], min(rows, TALLEST)),
    }
    shown = [run[first[1]] for run in kept]
    captions = [f"{setting}: {name}" for name in names]
    return Explorable("painting", data, picture_grid(shown, captions, title, description, width=2.2, smooth=True))


def _place(at: tuple[Any, int], names: list[str], steps: list[int]) -> tuple[int, int]:
    """Return which of the names and which of the steps is meant."""
    both = listed("at", at)
    if len(both) != 2 or str(both[0]) not in names or checks.whole_number("at: the step", both[1]) not in steps:
        raise ValueError(f"at: expected one of the runs {', '.join(names)} and one of the steps, got {checks.quoted(at)}")
    return names.index(str(both[0])), steps.index(both[1])


def _run(name: str, run: tuple[Iterable[Any], Iterable[ArrayLike]]) -> tuple[list[list[float]], list[Picture]]:
    """Return the costs after each step, [J_content, J_style, J], and the pictures."""
    both: list[Any] = listed(name, run)
    if len(both) != 2:
        raise ValueError(f"{name}: expected (history, pictures), got {checks.quoted(run)}")
    history = listed(f"{name}: history", both[0])
    pictures = [picture(f"{name}: pictures[{k}]", each) for k, each in enumerate(listed(f"{name}: pictures", both[1]))]
    if not history or len(history) != len(pictures):
        raise ValueError(f"{name}: expected one picture for each of the {len(history)} steps, got {len(pictures)}")
    if any(each.ndim != 3 for each in pictures):
        raise ValueError(f"{name}: expected pictures in colour, (rows, columns, 3)")
    return [_costs(name, step) for step in history], pictures


def _costs(name: str, step: Any) -> list[float]:
    """Return the costs after a step, [J_content, J_style, J]."""
    try:
        costs = {"J_content": step.costs.content, "J_style": step.costs.style, "J": step.costs.total}
    except AttributeError as error:
        raise ValueError(f"{name}: expected the history of a StyleTransfer, got {checks.quoted(step)}") from error
    why = "for its logarithm is drawn; leave out a run whose alpha or beta is 0"
    above_0 = [checks.in_range(f"{name}: {cost}", value, above=0, hint=why) for cost, value in costs.items()]
    return [float(f"{cost:.{DIGITS}g}") for cost in above_0]
