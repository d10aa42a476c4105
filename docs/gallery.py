"""Paints the pictures of docs/gallery, and tells in a table how each was made: `make gallery`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from course_utils.arrays import UInt8Array
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.precision import fastest_precision
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

Pictures painted by `make gallery`: {SIZE} pixels on the longer side, {STEPS} steps. The photographs are those of
the course ([data/README.md](../../data/README.md) names their sources), and so are the paintings, which it draws itself. What
the table does not tell is as in `Settings` (`course_utils/style/settings.py`). The seconds were measured on two cores while
other programs ran.

| picture | photograph | in the style of | settings | steps | seconds | cost J | content | style |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def paint(photograph: str, styles: tuple[str, ...], settings: Mapping[str, Any]) -> tuple[UInt8Array, str]:
    """Return a painting, and the end of its line in the table."""
    drawn = [painting(name, 3 * SIZE // 4, SIZE) for name in styles]
    precision = fastest_precision(128, 192)  # measured on a small picture
    transfer = StyleTransfer(picture(photograph), drawn, size=SIZE, precision=precision, **settings)
    painted = transfer.run(STEPS, tolerance=0)
    costs = transfer.history[-1].costs
    told = ", ".join(f"{name} = {value}" for name, value in settings.items()) or "the standard ones"
    return painted, (
        f"{photograph} | {' and '.join(styles)} | {told} | {len(transfer.history)} | {transfer.history[-1].seconds:.0f} "
        f"| {costs.total:.3g} | {costs.content:.3g} | {costs.style:.3g} |"
    )


def main() -> None:
    """Paint all pictures, and write the table."""
    GALLERY.mkdir(exist_ok=True)
    lines, pictures = [], []
    for photograph, styles, settings in PICTURES:
        file = f"{photograph}-{'-'.join(styles)}.jpg"
        painted, line = paint(photograph, styles, settings)
        Image.fromarray(painted).save(GALLERY / file, quality=QUALITY, optimize=True)
        lines.append(f"| [{file}]({file}) | {line}\n")
        pictures.append(f'\n<img src="{file}" alt="{photograph}, painted in the style of {" and ".join(styles)}">\n')
    (GALLERY / "README.md").write_text(HEAD + "".join([*lines, *pictures]), encoding="utf-8")


if __name__ == "__main__":
    main()
