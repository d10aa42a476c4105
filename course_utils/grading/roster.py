"""The roster of a course: who takes part, and by which names and numbers a learning platform knows them."""

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import DataError

# Columns that can name a student in the course, the best first: ours, then those that Moodle, Canvas and Blackboard export.
IDENTIFIERS = (
    "student_id",
    "username",
    "sis login id",
    "login id",
    "id number",
    "sis user id",
    "student id",
    "id",
    "email address",
    "email",
)
KNOWN_BY = (*IDENTIFIERS, "identifier", "lms_user_id")  # "identifier" is Moodle's: Participant 123456
FULL_NAMES = ("full name", "student", "name")
OF_CANVAS = ("points possible", "student, test")  # in its gradebook: how much each assignment counts, and a student to try with
FIRST_NAMES, LAST_NAMES = ("first name", "first_name"), ("last name", "last_name", "surname")


def one_spelling(name: str) -> str:
    """Return a name with composed letters and single spaces: a Mac writes ü as two characters, others as one."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def alike(name: str) -> str:
    """Return what is the same for all names that look the same: letters in one spelling and size, nothing that is not seen."""
    seen = (letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", " ".join("".join(seen).split()).casefold())


def compact(name: str) -> str:
    """Return the letters and digits of a name, small and without accents: as much as platforms keep in a file's name."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True)
class Roster:
    """Who takes part.

    Attributes:
        students: their names in the course, in the order of the file.
        names: of those of whom the file tells them, the first and the last name.
        exact: for each name or number the students that it can mean.
        compact: the same for what is left of a name in the names of files, see `compact`.
        columns: the header of the file.
        rows: for each student the line of the file, by the names of the columns in small letters.
    """

    students: tuple[str, ...]
    names: dict[str, tuple[str, str]]
    exact: dict[str, frozenset[str]]
    compact: dict[str, frozenset[str]]
    columns: tuple[str, ...]
    rows: dict[str, dict[str, str]]

    def find(self, names: Iterable[str]) -> frozenset[str]:
        """Return whom all of these names that are known can mean: one student, or several; nobody if none is known.

        If two of them mean different students, both come back: nobody should be graded for somebody else's number.
        """
        meant = [
            self.exact.get(one_spelling(name).casefold()) or self.compact.get(compact(name)) or frozenset() for name in names
        ]
        known = [students for students in meant if students]
        if not known:
            return frozenset()
        return frozenset.intersection(*known) or frozenset.union(*known)

    def may_be_called(self, student: str, name: str) -> bool:
        """Whether a name has a word of a student's names, as far as the roster tells any: a group's has none."""
        row = self.rows[student]
        told = " ".join([*self.names.get(student, ()), *(row.get(column) or "" for column in FULL_NAMES)])
        words, own = ({compact(word) for word in text.replace(",", " ").split()} - {""} for text in (name, told))
        return not own or bool(words & own) or name.casefold().startswith("participant ")


def read_roster(path: Path) -> Roster:
    """Read a roster from a table with a header: one that was made for the course, or an export of a learning platform.

    A column `student_id` names the students; else the first of `IDENTIFIERS` that is there. All other columns that are known
    (names, numbers, e-mail addresses) serve to recognise whose file is whose.

    Args:
        path: a CSV file, separated by commas, semicolons or tabs.

    Raises:
        DataError: there is no such file, or it has no header that is known, an empty or an unusable name, or one twice.
    """
    columns, rows = _table(path)
    exact, shortened = defaultdict(set), defaultdict(set)
    students: list[str] = []
    names: dict[str, tuple[str, str]] = {}
    taken: dict[str, str] = {}
    row_of: dict[str, dict[str, str]] = {}
    column = next((name for name in IDENTIFIERS if rows and name in rows[0]), None)
    if column is None:
        raise DataError(f"{path}: expected a header with a column student_id, or one of {', '.join(IDENTIFIERS[1:])}.")
    for line, row in enumerate(rows, start=2):
        student = one_spelling(row[column])
        if not student and _is_nobody(row):
            continue
        if reason := unusable(student):
            raise DataError(f"{path}, line {line}: {column} is {student!r}: {reason}.")
        if student in students:
            raise DataError(f"{path}, line {line}: {student!r} is there twice. Leave one of the lines.")
        if other := taken.get(alike(student)):
            raise DataError(f"{path}, line {line}: {student!r} looks like {other!r} above. Give one of them another name.")
        taken[alike(student)] = student
        students.append(student)
        row_of[student] = row
        if any(first_and_last := _first_and_last(row)):
            names[student] = first_and_last
        for name in _names(row):
            exact[one_spelling(name).casefold()].add(student)
            shortened[compact(name)].add(student)
    exactly, roughly = ({n: frozenset(meant) for n, meant in t.items() if n} for t in (exact, shortened))
    return Roster(tuple(students), names, exactly, roughly, columns, row_of)


def _is_nobody(row: dict[str, str]) -> bool:
    """Whether a line without a number is no student's: an empty one, or one that Canvas puts into its gradebook."""
    named = [row[column].strip() for column in (*KNOWN_BY, *FULL_NAMES, *FIRST_NAMES, *LAST_NAMES) if row.get(column)]
    return not any(named) or row.get("student", "").strip().casefold() in OF_CANVAS


def unusable(student: str) -> str:
    """Return why a name cannot be that of a folder, or nothing if it can."""
    if not student:
        return "it is empty"
    if student[0] in ".-=+@" or student[-1] in ". ":
        return "a name must not begin with a dot, or with a sign that a table takes for a formula (- = + @), or end with a dot"
    if len(student.encode()) > 150:
        return "it is too long"
    if any(letter in '/\\:*?"<>|' or unicodedata.category(letter).startswith("C") for letter in student):
        return "it has a character that a folder's name cannot have everywhere, one of / \\ : * ? \" < > | or an invisible one"
    return ""


def _table(path: Path) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Return the header of a table, and its lines by the names of the columns in small letters."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Give the roster as a CSV file.") from None
    text = _text(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not table:
        raise DataError(f"{path} is empty. Give a CSV file with a header and a line for each student.")
    columns = tuple(name.strip() for name in table[0])
    names = [name.casefold() for name in columns]
    return columns, [dict(zip(names, [*line, *[""] * len(names)], strict=False)) for line in table[1:]]


def _text(content: bytes) -> str:
    """Decode what Excel and the platforms write."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _in_columns(row: dict[str, str]) -> tuple[str, str]:
    """Return the first and the last name, where the table has columns for them."""
    first, last = (next((row[c] for c in columns if row.get(c)), "") for columns in (FIRST_NAMES, LAST_NAMES))
    return first, last


def _first_and_last(row: dict[str, str]) -> tuple[str, str]:
    """Return the first and the last name, as far as they can be told: of Anna Maria Schmidt the last word is the last."""
    first, last = _in_columns(row)
    if not (first or last):
        full = next((row[column] for column in FULL_NAMES if row.get(column)), "")
        if "," in full:  # Canvas: Schmidt, Anna
            last, _, first = full.partition(",")
        else:  # Moodle: Anna Maria Schmidt
            first, _, last = full.rpartition(" ")
    return one_spelling(first), one_spelling(last)


def _names(row: dict[str, str]) -> Sequence[str]:
    """Return all by which a student can be known: numbers, addresses, and the name in each order."""
    names = [row[column] for column in KNOWN_BY if row.get(column)]
    first, last = _in_columns(row)
    if first or last:
        names += [f"{first} {last}", f"{last} {first}"]
    for full in (row[column] for column in FULL_NAMES if row.get(column)):
        names.append(full)
        if "," in full:  # Canvas: Schmidt, Anna
            last, _, first = full.partition(",")
            names.append(f"{first} {last}")
        else:  # Moodle: Anna Maria Schmidt
            *firsts, last = full.split()
            names.append(f"{last} {' '.join(firsts)}")
    return names
