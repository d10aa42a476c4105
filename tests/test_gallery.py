"""The gallery: each picture stands on its page with a caption, and in its table with its costs; all are small together."""

import re
from pathlib import Path

import pytest
from PIL import Image

from course_utils.style.settings import Settings
from docs import gallery

GALLERY = Path(__file__).resolve().parents[1] / "docs/gallery"
PAGE = (GALLERY / "README.md").read_text(encoding="utf-8")
FILES = sorted(path.name for path in GALLERY.glob("*.jpg"))


def test_the_page_begins_as_make_gallery_writes_it():
    assert PAGE.startswith("".join([gallery.HEAD, *(gallery.shown(*one) for one in gallery.PICTURES), gallery.COSTS]))


def test_each_picture_is_shown_and_described_and_has_a_caption_with_its_weights():
    assert len(FILES) >= 4
    figures = re.findall(
        r'<img src="([\w-]+\.jpg)" alt="[^"]{20,}">\n<figcaption>(.*: alpha = .*, beta = .*)</figcaption>', PAGE
    )
    assert sorted(file for file, _ in figures) == FILES
    assert "China in the style of waves: alpha = 10, beta = 20" in dict(figures)["china-waves.jpg"]


def test_a_row_tells_the_costs_of_its_picture_and_they_add_up():
    rows = re.findall(r"^\| \[[\w ]+\]\(([\w-]+\.jpg)\) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert sorted(file for file, *_ in rows) == FILES
    settings = {gallery.file_of(photograph, styles): chosen for photograph, styles, chosen in gallery.PICTURES}
    for file, *told in rows:
        content, style, total = (float(cost.replace(",", "")) for cost in told)
        weights = Settings(**settings[file])
        assert weights.alpha * content + weights.beta * style == pytest.approx(total, rel=0.01)


def test_costs_are_told_with_three_digits():
    assert gallery.row("china", ["waves"], (139_870.0, 62_151.0, 2_641_720.0)) == (
        "| [china in the style of waves](china-waves.jpg) | 140,000 | 62,200 | 2,640,000 |\n"
    )


def test_the_pictures_have_768_pixels_and_take_little_room():
    for name in FILES:
        with Image.open(GALLERY / name) as image:
            assert max(image.size) == 768
    assert sum((GALLERY / name).stat().st_size for name in FILES) < 2_000_000
