"""A figure that knows in words what one should see in it, for those who do not see it and those who are not sure."""

import base64
import html
import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from IPython.display import HTML, display
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from course_utils.checks import in_range, quoted

DOTS_PER_INCH = 80  # as the page counts; a file has twice as many, so that it is sharp on a screen of today
DENSITY = 2
QUALITY = 75  # of JPEG files
FITTINGS = 5  # of words that are too long: they are not exactly as wide as their size says
LARGEST = 400  # inches; Matplotlib draws no picture of 65,536 pixels


class DescribedFigure(Figure):
    """A Matplotlib figure with a description. As the last line of a notebook cell it displays itself.

    The description becomes the picture's alternative text, in the lab of the course and on its site. Other programs that show
    notebooks leave it out, and who sees the picture may want the words too: they are also in the page, folded beneath it.

    Args:
        description: what one should see in the figure, in a sentence or more.
        size: width and height in inches.
        colourful: it has pictures with more colours than the 256 of a small PNG file; JPEG is smaller and truer then.

    Raises:
        ValueError: the description is too short to describe anything, or the size is none.
    """

    def __init__(self, description: str, size: tuple[float, float], *, colourful: bool = False) -> None:
        words = " ".join(description.split()) if isinstance(description, str) else ""
        if len(words) < 40:
            raise ValueError(
                f"description: say in a sentence what one should see in the figure, with 40 letters or more, "
                f"got {quoted(description)}"
            )
        try:
            width, height = (in_range("size", side, above=0, most=LARGEST) for side in size)
        except (TypeError, ValueError) as error:
            expected = f"width and height in inches, above 0 and up to {LARGEST}"
            raise ValueError(f"size: expected {expected}, got {quoted(size)}") from error
        super().__init__(figsize=(width, height))
        self.description = words
        self.colourful = colourful

    def _ipython_display_(self) -> None:
        show_described(*self.mimebundle(), self.description)

    def mimebundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the figure as Jupyter takes it: its file and its words, and of the file the alternative text and the size."""
        mime, file = self.file()
        width, height = self.on_the_page()
        content = {mime: base64.b64encode(file).decode(), "text/plain": self.description}
        return content, {mime: {"alt": self.description, "width": width, "height": height}}

    def as_html(self) -> str:
        """Return the figure as an image with alternative text, for a page that is written by hand, such as a widget's."""
        mime, file = self.file()
        width, height = self.on_the_page()
        data = base64.b64encode(file).decode()
        return f'<img alt="{html.escape(self.description)}" width="{width}" height="{height}" src="data:{mime};base64,{data}">'

    def on_the_page(self) -> tuple[int, int]:
        """Return the width and height that the figure takes on a page, in its pixels: half of those of the file."""
        width, height = self.get_size_inches() * DOTS_PER_INCH
        return round(width), round(height)

    def file(self) -> tuple[str, bytes]:
        """Return the figure as a file, of the kind that suits it, with its MIME type."""
        return ("image/jpeg", self.jpeg()) if self.colourful else ("image/png", self.png())

    def png(self) -> bytes:
        """Return the figure as a PNG file with a palette of 256 colours: a third of the size, and no worse to see."""
        return self._file(lambda image: image.quantize(256, dither=Image.Dither.NONE), "png")

    def jpeg(self) -> bytes:
        """Return the figure as a JPEG file, fine enough for the strokes of a brush."""
        return self._file(lambda image: image, "jpeg", quality=QUALITY)

    def _file(self, change: Callable[[Image.Image], Image.Image], kind: str, **settings: int) -> bytes:
        self._fit_words()
        small = io.BytesIO()
        pixels = Image.fromarray(self._drawn(DENSITY * DOTS_PER_INCH)).convert("RGB")
        change(pixels).save(small, format=kind, optimize=True, **settings)
        return small.getvalue()

    def _drawn(self, dpi: int) -> NDArray[np.uint8]:
        """Return the drawn figure, (height, width, 4), with no file on the way: to pack and unpack it takes as long as to draw.

        Height and width come with the array. Worked out from the inches they may be one less, and the picture is sheared.
        """
        canvas, before = FigureCanvasAgg(self), self.dpi
        self.dpi = dpi
        try:
            canvas.draw()  # type: ignore[no-untyped-call]
            return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        finally:
            self.dpi = before

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure; words with dollars that make no formula, such as a name, are drawn as they are."""
        for ax in self.axes:
            for axis in (ax.xaxis, ax.yaxis):
                axis.get_ticklabels()  # to ask for their words is to have them set
        for text in self.findobj(Text):
            if isinstance(text, Text) and not all(map(_can_be_read, text.get_text().split("\n"))):
                text.set_parse_math(False)
        super().draw(renderer)

    def _fit_words(self) -> None:
        """Make words that run out of the figure on the right smaller: a title says the finding, and is read to its end."""
        self.draw_without_rendering()  # the layout is known only then
        for text in self.findobj(Text):
            if isinstance(text, Text) and text.get_horizontalalignment() == "left" and text.get_text():
                for _ in range(FITTINGS):
                    seen = text.get_window_extent()
                    if (over := seen.x1 - self.bbox.x1) <= 0:
                        break
                    text.set_fontsize(text.get_fontsize() * max(0.1, 0.99 - over / seen.width))


@lru_cache(maxsize=256)  # each word is asked about twice or more: a figure is laid out before it is drawn
def _can_be_read(line: str) -> bool:
    """Return whether Matplotlib can read the formulas of a line, if there are any."""
    try:
        return not is_math_text(line) or bool(MathTextParser("path").parse(line))
    except ValueError:
        return False


def show_described(content: dict[str, Any], metadata: dict[str, Any], description: str) -> None:
    """Show something in a notebook, and beneath it, folded, what one should see in it."""
    display(content, raw=True, metadata=metadata)
    display(HTML(f"<details><summary>What the figure shows</summary>{html.escape(description)}</details>"))
