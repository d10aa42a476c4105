"""Explorable figures in JupyterLab: a saved notebook shows the static figure, and a run cell the living one, in its place.

One of them has a camera: Chromium's own, which shows a film of the tests.
"""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture as sample
from course_utils.data.trained_painters import painter_file
from course_utils.style.painter import Painter
from notebooks.build import convert, run
from tests.browser.conftest import ARGUMENTS, chromium_path
from tests.browser.pages import patient_page, run_all_cells, shown_notebook, wait_for_lasting_kernel
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

CAMERA = """# %% [markdown]
# # The camera

# %%
from course_utils import explorables
from course_utils.data.sample_pictures import picture
from course_utils.data.trained_painters import painter_file
from course_utils.style.painter import Painter

words = "A cat, and beside it the same cat in dark blue ink on white."
explorables.camera(Painter.load(painter_file("waves")).paint, picture("chelsea"), "A cat in ink", words)
"""
ON_THE_EASEL = """easel => {
    const { width, height } = easel, { data } = easel.getContext("2d").getImageData(0, 0, width, height);
    return [height, width, [...data]];
}"""

KEEP_STREAMS = """
    window.streams = [];
    const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
    if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        window.streams.push(stream);
        return stream;
    };
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    course = folder / "course"
    (folder / "home").mkdir()
    shutil.copytree(ROOT / "course_utils", course / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    (course / "notebooks").mkdir()
    for name, text in {"00_start_here": SOURCE, "explorable": SOURCE, "camera": CAMERA}.items():  # the lab opens the first
        source = folder / f"{name}.py"
        source.write_text(text)
        notebook = convert(source, "")
        run(notebook)
        nbformat.write(notebook, course / "notebooks" / f"{name}.ipynb")
    with started(folder, cwd=course, PYTHONPATH=str(course)) as lab:
        yield lab


def opened_notebook(page: Page, lab: Lab, name: str, title: str) -> Locator:
    """Open a notebook of the lab by its file and its title."""
    address = urlsplit(lab.address())
    page.goto(lab.address())
    page.goto(f"{address.scheme}://{address.netloc}/lab/tree/notebooks/{name}.ipynb")
    return shown_notebook(page, title)


def test_saved_it_is_a_described_picture_and_run_it_lives(lab: Lab, browser: Browser, screenshots: Path):
    page = patient_page(browser, viewport={"width": 1280, "height": 1000})
    notebook = opened_notebook(page, lab, "explorable", "An explorable figure")
    output = notebook.locator(".jp-Cell-outputArea")
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")

    expect(output.locator("img")).to_be_visible()
    expect(output.locator("details")).to_contain_text("What the figure shows")
    assert output.locator(".explorable").count() == 0
    assert "Error displaying widget" not in output.inner_text()
    page.wait_for_timeout(3000)  # a change that opening makes would be seen by now
    assert "jp-mod-dirty" not in tab.get_attribute("class")
    page.screenshot(path=screenshots / "explorable_saved_in_lab.png")

    wait_for_lasting_kernel(page)
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


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """What the camera sees: a temple, ten pictures of it, one like the other."""
    picture = io.BytesIO()
    Image.fromarray(resize(sample("china"), 240, 320)).save(picture, "jpeg", quality=95)
    (tmp_path / "film.mjpeg").write_bytes(10 * picture.getvalue())
    return tmp_path / "film.mjpeg"


def on_the_easel(easel: Locator) -> np.ndarray:
    height, width, pixels = easel.evaluate(ON_THE_EASEL)
    return np.reshape(pixels, (height, width, 4))[..., :3]


@pytest.fixture
def before_the_camera(browser: Browser, film: Path) -> Iterator[Page]:
    """A page of a browser that has a camera; `window.streams` has what it gave."""
    camera = [
        f"--use-file-for-fake-video-capture={film}",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    chromium = browser.browser_type.launch(executable_path=chromium_path(), args=[*ARGUMENTS, *camera])
    page = patient_page(chromium, viewport={"width": 1280, "height": 1000})
    page.add_init_script(KEEP_STREAMS)
    yield page
    chromium.close()


def camera_figure(page: Page, lab: Lab) -> Locator:
    """Open the notebook with the camera, run it, and return its figure."""
    notebook = opened_notebook(page, lab, "camera", "The camera")
    run_all_cells(page)
    return notebook.locator(".explorable")


def test_the_camera_is_painted_while_one_looks(lab: Lab, before_the_camera: Page, screenshots: Path):
    page = before_the_camera
    figure = camera_figure(page, lab)
    easel, button = figure.locator(".easel"), figure.get_by_role("button")
    expect(easel).to_have_attribute("width", "451")  # the cat

    button.click()
    expect(figure).to_contain_text("milliseconds from the camera to the painting")
    page.screenshot(path=screenshots / "camera_in_lab.png")
    seen = resize(sample("china"), 240, 320)[:, ::-1]
    expected = {"100%": Painter.load(painter_file("waves")).paint(seen).astype(float), "0%": seen.astype(float)}
    for strength, key in (("100%", "End"), ("0%", "Home")):
        figure.locator("input[type=range]").press(key)
        expect(figure.locator("output")).to_have_text(strength)
        shown = on_the_easel(easel)
        far = {name: abs(shown - each).mean() for name, each in expected.items()}
        assert min(far, key=far.get) == strength
        assert far[strength] < 0.3 * max(far.values())  # a film is a little other than its picture

    for told in ("Start the camera", "Stop the camera", "Start the camera"):  # what was at the kernel then comes back too late
        button.click()
        expect(button).to_have_text(told)
    expect(easel).to_have_attribute("width", "451")
    button.click()
    expect(figure).to_contain_text("milliseconds from the camera to the painting")
    run_all_cells(page)  # whoever runs the cell again has another figure, and its camera is off
    expect(figure.get_by_role("button")).to_have_text("Start the camera")
    page.wait_for_function("window.streams.length === 3 && window.streams.every(stream => !stream.active)")


def test_where_there_is_no_camera_the_page_says_so(lab: Lab, browser: Browser):
    page = patient_page(browser, viewport={"width": 1280, "height": 1000})
    figure = camera_figure(page, lab)
    figure.get_by_role("button").click()
    expect(figure.locator(".buttons")).to_contain_text(re.compile("No camera was found|may not use the camera"))
    expect(figure.get_by_role("button")).to_have_text("Start the camera")
    page.close()
