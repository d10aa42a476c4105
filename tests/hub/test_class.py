"""A class on JupyterHub as people use it, in a browser and from nothing: released, done, handed in, graded, given back.

In the middle of it the hub is killed, and started again.

Run by `make test-hub`, as root: the accounts are real, and they are made and removed here. Screenshots of what was seen are
left in build/screenshots/. What is typed into terminals is what docs/instructor/hub.md says.
"""

import csv
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from course_utils.feedback.bank.lesson_01.euclidean import EXERCISE
from tests.browser.conftest import browser, screenshots  # noqa: F401 - fixtures
from tests.browser.pages import patient_page, run_all_cells, shown_notebook
from tests.hub.classes import ROOT, Hub, home, made_class, running
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

SET = "01_exercises"
SOURCE = ROOT / "notebooks" / "assignments" / "source" / SET / f"{SET}.ipynb"
LECTURER, GRADER, ANNA, BERT, CARL = [f"fs-{name}" for name in ("lecturer", "grader", "anna", "bert", "carl")]
STUDENTS = {ANNA: ("Anna", "Schmidt", 1001), BERT: ("Bert", "Lux", 1002), CARL: ("Carl", "Marini", 1003)}
SQUARED = "def euclidean(a, b):\n    return ((a - b) ** 2).sum(axis=-1)"
NOSY = "\nimport os\nprint('VARIABLES', sorted(os.environ))"
PAGE = (ROOT / "docs" / "instructor" / "hub.md").read_text("utf-8")
TYPED = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
COURSE, COLLECT, GRADE, REPORT, EXPORT = [line for line in TYPED if line.startswith(("cd", "python"))]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The folder of the class, with what Canvas exports of it."""
    rows = [(name, first, last, number, f"{first}@uni.example".lower()) for name, (first, last, number) in STUDENTS.items()]
    roster = [("student_id", "First name", "Last name", "ID number", "Email address"), *rows]
    with made_class(LECTURER, GRADER, roster) as folder:
        canvas = [(f"{last}, {first}", 90000 + number, number, name, "A", "") for name, first, last, number, _ in rows]
        with (folder / "canvas.csv").open("w") as file:
            csv.writer(file).writerows(
                [("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01 exercises (4711)"), *canvas]
            )
        yield folder


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[Hub]:
    with running(folder) as hub:
        yield hub


class Person:
    """Somebody who has logged in, with a window of a browser.

    Attributes:
        page: of the browser.
        server: whose server it shows.
    """

    def __init__(self, chromium: Browser, hub: Hub, account: str, server: str, pictures: Path) -> None:
        self.hub, self.account, self.server, self.pictures = hub, account, server, pictures
        self.page = patient_page(chromium, viewport={"width": 1400, "height": 900})
        self.page.goto(f"{hub.address}/hub/login")
        self.see("login")
        self.page.locator("#username_input").fill(account)
        self.page.locator("#password_input").fill(hub.password(account))
        self.page.locator("#login_submit").click()
        if server != account:
            self.page.get_by_role("button", name="Authorize").click()
        self.page.wait_for_url(f"**/user/{server}/lab**")
        self.wait_for_lab()

    def address(self, path: str) -> str:
        return f"{self.hub.address}/user/{self.server}/{path}"

    def wait_for_lab(self) -> None:
        expect(self.page.locator("#jp-main-dock-panel")).to_be_visible()
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def see(self, what: str) -> None:
        self.page.screenshot(path=self.pictures / f"hub_{self.account.removeprefix('fs-')}_{what}.png")

    def choose(self, menu: str, entry: str) -> None:
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{menu}$")).click()
        self.page.locator(".lm-Menu-item", has_text=re.compile(f"^{entry}")).first.click()

    def type_into_terminal(self, *commands: str) -> tuple[int, str]:
        """Type commands into a terminal of the lab, wait until they are done, and return their status and what they said."""
        ready, said, status = (home(self.server) / f"{name}.{time.monotonic_ns()}" for name in ("ready", "said", "status"))
        self.page.goto(self.address("lab?reset"))
        self.wait_for_lab()
        self.page.locator(".jp-LauncherCard", has_text="Terminal").click()
        terminal = self.page.locator(".jp-Terminal .xterm-helper-textarea")
        terminal.wait_for(state="attached")

        def listens() -> bool:  # what is typed before the terminal is connected is lost
            terminal.press_sequentially(f"touch {ready}\n")
            self.page.wait_for_timeout(1000)
            return ready.exists()

        wait_until(listens, lambda: "the terminal does not listen")
        terminal.press_sequentially(
            f"export COLUMNS=400; ({' && '.join(commands)}) 2>&1 | tee {said}; echo $PIPESTATUS > {status}"
        )
        terminal.press("Enter")
        wait_until(lambda: status.exists() and status.read_text().strip(), lambda: f"{commands} does not end")
        return int(status.read_text()), " ".join(said.read_text().replace("│", " ").split())

    def assignments(self) -> None:
        """Open the list of assignments."""
        self.page.goto(self.address("lab?reset"))
        self.wait_for_lab()
        self.choose("Nbgrader", "Assignment List")
        expect(self.page.locator("[id$=_assignments_list] .list_item").first).to_be_visible()

    def press_in_list(self, part: str, button: str) -> None:
        """Press a button in a part of the list of assignments, and wait until the list is there again."""
        self.page.locator(f"#{part}_assignments_list").get_by_text(button, exact=True).click()

    def fetch(self) -> Path:
        self.assignments()
        self.press_in_list("released", "Fetch")
        expect(self.page.locator("#fetched_assignments_list")).to_contain_text(SET)
        return home(self.account) / SET / f"{SET}.ipynb"

    def write(self, **changed: str) -> None:
        """Write all right answers into the fetched notebook, but for some, through the lab's interface for files."""
        path = self.address(f"api/contents/{SET}/{SET}.ipynb")
        model = self.page.request.get(path).json()
        solved = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in nbformat.read(SOURCE, as_version=4).cells
            if "nbgrader" in cell.metadata
        }
        for cell in model["content"]["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("solution"):
                source = re.sub(r"^ *###? (BEGIN|END) SOLUTION\n?", "", solved[marks["grade_id"]].source, flags=re.MULTILINE)
                cell["source"] = changed.get(marks["grade_id"].replace("-", "_"), source)
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies(self.address("lab"))}
        answer = self.page.request.put(path, data=model, headers={"X-XSRFToken": cookies["_xsrf"]})
        assert answer.ok, answer.text()

    def run_all(self, said: str) -> None:
        """Open the notebook in the lab, run all its cells, see what a check says, and save."""
        self.page.goto(self.address(f"lab/tree/{SET}/{SET}.ipynb"))
        self.wait_for_lab()
        shown_notebook(self.page, "Exercises 01")
        run_all_cells(self.page)
        expect(self.page.locator(".jp-OutputArea", has_text=said).first).to_be_attached()
        self.page.locator(".jp-OutputArea", has_text=said).first.scroll_into_view_if_needed()
        self.see("notebook")
        saved = home(self.account) / SET / f"{SET}.ipynb"
        self.choose("File", "Save Notebook")
        wait_until(lambda: said in saved.read_text("utf-8"), lambda: "it is not saved")

    def submit(self) -> None:
        self.assignments()
        self.press_in_list("fetched", "Submit")
        expect(self.page.locator("#submitted_assignments_list")).to_contain_text(SET)
        self.see("submitted")

    def fetch_feedback(self) -> list[Path]:
        self.assignments()
        self.press_in_list("submitted", "Fetch Feedback")
        wait_until(lambda: list((home(self.account) / SET).glob("feedback/*/*.html")), lambda: "no feedback came")
        return list((home(self.account) / SET).glob("feedback/*/*.html"))

    def read_page(self, page: Path) -> FrameLocator:
        """Open a page of feedback in the lab."""
        self.page.goto(self.address("lab/tree/" + quote(str(page.relative_to(home(self.account))))))
        self.wait_for_lab()
        return self.page.frame_locator(".jp-HTMLViewer iframe")


def hashes(folder: Path) -> dict[Path, str]:
    """Return the hash of each file in a folder."""
    return {path: sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def can_read(account: str, path: Path) -> bool:
    entry = pwd.getpwnam(account)
    reading = ["ls" if path.is_dir() else "cat", str(path)]
    return (
        subprocess.run(
            reading, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], capture_output=True, check=False
        ).returncode
        == 0
    )


def formgrader(person: Person) -> FrameLocator:
    """Open the formgrader's tab in the lab, and return what it shows."""
    person.page.goto(person.address("lab?reset"))
    person.wait_for_lab()
    person.choose("Nbgrader", "Formgrader")
    frame = person.page.frame_locator("#formgrader iframe")
    expect(frame.locator("#main-table")).to_contain_text(SET)
    return frame


def press_in_formgrader(person: Person, frame: FrameLocator, column: str) -> None:
    """Press a button in the line of the assignment, and wait for it to be told that it went well."""
    frame.locator("#main-table tr", has_text=SET).locator(f".{column} a").click()
    expect(frame.locator("#success-modal, .modal.in").first).to_contain_text("uccess")
    frame.locator(".modal.in button.btn-primary, .modal.in button.close").first.click()


def test_a_class_from_release_to_feedback(hub: Hub, browser: Browser, screenshots: Path, folder: Path):  # noqa: F811
    began = time.monotonic()
    assert f"Lecturers: {LECTURER}." in hub.said
    assert "Students: 3" in hub.said

    # ---- The lecturer releases; the formgrader's tab is not blank ----
    lecturer = Person(browser, hub, LECTURER, GRADER, screenshots)
    frame = formgrader(lecturer)
    lecturer.see("formgrader")
    press_in_formgrader(lecturer, frame, "assign")
    press_in_formgrader(lecturer, frame, "release")
    assert "feedback.graded import" in (hub.exchange / "outbound" / SET / f"{SET}.ipynb").read_text("utf-8")
    assert "BEGIN SOLUTION" not in (hub.exchange / "outbound" / SET / f"{SET}.ipynb").read_text("utf-8")

    # ---- Three students: one right, one with a mistake, one in the name of the first ----
    anna, bert, carl = (Person(browser, hub, name, name, screenshots) for name in STUDENTS)
    for student in (anna, bert, carl):
        assert student.fetch().exists()
        lessons = {path.name for path in (home(student.account) / "lessons").iterdir()}
        assert "01_distance_and_threshold.ipynb" in lessons
        assert all(name.endswith(".ipynb") for name in lessons)  # no exercises with solutions
    anna.see("fetched")
    anna.write(w_honest_tau="Because tau was chosen on the people it is judged on.")
    anna.run_all("Right.")
    anna.submit()
    bert.write(euclidean=SQUARED + NOSY, w_honest_tau="I do not know.")
    mistake = "That is the squared distance."
    assert any(mistake in message for message in EXERCISE.texts.values())
    bert.run_all(mistake)
    bert.submit()
    carl.write(euclidean="def euclidean(a, b):\n    return 0", w_honest_tau="Carl was here.")
    status, forged = carl.type_into_terminal(f"nbgrader submit {SET} --CourseDirectory.student_id={ANNA}")
    assert status == 0, forged
    carl.see("terminal")

    handed_in = sorted((hub.exchange / "inbound").iterdir())
    assert [path.name.split("+")[0] for path in handed_in] == [ANNA, ANNA, BERT]
    (of_bert,) = [path for path in handed_in if path.name.startswith(BERT)]
    for secret in (hub.exchange / "inbound", of_bert, of_bert / f"{SET}.ipynb", home(BERT), home(GRADER), hub.prefix / "state"):
        assert not can_read(CARL, secret), secret
    assert all(can_read(GRADER, path) for path in of_bert.iterdir())

    # ---- The hub is killed and started again: nobody has lost anything, nobody has to log in anew ----
    written = {account: hashes(home(account) / SET) for account in STUDENTS} | {"exchange": hashes(hub.exchange)}
    hub.kill()
    hub.start()
    assert written == {account: hashes(home(account) / SET) for account in STUDENTS} | {"exchange": hashes(hub.exchange)}
    anna.assignments()
    expect(anna.page.locator("#submitted_assignments_list")).to_contain_text(SET)

    # ---- The lecturer collects, grades, grades one answer by hand ----
    course = home(GRADER) / "course"
    status, collected = lecturer.type_into_terminal(COURSE, COLLECT)
    assert status == 1  # something was refused
    assert f"it is in the name of {ANNA}, but the account {CARL} has put it there" in collected
    assert f"Notebooks in submitted/STUDENT/{SET}/: 2." in collected
    assert "Carl was here" not in (course / "submitted" / ANNA / SET / f"{SET}.ipynb").read_text("utf-8")
    assert not (course / "submitted" / CARL).exists()
    status, graded = lecturer.type_into_terminal(COURSE, GRADE)
    assert status == 0, graded
    assert "Not sealed" not in graded
    report = (course / "reports" / f"{SET}.md").read_text("utf-8")
    assert re.search(rf"^\| {ANNA} \| 15 \| 18 \| 3 \|", report, re.MULTILINE), report
    assert re.search(rf"^\| {BERT} \| 14 \| 18 \| 3 \|", report, re.MULTILINE), report
    seen_by_student_code = (course / "autograded" / BERT / SET / f"{SET}.ipynb").read_text("utf-8")
    assert "VARIABLES" in seen_by_student_code
    assert "JUPYTERHUB" not in seen_by_student_code

    page = lecturer.page
    page.goto(lecturer.address(f"formgrader/gradebook/{SET}/{SET}"))
    page.locator("#main-table tr", has_text="15 / 18").locator("a.name-hidden").click()
    answer = page.locator(".nbgrader_cell", has_text="Because tau was chosen")
    answer.scroll_into_view_if_needed()
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        answer.locator("input.score.needs_manual_grade").fill("2.5")  # marked so by the script that saves it: it is there
        answer.locator("textarea").click()
    lecturer.see("answer")
    status, reported = lecturer.type_into_terminal(COURSE, REPORT)
    assert status == 0, reported
    lecturer.see("report")
    frame = formgrader(lecturer)
    press_in_formgrader(lecturer, frame, "release-feedback")
    lecturer.see("released")

    # ---- Everybody sees their own score, and nobody else's ----
    for student, points, other in ((anna, "17.5 of 18 points", mistake), (bert, "14 of 15 points", "Because tau was chosen")):
        (feedback,) = student.fetch_feedback()
        shown = student.read_page(feedback).locator("body")
        expect(shown).to_contain_text(points)
        expect(shown).not_to_contain_text(other)
        student.see("feedback")
        for someone in {ANNA, BERT, CARL} - {student.account}:
            assert not can_read(someone, feedback)
        assert not can_read(student.account, hub.exchange / "feedback")
    carl.assignments()
    expect(carl.page.locator("#submitted_assignments_list")).not_to_contain_text("feedback available")

    # ---- What was seen is what the tables hold ----
    with (course / "grades.csv").open() as file:
        grades = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: (float(row["score"] or 0), row["status"]) for name, row in grades.items()} == {
        ANNA: (17.5, "graded"),
        BERT: (14.0, "waits for a human"),
        CARL: (0.0, "missing"),
    }
    shutil.copy(folder / "canvas.csv", home(GRADER) / "canvas.csv")
    (home(GRADER) / "canvas.csv").chmod(0o644)
    to_canvas = EXPORT.replace("moodle", "canvas").replace("roster.csv", "../canvas.csv")
    for platform, command, column in (("moodle", EXPORT, SET), ("canvas", to_canvas, "01 exercises (4711)")):
        status, exported = lecturer.type_into_terminal(COURSE, command)
        assert status == 0, exported
        with (course / f"grades_{SET}_{platform}.csv").open() as file:
            rows = {row.get("ID number") or row["SIS User ID"]: row[column] for row in csv.DictReader(file)}
        rows.pop("", None)  # Canvas: points possible
        assert rows == {"1001": "17.5"}
    print(f"from login to tables: {time.monotonic() - began:.0f} s")
