"""The page on accessibility names every point of WCAG 2.1 A and AA once, and tests that are there."""

import ast
import json
from pathlib import Path

from docs.site.conformance import table, text
from docs.site.places import ROOT


def test_every_point_is_there():
    levels = [number for numbers in table()["levels"].values() for number in numbers.split()]
    assert sorted(levels) == sorted(table()["points"])
    assert [len(numbers.split()) for numbers in table()["levels"].values()] == [30, 20]  # as many as WCAG 2.1 has


def test_every_point_is_tested_looked_at_or_does_not_apply():
    tree = ast.parse((ROOT / "tests/browser/test_site.py").read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for point in table()["points"].values():
        assert point.keys() & {"words", "none", "tests"}
        assert set(point.get("tests", [])) <= there


def test_the_page_says_what_the_tests_said(tmp_path: Path):
    run = tmp_path / "run.json"
    assert "have not run" in text(run)
    counts = {"test_search_finds_a_word": {"passed": 1, "failed": 0}, "test_no_link_is_dead": {"passed": 1, "failed": 2}}
    run.write_text(json.dumps({"date": "2026-01-02", "tests": counts}))
    assert "last on 2026-01-02" in text(run)
    assert "`test_search_finds_a_word`: passed (1)" in text(run)
    assert "`test_no_link_is_dead`: 2 of 3 **failed**" in text(run)
