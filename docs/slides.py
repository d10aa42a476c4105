"""Makes slides of the lessons, with nbconvert and with reveal.js beside them: `make slides`.

What is on a slide follows from how a lesson is written; no cell is tagged. A section's heading and its first two sentences
begin a column of slides. Below it come, in the order of the lesson: sentences with a term that is explained or with bold words,
displayed formulas and tables; what is to be predicted or written; each figure alone; what a cell prints, if it is short. The
key points and the questions at the end are slides, too. Answers are uncovered by a key. All of the text is in the notes.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.data.files import written_whole
from course_utils.grading.pages import as_html

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "build" / "slides"
REVEAL = ("LICENSE", "dist/reset.css", "dist/reveal.css", "dist/reveal.js", "dist/theme/white.css", "plugin/notes/notes.js")
FONTS = "dist/theme/fonts/source-sans-pro"
FULL = 520  # characters on a slide, about; a sentence is never cut
SHORT = 90  # characters: of a sentence above a figure, so that it is one line
LINES, COLUMNS = 14, 104  # of what a cell prints, at most
LARGEST, WIDTH = 34, 1160  # pixels: of its letters, and of a slide's text
LETTER = 0.61  # the width of a letter of even width, in its height

DETAILS = re.compile(r"(<details>.*?</details>)", re.DOTALL)
HEADING = re.compile(r"#{1,3} ")
LABEL = re.compile(r"\*\*[^*]+[.?:]\*\*")  # "**Predict.**", "**What if we forget the root?**"
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z*$<(\"])")
ITEM = re.compile(r"\n(?=- |\d+\. )")  # where an item of a list begins, but for the first
MARKED = re.compile(r"<dfn>|\*\*")
FOR_READERS = ("**Before you start", "**Time**")
OF_A_CHECK = re.compile(r"yours to write|not yet right|^\w+: Right\.$", re.MULTILINE)
OF_A_GUESS = re.compile(r"\s\(To compare it with yours, [^)]*\)")
IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Slide:
    """A slide.

    Attributes:
        text: Markdown; may be empty.
        output: of a cell: a figure, or what was printed.
        answer: Markdown, uncovered by a key.
        where: the section that it belongs to; empty on the slide that begins it.
        notes: for the speaker, Markdown.
    """

    text: str = ""
    output: NotebookNode | None = None
    answer: str = ""
    where: str = ""
    notes: str = ""


# ---- From the text of a cell to what of it is shown ----


def blocks(markdown: str) -> list[str]:
    """Return the headings, paragraphs, lists, tables, displayed formulas and folded answers of a text."""
    pieces = DETAILS.split(markdown)
    apart = [[piece] if piece.startswith("<details>") else re.split(r"\n\s*\n", piece) for piece in pieces]
    return [block.strip() for found in apart for block in found if block.strip()]


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph."""
    return SENTENCE.split(" ".join(paragraph.split()))


def first_sentences(paragraph: str) -> str:
    """Return the first two sentences of a paragraph, or one if two are too much."""
    first, *others = sentences(paragraph)[:2]
    return " ".join([first, *(other for other in others if len(first) + len(other) < FULL)])


def marked_sentences(paragraph: str, shown: str = "") -> str:
    """Return the sentences of a paragraph in which a term is explained or some words are bold, but for those shown already."""
    return " ".join(one for one in sentences(paragraph) if MARKED.search(one) and one not in shown)


def answer_of(details: str) -> str:
    """Return what a folded answer says."""
    return re.sub(r"</?details>|<summary>.*?</summary>", "", details, flags=re.DOTALL).strip()


def text_slides(markdown: str) -> Iterator[Slide]:
    """Yield the slides of a text, without their place and their notes."""
    for part in re.split(r"^(?=## )", markdown, flags=re.MULTILINE):
        heading, _, rest = part.partition("\n")
        if heading == "## Key points":
            yield from packed(re.findall(r"^- .*(?:\n  .*)*", rest, re.MULTILINE), heading)
        elif heading == "## Check your understanding":
            yield from questions(rest)
        elif heading == "## To go further":
            yield from (Slide(block) for block in blocks(rest) if block.startswith("**The question"))
        else:
            yield from prose_slides(blocks(part))


def questions(markdown: str) -> Iterator[Slide]:
    """Yield the questions at the end of a lesson, each with its answer."""
    found = blocks(markdown)
    for question, details in pairwise(found):
        if details.startswith("<details>"):
            yield Slide(f"## Check your understanding\n\n{question}", answer=answer_of(details))


def prose_slides(found: list[str]) -> Iterator[Slide]:
    """Yield the slides of a part of a lesson that is neither key points nor questions."""
    kept: list[str] = []
    for before, block, after in zip(["", *found], found, [*found[1:], ""], strict=False):
        if HEADING.match(block):
            yield from packed(kept)
            opening = first_sentences(after) if _is_prose(after) and not _is_label(after) else ""
            kept = [f"{block}\n\n{opening}".strip()]
        elif _is_label(block):
            alone = kept[-1:] if kept and HEADING.match(kept[-1]) and "\n" not in kept[-1] else []
            yield from packed(kept[: len(kept) - len(alone)])
            kept = []
            said = block if len(block) < FULL else first_sentences(block)
            answer = answer_of(after) if after.startswith("<details>") else ""
            yield Slide("\n\n".join([*alone, said, *([after] if _is_list(after) else [])]), answer=answer)
        elif block.startswith(("$$", "|")) or (_is_list(block) and not _is_label(before)):
            lead = [one for one in lead_of(before) if not kept or one not in kept[-1]]
            first, *others = ITEM.split(block) if _is_list(block) and len(block) > FULL else [block]
            kept += ["\n\n".join([*lead, first]), *others]
        elif _is_prose(block) and not block.startswith(FOR_READERS):
            shown = first_sentences(block) if HEADING.match(before) else ""
            kept += [marked] if (marked := marked_sentences(block, shown)) else []
    yield from packed(kept)


def lead_of(paragraph: str) -> list[str]:
    """Return the sentence that a formula or a list completes, if it is not shown already."""
    last = sentences(paragraph)[-1]
    return [last] if _is_prose(paragraph) and last.endswith((":", ",")) and not MARKED.search(last) else []


def _is_label(block: str) -> bool:
    return LABEL.match(block) is not None and not block.startswith(FOR_READERS)


def _is_list(block: str) -> bool:
    return re.match(r"(- |\d+\. )", block) is not None


def _is_prose(block: str) -> bool:
    return bool(block) and not _is_list(block) and not block.startswith(("#", "$$", "|", "<", "    "))


def packed(kept: list[str], heading: str = "") -> Iterator[Slide]:
    """Yield slides with as many of these blocks as fit on each, below a heading; one that begins a section stands alone."""
    here: list[str] = []
    for block in kept:
        is_full = len("".join(here)) + len(block) > FULL and not re.fullmatch("### .*", here[-1] if here else "")
        if here and (is_full or here[-1].startswith(("# ", "## "))):
            yield Slide("\n\n".join([heading, *here]).strip())
            here = []
        here.append(block)
    if here:
        yield Slide("\n\n".join([heading, *here]).strip())


# ---- From what a cell has put out ----


def output_slides(cell: NotebookNode) -> Iterator[Slide]:
    """Yield a slide for each figure of a cell, and for what it prints: two lines or a share, and nothing that `check` says."""
    for output in cell.outputs:
        if any(kind in output.get("data", {}) for kind in IMAGES):
            yield Slide(output=output, notes="What the figure shows: " + output.data["text/plain"])
        elif output.output_type == "stream" and not OF_A_CHECK.search(output.text):
            lines = OF_A_GUESS.sub("", output.text).rstrip().splitlines()
            if len(lines) + ("%" in output.text) > 1 and len(lines) <= LINES and max(map(len, lines)) <= COLUMNS:
                yield Slide(output=nbformat.from_dict({**output, "text": "\n".join(lines)}))


# ---- A whole lesson ----


def slides(lesson: NotebookNode) -> list[Slide]:
    """Return the slides of a lesson, in its order."""
    made: list[Slide] = []
    where = ""
    for number, cell in enumerate(lesson.cells):
        is_text = cell.cell_type == "markdown"
        said = cell.source if is_text else read_out(lesson.cells[number:])
        for slide in text_slides(cell.source) if is_text else output_slides(cell):
            begins = slide.text.startswith(("# ", "## "))
            where = slide.text.partition("\n")[0].lstrip("# ") if begins else where
            made.append(replace(slide, where="" if begins else where, notes=f"{slide.notes}\n\n{said}".strip()))
    return joined(made)


def read_out(cells: list[NotebookNode]) -> str:
    """Return the text that follows what a cell puts out, up to the next section: a lesson reads there what has come out."""
    text = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
    return re.split(r"^## ", text, flags=re.MULTILINE)[0].strip()


def joined(apart: list[Slide]) -> list[Slide]:
    """Return slides where a short sentence stands above the figure, or above what is printed, to which it led."""
    made: list[Slide] = []
    for slide in apart:
        if slide.output is not None and made and _leads_to(made[-1], slide.output):
            said = made.pop()
            made.append(replace(slide, text=said.text, notes=f"{said.notes}\n\n{slide.notes}".strip()))
        else:
            made.append(slide)
    return made


def _leads_to(slide: Slide, output: NotebookNode) -> bool:
    """Return whether a slide is a short sentence or two from the end of a text, with nothing to think about before going on."""
    if slide.output is not None or slide.answer or not _is_prose(slide.text) or "$$" in slide.text:
        return False
    if slide.text.startswith(("**Predict", "**Your turn")) or len(slide.text) > (
        FULL / 2 if output.output_type == "stream" else SHORT
    ):
        return False
    return sentences(slide.text)[-1] in " ".join(blocks(slide.notes)[-1].split())


def deck(lesson: NotebookNode) -> NotebookNode:
    """Return the slides of a lesson as a notebook that is marked for nbconvert's slides."""
    cells: list[NotebookNode] = []
    column = ""
    for slide in slides(lesson):
        begins = not slide.where and slide.text.partition("\n")[0] != column
        column = slide.text.partition("\n")[0] if begins else column
        cells.append(_marked(new_markdown_cell(slide.text), "slide" if begins else "subslide", where=slide.where))
        if slide.output is not None:
            columns = max(map(len, slide.output.get("text", "").splitlines()), default=1)
            size = min(LARGEST, int(WIDTH / LETTER / columns))
            cells.append(_marked(new_code_cell(outputs=[slide.output]), "-", size=size, below=bool(slide.text)))
        cells.append(_marked(new_markdown_cell(slide.notes), "notes"))  # in front of the answer, or they would be its notes
        if slide.answer:
            cells.append(_marked(new_markdown_cell(slide.answer), "fragment"))
    made = new_notebook(cells=cells)
    made.metadata.title = lesson.cells[0].source.partition("\n")[0].lstrip("# ")
    return made


def _marked(cell: NotebookNode, slide_type: str, **told: Any) -> NotebookNode:
    cell.metadata = nbformat.from_dict({"slideshow": {"slide_type": slide_type}, **told})
    if cell.cell_type == "markdown":
        cell.source = re.sub(r"</?dfn>", "**", cell.source)
    return cell


def slide_html(markdown: str) -> str:
    """Return Markdown as HTML, in which no line begins with the full stop behind a formula."""
    return re.sub(r"(?<=</svg>)(?=[.,;:?!)])", "\N{WORD JOINER}", as_html(markdown))


class CourseSlides(SlidesExporter):
    """Slides with the template in docs/templates/slides."""

    @property
    def default_config(self) -> Any:
        """Return nbconvert's, with our template and filters."""
        config = super().default_config
        config.CourseSlides.template_name = "slides"
        config.CourseSlides.extra_template_basedirs = [str(ROOT / "docs" / "templates")]
        config.CourseSlides.filters = {"markdown2html": slide_html}
        return config


def html(lesson: NotebookNode) -> str:
    """Return the slides of a lesson as a page that needs the folder reveal.js beside it, and nothing else."""
    page, _ = CourseSlides().from_notebook_node(deck(lesson))
    return str(page)


def copy_reveal(target: Path) -> None:
    """Copy what the slides need of reveal.js, with its licence."""
    source = Path(str(files("sphinx_revealjs"))) / "_static" / "revealjs"
    for name in REVEAL:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    shutil.copytree(source / FONTS, target / FONTS, dirs_exist_ok=True)


def lessons() -> list[Path]:
    """Return the notebooks of the lessons that slides are made of: all but lesson 00, which one goes through alone."""
    return [path for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")) if not path.name.startswith("00")]


def main() -> None:
    """Write the slides of all lessons into build/slides."""
    BUILT.mkdir(parents=True, exist_ok=True)
    copy_reveal(BUILT / "reveal.js")
    for path in lessons():
        with written_whole(BUILT / f"{path.stem}.html") as file:
            file.write(html(nbformat.read(path, as_version=4)).encode("utf-8"))
        print(f"build/slides/{path.stem}.html")


if __name__ == "__main__":
    main()
