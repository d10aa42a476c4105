"""Texts that a student has chosen, such as names, made fit for a line of a terminal, of the report, or of a page."""

import unicodedata

from nbconvert.filters import strip_ansi

LONGEST = 200  # characters
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how it begins
UNSEEN = frozenset(
    {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
)  # controls, marks of direction, halves of characters, ends of lines


def plain_text(text: str, longest: int = LONGEST) -> str:
    """Return a text as one line in which every character can be seen.

    What would end the line becomes a space. What would steer a terminal, turn the direction of writing, or be no character
    becomes the sign for that, U+FFFD.

    Args:
        text: of any origin.
        longest: characters that are kept; a longer text ends with an ellipsis.
    """
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(map(_seen, cut))


def plain_lines(text: str) -> str:
    """Return a text of several lines, each made plain; colours of a terminal are taken off, and a tab is spaces."""
    lines = strip_ansi(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(plain_text(line.expandtabs(4), longest=len(text) * 4) for line in lines)


def no_formula(text: str) -> str:
    """Return a text as a spreadsheet shows it; what it would take for a formula gets an apostrophe before it."""
    is_number = text[1:].isdecimal() and text[0] in "+-"  # by which a platform may know somebody
    return f"'{text}" if text[:1] in FORMULA and not is_number else text


def _seen(character: str) -> str:
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in UNSEEN else character
