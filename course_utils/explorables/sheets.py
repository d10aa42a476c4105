"""Many small pictures in one file, as the modules take them: one picture is cut out of the sheet by its place in it."""

import base64
import io
import math
from collections.abc import Iterable
from typing import Any

from numpy.typing import ArrayLike
from PIL import Image

from course_utils.checks import listed
from course_utils.plots.arguments import picture

QUALITY = 70  # of the JPEG file: a face stays a face, in some 1.5 kB
LONGEST = 20  # times the other side: a longer strip is a line on the page, and soon too much for a JPEG file


def sheet(name: str, pictures: Iterable[ArrayLike], height: int = 80) -> dict[str, Any]:
    """Return pictures of one shape as one JPEG file with what is needed to cut them out.

    Args:
        name: of the argument, for the message.
        pictures: each (rows, columns) grey or (rows, columns, 3) in colour, values from 0 to 255.
        height: of each in the sheet, in pixels; the width follows.

    Returns:
        src: the file as a data URL. columns, rows: how many pictures the sheet has side by side, and one above the other.
        width, height: of one picture in it.

    Raises:
        ValueError: no picture, something that is none, pictures of several shapes, or strips.
    """
    images = [picture(f"{name}: {k}", each) for k, each in enumerate(listed(name, pictures))]
    if len({image.shape for image in images}) != 1:
        raise ValueError(f"{name}: expected pictures of one shape, got {len({image.shape for image in images})} shapes")
    tall, wide = images[0].shape[:2]
    if max(tall, wide) > LONGEST * min(tall, wide):
        expected = f"pictures at most {LONGEST} times as long as wide, or as wide as long"
        raise ValueError(f"{name}: expected {expected}, got {tall} x {wide} pixels; cut them")
    width = round(height * wide / tall)
    columns = math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    whole = Image.new("L" if images[0].ndim == 2 else "RGB", (columns * width, rows * height))
    for at, image in enumerate(images):
        small = Image.fromarray(image.astype("uint8")).resize((width, height), Image.Resampling.LANCZOS)
        whole.paste(small, (at % columns * width, at // columns * height))
    file = io.BytesIO()
    whole.save(file, format="jpeg", optimize=True, quality=QUALITY)
    src = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
    return {"src": src, "columns": columns, "rows": rows, "width": width, "height": height}
