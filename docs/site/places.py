"""Which file of the course is which page of the site, and where the links of a file lead when it is one."""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]

FIRST = ("instructor/readme", "instructor/plans")  # of the pages for those who teach

# A link of Markdown, or what an element of HTML leads to or shows. What stands in code is no link.
CODE = r"```.*?```|``[^\n]*?``|`[^`\n]*`"
LINK = r"(?P<before>\]\(|\b(?:href|src)=\")(?P<target>[^)\s\"]+)(?=[)\"])"
CODE_OR_LINK = re.compile(f"{CODE}|{LINK}", re.DOTALL)


def pages(root: Path = ROOT) -> dict[str, str]:
    """Return for each file of the course that is a page the page: its path in the site, without an ending."""
    found = {
        "README.md": "index",
        "CONTRIBUTING.md": "contributing",
        "data/README.md": "data",
        "docs/gallery/README.md": "gallery",
        "notebooks/assignments/README.md": "exercises/assignments",
    }
    for path in sorted(root.glob("notebooks/[0-9]*.ipynb")):
        found[path.relative_to(root).as_posix()] = f"lessons/{path.stem}"
    for path in sorted(root.glob("notebooks/assignments/release/*/*.ipynb")):
        found[path.relative_to(root).as_posix()] = f"exercises/{path.stem}"
    texts = root.glob("docs/instructor/*.md")
    teaching = {f"instructor/{path.stem.lower()}": path.relative_to(root).as_posix() for path in texts}
    teaching["instructor/hub_setup"] = "hub/README.md"
    for page in [*FIRST, *sorted(teaching.keys() - FIRST)]:
        found[teaching[page]] = page
    return found


class Links:
    """Rewrites the links of the course's files, and remembers which files have to be on the site for their sake.

    Args:
        pages: as the function of this name returns them.
        root: the folder of the course.

    Attributes:
        shown: files of text that are no page of their own, and are linked: path in the course -> page.
        pictures: pictures that are shown: path in the course -> path in the site.
    """

    def __init__(self, pages: Mapping[str, str], root: Path = ROOT) -> None:
        self.pages = pages
        self.root = root
        self.shown: dict[str, str] = {}
        self.pictures: dict[str, str] = {}

    def rewritten(self, text: str, file: str) -> str:
        """Return Markdown with links that lead to pages of the site.

        Args:
            text: of the file, or a part of it.
            file: its path in the course.

        Raises:
            ValueError: a link leads to nothing that is there.
        """

        def rewrite(match: re.Match[str]) -> str:
            if not match["target"]:
                return match[0]  # code
            return match["before"] + self.leads_to(match["target"], file, built="=" in match["before"])

        return CODE_OR_LINK.sub(rewrite, text)

    def leads_to(self, target: str, file: str, *, built: bool = True) -> str:
        """Return what a link of a file becomes; what leads out of the course, or to a place in the same file, stays.

        Args:
            target: where it leads as it is.
            file: the path in the course of the file that it stands in.
            built: lead to the page as it is built, not to its source; Sphinx makes the one of the other, and looks whether it
                is there.

        Raises:
            ValueError: it leads to nothing that is there.
        """
        if target.startswith(("#", "data:", "mailto:")) or "://" in target:
            return target
        path, mark, place = target.partition("#")
        found = os.path.normpath(PurePosixPath(file).parent / path).replace(os.sep, "/")
        if (self.root / found).is_dir():
            found += "/README.md"
        if not (self.root / found).is_file():
            raise ValueError(f"{file}: the link to {target!r} leads to no file of the course")
        if found.endswith((".png", ".jpg")):
            address = self.pictures[found] = f"_static/pictures/{PurePosixPath(found).name}"
        elif found in self.pages:
            address = self.pages[found] + (".html" if built else PurePosixPath(found).suffix)
        else:
            address = self.shown.setdefault(found, f"files/{found.replace('/', '-')}") + (".html" if built else ".md")
        return os.path.relpath(address, PurePosixPath(self.pages[file]).parent).replace(os.sep, "/") + mark + place
