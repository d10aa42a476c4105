"""The figures of a notebook as a page of the site has them: each with its description, in the size that it is meant for."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from course_utils.explorables import MIME

ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class Figure:
    """A figure of a notebook.

    Attributes:
        file: its picture, as PNG or JPEG.
        ending: of the name of such a file.
        alt: what one should see in it.
        width: on the page, in its pixels; the file has twice as many.
        height: on the page.
        explorable: what moves in its place where there is JavaScript: the name of its module and its data.
    """

    file: bytes
    ending: str
    alt: str
    width: int
    height: int
    explorable: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name of its file on the site."""
        return f"{hashlib.sha256(self.file).hexdigest()[:16]}.{self.ending}"

    def html(self, address: str, modules: str) -> str:
        """Return the figure for a page; a still one leads to its picture in full size, for on a phone its words are small.

        Args:
            address: where the page finds the picture.
            modules: where it finds the modules of what moves.
        """
        size = f'width="{self.width}" height="{self.height}"'
        image = f'<img src="{address}" alt="{escape(self.alt)}" {size} loading="lazy">'
        if self.explorable is None:
            return f'<figure class="described"><a href="{address}">{image}</a></figure>'
        module = escape(f"{modules}/{self.explorable['module']}.js")
        data = json.dumps(self.explorable["data"], separators=(",", ":")).replace("<", "\\u003c")
        return (
            f'<figure class="described moving" data-module="{module}">{image}<div class="live" hidden></div>'
            f'<script type="application/json">{data}</script></figure>'
        )


def figure_of(output: Mapping[str, Any]) -> Figure | None:
    """Return the figure that an output of a notebook is, or nothing if it is none.

    Raises:
        ValueError: it has a picture without a description.
    """
    data = output.get("data", {})
    for kind, ending in ENDINGS.items():
        if kind in data:
            told = output["metadata"].get(kind, {})
            if not told.get("alt"):
                raise ValueError(f"an output with a picture ({kind}) has no description in its metadata")
            file = base64.b64decode(data[kind])
            return Figure(file, ending, told["alt"], told["width"], told["height"], data.get(MIME))
    return None
