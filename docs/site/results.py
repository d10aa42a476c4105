"""The page of results: how well each method does on people it has never met, as `make bench-faces` has measured it."""

from collections.abc import Mapping
from typing import Any

from course_utils.faces.protocol import read_table

MEASURES = {"one_shot": "one-shot accuracy", "auc": "AUC", "eer": "EER", "tar": "TAR at a FAR of 1%"}


def text() -> str:
    """Return the page as MyST Markdown."""
    table = read_table()
    return "\n".join([
        "# Results",
        "",
        "How well each method of the faces half does on people it has never met: 10-way one-shot accuracy with a 95% interval "
        "over people, area under the curve, equal error rate, and true accept rate. The [glossary](glossary.md) says what "
        "these measures are, lesson 5 what to make of them.",
        "",
        f"Measured on {table['date']} ({table['machine']}) by `make bench-faces`, which measures it anew.",
        "",
        "## Four folds of ten people",
        "",
        "Means over the folds and, where a network is trained, over the seeds.",
        "",
        *_methods(table["methods"]),
        "",
        "## Ten random splits of the people",
        "",
        "Nobody has looked at these splits while a setting was chosen.",
        "",
        *_methods(table["random_splits"]),
        "",
        "## Decisions with a threshold",
        "",
        "The threshold was chosen on five people who are neither learned from nor judged. FAR met: what a threshold that "
        "promises 1% gives on the people judged.",
        "",
        *_thresholds(table["threshold"]),
        "",
        "## More pictures of each person",
        "",
        "Accuracy of 10-way recognition with so many pictures enrolled.",
        "",
        *_pictures(table["k_shot"]),
        "",
    ])  # fmt: skip


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
