"""The page that the lab's menu, or nbconvert in its terminal, makes of a notebook: whole, and asking nobody for anything."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import nbformat
import pytest
from bs4 import BeautifulSoup

from course_utils.kernels import lab_environment
from tests.lab_process import started
from tests.notebooks.lessons import ALL

pytestmark = pytest.mark.slow


def in_the_notebook(lesson: Path) -> list[tuple[str, str]]:
    """Return the description and the width of each figure of a lesson."""
    outputs = [output for cell in nbformat.read(lesson, as_version=4).cells for output in cell.get("outputs", [])]
    return [
        (metadata["alt"], str(metadata["width"]))
        for output in outputs
        for kind, metadata in output.get("metadata", {}).items()
        if kind.startswith("image/")
    ]


def in_the_text(lesson: Path) -> list[str]:
    """Return the formulas of a lesson."""
    texts = [cell.source for cell in nbformat.read(lesson, as_version=4).cells if cell.cell_type == "markdown"]
    found = [match for text in texts for match in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.DOTALL)]
    return [" ".join((block or line).split()) for block, line in found]


def on_the_page(html: str) -> list[tuple[str, str]]:
    images = BeautifulSoup(html, "html.parser").select(".jp-OutputArea-output img")
    return [(image["alt"], image["width"]) for image in images]


def test_nbconvert_in_the_lab_keeps_each_description(tmp_path: Path):
    lesson = ALL[8]  # its figures are PNG and JPEG files
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), str(lesson)]
    subprocess.run(command, env=lab_environment(tmp_path), check=True, capture_output=True, timeout=300)
    told = in_the_notebook(lesson)
    assert told
    html = (tmp_path / f"{lesson.stem}.html").read_text(encoding="utf-8")
    assert on_the_page(html) == told
    page = BeautifulSoup(html, "html.parser")
    addresses = [tag.get("src") or tag.get("href") for tag in page.select("[src], link[href]")]
    assert addresses
    assert not any(urlsplit(address).netloc for address in addresses)
    assert not page.select("script")
    assert not re.search(r"@import|url\((?!['\"]?(?:data:|#))", "".join(style.get_text() for style in page.select("style")))
    formulas = [formula.strip() for formula in in_the_text(lesson)]
    assert sorted(" ".join(drawing["aria-label"].split()) for drawing in page.select("svg[role=img]")) == sorted(formulas)


def test_the_menu_of_the_lab_keeps_each_description(tmp_path: Path):
    (tmp_path / "home").mkdir()
    with started(tmp_path) as lab:
        address = urlsplit(lab.address())
        exported = f"{address.scheme}://{address.netloc}/nbconvert/html/notebooks/{ALL[1].name}?{address.query}"
        with urlopen(exported, timeout=300) as response:  # what "Save and Export Notebook As" asks for
            html = response.read().decode()
    told = in_the_notebook(ALL[1])
    assert told
    assert on_the_page(html) == told
