"""A page with one explorable figure alone, as the site shows it: module, data and a model of three lines, no kernel."""

import json

from playwright.sync_api import Browser, Page

from course_utils import explorables

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width">
<style>body {{ margin: 16px; background: {ground}; font-family: sans-serif }}</style><style>{css}</style>
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
GROUNDS = {"light": "#ffffff", "dark": "#14181d"}


def opened(
    browser: Browser,
    name: str,
    data: dict,
    *,
    theme: str = "light",
    width: int = 1000,
    height: int = 800,
    touch: bool = False,
    reduced: bool = False,
) -> Page:
    """Return a page with the figure on it; whatever goes wrong in it is a failure of the test that closes the page."""
    page = browser.new_page(
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
            theme=theme,
            ground=GROUNDS[theme],
            name=name,
            css=explorables.css(),
            data=json.dumps(data),
            module=explorables.module(name),
        )
    )
    page.locator("body[data-ready]").wait_for()
    page.wait_for_timeout(100)  # pictures are drawn once their width is known
    return page
