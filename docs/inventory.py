r"""Writes the concept inventory for learning platforms and for print: `make inventory`.

The questions are in docs/instructor/inventory/questions.toml. Moodle XML is as Moodle's importer reads it, in its source at
00055ef; formulas stand between \( and \), where its MathJax filter finds them. QTI is 1.2, by text2qti, with formulas as Canvas
draws them. The pages to print draw theirs themselves. Options stand in alphabetical order on paper; the platforms shuffle them.
"""

import textwrap
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from course_utils.data.files import written_whole
from course_utils.grading.pages import as_html
from docs.questions import FORMS, SOURCE, Option, questions

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "build" / "inventory"
LETTERS = "abcd"
TITLE = "Faces & Style, concept inventory, form {}"
WELCOME = (
    "Thirteen questions, one right answer each. There are no points: answer what you think. Paper and a calculator are welcome."
)


# ---- Moodle ----


class _MoodleRenderer(IPythonRenderer):
    """Markdown as HTML, with formulas as Moodle finds them."""

    def inline_math(self, body: str) -> str:
        return rf"\({escape(body)}\)"


def moodle_html(markdown: str) -> str:
    """Return Markdown as HTML for Moodle."""
    return str(MarkdownWithMath(renderer=_MoodleRenderer(escape=True)).render(markdown)).strip()


def moodle(form: str) -> bytes:
    """Return a form as Moodle XML."""
    quiz = ElementTree.Element("quiz")
    category = ElementTree.SubElement(ElementTree.SubElement(quiz, "question", type="category"), "category")
    ElementTree.SubElement(category, "text").text = f"$course$/top/{TITLE.format(form)}"
    for question in questions(form):
        item = ElementTree.SubElement(quiz, "question", type="multichoice")
        ElementTree.SubElement(
            ElementTree.SubElement(item, "name"), "text"
        ).text = f"{form}{question.number:02d} {question.title}"
        _text(item, "questiontext", question.stem)
        _text(item, "generalfeedback", question.why)
        plain = {"defaultgrade": "1", "penalty": "0", "single": "true", "shuffleanswers": "true", "answernumbering": "abc"}
        for name, value in plain.items():
            ElementTree.SubElement(item, name).text = value
        for option in question.options:
            answer = _text(item, "answer", option.text)
            answer.set("fraction", "0" if option.mistake else "100")
            _text(answer, "feedback", option.feedback)
    ElementTree.indent(quiz)
    return ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n"


def _text(parent: ElementTree.Element, name: str, markdown: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, format="html")
    ElementTree.SubElement(element, "text").text = moodle_html(markdown)
    return element


# ---- QTI ----


def qti_source(form: str) -> str:
    """Return a form in the language of text2qti."""
    parts = [
        f"Quiz title: {TITLE.format(form)}",
        f"Quiz description: {WELCOME}",
        "shuffle answers: true",
        "show correct answers: false",
    ]
    for question in questions(form):
        parts += ["", f"Title: {question.title}", _hanging("1.", question.stem), _hanging("...", question.why)]
        for letter, option in zip(LETTERS, question.options, strict=True):
            mark = f"{letter})" if option.mistake else f"*{letter})"
            parts += [_hanging(mark, option.text), _hanging("...", option.feedback)]
    return "\n".join(parts) + "\n"


def _hanging(mark: str, text: str) -> str:
    return f"{mark:<4}{textwrap.indent(text, '    ').lstrip()}"


def qti(form: str) -> bytes:
    """Return a form as a zip with QTI 1.2."""
    packed: bytes = QTI(Quiz(qti_source(form), config=Config(), source_name=SOURCE.name)).zip_bytes()
    return packed


# ---- Paper ----

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.45 serif; color: #000; background: #fff; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.1rem; margin: 0 0 0.3rem; }}
section {{ break-inside: avoid; margin: 1.8rem 0; }}
table {{ border-collapse: collapse; margin: 0.5rem 0; font-size: 0.9rem; }}
th, td {{ border: 1px solid #767676; padding: 0.1rem 0.6rem; text-align: left; }}
ol {{ list-style: upper-alpha; }} li {{ margin: 0.15rem 0; }} li p {{ margin: 0; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def paper(form: str) -> str:
    """Return a form as a page to print, without answers."""
    parts = [f"<p>{WELCOME}</p>"]
    for question in questions(form):
        options = "".join(f"<li>{as_html(option.text).strip()}</li>" for option in question.options)
        heading = f"<h2>{question.number}. {escape(question.title)}</h2>"
        parts.append(f"<section>{heading}\n{as_html(question.stem)}<ol>{options}</ol></section>")
    return PAGE.format(title=escape(TITLE.format(form)), body="\n".join(parts))


def key() -> str:
    """Return the page with the answers of both forms, and what each wrong one says of who chooses it."""
    parts = []
    for form in FORMS:
        for question in questions(form):
            heading = f"<h2>{form}{question.number}. {escape(question.title)}</h2>"
            options = "".join(f"<li>{_judged(option)}</li>" for option in question.options)
            about = "; ".join(question.objectives)
            parts.append(
                f"<section>{heading}<ol>{options}</ol>{as_html(question.why)}<p>Asks about {escape(about)}.</p></section>"
            )
    return PAGE.format(title="Faces &amp; Style, concept inventory, key", body="\n".join(parts))


def _judged(option: Option) -> str:
    said = (
        f"<b>{option.feedback}</b>"
        if not option.mistake
        else f"<code>{escape(option.mistake)}</code> {as_html(option.feedback)}"
    )
    return f"{as_html(option.text).strip()} {said}"


def files() -> dict[str, bytes]:
    """Return what `make inventory` writes, by name."""
    made = {"key.html": key().encode()}
    for form in FORMS:
        name = f"form_{form.lower()}"
        made |= {f"{name}_moodle.xml": moodle(form), f"{name}_qti.zip": qti(form), f"{name}.html": paper(form).encode()}
    return made


def main() -> None:
    """Write all files into build/inventory."""
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        with written_whole(BUILT / name) as file:
            file.write(content)
        print((BUILT / name).relative_to(ROOT))


if __name__ == "__main__":
    main()
