"""The page of feedback: points that wait are no 0, entries have names, and nothing in it makes a browser reach out."""

import re
import shutil
from html.parser import HTMLParser

import nbformat
import pytest
from jinja2 import Environment
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.api import Gradebook
from traitlets.config import Config

from course_utils.grading import pages
from course_utils.grading.configuration import configure
from course_utils.grading.pages import Entry, FeedbackExporter, as_html, summary, titles
from tests.grading.corpus.courses import grade_by_hand, named, new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET, STUDENT = "01_exercises", "rosa"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def cells():
    return [
        named(new_markdown_cell("## 1. The `distance` $D$ (2 points)\n\nWrite f."), "q-f"),
        named(new_code_cell("def f():\n    return 1"), "f", solution=True),
        named(new_code_cell('check("f", f)'), "check-f", points=2),
        named(new_markdown_cell("## 2. Why? (3 points)\n\nSay it."), "q-why"),
        named(new_markdown_cell("Because."), "w-why", points=3, solution=True),
    ]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a course with a release and a gradebook, in which a check is right and a written answer waits."""
    root = tmp_path_factory.mktemp("course")
    address = new_gradebook(root, SET, [STUDENT])
    comment(address, "See $x^2$ <b>and</b> ![](http://evil.example/c.png)")
    grade_by_hand(address, SET, STUDENT, "check-f", auto_score=2)
    grade_by_hand(address, SET, STUDENT, "w-why", waits=True)
    path = root / "release" / SET / f"{SET}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells()), path)
    return root


def comment(address, words):
    with Gradebook(address, "faces-and-style") as gradebook:
        gradebook.find_comment("w-why", SET, SET, STUDENT).manual_comment = words
        gradebook.db.commit()


def page(root, notebook_cells=None):
    """Return the page as nbgrader's own command makes it, with its settings and preprocessors."""
    config = Config()
    configure(config, root)
    exporter = config.GenerateFeedback.exporter_class(config=config)
    for preprocessor in config.GenerateFeedback.preprocessors:
        exporter.register_preprocessor(preprocessor, enabled=True)
    where = {"assignment": SET, "student": STUDENT, "notebook": SET, "db_url": config.CourseDirectory.db_url}
    notebook = new_notebook(cells=cells() if notebook_cells is None else notebook_cells)
    text, _ = exporter.from_notebook_node(notebook, {"nbgrader": where})
    return text


class Page(HTMLParser):
    """What a page is made of: its tags with their attributes, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data

    def all(self, wanted):
        return [attributes for tag, attributes in self.tags if tag == wanted]


# ---- Points and names ----


def test_points_that_wait_for_a_human_are_told_apart(course):
    text = page(course)
    assert "2 of 2 points. 3 points wait for a human to read." in text
    assert "3 points; a human has yet to read it" in text
    assert "0 of 3" not in text


def test_once_they_are_given_they_count(course, tmp_path):
    shutil.copytree(course, tmp_path, dirs_exist_ok=True)
    grade_by_hand(f"sqlite:///{tmp_path / 'gradebook.db'}", SET, STUDENT, "w-why", manual_score=2.5)
    text = page(tmp_path)
    assert '<p class="summary">4.5 of 5 points.</p>' in text
    assert "2.5 of 3 points" in text
    assert "human" not in text


@pytest.mark.parametrize(
    ("entries", "penalty", "told"),
    [
        ([(8, 15, False), (0, 3, True)], 0, "8 of 15 points. 3 points wait for a human to read."),
        ([(0, 3, True)], 0, "3 points wait for a human to read."),
        ([(2.5, 3, True), (1, 1, False)], 0, "1 of 1 point. 3 points wait for a human to read."),
        (
            [(1, 2, False), (0, 1, True)],
            1,
            "0 of 2 points. For coming late, 1 is taken off. 1 point waits for a human to read.",
        ),
        ([(1, 2, False)], 1.5, "0 of 2 points. For coming late, 1.5 are taken off."),
        ([], 0, "0 of 0 points."),
    ],
)
def test_all_points_in_words(entries, penalty, told):
    assert summary([Entry("c", "c", *entry) for entry in entries], penalty) == told


def test_entries_have_the_names_of_their_exercises_and_lead_to_them(course):
    seen = Page(page(course))
    links = [attributes["href"] for attributes in seen.all("a")]
    assert links == ["#check-f", "#w-why"]
    assert {attributes["id"] for _, attributes in seen.tags if "id" in attributes} >= {"check-f", "w-why"}
    assert "f: The distance D" in seen.words
    assert "Why?" in seen.words
    assert "Test cell" not in seen.words


def test_a_name_comes_from_what_was_handed_out_wherever_the_cell_stands_now(course):
    moved = [new_markdown_cell("# 100 of 100 points"), *reversed(cells())]
    assert "f: The distance D" in Page(page(course, moved)).words


def test_a_cell_without_a_heading_keeps_its_own_name():
    release = new_notebook(cells=[named(new_code_cell("check('g', g)"), "check-g", 1), named(new_markdown_cell(""), "w", 1)])
    assert titles(release) == {"check-g": "g", "w": "w"}


def test_what_a_human_has_said_is_there(course):
    assert "See" in page(course)
    assert "<b>and</b>" in page(course)


def test_what_was_made_harmless_before_is_shown_as_it_was_typed():
    seen = Page(as_html('1 < 2 &amp; &lt;img src="http://evil.example/x"&gt; <b>bold</b>'))
    assert seen.words.strip() == '1 < 2 & <img src="http://evil.example/x"> bold'
    assert {tag for tag, _ in seen.tags} == {"p", "b"}


@pytest.mark.parametrize(
    "text",
    ["<http://a.example/b>", "http://a.example/b", "[http://a.example/b](http://a.example/b)", "[x](y.ipynb)", "[x](#y)"],
)
def test_an_address_is_told_once_and_one_within_the_course_not_at_all(text):
    words = Page(as_html(text)).words.strip()
    assert words in ("http://a.example/b", "x")


# ---- What is shown ----


def test_what_earns_the_points_is_for_the_one_who_grades(course):
    graded = cells()
    graded[3].source += "\n\n<!-- BEGIN MARK SCHEME -->\nA reason.\n<!-- END MARK SCHEME -->"
    assert "A reason." not in page(course, graded)
    assert "Say it." in page(course, graded)
    shown = as_html(graded[3].source)  # as in the formgrader
    assert "A reason." in shown
    assert "MARK SCHEME" not in shown


def test_long_messages_are_wrapped(course):
    assert re.search(r"pre \{[^}]*white-space: pre-wrap; overflow-wrap: anywhere", page(course))


def test_formulas_are_in_the_page(course):
    text = page(course, [new_markdown_cell("With $\\tau < 1$ and\n\n$$\\frac{a}{b}$$\n\n\\begin{equation}c\\end{equation}")])
    assert [one["aria-label"] for one in Page(text).all("svg")] == ["\\tau < 1", "\\frac{a}{b}", "c"]
    assert "$" not in Page(text).words


def test_a_figure_has_its_description(course):
    words = 'Two curves, "far" and frr, that cross at 10%.'
    outputs = [
        {"output_type": "display_data", "data": {kind: PNG, "text/plain": words}, "metadata": {kind: {"alt": words}}}
        for kind in ("image/png", "image/jpeg")
    ] + [{"output_type": "display_data", "data": {"image/png": PNG}, "metadata": {}}]
    text = page(course, [new_code_cell("draw()", outputs=[from_dict(output) for output in outputs])])
    assert [one["alt"] for one in Page(text).all("img")] == [words, words, "A picture without a description"]


def test_a_picture_in_an_answer_is_shown_and_a_lost_one_is_told(course):
    cell = new_markdown_cell('![my "curve"](attachment:a.png) ![lost](attachment:b.png) ![](c.png)')
    cell.attachments = {"a.png": {"image/png": PNG}}
    seen = Page(page(course, [cell]))
    assert seen.all("img") == [{"src": f"data:image/png;base64,{PNG}", "alt": 'my "curve"'}]
    assert "left out here: lost]" in seen.words


def test_no_character_goes_unseen(course):
    sign = "\x1b[31m \x1b]0;t\x07 \x08 \u202e \u2066 \x9b \x00 \x7f"
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"x{sign}y"]}
    stream = {"output_type": "stream", "name": "stdout", "text": f"x{sign}y\r\nz\rw"}
    plain = {"output_type": "display_data", "data": {"text/plain": f"x{sign}y"}, "metadata": {}}
    code = new_code_cell(f"x = 'x{sign}y'", outputs=[from_dict(output) for output in (error, stream, plain)])
    text = page(course, [code, new_markdown_cell(f"x{sign}y")])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "z\nw" in text


# ---- Nothing reaches out ----

EVIL = "http://evil.example"
MARKDOWN = f"""
![picture]({EVIL}/a.png) ![ref][r] [link]({EVIL}/b) <{EVIL}/c> {EVIL}/d [js](javascript:alert(1))

[r]: {EVIL}/e.png

<img src="{EVIL}/f.png"> <b onclick="x" style="background:url({EVIL}/g)">bold</b> <b>bold</b>

<iframe src="{EVIL}/h"></iframe>

<style>@import url({EVIL}/i);</style>

<link rel="stylesheet" href="{EVIL}/j">

<div style="background: url('{EVIL}/k')">x</div>

<svg><image href="{EVIL}/l"/></svg>

```mermaid
</pre><img src="{EVIL}/m.png"><script src="{EVIL}/n"></script>
```

```html
<img src="{EVIL}/o.png">
```

- [ ] <video poster="{EVIL}/p" src="{EVIL}/q"></video>

$\\text{{</svg><img src={EVIL}/r>}}$ and $"><img src={EVIL}/s>$

| a |
| - |
| <object data="{EVIL}/t"></object> |
"""
OUTPUTS = [
    {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": f'<img src="{EVIL}/1"><script src="{EVIL}/2"></script>'},
    },
    {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": f'<svg><image href="{EVIL}/3"/></svg>'}},
    {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": f'fetch("{EVIL}/4")'}},
    {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": f"![x]({EVIL}/5)"}},
    {"output_type": "display_data", "metadata": {}, "data": {"text/latex": f"\\href{{{EVIL}/6}}"}},
    {"output_type": "display_data", "metadata": {"image/png": {"alt": f'"><img src="{EVIL}/7">'}}, "data": {"image/png": PNG}},
    {"output_type": "display_data", "metadata": {"filenames": {"image/png": f"{EVIL}/8"}}, "data": {"image/png": PNG}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/png": f'"><img src="{EVIL}/9">'}},
    {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": f'<img src="{EVIL}/10">'}},
    {"output_type": "stream", "name": "stderr", "text": f'<img src="{EVIL}/11">'},
    {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f'<img src="{EVIL}/12">']},
    {"output_type": "display_data", "metadata": {}, "data": {"application/pdf": "AAAA"}},
]


def hostile():
    return [
        new_markdown_cell(MARKDOWN),
        new_code_cell(f'"<img src={EVIL}>"', outputs=[from_dict(output) for output in OUTPUTS]),
        new_raw_cell(f'<img src="{EVIL}/raw">', metadata={"raw_mimetype": "text/html"}),
        *cells(),
    ]


def test_whatever_a_notebook_holds_its_page_asks_nobody(course):
    text = page(course, hostile())
    seen = Page(text)
    assert {tag for tag, _ in seen.tags}.isdisjoint(
        {"script", "link", "iframe", "object", "embed", "video", "audio", "source", "image", "use", "base", "form"}
    )
    for tag, attributes in seen.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "srcset", "href", "xlink:href", "poster", "data", "background", "action", "style"):
                assert re.match(r"#|data:image/(png|jpeg);base64,|width:|display:", value), (tag, name, value)
    assert re.findall(r"url\(|@import", "".join(re.findall(r"<style>.*?</style>", text, re.DOTALL))) == []
    assert [one.get("content") for one in seen.all("meta") if one.get("http-equiv") == "Content-Security-Policy"] == [
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    ]


def test_the_words_of_a_hostile_notebook_are_still_there(course):
    words = Page(page(course, hostile())).words
    for part in ("bold", f"link ({EVIL}/b)", f"{EVIL}/c", '<iframe src="', "left out here: picture]", "<video"):
        assert part in words
    assert f"{EVIL}/a.png" not in words


def test_the_page_is_whole(course):
    assert page(course).rstrip().endswith("</html>")
    assert page(course, [])
    assert FeedbackExporter().template_name == "feedback"


def test_the_templates_are_compiled_for_the_first_page_alone(course, monkeypatch):
    compiled, compile_one = [], Environment.compile

    def note(self, source, name=None, *more, **options):
        compiled.append(name)
        return compile_one(self, source, name, *more, **options)

    first = Page(page(course)).words
    monkeypatch.setattr(Environment, "compile", note)
    assert Page(page(course)).words == first
    assert compiled == []
    monkeypatch.setattr(pages, "COMPILED", pages.Compiled())
    assert Page(page(course)).words == first
    assert len(compiled) > 3
