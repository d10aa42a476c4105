"""A page with one explorable figure alone, as the site shows it: module, data and a model of three lines, no kernel."""

import json

from playwright.sync_api import Browser, Page

from course_utils import explorables
from tests.browser.pages import patient_page

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width">
<style>body {{ margin: 16px; font-family: sans-serif }}</style><style>{css}</style>
<main id="here"></main>
<script type="application/json" id="data">{data}</script>
<script type="text/plain" id="module">{module}</script>
<script type="module">
const text = document.getElementById("module").textContent;
const {{ default: figure }} = await import(URL.createObjectURL(new Blob([text], {{ type: "text/javascript" }})));
const state = {{ data: JSON.parse(document.getElementById("data").textContent) }};
const model = {{ get: name => state[name], set() {{}}, on() {{}}, save_changes() {{}} }};
figure.render({{ model, el: document.getElementById("here") }});
document.body.dataset.ready = "true";
</script></html>"""
AROUND = 32  # pixels of the page left and right of the figure
# Of a figure on a page: each element with its words, how they are written and what surrounds them; and its box.
LAYOUT = """number => {
    const root = document.querySelectorAll(".explorable")[number], at = root.getBoundingClientRect();
    return [...root.querySelectorAll("*")].filter(each => !each.closest("defs, [role=status]")).map(each => {
        const box = each.getBoundingClientRect(), style = getComputedStyle(each);
        const words = [...each.childNodes].filter(node => node.nodeType === 3).map(node => node.textContent).join("");
        const look = ["fontWeight", "fontStyle", "fontSize", "color", "backgroundColor", "borderTopWidth", "borderTopStyle",
            "opacity", "visibility"].map(name => style[name]).join(" ");
        return [`${each.tagName} ${words} ${look}`, [box.x - at.x, box.y - at.y, box.width, box.height]];
    });
}"""
DRAWN = "[...document.querySelectorAll('.explorable .picture > svg')].every(picture => picture.hasAttribute('viewBox'))"
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
GROUNDS = {"light": "#ffffff", "dark": "#14181d"}


def opened(
    browser: Browser,
    name: str,
    data: dict,
    *,
    width: int = 1000,
    height: int = 800,
    touch: bool = False,
    reduced: bool = False,
) -> Page:
    """Return a page with the figure on it; whatever goes wrong in it is a failure of the test that closes the page."""
    page = patient_page(
        browser,
        viewport={"width": width, "height": height},
        has_touch=touch,
        device_scale_factor=2,
        reduced_motion="reduce" if reduced else "no-preference",
    )
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.errors, page.asked = [], []
    page.set_content(
        PAGE.format(
            name=name,
            css=explorables.css(),
            data=json.dumps(data),
            module=explorables.module(name),
        )
    )
    page.locator("body[data-ready]").wait_for()
    in_theme(page, "light")
    wait_until_drawn(page)
    return page


def in_theme(page: Page, theme: str) -> None:
    """Show a page in a theme, light or dark."""
    page.evaluate(
        "([theme, ground]) => { document.documentElement.dataset.theme = theme; document.body.style.background = ground; }",
        [theme, GROUNDS[theme]],
    )


def wait_until_drawn(page: Page) -> None:
    """Wait until the pictures of the figures on a page are drawn for their width, which the browser tells after its frame."""
    page.wait_for_function(DRAWN)
    page.evaluate(TWO_FRAMES)
