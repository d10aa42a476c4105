"""What a student has handed in, made fit for grading: read without trust, put on the frame of the released notebook."""

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.limits import (
    LARGEST_FILE,
    LARGEST_PICTURES,
    LONGEST_CELL,
    LONGEST_DESCRIPTION,
    LONGEST_TEXT,
    MOST_CELLS,
)
from course_utils.grading.plain import plain_text

EXPERIMENT = "experiment"  # the tag of cells that are not run when graded: their outputs are the student's own
UNJUDGED = "its answer could not be judged"  # how a flag begins where the fault may be the judge's own
PUT_BACK = "the cell is missing; put back at the end"
CHECK = "check-"  # how the names of the cells begin in which a function is handed over
SHOWN = ("image/png", "image/jpeg", "text/plain")  # what is kept of outputs: nothing that a browser would run
TAG = re.compile(r"<[a-zA-Z/!?]")
RUNS = re.compile(r"(\]\(|\]:|<)<?(javascript|vbscript|data):", re.IGNORECASE)  # the target of a link
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


class SubmissionError(ValueError):
    """What was handed in cannot be read as a notebook; the text says why."""


@dataclass(frozen=True)
class Flag:
    """Something that a human should look at.

    Attributes:
        cell: the name of the cell, or "notebook".
        reason: what is the matter.
    """

    cell: str
    reason: str

    @property
    def is_ours(self) -> bool:
        """Whether the judge itself has failed: then the answer waits for a human."""
        return self.reason.startswith(UNJUDGED)


def read_submission(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook, as they stand in the file.

    Raises:
        SubmissionError: it is no ordinary file, too large, no notebook, or has too many cells.
    """
    if path.is_symlink() or not path.is_file():
        raise SubmissionError("it is no ordinary file, but a link, a folder or a device")
    if path.stat().st_size > LARGEST_FILE:
        raise SubmissionError(f"it is larger than {LARGEST_FILE // 2**20} MB")
    return cells_of(path.read_bytes())


def cells_of(content: bytes) -> list[dict[str, Any]]:
    """Return the cells of a notebook file's content.

    Raises:
        SubmissionError: as `read_submission`.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        notebook = json.loads(content.decode(encoding))
    except UnicodeDecodeError:
        raise SubmissionError("it is not written in UTF-8") from None
    except (ValueError, RecursionError):
        raise SubmissionError("it is no notebook: its text is not JSON") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SubmissionError("it is no notebook of version 4: it has no list of cells")
    if len(cells) > MOST_CELLS:
        raise SubmissionError(f"it has {len(cells)} cells, more than {MOST_CELLS}")
    return [cell for cell in cells if isinstance(cell, dict)]


def restore(submitted: Iterable[dict[str, Any]], release: NotebookNode) -> tuple[NotebookNode, list[Flag]]:
    """Put a student's cells on the frame of the released notebook.

    Only the text of ordinary cells and of answers is the student's, and the pictures and texts that experiments left; all else
    is as released: locked cells, names, points. Cells that carry points and are missing are put back at the end.

    Args:
        submitted: the student's cells, of any shape.
        release: the notebook that was handed out.

    Returns:
        A new notebook, and what a human should look at.
    """
    frame = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
    flags: list[Flag] = []
    seen: set[str] = set()
    cells: list[NotebookNode] = []
    bounded = [_of_bounded_length(cell, flags) for cell in submitted]
    for cell in reversed(bounded):  # of copies, the last one counts: by then all definitions have run
        name = name_of(cell)
        if name and name not in frame:
            flags.append(Flag(name[:60], "a cell with a name that this assignment does not have; taken as an ordinary cell"))
        elif name in seen:
            flags.append(Flag(name, "a copied cell; the last one counts, the others are ordinary cells"))
        elif name:
            seen.add(name)
            cells.append(_framed(cell, frame[name], flags))
            continue
        cells.append(_ordinary(cell))
    cells.reverse()
    flags.reverse()
    missing = [name for name in frame if name not in seen]
    if frame and len(missing) == len(frame):
        flags.append(Flag("notebook", "none of the assignment's cells has its name any more; look for written answers by hand"))
    for name in missing:
        if frame[name].metadata.nbgrader.grade:
            cells.append(deepcopy(frame[name]))
            flags.append(Flag(name, PUT_BACK))
        elif frame[name].metadata.nbgrader.solution:
            flags.append(Flag(name, "the cell for the answer is missing"))
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index:03d}"
    return new_notebook(cells=cells, metadata=deepcopy(release.metadata)), flags


def to_run(submitted: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of a student's cells what it takes to run them: texts, names, and which are experiments."""
    return [
        {
            "cell_type": _text(cell.get("cell_type")),
            "source": source_of(cell),
            "metadata": {"nbgrader": {"grade_id": name_of(cell)}, "tags": [EXPERIMENT] if _tagged(cell) else []},
        }
        for cell in submitted
    ]


def is_experiment(cell: NotebookNode) -> bool:
    """Whether a cell is not run when graded."""
    return EXPERIMENT in cell.metadata.get("tags", [])


def checked_exercise(cell: NotebookNode) -> str | None:
    """Return the name of the exercise whose answer a cell hands over, if it is such a cell."""
    name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
    return name.removeprefix(CHECK) if name.startswith(CHECK) else None


def shown(outputs: Any) -> list[NotebookNode]:
    """Return what may be shown of outputs: texts and pictures, of bounded length, nothing that a browser would run."""
    kept: list[NotebookNode] = []
    text, pictures = LONGEST_TEXT, LARGEST_PICTURES
    for output in outputs if isinstance(outputs, list) else []:
        clean = _shown(output) if isinstance(output, dict) else None
        if clean is None:
            continue
        long = clean.get("text", "") + "".join(clean.get("traceback", [])) + clean.get("data", {}).get("text/plain", "")
        drawn = sum(len(value) for kind, value in clean.get("data", {}).items() if kind.startswith("image/"))
        text, pictures = text - len(long), pictures - drawn
        if text < 0 or pictures < 0:
            kept.append(from_dict({"output_type": "stream", "name": "stdout", "text": "[The rest of the output is cut.]\n"}))
            return kept
        kept.append(from_dict(clean))
    return kept


def name_of(cell: dict[str, Any]) -> str:
    """Return nbgrader's name of a cell of any shape, or nothing."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return _text(name)


def _tagged(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(tags, list) and EXPERIMENT in tags


def source_of(cell: dict[str, Any]) -> str:
    """Return the text of a cell of any shape, or nothing."""
    source = cell.get("source", "")
    return _text(source)


def _of_bounded_length(cell: dict[str, Any], flags: list[Flag]) -> dict[str, Any]:
    source = source_of(cell)
    if len(source) <= LONGEST_CELL:
        return cell
    flags.append(Flag(name_of(cell)[:60] or "notebook", f"a cell of {len(source)} characters; cut after {LONGEST_CELL}"))
    return cell | {"source": source[:LONGEST_CELL]}


def _framed(cell: dict[str, Any], released: NotebookNode, flags: list[Flag]) -> NotebookNode:
    """Return a cell that the assignment knows: as released, with the student's text where the student was asked for one."""
    framed = deepcopy(released)
    name = released.metadata.nbgrader.grade_id
    if cell.get("cell_type") != released.cell_type:
        flags.append(Flag(name, "the cell was of another kind; its kind is put back"))
    if released.metadata.nbgrader.solution:
        framed.source = source_of(cell)
        if framed.cell_type == "markdown":
            framed.source = _harmless(framed.source)
            pictures = _pictures(cell)
            if pictures:
                framed.attachments = pictures
    elif source_of(cell) != released.source:
        flags.append(Flag(name, "a locked cell was changed; put back"))
    return framed


def _ordinary(cell: dict[str, Any]) -> NotebookNode:
    if cell.get("cell_type") != "code":
        return new_markdown_cell(_harmless(source_of(cell)))
    if _tagged(cell):
        return new_code_cell(source_of(cell), metadata={"tags": [EXPERIMENT]}, outputs=shown(cell.get("outputs")))
    return new_code_cell(source_of(cell))


def _harmless(markdown: str) -> str:
    """Take out of a text what a browser would run."""
    text: str = SanitizeHTML().sanitize_html_tags(markdown) if TAG.search(markdown) else markdown
    # A link of Markdown's own, however it is spelled: then the whole text is shown as it was typed.
    if RUNS.search(re.sub(r"[\s\x00-\x1f\\]", "", unescape(unescape(text)))):
        return f"```\n{markdown.replace('```', '')}\n```"
    return text


def _pictures(cell: dict[str, Any]) -> dict[str, dict[str, str]]:
    attachments = cell.get("attachments")
    pictures = {}
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        for kind, data in kinds.items() if isinstance(kinds, dict) else ():
            if kind in SHOWN[:2] and isinstance(data, str) and len(data) <= LARGEST_PICTURES and BASE64.fullmatch(data):
                pictures[_text(name)] = {kind: data}
    return pictures


def _text(value: Any) -> str:
    """Return a text, or the lines of one, without halves of characters, which cannot be written."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _shown(output: dict[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        return {"output_type": "stream", "name": "stdout", "text": _text(output.get("text"))}
    if kind == "error":
        return {
            "output_type": "error",
            "ename": _text(output.get("ename"))[:100],
            "evalue": _text(output.get("evalue"))[:1000],
            "traceback": [_text(line) for line in output.get("traceback") or [] if isinstance(line, str)],
        }
    if kind not in ("display_data", "execute_result") or not isinstance(output.get("data"), dict):
        return None
    data = {mime: _text(value) for mime, value in output["data"].items() if mime in SHOWN}
    data = {mime: value for mime, value in data.items() if mime == "text/plain" or BASE64.fullmatch(value)}
    alternatives = {mime: {"alt": words} for mime in data if (words := _description(output, mime))}
    return {"output_type": "display_data", "metadata": alternatives, "data": data} if data else None


def _description(output: dict[str, Any], mime: str) -> str:
    """Return the words of a picture for those who do not see it, if it has any."""
    metadata = output.get("metadata")
    own = metadata.get(mime) if isinstance(metadata, dict) else None
    return plain_text(_text(own.get("alt")), LONGEST_DESCRIPTION) if isinstance(own, dict) else ""
