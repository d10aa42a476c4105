"""Paints the pictures of docs/gallery, and tells how each was made: `make gallery`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from course_utils.arrays import UInt8Array
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.precision import fastest_precision
from course_utils.style.settings import Settings
from course_utils.style.transfer import StyleTransfer

GALLERY = Path(__file__).parent / "gallery"
SIZE = 768  # pixels on the longer side
STEPS = 24
QUALITY = 80  # of the JPEG files: each takes some 200 kB

# (photograph, paintings, settings beside the standard ones)
PICTURES: tuple[tuple[str, tuple[str, ...], Mapping[str, Any]], ...] = (
    ("china", ("waves",), {"beta": 20}),
    ("china", ("vortex",), {"beta": 10}),
    ("rocket", ("vortex",), {}),
    ("coffee", ("points",), {}),
)
HEAD = f"""# Gallery

Pictures painted by `make gallery`: {SIZE} pixels on the longer side, {STEPS} steps each. The photographs are those of
the course ([the data sheet](../../data/README.md) names their sources), and so are the paintings, which it draws itself. Below
each picture stand the weights of the content, alpha, and of the style, beta. All other settings are the standard ones
(`Settings` in `course_utils/style/settings.py`).
"""
COSTS = """
## The costs of each picture

With three digits. J is alpha times the content cost plus beta times the style cost, after the last step.

| picture | content | style | J |
| --- | ---: | ---: | ---: |
"""


def name(photograph: str, styles: Sequence[str]) -> str:
    """Return what a picture is called: "china in the style of waves"."""
    return f"{photograph} in the style of {' and '.join(styles)}"


def file_of(photograph: str, styles: Sequence[str]) -> str:
    """Return the name of a picture's file."""
    return f"{photograph}-{'-'.join(styles)}.jpg"


def shown(photograph: str, styles: Sequence[str], settings: Mapping[str, Any]) -> str:
    """Return a picture with its description and its caption, as HTML."""
    weights = Settings(**settings)
    called = name(photograph, styles)
    image = f'<img src="{file_of(photograph, styles)}" alt="The photograph {called}">'
    caption = f"{called.capitalize()}: alpha = {weights.alpha:g}, beta = {weights.beta:g}"
    return f'\n<figure class="described">\n{image}\n<figcaption>{caption}</figcaption>\n</figure>\n'


def row(photograph: str, styles: Sequence[str], costs: Sequence[float]) -> str:
    """Return the line of a picture in the table.

    Args:
        photograph: its name.
        styles: the names of the paintings.
        costs: of the content, of the style, and J.
    """
    told = " | ".join(f"{float(f'{cost:.3g}'):,.0f}" for cost in costs)
    return f"| [{name(photograph, styles)}]({file_of(photograph, styles)}) | {told} |\n"


def paint(photograph: str, styles: Sequence[str], settings: Mapping[str, Any]) -> tuple[UInt8Array, tuple[float, ...]]:
    """Return a painting, and its costs: of the content, of the style, and J."""
    drawn = [painting(style, 3 * SIZE // 4, SIZE) for style in styles]
    precision = fastest_precision(128, 192)  # measured on a small picture
    transfer = StyleTransfer(picture(photograph), drawn, size=SIZE, precision=precision, **settings)
    painted = transfer.run(STEPS, tolerance=0)
    costs = transfer.history[-1].costs
    return painted, (costs.content, costs.style, costs.total)


def main() -> None:
    """Paint all pictures, and write the page."""
    GALLERY.mkdir(exist_ok=True)
    rows = []
    for photograph, styles, settings in PICTURES:
        painted, costs = paint(photograph, styles, settings)
        Image.fromarray(painted).save(GALLERY / file_of(photograph, styles), quality=QUALITY, optimize=True)
        rows.append(row(photograph, styles, costs))
    pictures = [shown(*one) for one in PICTURES]
    (GALLERY / "README.md").write_text("".join([HEAD, *pictures, COSTS, *rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
