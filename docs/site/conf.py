"""The settings of Sphinx; docs/site/__main__.py runs it on sources that it has made."""

from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent

project = "Faces & Style"
author = "the authors of the course"
copyright = "the authors; lessons CC BY 4.0, code MIT"  # Sphinx's name
language = "en"

extensions = ["myst_nb", "sphinx_design", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "attrs_inline", "attrs_block"]
myst_heading_anchors = 4
default_role = "literal"  # of the docstrings: what stands between single backticks is code
add_module_names = False
nb_execution_mode = "off"
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
exclude_patterns = ["_notebooks"]  # as they are, to be taken home
suppress_warnings = ["ref.python"]  # two classes of one name in two rooms

templates_path = [str(HERE / "templates")]
html_static_path = [str(HERE / "static")]
html_theme = "sphinx_book_theme"
html_title = project
html_copy_source = False
html_show_sphinx = False
html_css_files = ["site.css", "explorables/explorable.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_theme_options = {
    "navbar_start": [],  # the bar above all would have nothing but a second field to search in
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_sidenotes": False,
    "show_toc_level": 2,
    "toc_title": "On this page",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

# MathJax is the site's own. Beside each formula it puts MathML, which a screen reader speaks in its user's language or
# shows in braille; without its menu, a formula is no stop on the way of the tabulator key.
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}
MATHJAX = files("sphinx-mathjax-offline") / "static" / "mathjax"


def setup(app: Sphinx) -> None:
    """Take the pictures, too, that stand beside the sources."""
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(app.srcdir / "_static")))
