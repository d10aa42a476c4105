"""Builds the web site into build/site, from what is committed: `make site`."""

import shutil
import sys
from importlib.resources import as_file
from pathlib import Path

from docs.site import sources
from docs.site.conf import MATHJAX
from docs.site.places import ROOT

SOURCES = ROOT / "build" / "site-sources"
SITE = ROOT / "build" / "site"
NEEDED = ("tex-chtml.js", "output/chtml/fonts")  # of MathJax


def main() -> int:
    """Make the sources, have Sphinx build the pages, and put MathJax beside them; return 0 if all is well."""
    from sphinx.cmd.build import build_main

    shutil.rmtree(SOURCES, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    sources.write(SOURCES)
    conf = str(Path(__file__).parent)
    status = build_main(
        ["-W", "--keep-going", "-q", "-b", "html", "-c", conf, "-d", str(SOURCES / ".doctrees"), str(SOURCES), str(SITE)]
    )
    if status == 0:
        put_mathjax(SITE / "_static" / "mathjax")
        # From a file no browser loads the modules of the figures that move.
        print(f"The site is in {SITE.relative_to(ROOT)}. To see it: python -m http.server -d {SITE.relative_to(ROOT)}")
    return status


def put_mathjax(target: Path) -> None:
    """Copy of MathJax what a page asks for; its package has twenty times as much."""
    with as_file(MATHJAX) as installed:
        for name in NEEDED:
            source = installed / name
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target / name)
            else:
                shutil.copy(source, target / name)


if __name__ == "__main__":
    sys.exit(main())
