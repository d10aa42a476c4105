"""Grading in a real browser: what a lecturer sees in the formgrader, what a student gets back, what a class is shown.

Run by `make test-browser`. Screenshots of what was seen are left in build/screenshots/.
"""

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbformat.v4 import output_from_msg
from playwright.sync_api import Browser, Page, expect

from course_utils.grading.command import grade_and_report, report_again
from course_utils.grading.papers import page as page_of_feedback
from course_utils.grading.people import enter_roster
from course_utils.grading.roster import read_roster
from course_utils.plots import DescribedFigure
from tests.browser.pages import patient_page
from tests.grading.corpus.courses import SET, SOLUTIONS, answers, hand_in, make_course
from tests.lab_process import Lab, started

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")]

EVIL = "http://evil.example"
ANSWER = f"""
Because $\\tau \\leq \\frac{{a}}{{b}}$, see [here]({EVIL}/a) and

$$D(x, p) = \\sqrt{{\\sum_k (x_k - p_k)^2}}$$

![a picture]({EVIL}/b.png) <img src="{EVIL}/c.png"> <iframe src="{EVIL}/d"></iframe>
"""
NO_ROOT = "def euclidean(a, b):\n    return ((a - b) ** 2).sum(axis=-1)"
LAB = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--LabApp.news_url=None"]
WORDS = "A point in the middle of an empty figure, drawn by a student."


def notebook_of_rosa(root: Path) -> bytes:
    """One wrong function, an answer full of addresses, a figure of the student's own, a very long line."""
    wrong = SOLUTIONS | {"euclidean": NO_ROOT}
    notebook = nbformat.reads(answers(root, **wrong, **{"w-why": ANSWER}).decode(), as_version=4)
    figure = DescribedFigure(WORDS, (4, 3))
    figure.subplots().plot([1], [1], "o")
    kind, file = figure.file()
    content = {"data": {kind: base64.b64encode(file).decode()}, "metadata": {kind: {"alt": WORDS}}, "transient": {}}
    notebook.cells[-1].outputs = [
        output_from_msg({"header": {"msg_type": "display_data"}, "content": content}),
        output_from_msg({"header": {"msg_type": "stream"}, "content": {"name": "stdout", "text": "x" * 3000}}),
    ]
    return nbformat.writes(notebook).encode()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course, graded: one student with a wrong function and an answer to read, one with nothing."""
    root = make_course(tmp_path_factory.mktemp("course"))
    hand_in(root, "rosa", notebook_of_rosa(root))
    hand_in(root, "li", answers(root))
    (root / "roster.csv").write_text("student_id,full name\nrosa,Rosa Lux\n")
    enter_roster(root, read_roster(root / "roster.csv"))
    assert grade_and_report(root, SET, None) == 0
    return root


@pytest.fixture(scope="module")
def lab(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "home").mkdir()
    with started(folder, LAB, cwd=course, PYTHONPATH=str(Path(__file__).resolve().parents[2]), JUPYTER_TOKEN="a-token") as lab:
        yield lab


class Watched:
    """A page, and all addresses that it has asked for."""

    def __init__(self, page: Page) -> None:
        self.page, self.asked = page, []
        page.on("request", lambda request: self.asked.append(request.url))

    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.asked if urlsplit(url).scheme != "data"}


@pytest.fixture
def window(browser: Browser) -> Iterator[Watched]:
    watched = Watched(patient_page(browser, viewport={"width": 1280, "height": 900}))
    yield watched
    watched.page.close()


def test_the_formgrader_shows_names_and_takes_points(window: Watched, lab: Lab, course: Path, screenshots: Path):
    address = urlsplit(lab.wait_for(r"http://127\.0\.0\.1:\d+/lab"))
    formgrader = f"{address.scheme}://{address.netloc}/formgrader"
    page = window.page
    page.goto(f"{address.scheme}://{address.netloc}/lab?token=a-token")
    page.goto(f"{formgrader}/manage_submissions/{SET}")
    table = page.locator("#main-table")
    expect(table).to_contain_text("Lux, Rosa")
    expect(table).to_contain_text("li")
    assert "None," not in table.inner_text()  # in the place of a name; a time that is not known is None too
    page.screenshot(path=screenshots / "formgrader_list.png")

    page.goto(f"{formgrader}/gradebook/{SET}/{SET}")
    row = page.locator("#main-table tr", has_text="5 / 8").or_(page.locator("#main-table tr", has_text="3 / 8"))
    row.locator("a.name-hidden").click()
    answer = page.locator(".nbgrader_cell", has_text="Because")
    expect(answer.locator("svg[role=img]")).to_have_count(2)
    expect(answer).to_contain_text("left out here: a picture")
    answer.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "formgrader_answer.png")
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        answer.locator("input.score.needs_manual_grade").fill("2.5")  # marked so by the script that saves it: it is there
        answer.locator("textarea").click()
    assert window.hosts() == {address.netloc}
    said = lab.output()
    assert "CRITICAL" not in said
    assert not re.search(r"^\[C ", said, re.MULTILINE), said

    assert "3 points wait for a human" in page_of_feedback(course, SET, "rosa").read_text("utf-8")
    assert report_again(course, SET) == 0
    assert "5.5 of 8 points." in page_of_feedback(course, SET, "rosa").read_text("utf-8")
    assert re.search(r"^\| rosa \| 5\.5 \| 8 \| 0 \|", (course / "reports" / f"{SET}.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("width", [1280, 400])
def test_a_page_of_feedback_is_whole_without_a_network(window: Watched, course: Path, screenshots: Path, width: int):
    page = window.page
    page.set_viewport_size({"width": width, "height": 900})
    page.context.set_offline(True)
    page.goto(page_of_feedback(course, SET, "rosa").as_uri())
    assert [url for url in window.asked if not url.startswith("data:")] == [page_of_feedback(course, SET, "rosa").as_uri()]
    expect(page.locator("table a")).to_have_text(["euclidean", "gram_matrix", "w-why"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width  # nothing is cut off at the right
    for formula in page.locator("svg[role=img]").all():
        box = formula.bounding_box()
        assert box["width"] > 20
        assert 10 < box["height"] < 80
    figure = page.get_by_alt_text(WORDS)
    assert figure.evaluate("image => image.naturalWidth") > 300
    expect(page.get_by_text("That is the squared distance")).to_be_visible()
    page.screenshot(path=screenshots / f"feedback_{width}.png", full_page=True)


def test_the_page_of_a_class_shows_its_figure(window: Watched, course: Path, screenshots: Path):
    path = course / "reports" / f"{SET}_mistakes.html"
    window.page.goto(path.as_uri())
    assert [url for url in window.asked if not url.startswith("data:")] == [path.as_uri()]
    assert window.page.locator("img").evaluate("image => image.naturalWidth") > 300
    window.page.screenshot(path=screenshots / "class.png", full_page=True)
