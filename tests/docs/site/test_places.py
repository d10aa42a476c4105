"""Links of the course's files lead to pages of the site."""

from pathlib import Path

import pytest

from docs.site.places import ROOT, Links, pages


@pytest.fixture
def links(tmp_path: Path) -> Links:
    """Two pages, in folders of the course and of the site; a picture and a file of text that are none."""
    for name in ("notebooks/01.ipynb", "docs/README.md", "docs/sky.png", "package/module.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return Links({"notebooks/01.ipynb": "lessons/01", "docs/README.md": "gallery"}, tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](../docs/README.md) and [b](../docs/README.md#x-y)", "[a](../gallery.md) and [b](../gallery.md#x-y)"),
        ("[a folder](../docs)", "[a folder](../gallery.md)"),
        ('<a href="../docs/README.md">a</a>', '<a href="../gallery.html">a</a>'),
        ("![sky](../docs/sky.png)", "![sky](../_static/pictures/sky.png)"),
        ('<img src="../docs/sky.png" alt="a [b](c.md)">', None),
        ("[code](../package/module.py)", "[code](../files/package-module.py.md)"),
        ("[out](https://example.org/a) [here](#place)", "[out](https://example.org/a) [here](#place)"),
        ("`[a](nothing.md)` is code", "`[a](nothing.md)` is code"),
        ("```\n[a](nothing.md)\n```", "```\n[a](nothing.md)\n```"),
        ("f[0](x) of [1](01.ipynb)", None),
    ],
)
def test_a_link_leads_to_a_page(links: Links, before: str, after: str | None):
    if after is None:
        with pytest.raises(ValueError, match=r"notebooks/01\.ipynb: the link to '\w+(\.md)?' leads to no file"):
            links.rewritten(before, "notebooks/01.ipynb")
    else:
        assert links.rewritten(before, "notebooks/01.ipynb") == after


def test_what_is_linked_and_no_page_is_remembered(links: Links):
    links.rewritten("[code](../package/module.py) ![sky](../docs/sky.png)", "notebooks/01.ipynb")
    assert links.shown == {"package/module.py": "files/package-module.py"}
    assert links.pictures == {"docs/sky.png": "_static/pictures/sky.png"}


def test_pages_of_the_course_are_files_and_have_places_of_their_own():
    found = pages()
    assert all((ROOT / file).is_file() for file in found)
    assert len(set(found.values())) == len(found)
    assert len([page for page in found.values() if page.startswith("lessons/")]) == 10


def test_those_who_teach_begin_with_the_plans_and_find_the_hub_among_their_pages():
    teaching = {file: page for file, page in pages().items() if page.startswith("instructor/")}
    assert list(teaching)[:2] == ["docs/instructor/README.md", "docs/instructor/plans.md"]
    assert teaching["hub/README.md"] == "instructor/hub_setup"
    assert len(teaching) == len(list(ROOT.glob("docs/instructor/*.md"))) + 1
