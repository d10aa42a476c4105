"""Pages of the browser that wait long for what should come: on a busy machine all is slow, and no test depends on that."""

from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

MILLISECONDS = 300_000
BEGIN_SECONDS = 240

# The numbers of the notebook in view are those of an earlier run.
FORGET = """() => document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt')
    .forEach(prompt => prompt.textContent = '')"""
# The first cell of the notebook in view has run.
HAS_BEGUN = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt')]
    .some(prompt => /^\\[\\d+\\]:$/.test(prompt.textContent))"""

expect.set_options(timeout=MILLISECONDS)


def patient_page(browser: Browser, **options: Any) -> Page:
    """Open an empty page, with Playwright's options for `new_page`."""
    page = browser.new_page(**options)
    page.set_default_timeout(MILLISECONDS)
    return page


def ready_notebook(page: Page, title: str) -> Locator:
    """Return the notebook that JupyterLab has in view, once it is the one of this title and its kernel is ready."""
    notebook = page.locator(".jp-NotebookPanel:visible")
    notebook.locator("h1", has_text=title).wait_for()
    notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    return notebook


def run_all_cells(page: Page) -> None:
    """Have JupyterLab run all cells of the notebook in view, and return when the first has run.

    It was seen on a busy machine that a kernel which has just started does not get what the lab sends to it. Then it is done
    as a reader would do it: restart and run all.
    """
    page.evaluate(FORGET)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    try:
        page.wait_for_function(HAS_BEGUN, timeout=1000 * BEGIN_SECONDS)
    except PlaywrightTimeoutError:
        restart_and_run_all_cells(page)
        page.wait_for_function(HAS_BEGUN)


def restart_and_run_all_cells(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
