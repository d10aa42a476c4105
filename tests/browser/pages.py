"""Pages of the browser that wait long for what should come: on a busy machine all is slow, and no test depends on that."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

MILLISECONDS = 300_000

expect.set_options(timeout=MILLISECONDS)


def patient_page(browser: Browser, **options: Any) -> Page:
    """Open an empty page, with Playwright's options for `new_page`."""
    page = browser.new_page(**options)
    page.set_default_timeout(MILLISECONDS)
    return page
