"""Formulas as drawings in the page itself: they are there without a network, without a program, and in print."""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath

LONGEST = 600  # characters; a longer formula is shown as it was typed
EM = 100  # units of a drawing in the size of the letters around it
WIDEST = 200 * EM
COMMANDS = {int(Path.MOVETO): "M", int(Path.LINETO): "L", int(Path.CURVE3): "Q", int(Path.CURVE4): "C"}  # of SVG

# What Matplotlib's own TeX does not know, said in what it knows.
OTHER_WORDS = (
    (re.compile(r"\\[bB]igg?[lrm]?(?![a-zA-Z])"), ""),
    (re.compile(r"\\[lr]Vert(?![a-zA-Z])"), r"\\Vert "),
    (re.compile(r"\\[lr]vert(?![a-zA-Z])"), r"\\vert "),
    (re.compile(r"\\tfrac(?![a-zA-Z])"), r"\\frac"),
    (re.compile(r"\\tag\{([^{}]*)\}"), r"\\qquad (\1)"),
)
TEXT_WITH_FORMULAS = re.compile(r"\\text\{((?:[^{}$]|\$[^$]*\$)*)\}")


class DrawnFormulas:
    """What a renderer of Markdown does with formulas: it draws them."""

    def inline_math(self, body: str) -> str:
        """Draw a formula in its line."""
        return drawn(body)

    def block_math(self, body: str) -> str:
        """Draw a formula in a line of its own."""
        return f'<span class="formula">{drawn(body, display=True)}</span>'

    def latex_environment(self, name: str, body: str) -> str:
        """Draw what is in an environment, such as an equation."""
        return self.block_math(body if name.startswith("equation") else rf"\begin{{{name}}}{body}\end{{{name}}}")


@lru_cache(maxsize=4096)  # a class has the same questions
def drawn(tex: str, display: bool = False) -> str:
    """Return a formula as SVG for the line that it stands in, with its TeX as the text for those who do not see it.

    A formula that Matplotlib cannot draw, such as a matrix, is shown as it was typed.

    Args:
        tex: without the dollars.
        display: it has a line of its own, so its fractions are large.
    """
    tex = " ".join(tex.split())
    typed = f"<code>{escape(tex)}</code>"
    if len(tex) > LONGEST:
        return typed
    try:
        path = TextPath((0, 0), f"${_in_other_words(tex, display)}$", size=EM, prop=FontProperties(math_fontfamily="cm"))
        left, below, width, height = path.get_extents().bounds
    except (ValueError, RecursionError, OverflowError):
        return typed
    if not 0 < width < WIDEST:
        return typed
    outline = "".join(_step(int(code), points) for points, code in path.iter_segments(simplify=False))
    return (
        f'<svg role="img" aria-label="{escape(tex)}" viewBox="{left:.0f} {-below - height:.0f} {width:.0f} {height:.0f}" '
        f'style="width:{width / EM:.2f}em;height:{height / EM:.2f}em;vertical-align:{below / EM:.2f}em">'
        f'<path fill="currentColor" d="{outline}"/></svg>'
    )


def _in_other_words(tex: str, display: bool) -> str:
    for pattern, words in OTHER_WORDS:
        tex = pattern.sub(words, tex)
    if display:
        tex = tex.replace(r"\frac", r"\dfrac")
    return TEXT_WITH_FORMULAS.sub(_text_and_formulas, tex)


def _text_and_formulas(match: re.Match[str]) -> str:
    """Turn text with formulas in it into text and formulas in turn."""
    pieces = match[1].split("$")
    return "".join(piece if number % 2 else rf"\text{{{piece}}}" for number, piece in enumerate(pieces) if piece)


def _step(code: int, points: Iterable[float]) -> str:
    """Return a step of a path as SVG has it, which counts from above."""
    if code == Path.CLOSEPOLY:
        return "Z"
    return COMMANDS[code] + " ".join(f"{-number if place % 2 else number:.0f}" for place, number in enumerate(points))
