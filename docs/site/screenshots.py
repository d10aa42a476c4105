"""Takes pictures of the built site, on a desk and a phone, light and dark, into build/screenshots: `make screenshots`."""

import shutil
import sys

from playwright.sync_api import sync_playwright

from docs.site.__main__ import SITE
from docs.site.places import ROOT
from docs.site.serving import served

TARGET = ROOT / "build" / "screenshots" / "site"
SIZES = {"desk": (1280, 900), "phone": (360, 780)}


def every_page() -> list[str]:
    """Return the pages of the built site, as "lessons/00_start_here"; what belongs to its machinery is none."""
    paths = (path.relative_to(SITE).with_suffix("") for path in SITE.rglob("*.html"))
    return sorted(path.as_posix() for path in paths if path.parts[0] != "_static")


def main(pages: list[str]) -> None:
    """Take a picture of each page, or of those that are named, as it looks when opened and as a whole."""
    TARGET.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                for name in pages or every_page():
                    # One for each: the theme keeps what a reader has scrolled from page to page.
                    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page.set_default_timeout(120_000)  # milliseconds; a busy machine is slow
                    page.goto(f"{address}/{name}.html", wait_until="networkidle")
                    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
                    page.wait_for_function("[...document.images].every(image => image.complete)")
                    stem = f"{name.replace('/', '-')}-{size}-{scheme}"
                    page.screenshot(path=TARGET / f"{stem}.png")
                    # A window as high as the page: of long pages, Chromium's own picture of a whole one is shifted.
                    whole = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": whole})
                    page.screenshot(path=TARGET / f"{stem}-whole.png")
                    page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
