"""The explorable figures in a browser, each alone on a page as on the site: they answer the hand, and say what Python says.

Run by `make test-browser`. Screenshots of what was seen are left in build/screenshots/.
"""

from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from course_utils.faces.evaluation import error_rates
from tests.browser.explorable_page import opened
from tests.explorables.examples import DISTANCE, EXAMPLES, PAIRS

pytestmark = pytest.mark.slow
by_name = pytest.mark.parametrize("name", EXAMPLES)

# The milliseconds from a move of the slider to the end of the work for the frame that shows it, for each of some moves.
ANSWER = """async input => {
    const [low, high] = [Number(input.min), Number(input.max)], times = [];
    for (let k = 0; k < 25; k++) {
        const began = performance.now();
        input.value = low + (high - low) * ((7 * k) % 25) / 24;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(requestAnimationFrame);
        await new Promise(done => {
            const {port1, port2} = new MessageChannel();
            port1.onmessage = done;
            port2.postMessage(0);
        });
        times.push(performance.now() - began);
    }
    return times;
}"""
SIZES_OF_WORDS = """() => [...document.querySelectorAll('.explorable *')]
    .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(each => parseFloat(getComputedStyle(each).fontSize))"""


def open_figure(browser: Browser, name: str, **how) -> Page:
    return opened(browser, name, EXAMPLES[name]().data, **how)


def close(page: Page) -> None:
    errors, hosts = page.errors, {urlsplit(url).scheme for url in page.asked} - {"blob", "data"}
    page.close()
    assert errors == []
    assert hosts == set(), "a figure asks somebody for something"


@by_name
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 360])
def test_it_fits_its_place_and_can_be_read_by_everybody(name: str, theme: str, width: int, browser: Browser, screenshots: Path):
    page = open_figure(browser, name, theme=theme, width=width)
    page.screenshot(path=screenshots / f"explorable_{name}_{theme}_{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".explorable").bounding_box()
    for picture in page.locator(".explorable svg").all():
        inside = picture.bounding_box()
        assert box["x"] <= inside["x"]
        assert inside["x"] + inside["width"] <= box["x"] + box["width"]
    assert min(page.evaluate(SIZES_OF_WORDS)) >= 16
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    close(page)


@by_name
def test_it_answers_within_50_milliseconds(name: str, browser: Browser):
    page = open_figure(browser, name)
    sliders = page.locator("input[type=range]").all()
    assert sliders
    for slider in sliders:
        times = slider.evaluate(ANSWER)
        print(f"{name}: median {median(times):.1f} ms, longest {max(times):.1f} ms")
        assert median(times) < 50
    close(page)


@by_name
def test_the_keyboard_alone_is_enough_and_what_it_does_is_spoken(name: str, browser: Browser):
    page = open_figure(browser, name)
    for slider in page.locator("input[type=range]").all():
        for _ in range(30):
            page.keyboard.press("Tab")
            if slider.evaluate("input => input === document.activeElement"):
                break
        assert slider.evaluate("input => getComputedStyle(input).outlineStyle") == "solid"
        assert slider.evaluate("input => input.labels.length") == 1
        spoken, said = slider.get_attribute("aria-valuetext"), page.locator("[role=status]").text_content()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
        page.wait_for_timeout(600)
        assert slider.get_attribute("aria-valuetext") != spoken
        assert page.locator("[role=status]").text_content() not in ("", said)
    close(page)


# ---- The threshold ----


def shown_threshold(page: Page) -> tuple[float, float, float, list[str]]:
    """Return tau, FAR and FRR as they are shown, and the distances beside them."""
    rates = [float(text.rstrip("%")) / 100 for text in page.locator(".rate").all_text_contents()]
    visible = "all => all.filter(each => getComputedStyle(each).visibility === 'visible').map(each => each.textContent)"
    distances = page.locator(".pair figcaption").evaluate_all(visible)
    return float(page.locator(".slider output").text_content()), *rates, distances


def test_threshold_counts_as_python_does(browser: Browser):
    page = open_figure(browser, "threshold")
    slider = page.locator("input[type=range]")
    decimals = EXAMPLES["threshold"]().data["decimals"] + 2
    for at in (0, 30, 60, 90, 119):
        slider.fill(str(at))
        tau, far, frr, distances = shown_threshold(page)
        rates = error_rates(DISTANCE, PAIRS.same, tau)
        assert (far, frr) == pytest.approx((rates.far, rates.frr), abs=0.00051)
        wrong = [f"d = {d:.{decimals}f}" for d in np.sort(DISTANCE[~PAIRS.same & (tau >= DISTANCE)])[::-1][:3]]
        wrong += [f"d = {d:.{decimals}f}" for d in np.sort(DISTANCE[PAIRS.same & (tau < DISTANCE)])[:3]]
        assert distances == wrong
    close(page)


@pytest.mark.parametrize("touch", [False, True])
def test_threshold_is_dragged_by_mouse_and_by_finger(touch: bool, browser: Browser):
    page = open_figure(browser, "threshold", touch=touch)
    hills = page.locator(".hills svg").bounding_box()
    left, right, middle = hills["x"] + 50, hills["x"] + hills["width"] - 50, hills["y"] + hills["height"] / 2
    if touch:
        finger = page.context.new_cdp_session(page)

        def move(kind: str, x: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": x, "y": middle}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        move("touchStart", left)
        first = shown_threshold(page)
        for x in np.linspace(left, right, 8):
            move("touchMove", float(x))
        move("touchEnd", right)
    else:
        page.mouse.move(left, middle)
        page.mouse.down()
        first = shown_threshold(page)
        page.mouse.move(right, middle, steps=8)
        page.mouse.up()
    last = shown_threshold(page)
    assert first[0] < 1
    assert last[0] > 4
    assert first[1] < last[1]
    assert first[2] > last[2]
    page.mouse.move(left, middle)  # let go: it stays
    assert shown_threshold(page) == last
    close(page)
