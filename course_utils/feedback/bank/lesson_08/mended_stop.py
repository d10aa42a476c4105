"""Stop for a reason: when the cost has fallen too little, over enough steps."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mended_stop(costs, share, steps):
    for k in range(steps, len(costs)):
        if costs[k - steps] - costs[k] < share * costs[k - steps]:
            return k
    return len(costs) - 1


def probes(rng):
    """Costs that jump and fall; a fall that is just enough; an end at the first step that can be, at the last, at none."""
    scale = float(rng.integers(3, 9))
    jumping = [90, 60, 64, 40, 47, 30, 33, 24, 22, 21, 20.5, 20.25, 20, 23]
    halved = [256, 192, 128, 96, 64, 48, 32, 28, 25, 22, 20]
    yield scale * np.array(jumping), 0.2, 4
    yield scale * np.array(jumping), 0.1, 3
    yield scale * np.array(halved), 0.5, 2
    yield scale * np.array([50.0, 49.5, 30, 10, 9]), 0.5, 1
    yield scale * np.array([80.0, 20, 5, 2, 1]), 0.25, 2
    yield scale * np.array([80.0, 40, 20, 10, 9.5]), 0.125, 1
    yield np.array([4000.0, 3961, 3000, 2000]), 0.01, 1  # a hair less than the share: half precision does not see it
    yield scale * np.array([7.0, 6]), 0.1, 2
    yield scale * np.array([80.0, 40, 64, 30, 29]), 0.125, 1  # a rise is no fall, however large


def stop_by_ratios(costs, share, steps):
    left = costs[steps:] / costs[: max(len(costs) - steps, 0)]
    too_little = np.flatnonzero(left > 1 - share)
    return int(too_little[0]) + steps if len(too_little) else len(costs) - 1


def stop_in_a_while(costs, share, steps):
    k = steps
    while k < len(costs) - 1 and costs[k] <= (1 - share) * costs[k - steps]:
        k += 1
    return min(k, len(costs) - 1)


def first_where(too_little, none=lambda costs: len(costs) - 1, first=lambda steps: steps, told=lambda k, steps: k):
    """Stop at the first step of which this says that the cost has fallen too little."""

    def stop(costs, share, steps):
        found = [k for k in range(first(steps), len(costs)) if too_little(costs, share, steps, k)]
        return told(found[0], steps) if found else none(costs)

    return stop


def fallen_little(costs, share, steps, k):
    return costs[k - steps] - costs[k] < share * costs[k - steps]


right = {
    "ratios": stop_by_ratios,
    "while": stop_in_a_while,
    "list": first_where(fallen_little),
    "float32": lambda costs, share, steps: mended_stop(costs.astype(np.float32), np.float32(share), steps),
}

wrong = {
    "not mended": lambda costs, share, steps: mended_stop(costs, share, 1),
    "just enough": first_where(lambda costs, share, steps, k: costs[k - steps] - costs[k] <= share * costs[k - steps]),
    "a rise is a change": first_where(
        lambda costs, share, steps, k: abs(costs[k - steps] - costs[k]) < share * costs[k - steps]
    ),
    "no share": first_where(lambda costs, share, steps, k: costs[k - steps] - costs[k] < share),
    "share of the first cost": first_where(lambda costs, share, steps, k: costs[k - steps] - costs[k] < share * costs[0]),
    "share of the new cost": first_where(lambda costs, share, steps, k: costs[k - steps] - costs[k] < share * costs[k]),
    "share in each step": lambda costs, share, steps: first_where(
        lambda costs, share, steps, k: costs[k - steps] - costs[k] < steps * share * costs[k - steps]
    )(costs, share, steps),
    "before there are enough": first_where(fallen_little, first=lambda steps: 0),
    "the first of the steps": first_where(fallen_little, told=lambda k, steps: k - steps),
    "one too late": first_where(fallen_little, told=lambda k, steps: k + 1),
    "one step fewer": lambda costs, share, steps: mended_stop(costs, share, steps - 1) if steps > 1 else 1,
    "no end": first_where(fallen_little, none=len),
    "rises": first_where(lambda costs, share, steps, k: costs[k] > costs[k - 1]),
    "the smallest": lambda costs, share, steps: int(np.argmin(costs)),
}

always = {
    "one number": lambda _, k: k.size == 1,
    "a step that there is": lambda arguments, k: bool(0 <= k.item() < len(arguments[0]) and k.item() == round(k.item())),
    "too early": lambda arguments, k: k.item() >= min(arguments[2], len(arguments[0]) - 1),
}

EXERCISE = exercise(
    mended_stop,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
not mended: That is the fellow student's rule: one bad step ends it. Over how many steps is the fall to be measured?
just enough: Your rule ends where the cost has fallen by exactly the share. Is that *less* than the share?
a rise is a change: You go on where the cost has *risen* by the share. Which sign has the difference of a fall?
no share: You compare the fall with the share itself. If all costs were a thousand times as large, should the end be another?
share of the first cost: You measure each fall by the very first cost. Late in the painting, is that still what it falls from?
share of the new cost: You take the share of the cost *after* the steps. By which cost was the fall to be measured?
share in each step: You ask for the share in every single step. Over how many steps together was it asked for?
before there are enough: You look back before there have been enough steps. In Python, what is `costs[-2]`?
the first of the steps: You return the step from which you look back. At which one does the painting end?
one too late: You return the step after the end. At which one has the fall been too small?
one step fewer: You look back over one step too few. How many steps lie between costs[2] and costs[5]?
no end: If the cost always falls enough, your step does not exist. What is the last one?
rises: Your rule ends at the first rise. Some optimisers go up now and then, and on: over how many steps do we look?
the smallest: You look for the smallest cost, and need all costs for it. What is known when the painting has to end?
one number: One number was asked for: a step.
a step that there is: Your step is none of those that there are. They are counted from 0.
too early: Your rule ends before there are enough steps to look back over.
hint 1: Costs 100, 70, 75, 50: is the third step a reason to end? What does the fall over two steps say each time?
hint 2: Begin at the first step that has enough before it. Compare the cost there with the cost as many steps earlier: by which
    share of the earlier one has it fallen? End at the first that is too small.
hint 3: Costs 100, 60, 62, 50, 49, a share of 0.3, two steps. From 100 to 62: 38%. From 60 to 50: 17%, too little. So the end is
    step 3.
""",
)
