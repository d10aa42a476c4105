"""Pages of the browser that wait long for what should come: on a busy machine all is slow, and no test depends on that."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Request, expect

MILLISECONDS = 300_000
MOST_LISTS = 30  # of sessions; one comes every ten seconds
IDLE = '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status="idle"]'

expect.set_options(timeout=MILLISECONDS)


def patient_page(browser: Browser, **options: Any) -> Page:
    """Open an empty page, with Playwright's options for `new_page`."""
    page = browser.new_page(**options)
    page.set_default_timeout(MILLISECONDS)
    return page


def shown_notebook(page: Page, title: str) -> Locator:
    """Return the notebook that JupyterLab has in view, once it is the one of this title and its kernel is idle."""
    notebook = page.locator(".jp-NotebookPanel:visible")
    notebook.locator("h1", has_text=title).wait_for()
    page.locator(IDLE).wait_for()
    return notebook


def wait_for_lasting_kernel(page: Page) -> None:
    """Wait until the notebook in view has a kernel, and JupyterLab will not drop it.

    A notebook is called idle before it has a kernel. And JupyterLab asks every ten seconds which sessions there are: when a
    list that it asked for before this one was there arrives after, JupyterLab 4.6 takes it for gone, loses what was sent to
    its kernel, and connects anew. Once a list has it, all later ones have.
    """
    tab = page.locator('#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current[title*="Path: "]').get_attribute("title")
    path = re.search(r"^Path: (.+)$", tab, re.MULTILINE)[1]
    lists = (next_list_of_sessions(page) for _ in range(MOST_LISTS))
    assert any(path in [session["path"] for session in each] for each in lists), f"{path} has no session"
    page.locator(IDLE).wait_for()


def next_list_of_sessions(page: Page) -> list[dict[str, Any]]:
    with page.expect_request(asks_for_sessions) as asked:
        pass
    return asked.value.response().json()


def asks_for_sessions(request: Request) -> bool:
    return request.method == "GET" and urlsplit(request.url).path.endswith("/api/sessions")


def run_all_cells(page: Page) -> None:
    """Have JupyterLab run all cells of the notebook in view."""
    wait_for_lasting_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def restart_and_run_all_cells(page: Page) -> None:
    wait_for_lasting_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
