"""How learning platforms name what they pack: from a path in their zip to whose it is, and when it was handed in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath, PurePosixPath

from course_utils.grading.roster import one_spelling

# What operating systems and editors leave behind; what ends in .part, say, only as a file, for arvo.part can be a person.
HIDDEN, LEFT_BY_EDITORS, HALF_WRITTEN = r"\.[^.].*", r"~\$.*|.*~|__pycache__", r".*\.(?:swp|tmp|lnk|part|crdownload)"
LEFT_BY_SYSTEMS = r"__MACOSX|(?:eh)?thumbs\.db|desktop\.ini|icon\r|@eaDir|\$RECYCLE\.BIN|System Volume Information|lost\+found"
LITTER = f"(?i:{HIDDEN}|{LEFT_BY_EDITORS}|{LEFT_BY_SYSTEMS})"
LITTER_OF_FILES = f"(?i:{LITTER}|{HALF_WRITTEN})"

# Anna Maria Schmidt_123456_assignsubmission_file_03_exercises.ipynb, or a folder of this name with the file in it
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<participant>\d+)_assignsubmission_(?P<kind>[a-z]+)(_?/|_)")
# schmidtanna_LATE_98765_1234567_03_exercises-1.ipynb; Canvas counts from the second handing-in on
CANVAS = re.compile(
    r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<user>[1-9]\d*)_[1-9]\d*_(?P<file>[^/]+?)(-(?P<attempt>\d+))?\.\w+(/|$)"
)
# Exercises 3_aschmidt_attempt_2026-11-25-23-59-00_03_exercises.ipynb
BLACKBOARD = re.compile(r"(?P<title_and_user>[^/]+?)_attempt_(?P<time>\d{4}(-\d\d){5})_")
# aschmidt+03_exercises+2026-11-25 22:59:00.123456 UTC+c2VjcmV0/03_exercises.ipynb, in nbgrader's exchange
STAMPED = r"(?P<user>[^+/]+)\+(?P<assignment>[^+/]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}) UTC"
EXCHANGE = re.compile(rf"{STAMPED}(\+[^+/]*)?/")
# aschmidt+03_exercises+2026-11-25 22:59:00.123456 UTC received/03_exercises.ipynb, from the service of hub/service.py
RECEIVED = re.compile(rf"{STAMPED} received/")


@dataclass(frozen=True)
class Sender:
    """Whose file it is, as far as its name tells.

    Attributes:
        names: by which a roster may know the student.
        student: the student's name in the course where there is no roster.
        attempt: a later one replaces an earlier one.
        time: of the handing-in, if the name tells it; without a zone it is in that of the platform.
        late: whether the platform calls it late.
        platform: that has named the file: moodle, blackboard, canvas, exchange, hub (its service), or nothing.
    """

    names: tuple[str, ...]
    student: str
    attempt: tuple[str, int] = ("", 0)
    time: datetime | None = None
    late: bool = False
    platform: str = ""


def is_litter(path: PurePath) -> bool:
    """Whether an operating system or an editor has left this, and no student has handed it in."""
    return any(map(is_nobody, path.parts)) or re.fullmatch(LITTER_OF_FILES, path.name) is not None


def is_nobody(folder: str) -> bool:
    """Whether a folder of this name is no student's, but left behind by a system or an editor."""
    return re.fullmatch(LITTER, folder) is not None


def sender(path: PurePosixPath, assignment: str) -> Sender | None:
    """Return whose file this is; None if its name does not tell.

    Args:
        path: in the zip or the folder.
        assignment: its name, such as 03_exercises.
    """
    for form, platform in ((EXCHANGE, "exchange"), (RECEIVED, "hub")):
        if (named := form.match(str(path))) and named["assignment"] == assignment:
            user, time = named["user"], _time(named["time"], "%Y-%m-%d %H:%M:%S.%f")
            if time is None:
                return None
            return Sender((user,), user, (named["time"], 0), time.replace(tzinfo=UTC), platform=platform)
    *folders, file = path.parts
    for depth, part in enumerate((*(f"{folder}/" for folder in folders), file)):  # the outermost has its name from the platform
        if found := _named_by_a_platform(part, assignment):
            # A folder around it may be a student's: then a roster knows two people.
            return replace(found, names=(*found.names, *map(one_spelling, folders[:depth])))
    return _plainly_named(path, assignment)


def _named_by_a_platform(part: str, assignment: str) -> Sender | None:
    """Return whose folder or file this is, if Moodle, Canvas or Blackboard has named it.

    A student on Canvas can name a file as Blackboard would: what Canvas has put before it counts, and where the rest is of
    somebody else, a roster knows two people, and refuses.
    """
    if moodle := MOODLE.match(part):
        name, participant = one_spelling(moodle["name"]), moodle["participant"]
        return Sender((f"Participant {participant}", name), _joined(name, participant), platform="moodle")
    blackboard = BLACKBOARD.match(part)
    users = tuple(_endings(blackboard["title_and_user"])) if blackboard else ()
    if canvas := CANVAS.match(part):
        name, user = one_spelling(canvas["name"]), canvas["user"]
        # Canvas counts files of one name; the number at the end of another name is the student's.
        attempt = ("", int(canvas["attempt"] or 0) if canvas["file"] == assignment else 0)
        return Sender((user, name, *users), _joined(name, user), attempt, late=bool(canvas["late"]), platform="canvas")
    if blackboard:
        time = _time(blackboard["time"], "%Y-%m-%d-%H-%M-%S")
        return Sender(users, users[-1], (blackboard["time"], 0), time, platform="blackboard")
    return None


def _plainly_named(path: PurePosixPath, assignment: str) -> Sender | None:
    """Return whose file this is by STUDENT_ASSIGNMENT, or by the folder that it lies in.

    Each name on the path can be the student's: where a folder is one student's and the file is named after another, a roster
    knows two people.
    """
    named = re.compile(rf"(?P<student>.+)_{re.escape(assignment)}(?![^\W_])")
    told = [found["student"] for part in reversed(path.parts) if (found := named.match(part))]
    folders = [part for part in reversed(path.parts[:-1]) if part != assignment and not named.match(part)]
    # A zip for each student is a folder for each; the name of one in a student's folder is the student's choice.
    folders = [part.removesuffix(".zip") for part in sorted(folders, key=lambda part: part.endswith(".zip"))]
    names = tuple(map(one_spelling, (*told, *folders)))
    return Sender(names, names[0]) if names else None


def _time(text: str, form: str) -> datetime | None:
    """Return a time in a name; None for one that no clock shows, such as the 99th: people can write names, too."""
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _joined(name: str, number: str) -> str:
    """Return a name that is one student's also where two are called alike."""
    return "-".join([*name.split(), number])


def _endings(text: str) -> Iterator[str]:
    """Yield what can be the user's name at the end of "title_user": both may have underscores."""
    parts = text.split("_")
    for start in range(max(1, len(parts) - 3), len(parts)):
        yield "_".join(parts[start:])
