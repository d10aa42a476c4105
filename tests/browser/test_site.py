"""The site as it is built: what a reader meets in a browser, with or without seeing it, and that nobody else is asked.

Run by `make test-browser`, which builds the site anew.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from docs.site.__main__ import SITE
from docs.site.places import ROOT
from docs.site.screenshots import KINDS
from docs.site.serving import served
from tests.notebooks.test_exercises import NAMES, solution_lines

pytestmark = pytest.mark.slow

LESSONS = sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))
BUILD_SECONDS = 120
MEGABYTES = 60


@pytest.fixture(scope="session")
def seconds_to_build() -> float:
    """Build the site; how long a processor worked on it, which does not depend on what else the machine does."""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    built = subprocess.run([sys.executable, "-m", "docs.site"], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime


@pytest.fixture(scope="session")
def site(seconds_to_build: float) -> Iterator[str]:
    with served(SITE) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of the browser that may ask the site alone; whatever else it asks for fails the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)  # milliseconds; a busy machine is slow
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.on("websocket", lambda socket: asked.add(socket.url))
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    page.close()
    assert {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")} <= {urlsplit(site).netloc}
    assert failed == []


def test_the_site_is_small_and_built_soon(seconds_to_build: float):
    assert seconds_to_build < BUILD_SECONDS
    assert sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) < MEGABYTES * 1e6


def dead_links(folder: Path) -> list[str]:
    """Return the links of the pages in a folder that lead to no file, or to no place in it, or to a machine of this one's."""
    files = [
        path for path in folder.rglob("*.html") if "_static" not in path.parts
    ]  # there the theme has a template of its own
    pages = {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in files}
    places = {
        path: {"", "#"}
        | {tag["id"] for tag in page.find_all(id=True)}
        | {tag["name"] for tag in page.find_all("a", attrs={"name": True})}
        for path, page in pages.items()
    }
    dead = []
    for path, page in pages.items():
        for tag in page.find_all(["a", "img", "script", "link", "source", "iframe"]):
            target = tag.get("href") or tag.get("src") or ""
            if urlsplit(target).scheme in ("http", "https") and tag.name == "a":
                continue  # a link that a reader may follow; the page itself asks for nothing
            address, place = urldefrag(urljoin(path.as_uri(), target))
            found = Path(unquote(urlsplit(address).path))
            if urlsplit(address).scheme not in ("file", "data", "mailto"):
                dead.append(f"{path.relative_to(folder)} asks {target}")
            elif urlsplit(address).scheme == "file" and not found.is_file():
                dead.append(f"{path.relative_to(folder)} -> {target}")
            elif found in places and unquote(place) not in places[found]:
                dead.append(f"{path.relative_to(folder)} -> {target}: no such place")
    return dead


def test_no_link_is_dead(site: str):
    assert dead_links(SITE) == []


def test_a_dead_link_would_be_found(tmp_path: Path):
    (tmp_path / "a.html").write_text(
        '<p id="here"></p><a href="#here">1</a><a href="#there">2</a><a href="b.html">3</a><img src="none.png"><a href="">4</a>'
        '<script src="https://example.org/x.js"></script><a href="https://example.org">5</a>'
    )
    assert [line.partition(" ")[2] for line in dead_links(tmp_path)] == [
        "-> #there: no such place", "-> b.html", "-> none.png", "asks https://example.org/x.js",
    ]  # fmt: skip


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem[:2])
def test_the_alternative_text_of_each_figure_is_its_description(lesson: Path, page: Page, site: str):
    outputs = [output for cell in nbformat.read(lesson, as_version=4).cells for output in cell.get("outputs", [])]
    told = [
        (metadata["alt"], metadata["width"], metadata["height"])
        for output in outputs
        for kind, metadata in output.get("metadata", {}).items()
        if kind.startswith("image/")
    ]
    page.goto(f"{site}/lessons/{lesson.stem}.html")
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.wait_for_function("[...document.images].every(image => image.complete)")
    figures = page.locator(".cell_output img")
    seen = figures.evaluate_all(
        "images => images.map(i => [i.alt, Number(i.getAttribute('width')), Number(i.getAttribute('height'))])"
    )
    assert [tuple(figure) for figure in seen] == told
    assert all(width > 0 for width in figures.evaluate_all("images => images.map(image => image.naturalWidth)"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem[:2])
def test_formulas_are_drawn_and_spoken(lesson: Path, page: Page, site: str):
    page.goto(f"{site}/lessons/{lesson.stem}.html")
    formulas = page.locator(".bd-article .math").count()
    page.wait_for_function("count => document.querySelectorAll('.math mjx-container').length >= count", arg=formulas)
    assert page.locator("mjx-merror").count() == 0
    assert page.locator(".math mjx-container > mjx-assistive-mml > math").count() == page.locator(".math mjx-container").count()
    assert formulas or lesson.stem.startswith("00")
    dollars = page.locator(".bd-article").evaluate(
        "article => { article.querySelectorAll('pre, code, script').forEach(tag => tag.remove()); return article.innerText; }"
    )
    assert "$" not in dollars


@pytest.mark.parametrize("name", KINDS)
def test_a_phone_shows_a_page_without_scrolling_sideways(name: str, page: Page, site: str):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/{name}.html", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing_serious(name: str, scheme: str, page: Page, site: str):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/{name}.html", wait_until="networkidle")
    found = Axe().run(page, options={"preload": False}).response["violations"]  # it would ask for style sheets at wrong places
    assert [
        (violation["id"], node["html"][:200], node.get("failureSummary"))
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:5]
    ] == []


def test_headings_are_in_order(site: str):
    for path in SITE.rglob("*.html"):
        if "_static" in path.parts:
            continue  # a template of the theme
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for on_paper_alone in page.select("#jb-print-docs-body"):  # the title once more
            on_paper_alone.extract()
        levels = [int(heading.name[1]) for heading in page.select("main :is(h1, h2, h3, h4, h5, h6)")]
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
        assert page.title.get_text(strip=True), path


def test_keys_lead_through_a_page_and_show_where_they_are(page: Page, site: str):
    page.goto(f"{site}/lessons/{LESSONS[1].stem}.html", wait_until="networkidle")
    at = "document.activeElement"
    stops = []
    for number in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            f"""() => {{
                const style = getComputedStyle({at}), box = {at}.getBoundingClientRect();
                const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
                return {{ what: {at}.outerHTML.slice(0, 200), marked, there: box.width > 0 && box.height > 0 }};
            }}"""
        )
        assert seen["marked"], seen
        assert seen["there"], seen
        if number == 0:
            assert page.evaluate(f"{at}.getAttribute('href')") == "#main-content"
        stops.append(seen["what"])
    assert len(set(stops)) > 50  # on and on, and in no circle


def test_more_room_between_letters_cuts_nothing_off(page: Page, site: str):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/index.html", wait_until="networkidle")
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
        "p { margin-bottom: 2em !important; }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    boxes = page.locator("main :is(p, li, h1, h2, h3, a, span)")
    hides = "tag => getComputedStyle(tag).overflow === 'hidden' && tag.scrollHeight > tag.clientHeight + 2"
    cut = boxes.evaluate_all(f"tags => tags.filter({hides}).map(tag => tag.outerHTML.slice(0, 200))")
    assert cut == []


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_is_on_the_pages_for_learners(name: str, site: str):
    lines = [line for line in solution_lines(name)[0] if len(line) > 40]
    assert lines
    for path in (SITE / "exercises").glob("0*.html"):
        words = " ".join(BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").get_text().split())
        assert [line for line in lines if " ".join(line.split()) in words] == [], path


def test_what_moves_comes_alive_in_the_place_of_its_still_picture(page: Page, site: str):
    page.goto(f"{site}/lessons/{LESSONS[1].stem}.html", wait_until="networkidle")
    figure = page.locator("figure.moving").first
    figure.locator(".live input[type=range]").first.wait_for()
    assert not figure.locator("> img").is_visible()


def test_without_javascript_the_still_picture_stands_there(browser: Browser, site: str):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/lessons/{LESSONS[1].stem}.html")
    assert page.locator("figure.moving > img").first.is_visible()
    page.close()


def test_search_finds_a_word(page: Page, site: str):
    page.goto(f"{site}/search.html?q=triplet")
    page.locator("#search-results li a", has_text="Triplet loss").first.wait_for()
