"""The gallery: each picture stands in its table and on its page, is as large as it says, and all are small together."""

import re
from pathlib import Path

from PIL import Image

GALLERY = Path(__file__).resolve().parents[1] / "docs/gallery"
PAGE = (GALLERY / "README.md").read_text(encoding="utf-8")
FILES = sorted(path.name for path in GALLERY.glob("*.jpg"))


def test_each_picture_stands_in_the_table_and_is_shown_and_described():
    assert len(FILES) >= 4
    assert sorted(re.findall(r"^\| \[([\w-]+\.jpg)\]\(\1\) \|", PAGE, re.MULTILINE)) == FILES
    assert sorted(re.findall(r'<img src="([\w-]+\.jpg)" alt="[^"]{20,}">', PAGE)) == FILES


def test_a_row_tells_steps_seconds_and_costs():
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| [")]
    for row in rows:
        assert all(float(number) > 0 for number in row[4:]), row
        assert len(row) == 9


def test_the_pictures_have_768_pixels_and_take_little_room():
    for name in FILES:
        with Image.open(GALLERY / name) as image:
            assert max(image.size) == 768
    assert sum((GALLERY / name).stat().st_size for name in FILES) < 2_000_000
