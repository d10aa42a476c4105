"""The slides in a browser: they open from the disk, ask nobody for anything, hold what is on them, and have notes."""

import nbformat
import pytest
from playwright.sync_api import Browser

from docs import slides
from tests.browser.pages import patient_page

LESSONS = sorted((slides.ROOT / "notebooks").glob("0[1-9]_*.ipynb"))
WIDTH, HEIGHT = 1280, 720
TOLD = "text: Reveal.getCurrentSlide().innerText, notes: Reveal.getSlideNotes(), last: Reveal.isLastSlide()"
LEAVES = f"""() => {{
  const slide = Reveal.getCurrentSlide();
  slide.querySelectorAll(".fragment").forEach(part => part.classList.add("visible"));
  const parts = [...slide.querySelectorAll(":scope > *:not(aside), img, pre, table, .formula svg")];
  const edges = parts.map(part => part.getBoundingClientRect());
  return edges.some(edge => edge.right > {WIDTH} || edge.bottom > {HEIGHT} || edge.left < 0);
}}"""


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_slide_holds_what_is_on_it_and_asks_nobody_for_anything(path, browser: Browser, screenshots, tmp_path):
    slides.copy_reveal(tmp_path / "reveal.js")
    (tmp_path / "slides.html").write_text(slides.html(nbformat.read(path, as_version=4)), encoding="utf-8")
    page = patient_page(browser, viewport={"width": WIDTH, "height": HEIGHT})
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(error))
    page.goto((tmp_path / "slides.html").as_uri())
    page.wait_for_function("Reveal.isReady()")
    page.wait_for_function("document.fonts.status == 'loaded'")
    full, silent, seen = [], [], 1
    while True:
        slide = page.evaluate(f"({{ full: ({LEAVES})(), {TOLD} }})")
        if not slide["notes"]:
            silent.append(slide["text"])
        if slide["full"]:
            full.append(slide["text"])
            page.screenshot(path=screenshots / f"slide_too_full_{path.stem}_{seen}.png")
        if slide["last"]:
            break
        page.evaluate("Reveal.availableRoutes().down ? Reveal.down() : Reveal.right()")
        seen += 1
    assert seen == page.evaluate("Reveal.getTotalSlides()") == len(slides.slides(nbformat.read(path, as_version=4)))
    assert not full
    assert not silent
    assert not errors
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.close()
