"""Glued references: characters beside a reference that readers would take for part of its figure.

``9{F1}`` would read 967.3, ``−{F1}`` turns a rise into a fall, ``{F1}bn`` multiplies by a billion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from factbook.checking.characters import is_unseen

_FACT = re.compile(r"\{F[0-9]+\}")
_BESIDE = frozenset({"Ps", "Pe", "Pi", "Pf", "Sc"})
"""Brackets, quotation marks and signs of currencies: seen as what they are, on either side."""

_BEFORE = frozenset("\"'/:;!?#&<>=~≈≤≥")
_AFTER = frozenset("\"'/:;!?.,…&")
_PARTS_OF_A_NUMBER = frozenset("'’/:.,…")
"""Marks that stand inside numbers as well: they are glued where a digit is on their other side."""

_MARKUP = frozenset("*_`\\")
_EM_DASHES = frozenset("—―")
_SPACED_SIGN = re.compile(r"(?:\A|[^\s\d})\]])\s*[+±∓−]\s\Z")
_SPACED_SIGN_LETTERS = 6


def glued_references(text: str) -> Iterator[re.Match[str]]:
    """The references to facts of which what touches them would be read as part of the figure.

    Glued are digits, letters, signs, decimal points and commas, combining and invisible
    characters, marks of Markdown, and other references. Not glued are blanks, brackets, quotation
    marks, signs of currencies, marks of a sentence, and dashes between words or two references.

    Args:
        text: Text with references ``{F12}``.
    """
    previous_end = -1
    for reference in _FACT.finditer(text):
        start, end = reference.span()
        if previous_end == start or _is_glued_before(text, start) or _is_glued_after(text, end):
            yield reference
        previous_end = end


def _is_glued_before(text: str, start: int) -> bool:
    if start == 0:
        return False
    character, further = text[start - 1], text[max(0, start - 2) : start - 1]
    if character.isspace():
        return _SPACED_SIGN.search(text[max(0, start - _SPACED_SIGN_LETTERS) : start]) is not None
    kind = unicodedata.category(character)
    if kind == "Pd":
        is_range = further.isnumeric() and character not in _EM_DASHES
        return is_range or not (further.isalnum() or _is_closing(further))
    if character in _PARTS_OF_A_NUMBER and further.isnumeric():
        return True
    return not (kind in _BESIDE or character in _BEFORE)


def _is_glued_after(text: str, end: int) -> bool:
    character, further = text[end : end + 1], text[end + 1 : end + 2]
    if not character or character.isspace():
        return False
    kind = unicodedata.category(character)
    if kind == "Pd":
        is_range = further.isnumeric() and character not in _EM_DASHES
        return is_range or _is_hidden(further)
    if character == "{":
        return further == "F"
    if character in _PARTS_OF_A_NUMBER:
        joins = character not in "/:" and _FACT.match(text, end + 1) is not None
        return joins or further.isnumeric() or _is_hidden(further)
    return not (kind in _BESIDE or character in _AFTER)


def _is_closing(character: str) -> bool:
    """Whether a character ends something, so that a dash after it is no sign."""
    return character == '"' or (bool(character) and unicodedata.category(character) in ("Pe", "Pf"))


def _is_hidden(character: str) -> bool:
    """Whether readers do not see a character, but what comes after it."""
    return bool(character) and (character in _MARKUP or is_unseen(character))
