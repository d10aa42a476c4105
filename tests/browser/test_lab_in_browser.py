"""The lab in a real browser, as a student meets it: nothing in the way, every lesson runs, its figures are there and described.

Run by `make test-browser`. Screenshots of what was seen are left in build/screenshots/.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from course_utils.explorables import MIME
from tests.browser.pages import patient_page, restart_and_run_all_cells, run_all_cells, shown_notebook, wait_for_lasting_kernel
from tests.lab_process import Lab, started
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("0*.ipynb"))
SHOWN = ["00_start_here.ipynb", "01_distance_and_threshold.ipynb"]  # each of their figures is brought into view, for a picture
EXERCISES = "notebooks/assignments/release/01_exercises/01_exercises.ipynb"
LEARNERS = "notebooks/assignments/release/01_exercises/learner.ipynb"  # a copy: JupyterLab saves what is written into it
RUN_SECONDS = 3600
LOOK = 500  # milliseconds between two looks: one at every frame of the screen would take half a core from the lesson

# JupyterLab shows both what is written to standard error and the traceback of a failed cell under this type.
ERRORS = '[data-mime-type="application/vnd.jupyter.stderr"]'
# Whether nine tenths of a figure can be seen, or as much as there is room for.
IS_IN_VIEW = """figure => {
    const box = figure.getBoundingClientRect();
    const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    return seen >= 0.9 * Math.min(box.height, innerHeight);
}"""
# The notebook in view has run: the kernel waits for more, and every code cell that is not folded has a number.
# Or one has failed, if errors are looked for: then the rest is not waited for.
HAS_RUN = """errors => {
    const notebook = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
    const unfolded = '.jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)';
    const numbers = [...notebook.querySelectorAll(unfolded)].map(prompt => prompt.textContent);
    const all = numbers.length > 0 && numbers.every(text => /^\\[\\d+\\]:$/.test(text));
    const idle = notebook.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle';
    return idle && (all || (errors !== null && notebook.querySelector(errors) !== null));
}"""
# Whether the alternative texts in the notebook in view have all of these words. Where a run has just measured anew what they
# tell, seconds or costs, any number does.
ALL_DESCRIBED = """([words, anyNumber]) => {
    const heard = text => anyNumber ? text.replace(/\\d+(\\.\\d+)?(e[+-]\\d+)?/g, '#') : text;
    const figures = document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output img');
    const alternatives = new Set([...figures].map(figure => heard(figure.alt)));
    return words.every(words => alternatives.has(heard(words)));
}"""
WATCHING = """
from course_utils import plots
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.transfer import StyleTransfer

words = "A temple with curved roofs in dark blue lines, under a sky of lines that follow one another."
transfer = StyleTransfer(picture("china"), painting("waves", 192, 256), size=96, optimizer="adam")  # it ends only when told
plots.watch(transfer, 100_000, "Stopped by hand", words, tolerance=0, beside={"C": picture("china")})
"""
STOPPED = """
costs = [step.costs.total for step in transfer.history]
print(transfer.ended, "after", len(costs), "steps, cost", transfer.costs().total / costs[0])
"""
IN_THE_WAY = ".jp-Dialog, .Toastify__toast"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course without outputs, so that the run neither alters the notebooks nor passes for an earlier one.

    Its folder `as_saved` has the notebooks with their outputs.
    """
    copy = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "notebooks", copy / "as_saved", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("course_utils", "data", "notebooks"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "lab"))
    for file in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / file, copy)
    for path in (copy / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        nbformat.write(notebook, path)
    watching = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (WATCHING, STOPPED)])
    watching.cells.insert(0, nbformat.v4.new_markdown_cell("# Watching"))
    watching.metadata = notebook.metadata  # the kernel of the lessons
    nbformat.write(watching, copy / "notebooks" / "watching.ipynb")
    shutil.copy(copy / EXERCISES, copy / LEARNERS)
    return copy


@pytest.fixture(scope="module")
def lab(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "home").mkdir()
    with started(folder, cwd=course, PYTHONPATH=str(course)) as lab:
        yield lab


class Window:
    """A browser window on the lab, and the hosts of all that it has asked for, web sockets too."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.hosts: set[str] = set()
        self.address = urlsplit(address)
        self.page = patient_page(browser, viewport={"width": 1280, "height": 900})
        self.page.on("request", lambda request: self.note(request.url))
        self.page.on("websocket", lambda socket: self.note(socket.url))
        self.page.goto(address)
        self.notebook("0 · Start here")

    def note(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def notebook(self, title: str) -> Locator:
        """Return the notebook in view once it is the one of this title and its kernel is idle."""
        return shown_notebook(self.page, title)

    def open(self, path: str, title: str) -> Locator:
        """Open a notebook by its path in the course, and return it once its kernel is idle."""
        self.page.goto(f"{self.address.scheme}://{self.address.netloc}/lab/tree/{path}")
        return self.notebook(title)

    def wait_for_descriptions(self, descriptions: list[str], any_number: bool = False) -> None:
        """Wait until each of these figures stands in the notebook in view, with its description as alternative text."""
        assert descriptions
        self.page.wait_for_function(ALL_DESCRIBED, arg=[descriptions, any_number], polling=LOOK)

    def run_all_cells(self) -> None:
        """Run all cells, to the end or to an error."""
        run_all_cells(self.page)
        self.page.wait_for_function(HAS_RUN, arg=ERRORS, timeout=1000 * RUN_SECONDS, polling=LOOK)

    def scroll_to(self, figure: Locator) -> None:
        """Bring a figure into view: the cells above it get their true height only once they have been passed."""
        wait_until(lambda: self._stays_in_view(figure))

    def _stays_in_view(self, figure: Locator) -> bool:
        figure.scroll_into_view_if_needed()
        self.page.wait_for_timeout(1000)
        return bool(figure.evaluate(IS_IN_VIEW))

    def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def window(browser: Browser, lab: Lab) -> Iterator[Window]:
    window = Window(browser, lab.address())
    yield window
    window.page.close()


def test_first_view_is_the_start_page_with_nothing_in_the_way(window: Window, lab: Lab):
    window.page.wait_for_timeout(5000)  # news and notices would come now
    window.picture("first_view")
    assert window.page.get_by_role("menuitem", name="Nbgrader").count() == 0  # a lecturer's, in a lab of their own
    assert window.page.locator(IN_THE_WAY).all_text_contents() == []
    assert window.hosts == {urlsplit(lab.address()).netloc}


def title(file: str) -> str:
    first = nbformat.read(ROOT / "notebooks" / file, as_version=4).cells[0].source
    return first.partition("\n")[0].removeprefix("# ")


def saved_outputs(file: str) -> list[nbformat.NotebookNode]:
    """Return what is saved with a lesson: figures, and words that are shown as such."""
    cells = nbformat.read(ROOT / "notebooks" / file, as_version=4).cells
    return [output for cell in cells for output in cell.get("outputs", []) if "data" in output]


def described(outputs: list[nbformat.NotebookNode]) -> list[str]:
    """Return the descriptions of the figures among them."""
    return [kind["alt"] for output in outputs for kind in output.metadata.values() if "alt" in kind]


@pytest.mark.parametrize("file", LESSONS)
def test_a_lesson_just_opened_is_as_it_was_saved_with_all_its_descriptions(file: str, window: Window, lab: Lab):
    window.open(f"as_saved/{file}", title(file))
    window.wait_for_descriptions(described(saved_outputs(file)))
    window.page.wait_for_timeout(2000)  # the kernel would have said of itself by now what is not in the file
    assert window.page.locator(".lm-TabBar-tab.jp-mod-dirty").count() == 0


@pytest.mark.parametrize("file", LESSONS)
def test_lesson_runs_without_an_error_and_shows_its_figures(file: str, window: Window, lab: Lab):
    alive = [output for output in saved_outputs(file) if MIME in output.data]
    still = [output for output in saved_outputs(file) if MIME not in output.data]
    notebook = window.open(f"notebooks/{file}", title(file))
    window.run_all_cells()

    assert notebook.locator(ERRORS).all_text_contents() == []
    window.wait_for_descriptions(described(still), any_number=True)
    expect(notebook.locator(".jp-OutputArea-output .explorable")).to_have_count(len(alive))
    figures = notebook.locator(".jp-OutputArea-output img").all()
    for number, figure in enumerate(figures if file in SHOWN else [], start=1):
        window.scroll_to(figure)
        window.picture(f"{file[:2]}_figure_{number:02}")
    assert min(figure.evaluate("image => image.naturalWidth") for figure in figures) > 300
    assert window.page.locator(IN_THE_WAY).all_text_contents() == []
    assert window.hosts == {urlsplit(lab.address()).netloc}


# The most characters that stand in one line of a paragraph of the notebook's prose.
LONGEST_LINE = """notebook => Math.max(...[...notebook.querySelectorAll('.jp-RenderedMarkdown p')].map(paragraph => {
    const lines = new Map(), walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT), range = new Range();
    while (walker.nextNode()) {
        if (walker.currentNode.parentElement.closest('mjx-container, code')) continue;
        for (let at = 0; at < walker.currentNode.length; at++) {
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + 1);
            const line = Math.round(range.getBoundingClientRect().bottom / 10);
            lines.set(line, (lines.get(line) ?? 0) + 1);
        }
    }
    return Math.max(0, ...lines.values());
}))"""


def test_lines_of_prose_are_such_as_an_eye_can_follow(window: Window):
    notebook = window.notebook("0 · Start here")
    assert 50 < notebook.evaluate(LONGEST_LINE) < 95  # the longest of all; they are some 80


def test_a_painting_grows_in_the_page_until_the_button_stops_it(window: Window, lab: Lab):
    window.page.locator(".jp-DirListing-item", has_text="watching.ipynb").dblclick()
    notebook = window.notebook("Watching")
    run_all_cells(window.page)
    growing, drawn = notebook.locator(".widget-html img"), set()
    growing.wait_for(timeout=1000 * RUN_SECONDS)
    while len(drawn) < 2:
        drawn.add(tuple(int(step) for step in re.findall(r"after step (\d+)", growing.get_attribute("alt"))[1::2]))
        window.page.wait_for_timeout(200)
    assert all(len(set(steps)) == 1 and len(steps) == 3 for steps in drawn)  # all three curves reach the same step
    window.scroll_to(growing)
    window.picture("watching_growing")
    notebook.get_by_role("button", name="Stop here").click()
    window.page.wait_for_function(HAS_RUN, arg=ERRORS, timeout=1000 * RUN_SECONDS, polling=LOOK)

    assert notebook.locator(ERRORS).all_text_contents() == []
    expect(growing).to_have_count(0)  # the figure has taken its place
    figure = notebook.locator(".jp-OutputArea-output img")
    window.scroll_to(figure)
    window.picture("watching_stopped")
    said = notebook.locator(".jp-OutputArea-output", has_text="interrupted after").inner_text()
    steps, cost = re.search(r"interrupted after (\d+) steps, cost ([0-9.]+)", said).groups()
    assert max(drawn)[0] < int(steps) < 100_000
    expect(notebook.locator(".jp-OutputArea-output details")).to_contain_text(f"after step {steps}.")
    assert float(cost) < 0.9  # the picture that stays is that of the steps so far, and not the first one


SLIPS = {
    "return np.sqrt(((a - b) ** 2).sum())": "One number for the whole batch",
    "return np.sqrt(((a - b) ** 2).sum(axis=0))": "You add over the pairs, not over the features",
    "return ((a - b) ** 2).sum(axis=-1)": "That is the squared distance",
    "return np.sqrt(((a - b) ** 2).sum(axis=-1))": "euclidean: Right.",
}


def test_a_learner_is_led_to_the_right_answer(window: Window):
    notebook = window.open(LEARNERS, "Exercises 01")
    keys = window.page.keyboard
    imports = notebook.locator(".jp-CodeCell").first
    wait_for_lasting_kernel(window.page)
    imports.locator(".cm-content").click()
    keys.press("Shift+Enter")
    expect(imports.locator(".jp-InputPrompt")).to_have_text("[1]:")
    answer = notebook.locator(".jp-CodeCell", has_text="def euclidean(a, b)").first
    check = notebook.locator(".jp-CodeCell", has_text='check("euclidean", euclidean)').first
    for number, (line, said) in enumerate(SLIPS.items(), start=1):
        answer.locator(".cm-content").click()
        keys.press("ControlOrMeta+a")
        keys.insert_text(f"def euclidean(a, b):\n    {line}")
        keys.press("Shift+Enter")
        check.locator(".cm-content").click()
        keys.press("Shift+Enter")
        output = check.locator(".jp-OutputArea-output", has_text=said)
        output.wait_for()
        assert "Traceback" not in output.inner_text()
        window.picture(f"exercise_{number}")
        if number == 1:
            check.locator(".cm-content").click()
            keys.press("Escape")
            keys.press("b")
            keys.press("Enter")
            keys.insert_text('hint("euclidean")')
            keys.press("Shift+Enter")
            notebook.locator(".jp-OutputArea-output", has_text="Hint 1 of 4, a question").wait_for()
            window.picture("exercise_hint")


# What the course puts on the page; the rest, the colours too, is JupyterLab's own.
IN_VIEW = ".jp-NotebookPanel:not(.lm-mod-hidden)"
OURS = {"include": [[f"{IN_VIEW} .jp-RenderedMarkdown"], [f"{IN_VIEW} .jp-OutputArea-output"]]}


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_serious_in_a_lesson(theme: str, window: Window):
    window.open("as_saved/01_distance_and_threshold.ipynb", title("01_distance_and_threshold.ipynb"))
    window.wait_for_descriptions(described(saved_outputs("01_distance_and_threshold.ipynb")))
    window.page.get_by_role("menuitem", name="Settings", exact=True).click()
    window.page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    window.page.locator(".lm-Menu-item", has_text=theme).first.click()
    window.page.locator(f'body[data-jp-theme-name="{theme}"]').wait_for(state="attached")
    window.picture(f"theme_{theme.split()[1].lower()}")
    seen = Axe().run(window.page, context=OURS, options={"rules": {"region": {"enabled": False}}}).response
    assert {"image-alt", "heading-order", "summary-name"} <= {rule["id"] for rule in seen["passes"]}
    assert [rule["id"] for rule in seen["violations"] if rule["impact"] in ("serious", "critical")] == []


def test_restart_and_run_all_goes_to_the_end_though_nothing_is_written(window: Window):
    window.open(EXERCISES, "Exercises 01")
    restart_and_run_all_cells(window.page)
    window.page.wait_for_function(HAS_RUN, arg=None, timeout=1000 * RUN_SECONDS, polling=LOOK)
    notebook = window.page.locator(".jp-NotebookPanel:visible")
    for check in notebook.locator(".jp-CodeCell", has_text="check(").all():
        expect(check.locator(".jp-OutputArea-output")).to_contain_text("not written yet")
    expect(notebook.locator(".jp-CodeCell").last.locator(".jp-OutputArea")).to_contain_text("points")
