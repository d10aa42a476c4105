"""A text of a student's choice stays one line, steers no terminal, and is not without end."""

import sys
import unicodedata

import pytest

from course_utils.grading.plain import LONGEST, no_formula, plain_lines, plain_text


@pytest.mark.parametrize("text", ["", "rosa", "Müller", "a | b <c>", "李 娜", "Zoë O'Neill-Ñandú", "naïve 😀", "x" * LONGEST])
def test_what_can_be_seen_stays(text):
    assert plain_text(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\x1b[2J\x1b]0;title\x07", "�[2J�]0;title�"),
        ("100 of 100\rrosa", "100 of 100 rosa"),
        ("a\nb\r\nc\td\u2028e\x85f", "a b  c d e f"),
        ("a\x9b31mb", "a�31mb"),  # the other way to begin a sequence
        ("\u202egnirts", "�gnirts"),
        ("x\ud83dy\x00", "x�y�"),
    ],
)
def test_what_steers_a_terminal_is_put_away(text, plain):
    assert plain_text(text) == plain


def test_no_character_ends_a_line_or_goes_unseen():
    plain = plain_text("".join(map(chr, range(sys.maxunicode + 1))), sys.maxunicode + 2)
    assert len(plain) == sys.maxunicode + 1
    assert len(plain.splitlines()) == 1
    assert {unicodedata.category(character) for character in plain}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


def test_what_is_too_long_is_cut_and_says_so():
    assert plain_text("x" * 10**6) == "x" * (LONGEST - 1) + "…"
    assert plain_text("abcdef", longest=4) == "abc…"


def test_lines_stay_lines_and_lose_their_colours():
    assert plain_lines("\x1b[0;31mred\x1b[0m\n\ta\r\nb\rc\x07\n") == "red\n    a\nb\nc�\n"
    assert plain_lines("") == ""


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "=HYPERLINK(1)", "+", "-"])
def test_what_a_spreadsheet_would_compute_is_shown(text):
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "rosa", "a=1", "+491234", "-17", "Li-Wei", "1+1"])
def test_what_is_no_formula_stays(text):
    assert no_formula(text) == text
