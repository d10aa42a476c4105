"""The first page of the site: what the course is, its lessons as cards, how to get it; told as the README tells it."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined
from PIL import Image

from docs.site.figures import Figure
from docs.site.places import ROOT, Links

TEMPLATE = Path(__file__).parent / "pages" / "index.md"
ROW = re.compile(r"\| \[(?P<title>[^\]]+)\]\((?P<file>[^)]+)\) \| (?P<goal>[^|]+) \| (?P<time>[^|]+) \|")
PICTURE = re.compile(r"!\[(?P<alt>[^\]]+)\]\((?P<file>[^)]+)\)")
FIRST_OF_STYLE = "06"
ASSIGNMENTS = "exercises/assignments"  # the page that leads to all exercises
WAVES = "docs/gallery/china-waves.jpg"
WIDEST = 480  # pixels of a card's picture
CARD = 5 / 3  # the width of its place, in its height
INK = 0.2  # of its place that is not white, at least


@dataclass(frozen=True)
class Opening:
    """What stands for a lesson.

    Attributes:
        first: its first figure that is not nearly white.
        second: the next such figure, for where the first stands already; the first again if there is none.
    """

    first: Figure
    second: Figure


@dataclass(frozen=True)
class Card:
    """A lesson on the first page; its words are those of the README's table."""

    title: str
    page: str
    goal: str
    time: str
    picture: str
    width: int
    height: int


def sections(readme: str) -> dict[str, str]:
    """Return the sections of the README by their headings, each with its heading; the first, without one, by ""."""
    parts = re.split(r"^## (.+)$", readme, flags=re.MULTILINE)
    named = zip(parts[1::2], parts[2::2], strict=True)
    return {"": parts[0].strip()} | {name: f"## {name}\n\n{text.strip()}" for name, text in named}


def shelves(pages: Sequence[str], rooms: Sequence[str]) -> dict[str, list[str]]:
    """Return all pages under the captions of the site's contents.

    None is below another: the arrows that would unfold it have no name for those who do not see them.
    """
    lessons, exercises = ([page for page in pages if page.startswith(f"{part}/")] for part in ("lessons", "exercises"))
    return {
        "Begin": lessons[:1],
        "Faces": [page for page in lessons[1:] if page < f"lessons/{FIRST_OF_STYLE}"],
        "Style": [page for page in lessons if page > f"lessons/{FIRST_OF_STYLE}"],
        "Practise": [ASSIGNMENTS, *(page for page in exercises if page != ASSIGNMENTS)],
        "Look up": ["glossary", "formulas", "results", "gallery"],
        "The package": ["reference/index", *rooms],
        "Teach": [page for page in pages if page.startswith("instructor/")],
        "About": ["data", "accessibility", "contributing"],
    }


def text(links: Links, openings: Mapping[str, Opening], rooms: Sequence[str], target: Path) -> str:
    """Return the first page as MyST Markdown, and write the pictures of its cards.

    Args:
        links: what rewrites the links of the README.
        openings: what stands for each lesson, by the lesson's file.
        rooms: the pages of the package.
        target: the folder of the sources.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [match.groupdict() for match in ROW.finditer(readme)]
    question = openings[rows[1]["file"]].first  # above all cards, so on none of them
    cards = [_card(row, links, _figure_of_card(openings[row["file"]], question), target) for row in rows]
    template = Environment(autoescape=False, undefined=StrictUndefined).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        start=cards[0].page,
        cards={
            "faces": [card for card in cards[1:] if card.title < FIRST_OF_STYLE],
            "style": [card for card in cards[1:] if card.title >= FIRST_OF_STYLE],
        },
        question=_shown(question),
        waves=_picture(WAVES, readme, links),
        exercises=f"{ASSIGNMENTS}.md",
        shelves=shelves(list(links.pages.values()), rooms),
        readme={name: links.rewritten(words, "README.md") for name, words in sections(readme).items()},
    )


def opening(figures: Sequence[Figure]) -> Opening:
    """Return what stands for a lesson: its first figures, without those that would leave its card white, if it has others."""
    seen = (figure for figure in figures if ink(figure) >= INK)
    first = next(seen, figures[0])
    return Opening(first, next(seen, first))


def typeset(words: str) -> str:
    """Return words of the README with the quotation marks that Sphinx gives to what is no HTML."""
    return re.sub(r'"([^"]*)"', "\N{LEFT DOUBLE QUOTATION MARK}\\1\N{RIGHT DOUBLE QUOTATION MARK}", words)


def ink(figure: Figure) -> float:
    """Return how much of a card's place is not white if the figure stands in it as a whole."""
    image = _small(figure)
    shape = image.width / image.height / CARD
    return float(np.mean(np.asarray(image.convert("L")) < 200)) * min(shape, 1 / shape)


def _figure_of_card(opening: Opening, elsewhere: Figure) -> Figure:
    return opening.second if opening.first is elsewhere else opening.first


def _small(figure: Figure) -> Image.Image:
    image = Image.open(io.BytesIO(figure.file)).convert("RGB")
    image.thumbnail((WIDEST, WIDEST))
    return image


def _shown(figure: Figure) -> dict[str, Any]:
    address = f"_static/figures/{figure.name}"
    return {"address": address, "alt": escape(figure.alt), "width": figure.width, "height": figure.height}


def _picture(file: str, readme: str, links: Links) -> dict[str, Any]:
    """Return where a picture of the README stands, and its description there."""
    words = {match["file"]: match["alt"] for match in PICTURE.finditer(readme)}
    width, height = Image.open(ROOT / file).size
    return {"address": links.leads_to(file, "README.md"), "alt": escape(words[file]), "width": width, "height": height}


def _card(row: Mapping[str, str], links: Links, figure: Figure, target: Path) -> Card:
    image = _small(figure)
    place = f"_static/cards/{row['title'][:2]}.jpg"
    (target / place).parent.mkdir(parents=True, exist_ok=True)
    image.save(target / place, quality=85, optimize=True)
    page = f"{links.pages[row['file']]}.html"
    return Card(row["title"], page, typeset(row["goal"].strip()), row["time"].strip(), place, *image.size)
