"""Takes pictures of the built site, on a desk and a phone, light and dark, into build/screenshots: `make screenshots`."""

import shutil
import sys

from playwright.sync_api import sync_playwright

from docs.site.__main__ import SITE
from docs.site.places import ROOT
from docs.site.serving import served

TARGET = ROOT / "build" / "screenshots" / "site"
SIZES = {"desk": (1280, 900), "phone": (360, 780)}
# One page of each kind; others can be named on the command line.
KINDS = (
    "index", "lessons/01_distance_and_threshold", "lessons/08_neural_style_transfer", "exercises/03_exercises",
    "exercises/assignments", "gallery", "data", "contributing", "search", "glossary", "formulas", "results", "reference/faces",
    "instructor/readme", "accessibility",
)  # fmt: skip


def main(pages: list[str]) -> None:
    """Take a picture of each page, as it looks when opened and as a whole."""
    TARGET.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.set_default_timeout(120_000)  # milliseconds; a busy machine is slow
                for name in pages or KINDS:
                    page.goto(f"{address}/{name}.html", wait_until="networkidle")
                    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
                    page.wait_for_function("[...document.images].every(image => image.complete)")
                    stem = f"{name.replace('/', '-')}-{size}-{scheme}"
                    page.screenshot(path=TARGET / f"{stem}.png")
                    page.screenshot(path=TARGET / f"{stem}-whole.png", full_page=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
