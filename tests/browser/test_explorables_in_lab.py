"""An explorable figure in JupyterLab: a saved notebook shows the static figure, and a run cell the living one, in its place."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from notebooks.build import convert, run
from tests.browser.pages import patient_page, ready_notebook
from tests.lab_process import Lab, started

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """# %% [markdown]
# # An explorable figure

# %%
import numpy as np
from course_utils import explorables
from course_utils.faces.evaluation import verification_pairs

pairs = verification_pairs(np.repeat(np.arange(8), 4), trained_on=())
rng = np.random.default_rng(0)
distance = rng.normal(np.where(pairs.same, 4, 7), 1).clip(0)
explorables.threshold(distance, pairs, rng.integers(0, 256, (32, 28, 24), dtype=np.uint8), tau=5)
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    course = folder / "course"
    (folder / "home").mkdir()
    shutil.copytree(ROOT / "course_utils", course / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    (course / "notebooks").mkdir()
    for name in ("00_start_here", "explorable"):  # the lab opens the first by itself
        source = folder / f"{name}.py"
        source.write_text(SOURCE)
        notebook = convert(source, "")
        run(notebook)
        nbformat.write(notebook, course / "notebooks" / f"{name}.ipynb")
    with started(folder, cwd=course, PYTHONPATH=str(course)) as lab:
        yield lab


def test_saved_it_is_a_described_picture_and_run_it_lives(lab: Lab, browser: Browser, screenshots: Path):
    address = urlsplit(lab.address())
    page = patient_page(browser, viewport={"width": 1280, "height": 1000})
    page.goto(lab.address())
    page.goto(f"{address.scheme}://{address.netloc}/lab/tree/notebooks/explorable.ipynb")
    notebook = ready_notebook(page, "An explorable figure")
    output = notebook.locator(".jp-Cell-outputArea")
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")

    expect(output.locator("img")).to_be_visible()
    expect(output.locator("details")).to_contain_text("What the figure shows")
    assert output.locator(".explorable").count() == 0
    assert "Error displaying widget" not in output.inner_text()
    page.wait_for_timeout(3000)  # a change that opening makes would be seen by now
    assert "jp-mod-dirty" not in tab.get_attribute("class")
    page.screenshot(path=screenshots / "explorable_saved_in_lab.png")

    notebook.locator(".jp-CodeCell .cm-content").click()
    page.keyboard.press("Shift+Enter")
    figure = output.locator(".explorable")
    expect(figure).to_be_visible()
    assert figure.count() == 1
    assert output.locator("img").count() == 0, "the static figure stands beside the living one"
    expect(notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible()
    assert "jp-mod-dirty" in tab.get_attribute("class")  # so the sign that was looked for above exists

    slider = figure.locator("input[type=range]")
    slider.focus()
    before = slider.get_attribute("aria-valuetext"), figure.locator(".rate").all_text_contents()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "d", "d"):  # the lab's keys for "the cell above" and "delete this cell"
        page.keyboard.press(key)
    assert (slider.get_attribute("aria-valuetext"), figure.locator(".rate").all_text_contents()) != before
    assert slider.evaluate("input => input === document.activeElement")
    figure.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "explorable_run_in_lab.png")
    page.close()
