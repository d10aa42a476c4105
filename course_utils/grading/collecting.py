"""Collecting: from what a learning platform packs, a folder or an exchange to submitted/STUDENT/ASSIGNMENT, a notebook each."""

import hashlib
import re
import tempfile
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import parse_utc

from course_utils.data.files import written_whole
from course_utils.errors import DataError
from course_utils.grading.configuration import COURSE, GRADEBOOK, address_of
from course_utils.grading.exchange import exchange_of, submissions
from course_utils.grading.folders import SECRET, TIMESTAMP, notebooks_in
from course_utils.grading.limits import LARGEST_FILE
from course_utils.grading.locking import one_writer
from course_utils.grading.packed import BROKEN, PackedFile, TooLargeError, opened
from course_utils.grading.platforms import Sender, is_litter, sender
from course_utils.grading.roster import Roster, alike, unusable
from course_utils.grading.submission import SubmissionError, cells_of, name_of, source_of

# Students of a real class do not all hand in within a minute: so many files of one minute were packed in it.
A_CLASS, PACKING = 3, timedelta(minutes=1)
LONGEST_SECRET = 1000  # bytes; nbgrader's have 128
NOTEBOOK = re.compile(r".*\.(?:ipynb|ipynb\.(?:txt|json)|zip)", re.IGNORECASE)  # some browsers put an ending behind it


@dataclass(frozen=True)
class HandedIn:
    """A notebook as it lies in the zip or the folder.

    Attributes:
        path: in there.
        sender: whose it is.
        time: of the handing-in, as far as is known.
        told: whether the time was told, by nbgrader or in the file's name; else it is that of the file.
        changed: when the file was last changed, as far as is known.
        copy: its content, in a folder that goes when the collecting is over.
        digest: of its content.
        cells: of each cell with a name of nbgrader's the text; none if it cannot be read.
        secret: of a submission in an exchange; else None.
    """

    path: PurePosixPath
    sender: Sender
    time: datetime
    told: bool
    changed: datetime
    copy: Path
    digest: str
    cells: dict[str, str]
    secret: bytes | None = None


@dataclass
class Collection:
    """What came of it.

    Attributes:
        collected: the students whose notebook is in its place now.
        refused: the name of a file or a student, and why.
        remarks: a student, and what a human should know.
        missing: students of the roster of whom there is nothing, from this collecting or one before.
        passed_over: how many files were no notebooks: litter, texts, pictures.
        notes: what a human should know of all of it.
    """

    collected: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    passed_over: int = 0
    notes: list[str] = field(default_factory=list)


def collect(source: Path, root: Path, assignment: str, roster: Roster | None = None) -> Collection:
    """Put each student's notebook into its place; what cannot be told apart, or is too large, is refused, the rest collected.

    An older notebook of the same student is replaced by a newer one only.

    Args:
        source: a zip as Moodle, Canvas or Blackboard packs it, or with one file or folder for each student; such a folder; or
            the folder of the course in nbgrader's exchange, where a submission counts only if its owner is whom it names.
        root: the folder of the assignments.
        assignment: its name.
        roster: who takes part. Without it the names in the files are taken as they are.

    Raises:
        DataError: there is no such assignment, or the source is no folder and no zip.
        CourseBusyError: somebody else writes into the course.
    """
    release = root / "release" / assignment / f"{assignment}.ipynb"
    if not release.exists():
        known = ", ".join(sorted(path.name for path in (root / "release").glob("*"))) or "none"
        raise DataError(f"{assignment!r} is not an assignment; there are: {known}.")
    released = named_cells(release.read_bytes())
    collection = Collection()
    with one_writer(root, f"collect {assignment}"), tempfile.TemporaryDirectory() as copies:
        handed_in = _by_student(source, assignment, roster, Path(copies), collection)
        _doubt_times(handed_in, _due(root, assignment), collection)
        for student, notebooks in sorted(handed_in.items()):
            chosen = _chosen(student, notebooks, assignment, released, collection)
            if chosen is not None:
                _put(root / "submitted" / student / assignment, chosen, student, collection)
    if roster is not None:
        places = {student: root / "submitted" / student / assignment for student in roster.students}
        collection.missing = [student for student, place in places.items() if not notebooks_in(place)]
    return collection


def _by_student(
    source: Path, assignment: str, roster: Roster | None, copies: Path, collection: Collection
) -> dict[str, list[HandedIn]]:
    """Return the notebooks of each student."""
    handed_in = defaultdict(list)
    bytes_of: dict[tuple[str, tuple[str, int]], int] = defaultdict(int)
    times: dict[PurePosixPath, datetime | None] = {}
    secrets: dict[PurePosixPath, bytes | None] = {}
    others: dict[str, PurePosixPath] = {}
    exchange = exchange_of(source)
    with nullcontext(submissions(exchange, assignment)) if exchange else opened(source) as files:
        for file in files:
            if file.path.name == TIMESTAMP:
                times[file.path.parent] = _time_in(file)
            elif file.path.name == SECRET:
                secrets[file.path.parent] = _secret_in(file)
            elif is_litter(file.path):
                collection.passed_over += 1
            elif not NOTEBOOK.fullmatch(file.path.name):
                collection.passed_over += 1
                for student in _known(file.path, assignment, roster):
                    others.setdefault(student, file.path)
            elif whose := _whose(file.path, assignment, roster, exchange is not None, collection):
                student, sent_by = whose
                try:
                    one = _copied(file, sent_by, LARGEST_FILE - bytes_of[student, sent_by.attempt], copies)
                except (*BROKEN, OverflowError) as error:
                    collection.refused.append((str(file.path), str(error) or "it cannot be read"))
                    continue
                bytes_of[student, sent_by.attempt] += one.copy.stat().st_size
                handed_in[student].append(one)
    for student, path in others.items():
        if student not in handed_in:
            collection.refused.append((student, f"there is no notebook, but {path}: ask for the .ipynb"))
    for student, notebooks in handed_in.items():
        notebooks = [replace(one, secret=secrets.get(one.path.parent)) for one in notebooks]
        # Where nbgrader has kept the time, it is better than that of a file. In what a platform names it is the student's word.
        handed_in[student] = [one if one.sender.platform else _with_time(one, times.get(one.path.parent)) for one in notebooks]
    _refuse_look_alikes(handed_in, collection)
    return handed_in


def _whose(
    path: PurePosixPath, assignment: str, roster: Roster | None, from_exchange: bool, collection: Collection
) -> tuple[str, Sender] | None:
    """Return the student's name in the course; if there is none, say why."""
    sent_by = sender(path, assignment)
    if sent_by is None:
        reason = "its name does not tell whose it is"
    elif sent_by.platform == "exchange" and not from_exchange:
        reason = "it was copied from an exchange, so nobody knows who owned it: collect from the exchange itself"
    elif roster is None:
        if not (unfit := unusable(sent_by.student)):
            return sent_by.student, sent_by
        reason = f"{sent_by.student!r} cannot be a student's name: {unfit}"
    else:
        found = sorted(roster.find(sent_by.names))
        if len(found) == 1 and sent_by.platform == "moodle" and not roster.may_be_called(found[0], sent_by.names[1]):
            reason = f"{sent_by.names[1]!r} is not in the roster; of a group, each one has to hand in"
        elif len(found) == 1:
            return found[0], sent_by
        else:
            reason = f"it can be of {' or of '.join(found)}" if found else f"{sent_by.student!r} is not in the roster"
    collection.refused.append((str(path), reason))
    return None


def _known(path: PurePosixPath, assignment: str, roster: Roster | None) -> frozenset[str]:
    """Return the student of the roster whose file this is, if there is one and no doubt."""
    sent_by = sender(path, assignment)
    found = frozenset() if roster is None or sent_by is None else roster.find(sent_by.names)
    return found if len(found) == 1 else frozenset()


def _copied(file: PackedFile, sent_by: Sender, most: int, copies: Path) -> HandedIn:
    """Copy a notebook of so many bytes at most: a small zip can hold many large files."""
    content = file.read()  # of a zip, too: if it is too large, that is why it stayed a zip
    if file.path.suffix.lower() == ".zip":
        raise ValueError("it is a damaged zip, or a zip within a zip")
    if len(content) > most:
        raise TooLargeError
    digest = hashlib.sha256(content).hexdigest()
    copy = copies / digest
    copy.write_bytes(content)
    time = sent_by.time.astimezone() if sent_by.time else file.time
    return HandedIn(file.path, sent_by, time, sent_by.time is not None, file.time, copy, digest, named_cells(content))


def _with_time(one: HandedIn, time: datetime | None) -> HandedIn:
    return one if time is None else replace(one, time=time, told=True)


def _time_in(file: PackedFile) -> datetime | None:
    """Return the time in a timestamp of nbgrader's; None if it is no time."""
    try:
        time = parse_utc(file.read()[:100].decode().strip())
    except (*BROKEN, OverflowError):
        return None
    return None if time is None else time.replace(tzinfo=UTC)


def _secret_in(file: PackedFile) -> bytes | None:
    """Return what nbgrader has laid beside a submission; None if that is empty or cannot be read."""
    try:
        return file.read()[:LONGEST_SECRET] or None
    except BROKEN:
        return None


def _refuse_look_alikes(handed_in: dict[str, list[HandedIn]], collection: Collection) -> None:
    """Refuse names that look the same, such as those that only capitals tell apart: on many disks they are one folder."""
    groups = defaultdict(list)
    for student in handed_in:
        groups[alike(student)].append(student)
    for students in groups.values():
        if len(students) > 1:
            for student in students:
                others = " and ".join(repr(other) for other in students if other != student)
                collection.refused.append((student, f"it looks like {others}: is that one person? A roster tells"))
                del handed_in[student]


def _due(root: Path, assignment: str) -> datetime | None:
    """Return the due date of an assignment, if there is one in the gradebook."""
    if not (root / GRADEBOOK).exists():
        return None
    with Gradebook(address_of(root), COURSE) as gradebook:
        try:
            due = gradebook.find_assignment(assignment).duedate
        except MissingEntry:
            return None
    return None if due is None else due.replace(tzinfo=UTC)


def _doubt_times(handed_in: dict[str, list[HandedIn]], due: datetime | None, collection: Collection) -> None:
    """Hold nobody for late whose time is that of the packing: Canvas marks the late ones, others keep the time or do not."""
    every = [one for notebooks in handed_in.values() for one in notebooks]
    if any(one.sender.platform == "canvas" for one in every):
        collection.notes.append(
            "Canvas tells who is late, but not when: the times in its zip are those of the packing. Who is late is so by a "
            "second here: look there by how much, and take points off by hand."
        )
    dated = [one.time for one in every if not one.told and one.sender.platform != "canvas"]
    at_once = len(dated) >= A_CLASS and max(dated) - min(dated) <= PACKING
    if at_once:
        collection.notes.append(
            f"All files are of {dated[0]:%Y-%m-%d %H:%M}. If they were packed then, the platform has not kept when they were "
            "handed in: look there who is late. Here nobody is."
        )
    for student, notebooks in handed_in.items():
        for index, one in enumerate(notebooks):
            doubtful = not one.told and (at_once or one.sender.platform == "canvas")
            if doubtful and due is not None and one.time > due:  # by then at the latest; or late, and nobody knows by how much
                handed_in[student][index] = replace(one, time=due + timedelta(seconds=int(one.sender.late)))


def named_cells(content: bytes) -> dict[str, str]:
    """Return the text of each cell that has a name of nbgrader's; none if it cannot be read."""
    try:
        return {name: source_of(cell) for cell in cells_of(content) if (name := name_of(cell))}
    except SubmissionError:
        return {}


def _chosen(
    student: str, notebooks: list[HandedIn], assignment: str, released: dict[str, str], collection: Collection
) -> HandedIn | None:
    """Return the one notebook of a student that counts; if there is none, say why.

    Args:
        student: the student's name in the course.
        notebooks: all that came.
        assignment: its name.
        released: the named cells of the notebook that was handed out.
        collection: what is to be told goes there.
    """
    latest = max(one.sender.attempt for one in notebooks)
    left = [one for one in notebooks if one.sender.attempt == latest]
    if all(one.cells and not one.cells.keys() & released.keys() for one in left):
        collection.refused.append((student, f"{left[0].path} is not {assignment}: it has none of its questions"))
        return None
    left = [one for one in left if one.cells.keys() & released.keys()] or left
    left = [one for one in left if one.cells != released] or left  # not the one in which nothing is written
    others = {one.digest: one for one in left}
    left = [one for one in left if one.path.name == f"{assignment}.ipynb"] or left
    if len({one.digest for one in left}) > 1:
        names = ", ".join(str(one.path) for one in left)
        collection.refused.append((student, f"there are several notebooks, and nothing tells which one counts: {names}"))
        return None
    for other in [one for digest, one in others.items() if digest != left[0].digest]:
        collection.remarks.append((student, f"{left[0].path} counts; there is {other.path}, too, and it is another one"))
    if left[0].sender.late:
        collection.remarks.append((student, "late, says the platform"))
    if left[0].sender.platform == "exchange" and abs(left[0].changed - left[0].time) > PACKING:
        changed = f"{left[0].changed:%Y-%m-%d %H:%M} UTC"
        collection.remarks.append((student, f"{left[0].path} was last changed on {changed}: is it late?"))
    # Who hands in the same once more has handed it in before.
    earliest = min((one for one in notebooks if one.digest == left[0].digest), key=lambda one: one.time)
    return replace(left[0], time=earliest.time, told=earliest.told)


def _put(folder: Path, one: HandedIn, student: str, collection: Collection) -> None:
    """Write a notebook and its time where nbgrader looks for them, unless what is there is newer."""
    path, stamp = folder / f"{folder.name}.ipynb", folder / TIMESTAMP
    collection.collected.append(student)
    content = one.copy.read_bytes()
    before = _time_in(PackedFile(PurePosixPath(TIMESTAMP), one.time, stamp.read_bytes)) if stamp.exists() else None
    first = one.time
    if path.exists() and path.read_bytes() == content:
        first = min(first, before or first)  # the same once more
    elif path.exists():
        if before is not None and before > one.time:
            collection.remarks.append((student, f"{one.path} is older than what was collected before, which stays"))
            return
        collection.remarks.append((student, "replaces what was collected before"))
    folder.mkdir(parents=True, exist_ok=True)
    time = first.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC").encode()
    for target, written in ((path, content), (stamp, time), (folder / SECRET, one.secret)):
        if written is None:
            target.unlink(missing_ok=True)
            continue
        with written_whole(target) as file:
            file.write(written)
