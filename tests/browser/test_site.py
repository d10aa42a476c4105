"""The site as it is built: what a reader meets in a browser, with or without seeing it, and that nobody else is asked.

Run by `make test-browser`, which builds the site anew.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from course_utils.explorables import MIME
from docs.site.__main__ import SITE
from docs.site.places import ROOT
from docs.site.serving import served
from tests.browser import explorable_page
from tests.browser.pages import patient_page
from tests.notebooks.test_exercises import NAMES, solution_lines

pytestmark = pytest.mark.slow

LESSONS = sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
BUILD_SECONDS = 120
MEGABYTES = 60
# One page of each kind.
KINDS = (
    "index", "lessons/01_distance_and_threshold", "lessons/08_neural_style_transfer", "exercises/03_exercises",
    "exercises/assignments", "gallery", "data", "contributing", "search", "glossary", "formulas", "results", "reference/faces",
    "instructor/readme", "accessibility",
)  # fmt: skip


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


@contextmanager
def asking_the_site_alone(browser: Browser, site: str) -> Iterator[Page]:
    """Hand over a page of the browser that may ask the site alone; whatever else it asks for fails the test in the end."""
    page = patient_page(browser, viewport=DESK)
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


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with asking_the_site_alone(browser, site) as page:
        yield page


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem[:2])
def lesson(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[tuple[Path, Page]]:
    """The file of a lesson, and its page, opened once for several tests."""
    with asking_the_site_alone(browser, site) as page:
        page.goto(f"{site}/lessons/{request.param.stem}.html")
        yield request.param, page


@pytest.fixture(scope="module", params=KINDS)
def of_a_kind(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A page of each kind, opened once for several tests."""
    with asking_the_site_alone(browser, site) as page:
        page.goto(f"{site}/{request.param}.html", wait_until="networkidle")
        yield page


@pytest.fixture(scope="module")
def parsed(site: str) -> dict[Path, BeautifulSoup]:
    """All pages that the site is made of."""
    return parsed_pages(SITE)


def parsed_pages(folder: Path) -> dict[Path, BeautifulSoup]:
    """Return the pages in a folder; in `_static` the theme has a template of its own, which is none."""
    paths = [path for path in folder.rglob("*.html") if "_static" not in path.parts]
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in paths}


def test_the_site_is_small_and_built_soon(seconds_to_build: float):
    assert seconds_to_build < BUILD_SECONDS
    assert sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) < MEGABYTES * 1e6


def dead_links(folder: Path, pages: dict[Path, BeautifulSoup]) -> list[str]:
    """Return the links of the pages in a folder that lead to no file, or to no place in it, or to a machine of this one's."""
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


def test_no_link_is_dead(parsed: dict[Path, BeautifulSoup]):
    assert dead_links(SITE, parsed) == []


def test_a_dead_link_would_be_found(tmp_path: Path):
    (tmp_path / "a.html").write_text(
        '<p id="here"></p><a href="#here">1</a><a href="#there">2</a><a href="b.html">3</a><img src="none.png"><a href="">4</a>'
        '<script src="https://example.org/x.js"></script><a href="https://example.org">5</a>'
    )
    assert [line.partition(" ")[2] for line in dead_links(tmp_path, parsed_pages(tmp_path))] == [
        "-> #there: no such place", "-> b.html", "-> none.png", "asks https://example.org/x.js",
    ]  # fmt: skip


def test_the_alternative_text_of_each_figure_is_its_description(lesson: tuple[Path, Page]):
    path, page = lesson
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    told = [
        (metadata["alt"], metadata["width"], metadata["height"])
        for output in outputs
        for kind, metadata in output.get("metadata", {}).items()
        if kind.startswith("image/")
    ]
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.wait_for_function("[...document.images].every(image => image.complete)")
    figures = page.locator(".cell_output img")
    seen = figures.evaluate_all(
        "images => images.map(i => [i.alt, Number(i.getAttribute('width')), Number(i.getAttribute('height'))])"
    )
    assert [tuple(figure) for figure in seen] == told
    assert all(width > 0 for width in figures.evaluate_all("images => images.map(image => image.naturalWidth)"))


def test_formulas_are_drawn_and_spoken(lesson: tuple[Path, Page]):
    path, page = lesson
    formulas = page.locator(".bd-article .math").count()
    page.wait_for_function("count => document.querySelectorAll('.math mjx-container').length >= count", arg=formulas)
    assert page.locator("mjx-merror").count() == 0
    assert page.locator(".math mjx-container > mjx-assistive-mml > math").count() == page.locator(".math mjx-container").count()
    assert formulas or path.stem.startswith("00")
    dollars = page.locator(".bd-article").evaluate(
        "article => { const copy = article.cloneNode(true); "
        "copy.querySelectorAll('pre, code, script').forEach(tag => tag.remove()); return copy.textContent; }"
    )
    assert "$" not in dollars


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: str, of_a_kind: Page):
    of_a_kind.emulate_media(color_scheme=scheme)
    changed = "scheme => document.documentElement.dataset.theme === scheme && !document.getAnimations().length"
    of_a_kind.wait_for_function(changed, arg=scheme)
    options = {
        "preload": False,
        "resultTypes": ["violations"],
    }  # to load beforehand, it would ask for style sheets at wrong places
    if scheme == "dark":
        options["runOnly"] = ["color-contrast", "link-in-text-block"]  # nothing else is another
    found = Axe().run(of_a_kind, options=options).response["violations"]
    assert [
        (violation["id"], node["html"][:200], node.get("failureSummary"))
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:5]
    ] == []


# Buttons and pictures that touch the next one below, and names in code of which a narrow column of a table makes many lines.
CROWDED = """() => {
    const solid = [...document.querySelectorAll('.bd-article :is(.button, section > img, p > img)')];
    const boxes = solid.map(each => each.getBoundingClientRect());
    const touching = boxes.slice(1).filter((box, k) => box.top > boxes[k].bottom - 1 && box.top < boxes[k].bottom + 4);
    const cut = [...document.querySelectorAll('.bd-article td code .pre')].filter(word => word.getClientRects().length > 8);
    return [touching.length, cut.map(word => word.textContent)];
}"""


def test_a_phone_shows_a_page_without_scrolling_sideways(of_a_kind: Page):
    of_a_kind.set_viewport_size(PHONE)
    assert of_a_kind.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert of_a_kind.evaluate(CROWDED) == [0, []]


# What a reader can see only after scrolling sideways: what was printed, and what is typed in a terminal or a cell.
CUT_OFF = """() => [...document.querySelectorAll('.bd-article pre')].filter(
    each => each.checkVisibility() && each.scrollWidth > each.clientWidth).map(each => each.textContent.slice(0, 200))"""
BEGINS_OUT_OF_SIGHT = """() => [...document.querySelectorAll('.bd-article mjx-container[display]')].filter(
    each => each.firstElementChild.getBoundingClientRect().left < each.getBoundingClientRect().left - 1
).map(each => each.outerHTML)"""


def test_on_a_desk_nothing_that_is_printed_or_typed_is_cut_off(lesson: tuple[Path, Page]):
    _, page = lesson
    page.set_viewport_size(DESK)
    assert page.evaluate(CUT_OFF) == []


def test_on_a_phone_no_output_is_cut_off_and_formulas_begin_where_they_are_seen(lesson: tuple[Path, Page]):
    _, page = lesson
    page.set_viewport_size(PHONE)
    page.wait_for_function(
        "[...document.querySelectorAll('.bd-article .math')].every(each => each.querySelector('mjx-container'))"
    )
    code = page.evaluate(
        "[...document.querySelectorAll('.bd-article div.cell_input pre')].map(each => each.textContent.slice(0, 200))"
    )
    assert [text for text in page.evaluate(CUT_OFF) if text not in code] == []
    assert page.evaluate(BEGINS_OUT_OF_SIGHT) == []


def test_no_line_begins_with_the_sign_after_a_formula(lesson: tuple[Path, Page]):
    _, page = lesson
    loose = """() => [...document.querySelectorAll('.bd-article span.math.notranslate')].filter(formula => {
        const whole = formula.closest('a.symbol') ?? formula;
        return whole.nextSibling instanceof Text && /^[.,;:!?)]/.test(whole.nextSibling.data)
            && getComputedStyle(whole.parentElement).whiteSpace !== 'nowrap';
    }).map(formula => formula.parentElement.textContent.slice(0, 200))"""
    assert page.evaluate(loose) == []


def test_headings_are_in_order(parsed: dict[Path, BeautifulSoup]):
    for path, page in parsed.items():
        headings = [
            heading
            for heading in page.find("main").find_all(["h1", "h2", "h3", "h4", "h5", "h6"])
            if not heading.find_parent(id="jb-print-docs-body")  # the title once more, on paper alone
        ]
        levels = [int(heading.name[1]) for heading in headings]
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


def test_no_solution_is_on_the_pages_for_learners(parsed: dict[Path, BeautifulSoup]):
    paths = [path for path in parsed if path.parent == SITE / "exercises" and path.name.startswith("0")]
    words = {path: " ".join(parsed[path].get_text().split()) for path in paths}
    assert len(words) == len(NAMES)
    for name in NAMES:
        lines = [line for line in solution_lines(name)[0] if len(line) > 40]
        assert lines
        assert [(path, line) for line in lines for path in paths if " ".join(line.split()) in words[path]] == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_moves_looks_on_its_page_as_it_does_alone(size: dict[str, int], lesson: tuple[Path, Page], browser: Browser):
    """The page's own style and programs reach nothing in it; it stands in the place of the still picture."""
    path, page = lesson
    page.set_viewport_size(size)
    page.emulate_media(reduced_motion="reduce")  # where things are, not where they are going
    figures = page.locator("figure.moving")
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    assert figures.count() == sum(MIME in output.get("data", {}) for output in outputs)
    for number in range(figures.count()):
        figure = figures.nth(number)
        figure.locator(".live .explorable").wait_for()
        assert not figure.locator("> img").is_visible()
        figure.scroll_into_view_if_needed()
        name = Path(figure.get_attribute("data-module")).stem
        data = json.loads(figure.locator("script").text_content())
        width = int(figure.locator(".live").evaluate("live => live.clientWidth"))
        alone = explorable_page.opened(browser, name, data, width=width + explorable_page.AROUND, reduced=True)
        explorable_page.wait_until_drawn(page)
        expected = alone.evaluate(explorable_page.LAYOUT, 0)
        seen = page.evaluate(explorable_page.LAYOUT, number)
        alone.close()
        assert len(seen) > 5
        assert [(a, b) for a, b in zip(seen, expected, strict=True) if a[0] != b[0] or differ(a[1], b[1])] == [], name


def differ(some: list[float], others: list[float]) -> bool:
    """Return whether boxes differ by more than what comes of a page's place on the screen, in pixels."""
    return any(abs(a - b) > 1.5 for a, b in zip(some, others, strict=True))


def test_without_javascript_the_still_picture_stands_there(browser: Browser, site: str):
    page = patient_page(browser, java_script_enabled=False)
    page.goto(f"{site}/lessons/{LESSONS[1].stem}.html")
    assert page.locator("figure.moving > img").first.is_visible()
    page.close()


def test_search_finds_a_word(page: Page, site: str):
    page.goto(f"{site}/search.html?q=triplet")
    page.locator("#search-results li a", has_text="Triplet loss").first.wait_for()
